package docs

import (
	"fmt"
	"slices"
)

// detectHistories wants so many kinds of history (the groups of the word list).
func detectHistories(n *reading, v *value) finding {
	var names, absent []string
	var evidence []Evidence
	for _, g := range n.rules.groups["histories"] {
		hits := n.hits[g.list]
		for len(hits) > 0 && n.in(hits[0].first, inPlan|inSignature) {
			hits = hits[1:]
		}
		if len(hits) > 0 {
			names = append(names, g.name)
			evidence = append(evidence, n.quote(hits[0].first, hits[0].last))
		} else {
			absent = append(absent, g.name)
		}
	}
	var f finding
	switch {
	case len(names) >= v.Find.Count:
		f = present(evidence...)
	case len(names) > 0:
		f = unclear(evidence...)
	default:
		f = missing()
	}
	f.detail = joined(absent)
	return f
}

// detectRisk wants a statement of this patient's present risk; denied is as good as found.
func detectRisk(n *reading, v *value) finding {
	for _, h := range n.hits[v.lists.any] {
		a := n.assertion(h)
		if a.stated() && !a.planned || n.deniedNow(h, a) {
			return present(n.quoteWithNegation(h, a))
		}
	}
	for _, h := range n.hits[v.lists.any] {
		if a := n.assertion(h); a.past || a.other || a.notDone {
			return missing(n.evidence(h.first, h.last))
		}
	}
	return n.fallsShort(v)
}

// deniedNow reads "history of SI, none currently": the present stands in the same sentence.
func (n *reading) deniedNow(h hit, a assertion) bool {
	if !a.past || a.other {
		return false
	}
	from, to := n.sentence(h.first)
	return anyIn(n.words("now"), from, to)
}

// quoteWithNegation widens the evidence to the word that denies.
func (n *reading) quoteWithNegation(h hit, a assertion) Evidence {
	from, _ := n.sentence(h.first)
	if k, ok := n.lastBefore(n.words("negation-before"), max(from, h.first-8), h.first); ok && a.negated {
		return n.quote(k.first, h.last)
	}
	return n.evidence(h.first, h.last)
}

// positiveRisk is the first asserted, present risk finding of this patient.
func (n *reading) positiveRisk() (hit, bool) {
	for _, h := range n.words("risk-findings") {
		if a := n.assertion(h); a.affirmed() && !n.tokens[h.first].quoted && !n.in(h.first, inGoals) && !n.reducedToNothing(h) && len(within(n.words("not-risk"), h.first-1, h.last)) == 0 {
			return h, true
		}
	}
	return hit{}, false
}

// topicReach is how many tokens before a finding the word stands that makes a topic of it.
const topicReach = 7

// reducedToNothing says whether the finding only names a topic: "assessed for SI", "SI screening".
func (n *reading) reducedToNothing(h hit) bool {
	from, to := n.sentence(h.first)
	return anyIn(n.words("risk-topic-before"), max(from, h.first-topicReach), h.first) || anyIn(n.words("risk-topic-behind"), h.last, min(to, h.last+3))
}

// detectSafety wants an action where risk was found; without risk the element is not listed.
func detectSafety(n *reading, v *value) finding {
	risk, ok := n.positiveRisk()
	if !ok {
		return notListed
	}
	for _, h := range n.hits[v.lists.any] {
		if a := n.assertion(h); !a.negated && !a.other && !a.past && !a.notDone {
			return present(n.evidence(h.first, h.last))
		}
	}
	return missing(n.evidence(risk.first, risk.last))
}

// methods are the methods that the note says were used today.
func (n *reading) methods(list string) []hit {
	var found []hit
	for _, h := range n.words(list) {
		if n.usedToday(h) {
			found = append(found, h)
		}
	}
	return found
}

// firstMethod is the first of methods.
func (n *reading) firstMethod(list string) (hit, bool) {
	for _, h := range n.words(list) {
		if n.usedToday(h) {
			return h, true
		}
	}
	return hit{}, false
}

// usedToday says whether a method is told of as used in this visit.
func (n *reading) usedToday(h hit) bool {
	if n.in(h.first, inPlan|inGoals|inHistory|inReferral) || n.tokens[h.first].quoted {
		return false
	}
	if n.at(h.first) == "cpt" && (isCode(n.at(h.last)) || isCode(n.at(h.last+1)) || n.at(h.last) == ":" || n.at(h.last) == "code") {
		return false // the procedure code, not the therapy
	}
	from, to := n.sentence(h.first)
	if anyIn(n.words("not-used-behind"), h.last, min(to, h.last+4)) {
		return false
	}
	if anyIn(n.words("another-visit"), from, to) || anyIn(n.words("elsewhere"), from, h.first) {
		return false
	}
	a := n.assertion(h)
	return !a.negated && !a.hypothetical && !a.notDone && !a.planned && !a.past
}

// detectInterventions wants a named method; in timed therapy, an activity with its parameter.
func detectInterventions(n *reading, v *value) finding {
	list := "interventions"
	switch n.family {
	case "timed_therapy":
		for _, h := range n.methods("rehab-activities") {
			from, to := n.sentence(h.first)
			if k, ok := firstIn(n.words("rehab-parameters"), from, to); ok {
				return present(n.quote(min(h.first, k.first), max(h.last, k.last)))
			}
		}
		if weak, ok := n.firstMethod("rehab-activities"); ok {
			return unclear(n.evidence(weak.first, weak.last))
		}
		list = "cognitive-interventions"
	case "cognitive":
		list = "cognitive-interventions"
	}
	for _, named := range []string{list, "complementary"} {
		if h, ok := n.firstMethod(named); ok {
			return present(n.evidence(h.first, h.last))
		}
	}
	return n.fallsShort(v)
}

// detectOnlyComplementary is listed where a complementary method is the only one.
func detectOnlyComplementary(n *reading, v *value) finding {
	found, ok := n.firstMethod("complementary")
	if _, anchored := n.firstMethod("interventions"); !ok || anchored {
		return notListed
	}
	f := missing(n.evidence(found.first, found.last))
	f.detail = f.evidence[0].Text
	return f
}

// detectParticulars wants something that could only be this session: the patient's own words, or
// a cue of an event, a person or a number.
func detectParticulars(n *reading, v *value) finding {
	for i := range n.tokens {
		if n.tokens[i].quoted && (i == 0 || !n.tokens[i-1].quoted) {
			last := i
			for last < len(n.tokens) && n.tokens[last].quoted {
				last++
			}
			if n.wordsIn(i, last) >= 3 {
				return present(n.quote(i, last))
			}
		}
	}
	return detectCues(n, v)
}

// detectPlan wants a next step with one specific: an interval or date, homework, a method or a
// referral.
func detectPlan(n *reading, v *value) finding {
	specific := func(from, to int) (hit, bool) {
		for _, h := range hitsIn(n.hits[v.lists.any], from, to) {
			if h.last <= to && !n.negatedBefore(h, n.firstOfSentence(h.first)) {
				return h, true
			}
		}
		for _, d := range n.datesIn(from, to) {
			if d.last <= to && !n.afterSignature(d.first) {
				return hit{d.first, d.last}, true
			}
		}
		for _, list := range []string{"interventions", "cognitive-interventions", "rehab-activities"} {
			for _, h := range hitsIn(n.words(list), from, to) {
				if h.last <= to && !n.negatedBefore(h, n.firstOfSentence(h.first)) {
					return h, true
				}
			}
		}
		return hit{}, false
	}
	for _, s := range n.sections {
		if s.sections&inPlan == 0 || s.sections&inSignature != 0 {
			continue
		}
		if h, ok := specific(s.first, s.last); ok {
			return present(n.quote(h.first, h.last))
		}
	}
	if lists := v.lists.together; len(lists) > 0 {
		for _, h := range n.hits[lists[0][0]] { // forward statements
			if n.in(h.first, inSignature) || n.tokens[h.first].quoted {
				continue
			}
			_, to := n.sentence(h.first)
			if k, ok := specific(h.first, to); ok {
				return present(n.quote(min(h.first, k.first), max(h.last, k.last)))
			}
		}
	}
	if s, ok := n.sectionWith(inPlan, 1); ok {
		f := missing(n.quote(s.first, s.last))
		f.detail = fmt.Sprintf("%q", f.evidence[0].Text)
		return f
	}
	return n.fallsShort(v)
}

// detectPatientPlace wants the state or city where the patient was.
func detectPatientPlace(n *reading, v *value) finding {
	var places []hit
	for _, h := range n.hits[v.lists.any] {
		if !anyIn(n.hits[v.lists.except], max(n.firstOfSentence(h.first), h.first-4), h.last) {
			places = append(places, h)
		}
	}
	for _, h := range places {
		_, to := n.sentence(h.first)
		to = min(to, h.last+14)
		if next, ok := firstIn(n.hits[v.lists.except], h.last, to); ok { // where the clinician was
			to = next.first
		}
		for i := h.last; i < to; i++ {
			if n.placeAt(i, h.last) {
				return present(n.evidence(h.first, i+1))
			}
		}
	}
	if len(places) > 0 {
		return unclear(n.quote(places[0].first, places[0].last))
	}
	return n.fallsShort(v)
}

// placeAt says whether token i names a state, or a city behind "in" or before a comma and a state.
func (n *reading) placeAt(i, from int) bool {
	if anyIn(n.words("state-names"), i, min(i+2, len(n.tokens))) {
		return true
	}
	before := n.at(i - 1)
	if n.stateBehindCity(i) && n.wordsIn(from, i) > 0 {
		return true
	}
	if anyIn(n.words("states"), i, i+1) && (before == "," || before == "in" && len(n.at(i)) == 2 && n.at(i) != "in" && n.at(i) != "or" && n.at(i) != "me" && n.at(i) != "hi") {
		return true
	}
	return (before == "in" || before == "city" || before == "of" && n.at(i-2) == "city") && i > from-1 && n.tokens[i].kind == wordToken && len(n.at(i)) > 2 && !anyIn(n.words("no-city"), i, i+1)
}

// stateBehindCity says whether token i is the two letters of a state that end a clause behind a word:
// "home, Macon GA." Letters that are words of their own do not count so.
func (n *reading) stateBehindCity(i int) bool {
	switch n.at(i) {
	case "in", "or", "me", "hi", "ok", "oh", "ma", "pa", "id", "la", "al", "de", "co":
		return false
	}
	ends := i+1 >= len(n.tokens) || n.tokens[i+1].kind == markToken || n.tokens[i+1].line != n.tokens[i].line
	return ends && i > 0 && n.tokens[i-1].kind == wordToken && len(n.at(i)) == 2 && anyIn(n.words("states"), i, i+1)
}

// detectDistinctParts wants the E/M work and the psychotherapy under headings of their own, or the
// psychotherapy in its own sentence with its own method and minutes.
func detectDistinctParts(n *reading, v *value) finding {
	var medical, therapy *section
	for i := range n.sections {
		s := &n.sections[i]
		if s.sections&inMedical != 0 && medical == nil {
			medical = s
		}
		if s.sections&inPsychotherapy != 0 && therapy == nil {
			therapy = s
		}
	}
	if therapy != nil && n.wordsIn(therapy.first, therapy.last) >= 5 {
		evidence := []Evidence{n.quote(therapy.heading, therapy.last)}
		if medical != nil {
			evidence = slices.Insert(evidence, 0, n.quote(medical.heading, medical.last))
		}
		return present(evidence...)
	}
	if found := n.cueHits(v); len(found) > 0 {
		if len(n.methods("interventions")) == 0 {
			return unclear(n.quote(found[0].first, found[0].last)) // its own time, and no method of its own
		}
		return present(n.quote(found[0].first, found[0].last))
	}
	return n.fallsShort(v)
}

// detectEachPage is listed where page breaks survive: the name must stand behind each of them.
func detectEachPage(n *reading, v *value) finding {
	var breaks []int
	for i := range n.note.text {
		if n.note.text[i] == '\f' {
			breaks = append(breaks, i)
		}
	}
	if len(breaks) == 0 {
		for _, h := range n.hits[v.lists.any] { // Page 2 of 3, where no form feed survives
			if n.at(h.first+1) != "1" {
				breaks = append(breaks, n.lines[n.tokens[h.first].line].start)
			}
		}
	}
	if len(breaks) == 0 {
		return notListed
	}
	slices.Sort(breaks)
	breaks = slices.Compact(breaks)
	name := ""
	for _, p := range n.names {
		if p.full() {
			name = n.note.text[n.tokens[p.last-1].start:n.tokens[p.last-1].end]
			break
		}
	}
	var evidence []Evidence
	i := 0
	for k, from := range breaks {
		to := len(n.note.text)
		if k+1 < len(breaks) {
			to = breaks[k+1]
		}
		for i < len(n.tokens) && (n.tokens[i].start < from || n.tokens[i].start < to && n.note.text[n.tokens[i].start:n.tokens[i].end] != name) {
			i++
		}
		if name == "" || i == len(n.tokens) || n.tokens[i].start >= to {
			return missing()
		}
		evidence = append(evidence, n.evidence(i, i+1))
	}
	return present(evidence...)
}
