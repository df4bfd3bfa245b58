package integration

import (
	"context"
	"errors"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/chargenote/chargenote/internal/demoehr"
)

// A target is a kind of EHR that the suite is played on.
type target struct {
	upstream    string                          // FHIR base of the server behind the demo EHR's door; empty: the demo EHR's own memory
	ancestor    func(base string) string        // who may frame the app, from the demo EHR's address; nil: the demo EHR
	watch       func(http.Handler) http.Handler // stands before the demo EHR; nil: nothing does
	personality string                          // of the demo EHR; empty: the general one
	config      string                          // more lines of the app's configuration
}

// A world is one EHR with its made-up visits, untouched, and one app registered there.
type world struct {
	ehr    *demoehr.EHR
	app    *app
	record record // the record itself, not through the app
}

// open starts a world for one test.
func (tt target) open(t testing.TB) *world {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	base, appAddress := "http://"+listener.Addr().String(), freeAddress(t)
	ehr, err := demoehr.New(demoehr.Options{
		BaseURL:      base,
		AppLaunchURL: "http://" + appAddress + "/launch",
		Clients: []demoehr.Client{
			{ID: clientID, Secret: clientSecret, RedirectURIs: []string{"http://" + appAddress + "/callback/" + issuerKey}},
			{ID: observerID, RedirectURIs: []string{observerRedirect}},
		},
		Upstream:    tt.upstream,
		Personality: tt.personality,
		Seed:        true,
	})
	if err != nil {
		t.Fatal(err)
	}
	handler := ehr.Handler()
	if tt.watch != nil {
		handler = tt.watch(handler)
	}
	serve(t, listener, handler)
	w := &world{ehr: ehr}
	w.record = tt.record(t, ehr)
	framedBy := base
	if tt.ancestor != nil {
		framedBy = tt.ancestor(base)
	}
	hosting(t, base, framedBy, "http://"+appAddress)
	w.app = startApp(t, appAddress, ehr.ISS(), framedBy, tt.config)
	return w
}

// record is a way into the record that does not go through the app.
func (tt target) record(t testing.TB, ehr *demoehr.EHR) record {
	t.Helper()
	if tt.upstream == "" {
		visit := ehr.Visits()[0]
		return record{base: ehr.ISS(), client: observe(t, ehr, visit, "user/*.cruds")}
	}
	direct := record{base: tt.upstream, client: &http.Client{Timeout: time.Minute}}
	direct.empty(t)
	if err := ehr.SeedInto(t.Context(), tt.upstream, direct.client); err != nil {
		t.Fatalf("seed: %v", err)
	}
	return direct
}

func serve(t testing.TB, l net.Listener, h http.Handler) {
	t.Helper()
	server := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(l) }()
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := server.Shutdown(ctx); err != nil {
			t.Errorf("the demo EHR does not stop: %v", err)
		}
		if err := <-ended; !errors.Is(err, http.ErrServerClosed) {
			t.Errorf("the demo EHR ended with %v", err)
		}
	})
}

// TestDemoEHR plays the suite on the demo EHR.
func TestDemoEHR(t *testing.T) { suite(t, target{}) }

// TestHAPI plays the same suite on a real HAPI FHIR server behind the demo EHR's door, and shows it
// the exported rules.
func TestHAPI(t *testing.T) {
	base := startHAPI(t)
	suite(t, target{upstream: base})
	exportedRules(t, record{base: base, client: &http.Client{Timeout: time.Minute}})
}
