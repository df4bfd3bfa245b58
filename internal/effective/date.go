package effective

import (
	"cmp"
	"fmt"
	"time"
)

// A Date is a calendar day without a time and without a zone, in years 1900 to 2200.
// The zero Date is no day at all.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// Years outside of this range are typing errors, not days of service or of a rule.
const (
	firstYear = 1900
	lastYear  = 2200
)

// ParseDate reads a day written as 2025-03-10 (ISO 8601 calendar date, ten characters).
// It refuses days that are not in the calendar, and years outside 1900 to 2200.
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return Date{}, fmt.Errorf("%q is not a day, write it as 2025-03-10", s)
	}
	d := DateOf(t)
	if d.Year < firstYear || d.Year > lastYear {
		return Date{}, fmt.Errorf("%q is outside of the years %d to %d", s, firstYear, lastYear)
	}
	return d, nil
}

// MustParseDate is ParseDate for days written in code; it panics where ParseDate has an error.
func MustParseDate(s string) Date {
	d, err := ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

// DateOf is the calendar day of t in t's own zone.
func DateOf(t time.Time) Date {
	y, m, d := t.Date()
	return Date{y, m, d}
}

// IsZero reports whether d is no day at all.
func (d Date) IsZero() bool { return d == Date{} }

// Compare is -1 when d is before other, 0 when they are the same day, +1 when d is after other.
func (d Date) Compare(other Date) int {
	return cmp.Or(cmp.Compare(d.Year, other.Year), cmp.Compare(d.Month, other.Month), cmp.Compare(d.Day, other.Day))
}

// Before reports whether d is an earlier day than other.
func (d Date) Before(other Date) bool { return d.Compare(other) < 0 }

// AddDays is the day n days later, or earlier where n is negative.
func (d Date) AddDays(n int) Date {
	return DateOf(time.Date(d.Year, d.Month, d.Day+n, 0, 0, 0, 0, time.UTC))
}

// DaysUntil is the number of days from d to other, negative where other is earlier.
func (d Date) DaysUntil(other Date) int {
	at := func(d Date) time.Time { return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC) }
	return int(at(other).Sub(at(d)).Hours() / 24)
}

// String writes d as 2025-03-10, and the zero Date as the empty string.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	if d.Year < 0 || d.Year > 9999 {
		return fmt.Sprintf("%d-%02d-%02d", d.Year, int(d.Month), d.Day)
	}
	digit := func(n int) byte { return byte('0' + n%10) }
	return string([]byte{digit(d.Year / 1000), digit(d.Year / 100), digit(d.Year / 10), digit(d.Year), '-',
		digit(int(d.Month) / 10), digit(int(d.Month)), '-', digit(d.Day / 10), digit(d.Day)})
}

// MarshalText writes d as String does, so that a Date is a plain string in JSON.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what ParseDate reads.
func (d *Date) UnmarshalText(text []byte) error {
	parsed, err := ParseDate(string(text))
	if err != nil {
		return err
	}
	*d = parsed
	return nil
}
