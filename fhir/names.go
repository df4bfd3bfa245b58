package fhir

import (
	"github.com/chargenote/chargenote/internal/visit"
	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"
)

// namesOf are the names of a person in their parts, former and preferred ones too.
func namesOf(names []r4.HumanName) []visit.Name {
	var all []visit.Name
	for _, name := range names {
		one := visit.Name{Text: printedName(name), Given: name.Given, Family: text(name.Family)}
		if name.Use != nil {
			one.Use = name.Use.Code()
		}
		if one.Text != "" {
			all = append(all, one)
		}
	}
	return all
}

// credentialsOf are the licences and degrees of a clinician: what the record prints, its codes and their
// displays, and what stands behind a name.
func credentialsOf(p r4.Practitioner) []string {
	var all []string
	for i := range p.Qualification {
		all = append(all, everyWordOf(&p.Qualification[i].Code)...)
	}
	for _, name := range p.Name {
		all = append(all, name.Suffix...)
	}
	return all
}

// everyWordOf is all that a concept says: its text, its codes and their displays.
func everyWordOf(concept *r4.CodeableConcept) []string {
	var all []string
	add := func(s string) {
		if s != "" {
			all = append(all, s)
		}
	}
	if concept != nil {
		add(text(concept.Text))
		for _, coding := range concept.Coding {
			add(text(coding.Display))
			add(text(coding.Code))
		}
	}
	return all
}
