package smart_test

import (
	"net/http"
	"slices"
	"testing"
	"time"
)

// While the browser is on its way to the authorization page, connections to the token endpoint and
// to the FHIR base are opened; the token request and the first read find them open.
func TestConnectionsAreWarmAtTheLaunch(t *testing.T) {
	c := newClock()
	ehr := newEHRServer(t, c)
	a := newApp(t, c, entry(ehr))
	b := a.browser()
	next, _ := b.walk(a.launchURL(ehr.iss(), canaryHandle), a.URL+"/launch/continue")

	var warmed []string // the connections
	deadline := time.Now().Add(10 * time.Second)
	for len(warmed) < 2 {
		if time.Now().After(deadline) {
			t.Fatalf("%d of 2 connections were opened at /launch", len(warmed))
		}
		warmed = warmed[:0]
		for _, r := range ehr.everything() {
			if r.method == http.MethodHead && (r.path == "/token" || r.path == "/fhir/r4") {
				warmed = append(warmed, r.from)
			}
		}
		time.Sleep(time.Millisecond)
	}
	if _, response := b.walk(next, ""); response.StatusCode != http.StatusOK {
		t.Fatalf("the launch did not open: %v", a.lastError())
	}
	response, err := a.lastLaunch().HTTPClient().Get(ehr.iss() + "/Patient/1")
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	for _, path := range []string{"/token", "/fhir/r4/Patient/1"} {
		asked := ehr.requests(path)
		if len(asked) != 1 || !slices.Contains(warmed, asked[0].from) {
			t.Errorf("%s: asked %d times, not by a connection that was open", path, len(asked))
		}
	}
}
