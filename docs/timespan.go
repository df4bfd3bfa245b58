package docs

// A timeSpan is two clock times of the note that open and close something.
type timeSpan struct {
	start, stop   clockTime
	first, last   int  // tokens, from the first label on
	minutes       int  // between them
	from, to      int  // minutes since midnight; -1 where the half of the day is not known
	resolved      bool // the note says which half of the day, or writes 24-hour time
	labelled      bool
	rank          rank
	psychotherapy bool // tied to the psychotherapy and not to the whole visit
	medical       bool // tied to the E/M work
}

// longestSession is the longest span in minutes that is read as one session.
const longestSession = 8 * hour

// spanAt reads a span at token i: two clock times and what joins them.
func (n *reading) spanAt(i int) (timeSpan, bool) {
	start, ok := n.clock(i)
	if !ok {
		return timeSpan{}, false
	}
	at, joined := n.joiner(start.last, i)
	if !joined {
		return timeSpan{}, false
	}
	stop, ok := n.clock(at)
	if !ok || !n.plausible(start, stop, i) {
		return timeSpan{}, false
	}
	s := timeSpan{start: start, stop: stop, first: i, last: stop.last}
	return s, s.resolve(n.partOfDay(i)) && (s.resolved || !n.gradesInWords(start, stop))
}

// gradesInWords says whether two number words may be grades, as in "her worry went from nine to four":
// nothing but a word of the service close before them makes them hours.
func (n *reading) gradesInWords(start, stop clockTime) bool {
	if !start.bare || !stop.bare || n.tokens[start.first].kind != wordToken || start.last > start.first+1 || stop.last > stop.first+1 {
		return false
	}
	first, _ := n.sentence(start.first)
	return !anyIn(n.words("service-words"), max(first, start.first-5), start.first)
}

// joiner reads what may stand between the two times of a span, and returns the token behind it.
func (n *reading) joiner(i, first int) (int, bool) {
	if i >= len(n.tokens) || n.tokens[i].line > n.tokens[first].line+1 {
		return i, false
	}
	switch n.at(i) {
	case "-", "~", "to", "til", "till", "until", "through", "thru", "->":
		i++
		if n.at(i) == "-" { // --
			i++
		}
		return i, true
	case "/":
		return i + 2, n.at(i+1) == "/"
	case "and", "&":
		return i + 1, n.at(first-1) == "between"
	}
	return i, false
}

// plausible refuses pairs of numbers that are years, dates, scores or phone numbers.
func (n *reading) plausible(start, stop clockTime, i int) bool {
	if start.digits && stop.digits && year(start) && year(stop) && !n.timeWordNear(i) {
		return false
	}
	if start.bare && stop.bare {
		if n.tokens[start.first].kind == wordToken && n.tokens[stop.first].kind == wordToken {
			return n.at(i-1) == "from" || n.at(i-1) == "between" || n.timeWordNear(i)
		}
		// 16.20-17.25 or 930-1015 or 2-3 need a label or a word of time
		dotted := len(n.tokens[start.first].text) > 2 && len(n.tokens[stop.first].text) > 2
		return dotted && n.timeWordNear(i) || n.at(i-1) == "from" && dotted
	}
	if start.digits != stop.digits && (start.bare || stop.bare) && start.half != am && start.half != pm && stop.half != am && stop.half != pm {
		return n.timeWordNear(i) // 930-1015
	}
	return true
}

func year(c clockTime) bool {
	h := c.minutes / hour
	return h == 19 || h == 20
}

// timeWordNear says whether the line or the few words before token i speak of the session's time.
func (n *reading) timeWordNear(i int) bool {
	first, last := n.sentence(i)
	return anyIn(n.words("time-words"), max(first, i-8), min(last, i+10))
}

// partOfDay is the half of the day that the sentence names, as in "in the morning".
func (n *reading) partOfDay(i int) half {
	first, last := n.sentence(i)
	switch {
	case anyIn(n.words("morning"), first, last):
		return am
	case anyIn(n.words("afternoon"), first, last):
		return pm
	}
	return noHalf
}

// resolve works out minutes and halves of the day, and refuses a span above 8 hours.
func (s *timeSpan) resolve(part half) bool {
	a, b := s.start, s.stop
	known := func(h half) bool { return h != noHalf }
	switch {
	case known(a.half) && known(b.half):
		s.resolved = true
		return s.set(a.minutesOfDay(a.half), b.minutesOfDay(b.half))
	case !known(a.half) && known(b.half) && b.half != wholeDay:
		s.resolved = true
		return s.set(a.minutesOfDay(b.half), b.minutesOfDay(b.half)) || s.set(a.minutesOfDay(opposite(b.half)), b.minutesOfDay(b.half))
	case known(a.half) && a.half != wholeDay && !known(b.half):
		s.resolved = true
		return s.set(a.minutesOfDay(a.half), b.minutesOfDay(a.half)) || s.set(a.minutesOfDay(a.half), b.minutesOfDay(opposite(a.half)))
	case a.half == wholeDay || b.half == wholeDay:
		// one side is 24-hour time: the other is too, or lies in the nearest half (noon to 1:10)
		s.resolved = true
		ga, gb := a.minutes, b.minutes
		if s.setForward(ga, gb) {
			return true
		}
		if a.half != wholeDay {
			return s.setForward((ga+halfDay)%day, gb)
		}
		return s.setForward(ga, (gb+halfDay)%day)
	case part != noHalf:
		s.resolved = true
		return s.set(a.minutesOfDay(part), b.minutesOfDay(part)) || s.set(a.minutesOfDay(part), b.minutesOfDay(opposite(part)))
	}
	// no half anywhere: 10:05-10:58 reads as 24-hour time, 2:00-2:53 could be either half
	if a.minutes >= 10*hour && b.minutes >= a.minutes {
		s.resolved = true
		return s.set(a.minutes, b.minutes)
	}
	minutes := (b.minutes%halfDay - a.minutes%halfDay + halfDay) % halfDay
	if minutes == 0 || minutes > longestSession {
		return false
	}
	s.minutes, s.from, s.to = minutes, -1, -1
	return true
}

func opposite(h half) half {
	if h == am {
		return pm
	}
	return am
}

// set takes the two times where the span between them is positive and not above 8 hours. Times of
// the same half that run backwards are for the caller to read anew; only a span that ends in the
// early morning runs over midnight.
func (s *timeSpan) set(from, to int) bool {
	if s.start.half == noHalf != (s.stop.half == noHalf) && to < from && s.sameHalf(from, to) {
		return false
	}
	return s.setForward(from, to)
}

func (s *timeSpan) sameHalf(from, to int) bool { return from/halfDay == to/halfDay }

func (s *timeSpan) setForward(from, to int) bool {
	minutes := to - from
	if minutes < 0 {
		minutes += day
	}
	if minutes == 0 || minutes > longestSession {
		return false
	}
	s.minutes, s.from, s.to = minutes, from, to
	return true
}

// labelledSpans reads pairs such as "start 1400 stop 1453", on one line or two.
func (n *reading) labelledSpans() []timeSpan {
	var spans []timeSpan
	for _, open := range n.words("start-labels") {
		start, ok := n.clockBehind(open.last)
		if !ok {
			continue
		}
		for _, shut := range hitsIn(n.words("stop-labels"), start.last, start.last+15) {
			if n.tokens[shut.first].line > n.tokens[open.first].line+3 {
				continue
			}
			stop, ok := n.clockBehind(shut.last)
			if !ok {
				continue
			}
			s := timeSpan{start: start, stop: stop, first: open.first, last: stop.last, labelled: true}
			if s.resolve(n.partOfDay(open.first)) {
				spans = append(spans, s)
			}
			break
		}
	}
	return spans
}

// clockBehind reads a clock time directly behind a label.
func (n *reading) clockBehind(i int) (clockTime, bool) {
	for skipped := 0; i < len(n.tokens) && skipped < 4; i++ {
		if c, ok := n.clock(i); ok {
			return c, true
		}
		switch n.at(i) {
		case ":", "=", "-", "at", "time", "was", "session", ",", "around", "approximately", "promptly", "~", "@", "(", ")", "the":
			skipped++
		default:
			return clockTime{}, false
		}
	}
	return clockTime{}, false
}
