package demoehr

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/mux"
)

// How long what the authorization server gives out is good for.
const (
	launchLife  = 10 * time.Minute
	codeLife    = time.Minute
	tokenLife   = time.Hour
	refreshLife = 10 * time.Hour
)

// An authority is the authorization server: who was launched, and what was given out. Everything
// is kept in memory under random names.
type authority struct {
	endpoints endpoints
	clients   map[string]Client
	now       func() time.Time
	faults    *faults
	key       *rsa.PrivateKey
	keyID     string
	messaging string // origin of the windows that talk to apps; empty: none does

	mutex    sync.Mutex
	launches map[string]launch
	codes    map[string]*code
	access   map[string]*accessToken
	refresh  map[string]*refreshToken
	handles  map[string]*session // of web messaging
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
		access: map[string]*accessToken{}, refresh: map[string]*refreshToken{}, handles: map[string]*session{},
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
