package docs

import "strings"

// detectReaction is detectCues, and then a sentence that tells what the patient did: of whom the
// patient is the subject, in the past tense. Any verb will do, since no list of cues holds all that
// patients do; what only tells of the visit or the complaint (no-reaction) does not. Where the rule
// names no words for it (after), such a sentence counts behind a method or in its section alone.
func detectReaction(n *reading, v *value) finding {
	f := detectCues(n, v)
	if f.status == Present {
		return f
	}
	for s := range n.sentences {
		if h, ok := n.reactionIn(s, v); ok {
			return present(n.quote(h.first, h.last))
		}
	}
	return f
}

// reactionIn reads one sentence.
func (n *reading) reactionIn(s int, v *value) (hit, bool) {
	first, last := n.sentenceRange(s)
	if anyIn(n.hits[v.lists.except], first, last) {
		return hit{}, false
	}
	for i := first; i < last; i++ {
		if !n.startsClause(i, first) || n.in(i, v.lists.skip) || n.tokens[i].quoted || !n.actsInSession(i) {
			continue
		}
		if verb, ok := n.pastVerb(i+1, last); ok && (!v.Find.After || n.behindMethod(s, i)) {
			return hit{i, max(verb, last)}, true
		}
	}
	return hit{}, false
}

// actsInSession says whether token i names the patient or, in family work, a relative.
func (n *reading) actsInSession(i int) bool {
	return anyIn(n.words("reaction-subjects"), i, i+1) || n.family == familyFamily && (n.hitAt("people", i) || n.relative(i))
}

// relative says whether the note gives token i as the name of a relative: "father (Neil)".
func (n *reading) relative(i int) bool {
	if n.relatives == nil {
		n.relatives = map[string]bool{}
		for _, p := range n.words("people") {
			if n.at(p.last) == "(" && n.at(p.last+2) == ")" && n.namePart(p.last+1) {
				n.relatives[n.at(p.last+1)] = true
			}
		}
	}
	return n.relatives[n.at(i)]
}

// startsClause says whether token i is the subject of its clause: the first word of the sentence or
// of the part behind a colon, a semicolon or a comma.
func (n *reading) startsClause(i, first int) bool {
	for k := i - 1; k >= first; k-- {
		switch {
		case n.at(k) == ":" || n.at(k) == ";" || n.at(k) == ",":
			return true
		case n.tokens[k].kind != markToken:
			return n.behindOpener(i, first)
		}
	}
	return true
}

// longestOpener is how many tokens may open a sentence before its subject: "By the fourth turn she".
const longestOpener = 6

// behindOpener says whether what stands before the subject only says when or how (clause-openers).
func (n *reading) behindOpener(i, first int) bool {
	for first < i && n.tokens[first].kind == markToken {
		first++
	}
	return i-first <= longestOpener && n.hitAt("clause-openers", first)
}

// longestAdverb is how many words may stand between the subject and its verb.
const longestAdverb = 2

// pastVerb finds a verb in the past tense behind a subject and returns the token behind it.
func (n *reading) pastVerb(i, last int) (int, bool) {
	for words := 0; i < last && words <= longestAdverb; i++ {
		switch t := n.tokens[i]; {
		case t.kind == glueToken:
		case t.kind != wordToken || n.hitAt("no-reaction", i):
			return 0, false
		case n.hitAt("past-verbs", i) || len(t.text) > 4 && strings.HasSuffix(t.text, "ed") && !strings.HasSuffix(t.text, "eed"):
			return i + 1, true
		default:
			words++
		}
	}
	return 0, false
}

// hitAt says whether a word list has a hit that begins at token i.
func (n *reading) hitAt(list string, i int) bool {
	h, ok := firstIn(n.words(list), i, len(n.tokens))
	return ok && h.first == i
}

// methodReach is how many sentences behind a method what the patient did is taken for the response to it.
const methodReach = 2

// behindMethod says whether sentence s tells of the time behind a method.
func (n *reading) behindMethod(s, i int) bool {
	if n.in(i, inIntervention|inResponse) {
		return true
	}
	from, _ := n.sentenceRange(max(0, s-methodReach))
	for _, list := range []string{"interventions", "cognitive-interventions", "rehab-activities", "complementary"} {
		for _, h := range within(n.words(list), from, i) {
			if h.last <= i && !n.in(h.first, inAssessment|inNecessity) && n.usedToday(h) {
				return true
			}
		}
	}
	return false
}
