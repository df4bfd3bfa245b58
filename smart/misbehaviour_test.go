package smart_test

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/chargenote/chargenote/smart"
)

func newRecorder() *httptest.ResponseRecorder { return httptest.NewRecorder() }

type refusing struct{}

func (refusing) RoundTrip(*http.Request) (*http.Response, error) { return nil, errors.New("refused") }

func kindOf(err error) smart.Kind {
	var e *smart.Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return ""
}

// noSecret fails when a canary shows in an error or in the log.
func (a *appServer) noSecret(t *testing.T) {
	t.Helper()
	a.mu.Lock()
	defer a.mu.Unlock()
	var texts []string
	for _, err := range a.errs {
		texts = append(texts, err.Error(), fmt.Sprintf("%+v", err), fmt.Sprintf("%#v", err))
		if e, ok := err.(*smart.Error); ok {
			if e.Kind != smart.NoCookie && e.Again != "" {
				t.Errorf("%s comes with an address", e.Kind)
			}
			if e.Advice == "" {
				t.Errorf("%s comes without advice", e.Kind)
			}
		} else {
			t.Errorf("%T is no *smart.Error", err)
		}
	}
	for _, text := range append(texts, a.log.text()) {
		if strings.Contains(text, "canary") {
			t.Errorf("a secret shows in %q", text)
		}
	}
}

// Every answer of the EHR that is not right ends in a refusal of the right kind, without a launch.
func TestEHRMisbehaves(t *testing.T) {
	unsigned := func(claims map[string]any, alg string) string {
		return encode(`{"alg":"`+alg+`","kid":"k1"}`) + "." + encode(string(must(json.Marshal(claims)))) + "."
	}
	for _, tt := range []struct {
		name   string
		set    func(*ehrServer)
		kind   smart.Kind
		reason string
	}{
		// id_token (R201, R218)
		{"wrong nonce", func(s *ehrServer) { s.claims = put("nonce", "other") }, smart.Identity, "nonce"},
		{"no nonce", func(s *ehrServer) { s.claims = drop("nonce") }, smart.Identity, "nonce"},
		{"wrong aud", func(s *ehrServer) { s.claims = put("aud", "app-2") }, smart.Identity, "audience"},
		{"no aud", func(s *ehrServer) { s.claims = drop("aud") }, smart.Identity, "audience"},
		{"several aud and no azp", func(s *ehrServer) { s.claims = put("aud", []string{"app-1", "app-2"}) }, smart.Identity, "several"},
		{"azp of another", func(s *ehrServer) { s.claims = put("azp", "app-2") }, smart.Identity, "another client"},
		{"empty azp", func(s *ehrServer) { s.claims = put("azp", "") }, smart.Identity, "another client"},
		{"wrong iss", func(s *ehrServer) { s.claims = put("iss", "https://evil.example") }, smart.Identity, "issuer"},
		{"iss with a slash more", func(s *ehrServer) { s.claims = put("iss", s.URL+"/") }, smart.Identity, "issuer"},
		{"iss that begins like ours", func(s *ehrServer) { s.claims = put("iss", s.URL+".evil.example") }, smart.Identity, "issuer"},
		{"no iss", func(s *ehrServer) { s.claims = drop("iss") }, smart.Identity, "issuer"},
		{"run out", func(s *ehrServer) { s.claims = put("exp", s.clock.now().Add(-time.Second).Unix()) }, smart.Identity, "time"},
		{"no exp", func(s *ehrServer) { s.claims = drop("exp") }, smart.Identity, "time"},
		{"issued in the future", func(s *ehrServer) { s.claims = put("iat", s.clock.now().Add(3*time.Minute).Unix()) }, smart.Identity, "future"},
		{"no iat", func(s *ehrServer) { s.claims = drop("iat") }, smart.Identity, "future"},
		{"not yet", func(s *ehrServer) { s.claims = put("nbf", s.clock.now().Add(time.Hour).Unix()) }, smart.Identity, "time"},
		{"no sub", func(s *ehrServer) { s.claims = drop("sub") }, smart.Identity, "subject"},
		{"at_hash of another token", func(s *ehrServer) { s.claims = put("at_hash", "AAAAAAAAAAAAAAAAAAAAAA") }, smart.Identity, "another access token"},
		{"alg none", func(s *ehrServer) { s.idToken = func(c map[string]any) any { return unsigned(c, "none") } }, smart.Identity, "signature"},
		{"alg None", func(s *ehrServer) { s.idToken = func(c map[string]any) any { return unsigned(c, "None") } }, smart.Identity, "signature"},
		{"RS256 without a signature", func(s *ehrServer) { s.idToken = func(c map[string]any) any { return unsigned(c, "RS256") } }, smart.Identity, "signature"},
		{"HS256 with the public key", func(s *ehrServer) {
			secret := must(json.Marshal(s.published[0].Key))
			s.idToken = func(c map[string]any) any { return sign(secret, "HS256", "k1", c) }
		}, smart.Identity, "signature"},
		{"HS256 with a key that the set holds", func(s *ehrServer) {
			secret := []byte(strings.Repeat("k", 32))
			s.published = append(s.published, jose.JSONWebKey{Key: secret, KeyID: "k2"})
			s.idToken = func(c map[string]any) any { return sign(secret, "HS256", "k2", c) }
		}, smart.Identity, "signature"},
		{"PS256, which is not on our list", func(s *ehrServer) { s.alg = "PS256"; s.published[0].Algorithm = "" }, smart.Identity, "signature"},
		{"RS256 where discovery says ES384", func(s *ehrServer) {
			s.discovery = put("id_token_signing_alg_values_supported", []string{"ES384"})
		}, smart.Identity, "signature"},
		{"discovery says none only", func(s *ehrServer) {
			s.discovery = put("id_token_signing_alg_values_supported", []string{"none"})
		}, smart.Identity, "no signature"},
		{"signed by another key under the same kid", func(s *ehrServer) { s.signer = otherRSA() }, smart.Identity, "signature"},
		{"unknown kid", func(s *ehrServer) { s.kid = "k9" }, smart.Identity, "signature"},
		{"key within the token", func(s *ehrServer) { s.idToken = func(c map[string]any) any { return signWithOwnKey(c) } }, smart.Identity, "signature"},
		{"key for encryption", func(s *ehrServer) { s.published[0].Use = "enc" }, smart.Identity, "signature"},
		{"key for another algorithm", func(s *ehrServer) { s.published[0].Algorithm = "RS512" }, smart.Identity, "signature"},
		{"OpenID document of another issuer", func(s *ehrServer) {
			s.discovery = drop("jwks_uri")
			s.openID = map[string]any{"issuer": s.URL + "/other", "jwks_uri": s.URL + "/jwks"}
			s.claims = put("iss", s.URL+"/other")
		}, smart.Identity, "signature"},
		{"OpenID document of the issuer is good", func(s *ehrServer) {
			s.discovery = drop("jwks_uri")
			s.openID = map[string]any{"issuer": s.URL, "jwks_uri": s.URL + "/jwks"}
		}, "", ""},
		{"OpenID document says no algorithm of ours", func(s *ehrServer) {
			s.discovery = drop("jwks_uri")
			s.openID = map[string]any{"issuer": s.URL, "jwks_uri": s.URL + "/jwks", "id_token_signing_alg_values_supported": []string{"EdDSA"}}
		}, smart.Identity, "no signature"},
		{"key set is no key set", func(s *ehrServer) {
			s.keys = func(w http.ResponseWriter, _ *http.Request) { writeJSON(w, 200, []string{canaryBody}) }
		}, smart.Identity, "signature"},
		{"key set is a page", func(s *ehrServer) { s.keys = page }, smart.Identity, "signature"},
		{"key set of more than 1 MB", func(s *ehrServer) { s.keys = large }, smart.Identity, "signature"},
		{"no issuer anywhere", func(s *ehrServer) {
			s.discovery = func(d map[string]any) { delete(d, "issuer"); delete(d, "jwks_uri") }
		}, smart.Identity, "who issues"},
		{"keys on another host", func(s *ehrServer) { s.discovery = put("jwks_uri", "https://evil.example/jwks") }, smart.Identity, "signature"},
		{"more than 16 kB", func(s *ehrServer) { s.claims = put("pad", strings.Repeat("x", 16<<10)) }, smart.Identity, "16 kB"},
		{"encrypted", func(s *ehrServer) { s.idToken = func(map[string]any) any { return "a.b.c.d.e" } }, smart.Identity, "compact"},
		{"many dots", func(s *ehrServer) { s.idToken = func(map[string]any) any { return strings.Repeat(".", 10_000) } }, smart.Identity, "compact"},
		{"one dot", func(s *ehrServer) { s.idToken = func(map[string]any) any { return "a.b" } }, smart.Identity, "compact"},
		{"empty", func(s *ehrServer) { s.idToken = func(map[string]any) any { return "" } }, smart.Identity, "string"},
		{"a number", func(s *ehrServer) { s.idToken = func(map[string]any) any { return 7 } }, smart.Identity, "string"},
		{"not JSON inside", func(s *ehrServer) {
			s.idToken = func(map[string]any) any { return sign(rsaKey(), "RS256", "k1", "text") }
		}, smart.Identity, "signature"},
		{"claims of the wrong kind", func(s *ehrServer) { s.claims = put("fhirUser", 7) }, smart.Identity, "claims"},

		// token response
		{"token_type mac", func(s *ehrServer) { s.response = put("token_type", "mac") }, smart.EHR, "token_type"},
		{"no token_type", func(s *ehrServer) { s.response = drop("token_type") }, smart.EHR, "token_type"},
		{"no access_token", func(s *ehrServer) { s.response = drop("access_token") }, smart.EHR, "token request"},
		{"a token of two lines", func(s *ehrServer) { s.response = put("access_token", "a\r\nX-Evil: 1") }, smart.EHR, "letters"},
		{"a token of more than 16 kB", func(s *ehrServer) { s.response = put("access_token", strings.Repeat("a", 16<<10+1)) }, smart.EHR, "too long"},
		{"no patient", func(s *ehrServer) { s.response = drop("patient") }, smart.NoPatient, "patient"},
		{"patient that climbs", func(s *ehrServer) { s.response = put("patient", "1/../../admin") }, smart.NoPatient, "patient"},
		{"two access tokens", func(s *ehrServer) {
			s.token = body(`{"access_token":"canary-access","token_type":"bearer","access_token":"b"}`)
		}, smart.EHR, "stands twice"},
		{"an access token of another case", func(s *ehrServer) { s.token = body(`{"Access_Token":"canary-access","token_type":"bearer"}`) }, smart.EHR, "access_token by case only"},
		{"two patients", func(s *ehrServer) {
			s.token = body(`{"access_token":"canary-access","token_type":"bearer","patient":"1","PATIENT":"canary-patient"}`)
		}, smart.EHR, "patient by case only"},
		{"a page", func(s *ehrServer) { s.token = page }, smart.EHR, "not JSON"},
		{"form-encoded", func(s *ehrServer) {
			s.token = func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "application/x-www-form-urlencoded")
				fmt.Fprint(w, "access_token=canary-access&token_type=bearer&patient=1")
			}
		}, smart.EHR, "not JSON"},
		{"a redirect", func(s *ehrServer) {
			s.token = func(w http.ResponseWriter, r *http.Request) {
				http.Redirect(w, r, "https://evil.example/token", http.StatusTemporaryRedirect)
			}
		}, smart.EHR, "redirect"},
		{"more than 1 MB", func(s *ehrServer) { s.token = large }, smart.EHR, "1 MB"},
		{"half a document", func(s *ehrServer) {
			s.token = func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "application/json")
				fmt.Fprint(w, `{"access_token":"canary-access`)
			}
		}, smart.EHR, "could not be read"},
		{"an error page with 500", func(s *ehrServer) {
			s.token = func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "text/html")
				w.WriteHeader(500)
				fmt.Fprint(w, canaryBody)
			}
		}, smart.EHR, "refused"},
		{"an error code of its own", func(s *ehrServer) {
			s.token = func(w http.ResponseWriter, _ *http.Request) {
				writeJSON(w, 400, map[string]string{"error": canaryBody})
			}
		}, smart.EHR, "refused"},
		{"invalid_client", func(s *ehrServer) { s.clientSecret = "one we were not given" }, smart.EHR, "invalid_client"},

		// discovery
		{"no token endpoint", func(s *ehrServer) { s.discovery = drop("token_endpoint") }, smart.EHR, "endpoint is missing"},
		{"token endpoint on another host", func(s *ehrServer) { s.discovery = put("token_endpoint", "https://evil.example/token") }, smart.EHR, "does not name"},
		{"token endpoint in the clear", func(s *ehrServer) {
			s.discovery = put("token_endpoint", strings.Replace(s.URL, "https", "http", 1)+"/token")
		}, smart.EHR, "does not name"},
		{"token endpoint with a password", func(s *ehrServer) {
			s.discovery = put("token_endpoint", strings.Replace(s.URL, "https://", "https://a:b@", 1)+"/token")
		}, smart.EHR, "does not name"},
		{"authorization endpoint that is a script", func(s *ehrServer) { s.discovery = put("authorization_endpoint", "javascript:alert(1)") }, smart.EHR, "does not name"},
		{"a list", func(s *ehrServer) { s.discovery = put("token_endpoint", []int{1}) }, smart.EHR, "not a JSON object"},

		// authorization response
		{"access_denied", func(s *ehrServer) { s.authorize = answerError("access_denied") }, smart.Denied, "access_denied"},
		{"invalid_scope", func(s *ehrServer) { s.authorize = answerError("invalid_scope") }, smart.EHR, "invalid_scope"},
		{"an error of its own", func(s *ehrServer) { s.authorize = answerError(canaryBody) }, smart.EHR, "said no"},
		{"issuer of another (RFC 9207)", func(s *ehrServer) {
			s.authorize = func(v url.Values) { v.Set("iss", "https://evil.example") }
		}, smart.BadState, "another issuer"},
		{"wrong state", func(s *ehrServer) { s.authorize = func(v url.Values) { v.Set("state", v.Get("state")+"x") } }, smart.BadState, "state"},
		{"state of other letters", func(s *ehrServer) { s.authorize = func(v url.Values) { v.Set("state", "canary") } }, smart.BadState, "state"},
		{"no state", func(s *ehrServer) { s.authorize = func(v url.Values) { v.Del("state") } }, smart.BadRequest, "state"},
		{"two states", func(s *ehrServer) { s.authorize = func(v url.Values) { v.Add("state", "x") } }, smart.BadRequest, "state"},
		{"two codes", func(s *ehrServer) { s.authorize = func(v url.Values) { v.Add("code", "x") } }, smart.BadRequest, "code"},
		{"no code", func(s *ehrServer) { s.authorize = func(v url.Values) { v.Del("code") } }, smart.BadRequest, "code"},
		{"code and error", func(s *ehrServer) { s.authorize = func(v url.Values) { v.Set("error", "x") } }, smart.BadRequest, "code"},
		{"a code without end", func(s *ehrServer) { s.authorize = func(v url.Values) { v.Set("code", strings.Repeat("x", 5000)) } }, smart.BadRequest, "code"},
		{"a code of another launch", func(s *ehrServer) { s.authorize = func(v url.Values) { v.Set("code", "canary-code-0") } }, smart.EHR, "invalid_grant"},
		{"the issuer itself (RFC 9207) is good", func(s *ehrServer) { s.authorize = func(v url.Values) { v.Set("iss", s.URL) } }, "", ""},
		{"iat a minute ahead is good", func(s *ehrServer) { s.claims = put("iat", s.clock.now().Add(time.Minute).Unix()) }, "", ""},
		{"several aud with our azp is good", func(s *ehrServer) {
			s.claims = func(c map[string]any) { c["aud"], c["azp"] = []string{"x", "app-1"}, "app-1" }
		}, "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := newClock()
			ehr := newEHRServer(t, c)
			tt.set(ehr)
			a := newApp(t, c, entry(ehr))
			_, response := a.browser().walk(a.launchURL(ehr.iss(), canaryHandle), "")
			if got := smart.Kind(response.Header.Get("X-Kind")); got != tt.kind {
				t.Fatalf("kind %q, want %q: %v", got, tt.kind, a.lastError())
			}
			if tt.kind != "" && !strings.Contains(a.lastError().Error(), tt.reason) {
				t.Errorf("error %q does not speak of %q", a.lastError(), tt.reason)
			}
			if (a.lastLaunch() != nil) != (tt.kind == "") {
				t.Errorf("open: %v", a.lastLaunch() != nil)
			}
			a.noSecret(t)
		})
	}
}

func put(key string, value any) func(map[string]any) {
	return func(m map[string]any) { m[key] = value }
}

func drop(key string) func(map[string]any) { return func(m map[string]any) { delete(m, key) } }

// body answers a request with JSON as it is written.
func body(written string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, written)
	}
}

func answerError(code string) func(url.Values) {
	return func(v url.Values) {
		v.Del("code")
		v.Set("error", code)
		v.Set("error_description", canaryBody)
	}
}

func page(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/html")
	fmt.Fprint(w, "<p>"+canaryBody)
}

func large(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	fmt.Fprintf(w, `{"pad":%q}`, strings.Repeat("x", 1<<20))
}

func encode(s string) string {
	return strings.TrimRight(base64.URLEncoding.EncodeToString([]byte(s)), "=")
}

func signWithOwnKey(claims map[string]any) string {
	signer := must(jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: otherRSA()},
		&jose.SignerOptions{EmbedJWK: true}))
	return must(must(signer.Sign(must(json.Marshal(claims)))).CompactSerialize())
}

// State, cookie and key of the callback must be those of one launch, once, in time (R4, R60, R61).
func TestCallbackIsTied(t *testing.T) {
	c := newClock()
	one, two := newEHRServer(t, c), newEHRServer(t, c)
	second := entry(two)
	second.Key = "ehr-two"
	a := newApp(t, c, entry(one), second)
	begin := func(b *browser) string {
		at, _ := b.walk(a.launchURL(one.iss(), canaryHandle), a.URL+"/callback/")
		return at
	}
	expect := func(t *testing.T, b *browser, at string, want smart.Kind) {
		t.Helper()
		_, r := b.walk(at, "")
		if got := smart.Kind(r.Header.Get("X-Kind")); got != want {
			t.Errorf("kind %q, want %q", got, want)
		}
		a.noSecret(t)
	}
	t.Run("another browser without any cookie", func(t *testing.T) {
		b := a.browser()
		at := begin(b)
		expect(t, a.browser(), at, smart.NoCookie)
		expect(t, b, at, "") // and the right browser is not disturbed
	})
	t.Run("another browser with a launch of its own", func(t *testing.T) {
		mine, theirs := a.browser(), a.browser()
		begin(theirs)
		expect(t, theirs, begin(mine), smart.NoCookie)
	})
	t.Run("a planted cookie of the right name", func(t *testing.T) {
		b, at := a.browser(), ""
		at = begin(b)
		name := "__Host-l-" + must(url.Parse(at)).Query().Get("state")[:12]
		evil := a.browser()
		evil.Jar.SetCookies(must(url.Parse(a.URL)), []*http.Cookie{{Name: name, Value: "planted", Path: "/", Secure: true}})
		expect(t, evil, at, smart.BadState)
		r, _ := http.NewRequest(http.MethodGet, at, nil) // both cookies: the right one counts
		r.AddCookie(&http.Cookie{Name: name, Value: "planted"})
		for _, cookie := range b.Jar.Cookies(r.URL) {
			r.AddCookie(cookie)
		}
		if _, err := a.app.Callback(newRecorder(), r, "ehr-one"); err != nil {
			t.Errorf("a planted cookie beside the right one: %v", err)
		}
	})
	t.Run("key of the other EHR", func(t *testing.T) {
		b := a.browser()
		at := begin(b)
		expect(t, b, strings.Replace(at, "/callback/ehr-one", "/callback/ehr-two", 1), smart.BadState)
		expect(t, b, at, smart.BadState) // the mix-up ended the launch
	})
	t.Run("key of no EHR", func(t *testing.T) {
		b := a.browser()
		expect(t, b, strings.Replace(begin(b), "/callback/ehr-one", "/callback/none", 1), smart.BadState)
	})
	t.Run("a second time, which ends what the first opened", func(t *testing.T) {
		b := a.browser()
		at := begin(b)
		expect(t, b, at, "")
		id := a.lastLaunch().ID
		revoked := len(one.requests("/revoke"))
		expect(t, b, at, smart.BadState)
		if got := len(one.requests("/revoke")) - revoked; got != 2 {
			t.Errorf("%d tokens revoked, want 2", got)
		}
		expect(t, b, a.URL+"/visit/"+id, smart.NotFound)
	})
	t.Run("late", func(t *testing.T) {
		b := a.browser()
		at := begin(b)
		c.forward(5*time.Minute + time.Second)
		expect(t, b, at, smart.Expired)
	})
	t.Run("in time", func(t *testing.T) {
		b := a.browser()
		at := begin(b)
		c.forward(5 * time.Minute)
		expect(t, b, at, "")
	})
	t.Run("an older state of the same launch", func(t *testing.T) {
		b := a.browser()
		next, _ := b.walk(a.launchURL(one.iss(), canaryHandle), a.URL+"/launch/continue")
		old, _ := b.walk(next, a.URL+"/callback/")
		latest, _ := b.walk(next, a.URL+"/callback/")
		expect(t, b, old, smart.BadState)
		expect(t, b, latest, "")
	})
	t.Run("a code that was used before", func(t *testing.T) {
		used, b := a.browser(), a.browser()
		first := must(url.Parse(begin(used)))
		expect(t, used, first.String(), "")
		at := must(url.Parse(begin(b)))
		query := at.Query()
		query.Set("code", first.Query().Get("code"))
		at.RawQuery = query.Encode()
		expect(t, b, at.String(), smart.EHR)
	})
}

// The browser that does not bring the cookie back is told so before the launch handle is spent.
func TestCookieProbe(t *testing.T) {
	c := newClock()
	ehr := newEHRServer(t, c)
	a := newApp(t, c, entry(ehr))
	next, _ := a.browser().walk(a.launchURL(ehr.iss(), canaryHandle), a.URL+"/launch/continue")
	blocked := a.browser()
	blocked.Jar = nil
	if _, r := blocked.walk(next, ""); r.Header.Get("X-Kind") != string(smart.NoCookie) {
		t.Fatalf("kind %q", r.Header.Get("X-Kind"))
	}
	if n := len(ehr.requests("/authorize")); n != 0 {
		t.Errorf("the launch handle was spent")
	}
	again := a.lastError().Again
	if _, r := a.browser().walk(a.URL+again, ""); r.StatusCode != http.StatusOK {
		t.Errorf("the address to begin again gives %d", r.StatusCode)
	}
	c.forward(6 * time.Minute)
	if _, r := blocked.walk(next, ""); r.Header.Get("X-Kind") != string(smart.Expired) || a.lastError().Again != "" {
		t.Errorf("late: %q", r.Header.Get("X-Kind"))
	}
}

// Keys that change are looked for once, and not again within a minute (R201).
func TestKeyRotation(t *testing.T) {
	c := newClock()
	ehr := newEHRServer(t, c)
	a := newApp(t, c, entry(ehr))
	a.open(a.browser(), ehr)

	ehr.mu.Lock()
	ehr.published = []jose.JSONWebKey{{Key: otherRSA().Public(), KeyID: "k2", Use: "sig"}}
	ehr.mu.Unlock()
	ehr.signer, ehr.kid = otherRSA(), "k2"
	a.open(a.browser(), ehr)
	if got := len(ehr.requests("/jwks")); got != 2 {
		t.Fatalf("keys asked for %d times, want 2", got)
	}

	ehr.kid = "k3"
	for range 3 {
		_, r := a.browser().walk(a.launchURL(ehr.iss(), canaryHandle), "")
		if r.Header.Get("X-Kind") != string(smart.Identity) {
			t.Fatalf("kind %q", r.Header.Get("X-Kind"))
		}
	}
	if got := len(ehr.requests("/jwks")); got != 2 {
		t.Errorf("unknown keys made %d requests within a minute", got-2)
	}
	c.forward(time.Minute)
	a.browser().walk(a.launchURL(ehr.iss(), canaryHandle), "")
	if got := len(ehr.requests("/jwks")); got != 3 {
		t.Errorf("after a minute: %d requests, want 3", got)
	}
}

// Where smart-configuration leaves it out, the OpenID document says who signs.
func TestKeysThroughOpenIDDiscovery(t *testing.T) {
	c := newClock()
	ehr := newEHRServer(t, c)
	ehr.discovery = func(d map[string]any) { delete(d, "issuer"); delete(d, "jwks_uri") }
	ehr.openID = map[string]any{"issuer": ehr.URL, "jwks_uri": ehr.URL + "/jwks"}
	a := newApp(t, c, entry(ehr))
	if l := a.open(a.browser(), ehr); l.User != "Practitioner/d1" {
		t.Errorf("user %q", l.User)
	}
}
