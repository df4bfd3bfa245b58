package web

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/chargenote/chargenote/internal/visit"
)

// A scoreView is one result of a screening instrument, in the order in which it is to be read: what
// asks for a look, the total with its band, what comes next, and its parts.
type scoreView struct {
	Trigger, Instrument, Total, Of, Band, Next, Subscales, Change string
	Note, Filled, Stated, Day, Sources, Supports                  string
	Value, High                                                   int
	HasTotal                                                      bool
	Trend                                                         []earlierView
}

// An earlierView is one total of an earlier day.
type earlierView struct {
	Day, Band   string
	Total, High int
}

// scoresOf puts the scores with triggers first.
func scoresOf(scores []visit.Score, read evidence) []scoreView {
	var all []scoreView
	for _, s := range scores {
		all = append(all, scoreOf(s, read))
	}
	slices.SortStableFunc(all, func(a, b scoreView) int { return cmp.Compare(min(1, len(b.Trigger)), min(1, len(a.Trigger))) })
	return all
}

func scoreOf(s visit.Score, read evidence) scoreView {
	view := scoreView{Instrument: s.Instrument, Band: s.Band, Note: sentence(s.BandNote), High: s.Range[1], Day: longDay(justDay(s.Date)),
		Trigger: strings.Join(s.Triggers, ", "), Next: sentence(strings.Join(s.Next, "; ")), Supports: s.Supports,
		Subscales: sentence(subscalesText(s.Subscales)), Sources: read.text(s.Sources)}
	switch {
	case s.Total != nil:
		view.HasTotal, view.Value, view.Total = true, *s.Total, fmt.Sprint(*s.Total)
		if s.Range[1] > 0 {
			view.Of = fmt.Sprintf("of %d", s.Range[1])
		}
	case !s.Complete:
		view.Total = "not complete"
	case s.Band == "":
		view.Total = "no total"
	}
	if s.Average != nil {
		view.Of += fmt.Sprintf(", %.2f an item", *s.Average)
	}
	if s.Stated != nil {
		view.Stated = fmt.Sprintf("The record states %d; the items add up to %s.", *s.Stated, cmp.Or(view.Total, "no total"))
	}
	if s.Prorated {
		view.Filled = "Items without an answer were filled in, as the publisher allows."
	}
	if s.Change != nil {
		view.Change = sentence("since " + cmp.Or(longDay(justDay(s.Change.Date)), "an earlier day") + ": " + s.Change.Text)
	}
	for _, t := range s.Trend {
		view.Trend = append(view.Trend, earlierView{Day: longDay(justDay(t.Date)), Band: t.Band, Total: t.Total, High: s.Range[1]})
	}
	return view
}

// today is what a clinician must not leave for later, in one line.
func (s scoreView) today() string {
	if s.Next == "" {
		return s.Instrument + ": " + s.Trigger
	}
	return s.Instrument + ": " + s.Trigger + ". " + s.Next
}

func subscalesText(subscales []visit.Subscale) string {
	var parts []string
	for _, s := range subscales {
		parts = append(parts, s.String())
	}
	return strings.Join(parts, "; ")
}

// justDay is the day of a FHIR dateTime.
func justDay(moment string) string {
	day, _, _ := strings.Cut(moment, "T")
	return day
}
