package fhir

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/chargenote/chargenote/internal/visit"
)

var updateWire = flag.Bool("update-wire", false, "rewrite the golden files of what is written")

func wireFiling() visit.Filing {
	zone := time.FixedZone("", -4*3600)
	start, end := time.Date(2025, 3, 10, 14, 0, 0, 0, zone), time.Date(2025, 3, 10, 14, 47, 0, 0, zone)
	return visit.Filing{
		Tenant: "clinic", Issuer: "https://ehr.example/fhir/r4/T1",
		Encounter: "Encounter/e1", Patient: "Patient/p1",
		Performer: "Practitioner/d1", Enterer: "Practitioner/d2",
		Day: "2025-03-10", Start: &start, End: &end,
		Lines: []visit.FiledLine{
			{Code: "90834", Modifiers: []string{"95"}, Units: 1, Sentence: "47 min, within 38 to 52.", Rule: "psychotherapy-45", Definition: "psychotherapy-45", Label: "Psychotherapy, 38 to 52 minutes"},
			{Code: "G0444", Modifiers: []string{"KX", "59"}, Units: 2, Sentence: "One screening.", Rule: "depression-screening-annual", Definition: "depression-screening-annual"},
		},
		Rules:   "2026.1 + site 3",
		GapNote: "Automated checklist, not clinical documentation.\nMissing: the plan.\n",
		Note:    "DocumentReference/n1",
		Diagnoses: []visit.Diagnosis{
			{Code: "F33.1", System: "http://hl7.org/fhir/sid/icd-10-cm", Display: "Recurrent depression", Reference: "Condition/c1"},
			{Reference: "Condition/c2"},
		},
		Evidence: []visit.Version{
			{Reference: "Encounter/e1", Version: "3"}, {Reference: "Procedure/pr1", Version: "1"},
			{Reference: "Procedure/pr1", Version: "1"}, {Reference: "Observation/o1"}, {Reference: "Encounter/e1#loc"},
		},
		Recorded: time.Date(2025, 3, 10, 15, 5, 0, 0, zone),
		Software: "chargenote/0.1.0",
	}
}

func wireChart(c *Client) *Chart {
	return NewChart(ChartOptions{Client: c, Patient: "p1", Encounter: "e1", User: "Practitioner/d2"})
}

// The bytes on the wire are golden: a member that leaks in, or one that goes missing, shows.
func TestTheTransactionAsItIsSent(t *testing.T) {
	s := newWireServer(t)
	c, _ := s.client()
	if _, err := wireChart(c).File(t.Context(), wireFiling()); err != nil {
		t.Fatal(err)
	}
	seen := s.seen()
	if len(seen) != 1 {
		t.Fatalf("%d requests, want 1", len(seen))
	}
	var sent bytes.Buffer
	if err := json.Indent(&sent, seen[0].body, "", "  "); err != nil {
		t.Fatal(err)
	}
	sent.WriteByte('\n')
	golden := filepath.Join("testdata", "wire", "transaction.json")
	if *updateWire {
		if err := os.MkdirAll(filepath.Dir(golden), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(golden, sent.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), sent.String()); diff != "" {
		t.Errorf("transaction (-want +got):\n%s", diff)
	}
}

// The members of each resource, written down apart from the golden file.
func TestNoMemberLeaksIntoWhatIsSent(t *testing.T) {
	c, _ := newWireServer(t).client()
	resources, err := wireChart(c).Preview(wireFiling())
	if err != nil {
		t.Fatal(err)
	}
	want := map[string][]string{
		"ChargeItem": {"code", "context", "definitionCanonical", "enteredDate", "enterer", "extension", "identifier", "note",
			"occurrencePeriod", "performer", "quantity", "reason", "resourceType", "status", "subject", "supportingInformation"},
		"DocumentReference": {"author", "category", "content", "context", "date", "description", "docStatus", "identifier", "resourceType", "status", "subject", "type"},
		"Provenance":        {"activity", "agent", "entity", "meta", "recorded", "resourceType", "target"},
	}
	status := map[string]any{"ChargeItem": "planned", "DocumentReference": "current"}
	for _, raw := range resources {
		var members map[string]any
		if err := json.Unmarshal(raw, &members); err != nil {
			t.Fatal(err)
		}
		kind := members["resourceType"].(string)
		var names []string
		for name := range members {
			names = append(names, name)
		}
		slices.Sort(names)
		if diff := cmp.Diff(want[kind], names); diff != "" {
			t.Errorf("%s (-want +got):\n%s", kind, diff)
		}
		if members["status"] != status[kind] {
			t.Errorf("%s has status %v", kind, members["status"])
		}
	}
	if len(resources) != 4 {
		t.Errorf("%d resources, want 4", len(resources))
	}
}

func TestPreviewIsWhatIsSent(t *testing.T) {
	s := newWireServer(t)
	c, _ := s.client()
	chart := wireChart(c)
	preview, err := chart.Preview(wireFiling())
	if err != nil {
		t.Fatal(err)
	}
	if len(s.seen()) != 0 {
		t.Error("the preview asked the server")
	}
	if _, err := chart.File(t.Context(), wireFiling()); err != nil {
		t.Fatal(err)
	}
	var sent struct {
		Entry []struct{ Resource json.RawMessage }
	}
	if err := json.Unmarshal(s.seen()[0].body, &sent); err != nil {
		t.Fatal(err)
	}
	for i, entry := range sent.Entry {
		if !bytes.Equal(entry.Resource, preview[i]) {
			t.Errorf("entry %d was sent as\n%s\nand shown as\n%s", i, entry.Resource, preview[i])
		}
	}
}

func TestFiledOnceWhoeverPressesAgain(t *testing.T) {
	s := newWireServer(t)
	c, _ := s.client()
	chart := wireChart(c)
	first, err := chart.File(t.Context(), wireFiling())
	if err != nil {
		t.Fatal(err)
	}
	if first.State != visit.StateFiled || first.Reason != "" {
		t.Errorf("first: %s %q", first.State, first.Reason)
	}
	for _, item := range first.Items {
		if !item.Created || item.Reference == "" || item.Version != "1" {
			t.Errorf("first: %+v", item)
		}
	}
	again := wireFiling() // another user, later, under other rules
	again.Enterer, again.Recorded, again.Software = "Practitioner/d9", again.Recorded.Add(time.Hour), "chargenote/0.2.0"
	again.Rules, again.Lines[0].Rule, again.Lines[0].Definition, again.Lines[0].Sentence = "2027.1", "psychotherapy-45b", "psychotherapy-45b", "Other words."
	second, err := chart.File(t.Context(), again)
	if err != nil {
		t.Fatal(err)
	}
	if second.State != visit.StateAlready {
		t.Errorf("second: %s", second.State)
	}
	for i, item := range second.Items {
		if item.Created || item.Reference != first.Items[i].Reference {
			t.Errorf("second: %+v, first %+v", item, first.Items[i])
		}
	}
	for kind, want := range map[string]int{"ChargeItem": 2, "DocumentReference": 1, "Provenance": 1} {
		if got := len(s.held(kind)); got != want {
			t.Errorf("%d %s, want %d", got, kind, want)
		}
	}
	if n := len(s.seen()); n != 2 {
		t.Errorf("%d requests for two filings, want 2", n)
	}
	if charge := s.held("ChargeItem")[0]; strings.Contains(charge, "urn:uuid") || !strings.Contains(charge, `"DocumentReference/n1"`) {
		t.Errorf("the charge does not point at its gap note: %s", charge)
	}
}

// Every way in which the answer to a filing can go wrong, and what is said and held afterwards.
func TestWhatBecomesOfAFiling(t *testing.T) {
	commit := func(s *wireServer, body []byte) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.transact(body)
	}
	hangUp := func(w http.ResponseWriter) {
		conn, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			panic(err)
		}
		_ = conn.Close()
	}
	const lost = ": look again in a minute, and enter nothing by hand before"
	for _, tt := range []struct {
		name   string
		post   func(s *wireServer, w http.ResponseWriter, body []byte)
		search func(w http.ResponseWriter) bool
		state  string
		reason string
		held   int // charges
	}{
		{"committed, answer lost", func(s *wireServer, w http.ResponseWriter, body []byte) { commit(s, body); hangUp(w) }, nil, visit.StateFiled, "", 2},
		{"committed, answer 502", func(s *wireServer, w http.ResponseWriter, body []byte) {
			commit(s, body)
			wireRefuse(w, 502, "transient", "")
		}, nil, visit.StateFiled, "", 2},
		{"committed, a gateway gave up", func(s *wireServer, w http.ResponseWriter, body []byte) {
			commit(s, body)
			wireRefuse(w, 408, "timeout", "")
		}, nil, visit.StateFiled, "", 2},
		{"committed, answer 503", func(s *wireServer, w http.ResponseWriter, body []byte) {
			commit(s, body)
			wireRefuse(w, 503, "transient", "")
		}, nil, visit.StateFiled, "", 2},
		{"committed, answer empty", func(s *wireServer, w http.ResponseWriter, body []byte) { commit(s, body) }, nil, visit.StateFiled, "", 2},
		{"committed, answer of HTML", func(s *wireServer, w http.ResponseWriter, body []byte) {
			commit(s, body)
			w.Header().Set("Content-Type", "text/html")
			fmt.Fprint(w, "<html>")
		}, nil, visit.StateFiled, "", 2},
		{"committed, too few entries answered", func(s *wireServer, w http.ResponseWriter, body []byte) {
			commit(s, body)
			fmt.Fprint(w, `{"resourceType":"Bundle","entry":[{"response":{"status":"201"}}]}`)
		}, nil, visit.StateFiled, "", 2},
		{"committed, oversize answer", func(s *wireServer, w http.ResponseWriter, body []byte) {
			commit(s, body)
			_, _ = w.Write(bytes.Repeat([]byte(" "), 9<<20))
		}, nil, visit.StateFiled, "", 2},
		{"committed, answer in time never", func(s *wireServer, w http.ResponseWriter, body []byte) {
			commit(s, body)
			w.WriteHeader(200)
			w.(http.Flusher).Flush()
			panic(http.ErrAbortHandler)
		}, nil, visit.StateFiled, "", 2},
		{"not committed, answer lost", func(s *wireServer, w http.ResponseWriter, body []byte) { hangUp(w) }, nil, visit.StateUnknown,
			"the record's answer was lost and it does not hold the filing yet" + lost, 0},
		{"not committed, 500", func(s *wireServer, w http.ResponseWriter, body []byte) { wireRefuse(w, 500, "exception", "") }, nil, visit.StateUnknown,
			"the record's answer was lost and it does not hold the filing yet" + lost, 0},
		{"answer lost, search refused", func(s *wireServer, w http.ResponseWriter, body []byte) { commit(s, body); hangUp(w) },
			func(w http.ResponseWriter) bool { wireRefuse(w, 403, "forbidden", ""); return true }, visit.StateUnknown,
			"the record's answer was lost and it could not be searched (refused (403): ask for scope user/DocumentReference.rs)" + lost, 2},
		{"another won the race", func(s *wireServer, w http.ResponseWriter, body []byte) {
			commit(s, body)
			wireRefuse(w, 409, "conflict", "HAPI-2745: race")
		}, nil, visit.StateAlready, "", 2},
		{"a conflict and nothing there", func(s *wireServer, w http.ResponseWriter, body []byte) { wireRefuse(w, 409, "conflict", "") }, nil, visit.StateRefused,
			"the record reports a conflict (transaction refused (409, conflict): the record was changed at the same time: look again, then confirm again): pressing again is safe", 0},
		{"content refused", func(s *wireServer, w http.ResponseWriter, body []byte) {
			w.WriteHeader(422)
			fmt.Fprint(w, `{"resourceType":"OperationOutcome","issue":[{"severity":"warning","code":"informational"},`+
				`{"severity":"error","code":"code-invalid","diagnostics":"Avery Testwell may not","expression":["ChargeItem.code"]}]}`)
		}, nil, visit.StateRefused, "transaction refused (422, code-invalid): the server does not take the content (ChargeItem.code, code-invalid): nothing was written, give this line to its analyst", 0},
		{"not understood", func(s *wireServer, w http.ResponseWriter, body []byte) {
			wireRefuse(w, 400, "invalid", "HAPI-0450: no")
		}, nil, visit.StateRefused,
			"transaction refused (400, invalid): the server does not take the content (invalid, HAPI-0450): nothing was written, give this line to its analyst", 0},
		{"scope missing", func(s *wireServer, w http.ResponseWriter, body []byte) { wireRefuse(w, 403, "forbidden", "") }, nil, visit.StateRefused,
			"transaction refused (403, forbidden): ask for scope user/ChargeItem.c, user/DocumentReference.c and user/Provenance.c", 0},
		{"session over", func(s *wireServer, w http.ResponseWriter, body []byte) { wireRefuse(w, 401, "login", "") }, nil, visit.StateRefused,
			"transaction refused (401, login): the session with the EHR has ended: open the app again from the chart", 0},
		{"busy", func(s *wireServer, w http.ResponseWriter, body []byte) {
			w.Header().Set("Retry-After", "30")
			wireRefuse(w, 429, "throttled", "")
		}, nil, visit.StateRefused, "transaction refused (429, throttled): the server is busy: try again in 30 s", 0},
		{"no transactions", func(s *wireServer, w http.ResponseWriter, body []byte) { wireRefuse(w, 501, "not-supported", "") }, nil, visit.StateRefused,
			"transaction refused (501, not-supported): this server offers no transaction at its base: check the issuer's address", 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newWireServer(t)
			s.before = func(w http.ResponseWriter, r *http.Request, body []byte) bool {
				if r.Method == http.MethodPost {
					tt.post(s, w, body)
					return true
				}
				if r.Header.Get("Cache-Control") != "no-cache" {
					t.Errorf("%s was searched without no-cache", r.URL.Path)
				}
				return tt.search != nil && tt.search(w)
			}
			c, _ := s.client()
			receipt, err := wireChart(c).File(t.Context(), wireFiling())
			if err != nil {
				t.Fatal(err)
			}
			if receipt.State != tt.state || receipt.Reason != tt.reason {
				t.Errorf("got %s: %s\nwant %s: %s", receipt.State, receipt.Reason, tt.state, tt.reason)
			}
			if got := len(s.held("ChargeItem")); got != tt.held {
				t.Errorf("%d charges held, want %d", got, tt.held)
			}
			if n := s.asked("POST", ""); n != 1 {
				t.Errorf("sent %d times, want once", n)
			}
			if tt.state == visit.StateFiled || tt.state == visit.StateAlready {
				for _, item := range receipt.Items {
					if item.Reference == "" {
						t.Errorf("%s has no reference", item.Kind)
					}
				}
			}
		})
	}
}

func TestNothingSentIsNotUnknown(t *testing.T) {
	s := newWireServer(t)
	s.Close()
	c, _ := s.client()
	receipt, err := wireChart(c).File(t.Context(), wireFiling())
	want := "the record server cannot be reached: check network and issuer, then try again; nothing was sent"
	if err != nil || receipt.State != visit.StateRefused || receipt.Reason != want {
		t.Errorf("got %s: %s, %v", receipt.State, receipt.Reason, err)
	}
}

// One who closes the page while the record writes does not leave the filing half known.
func TestAFilingOutlivesItsRequest(t *testing.T) {
	s := newWireServer(t)
	ctx, leave := context.WithCancel(t.Context())
	s.before = func(http.ResponseWriter, *http.Request, []byte) bool { leave(); return false }
	c, _ := s.client()
	receipt, err := wireChart(c).File(ctx, wireFiling())
	if err != nil || receipt.State != visit.StateFiled {
		t.Errorf("got %s: %s, %v", receipt.State, receipt.Reason, err)
	}
	if _, err := wireChart(c).File(ctx, wireFiling()); !errors.Is(err, context.Canceled) {
		t.Errorf("a filing was begun for one who had gone: %v", err)
	}
}

func TestFilingsThatAreNotWhole(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(*visit.Filing)
		want   string
	}{
		{"nobody confirmed", func(f *visit.Filing) { f.Enterer = "" }, "filing: nobody of this record is named who confirmed: open the app again from the chart"},
		{"confirmed elsewhere", func(f *visit.Filing) { f.Enterer = "https://elsewhere.example/Practitioner/d1" }, "filing: nobody of this record is named who confirmed: open the app again from the chart"},
		{"other patient", func(f *visit.Filing) { f.Patient = "Patient/p2" }, "the filing is of another patient than the open chart: open the app again from the right chart"},
		{"no visit", func(f *visit.Filing) { f.Encounter = "" }, "filing: the reference to the Encounter is not one of this server"},
		{"no day", func(f *visit.Filing) { f.Day = "" }, "filing: the day of service is not known"},
		{"no time of confirmation", func(f *visit.Filing) { f.Recorded = time.Time{} }, "filing: the time of the confirmation is not known"},
		{"no units", func(f *visit.Filing) { f.Lines[0].Units = 0 }, "filing: a line has no code of five characters, or less than one unit"},
		{"no code", func(f *visit.Filing) { f.Lines[0].Code = "" }, "filing: a line has no code of five characters, or less than one unit"},
		{"long modifier", func(f *visit.Filing) { f.Lines[0].Modifiers = []string{"950"} }, "filing: line 90834 has a modifier that is not two characters"},
		{"the same line twice", func(f *visit.Filing) { f.Lines[1] = f.Lines[0] }, "filing: two lines are the same charge (90834): give the second another ordinal"},
		{"nothing", func(f *visit.Filing) { f.Lines, f.GapNote = nil, "" }, "filing: there is nothing to file"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newWireServer(t)
			c, _ := s.client()
			filing := wireFiling()
			tt.change(&filing)
			if _, err := wireChart(c).File(t.Context(), filing); err == nil || err.Error() != tt.want {
				t.Errorf("got %v\nwant %s", err, tt.want)
			}
			if n := len(s.seen()); n != 0 {
				t.Errorf("%d requests were sent", n)
			}
		})
	}
}

func TestWhereAServerPutsThings(t *testing.T) {
	for _, tt := range []struct{ location, etag, reference, version string }{
		{"ChargeItem/7", `W/"2"`, "ChargeItem/7", "2"},
		{"ChargeItem/7", "2", "ChargeItem/7", "2"},
		{"ChargeItem/7/_history/3", "", "ChargeItem/7", "3"},
		{"http://inside.local:8080/fhir/ChargeItem/7/_history/3", `"3"`, "ChargeItem/7", "3"},
		{"/fhir/ChargeItem/a-b.c/_history/1?_format=json", "", "ChargeItem/a-b.c", "1"},
		{"ChargeItem/ChargeItem", "", "ChargeItem/ChargeItem", ""},
		{"DocumentReference/7", "", "", ""},
		{"ChargeItem/../Patient/1", "", "", ""},
		{"", "", "", ""},
	} {
		reference, version := located("ChargeItem", tt.location)
		if version == "" {
			version = versionOf(tt.etag)
		}
		if reference != tt.reference || version != tt.version {
			t.Errorf("%q %q: got %q %q, want %q %q", tt.location, tt.etag, reference, version, tt.reference, tt.version)
		}
	}
}

func TestReadBack(t *testing.T) {
	twice := func(s *wireServer) {
		again := strings.Replace(s.resources["ChargeItem"][0], `"id":"`, `"id":"x`, 1)
		s.resources["ChargeItem"] = append(s.resources["ChargeItem"], again)
	}
	replace := func(kind, old, with string) func(*wireServer) {
		return func(s *wireServer) {
			if !strings.Contains(s.resources[kind][0], old) {
				panic("the test replaces what is not there: " + old)
			}
			s.resources[kind][0] = strings.Replace(s.resources[kind][0], old, with, 1)
		}
	}
	const elseThere = "the record holds something else than was sent: see the lines"
	for _, tt := range []struct {
		name    string
		change  func(s *wireServer)
		state   string
		reason  string
		kind    string
		differs string
	}{
		{"as it was sent", nil, visit.StateFiled, "", "", ""},
		{"another zone and a decimal", func(s *wireServer) {
			replace("ChargeItem", "2025-03-10T14:00:00-04:00", "2025-03-10T18:00:00Z")(s)
			replace("ChargeItem", `"value":1`, `"value":1.0`)(s)
			replace("ChargeItem", `"Encounter/e1"`, `"`+s.base()+`/Encounter/e1"`)(s)
		}, visit.StateFiled, "", "", ""},
		{"other units", replace("ChargeItem", `"quantity":{"value":1}`, `"quantity":{"value":2}`), visit.StateFiled, elseThere, "ChargeItem", "quantity: the record holds 2, 1 was sent"},
		{"units of a size that is none", replace("ChargeItem", `"quantity":{"value":1}`, `"quantity":{"value":1e999999999}`), visit.StateFiled, elseThere, "ChargeItem", "quantity: the record holds 1e999999999, 1 was sent"},
		{"other code", replace("ChargeItem", `"code":"90834"`, `"code":"90837"`), visit.StateFiled, elseThere, "ChargeItem", "code: the record holds 90837, 90834 was sent"},
		{"no modifier", replace("ChargeItem", "charge-modifier", "other"), visit.StateFiled, elseThere, "ChargeItem", "modifiers: the record holds none, 95 was sent"},
		{"raised", replace("ChargeItem", "planned", "billable"), visit.StateFiled, elseThere, "ChargeItem", "status: the record holds billable, planned was sent"},
		{"other visit", replace("ChargeItem", `"context":{"reference":"Encounter/e1"}`, `"context":{"reference":"Encounter/e2"}`), visit.StateFiled, elseThere, "ChargeItem", "visit: the record holds another, this one was sent"},
		{"other patient", replace("ChargeItem", "Patient/p1", "Patient/p2"), visit.StateFiled, elseThere, "ChargeItem", "patient: the record holds another, this one was sent"},
		{"other text", replace("DocumentReference", `"data":"`, `"data":"QUJD`), visit.StateFiled, elseThere, "DocumentReference", "text: the record holds another text than was sent"},
		{"final", replace("DocumentReference", "preliminary", "final"), visit.StateFiled, elseThere, "DocumentReference", "document status: the record holds final, preliminary was sent"},
		{"text kept as a Binary", func(s *wireServer) {
			_, rest, _ := strings.Cut(s.resources["DocumentReference"][0], `"data":"`)
			data, _, _ := strings.Cut(rest, `"`)
			replace("DocumentReference", `"data":"`+data+`"`, `"url":"Binary/b1"`)(s)
			s.resources["Binary"] = []string{`{"resourceType":"Binary","id":"b1","contentType":"text/plain","data":"` + data + `"}`}
		}, visit.StateFiled, "", "", ""},
		{"text kept elsewhere", func(s *wireServer) {
			_, rest, _ := strings.Cut(s.resources["DocumentReference"][0], `"data":"`)
			data, _, _ := strings.Cut(rest, `"`)
			replace("DocumentReference", `"data":"`+data+`"`, `"url":"https://elsewhere.example/Binary/b1"`)(s)
		}, visit.StateFiled, elseThere, "DocumentReference", "text: the record keeps it elsewhere and it could not be compared (the address is not under this server's base and is not fetched)"},
		{"twice under one key", twice, visit.StateFiled, elseThere, "ChargeItem", "the record holds 2 resources under this one key: ask its analyst to void all but one"},
		{"not there", func(s *wireServer) { s.resources["ChargeItem"] = s.resources["ChargeItem"][1:] }, visit.StateUnknown,
			"the record does not hold the whole filing: look again in a minute", "ChargeItem", "the record does not hold it"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newWireServer(t)
			c, _ := s.client()
			chart := wireChart(c)
			if _, err := chart.File(t.Context(), wireFiling()); err != nil {
				t.Fatal(err)
			}
			if tt.change != nil {
				s.mu.Lock()
				tt.change(s)
				s.mu.Unlock()
			}
			receipt, err := chart.ReadBack(t.Context(), wireFiling())
			if err != nil {
				t.Fatal(err)
			}
			if receipt.State != tt.state || receipt.Reason != tt.reason {
				t.Errorf("got %s: %q, want %s: %q", receipt.State, receipt.Reason, tt.state, tt.reason)
			}
			var differing []visit.FiledItem
			for _, item := range receipt.Items {
				if item.Verified != (item.Differs == "") {
					t.Errorf("verified and differing at once: %+v", item)
				}
				if item.Differs != "" {
					differing = append(differing, item)
				}
			}
			if tt.differs == "" && len(differing) != 0 || tt.differs != "" && (len(differing) != 1 || differing[0].Differs != tt.differs || differing[0].Kind != tt.kind) {
				t.Errorf("differing %+v, want %s %q", differing, tt.kind, tt.differs)
			}
			for _, r := range s.seen()[1:] {
				if r.header.Get("Cache-Control") != "no-cache" && !strings.Contains(r.path, "/Binary/") {
					t.Errorf("%s was read back without no-cache", r.path)
				}
			}
			if n := len(s.seen()) - s.asked("GET", "/Binary"); n != 4 {
				t.Errorf("%d requests, want one to file and three to read back", n)
			}
		})
	}
}

// A server without transactions is given one resource after the other.
func TestOneByOne(t *testing.T) {
	all := func(conditional bool) *Capability {
		kind := KindCapability{Create: true, Search: true, ConditionalCreate: conditional, Parameters: []string{"identifier"}}
		return &Capability{Kinds: map[string]KindCapability{"ChargeItem": kind, "DocumentReference": kind, "Provenance": kind}}
	}
	file := func(t *testing.T, s *wireServer, capability *Capability) visit.Receipt {
		t.Helper()
		c, _ := s.client()
		f, err := c.newFiler(capability, wireFiling(), false)
		if err != nil {
			t.Fatal(err)
		}
		return f.file(t.Context())
	}
	for _, conditional := range []bool{true, false} {
		t.Run(fmt.Sprint("conditional ", conditional), func(t *testing.T) {
			s := newWireServer(t)
			first := file(t, s, all(conditional))
			second := file(t, s, all(conditional))
			if first.State != visit.StateFiled || second.State != visit.StateAlready {
				t.Errorf("got %s: %s, then %s: %s", first.State, first.Reason, second.State, second.Reason)
			}
			for kind, want := range map[string]int{"ChargeItem": 2, "DocumentReference": 1, "Provenance": 1} {
				if got := len(s.held(kind)); got != want {
					t.Errorf("%d %s, want %d", got, kind, want)
				}
			}
			for _, raw := range append(s.held("ChargeItem"), s.held("Provenance")...) {
				if strings.Contains(raw, "urn:uuid") {
					t.Errorf("a reference was left open: %s", raw)
				}
			}
		})
	}
	t.Run("stopped half-way", func(t *testing.T) {
		s := newWireServer(t)
		s.before = func(w http.ResponseWriter, r *http.Request, _ []byte) bool {
			if r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/ChargeItem") {
				wireRefuse(w, 403, "forbidden", "")
				return true
			}
			return false
		}
		got := file(t, s, all(true))
		want := "create ChargeItem refused (403, forbidden): ask for scope user/ChargeItem.c; what was filed before the ChargeItem stands"
		if got.State != visit.StateRefused || got.Reason != want || len(got.Items) != 1 {
			t.Errorf("got %s: %s, %+v", got.State, got.Reason, got.Items)
		}
	})
	t.Run("takes no charges", func(t *testing.T) {
		s := newWireServer(t)
		capability := all(true)
		delete(capability.Kinds, "ChargeItem")
		got := file(t, s, capability)
		if got.State != visit.StateRefused || got.Reason != "this EHR takes no charges (ChargeItem): enter it by hand; nothing was written" || len(s.seen()) != 0 {
			t.Errorf("got %s: %s after %d requests", got.State, got.Reason, len(s.seen()))
		}
	})
	t.Run("takes no documents", func(t *testing.T) {
		s := newWireServer(t)
		capability := all(true)
		delete(capability.Kinds, "DocumentReference")
		got := file(t, s, capability)
		if got.State != visit.StateFiled || got.Reason != "no gap note is filed: this EHR takes no documents (DocumentReference)" || len(s.held("ChargeItem")) != 2 {
			t.Errorf("got %s: %s", got.State, got.Reason)
		}
	})
}

func BenchmarkTransaction(b *testing.B) {
	c := NewClient("https://ehr.example/fhir/r4/T1", nil)
	filing := wireFiling()
	b.ReportAllocs()
	for b.Loop() {
		drafts, err := c.drafts(filing)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := transactionBundle(drafts); err != nil {
			b.Fatal(err)
		}
	}
}
