package fhir

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/chargenote/chargenote/coding/screening"
	"github.com/chargenote/chargenote/internal/visit"
)

// Years of schooling, on which bands may depend, come with the screenings: they are no request more.
func TestSchoolingComesWithTheScreenings(t *testing.T) {
	codes := (&planner{patient: "p1"}).screenings()["code"]
	if len(codes) != 1 || !strings.Contains(codes[0], "44261-6") || !strings.HasSuffix(codes[0], ",82590-1") {
		t.Errorf("got %q, want the codes of instruments and of schooling", codes)
	}
}

// A site's own codes come with the screenings, each once and with what would part them escaped. A
// text is no code.
func TestCodesOfTheSiteComeWithTheScreenings(t *testing.T) {
	phq := screening.Meaning{}
	own := siteCodes(map[string]screening.Meaning{"urn:oid:1.2|9": phq, "urn:oid:1.2|10,a": phq, "|7": phq, "PHQ-9 TOTAL": phq, "a text | of its own": phq})
	if diff := cmp.Diff([]string{"urn:oid:1.2|10\\,a", "urn:oid:1.2|9", "|7"}, own); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	codes := (&planner{patient: "p1", codes: own}).screenings()["code"]
	if len(codes) != 1 || !strings.HasSuffix(codes[0], ",82590-1,urn:oid:1.2|10\\,a,urn:oid:1.2|9,|7") {
		t.Errorf("got %q, want the codes of the site behind the others", codes)
	}
}

// Every request of the first round is held until all of them are there: were one to wait for
// another, none would ever be answered.
func TestLoadIsOneRound(t *testing.T) {
	const wanted = 12
	s := newWireServer(t, wireVisit()...)
	all := make(chan struct{})
	var mu sync.Mutex
	waiting := 0
	s.before = func(w http.ResponseWriter, r *http.Request, _ []byte) bool {
		mu.Lock()
		if waiting++; waiting == wanted {
			close(all)
		}
		mu.Unlock()
		select {
		case <-all:
		case <-r.Context().Done():
		}
		return false
	}
	c, _ := s.client()
	record, err := c.Load(t.Context(), wireOptions)
	if err != nil {
		t.Fatal(err)
	}
	if got := len(s.seen()); got != wanted {
		t.Errorf("%d requests, want %d", got, wanted)
	}
	for _, reference := range []string{"Encounter/e1", "Patient/p1", "Practitioner/d1", "Procedure/pr1"} {
		if _, found := record.Find(reference); !found {
			t.Errorf("%s was not loaded", reference)
		}
	}
	if len(record.unread) != 0 {
		t.Errorf("unread: %v", record.unread)
	}
}

func TestLoadAsksForWhatTheServerOffers(t *testing.T) {
	capability := &Capability{Kinds: map[string]KindCapability{
		"Encounter":         {Read: true, Search: true, Parameters: []string{"patient"}},
		"Patient":           {Read: true},
		"Practitioner":      {Read: true},
		"Procedure":         {Search: true, Parameters: []string{"patient", "date"}},
		"Observation":       {Search: true, Parameters: []string{"patient", "code"}},
		"Condition":         {Search: true, Parameters: []string{"patient", "encounter"}},
		"DocumentReference": {Search: true, Parameters: []string{"patient", "encounter"}},
	}}
	s := newWireServer(t, wireVisit()...)
	c, _ := s.client()
	options := wireOptions
	options.Capability = capability
	record, err := c.Load(t.Context(), options)
	if err != nil {
		t.Fatal(err)
	}
	var asked []string
	for _, r := range s.seen() {
		r.query.Del("code")
		r.query.Del("_count")
		asked = append(asked, strings.TrimPrefix(r.path, "/fhir/T1/")+" "+r.query.Encode())
	}
	slices.Sort(asked)
	want := []string{
		"Condition patient=p1",
		"DocumentReference encounter=Encounter%2Fe1&patient=p1",
		"Encounter/e1 ",
		"Observation patient=p1",
		"Patient/p1 ",
		"Practitioner/d1 ",
		"Procedure patient=p1",
	}
	if diff := cmp.Diff(want, asked); diff != "" {
		t.Errorf("asked (-want +got):\n%s", diff)
	}
	wantUnread := []visit.Unread{
		{Kind: "PractitionerRole", Reason: "this server does not offer it"},
		{Kind: "QuestionnaireResponse", Reason: "this server does not offer it"},
		{Kind: "Coverage", Reason: "this server does not offer it"},
		{Kind: "ChargeItem", Reason: "this server does not offer it"},
	}
	if diff := cmp.Diff(wantUnread, record.unread); diff != "" {
		t.Errorf("unread (-want +got):\n%s", diff)
	}
}

// A server whose CapabilityStatement is not known yet may refuse a parameter: the wider search follows.
func TestLoadFallsBackToTheWiderSearch(t *testing.T) {
	s := newWireServer(t, wireVisit()...)
	s.before = func(w http.ResponseWriter, r *http.Request, _ []byte) bool {
		if strings.HasSuffix(r.URL.Path, "/Procedure") && r.URL.Query().Has("encounter") {
			wireRefuse(w, 400, "invalid", "unknown parameter encounter of Avery Testwell")
			return true
		}
		return false
	}
	c, _ := s.client()
	record, err := c.Load(t.Context(), wireOptions)
	if err != nil {
		t.Fatal(err)
	}
	if _, found := record.Find("Procedure/pr1"); !found || len(record.unread) != 0 {
		t.Errorf("found %v, unread %v", found, record.unread)
	}
}

func TestLoadLabelsWhatCouldNotBeRead(t *testing.T) {
	for _, tt := range []struct {
		name   string
		answer func(w http.ResponseWriter)
		want   string
	}{
		{"forbidden", func(w http.ResponseWriter) { wireRefuse(w, 403, "forbidden", "") }, "refused (403): ask for scope user/Observation.rs"},
		{"not offered", func(w http.ResponseWriter) { wireRefuse(w, 404, "not-supported", "") }, "refused (404): this server does not offer search of Observation"},
		{"a page of HTML", func(w http.ResponseWriter) {
			w.Header().Set("Content-Type", "text/html")
			fmt.Fprint(w, "<html>Avery Testwell")
		}, "the answer is not FHIR JSON: check the FHIR base of the issuer"},
		{"no Bundle", func(w http.ResponseWriter) { fmt.Fprint(w, wirePatient) }, "the answer is not FHIR JSON: check the FHIR base of the issuer"},
		{"empty", func(w http.ResponseWriter) {}, "the answer is not FHIR JSON: check the FHIR base of the issuer"},
		{"an outcome with status 200", func(w http.ResponseWriter) { wireRefuse(w, 200, "processing", "") }, "refused (200): the server does not take this search (processing): ask its analyst which search parameters it offers"},
		{"too large", func(w http.ResponseWriter) {
			_, _ = w.Write(bytes.Repeat([]byte(" "), 9<<20))
		}, "the answer is larger than is taken: ask for fewer resources"},
		{"too many values", func(w http.ResponseWriter) {
			fmt.Fprint(w, `{"resourceType":"Bundle","entry":[`+strings.Repeat("{},", 200_000)+`{}]}`)
		}, "the answer is larger than is taken: ask for fewer resources"},
		{"a gzip bomb", func(w http.ResponseWriter) {
			w.Header().Set("Content-Encoding", "gzip")
			zip := gzip.NewWriter(w)
			_, _ = zip.Write(bytes.Repeat([]byte(" "), 4<<20))
			_ = zip.Close()
		}, "the answer unpacks to far more than was sent and is refused"},
		{"an encoding not asked for", func(w http.ResponseWriter) {
			w.Header().Set("Content-Encoding", "br")
			fmt.Fprint(w, "x")
		}, "the answer comes in an encoding that was not asked for"},
		{"broken off", func(w http.ResponseWriter) {
			w.Header().Set("Content-Length", "1000")
			fmt.Fprint(w, `{"resourceType":"Bundle"`)
		}, "the connection to the record server broke: try again"},
		{"elsewhere", func(w http.ResponseWriter) {
			w.Header().Set("Location", "https://elsewhere.example/fhir")
			w.WriteHeader(307)
		}, "refused (307): the server sends elsewhere, which is not followed: put its final address into the issuer's configuration"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newWireServer(t, wireVisit()...)
			s.before = func(w http.ResponseWriter, r *http.Request, _ []byte) bool {
				if !strings.HasSuffix(r.URL.Path, "/Observation") {
					return false
				}
				tt.answer(w)
				return true
			}
			c, _ := s.client()
			record, err := c.Load(t.Context(), wireOptions)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([]visit.Unread{{Kind: "Observation", Reason: tt.want}}, record.unread); diff != "" {
				t.Errorf("unread (-want +got):\n%s", diff)
			}
			if _, found := record.Find("Procedure/pr1"); !found {
				t.Error("the rest was not read")
			}
		})
	}
}

func TestGzipIsRead(t *testing.T) {
	s := newWireServer(t, wireVisit()...)
	s.before = func(w http.ResponseWriter, r *http.Request, _ []byte) bool {
		if !strings.HasSuffix(r.URL.Path, "/Patient/p1") || !strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
			return false
		}
		w.Header().Set("Content-Encoding", "gzip")
		zip := gzip.NewWriter(w)
		fmt.Fprint(zip, wirePatient)
		_ = zip.Close()
		return true
	}
	c, _ := s.client()
	record, err := c.Load(t.Context(), wireOptions)
	if err != nil {
		t.Fatal(err)
	}
	if raw, found := record.Find("Patient/p1"); !found || !strings.Contains(string(raw), "Testwell") {
		t.Errorf("Patient/p1 found %v: %s", found, raw)
	}
}

func TestLoadNeedsEncounterAndPatient(t *testing.T) {
	for _, tt := range []struct {
		name, path string
		status     int
		want       string
	}{
		{"patient forbidden", "/Patient/p1", 403, "load the visit: read Patient refused (403, forbidden): ask for scope user/Patient.r"},
		{"encounter forbidden", "/Encounter", 403, "load the visit: search Encounter refused (403, forbidden): ask for scope user/Encounter.rs"},
		{"session over", "/Encounter", 401, "load the visit: search Encounter refused (401, forbidden): the session with the EHR has ended: open the app again from the chart"},
		{"encounter not there", "", 0, "load the visit: search Encounter refused (404): the encounter is not in this record: open the app again from the chart"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newWireServer(t, wireVisit()...)
			options := wireOptions
			if tt.path == "" {
				options.Encounter = "e9"
			}
			s.before = func(w http.ResponseWriter, r *http.Request, _ []byte) bool {
				if tt.path == "" || !strings.HasSuffix(r.URL.Path, tt.path) {
					return false
				}
				wireRefuse(w, tt.status, "forbidden", "not for Avery Testwell")
				return true
			}
			c, _ := s.client()
			_, err := c.Load(t.Context(), options)
			if err == nil || err.Error() != tt.want {
				t.Errorf("got %v\nwant %s", err, tt.want)
			}
			var refusal *OutcomeError
			if !errors.As(err, &refusal) {
				t.Errorf("%v is no *OutcomeError", err)
			}
		})
	}
}

func TestLoadRefusesReferencesOfOtherServers(t *testing.T) {
	s := newWireServer(t, wireVisit()...)
	c, _ := s.client()
	for _, options := range []LoadOptions{
		{Patient: "https://elsewhere.example/fhir/Patient/p1", Encounter: "e1"},
		{Patient: "p1", Encounter: "../Encounter/e1"},
		{Patient: "p1", Encounter: "e1?_include=*"},
		{Patient: "Encounter/e1", Encounter: "e1"},
		{Patient: "p1", Encounter: ""},
	} {
		if _, err := c.Load(t.Context(), options); err == nil {
			t.Errorf("%+v was taken", options)
		}
	}
	if n := len(s.seen()); n != 0 {
		t.Errorf("%d requests were sent", n)
	}
	if _, err := c.Load(t.Context(), LoadOptions{Patient: s.base() + "/Patient/p1", Encounter: s.base() + "/Encounter/e1/_history/3"}); err != nil {
		t.Errorf("absolute under the base: %v", err)
	}
}

func wireObservations(n int) []string {
	list := make([]string, n)
	for i := range list {
		list[i] = fmt.Sprintf(`{"resourceType":"Observation","id":"o%d","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"44261-6"}]},"subject":{"reference":"Patient/p1"}}`, i)
	}
	return list
}

func TestPagesAreFollowed(t *testing.T) {
	s := newWireServer(t, wireVisit(wireObservations(25)...)...)
	s.perPage = 10
	c, _ := s.client()
	record, err := c.Load(t.Context(), wireOptions)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 25 {
		if _, found := record.Find(fmt.Sprint("Observation/o", i)); !found {
			t.Errorf("Observation/o%d was not read", i)
		}
	}
	if len(record.unread) != 0 {
		t.Errorf("unread: %v", record.unread)
	}
	if n := s.asked("GET", "/Observation"); n != 6 { // by visit and by instrument, three pages each
		t.Errorf("%d pages were read, want 6", n)
	}
}

func TestPagesEnd(t *testing.T) {
	s := newWireServer(t, wireVisit(wireObservations(60)...)...)
	s.perPage = 1
	c, _ := s.client()
	record, err := c.Load(t.Context(), wireOptions)
	if err != nil {
		t.Fatal(err)
	}
	want := []visit.Unread{{Kind: "Observation", Reason: "the record has more than 50 pages: the rest was not read"}}
	if diff := cmp.Diff(want, record.unread); diff != "" {
		t.Errorf("unread (-want +got):\n%s", diff)
	}
}

// Neither a page, nor a redirect, nor an attachment takes the token to another address.
func TestTheTokenStaysWithTheServer(t *testing.T) {
	var strayed []string
	var mu sync.Mutex
	elsewhere := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		strayed = append(strayed, r.URL.Path+" "+r.Header.Get("Authorization"))
	}))
	defer elsewhere.Close()
	other := strings.TrimPrefix(elsewhere.URL, "http://")
	s := newWireServer(t)
	here := strings.TrimPrefix(s.URL, "http://")
	addresses := []string{
		elsewhere.URL + "/fhir/T1/Observation?page=2",
		"//" + other + "/fhir/T1/Observation",
		"http://" + here + "@" + other + "/fhir/T1/Observation",
		"http://user@" + here + "/fhir/T1/Observation",
		"https://" + here + "/fhir/T1/Observation",
		s.URL + "/fhir/T2/Observation",
		s.URL + "/fhir/T10/Observation",
		s.URL + "/fhir/T1/../T2/Observation",
		s.URL + "/fhir/T1/%2e%2e/T2/Observation",
		s.URL + "/fhir/T1/..%2fT2/Observation",
		s.URL + `/fhir/T1/..\T2/Observation`,
		s.URL + "/fhir",
		"/etc/passwd",
		"../T2/Observation",
		"file:///etc/passwd",
		"javascript:alert(1)",
		"http://[::1/",
	}
	for _, address := range addresses {
		t.Run("page "+address, func(t *testing.T) {
			s := newWireServer(t, wireVisit()...)
			address := strings.ReplaceAll(address, here, strings.TrimPrefix(s.URL, "http://"))
			s.before = func(w http.ResponseWriter, r *http.Request, _ []byte) bool {
				if !strings.HasSuffix(r.URL.Path, "/Coverage") {
					return false
				}
				fmt.Fprint(w, wireBundle(s.base(), address, `{"resourceType":"Coverage","id":"c1","status":"active"}`))
				return true
			}
			c, _ := s.client()
			record, err := c.Load(t.Context(), wireOptions)
			if err != nil {
				t.Fatal(err)
			}
			want := []visit.Unread{{Kind: "Coverage", Reason: "only the first 1 were read: the server's next page is not under its own base: ask its analyst to set the server's public address"}}
			if diff := cmp.Diff(want, record.unread); diff != "" {
				t.Errorf("unread (-want +got):\n%s", diff)
			}
			if n := len(s.seen()); n != 12 {
				t.Errorf("%d requests, want the 12 of the round", n)
			}
		})
		t.Run("attachment "+address, func(t *testing.T) {
			s := newWireServer(t)
			address := strings.ReplaceAll(address, here, strings.TrimPrefix(s.URL, "http://"))
			s.add(t, wireVisit(wireNote(fmt.Sprintf(`"url":%q`, address)))...)
			c, _ := s.client()
			record, err := c.Load(t.Context(), wireOptions)
			if err != nil {
				t.Fatal(err)
			}
			if len(record.unread) != 1 || record.unread[0].Kind != "Binary" {
				t.Errorf("unread: %v", record.unread)
			}
			if n := len(s.seen()); n != 12 {
				t.Errorf("%d requests, want the 12 of the round", n)
			}
		})
	}
	for _, status := range []int{301, 302, 303, 307, 308} {
		t.Run(fmt.Sprint("redirect ", status), func(t *testing.T) {
			s := newWireServer(t, wireVisit()...)
			s.before = func(w http.ResponseWriter, r *http.Request, _ []byte) bool {
				w.Header().Set("Location", elsewhere.URL+r.URL.Path)
				w.WriteHeader(status)
				return true
			}
			c, _ := s.client()
			if _, err := c.Load(t.Context(), wireOptions); err == nil {
				t.Error("a redirected visit was loaded")
			}
			if receipt, err := wireChart(c).File(t.Context(), wireFiling()); err != nil || receipt.State != visit.StateRefused {
				t.Errorf("filing: %q, %v", receipt.State, err)
			}
		})
	}
	mu.Lock()
	defer mu.Unlock()
	if len(strayed) != 0 {
		t.Errorf("the token went elsewhere: %q", strayed)
	}
}

func (s *wireServer) add(t testing.TB, resources ...string) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, raw := range resources {
		kind := wireHead(t, raw).ResourceType
		s.resources[kind] = append(s.resources[kind], raw)
	}
}

func wireNote(attachment string) string {
	return `{"resourceType":"DocumentReference","id":"n1","status":"current","subject":{"reference":"Patient/p1"},` +
		`"content":[{"attachment":{"contentType":"text/plain",` + attachment + `}}],"context":{"encounter":[{"reference":"Encounter/e1"}]}}`
}

func TestAttachmentsByAddressAreASecondRound(t *testing.T) {
	text := base64.StdEncoding.EncodeToString([]byte("Started 14:00, ended 14:47."))
	for _, tt := range []struct {
		name, attachment string
		binary           func(w http.ResponseWriter)
		requests         int
		find             string
		unread           []visit.Unread
	}{
		{"in the document", `"data":"` + text + `"`, nil, 12, "DocumentReference/n1", nil},
		{"as a resource", `"url":"Binary/b1"`, func(w http.ResponseWriter) {
			fmt.Fprintf(w, `{"resourceType":"Binary","id":"b1","contentType":"text/plain","data":%q}`, text)
		}, 13, "Binary/b1", nil},
		{"as the bytes themselves", `"url":"BASE/Binary/b1"`, func(w http.ResponseWriter) {
			w.Header().Set("Content-Type", "text/plain; charset=utf-8")
			fmt.Fprint(w, "Started 14:00, ended 14:47.")
		}, 13, "BASE/Binary/b1", nil},
		{"refused", `"url":"Binary/b1"`, func(w http.ResponseWriter) { wireRefuse(w, 403, "forbidden", "") }, 13, "DocumentReference/n1",
			[]visit.Unread{{Kind: "Binary", Reason: "refused (403): ask for scope user/Binary.r"}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newWireServer(t)
			s.add(t, wireVisit(wireNote(strings.ReplaceAll(tt.attachment, "BASE", s.base())))...)
			s.before = func(w http.ResponseWriter, r *http.Request, _ []byte) bool {
				if !strings.HasSuffix(r.URL.Path, "/Binary/b1") {
					return false
				}
				tt.binary(w)
				return true
			}
			c, _ := s.client()
			record, err := c.Load(t.Context(), wireOptions)
			if err != nil {
				t.Fatal(err)
			}
			if n := len(s.seen()); n != tt.requests {
				t.Errorf("%d requests, want %d", n, tt.requests)
			}
			raw, found := record.Find(strings.ReplaceAll(tt.find, "BASE", s.base()))
			if !found || (strings.Contains(tt.find, "Binary") && !strings.Contains(string(raw), text)) {
				t.Errorf("%s found %v: %s", tt.find, found, raw)
			}
			if diff := cmp.Diff(tt.unread, record.unread); diff != "" {
				t.Errorf("unread (-want +got):\n%s", diff)
			}
		})
	}
}

// A server that brings no participant along is asked for it in the second round, once.
func TestParticipantsThatDidNotComeAlong(t *testing.T) {
	twice := strings.Replace(wireEncounter, `"participant":[`, `"participant":[{"individual":{"reference":"Practitioner/d1"}},{"individual":{"reference":"PractitionerRole/r1"}},`, 1)
	s := newWireServer(t, wirePatient, twice, wirePractitioner)
	c, _ := s.client()
	record, err := c.Load(t.Context(), LoadOptions{Patient: "p1", Encounter: "e1", Capability: &Capability{Kinds: map[string]KindCapability{
		"Encounter": {Search: true, Parameters: []string{"_id"}},
	}}})
	if err != nil {
		t.Fatal(err)
	}
	if _, found := record.Find("Practitioner/d1"); !found {
		t.Error("the participant was not read")
	}
	if n := s.asked("GET", "/Practitioner/d1"); n != 1 {
		t.Errorf("asked for the participant %d times, want once", n)
	}
}

func TestAVisitHasABudgetOfBytes(t *testing.T) {
	s := newWireServer(t, wireObservations(100)...)
	s.perPage = 10
	c, _ := s.client(withLimits(func(l *ClientLimits) { l.TotalBytes = 10_000 }))
	c.spent = new(atomic.Int64)
	entries, err := c.search(t.Context(), "Observation", nil, nil)
	want := fmt.Sprintf("only the first %d were read: the record is larger than is taken for one visit: the rest was not read", len(entries))
	if err == nil || err.Error() != want || len(entries) == 0 || len(entries) == 100 {
		t.Errorf("%d read: %v", len(entries), err)
	}
}

func TestGETIsTriedAgain(t *testing.T) {
	for _, tt := range []struct {
		name   string
		status int
		header func(clock *wireClock) string
		times  int // how often it fails
		waits  []time.Duration
		want   string // of the error; empty: it is read
	}{
		{"seconds", 429, func(*wireClock) string { return "2" }, 1, []time.Duration{2 * time.Second}, ""},
		{"a date", 503, func(c *wireClock) string {
			return c.now().UTC().Truncate(time.Second).Add(4 * time.Second).Format(http.TimeFormat)
		}, 1, []time.Duration{-1}, ""},
		{"no header", 502, func(*wireClock) string { return "" }, 2, []time.Duration{-1, -1}, ""},
		{"nonsense", 504, func(*wireClock) string { return "soon" }, 1, []time.Duration{-1}, ""},
		{"three times", 503, func(*wireClock) string { return "" }, 3, []time.Duration{-1, -1}, "capabilities refused (503, transient): the server is busy: try again in a minute"},
		{"longer than the time there is", 503, func(*wireClock) string { return "3600" }, 3, nil, "capabilities refused (503, transient): the server is busy: try again in 3600 s"},
		{"not worth another try", 500, func(*wireClock) string { return "1" }, 3, nil, "capabilities refused (500, transient): the server failed: try again, and tell its analyst if it lasts"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newWireServer(t)
			c, clock := s.client()
			failed := 0
			s.before = func(w http.ResponseWriter, r *http.Request, _ []byte) bool {
				if failed < tt.times {
					failed++
					if value := tt.header(clock); value != "" {
						w.Header().Set("Retry-After", value)
					}
					wireRefuse(w, tt.status, "transient", "")
					return true
				}
				fmt.Fprint(w, `{"resourceType":"CapabilityStatement"}`)
				return true
			}
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
			defer cancel()
			_, err := c.Capability(ctx)
			if (err == nil) != (tt.want == "") || (err != nil && err.Error() != tt.want) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
			if len(clock.waits) != len(tt.waits) {
				t.Fatalf("waits %v, want %v", clock.waits, tt.waits)
			}
			for i, wait := range clock.waits {
				if tt.waits[i] >= 0 && wait != tt.waits[i] || wait <= 0 || wait > 5*time.Second {
					t.Errorf("wait %d is %v, want %v", i, wait, tt.waits[i])
				}
			}
		})
	}
}

func TestALongRetryAfterIsCapped(t *testing.T) {
	s := newWireServer(t)
	c, clock := s.client()
	s.before = func(w http.ResponseWriter, r *http.Request, _ []byte) bool {
		w.Header().Set("Retry-After", "3600")
		wireRefuse(w, 503, "transient", "")
		return true
	}
	_, _ = c.Capability(context.Background()) // without a deadline only the cap holds
	if diff := cmp.Diff([]time.Duration{2 * time.Minute, 2 * time.Minute}, clock.waits); diff != "" {
		t.Errorf("waits (-want +got):\n%s", diff)
	}
}

func TestErrorsNameNoPatient(t *testing.T) {
	s := newWireServer(t)
	s.Close()
	c, _ := s.client()
	_, err := c.Load(t.Context(), wireOptions)
	// Encounter or Patient, whichever failed first
	want := regexp.MustCompile(`^load the visit: (search Encounter|read Patient): the record server cannot be reached: check network and issuer, then try again$`)
	if err == nil || !want.MatchString(err.Error()) {
		t.Errorf("got %v\nwant %s", err, want)
	}
	bad := NewClient("ftp://ehr.example/fhir", nil)
	if _, err := bad.Load(t.Context(), wireOptions); err == nil {
		t.Error("a base that is no web address was taken")
	}
}

// After Load has returned, nothing of it runs on, not even where it stopped early.
func TestLoadLeavesNothingRunning(t *testing.T) {
	s := newWireServer(t, wireVisit()...)
	s.before = func(w http.ResponseWriter, r *http.Request, _ []byte) bool {
		if strings.HasSuffix(r.URL.Path, "/Patient/p1") {
			wireRefuse(w, 403, "forbidden", "")
			return true
		}
		<-r.Context().Done() // the others answer only when they are called off
		return true
	}
	c, _ := s.client()
	if _, err := c.Load(t.Context(), wireOptions); err == nil || !strings.Contains(err.Error(), "read Patient refused (403") {
		t.Errorf("got %v", err)
	}
	stacks := make([]byte, 1<<20)
	stacks = stacks[:runtime.Stack(stacks, true)]
	if strings.Contains(string(stacks), "fhir.(*loading)") {
		t.Errorf("a goroutine of the load runs on:\n%s", stacks)
	}
}

func TestLoadKeepsItsBudget(t *testing.T) {
	s := newWireServer(t, wireVisit()...)
	s.before = func(w http.ResponseWriter, r *http.Request, _ []byte) bool {
		if strings.HasSuffix(r.URL.Path, "/Condition") {
			<-r.Context().Done()
			return true
		}
		return false
	}
	c, _ := s.client(withLimits(func(l *ClientLimits) { l.Budget = 200 * time.Millisecond }))
	record, err := c.Load(t.Context(), wireOptions)
	if err != nil {
		t.Fatal(err)
	}
	want := []visit.Unread{{Kind: "Condition", Reason: "the record server did not answer in time: try again"}}
	if diff := cmp.Diff(want, record.unread); diff != "" {
		t.Errorf("unread (-want +got):\n%s", diff)
	}
}
