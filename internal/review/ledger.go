package review

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/chargenote/chargenote/coding"
	"github.com/chargenote/chargenote/internal/effective"
	"github.com/chargenote/chargenote/internal/visit"
)

// A Work is work of an evaluation that a clinician says was done away from the patient: so many
// minutes of a day, or from a start to an end.
type Work struct {
	ID       string
	Kind     string // one of WorkKinds
	Activity string // one of WorkActivities
	Day      string // of the minutes, as 2025-03-10; empty where start and end are given
	Minutes  int    // 1 to 1,440; 0 where start and end are given
	Start    time.Time
	End      time.Time // at most LongestWork after the start
	User     string    // fhirUser of the clinician
	At       time.Time // when it was said
}

// LongestWork is how long one stretch of work can be. A longer one is a forgotten end.
const LongestWork = 12 * time.Hour

// WorkKinds are the kinds of work of an evaluation that are not done with the patient, and the
// feedback that belongs to it.
var WorkKinds = []FormChoice{
	{"record-review", "Record review"},
	{"integration", "Integration of data"},
	{"interpretation", "Interpretation of results"},
	{"decision-making", "Clinical decision making"},
	{"treatment-planning", "Treatment planning"},
	{"report", "Report"},
	{"feedback", "Feedback"},
}

// WorkActivities are the evaluations that such work may belong to. Their rules count professional
// time away from the patient; psychotherapy is none of them.
var WorkActivities = []FormChoice{
	{coding.ActivityPsychTestingEvaluation, "Psychological testing evaluation"},
	{coding.ActivityNeuropsychTestingEvaluation, "Neuropsychological testing evaluation"},
	{coding.ActivityNeurobehavioralStatusExam, "Neurobehavioral status exam"},
	{coding.ActivityDevelopmentalTesting, "Developmental testing"},
	{coding.ActivityCognitivePerformanceTesting, "Cognitive performance testing"},
}

// A Ledger is what a clinician says of such work for one visit. Days are those of Zone.
type Ledger struct {
	Entries []Work
	Zone    *time.Location
}

// A WorkCount is one entry with what of it counts.
type WorkCount struct {
	Work
	Own    time.Duration // that counts for it
	Shared time.Duration // that lies within another entry or within a service of the visit, and counts there
}

// ledgerSource begins the source of what a ledger says.
const ledgerSource = "time ledger of "

// FromLedger reports whether an assertion is time of a ledger.
func (a Assertion) FromLedger() bool { return strings.HasPrefix(a.source, ledgerSource) }

// fault is what is wrong with an entry by itself; nil where nothing is.
func (w Work) fault() error {
	known := func(choices []FormChoice, value string) bool {
		return slices.ContainsFunc(choices, func(c FormChoice) bool { return c.Value == value })
	}
	_, dayErr := effective.ParseDate(w.Day)
	switch {
	case w.User == "":
		return ErrNoUser
	case !known(WorkKinds, w.Kind):
		return errors.New("choose what kind of work it was")
	case !known(WorkActivities, w.Activity):
		return errors.New("choose which evaluation the work belongs to")
	case w.timed() && !w.End.After(w.Start):
		return errors.New("the end is not after the start")
	case w.timed() && w.End.Sub(w.Start) > LongestWork:
		return errors.New("that is more than 12 hours at a stretch: give each stretch of work by itself, or its minutes")
	case w.timed():
		return nil
	case dayErr != nil:
		return errors.New("give the day of the work")
	case w.Minutes < 1 || w.Minutes > minutesOfADay:
		return fmt.Errorf("give whole minutes from 1 to %d, or start and end", minutesOfADay)
	}
	return nil
}

func (w Work) timed() bool { return !w.Start.IsZero() || !w.End.IsZero() }

// Fault is what is wrong with the ledger: an entry of no kind or evaluation, without a time, longer
// than LongestWork or still to come, and more than a day of minutes in one day; nil where nothing is.
func (l Ledger) Fault(now time.Time) error {
	days := map[string]time.Duration{}
	for _, w := range l.Entries {
		if err := w.fault(); err != nil {
			return err
		}
		if w.End.After(now) || w.Day > now.In(l.Zone).Format(time.DateOnly) {
			return errors.New("that time has not come yet")
		}
		days[w.Day] += time.Duration(w.Minutes) * time.Minute
	}
	for _, part := range l.parts(nil) {
		days[part.day] += part.time
	}
	for _, day := range effective.SortedKeys(days) {
		if days[day] > minutesOfADay*time.Minute {
			return fmt.Errorf("with it, %s has more than 24 hours of work", day)
		}
	}
	return nil
}

// Counts says of each entry, in their order, what counts. The same minutes count once: for the
// service of the visit in which they lie, else for the entry that began first, of two that began
// together for the longer one. Minutes without start and end are apart.
func (l Ledger) Counts(v *visit.Visit) []WorkCount {
	all := make([]WorkCount, len(l.Entries))
	for i, w := range l.Entries {
		all[i] = WorkCount{Work: w, Own: time.Duration(w.Minutes) * time.Minute}
		if w.timed() {
			all[i].Shared = w.End.Sub(w.Start)
		}
	}
	for _, part := range l.parts(v) {
		all[part.entry].Own += part.time
		all[part.entry].Shared -= part.time
	}
	return all
}

// given is the ledger as facts: one service for each evaluation and day, with the whole minutes that
// count, cut down once. Nothing is given where nothing counts.
func (l Ledger) given(v *visit.Visit) ([]Given, error) {
	type key struct{ activity, day string }
	spent := map[key]time.Duration{}
	for _, w := range l.Entries {
		if !w.timed() {
			spent[key{w.Activity, w.Day}] += time.Duration(w.Minutes) * time.Minute
		}
	}
	for _, part := range l.parts(v) {
		spent[key{l.Entries[part.entry].Activity, part.day}] += part.time
	}
	var services []coding.Service
	away, noTests := false, 0 // tests are those of the visit's own service; without one, their number is not known
	for at, time := range spent {
		minutes := int(time.Minutes())
		if minutes == 0 {
			continue
		}
		day, err := effective.ParseDate(at.day)
		if err != nil {
			return nil, fmt.Errorf("time ledger: %w", err)
		}
		service := coding.Service{Activity: at.activity, Date: day, Minutes: &minutes, FaceToFace: &away}
		if performers := performersOf(v.Facts.Services, at.activity); len(performers) > 0 {
			service.Instruments = &noTests
			if len(performers) == 1 {
				service.Performer = performers[0]
			}
		}
		services = append(services, service)
	}
	if len(services) == 0 {
		return nil, nil
	}
	slices.SortFunc(services, func(a, b coding.Service) int {
		return cmp.Or(cmp.Compare(a.Activity, b.Activity), a.Date.Compare(b.Date))
	})
	content, err := json.Marshal(object{servicesKey: services})
	if err != nil {
		return nil, fmt.Errorf("time ledger: %w", err)
	}
	latest := slices.MaxFunc(l.Entries, func(a, b Work) int { return a.At.Compare(b.At) })
	return []Given{{Source: ledgerSource + latest.User, By: latest.User, At: latest.At, JSON: content, Adds: true}}, nil
}

// performersOf are those who did the services of an activity, each once; empty names are the provider.
func performersOf(services []coding.Service, activity string) []string {
	var all []string
	for _, s := range services {
		if s.Activity == activity {
			all = append(all, s.Performer)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// A stretch is from one instant until another.
type stretch struct{ from, until time.Time }

// A workPart is time of an entry on one day that counts for it.
type workPart struct {
	entry int
	day   string
	time  time.Duration
}

// parts are what counts of the entries with start and end, by day. Without a visit, entries are
// weighed against each other alone.
func (l Ledger) parts(v *visit.Visit) []workPart {
	var timed []int
	for i, w := range l.Entries {
		if w.timed() && w.End.After(w.Start) {
			timed = append(timed, i)
		}
	}
	slices.SortStableFunc(timed, func(a, b int) int {
		return cmp.Or(l.Entries[a].Start.Compare(l.Entries[b].Start), l.Entries[b].End.Compare(l.Entries[a].End))
	})
	taken := takenBy(v)
	var all []workPart
	for _, i := range timed {
		whole := stretch{l.Entries[i].Start, l.Entries[i].End}
		for _, free := range whole.without(taken) {
			for _, part := range free.days(l.Zone) {
				all = append(all, workPart{i, part.from.In(l.Zone).Format(time.DateOnly), part.until.Sub(part.from)})
			}
		}
		taken = append(taken, whole)
	}
	return all
}

// takenBy is the time of a visit that counts for a service already.
func takenBy(v *visit.Visit) []stretch {
	if v == nil {
		return nil
	}
	var all []stretch
	for _, s := range v.Session.Segments {
		if s.Counted && s.Start != nil && s.End != nil {
			all = append(all, stretch{*s.Start, *s.End})
		}
	}
	for _, s := range v.Facts.Services {
		idle := s.Activity == coding.ActivityRestOrWaiting || s.Activity == coding.ActivityDocumentationAfterVisit
		if !idle && s.Start != nil && s.End != nil {
			all = append(all, stretch{*s.Start, *s.End})
		}
	}
	return all
}

// without is what is left of a stretch.
func (s stretch) without(taken []stretch) []stretch {
	left := []stretch{s}
	for _, t := range taken {
		var next []stretch
		for _, have := range left {
			if !t.from.Before(have.until) || !t.until.After(have.from) {
				next = append(next, have)
				continue
			}
			if have.from.Before(t.from) {
				next = append(next, stretch{have.from, t.from})
			}
			if t.until.Before(have.until) {
				next = append(next, stretch{t.until, have.until})
			}
		}
		left = next
	}
	return left
}

// days cuts a stretch at each midnight of a zone.
func (s stretch) days(zone *time.Location) []stretch {
	var all []stretch
	for s.from.Before(s.until) {
		year, month, day := s.from.In(zone).Date()
		midnight := time.Date(year, month, day+1, 0, 0, 0, 0, zone)
		until := s.until
		if midnight.Before(until) {
			until = midnight
		}
		all = append(all, stretch{s.from, until})
		s.from = until
	}
	return all
}
