package smart_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chargenote/chargenote/smart"
)

// status makes a request with the launch's client and returns the status.
func status(t *testing.T, l *smart.Launch, address string) (int, error) {
	t.Helper()
	response, err := l.HTTPClient().Get(address)
	if err != nil {
		return 0, err
	}
	_, _ = io.Copy(io.Discard, response.Body)
	response.Body.Close()
	return response.StatusCode, nil
}

// The token goes to the FHIR base and nowhere else (R93, R97, R98).
func TestTokenStaysOnTheBase(t *testing.T) {
	c := newClock()
	ehr, other := newEHRServer(t, c), newEHRServer(t, c)
	issuer := entry(ehr)
	issuer.Headers = map[string]string{"Epic-Client-ID": "client-of-the-site"}
	issuer.Hosts = []string{strings.TrimPrefix(other.URL, "https://")} // vouched for, and still without token
	a := newApp(t, c, issuer)
	l := a.open(a.browser(), ehr)
	port := strings.TrimPrefix(ehr.URL, "https://127.0.0.1")

	for _, tt := range []struct {
		name, address string
		token, sent   bool
	}{
		{"resource", ehr.iss() + "/Patient/1", true, true},
		{"base itself", ehr.iss(), true, true},
		{"base with slash", ehr.iss() + "/", true, true},
		{"search", ehr.iss() + "/Observation?patient=1&category=survey", true, true},
		{"host in capitals", "HTTPS://127.0.0.1" + port + "/fhir/r4/Patient/1", true, true},
		{"sibling path", ehr.iss() + "x/Patient/1", false, true},
		{"sibling that begins alike", ehr.iss() + "-evil/Patient/1", false, true},
		{"parent path", ehr.URL + "/fhir/Patient/1", false, true},
		{"climbing out", ehr.iss() + "/../admin", false, true},
		{"climbing out, encoded", ehr.iss() + "/%2e%2e/admin", false, true},
		{"climbing out, slash encoded", ehr.iss() + "/..%2f..%2fadmin", false, true},
		{"climbing out, backslash", ehr.iss() + "/..%5cadmin", false, true},
		{"path in capitals", ehr.URL + "/FHIR/r4/Patient/1", false, true},
		{"host that is vouched for", other.URL + "/fhir/r4/Patient/1", false, true},
		{"in the clear", strings.Replace(ehr.iss(), "https", "http", 1) + "/Patient/1", false, false},
		{"other port", "https://127.0.0.1:1/fhir/r4/Patient/1", false, false},
		{"other name of the host", "https://localhost" + port + "/fhir/r4/Patient/1", false, false},
		{"password in the address", strings.Replace(ehr.iss(), "https://", "https://a:b@", 1) + "/Patient/1", false, false},
		{"host that begins alike", "https://127.0.0.1.evil.example" + port + "/fhir/r4/Patient/1", false, false},
		{"host behind an at sign", "https://127.0.0.1" + port + "@evil.example/fhir/r4/Patient/1", false, false},
		{"elsewhere", "https://evil.example/fhir/r4/Patient/1", false, false},
		{"a file", "file:///etc/passwd", false, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			before := [2]int{len(ehr.asked()), len(other.asked())}
			r, err := http.NewRequest(http.MethodGet, tt.address, nil)
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Authorization", "Bearer of-the-caller")
			response, err := l.HTTPClient().Do(r)
			if err == nil {
				response.Body.Close()
			}
			got := append(ehr.asked()[before[0]:], other.asked()[before[1]:]...)
			if !tt.sent {
				if len(got) != 0 || kindOf(err) != smart.BadRequest {
					t.Errorf("%d requests, error %v", len(got), err)
				}
				return
			}
			if len(got) != 1 {
				t.Fatalf("%d requests, error %v", len(got), err)
			}
			bearer, header := got[0].authorization, got[0].header.Get("Epic-Client-ID")
			if tt.token != strings.HasPrefix(bearer, "Bearer "+canaryAccess) || (!tt.token && bearer != "") {
				t.Errorf("Authorization %q", bearer)
			}
			if tt.token != (header == "client-of-the-site") {
				t.Errorf("the site's header: %q", header)
			}
		})
	}
	for _, r := range other.everything() {
		if r.authorization != "" {
			t.Errorf("another host got an Authorization header")
		}
	}
}

func (s *ehrServer) everything() []sentRequest {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]sentRequest(nil), s.sent...)
}

// asked is every request but the HEADs that warm connections up whenever they get to it.
func (s *ehrServer) asked() []sentRequest {
	return slices.DeleteFunc(s.everything(), func(r sentRequest) bool { return r.method == http.MethodHead })
}

// A Host header of its own would name another server behind the same address.
func TestForeignHostHeaderGetsNoToken(t *testing.T) {
	c := newClock()
	ehr := newEHRServer(t, c)
	a := newApp(t, c, entry(ehr))
	l := a.open(a.browser(), ehr)
	r, _ := http.NewRequest(http.MethodGet, ehr.iss()+"/Patient/1", nil)
	r.Host = "evil.example"
	response, err := l.HTTPClient().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if got := ehr.requests("/fhir/r4/Patient/1"); len(got) != 1 || got[0].authorization != "" {
		t.Errorf("it got the token")
	}
}

func TestRedirectsGetNoToken(t *testing.T) {
	c := newClock()
	ehr := newEHRServer(t, c)
	var outside atomic.Int32
	other := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { outside.Add(1) }))
	t.Cleanup(other.Close)
	a := newApp(t, c, entry(ehr))
	l := a.open(a.browser(), ehr)
	for _, code := range []int{301, 302, 303, 307, 308} {
		for _, to := range []string{other.URL + "/fhir/r4/Patient/1", "http://127.0.0.1/", ehr.URL + "/other-tenant/Patient/1", ehr.iss() + "/Patient/2"} {
			ehr.fhir = func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, to, code) }
			before := len(ehr.asked())
			got, err := status(t, l, ehr.iss()+"/Patient/1")
			if err != nil || got != code {
				t.Errorf("%d to %s: status %d, %v", code, to, got, err)
			}
			if n := len(ehr.asked()) - before; n != 1 {
				t.Errorf("%d to %s: %d requests", code, to, n)
			}
		}
	}
	if outside.Load() != 0 {
		t.Errorf("%d requests went outside", outside.Load())
	}
}

// However many ask at once, one refresh is made, and the rotated refresh token is the one used next (R105 to R108).
func TestRefreshIsSingleFlight(t *testing.T) {
	for _, tt := range []struct {
		name  string
		spoil func(*clock, *ehrServer)
	}{
		{"at four fifths of its life", func(c *clock, _ *ehrServer) { c.forward(8 * time.Minute) }},
		{"on 401", func(_ *clock, s *ehrServer) { s.revokeAccess() }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := newClock()
			ehr := newEHRServer(t, c)
			ehr.lifetime = 600
			ehr.fhir = ehr.guarded
			a := newApp(t, c, entry(ehr))
			b := a.browser()
			l := a.open(b, ehr)
			for round := 1; round <= 3; round++ {
				tt.spoil(c, ehr)
				b.walk(a.URL+"/visit/"+l.ID, "") // somebody is still there
				var wg sync.WaitGroup
				for range 50 {
					wg.Go(func() {
						if got, err := status(t, l, ehr.iss()+"/Patient/1"); err != nil || got != http.StatusOK {
							t.Errorf("round %d: status %d, %v", round, got, err)
						}
					})
				}
				wg.Wait()
				if got := len(ehr.refreshes()); got != round {
					t.Fatalf("%d refreshes after round %d", got, round)
				}
			}
			used := map[string]bool{}
			for _, r := range ehr.refreshes() {
				if token := r.form.Get("refresh_token"); used[token] {
					t.Errorf("a refresh token was used twice")
				} else {
					used[token] = true
				}
				if r.form.Has("scope") || r.form.Get("client_id") != "app-1" {
					t.Errorf("refresh form %v", r.form)
				}
			}
		})
	}
}

func (s *ehrServer) refreshes() (found []sentRequest) {
	for _, r := range s.requests("/token") {
		if r.form.Get("grant_type") == "refresh_token" {
			found = append(found, r)
		}
	}
	return found
}

func TestTokenIsUsedUntilFourFifths(t *testing.T) {
	c := newClock()
	ehr := newEHRServer(t, c)
	ehr.lifetime = 600
	a := newApp(t, c, entry(ehr))
	l := a.open(a.browser(), ehr)
	c.forward(8*time.Minute - time.Second)
	if _, err := status(t, l, ehr.iss()+"/Patient/1"); err != nil || len(ehr.refreshes()) != 0 {
		t.Errorf("%d refreshes before it is due, %v", len(ehr.refreshes()), err)
	}
	c.forward(time.Second)
	if _, err := status(t, l, ehr.iss()+"/Patient/1"); err != nil || len(ehr.refreshes()) != 1 {
		t.Errorf("%d refreshes when it is due, %v", len(ehr.refreshes()), err)
	}
}

func TestReplayAfter401(t *testing.T) {
	for _, tt := range []struct {
		name  string
		body  func() io.Reader
		tries int
	}{
		{"no body", func() io.Reader { return nil }, 2},
		{"body that can be had again", func() io.Reader { return bytes.NewReader([]byte(`{"a":1}`)) }, 2},
		{"body that is gone", func() io.Reader { return io.MultiReader(strings.NewReader(`{"a":1}`)) }, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := newClock()
			ehr := newEHRServer(t, c)
			var bodies []string
			ehr.fhir = func(w http.ResponseWriter, r *http.Request) {
				body, _ := io.ReadAll(r.Body)
				bodies = append(bodies, string(body))
				w.WriteHeader(http.StatusUnauthorized) // whatever token comes
			}
			a := newApp(t, c, entry(ehr))
			l := a.open(a.browser(), ehr)
			response, err := l.HTTPClient().Post(ehr.iss()+"/ChargeItem", "application/fhir+json", tt.body())
			if err != nil {
				t.Fatal(err)
			}
			response.Body.Close()
			if response.StatusCode != http.StatusUnauthorized || len(bodies) != tt.tries || len(ehr.refreshes()) != tt.tries-1 {
				t.Errorf("status %d, %d tries, %d refreshes", response.StatusCode, len(bodies), len(ehr.refreshes()))
			}
			if tt.tries == 2 && bodies[0] != bodies[1] {
				t.Errorf("sent %q, then %q", bodies[0], bodies[1])
			}
		})
	}
}

func TestRefreshFails(t *testing.T) {
	refuse := func(code string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			writeJSON(w, 400, map[string]string{"error": code, "error_description": canaryBody})
		}
	}
	down := func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) }
	for _, tt := range []struct {
		name    string
		refresh http.HandlerFunc
		after   time.Duration // of a life of 10 minutes
		kind    smart.Kind
		again   smart.Kind // and at the next request
		asked   int
	}{
		{"invalid_grant", refuse("invalid_grant"), 9 * time.Minute, smart.Reopen, smart.Reopen, 1},
		{"the token still serves", down, 9 * time.Minute, "", "", 1},
		{"the token has run out", down, 11 * time.Minute, smart.EHR, smart.EHR, 1},
		{"invalid_client", refuse("invalid_client"), 11 * time.Minute, smart.EHR, smart.EHR, 1},
		{"a page", page, 11 * time.Minute, smart.EHR, smart.EHR, 1},
		{"another patient", func(w http.ResponseWriter, _ *http.Request) {
			writeJSON(w, 200, map[string]any{"access_token": "x", "token_type": "bearer", "patient": "somebody-else"})
		}, 9 * time.Minute, smart.Reopen, smart.Reopen, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := newClock()
			ehr := newEHRServer(t, c)
			ehr.lifetime = 600
			ehr.refresh = tt.refresh
			a := newApp(t, c, entry(ehr))
			b := a.browser()
			l := a.open(b, ehr)
			c.forward(tt.after)
			for n, want := range []smart.Kind{tt.kind, tt.again} {
				_, err := status(t, l, ehr.iss()+"/Patient/1")
				if kindOf(err) != want {
					t.Errorf("request %d: %v, want kind %q", n+1, err, want)
				}
				if err != nil && strings.Contains(err.Error(), "canary") {
					t.Errorf("a secret shows in %q", err)
				}
			}
			if got := len(ehr.refreshes()); got != tt.asked {
				t.Errorf("%d refreshes, want %d", got, tt.asked)
			}
			if tt.kind == smart.Reopen {
				if _, r := b.walk(a.URL+"/visit/"+l.ID, ""); r.Header.Get("X-Kind") != string(smart.Reopen) {
					t.Errorf("the page says %q", r.Header.Get("X-Kind"))
				}
			}
			a.noSecret(t)
		})
	}
}

func TestNoRefreshToken(t *testing.T) {
	c := newClock()
	ehr := newEHRServer(t, c)
	ehr.lifetime = 600
	ehr.response = drop("refresh_token")
	ehr.fhir = ehr.guarded
	a := newApp(t, c, entry(ehr))
	l := a.open(a.browser(), ehr)
	c.forward(9 * time.Minute)
	if got, err := status(t, l, ehr.iss()+"/Patient/1"); got != http.StatusOK {
		t.Errorf("before the end: %d, %v", got, err)
	}
	ehr.revokeAccess()
	if got, err := status(t, l, ehr.iss()+"/Patient/1"); got != http.StatusUnauthorized {
		t.Errorf("refused before the end: %d, %v", got, err)
	}
	c.forward(2 * time.Minute)
	if _, err := status(t, l, ehr.iss()+"/Patient/1"); kindOf(err) != smart.Reopen {
		t.Errorf("refused after the end: %v", err)
	}
}

// A caller that goes away while the refresh is under way must not take the rotated token with it.
func TestRefreshOutlivesItsCaller(t *testing.T) {
	c := newClock()
	ehr := newEHRServer(t, c)
	ehr.lifetime = 600
	a := newApp(t, c, entry(ehr))
	l := a.open(a.browser(), ehr)
	c.forward(9 * time.Minute)
	ctx, cancel := context.WithCancel(t.Context())
	ehr.refresh = func(w http.ResponseWriter, r *http.Request) {
		cancel() // while the EHR is thinking
		ehr.refresh = nil
		writeJSON(w, 200, ehr.tokens())
	}
	r, _ := http.NewRequestWithContext(ctx, http.MethodGet, ehr.iss()+"/Patient/1", nil)
	if _, err := l.HTTPClient().Do(r); !errors.Is(err, context.Canceled) {
		t.Fatalf("the caller got %v", err)
	}
	ehr.fhir = ehr.guarded
	if got, err := status(t, l, ehr.iss()+"/Patient/1"); got != http.StatusOK {
		t.Errorf("the next caller got %d, %v", got, err)
	}
	if got := len(ehr.refreshes()); got != 1 {
		t.Errorf("%d refreshes", got)
	}
}

// A launch that is ended while its token is renewed leaves no live token behind.
func TestEndWhileRefreshing(t *testing.T) {
	c := newClock()
	ehr := newEHRServer(t, c)
	ehr.lifetime = 600
	a := newApp(t, c, entry(ehr))
	l := a.open(a.browser(), ehr)
	c.forward(9 * time.Minute)
	ehr.refresh = func(w http.ResponseWriter, r *http.Request) {
		a.app.End(r.Context(), nil, l)
		writeJSON(w, 200, ehr.tokens())
	}
	if _, err := status(t, l, ehr.iss()+"/Patient/1"); kindOf(err) != smart.Reopen {
		t.Errorf("got %v", err)
	}
	if got := len(ehr.requests("/revoke")); got != 4 {
		t.Errorf("%d tokens revoked, want the old pair and the new", got)
	}
}

// Who has left the page for a quarter of an hour has left: what still runs gets no token.
func TestIdleLaunchGivesNoToken(t *testing.T) {
	c := newClock()
	ehr := newEHRServer(t, c)
	a := newApp(t, c, entry(ehr))
	l := a.open(a.browser(), ehr)
	c.forward(15*time.Minute + time.Second)
	if _, err := status(t, l, ehr.iss()+"/Patient/1"); kindOf(err) != smart.Reopen {
		t.Errorf("got %v", err)
	}
}

func TestErrorsOfTheClientHideTheAddress(t *testing.T) {
	c := newClock()
	ehr := newEHRServer(t, c)
	a := newApp(t, c, entry(ehr))
	l := a.open(a.browser(), ehr)
	_, err := status(t, l, "https://evil.example/Patient/"+canaryPatient)
	var wrapped *url.Error
	if !errors.As(err, &wrapped) { // net/http adds the address; who logs must unwrap
		t.Fatalf("%T", err)
	}
	if strings.Contains(wrapped.Err.Error(), "canary") {
		t.Errorf("a secret shows in %q", wrapped.Err)
	}
}
