package docs

// SaidPronoun is the first pronoun of a kind, he or she, that stands for nobody named beside it.
type SaidPronoun struct {
	Value string `json:"value"`
	Goal  bool   `json:"goal"` // in a sentence about goals or progress
	Evidence
}

// saidOthers looks for what a note copied from another patient's leaves behind: another first name in a
// sentence about goals or progress, and pronouns. A sentence in which a relative or another person is
// spoken of says nothing about the patient's pronouns.
func (n *reading) saidOthers(s *Said) {
	about := n.sentencesAbout()
	named := n.insideNames()
	for _, h := range n.words("first-names") {
		t := n.tokens[h.first]
		if about[t.sentence]&ofGoals == 0 || t.quoted || named[h.first] || !n.standsAsName(h) {
			continue
		}
		e := n.evidence(h.first, h.last)
		s.OtherNames = append(s.OtherNames, SaidText{e.Text, e})
	}
	s.OtherNames = once(s.OtherNames)
	found := map[SaidPronoun]bool{}
	for _, g := range n.rules.groups["pronouns"] {
		for _, h := range n.hits[g.list] {
			t := n.tokens[h.first]
			kind := about[t.sentence]
			one := SaidPronoun{Value: g.name, Goal: kind&ofGoals != 0}
			if kind&(ofPeople|notProse) != 0 || t.quoted || found[one] {
				continue
			}
			found[one] = true
			one.Evidence = n.evidence(h.first, h.last)
			s.Pronouns = append(s.Pronouns, one)
		}
	}
}

// A sentenceKind says what a sentence is about.
type sentenceKind byte

const (
	ofGoals  sentenceKind = 1 << iota // goals or progress
	ofPeople                          // someone beside the patient
	notProse                          // header or signature
)

func (n *reading) sentencesAbout() []sentenceKind {
	about := make([]sentenceKind, len(n.sentences))
	for i, t := range n.tokens {
		switch {
		case t.sections&(inHeader|inSignature) != 0:
			about[t.sentence] |= notProse
		case n.in(i, inGoals):
			about[t.sentence] |= ofGoals
		}
	}
	mark := func(list string, kind sentenceKind) {
		for _, h := range n.words(list) {
			about[n.tokens[h.first].sentence] |= kind
		}
	}
	mark("goal-words", ofGoals)
	mark("people", ofPeople)
	mark("first-names", ofPeople)
	for s := range about {
		if about[s]&notProse != 0 {
			about[s] &^= ofGoals
		}
	}
	return about
}

// insideNames marks the tokens of the names that the note gives patient and clinician.
func (n *reading) insideNames() map[int]bool {
	inside := map[int]bool{}
	for _, all := range [][]nameFound{n.names, n.providerNames()} {
		for _, p := range all {
			for i := p.first; i < p.last; i++ {
				inside[i] = true
			}
		}
	}
	return inside
}

// standsAsName says whether a first name stands in the place of the patient: written as a name, behind
// no word for another person, no title and no preposition.
func (n *reading) standsAsName(h hit) bool {
	i := h.first
	l := n.lines[n.tokens[i].line]
	if !n.capitalised(i) || i+1 < l.last && n.tokens[i].end == n.tokens[i+1].start && n.tokens[i+1].kind == glueToken {
		return false
	}
	from, to := n.sentence(i)
	near := max(from, i-3)
	return !anyIn(n.words("people"), near, min(to, i+4)) && !anyIn(n.words("titles"), near, i) && !n.afterPreposition(h)
}
