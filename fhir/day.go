package fhir

import (
	"slices"
	"time"

	"github.com/chargenote/chargenote/internal/visit"
)

// dayOfService is the calendar day on which the session began, in the zone of the clinic where it
// is known, else as the record writes it. Z names no place: its UTC day is used, and a note says so.
func (v *reading) dayOfService(s sessionTime) {
	start, source := v.firstStart(s)
	day := start.Day(v.options.Zone)
	if day.IsZero() {
		v.note(v.encounter.Reference, "the record gives no day of service")
		return
	}
	v.out.Facts.DateOfService = day
	v.source("dateOfService", source)
	if start.Zone == ZoneUTC && v.options.Zone == nil {
		v.note(source, visit.RemarkUTCDay)
	}
}

// firstStart is the start that gives the day: of the closest source that is known, else of the
// encounter, else of a procedure that has no end.
func (v *reading) firstStart(s sessionTime) (DateTime, string) {
	if s.closest == rankProcedure {
		var first *performed
		for i, p := range v.performed {
			isCounted := slices.ContainsFunc(s.timings, func(t timing) bool { return t.sources[0] == p.Reference })
			if isCounted && (first == nil || inOrder(p.start, first.start) < 0) {
				first = &v.performed[i]
			}
		}
		return first.start, first.Reference
	}
	if s.closest != 0 && s.closest < rankLength {
		start, _ := v.encounterTimes()
		first := hull(spansOf(s.timings)).start
		return DateTime{Time: first, Precision: PrecisionTime, Zone: v.zoneOf(start, first)}, v.encounter.Reference
	}
	start, end := v.encounterTimes()
	if !v.outpatient() {
		if p := v.firstPerformed(); p != nil {
			return p.start, p.Reference // within a stay, whose first day it need not be
		}
	}
	if start.Precision >= PrecisionDay {
		return start, v.encounter.Reference
	} else if end.Precision >= PrecisionDay && v.outpatient() {
		return end, v.encounter.Reference
	}
	if p := v.firstPerformed(); p != nil {
		return p.start, p.Reference
	}
	return DateTime{}, v.encounter.Reference
}

// firstPerformed is the first procedure whose day is known.
func (v *reading) firstPerformed() *performed {
	for i := range v.performed {
		if v.performed[i].start.Precision >= PrecisionDay {
			return &v.performed[i]
		}
	}
	return nil
}

// zoneOf is how the zone of an instant of the encounter was written.
func (v *reading) zoneOf(start DateTime, t time.Time) Zone {
	if order, known := start.Compare(DateTime{Time: t, Precision: PrecisionTime, Zone: ZoneOffset}); known && order == 0 {
		return start.Zone
	}
	if t.Location() == time.UTC {
		return ZoneUTC
	}
	return ZoneOffset
}
