package fhir_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/chargenote/chargenote/fhir"
	"github.com/chargenote/chargenote/internal/visit"
)

// A counted is a resource of a visit in one of its states, and what becomes of it.
type counted struct {
	state  string // what is put into the resource
	counts bool
	note   string // on the resource; empty: none
}

const (
	countPatient   = `{"resourceType":"Patient","id":"p1","identifier":[{"system":"urn:mrn","value":"1"}]}`
	countEncounter = `{"resourceType":"Encounter","id":"e1","status":"finished","class":{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"VR"},"subject":{"reference":"Patient/p1"},` +
		`"participant":[{"individual":{"reference":"Practitioner/d1"}}],"location":[{"location":{"reference":"Location/x1"}}],"period":{"start":"2025-03-10T14:00:00-04:00","end":"2025-03-10T14:50:00-04:00"}}`
	ofThisVisit = `"subject":{"reference":"Patient/p1"},"encounter":{"reference":"Encounter/e1"}`
)

// Every type of resource that is read, in every state that FHIR R4 has for it: it counts, or a note says why
// not. %s is the state.
func TestWhatCounts(t *testing.T) {
	for _, kind := range []struct {
		resource string
		isThere  func(*visit.Visit) bool
		states   []counted
	}{
		{`{"resourceType":"Procedure","id":"x1",` + ofThisVisit + `,"status":"%s","code":{"coding":[{"system":"http://snomed.info/sct","code":"75516001"}]}}`,
			func(v *visit.Visit) bool { return len(v.Facts.Services) == 1 }, []counted{
				{"preparation", false, "not counted: preparation"}, {"in-progress", true, "counted although it is still in progress"},
				{"not-done", false, "not counted: not-done"}, {"on-hold", false, "not counted: on-hold"},
				{"stopped", true, "counted although it was stopped before its end"}, {"completed", true, ""},
				{"entered-in-error", false, "not counted: entered-in-error"}, {"unknown", false, "not counted: unknown"},
			}},
		{`{"resourceType":"Observation","id":"x1",` + ofThisVisit + `,"status":"%s","code":{"coding":[{"system":"http://loinc.org","code":"44261-6"}]},"valueInteger":14}`,
			func(v *visit.Visit) bool { return len(v.Scores) == 1 }, []counted{
				{"registered", false, "not counted: registered"}, {"preliminary", false, "not counted: preliminary"}, {"final", true, ""},
				{"amended", true, ""}, {"corrected", true, ""}, {"cancelled", false, "not counted: cancelled"},
				{"entered-in-error", false, "not counted: entered-in-error"}, {"unknown", false, "not counted: unknown"},
			}},
		{`{"resourceType":"QuestionnaireResponse","id":"x1",` + ofThisVisit + `,"status":"%s","item":[{"linkId":"/44261-6","answer":[{"valueInteger":14}]}]}`,
			func(v *visit.Visit) bool { return len(v.Scores) == 1 }, []counted{
				{"in-progress", false, "not counted: in-progress"}, {"completed", true, ""}, {"amended", true, ""},
				{"entered-in-error", false, "not counted: entered-in-error"}, {"stopped", false, "not counted: stopped"},
			}},
		{`{"resourceType":"Coverage","id":"x1","status":"%s","beneficiary":{"reference":"Patient/p1"},"payor":[{"display":"A plan"}],"type":{"coding":[{"system":"https://nahdo.org/sopt","code":"512"}]}}`,
			func(v *visit.Visit) bool { return v.Facts.Payer.Kind == "commercial" }, []counted{
				{"active", true, ""}, {"cancelled", false, "not used: cancelled"}, {"draft", false, "not used: draft"},
				{"entered-in-error", false, "not used: entered-in-error"},
			}},
		{`{"resourceType":"Condition","id":"x1",` + ofThisVisit + `,"verificationStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/condition-ver-status","code":"%s"}]},"code":{"coding":[{"system":"http://hl7.org/fhir/sid/icd-10-cm","code":"F41.1"}]}}`,
			func(v *visit.Visit) bool { return len(v.Diagnoses) == 1 && v.Diagnoses[0].Origin == "encounter" }, []counted{
				{"unconfirmed", true, "listed although it is unconfirmed"}, {"provisional", true, "listed although it is provisional"},
				{"differential", false, "not counted: differential"}, {"confirmed", true, ""}, {"refuted", false, "not counted: refuted"},
				{"entered-in-error", false, "not counted: entered-in-error"},
			}},
		{`{"resourceType":"Condition","id":"x1","subject":{"reference":"Patient/p1"},"category":[{"coding":[{"code":"problem-list-item"}]}],"clinicalStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/condition-clinical","code":"%s"}]},"code":{"coding":[{"system":"http://hl7.org/fhir/sid/icd-10-cm","code":"F41.1"}]}}`,
			func(v *visit.Visit) bool { return len(v.Diagnoses) == 1 && v.Diagnoses[0].Origin == "problem list" }, []counted{
				{"active", true, ""}, {"recurrence", true, ""}, {"relapse", true, ""}, // a problem that is over belongs to no visit of today
				{"inactive", false, ""}, {"remission", false, ""}, {"resolved", false, ""},
			}},
		{`{"resourceType":"DocumentReference","id":"x1","subject":{"reference":"Patient/p1"},"context":{"encounter":[{"reference":"Encounter/e1"}]},"status":"%s","content":[{"attachment":{"contentType":"text/plain","data":"U3RhcnRlZA=="}}]}`,
			func(v *visit.Visit) bool { return v.Note.Status == visit.NoteRead }, []counted{
				{"current", true, ""}, {"superseded", false, "not read as the note: superseded"}, {"entered-in-error", false, "not read as the note: entered-in-error"},
			}},
		{`{"resourceType":"DocumentReference","id":"x1","subject":{"reference":"Patient/p1"},"context":{"encounter":[{"reference":"Encounter/e1"}]},"status":"current","docStatus":"%s","content":[{"attachment":{"contentType":"text/plain","data":"U3RhcnRlZA=="}}]}`,
			func(v *visit.Visit) bool { return v.Note.Status == visit.NoteRead }, []counted{
				{"preliminary", true, "the note is a draft: preliminary"}, {"final", true, ""}, {"amended", true, ""},
				{"entered-in-error", false, "not read as the note: entered-in-error"},
			}},
		{`{"resourceType":"ChargeItem","id":"x1","subject":{"reference":"Patient/p1"},"context":{"reference":"Encounter/e1"},"status":"%s","code":{"coding":[{"system":"http://www.ama-assn.org/go/cpt","code":"90834"}]}}`,
			func(v *visit.Visit) bool { return len(v.Charges) == 1 }, []counted{ // a charge is shown with its status, whatever that is
				{"planned", true, ""}, {"billable", true, ""}, {"not-billable", true, ""}, {"aborted", true, ""}, {"billed", true, ""},
				{"unknown", true, ""}, {"entered-in-error", false, "not counted: entered-in-error"},
			}},
		{`{"resourceType":"PractitionerRole","id":"x1","active":%s,"practitioner":{"reference":"Practitioner/d1"},"specialty":[{"coding":[{"system":"http://nucc.org/provider-taxonomy","code":"103TC0700X"}]}]}`,
			func(v *visit.Visit) bool { return v.Clinician.Discipline == "psychologist" }, []counted{
				{"true", true, ""}, {"false", false, "not used: inactive"},
			}},
		{`{"resourceType":"Location","id":"x1","status":"%s","physicalType":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/location-physical-type","code":"ho"}]}}`,
			func(v *visit.Visit) bool { return v.Facts.Visit.PatientLocation == "home" }, []counted{ // what a place is today says nothing of that day
				{"active", true, ""}, {"suspended", true, ""}, {"inactive", true, ""},
			}},
	} {
		for _, tt := range kind.states {
			resource := fmt.Sprintf(kind.resource, tt.state)
			t.Run(resource[17:26]+" "+tt.state, func(t *testing.T) {
				v := visitOf(t, fhir.Options{}, countPatient, countEncounter, resource)
				if got := kind.isThere(v); got != tt.counts {
					t.Errorf("counts: got %t, want %t", got, tt.counts)
				}
				if got := notesOn(v); got != tt.note {
					t.Errorf("got note %q, want %q", got, tt.note)
				}
			})
		}
	}
}

// An encounter in every state of R4: one that did not take place is no visit, one that is open is said to be.
func TestWhichEncountersAreVisits(t *testing.T) {
	for status, want := range map[string]string{
		"planned": "the visit is planned: it has not taken place as far as the record says", "arrived": "the visit is still open: arrived",
		"triaged": "the visit is still open: triaged", "in-progress": "the visit is still open: in-progress", "onleave": "the visit is still open: onleave",
		"finished": "", "unknown": "the status of the visit is unknown",
		"cancelled": "no visit", "entered-in-error": "no visit",
	} {
		record := fhir.NewRecord()
		record.Add(fmt.Appendf(nil, `{"resourceType":"Encounter","id":"x1","status":%q,"class":{"code":"AMB"},"subject":{"reference":"Patient/p1"}}`, status), "")
		v, err := record.Visit(fhir.Options{})
		var input *fhir.InputError
		switch {
		case want == "no visit":
			if !errors.As(err, &input) || input.Problem != "is "+status+", so there is no visit to review" {
				t.Errorf("%s: got error %v", status, err)
			}
		case err != nil:
			t.Errorf("%s: %v", status, err)
		default:
			said := ""
			for _, note := range v.Notes {
				if note.Text != "the record gives no day of service" {
					said = note.Text
				}
			}
			if said != want {
				t.Errorf("%s: got note %q, want %q", status, said, want)
			}
		}
	}
}

// A resource counts only where it can be told to be the patient's: by reference in any of its forms, or by an
// identifier; the encounter alone does not make it so where another is named.
func TestWhoseAResourceIs(t *testing.T) {
	const other = "left out: it belongs to another patient"
	for _, tt := range []struct {
		name, subject, contained string
		counts                   bool
		note                     string
	}{
		{"by reference", `{"reference":"Patient/p1"}`, "", true, ""},
		{"with a version", `{"reference":"Patient/p1/_history/2"}`, "", true, ""},
		{"by address", `{"reference":"https://ehr.example/fhir/Patient/p1"}`, "", true, ""},
		{"by address with a version", `{"reference":"https://ehr.example/fhir/Patient/p1/_history/2"}`, "", true, ""},
		{"another", `{"reference":"Patient/p2"}`, "", false, other},
		{"the same id on another server", `{"reference":"https://other.example/fhir/Patient/p1"}`, "", false, other},
		{"by its identifier", `{"identifier":{"system":"urn:mrn","value":"1"}}`, "", true, ""},
		{"by another identifier", `{"identifier":{"system":"urn:mrn","value":"2"}}`, "", false, "left out: it names its patient by an identifier that the record does not give this one"},
		{"by the same value of another system", `{"identifier":{"system":"urn:ssn","value":"1"}}`, "", false, "left out: it names its patient by an identifier that the record does not give this one"},
		{"by words alone", `{"display":"Rowan Testcase"}`, "", true, ""},
		{"by nothing", `{}`, "", true, ""},
		{"contained, with the identifier", `{"reference":"#p"}`, `{"resourceType":"Patient","id":"p","identifier":[{"system":"urn:mrn","value":"1"}]}`, true, ""},
		{"contained, without one", `{"reference":"#p"}`, `{"resourceType":"Patient","id":"p"}`, false, "left out: its patient is contained in it and cannot be told to be this one"},
		{"a group", `{"reference":"Group/g1"}`, "", false, "left out: it belongs to a group, not to one patient"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			contained := ""
			if tt.contained != "" {
				contained = `"contained":[` + tt.contained + `],`
			}
			procedure := `{"resourceType":"Procedure","id":"x1",` + contained + `"status":"completed","subject":` + tt.subject +
				`,"encounter":{"reference":"Encounter/e1"},"code":{"coding":[{"system":"http://snomed.info/sct","code":"75516001"}]}}`
			v := visitOf(t, fhir.Options{}, countPatient, countEncounter, procedure)
			if got := len(v.Facts.Services) == 1; got != tt.counts {
				t.Errorf("counts: got %t, want %t", got, tt.counts)
			}
			if got := notesOn(v); got != tt.note {
				t.Errorf("got note %q, want %q", got, tt.note)
			}
		})
	}
}

// The launch names the patient: an encounter that cannot be told to be hers is refused.
func TestAnEncounterOfSomebodyElse(t *testing.T) {
	for subject, want := range map[string]error{
		`{"reference":"Patient/p1"}`:                          nil,
		`{"identifier":{"system":"urn:mrn","value":"1"}}`:     nil,
		`{"display":"Rowan Testcase"}`:                        nil, // read as the launch's, and a note says so
		`{"reference":"Patient/p2"}`:                          fhir.ErrOtherPatient,
		`{"reference":"#p"}`:                                  fhir.ErrOtherPatient,
		`{"identifier":{"system":"urn:mrn","value":"other"}}`: fhir.ErrOtherPatient,
	} {
		record := fhir.NewRecord()
		record.Add([]byte(countPatient), "")
		record.Add([]byte(`{"resourceType":"Encounter","id":"e1","status":"finished","class":{"code":"AMB"},"subject":`+subject+`}`), "")
		if _, err := record.Visit(fhir.Options{Patient: "p1"}); !errors.Is(err, want) {
			t.Errorf("%s: got %v, want %v", subject, err, want)
		}
	}
}

// Copies of one resource count once. Which is later is said only where something tells.
func TestCopiesOfOneResource(t *testing.T) {
	procedure := func(version, updated, end string) string {
		if updated != "" {
			updated = fmt.Sprintf(`,"lastUpdated":%q`, updated)
		}
		return fmt.Sprintf(`{"resourceType":"Procedure","id":"x1","meta":{"versionId":%q%s},"status":"completed",`+ofThisVisit+
			`,"code":{"coding":[{"system":"http://snomed.info/sct","code":"75516001"}]},"performedPeriod":{"start":"2025-03-10T14:00:00-04:00","end":"2025-03-10T%s:00-04:00"}}`, version, updated, end)
	}
	const once = "counted once: it stands 2 times in what was read"
	for _, tt := range []struct {
		name    string
		copies  []string
		minutes int // 0: either
		note    string
	}{
		{"the same twice", []string{procedure("1", "2025-03-10T19:00:00Z", "14:40"), procedure("1", "2025-03-10T19:00:00Z", "14:40")}, 40, once},
		{"versions by number, 10 after 9", []string{procedure("9", "", "14:40"), procedure("10", "", "14:30")}, 30, once + ", and the latest version is the one read"},
		{"versions without numbers, by time", []string{procedure("b", "2025-03-10T19:00:00Z", "14:40"), procedure("a", "2025-03-10T20:00:00Z", "14:30")}, 30, once + ", and the latest version is the one read"},
		{"one version, two contents", []string{procedure("1", "", "14:40"), procedure("1", "", "14:30")}, 0,
			once + ", with different content and nothing that says which is later: one of them is read"},
		{"one version twice, and a later one", []string{procedure("1", "", "14:40"), procedure("1", "", "14:35"), procedure("2", "", "14:30")}, 30,
			"counted once: it stands 3 times in what was read, and the latest version is the one read"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for range tt.copies {
				tt.copies = append(tt.copies[1:], tt.copies[0]) // every copy comes first once
				v := visitOf(t, fhir.Options{}, append([]string{countPatient, countEncounter}, tt.copies...)...)
				if len(v.Facts.Services) != 1 || tt.minutes != 0 && *v.Facts.Services[0].Minutes != tt.minutes {
					t.Errorf("got services %+v, want one of %d minutes", v.Facts.Services, tt.minutes)
				}
				if got := notesOn(v); got != tt.note {
					t.Errorf("got note %q, want %q", got, tt.note)
				}
			}
		})
	}
}

// visitOf reads the visit of a record of these resources, each under its address.
func visitOf(t *testing.T, o fhir.Options, resources ...string) *visit.Visit {
	t.Helper()
	record := fhir.NewRecord()
	for _, raw := range resources {
		address := ""
		if raw == countPatient {
			address = "https://ehr.example/fhir/Patient/p1"
		}
		record.Add([]byte(raw), address)
	}
	v, err := record.Visit(o)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// notesOn is what is said of the resource x1.
func notesOn(v *visit.Visit) string {
	var texts []string
	for _, note := range v.Notes {
		if strings.HasSuffix(note.Resource, "/x1") {
			texts = append(texts, note.Text)
		}
	}
	return strings.Join(texts, "; ")
}
