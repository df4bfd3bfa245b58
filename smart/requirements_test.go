package smart_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chargenote/chargenote/smart"
)

// TestRequirements holds what goes over the wire against the client requirements of SMART App Launch 2.2.
// The numbers are those of the Inferno SMART App Launch test kit, requirement set 2.2.0.
func TestRequirements(t *testing.T) {
	type wire struct {
		ehr                   *ehrServer
		app                   *appServer
		authorize             []url.Values
		exchange, renew, read sentRequest
	}
	run := func(t *testing.T, change func(*ehrServer, *smart.Issuer)) wire {
		c := newClock()
		ehr := newEHRServer(t, c)
		ehr.lifetime = 600
		issuer := entry(ehr)
		issuer.Aliases = []string{ehr.iss() + "/"}
		change(ehr, &issuer)
		a := newApp(t, c, issuer)
		a.open(a.browser(), ehr)
		b := a.browser()
		if _, r := b.walk(a.launchURL(ehr.iss()+"/", "a/b+c d&e=%é"), ""); r.StatusCode != http.StatusOK {
			t.Fatalf("the second launch did not open: %v", a.lastError())
		}
		c.forward(9 * time.Minute)
		if _, err := status(t, a.lastLaunch(), ehr.iss()+"/Patient/1"); err != nil {
			t.Fatal(err)
		}
		w := wire{ehr: ehr, app: a}
		for _, r := range ehr.requests("/authorize") {
			w.authorize = append(w.authorize, r.query)
		}
		w.exchange, w.renew, w.read = ehr.requests("/token")[1], ehr.refreshes()[0], ehr.requests("/fhir/r4/Patient/1")[0]
		return w
	}
	public := run(t, func(*ehrServer, *smart.Issuer) {})
	confidential := run(t, func(s *ehrServer, i *smart.Issuer) {
		s.clientSecret = "s3cret+/"
		i.Client = smart.Client{ID: s.clientID, Auth: "basic", BasicEncoding: "raw", Secret: "s3cret+/"}
	})
	unguessable := regexp.MustCompile(`^[A-Za-z0-9_-]{12}\.[A-Za-z0-9_-]{43}$`)

	for _, tt := range []struct {
		name string
		ok   func(w wire) bool
	}{
		{"R1 R29: discovery is read over TLS from the base, as JSON", func(w wire) bool {
			r := w.ehr.requests("/fhir/r4/.well-known/smart-configuration")
			return len(r) == 1 && r[0].header.Get("Accept") == "application/json"
		}},
		{"R379: a relative token endpoint is found", func(w wire) bool { return w.exchange.path == "/token" }},
		{"R32 R33 R34: response_type, client_id, redirect_uri", func(w wire) bool {
			q := w.authorize[0]
			return q.Get("response_type") == "code" && q.Get("client_id") == "app-1" && q.Get("redirect_uri") == w.app.URL+"/callback/ehr-one"
		}},
		{"R35: launch comes back as it came", func(w wire) bool {
			return w.authorize[0].Get("launch") == canaryHandle && w.authorize[1].Get("launch") == "a/b+c d&e=%é"
		}},
		{"R36: launch is there, once", func(w wire) bool { return len(w.authorize[0]["launch"]) == 1 }},
		{"R37 R46: scope, and no wildcard (R148)", func(w wire) bool {
			scopes := strings.Fields(w.authorize[0].Get("scope"))
			return slices.Equal(scopes, smart.DefaultScopes) && !strings.Contains(w.authorize[0].Get("scope"), "*")
		}},
		{"R2 R39 R40: state has 256 random bits and never comes twice", func(w wire) bool {
			one, two := w.authorize[0].Get("state"), w.authorize[1].Get("state")
			return unguessable.MatchString(one) && unguessable.MatchString(two) && one[13:] != two[13:]
		}},
		{"R41 R42 R43: aud is the iss, letter for letter", func(w wire) bool {
			return w.authorize[0].Get("aud") == w.ehr.iss() && w.authorize[1].Get("aud") == w.ehr.iss()+"/"
		}},
		{"R44 R45 R13: an S256 challenge, another each time", func(w wire) bool {
			one, two := w.authorize[0], w.authorize[1]
			return one.Get("code_challenge_method") == "S256" && len(one.Get("code_challenge")) == 43 && one.Get("code_challenge") != two.Get("code_challenge")
		}},
		{"R47 R196: openid and fhirUser are asked, with a nonce", func(w wire) bool {
			q := w.authorize[0]
			return slices.Contains(strings.Fields(q.Get("scope")), "fhirUser") && len(q.Get("nonce")) == 43
		}},
		{"R62: the token request is a form by POST", func(w wire) bool {
			return w.exchange.method == http.MethodPost && w.exchange.header.Get("Content-Type") == "application/x-www-form-urlencoded"
		}},
		{"R67 R68 R69 R70: grant_type, code, redirect_uri, code_verifier", func(w wire) bool {
			f := w.exchange.form
			return f.Get("grant_type") == "authorization_code" && strings.HasPrefix(f.Get("code"), canaryCode) &&
				f.Get("redirect_uri") == w.authorize[1].Get("redirect_uri") && len(f.Get("code_verifier")) == 43
		}},
		{"R93: the token is sent as Bearer", func(w wire) bool { return strings.HasPrefix(w.read.authorization, "Bearer "+canaryAccess) }},
		{"R105 R106: refresh by grant_type and token", func(w wire) bool {
			f := w.renew.form
			return f.Get("grant_type") == "refresh_token" && strings.HasPrefix(f.Get("refresh_token"), canaryRefresh)
		}},
		{"R107 R108: refresh asks for no other scope", func(w wire) bool { return !w.renew.form.Has("scope") }},
		{"R201 R218: the id_token is verified; TestEHRMisbehaves has the ways it can be wrong", func(w wire) bool {
			return w.app.lastLaunch().Subject == "subject-1" && len(w.ehr.requests("/jwks")) == 1
		}},
		{"R202: fhirUser is understood; TestFHIRUser has its forms", func(w wire) bool { return w.app.lastLaunch().User == "Practitioner/d1" }},
		{"R147: the granted scopes are kept", func(w wire) bool { return slices.Equal(w.app.lastLaunch().Scopes, smart.DefaultScopes) }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for kind, w := range map[string]wire{"public": public, "confidential": confidential} {
				if !tt.ok(w) {
					t.Errorf("%s client: authorize %v, token %v", kind, w.authorize, w.exchange.form)
				}
			}
		})
	}
	t.Run("R71: a public client says its id in the form", func(t *testing.T) {
		if f := public.exchange.form; f.Get("client_id") != "app-1" || f.Has("client_secret") || public.exchange.authorization != "" {
			t.Errorf("form %v", f)
		}
	})
	t.Run("R72 R345: a confidential client does not, and authenticates by Basic", func(t *testing.T) {
		for _, r := range []sentRequest{confidential.exchange, confidential.renew} {
			if r.form.Has("client_id") || r.form.Has("client_secret") || r.authorization != "Basic YXBwLTE6czNjcmV0Ky8=" {
				t.Errorf("form %v, Authorization %q", r.form, r.authorization)
			}
		}
	})
	t.Run("R4 R60 R61: state is checked and tied to the browser", TestCallbackIsTied)
	t.Run("R97 R98: the token goes to no other place", TestTokenStaysOnTheBase)
	t.Run("R5 R6: no redirect leaves for an address of the request", func(t *testing.T) {
		for _, w := range []wire{public, confidential} {
			_, first := w.app.browser().walk(w.app.launchURL(w.ehr.iss(), "https://evil.example/"), w.app.URL+"/launch/continue")
			if got := first.Header.Get("Location"); !strings.HasPrefix(got, "/launch/continue?l=") {
				t.Errorf("Location %q", got)
			}
		}
	})
	t.Run("R7 R8 R9 R90: no token in a cookie or an address", func(t *testing.T) {
		b := public.app.browser()
		at, response := b.walk(public.app.launchURL(public.ehr.iss(), canaryHandle), public.app.URL+"/visit/")
		seen := at + fmt.Sprint(response.Header)
		if strings.Contains(seen, canaryAccess) || strings.Contains(seen, canaryRefresh) || strings.Contains(seen, canaryPatient) {
			t.Errorf("it shows in %q", seen)
		}
	})
}

// Fifty charts opened at once in one browser: each gets its own launch.
func TestFiftyLaunchesAtOnce(t *testing.T) {
	c := newClock()
	ehr := newEHRServer(t, c)
	a := newApp(t, c, entry(ehr))
	b := a.browser()
	callbacks := make([]string, 50)
	var wg sync.WaitGroup
	for n := range callbacks {
		wg.Go(func() { callbacks[n], _ = b.walk(a.launchURL(ehr.iss(), fmt.Sprint("handle-", n)), a.URL+"/callback/") })
	}
	wg.Wait()
	opened := map[string]bool{}
	for _, at := range callbacks {
		visit, response := b.walk(at, a.URL+"/visit/")
		if !strings.HasPrefix(visit, a.URL+"/visit/") {
			t.Fatalf("refused with %d: %v", response.StatusCode, a.lastError())
		}
		opened[visit] = true
	}
	if len(opened) != 50 {
		t.Errorf("%d launches, want 50", len(opened))
	}
	if n := len(ehr.requests("/jwks")); n != 1 {
		t.Errorf("keys were asked for %d times", n)
	}
}

// An EHR that is down is not asked again by everyone at once, and is asked again later.
func TestDiscoveryRecovers(t *testing.T) {
	c := newClock()
	ehr := newEHRServer(t, c)
	ehr.discovery = drop("token_endpoint")
	a := newApp(t, c, entry(ehr))
	b := a.browser()
	for range 5 {
		b.walk(a.launchURL(ehr.iss(), canaryHandle), "")
	}
	if n := len(ehr.requests("/fhir/r4/.well-known/smart-configuration")); n != 1 {
		t.Errorf("asked %d times", n)
	}
	ehr.discovery = nil
	c.forward(5 * time.Second)
	a.open(b, ehr)
}

func FuzzLaunchRequest(f *testing.F) {
	seeds := []string{"iss=https%3A%2F%2Fehr.example%2Ffhir&launch=x", "iss=&launch=", "iss=%zz", "iss=a&iss=b", "l=abcdefghijkl", "state=a.b&code=c", "a;b", ""}
	for _, seed := range seeds {
		f.Add(seed)
	}
	var outbound int
	app, err := smart.New(smart.Config{BaseURL: "https://app.example", Issuers: []smart.Issuer{good()}, HTTP: counting(&outbound)})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, query string) {
		r := httptest.NewRequest(http.MethodGet, "/launch", nil)
		r.URL.RawQuery = query
		known := app.IssuerByISS(r.URL.Query().Get("iss")) != nil
		if err := app.Start(newRecorder(), r); err == nil && !known {
			t.Errorf("a launch began without a known iss")
		}
		if err := app.Continue(newRecorder(), r); err == nil {
			t.Errorf("a launch went on without a cookie")
		}
		if _, err := app.Callback(newRecorder(), r, "example-clinic"); err == nil {
			t.Errorf("a launch opened out of nothing")
		}
		if !known && outbound != 0 {
			t.Errorf("%d requests went out", outbound)
		}
	})
}

// BenchmarkLaunch is our own work for one launch, from the callback to the open launch. No socket is used, and the EHR signs
// its id_token beforehand, outside the measure.
func BenchmarkLaunch(b *testing.B) {
	c := newClock()
	ehr := unstarted(b, c)
	ehr.Server = &httptest.Server{URL: "https://ehr.example"}
	inProcess := roundTripper(func(r *http.Request) (*http.Response, error) {
		if r.Body == nil {
			r.Body = http.NoBody
		}
		w := httptest.NewRecorder()
		ehr.ServeHTTP(w, r)
		return w.Result(), nil
	})
	ehr.signer, ehr.alg, ehr.published[0].Key, ehr.published[0].Algorithm = ecKey(), "ES384", ecKey().Public(), "ES384"
	app, err := smart.New(smart.Config{BaseURL: "https://app.example", Now: c.now, HTTP: inProcess, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
		Issuers: []smart.Issuer{{ISS: ehr.iss(), Key: "ehr-one", Client: smart.Client{ID: "app-1", Auth: "none"}}}})
	if err != nil {
		b.Fatal(err)
	}
	get := func(address string, cookies []*http.Cookie, do func(http.ResponseWriter, *http.Request) error) *http.Response {
		r := httptest.NewRequest(http.MethodGet, address, nil)
		for _, cookie := range cookies {
			r.AddCookie(cookie)
		}
		w := httptest.NewRecorder()
		if err := do(w, r); err != nil {
			b.Fatal(err)
		}
		return w.Result()
	}
	b.ReportAllocs()
	for b.Loop() {
		b.StopTimer()
		started := get("/launch?"+url.Values{"iss": {ehr.iss()}, "launch": {"x"}}.Encode(), nil, app.Start)
		cookies := started.Cookies()
		asked := get(started.Header.Get("Location"), cookies, app.Continue)
		r := httptest.NewRequest(http.MethodGet, asked.Header.Get("Location"), nil).WithContext(context.Background())
		w := httptest.NewRecorder()
		ehr.ServeHTTP(w, r)
		ehr.mu.Lock()
		query := ehr.codes[must(url.Parse(w.Header().Get("Location"))).Query().Get("code")]
		ehr.sent = nil
		ehr.mu.Unlock()
		granted := ehr.grant(query)
		ehr.token = func(w http.ResponseWriter, _ *http.Request) { writeJSON(w, http.StatusOK, granted) }
		b.StartTimer()
		opened := get(w.Header().Get("Location"), cookies, func(w http.ResponseWriter, r *http.Request) error {
			id, err := app.Callback(w, r, "ehr-one")
			w.Header().Set("Launch", id)
			return err
		})
		get("/", opened.Cookies(), func(_ http.ResponseWriter, r *http.Request) error {
			_, err := app.Launch(r, opened.Header.Get("Launch"))
			return err
		})
		b.StopTimer()
		c.forward(time.Second)
		b.StartTimer()
	}
}
