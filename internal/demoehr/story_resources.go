package demoehr

import (
	"encoding/base64"
	"strconv"
	"strings"
	"time"
)

// resources are everything that one story puts into the record, in an order in which every
// reference leads to something before it.
func (s *story) resources() []resource {
	all := []resource{s.patientResource(), s.coverage()}
	all = append(all, s.conditions()...)
	all = append(all, s.encounter())
	all = append(all, s.procedures()...)
	for _, score := range s.scores {
		all = append(all, score.observations(s)...)
	}
	for _, total := range s.earlier {
		all = append(all, total.observation(s))
	}
	if s.note != "" {
		all = append(all, s.noteResource())
	}
	for i := range s.before {
		earlier := s.earlierStory(i)
		all = append(all, earlier.conditions()...)
		all = append(all, earlier.encounter())
		all = append(all, earlier.procedures()...)
		all = append(all, earlier.noteResource())
	}
	for i, r := range all {
		all[i] = toResource(r)
	}
	return all
}

func (s *story) patientResource() resource {
	p := s.patient
	return resource{
		"resourceType": "Patient", "id": p.id, "active": true, "gender": p.sex, "birthDate": p.born,
		"identifier": list(object{
			"type":   concept(terminology+"v2-0203", "MR", "Medical record number"),
			"system": recordSystem, "value": p.record,
		}),
		"name": list(object{"use": "official", "text": p.name(), "family": p.family, "given": list(p.given)}),
	}
}

func (s *story) coverage() resource {
	payor := ref("Organization", s.payer.id)
	if s.payer.id == "" {
		payor = ref("Patient", s.patient.id)
	}
	return resource{
		"resourceType": "Coverage", "id": s.id, "status": "active", "order": 1,
		"type":        concept(paymentSystem, s.payer.code, s.payer.display),
		"beneficiary": ref("Patient", s.patient.id), "payor": list(payor),
		"period": object{"start": s.from().AddDate(-1, 0, 0).Format("2006") + "-01-01"},
	}
}

func (s *story) conditions() []resource {
	var all []resource
	for i, d := range s.diagnoses {
		all = append(all, resource{
			"resourceType": "Condition", "id": s.conditionID(i), "code": concept(diagnosisSystem, d.code, d.display),
			"clinicalStatus":     concept(terminology+"condition-clinical", "active", "Active"),
			"verificationStatus": concept(terminology+"condition-ver-status", "confirmed", "Confirmed"),
			"category":           list(concept(terminology+"condition-category", "encounter-diagnosis", "Encounter Diagnosis")),
			"subject":            ref("Patient", s.patient.id), "recordedDate": s.day(),
		})
	}
	return all
}

func (s *story) conditionID(i int) string { return s.id + "-" + strconv.Itoa(i+1) }

// encounter is the visit. The patient arrives a little before the first service and leaves a
// little after the last, as in life: the period of the encounter is not the time of the service.
func (s *story) encounter() resource {
	e := resource{
		"resourceType": "Encounter", "id": s.id, "status": "finished", "class": s.class(),
		"identifier": list(object{"system": visitSystem, "value": "V-" + s.id}),
		"subject":    ref("Patient", s.patient.id), "serviceProvider": ref("Organization", "clinic"),
		"participant": list(object{
			"type":       list(concept(terminology+"v3-ParticipationType", "PPRF", "primary performer")),
			"individual": ref("Practitioner", s.clinician.id),
		}),
		"period":   object{"start": s.arrives().Format(time.RFC3339), "end": s.leaves().Format(time.RFC3339)},
		"location": list(object{"location": ref("Location", s.place())}),
	}
	if s.modality != "" {
		e["type"] = list(s.distance())
	}
	var diagnoses []any
	for i := range s.diagnoses {
		diagnoses = append(diagnoses, object{"condition": ref("Condition", s.conditionID(i)), "rank": i + 1})
	}
	if len(diagnoses) > 0 {
		e["diagnosis"] = diagnoses
	}
	return e
}

// distance is how a virtual visit was held, in SNOMED CT.
func (s *story) distance() object {
	if s.modality == "audio-only" {
		return concept(snomedSystem, "185317003", "Telephone encounter")
	}
	return concept(snomedSystem, "448337001", "Telemedicine consultation with patient")
}

func (s *story) class() object {
	if s.modality != "" {
		return coding(terminology+"v3-ActCode", "VR", "virtual")
	}
	return coding(terminology+"v3-ActCode", "AMB", "ambulatory")
}

func (s *story) place() string {
	if s.modality != "" {
		return "patient-home"
	}
	return "clinic"
}

// procedures are the services, one after the other from the start of the story.
func (s *story) procedures() []resource {
	var all []resource
	start := s.from()
	for i, d := range s.did {
		end := start.Add(time.Duration(d.minutes) * time.Minute)
		codings := list(coding(activitySystem, d.activity, strings.ReplaceAll(d.activity, "-", " ")))
		if d.cpt != "" {
			codings = append(codings, object{"system": cptSystem, "code": d.cpt})
		}
		procedure := resource{
			"resourceType": "Procedure", "id": s.id + "-" + strconv.Itoa(i+1), "status": "completed",
			"code":    object{"coding": codings, "text": strings.ReplaceAll(d.activity, "-", " ")},
			"subject": ref("Patient", s.patient.id), "encounter": ref("Encounter", s.id),
			"performedPeriod": object{"start": start.Format(time.RFC3339), "end": end.Format(time.RFC3339)},
			"performer":       list(object{"actor": ref("Practitioner", s.clinician.id)}),
		}
		if len(s.diagnoses) > 0 {
			procedure["reasonReference"] = list(ref("Condition", s.conditionID(0)))
		}
		all = append(all, procedure)
		start = end
	}
	if s.complexity != "" {
		all = append(all, s.complexityProcedure())
	}
	return all
}

// complexityProcedure says that communication was complicated, and by which factor. It is no
// service of its own.
func (s *story) complexityProcedure() resource {
	return resource{
		"resourceType": "Procedure", "id": s.id + "-complexity", "status": "completed",
		"code":    object{"coding": list(object{"system": cptSystem, "code": "90785"}), "text": "interactive complexity"},
		"subject": ref("Patient", s.patient.id), "encounter": ref("Encounter", s.id),
		"performedPeriod": object{"start": s.from().Format(time.RFC3339), "end": s.to().Format(time.RFC3339)},
		"performer":       list(object{"actor": ref("Practitioner", s.clinician.id)}),
		"reasonCode":      list(concept(complexitySystem, s.complexity, strings.ReplaceAll(s.complexity, "-", " "))),
	}
}

func (s *story) noteResource() resource {
	return resource{
		"resourceType": "DocumentReference", "id": s.id + "-note", "status": "current", "docStatus": "final",
		"identifier": list(object{"system": noteSystem, "value": s.id}),
		"type":       concept(loincSystem, "11506-3", "Progress note"),
		"category":   list(concept("http://hl7.org/fhir/us/core/CodeSystem/us-core-documentreference-category", "clinical-note", "Clinical Note")),
		"subject":    ref("Patient", s.patient.id), "date": s.leaves().Format(time.RFC3339),
		"author": list(ref("Practitioner", s.clinician.id)), "description": "Note of the visit",
		"content": list(object{"attachment": object{
			"contentType": "text/plain; charset=utf-8", "data": base64.StdEncoding.EncodeToString([]byte(s.noteText())),
		}}),
		"context": object{
			"encounter": list(ref("Encounter", s.id)),
			"period":    object{"start": s.from().Format(time.RFC3339), "end": s.to().Format(time.RFC3339)},
		},
	}
}
