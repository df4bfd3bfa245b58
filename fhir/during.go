package fhir

import (
	"slices"
	"time"

	"github.com/chargenote/chargenote/internal/effective"
)

// overnightClasses are the classes of encounter in which a patient may stay over night.
var overnightClasses = []string{"IMP", "ACUTE", "NONAC", "OBSENC", "EMER", "SS"}

// outpatient reports whether the visit is one of a day: every class that is not known as a stay.
func (v *reading) outpatient() bool {
	return !slices.Contains(overnightClasses, v.class())
}

// wholeVisit is what is believed of a stretch of the encounter's own time.
func (v *reading) wholeVisit() stretch {
	if v.outpatient() {
		return ofVisit
	}
	return ofStay
}

// patientClasses are the codes of HL7 v2 table 0004 that say the same as a class of v3 ActCode. O,
// outpatient, does not say whether the patient was there.
var patientClasses = map[string]string{"I": "IMP", "E": "EMER"}

// class is the encounter's class by v3 ActCode; empty where it is a local code or none.
func (v *reading) class() string {
	class := v.encounter.Value.Class
	if system(class) == patientClassSystem {
		return patientClasses[text(class.Code)]
	}
	if s := system(class); s != actCodeSystem && s != "" {
		return ""
	}
	return text(class.Code)
}

// encounterTimes are start and end of the encounter as far as they are written.
func (v *reading) encounterTimes() (start, end DateTime) {
	if period := v.encounter.Value.Period; period != nil {
		start = v.local(v.date(v.encounter.entry, "period.start", period.Start))
		end = v.local(v.date(v.encounter.entry, "period.end", period.End))
	}
	return start, end
}

// visitZone is the zone in which days of this visit are told: the clinic's, else that of the start.
func (v *reading) visitZone() *time.Location {
	if v.options.Zone != nil {
		return v.options.Zone
	}
	if start, _ := v.encounterTimes(); start.Known() {
		return start.Time.Location()
	}
	return nil
}

// visitDays are the first and the last calendar day of the encounter, and of its procedures where
// the encounter has none.
func (v *reading) visitDays() (first, last effective.Date) {
	start, end := v.encounterTimes()
	zone := v.visitZone()
	first, last = start.Day(zone), end.Day(zone)
	if first.IsZero() {
		for _, p := range v.performed {
			if day := p.start.Day(zone); first.IsZero() || !day.IsZero() && day.Before(first) {
				first = day
			}
		}
	}
	if last.IsZero() || v.outpatient() {
		last = first
	}
	return first, last
}

// onVisitDay reports whether a date-time is on a day of the visit.
func (v *reading) onVisitDay(d DateTime) bool {
	first, last := v.visitDays()
	day := d.Day(v.visitZone())
	return !day.IsZero() && !first.IsZero() && !day.Before(first) && !last.Before(day)
}

// duringVisit reports whether a stretch of time overlaps the encounter, or is on its day where the
// encounter has no times.
func (v *reading) duringVisit(start, end DateTime) bool {
	from, to := v.encounterTimes()
	visitSpan, why := spanOf(from, to, v.wholeVisit())
	if why != "" || !start.Known() {
		return v.onVisitDay(start)
	}
	if order, known := end.Compare(start); !end.Known() || !known || order <= 0 {
		return !start.Time.Before(visitSpan.start) && !start.Time.After(visitSpan.end)
	}
	return visitSpan.overlaps(span{start.Time, end.Time})
}
