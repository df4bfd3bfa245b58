package docs

// An assertion says how the note means a phrase: of whom, when, and whether at all. The rules
// follow NegEx (Chapman et al., J Biomed Inform 2001;34:301-10) and ConText: triggers before and
// behind, lists held together, and words that end a trigger's reach.
type assertion struct {
	negated, other, past, hypothetical, notDone, planned bool
}

// affirmed is a finding of this patient, now.
func (a assertion) affirmed() bool {
	return !a.negated && !a.other && !a.past && !a.hypothetical && !a.notDone
}

// stated is a finding of this patient now, asserted or denied.
func (a assertion) stated() bool { return !a.other && !a.past && !a.hypothetical && !a.notDone }

// negationReach is NegEx's window in words, counted anew at each item of a list.
const negationReach = 5

// assertion reads the sentence around a hit.
func (n *reading) assertion(h hit) assertion {
	first, end := n.sentence(h.first)
	from, to := n.turns(h, first, end)
	a := assertion{negated: n.negatedBefore(h, from) || n.negatedAfter(h, to)}
	a.other = n.ofOthers(h, n.subjectReach(h, first, from), to)
	a.past = n.isPast(h, from, to)
	a.hypothetical = anyIn(n.words("hypothetical"), from, h.first)
	a.notDone = anyIn(n.words("not-done"), max(from, h.first-6), min(to, h.last+7))
	if to < end && n.at(to) == "but" { // "given but not completed" is said of the same thing
		a.notDone = a.notDone || to <= h.last+4 && n.hitAt("not-done", to+1)
	}
	a.planned = anyIn(n.words("future"), from, h.first)
	return a
}

// turns narrows a sentence to the part around the hit within which triggers reach.
func (n *reading) turns(h hit, from, to int) (int, int) {
	for _, t := range hitsIn(n.words("turns"), from, to) {
		switch {
		case t.last <= h.first:
			from = max(from, t.first)
			if n.tokens[t.first].kind == markToken || n.at(t.first) == "but" || n.at(t.first) == "however" || n.at(t.first) == "although" {
				from = t.last
			}
		case t.first >= h.last:
			return from, t.first
		}
	}
	return from, to
}

// subjectReach is where the sentence begins to speak of whom it speaks at the hit. A verb turns the reach
// of a denial but keeps its subject: "her son is pale and has had thoughts of suicide".
func (n *reading) subjectReach(h hit, first, from int) int {
	if from == first {
		return from
	}
	if !n.hitAt("turns-same-subject", from) {
		return n.peerBefore(first, from)
	}
	reach := first
	for _, t := range hitsIn(n.words("turns"), first, from) {
		if t.last <= h.first && !n.hitAt("turns-same-subject", t.first) {
			reach = n.peerBefore(first, t.first)
		}
	}
	return reach
}

// peerBefore is where somebody beside the patient stands whose own verb the turn is, or the turn itself.
func (n *reading) peerBefore(first, turn int) int {
	for _, p := range hitsIn(n.words("peers"), first, turn) {
		if p.last > turn && n.beginsClause(p.first) {
			return p.first
		}
	}
	return turn
}

func (n *reading) negatedBefore(h hit, from int) bool {
	if h.first > 0 && n.at(h.first-1) == "-" && n.tokens[h.first-1].kind == markToken && n.minusBefore(h.first-1) {
		return true
	}
	triggers := hitsIn(n.words("negation-before"), from, h.first)
	if len(triggers) == 0 {
		return false
	}
	words, pseudo := 0, n.words("no-negation")
	for i := h.first - 1; i >= from; i-- {
		if k, ok := firstIn(triggers, i, h.first); ok && k.first == i && !anyIn(pseudo, i, h.last) {
			return true
		}
		switch t := &n.tokens[i]; {
		case t.text == "," || t.text == "/" || t.text == "or" || t.text == "and" || t.text == "nor":
			words = 0
		case t.kind == wordToken || t.kind == numberToken:
			words++
		}
		if words > negationReach {
			return false
		}
	}
	return false
}

// minusBefore says whether the dash at i is a minus sign: in brackets, or close to the word behind
// it and not a bullet.
func (n *reading) minusBefore(i int) bool {
	if i > 0 && n.at(i-1) == "(" {
		return true
	}
	bullet := i == n.lines[n.tokens[i].line].first
	return !bullet && i+1 < len(n.tokens) && n.tokens[i].end == n.tokens[i+1].start
}

func (n *reading) negatedAfter(h hit, to int) bool {
	// "(-) SI"
	if h.first >= 3 && n.at(h.first-1) == ")" && n.at(h.first-2) == "-" && n.at(h.first-3) == "(" {
		return true
	}
	words, behind, before := 0, n.words("negation-after"), n.words("negation-before")
	for i := h.last; i < to && words < 4; i++ {
		t := &n.tokens[i]
		if t.text == tickedBox {
			continue
		}
		if i > h.last && n.hitAt("risk-findings", i) && !n.coordinated(i) {
			return false // what follows is said of the next finding
		}
		if k, ok := firstIn(behind, i, to); ok && k.first == i {
			// "SI denied", but not "SI without plan, denies HI"
			return k.last >= to || n.tokens[k.last].kind != wordToken || n.tokens[k.last].line != n.tokens[i].line || n.at(k.last) == "by" || n.at(k.last) == "at" || n.at(k.last) == "today"
		}
		if anyIn(before, i, i+1) && n.at(i) != "no" && n.at(i) != "none" && n.at(i) != "nil" {
			return false
		}
		switch {
		case t.text == "no" || t.text == "none" || t.text == "0" || t.text == "n":
			// an answer, where it stands by itself: "SI: no", not "SI, no plan"
			ends := i+1 >= to || n.tokens[i+1].kind == markToken || n.tokens[i+1].line != t.line || i+2 < to && n.at(i+2) == ":"
			return words == 0 && ends && n.at(i-1) != "," && n.at(i-1) != ";"
		case t.text == "." || t.text == ";" || t.text == "?":
			return false
		case t.text == "(" && n.at(i+1) == "-":
			return true
		case t.text == "," || t.text == "/" || t.text == "and" || t.text == "or":
			words = 0
		case t.kind == wordToken || t.kind == numberToken:
			words++
		}
	}
	return false
}

// coordinated says whether token i stands behind a comma, a slash, "and" or "or": a list is denied as one.
func (n *reading) coordinated(i int) bool {
	switch n.at(i - 1) {
	case ",", "/", "and", "or", "&":
		return true
	}
	return false
}

// ofOthers says whether the phrase is about someone else: a person named before it with no mention
// of the patient between, or "of his brother" behind it.
func (n *reading) ofOthers(h hit, from, to int) bool {
	var person hit
	people := n.words("people")
	for _, p := range hitsIn(n.words("peers"), from, h.first) {
		if p.last <= h.first && n.beginsClause(p.first) && !n.patientNamed(p.last, h.first) {
			return true // "a peer disclosed that he had thoughts of suicide"
		}
	}
	for _, p := range hitsIn(people, from, h.last) {
		if p.last <= h.first && !n.onlyOwns(p, h) && (!n.afterPreposition(p) || n.at(p.last) == "who" || n.at(p.last) == "," && n.at(p.last+1) == "who") {
			person = p
		}
	}
	if person.last > 0 && !anyIn(n.words("the-patient"), person.last, h.first) && !anyIn(n.words("speech-verbs"), person.last, h.first) {
		return true
	}
	for _, p := range hitsIn(people, h.last, min(to, h.last+4)) {
		if anyIn(n.words("belongs-to"), h.last, p.first) {
			return true
		}
	}
	return false
}

// beginsClause says whether token i opens its sentence, or a part of it behind a mark or a conjunction, and is no
// object: "told a peer".
func (n *reading) beginsClause(i int) bool {
	if i == n.firstOfSentence(i) || n.tokens[i-1].kind == markToken {
		return true
	}
	switch n.at(i - 1) {
	case "and", "but", "when", "while", "as", "after", "because", "that", "then":
		return true
	}
	return false
}

// patientNamed says whether the patient is named between the tokens, and not only by a pronoun.
func (n *reading) patientNamed(from, to int) bool {
	for _, h := range within(n.words("the-patient"), from, to) {
		switch n.at(h.first) {
		case "he", "she", "they", "i", "her", "self":
		default:
			return true
		}
	}
	return false
}

// ownedReach is how many tokens behind a person's name, as in "brother's suicide attempt", what is said is theirs.
const ownedReach = 3

// onlyOwns says whether a person only owns something before the phrase: "took her grandmother's pills and meant
// to die".
func (n *reading) onlyOwns(p, h hit) bool {
	t := &n.tokens[p.last-1]
	return t.end-t.start == len(t.text)+len("'s") && h.first-p.last >= ownedReach
}

// afterPreposition says whether a person is only spoken of: "with her mother", "from his partner".
func (n *reading) afterPreposition(p hit) bool {
	for i := p.first - 1; i >= 0 && i >= p.first-3; i-- {
		switch n.at(i) {
		case "with", "to", "from", "about", "at", "by", "for", "toward", "towards", "against", "without":
			return true
		case "of":
			return n.at(i-1) != "history"
		}
	}
	return false
}

// isPast says whether the phrase is of former days and not of the present.
func (n *reading) isPast(h hit, from, to int) bool {
	before, ok := n.lastBefore(n.words("past"), from, h.first)
	if !ok {
		return anyIn(n.words("past-behind"), h.last, min(to, h.last+5))
	}
	return !anyIn(n.words("recent"), before.first, h.first) && !anyIn(n.words("now"), before.last, h.first)
}

// lastBefore is the last hit within the tokens from up to but without to. Hits stand in order.
func (n *reading) lastBefore(hits []hit, from, to int) (found hit, ok bool) {
	within := hitsIn(hits, from, to)
	for k := len(within) - 1; k >= 0; k-- {
		if within[k].last <= to {
			return within[k], true
		}
	}
	return hit{}, false
}
