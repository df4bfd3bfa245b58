package docs

import "slices"

// absentWords, in the list patient-absent, turn a statement of who was there into one that the patient
// was not.
const absentWords = "patient-absent"

// saidCircumstances is where and how the session was held, who was in it and how many, and the minutes
// of timed codes.
func (n *reading) saidCircumstances(s *Said, rules []*ruleFile) {
	if v := n.valueOf(rules, "service_location"); v != nil {
		s.Places = n.classed(v, "places")
	}
	if v := n.valueOf(rules, "tele_modality"); v != nil {
		s.Modalities = n.classed(v, "modalities")
	}
	if v := n.valueOf(rules, "family_participants"); v != nil && n.family == "family" { // elsewhere, relatives are only spoken of
		s.Participants = n.saidParticipants(v)
	}
	if v := n.valueOf(rules, "family_patient_presence"); v != nil {
		s.Patient = n.saidPresence(v)
	}
	if v := n.valueOf(rules, "group_size"); v != nil {
		s.GroupSize = n.saidGroupSize(v)
	}
	if v := n.valueOf(rules, "timed_minutes"); v != nil {
		s.TimedMinutes = n.saidTimedMinutes(v)
	}
}

// classed are the groups of a word list that the cues of a rule fall into, each once.
func (n *reading) classed(v *value, list string) []SaidText {
	var all []SaidText
	for _, h := range n.cueHits(v) {
		if n.negatedBefore(h, n.firstOfSentence(h.first)) || n.isTelephoneNumber(h) {
			continue
		}
		_, to := n.sentence(h.first)
		for _, g := range n.rules.groups[list] {
			if anyIn(n.hits[g.list], h.first, min(to, h.last+2)) {
				all = append(all, SaidText{g.name, n.quote(h.first, h.last)})
				break
			}
		}
	}
	return once(all)
}

// isTelephoneNumber tells "Telephone: 555-0100" from a session by telephone.
func (n *reading) isTelephoneNumber(h hit) bool {
	for i := h.last; i < min(len(n.tokens), h.last+3) && n.tokens[i].line == n.tokens[h.first].line; i++ {
		switch t := n.tokens[i]; {
		case t.kind == numberToken:
			return n.at(h.last-1) == "telephone" || n.at(h.last-1) == "phone"
		case t.kind == wordToken && t.text != "number":
			return false
		}
	}
	return false
}

// saidParticipants are those who took part, by their relation to the patient.
func (n *reading) saidParticipants(v *value) []SaidText {
	var all []SaidText
	for _, h := range n.cueHits(v) {
		if a := n.assertion(h); a.negated || a.past || a.notDone || n.tokens[h.first].quoted {
			continue
		}
		all = append(all, SaidText{n.folded(h), n.evidence(h.first, h.last)})
	}
	return once(all)
}

// folded are the words of a hit, in small letters.
func (n *reading) folded(h hit) string {
	text := ""
	for i := h.first; i < h.last; i++ {
		if n.tokens[i].kind == glueToken {
			continue
		}
		if text != "" {
			text += " "
		}
		text += n.at(i)
	}
	return text
}

// saidPresence says whether the patient was in the session, where the note says it one way only.
func (n *reading) saidPresence(v *value) *SaidText {
	var there, gone []hit
	for _, h := range n.cueHits(v) {
		if anyIn(n.words(absentWords), h.first, h.last) {
			gone = append(gone, h)
		} else {
			there = append(there, h)
		}
	}
	there = slices.DeleteFunc(there, func(h hit) bool { // "patient present" of "without patient present"
		k, _ := slices.BinarySearchFunc(gone, h.first, func(g hit, first int) int { return g.last - 1 - first })
		return k < len(gone) && gone[k].first < h.last
	})
	switch {
	case len(there) > 0 && len(gone) == 0:
		return &SaidText{"present", n.evidence(there[0].first, there[0].last)}
	case len(gone) > 0 && len(there) == 0:
		return &SaidText{"absent", n.evidence(gone[0].first, gone[0].last)}
	}
	return nil
}

func (n *reading) saidGroupSize(v *value) *SaidNumber {
	for _, h := range n.cueHits(v) {
		for i := h.first; i < h.last; i++ {
			if size := n.wholeNumber(i); size > 0 {
				return &SaidNumber{size, n.evidence(h.first, h.last)}
			}
		}
	}
	return nil
}

// wholeNumber is the number of token i in figures or words; -1 where it is none.
func (n *reading) wholeNumber(i int) int {
	if n.tokens[i].kind == numberToken {
		return atoi(n.at(i))
	}
	value, _ := n.smallNumber(i)
	return value
}

// saidTimedMinutes is the total of timed minutes behind or before its label.
func (n *reading) saidTimedMinutes(v *value) *SaidNumber {
	if len(n.hits[v.lists.any]) == 0 {
		return nil // the stated total of a cognitive service is no total of timed minutes
	}
	f := v.detect(n, v)
	if f.status != Present {
		return nil
	}
	e := f.evidence[0]
	first, _ := slices.BinarySearchFunc(n.tokens, e.Start, func(t token, start int) int { return int(n.note.start[t.start]) - start })
	for i := first; i < len(n.tokens) && int(n.note.start[n.tokens[i].start]) < e.End; i++ {
		if d, ok := n.durationAt(i); ok {
			return &SaidNumber{d.minutes, e}
		}
		if minutes := n.wholeNumber(i); minutes > 0 && n.at(i+1) != "unit" && n.at(i+1) != "units" {
			return &SaidNumber{minutes, e}
		}
	}
	return nil
}
