package fhir

import (
	"time"

	"github.com/chargenote/chargenote/coding"
)

// infantUntil is the age in years at which a child is no infant any more.
const infantUntil = 1

// infant says that the patient is an infant on the day of service, where the birth date is known to the
// day: instruments in such a chart are answered by somebody else. Of older patients it says nothing.
func (v *reading) infant() {
	born, err := ParseDateTime(v.out.Person.BirthDate)
	if err != nil || born.Precision != PrecisionDay || v.day().IsZero() {
		return
	}
	day := v.day()
	on := time.Date(day.Year, day.Month, day.Day, 0, 0, 0, 0, time.UTC)
	if on.Before(born.Time) || !on.Before(born.Time.AddDate(infantUntil, 0, 0)) {
		return
	}
	v.out.Facts.Patient = &coding.Patient{Is: "infant"}
	v.source("patient.is", v.patient)
}
