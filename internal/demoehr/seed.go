package demoehr

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// The code systems that the seed uses.
const (
	activitySystem   = "https://chargenote.dev/fhir/CodeSystem/activity"
	complexitySystem = "https://chargenote.dev/fhir/CodeSystem/complexity-factor"
	snomedSystem     = "http://snomed.info/sct"
	cptSystem        = "http://www.ama-assn.org/go/cpt"
	loincSystem      = "http://loinc.org"
	taxonomySystem   = "http://nucc.org/provider-taxonomy"
	paymentSystem    = "https://nahdo.org/sopt"
	diagnosisSystem  = "http://hl7.org/fhir/sid/icd-10-cm"
	recordSystem     = "https://demo-ehr.example/fhir/identifier/record-number"
	visitSystem      = "https://demo-ehr.example/fhir/identifier/visit"
	serviceSystem    = "https://demo-ehr.example/fhir/CodeSystem/service"
	visitTypeSystem  = "https://demo-ehr.example/fhir/CodeSystem/visit-type"
	flowsheetSystem  = "https://demo-ehr.example/fhir/CodeSystem/flowsheet"
	terminology      = "http://terminology.hl7.org/CodeSystem/"
)

// A SeedVisit is one made-up visit of the worklist. Patient and Encounter are resource ids.
type SeedVisit struct {
	Patient     string
	Encounter   string
	Article     string // name of the source article whose story it tells
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
		listed = append(listed, SeedVisit{s.patient.id, s.id, s.article.name, s.title, s.lookFor, s.launchWithoutEncounter})
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

// seed fills the memory with what an EHR of this personality keeps.
func (m *memory) seed(is personality) error {
	return m.change(func(s *stage) error {
		all := clinicResources()
		for _, story := range stories {
			for _, r := range story.resources() {
				if kept := is.keep(&story, r); kept != nil {
					all = append(all, kept)
				}
			}
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
