package demoehr

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/gorilla/mux"
)

// How long what the authorization server gives out is good for.
const (
	launchLife  = 10 * time.Minute
	codeLife    = time.Minute
	tokenLife   = time.Hour
	refreshLife = 10 * time.Hour
)

// endpoints are the addresses of the authorization server. The issuer is not the FHIR base, as
// with most real EHRs.
type endpoints struct {
	fhir, issuer                                           string
	authorize, token, jwks, revoke, introspect, smartStyle string
}

func endpointsUnder(base string) endpoints {
	issuer := base + "/auth"
	return endpoints{
		fhir: base + "/fhir", issuer: issuer,
		authorize: issuer + "/authorize", token: issuer + "/token", jwks: issuer + "/jwks",
		revoke: issuer + "/revoke", introspect: issuer + "/introspect", smartStyle: base + "/smart-style.json",
	}
}

// An authority is the authorization server: who was launched, and what was given out. Everything
// is kept in memory under random names.
type authority struct {
	endpoints endpoints
	clients   map[string]Client
	now       func() time.Time
	faults    *faults
	key       *rsa.PrivateKey
	keyID     string

	mutex    sync.Mutex
	launches map[string]launch
	codes    map[string]*code
	access   map[string]*accessToken
	refresh  map[string]*refreshToken
}

// A launch is what the EHR had open when it started the app.
type launch struct {
	patient, encounter, user, userName string
	banner                             bool // the app must show whose chart it is
	expires                            time.Time
}

// A session is one login of the app: all tokens of it fall together.
type session struct {
	launch
	client  string
	scopes  []string
	nonce   string
	revoked bool
}

type code struct {
	session     *session
	redirectURI string
	challenge   string
	expires     time.Time
	used        bool
}

type accessToken struct {
	session *session
	scopes  []string
	expires time.Time
}

type refreshToken struct {
	session *session
	expires time.Time
	used    bool
}

// signingKey is made once for the process, on first need: making one can take a second.
var signingKey = sync.OnceValues(newKey)

func newKey() (*rsa.PrivateKey, error) { return rsa.GenerateKey(rand.Reader, 2048) }

func newAuthority(o Options, at endpoints, faults *faults) (*authority, error) {
	key, err := signingKey()
	if err != nil {
		return nil, fmt.Errorf("demo EHR: make a signing key: %w", err)
	}
	a := &authority{
		endpoints: at, clients: map[string]Client{}, now: o.Now, faults: faults, key: key, keyID: random(8),
		launches: map[string]launch{}, codes: map[string]*code{},
		access: map[string]*accessToken{}, refresh: map[string]*refreshToken{},
	}
	for _, client := range o.Clients {
		if client.ID == "" {
			return nil, fmt.Errorf("demo EHR: a client has no id")
		}
		if len(client.RedirectURIs) == 0 {
			client.RedirectURIs = o.RedirectURIs
		}
		a.clients[client.ID] = client
	}
	return a, nil
}

// random is an unguessable word of n random bytes.
func random(n int) string {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails: it would end the program
	return base64.RawURLEncoding.EncodeToString(b)
}

// routeAuth hangs the authorization server under /auth.
func (e *EHR) routeAuth(r *mux.Router) {
	a := e.authority
	r.HandleFunc("/.well-known/openid-configuration", e.serveOpenIDConfiguration).Methods("GET")
	r.HandleFunc("/jwks", a.serveKeys).Methods("GET")
	r.HandleFunc("/authorize", a.serveAuthorize).Methods("GET", "POST")
	r.HandleFunc("/token", a.serveToken).Methods("POST")
	r.HandleFunc("/revoke", a.serveRevoke).Methods("POST")
	r.HandleFunc("/introspect", a.serveIntrospect).Methods("POST")
}

// serveSMARTConfiguration is the discovery document of SMART App Launch 2.2 section 2.0.10. It
// names only what is there.
func (e *EHR) serveSMARTConfiguration(w http.ResponseWriter, r *http.Request) {
	doc := e.authority.discovery()
	doc["capabilities"] = []string{
		"launch-ehr", "authorize-post", "client-public", "client-confidential-symmetric", "sso-openid-connect",
		"context-banner", "context-style", "context-ehr-patient", "context-ehr-encounter",
		"permission-offline", "permission-online", "permission-patient", "permission-user", "permission-v1", "permission-v2",
	}
	writeJSON(w, http.StatusOK, "public, max-age=300", doc)
}

func (e *EHR) serveOpenIDConfiguration(w http.ResponseWriter, r *http.Request) {
	doc := e.authority.discovery()
	doc["subject_types_supported"] = []string{"public"}
	doc["id_token_signing_alg_values_supported"] = []string{string(jose.RS256)}
	doc["claims_supported"] = []string{"iss", "sub", "aud", "exp", "iat", "nonce", "at_hash", "fhirUser", "name"}
	writeJSON(w, http.StatusOK, "public, max-age=300", doc)
}

func (a *authority) discovery() map[string]any {
	return map[string]any{
		"issuer": a.endpoints.issuer, "jwks_uri": a.endpoints.jwks,
		"authorization_endpoint": a.endpoints.authorize, "token_endpoint": a.endpoints.token,
		"revocation_endpoint": a.endpoints.revoke, "introspection_endpoint": a.endpoints.introspect,
		"response_types_supported":                       []string{"code"},
		"grant_types_supported":                          []string{"authorization_code", "refresh_token"},
		"code_challenge_methods_supported":               []string{"S256"},
		"token_endpoint_auth_methods_supported":          []string{"client_secret_basic", "none"},
		"authorization_response_iss_parameter_supported": true,
		"scopes_supported": []string{
			"openid", "fhirUser", "launch", "online_access", "offline_access", "user/*.cruds", "patient/*.cruds", "user/*.*", "patient/*.*",
		},
	}
}

func (a *authority) serveKeys(w http.ResponseWriter, r *http.Request) {
	writeJSON(w, http.StatusOK, "public, max-age=3600", jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{
		Key: a.key.Public(), KeyID: a.keyID, Algorithm: string(jose.RS256), Use: "sig",
	}}})
}

// open registers a launch and returns its name, good once.
func (a *authority) open(l launch) string {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	a.forgetExpired()
	l.expires = a.now().Add(launchLife)
	name := random(24)
	a.launches[name] = l
	return name
}

// forgetExpired keeps the tables small; the mutex is held.
func (a *authority) forgetExpired() {
	now := a.now()
	for name, l := range a.launches {
		if now.After(l.expires) {
			delete(a.launches, name)
		}
	}
	for name, t := range a.access {
		if now.After(t.expires) {
			delete(a.access, name)
		}
	}
	for name, t := range a.refresh {
		if now.After(t.expires) {
			delete(a.refresh, name)
		}
	}
	for name, c := range a.codes {
		if now.After(c.expires.Add(refreshLife)) { // kept for long, so that a second use is noticed
			delete(a.codes, name)
		}
	}
}

// serveAuthorize answers the authorization request at once: the clinician is logged in to the EHR
// already and has opened the app, so that nobody is asked.
func (a *authority) serveAuthorize(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 1<<20)
	if err := r.ParseForm(); err != nil {
		http.Error(w, "the authorization request cannot be read", http.StatusBadRequest)
		return
	}
	client, known := a.clients[r.Form.Get("client_id")]
	redirectURI := r.Form.Get("redirect_uri")
	if !known || !slices.Contains(client.RedirectURIs, redirectURI) { // never redirect to an address that is not registered
		http.Error(w, "client_id or redirect_uri is not registered here, character for character", http.StatusBadRequest)
		return
	}
	answer := url.Values{"state": {r.Form.Get("state")}, "iss": {a.endpoints.issuer}}
	if code, problem := a.authorize(client, r.Form); problem != nil {
		answer.Set("error", problem.Code)
		answer.Set("error_description", problem.Description)
	} else {
		answer.Set("code", code)
	}
	joint := "?"
	if strings.Contains(redirectURI, "?") {
		joint = "&"
	}
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Referrer-Policy", "no-referrer")
	http.Redirect(w, r, redirectURI+joint+answer.Encode(), http.StatusSeeOther)
}

// A problem is an error answer of OAuth 2.0.
type problem struct {
	Code        string `json:"error"`
	Description string `json:"error_description"`
	status      int
}

func invalid(code, format string, args ...any) *problem {
	return &problem{Code: code, Description: fmt.Sprintf(format, args...), status: http.StatusBadRequest}
}

// authorize checks a request and makes the code for it.
func (a *authority) authorize(client Client, form url.Values) (string, *problem) {
	switch {
	case form.Get("response_type") != "code":
		return "", invalid("unsupported_response_type", "response_type must be code")
	case form.Get("aud") != a.endpoints.fhir:
		return "", invalid("invalid_request", "aud must be the FHIR base that launched the app, character for character")
	case form.Get("state") == "":
		return "", invalid("invalid_request", "state is missing")
	case form.Get("code_challenge_method") != "S256" || len(form.Get("code_challenge")) != 43:
		return "", invalid("invalid_request", "a code_challenge with the method S256 is required")
	}
	scopes := grantable(form.Get("scope"))
	if !slices.Contains(scopes, "launch") {
		return "", invalid("invalid_scope", "the scope launch is required: only launches from the chart are served")
	}
	a.mutex.Lock()
	defer a.mutex.Unlock()
	opened, ok := a.launches[form.Get("launch")]
	delete(a.launches, form.Get("launch"))
	if !ok || a.now().After(opened.expires) {
		return "", invalid("invalid_request", "this launch is unknown, used or too old: open the app from the chart again")
	}
	name := random(24)
	a.codes[name] = &code{
		session:     &session{launch: opened, client: client.ID, scopes: scopes, nonce: form.Get("nonce")},
		redirectURI: form.Get("redirect_uri"), challenge: form.Get("code_challenge"), expires: a.now().Add(codeLife),
	}
	return name, nil
}

// grantOf is what the Bearer token of a request permits.
func (a *authority) grantOf(r *http.Request) (grant, error) {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") || token == "" {
		return grant{}, refuse(401, "login", "a Bearer token is required")
	}
	a.mutex.Lock()
	defer a.mutex.Unlock()
	held, ok := a.access[token]
	if !ok || held.session.revoked || a.now().After(held.expires) {
		return grant{}, refuse(401, "login", "the token is not good, or no longer")
	}
	return newGrant(held.scopes, held.session.patient, a.endpoints.fhir), nil
}

// authenticate finds the client of a request to the token endpoint: a confidential one by HTTP
// Basic, raw or form-encoded, a public one by client_id alone.
func (a *authority) authenticate(r *http.Request) (Client, bool) {
	id, secret, hasBasic := r.BasicAuth()
	if !hasBasic {
		client, ok := a.clients[r.PostForm.Get("client_id")]
		return client, ok && client.Secret == "" && r.PostForm.Get("client_secret") == ""
	}
	for _, read := range []func(string) string{func(s string) string { return s }, decoded} {
		client, ok := a.clients[read(id)]
		if ok && client.Secret != "" && subtle.ConstantTimeCompare([]byte(client.Secret), []byte(read(secret))) == 1 {
			return client, true
		}
	}
	return Client{}, false
}

func decoded(s string) string {
	plain, err := url.QueryUnescape(s)
	if err != nil {
		return s
	}
	return plain
}

// challengeOf is the S256 challenge of a PKCE verifier (RFC 7636 section 4.2).
func challengeOf(verifier string) string {
	sum := sha256.Sum256([]byte(verifier))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

func writeJSON(w http.ResponseWriter, status int, cache string, value any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", cache)
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(value) // the client is gone: nobody left to tell
}
