package fhir

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/chargenote/chargenote/coding"
	"github.com/chargenote/chargenote/internal/visit"
)

// A looseBreak is a break of known length that may lie anywhere in the session.
type looseBreak struct {
	length time.Duration
	source string
	partOf []string // of which procedures the record says it is a part
}

func (b looseBreak) minutes() int { return int(b.length / time.Minute) }

// breaks are the observations of rest or waiting, a length of time each. One whose own period is as
// long as it says has its place, and is cut like a procedure of rest; the others are loose.
func (v *reading) breaks() []looseBreak {
	var loose []looseBreak
	for _, o := range v.observedLengths() {
		if v.activityOf(&o.Value.Code) != coding.ActivityRestOrWaiting {
			continue
		}
		if _, why := believed(o.length); why != "" {
			v.note(o.Reference, "its length is not used: %s", why)
			continue
		}
		v.use(o.entry, o.lenient)
		if s, ok := v.placeOf(o); ok {
			v.absent.rest = union(append(v.absent.rest, s))
			v.segment(spanSegment(s, coding.ActivityRestOrWaiting, false, []string{o.Reference}, uncounted[coding.ActivityRestOrWaiting]))
			continue
		}
		b := looseBreak{length: o.length, source: o.Reference}
		for i := range o.Value.PartOf {
			b.partOf = append(b.partOf, v.canonical(&o.Value.PartOf[i]))
		}
		loose = append(loose, b)
	}
	return loose
}

// placeOf is when a break was, where its period and its length agree.
func (v *reading) placeOf(o observedLength) (span, bool) {
	period := o.Value.EffectivePeriod
	if period == nil {
		return span{}, false
	}
	s, why := spanOf(v.local(v.date(o.entry, "effectivePeriod.start", period.Start)), v.local(v.date(o.entry, "effectivePeriod.end", period.End)), ofService)
	return s, why == "" && (s.end.Sub(s.start)-o.length).Abs() <= tolerance
}

// takeBreaks takes loose breaks off the time that holds them: off the encounter's own time, or off the
// procedure that they are a part of. A procedure's own time that is not known to hold the break may be
// without it already, and so may time that is interrupted anyway: then there are two candidates.
func (v *reading) takeBreaks(s *sessionTime, loose []looseBreak) {
	for _, b := range loose {
		why := uncounted[coding.ActivityRestOrWaiting]
		switch {
		case s.closest == 0:
		case v.takeBreak(s, b):
			why += ": taken off, for the record does not say when it was"
		default:
			why += ": the record does not say whether the time of the session holds it"
			v.breakConflicts(s, b)
		}
		minutes := b.minutes()
		v.segment(visit.Segment{Activity: coding.ActivityRestOrWaiting, Minutes: &minutes, Sources: []string{b.source}, Why: why})
	}
}

// takeBreak takes a break off the only stretch of time that can hold it, and reports whether there is
// one.
func (v *reading) takeBreak(s *sessionTime, b looseBreak) bool {
	if !v.absent.isEmpty() {
		return false
	}
	held, holds := "", func(segment visit.Segment) bool { return segment.Counted }
	switch s.closest {
	case rankObservation:
		return false
	case rankProcedure:
		if held = s.holder(b); held == "" {
			return false
		}
		holds = func(segment visit.Segment) bool { return segment.Counted && slices.Contains(segment.Sources, held) }
	}
	segments := v.out.Session.Segments
	at := slices.IndexFunc(segments, holds)
	if at < 0 || slices.ContainsFunc(segments[at+1:], holds) || *segments[at].Minutes < b.minutes() {
		return false
	}
	left := *segments[at].Minutes - b.minutes()
	segments[at].Minutes = &left
	segments[at].Why += fmt.Sprintf(", less a break of %d minutes", b.minutes())
	s.taken += b.length
	if held != "" {
		s.takenOf[held] += b.length
	}
	return true
}

// holder is the one deciding procedure that a break is a part of; empty where there is none.
func (s *sessionTime) holder(b looseBreak) string {
	held := ""
	for _, t := range s.timings {
		if !slices.Contains(b.partOf, t.sources[0]) {
			continue
		}
		if held != "" && held != t.sources[0] {
			return ""
		}
		held = t.sources[0]
	}
	return held
}

// breakConflicts says of each service whose time may hold a break that it has two candidates. A break
// that is a part of one procedure concerns that service alone.
func (v *reading) breakConflicts(s *sessionTime, b looseBreak) {
	s.breaks = append(s.breaks, b.minutes())
	if s.closest != rankProcedure && s.closest != rankObservation {
		v.breakConflict(s, b, "", nil, s.length())
		return
	}
	held := s.holder(b)
	found := false
	for _, d := range v.timedServices() {
		if held != "" && !slices.Contains(d.sources, held) {
			continue
		}
		minutes := s.observedFor(d.activity)
		if s.closest == rankProcedure {
			minutes = d.minutes(s)
		}
		if minutes > 0 {
			found = true
			v.breakConflict(s, b, d.activity, d.sources, minutes)
		}
	}
	if !found {
		v.breakConflict(s, b, "", nil, s.length())
	}
}

func (v *reading) breakConflict(s *sessionTime, b looseBreak, activity string, affected []string, minutes int) {
	candidates := []int{max(minutes-b.minutes(), 0), minutes}
	conflict := visit.Conflict{Activity: activity, Minutes: candidates, Sources: slices.Concat(affected, []string{b.source}),
		Text: fmt.Sprintf("a break of %d minutes is recorded, and not whether the %d minutes of %s hold it", b.minutes(), minutes, cmp.Or(activity, rankNames[s.closest]))}
	if activity == "" {
		sole, ok := v.soleService("")
		if conflict.Activity = sole; !ok {
			conflict.Minutes = nil
		}
		for _, t := range s.timings {
			conflict.Sources = append(conflict.Sources, t.sources...)
		}
	}
	v.conflict(s, conflict, affected, candidates)
}

// observedFor is what an observation that decides says of an activity, in minutes.
func (s *sessionTime) observedFor(activity string) int {
	for _, t := range s.timings {
		if t.rank == rankObservation && t.activity == activity {
			return t.minutes
		}
	}
	return 0
}

// breakQuestion asks about the break, where nothing else is in question.
func (s *sessionTime) breakQuestion() string {
	if len(s.breaks) != 1 || s.otherwise {
		return ""
	}
	return fmt.Sprintf("Was the break of %d minutes within the recorded time of the session?", s.breaks[0])
}
