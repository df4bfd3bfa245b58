package fhir

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/chargenote/chargenote/internal/visit"
	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"
)

// ErrOtherPatient says that the encounter belongs to another patient than the launch named.
var ErrOtherPatient = visit.ErrOtherPatient

// choose finds the encounter that is meant and checks whose it is.
func (v *reading) choose() error {
	all, err := v.encounters()
	if err != nil {
		return err
	}
	chosen, err := v.pick(all)
	if err != nil {
		return err
	}
	v.encounter = chosen
	if v.patient, err = v.whose(chosen); err != nil {
		return err
	}
	for _, other := range all {
		if other.Reference == chosen.Reference || !v.belongs(other.entry, other.Value.Subject) {
			continue
		}
		if tookPlace(other.Value.Status) && v.canonical(other.Value.PartOf) == chosen.Reference {
			v.note(other.Reference, "is a part of this visit and reviewed by itself: what names it is not counted here")
		}
	}
	return nil
}

func (v *reading) encounters() ([]item[r4.Encounter], error) {
	var list []item[r4.Encounter]
	for _, e := range v.record.of("Encounter") {
		value, lenient, err := decode[r4.Encounter](e)
		if err != nil {
			v.note(e.Reference, "not read: %s", err)
			continue
		}
		list = append(list, item[r4.Encounter]{e, value, lenient})
	}
	if len(list) > 0 {
		return list, nil
	}
	for _, remark := range v.record.notes {
		if strings.HasPrefix(remark.Resource, "Encounter") {
			return nil, &InputError{remark.Resource, remark.Text + "; no other Encounter says which visit is meant"}
		}
	}
	return nil, &InputError{"record", "holds no Encounter, so there is no visit to review"}
}

// pick is the encounter that the options name, or the only one that took place.
func (v *reading) pick(all []item[r4.Encounter]) (item[r4.Encounter], error) {
	if v.options.Encounter != "" {
		return v.named(all)
	}
	var live []item[r4.Encounter]
	for _, e := range all {
		if tookPlace(e.Value.Status) {
			live = append(live, e)
		} else {
			v.note(e.Reference, "left out: %s", e.Value.Status.Code()) // the visit is found by leaving it out
		}
	}
	switch len(live) {
	case 1:
		return live[0], nil
	case 0:
		return item[r4.Encounter]{}, noVisit(all[0])
	}
	return item[r4.Encounter]{}, &InputError{"record", fmt.Sprintf("holds %d visits, choose one with --encounter: %s", len(live), listed(choices(live)))}
}

func (v *reading) named(all []item[r4.Encounter]) (item[r4.Encounter], error) {
	wanted := v.options.Encounter
	names := []string{v.record.canonical(wanted), v.record.canonical("Encounter/" + wanted)}
	for _, e := range all {
		if !slices.Contains(names, e.Reference) && e.ID != wanted {
			continue
		}
		if !tookPlace(e.Value.Status) {
			return item[r4.Encounter]{}, noVisit(e)
		}
		return e, nil
	}
	return item[r4.Encounter]{}, &InputError{"--encounter", "names no visit of this record, choose one of: " + listed(choices(all))}
}

func noVisit(e item[r4.Encounter]) error {
	return &InputError{e.Reference, fmt.Sprintf("is %s, so there is no visit to review", e.Value.Status.Code())}
}

func tookPlace(status r4.EncounterStatus) bool {
	return status != r4.EncounterStatusEnteredInError && status != r4.EncounterStatusCancelled
}

// choices names encounters by what --encounter takes: the id, else the whole name, as where FHIR does not
// allow the id.
func choices(list []item[r4.Encounter]) []string {
	var names []string
	for _, e := range list {
		if isLogicalID(e.ID) {
			names = append(names, e.ID)
		} else {
			names = append(names, e.Reference)
		}
	}
	return names
}

// whose is the patient of the visit. The launch's patient must be the encounter's.
func (v *reading) whose(e item[r4.Encounter]) (string, error) {
	subject, err := v.subjectOf(e)
	if err != nil {
		return "", err
	}
	launched := ""
	if v.options.Patient != "" {
		launched = v.record.canonical(asReference("Patient", v.options.Patient))
	}
	switch {
	case launched != "" && subject != "" && subject != launched:
		return "", ErrOtherPatient
	case subject != "":
		return subject, nil
	case launched != "":
		v.note(e.Reference, "names no patient: read as a visit of the patient of the launch")
		return launched, nil
	}
	if patients := v.record.of("Patient"); len(patients) == 1 {
		v.note(e.Reference, "names no patient: read as a visit of the only one in the record")
		return patients[0].Reference, nil
	}
	v.note(e.Reference, "names no patient")
	return "", nil
}

// subjectOf is whom an encounter names: by reference, else by an identifier that one Patient of the record
// has, on the reference itself or in a contained Patient. One whom no Patient of the record answers to keeps a
// name of its own, which is nobody else's. It is an error where the encounter is a group's.
func (v *reading) subjectOf(e item[r4.Encounter]) (string, error) {
	subject := e.Value.Subject
	name := v.canonical(subject)
	switch {
	case strings.HasPrefix(name, "Group/"):
		return "", &InputError{e.Reference, "is the visit of a group: review the visit of each of its patients"}
	case strings.HasPrefix(name, "#"):
		var own []r4.Identifier
		if contained := containedIn(e.entry, name[1:]); contained != nil && contained.Type == "Patient" {
			if patient, _, err := decode[r4.Patient](contained); err == nil {
				own = patient.Identifier
			}
		}
		return cmp.Or(v.patientWith(own), e.Reference+name), nil
	case name == "" && subject != nil && subject.Identifier != nil:
		if patient := v.patientWith([]r4.Identifier{*subject.Identifier}); patient != "" {
			return patient, nil
		}
		v.note(e.Reference, "names its patient by an identifier that no Patient of the record has")
		return e.Reference + "#subject", nil
	}
	return name, nil
}

// patientWith is the one Patient of the record that has one of these identifiers.
func (v *reading) patientWith(identifiers []r4.Identifier) string {
	var found []string
	for _, e := range v.record.of("Patient") {
		patient, _, err := decode[r4.Patient](e)
		if err == nil && slices.ContainsFunc(patient.Identifier, func(own r4.Identifier) bool {
			return slices.ContainsFunc(identifiers, func(other r4.Identifier) bool { return sameIdentifier(own, other) })
		}) {
			found = append(found, e.Reference)
		}
	}
	if len(found) == 1 {
		return found[0]
	}
	return ""
}

// asReference writes a bare id as Type/id.
func asReference(kind, s string) string {
	if strings.ContainsAny(s, "/:") {
		return s
	}
	return kind + "/" + s
}

// Encounters lists the encounters of a patient, latest first; of every patient where patient is
// empty. Encounters that were entered in error are not listed. A day is as the record writes it.
func (r *Record) Encounters(patient string) []visit.EncounterChoice {
	v := newReading(r, Options{})
	list := []visit.EncounterChoice{}
	for _, e := range r.of("Encounter") {
		encounter, _, err := decode[r4.Encounter](e)
		if err != nil || encounter.Status == r4.EncounterStatusEnteredInError {
			continue
		}
		if patient != "" && v.canonical(encounter.Subject) != r.canonical(asReference("Patient", patient)) {
			continue
		}
		list = append(list, v.choice(e, encounter))
	}
	slices.SortFunc(list, func(a, b visit.EncounterChoice) int {
		return cmp.Or(cmp.Compare(b.Day, a.Day), compareStarts(b.Start, a.Start), cmp.Compare(a.Reference, b.Reference))
	})
	return list
}

// compareStarts puts what has no start before what has one.
func compareStarts(a, b *time.Time) int {
	if a == nil || b == nil {
		return compareBool(a != nil, b != nil)
	}
	return a.Compare(*b)
}

func (v *reading) choice(e *entry, encounter r4.Encounter) visit.EncounterChoice {
	choice := visit.EncounterChoice{Reference: e.Reference, Status: encounter.Status.Code()}
	if encounter.Period != nil {
		start, end := v.date(e, "period.start", encounter.Period.Start), v.date(e, "period.end", encounter.Period.End)
		choice.Day = start.Day(nil).String()
		choice.Start, choice.End = instant(start), instant(end)
	}
	for _, kind := range encounter.Type {
		choice.Text = cmp.Or(choice.Text, wordsOf(&kind))
	}
	choice.Text = cmp.Or(choice.Text, wordsOf(encounter.ServiceType), text(encounter.Class.Display), text(encounter.Class.Code))
	return choice
}
