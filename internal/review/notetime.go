package review

import (
	"fmt"
	"slices"

	"github.com/chargenote/chargenote/coding"
	"github.com/chargenote/chargenote/docs"
	"github.com/chargenote/chargenote/internal/visit"
)

// A note's stated total may differ from the record's minutes by this much: both are whole minutes,
// cut down at different places.
const noteToleranceMinutes = 1

// An account is what is known of a visit's time and of the facts that rest on it.
type account struct {
	session visit.Session
	facts   coding.Facts
	open    []coding.Question // what the record leaves open
	sole    string            // visit.Visit.SoleService
	given   []Given           // what a person says over the record
}

// withNote weighs what the note says of time against the record. The note is the last of the
// sources: it decides where no other knows, and where it states a total that differs from what the
// record gives, the session is conflicting. Reports whether anything changed.
//
// A total in the note speaks of one service alone; where a visit has several with time of their
// own, or an E/M beside psychotherapy, it says nothing about any one of them.
func (a account) withNote(said docs.Time, note string) (account, bool) {
	switch a.session.Status {
	case visit.SessionKnown:
		return a.contradictedBy(said, note)
	case visit.SessionUnknown:
		return a.settledBy(said, note)
	}
	return a, false
}

func (a account) contradictedBy(said docs.Time, note string) (account, bool) {
	i, ok := a.soleService()
	if !ok || said.MinutesStated == nil || a.facts.Services[i].Minutes == nil || a.said(i) {
		return a, false
	}
	record, stated := *a.facts.Services[i].Minutes, *said.MinutesStated
	if difference(record, stated) <= noteToleranceMinutes {
		return a, false
	}
	sources := append(slices.Clone(a.facts.Sources[minutesPath(i)]), note)
	activity := a.facts.Services[i].Activity
	a.session.Status, a.session.Minutes, a.session.Start, a.session.End = visit.SessionConflicting, nil, nil, nil
	a.session.Conflicts = append(orEmpty(a.session.Conflicts), visit.Conflict{
		Text:     fmt.Sprintf("the record gives %d minutes, the note states %d", record, stated),
		Minutes:  []int{min(record, stated), max(record, stated)},
		Activity: activity, Sources: sources,
	})
	a.session.Question = "Which is right: the minutes of the record, or those of the note?"
	a.facts = a.facts.WithMinutes(i, nil)
	a.open = append(slices.Clone(a.open), coding.Question{ID: "minutes:" + activity,
		Text: a.session.Question, Unlocks: []string{}})
	return a, true
}

func (a account) settledBy(said docs.Time, note string) (account, bool) {
	minutes, why := said.MinutesStated, "stated in the note"
	if minutes == nil {
		minutes, why = said.MinutesComputed, "from start and stop in the note"
	}
	i, ok := a.soleService()
	if !ok || minutes == nil || minutesKnown(a.facts.Services[i]) != nil || len(a.session.Conflicts) > 0 {
		return a, false
	}
	activity := a.facts.Services[i].Activity
	a.session.Status, a.session.Minutes, a.session.Question = visit.SessionKnown, minutes, ""
	a.session.Segments = append(orEmpty(a.session.Segments), visit.Segment{Activity: activity, Minutes: minutes,
		Counted: true, Sources: []string{note}, Why: why})
	a.facts = a.facts.WithMinutes(i, minutes, note)
	a.open = slices.DeleteFunc(slices.Clone(a.open), func(q coding.Question) bool {
		return q.ID == "session-end" || q.ID == "minutes:"+activity
	})
	return a, true
}

// soleService is the one service that time of the whole session may be given to.
func (a account) soleService() (index int, ok bool) {
	index = slices.IndexFunc(a.facts.Services, func(s coding.Service) bool { return s.Activity == a.sole })
	return index, a.sole != "" && index >= 0
}

// said reports whether a person has said the minutes: then no note contradicts them.
func (a account) said(service int) bool {
	return saidBy(a.given, a.facts.Sources[minutesPath(service)])
}

func minutesPath(service int) string { return fmt.Sprintf("services[%d].minutes", service) }

func difference(a, b int) int { return max(a, b) - min(a, b) }
