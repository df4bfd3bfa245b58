package fhir

import (
	"slices"
	"time"

	"github.com/chargenote/chargenote/internal/visit"
)

// A span is a stretch of time with both of its ends, the end after the start.
type span struct{ start, end time.Time }

// spanOf makes a span of two date-times, or says why they give no duration.
func spanOf(start, end DateTime, of stretch) (s span, why string) {
	switch {
	case start.IsZero() && end.IsZero():
		return s, "it has no time"
	case end.IsZero():
		return s, "it has no end"
	case start.IsZero():
		return s, "it has no start"
	case start.Precision < PrecisionTime || end.Precision < PrecisionTime:
		return s, "a date without a time gives no duration"
	case !start.Known() || !end.Known():
		return s, "a time without a zone gives no duration"
	}
	for _, d := range doubts {
		if slices.Contains(d.of, of) && d.is(start, end) {
			return s, d.why
		}
	}
	return span{start.Time, end.Time}, ""
}

// overlaps reports whether two spans share more than an instant.
func (s span) overlaps(other span) bool {
	return s.start.Before(other.end) && other.start.Before(s.end)
}

// union joins spans that overlap or touch, in order of time.
func union(spans []span) []span {
	sorted := slices.Clone(spans)
	slices.SortFunc(sorted, func(a, b span) int {
		if c := a.start.Compare(b.start); c != 0 {
			return c
		}
		return a.end.Compare(b.end)
	})
	var joined []span
	for _, s := range sorted {
		if n := len(joined); n > 0 && !s.start.After(joined[n-1].end) {
			joined[n-1].end = visit.Later(joined[n-1].end, s.end)
			continue
		}
		joined = append(joined, s)
	}
	return joined
}

// without cuts the given spans out of s.
func (s span) without(cut []span) []span {
	parts := []span{s}
	for _, c := range cut {
		var left []span
		for _, p := range parts {
			if !p.overlaps(c) {
				left = append(left, p)
				continue
			}
			if p.start.Before(c.start) {
				left = append(left, span{p.start, c.start})
			}
			if c.end.Before(p.end) {
				left = append(left, span{c.end, p.end})
			}
		}
		parts = left
	}
	return parts
}

// shared are the parts of s that lie within the given spans, in order of time.
func (s span) shared(with []span) []span {
	var parts []span
	for _, other := range union(with) {
		if s.overlaps(other) {
			parts = append(parts, span{visit.Later(s.start, other.start), visit.Earlier(s.end, other.end)})
		}
	}
	return parts
}

// lengthOf is the length of the union of spans.
func lengthOf(spans []span) time.Duration {
	var total time.Duration
	for _, s := range union(spans) {
		total += s.end.Sub(s.start)
	}
	return total
}

// minutesOf is the length of the union of spans in whole minutes, cut down once at the end.
func minutesOf(spans []span) int { return int(lengthOf(spans) / time.Minute) }

// hull is the first and the last instant of spans, of which there must be one.
func hull(spans []span) span {
	joined := union(spans)
	return span{joined[0].start, joined[len(joined)-1].end}
}
