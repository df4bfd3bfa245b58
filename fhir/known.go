package fhir

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/chargenote/chargenote/docs"
	"github.com/chargenote/chargenote/internal/visit"
	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"
)

// knows offers a value of the record for an element of documentation.
func (v *reading) knows(element, value string, sources ...string) {
	if value == "" {
		return
	}
	slices.Sort(sources)
	v.out.Known[element] = docs.Known{Value: value, Sources: slices.Compact(sources)}
}

// known fills in what the record holds for the elements of documentation.
func (v *reading) known() {
	out := v.out
	v.knows("patient_name", out.Person.Name, v.patient)
	v.knows("patient_dob", out.Person.BirthDate, v.patient)
	v.knows("service_date", v.day().String(), out.Facts.Sources["dateOfService"]...)
	v.knows("provider_name", out.Clinician.Name, v.clinician)
	if words, sources := v.credentials(); words != "" {
		v.knows("provider_credentials", words, sources...)
	}
	if slices.Contains([]string{"PT", "OT", "SLP"}, out.Facts.Provider.Discipline) {
		v.knows("discipline", out.Facts.Provider.Discipline, out.Facts.Sources["provider.discipline"]...)
	}
	v.knowsTime()
	v.knowsPlace()
	v.knowsDiagnoses()
	v.knowsScores()
	v.knowsReason()
	v.knowsSignature()
}

func (v *reading) knowsTime() {
	session := v.out.Session
	if session.Status != visit.SessionKnown {
		return
	}
	var sources []string
	for _, s := range session.Segments {
		if s.Counted {
			sources = append(sources, s.Sources...)
		}
	}
	v.knows("time_total", fmt.Sprintf("%d minutes", *session.Minutes), sources...)
	if session.Start != nil && session.End != nil {
		v.knows("time_start_stop", session.Start.Format("15:04")+" to "+session.End.Format("15:04"), sources...)
	}
}

func (v *reading) knowsPlace() {
	visitFacts := v.out.Facts.Visit
	words, sources := []string{}, []string{v.encounter.Reference}
	for _, location := range v.locations() {
		if name := text(location.Value.Name); name != "" {
			words, sources = append(words, name), append(sources, location.Reference)
			v.use(location.entry, location.lenient)
		}
	}
	for _, location := range v.encounter.Value.Location {
		if name := text(location.Location.Display); name != "" && len(words) == 0 {
			words = append(words, name)
		}
	}
	switch {
	case visitFacts.Telehealth != nil && *visitFacts.Telehealth:
		words = append([]string{"telehealth"}, words...)
	case visitFacts.Modality == "in-person" && len(words) == 0:
		words = []string{"in person"}
	}
	v.knows("service_location", listed(words), sources...)
	if visitFacts.Modality != "" && visitFacts.Modality != "in-person" {
		v.knows("tele_modality", visitFacts.Modality, v.out.Facts.Sources["visit.modality"]...)
	}
	v.knows("tele_patient_location", visitFacts.PatientLocation, v.out.Facts.Sources["visit.patientLocation"]...)
}

func (v *reading) knowsDiagnoses() {
	var codes, sources []string
	for _, d := range v.out.Diagnoses {
		if d.Origin == originEncounter && d.System == icd10cmSystem {
			codes, sources = append(codes, d.Code), append(sources, d.Reference)
		}
	}
	v.knows("diagnosis_code", listed(codes), sources...)
}

func (v *reading) knowsScores() {
	var names, totals, sources []string
	for _, score := range v.out.Scores {
		names = append(names, score.Instrument)
		sources = append(sources, score.Sources...)
		switch {
		case score.Total != nil:
			totals = append(totals, strings.TrimSpace(fmt.Sprintf("%s %d %s", score.Instrument, *score.Total, score.Band)))
		case score.Complete && score.Band != "":
			totals = append(totals, score.Instrument+" "+score.Band)
		}
	}
	slices.Sort(names)
	v.knows("screen_instrument", listed(slices.Compact(names)), slices.Clone(sources)...)
	v.knows("screen_score", listed(totals), slices.Clone(sources)...)
}

// knowsReason is why the patient came, as the record words it.
func (v *reading) knowsReason() {
	var words []string
	for i := range v.encounter.Value.ReasonCode {
		if s := wordsOf(&v.encounter.Value.ReasonCode[i]); s != "" {
			words = append(words, s)
		}
	}
	v.knows("chief_complaint", listed(words), v.encounter.Reference)
}

// knowsSignature is who authenticated the note, where the record says so.
func (v *reading) knowsSignature() {
	e := v.record.find(v.out.Note.Reference)
	if e == nil {
		return
	}
	signer := signerOfNote(e)
	if signer == nil {
		return
	}
	name := text(signer.Display)
	if practitioner, _, ok := v.readPractitioner(v.practitioner(e, signer)); ok {
		name = cmp.Or(nameOfPerson(practitioner.Name), name)
	}
	v.knows("signature", cmp.Or(name, v.canonical(signer)), e.Reference)
}

// signerOfNote is who authenticated a document; nil where the record does not say.
func signerOfNote(e *entry) *r4.Reference {
	if e.Type == "Composition" {
		if composition, _, err := decode[r4.Composition](e); err == nil {
			return signerOf(composition)
		}
		return nil
	}
	document, _, err := decode[r4.DocumentReference](e)
	if err != nil {
		return nil
	}
	return document.Authenticator
}
