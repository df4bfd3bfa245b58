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
	Note, Filled, Stated, Day, Supports                           string
	HasTotal                                                      bool
	Chart                                                         *trendView  // over earlier sittings
	Single                                                        *singleView // where there are none
	Trend                                                         []earlierView
	Proof                                                         proof
}

// An earlierView is one sitting in the table, earlier ones and the present one.
type earlierView struct {
	Day, Total, Band, Doubt, Sources string
	Now                              bool
	date                             string
}

// scoresOf puts the scores with triggers first.
func scoresOf(scores []visit.Score, read evidence) []scoreView {
	var all []scoreView
	for i, s := range scores {
		all = append(all, scoreOf(fmt.Sprintf("score-%d", i+1), s, read))
	}
	slices.SortStableFunc(all, func(a, b scoreView) int { return cmp.Compare(min(1, len(b.Trigger)), min(1, len(a.Trigger))) })
	return all
}

func scoreOf(id string, s visit.Score, read evidence) scoreView {
	view := scoreView{Instrument: s.Instrument, Band: s.Band, Note: sentence(s.BandNote), Day: longDay(justDay(s.Date)),
		Trigger: strings.Join(s.Triggers, ", "), Next: sentence(strings.Join(s.Next, "; ")), Supports: s.Supports,
		Subscales: sentence(subscalesText(s.Subscales))}
	switch {
	case s.Total != nil:
		view.HasTotal, view.Total = true, fmt.Sprint(*s.Total)
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
	view.pictures(id, s, read.day)
	view.Trend = earlierOf(s, read)
	rule, reference := ruleOf(instrumentOf(s))
	view.Proof = read.proof(s.Sources).by(rule, reference)
	return view
}

// pictures draws the totals over time, or the one total there is. A score without a day of its own stands at
// that of the visit.
func (v *scoreView) pictures(id string, s visit.Score, day string) {
	s.Date = cmp.Or(s.Date, day)
	i, bands := instrumentOf(s)
	if i == nil {
		return
	}
	if v.Chart = trendOf(id, s, bands.Words, i.Worse); v.Chart == nil {
		v.Single = singleOf(id, s, bands.Words, i.Worse)
	}
}

// earlierOf is the table of all sittings, the oldest first and the present one last; none where there is
// nothing before.
func earlierOf(s visit.Score, read evidence) []earlierView {
	var all []earlierView
	for _, t := range s.Trend {
		one := earlierView{Day: longDay(justDay(t.Date)), Total: fmt.Sprint(t.Total), Band: t.Band, Sources: read.text(t.Sources), date: t.Date}
		if t.Stated != nil {
			one.Doubt = fmt.Sprintf("The record states %d.", *t.Stated)
		}
		all = append(all, one)
	}
	for _, u := range s.Unfinished {
		all = append(all, earlierView{Day: longDay(justDay(u.Date)), Total: "no total", Doubt: "An answer is missing, or the record contradicts itself.", Sources: read.text(u.Sources), date: u.Date})
	}
	if len(all) == 0 {
		return nil
	}
	slices.SortStableFunc(all, func(a, b earlierView) int {
		before, _ := momentOf(a.date)
		after, _ := momentOf(b.date)
		return before.Compare(after)
	})
	now := earlierView{Day: "This visit", Total: "no total", Band: s.Band, Sources: read.text(s.Sources), Now: true}
	if s.Total != nil {
		now.Total = fmt.Sprint(*s.Total)
	}
	if s.Stated != nil {
		now.Doubt = fmt.Sprintf("The record states %d.", *s.Stated)
	}
	return append(all, now)
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
