package demoehr

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// The code systems that the seed uses.
const (
	activitySystem   = "https://chargenote.dev/fhir/CodeSystem/activity"
	complexitySystem = "https://chargenote.dev/fhir/CodeSystem/complexity-factor"
	modalitySystem   = "https://chargenote.dev/fhir/CodeSystem/modality"
	cptSystem        = "http://www.ama-assn.org/go/cpt"
	loincSystem      = "http://loinc.org"
	taxonomySystem   = "http://nucc.org/provider-taxonomy"
	paymentSystem    = "https://nahdo.org/sopt"
	diagnosisSystem  = "http://hl7.org/fhir/sid/icd-10-cm"
	recordSystem     = "https://demo-ehr.example/fhir/identifier/record-number"
	visitSystem      = "https://demo-ehr.example/fhir/identifier/visit"
	terminology      = "http://terminology.hl7.org/CodeSystem/"
)

// A SeedVisit is one made-up visit of the worklist. Patient and Encounter are resource ids.
type SeedVisit struct {
	Patient     string
	Encounter   string
	Title       string
	LookFor     string // what this visit shows, in one line
	NoEncounter bool   // the chart launches the app without the encounter in context
}

// Visits lists the made-up visits in the order of the worklist; none where the EHR was made
// neither with the seed nor in front of a server that may hold it.
func (e *EHR) Visits() []SeedVisit {
	if !e.options.Seed && e.upstream == nil {
		return nil
	}
	listed := make([]SeedVisit, 0, len(stories))
	for _, s := range stories {
		listed = append(listed, SeedVisit{s.patient.id, s.id, s.title, s.lookFor, s.launchWithoutEncounter})
	}
	return listed
}

// SeedInto puts the made-up visits into another FHIR server, under the ids they have here: one
// transaction for the clinic, then one for each visit. Doing it again changes nothing.
func (e *EHR) SeedInto(ctx context.Context, upstreamBase string, client *http.Client) error {
	if client == nil {
		client = http.DefaultClient
	}
	if err := send(ctx, client, upstreamBase, transactionOf(clinicResources())); err != nil {
		return fmt.Errorf("seed the clinic: %w", err)
	}
	for _, s := range stories {
		if err := send(ctx, client, upstreamBase, transactionOf(s.resources())); err != nil {
			return fmt.Errorf("seed the visit %s: %w", s.id, err)
		}
	}
	return nil
}

func send(ctx context.Context, client *http.Client, base string, bundle resource) error {
	raw, err := json.Marshal(bundle)
	if err != nil {
		return fmt.Errorf("write the transaction: %w", err)
	}
	request, err := http.NewRequestWithContext(ctx, "POST", strings.TrimSuffix(base, "/"), bytes.NewReader(raw))
	if err != nil {
		return fmt.Errorf("make the request: %w", err)
	}
	request.Header.Set("Content-Type", "application/fhir+json")
	request.Header.Set("Accept", "application/fhir+json")
	response, err := client.Do(request)
	if err != nil {
		return fmt.Errorf("send the transaction: %w", err)
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode == http.StatusOK {
		_, err := io.Copy(io.Discard, response.Body)
		return err
	}
	said, _ := io.ReadAll(io.LimitReader(response.Body, 2000)) // a hint only; the data is made up
	return fmt.Errorf("the server answered %d: %s", response.StatusCode, said)
}

func transactionOf(resources []resource) resource {
	entries := make([]any, 0, len(resources))
	for _, r := range resources {
		place := kindOf(r) + "/" + idOf(r)
		entries = append(entries, map[string]any{
			"resource": r, "request": map[string]any{"method": "PUT", "url": place},
		})
	}
	return resource{"resourceType": "Bundle", "type": "transaction", "entry": entries}
}

// seed fills the memory.
func (m *memory) seed() error {
	return m.change(func(s *stage) error {
		all := clinicResources()
		for _, story := range stories {
			all = append(all, story.resources()...)
		}
		for _, r := range all {
			if _, there := s.get(kindOf(r), idOf(r)); there {
				continue // a patient of two visits
			}
			if _, err := s.createAs(idOf(r), r); err != nil {
				return fmt.Errorf("%s/%s: %w", kindOf(r), idOf(r), err)
			}
		}
		return nil
	})
}

// clinicResources are what all visits share: the clinic, its clinicians, the payers, the places.
func clinicResources() []resource {
	all := []resource{
		{"resourceType": "Organization", "id": "clinic", "active": true, "name": "Maple Street Clinic (made up)"},
		{
			"resourceType": "Location", "id": "clinic", "status": "active", "name": "Maple Street Clinic, office", "mode": "instance",
			"type": list(concept(terminology+"v3-RoleCode", "OF", "outpatient facility")), "managingOrganization": ref("Organization", "clinic"),
		},
		{
			"resourceType": "Location", "id": "patient-home", "status": "active", "name": "Patient's home", "mode": "kind",
			"type":         list(concept(terminology+"v3-RoleCode", "PTRES", "Patient's Residence")),
			"physicalType": concept(terminology+"location-physical-type", "ho", "House"),
		},
	}
	for _, p := range payers {
		all = append(all, resource{"resourceType": "Organization", "id": p.id, "active": true, "name": p.name})
	}
	for _, c := range clinicians {
		all = append(all, resource{
			"resourceType": "Practitioner", "id": c.id, "active": true,
			"name": list(object{"use": "official", "text": c.signs(), "family": c.family, "given": list(c.given), "suffix": list(c.credential)}),
		}, resource{
			"resourceType": "PractitionerRole", "id": c.id, "active": true,
			"practitioner": ref("Practitioner", c.id), "organization": ref("Organization", "clinic"),
			"specialty": list(concept(taxonomySystem, c.taxonomy, c.specialty)),
		})
	}
	for i, r := range all {
		all[i] = toResource(r)
	}
	return all
}

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
	if s.note != "" {
		all = append(all, s.noteResource())
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
		e["type"] = list(concept(modalitySystem, s.modality, strings.ReplaceAll(s.modality, "-", " ")))
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

// An object is a JSON object of a resource.
type object = map[string]any

func list(items ...any) []any { return items }

func ref(kind, id string) object { return object{"reference": kind + "/" + id} }

func coding(system, code, display string) object {
	return object{"system": system, "code": code, "display": display}
}

func concept(system, code, display string) object {
	return object{"coding": list(coding(system, code, display)), "text": display}
}
