package fhir

import (
	"fmt"
	"time"
)

// A stretch says of what a start and an end in the record are the ends.
type stretch int

const (
	ofService stretch = iota // a procedure: one service, or a part of one
	ofVisit                  // an outpatient encounter, or a part of one
	ofStay                   // an encounter in which the patient may stay over night
)

// The lengths and hours from which a stretch of time is doubted.
const (
	longest    = 12 * time.Hour                // exactly 12 hours still stand
	overnight  = 4 * time.Hour                 // a session may pass midnight, one of more than 4 hours hardly does
	closedFrom = 23*time.Hour + 59*time.Minute // the minute in which charts are closed at night
)

// A doubt is a shape of time that no session has: it says nothing of minutes, and leads to a question.
type doubt struct {
	of  []stretch
	why string
	is  func(start, end DateTime) bool
}

// doubts are tried in their order. Their source is what EHRs write into periods: ends that are the
// closing of the chart, days without a time as midnights, 12 hours as the longest outpatient visit
// (FHIR R4 Encounter.period is administrative time; eCRNow issue 532, AU Core issues 85 and 93).
var doubts = []doubt{
	{[]stretch{ofService, ofVisit, ofStay}, "its end is before its start", func(start, end DateTime) bool { return end.Time.Before(start.Time) }},
	{[]stretch{ofService, ofVisit, ofStay}, "its start and end are the same instant", func(start, end DateTime) bool { return end.Time.Equal(start.Time) }},
	{[]stretch{ofService, ofVisit, ofStay}, "both of its ends are at midnight, as where only the days are known", bothAtMidnight},
	{[]stretch{ofVisit}, "more than 12 hours in an outpatient visit are taken for the closing of the chart", longerThan(longest)},
	{[]stretch{ofService}, "more than 12 hours are no single service", longerThan(longest)},
	{[]stretch{ofVisit}, "its end at 23:59 is taken for the closing of the chart at night", closedAtNight},
	{[]stretch{ofVisit}, "its end on a later day, after more than 4 hours, is taken for the closing of the chart", closedLater},
}

func longerThan(most time.Duration) func(start, end DateTime) bool {
	return func(start, end DateTime) bool { return end.Time.Sub(start.Time) > most }
}

// bothAtMidnight goes by the offsets that were written, or by the zone in which the times are told.
func bothAtMidnight(start, end DateTime) bool {
	startTold, startWritten := start.clock()
	endTold, endWritten := end.clock()
	return startTold == 0 && endTold == 0 || startWritten == 0 && endWritten == 0
}

func closedAtNight(_, end DateTime) bool {
	told, _ := end.clock()
	return told >= closedFrom
}

// closedLater goes by the calendar of the place: of the clinic's zone, else of the offset of the start.
func closedLater(start, end DateTime) bool {
	return longerThan(overnight)(start, end) && start.Day(nil) != end.Day(start.Time.Location())
}

// A doubted is a time of the session that the record states and that is not believed.
type doubted struct {
	rank       rank
	start, end DateTime
	minutes    int // where only a length is stated
}

func (v *reading) doubt(d doubted) { v.doubts = append(v.doubts, d) }

// question asks whether a doubted time is right after all. It is empty where the times cannot be: such
// as with an end before its start.
func (d doubted) question() string {
	switch {
	case d.minutes > 0:
		return fmt.Sprintf("Did the session really last %d minutes?", d.minutes)
	case !d.start.Known() || !d.end.Known() || !d.end.Time.After(d.start.Time) || bothAtMidnight(d.start, d.end):
		return ""
	}
	layout := "15:04"
	if d.start.Day(nil) != d.end.Day(nil) {
		layout = "2006-01-02 15:04"
	}
	return fmt.Sprintf("Did the session really last from %s to %s, %d minutes?", d.start.Time.Format(layout), d.end.Time.Format(layout),
		int(d.end.Time.Sub(d.start.Time)/time.Minute))
}
