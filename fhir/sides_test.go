package fhir_test

import (
	"testing"
	"time"

	"github.com/chargenote/chargenote/fhir"
	"github.com/chargenote/chargenote/internal/visit"
	"github.com/google/go-cmp/cmp"
)

const sidesEncounter = `{"resourceType":"Encounter","id":"e1","status":"finished","class":{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"AMB"},"subject":{"reference":"Patient/p1"},
 "period":{"start":"2025-03-10T14:00:00-05:00","end":"2025-03-10T14:53:00-05:00"},"participant":[{"individual":{"reference":"Practitioner/d1"}},{"individual":{"reference":"RelatedPerson/r1"}}]}`

func readSides(t *testing.T, resources ...string) *visit.Visit {
	t.Helper()
	record := fhir.NewRecord()
	for _, r := range append([]string{sidesEncounter, `{"resourceType":"Patient","id":"p1","name":[{"use":"official","given":["Jordan","Lee"],"family":"Rivera"},{"use":"old","text":"Jordan Blake"}]}`}, resources...) {
		record.Add([]byte(r), "")
	}
	read, err := record.Visit(fhir.Options{Encounter: "e1"})
	if err != nil {
		t.Fatal(err)
	}
	return read
}

func TestNamesOfAPersonInTheirParts(t *testing.T) {
	want := []visit.Name{{Use: "official", Text: "Jordan Lee Rivera", Given: []string{"Jordan", "Lee"}, Family: "Rivera"}, {Use: "old", Text: "Jordan Blake"}}
	if diff := cmp.Diff(want, readSides(t).Person.Names); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestWhoTookPartByTheirRelation(t *testing.T) {
	got := readSides(t,
		`{"resourceType":"RelatedPerson","id":"r1","patient":{"reference":"Patient/p1"},"relationship":[{"coding":[{"code":"MTH","display":"mother"}]}]}`,
		`{"resourceType":"RelatedPerson","id":"r2","patient":{"reference":"Patient/p1"},"relationship":[{"text":"father, who did not come"}]}`)
	want := []visit.Participant{{Reference: "RelatedPerson/r1", Relation: []string{"mother", "MTH"}}}
	if diff := cmp.Diff(want, got.Participants); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// Other visits and procedures of the patient on that day are listed; those of the visit itself, of
// another day, of another patient and those that did not take place are not.
func TestWhatElseTheRecordHoldsOfTheDay(t *testing.T) {
	got := readSides(t,
		`{"resourceType":"Encounter","id":"e2","status":"finished","class":{"code":"AMB"},"subject":{"reference":"Patient/p1"},"period":{"start":"2025-03-10T14:30:00-05:00","end":"2025-03-10T15:00:00-05:00"},"participant":[{"individual":{"reference":"Practitioner/d2"}}]}`,
		`{"resourceType":"Encounter","id":"e3","status":"cancelled","class":{"code":"AMB"},"subject":{"reference":"Patient/p1"},"period":{"start":"2025-03-10T14:30:00-05:00","end":"2025-03-10T15:00:00-05:00"}}`,
		`{"resourceType":"Encounter","id":"e4","status":"finished","class":{"code":"AMB"},"subject":{"reference":"Patient/p2"},"period":{"start":"2025-03-10T14:30:00-05:00","end":"2025-03-10T15:00:00-05:00"}}`,
		`{"resourceType":"Encounter","id":"e5","status":"finished","class":{"code":"AMB"},"subject":{"reference":"Patient/p1"},"period":{"start":"2025-03-12T14:30:00-05:00","end":"2025-03-12T15:00:00-05:00"}}`,
		`{"resourceType":"Procedure","id":"p1","status":"completed","subject":{"reference":"Patient/p1"},"encounter":{"reference":"Encounter/e1"},"performedPeriod":{"start":"2025-03-10T14:00:00-05:00","end":"2025-03-10T14:53:00-05:00"}}`,
		`{"resourceType":"Procedure","id":"p2","status":"completed","subject":{"reference":"Patient/p1"},"encounter":{"reference":"Encounter/e2"},"performedPeriod":{"start":"2025-03-10T14:31:00-05:00","end":"2025-03-10T14:59:00-05:00"},"performer":[{"actor":{"reference":"Practitioner/d2"}}]}`)
	at := func(hour, minute int) time.Time { return time.Date(2025, 3, 10, hour+5, minute, 0, 0, time.UTC) }
	want := []visit.Occupied{
		{Reference: "Encounter/e2", Start: at(14, 30), End: at(15, 0), Clinician: "Practitioner/d2"},
		{Reference: "Procedure/p2", Start: at(14, 31), End: at(14, 59), Clinician: "Practitioner/d2"},
	}
	if diff := cmp.Diff(want, got.Others, cmp.Comparer(time.Time.Equal)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestSigningOfTheNote(t *testing.T) {
	note := func(more string) string {
		return `{"resourceType":"DocumentReference","id":"n1","status":"current","subject":{"reference":"Patient/p1"},"content":[{"attachment":{"contentType":"text/plain","data":"SGVsbG8="}}],"context":{"encounter":[{"reference":"Encounter/e1"}]}` + more + `}`
	}
	recorded := func(id, when, signature string) string {
		return `{"resourceType":"Provenance","id":"` + id + `","target":[{"reference":"DocumentReference/n1"}],"recorded":"` + when + `","agent":[{"who":{"reference":"Practitioner/d1"}}]` + signature + `}`
	}
	const signature = `,"signature":[{"type":[{"code":"1.2.840.10065.1.12.1.1"}],"when":"2025-03-11T09:00:00-05:00","who":{"reference":"Practitioner/d1"}}]`
	for _, tt := range []struct {
		why       string
		resources []string
		state     string
		signer    string
		day       string
	}{
		{"nothing is said", []string{note("")}, "", "", ""},
		{"a preliminary note is not signed", []string{note(`,"docStatus":"preliminary"`)}, visit.SigningDraft, "", ""},
		{"final names nobody", []string{note(`,"docStatus":"final"`)}, visit.SigningFinal, "", ""},
		{"an authenticator signed", []string{note(`,"docStatus":"final","authenticator":{"reference":"Practitioner/d1","display":"Rowan Test"}`)}, visit.SigningDone, "Rowan Test", ""},
		{"a signature is recorded, the earliest counts", []string{note(""), recorded("b", "2025-03-12T09:00:00-05:00", signature), recorded("a", "2025-03-11T09:00:00-05:00", signature)}, visit.SigningDone, "", "2025-03-11"},
		{"a provenance without signature is of something else", []string{note(""), recorded("a", "2025-03-11T09:00:00-05:00", "")}, "", "", ""},
	} {
		t.Run(tt.why, func(t *testing.T) {
			got := readSides(t, tt.resources...).Signing
			if got.State != tt.state || got.Signer.Name != tt.signer || got.Day != tt.day {
				t.Errorf("got %+v, want state %q, signer %q, day %q", got, tt.state, tt.signer, tt.day)
			}
		})
	}
}
