package demoehr

import (
	"crypto/rsa"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/go-jose/go-jose/v4"
)

// readForm reads a form sent to the authorization server and finds the client that sent it. Where
// it answers false, the refusal is written.
func (a *authority) readForm(w http.ResponseWriter, r *http.Request) (Client, bool) {
	r.Body = http.MaxBytesReader(w, r.Body, 1<<20)
	if err := r.ParseForm(); err != nil {
		refuseToken(w, invalid("invalid_request", "the form cannot be read"))
		return Client{}, false
	}
	client, ok := a.authenticate(r)
	if !ok {
		w.Header().Set("WWW-Authenticate", `Basic realm="demo EHR"`)
		refuseToken(w, &problem{"invalid_client", "the client is unknown or its secret is wrong", http.StatusUnauthorized})
	}
	return client, ok
}

func refuseToken(w http.ResponseWriter, p *problem) {
	writeJSON(w, p.status, "no-store", p)
}

// serveToken changes a code or a refresh token into an access token.
func (a *authority) serveToken(w http.ResponseWriter, r *http.Request) {
	client, ok := a.readForm(w, r)
	if !ok {
		return
	}
	var response map[string]any
	var refused *problem
	switch r.PostForm.Get("grant_type") {
	case "authorization_code":
		response, refused = a.redeem(client, r.PostForm)
	case "refresh_token":
		response, refused = a.renew(client, r.PostForm)
	default:
		refused = invalid("unsupported_grant_type", "grant_type must be authorization_code or refresh_token")
	}
	if refused != nil {
		refuseToken(w, refused)
		return
	}
	writeJSON(w, http.StatusOK, "no-store", response)
}

// redeem takes a code, once. A second use ends the session that the first one began.
func (a *authority) redeem(client Client, form url.Values) (map[string]any, *problem) {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	c, ok := a.codes[form.Get("code")]
	if !ok || c.session.client != client.ID {
		return nil, invalid("invalid_grant", "the code is unknown")
	}
	if c.used {
		c.session.revoked = true
		return nil, invalid("invalid_grant", "the code was used before: everything given out for it is withdrawn")
	}
	c.used = true
	switch {
	case a.now().After(c.expires):
		return nil, invalid("invalid_grant", "the code is too old")
	case form.Get("redirect_uri") != c.redirectURI:
		return nil, invalid("invalid_grant", "redirect_uri is not that of the authorization request")
	case subtle.ConstantTimeCompare([]byte(challengeOf(form.Get("code_verifier"))), []byte(c.challenge)) != 1:
		return nil, invalid("invalid_grant", "code_verifier does not fit the code_challenge")
	}
	return a.issue(c.session, c.session.scopes, true), nil
}

// renew takes a refresh token, once, and gives the next one. A second use ends the session: one of
// the two users must be a thief.
func (a *authority) renew(client Client, form url.Values) (map[string]any, *problem) {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	t, ok := a.refresh[form.Get("refresh_token")]
	if !ok || t.session.client != client.ID || t.session.revoked || a.now().After(t.expires) {
		return nil, invalid("invalid_grant", "the refresh token is not good, or no longer")
	}
	if t.used {
		t.session.revoked = true
		return nil, invalid("invalid_grant", "the refresh token was used before: the session is ended")
	}
	scopes := t.session.scopes
	if asked := strings.Fields(form.Get("scope")); len(asked) > 0 {
		for _, word := range asked {
			if !slices.Contains(scopes, word) {
				return nil, invalid("invalid_scope", "a refresh cannot ask for more than was granted")
			}
		}
		scopes = asked
	}
	t.used = true
	return a.issue(t.session, scopes, false), nil
}

// issue makes the token response, with the launch context in it. The mutex is held.
func (a *authority) issue(s *session, scopes []string, first bool) map[string]any {
	token := random(32)
	a.access[token] = &accessToken{s, scopes, a.now().Add(tokenLife)}
	response := map[string]any{
		"access_token": token, "token_type": "Bearer", "expires_in": int(tokenLife.Seconds()), "scope": strings.Join(scopes, " "),
		"need_patient_banner": s.banner, "smart_style_url": a.endpoints.smartStyle, "tenant": "demo-clinic",
	}
	if a.messaging != "" && first {
		handle := random(24)
		a.handles[handle] = s
		response["smart_web_messaging_origin"], response["smart_web_messaging_handle"] = a.messaging, handle
	}
	if s.patient != "" {
		response["patient"] = s.patient
	}
	if s.encounter != "" && !a.faults.strikes(FaultNoEncounter) {
		response["encounter"] = s.encounter
	}
	if slices.Contains(s.scopes, "online_access") || slices.Contains(s.scopes, "offline_access") {
		next := random(32)
		a.refresh[next] = &refreshToken{session: s, expires: a.now().Add(refreshLife)}
		response["refresh_token"] = next
	}
	if first && slices.Contains(scopes, "openid") && !a.faults.strikes(FaultNoIDToken) {
		response["id_token"] = a.idToken(s, token)
	}
	return response
}

// idToken says who the user is, as OpenID Connect Core sections 2 and 3.1.3.6 say.
func (a *authority) idToken(s *session, accessToken string) string {
	half := sha256.Sum256([]byte(accessToken))
	now := a.now()
	claims := map[string]any{
		"iss": a.endpoints.issuer, "aud": s.client, "sub": strings.ReplaceAll(s.user, "/", "-"), "name": s.userName,
		"iat": now.Unix(), "exp": now.Add(tokenLife).Unix(), "auth_time": now.Unix(),
		"at_hash": base64.RawURLEncoding.EncodeToString(half[:len(half)/2]),
	}
	if slices.Contains(s.scopes, "fhirUser") {
		claims["fhirUser"] = a.endpoints.fhir + "/" + s.user
	}
	if s.nonce != "" {
		claims["nonce"] = s.nonce
	}
	if a.faults.strikes(FaultWrongNonce) {
		claims["nonce"] = random(16)
	}
	key := a.key
	if a.faults.strikes(FaultWrongKey) {
		key = must(newKey())
	}
	return sign(claims, key, a.keyID)
}

// sign makes a compact RS256 token.
func sign(claims map[string]any, key *rsa.PrivateKey, keyID string) string {
	signer := must(jose.NewSigner(
		jose.SigningKey{Algorithm: jose.RS256, Key: jose.JSONWebKey{Key: key, KeyID: keyID}},
		(&jose.SignerOptions{}).WithType("JWT"),
	))
	return must(must(signer.Sign(must(json.Marshal(claims)))).CompactSerialize())
}

// must unwraps what cannot fail with our own keys and claims.
func must[T any](value T, err error) T {
	if err != nil {
		panic("demo EHR: sign: " + err.Error())
	}
	return value
}

// sessionOf finds the session that an access or refresh token belongs to. The mutex is held.
func (a *authority) sessionOf(token string) *session {
	if t, ok := a.access[token]; ok {
		return t.session
	}
	if t, ok := a.refresh[token]; ok {
		return t.session
	}
	return nil
}

// serveRevoke ends a session by any of its tokens (RFC 7009). A token that is not known is no
// error.
func (a *authority) serveRevoke(w http.ResponseWriter, r *http.Request) {
	client, ok := a.readForm(w, r)
	if !ok {
		return
	}
	a.mutex.Lock()
	defer a.mutex.Unlock()
	if s := a.sessionOf(r.PostForm.Get("token")); s != nil && s.client == client.ID {
		s.revoked = true
	}
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusOK)
}

// serveIntrospect says what a token is good for (RFC 7662), to the client that holds it.
func (a *authority) serveIntrospect(w http.ResponseWriter, r *http.Request) {
	client, ok := a.readForm(w, r)
	if !ok {
		return
	}
	a.mutex.Lock()
	defer a.mutex.Unlock()
	t, ok := a.access[r.PostForm.Get("token")]
	if !ok || t.session.client != client.ID || t.session.revoked || a.now().After(t.expires) {
		writeJSON(w, http.StatusOK, "no-store", map[string]any{"active": false})
		return
	}
	response := map[string]any{
		"active": true, "client_id": client.ID, "scope": strings.Join(t.scopes, " "), "exp": t.expires.Unix(),
		"iss": a.endpoints.issuer, "sub": strings.ReplaceAll(t.session.user, "/", "-"),
		"fhirUser": a.endpoints.fhir + "/" + t.session.user, "patient": t.session.patient,
	}
	if t.session.encounter != "" {
		response["encounter"] = t.session.encounter
	}
	writeJSON(w, http.StatusOK, "no-store", response)
}
