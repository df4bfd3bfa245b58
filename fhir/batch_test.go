package fhir

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chargenote/chargenote/internal/visit"
)

// general is a server that offers everything that a visit is read from, and takes batches.
func general() *Capability {
	kind := KindCapability{Read: true, Search: true, Includes: []string{"*"},
		Parameters: []string{"_id", "patient", "encounter", "code", "practitioner", "beneficiary", "context"}}
	c := &Capability{Batch: true, Kinds: map[string]KindCapability{}}
	for _, name := range []string{"Encounter", "Patient", "Practitioner", "PractitionerRole", "Procedure", "Observation",
		"QuestionnaireResponse", "Condition", "Coverage", "DocumentReference", "ChargeItem"} {
		c.Kinds[name] = kind
	}
	return c
}

// A batchServer answers batches entry by entry, as its wireServer would answer each request alone.
type batchServer struct {
	*wireServer
	whole   func(w http.ResponseWriter) bool                 // answers a batch as a whole, where it returns true
	entry   func(address string) (status int, answer string) // answers one entry; 0: as usual
	arrange func(entries []string) []string
}

func newBatchServer(t *testing.T, resources ...string) *batchServer {
	t.Helper()
	s := &batchServer{wireServer: newWireServer(t, resources...)}
	s.before = func(w http.ResponseWriter, r *http.Request, body []byte) bool {
		if r.Method != http.MethodPost || !bytes.Contains(body, []byte(`"type":"batch"`)) {
			return false
		}
		if s.whole != nil && s.whole(w) {
			return true
		}
		entries := s.entries(t, body)
		if s.arrange != nil {
			entries = s.arrange(entries)
		}
		fmt.Fprintf(w, `{"resourceType":"Bundle","type":"batch-response","entry":[%s]}`, strings.Join(entries, ","))
		return true
	}
	return s
}

func (s *batchServer) entries(t *testing.T, body []byte) []string {
	var bundle struct {
		Entry []struct{ Request struct{ Method, URL string } }
	}
	if err := json.Unmarshal(body, &bundle); err != nil {
		t.Errorf("the batch cannot be read: %v", err)
	}
	var entries []string
	for _, e := range bundle.Entry {
		if e.Request.Method != http.MethodGet {
			t.Errorf("a batch holds %s", e.Request.Method)
		}
		if s.entry != nil {
			if status, answer := s.entry(e.Request.URL); status != 0 {
				entries = append(entries, fmt.Sprintf(`{"response":{"status":"%d","outcome":%s}}`, status, answer))
				continue
			}
		}
		u, err := url.Parse(s.base() + "/" + e.Request.URL)
		if err != nil {
			t.Errorf("entry %s: %v", e.Request.URL, err)
		}
		alone := httptest.NewRecorder()
		if kind, id, read := strings.Cut(strings.TrimPrefix(u.Path, "/fhir/T1/"), "/"); read {
			s.read(alone, kind, id)
		} else {
			s.search(alone, &http.Request{URL: u}, kind)
		}
		entries = append(entries, fmt.Sprintf(`{"response":{"status":"%d"},"resource":%s}`, alone.Code, alone.Body))
	}
	return entries
}

func (s *batchServer) batches() int { return s.asked(http.MethodPost, "") }

func outcomeOf(code string) string {
	return `{"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"` + code + `","diagnostics":"of Avery Testwell"}]}`
}

// TestABatchIsAnsweredLikeSingleRequests loads one visit alone and in batches, with each thing that may
// happen to an entry or to the whole: the record and what it says of what was not read are the same.
func TestABatchIsAnsweredLikeSingleRequests(t *testing.T) {
	observation := `{"resourceType":"Observation","id":"o%d","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"44261-6"}]},"subject":{"reference":"Patient/p1"},"effectiveDateTime":"2025-03-10","valueInteger":%d}`
	resources := wireVisit(fmt.Sprintf(observation, 1, 9), fmt.Sprintf(observation, 2, 7), fmt.Sprintf(observation, 3, 5))
	refuse := func(kind string, status int, code string) func(string) (int, string) {
		return func(address string) (int, string) {
			if strings.HasPrefix(address, kind) {
				return status, outcomeOf(code)
			}
			return 0, ""
		}
	}
	for _, tt := range []struct {
		name    string
		perPage int
		whole   func(w http.ResponseWriter) bool
		entry   func(address string) (int, string)
		arrange func(entries []string) []string
		unread  []visit.Unread
		batches int    // sent for one visit
		alone   int    // requests beside the batches
		again   int    // batches sent for the next visit
		asks    string // that must have been asked by itself
	}{
		{name: "all well", batches: 2, alone: 1, again: 2},
		{name: "further pages", perPage: 2, batches: 2, alone: 3, again: 2, asks: "/Observation"},
		{name: "one entry forbidden", entry: refuse("Observation", 403, "forbidden"), batches: 2, alone: 1, again: 2,
			unread: []visit.Unread{{Kind: "Observation", Reason: "refused (403): ask for scope user/Observation.rs"}}},
		{name: "one entry not found", entry: refuse("Coverage", 404, "not-supported"), batches: 2, alone: 1, again: 2,
			unread: []visit.Unread{{Kind: "Coverage", Reason: "refused (404): this server does not offer search of Coverage"}}},
		{name: "one entry failed", entry: refuse("Condition", 500, "exception"), batches: 2, alone: 1, again: 2,
			unread: []visit.Unread{{Kind: "Condition", Reason: "refused (500): the server failed: try again, and tell its analyst if it lasts"}}},
		{name: "one entry busy", entry: refuse("Condition", 503, "transient"), batches: 2, alone: 2, again: 2, asks: "/Condition"},
		{name: "one entry without a token", entry: refuse("Condition", 401, "login"), batches: 2, alone: 2, again: 2, asks: "/Condition"},
		{name: "one entry with a parameter unknown to the server", entry: refuse("Procedure?_count=100&encounter", 400, "invalid"), batches: 2, alone: 2, again: 2, asks: "/Procedure"},
		{name: "an entry that says nothing", arrange: func(entries []string) []string {
			entries[1] = `{"response":{"status":"200 OK"}}`
			return entries
		}, batches: 2, alone: 3, again: 2},
		{name: "no batches after all", whole: func(w http.ResponseWriter) bool { wireRefuse(w, 405, "not-supported", ""); return true }, batches: 2, alone: 12},
		{name: "batches forbidden", whole: func(w http.ResponseWriter) bool { wireRefuse(w, 403, "forbidden", ""); return true }, batches: 2, alone: 12},
		{name: "a batch that fails", whole: func(w http.ResponseWriter) bool { wireRefuse(w, 500, "exception", ""); return true }, batches: 2, alone: 12},
		{name: "a batch without a token", whole: func(w http.ResponseWriter) bool { wireRefuse(w, 401, "login", ""); return true }, batches: 2, alone: 12, again: 2},
		{name: "a batch over the limits", whole: func(w http.ResponseWriter) bool {
			_, _ = w.Write(bytes.Repeat([]byte(" "), 9<<20))
			return true
		}, batches: 2, alone: 12, again: 2},
		{name: "an empty answer", whole: func(http.ResponseWriter) bool { return true }, batches: 2, alone: 12},
		{name: "answers in another order", arrange: func(entries []string) []string { slices.Reverse(entries); return entries }, batches: 2, alone: 12},
		{name: "an answer too few", arrange: func(entries []string) []string { return entries[1:] }, batches: 2, alone: 12},
	} {
		t.Run(tt.name, func(t *testing.T) {
			single := newWireServer(t, resources...)
			single.perPage = tt.perPage
			single.before = func(w http.ResponseWriter, r *http.Request, _ []byte) bool {
				if tt.entry == nil {
					return false
				}
				status, answer := tt.entry(strings.TrimPrefix(r.URL.RequestURI(), "/fhir/T1/"))
				if status == 0 || status == 401 || status == 503 { // asked for by itself, it is answered
					return false
				}
				w.WriteHeader(status)
				fmt.Fprint(w, answer)
				return true
			}
			c, _ := single.client()
			want, err := c.Load(t.Context(), wireOptions)
			if err != nil {
				t.Fatal(err)
			}
			s := newBatchServer(t, resources...)
			s.perPage, s.whole, s.entry, s.arrange = tt.perPage, tt.whole, tt.entry, tt.arrange
			c, _ = s.client()
			options := wireOptions
			options.Capability = general()
			got, err := c.Load(t.Context(), options)
			if err != nil {
				t.Fatal(err)
			}
			for loaded, record := range map[string]*Record{"alone": want, "in batches": got} {
				if diff := cmp.Diff(tt.unread, record.unread); diff != "" {
					t.Errorf("unread, loaded %s (-want +got):\n%s", loaded, diff)
				}
			}
			if diff := cmp.Diff(namesIn(want), namesIn(got)); diff != "" {
				t.Errorf("resources in the record (-single +batch):\n%s", diff)
			}
			if s.batches() != tt.batches || len(s.seen())-s.batches() != tt.alone {
				t.Errorf("%d batches and %d requests alone, want %d and %d", s.batches(), len(s.seen())-s.batches(), tt.batches, tt.alone)
			}
			if tt.asks != "" && s.asked(http.MethodGet, tt.asks) == 0 {
				t.Errorf("%s was not asked for by itself", tt.asks)
			}
			before := s.batches()
			if _, err := c.Load(t.Context(), options); err != nil || s.batches()-before != tt.again {
				t.Errorf("the next visit: %d batches, want %d; %v", s.batches()-before, tt.again, err)
			}
		})
	}
}

func namesIn(r *Record) []string {
	var names []string
	for _, e := range r.entries {
		names = append(names, e.Reference+" "+e.url[strings.Index(e.url, "/fhir/"):])
	}
	return names
}

// A server that asks to be left alone is not asked for every entry instead.
func TestABusyServerIsNotAskedOneByOne(t *testing.T) {
	s := newBatchServer(t, wireVisit()...)
	s.whole = func(w http.ResponseWriter) bool { wireRefuse(w, 429, "throttled", ""); return true }
	c, clock := s.client()
	options := wireOptions
	options.Capability = general()
	_, err := c.Load(t.Context(), options)
	if err == nil || !strings.Contains(err.Error(), "the server is busy") || strings.Contains(err.Error(), "batch") {
		t.Errorf("error %v, want that the server is busy, for a request of the visit", err)
	}
	if n := s.asked(http.MethodGet, "/Encounter") + s.asked(http.MethodGet, "/Condition"); n > 0 || len(clock.waits) == 0 {
		t.Errorf("%d requests alone, %d waits", n, len(clock.waits))
	}
}

// Where a server takes no batch and is known to bring patient and participants along, they are not asked
// for; where they did not come, they are, in the second round.
func TestPatientAndClinicianComeAlong(t *testing.T) {
	for _, tt := range []struct {
		name  string
		along []string
		asked []string
	}{
		{"all of them", []string{wirePatient, wirePractitioner}, nil},
		{"the clinician alone", []string{wirePractitioner}, []string{"/Patient/p1"}},
		{"nobody", nil, []string{"/Patient/p1", "/Practitioner/d1"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newWireServer(t, wireVisit()...)
			s.before = func(w http.ResponseWriter, r *http.Request, _ []byte) bool {
				if r.URL.Query().Has("_include") {
					fmt.Fprint(w, wireBundle(s.base(), "", append([]string{wireEncounter}, tt.along...)...))
					return true
				}
				return false
			}
			c, _ := s.client()
			options := wireOptions
			options.Capability = general()
			options.Capability.Batch = false
			record, err := c.Load(t.Context(), options)
			if err != nil {
				t.Fatal(err)
			}
			for _, name := range []string{"Patient/p1", "Practitioner/d1"} {
				if _, found := record.Find(name); !found {
					t.Errorf("%s is not in the record", name)
				}
				if n := s.asked(http.MethodGet, "/"+name); n > 1 || (n == 1) != slices.Contains(tt.asked, "/"+name) {
					t.Errorf("%s was asked for %d times", name, n)
				}
			}
		})
	}
	t.Run("a patient who is not there at all", func(t *testing.T) {
		s := newWireServer(t, wireEncounter, wirePractitioner)
		c, _ := s.client()
		options := wireOptions
		options.Capability = general()
		options.Capability.Batch = false
		if _, err := c.Load(t.Context(), options); err == nil || !strings.Contains(err.Error(), "read Patient refused (404") {
			t.Errorf("error %v, want that the patient cannot be read", err)
		}
	})
}

// A server that takes transactions takes Bundles at its base, and HAPI, which answers batches, declares no more.
func TestWhoIsSentBatches(t *testing.T) {
	statement := `{"resourceType":"CapabilityStatement","rest":[{"mode":"server","interaction":[%s],"resource":[{"type":"Patient","interaction":[{"code":"update"},{"code":"patch"}]}]}]}`
	for interactions, want := range map[string]bool{
		``:                                   false,
		`{"code":"history-system"}`:          false,
		`{"code":"batch"}`:                   true,
		`{"code":"transaction"}`:             true,
		`{"code":"batch"},{"code":"search"}`: true,
	} {
		c, err := readCapability(fmt.Appendf(nil, statement, interactions), DefaultLimits())
		if err != nil || c.Batches() != want {
			t.Errorf("%s: %v, %v", interactions, c.Batches(), err)
		}
		if !c.Updates("Patient") || !c.Patches("Patient") || c.Updates("ChargeItem") {
			t.Errorf("updates %v, patches %v", c.Updates("Patient"), c.Patches("Patient"))
		}
	}
	var unknown *Capability
	if unknown.Batches() || !unknown.Updates("ChargeItem") || unknown.Patches("ChargeItem") {
		t.Error("a server that is not known yet is asked one by one, and for an update")
	}
}
