package fhir

import (
	"cmp"
	"errors"
	"fmt"
	"time"

	"github.com/chargenote/chargenote/internal/effective"
)

// A Precision is how much of a date-time was written.
type Precision int

// The precisions of a DateTime, in rising order.
const (
	PrecisionNone Precision = iota // nothing was written
	PrecisionYear
	PrecisionMonth
	PrecisionDay
	PrecisionTime // hours and minutes at least
)

// A Zone is how the offset of a date-time was written.
type Zone int

// The zones of a DateTime.
const (
	ZoneNone   Zone = iota // no offset: the time is of no known zone
	ZoneUTC                // Z, which says the instant and nothing of the place
	ZoneOffset             // +hh:mm or -hh:mm
)

// A DateTime is a FHIR date, dateTime or instant with the precision and the zone it was written in.
// Its Time is an instant only where Known says so; a zone is never supplied in silence.
type DateTime struct {
	Time      time.Time // in the offset written; UTC where none was
	Precision Precision
	Zone      Zone
	offset    int // as it was written, in seconds east of UTC; it stays where d is told in another zone
}

// Years outside of these are typing errors in a record of care.
const (
	earliestYear = 1850
	latestYear   = 2200
)

var errDateTime = errors.New("is no FHIR date-time")

// ParseDateTime reads 2025, 2025-03, 2025-03-10 and 2025-03-10T14:00:00.000-05:00. Seconds may be
// missing and a second may be 60; the offset may be missing, which leaves the time without a zone.
// The error does not repeat what was written.
func ParseDateTime(s string) (DateTime, error) {
	p := digits{text: s}
	year, month, day := p.take(4), 1, 1
	precision := PrecisionYear
	if p.skip('-') {
		month, precision = p.take(2), PrecisionMonth
		if p.skip('-') {
			day, precision = p.take(2), PrecisionDay
		}
	}
	if precision < PrecisionDay || !p.skip('T') {
		return p.dateTime(time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC), precision, ZoneNone, year, month, day)
	}
	hour := p.take(2)
	p.must(':')
	minute := p.take(2)
	second, nanosecond := 0, 0
	if p.skip(':') {
		second = p.take(2)
		if p.skip('.') {
			nanosecond = p.fraction()
		}
	}
	location, zone := p.offset()
	if hour > 23 || minute > 59 || second > 60 {
		return DateTime{}, errDateTime
	}
	t := time.Date(year, time.Month(month), day, hour, minute, second, nanosecond, location)
	return p.dateTime(t, PrecisionTime, zone, year, month, day)
}

// Known reports whether d is an instant: a date and a time in a zone.
func (d DateTime) Known() bool { return d.Precision == PrecisionTime && d.Zone != ZoneNone }

// IsZero reports whether nothing was written.
func (d DateTime) IsZero() bool { return d.Precision == PrecisionNone }

// Day is the calendar day of d: in zone where it is given and d is an instant, else as written.
// It is the zero Date where not even a day was written.
func (d DateTime) Day(zone *time.Location) effective.Date {
	if d.Precision < PrecisionDay {
		return effective.Date{}
	}
	return effective.DateOf(d.In(zone).Time)
}

// In is d told in another zone; a date, or a time without a zone, stays as it is.
func (d DateTime) In(zone *time.Location) DateTime {
	if zone != nil && d.Known() {
		d.Time = d.Time.In(zone)
	}
	return d
}

// Zones of the world lie from 12 hours behind UTC to 14 hours ahead of it.
const (
	farthestBehind = 12 * time.Hour
	farthestAhead  = 14 * time.Hour
)

// Compare says whether d is before (-1) or after (1) other, or the same instant (0), and whether that
// is known. What was written may mean any instant of its year, month or day, and without a zone any
// instant that some zone of the world gives it: an order is known only where no such instants of the
// two are in common, and sameness only of two instants. Two that were both written without a zone are
// of one place, as those of one record are, and compare by its calendar and clock; the same clock twice
// is still not known to be one instant. Nothing written compares with nothing.
func (d DateTime) Compare(other DateTime) (order int, known bool) {
	if d.IsZero() || other.IsZero() {
		return 0, false
	}
	anywhere := d.Known() != other.Known()
	first, last := d.instants(anywhere)
	otherFirst, otherLast := other.instants(anywhere)
	switch {
	case last.Before(otherFirst):
		return -1, true
	case first.After(otherLast):
		return 1, true
	}
	return 0, d.Known() && other.Known()
}

// instants are the first and the last instant that d may mean: anywhere in the world, or, where it has
// no zone, on the clock of its own place.
func (d DateTime) instants(anywhere bool) (first, last time.Time) {
	first, last = d.Time, d.Time
	switch d.Precision {
	case PrecisionYear:
		last = first.AddDate(1, 0, 0).Add(-1)
	case PrecisionMonth:
		last = first.AddDate(0, 1, 0).Add(-1)
	case PrecisionDay:
		last = first.AddDate(0, 0, 1).Add(-1)
	}
	if anywhere && !d.Known() {
		return first.Add(-farthestAhead), last.Add(farthestBehind)
	}
	return first, last
}

// inOrder is a fixed order for lists, which goes with Compare wherever that knows: by the first, then
// by the last instant that each may mean; nothing written comes first.
func inOrder(a, b DateTime) int {
	if a.IsZero() || b.IsZero() {
		return compareBool(!a.IsZero(), !b.IsZero())
	}
	aFirst, aLast := a.instants(true)
	bFirst, bLast := b.instants(true)
	return cmp.Or(aFirst.Compare(bFirst), aLast.Compare(bLast))
}

// firstDay and lastDay are the first and the last calendar day that d may mean, in zone where it is
// given and d is an instant; the zero Date where nothing was written.
func (d DateTime) firstDay(zone *time.Location) effective.Date {
	if d.IsZero() || d.Precision >= PrecisionDay {
		return d.Day(zone)
	}
	return effective.DateOf(d.Time)
}

func (d DateTime) lastDay(zone *time.Location) effective.Date {
	if d.IsZero() || d.Precision >= PrecisionDay {
		return d.Day(zone)
	}
	_, last := d.instants(false)
	return effective.DateOf(last)
}

// clock is the time of day of a known d in its Time's zone, and as it was written.
func (d DateTime) clock() (told, written time.Duration) {
	return sinceMidnight(d.Time), sinceMidnight(d.Time.In(time.FixedZone("", d.offset)))
}

func sinceMidnight(t time.Time) time.Duration {
	return time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute +
		time.Duration(t.Second())*time.Second + time.Duration(t.Nanosecond())
}

// String writes d as precisely as it was given.
func (d DateTime) String() string {
	switch d.Precision {
	case PrecisionYear:
		return d.Time.Format("2006")
	case PrecisionMonth:
		return d.Time.Format("2006-01")
	case PrecisionDay:
		return d.Time.Format(time.DateOnly)
	case PrecisionTime:
		if d.Zone == ZoneNone {
			return d.Time.Format("2006-01-02T15:04:05.999999999")
		}
		return d.Time.Format(time.RFC3339Nano)
	}
	return ""
}

// digits reads the parts of a date-time from left to right; after the first fault it reads nothing.
type digits struct {
	text string
	bad  bool
}

func (p *digits) take(n int) int {
	if len(p.text) < n {
		p.bad = true
		return 0
	}
	value := 0
	for _, c := range []byte(p.text[:n]) {
		if c < '0' || c > '9' {
			p.bad = true
			return 0
		}
		value = value*10 + int(c-'0')
	}
	p.text = p.text[n:]
	return value
}

func (p *digits) skip(c byte) bool {
	if p.text == "" || p.text[0] != c {
		return false
	}
	p.text = p.text[1:]
	return true
}

func (p *digits) must(c byte) {
	if !p.skip(c) {
		p.bad = true
	}
}

// fraction reads the digits after the point as nanoseconds; what is finer is cut.
func (p *digits) fraction() int {
	value, scale, n := 0, 100_000_000, 0
	for p.text != "" && p.text[0] >= '0' && p.text[0] <= '9' {
		value += int(p.text[0]-'0') * scale
		scale /= 10
		n++
		p.text = p.text[1:]
	}
	if n == 0 {
		p.bad = true
	}
	return value
}

func (p *digits) offset() (*time.Location, Zone) {
	switch {
	case p.text == "":
		return time.UTC, ZoneNone
	case p.skip('Z'):
		return time.UTC, ZoneUTC
	}
	sign := 1
	if p.skip('-') {
		sign = -1
	} else {
		p.must('+')
	}
	hours := p.take(2)
	p.must(':')
	minutes := p.take(2)
	if hours > 14 || minutes > 59 || hours == 14 && minutes > 0 {
		p.bad = true
	}
	return time.FixedZone("", sign*(hours*60+minutes)*60), ZoneOffset
}

func (p *digits) dateTime(t time.Time, precision Precision, zone Zone, year, month, day int) (DateTime, error) {
	if p.bad || p.text != "" {
		return DateTime{}, errDateTime
	}
	if year < earliestYear || year > latestYear {
		return DateTime{}, fmt.Errorf("is outside of the years %d to %d", earliestYear, latestYear)
	}
	noon := time.Date(year, time.Month(month), day, 12, 0, 0, 0, time.UTC)
	if noon.Year() != year || int(noon.Month()) != month || noon.Day() != day {
		return DateTime{}, errors.New("is a day that the calendar does not have")
	}
	_, offset := t.Zone()
	return DateTime{t, precision, zone, offset}, nil
}
