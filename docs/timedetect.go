package docs

import (
	"fmt"
	"slices"
	"strings"
)

// detectStartStop wants two clock times that open and close the session.
func detectStartStop(n *reading, v *value) finding {
	f := missing()
	if len(n.session.spans) > 0 {
		best := n.session.spans[0]
		f = present(n.evidence(best.first, best.last))
		if !best.resolved {
			f.status = Unclear
		}
	} else if len(n.session.loose) > 0 {
		c := n.session.loose[0]
		f = missing(n.evidence(c.first, c.last))
	}
	return f
}

// detectTotal wants the minutes of the service as a number.
func detectTotal(n *reading, v *value) finding {
	if len(n.session.totals) > 0 {
		chosen := n.session.totals[0]
		for _, d := range n.session.totals {
			if n.session.stated != nil && d.minutes == *n.session.stated {
				chosen = d
				break
			}
		}
		return present(n.evidence(chosen.first, chosen.last))
	}
	f := missing()
	if len(n.session.spans) == 0 {
		f.severity = Block // neither clock times nor minutes
	}
	return f
}

// detectFaceToFace wants the minutes to be minutes with the patient.
func detectFaceToFace(n *reading, v *value) finding {
	for _, h := range n.hits[v.lists.any] {
		from, to := n.sentence(h.first)
		if n.timedWithin(from, to) && !n.negatedBefore(h, from) && !anyIn(n.hits[v.lists.except], from, to) {
			return present(n.quote(h.first, h.last))
		}
	}
	for _, d := range n.session.totals { // "45 minutes individual psychotherapy"
		_, to := n.sentence(d.first)
		if h, ok := firstIn(n.hits[v.lists.together0()], d.last, min(to, d.last+5)); ok && !d.inclusive {
			return present(n.evidence(d.first, h.last))
		}
	}
	for _, s := range n.session.spans { // "individual psychotherapy, 5:30 to 6:20 PM, 50 minutes"
		from, _ := n.sentence(s.first)
		if h, ok := n.lastBefore(n.words("individual-psychotherapy"), max(from, s.first-4), s.first); ok && len(n.session.inclusive) == 0 {
			return present(n.evidence(h.first, s.last))
		}
	}
	if len(n.session.inclusive) > 0 {
		return unclear(n.session.inclusive...)
	}
	for _, h := range n.hits[v.lists.weak] {
		return unclear(n.quote(h.first, h.last))
	}
	return missing()
}

// together0 is the first list of the first group, 0 where there is none.
func (l findLists) together0() int {
	if len(l.together) == 0 {
		return 0
	}
	return l.together[0][0]
}

// timedWithin says whether a time of the session stands among the tokens.
func (n *reading) timedWithin(from, to int) bool {
	for _, s := range n.session.spans {
		if s.first >= from && s.first < to {
			return true
		}
	}
	for _, d := range n.session.totals {
		if d.last > from && d.first < to {
			return true
		}
	}
	return false
}

// detectConsistent wants the times of the note to agree. It is listed where two spans, or a span
// and a total, can be compared, or where two totals disagree.
func detectConsistent(n *reading, v *value) finding {
	t := n.session
	if len(t.differing) > 0 {
		f := missing(t.differing...)
		texts := []string{}
		for _, e := range t.differing {
			texts = append(texts, e.Text)
		}
		f.detail = joined(texts)
		return f
	}
	if len(t.spans) >= 2 || len(t.spans) == 1 && t.stated != nil {
		evidence := []Evidence{n.evidence(t.spans[0].first, t.spans[0].last)}
		if t.stated != nil {
			evidence = append(evidence, n.evidence(t.totals[0].first, t.totals[0].last))
		}
		if t.stated != nil && len(t.inclusive) > 0 && t.computed != nil && apart(*t.stated-*t.computed) > 1 {
			f := missing(evidence...)
			f.detail = fmt.Sprintf("%d and %d minutes", *t.computed, *t.stated)
			return f
		}
		return present(evidence...)
	}
	return notListed
}

// detectSeparateTime wants minutes or a span tied to the psychotherapy, apart from the E/M time.
func detectSeparateTime(n *reading, v *value) finding {
	for _, s := range n.session.spans {
		if s.psychotherapy {
			return present(n.evidence(s.first, s.last))
		}
	}
	for _, d := range n.session.totals {
		if d.psychotherapy && !d.inclusive {
			return present(n.evidence(d.first, d.last))
		}
	}
	switch {
	case len(n.session.totals) > 0:
		d := n.session.totals[0]
		return missing(n.evidence(d.first, d.last))
	case len(n.session.spans) > 0:
		s := n.session.spans[0]
		return missing(n.evidence(s.first, s.last))
	}
	return missing()
}

// detectLabelledMinutes wants a number of minutes behind one of the rule's labels. For a cognitive
// service the stated total serves as well, where the rule's weak list names none.
func detectLabelledMinutes(n *reading, v *value) finding {
	for _, h := range n.hits[v.lists.any] {
		_, to := n.sentence(h.first)
		for i := h.first; i < min(to, h.last+6); i++ {
			if n.tokens[i].number {
				last := i + 1
				if d, ok := n.durationAt(i); ok {
					last = d.last
				}
				return present(n.evidence(h.first, last))
			}
			if n.tokens[i].text == ";" || n.tokens[i].text == "_" {
				break
			}
		}
		for i := h.first - 1; i >= max(n.firstOfSentence(h.first), h.first-6); i-- { // "38 min timed code treatment"
			if d, ok := n.durationAt(i); ok && n.wordsIn(d.last, h.first) <= 1 {
				return present(n.evidence(i, h.last))
			}
		}
	}
	if v.Find.Count > 0 && n.family == "cognitive" && len(n.session.totals) > 0 {
		d := n.session.totals[0]
		return present(n.evidence(d.first, d.last))
	}
	return n.fallsShort(v)
}

// detectProcedureCode wants a procedure code of the claim, or any code of five digits behind CPT.
func detectProcedureCode(n *reading, v *value) finding {
	plain := plainCodes(n.request.Codes)
	for i := range n.tokens {
		if t := &n.tokens[i]; isCode(t.text) && (slices.Contains(plain, t.text) || familyOfCode[t.text] != "" || t.text == "90785" ||
			n.at(i-1) == "+" || anyIn(n.hits[v.lists.any], max(0, i-4), i)) {
			return present(n.evidence(i, i+1))
		}
	}
	return missing()
}

// joined writes a short list: a, b and c.
func joined(texts []string) string {
	switch len(texts) {
	case 0:
		return ""
	case 1:
		return texts[0]
	}
	last := len(texts) - 1
	return strings.Join(texts[:last], ", ") + " and " + texts[last]
}
