package fhir

import (
	"fmt"
	"slices"
	"time"

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
	conflict := visit.Conflict{Text: fmt.Sprintf(format, args...), Sources: sources}
	if activity, ok := v.soleService(affected); ok {
		conflict.Activity, conflict.Minutes = activity, candidates
	}
	s.otherwise = true
	if affected == "" {
		v.conflict(s, conflict, nil, candidates)
		return
	}
	v.conflict(s, conflict, []string{affected}, candidates)
}

// conflict adds a conflict with its candidates, about the time of the affected procedures.
func (v *reading) conflict(s *sessionTime, conflict visit.Conflict, affected []string, candidates []int) {
	slices.Sort(conflict.Sources)
	conflict.Sources = slices.Compact(conflict.Sources)
	v.out.Session.Conflicts = append(v.out.Session.Conflicts, conflict)
	s.conflict = true
	s.affected = append(s.affected, affected...)
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

// sameRankConflict is two statements about one thing that are not the same: two periods of one kind
// that overlap and differ, or two observations of the minutes. Procedures may overlap: they are
// services of their own, or parts of one.
func (v *reading) sameRankConflict(s *sessionTime) {
	if s.closest == rankProcedure {
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

// reachConflict is a procedure that reaches outside of its encounter, or goes on after the patient left.
// Professional time, such as interpretation and report, may lie there.
func (v *reading) reachConflict(s *sessionTime) {
	if s.closest != rankProcedure {
		return
	}
	for _, t := range s.timings {
		if gone := v.gonePart(t.activity, *t.time); lengthOf(gone) > reachTolerance {
			inside := t.time.without(gone)
			v.disagree(s, t.sources[0], []int{minutesOf([]span{*t.time}), minutesOf(inside)}, append([]string{v.encounter.Reference}, t.sources...),
				"the procedure goes on for %d minutes after the visit was finished", int(lengthOf(gone)/time.Minute))
			continue
		}
		before, after := v.reach(*t.time)
		if max(before, after) <= reachTolerance || v.options.Rules.CountsTimeAway(t.activity) {
			continue
		}
		start, end := v.encounterTimes()
		v.disagree(s, t.sources[0], v.reachCandidates(t, start, end), append([]string{v.encounter.Reference}, t.sources...),
			"the procedure reaches outside of its encounter by %d minutes", int(max(before, after)/time.Minute))
	}
}

// reach is by how much a stretch of time begins before its encounter, and ends after it. Ends of the
// encounter that are doubted themselves are no measure.
func (v *reading) reach(s span) (before, after time.Duration) {
	start, end := v.encounterTimes()
	if start.Known() && end.Known() && bothAtMidnight(start, end) {
		return 0, 0
	}
	if start.Known() {
		before = start.Time.Sub(s.start)
	}
	if order, known := end.Compare(start); end.Known() && (!start.Known() || known && order > 0) {
		after = s.end.Sub(end.Time)
	}
	return max(before, 0), max(after, 0)
}

// reachCandidates are the minutes of the procedure, and its minutes inside of the encounter; where
// it has none inside, those of the encounter.
func (v *reading) reachCandidates(t timing, start, end DateTime) []int {
	candidates := []int{minutesOf([]span{*t.time})}
	inside := *t.time
	if start.Known() {
		inside.start = visit.Later(inside.start, start.Time)
	}
	if end.Known() {
		inside.end = visit.Earlier(inside.end, end.Time)
	}
	if inside.start.Before(inside.end) {
		return append(candidates, minutesOf([]span{inside}))
	}
	if whole, why := spanOf(start, end, v.wholeVisit()); why == "" {
		candidates = append(candidates, minutesOf([]span{whole}))
	}
	return candidates
}
