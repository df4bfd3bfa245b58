package fhir_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/chargenote/chargenote/fhir"
)

func TestParseDateTime(t *testing.T) {
	for _, tt := range []struct {
		written   string
		precision fhir.Precision
		zone      fhir.Zone
		known     bool
		out       string
	}{
		{"2025", fhir.PrecisionYear, fhir.ZoneNone, false, "2025"},
		{"2025-03", fhir.PrecisionMonth, fhir.ZoneNone, false, "2025-03"},
		{"2025-03-10", fhir.PrecisionDay, fhir.ZoneNone, false, "2025-03-10"},
		{"2024-02-29", fhir.PrecisionDay, fhir.ZoneNone, false, "2024-02-29"},
		{"2025-03-10T14:00:00-05:00", fhir.PrecisionTime, fhir.ZoneOffset, true, "2025-03-10T14:00:00-05:00"},
		{"1850-01-01", fhir.PrecisionDay, fhir.ZoneNone, false, "1850-01-01"},
		{"2200-12-31", fhir.PrecisionDay, fhir.ZoneNone, false, "2200-12-31"},
		{"2025-03-10T14:00:00-14:00", fhir.PrecisionTime, fhir.ZoneOffset, true, "2025-03-10T14:00:00-14:00"},
		{"2025-03-10T14:00:00+14:00", fhir.PrecisionTime, fhir.ZoneOffset, true, "2025-03-10T14:00:00+14:00"},
		{"2025-03-10T14:00:00.250Z", fhir.PrecisionTime, fhir.ZoneUTC, true, "2025-03-10T14:00:00.25Z"},
		{"2025-03-10T14:00:00.123456789123Z", fhir.PrecisionTime, fhir.ZoneUTC, true, "2025-03-10T14:00:00.123456789Z"},
		{"2025-03-10T14:00Z", fhir.PrecisionTime, fhir.ZoneUTC, true, "2025-03-10T14:00:00Z"},
		{"2025-03-10T14:00:00", fhir.PrecisionTime, fhir.ZoneNone, false, "2025-03-10T14:00:00"},
		{"2016-12-31T23:59:60Z", fhir.PrecisionTime, fhir.ZoneUTC, true, "2017-01-01T00:00:00Z"},
	} {
		got, err := fhir.ParseDateTime(tt.written)
		if err != nil {
			t.Errorf("%s: %v", tt.written, err)
			continue
		}
		if got.Precision != tt.precision || got.Zone != tt.zone || got.Known() != tt.known || got.String() != tt.out {
			t.Errorf("%s: got %+v %q, want precision %d, zone %d, known %t, %q", tt.written, got, got, tt.precision, tt.zone, tt.known, tt.out)
		}
	}
}

func TestParseDateTimeRefuses(t *testing.T) {
	for _, written := range []string{
		"", " ", "25-03-10", "2025-3-10", "2025-13", "2025-00", "2025-02-29", "2025-04-31", "2025-03-00", "03/10/2025",
		"2025-03-10T", "2025-03-10T14", "2025-03-10T24:00:00Z", "2025-03-10T14:60:00Z", "2025-03-10T14:00:61Z",
		"2025-03-10T14:00:00.Z", "2025-03-10T14:00:00+15:00", "2025-03-10T14:00:00+14:01", "2025-03-10T14:00:00+0500",
		"2025-03-10T14:00:00z", "2025-03-10 14:00:00Z", "2025-03-10T14:00:00Z ", "2025-03-10T14:00:00 America/New_York",
		"2025-03T14:00:00Z", "0001-01-01", "1849-12-31", "2201-01-01", "２０２５-03-10", "2025-03-10T1a:00:00Z",
	} {
		if got, err := fhir.ParseDateTime(written); err == nil {
			t.Errorf("%q: got %v, want an error", written, got)
		}
	}
}

func TestDateTimeDay(t *testing.T) {
	newYork := time.FixedZone("", -4*60*60)
	for _, tt := range []struct {
		written string
		zone    *time.Location
		want    string
	}{
		{"2025-03-10T23:30:00-05:00", nil, "2025-03-10"},
		{"2025-03-11T01:00:00Z", nil, "2025-03-11"},
		{"2025-03-11T01:00:00Z", newYork, "2025-03-10"},
		{"2025-03-11T01:00:00", newYork, "2025-03-11"}, // no zone is supplied
		{"2025-03-11", newYork, "2025-03-11"},
		{"2025-03", newYork, ""},
	} {
		d, err := fhir.ParseDateTime(tt.written)
		if err != nil {
			t.Fatal(err)
		}
		if got := d.Day(tt.zone).String(); got != tt.want {
			t.Errorf("%s in %v: got %q, want %q", tt.written, tt.zone, got, tt.want)
		}
	}
}

func parse(t *testing.T, written string) fhir.DateTime {
	t.Helper()
	d, err := fhir.ParseDateTime(written)
	if err != nil {
		t.Fatalf("%s: %v", written, err)
	}
	return d
}

// Zones lie from 12 hours behind UTC to 14 ahead of it: a day in one of them begins 14 hours before and
// ends 12 hours after that day in UTC.
func TestDateTimeCompare(t *testing.T) {
	const before, same, after, unknown = "before", "same", "after", "unknown"
	for _, tt := range []struct {
		name, a, b, want string
	}{
		{"instants", "2025-03-10T14:00:00-05:00", "2025-03-10T14:00:01-05:00", before},
		{"one instant in two zones", "2025-03-10T14:00:00-05:00", "2025-03-10T19:00:00Z", same},
		{"a later clock that is an earlier instant", "2025-03-10T14:00:00+02:00", "2025-03-10T13:00:00Z", before},
		{"fractions", "2025-03-10T14:00:00.5Z", "2025-03-10T14:00:00.25Z", after},
		{"a leap second and the next one", "2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z", same},
		{"the two hours of one clock in November", "2025-11-02T01:30:00-04:00", "2025-11-02T01:30:00-05:00", before},
		{"across the hour that March skips", "2025-03-09T01:59:59-05:00", "2025-03-09T03:00:00-04:00", before},
		{"a date is not its midnight", "2025-03-10", "2025-03-10T00:00:00Z", unknown},
		{"a date and an instant of that day", "2025-03-10", "2025-03-10T14:00:00-05:00", unknown},
		{"a date, to the last instant it may mean", "2025-03-10", "2025-03-11T11:59:59.999999999Z", unknown},
		{"a date, one past the last instant it may mean", "2025-03-10", "2025-03-11T12:00:00Z", before},
		{"a date, its first instant", "2025-03-10", "2025-03-09T10:00:00Z", unknown},
		{"a date, one before its first instant", "2025-03-10", "2025-03-09T09:59:59.999999999Z", after},
		{"a time without a zone, 14 hours ahead", "2025-03-10T14:00:00", "2025-03-10T00:00:00Z", unknown},
		{"a time without a zone, more than 14 hours ahead", "2025-03-10T14:00:00", "2025-03-09T23:59:59Z", after},
		{"a time without a zone, 12 hours behind", "2025-03-10T14:00:00", "2025-03-11T02:00:00Z", unknown},
		{"a time without a zone, more than 12 hours behind", "2025-03-10T14:00:00", "2025-03-11T02:00:01Z", before},
		{"dates of one record", "2025-03-10", "2025-03-11", before},
		{"the same date twice", "2025-03-10", "2025-03-10", unknown},
		{"the same time without a zone twice", "2025-03-10T14:00:00", "2025-03-10T14:00:00", unknown},
		{"times without a zone of one record", "2025-03-10T14:00:01", "2025-03-10T14:00:00", after},
		{"a month and a day of it", "2025-03", "2025-03-31", unknown},
		{"a month and the day after", "2025-03", "2025-04-01", before},
		{"a leap day and its month", "2024-02-29", "2024-02", unknown},
		{"a year and its last day", "2024", "2024-12-31", unknown},
		{"a year and the next", "2024", "2025", before},
		{"the first year and the last", "1850", "2200-12-31T23:59:59+14:00", before},
		{"zones at both ends of the world", "2025-03-10T00:00:00+14:00", "2025-03-09T00:00:00-12:00", before},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a, b := parse(t, tt.a), parse(t, tt.b)
			if got := inWords(a.Compare(b)); got != tt.want {
				t.Errorf("%s and %s: got %s, want %s", tt.a, tt.b, got, tt.want)
			}
			back := map[string]string{before: after, after: before, same: same, unknown: unknown}[tt.want]
			if got := inWords(b.Compare(a)); got != back {
				t.Errorf("%s and %s: got %s, want %s", tt.b, tt.a, got, back)
			}
		})
	}
	if order, known := (fhir.DateTime{}).Compare(parse(t, "2025")); known || order != 0 {
		t.Errorf("nothing and 2025: got %d, %t, want unknown", order, known)
	}
}

func inWords(order int, known bool) string {
	if !known {
		return "unknown"
	}
	return [...]string{"before", "same", "after"}[order+1]
}

// What is told in another zone is the same instant, and compares as before.
func TestDateTimeToldElsewhere(t *testing.T) {
	kiritimati, err := time.LoadLocation("Pacific/Kiritimati")
	if err != nil {
		t.Fatal(err)
	}
	d := parse(t, "2025-03-10T11:00:00Z")
	if told := d.In(kiritimati); inWords(told.Compare(d)) != "same" || told.Day(nil).String() != "2025-03-11" {
		t.Errorf("got %v of %s, want the same instant, of 2025-03-11", told, told.Day(nil))
	}
}

func FuzzDateTime(f *testing.F) {
	f.Add("2025", "2025-03", "2025-03-10")
	f.Add("2025-03-10T14:00:00-05:00", "2025-03-10T14:00:00.5Z", "2025-03-10T14:00:00")
	f.Add("2016-12-31T23:59:60Z", "2025-02-30", "2025-03-10T14:00Z")
	f.Fuzz(func(t *testing.T, a, b, c string) {
		var all [3]fhir.DateTime
		for i, s := range []string{a, b, c} {
			first, err := fhir.ParseDateTime(s)
			if err != nil {
				return
			}
			second, err := fhir.ParseDateTime(first.String())
			if err != nil || !second.Time.Equal(first.Time) || second.Precision != first.Precision || second.Known() != first.Known() {
				t.Errorf("%q: %v written and read again is %v, %v", s, first, second, err)
			}
			all[i] = first
		}
		checkOrder(t, all)
	})
}

// checkOrder wants an order that is the other way round from the other side, and that goes on from one
// to the next.
func checkOrder(t interface{ Errorf(string, ...any) }, all [3]fhir.DateTime) {
	for i, a := range all {
		for j, b := range all {
			order, known := a.Compare(b)
			back, knownBack := b.Compare(a)
			if known != knownBack || order != -back {
				t.Errorf("%s and %s: %d, %t, but from the other side %d, %t", a, b, order, known, back, knownBack)
			}
			if i == j && known != a.Known() {
				t.Errorf("%s and itself: got known %t", a, known)
			}
			if known && order == 0 && !(a.Known() && b.Known() && a.Time.Equal(b.Time)) {
				t.Errorf("%s and %s are said to be one instant", a, b)
			}
			for _, c := range all {
				if next, knownNext := b.Compare(c); known && knownNext && order <= 0 && next <= 0 {
					if whole, knownWhole := a.Compare(c); !knownWhole || whole != min(order, next) {
						t.Errorf("%s, %s, %s: %d and %d, but the first and the last %d, %t", a, b, c, order, next, whole, knownWhole)
					}
				}
			}
		}
	}
}

func TestDateTimeOrderProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var all [3]fhir.DateTime
		for i := range all {
			written := rapid.StringMatching(`(1850|2024|2025|2200)(-(02|03|11)(-(0[1-9]|1[0-9]|28)(T(0[0-9]|1[0-9]|2[0-3]):(00|30|59)(:(00|60)(\.[0-9]{1,9})?)?(Z|[+-](0[0-9]|1[0-3]):(00|30|45))?)?)?)?`).Draw(t, "written")
			d, err := fhir.ParseDateTime(written)
			if err != nil {
				t.Fatalf("%s: %v", written, err)
			}
			all[i] = d
		}
		checkOrder(t, all)
	})
}
