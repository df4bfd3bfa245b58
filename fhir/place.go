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

// telephoneEncounter and telemedicine are the SNOMED CT concepts for a visit by telephone and for
// one at a distance, by whatever means.
const (
	telephoneEncounter = "185317003"
	telemedicine       = "448337001"
)

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
	concepts := slices.Clone(v.encounter.Value.Type)
	if v.encounter.Value.ServiceType != nil {
		concepts = append(concepts, *v.encounter.Value.ServiceType)
	}
	for i := range concepts {
		codes := codesOf(&concepts[i], snomedSystem)
		audioOnly = audioOnly || slices.Contains(codes, telephoneEncounter)
		if slices.Contains(codes, telephoneEncounter) || slices.Contains(codes, telemedicine) {
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
