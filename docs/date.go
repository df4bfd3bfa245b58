package docs

import (
	"slices"
	"time"

	"github.com/chargenote/chargenote/internal/effective"
)

// A noteDate is a date of the note. A date without a year, or with marks in place of digits, is
// not full.
type noteDate struct {
	first, last      int // tokens
	month, day, year int // year 0 where none is written
	full             bool
}

// before says whether a full date is earlier than another.
func (d noteDate) before(other noteDate) bool {
	return d.ordinal() < other.ordinal()
}

// ordinal puts full dates in order.
func (d noteDate) ordinal() int { return (d.year*12+d.month)*31 + d.day }

// months by their names and short names.
var months = map[string]int{
	"january": 1, "jan": 1, "february": 2, "feb": 2, "march": 3, "mar": 3, "april": 4, "apr": 4, "may": 5, "june": 6, "jun": 6,
	"july": 7, "jul": 7, "august": 8, "aug": 8, "september": 9, "sept": 9, "sep": 9, "october": 10, "oct": 10, "november": 11,
	"nov": 11, "december": 12, "dec": 12,
}

// findDates lists the dates of the note, in order.
func (n *reading) findDates() []noteDate {
	var found []noteDate
	for i := 0; i < len(n.tokens); i++ {
		if d, ok := n.dateAt(i); ok {
			found = append(found, d)
			i = d.last - 1
		}
	}
	return found
}

// datesIn are the dates that begin within the tokens first up to but without last.
func (n *reading) datesIn(first, last int) []noteDate {
	place := func(d noteDate, at int) int { return d.first - at }
	from, _ := slices.BinarySearchFunc(n.dates, first, place)
	to, _ := slices.BinarySearchFunc(n.dates, last, place)
	return n.dates[from:max(from, to)]
}

// dateAt reads a date at token i: 10/3/2024, 10-3-24, 10.3.2024, 2024-10-03, October 3rd, 2024,
// 3 Oct 2024, 10/3.
func (n *reading) dateAt(i int) (noteDate, bool) {
	switch t := &n.tokens[i]; {
	case t.kind == numberToken:
		if i > 0 && t.start == n.tokens[i-1].end && n.at(i-1) != "(" && n.at(i-1) != ":" && n.at(i-1) != "," && n.at(i-1) != "[" {
			return noteDate{}, false // inside of a longer number
		}
		if d, ok := n.dateInDigits(i); ok {
			return d, true
		}
		return n.dayMonth(i)
	case monthShapes.may(t.text) && months[t.text] > 0:
		return n.monthDay(i)
	}
	return noteDate{}, false
}

func (n *reading) dateInDigits(i int) (noteDate, bool) {
	text := n.tokens[i].text
	// 10.3.2024 is cut as 10.3 and .2024
	if len(text) >= 3 && len(text) <= 5 && n.close(i, ".") && i+2 < len(n.tokens) && n.tokens[i+2].kind == numberToken {
		for k := range len(text) {
			if text[k] == '.' {
				return made(i, i+3, atoi(text[:k]), atoi(text[k+1:]), yearOf(n.tokens[i+2].text))
			}
		}
	}
	mark := n.at(i + 1)
	if mark != "/" && mark != "-" || i+2 >= len(n.tokens) || n.tokens[i+1].start != n.tokens[i].end || n.tokens[i+2].start != n.tokens[i+1].end {
		return noteDate{}, false
	}
	second, third := n.tokens[i+2], ""
	last := i + 3
	if n.at(i+3) == mark && i+4 < len(n.tokens) && n.tokens[i+3].start == second.end && n.tokens[i+4].start == n.tokens[i+3].end {
		third, last = n.at(i+4), i+5
	}
	switch {
	case third == "" && mark == "/" && len(text) <= 2 && len(second.text) <= 2: // 10/3
		return made(i, i+3, atoi(text), atoi(second.text), 0)
	case third == "":
		return noteDate{}, false
	case months[second.text] > 0 && len(text) <= 2: // 3-Oct-2024
		return made(i, last, months[second.text], atoi(text), yearOf(third))
	case len(text) == 4: // 2024-10-03
		return made(i, last, atoi(second.text), atoi(third), yearOf(text))
	case n.tokens[i+4].kind == numberToken:
		d, ok := made(i, last, atoi(text), atoi(second.text), yearOf(third))
		if !ok && len(text) <= 2 { // 28/10/2024: the day first
			d, ok = made(i, last, atoi(second.text), atoi(text), yearOf(third))
		}
		return d, ok
	}
	return noteDate{}, false
}

// monthDay reads October 3rd, 2024 and October 3.
func (n *reading) monthDay(i int) (noteDate, bool) {
	at := i + 1
	if n.at(at) == "." {
		at++
	}
	at = n.skipGlue(at)
	if at >= len(n.tokens) || n.tokens[at].kind != numberToken || len(n.tokens[at].text) > 2 {
		return noteDate{}, false
	}
	dayOfMonth := atoi(n.at(at))
	at = n.skipOrdinal(at + 1)
	last := at
	if n.at(at) == "," || n.at(at) == "-" {
		at++
	}
	if at < len(n.tokens) && n.tokens[at].kind == numberToken && yearOf(n.at(at)) > 0 && len(n.at(at)) == 4 {
		return made(i, at+1, months[n.at(i)], dayOfMonth, yearOf(n.at(at)))
	}
	if n.at(i) == "may" && last == i+2 && n.tokens[i+1].line != n.tokens[i].line {
		return noteDate{}, false
	}
	return made(i, last, months[n.at(i)], dayOfMonth, 0)
}

// dayMonth reads 3 October 2024.
func (n *reading) dayMonth(i int) (noteDate, bool) {
	if len(n.tokens[i].text) > 2 {
		return noteDate{}, false
	}
	at := n.skipOrdinal(i + 1)
	month := months[n.at(at)]
	if month == 0 || n.at(at) == "may" && n.at(at+1) == "" {
		return noteDate{}, false
	}
	if at++; n.at(at) == "," || n.at(at) == "." {
		at++
	}
	if at < len(n.tokens) && len(n.at(at)) == 4 && yearOf(n.at(at)) > 0 {
		return made(i, at+1, month, atoi(n.at(i)), yearOf(n.at(at)))
	}
	return noteDate{}, false
}

func (n *reading) skipOrdinal(i int) int {
	switch n.at(i) {
	case "st", "nd", "rd", "th":
		return i + 1
	}
	return i
}

// yearOf reads a year of four digits, or of two in this or the last century; 0 where it is none.
func yearOf(s string) int {
	y := atoi(s)
	switch {
	case len(s) == 4 && y >= 1900 && y <= 2200:
		return y
	case len(s) == 2 && y >= 0:
		return 2000 + y
	}
	return 0
}

func made(first, last, month, dayOfMonth, year int) (noteDate, bool) {
	if month < 1 || month > 12 || dayOfMonth < 1 || dayOfMonth > 31 {
		return noteDate{}, false
	}
	d := noteDate{first: first, last: last, month: month, day: dayOfMonth, year: year, full: year > 0}
	if d.full {
		if _, err := effective.ParseDate(effective.Date{Year: year, Month: time.Month(month), Day: dayOfMonth}.String()); err != nil {
			return noteDate{}, false
		}
	}
	return d, true
}
