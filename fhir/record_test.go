package fhir_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chargenote/chargenote/fhir"
	"github.com/chargenote/chargenote/internal/visit"
	"github.com/google/go-cmp/cmp"
)

func versioned(version, updated, word string) []byte {
	return fmt.Appendf(nil, `{"resourceType":"Basic","id":"b1","meta":{"versionId":%q,"lastUpdated":%q},"note":%q}`, version, updated, word)
}

// A resource that stands twice is kept once, and it is the later one whatever the order.
func TestRecordKeepsTheLaterCopy(t *testing.T) {
	for _, tt := range []struct {
		name         string
		early, later []byte
	}{
		{"by version number", versioned("9", "", "early"), versioned("10", "", "later")},
		{"by version before the time", versioned("1", "2025-03-10T14:00:00Z", "early"), versioned("2", "2025-03-09T14:00:00Z", "later")},
		{"by time", versioned("x", "2025-03-10T09:00:00-05:00", "early"), versioned("a", "2025-03-10T14:30:00Z", "later")},
		{"by content where nothing else decides", versioned("", "", "a"), versioned("", "", "b")},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, order := range [][][]byte{{tt.early, tt.later}, {tt.later, tt.early}, {tt.early, tt.later, tt.early}} {
				record := fhir.NewRecord()
				for _, raw := range order {
					record.Add(raw, "")
				}
				raw, ok := record.Find("Basic/b1")
				if record.Len() != 1 || !ok || string(raw) != string(tt.later) {
					t.Errorf("got %d resources and %s, want one and %s", record.Len(), raw, tt.later)
				}
			}
		})
	}
}

func TestRecordFind(t *testing.T) {
	record := fhir.NewRecord()
	record.Add([]byte(`{"resourceType":"Basic","id":"b1"}`), "https://ehr.example/fhir/Basic/b1")
	record.Add([]byte(`{"resourceType":"Basic","id":"b2"}`), "urn:uuid:00000000-0000-4000-8000-000000000002")
	for reference, want := range map[string]bool{
		"Basic/b1": true, "/Basic/b1": true, "https://ehr.example/fhir/Basic/b1": true, "Basic/b1/_history/3": true,
		"https://ehr.example/fhir/Basic/b1/_history/3":  true,
		"urn:uuid:00000000-0000-4000-8000-000000000002": true, "Basic/b2": true,
		"": false, "Basic/b3": false, "b1": false, "urn:uuid:00000000-0000-4000-8000-000000000003": false, "Patient/b1": false,
	} {
		if _, ok := record.Find(reference); ok != want {
			t.Errorf("Find(%q): got %t, want %t", reference, ok, want)
		}
	}
	want := []visit.Version{{Reference: "Basic/b1"}, {Reference: "urn:uuid:00000000-0000-4000-8000-000000000002"}}
	if diff := cmp.Diff(want, record.References()); diff != "" {
		t.Errorf("References: %s", diff)
	}
}

func TestRecordEncounters(t *testing.T) {
	record := fhir.NewRecord()
	for id, rest := range map[string]string{
		"e1": `"status":"finished","period":{"start":"2025-03-10T14:00:00-05:00"},"type":[{"text":"Therapy"}],"subject":{"reference":"Patient/p1"}`,
		"e2": `"status":"in-progress","period":{"start":"2025-03-12T14:00:00-05:00"},"class":{"code":"AMB"},"subject":{"reference":"https://ehr.example/fhir/Patient/p1"}`,
		"e3": `"status":"entered-in-error","period":{"start":"2025-03-11"},"subject":{"reference":"Patient/p1"}`,
		"e4": `"status":"finished","period":{"start":"2025-03-11"},"subject":{"reference":"Patient/p2"}`,
	} {
		record.Add([]byte(`{"resourceType":"Encounter","id":"`+id+`",`+rest+`}`), "")
	}
	var got []string
	for _, choice := range record.Encounters("p1") {
		got = append(got, choice.Reference+" "+choice.Day+" "+choice.Status+" "+choice.Text)
	}
	want := []string{"Encounter/e2 2025-03-12 in-progress AMB", "Encounter/e1 2025-03-10 finished Therapy"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// What could not be read is said in the visit.
func TestUnreadKindsAreSaid(t *testing.T) {
	record := fhir.NewRecord()
	record.Add([]byte(`{"resourceType":"Encounter","id":"e1","status":"finished","class":{"code":"AMB"},"subject":{"reference":"Patient/p1"}}`), "")
	record.MarkUnread("Observation", "refused (403): ask for scope patient/Observation.rs")
	record.MarkUnread("Coverage", "not offered by this server")
	got, err := record.Visit(fhir.Options{Patient: "p1"})
	if err != nil {
		t.Fatal(err)
	}
	want := []visit.Unread{{Kind: "Coverage", Reason: "not offered by this server"}, {Kind: "Observation", Reason: "refused (403): ask for scope patient/Observation.rs"}}
	if diff := cmp.Diff(want, got.Unread); diff != "" {
		t.Error(diff)
	}
}

func TestUserIsNotTakenForTheClinician(t *testing.T) {
	record := fhir.NewRecord()
	record.Add([]byte(`{"resourceType":"Encounter","id":"e1","status":"finished","class":{"code":"AMB"},"subject":{"reference":"Patient/p1"}}`), "")
	record.Add([]byte(`{"resourceType":"Practitioner","id":"d9","name":[{"text":"Morgan Example, LPC"}],"qualification":[{"code":{"coding":[{"system":"http://nucc.org/provider-taxonomy","code":"101YP2500X"}]}}]}`), "")
	got, err := record.Visit(fhir.Options{User: "https://ehr.example/fhir/Practitioner/d9"})
	if err != nil {
		t.Fatal(err)
	}
	want := visit.Clinician{Reference: "Practitioner/d9", Name: "Morgan Example, LPC", Discipline: "LPC",
		Names: []visit.Name{{Text: "Morgan Example, LPC"}}, Credentials: []string{"101YP2500X"}}
	if diff := cmp.Diff(want, got.User); diff != "" {
		t.Errorf("the user, -want +got:\n%s", diff)
	}
	if got.Clinician.Reference != "" || got.Facts.Provider.Discipline != "" {
		t.Errorf("got clinician %+v and discipline %q, want none", got.Clinician, got.Facts.Provider.Discipline)
	}
}

// What a resource is called stands in remarks: an id or an address that FHIR does not allow is not
// repeated there, while references to it are still followed.
func TestNamesHoldNoContent(t *testing.T) {
	for _, tt := range []struct{ id, fullURL, want string }{
		{"p1", "", "Patient/p1"},
		{"p_1.a-B", "https://ehr.example/fhir/Patient/other", "Patient/p_1.a-B"},
		{"p1", "urn:uuid:11111111-1111-4111-8111-111111111111", "urn:uuid:11111111-1111-4111-8111-111111111111"},
		{"", "https://ehr.example/fhir/Patient/p1", "https://ehr.example/fhir/Patient/p1"},
		{"Rowan Testcase", "", "Patient (with an id that FHIR does not allow, "},
		{"<b>", "https://ehr.example/fhir/Patient/<b>", "Patient (with an id that FHIR does not allow, "},
		{"", "urn:uuid:Rowan Testcase", "Patient (without id, "},
		{"", "https://ehr.example/fhir/Patient/Rowan Testcase", "Patient (without id, "},
		{"", "Rowan Testcase", "Patient (without id, "},
	} {
		record := fhir.NewRecord()
		record.Add(fmt.Appendf(nil, `{"resourceType":"Patient","id":%q}`, tt.id), tt.fullURL)
		names := record.References()
		if len(names) != 1 || !strings.HasPrefix(names[0].Reference, tt.want) || strings.HasSuffix(tt.want, ", ") == (names[0].Reference == tt.want) {
			t.Errorf("id %q at %q: got names %v, want %s", tt.id, tt.fullURL, names, tt.want)
		}
		for _, reference := range []string{"Patient/" + tt.id, tt.fullURL} {
			if _, ok := record.Find(reference); !ok && reference != "" && reference != "Patient/" {
				t.Errorf("id %q at %q: not found as %q", tt.id, tt.fullURL, reference)
			}
		}
	}
}

// What could not be read is unknown and not absent: the time of the encounter is given to no service then,
// since others may fill it, and no coverage is taken for the first. A server that has no such resources at
// all leaves nothing open.
func TestWhatFailedIsNotAbsent(t *testing.T) {
	for reason, want := range map[string]struct {
		minutes bool
		payer   string
	}{
		"":                              {true, "medicare"},
		"this server does not offer it": {true, "medicare"},
		"refused (403): ask for scope user/Procedure.rs":      {false, ""},
		"the record has more than 60 pages: not all was read": {false, ""},
	} {
		record := fhir.NewRecord()
		record.Add([]byte(`{"resourceType":"Encounter","id":"e1","status":"finished","class":{"code":"AMB"},"subject":{"reference":"Patient/p1"},
			"type":[{"coding":[{"system":"http://snomed.info/sct","code":"75516001"}]}],"period":{"start":"2025-03-10T14:00:00-05:00","end":"2025-03-10T14:47:00-05:00"}}`), "")
		record.Add([]byte(`{"resourceType":"Coverage","id":"c1","status":"active","beneficiary":{"reference":"Patient/p1"},"payor":[{"display":"Example"}],
			"type":{"coding":[{"system":"https://nahdo.org/sopt","code":"1"}]}}`), "")
		if reason != "" {
			record.MarkUnread("Procedure", reason)
			record.MarkUnread("Coverage", reason)
		}
		got, err := record.Visit(fhir.Options{Patient: "p1"})
		if err != nil {
			t.Fatal(err)
		}
		if known := got.Facts.Services[0].Minutes != nil; known != want.minutes || got.Facts.Payer.Kind != want.payer {
			t.Errorf("%q: minutes known %v and payer %q, want %v and %q", reason, known, got.Facts.Payer.Kind, want.minutes, want.payer)
		}
	}
}
