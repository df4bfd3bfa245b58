package fhir

import (
	"fmt"
	"slices"
	"time"

	"github.com/chargenote/chargenote/coding"
	"github.com/chargenote/chargenote/internal/visit"
)

// tolerance is by how much two statements of one time may differ, and a procedure may reach past
// its encounter, before they are said to disagree.
const (
	tolerance      = time.Minute
	reachTolerance = 5 * time.Minute
)

// conflicts names where sources of time disagree. A farther source that merely contains a closer
// one is no conflict.
func (v *reading) conflicts(s *sessionTime, all []timing) {
	if s.closest == 0 {
		return
	}
	v.lengthConflict(s, all)
	v.sameRankConflict(s)
	v.reachConflict(s)
}

func (v *reading) disagree(s *sessionTime, affected string, candidates []int, sources []string, format string, args ...any) {
	slices.Sort(candidates)
	candidates = slices.Compact(candidates)
	slices.Sort(sources)
	conflict := visit.Conflict{Text: fmt.Sprintf(format, args...), Sources: slices.Compact(sources)}
	if activity, ok := v.soleService(affected); ok {
		conflict.Activity, conflict.Minutes = activity, candidates
	}
	v.out.Session.Conflicts = append(v.out.Session.Conflicts, conflict)
	s.conflict = true
	if affected != "" {
		s.affected = append(s.affected, affected)
	}
	s.offered = append(s.offered, candidates...)
	slices.Sort(s.offered)
	s.offered = slices.Compact(s.offered)
}

// lengthConflict is Encounter.length against its own period. Where a closer source decides, the
// length is no conflict as long as it agrees with that.
func (v *reading) lengthConflict(s *sessionTime, all []timing) {
	period, length := ofRank(all, rankPeriod), ofRank(all, rankLength)
	if period == nil || length == nil {
		return
	}
	spans := minutesOf([]span{*period.time})
	decided := s.length()
	if within(length.minutes, spans) || within(length.minutes, decided) {
		return
	}
	v.disagree(s, "", []int{decided, length.minutes}, []string{v.encounter.Reference},
		"Encounter.length says %d minutes, Encounter.period %d", length.minutes, spans)
}

func ofRank(all []timing, rank rank) *timing {
	for i := range all {
		if all[i].rank == rank {
			return &all[i]
		}
	}
	return nil
}

// within reports whether two lengths in whole minutes differ by no more than the tolerance.
func within(a, b int) bool {
	return time.Duration(max(a-b, b-a))*time.Minute <= tolerance
}

// sameRankConflict is two statements about one thing that are not the same: two periods of the
// clinician that overlap and differ, or two observations of the minutes.
func (v *reading) sameRankConflict(s *sessionTime) {
	if s.closest != rankParticipant && s.closest != rankObservation {
		return
	}
	for i, a := range s.timings {
		for _, b := range s.timings[i+1:] {
			if !differ(a, b) {
				continue
			}
			candidates := []int{a.minutes, b.minutes}
			if a.time != nil {
				candidates = []int{minutesOf([]span{*a.time}), minutesOf([]span{*b.time})}
			}
			v.disagree(s, "", candidates, slices.Concat(a.sources, b.sources),
				"%s says %d minutes and %d minutes", rankNames[s.closest], min(candidates[0], candidates[1]), max(candidates[0], candidates[1]))
		}
	}
}

func differ(a, b timing) bool {
	if a.time == nil || b.time == nil {
		return a.activity == b.activity && !within(a.minutes, b.minutes)
	}
	return a.time.overlaps(*b.time) &&
		(a.time.start.Sub(b.time.start).Abs() > tolerance || a.time.end.Sub(b.time.end).Abs() > tolerance)
}

// professionalTime are the services that count work away from the patient, such as interpretation
// and report: they may lie outside of their encounter.
var professionalTime = []string{
	coding.ActivityPsychTestingEvaluation, coding.ActivityNeuropsychTestingEvaluation,
	coding.ActivityNeurobehavioralStatusExam, coding.ActivityCognitivePerformanceTesting,
}

// reachConflict is a procedure that reaches outside of its encounter.
func (v *reading) reachConflict(s *sessionTime) {
	if s.closest != rankProcedure {
		return
	}
	start, end := v.encounterTimes()
	for _, t := range s.timings {
		if slices.Contains(professionalTime, t.activity) {
			continue
		}
		before, after := time.Duration(0), time.Duration(0)
		if start.Known() {
			before = start.Time.Sub(t.time.start)
		}
		if end.Known() && !(start.Known() && end.Time.Before(start.Time)) {
			after = t.time.end.Sub(end.Time)
		}
		if before <= reachTolerance && after <= reachTolerance {
			continue
		}
		v.disagree(s, t.sources[0], v.reachCandidates(t, start, end), append([]string{v.encounter.Reference}, t.sources...),
			"the procedure reaches outside of its encounter by %d minutes", int(max(before, after)/time.Minute))
	}
}

// reachCandidates are the minutes of the procedure, and its minutes inside of the encounter; where
// it has none inside, those of the encounter.
func (v *reading) reachCandidates(t timing, start, end DateTime) []int {
	candidates := []int{minutesOf([]span{*t.time})}
	inside := *t.time
	if start.Known() {
		inside.start = later(inside.start, start.Time)
	}
	if end.Known() {
		inside.end = earlier(inside.end, end.Time)
	}
	if inside.start.Before(inside.end) {
		return append(candidates, minutesOf([]span{inside}))
	}
	if whole, why := spanOf(start, end, v.outpatient()); why == "" {
		candidates = append(candidates, minutesOf([]span{whole}))
	}
	return candidates
}
