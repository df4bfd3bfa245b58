package integration

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// The client that the app is registered as at the EHR of the tests.
const (
	clientID     = "chargenote-integration"
	clientSecret = "not-a-secret-of-anyone"
	issuerKey    = "clinic"
)

// An app is one running chargenote serve.
type app struct {
	base    string // where browsers reach it
	config  string
	log     *growing
	command *exec.Cmd
}

// freeAddress is a loopback address that nothing listens on just now.
func freeAddress(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// configuration is what a clinic writes for serve: one EHR, as a confidential client.
func configuration(listen, iss, frameAncestor string) string {
	return fmt.Sprintf(`
listen: %q
base_url: "http://%s"
insecure_loopback: true
issuers:
  - iss: %q
    key: %s
    tenant: integration-clinic
    client:
      id: %s
      auth: basic
      secret_env: INTEGRATION_CLIENT_SECRET
    frame_ancestors: [%q]
    allow_private: true
    zone: America/New_York
`, listen, listen, iss, issuerKey, clientID, frameAncestor)
}

// startApp runs the program until the test ends or stop is called, with more lines of configuration.
func startApp(t testing.TB, listen, iss, frameAncestor, more string) *app {
	t.Helper()
	a := &app{base: "http://" + listen, config: filepath.Join(t.TempDir(), "config.yaml"), log: &growing{}}
	if err := os.WriteFile(a.config, []byte(configuration(listen, iss, frameAncestor)+more), 0o600); err != nil {
		t.Fatal(err)
	}
	a.start(t)
	t.Cleanup(func() {
		a.stop(t)
		if t.Failed() {
			t.Logf("end of the log of chargenote serve:\n%s", a.log.end(15))
		}
	})
	return a
}

func (a *app) start(t testing.TB) {
	t.Helper()
	a.command = exec.Command(program, "serve", "--config", a.config)
	a.command.Env = append(os.Environ(), "INTEGRATION_CLIENT_SECRET="+clientSecret)
	a.command.Stdout, a.command.Stderr = a.log, a.log
	if err := a.command.Start(); err != nil {
		t.Fatal(err)
	}
	if err := answers(t.Context(), a.base+"/readyz", 20*time.Second); err != nil {
		t.Fatalf("chargenote serve does not get ready: %v\n%s", err, a.log)
	}
}

// stop ends the program as an operator does, and expects it to end in good order.
func (a *app) stop(t testing.TB) {
	t.Helper()
	if a.command == nil {
		return
	}
	if err := a.command.Process.Signal(syscall.SIGTERM); err != nil {
		t.Errorf("chargenote serve was gone before it was stopped: %v\n%s", err, a.log)
	}
	if err := a.command.Wait(); err != nil {
		t.Errorf("chargenote serve ended with %v\n%s", err, a.log)
	}
	a.command = nil
}

// kill ends the program as a machine that fails does.
func (a *app) kill(t testing.TB) {
	t.Helper()
	if err := a.command.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = a.command.Wait() // it was killed
	a.command = nil
}

// answers waits until an address answers 200.
func answers(ctx context.Context, address string, within time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
		if err != nil {
			return err
		}
		response, err := http.DefaultClient.Do(request)
		if err == nil {
			response.Body.Close()
			if response.StatusCode == http.StatusOK {
				return nil
			}
			err = fmt.Errorf("%s answers %s", address, response.Status)
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("after %s: %w", within, err)
		case <-tick.C:
		}
	}
}

// growing is output that is read while it is written.
type growing struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (g *growing) Write(b []byte) (int, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.text.Write(b)
}

func (g *growing) String() string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.text.String()
}

// end is the last lines.
func (g *growing) end(n int) string {
	all := g.lines()
	return strings.Join(all[max(0, len(all)-n):], "\n")
}

// lines are the full lines so far.
func (g *growing) lines() []string { return strings.Split(g.String(), "\n") }
