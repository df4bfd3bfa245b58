package fhir

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// A minute of the made-up day on which the spans of these tests lie.
func at(minute int) time.Time {
	return time.Date(2025, 3, 10, 0, minute, 0, 0, time.UTC)
}

func stretchOf(start, length int) span { return span{at(start), at(start + length)} }

// spansIn reads three bytes as one span: a start within the day in steps of three minutes, shifted by
// some seconds, and a length of 1 to 256 minutes.
func spansIn(data []byte) []span {
	var spans []span
	for len(data) >= 3 {
		s := stretchOf(3*int(data[0]), int(data[1])+1)
		s.start, s.end = s.start.Add(time.Duration(data[2]%60)*time.Second), s.end.Add(time.Duration(data[2]/60)*time.Second)
		if s.start.Before(s.end) {
			spans = append(spans, s)
		}
		data = data[3:]
	}
	return spans
}

// checkArithmetic wants of spans what is true of time: no union is longer than its hull or than its
// parts together, a whole is what is left and what was cut out, and no order matters.
func checkArithmetic(t interface{ Errorf(string, ...any) }, spans, cut []span) {
	joined := union(spans)
	for i, s := range joined {
		if !s.start.Before(s.end) || i > 0 && !joined[i-1].end.Before(s.start) {
			t.Errorf("union %v: a part is empty, or touches the one before", joined)
		}
	}
	backwards := slices.Clone(spans)
	slices.Reverse(backwards)
	if !slices.Equal(union(backwards), joined) || !slices.Equal(union(joined), joined) || !slices.Equal(union(slices.Concat(spans, spans)), joined) {
		t.Errorf("union %v depends on the order, or on what is stated twice", joined)
	}
	var sum time.Duration
	for _, s := range spans {
		sum += s.end.Sub(s.start)
		checkCut(t, s, cut)
	}
	length := lengthOf(spans)
	if length > sum || len(spans) > 0 && length > hull(spans).end.Sub(hull(spans).start) || minutesOf(spans) != int(length/time.Minute) {
		t.Errorf("the union of %v is %v long, of parts of %v", spans, length, sum)
	}
}

func checkCut(t interface{ Errorf(string, ...any) }, s span, cut []span) {
	left, shared := s.without(cut), s.shared(cut)
	whole := s.end.Sub(s.start)
	if lengthOf(left)+lengthOf(shared) != whole || lengthOf(slices.Concat(left, shared)) != whole {
		t.Errorf("%v: %v left and %v cut out are not the whole", s, left, shared)
	}
	if got := union(slices.Concat(left, shared)); !slices.Equal(got, []span{s}) {
		t.Errorf("%v: left and cut out are %v", s, got)
	}
	backwards := slices.Clone(cut)
	slices.Reverse(backwards)
	if !slices.Equal(s.without(backwards), left) || !slices.Equal(s.without(union(cut)), left) {
		t.Errorf("%v without %v depends on their order", s, cut)
	}
	for _, part := range left {
		if len(part.shared(cut)) > 0 || !part.start.Before(part.end) {
			t.Errorf("%v: %v is left, and cut out or empty", s, part)
		}
	}
}

func FuzzPeriodArithmetic(f *testing.F) {
	f.Add([]byte{0, 59, 0, 10, 59, 0}, []byte{5, 9, 0})
	f.Add([]byte{0, 9, 0, 3, 9, 60}, []byte{})
	f.Fuzz(func(t *testing.T, spans, cut []byte) {
		if len(spans) > 90 || len(cut) > 90 {
			return
		}
		checkArithmetic(t, spansIn(spans), spansIn(cut))
	})
}

func TestPeriodArithmeticProperties(t *testing.T) {
	some := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) span {
		return stretchOf(rapid.IntRange(0, 600).Draw(t, "start"), rapid.IntRange(1, 120).Draw(t, "length"))
	}), 0, 12)
	rapid.Check(t, func(t *rapid.T) {
		checkArithmetic(t, some.Draw(t, "spans"), some.Draw(t, "cut"))
	})
}

func TestPeriodArithmetic(t *testing.T) {
	hour := stretchOf(0, 60)
	for _, tt := range []struct {
		name         string
		cut          []span
		left, shared []span
	}{
		{"nothing", nil, []span{hour}, nil},
		{"inside", []span{stretchOf(20, 10)}, []span{stretchOf(0, 20), stretchOf(30, 30)}, []span{stretchOf(20, 10)}},
		{"touching", []span{stretchOf(60, 10)}, []span{hour}, nil},
		{"the beginning", []span{stretchOf(-5, 10)}, []span{stretchOf(5, 55)}, []span{stretchOf(0, 5)}},
		{"all", []span{stretchOf(0, 60)}, nil, []span{hour}},
		{"overlapping each other", []span{stretchOf(10, 10), stretchOf(15, 10)}, []span{stretchOf(0, 10), stretchOf(25, 35)}, []span{stretchOf(10, 15)}},
	} {
		if left, shared := hour.without(tt.cut), hour.shared(tt.cut); !slices.Equal(left, tt.left) || !slices.Equal(shared, tt.shared) {
			t.Errorf("%s: got %v left and %v shared, want %v and %v", tt.name, left, shared, tt.left, tt.shared)
		}
	}
}

// The doubts at each of their edges.
func TestSpanOf(t *testing.T) {
	const midnights = "both of its ends are at midnight, as where only the days are known"
	const night = "its end at 23:59 is taken for the closing of the chart at night"
	const later = "its end on a later day, after more than 4 hours, is taken for the closing of the chart"
	for _, tt := range []struct {
		name, start, end string
		of               stretch
		why              string
	}{
		{"one second", "2025-03-10T14:00:00-05:00", "2025-03-10T14:00:01-05:00", ofVisit, ""},
		{"no length", "2025-03-10T14:00:00-05:00", "2025-03-10T19:00:00Z", ofStay, "its start and end are the same instant"},
		{"a second before", "2025-03-10T14:00:00-05:00", "2025-03-10T13:59:59-05:00", ofService, "its end is before its start"},
		{"exactly 12 hours", "2025-03-10T08:00:00-05:00", "2025-03-10T20:00:00-05:00", ofVisit, ""},
		{"12 hours and a second", "2025-03-10T08:00:00-05:00", "2025-03-10T20:00:01-05:00", ofVisit, "more than 12 hours in an outpatient visit are taken for the closing of the chart"},
		{"12 hours and a second of a service", "2025-03-10T08:00:00-05:00", "2025-03-10T20:00:01-05:00", ofService, "more than 12 hours are no single service"},
		{"12 hours and a second of a stay", "2025-03-10T08:00:00-05:00", "2025-03-10T20:00:01-05:00", ofStay, ""},
		{"to 23:58:59", "2025-03-10T20:00:00-05:00", "2025-03-10T23:58:59-05:00", ofVisit, ""},
		{"to 23:59", "2025-03-10T23:10:00-05:00", "2025-03-10T23:59:00-05:00", ofVisit, night},
		{"to the last second of the day", "2025-03-10T20:00:00-05:00", "2025-03-10T23:59:59-05:00", ofVisit, night},
		{"a service to 23:59", "2025-03-10T23:10:00-05:00", "2025-03-10T23:59:00-05:00", ofService, ""},
		{"a stay to 23:59", "2025-03-10T20:00:00-05:00", "2025-03-10T23:59:00-05:00", ofStay, ""},
		{"to the next day after 4 hours", "2025-03-10T21:00:00-05:00", "2025-03-11T01:00:00-05:00", ofVisit, ""},
		{"to the next day after 4 hours and a second", "2025-03-10T21:00:00-05:00", "2025-03-11T01:00:01-05:00", ofVisit, later},
		{"to the next day of the end's own zone alone", "2025-03-10T15:00:00-05:00", "2025-03-11T01:30:00+00:00", ofVisit, ""},
		{"to midnight", "2025-03-10T22:00:00-05:00", "2025-03-11T00:00:00-05:00", ofVisit, ""},
		{"from midnight to midnight", "2025-03-10T00:00:00-05:00", "2025-03-11T00:00:00-05:00", ofStay, midnights},
		{"from midnight to midnight, each in its offset", "2025-03-09T00:00:00-05:00", "2025-03-10T00:00:00-04:00", ofService, midnights},
		{"a date", "2025-03-10", "2025-03-10T14:00:00-05:00", ofVisit, "a date without a time gives no duration"},
		{"no zone", "2025-03-10T14:00:00", "2025-03-10T14:50:00-05:00", ofVisit, "a time without a zone gives no duration"},
		{"the hour that March skips", "2025-03-09T01:30:00-05:00", "2025-03-09T03:30:00-04:00", ofVisit, ""},
	} {
		start, err := ParseDateTime(tt.start)
		if err != nil {
			t.Fatal(err)
		}
		end, err := ParseDateTime(tt.end)
		if err != nil {
			t.Fatal(err)
		}
		if s, why := spanOf(start, end, tt.of); why != tt.why || why == "" && (s.start != start.Time || s.end != end.Time) {
			t.Errorf("%s: got %v %q, want %q", tt.name, s, why, tt.why)
		}
	}
}

// The seeds of the fuzz targets of this file and of date-times stand in the repository.
func TestTimeSeedsExist(t *testing.T) {
	for target, least := range map[string]int{"FuzzDateTime": 8, "FuzzPeriodArithmetic": 6} {
		seeds, err := filepath.Glob(filepath.Join("testdata", "fuzz", target, "*"))
		if err != nil {
			t.Fatal(err)
		}
		if len(seeds) < least {
			t.Errorf("%s has %d seeds, there were %d", target, len(seeds), least)
		}
		for _, seed := range seeds {
			if data, err := os.ReadFile(seed); err != nil || len(data) == 0 {
				t.Errorf("%s: %d bytes, %v", seed, len(data), err)
			}
		}
	}
}
