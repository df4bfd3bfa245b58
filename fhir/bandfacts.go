package fhir

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"

	"github.com/chargenote/chargenote/coding/screening"
)

// schoolYearsCode is the LOINC code of how many years somebody went to school. Its number is known from
// profiles that use it, and was not read in the table of LOINC.
const schoolYearsCode = "82590-1"

// mostSchoolYears is where a number of years of schooling is taken for a typing error.
const mostSchoolYears = 40

// bandFacts are the facts on which the bands of an instrument depend, as far as the record has them.
// Basis says what a band then rests on, and counts it as read; it is nil where bands are for everybody.
func (v *reading) bandFacts(i instrument) (facts screening.Facts, basis func() string) {
	switch i.BandsDependOn() {
	case "sex":
		return v.sexFacts(i)
	case "schooling":
		return v.schoolFacts(i)
	}
	return screening.Facts{}, nil
}

// sexFacts take the administrative gender for the sex, and say so: no other is in the record. Any but
// male and female leaves the sex unknown.
func (v *reading) sexFacts(i instrument) (screening.Facts, func() string) {
	sex := v.out.Person.Sex
	if sex != r4.AdministrativeGenderMale.Code() && sex != r4.AdministrativeGenderFemale.Code() {
		return screening.Facts{}, nil
	}
	return screening.Facts{Sex: sex}, func() string {
		v.note(v.patient, "the band of %s is that for sex %s, which was taken from the record's administrative gender", i.Name, sex)
		return "the band for sex " + sex + ", taken from the record's administrative gender"
	}
}

func (v *reading) schoolFacts(i instrument) (screening.Facts, func() string) {
	years, o, ok := v.schoolYears()
	if !ok {
		return screening.Facts{}, nil
	}
	return screening.Facts{SchoolYears: &years}, func() string {
		v.use(o.entry, o.lenient)
		v.note(o.Reference, "the band of %s is that for %d years of schooling, which are stated here", i.Name, years)
		return fmt.Sprintf("the band for %d years of schooling, as %s states", years, o.Reference)
	}
}

// schoolYears are the patient's years of schooling, where every statement of the record is the same.
func (v *reading) schoolYears() (years int, from observation, ok bool) {
	for _, o := range readAll(v, "Observation", func(o *r4.Observation) *r4.Reference { return o.Subject }) {
		if !slices.Contains(codesOf(&o.Value.Code, loincSystem), schoolYearsCode) || !finalObservation(o.Value.Status) || !v.patients(o.entry, o.Value.Subject) {
			continue
		}
		stated := yearsOf(o)
		if stated == nil || *stated < 0 || *stated > mostSchoolYears || ok && *stated != years {
			return 0, observation{}, false
		}
		if !ok || o.Reference < from.Reference {
			years, from, ok = *stated, o, true
		}
	}
	return years, from, ok
}

// yearUnits are the units of a number of years: none, or one that says so, by UCUM or in words.
var yearUnits = []string{"", "1", "a", "year", "years", "yr", "yrs"}

// yearsOf is a whole number of years: a plain number, or one in years.
func yearsOf(o observation) *int {
	w := observedValue(&o.Value)
	if w.coded || w.truth != nil || w.absent {
		return nil
	}
	if q := w.quantity; q != nil {
		if q.Value == nil || q.Comparator != nil || !slices.Contains(yearUnits, strings.ToLower(cmp.Or(text(q.Code), text(q.Unit)))) {
			return nil
		}
		return wholeNumber(q.Value.String())
	}
	return numberReply(w).value
}
