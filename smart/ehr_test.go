package smart_test

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"log/slog"
	"maps"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/chargenote/chargenote/smart"
)

// A clock stands still until it is moved.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func newClock() *clock { return &clock{at: time.Date(2026, 3, 2, 15, 0, 0, 0, time.UTC)} }

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) forward(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// keys for the whole run: making RSA keys is slow.
var (
	rsaKey   = sync.OnceValue(func() *rsa.PrivateKey { return must(rsa.GenerateKey(rand.Reader, 2048)) })
	otherRSA = sync.OnceValue(func() *rsa.PrivateKey { return must(rsa.GenerateKey(rand.Reader, 2048)) })
	ecKey    = sync.OnceValue(func() *ecdsa.PrivateKey { return must(ecdsa.GenerateKey(elliptic.P384(), rand.Reader)) })
)

// quiet takes what net/http says about connections that a test has closed.
var quiet = log.New(io.Discard, "", 0)

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// canaries are the secrets that must never be seen in an error or a log line.
const (
	canaryHandle  = "canary-launch-handle"
	canaryCode    = "canary-code"
	canaryAccess  = "canary-access"
	canaryRefresh = "canary-refresh"
	canaryBody    = "canary-body"
	canaryPatient = "canary-patient"
	canarySecret  = "canary-client-secret"
)

// A sentRequest is one that the EHR was sent.
type sentRequest struct {
	method, path, authorization string
	header                      http.Header
	query, form                 url.Values
	from                        string // address and port of the caller: which connection it came by
}

// An ehrServer is a small authorization server with a FHIR base, written for these tests. Each function field, when set,
// misbehaves in its place.
type ehrServer struct {
	*httptest.Server
	t     testing.TB
	clock *clock

	clientID, clientSecret string
	inForm                 bool // the secret comes in the form
	signer                 crypto.Signer
	alg, kid               string
	published              []jose.JSONWebKey
	lifetime               int

	discovery func(map[string]any)
	openID    map[string]any // the OpenID document of issuer or base
	authorize func(answer url.Values)
	claims    func(map[string]any)
	idToken   func(claims map[string]any) any // nil: signed as usual
	response  func(map[string]any)
	token     http.HandlerFunc
	refresh   http.HandlerFunc
	fhir      http.HandlerFunc
	keys      http.HandlerFunc

	mu      sync.Mutex
	sent    []sentRequest
	codes   map[string]url.Values // what was asked, by code
	access  map[string]bool
	renewal string // the one refresh token that is good
	serial  int
}

func newEHRServer(t testing.TB, c *clock) *ehrServer {
	s := unstarted(t, c)
	s.Server = httptest.NewUnstartedServer(s)
	s.Config.ErrorLog = quiet
	s.StartTLS()
	t.Cleanup(s.Close)
	return s
}

func unstarted(t testing.TB, c *clock) *ehrServer {
	return &ehrServer{
		t: t, clock: c, clientID: "app-1", signer: rsaKey(), alg: "RS256", kid: "k1", lifetime: 3600,
		published: []jose.JSONWebKey{{Key: rsaKey().Public(), KeyID: "k1", Algorithm: "RS256", Use: "sig"}},
		codes:     map[string]url.Values{}, access: map[string]bool{},
	}
}

func (s *ehrServer) iss() string { return s.URL + "/fhir/r4" }

func (s *ehrServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	form, _ := url.ParseQuery(string(body))
	s.mu.Lock()
	s.sent = append(s.sent, sentRequest{r.Method, r.URL.Path, r.Header.Get("Authorization"), r.Header.Clone(), r.URL.Query(), form, r.RemoteAddr})
	s.mu.Unlock()
	switch {
	case r.Method == http.MethodHead:
		w.WriteHeader(http.StatusMethodNotAllowed)
	case r.URL.Path == "/fhir/r4/.well-known/smart-configuration":
		s.serveDiscovery(w)
	case strings.HasSuffix(r.URL.Path, "/.well-known/openid-configuration") && s.openID != nil:
		writeJSON(w, http.StatusOK, s.openID)
	case r.URL.Path == "/jwks":
		if s.keys != nil {
			s.keys(w, r)
			return
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		writeJSON(w, http.StatusOK, jose.JSONWebKeySet{Keys: s.published})
	case r.URL.Path == "/authorize":
		s.serveAuthorize(w, r)
	case r.URL.Path == "/token":
		s.serveToken(w, r, form)
	case r.URL.Path == "/revoke":
		if !s.authenticated(r, form) {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		w.WriteHeader(http.StatusOK)
	default:
		if s.fhir != nil {
			s.fhir(w, r)
			return
		}
		writeJSON(w, http.StatusOK, map[string]any{"resourceType": "Patient"})
	}
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v)
}

func (s *ehrServer) serveDiscovery(w http.ResponseWriter) {
	doc := map[string]any{
		"authorization_endpoint": s.URL + "/authorize", "token_endpoint": "/token", // one absolute, one relative
		"revocation_endpoint": s.URL + "/revoke", "issuer": s.URL, "jwks_uri": s.URL + "/jwks",
		"code_challenge_methods_supported": []string{"S256"},
		"capabilities":                     []string{"launch-ehr", "sso-openid-connect"},
	}
	if s.discovery != nil {
		s.discovery(doc)
	}
	writeJSON(w, http.StatusOK, doc)
}

func (s *ehrServer) serveAuthorize(w http.ResponseWriter, r *http.Request) {
	asked := r.URL.Query()
	s.mu.Lock()
	s.serial++
	code := fmt.Sprintf("%s-%d", canaryCode, s.serial)
	s.codes[code] = asked
	s.mu.Unlock()
	answer := url.Values{"code": {code}, "state": {asked.Get("state")}}
	if s.authorize != nil {
		s.authorize(answer)
	}
	http.Redirect(w, r, asked.Get("redirect_uri")+"?"+answer.Encode(), http.StatusFound)
}

func (s *ehrServer) serveToken(w http.ResponseWriter, r *http.Request, form url.Values) {
	refuse := func(code string) {
		writeJSON(w, http.StatusBadRequest, map[string]any{"error": code, "error_description": canaryBody})
	}
	if form.Get("grant_type") == "refresh_token" {
		s.serveRefresh(w, r, form, refuse)
		return
	}
	if s.token != nil {
		s.token(w, r)
		return
	}
	s.mu.Lock()
	asked, ok := s.codes[form.Get("code")]
	delete(s.codes, form.Get("code"))
	s.mu.Unlock()
	sum := sha256.Sum256([]byte(form.Get("code_verifier")))
	switch {
	case !s.authenticated(r, form):
		refuse("invalid_client")
	case !ok, asked.Get("redirect_uri") != form.Get("redirect_uri"),
		asked.Get("code_challenge") != base64.RawURLEncoding.EncodeToString(sum[:]), asked.Get("code_challenge_method") != "S256":
		refuse("invalid_grant")
	default:
		writeJSON(w, http.StatusOK, s.grant(asked))
	}
}

func (s *ehrServer) authenticated(r *http.Request, form url.Values) bool {
	id, secret, basic := r.BasicAuth()
	if s.clientSecret == "" {
		return !basic && form.Get("client_id") == s.clientID && !form.Has("client_secret")
	}
	if s.inForm {
		return !basic && form.Get("client_id") == s.clientID && form.Get("client_secret") == s.clientSecret
	}
	return basic && id == s.clientID && secret == s.clientSecret && !form.Has("client_id")
}

// tokens makes the next pair.
func (s *ehrServer) tokens() map[string]any {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.serial++
	access := fmt.Sprintf("%s-%d", canaryAccess, s.serial)
	s.renewal = fmt.Sprintf("%s-%d", canaryRefresh, s.serial)
	s.access = map[string]bool{access: true}
	return map[string]any{"access_token": access, "refresh_token": s.renewal, "token_type": "Bearer", "expires_in": s.lifetime}
}

func (s *ehrServer) grant(asked url.Values) map[string]any {
	response := s.tokens()
	maps.Copy(response, map[string]any{
		"scope": asked.Get("scope"), "patient": canaryPatient, "encounter": "e1", "need_patient_banner": false,
		"smart_style_url": s.URL + "/style.json", "intent": "review-visit-coding", "tenant": "north",
		"fhirContext": []any{map[string]any{"reference": "ImagingStudy/i1"}},
	})
	access := sha256.Sum256([]byte(response["access_token"].(string)))
	claims := map[string]any{
		"iss": s.URL, "sub": "subject-1", "aud": s.clientID, "nonce": asked.Get("nonce"), "fhirUser": "Practitioner/d1",
		"iat": s.clock.now().Unix(), "exp": s.clock.now().Add(5 * time.Minute).Unix(),
		"at_hash": base64.RawURLEncoding.EncodeToString(access[:16]),
	}
	if s.alg != "RS256" {
		delete(claims, "at_hash")
	}
	if s.claims != nil {
		s.claims(claims)
	}
	var token any
	if s.idToken != nil {
		token = s.idToken(claims)
	} else {
		token = sign(s.signer, s.alg, s.kid, claims)
	}
	if token != nil {
		response["id_token"] = token
	}
	if s.response != nil {
		s.response(response)
	}
	return response
}

func (s *ehrServer) serveRefresh(w http.ResponseWriter, r *http.Request, form url.Values, refuse func(string)) {
	if s.refresh != nil {
		s.refresh(w, r)
		return
	}
	s.mu.Lock()
	good := form.Get("refresh_token") == s.renewal
	s.mu.Unlock()
	switch {
	case !s.authenticated(r, form):
		refuse("invalid_client")
	case !good: // a second use of a rotated token
		refuse("invalid_grant")
	default:
		writeJSON(w, http.StatusOK, s.tokens())
	}
}

// guarded answers 401 to anything but a live token.
func (s *ehrServer) guarded(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	live := s.access[strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")]
	s.mu.Unlock()
	if !live {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	writeJSON(w, http.StatusOK, map[string]any{"resourceType": "Patient"})
}

// requests are those with that path so far.
func (s *ehrServer) requests(path string) (found []sentRequest) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range s.sent {
		if r.path == path && r.method != http.MethodHead {
			found = append(found, r)
		}
	}
	return found
}

func (s *ehrServer) revokeAccess() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.access = map[string]bool{}
}

func sign(key any, alg, kid string, claims any) string {
	options := (&jose.SignerOptions{}).WithType("JWT")
	if kid != "" {
		options = options.WithHeader("kid", kid)
	}
	signer := must(jose.NewSigner(jose.SigningKey{Algorithm: jose.SignatureAlgorithm(alg), Key: key}, options))
	return must(must(signer.Sign(must(json.Marshal(claims)))).CompactSerialize())
}

// A counter is a transport that counts what leaves the app.
type counter struct {
	http.RoundTripper
	mu   sync.Mutex
	seen []*http.Request
}

func (c *counter) RoundTrip(r *http.Request) (*http.Response, error) {
	c.mu.Lock()
	c.seen = append(c.seen, r)
	c.mu.Unlock()
	return c.RoundTripper.RoundTrip(r)
}

// An appServer is an app with the package mounted as its comment says.
type appServer struct {
	*httptest.Server
	t     testing.TB
	app   *smart.App
	clock *clock
	out   *counter
	log   *lockedBuffer

	mu   sync.Mutex
	last *smart.Launch
	errs []error
}

type lockedBuffer struct {
	mu sync.Mutex
	bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.Buffer.Write(p)
}

func (b *lockedBuffer) text() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.String()
}

func entry(s *ehrServer) smart.Issuer {
	return smart.Issuer{
		ISS: s.iss(), Key: "ehr-one", Client: smart.Client{ID: s.clientID, Auth: "none"}, AllowPrivate: true,
		FrameAncestors: []string{"https://ehr.example"},
	}
}

func newApp(t testing.TB, c *clock, issuers ...smart.Issuer) *appServer {
	a := &appServer{t: t, clock: c, log: &lockedBuffer{}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /launch", func(w http.ResponseWriter, r *http.Request) { a.answer(w, a.app.Start(w, r)) })
	mux.HandleFunc("GET /launch/continue", func(w http.ResponseWriter, r *http.Request) { a.answer(w, a.app.Continue(w, r)) })
	mux.HandleFunc("GET /callback/{key}", func(w http.ResponseWriter, r *http.Request) {
		id, err := a.app.Callback(w, r, r.PathValue("key"))
		if err == nil {
			http.Redirect(w, r, "/visit/"+id, http.StatusSeeOther)
			return
		}
		a.answer(w, err)
	})
	mux.HandleFunc("GET /visit/{id}", func(w http.ResponseWriter, r *http.Request) {
		l, err := a.app.Launch(r, r.PathValue("id"))
		if err == nil {
			a.mu.Lock()
			a.last = l
			a.mu.Unlock()
		}
		a.answer(w, err)
	})
	a.Server = httptest.NewUnstartedServer(mux)
	a.Config.ErrorLog = quiet
	a.StartTLS()
	t.Cleanup(a.Close)
	a.out = &counter{RoundTripper: a.Client().Transport}
	app, err := smart.New(smart.Config{
		BaseURL: a.URL, Issuers: issuers, HTTP: a.out, Now: c.now, Software: "chargenote/test",
		Log: slog.New(slog.NewTextHandler(a.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	})
	if err != nil {
		t.Fatal(err)
	}
	a.app = app
	return a
}

func (a *appServer) answer(w http.ResponseWriter, err error) {
	if err == nil {
		return
	}
	a.mu.Lock()
	a.errs = append(a.errs, err)
	a.mu.Unlock()
	kind := "none"
	if e, ok := err.(*smart.Error); ok {
		kind = string(e.Kind)
	}
	w.Header().Set("X-Kind", kind)
	w.WriteHeader(http.StatusBadRequest)
	fmt.Fprint(w, err)
}

// kind of the last failure, and the launch that is open.
func (a *appServer) lastError() *smart.Error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.errs) == 0 {
		return nil
	}
	e, _ := a.errs[len(a.errs)-1].(*smart.Error)
	return e
}

func (a *appServer) lastLaunch() *smart.Launch {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.last
}

func (a *appServer) launchURL(iss, handle string) string {
	return a.URL + "/launch?" + url.Values{"iss": {iss}, "launch": {handle}}.Encode()
}

// A browser keeps cookies and follows redirects one at a time.
type browser struct {
	t testing.TB
	*http.Client
}

func (a *appServer) browser() *browser {
	jar, _ := cookiejar.New(nil)
	return &browser{a.t, &http.Client{
		Transport: a.Client().Transport, Jar: jar,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// walk follows redirects and returns the address that begins with stop before it is asked, or the last answer.
func (b *browser) walk(from, stop string) (at string, last *http.Response) {
	b.t.Helper()
	at = from
	for range 12 {
		if stop != "" && strings.HasPrefix(at, stop) {
			return at, last
		}
		response, err := b.Get(at)
		if err != nil {
			b.t.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, response.Body)
		response.Body.Close()
		location, err := response.Location()
		if err != nil {
			return at, response
		}
		at, last = location.String(), response
	}
	b.t.Fatal("redirects without end")
	return "", nil
}

// open launches from the EHR and fails the test when no launch opens.
func (a *appServer) open(b *browser, s *ehrServer) *smart.Launch {
	a.t.Helper()
	_, response := b.walk(a.launchURL(s.iss(), canaryHandle), "")
	if response.StatusCode != http.StatusOK {
		a.t.Fatalf("the launch did not open: %v", a.lastError())
	}
	return a.lastLaunch()
}
