package smart

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"time"
)

// An ehr is one issuer at work: its entry, and what was learnt from it.
type ehr struct {
	issuer *Issuer
	secret Secret
	plain  bool // http is let through, for a demo
	agent  string
	now    func() time.Time

	bases     []*url.URL      // iss and aliases
	hosts     map[string]bool // host:port of every place the entry vouches for
	transport http.RoundTripper
	client    *http.Client // to the authorization side

	metadata *document[metadata]
	keys     *document[keys]
	warmed   atomic.Int64 // unix time
	busy     atomic.Bool  // prepare is at work
}

// metadata is what discovery says, as far as we use it.
type metadata struct {
	authorize, token, revoke string
	issuer, jwks             string
	algorithms               []string // for id_tokens, nil where nothing is said
}

func newEHR(issuer *Issuer, transport http.RoundTripper, plain bool, agent string, now func() time.Time) *ehr {
	e := &ehr{issuer: issuer, plain: plain, agent: agent, now: now, hosts: map[string]bool{}, transport: transport}
	for _, address := range append([]string{issuer.ISS}, issuer.Aliases...) {
		u, _ := url.Parse(address) // checked by Faults
		e.bases = append(e.bases, u)
		e.hosts[hostPort(u)] = true
	}
	for _, address := range []string{issuer.OIDC.Issuer, issuer.OIDC.JWKS} {
		if u, _ := url.Parse(address); address != "" {
			e.hosts[hostPort(u)] = true
		}
	}
	for _, host := range issuer.Hosts {
		e.hosts[hostPort(&url.URL{Scheme: e.bases[0].Scheme, Host: host})] = true
	}
	e.client = &http.Client{Transport: careful{e}, Timeout: callTime, CheckRedirect: noRedirect}
	e.metadata = newDocument(now, e.discover)
	e.keys = newDocument(now, e.fetchKeys)
	return e
}

func noRedirect(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

func (e *ehr) rawBasic() bool {
	return e.issuer.Client.Auth == "basic" && e.issuer.Client.BasicEncoding == "raw"
}

// introduce adds our name, and on the FHIR base the headers this EHR wants.
func (e *ehr) introduce(r *http.Request) {
	if r.Header.Get("User-Agent") == "" && e.agent != "" {
		r.Header.Set("User-Agent", e.agent)
	}
	if e.onBase(r) {
		for name, value := range e.issuer.Headers {
			r.Header.Set(name, value)
		}
	}
}

// scopes are those this EHR is asked for.
func (e *ehr) scopes() []string {
	if len(e.issuer.Scopes) > 0 {
		return e.issuer.Scopes
	}
	return DefaultScopes
}

func (e *ehr) asksIdentity() bool { return slices.Contains(e.scopes(), "openid") }

// discover reads smart-configuration and, where it leaves out who signs id_tokens, the OpenID document.
func (e *ehr) discover(ctx context.Context) (metadata, time.Duration, error) {
	base := strings.TrimSuffix(e.issuer.ISS, "/")
	body, keep, err := e.fetch(ctx, base+"/.well-known/smart-configuration")
	if err != nil {
		return metadata{}, 0, err
	}
	var doc struct {
		Authorize  string   `json:"authorization_endpoint"`
		Token      string   `json:"token_endpoint"`
		Revoke     string   `json:"revocation_endpoint"`
		Issuer     string   `json:"issuer"`
		JWKS       string   `json:"jwks_uri"`
		Algorithms []string `json:"id_token_signing_alg_values_supported"`
	}
	if err := json.Unmarshal(body, &doc); err != nil {
		return metadata{}, 0, wireFault("a smart-configuration that is not a JSON object as the guide describes")
	}
	m := metadata{issuer: doc.Issuer, algorithms: doc.Algorithms}
	for _, endpoint := range []struct {
		to       *string
		address  string
		required bool
	}{{&m.authorize, doc.Authorize, true}, {&m.token, doc.Token, true}, {&m.revoke, doc.Revoke, false}, {&m.jwks, doc.JWKS, false}} {
		*endpoint.to = e.resolve(base, endpoint.address)
		if *endpoint.to == "" && endpoint.required {
			return metadata{}, 0, wireFault("a smart-configuration whose authorization or token endpoint is missing or on a host that the entry does not name")
		}
	}
	if e.issuer.OIDC.Issuer != "" {
		m.issuer = e.issuer.OIDC.Issuer
	}
	if e.issuer.OIDC.JWKS != "" {
		m.jwks = e.issuer.OIDC.JWKS
	}
	if e.asksIdentity() && (m.issuer == "" || m.jwks == "") {
		e.discoverIdentity(ctx, &m)
		if m.issuer == "" || m.jwks == "" {
			keep = keepLeast // perhaps it answers next time
		}
	}
	return m, keep, nil
}

// resolve makes an endpoint absolute: relative ones are meant from the FHIR base. What is not on a host of the entry is nothing.
func (e *ehr) resolve(base, address string) string {
	from, err := url.Parse(base + "/")
	if err != nil || address == "" {
		return ""
	}
	u, err := from.Parse(address)
	if err != nil || u.Fragment != "" || !e.ours(u) {
		return ""
	}
	return u.String()
}

// discoverIdentity fills in issuer and keys from the OpenID document, which must be the issuer's own.
// A failure leaves them empty: then an id_token cannot be believed, and the launch says so.
func (e *ehr) discoverIdentity(ctx context.Context, m *metadata) {
	at := m.issuer
	if at == "" {
		at = e.issuer.ISS
	}
	u, err := url.Parse(at)
	if err != nil || !e.ours(u) {
		return
	}
	body, _, err := e.fetch(ctx, strings.TrimSuffix(at, "/")+"/.well-known/openid-configuration")
	if err != nil {
		return
	}
	var doc struct {
		Issuer     string   `json:"issuer"`
		JWKS       string   `json:"jwks_uri"`
		Algorithms []string `json:"id_token_signing_alg_values_supported"`
	}
	if json.Unmarshal(body, &doc) != nil || doc.Issuer == "" || (m.issuer != "" && doc.Issuer != m.issuer) {
		return
	}
	m.issuer = doc.Issuer
	if m.jwks == "" {
		m.jwks = e.resolve(at, doc.JWKS)
	}
	if m.algorithms == nil {
		m.algorithms = doc.Algorithms
	}
}

// prepare fetches, behind the caller's back, what the launch will need, and opens connections, while the
// browser is on its way to the authorization page.
func (e *ehr) prepare() {
	documents := e.metadata.due() || (e.asksIdentity() && e.keys.due())
	last, now := e.warmed.Load(), e.now().Unix()
	cold := now-last >= 60 && e.warmed.CompareAndSwap(last, now)
	if !(documents || cold) || !e.busy.CompareAndSwap(false, true) {
		return
	}
	go func() {
		defer e.busy.Store(false)
		ctx, cancel := context.WithTimeout(context.Background(), 3*callTime)
		defer cancel()
		if e.metadata.due() {
			_, _ = e.metadata.renew(ctx, e.metadata.current())
		}
		known, err := e.metadata.get(ctx)
		if err != nil {
			return // Continue meets the same and says it
		}
		if e.asksIdentity() && known.value.jwks != "" && e.keys.due() {
			_, _ = e.keys.renew(ctx, e.keys.current())
		}
		if cold {
			e.touch(ctx, e.issuer.ISS)
			e.touch(ctx, known.value.token)
		}
	}()
}

// touch opens a connection that later requests find open. The answer does not matter.
func (e *ehr) touch(ctx context.Context, address string) {
	r, err := http.NewRequestWithContext(ctx, http.MethodHead, address, nil)
	if err != nil {
		return
	}
	if response, err := e.client.Do(r); err == nil {
		response.Body.Close()
	}
}
