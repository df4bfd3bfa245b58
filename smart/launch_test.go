package smart_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/chargenote/chargenote/smart"
)

func TestLaunchOpens(t *testing.T) {
	for _, tt := range []struct {
		name   string
		set    func(*ehrServer, *smart.Issuer)
		client func(sentRequest) bool // how we showed who we are
	}{
		{"public client", func(*ehrServer, *smart.Issuer) {}, func(r sentRequest) bool {
			return r.form.Get("client_id") == "app-1" && r.authorization == ""
		}},
		{"symmetric, form-encoded", func(s *ehrServer, i *smart.Issuer) {
			s.clientID, s.clientSecret = "app:1", canarySecret+"%2B+%2F" // as a server that compares raw would see it
			i.Client = smart.Client{ID: "app:1", Auth: "basic", Secret: canarySecret + "+ /"}
			s.clientID = "app%3A1"
			s.claims = func(c map[string]any) { c["aud"] = "app:1" }
		}, func(r sentRequest) bool { return !r.form.Has("client_id") }},
		{"symmetric, raw", func(s *ehrServer, i *smart.Issuer) {
			s.clientSecret = canarySecret + "+/"
			i.Client = smart.Client{ID: "app-1", Auth: "basic", BasicEncoding: "raw", Secret: canarySecret + "+/"}
		}, func(r sentRequest) bool { return !r.form.Has("client_id") }},
		{"symmetric, in the form", func(s *ehrServer, i *smart.Issuer) {
			s.clientSecret, s.inForm = canarySecret+"+ /", true
			i.Client = smart.Client{ID: "app-1", Auth: "post", Secret: canarySecret + "+ /"}
		}, func(r sentRequest) bool { return r.authorization == "" && r.form.Has("client_secret") }},
		{"keys on an elliptic curve", func(s *ehrServer, i *smart.Issuer) {
			s.signer, s.alg = ecKey(), "ES384"
			s.published[0].Key, s.published[0].Algorithm = ecKey().Public(), "ES384"
		}, func(r sentRequest) bool { return true }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := newClock()
			ehr := newEHRServer(t, c)
			issuer := entry(ehr)
			tt.set(ehr, &issuer)
			a := newApp(t, c, issuer)
			got := a.open(a.browser(), ehr)

			want := &smart.Launch{
				ISS: ehr.iss(), Patient: canaryPatient, Encounter: "e1", User: "Practitioner/d1", Subject: "subject-1",
				StyleURL: ehr.URL + "/style.json", Intent: "review-visit-coding", Tenant: "north",
				FHIRContext: []smart.ContextItem{{Reference: "ImagingStudy/i1", Role: "launch"}},
				Scopes:      smart.DefaultScopes, Started: c.now(), Expires: c.now().Add(8 * time.Hour),
			}
			if diff := cmp.Diff(want, got, cmpopts.IgnoreUnexported(smart.Launch{}), cmpopts.IgnoreFields(smart.Launch{}, "ID", "Issuer")); diff != "" {
				t.Errorf("launch (-want +got):\n%s", diff)
			}
			if got.Issuer.Key != "ehr-one" || len(got.ID) != 43 {
				t.Errorf("issuer %q, id of %d letters", got.Issuer.Key, len(got.ID))
			}
			token := ehr.requests("/token")
			if len(token) != 1 || !tt.client(token[0]) {
				t.Errorf("token requests: %d, or the client did not show itself as configured", len(token))
			}
			a.app.End(t.Context(), nil, got)
			if n := len(ehr.requests("/revoke")); n != 2 || strings.Contains(a.log.text(), "revoked") {
				t.Errorf("%d revocations, or one was refused", n)
			}
			a.noSecret(t)
		})
	}
}

// The context of a launch is what an EHR makes of it: every part may be missing or odd.
func TestContext(t *testing.T) {
	for _, tt := range []struct {
		name     string
		response func(map[string]any)
		check    func(*smart.Launch) bool
	}{
		{"no banner said", func(r map[string]any) { delete(r, "need_patient_banner") }, func(l *smart.Launch) bool { return l.NeedPatientBanner }},
		{"banner as text", func(r map[string]any) { r["need_patient_banner"] = "false" }, func(l *smart.Launch) bool { return !l.NeedPatientBanner }},
		{"banner of another kind", func(r map[string]any) { r["need_patient_banner"] = 0 }, func(l *smart.Launch) bool { return l.NeedPatientBanner }},
		{"no encounter", func(r map[string]any) { delete(r, "encounter") }, func(l *smart.Launch) bool { return l.Encounter == "" }},
		{"encounter that climbs", func(r map[string]any) { r["encounter"] = "../Patient/2" }, func(l *smart.Launch) bool { return l.Encounter == "" }},
		{"patient as a reference", func(r map[string]any) { r["patient"] = "Patient/p7" }, func(l *smart.Launch) bool { return l.Patient == "p7" }},
		{"style elsewhere", func(r map[string]any) { r["smart_style_url"] = "https://evil.example/s.json" }, func(l *smart.Launch) bool { return l.StyleURL == "" }},
		{"context as strings", func(r map[string]any) { r["fhirContext"] = []any{"ImagingStudy/2", 7, map[string]any{}} },
			func(l *smart.Launch) bool {
				return slices.Equal(l.FHIRContext, []smart.ContextItem{{Reference: "ImagingStudy/2", Role: "launch"}})
			}},
		{"context of another kind", func(r map[string]any) { r["fhirContext"] = "x" }, func(l *smart.Launch) bool { return l.FHIRContext == nil }},
		{"no scope said is what was asked", func(r map[string]any) { delete(r, "scope") }, func(l *smart.Launch) bool { return l.CanCreate("ChargeItem") }},
		{"less granted", func(r map[string]any) { r["scope"] = "launch openid user/Patient.read" },
			func(l *smart.Launch) bool { return l.CanRead("Patient") && !l.CanCreate("ChargeItem") }},
		{"token_type in small letters", func(r map[string]any) { r["token_type"] = "bearer" }, func(l *smart.Launch) bool { return true }},
		{"lifetime as text", func(r map[string]any) { r["expires_in"] = "3600" }, func(l *smart.Launch) bool { return true }},
		{"no id_token: read only", func(r map[string]any) { delete(r, "id_token") },
			func(l *smart.Launch) bool {
				return l.User == "" && l.Subject == "" && l.CanRead("Encounter") && !l.CanCreate("ChargeItem")
			}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := newClock()
			ehr := newEHRServer(t, c)
			ehr.response = tt.response
			a := newApp(t, c, entry(ehr))
			if l := a.open(a.browser(), ehr); !tt.check(l) {
				t.Errorf("got %+v", *l)
			}
		})
	}
}

func TestFHIRUser(t *testing.T) {
	for _, tt := range []struct{ claim, want string }{
		{"Practitioner/d1", "Practitioner/d1"},
		{"BASE/Practitioner/d1", "Practitioner/d1"},
		{"BASE/PractitionerRole/r.1", "PractitionerRole/r.1"},
		{"Patient/p1", "Patient/p1"},
		{"RelatedPerson/x", "RelatedPerson/x"},
		{"Person/x", "Person/x"},
		{"Device/x", ""},
		{"Practitioner/", ""},
		{"Practitioner/..", ""},
		{"Practitioner/a/b", ""},
		{"../Practitioner/d1", ""},
		{"BASE/../Practitioner/d1", ""},
		{"BASE2/Practitioner/d1", ""},
		{"https://evil.example/fhir/r4/Practitioner/d1", ""},
		{"//evil.example/Practitioner/d1", ""},
		{"Practitioner/d1?x=y", ""},
		{"Practitioner/d1#x", ""},
		{"", ""},
	} {
		t.Run(tt.claim, func(t *testing.T) {
			c := newClock()
			ehr := newEHRServer(t, c)
			ehr.claims = func(claims map[string]any) { claims["fhirUser"] = strings.ReplaceAll(tt.claim, "BASE", ehr.iss()) }
			a := newApp(t, c, entry(ehr))
			if l := a.open(a.browser(), ehr); l.User != tt.want {
				t.Errorf("user %q, want %q", l.User, tt.want)
			}
		})
	}
}

func TestCookie(t *testing.T) {
	c := newClock()
	ehr := newEHRServer(t, c)
	a := newApp(t, c, entry(ehr))
	_, response := a.browser().walk(a.launchURL(ehr.iss(), canaryHandle), a.URL+"/launch/continue")
	cookies := response.Cookies()
	if len(cookies) != 1 {
		t.Fatalf("%d cookies", len(cookies))
	}
	got := cookies[0]
	if !strings.HasPrefix(got.Name, "__Host-l-") || !got.Secure || !got.HttpOnly || got.SameSite != http.SameSiteNoneMode ||
		!got.Partitioned || got.Path != "/" || got.Domain != "" || len(got.Value) != 43 {
		t.Errorf("cookie %+v", got)
	}
}

// The secret changes when somebody has signed in, so that one planted before is worth nothing after.
func TestCookieChangesAtSignIn(t *testing.T) {
	c := newClock()
	ehr := newEHRServer(t, c)
	a := newApp(t, c, entry(ehr))
	b := a.browser()
	at, _ := b.walk(a.launchURL(ehr.iss(), canaryHandle), a.URL+"/callback/")
	home := must(url.Parse(a.URL))
	before := b.Jar.Cookies(home)
	b.walk(at, "")
	after := b.Jar.Cookies(home)
	if len(before) != 1 || len(after) != 1 || before[0].Value == after[0].Value || before[0].Name != after[0].Name {
		t.Fatalf("%d cookies before, %d after, or the same secret", len(before), len(after))
	}
	old, id := a.browser(), a.lastLaunch().ID
	old.Jar.SetCookies(home, []*http.Cookie{{Name: before[0].Name, Value: before[0].Value, Path: "/", Secure: true}})
	if _, r := old.walk(a.URL+"/visit/"+id, ""); r.Header.Get("X-Kind") != string(smart.NotFound) {
		t.Errorf("the old secret still opens the launch: %d", r.StatusCode)
	}
	second := a.browser()
	a.open(second, ehr)
	if got := second.Jar.Cookies(home)[0].Value; got == after[0].Value {
		t.Errorf("two launches share a secret")
	}
}

func TestSecondLaunchAsksNeitherDiscoveryNorKeys(t *testing.T) {
	c := newClock()
	ehr := newEHRServer(t, c)
	a := newApp(t, c, entry(ehr))
	a.open(a.browser(), ehr)
	before := [2]int{len(ehr.requests("/fhir/r4/.well-known/smart-configuration")), len(ehr.requests("/jwks"))}
	if before != [2]int{1, 1} {
		t.Errorf("the first launch asked discovery and keys %v times, want once each", before)
	}
	c.forward(2 * time.Minute)
	a.open(a.browser(), ehr)
	after := [2]int{len(ehr.requests("/fhir/r4/.well-known/smart-configuration")), len(ehr.requests("/jwks"))}
	if after != before {
		t.Errorf("the second launch asked discovery and keys again: %v, then %v", before, after)
	}
}

func TestTwoChartsInOneBrowser(t *testing.T) {
	c := newClock()
	ehr := newEHRServer(t, c)
	a := newApp(t, c, entry(ehr))
	b := a.browser()
	ehr.response = func(r map[string]any) { r["patient"] = "one" }
	first := a.open(b, ehr)
	ehr.response = func(r map[string]any) { r["patient"] = "two" }
	second := a.open(b, ehr)
	if first.ID == second.ID {
		t.Fatal("two launches with one id")
	}
	for id, want := range map[string]string{first.ID: "one", second.ID: "two"} {
		if _, r := b.walk(a.URL+"/visit/"+id, ""); r.StatusCode != http.StatusOK || a.lastLaunch().Patient != want {
			t.Errorf("status %d, patient %q, want %q", r.StatusCode, a.lastLaunch().Patient, want)
		}
	}
	if _, r := a.browser().walk(a.URL+"/visit/"+first.ID, ""); r.Header.Get("X-Kind") != string(smart.NotFound) {
		t.Errorf("another browser with the id got %d %s", r.StatusCode, r.Header.Get("X-Kind"))
	}
	if _, r := b.walk(a.URL+"/visit/"+first.ID[:42]+"!", ""); r.Header.Get("X-Kind") != string(smart.NotFound) {
		t.Errorf("an id with another end got %d", r.StatusCode)
	}
}

func TestNinthLaunchEndsTheOneLeftLongest(t *testing.T) {
	c := newClock()
	ehr := newEHRServer(t, c)
	a := newApp(t, c, entry(ehr))
	b := a.browser()
	var ids []string
	for range 9 {
		ids = append(ids, a.open(b, ehr).ID)
		c.forward(time.Minute)
	}
	for n, id := range ids {
		_, r := b.walk(a.URL+"/visit/"+id, "")
		if open := r.StatusCode == http.StatusOK; open != (n > 0) {
			t.Errorf("launch %d open: %v", n+1, open)
		}
	}
}

func TestLaunchLife(t *testing.T) {
	c := newClock()
	ehr := newEHRServer(t, c)
	a := newApp(t, c, entry(ehr))
	b := a.browser()
	page := func(id string) string {
		_, r := b.walk(a.URL+"/visit/"+id, "")
		return r.Header.Get("X-Kind")
	}
	l := a.open(b, ehr)
	for range 31 { // every quarter of an hour, used to the last minute
		c.forward(15 * time.Minute)
		if kind := page(l.ID); kind != "" {
			t.Fatalf("closed %v after its start: %s", c.now().Sub(l.Started), kind)
		}
	}
	c.forward(15*time.Minute + time.Second)
	if kind := page(l.ID); kind != string(smart.Expired) {
		t.Errorf("after eight hours: %q", kind)
	}
	l = a.open(b, ehr)
	c.forward(15*time.Minute + time.Second)
	if kind := page(l.ID); kind != string(smart.Expired) {
		t.Errorf("idle for more than 15 minutes: %q", kind)
	}
	if kind := page(l.ID); kind != string(smart.NotFound) {
		t.Errorf("and then: %q", kind)
	}
}

func TestEnd(t *testing.T) {
	c := newClock()
	ehr := newEHRServer(t, c)
	a := newApp(t, c, entry(ehr))
	b := a.browser()
	l := a.open(b, ehr)
	w := newRecorder()
	a.app.End(t.Context(), w, l)
	var hints []string
	for _, r := range ehr.requests("/revoke") {
		hints = append(hints, r.form.Get("token_type_hint"))
		if !strings.HasPrefix(r.form.Get("token"), "canary-") || r.form.Get("client_id") != "app-1" {
			t.Errorf("revocation without token or client")
		}
	}
	if !slices.Equal(hints, []string{"refresh_token", "access_token"}) {
		t.Errorf("revoked %v", hints)
	}
	if cookie := w.Result().Cookies()[0]; cookie.MaxAge >= 0 {
		t.Errorf("cookie not cleared: %v", cookie.MaxAge)
	}
	if _, r := b.walk(a.URL+"/visit/"+l.ID, ""); r.Header.Get("X-Kind") != string(smart.NotFound) {
		t.Errorf("still open: %d", r.StatusCode)
	}
	if _, err := l.HTTPClient().Get(ehr.iss() + "/Patient/1"); kindOf(err) != smart.Reopen {
		t.Errorf("the client of an ended launch: %v", err)
	}
}

func TestFrameAncestors(t *testing.T) {
	c := newClock()
	ehr := newEHRServer(t, c)
	a := newApp(t, c, entry(ehr))
	next, _ := a.browser().walk(a.launchURL(ehr.iss(), canaryHandle), a.URL+"/launch/continue")
	for _, tt := range []struct {
		address string
		framed  bool
	}{
		{a.launchURL(ehr.iss(), "x"), true},
		{next, true},
		{a.URL + "/callback/ehr-one?state=x", true},
		{a.launchURL("https://evil.example", "x"), false},
		{a.URL + "/launch/continue?l=nothing", false},
		{a.URL + "/callback/other", false},
		{a.URL + "/", false},
	} {
		r, err := http.NewRequest(http.MethodGet, tt.address, nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := a.app.FrameAncestors(r); (len(got) == 1) != tt.framed {
			t.Errorf("%s: %v", strings.TrimPrefix(tt.address, a.URL), got)
		}
	}
}

func TestPlainDemo(t *testing.T) {
	c := newClock()
	app, err := smart.New(smart.Config{BaseURL: "http://127.0.0.1:8080", Now: c.now, HTTP: refusing{}, Issuers: []smart.Issuer{{
		ISS: "http://127.0.0.1:9090/fhir", Key: "demo", Client: smart.Client{ID: "x", Auth: "none"}, AllowPrivate: true,
	}}})
	if err != nil {
		t.Fatal(err)
	}
	w := newRecorder()
	r, _ := http.NewRequest(http.MethodGet, "/launch?"+url.Values{"iss": {"http://127.0.0.1:9090/fhir"}, "launch": {"x"}}.Encode(), nil)
	if err := app.Start(w, r); err != nil {
		t.Fatal(err)
	}
	got := w.Result().Cookies()[0]
	if !strings.HasPrefix(got.Name, "l-") || got.Secure || got.SameSite != http.SameSiteLaxMode || !got.HttpOnly || got.Partitioned {
		t.Errorf("cookie %+v", got)
	}
}
