package fhir

import (
	"cmp"
	"maps"
	"slices"

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
	v.setting(class, class == "VR" || len(signs) > 0)
}

// setting is what the class names, else what the type of the place does. Of a visit at a distance the place
// may be the patient's as well as the clinician's, and names none.
func (v *reading) setting(class string, distant bool) {
	found := map[string][]string{}
	for _, location := range v.locations() {
		for i := range location.Value.Type {
			if setting := settingOf(&location.Value.Type[i]); setting != "" && !distant {
				found[setting] = append(found[setting], location.Reference)
				v.use(location.entry, location.lenient)
			}
		}
	}
	names := slices.Sorted(maps.Keys(found))
	switch of := classSettings[class]; {
	case of != "":
		v.out.Facts.Setting = of
		v.source("setting", v.encounter.Reference)
		if len(names) > 0 && !slices.Equal(names, []string{of}) {
			v.note(v.encounter.Reference, "its class says %s and the type of its place says %s: the class is used", of, listed(names))
		}
	case len(names) == 1:
		v.out.Facts.Setting = names[0]
		v.source("setting", found[names[0]]...)
	case len(names) > 1:
		v.note(v.encounter.Reference, "its places are of different settings (%s): the setting is left open", listed(names))
	}
}

// placeSettings are the settings that the type of a place names without a further assumption, by v3 RoleCode and
// by CMS place of service code. A clinic may stand alone or be a hospital's, and an office (11) may be of any
// discipline: they name none. Off-campus (19) is another place of service than our hospital-outpatient.
var placeSettings = map[string]map[string]string{
	roleCodeSystem:       {"PTRES": "home", "SCHOOL": "school"},
	placeOfServiceSystem: {"03": "school", "12": "home", "21": "inpatient", "22": "hospital-outpatient"},
}

func settingOf(concept *r4.CodeableConcept) string {
	for _, coding := range concept.Coding {
		if setting := placeSettings[system(coding)][text(coding.Code)]; setting != "" {
			return setting
		}
	}
	return ""
}

// isDistantPlace reports whether a location is a virtual one, or of a place of service at a distance: 02, and 10
// with the patient at home.
func isDistantPlace(location r4.Location) bool {
	return slices.Contains(codesOf(location.PhysicalType, physicalSystem), "vi") || hasType(location, placeOfServiceSystem, "02", "10")
}

// isHome reports whether a location is where a patient lives.
func isHome(location r4.Location) bool {
	return slices.Contains(codesOf(location.PhysicalType, physicalSystem), "ho") ||
		hasType(location, roleCodeSystem, "PTRES") || hasType(location, placeOfServiceSystem, "10", "12")
}

func hasType(location r4.Location, system string, codes ...string) bool {
	for i := range location.Type {
		if slices.ContainsFunc(codesOf(&location.Type[i], system), func(code string) bool { return slices.Contains(codes, code) }) {
			return true
		}
	}
	return false
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
		if isDistantPlace(location.Value) {
			sources = append(sources, location.Reference)
			v.use(location.entry, location.lenient)
		}
	}
	return sources, audioOnly
}

// locations are those of the encounter that are in the record, or contained in it. One that was only planned
// or reserved is not where the visit was.
func (v *reading) locations() []item[r4.Location] {
	var list []item[r4.Location]
	for i := range v.encounter.Value.Location {
		at := &v.encounter.Value.Location[i]
		e := v.located(nameWithin(v.encounter.entry, &at.Location))
		if e == nil || e.Type != "Location" {
			continue
		}
		if at.Status != nil && (*at.Status == r4.EncounterLocationStatusPlanned || *at.Status == r4.EncounterLocationStatusReserved) {
			v.note(e.Reference, "not read as the place of the visit: %s", at.Status.Code())
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

// patientLocation is home where a distant visit names a house, or the patient's residence, as its place.
func (v *reading) patientLocation() {
	for _, location := range v.locations() {
		if isHome(location.Value) {
			v.out.Facts.Visit.PatientLocation = "home"
			v.source("visit.patientLocation", location.Reference)
			v.use(location.entry, location.lenient)
		}
	}
}
