package docs

import (
	"slices"
)

// vague lists the phrases of the note that tell a reviewer nothing measurable. Not in a quotation
// of the patient, and not where the same sentence gives the measure, the goal or the cause.
func (n *reading) vague() []Vague {
	found := []Vague{}
	for _, g := range n.rules.groups["vague"] {
		exceptions := n.exceptions(g.name)
		for _, h := range n.hits[g.list] {
			if n.tokens[h.first].quoted || n.substantiated(exceptions, h) || n.inHeading(h) {
				continue
			}
			e := n.evidence(h.first, h.last)
			found = append(found, Vague{Text: e.Text, Start: e.Start, End: e.End, Class: g.name})
		}
	}
	for _, g := range n.rules.groups["vague-alone"] {
		for _, h := range n.hits[g.list] {
			if !n.tokens[h.first].quoted && n.saysNoMore(h) && !n.goalMeasured(h) {
				e := n.evidence(h.first, h.last)
				found = append(found, Vague{Text: e.Text, Start: e.Start, End: e.End, Class: g.name})
			}
		}
	}
	slices.SortStableFunc(found, func(a, b Vague) int {
		if a.Start != b.Start {
			return a.Start - b.Start
		}
		return b.End - a.End
	})
	kept := found[:0]
	for _, v := range found {
		if len(kept) == 0 || v.Start >= kept[len(kept)-1].End { // of phrases inside of each other, the longer
			kept = append(kept, v)
		}
	}
	return kept
}

// goalMeasured says whether a bare word of progress stands behind a goal with its measure: "STG 1: 8 of 9 trials.
// 6 of 9 today. Progressing."
func (n *reading) goalMeasured(h hit) bool {
	s := n.tokens[h.first].sentence
	from, _ := n.sentenceRange(max(0, s-goalReach))
	return anyIn(n.words("goal-words"), from, h.first) && slices.ContainsFunc(n.tokens[from:h.first], func(t token) bool { return t.kind == numberToken })
}

// inHeading says whether the words are a heading of the note: "Progress toward goals:".
func (n *reading) inHeading(h hit) bool {
	s, ok := n.sectionAt(h.first)
	return ok && h.last <= s.first
}

// saysNoMore says whether the words are all that their sentence says, but for its heading.
func (n *reading) saysNoMore(h hit) bool {
	from, to := n.sentence(h.first)
	for i := h.first - 1; i >= from; i-- {
		if n.at(i) == ":" {
			from = i
			break
		}
	}
	return n.wordsIn(from, to) == n.wordsIn(h.first, h.last)
}

// exceptions are the lists of what makes a vague phrase of a class say something.
func (n *reading) exceptions(class string) (lists []int) {
	for _, g := range n.rules.groups["vague-exceptions"] {
		if g.name == "substance" || g.name == "substance "+class {
			lists = append(lists, g.list)
		}
	}
	return lists
}

// substantiated says whether the sentence of a vague phrase says what the phrase does not.
func (n *reading) substantiated(exceptions []int, h hit) bool {
	from, to := n.sentence(h.first)
	for _, list := range exceptions {
		if _, ok := n.nearestApart(n.hits[list], h, from, to); ok {
			return true
		}
	}
	return false
}

// detectVague is listed where vague wording was found, and then it is missing.
func detectVague(n *reading, v *value) finding {
	if len(n.found) == 0 {
		return notListed
	}
	f := missing()
	var texts []string
	for _, p := range n.found {
		f.evidence = append(f.evidence, Evidence{Text: p.Text, Start: p.Start, End: p.End})
		if quoted := `"` + p.Text + `"`; !slices.Contains(texts, quoted) && len(texts) < 3 {
			texts = append(texts, quoted)
		}
	}
	f.detail = joined(texts)
	return f
}
