package fhir_test

import (
	"testing"
	"time"

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

func FuzzDateTime(f *testing.F) {
	for _, seed := range []string{"2025", "2025-03", "2025-03-10", "2025-03-10T14:00:00-05:00", "2025-03-10T14:00:00.5Z", "2025-03-10T14:00:00", "2016-12-31T23:59:60Z", "2025-02-30"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		first, err := fhir.ParseDateTime(s)
		if err != nil {
			return
		}
		second, err := fhir.ParseDateTime(first.String())
		if err != nil || !second.Time.Equal(first.Time) || second.Precision != first.Precision || second.Known() != first.Known() {
			t.Errorf("%q: %v written and read again is %v, %v", s, first, second, err)
		}
	})
}
