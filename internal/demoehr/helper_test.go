package demoehr_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chargenote/chargenote/internal/demoehr"
)

const (
	redirectURI = "http://app.test/callback/demo"
	verifier    = "a-verifier-that-is-long-enough-for-RFC-7636-and-made-up"
	everything  = "launch openid fhirUser online_access user/*.cruds"
)

// A clock is a time that a test moves.
type clock struct {
	mutex sync.Mutex
	at    time.Time
}

func newClock() *clock { return &clock{at: time.Date(2026, 11, 20, 18, 0, 0, 0, time.UTC)} }

func (c *clock) now() time.Time {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return c.at
}

func (c *clock) advance(d time.Duration) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.at = c.at.Add(d)
}

// A site is a running demo EHR.
type site struct {
	*demoehr.EHR
	base string
}

// start runs an EHR with the seed and two clients: "public" and "confidential".
func start(t *testing.T, change func(*demoehr.Options)) site {
	t.Helper()
	var handler http.Handler
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { handler.ServeHTTP(w, r) }))
	t.Cleanup(server.Close)
	options := demoehr.Options{
		BaseURL: server.URL, AppLaunchURL: "http://app.test/launch", RedirectURIs: []string{redirectURI}, Seed: true,
		Clients: []demoehr.Client{{ID: "public"}, {ID: "confidential", Secret: "s3cret-made-up"}},
	}
	if change != nil {
		change(&options)
	}
	ehr, err := demoehr.New(options)
	if err != nil {
		t.Fatal(err)
	}
	handler = ehr.Handler()
	return site{ehr, server.URL}
}

// before are the earlier visits in the record that are not on the worklist.
const before = 3

// encounters is the number of made-up visits in the record, as a searchset says it.
func (s site) encounters() string { return strconv.Itoa(len(s.Visits()) + before) }

// A reply is what came back, with the body as JSON where it is JSON.
type reply struct {
	status int
	header http.Header
	text   string
	body   map[string]any
}

// send makes one request without following redirects.
func send(t *testing.T, method, address, body string, header map[string]string) reply {
	t.Helper()
	request, err := http.NewRequest(method, address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range header {
		request.Header.Set(name, value)
	}
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	raw, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	r := reply{status: response.StatusCode, header: response.Header, text: string(raw)}
	if strings.Contains(response.Header.Get("Content-Type"), "json") {
		decoder := json.NewDecoder(bytes.NewReader(raw))
		decoder.UseNumber()
		if err := decoder.Decode(&r.body); err != nil {
			t.Fatalf("%s %s: the body is not JSON: %v", method, address, err)
		}
	}
	return r
}

func postForm(t *testing.T, address string, form url.Values, header map[string]string) reply {
	t.Helper()
	all := map[string]string{"Content-Type": "application/x-www-form-urlencoded"}
	for name, value := range header {
		all[name] = value
	}
	return send(t, "POST", address, form.Encode(), all)
}

// authorization is a request that the EHR accepts, for a launch of the visit therapy-53.
func (s site) authorization(t *testing.T, scope string) url.Values {
	t.Helper()
	return s.authorizationFor(t, "otis-fictum", "therapy-53", scope)
}

func (s site) authorizationFor(t *testing.T, patient, encounter, scope string) url.Values {
	t.Helper()
	launched, err := url.Parse(s.LaunchURL(patient, encounter))
	if err != nil {
		t.Fatal(err)
	}
	if got := launched.Query().Get("iss"); got != s.ISS() {
		t.Fatalf("the launch names iss %q, want %q", got, s.ISS())
	}
	sum := sha256.Sum256([]byte(verifier))
	return url.Values{
		"response_type": {"code"}, "client_id": {"public"}, "redirect_uri": {redirectURI}, "scope": {scope},
		"state": {"a state"}, "nonce": {"a nonce"}, "aud": {s.ISS()}, "launch": {launched.Query().Get("launch")},
		"code_challenge": {base64.RawURLEncoding.EncodeToString(sum[:])}, "code_challenge_method": {"S256"},
	}
}

// authorize sends the request and returns the query that came back to the app, and the status.
func (s site) authorize(t *testing.T, form url.Values) (url.Values, int) {
	t.Helper()
	r := send(t, "GET", s.base+"/auth/authorize?"+form.Encode(), "", nil)
	back, err := url.Parse(r.header.Get("Location"))
	if err != nil {
		t.Fatal(err)
	}
	return back.Query(), r.status
}

// redemption is a token request that fits the authorization.
func redemption(code string) url.Values {
	return url.Values{
		"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {redirectURI}, "code_verifier": {verifier}, "client_id": {"public"},
	}
}

func (s site) token(t *testing.T, form url.Values) reply {
	t.Helper()
	return postForm(t, s.base+"/auth/token", form, nil)
}

// login goes the whole way for a visit and returns the token response.
func (s site) login(t *testing.T, patient, encounter, scope string) map[string]any {
	t.Helper()
	back, _ := s.authorize(t, s.authorizationFor(t, patient, encounter, scope))
	r := s.token(t, redemption(back.Get("code")))
	if r.status != http.StatusOK {
		t.Fatalf("token: %d %s", r.status, r.text)
	}
	return r.body
}

// A client calls the FHIR server with a token.
type client struct {
	t     *testing.T
	base  string
	token string
}

func (s site) client(t *testing.T, scope string) client {
	t.Helper()
	return client{t, s.ISS(), s.login(t, "otis-fictum", "therapy-53", scope)["access_token"].(string)}
}

// call makes a FHIR request; header lines are "Name: value".
func (c client) call(method, path, body string, header ...string) reply {
	c.t.Helper()
	all := map[string]string{"Authorization": "Bearer " + c.token}
	if body != "" {
		all["Content-Type"] = "application/fhir+json"
	}
	for _, line := range header {
		name, value, _ := strings.Cut(line, ": ")
		all[name] = value
	}
	return send(c.t, method, c.base+path, body, all)
}

// at finds a value by its path, numbers standing for places in lists.
func at(node any, path ...any) any {
	for _, step := range path {
		switch step := step.(type) {
		case string:
			object, _ := node.(map[string]any)
			node = object[step]
		case int:
			list, _ := node.([]any)
			if step >= len(list) {
				return nil
			}
			node = list[step]
		}
	}
	return node
}

// total is the number of matches of a searchset.
func total(r reply) string {
	n, _ := r.body["total"].(json.Number)
	return n.String()
}

func diagnostics(r reply) string {
	s, _ := at(r.body, "issue", 0, "diagnostics").(string)
	return s
}

// charge is a ChargeItem of the visit therapy-53.
func charge(identifier string) string {
	return `{"resourceType":"ChargeItem","status":"planned",
		"identifier":[{"system":"https://example.test/charge","value":"` + identifier + `"}],
		"meta":{"tag":[{"system":"https://example.test/run","code":"` + identifier + `"}]},
		"code":{"coding":[{"system":"http://www.ama-assn.org/go/cpt","code":"90837"}]},
		"subject":{"reference":"Patient/otis-fictum"},"context":{"reference":"Encounter/therapy-53"},
		"quantity":{"value":1}}`
}
