package fhir

import (
	"cmp"
	"slices"
	"strings"

	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"
)

// The classes of encounter that say in person, and the settings that classes name.
var (
	inPersonClasses = []string{"AMB", "IMP", "EMER", "HH", "ACUTE", "NONAC", "OBSENC", "SS", "FLD"}
	classSettings   = map[string]string{"HH": "home", "IMP": "inpatient", "ACUTE": "inpatient", "NONAC": "inpatient"}
)

// telephoneVisits are the SNOMED CT concepts for a visit by telephone, which is without video: those of the
// value set Telephone Visits (2.16.840.1.113883.3.464.1003.101.12.1080), and the psychiatric one of Follow Up for
// Adolescent Depression (2.16.840.1.113883.3.526.3.1569).
var telephoneVisits = []string{
	"185317003", // telephone encounter
	"314849005", // telephone contact by consultant
	"386472008", // telephone consultation
	"386473003", // telephone follow-up
	"401267002", // telephone triage encounter
	"76740001",  // psychiatric telephone consultation or therapy with patient
}

// telemedicine is the SNOMED CT concept for a consultation with a patient at a distance, by whatever means.
const telemedicine = "448337001"

// isTelephone reports whether a concept says that a visit was by telephone.
func isTelephone(concept *r4.CodeableConcept) bool {
	return slices.ContainsFunc(codesOf(concept, snomedSystem), func(code string) bool { return slices.Contains(telephoneVisits, code) })
}

// isDistance reports whether a concept says that patient and clinician were not in one place.
func isDistance(concept *r4.CodeableConcept) bool {
	return isTelephone(concept) || slices.Contains(codesOf(concept, snomedSystem), telemedicine)
}

// circumstances says where and how patient and clinician met: in person, at a distance, or not
// known. How a distant visit was held is known only where it is coded.
func (v *reading) circumstances() {
	class := v.class()
	if setting := classSettings[class]; setting != "" {
		v.out.Facts.Setting = setting
		v.source("setting", v.encounter.Reference)
	}
	signs, audioOnly := v.telehealthSigns()
	switch {
	case class == "VR" || len(signs) > 0:
		if len(signs) > 0 && slices.Contains(inPersonClasses, class) {
			v.note(v.encounter.Reference, "its class says in person (%s) and its type or place says telehealth: read as telehealth", class)
		}
		if class == "VR" {
			signs = append(signs, v.encounter.Reference)
		}
		v.telehealth(true, signs)
		if audioOnly {
			v.out.Facts.Visit.Modality = "audio-only"
			v.source("visit.modality", v.encounter.Reference)
		}
		v.patientLocation()
	case slices.Contains(inPersonClasses, class):
		v.telehealth(false, []string{v.encounter.Reference})
		v.out.Facts.Visit.Modality = "in-person"
		v.source("visit.modality", v.encounter.Reference)
	default:
		if raw := cmp.Or(text(v.encounter.Value.Class.Code), text(v.encounter.Value.Class.Display)); raw == "" {
			v.note(v.encounter.Reference, "has no class: whether the visit was in person is not known")
		}
	}
}

func (v *reading) telehealth(yes bool, sources []string) {
	v.out.Facts.Visit.Telehealth = &yes
	v.source("visit.telehealth", sources...)
}

// telehealthSigns are the resources, beside the class, that say the visit was at a distance.
func (v *reading) telehealthSigns() (sources []string, audioOnly bool) {
	concepts := v.encounterConcepts()
	for i := range concepts {
		audioOnly = audioOnly || isTelephone(&concepts[i])
		if isDistance(&concepts[i]) {
			sources = append(sources, v.encounter.Reference)
		}
	}
	for _, location := range v.locations() {
		if slices.Contains(codesOf(location.Value.PhysicalType, physicalSystem), "vi") {
			sources = append(sources, location.Reference)
			v.use(location.entry, location.lenient)
		}
	}
	return sources, audioOnly
}

// locations are those of the encounter that are in the record, or contained in it.
func (v *reading) locations() []item[r4.Location] {
	var list []item[r4.Location]
	for i := range v.encounter.Value.Location {
		reference := referenceOf(&v.encounter.Value.Location[i].Location)
		e := v.record.find(reference)
		if fragment, ok := strings.CutPrefix(reference, "#"); ok {
			e = containedIn(v.encounter.entry, fragment)
		}
		if e == nil || e.Type != "Location" {
			continue
		}
		value, lenient, err := decode[r4.Location](e)
		if err != nil {
			v.note(e.Reference, "not read: %s", err)
			continue
		}
		list = append(list, item[r4.Location]{e, value, lenient})
	}
	return list
}

// patientLocation is home where a distant visit names a house as the patient's place.
func (v *reading) patientLocation() {
	for _, location := range v.locations() {
		if slices.Contains(codesOf(location.Value.PhysicalType, physicalSystem), "ho") {
			v.out.Facts.Visit.PatientLocation = "home"
			v.source("visit.patientLocation", location.Reference)
			v.use(location.entry, location.lenient)
		}
	}
}
