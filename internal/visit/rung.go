package visit

import (
	"fmt"
	"strings"
	"time"
)

// A Rung is the way in which an EHR takes a filing: the highest of the ladder that it offers.
type Rung struct {
	Way  Way
	Left []string // what of the filing this EHR takes no part of, in words
}

// A Way is how a filing reaches a chart.
type Way string

// The rungs of the ladder, the highest first.
const (
	WayTogether Way = "together"   // charges, gap note and Provenance in one transaction: all or nothing
	WayOneByOne Way = "one by one" // the same, each on its own
	WayInNote   Way = "in a note"  // no charges are taken: the suggestion is text in the document that holds the gaps
	// WayScratchpad is the chart's own window, which the page asks: only where WayByHand would be the way.
	WayScratchpad Way = "scratchpad"
	WayByHand     Way = "by hand" // nothing is sent: a person enters what the page shows
)

// Text is the lines of a filing as a person would type them into a chart that takes no charges: bare codes with
// units, the day and the time of the session, diagnoses, and the sentence that each line rests on.
func (f Filing) Text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "Date of service: %s", f.Day)
	if f.Start != nil && f.End != nil {
		fmt.Fprintf(&b, ", %s to %s", clock(*f.Start, f.Day), clock(*f.End, f.Day))
	}
	b.WriteString("\n")
	for _, line := range f.Lines {
		units := "units"
		if line.Units == 1 {
			units = "unit"
		}
		fmt.Fprintf(&b, "%s, %d %s", strings.Join(append([]string{line.Code}, line.Modifiers...), "-"), line.Units, units)
		if line.Sentence != "" {
			b.WriteString(": " + line.Sentence)
		}
		b.WriteString("\n")
	}
	var codes []string
	for _, d := range f.Diagnoses {
		if d.Code != "" {
			codes = append(codes, d.Code)
		}
	}
	if len(codes) > 0 {
		b.WriteString("Diagnoses: " + strings.Join(codes, ", ") + "\n")
	}
	return b.String()
}

// clock is a time of day, with its date where that is not the day of service.
func clock(t time.Time, day string) string {
	if t.Format(time.DateOnly) != day {
		return t.Format("2006-01-02 15:04")
	}
	return t.Format("15:04")
}
