package fhir

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/chargenote/chargenote/internal/visit"
	"github.com/google/go-cmp/cmp"
)

// A CapabilityStatement that two readers may read differently says nothing: what a server can do is
// then not known.
func TestAmbiguousCapabilityStatement(t *testing.T) {
	const head = "the CapabilityStatement cannot be read, tell its analyst: it "
	for _, tt := range []struct{ name, members, want string }{
		{"good", `"rest":[{"mode":"server","interaction":[{"code":"transaction"}]}]`, ""},
		{"what is not read may be anything", `"rest":[{"security":{"cors":1e400},"Documentation":"x"}],"format":["json"]`, ""},
		{"twice", `"rest":[],"rest":[{"mode":"server"}]`, head + "has a key twice: rest"},
		{"twice deeper down", `"rest":[{"resource":[{"type":"ChargeItem","type":"Patient"}]}]`, head + "rest.resource has a key twice: type"},
		{"twice where nobody reads", `"contact":[{"name":"a","name":"b"}]`, head + "contact has a key twice: name"},
		{"another case", `"Rest":[]`, head + "has a key that differs from rest by case only"},
		{"another case deeper down", `"rest":[{"resource":[{"type":"ChargeItem","ConditionalCreate":true}]}]`,
			head + "rest.resource has a key that differs from conditionalCreate by case only"},
		{"another shape", `"rest":{"mode":"server"}`, head + "rest is an object where a list was expected"},
		{"a text for true", `"rest":[{"resource":[{"conditionalCreate":"true"}]}]`, head + "rest.resource.conditionalCreate is a text where true or false was expected"},
		{"two types", `"resourceType":"Basic"`, head + "has a key twice: resourceType"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := readCapability([]byte(`{"resourceType":"CapabilityStatement",`+tt.members+`}`), DefaultLimits())
			if got := refusal(err); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// pageOf answers every search of a kind with the same body.
func pageOf(kind, body string) func(http.ResponseWriter, *http.Request, []byte) bool {
	return func(w http.ResponseWriter, r *http.Request, _ []byte) bool {
		if !strings.HasSuffix(r.URL.Path, "/"+kind) {
			return false
		}
		fmt.Fprint(w, body)
		return true
	}
}

// A bad entry of a page is one finding; a page whose frame is ambiguous is not read at all.
func TestAmbiguousPages(t *testing.T) {
	const good = `{"fullUrl":"https://ehr.example/Observation/o1","resource":{"resourceType":"Observation","id":"o1","status":"final","code":{}}}`
	const bad = `{"resource":{"resourceType":"Observation","id":"o2"},"Resource":{"resourceType":"Observation","id":"o3"}}`
	twice := []visit.Unread{{Kind: "Observation", Reason: errTwice.Error()}}
	for _, tt := range []struct {
		name, body string
		found      bool
		notes      []visit.Remark
		unread     []visit.Unread
	}{
		{"good", `{"resourceType":"Bundle","entry":[` + good + `]}`, true, nil, nil},
		{"a bad entry", `{"resourceType":"Bundle","entry":[` + bad + `,` + good + `]}`, true,
			[]visit.Remark{{Resource: "Observation/o2", Text: "not read: its entry has a key that differs from resource by case only"}}, nil},
		{"entry twice", `{"resourceType":"Bundle","entry":[],"entry":[` + good + `]}`, false, nil, twice},
		{"entry by another case", `{"resourceType":"Bundle","Entry":[` + good + `]}`, false, nil, twice},
		{"next page twice", `{"resourceType":"Bundle","link":[{"relation":"next","url":"a","url":"b"}],"entry":[` + good + `]}`, false, nil, twice},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newWireServer(t, wireVisit()...)
			s.before = pageOf("Observation", tt.body)
			c, _ := s.client()
			record, err := c.Load(t.Context(), wireOptions)
			if err != nil {
				t.Fatal(err)
			}
			if _, found := record.Find("Observation/o1"); found != tt.found {
				t.Errorf("found %t, want %t", found, tt.found)
			}
			seen := map[visit.Remark]bool{}
			for _, note := range record.notes {
				seen[note] = true
			}
			for _, note := range tt.notes {
				if !seen[note] {
					t.Errorf("got notes %v, want %v", record.notes, note)
				}
			}
			if len(seen) != len(tt.notes) {
				t.Errorf("got notes %v, want %v", record.notes, tt.notes)
			}
			if diff := cmp.Diff(tt.unread, record.unread); diff != "" {
				t.Errorf("unread (-want +got):\n%s", diff)
			}
		})
	}
}

// An answer to a transaction that can be read in two ways is no answer: the record is searched.
func TestAmbiguousTransactionAnswer(t *testing.T) {
	for _, response := range []string{
		`{"status":"201","status":"500","location":"ChargeItem/n1"}`,
		`{"status":"500","Status":"201","location":"ChargeItem/n1"}`,
		`{"status":"201","location":"ChargeItem/n1","LOCATION":"ChargeItem/n2"}`,
	} {
		s := newWireServer(t)
		s.before = func(w http.ResponseWriter, r *http.Request, _ []byte) bool {
			if r.Method != http.MethodPost {
				return false
			}
			entry := `{"response":` + response + `}`
			fmt.Fprint(w, `{"resourceType":"Bundle","type":"transaction-response","entry":[`+strings.Join([]string{entry, entry, entry, entry}, ",")+`]}`)
			return true
		}
		c, _ := s.client()
		receipt, err := wireChart(c).File(t.Context(), wireFiling())
		if err != nil {
			t.Fatal(err)
		}
		if receipt.State != visit.StateUnknown || len(receipt.Items) > 0 {
			t.Errorf("%s: got %s with %v, want it unknown", response, receipt.State, receipt.Items)
		}
	}
}

// An outcome is repeated by code only, and one that can be read in two ways is none.
func TestAmbiguousOutcome(t *testing.T) {
	for body, want := range map[string]string{
		`{"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"invalid"}]}`:                        "invalid",
		`{"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"invalid","code":"not-found"}]}`:     "",
		`{"resourceType":"OperationOutcome","issue":[{"severity":"error","Code":"invalid"}]}`:                        "",
		`{"resourceType":"OperationOutcome","issue":[{"severity":"warning","code":"a"}],"Issue":[{"code":"other"}]}`: "",
		`{"resourceType":"OperationOutcome","issue":{"severity":"error"}}`:                                           "",
	} {
		if got := firstError([]byte(body)).code; got != want {
			t.Errorf("%s: got code %q, want %q", body, got, want)
		}
	}
}

// The text of a note is fetched where the document is of FHIR R5, and so are its participants.
func TestNewerShapesAreFollowed(t *testing.T) {
	encounter := strings.NewReplacer(`"individual"`, `"actor"`, `"period"`, `"actualPeriod"`).Replace(wireEncounter)
	s := newWireServer(t, wirePatient, encounter, wirePractitioner,
		`{"resourceType":"DocumentReference","id":"n1","status":"current","subject":{"reference":"Patient/p1"},"context":[{"reference":"Encounter/e1"}],
			"content":[{"attachment":{"contentType":"text/plain","url":"Binary/b1"}}]}`,
		`{"resourceType":"Binary","id":"b1","contentType":"text/plain","data":"QSBub3RlLg=="}`)
	c, _ := s.client()
	record, err := c.Load(t.Context(), LoadOptions{Patient: "p1", Encounter: "e1", Capability: &Capability{Kinds: map[string]KindCapability{
		"Encounter": {Read: true}, "Patient": {Read: true}, "Practitioner": {Read: true}, "Binary": {Read: true},
		"DocumentReference": {Search: true, Parameters: []string{"patient"}},
	}}})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"Practitioner/d1", "Binary/b1"} {
		if _, found := record.Find(name); !found {
			t.Errorf("%s was not read", name)
		}
	}
	read, err := record.Visit(Options{Patient: "p1"})
	if err != nil || read.Note.Text != "A note." || *read.Session.Minutes != 47 {
		t.Errorf("got note %+v, session %+v, error %v", read.Note, read.Session, err)
	}
}
