package fhir

import (
	"cmp"
	"slices"

	"github.com/chargenote/chargenote/internal/visit"
	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"
)

// others lists what else of the patient the record holds on the day of the visit: other encounters, and
// procedures that name another encounter. Nothing is asked for, and what belongs to other patients is
// not read.
func (v *reading) others() {
	var list []visit.Occupied
	for _, e := range v.record.of("Encounter") {
		value, _, err := decode[r4.Encounter](e)
		if err != nil || e.Reference == v.encounter.Reference || !v.patients(e, value.Subject) || !tookPlace(value.Status) || value.Status == r4.EncounterStatusPlanned {
			continue
		}
		list = v.occupied(list, e.Reference, value.Period, v.soleClinician(e, value))
	}
	for _, e := range v.record.of("Procedure") {
		value, _, err := decode[r4.Procedure](e)
		if err != nil || !v.patients(e, &value.Subject) || value.Status != r4.EventStatusCompleted {
			continue
		}
		if yes, said := v.ofVisit(value.Encounter); said && !yes {
			list = v.occupied(list, e.Reference, value.PerformedPeriod, v.performerOf(item[r4.Procedure]{entry: e, Value: value}))
		}
	}
	slices.SortFunc(list, func(a, b visit.Occupied) int {
		return cmp.Or(a.Start.Compare(b.Start), cmp.Compare(a.Reference, b.Reference))
	})
	v.out.Others = list
}

// occupied adds a period on the day of the visit, where it has both ends.
func (v *reading) occupied(list []visit.Occupied, reference string, period *r4.Period, clinician string) []visit.Occupied {
	if period == nil {
		return list
	}
	start, errStart := ParseDateTime(text(period.Start))
	end, errEnd := ParseDateTime(text(period.End))
	if errStart != nil || errEnd != nil {
		return list
	}
	start, end = v.local(start), v.local(end)
	s, why := spanOf(start, end, ofVisit)
	if why != "" || !v.onVisitDay(start) && !v.onVisitDay(end) {
		return list
	}
	return append(list, visit.Occupied{Reference: reference, Start: s.start, End: s.end, Clinician: clinician})
}

// soleClinician is the one practitioner of an encounter; empty where there are none or several.
func (v *reading) soleClinician(holder *entry, e r4.Encounter) string {
	found := ""
	for _, p := range e.Participant {
		switch who := v.practitioner(holder, p.Individual); {
		case who == "", who == found:
		case found != "":
			return ""
		default:
			found = who
		}
	}
	return found
}
