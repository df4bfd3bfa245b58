package fhir

import (
	"cmp"
	"slices"

	"github.com/chargenote/chargenote/internal/visit"
	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"
)

// segments lists the stretches of the session: those that decide, less what is not counted, and
// those that are not counted.
func (v *reading) segments(s *sessionTime) {
	v.out.Session = visit.Session{Status: visit.SessionUnknown, Segments: []visit.Segment{}, Conflicts: []visit.Conflict{}}
	rest := v.restSpans()
	cut := slices.Clone(rest)
	if s.closest > rankInProgress {
		cut = append(cut, v.awaySegments()...)
	} else {
		v.awaySegments()
	}
	for _, t := range s.timings {
		why := rankNames[t.rank]
		if t.time == nil {
			minutes := t.minutes
			v.segment(visit.Segment{Activity: t.activity, Minutes: &minutes, Counted: true, Sources: t.sources, Why: why})
			continue
		}
		parts := t.time.without(cut)
		if len(parts) > 1 || len(parts) == 1 && parts[0] != *t.time {
			why += ", without what is not counted"
		}
		for _, part := range parts {
			v.segment(spanSegment(part, t.activity, true, t.sources, why))
			s.counted = append(s.counted, part)
		}
	}
	v.openSegments()
	s.counted = union(s.counted)
}

func (v *reading) segment(segment visit.Segment) {
	v.out.Session.Segments = append(v.out.Session.Segments, segment)
}

func spanSegment(s span, activity string, counted bool, sources []string, why string) visit.Segment {
	minutes := minutesOf([]span{s})
	return visit.Segment{Activity: activity, Minutes: &minutes, Start: &s.start, End: &s.end, Counted: counted, Sources: sources, Why: why}
}

// restSpans are the procedures that are no service: rest, waiting, charting. They are listed here.
func (v *reading) restSpans() []span {
	var spans []span
	for _, p := range v.performed {
		why := uncounted[p.activity]
		if why == "" || p.time == nil {
			continue
		}
		spans = append(spans, *p.time)
		v.segment(spanSegment(*p.time, p.activity, false, []string{p.Reference}, why))
	}
	return spans
}

// away are the states of an encounter in which no service is rendered.
var away = []struct {
	status r4.EncounterStatus
	why    string
}{
	{r4.EncounterStatusArrived, "waiting after arrival is not counted"},
	{r4.EncounterStatusTriaged, "waiting after triage is not counted"},
	{r4.EncounterStatusOnleave, "leave is not counted"},
}

func (v *reading) awaySegments() []span {
	var spans []span
	for _, a := range away {
		for _, t := range v.historyTimings(a.status) {
			spans = append(spans, *t.time)
			v.segment(spanSegment(*t.time, "", false, t.sources, a.why))
		}
	}
	return spans
}

// openSegments lists procedures whose time is not known, or that name no activity beside others
// that do: they are seen and not counted.
func (v *reading) openSegments() {
	for _, p := range v.performed {
		listed := slices.ContainsFunc(v.out.Session.Segments, func(s visit.Segment) bool { return slices.Contains(s.Sources, p.Reference) })
		switch {
		case listed:
		case p.time != nil:
			v.segment(spanSegment(*p.time, "", false, []string{p.Reference}, "the record does not say which activity it was"))
		case !p.start.IsZero() && fillsTime(p.activity):
			v.segment(visit.Segment{Activity: p.activity, Start: instant(p.start), End: instant(p.end), Sources: []string{p.Reference}, Why: "not counted: " + p.why})
		}
	}
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
