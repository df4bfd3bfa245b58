package docs

// A duration is a number of minutes that the note states.
type duration struct {
	minutes       int
	first, last   int // tokens
	rank          rank
	psychotherapy bool
	medical       bool
	inclusive     bool // includes documentation or calls
}

// durationAt reads a duration at token i: 53 min, 53-minute, 1.5 hrs, 1 hr 10 min, an hour and a
// half, half an hour, forty-five minutes.
func (n *reading) durationAt(i int) (duration, bool) {
	d := duration{first: i}
	switch n.at(i) {
	case "an", "a", "one", "1":
		if u := n.skipGlue(i + 1); isHour(n.at(u)) && (n.at(i) == "an" || n.at(i) == "a") {
			d.minutes, d.last = hour, u+1
			return n.andMinutes(d), true
		}
	case "hour": // "an hour" was taken at "an"
	case "half":
		j := i + 1
		if n.at(j) == "an" || n.at(j) == "a" {
			j++
		}
		if j = n.skipGlue(j); isHour(n.at(j)) {
			d.minutes, d.last = 30, j+1
			return d, true
		}
	}
	whole, fraction, last := n.amount(i)
	if last == i {
		return d, false
	}
	u := n.skipGlue(last)
	switch {
	case isHour(n.at(u)):
		d.minutes, d.last = whole*hour+fraction*hour/100, u+1
		return n.andMinutes(d), true
	case isMinute(n.at(u)) && fraction == 0:
		d.minutes, d.last = whole, u+1
		return d, true
	case n.at(u) == "'" && fraction == 0 && n.tokens[u].start == n.tokens[last-1].end && n.tokens[i].kind == numberToken:
		d.minutes, d.last = whole, u+1
		return d, true
	case n.at(u) == "m" && n.tokens[u].start == n.tokens[last-1].end && fraction == 0: // 53m
		d.minutes, d.last = whole, u+1
		return d, whole >= 10
	}
	return d, false
}

// opensDuration says whether a duration or a number of minutes may begin at token i.
func (n *reading) opensDuration(i int) bool {
	switch t := &n.tokens[i]; t.text {
	case "a", "an", "half", "hundred":
		return true
	default:
		return t.number
	}
}

// amount reads a number in digits or words at token i: whole part and hundredths.
func (n *reading) amount(i int) (whole, hundredths, last int) {
	if i >= len(n.tokens) {
		return 0, 0, i
	}
	t := &n.tokens[i]
	if t.kind == wordToken {
		if !t.number && t.text != "hundred" {
			return 0, 0, i
		}
		if v, last := n.smallNumber(i); v >= 0 {
			if n.at(last) == "and" && n.at(last+1) == "a" && n.at(last+2) == "half" {
				return v, 50, last + 3
			}
			return v, 0, last
		}
		if t.text == "hundred" {
			return 100, 0, i + 1
		}
		return 0, 0, i
	}
	if t.kind != numberToken || len(t.text) > 5 {
		return 0, 0, i
	}
	for k := 0; k < len(t.text); k++ {
		if t.text[k] == '.' {
			fraction := (t.text[k+1:] + "0")[:2]
			return atoi(t.text[:k]), atoi(fraction), i + 1
		}
	}
	if n.at(i+1) == "1" && n.at(i+2) == "/" && n.at(i+3) == "2" {
		return atoi(t.text), 50, i + 4
	}
	return atoi(t.text), 0, i + 1
}

// andMinutes reads the second part of "1 hr 10 min", "an hour and a half", "1 hour and fifteen minutes".
func (n *reading) andMinutes(d duration) duration {
	i := d.last
	switch n.at(i) {
	case "and", ",", "&":
		i++
	}
	if n.at(i) == "a" && n.at(i+1) == "half" && i > d.last {
		d.minutes, d.last = d.minutes+30, i+2
		return d
	}
	if (n.at(i) == "a" && n.at(i+1) == "quarter" || n.at(i) == "quarter") && i > d.last {
		d.minutes += 15
		d.last = i + 1
		if n.at(i) == "a" {
			d.last++
		}
		return d
	}
	whole, fraction, last := n.amount(i)
	if u := n.skipGlue(last); last > i && fraction == 0 && (isMinute(n.at(u)) || n.at(u) == "m") {
		d.minutes, d.last = d.minutes+whole, u+1
	}
	return d
}

func (n *reading) skipGlue(i int) int {
	if i < len(n.tokens) && (n.tokens[i].kind == glueToken || n.at(i) == "-" && n.tokens[i].kind == markToken) {
		return i + 1
	}
	return i
}

func isHour(s string) bool {
	switch s {
	case "h", "hr", "hrs", "hour", "hours", "hous", "huor":
		return true
	}
	return false
}

func isMinute(s string) bool {
	switch s {
	case "min", "mins", "minute", "minutes", "mintues", "minuets", "mintes", "minuts", "mn", "minuites":
		return true
	}
	return false
}
