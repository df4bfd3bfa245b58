package fhir

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/chargenote/chargenote/internal/visit"
)

// A voidServer keeps one resource with its versions, and the Provenance that is sent.
type voidServer struct {
	*httptest.Server
	versionless bool   // neither ETag nor meta.versionId
	conflict    int    // status of a stale If-Match
	beforeWrite func() // a race: someone else is quicker
	refuse      int    // status of every write; 0: they are taken
	lose        bool   // the write is done and the answer lost
	forget      bool   // the write is answered and not done

	mu         sync.Mutex
	raw        string // without meta
	version    int
	writes     []*http.Request
	bodies     []string
	provenance []string
}

// voidCharge is one of ours, with what no generated model knows, in a layout of its own.
const voidCharge = `{"resourceType":"ChargeItem", "id":"c1",
 "extension":[{"url":"https://vendor.example/lane","valueString":"7"}], "_status":{"id":"s"},
 "identifier":[{"system":"https://chargenote.dev/fhir/identifier/charge","value":"5b1e7a0c-7e1a-5b8e-9d55-0a4a35b0c111"}],
 "contained":[{"resourceType":"Basic","id":"b","status":"x"}],
 "status" : "planned", "code":{"coding":[{"system":"http://www.ama-assn.org/go/cpt","code":"90834"}]},
 "subject":{"reference":"Patient/p1"},"context":{"reference":"Encounter/e1"},"quantity":{"value":1.0},"zNew":{"status":"kept"}}`

const voidNote = `{"resourceType":"DocumentReference","id":"c1","status":"current","docStatus":"preliminary",
 "identifier":[{"system":"https://chargenote.dev/fhir/identifier/gap-note","value":"5b1e7a0c-7e1a-5b8e-9d55-0a4a35b0c222"}],
 "subject":{"reference":"Patient/p1"},"context":{"encounter":[{"reference":"Encounter/e1"}]},"content":[{"attachment":{"data":"eA=="}}]}`

func newVoidServer(t *testing.T, raw string) *voidServer {
	t.Helper()
	s := &voidServer{raw: raw, version: 1, conflict: 412}
	s.Server = httptest.NewServer(s)
	t.Cleanup(s.Close)
	return s
}

func (s *voidServer) held() string {
	meta := fmt.Sprintf(`"meta":{"versionId":"%d","lastUpdated":"2025-03-10T15:00:0%dZ"},`, s.version, s.version)
	if s.versionless {
		meta = fmt.Sprintf(`"meta":{"lastUpdated":"2025-03-10T15:00:0%dZ"},`, s.version)
	}
	return strings.Replace(s.raw, "{", "{"+meta, 1)
}

func (s *voidServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	s.mu.Lock()
	defer s.mu.Unlock()
	w.Header().Set("Content-Type", "application/fhir+json")
	switch r.Method {
	case http.MethodGet:
		if !s.versionless {
			w.Header().Set("ETag", fmt.Sprintf(`W/"%d"`, s.version))
		}
		fmt.Fprint(w, s.held())
	case http.MethodPost:
		s.provenance = append(s.provenance, string(body))
		w.Header().Set("Location", "Provenance/v1/_history/1")
		w.WriteHeader(http.StatusCreated)
	default:
		s.write(w, r, string(body))
	}
}

func (s *voidServer) write(w http.ResponseWriter, r *http.Request, body string) {
	s.writes, s.bodies = append(s.writes, r), append(s.bodies, body)
	if s.beforeWrite != nil {
		s.beforeWrite()
	}
	if match := r.Header.Get("If-Match"); match != "" && match != fmt.Sprintf(`W/"%d"`, s.version) {
		wireRefuse(w, s.conflict, "conflict", "of Avery Testwell")
		return
	}
	if s.refuse != 0 {
		wireRefuse(w, s.refuse, "forbidden", "Avery Testwell")
		return
	}
	if !s.forget {
		s.version++
		if r.Method == http.MethodPatch {
			s.raw = strings.Replace(s.raw, `"planned"`, `"entered-in-error"`, 1)
		} else {
			s.raw = metaMember.ReplaceAllString(body, "")
		}
	}
	if s.lose {
		panic(http.ErrAbortHandler)
	}
}

var metaMember = regexp.MustCompile(`"meta":\{[^}]*\},`)

// someoneElse changes the resource as another client would.
func (s *voidServer) someoneElse(from, to string) {
	s.raw = strings.Replace(s.raw, from, to, 1)
	s.version++
}

func (s *voidServer) chart(capability *Capability) *Chart {
	clock := newWireClock()
	client := NewClient(s.URL+"/fhir", wireHTTP(), WithClock(clock.now, clock.sleep))
	chart := &Chart{ChartOptions{Client: client, Patient: "p1", Encounter: "e1", User: "Practitioner/d1"}}
	if capability != nil {
		chart.options.Capabilities = NewCapabilityCache()
		chart.options.Capabilities.servers[client.base.String()] = &cachedCapability{capability: capability, again: clock.now().Add(time.Hour)}
	}
	return chart
}

func voiding(seen string) visit.Voiding {
	return visit.Voiding{Reference: "ChargeItem/c1", Patient: "p1", Encounter: "Encounter/e1", By: "Practitioner/d1", Reason: "the line is wrong",
		Seen: seen, At: time.Date(2025, 3, 10, 15, 30, 0, 0, time.UTC), Software: "Chargenote test"}
}

func only(kind string, can KindCapability) *Capability {
	return &Capability{Kinds: map[string]KindCapability{kind: can, "Provenance": {Create: true, ConditionalCreate: true}}}
}

func TestOnlyTheStatusIsChanged(t *testing.T) {
	for _, tt := range []struct{ name, raw, reference string }{
		{"a charge", voidCharge, "ChargeItem/c1"},
		{"a gap note", voidNote, "DocumentReference/c1"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newVoidServer(t, tt.raw)
			v := voiding("1")
			v.Reference = tt.reference
			standing, err := s.chart(nil).Standing(t.Context(), v)
			if err != nil || standing.Why != "" || standing.Marked || standing.Seen != "1" {
				t.Fatalf("standing %+v, %v", standing, err)
			}
			before := s.held()
			got, err := s.chart(nil).Void(t.Context(), v)
			if err != nil || got != (visit.Voided{State: visit.StateMarked, Version: "2"}) {
				t.Fatalf("got %+v, %v", got, err)
			}
			old := regexp.MustCompile(`("status" ?: ?)"(planned|current)"`)
			if want := old.ReplaceAllString(before, `$1"entered-in-error"`); s.bodies[0] != want {
				t.Errorf("sent (-want +got):\n%s", cmp.Diff(want, s.bodies[0]))
			}
			r := s.writes[0]
			if r.Method != http.MethodPut || r.URL.Path != "/fhir/"+tt.reference || r.Header.Get("If-Match") != `W/"1"` || r.Header.Get("Content-Type") != "application/fhir+json" {
				t.Errorf("%s %s, If-Match %s, %s", r.Method, r.URL.Path, r.Header.Get("If-Match"), r.Header.Get("Content-Type"))
			}
			again, err := s.chart(nil).Void(t.Context(), v)
			if err != nil || again != (visit.Voided{State: visit.StateMarkedAlready, Version: "2"}) || len(s.writes) != 1 || len(s.provenance) != 1 {
				t.Errorf("again: %+v, %v; %d writes, %d records", again, err, len(s.writes), len(s.provenance))
			}
		})
	}
}

func TestWhoMarkedItIsFiled(t *testing.T) {
	s := newVoidServer(t, voidCharge)
	if _, err := s.chart(nil).Void(t.Context(), voiding("1")); err != nil || len(s.provenance) != 1 {
		t.Fatalf("%d records, %v", len(s.provenance), err)
	}
	var p struct {
		Recorded string
		Target   []struct{ Reference string }
		Activity struct{ Coding []struct{ Code string } }
		Reason   []struct{ Text string }
		Agent    []struct {
			Who struct{ Reference, Display string }
		}
		Entity []struct{ What struct{ Reference string } }
		Meta   struct {
			Tag []struct{ System, Code string }
		}
	}
	if err := json.Unmarshal([]byte(s.provenance[0]), &p); err != nil {
		t.Fatal(err)
	}
	got := []string{p.Recorded, p.Target[0].Reference, p.Activity.Coding[0].Code, p.Reason[0].Text, p.Agent[0].Who.Reference, p.Agent[1].Who.Display, p.Entity[0].What.Reference, p.Meta.Tag[0].System}
	want := []string{"2025-03-10T15:30:00Z", "ChargeItem/c1", "NULLIFY", "the line is wrong", "Practitioner/d1", "Chargenote test", "ChargeItem/c1/_history/1", ProvenanceSystem}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if own := ProvenanceKey("5b1e7a0c-7e1a-5b8e-9d55-0a4a35b0c111"); p.Meta.Tag[0].Code == own {
		t.Error("the record of the mark has the key of the record of the filing")
	}
}

// TestVoid is every way in which marking a charge may end.
func TestVoid(t *testing.T) {
	billed := func(s *voidServer) { s.someoneElse(`"planned"`, `"billed"`) }
	for _, tt := range []struct {
		name    string
		change  func(s *voidServer)
		raw     func(raw string) string
		can     *Capability
		seen    string
		want    visit.Voided
		err     string
		status  string // of the charge afterwards
		writes  int
		records int
	}{
		{name: "billing has it", change: billed, seen: "2", status: "billed",
			want: visit.Voided{State: visit.StateRefused, Reason: "it is no longer planned but billed, so billing has it: ask them to take it back"}},
		{name: "billing has it already for good", change: func(s *voidServer) { s.someoneElse(`"planned"`, `"aborted"`) }, seen: "2", status: "aborted",
			want: visit.Voided{State: visit.StateRefused, Reason: "it is no longer planned but aborted, so billing has it: ask them to take it back"}},
		{name: "billing takes it meanwhile", change: func(s *voidServer) { s.beforeWrite = func() { s.beforeWrite = nil; billed(s) } }, status: "billed", writes: 1,
			want: visit.Voided{State: visit.StateRefused, Reason: "it is no longer planned but billed, so billing has it: ask them to take it back"}},
		{name: "someone else marks it meanwhile", change: func(s *voidServer) {
			s.beforeWrite = func() { s.beforeWrite = nil; s.someoneElse(`"planned"`, `"entered-in-error"`) }
		}, status: "entered-in-error", writes: 1, want: visit.Voided{State: visit.StateMarkedAlready, Version: "2"}},
		{name: "its version moves on, and nothing in it", change: func(s *voidServer) {
			s.conflict = 409
			s.beforeWrite = func() { s.beforeWrite = nil; s.version++ }
		}, status: "entered-in-error", writes: 2, records: 1, want: visit.Voided{State: visit.StateMarked, Version: "3"}},
		{name: "its version never rests", change: func(s *voidServer) { s.beforeWrite = func() { s.version++ } }, status: "planned", writes: 3,
			want: visit.Voided{State: visit.StateRefused, Reason: "someone else keeps changing it, and nothing was written: look again in a minute"}},
		{name: "its units change meanwhile", change: func(s *voidServer) {
			s.beforeWrite = func() { s.beforeWrite = nil; s.someoneElse(`"value":1.0`, `"value":2`) }
		}, status: "planned", writes: 1,
			want: visit.Voided{State: visit.StateRefused, Reason: "it was changed since you looked, and nothing was written: look again"}},
		{name: "it changed since the page", change: func(s *voidServer) { s.someoneElse(`"value":1.0`, `"value":2`) }, status: "planned",
			want: visit.Voided{State: visit.StateRefused, Reason: "it was changed since you looked, and nothing was written: look again"}},
		{name: "no versions, unchanged", change: func(s *voidServer) { s.versionless = true }, seen: "2025-03-10T15:00:01Z", status: "entered-in-error", writes: 1, records: 1,
			want: visit.Voided{State: visit.StateMarked}},
		{name: "no versions, changed", change: func(s *voidServer) { s.versionless = true; s.version = 2 }, seen: "2025-03-10T15:00:01Z", status: "planned",
			want: visit.Voided{State: visit.StateRefused, Reason: "it was changed since you looked, and nothing was written: look again"}},
		{name: "patch alone", can: only("ChargeItem", KindCapability{Patch: true}), status: "entered-in-error", writes: 1, records: 1,
			want: visit.Voided{State: visit.StateMarked, Version: "2"}},
		{name: "no Provenance", can: &Capability{Kinds: map[string]KindCapability{"ChargeItem": {Update: true}}}, status: "entered-in-error", writes: 1,
			want: visit.Voided{State: visit.StateMarked, Version: "2", Reason: "no record of who marked it was filed: this EHR takes none"}},
		{name: "no change at all", can: only("ChargeItem", KindCapability{Read: true}), status: "planned",
			want: visit.Voided{State: visit.StateRefused, Reason: "this record takes no change of a ChargeItem from an app: mark it entered in error in the chart itself, or ask billing to"}},
		{name: "no scope", change: func(s *voidServer) { s.refuse = 403 }, status: "planned", writes: 1,
			want: visit.Voided{State: visit.StateRefused, Reason: "update ChargeItem refused (403, forbidden): ask for scope user/ChargeItem.u"}},
		{name: "the server does not offer it", change: func(s *voidServer) { s.refuse = 405 }, status: "planned", writes: 1,
			want: visit.Voided{State: visit.StateRefused, Reason: "update ChargeItem refused (405, forbidden): this server does not offer update of ChargeItem"}},
		{name: "the server fails", change: func(s *voidServer) { s.refuse = 500 }, status: "planned", writes: 1,
			want: visit.Voided{State: visit.StateUnknown, Version: "1", Reason: "the record's answer was lost, and it does not hold the mark yet: look again in a minute"}},
		{name: "the answer is lost", change: func(s *voidServer) { s.lose = true }, status: "entered-in-error", writes: 1, records: 1,
			want: visit.Voided{State: visit.StateMarked, Version: "2"}},
		{name: "the server says yes and does nothing", change: func(s *voidServer) { s.forget = true }, status: "planned", writes: 1,
			want: visit.Voided{State: visit.StateUnknown, Version: "1", Reason: "the record said yes and still holds it as planned: check the chart"}},
		{name: "the server loses something", change: func(s *voidServer) {
			s.beforeWrite = func() {
				s.beforeWrite = nil
				s.raw = strings.Replace(s.raw, `"quantity":{"value":1.0},`, "", 1)
			}
		}, can: only("ChargeItem", KindCapability{Patch: true}), status: "entered-in-error", writes: 1, records: 1,
			want: visit.Voided{State: visit.StateMarked, Version: "2", Differs: "the record holds another quantity than before"}},
		{name: "another patient's", raw: func(raw string) string { return strings.Replace(raw, "Patient/p1", "Patient/p2", 1) }, err: visit.ErrNotOurs.Error(), status: "planned"},
		{name: "another visit's", raw: func(raw string) string { return strings.Replace(raw, "Encounter/e1", "Encounter/e2", 1) }, err: visit.ErrNotOurs.Error(), status: "planned"},
		{name: "not ours", raw: func(raw string) string { return strings.Replace(raw, "identifier/charge", "identifier/other", 1) }, err: visit.ErrNotOurs.Error(), status: "planned"},
		{name: "ours by name alone", raw: func(raw string) string {
			return strings.Replace(raw, "5b1e7a0c-7e1a-5b8e-9d55-0a4a35b0c111", "k1", 1)
		}, err: visit.ErrNotOurs.Error(), status: "planned"},
		{name: "two statuses", raw: func(raw string) string {
			return strings.Replace(raw, `"status" : "planned"`, `"status":"billed","status":"planned"`, 1)
		}, err: "has a key twice", status: "planned"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			raw := voidCharge
			if tt.raw != nil {
				raw = tt.raw(raw)
			}
			s := newVoidServer(t, raw)
			if tt.change != nil {
				tt.change(s)
			}
			if tt.seen == "" {
				tt.seen = "1"
			}
			got, err := s.chart(tt.can).Void(t.Context(), voiding(tt.seen))
			if (err != nil) != (tt.err != "") || err != nil && !strings.Contains(err.Error(), tt.err) {
				t.Errorf("error %v, want %q", err, tt.err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			var held struct{ Status string }
			if err := json.Unmarshal([]byte(s.raw), &held); err != nil || held.Status != tt.status {
				t.Errorf("the charge is %q, want %q; %v", held.Status, tt.status, err)
			}
			if len(s.writes) != tt.writes || len(s.provenance) != tt.records {
				t.Errorf("%d writes and %d records of who, want %d and %d", len(s.writes), len(s.provenance), tt.writes, tt.records)
			}
			if tt.can != nil && tt.can.Patches("ChargeItem") && tt.writes > 0 {
				if r := s.writes[0]; r.Method != http.MethodPatch || r.Header.Get("Content-Type") != "application/json-patch+json" || r.Header.Get("If-Match") == "" || !strings.Contains(s.bodies[0], `"op":"test"`) {
					t.Errorf("%s %s %s", r.Method, r.Header.Get("Content-Type"), s.bodies[0])
				}
			}
		})
	}
}

// Two presses at once mark once, and leave one record of who.
func TestTwoPressesMarkOnce(t *testing.T) {
	s := newVoidServer(t, voidCharge)
	var both sync.WaitGroup
	states := make([]string, 2)
	for i := range states {
		both.Go(func() {
			got, err := s.chart(nil).Void(t.Context(), voiding("1"))
			if err != nil {
				t.Error(err)
			}
			states[i] = got.State
		})
	}
	both.Wait()
	if (states[0] == visit.StateMarked) == (states[1] == visit.StateMarked) || s.version != 2 || len(s.provenance) != 1 {
		t.Errorf("states %v, version %d, %d records of who", states, s.version, len(s.provenance))
	}
}

func TestWhatMayNotBeMarked(t *testing.T) {
	s := newVoidServer(t, voidCharge)
	for _, tt := range []struct {
		name   string
		change func(v *visit.Voiding)
	}{
		{"another kind", func(v *visit.Voiding) { v.Reference = "Procedure/c1" }},
		{"a path", func(v *visit.Voiding) { v.Reference = "ChargeItem/../Patient" }},
		{"another chart's patient", func(v *visit.Voiding) { v.Patient = "p2" }},
		{"nobody", func(v *visit.Voiding) { v.By = "" }},
		{"at no time", func(v *visit.Voiding) { v.At = time.Time{} }},
	} {
		v := voiding("1")
		tt.change(&v)
		if got, err := s.chart(nil).Void(t.Context(), v); err == nil {
			t.Errorf("%s: got %+v, want an error", tt.name, got)
		}
	}
	if len(s.writes) > 0 {
		t.Errorf("%d writes", len(s.writes))
	}
}
