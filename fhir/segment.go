package fhir

import (
	"cmp"
	"slices"

	"github.com/chargenote/chargenote/internal/visit"
)

// segments lists the stretches of the session: those that decide, less what is not counted, and
// those that are not counted.
func (v *reading) segments(s *sessionTime) {
	for _, t := range s.joined() {
		why := rankNames[t.rank]
		if t.time == nil {
			minutes := t.minutes
			v.segment(visit.Segment{Activity: t.activity, Minutes: &minutes, Counted: true, Sources: t.sources, Why: why})
			continue
		}
		parts := t.time.without(v.cut(t.rank, t.activity))
		if len(parts) != 1 || parts[0] != *t.time {
			why += ", without what is not counted"
		}
		for _, part := range parts {
			v.segment(spanSegment(part, t.activity, true, t.sources, why))
			s.counted = append(s.counted, part)
		}
	}
	v.awaySegments()
	v.openSegments()
	s.counted = union(s.counted)
}

// joined are the deciding times. Those of the encounter are one line of time, however often it is
// stated; procedures stay apart, for each may be another service.
func (s *sessionTime) joined() []timing {
	if s.closest == rankProcedure || s.closest >= rankLength {
		return s.timings
	}
	var list []timing
	for _, joined := range union(spansOf(s.timings)) {
		list = append(list, timing{rank: s.closest, time: &joined, sources: s.timings[0].sources})
	}
	return list
}

func (v *reading) segment(segment visit.Segment) {
	v.out.Session.Segments = append(v.out.Session.Segments, segment)
}

func spanSegment(s span, activity string, counted bool, sources []string, why string) visit.Segment {
	minutes := minutesOf([]span{s})
	return visit.Segment{Activity: activity, Minutes: &minutes, Start: &s.start, End: &s.end, Counted: counted, Sources: sources, Why: why}
}

func segmentOrder(a, b visit.Segment) int {
	if a.Start != nil && b.Start != nil {
		if c := a.Start.Compare(*b.Start); c != 0 {
			return c
		}
	} else if (a.Start != nil) != (b.Start != nil) {
		if a.Start != nil {
			return -1
		}
		return 1
	}
	return cmp.Or(slices.Compare(a.Sources, b.Sources), cmp.Compare(a.Activity, b.Activity), cmp.Compare(a.Why, b.Why))
}
