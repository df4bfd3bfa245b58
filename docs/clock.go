package docs

import (
	"strconv"
	"strings"
)

// A half says which half of the day a clock time names, where it names one.
type half byte

const (
	noHalf half = iota
	am
	pm
	wholeDay // written in 24-hour time, or noon or midnight
)

// A clockTime is a time of day as written: minutes since midnight, of twelve hours where the half
// is am, pm or unknown.
type clockTime struct {
	minutes     int
	half        half
	first, last int  // tokens
	bare        bool // an hour or words alone, which is a time only inside of a span
	digits      bool // four digits, such as 1620, which could be a year
}

const (
	hour    = 60
	day     = 24 * hour
	halfDay = 12 * hour
)

// minutesOfDay is the time since midnight when the half of the day is h.
func (c clockTime) minutesOfDay(h half) int {
	if c.half == wholeDay {
		return c.minutes
	}
	m := c.minutes % halfDay
	if h == pm {
		m += halfDay
	}
	return m
}

// clock reads a clock time at token i.
func (n *reading) clock(i int) (clockTime, bool) {
	if i >= len(n.tokens) {
		return clockTime{}, false
	}
	switch t := &n.tokens[i]; t.kind {
	case numberToken:
		return n.clockInDigits(i)
	case wordToken:
		if t.number || opensClockInWords(t.text) {
			return n.clockInWords(i)
		}
	}
	return clockTime{}, false
}

func (n *reading) clockInDigits(i int) (clockTime, bool) {
	text := n.tokens[i].text
	c := clockTime{first: i, last: i + 1}
	hours, minutes, ok := 0, 0, false
	leadingZero := strings.HasPrefix(text, "0")
	whole, fraction, dotted := strings.Cut(text, ".")
	switch {
	case dotted: // 16.20
		if len(fraction) != 2 || len(whole) > 2 {
			return c, false
		}
		hours, minutes, ok = atoi(whole), atoi(fraction), true
		c.bare = true
	case n.close(i, ":") && i+2 < len(n.tokens) && len(n.tokens[i+2].text) == 2 && n.tokens[i+2].kind == numberToken: // 13:05
		if len(text) > 2 {
			return c, false
		}
		hours, minutes, ok = atoi(text), atoi(n.tokens[i+2].text), true
		c.last = i + 3
		if n.close(i+2, ":") && n.at(i+4) != "" && len(n.tokens[i+4].text) == 2 && n.tokens[i+4].kind == numberToken { // seconds
			c.last = i + 5
		}
	case len(text) == 4: // 1620
		hours, minutes, ok = atoi(text[:2]), atoi(text[2:]), true
		c.digits, c.half = true, wholeDay
	case len(text) == 3: // 930
		hours, minutes, ok = atoi(text[:1]), atoi(text[1:]), true
		c.bare = true
	case len(text) <= 2: // 2 pm
		hours, ok = atoi(text), true
		c.bare = true
	}
	if !ok || hours > 24 || minutes > 59 || hours == 24 && minutes > 0 {
		return c, false
	}
	if h, last := n.halfAt(c.last); h != noHalf && hours <= 12 {
		c.half, c.last, c.bare, c.digits = h, last, false, false
	} else if hours > 12 || leadingZero && (dotted || c.last > i+1) {
		c.half = wholeDay
		if h != noHalf {
			c.last = last // 13:05 pm
		}
	}
	if c.last < len(n.tokens) && c.half != am && c.half != pm {
		switch n.at(c.last) {
		case "h", "hrs", "hours", "hr":
			if c.digits || dotted || c.last > i+1 {
				c.half, c.digits, c.bare = wholeDay, false, false
				c.last++
			}
		}
	}
	c.minutes = hours%24*hour + minutes
	if c.half == am || c.half == pm || c.half == noHalf {
		if hours == 0 {
			c.half = wholeDay
		}
		c.minutes = hours%12*hour + minutes
		if c.half == noHalf && hours == 12 {
			c.minutes = 12*hour + minutes // the reading as 24-hour time; minutesOfDay takes it modulo 12 hours
		}
	}
	return c, true
}

// close says whether the mark stands directly behind token i.
func (n *reading) close(i int, mark string) bool {
	return i+1 < len(n.tokens) && n.tokens[i+1].text == mark && n.tokens[i].end == n.tokens[i+1].start
}

// halfAt reads am or pm at token i, in any of its spellings.
func (n *reading) halfAt(i int) (half, int) {
	if i >= len(n.tokens) {
		return noHalf, i
	}
	switch n.tokens[i].text {
	case "am":
		return am, i + 1
	case "pm":
		return pm, i + 1
	case "a", "p":
		if i > 0 && n.tokens[i-1].end == n.tokens[i].start { // 4:15p
			if n.tokens[i].text == "a" {
				return am, i + 1
			}
			return pm, i + 1
		}
	case "o", "oclock":
		return noHalf, i
	}
	return noHalf, i
}

// opensClockInWords says whether a word that is no number may open a clock time.
func opensClockInWords(word string) bool {
	switch word {
	case "a", "noon", "midnight", "half", "quarter":
		return true
	}
	return false
}

// clockInWords reads noon, midnight, ten, ten fifteen, half past ten, quarter to three.
func (n *reading) clockInWords(i int) (clockTime, bool) {
	c := clockTime{first: i, last: i + 1, bare: true}
	if n.at(i) == "a" && n.at(i+1) == "quarter" { // a quarter past ten
		i++
	}
	switch n.at(i) {
	case "noon":
		c.minutes, c.half, c.bare = 12*hour, wholeDay, false
		return c, true
	case "midnight":
		c.minutes, c.half, c.bare = 0, wholeDay, false
		return c, true
	case "half", "quarter":
		shift := 30
		if n.at(i) == "quarter" {
			shift = 15
		}
		h, ok := numberWords[n.at(i+2)]
		if !ok {
			h = atoi(n.at(i + 2))
		}
		if h < 1 || h > 12 {
			return c, false
		}
		switch n.at(i + 1) {
		case "past", "after":
			c.minutes = h*hour + shift
		case "to", "till", "before":
			c.minutes = (h*hour + halfDay - shift)
		default:
			return c, false
		}
		c.minutes %= halfDay
		c.last = i + 3
		return n.withHalf(c), true
	}
	h, ok := numberWords[n.at(i)]
	if !ok || h > 12 {
		return c, false
	}
	minutes, last := n.smallNumber(i + 1)
	if minutes < 0 || minutes > 59 || minutes > 0 && minutes < 10 {
		minutes, last = 0, i+1
	}
	c.minutes, c.last = h%12*hour+minutes, last
	if n.at(c.last) == "oclock" {
		c.last++
	}
	return n.withHalf(c), true
}

func (n *reading) withHalf(c clockTime) clockTime {
	if h, last := n.halfAt(c.last); h != noHalf {
		c.half, c.last, c.bare = h, last, false
	}
	return c
}

// smallNumber reads number words below 100 at token i: fifteen, forty five, forty-five. It is -1
// where there is none.
func (n *reading) smallNumber(i int) (value, last int) {
	value, ok := numberWords[n.at(i)]
	if !ok {
		return -1, i
	}
	last = i + 1
	if value >= 20 {
		next := last
		if next < len(n.tokens) && n.tokens[next].kind == glueToken {
			next++
		}
		if ones, ok := numberWords[n.at(next)]; ok && ones < 10 {
			return value + ones, next + 1
		}
	}
	return value, last
}

func atoi(s string) int {
	v, err := strconv.Atoi(s)
	if err != nil {
		return -1
	}
	return v
}
