package integration

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/chargenote/chargenote/internal/demoehr"
	"github.com/chargenote/chargenote/internal/pgserver"
)

// TestRestart ends the program in the middle of a filing, by kill -9 and in good order, starts it again
// and opens the visit from the chart, on both kinds of store. What the page says then is true, and the
// record holds one charge of each line at most.
func TestRestart(t *testing.T) {
	for _, store := range []struct {
		name   string
		config func(*testing.T) string
	}{{"SQLite", sqliteJournal}, {"PostgreSQL", postgresJournal}} {
		t.Run(store.name, func(t *testing.T) {
			config := store.config(t)
			for _, test := range []struct {
				name string
				run  func(*testing.T, *restarted)
			}{
				{"killed while it is held", killedHeld},
				{"killed on the way, before the record has it", killedBefore},
				{"killed on the way, when the record has it", killedAfter},
				{"stopped while it is held", stoppedHeld},
				{"stopped on the way", stoppedOnTheWay},
				{"held until its time, with nobody at the screen", heldInFull},
			} {
				t.Run(test.name, func(t *testing.T) { test.run(t, newRestarted(t, config)) })
			}
		})
	}
}

// journalKey writes the key of a journal and returns the line that names it.
func journalKey(t *testing.T) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(file, []byte(base64.StdEncoding.EncodeToString([]byte(strings.Repeat("k", 32)))), 0o600); err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("  keys: [%q]\n", file)
}

// sqliteJournal is in a file; each world of the test has its own visits, so they may share it one after the other.
func sqliteJournal(t *testing.T) string {
	return fmt.Sprintf("undo: 3s\njournal:\n  sqlite: %q\n", filepath.Join(t.TempDir(), "journal.db")) + journalKey(t)
}

func postgresJournal(t *testing.T) string {
	server, err := pgserver.Start(t.Context())
	if errors.Is(err, pgserver.ErrMissing) {
		unable(t, "%v", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Stop)
	return fmt.Sprintf("undo: 3s\njournal:\n  postgres: %q\n", server.Address("postgres")) + journalKey(t)
}

// A wire stands before the record and stops the one request that files.
type wire struct {
	stop    atomic.Value // what it stops: "", before or after
	reached chan struct{}
	on      chan struct{} // closed: go on
}

func (w *wire) before(ehr http.Handler) http.Handler {
	return http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		stop, _ := w.stop.Load().(string)
		if stop == "" || !files(r) {
			ehr.ServeHTTP(out, r)
			return
		}
		w.stop.Store("")
		answer := httptest.NewRecorder()
		if stop == "after" {
			ehr.ServeHTTP(answer, r)
		}
		close(w.reached)
		<-w.on
		for name, values := range answer.Header() {
			out.Header()[name] = values
		}
		out.WriteHeader(answer.Code)
		_, _ = out.Write(answer.Body.Bytes())
	})
}

// files reports whether a request is the transaction that files; a batch that reads goes the same way.
func files(r *http.Request) bool {
	if r.Method != http.MethodPost || !strings.HasSuffix(strings.TrimSuffix(r.URL.Path, "/"), "/fhir") {
		return false
	}
	body, err := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	return err == nil && bytes.Contains(body, []byte(`"transaction"`))
}

// A restarted world is one whose program ends in the middle of a filing.
type restarted struct {
	*world
	*wire
	visit demoehr.SeedVisit
	seen  review
	first *sitting
}

func newRestarted(t *testing.T, config string) *restarted {
	t.Helper()
	r := &restarted{wire: &wire{reached: make(chan struct{}), on: make(chan struct{})}}
	r.world = target{watch: r.before, config: config}.open(t)
	r.visit = r.fileable(t)
	r.first = newVisitor(t).launch(t, r.ehr.LaunchURL(r.visit.Patient, r.visit.Encounter))
	r.seen = r.first.review(t)
	return r
}

// sending confirms, and returns when the request that files has come as far as it is stopped.
func (r *restarted) sending(t *testing.T, stop string) {
	t.Helper()
	r.stop.Store(stop)
	held := r.first.hold(t, r.first.preview(t))
	now, ok := held.form("/now")
	if !ok {
		t.Fatalf("what was confirmed is not held: %s", held)
	}
	request := now.request(t)
	go func() { // it waits for an answer that may never come
		if response, err := r.first.client.Do(request); err == nil {
			_ = response.Body.Close()
		}
	}()
	select {
	case <-r.reached:
	case <-time.After(20 * time.Second):
		t.Fatal("nothing is sent")
	}
}

// opensAgain opens the visit from the chart and wants the page to say something of the filing.
func (r *restarted) opensAgain(t *testing.T, tag, words string) *sitting {
	t.Helper()
	s := newVisitor(t).launch(t, r.ehr.LaunchURL(r.visit.Patient, r.visit.Encounter))
	says(t, s.page, tag)
	if !strings.Contains(s.page.text, words) {
		t.Errorf("the page does not say %q: %s", words, s.page)
	}
	for _, other := range r.ehr.Visits() {
		if other.Patient != r.visit.Patient {
			crossed := newVisitor(t).launch(t, r.ehr.LaunchURL(other.Patient, other.Encounter))
			if strings.Contains(crossed.page.raw, "/writes/") {
				t.Errorf("the page of another patient speaks of the filing: %s", crossed.page)
			}
			break
		}
	}
	return s
}

func (r *restarted) holdsNothing(t *testing.T) {
	t.Helper()
	if n := len(r.record.charges(t, "Encounter/"+r.visit.Encounter)); n != 0 {
		t.Errorf("the record holds %d charges, want none", n)
	}
}

func killedHeld(t *testing.T, r *restarted) {
	says(t, r.first.hold(t, r.first.preview(t)), "held")
	r.app.kill(t)
	r.app.start(t)
	s := r.opensAgain(t, "not sent", "nothing was filed. Confirm again.")
	time.Sleep(3500 * time.Millisecond) // its time is over
	r.holdsNothing(t)
	says(t, s.confirm(t, s.preview(t)), "filed")
	r.filedOnce(t, r.seen)
}

func killedBefore(t *testing.T, r *restarted) {
	r.sending(t, "before")
	r.app.kill(t)
	close(r.on)
	r.app.start(t)
	s := r.opensAgain(t, "unknown", "check the charges of this visit in the chart")
	r.holdsNothing(t)
	says(t, s.confirm(t, s.preview(t)), "filed")
	r.filedOnce(t, r.seen)
}

func killedAfter(t *testing.T, r *restarted) {
	r.sending(t, "after")
	r.app.kill(t)
	close(r.on)
	charges, notes := r.filedOnce(t, r.seen)
	r.app.start(t)
	s := r.opensAgain(t, "filed", "Filed on ")
	says(t, s.confirm(t, s.preview(t)), "already there")
	r.still(t, r.seen.Encounter, charges, notes)
}

func stoppedHeld(t *testing.T, r *restarted) {
	says(t, r.first.hold(t, r.first.preview(t)), "held")
	r.app.stop(t)
	r.app.start(t)
	r.opensAgain(t, "not sent", "nothing was filed. Confirm again.")
	r.holdsNothing(t)
}

func stoppedOnTheWay(t *testing.T, r *restarted) {
	r.sending(t, "after")
	if err := r.app.command.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	time.AfterFunc(500*time.Millisecond, func() { close(r.on) })
	if err := r.app.command.Wait(); err != nil {
		t.Errorf("the program ended with %v", err)
	}
	r.app.command = nil
	r.filedOnce(t, r.seen)
	r.app.start(t)
	r.opensAgain(t, "filed", "Filed on ")
}

func heldInFull(t *testing.T, r *restarted) {
	says(t, r.first.hold(t, r.first.preview(t)), "held")
	r.holdsNothing(t)
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline) && len(r.record.charges(t, r.seen.Encounter)) == 0; {
		time.Sleep(100 * time.Millisecond)
	}
	r.filedOnce(t, r.seen)
	r.opensAgain(t, "filed", "Filed on ")
}

// TestJournalGone takes the store away from a running program: it is not ready, nothing is sent, and the
// page says so in one line.
func TestJournalGone(t *testing.T) {
	server, err := pgserver.Start(t.Context())
	if errors.Is(err, pgserver.ErrMissing) {
		unable(t, "%v", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Stop)
	r := newRestarted(t, fmt.Sprintf("undo: 0s\njournal:\n  postgres: %q\n", server.Address("postgres"))+journalKey(t))
	confirm := r.first.preview(t)
	server.Stop()
	if p := r.first.open(t, r.app.base+"/readyz"); p.status != http.StatusServiceUnavailable {
		t.Errorf("without its store the program answers /readyz with %d", p.status)
	}
	if p := r.first.press(t, confirm); p.status != http.StatusServiceUnavailable || !strings.Contains(p.text, "so nothing was sent") {
		t.Errorf("the confirmation answers %d: %s", p.status, p)
	}
	r.holdsNothing(t)
	if p := r.first.open(t, r.app.base+"/visit/"+r.first.launch); p.status != http.StatusOK || !strings.Contains(p.text, "nothing can be filed") {
		t.Errorf("the visit answers %d: %s", p.status, p)
	}
	r.logHoldsNoRecord(t)
}
