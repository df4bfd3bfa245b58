package fhir

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"
)

// The code systems that are read, beside those of what is written. OIDs are those that HL7
// terminology gives for the same systems.
const (
	activitySystem     = "https://chargenote.dev/fhir/CodeSystem/activity"
	factorSystem       = "https://chargenote.dev/fhir/CodeSystem/complexity-factor"
	modifierURL        = "https://chargenote.dev/fhir/StructureDefinition/charge-modifier"
	snomedSystem       = "http://snomed.info/sct"
	icd10cmSystem      = "http://hl7.org/fhir/sid/icd-10-cm"
	nuccSystem         = "http://nucc.org/provider-taxonomy"
	paymentSystem      = "https://nahdo.org/sopt"
	actCodeSystem      = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
	selfPaySystem      = "http://terminology.hl7.org/CodeSystem/coverage-selfpay"
	physicalSystem     = "http://terminology.hl7.org/CodeSystem/location-physical-type"
	roleCodeSystem     = "http://terminology.hl7.org/CodeSystem/v3-RoleCode"
	patientClassSystem = "http://terminology.hl7.org/CodeSystem/v2-0004"
	ordinalURL         = "http://hl7.org/fhir/StructureDefinition/ordinalValue"
	itemWeightURL      = "http://hl7.org/fhir/StructureDefinition/itemWeight"
	unitsSystem        = "http://unitsofmeasure.org"
	identifierTypes    = "http://terminology.hl7.org/CodeSystem/v2-0203"

	placeOfServiceSystem = "https://www.cms.gov/Medicare/Coding/place-of-service-codes/Place_of_Service_Code_Set"
)

// otherNames are further names under which the same code systems come.
var otherNames = map[string]string{
	"urn:oid:2.16.840.1.113883.6.12":             cptSystem,
	"urn:oid:2.16.840.1.113883.6.285":            hcpcsSystem,
	"urn:oid:2.16.840.1.113883.6.14":             hcpcsSystem,
	"urn:oid:2.16.840.1.113883.6.96":             snomedSystem,
	"urn:oid:2.16.840.1.113883.6.1":              loincSystem,
	"urn:oid:2.16.840.1.113883.6.90":             icd10cmSystem,
	"urn:oid:2.16.840.1.113883.6.101":            nuccSystem,
	"urn:oid:2.16.840.1.113883.3.221.5":          paymentSystem,
	"urn:oid:2.16.840.1.113883.5.4":              actCodeSystem,
	"http://hl7.org/fhir/v3/ActCode":             actCodeSystem,
	"urn:oid:2.16.840.1.113883.5.111":            roleCodeSystem,
	"http://hl7.org/fhir/v3/RoleCode":            roleCodeSystem,
	"urn:oid:2.16.840.1.114222.4.11.3591":        paymentSystem, // of the value set Payer, which records write in its place
	"https://nucc.org/provider-taxonomy":         nuccSystem,
	"http://www.nucc.org":                        nuccSystem,
	"https://www.nahdo.org/sopt":                 paymentSystem,
	"http://hl7.org/fhir/sid/icd-10-cm/":         icd10cmSystem,
	"https://loinc.org":                          loincSystem,
	"http://www.ama-assn.org/go/cpt/":            cptSystem,
	"https://www.ama-assn.org/go/cpt":            cptSystem,
	"http://unitsofmeasure.org/":                 unitsSystem,
	"http://hl7.org/fhir/location-physical-type": physicalSystem,
}

// system is the name under which this package knows a code system.
func system(coding r4.Coding) string {
	name := text(coding.System)
	if known, ok := otherNames[name]; ok {
		return known
	}
	return name
}

// text is what a pointer to a text says, and empty where there is none.
func text(s *string) string {
	if s == nil {
		return ""
	}
	return strings.TrimSpace(*s)
}

// codesOf are the codes of a concept in one code system, in the order they are written.
func codesOf(concept *r4.CodeableConcept, of string) []string {
	if concept == nil {
		return nil
	}
	var codes []string
	for _, coding := range concept.Coding {
		if system(coding) == of && text(coding.Code) != "" {
			codes = append(codes, text(coding.Code))
		}
	}
	return codes
}

// wordsOf is a concept as the EHR prints it.
func wordsOf(concept *r4.CodeableConcept) string {
	if concept == nil {
		return ""
	}
	if s := text(concept.Text); s != "" {
		return s
	}
	for _, coding := range concept.Coding {
		if s := text(coding.Display); s != "" {
			return s
		}
	}
	return ""
}

// A siteWord is what the map of a site says of a concept, and under which key.
type siteWord[T any] struct {
	key   string
	value T
}

// siteValues looks a concept up in a map of the site: its codes by system|code, under any name of the
// system, then by its exact text, then by the exact display of a code.
func siteValues[T any](site map[string]T, concept *r4.CodeableConcept) []siteWord[T] {
	if concept == nil || len(site) == 0 {
		return nil
	}
	var found []siteWord[T]
	add := func(keys ...string) {
		for _, key := range keys {
			if value, ok := site[key]; ok {
				found = append(found, siteWord[T]{key, value})
				return
			}
		}
	}
	for _, coding := range concept.Coding {
		var keys []string
		for _, name := range systemNames(coding) {
			keys = append(keys, name+"|"+text(coding.Code))
		}
		add(keys...)
	}
	if s := text(concept.Text); s != "" {
		add(s)
	}
	for _, coding := range concept.Coding {
		if s := text(coding.Display); s != "" {
			add(s)
		}
	}
	return found
}

// siteValue is the first thing that the map of a site says of a concept.
func siteValue[T any](site map[string]T, concept *r4.CodeableConcept) (value T, ok bool) {
	if found := siteValues(site, concept); len(found) > 0 {
		return found[0].value, true
	}
	return value, false
}

// systemNames are the names of a coding's system: as it is written, as it is known here, then the others in
// their order.
func systemNames(coding r4.Coding) []string {
	names := []string{text(coding.System), system(coding)}
	for _, other := range slices.Sorted(maps.Keys(otherNames)) {
		if otherNames[other] == system(coding) {
			names = append(names, other)
		}
	}
	return names
}

// shownCodes are the codes of a concept as "system|code", as they are written.
func shownCodes(concept *r4.CodeableConcept) []string {
	if concept == nil {
		return nil
	}
	var codes []string
	for _, coding := range concept.Coding {
		if text(coding.Code) != "" {
			codes = append(codes, shown(text(coding.System)+"|"+text(coding.Code)))
		}
	}
	return codes
}

// codeForm is the form of a "system|code" that may be repeated in a message: without white space or
// control characters, and short. Words that stand where a code should may hold anything.
var codeForm = regexp.MustCompile(`^[!-{}~]{0,200}\|[!-{}~]{1,64}$`)

// shown is a "system|code" as it may stand in a message.
func shown(code string) string {
	if !codeForm.MatchString(code) {
		return "a code that has not the form of one"
	}
	return code
}

// referenceOf is what a reference points to, as written.
func referenceOf(reference *r4.Reference) string {
	if reference == nil {
		return ""
	}
	return text(reference.Reference)
}
