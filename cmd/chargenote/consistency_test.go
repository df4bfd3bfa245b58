package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chargenote/chargenote/fhir"
	"github.com/chargenote/chargenote/internal/review"
)

// wholeNote agrees with wholeBundle in everything.
const wholeNote = `Patient: Jordan Rivera
DOB: 04/12/1988
Date of service: 03/10/2025
Provider: Rowan Test, PhD
Location: office, in person
Start 2:00 PM, stop 2:47 PM. Total time: 47 minutes of individual psychotherapy.
CPT: 90834
Diagnosis: F41.1 Generalized anxiety disorder, F33.1

Subjective: He reports worry about his job.
Plan: Continue weekly.

Electronically signed by Rowan Test, PhD on 03/11/2025
`

// wholeBundle is one visit with its note, as an EHR gives it.
func wholeBundle(note string) []byte {
	return fmt.Appendf(nil, `{"resourceType": "Bundle", "type": "collection", "entry": [
{"resource": {"resourceType": "Patient", "id": "p1", "gender": "male", "birthDate": "1988-04-12", "name": [{"use": "official", "given": ["Jordan"], "family": "Rivera"}]}},
{"resource": {"resourceType": "Practitioner", "id": "d1", "name": [{"given": ["Rowan"], "family": "Test"}], "qualification": [{"code": {"text": "PhD", "coding": [{"system": "http://nucc.org/provider-taxonomy", "code": "103TC0700X"}]}}]}},
{"resource": {"resourceType": "Encounter", "id": "e1", "status": "finished", "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB"}, "subject": {"reference": "Patient/p1"},
 "period": {"start": "2025-03-10T18:00:00Z", "end": "2025-03-10T18:47:00Z"}, "participant": [{"individual": {"reference": "Practitioner/d1"}}],
 "diagnosis": [{"condition": {"reference": "Condition/c1"}, "rank": 1}, {"condition": {"reference": "Condition/c2"}, "rank": 2}]}},
{"resource": {"resourceType": "Procedure", "id": "pr1", "status": "completed", "subject": {"reference": "Patient/p1"}, "encounter": {"reference": "Encounter/e1"},
 "code": {"coding": [{"system": "https://chargenote.dev/fhir/CodeSystem/activity", "code": "psychotherapy"}]}, "performer": [{"actor": {"reference": "Practitioner/d1"}}],
 "performedPeriod": {"start": "2025-03-10T18:00:00Z", "end": "2025-03-10T18:47:00Z"}}},
{"resource": {"resourceType": "Condition", "id": "c1", "subject": {"reference": "Patient/p1"}, "encounter": {"reference": "Encounter/e1"}, "code": {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "F41.1"}]}}},
{"resource": {"resourceType": "Condition", "id": "c2", "subject": {"reference": "Patient/p1"}, "encounter": {"reference": "Encounter/e1"}, "code": {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "F331"}]}}},
{"resource": {"resourceType": "DocumentReference", "id": "n1", "status": "current", "docStatus": "final", "subject": {"reference": "Patient/p1"}, "date": "2025-03-11T14:00:00Z",
 "content": [{"attachment": {"contentType": "text/plain", "data": %q}}], "context": {"encounter": [{"reference": "Encounter/e1"}]}}}
]}`, base64.StdEncoding.EncodeToString([]byte(note)))
}

func wholeReview(t *testing.T, note string) *review.Review {
	t.Helper()
	service, err := review.New()
	if err != nil {
		t.Fatal(err)
	}
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	record, err := fhir.ReadBundle(wholeBundle(note), fhir.DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	read, err := record.Visit(fhir.Options{Zone: zone, Rules: service.Codes})
	if err != nil {
		t.Fatal(err)
	}
	r, err := service.Of(read)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// headway are the rows of Headway's standard, of which claim and note must say the same, by the checks
// that each of them is.
var headway = []string{"cc_patient_name", "cc_patient_dob", "cc_provider", "cc_credentials", "cc_service_date", "cc_start_stop", "cc_duration", "cc_location", "cc_cpt", "cc_diagnosis"}

// A note that agrees is equal in every row, the record in UTC and the note in the time of the clinic.
func TestANoteThatAgreesIsEqualInEveryRow(t *testing.T) {
	r := wholeReview(t, wholeNote)
	if len(r.Consistency) < len(headway) {
		t.Fatalf("got %d checks", len(r.Consistency))
	}
	for i, id := range headway {
		if c := r.Consistency[i]; c.ID != id || c.Status != review.Equal || c.Record == "" && c.Claim == "" || c.Note == "" || len(c.Evidence) == 0 {
			t.Errorf("%d: got %+v, want %s equal with both values and the place in the note", i, c, id)
		}
	}
	for _, c := range r.Consistency[len(headway):] {
		if c.Status != review.Equal {
			t.Errorf("got %+v, want it equal", c)
		}
	}
}

// Each row of Headway's standard by itself: one value of the note is another, and that row differs and no
// other one.
func TestEachRowOfHeadwayDiffersByItself(t *testing.T) {
	for _, tt := range []struct {
		why, old, new string
		differs       map[string]string // severity by check
	}{
		{"another patient", "Jordan Rivera", "Maria Lopez", map[string]string{"cc_patient_name": "block"}},
		{"another date of birth", "04/12/1988", "04/22/1988", map[string]string{"cc_patient_dob": "block"}},
		{"another clinician", "Rowan Test", "Morgan Example", map[string]string{"cc_provider": "block"}},
		{"another licence", "PhD", "PsyD", map[string]string{"cc_credentials": "warn"}},
		{"another day", "service: 03/10/2025", "service: 03/09/2025", map[string]string{"cc_service_date": "block"}},
		{"a start seven minutes off, the total as it was", "Start 2:00 PM, stop 2:47 PM", "Start 2:07 PM, stop 2:54 PM", map[string]string{"cc_start_stop": "block"}},
		{"minutes of another code", "Start 2:00 PM, stop 2:47 PM. Total time: 47 minutes", "Total time: 55 minutes", map[string]string{"cc_duration": "block"}},
		{"by video", "office, in person", "telehealth by video", map[string]string{"cc_location": "block"}},
		{"another code", "CPT: 90834", "CPT: 90837", map[string]string{"cc_cpt": "warn"}},
		{"a diagnosis less", ", F33.1", "", map[string]string{"cc_diagnosis": "block"}},
	} {
		t.Run(tt.why, func(t *testing.T) {
			r := wholeReview(t, strings.ReplaceAll(wholeNote, tt.old, tt.new))
			got := map[string]string{}
			for _, c := range r.Consistency {
				if c.Status == review.Differs {
					got[c.ID] = c.Severity
					if !slices.Contains(headway, c.ID) || c.Record == "" && c.Claim == "" || c.Note == "" {
						t.Errorf("got %+v", c)
					}
				}
			}
			if fmt.Sprint(got) != fmt.Sprint(tt.differs) {
				t.Errorf("got %v, want %v", got, tt.differs)
			}
			if !reviewFindings(r)["differs"] {
				t.Error("--fail-on differs would not see it")
			}
		})
	}
}

// A pack of rules decides how much a difference matters for its payer, and the answer names it.
func TestAPackDecidesHowMuchADifferenceMatters(t *testing.T) {
	dir := t.TempDir()
	for name, content := range map[string]string{
		"pack.yaml": "id: pack\nname: example-plan\nversion: \"1\"\nchecked: 2026-11-26\npayers: [example-plan]\n",
		"consistency/cc_start_stop.yaml": "id: cc_start_stop\nchecked: 2026-11-26\neffective:\n  2025-03-10:\n    limits: {minutes: 20}\n    severity: {slightly: info}\n" +
			"    references: [{title: \"Example plan, policy 3\", mark: A}]\n",
	} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	service, err := rulesWith([]string{dir})
	if err != nil {
		t.Fatal(err)
	}
	off := strings.ReplaceAll(wholeNote, "Start 2:00 PM, stop 2:47 PM", "Start 2:07 PM, stop 2:54 PM")
	for payer, want := range map[string][2]string{"example-plan": {"info", "example-plan"}, "another-plan": {"block", ""}} {
		r, err := service.Of(wholeReview(t, off).Visit(), review.Given{Source: "facts", JSON: []byte(`{"payer": {"kind": "medicaid", "name": "` + payer + `"}}`)})
		if err != nil {
			t.Fatal(err)
		}
		i := slices.IndexFunc(r.Consistency, func(c review.Consistency) bool { return c.ID == "cc_start_stop" })
		if c := r.Consistency[i]; c.Severity != want[0] || c.Layer != want[1] {
			t.Errorf("%s: got %+v, want %v", payer, c, want)
		}
	}
}

// What was written before stays: id, status, record, note and text, whatever is added.
func TestMembersOfACheckGrowOnly(t *testing.T) {
	content, err := json.Marshal(wholeReview(t, wholeNote).Consistency)
	if err != nil {
		t.Fatal(err)
	}
	var checks []map[string]any
	if err := json.Unmarshal(content, &checks); err != nil {
		t.Fatal(err)
	}
	for _, c := range checks {
		for _, member := range []string{"id", "status", "record", "note", "text"} {
			if _, ok := c[member].(string); !ok {
				t.Errorf("%v has no %s", c["id"], member)
			}
		}
	}
}

// The notes of the demo EHR were written for their visits: nothing differs but what a visit is there to show.
func TestConsistencyOfTheDemoVisits(t *testing.T) {
	service, err := review.New()
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	equal := map[string]int{}
	for _, m := range demoVisits(t) {
		for _, c := range m.reviewed(t, service, m.bundle).Consistency {
			switch c.Status {
			case review.Differs:
				got = append(got, m.name+" "+c.ID+" "+c.Severity)
			case review.Equal:
				equal[c.ID]++
			}
		}
	}
	want := []string{
		"demo-copied-forward cc_cloned block", "demo-times-disagree cc_duration block", "demo-another-patient cc_patient_name block", "demo-another-patient cc_patient_dob block",
		"demo-another-diagnosis cc_diagnosis block", "demo-another-place cc_location block",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	for _, id := range headway {
		if equal[id] == 0 {
			t.Errorf("%s is equal in no visit of the demo EHR: %v", id, equal)
		}
	}
}
