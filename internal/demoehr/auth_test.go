package demoehr_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/chargenote/chargenote/internal/demoehr"
)

func TestAuthorizationRequest(t *testing.T) {
	s := start(t, nil)
	for _, tt := range []struct {
		name   string
		change func(url.Values)
		status int
		want   string // error that comes back; empty: a code
	}{
		{"as it should be", func(url.Values) {}, 303, ""},
		{"redirect address not registered", func(f url.Values) { f.Set("redirect_uri", redirectURI+"/") }, 400, ""},
		{"client not registered", func(f url.Values) { f.Set("client_id", "stranger") }, 400, ""},
		{"aud with a slash more", func(f url.Values) { f.Set("aud", s.ISS()+"/") }, 303, "invalid_request"},
		{"aud of another server", func(f url.Values) { f.Set("aud", "https://evil.test/fhir") }, 303, "invalid_request"},
		{"no state", func(f url.Values) { f.Del("state") }, 303, "invalid_request"},
		{"no challenge", func(f url.Values) { f.Del("code_challenge") }, 303, "invalid_request"},
		{"plain challenge", func(f url.Values) { f.Set("code_challenge_method", "plain") }, 303, "invalid_request"},
		{"made-up launch", func(f url.Values) { f.Set("launch", "guessed") }, 303, "invalid_request"},
		{"no launch scope", func(f url.Values) { f.Set("scope", "openid user/Patient.r") }, 303, "invalid_scope"},
		{"implicit flow", func(f url.Values) { f.Set("response_type", "token") }, 303, "unsupported_response_type"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			form := s.authorization(t, everything)
			tt.change(form)
			back, status := s.authorize(t, form)
			if status != tt.status || back.Get("error") != tt.want {
				t.Errorf("got %d and error %q, want %d and %q", status, back.Get("error"), tt.status, tt.want)
			}
			if wantCode := tt.status == 303 && tt.want == ""; (back.Get("code") != "") != wantCode {
				t.Errorf("code given: %t, want %t", back.Get("code") != "", wantCode)
			}
			if tt.status == 303 && back.Get("state") != form.Get("state") {
				t.Errorf("state came back as %q", back.Get("state"))
			}
		})
	}
}

func TestLaunchIsGoodOnceAndForTenMinutes(t *testing.T) {
	c := newClock()
	s := start(t, func(o *demoehr.Options) { o.Now = c.now })
	form := s.authorization(t, everything)
	if back, _ := s.authorize(t, form); back.Get("code") == "" {
		t.Fatalf("the first use was refused: %s", back.Get("error_description"))
	}
	if back, _ := s.authorize(t, form); back.Get("error") != "invalid_request" {
		t.Errorf("the second use of a launch: got error %q, want invalid_request", back.Get("error"))
	}
	late := s.authorization(t, everything)
	c.advance(10*time.Minute + time.Second)
	if back, _ := s.authorize(t, late); back.Get("error") != "invalid_request" {
		t.Errorf("a launch after ten minutes: got error %q, want invalid_request", back.Get("error"))
	}
}

func TestTokenRequest(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(url.Values)
		wait   time.Duration
		status int
		want   string
	}{
		{"as it should be", func(url.Values) {}, 0, 200, ""},
		{"after exactly a minute", func(url.Values) {}, time.Minute, 200, ""},
		{"after more than a minute", func(url.Values) {}, time.Minute + time.Second, 400, "invalid_grant"},
		{"wrong verifier", func(f url.Values) { f.Set("code_verifier", verifier+"x") }, 0, 400, "invalid_grant"},
		{"no verifier", func(f url.Values) { f.Del("code_verifier") }, 0, 400, "invalid_grant"},
		{"another redirect address", func(f url.Values) { f.Set("redirect_uri", redirectURI+"?x=1") }, 0, 400, "invalid_grant"},
		{"made-up code", func(f url.Values) { f.Set("code", "guessed") }, 0, 400, "invalid_grant"},
		{"unknown client", func(f url.Values) { f.Set("client_id", "stranger") }, 0, 401, "invalid_client"},
		{"confidential client without its secret", func(f url.Values) { f.Set("client_id", "confidential") }, 0, 401, "invalid_client"},
		{"unknown grant", func(f url.Values) { f.Set("grant_type", "password") }, 0, 400, "unsupported_grant_type"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := newClock()
			s := start(t, func(o *demoehr.Options) { o.Now, o.Seed = c.now, false })
			back, _ := s.authorize(t, s.authorization(t, everything))
			form := redemption(back.Get("code"))
			tt.change(form)
			c.advance(tt.wait)
			r := s.token(t, form)
			got, _ := r.body["error"].(string)
			if r.status != tt.status || got != tt.want {
				t.Errorf("got %d and error %q, want %d and %q", r.status, got, tt.status, tt.want)
			}
			if r.header.Get("Cache-Control") != "no-store" {
				t.Error("the token response may be cached")
			}
		})
	}
}

func TestConfidentialClient(t *testing.T) {
	s := start(t, nil)
	for _, tt := range []struct {
		name, secret string
		status       int
	}{
		{"right secret", "s3cret-made-up", 200},
		{"wrong secret", "s3cret", 401},
	} {
		t.Run(tt.name, func(t *testing.T) {
			form := s.authorization(t, everything)
			form.Set("client_id", "confidential")
			back, _ := s.authorize(t, form)
			token := redemption(back.Get("code"))
			token.Del("client_id")
			basic := base64.StdEncoding.EncodeToString([]byte("confidential:" + tt.secret))
			r := postForm(t, s.base+"/auth/token", token, map[string]string{"Authorization": "Basic " + basic})
			if r.status != tt.status {
				t.Errorf("got %d, want %d", r.status, tt.status)
			}
		})
	}
}

func TestTokenResponseCarriesTheContext(t *testing.T) {
	s := start(t, nil)
	got := s.login(t, "otis-fictum", "therapy-53", everything+" system/*.read patient/Nonsense.r")
	for name, want := range map[string]any{
		"token_type": "Bearer", "patient": "otis-fictum", "encounter": "therapy-53", "need_patient_banner": true,
		"smart_style_url": s.base + "/smart-style.json", "tenant": "demo-clinic", "scope": everything, "expires_in": json.Number("3600"),
	} {
		if got[name] != want {
			t.Errorf("%s is %v, want %v", name, got[name], want)
		}
	}
	without := s.login(t, "otis-fictum", "", "launch user/Patient.r")
	for _, name := range []string{"encounter", "id_token", "refresh_token"} {
		if _, there := without[name]; there {
			t.Errorf("%s is there although nothing asked for it", name)
		}
	}
}

func TestIDToken(t *testing.T) {
	s := start(t, nil)
	for _, address := range []string{s.ISS() + "/.well-known/smart-configuration", s.base + "/auth/.well-known/openid-configuration"} {
		doc := send(t, "GET", address, "", nil).body
		if doc["issuer"] != s.base+"/auth" {
			t.Fatalf("%s names the issuer %v", address, doc["issuer"])
		}
		tokens := s.login(t, "otis-fictum", "therapy-53", everything)
		claims := verify(t, doc["jwks_uri"].(string), tokens["id_token"].(string))
		half := sha256.Sum256([]byte(tokens["access_token"].(string)))
		for name, want := range map[string]string{
			"iss": s.base + "/auth", "aud": "public", "nonce": "a nonce",
			"fhirUser": s.ISS() + "/Practitioner/adaeze-okonkwo-reyes",
			"at_hash":  base64.RawURLEncoding.EncodeToString(half[:16]),
		} {
			if claims[name] != want {
				t.Errorf("claim %s is %v, want %v", name, claims[name], want)
			}
		}
		if claims["sub"] == "" || claims["exp"] == nil {
			t.Error("sub or exp is missing")
		}
	}
}

// verify checks a signature with the published keys and returns the claims.
func verify(t *testing.T, jwks, token string) map[string]any {
	t.Helper()
	r := send(t, "GET", jwks, "", nil)
	if !strings.Contains(r.header.Get("Cache-Control"), "max-age") {
		t.Error("the keys do not say how long they may be kept")
	}
	if strings.Contains(r.text, `"d"`) {
		t.Fatal("the private key is published")
	}
	var keys jose.JSONWebKeySet
	if err := json.Unmarshal([]byte(r.text), &keys); err != nil {
		t.Fatal(err)
	}
	signed, err := jose.ParseSignedCompact(token, []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		t.Fatal(err)
	}
	payload, err := signed.Verify(keys)
	if err != nil {
		t.Fatal(err)
	}
	var claims map[string]any
	if err := json.Unmarshal(payload, &claims); err != nil {
		t.Fatal(err)
	}
	return claims
}

func TestCodeUsedTwiceEndsTheSession(t *testing.T) {
	s := start(t, nil)
	back, _ := s.authorize(t, s.authorization(t, everything))
	first := s.token(t, redemption(back.Get("code")))
	c := client{t, s.ISS(), first.body["access_token"].(string)}
	if r := c.call("GET", "/Patient/otis-fictum", ""); r.status != 200 {
		t.Fatalf("the token does not work: %d", r.status)
	}
	if r := s.token(t, redemption(back.Get("code"))); r.body["error"] != "invalid_grant" {
		t.Errorf("the second use of a code: %d %s", r.status, r.text)
	}
	if r := c.call("GET", "/Patient/otis-fictum", ""); r.status != 401 {
		t.Errorf("after the second use of its code the token answers %d, want 401", r.status)
	}
}

func TestRefresh(t *testing.T) {
	s := start(t, nil)
	renew := func(refresh any, scope string) reply {
		token, _ := refresh.(string)
		form := url.Values{"grant_type": {"refresh_token"}, "refresh_token": {token}, "client_id": {"public"}}
		if scope != "" {
			form.Set("scope", scope)
		}
		return s.token(t, form)
	}
	first := s.login(t, "otis-fictum", "therapy-53", everything)

	if r := renew(first["refresh_token"], "launch user/*.cruds offline_access"); r.body["error"] != "invalid_scope" {
		t.Errorf("asking for more than was granted: %d %s", r.status, r.text)
	}
	second := renew(first["refresh_token"], "")
	if second.status != 200 || second.body["refresh_token"] == first["refresh_token"] || second.body["access_token"] == first["access_token"] {
		t.Fatalf("the first refresh gave %d and no new tokens", second.status)
	}
	if second.body["encounter"] != "therapy-53" {
		t.Error("the refreshed token lost its context")
	}
	narrow := renew(second.body["refresh_token"], "user/Patient.r")
	if narrow.status == 200 || narrow.body["error"] != "invalid_scope" {
		t.Errorf("a scope that was not granted as such: %d %s", narrow.status, narrow.text)
	}

	c := client{t, s.ISS(), second.body["access_token"].(string)}
	if r := renew(first["refresh_token"], ""); r.body["error"] != "invalid_grant" {
		t.Errorf("a used refresh token: %d %s", r.status, r.text)
	}
	if r := c.call("GET", "/Patient/otis-fictum", ""); r.status != 401 {
		t.Errorf("after reuse of a refresh token the session still answers %d, want 401", r.status)
	}
	if r := renew(second.body["refresh_token"], ""); r.body["error"] != "invalid_grant" {
		t.Errorf("the newest refresh token after reuse of an old one: %d", r.status)
	}
}

func TestTokenRunsOut(t *testing.T) {
	c := newClock()
	s := start(t, func(o *demoehr.Options) { o.Now = c.now })
	fhir := s.client(t, everything)
	c.advance(time.Hour)
	if r := fhir.call("GET", "/Patient/otis-fictum", ""); r.status != 200 {
		t.Errorf("at the end of its hour: %d", r.status)
	}
	c.advance(time.Second)
	r := fhir.call("GET", "/Patient/otis-fictum", "")
	if r.status != 401 || !strings.HasPrefix(r.header.Get("WWW-Authenticate"), "Bearer") {
		t.Errorf("after its hour: %d with WWW-Authenticate %q", r.status, r.header.Get("WWW-Authenticate"))
	}
}

func TestRevokeAndIntrospect(t *testing.T) {
	s := start(t, nil)
	tokens := s.login(t, "otis-fictum", "therapy-53", everything)
	access := tokens["access_token"].(string)
	ask := func() any {
		return postForm(t, s.base+"/auth/introspect", url.Values{"token": {access}, "client_id": {"public"}}, nil).body["active"]
	}
	if ask() != true {
		t.Error("a fresh token is not active")
	}
	form := url.Values{"token": {tokens["refresh_token"].(string)}, "client_id": {"public"}}
	if r := postForm(t, s.base+"/auth/revoke", form, nil); r.status != 200 {
		t.Errorf("revoke: %d", r.status)
	}
	if ask() != false {
		t.Error("the token is active after its session was revoked")
	}
	if r := (client{t, s.ISS(), access}).call("GET", "/Patient/otis-fictum", ""); r.status != 401 {
		t.Errorf("a revoked token answers %d, want 401", r.status)
	}
}

func TestFaultsOfTheTokenResponse(t *testing.T) {
	s := start(t, nil)
	s.Misbehave(demoehr.Fault{Kind: demoehr.FaultNoEncounter, Times: 1})
	if got := s.login(t, "otis-fictum", "therapy-53", everything); got["encounter"] != nil {
		t.Error("no-encounter: the encounter is there")
	}
	if got := s.login(t, "otis-fictum", "therapy-53", everything); got["encounter"] != "therapy-53" {
		t.Error("no-encounter struck more than once")
	}
	s.Misbehave(demoehr.Fault{Kind: demoehr.FaultNoIDToken})
	if got := s.login(t, "otis-fictum", "therapy-53", everything); got["id_token"] != nil {
		t.Error("no-id-token: the id_token is there")
	}
	s.Behave()
	s.Misbehave(demoehr.Fault{Kind: demoehr.FaultWrongNonce})
	got := s.login(t, "otis-fictum", "therapy-53", everything)
	if claims := verify(t, s.base+"/auth/jwks", got["id_token"].(string)); claims["nonce"] == "a nonce" {
		t.Error("wrong-nonce: the nonce is right")
	}
	s.Behave()
	s.Misbehave(demoehr.Fault{Kind: demoehr.FaultWrongKey})
	got = s.login(t, "otis-fictum", "therapy-53", everything)
	var keys jose.JSONWebKeySet
	if err := json.Unmarshal([]byte(send(t, "GET", s.base+"/auth/jwks", "", nil).text), &keys); err != nil {
		t.Fatal(err)
	}
	signed, err := jose.ParseSignedCompact(got["id_token"].(string), []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := signed.Verify(keys); err == nil {
		t.Error("wrong-key: the published key verifies the id_token")
	}
}
