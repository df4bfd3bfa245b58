package docs

import (
	"fmt"
	"slices"
	"strings"
)

// detectMentalStatus counts the categories of mental status that hold a finding.
func detectMentalStatus(n *reading, v *value) finding {
	var names []string
	var evidence []Evidence
	for k, g := range n.rules.groups["mental-status"] {
		h, ok := n.seenIn(g)
		if !ok {
			h, ok = n.seenBeside(k)
		}
		if !ok {
			h, ok = n.seenBare(g.name)
		}
		if !ok && g.name == moodAndAffect {
			h, ok = n.moodNamed(k)
		}
		if ok {
			names = append(names, g.name)
			evidence = append(evidence, n.evidence(h.first, h.last))
		}
	}
	var f finding
	switch {
	case len(names) >= v.Find.Count:
		f = present(evidence...)
	case len(names) > 0:
		f = unclear(evidence...)
	default:
		f = n.fallsShort(v)
		f.status = Missing
	}
	f.detail = joined(names)
	return f
}

// seenIn is the first finding of a category.
func (n *reading) seenIn(g listing) (hit, bool) {
	for _, h := range n.hits[g.list] {
		if n.wasSeen(g.name, h) {
			return h, true
		}
	}
	return hit{}, false
}

// seenBeside is the first finding of category k by words that count only in the exam itself or in a
// sentence that holds a finding of another category.
func (n *reading) seenBeside(k int) (hit, bool) {
	groups := n.rules.groups["mental-status"]
	for _, g := range n.rules.groups["mental-status-beside"] {
		if g.name != groups[k].name {
			continue
		}
		for _, h := range n.hits[g.list] {
			if n.wasSeen(g.name, h) && (n.in(h.first, inObjective) || n.seenWith(h, k, leastBeside)) {
				return h, true
			}
		}
	}
	return hit{}, false
}

// seenBare is the first finding of a category by adjectives alone ("loud, angry, logical"), which count only in
// the exam, or in a sentence that runs through it.
func (n *reading) seenBare(category string) (hit, bool) {
	for _, g := range n.rules.groups["mental-status-bare"] {
		if g.name != category {
			continue
		}
		for _, h := range n.hits[g.list] {
			if n.wasSeen(category, h) && (n.in(h.first, inObjective) || n.examSentence(h)) {
				return h, true
			}
		}
	}
	return hit{}, false
}

// moodAndAffect is the category whose findings are any word: mood "hollow", mood keyed up.
const moodAndAffect = "mood and affect"

// moodNamed is the first finding behind the words mood or affect themselves (mood-names), in the exam or
// beside a finding of another category than k.
func (n *reading) moodNamed(k int) (hit, bool) {
	for _, h := range n.words("mood-names") {
		named, ok := n.moodAt(h)
		if ok && n.wasSeen(moodAndAffect, named) && (n.in(h.first, inObjective) || n.seenWith(h, k, 1)) {
			return named, true
		}
	}
	return hit{}, false
}

// moodAt is what is found of the mood where it is named: mood "hollow", frustrated in mood. Words that
// only speak of mood (no-mood) are no finding.
func (n *reading) moodAt(h hit) (hit, bool) {
	i := h.last
	for i < len(n.tokens) && i < h.last+2 && n.tokens[i].kind == markToken && n.at(i) != "." {
		i++
	}
	named := hit{h.first, i + 1}
	if n.at(h.first-1) == "in" && h.first > 1 {
		i, named = h.first-2, hit{h.first - 2, h.last}
	}
	if i >= len(n.tokens) || n.tokens[i].kind != wordToken || n.tokens[i].sentence != n.tokens[h.first].sentence || n.notMood(h, i) {
		return hit{}, false
	}
	return named, true
}

// notMood says whether the words mood or affect with what follows them, up to token i, are no finding.
func (n *reading) notMood(h hit, i int) bool {
	for _, no := range within(n.words("no-mood"), h.first, h.last) {
		if no.last > i {
			return true
		}
	}
	return false
}

// seenWith says whether the sentence of h holds a finding of another category than k, or common words of
// so many others.
func (n *reading) seenWith(h hit, k, least int) bool {
	from, to := n.sentence(h.first)
	own := n.rules.groups["mental-status"][k].name
	for _, g := range n.rules.groups["mental-status"] {
		if found, ok := firstIn(n.hits[g.list], from, to); ok && g.name != own && n.wasSeen(g.name, found) {
			return true
		}
	}
	besides := map[string]bool{}
	for _, g := range n.rules.groups["mental-status-beside"] {
		if found, ok := firstIn(n.hits[g.list], from, to); ok && g.name != own && n.wasSeen(g.name, found) {
			besides[g.name] = true
		}
	}
	if mood, ok := firstIn(n.words("mood-names"), from, to); ok && own != moodAndAffect {
		if _, found := n.moodAt(mood); found {
			besides[moodAndAffect] = true
		}
	}
	return len(besides) >= least
}

// leastBeside is how many other categories of common words in one sentence make it an exam.
const leastBeside = 2

// wasSeen says whether a finding is one of this patient, observed today.
func (n *reading) wasSeen(category string, h hit) bool {
	a := n.assertion(h)
	return !a.other && !a.past && !a.hypothetical && !a.notDone && !n.tokens[h.first].quoted && !n.toldNotSeen(category, h) &&
		(!n.in(h.first, inPlan|inGoals|inHistory) || n.examSentence(h))
}

// leastExam is how many categories in one sentence make it an exam, whatever heading stands above it.
const leastExam = 4

// examSentence says whether the sentence of h runs through the exam.
func (n *reading) examSentence(h hit) bool {
	from, to := n.sentence(h.first)
	categories := map[string]bool{}
	for _, lists := range []string{"mental-status", "mental-status-beside", "mental-status-bare"} {
		for _, g := range n.rules.groups[lists] {
			if anyIn(n.hits[g.list], from, to) {
				categories[g.name] = true
			}
		}
	}
	if mood, ok := firstIn(n.words("mood-names"), from, to); ok {
		_, found := n.moodAt(mood)
		categories[moodAndAffect] = categories[moodAndAffect] || found
	}
	return len(categories) >= leastExam
}

// toldNotSeen says whether a finding is a complaint and not an observation: "reports restless
// sleep". Mood is what the patient says.
func (n *reading) toldNotSeen(category string, h hit) bool {
	if category == moodAndAffect || category == "perception" || category == "thought content" || n.in(h.first, inObjective) {
		return false
	}
	from, _ := n.clause(h.first)
	return anyIn(n.words("complaint-verbs"), max(from, h.first-5), h.first)
}

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

// goalReach is how many sentences behind a goal its status stands.
const goalReach = 2

// detectGoal wants a goal by number or content, with its status or evidence in the same breath.
// The lists of together are: the goal named, its status.
func detectGoal(n *reading, v *value) finding {
	lists := v.lists.together
	if len(lists) == 0 || len(lists[0]) < 2 {
		return n.fallsShort(v)
	}
	named, status := n.hits[lists[0][0]], n.hits[lists[0][1]]
	for _, h := range named {
		if !n.namesContent(h) {
			continue
		}
		s := n.tokens[h.first].sentence
		from, to := n.sentenceRange(s)
		if n.in(h.first, inGoals) {
			if sec, ok := n.sectionAt(h.first); ok {
				from, to = sec.heading, sec.last
			}
		} else {
			_, to = n.sentenceRange(min(s+goalReach, len(n.sentences)-1))
		}
		if k, ok := n.nearestApart(status, h, from, to); ok && !n.inDate(k) {
			return present(n.quote(min(h.first, k.first), max(h.last, k.last)))
		}
	}
	for _, s := range n.sections { // goals under their heading, without the word, or with their status apart
		if s.sections&inGoals == 0 || n.ground(s.first, s.last) < leastGoal {
			continue
		}
		for _, k := range hitsIn(status, s.first, s.last) {
			if !strings.HasPrefix(n.at(k.first), "progress") && !n.inDate(k) {
				return present(n.quote(s.heading, s.last))
			}
		}
	}
	for _, h := range named {
		if n.namesContent(h) {
			return unclear(n.quote(h.first, h.last)) // a goal without its status
		}
	}
	return n.fallsShort(v)
}

// leastGoal is how many words of its own a goal has under its heading.
const leastGoal = 4

// inDate says whether a hit is part of a full date: the 06/01 of 06/01/2026 counts nothing.
func (n *reading) inDate(h hit) bool {
	for _, d := range n.datesIn(max(0, h.first-4), h.last) {
		if d.full && d.first <= h.first && h.first < d.last {
			return true
		}
	}
	return false
}

// sectionAt is the section that token i stands in, its heading included.
func (n *reading) sectionAt(i int) (section, bool) {
	at, found := slices.BinarySearchFunc(n.sections, i, func(s section, i int) int { return s.heading - i })
	if !found {
		at--
	}
	if at < 0 || i >= n.sections[at].last {
		return section{}, false
	}
	return n.sections[at], true
}

// namesContent says whether a goal is named by its number or its content and not only as "goals".
func (n *reading) namesContent(h hit) bool {
	_, to := n.sentence(h.first)
	if sec, ok := n.sectionAt(h.first); ok && n.in(h.first, inGoals) && h.last <= sec.first {
		to = sec.last // the heading of the goals that stand below it
	}
	if n.tokens[h.last-1].kind == numberToken || numberWords[n.at(h.last-1)] > 0 {
		return true
	}
	words := 0
	for i := h.last; i < min(to, h.last+8); i++ {
		if n.tokens[i].kind == wordToken && !anyIn(n.words("goal-fillers"), i, i+1) {
			words++
		}
		if n.tokens[i].kind == numberToken && i <= h.last+2 {
			return true
		}
	}
	return words >= 2
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
