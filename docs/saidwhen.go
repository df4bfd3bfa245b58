package docs

import (
	"fmt"
	"slices"
	"strings"

	"github.com/chargenote/chargenote/internal/effective"
)

// saidDate is a full date with what else its figures may mean.
func (n *reading) saidDate(d noteDate, e Evidence) *SaidDate {
	said := &SaidDate{Value: iso(d.year, d.month, d.day), Evidence: e}
	if n.inFigures(d) && d.day <= 12 && d.day != d.month {
		said.Or = append(said.Or, iso(d.year, d.day, d.month))
	}
	return said
}

func iso(year, month, day int) string { return fmt.Sprintf("%04d-%02d-%02d", year, month, day) }

// inFigures says whether day and month are written as figures of which either may come first.
func (n *reading) inFigures(d noteDate) bool {
	first := n.tokens[d.first]
	if first.kind != numberToken || len(first.text) == 4 && !strings.Contains(first.text, ".") {
		return false
	}
	for i := d.first; i < d.last; i++ {
		if n.tokens[i].kind == wordToken {
			return false
		}
	}
	return true
}

// dateIn is the last full date within an evidence.
func (n *reading) dateIn(e Evidence) (noteDate, bool) {
	for _, d := range slices.Backward(n.dates) {
		if span := n.evidence(d.first, d.last); d.full && span.Start >= e.Start && span.End <= e.End {
			return d, true
		}
	}
	return noteDate{}, false
}

func (n *reading) saidServiceDate() *SaidDate {
	for _, d := range n.dates {
		if d.full && n.isServiceDate(d) {
			return n.saidDate(d, n.evidence(d.first, d.last))
		}
	}
	return nil
}

func (n *reading) saidSignedOn() *SaidDate {
	f := detectSignatureDate(n, nil)
	if f.status != Present {
		return nil
	}
	d, ok := n.dateIn(f.evidence[0])
	if !ok {
		return nil
	}
	return n.saidDate(d, n.evidence(d.first, d.last))
}

// saidBirthDate is the patient's date of birth. A year of two digits is of the latest century that is
// not after the service.
func (n *reading) saidBirthDate(service *SaidDate) *SaidDate {
	f := detectBirthDate(n, nil)
	if f.status != Present {
		return nil
	}
	e := f.evidence[0]
	d, ok := n.dateIn(e)
	if !ok {
		return n.eightDigits(e)
	}
	said := n.saidDate(d, e)
	if len(n.tokens[d.last-1].text) != 2 || len(n.tokens[d.first].text) == 4 {
		return said
	}
	earlier := make([]string, 0, 1+len(said.Or))
	for _, day := range append([]string{said.Value}, said.Or...) {
		earlier = append(earlier, "19"+day[2:])
	}
	if latest := n.latestDay(service); latest != "" && said.Value > latest {
		said.Value, said.Or = earlier[0], earlier[1:]
		return said
	}
	said.Or = append(said.Or, earlier...)
	return said
}

// latestDay is the day of service as it is known, or as the note says it; empty where neither does.
func (n *reading) latestDay(service *SaidDate) string {
	switch {
	case n.request.Day != "":
		return n.request.Day
	case service != nil:
		return service.Value
	}
	return ""
}

// eightDigits reads a date of birth written without marks, the year first or last.
func (n *reading) eightDigits(e Evidence) *SaidDate {
	figures := e.Text[max(0, len(e.Text)-8):]
	if len(figures) < 8 || atoi(figures) < 0 {
		return nil
	}
	for _, day := range []string{
		figures[:4] + "-" + figures[4:6] + "-" + figures[6:],
		figures[4:] + "-" + figures[:2] + "-" + figures[2:4],
	} {
		if _, err := effective.ParseDate(day); err == nil && yearOf(day[:4]) > 0 {
			return &SaidDate{Value: day, Evidence: e}
		}
	}
	return nil
}
