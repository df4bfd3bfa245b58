package effective_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/chargenote/chargenote/internal/effective"
)

func TestParseDate(t *testing.T) {
	for _, tt := range []struct{ text, want, fault string }{
		{"2025-03-10", "2025-03-10", ""},
		{"2024-02-29", "2024-02-29", ""},
		{"1900-01-01", "1900-01-01", ""},
		{"2200-12-31", "2200-12-31", ""},
		{"2025-02-29", "", "is not a day"},
		{"2025-13-01", "", "is not a day"},
		{"2025-3-10", "", "is not a day"},
		{"10/03/2025", "", "is not a day"},
		{"2025-03-10T00:00:00Z", "", "is not a day"},
		{"1899-12-31", "", "outside of the years 1900 to 2200"},
		{"2201-01-01", "", "outside of the years 1900 to 2200"},
		{"", "", "is not a day"},
	} {
		got, err := effective.ParseDate(tt.text)
		if got.String() != tt.want || (err == nil) != (tt.fault == "") || (err != nil && !strings.Contains(err.Error(), tt.fault)) {
			t.Errorf("%q: got %q, %v; want %q, %q", tt.text, got, err, tt.want, tt.fault)
		}
	}
}

func TestMustParseDatePanics(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("a day that is none was taken")
		}
	}()
	effective.MustParseDate("soon")
}

func TestDateOfKeepsTheZone(t *testing.T) {
	lateEvening := time.Date(2025, 3, 10, 23, 30, 0, 0, time.FixedZone("", -5*3600))
	if got := effective.DateOf(lateEvening).String(); got != "2025-03-10" {
		t.Errorf("got %s, want the day of its own zone, 2025-03-10", got)
	}
	if got := effective.DateOf(lateEvening.UTC()).String(); got != "2025-03-11" {
		t.Errorf("got %s, want 2025-03-11", got)
	}
}

func TestCompareAndAddDays(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want int
	}{
		{"2025-03-10", "2025-03-10", 0}, {"2025-03-09", "2025-03-10", -1}, {"2025-04-01", "2025-03-31", 1},
		{"2024-12-31", "2025-01-01", -1}, {"2026-01-01", "2025-12-31", 1},
	} {
		a, b := effective.MustParseDate(tt.a), effective.MustParseDate(tt.b)
		if got := a.Compare(b); got != tt.want || a.Before(b) != (tt.want < 0) {
			t.Errorf("%s against %s: %d, before %t; want %d", tt.a, tt.b, got, a.Before(b), tt.want)
		}
	}
	for from, want := range map[string]string{"2023-01-01": "2022-12-31", "2024-03-01": "2024-02-29", "2025-03-01": "2025-02-28"} {
		if got := effective.MustParseDate(from).AddDays(-1).String(); got != want {
			t.Errorf("the day before %s is %s, want %s", from, got, want)
		}
		if got := effective.MustParseDate(want).AddDays(1).String(); got != from {
			t.Errorf("the day after %s is %s, want %s", want, got, from)
		}
	}
}

func TestDateInJSON(t *testing.T) {
	type visit struct {
		Day  effective.Date `json:"day"`
		None effective.Date `json:"none,omitzero"`
	}
	written, err := json.Marshal(visit{Day: effective.MustParseDate("2025-03-10")})
	if err != nil || string(written) != `{"day":"2025-03-10"}` {
		t.Errorf("written %s, %v", written, err)
	}
	var read visit
	if err := json.Unmarshal([]byte(`{"day":"2025-02-30"}`), &read); err == nil {
		t.Errorf("read %v from a day that is not in the calendar", read.Day)
	}
	if !read.Day.IsZero() || read.Day.String() != "" {
		t.Errorf("the zero day writes %q", read.Day)
	}
}
