package fhir

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// A wireServer is a small FHIR server written for these tests: it keeps resources in memory, runs
// transactions with ifNoneExist, and lets a test step in before any request.
type wireServer struct {
	*httptest.Server
	// before answers a request itself where it returns true.
	before func(w http.ResponseWriter, r *http.Request, body []byte) bool
	// perPage limits a page where it is not 0.
	perPage int

	mu        sync.Mutex
	requests  []wireRequestSeen
	resources map[string][]string // by type
	nextID    int
}

type wireRequestSeen struct {
	method, path string
	query        url.Values
	header       http.Header
	body         []byte
}

func newWireServer(t testing.TB, resources ...string) *wireServer {
	t.Helper()
	s := &wireServer{resources: map[string][]string{}}
	for _, raw := range resources {
		kind := wireHead(t, raw).ResourceType
		s.resources[kind] = append(s.resources[kind], raw)
	}
	s.Server = httptest.NewServer(http.HandlerFunc(s.serve))
	t.Cleanup(s.Close)
	return s
}

func (s *wireServer) base() string { return s.URL + "/fhir/T1" }

func (s *wireServer) serve(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(err)
	}
	s.mu.Lock()
	s.requests = append(s.requests, wireRequestSeen{r.Method, r.URL.Path, r.URL.Query(), r.Header.Clone(), body})
	before := s.before
	s.mu.Unlock()
	w.Header().Set("Content-Type", "application/fhir+json")
	if before != nil && before(w, r, body) {
		return
	}
	path := strings.Split(strings.Trim(strings.TrimPrefix(r.URL.Path, "/fhir/T1"), "/"), "/")
	switch {
	case r.Method == http.MethodPost && path[0] == "":
		s.mu.Lock()
		defer s.mu.Unlock()
		fmt.Fprint(w, s.transact(body))
	case r.Method == http.MethodPost:
		s.createOne(w, r, path[0], string(body))
	case len(path) == 2:
		s.read(w, path[0], path[1])
	default:
		s.search(w, r, path[0])
	}
}

func (s *wireServer) read(w http.ResponseWriter, kind, id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, raw := range s.resources[kind] {
		if strings.Contains(raw, `"id":"`+id+`"`) {
			fmt.Fprint(w, raw)
			return
		}
	}
	wireRefuse(w, 404, "not-found", "")
}

func (s *wireServer) search(w http.ResponseWriter, r *http.Request, kind string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	query := r.URL.Query()
	var found []string
	for _, raw := range s.resources[kind] {
		if wireMatches(raw, query.Get("identifier")) && wireMatches(raw, query.Get("_tag")) && wireMatches(raw, query.Get("_id")) {
			found = append(found, raw)
		}
	}
	if query.Has("_include") {
		found = append(found, s.resources["Practitioner"]...)
	}
	from, next := 0, ""
	if s.perPage > 0 {
		from, _ = strconv.Atoi(query.Get("page")) // none is the first
		if from+s.perPage < len(found) {
			query.Set("page", fmt.Sprint(from+s.perPage))
			next = s.base() + "/" + kind + "?" + query.Encode()
		}
		found = found[from:min(from+s.perPage, len(found))]
	}
	fmt.Fprint(w, wireBundle(s.base(), next, found...))
}

// wireMatches looks for one of the values of a token parameter anywhere in the text of a resource.
func wireMatches(raw, parameter string) bool {
	if parameter == "" {
		return true
	}
	for value := range strings.SplitSeq(parameter, ",") {
		if i := strings.LastIndex(value, "|"); i >= 0 {
			value = value[i+1:]
		}
		if strings.Contains(raw, `"`+value+`"`) {
			return true
		}
	}
	return false
}

func wireBundle(base, next string, resources ...string) string {
	var entries []string
	for _, raw := range resources {
		var head resourceHead
		_ = json.Unmarshal([]byte(raw), &head)
		entries = append(entries, fmt.Sprintf(`{"fullUrl":%q,"resource":%s,"search":{"mode":"match"}}`, base+"/"+head.ResourceType+"/"+head.ID, raw))
	}
	link := ""
	if next != "" {
		link = fmt.Sprintf(`"link":[{"relation":"self","url":"x"},{"relation":"next","url":%q}],`, next)
	}
	return fmt.Sprintf(`{"resourceType":"Bundle","type":"searchset",%s"entry":[%s]}`, link, strings.Join(entries, ","))
}

// transact runs a transaction; the caller holds the lock.
func (s *wireServer) transact(body []byte) string {
	var bundle struct {
		Entry []struct {
			FullURL  string          `json:"fullUrl"`
			Resource json.RawMessage `json:"resource"`
			Request  struct{ URL, IfNoneExist string }
		}
	}
	if err := json.Unmarshal(body, &bundle); err != nil {
		panic(err)
	}
	references := map[string]string{}
	ids := make([]string, len(bundle.Entry))
	fresh := make([]bool, len(bundle.Entry))
	for i, entry := range bundle.Entry {
		_, condition, _ := strings.Cut(entry.Request.IfNoneExist, "=")
		for _, raw := range s.resources[entry.Request.URL] {
			if wireMatches(raw, condition) {
				ids[i] = wireID(raw)
			}
		}
		if ids[i] == "" {
			s.nextID++
			ids[i], fresh[i] = fmt.Sprint("n", s.nextID), true
		}
		references[entry.FullURL] = entry.Request.URL + "/" + ids[i]
	}
	var answers []string
	for i, entry := range bundle.Entry {
		status := "200 OK"
		if fresh[i] {
			status = "201 Created"
			s.keep(entry.Request.URL, ids[i], string(entry.Resource), references)
		}
		answers = append(answers, fmt.Sprintf(`{"response":{"status":%q,"location":%q,"etag":"1"}}`, status, entry.Request.URL+"/"+ids[i]+"/_history/1"))
	}
	return `{"resourceType":"Bundle","type":"transaction-response","entry":[` + strings.Join(answers, ",") + `]}`
}

func (s *wireServer) keep(kind, id, raw string, references map[string]string) {
	for urn, reference := range references {
		raw = strings.ReplaceAll(raw, `"`+urn+`"`, `"`+reference+`"`)
	}
	s.resources[kind] = append(s.resources[kind], strings.Replace(raw, "{", `{"id":"`+id+`",`, 1))
}

// createOne is POST on a type, with If-None-Exist.
func (s *wireServer) createOne(w http.ResponseWriter, r *http.Request, kind, raw string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, condition, conditional := strings.Cut(r.Header.Get("If-None-Exist"), "="); conditional {
		for _, held := range s.resources[kind] {
			if wireMatches(held, condition) {
				w.Header().Set("Location", s.base()+"/"+kind+"/"+wireID(held))
				return
			}
		}
	}
	s.nextID++
	id := fmt.Sprint("n", s.nextID)
	s.keep(kind, id, raw, nil)
	w.Header().Set("Location", s.base()+"/"+kind+"/"+id+"/_history/1")
	w.Header().Set("ETag", `W/"1"`)
	w.WriteHeader(http.StatusCreated)
}

func wireID(raw string) string {
	var head resourceHead
	_ = json.Unmarshal([]byte(raw), &head)
	return head.ID
}

func wireHead(t testing.TB, raw string) resourceHead {
	t.Helper()
	var head resourceHead
	if err := json.Unmarshal([]byte(raw), &head); err != nil {
		t.Fatalf("test resource %.60s: %v", raw, err)
	}
	return head
}

func wireRefuse(w http.ResponseWriter, status int, code, diagnostics string) {
	w.WriteHeader(status)
	fmt.Fprintf(w, `{"resourceType":"OperationOutcome","issue":[{"severity":"error","code":%q,"diagnostics":%q}]}`, code, diagnostics)
}

func (s *wireServer) seen() []wireRequestSeen {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]wireRequestSeen(nil), s.requests...)
}

// asked counts the requests whose method and path below the base begin so.
func (s *wireServer) asked(method, path string) int {
	count := 0
	for _, r := range s.seen() {
		if r.method == method && strings.HasPrefix(strings.TrimPrefix(r.path, "/fhir/T1"), path) {
			count++
		}
	}
	return count
}

func (s *wireServer) held(kind string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.resources[kind]...)
}

// A wireClock stands still but for the waits, which it notes instead of waiting.
type wireClock struct {
	mu    sync.Mutex
	at    time.Time
	waits []time.Duration
}

func newWireClock() *wireClock { return &wireClock{at: time.Now()} }

func (c *wireClock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *wireClock) sleep(ctx context.Context, d time.Duration) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.waits = append(c.waits, d)
	c.at = c.at.Add(d)
	return ctx.Err()
}

// A bearer adds the token to whatever request it is given, as the HTTP client of a launch does.
type bearer struct{ token string }

func (b bearer) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("Authorization", "Bearer "+b.token)
	return http.DefaultTransport.RoundTrip(r)
}

func wireHTTP() *http.Client { return &http.Client{Transport: bearer{"canary-token"}} }

func (s *wireServer) client(options ...ClientOption) (*Client, *wireClock) {
	clock := newWireClock()
	return NewClient(s.base(), wireHTTP(), append([]ClientOption{WithClock(clock.now, clock.sleep)}, options...)...), clock
}

func withLimits(change func(*ClientLimits)) ClientOption {
	limits := DefaultClientLimits()
	change(&limits)
	return WithLimits(limits)
}

// The visit that most tests load: all made up.
const (
	wirePatient      = `{"resourceType":"Patient","id":"p1","name":[{"family":"Testwell","given":["Avery"]}]}`
	wireEncounter    = `{"resourceType":"Encounter","id":"e1","meta":{"versionId":"3"},"status":"finished","class":{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"AMB"},"subject":{"reference":"Patient/p1"},"participant":[{"individual":{"reference":"Practitioner/d1"}}],"period":{"start":"2025-03-10T14:00:00-04:00","end":"2025-03-10T14:47:00-04:00"}}`
	wirePractitioner = `{"resourceType":"Practitioner","id":"d1","name":[{"family":"Sampleton"}]}`
	wireProcedure    = `{"resourceType":"Procedure","id":"pr1","status":"completed","subject":{"reference":"Patient/p1"},"encounter":{"reference":"Encounter/e1"}}`
)

func wireVisit(more ...string) []string {
	return append([]string{wirePatient, wireEncounter, wirePractitioner, wireProcedure}, more...)
}

var wireOptions = LoadOptions{Patient: "p1", Encounter: "e1", User: "Practitioner/d1"}
