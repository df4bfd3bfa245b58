package docs

import "slices"

// A rank says how clearly a time is the session's: labelled times first, then those of the header,
// then those beside a word of service. Unranked times are about something else.
type rank byte

const (
	unranked        rank = iota
	bareInTheHeader      // a duration in the header block with no word beside it
	besideService
	inTheHeader
	labelled
)

// A sessionTime is what the note says of the session's time, with the evidence.
type sessionTime struct {
	spans     []timeSpan // of the service, best first
	totals    []duration // of the service, best first
	loose     []clockTime
	breaks    int  // minutes of break stated in the note
	computed  *int // of the best span, less the break
	stated    *int
	differing []Evidence // where times do not agree
	inclusive []Evidence // totals that include charting or calls
	rejected  []duration // durations of the session that do not count, such as a scheduled length
}

// findTimes reads every time of the note and chooses those of the session.
func (n *reading) findTimes() sessionTime {
	dated := make([]bool, len(n.tokens))
	for _, d := range n.dates {
		if !d.full {
			continue // 9/10 may be a grade
		}
		for i := d.first; i < d.last; i++ {
			dated[i] = true
		}
	}
	n.day = n.ownDay()
	t := sessionTime{}
	taken := make([]bool, len(n.tokens)+1)
	keep := func(s timeSpan) {
		if s.rank = n.rankSpan(s); s.rank == unranked {
			return
		}
		s.psychotherapy, s.medical = n.tiedTo(s.first, s.last)
		t.spans = append(t.spans, s)
	}
	for _, s := range n.labelledSpans() {
		if dated[s.start.first] || dated[s.stop.first] {
			continue
		}
		for i := s.first; i < s.last; i++ {
			taken[i] = true
		}
		keep(s)
	}
	for i := range n.tokens {
		if taken[i] || dated[i] || i > 0 && n.tokens[i-1].kind == glueToken && n.tokens[i].kind == numberToken && isDigitToken(n, i-2) {
			continue
		}
		s, ok := n.spanAt(i)
		if !ok || dated[s.stop.first] || taken[s.stop.first] || n.tokenIsLonger(s) {
			continue
		}
		for k := s.first; k < s.last; k++ {
			taken[k] = true
		}
		keep(s)
	}
	n.findTotals(&t, taken, dated)
	n.findLoose(&t, taken, dated)
	n.chooseTimes(&t)
	return t
}

func isDigitToken(n *reading, i int) bool { return i >= 0 && n.tokens[i].kind == numberToken }

// tokenIsLonger says whether the span is part of a longer number, as a telephone number is.
func (n *reading) tokenIsLonger(s timeSpan) bool {
	return s.last+1 < len(n.tokens) && n.tokens[s.last].kind == glueToken && n.tokens[s.last+1].kind == numberToken && n.tokens[s.stop.first].kind == numberToken && s.stop.half == noHalf
}

// rankSpan says how clearly a span is the session's.
func (n *reading) rankSpan(s timeSpan) rank {
	if n.aboutSomethingElse(s.first, s.last) {
		return unranked
	}
	first, last := n.clauseAround(s.first, s.last)
	from, to := n.sentence(s.first)
	switch {
	case s.labelled:
		return labelled
	case anyIn(n.words("time-labels"), max(from, s.first-5), s.first):
		return labelled
	case n.inTop(s.first):
		return inTheHeader
	case anyIn(n.words("service-words"), first, last):
		return besideService
	case anyIn(n.words("service-words"), from, to) && !n.in(s.first, inPlan|inGoals):
		return besideService
	case n.aloneInLine(s.first, s.last):
		return besideService
	}
	return unranked
}

// topLines is how many lines of text the header block has at most, where no heading ends it.
const topLines = 8

// inTop says whether token i stands in the header block: above the first section of the text.
func (n *reading) inTop(i int) bool {
	if n.in(i, inHeader) {
		return true
	}
	if n.tokens[i].sections != 0 {
		return false
	}
	l := n.lines[n.tokens[i].line]
	return l.above < topLines && l.end-l.start < 120 && n.sentenceShort(i)
}

// headerLine says whether the line of token i is made as a header is: few words, or a label, or a
// date in it. "She was silent for 20 minutes" is not, though it may stand at the top.
func (n *reading) headerLine(i int) bool {
	l := n.lines[n.tokens[i].line]
	if n.in(i, inHeader) || n.wordsIn(l.first, l.last) <= 4 {
		return true
	}
	for k := l.first; k < l.last; k++ {
		if n.at(k) == ":" && k > l.first && n.tokens[k-1].kind == wordToken {
			return true
		}
		if d, ok := n.dateAt(k); ok && d.full {
			return true
		}
	}
	return false
}

// sentenceShort tells a line of the header from prose.
func (n *reading) sentenceShort(i int) bool {
	first, last := n.sentence(i)
	words := 0
	for _, t := range n.tokens[first:last] {
		if t.kind == wordToken {
			words++
		}
	}
	return words <= 16 && !anyIn(n.words("the-patient-acts"), first, last)
}

func (n *reading) aloneInLine(first, last int) bool {
	l := n.lines[n.tokens[first].line]
	return n.wordsIn(l.first, l.last) <= n.wordsIn(first, min(last, l.last))+1
}

// clauseAround is the clause that holds the tokens from first up to last; a span may hold no comma.
func (n *reading) clauseAround(first, last int) (int, int) {
	from, _ := n.clause(first)
	_, to := n.clause(last - 1)
	return from, max(to, last)
}

// aboutSomethingElse says whether a time concerns sleep, homework, another visit, a schedule, a call
// to someone else, a symptom, a code's own minutes or a stamp.
func (n *reading) aboutSomethingElse(first, last int) bool {
	from, to := n.clauseAround(first, last)
	if anyIn(n.words("not-session-time"), max(from, first-12), min(to, last+6)) {
		return true
	}
	sentenceFrom, sentenceTo := n.sentence(first)
	if anyIn(n.words("not-session-time"), sentenceFrom, sentenceTo) && !anyIn(n.words("service-words"), from, to) && !anyIn(n.words("time-labels"), from, to) {
		return true
	}
	if n.ofAnotherDay(first) {
		return true
	}
	if n.in(first, inSignature) && anyIn(n.words("signature"), n.lines[n.tokens[first].line].first, n.lines[n.tokens[first].line].last) {
		return true
	}
	return n.in(first, inPlan|inGoals) && !anyIn(n.words("time-labels"), sentenceFrom, sentenceTo)
}

// ownDay is the first full date of the service that the note gives; none where it gives none.
func (n *reading) ownDay() noteDate {
	for _, d := range n.dates {
		if d.full && n.isServiceDate(d) {
			return d
		}
	}
	return noteDate{}
}

// ofAnotherDay says whether the sentence of token i speaks of the service on an older day: "the session
// of 9/26/2024 lasted 45 minutes". The date of a birth or of a plan says nothing of the kind.
func (n *reading) ofAnotherDay(i int) bool {
	if !n.day.full {
		return false
	}
	from, to := n.sentence(i)
	for _, d := range n.datesIn(from, to) {
		if before := n.at(d.first - 1); !d.full || !d.before(n.day) || before != "on" && before != "of" && before != "from" {
			continue
		}
		if first, last := n.clauseAround(d.first, d.last); anyIn(n.words("service-words"), first, last) {
			return true
		}
	}
	return false
}

// tiedTo says whether a time is of the psychotherapy or of the E/M work by name.
func (n *reading) tiedTo(first, last int) (psychotherapy, medical bool) {
	from, to := n.clauseAround(first, last)
	psychotherapy = anyIn(n.words("psychotherapy-words"), from, to)
	medical = n.medicalIn(from, to)
	if !psychotherapy && !medical && n.namedApart(from, to) {
		return true, false
	}
	if !psychotherapy && !medical {
		psychotherapy, medical = n.in(first, inPsychotherapy), n.in(first, inMedical)
	}
	if psychotherapy && medical { // the nearer one
		p, m := n.distance(n.words("psychotherapy-words"), first, last, from, to), n.distance(n.words("medical-words"), first, last, from, to)
		psychotherapy, medical = p <= m, m < p
	}
	return psychotherapy, medical
}

// medicalIn says whether the E/M work is named among the tokens, other than as what the time is apart from.
func (n *reading) medicalIn(from, to int) bool {
	for _, h := range within(n.words("medical-words"), from, to) {
		if h.last <= to && !n.apartFrom(h) {
			return true
		}
	}
	return false
}

// namedApart says whether the E/M work is named as what a time is apart from.
func (n *reading) namedApart(from, to int) bool {
	for _, h := range within(n.words("medical-words"), from, to) {
		if h.last <= to && n.apartFrom(h) {
			return true
		}
	}
	return false
}

// apartFrom says whether "from" or "from the" stands before a hit: separate from the E/M.
func (n *reading) apartFrom(h hit) bool {
	return n.at(h.first-1) == "from" || n.at(h.first-1) == "the" && n.at(h.first-2) == "from"
}

func (n *reading) distance(hits []hit, first, last, from, to int) int {
	best := len(n.tokens)
	for _, h := range hits {
		if h.first < from || h.last > to {
			continue
		}
		best = min(best, max(first-h.last, h.first-last, 0))
	}
	return best
}

// findTotals reads the durations of the note that are the session's.
func (n *reading) findTotals(t *sessionTime, taken, dated []bool) {
	ends := map[int]bool{} // the tokens behind the spans of the session
	for _, s := range t.spans {
		ends[s.last] = true
	}
	for i := 0; i < len(n.tokens); i++ {
		if taken[i] || dated[i] || !n.opensDuration(i) {
			continue
		}
		d, ok := n.durationAt(i)
		if !ok {
			if d, ok = n.labelledNumber(i); !ok {
				continue
			}
		}
		if n.isBreak(d) {
			t.breaks += d.minutes
		} else if d.minutes > 0 && d.minutes <= longestSession && !n.partOfRange(d) && !n.codeDescriptor(d) {
			from, to := n.clauseAround(d.first, d.last)
			if n.aboutSomethingElse(d.first, d.last) || anyIn(n.words("timed-words"), from, to) || n.countsElse(d, to) || anyIn(n.words("not-total-before"), max(0, d.first-3), d.first) {
				t.rejected = append(t.rejected, d)
			} else if d.rank = n.rankTotal(d, ends); d.rank > unranked {
				d.psychotherapy, d.medical = n.tiedTo(d.first, d.last)
				from, to := n.sentence(d.first)
				d.inclusive = anyIn(n.words("includes-other-work"), from, to)
				t.totals = append(t.totals, d)
			}
		}
		i = max(i, d.last-1)
	}
}

// countsElse says whether the words behind a duration make it one of something else: "20 minutes daily".
// Behind the comma after a labelled total, they speak of something else themselves.
func (n *reading) countsElse(d duration, clauseEnd int) bool {
	to := min(len(n.tokens), d.last+4)
	if anyIn(n.words("total-labels"), max(n.firstOfSentence(d.first), d.first-3), d.last) {
		to = min(to, clauseEnd)
	}
	return anyIn(n.words("not-total"), d.first, to)
}

// labelledNumber reads "Total minutes: 53" and "Duration (min): 53".
func (n *reading) labelledNumber(i int) (duration, bool) {
	if n.tokens[i].kind != numberToken || len(n.tokens[i].text) > 3 || i == 0 {
		return duration{}, false
	}
	v := atoi(n.tokens[i].text)
	if v < 5 {
		return duration{}, false
	}
	for _, h := range hitsIn(n.words("minute-labels"), n.firstOfSentence(i), i) {
		if h.last <= i && h.last >= i-3 && n.onlyMarks(h.last, i) {
			return duration{minutes: v, first: h.first, last: i + 1}, true
		}
	}
	if labels := within(n.words("minute-labels"), max(n.firstOfSentence(i), i-labelReach), i); n.at(i-1) == ":" && len(labels) > 0 {
		return duration{minutes: v, first: labels[0].first, last: i + 1}, true // "Minutes, direct with patient: 54"
	}
	return duration{}, false
}

// labelReach is how many tokens before its colon a label of minutes may begin.
const labelReach = 7

func (n *reading) onlyMarks(first, last int) bool {
	return n.wordsIn(first, last) == 0
}

// partOfRange says whether a duration is one end of 45-50 min, which states no number.
func (n *reading) partOfRange(d duration) bool {
	i := d.first - 1
	if i < 1 || n.at(i) != "-" && n.at(i) != "to" {
		return false
	}
	return n.tokens[i-1].kind == numberToken && len(n.tokens[i-1].text) <= 2 && n.at(i-2) != ":"
}

// codeDescriptor says whether a duration stands in the brackets behind a code: 90837 (60 min).
func (n *reading) codeDescriptor(d duration) bool {
	for i := d.first - 1; i >= 0 && i > d.first-8 && n.tokens[i].sentence == n.tokens[d.first].sentence; i-- {
		if n.at(i) == ")" {
			return false
		}
		if n.at(i) == "(" {
			return i > 0 && isCode(n.at(i-1)) || i > 1 && isCode(n.at(i-2))
		}
	}
	return false
}

// isCode says whether a word looks like a procedure code of five digits that begins with 9.
func isCode(s string) bool { return len(s) == 5 && s[0] == '9' && atoi(s) > 0 }

func (n *reading) isBreak(d duration) bool {
	from, to := n.clauseAround(d.first, d.last)
	return anyIn(n.words("break"), max(from, d.first-4), min(to, d.last+4))
}

func (n *reading) rankTotal(d duration, spanEnds map[int]bool) rank {
	from, to := n.sentence(d.first)
	first, last := n.clauseAround(d.first, d.last)
	switch {
	case anyIn(n.words("total-labels"), max(from, d.first-7), d.last):
		return labelled
	case n.family == "timed_therapy": // minutes beside an exercise are of the exercise
		return unranked
	case anyIn(n.words("service-words"), first, last):
		if n.inTop(d.first) {
			return inTheHeader
		}
		return besideService
	case n.inTop(d.first) && n.headerLine(d.first):
		return bareInTheHeader
	case n.behindSpan(d, spanEnds):
		return besideService
	case anyIn(n.words("service-strong"), from, to):
		return besideService
	case n.aloneInLine(d.first, d.last):
		return besideService
	}
	return unranked
}

// behindSpan says whether a duration stands directly behind a span of the session, with a comma or a
// bracket between: "10:00 AM - 11:30 AM, 90 minutes".
func (n *reading) behindSpan(d duration, spanEnds map[int]bool) bool {
	for i := d.first; i >= 0 && i >= d.first-2; i-- {
		if spanEnds[i] && n.wordsIn(i, d.first) == 0 && (i == 0 || n.tokens[i-1].sentence == n.tokens[d.first].sentence) {
			return true
		}
	}
	return false
}

// findLoose collects clock times that stand alone: one time only is no start and stop.
func (n *reading) findLoose(t *sessionTime, taken, dated []bool) {
	for i := range n.tokens {
		if taken[i] || dated[i] {
			continue
		}
		c, ok := n.clock(i)
		if !ok || c.bare || c.digits {
			continue
		}
		if !n.aboutSomethingElse(c.first, c.last) && !n.in(i, inSignature) {
			t.loose = append(t.loose, c)
		}
	}
}

// chooseTimes puts the clearest times first and compares what is left.
func (n *reading) chooseTimes(t *sessionTime) {
	slices.SortStableFunc(t.spans, func(a, b timeSpan) int { return int(b.rank) - int(a.rank) })
	slices.SortStableFunc(t.totals, func(a, b duration) int { return int(b.rank) - int(a.rank) })
	if n.family == familyEM {
		t.spans = preferred(t.spans, func(s timeSpan) bool { return s.psychotherapy }, func(s timeSpan) bool { return s.medical })
		t.totals = preferred(t.totals, func(d duration) bool { return d.psychotherapy }, func(d duration) bool { return d.medical })
	}
	var total *duration
	for i := range t.totals {
		if !t.totals[i].inclusive {
			total = &t.totals[i]
			break
		}
	}
	if total == nil && len(t.totals) > 0 {
		total = &t.totals[0]
	}
	for _, d := range t.totals {
		if d.inclusive {
			t.inclusive = append(t.inclusive, n.evidence(d.first, d.last))
		}
	}
	if total != nil {
		minutes := total.minutes
		t.stated = &minutes
	}
	if len(t.spans) == 0 {
		n.compareTotals(t, total)
		return
	}
	best := t.spans[0]
	if total != nil && total.rank == bareInTheHeader && best.resolved && apart(best.minutes-t.breaks-total.minutes) > 1 {
		total, t.stated = nil, nil // minutes of something within the session
	}
	if !best.resolved && total != nil && apart(best.minutes-t.breaks-total.minutes) <= 1 {
		best.resolved = true // the stated total fits only one reading
		t.spans[0] = best
	}
	minutes := best.minutes - t.breaks
	if t.breaks >= best.minutes {
		minutes = best.minutes
	}
	t.computed = &minutes
	for _, s := range t.spans[1:] {
		if s.rank == besideService && !overlap(s, best) && n.anotherEvent(s) {
			continue
		}
		if s.minutes != best.minutes || s.from != best.from && s.from >= 0 && best.from >= 0 && !n.sameSpan(s, best) {
			t.differing = append(t.differing, n.evidence(s.first, s.last))
		}
	}
	n.compareTotals(t, total)
	if total != nil && !total.inclusive && apart(minutes-total.minutes) > 1 {
		t.differing = append(t.differing, n.evidence(total.first, total.last))
	}
	if len(t.differing) > 0 {
		t.differing = append([]Evidence{n.evidence(best.first, best.last)}, t.differing...)
	}
}

// anotherEvent says whether the words beside a span in the text give it to another event of the day, such as a
// group that the patient also goes to, and not to the session.
func (n *reading) anotherEvent(s timeSpan) bool {
	first, last := n.clauseAround(s.first, s.last)
	return anyIn(n.words("other-event"), first, last)
}

// overlap says whether two spans of known hours share a minute.
func overlap(a, b timeSpan) bool {
	if a.from < 0 || b.from < 0 {
		return true
	}
	return a.from%halfDay < b.from%halfDay+b.minutes && b.from%halfDay < a.from%halfDay+a.minutes
}

// sameSpan says whether two spans are one, once written without am or pm.
func (n *reading) sameSpan(a, b timeSpan) bool {
	return a.from%halfDay == b.from%halfDay && a.minutes == b.minutes
}

// compareTotals notes totals of one service that differ by more than a minute.
func (n *reading) compareTotals(t *sessionTime, chosen *duration) {
	if chosen == nil {
		return
	}
	found := false
	for i := range t.totals {
		d := &t.totals[i]
		if d == chosen || d.inclusive || chosen.inclusive || apart(d.minutes-chosen.minutes) <= 1 {
			continue
		}
		if t.computed != nil && apart(*t.computed-chosen.minutes) <= 1 && d.rank == besideService && d.minutes < chosen.minutes {
			continue // the clock bears out the total; fewer minutes in the text are of a part
		}
		if d.rank == bareInTheHeader || d.rank < inTheHeader && chosen.rank == labelled && !d.psychotherapy {
			continue // minutes of a part of the session
		}
		t.differing = append(t.differing, n.evidence(d.first, d.last))
		found = true
	}
	if found && len(t.spans) == 0 {
		t.differing = append([]Evidence{n.evidence(chosen.first, chosen.last)}, t.differing...)
	}
}

// preferred keeps the times of the service by name where there are any, and drops those of the other service.
func preferred[T any](all []T, ours, theirs func(T) bool) []T {
	var mine, rest []T
	for _, t := range all {
		switch {
		case ours(t):
			mine = append(mine, t)
		case !theirs(t):
			rest = append(rest, t)
		}
	}
	if len(mine) > 0 {
		return mine
	}
	return rest
}

func apart(d int) int { return max(d, -d) }
