package main

import (
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/cookiejar"
	"strings"
	"testing"
	"time"

	"github.com/chargenote/chargenote/internal/demoehr"
)

// TestDemoKnowsEveryPersonality launches the app from each kind of EHR that the demo can be.
func TestDemoKnowsEveryPersonality(t *testing.T) {
	ehrListener, appListener := listenHere(t), listenHere(t)
	ehr, app, err := newDemo(t.Context(), ehrListener.Addr(), appListener.Addr(), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	serveHere(t, ehrListener, ehr.Handler())
	serveHere(t, appListener, app(appListener).handler)
	for _, p := range demoehr.Personalities() {
		jar, err := cookiejar.New(nil)
		if err != nil {
			t.Fatal(err)
		}
		browser := &http.Client{Jar: jar, Timeout: time.Minute}
		other, err := ehr.As(p.ID)
		if err != nil {
			t.Fatal(err)
		}
		answer, err := browser.Get(strings.TrimSuffix(other.ISS(), "/fhir") + "/chart/therapy-53/launch")
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(answer.Body)
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close()
		if answer.StatusCode != http.StatusOK || !strings.HasPrefix(answer.Request.URL.Path, "/visit/") || !strings.Contains(string(body), "November 16, 2026") {
			t.Errorf("%s: the launch ends at %s with %d", p.Name, answer.Request.URL.Path, answer.StatusCode)
		}
	}
}

func listenHere(t *testing.T) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func serveHere(t *testing.T, l net.Listener, h http.Handler) {
	t.Helper()
	s := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = s.Serve(l) }() // it ends when the test closes it
	t.Cleanup(func() { _ = s.Close() })
}
