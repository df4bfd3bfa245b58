package integration

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// What opening a visit may cost a clinician who waits for it.
const (
	mostBytes = 60 << 10              // of page and assets together, compressed
	mostCalls = 12                    // of the record to the first result; they go out in two rows, side by side
	mostDelay = 50 * time.Millisecond // from the record's last answer to the whole page
)

// A watch sees the calls of the record with their queries, which the demo EHR does not keep.
type watch struct {
	mu    sync.Mutex
	calls []string
	last  time.Time // when the latest answer was complete
}

func (w *watch) before(next http.Handler) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(rw, r)
		if !strings.HasPrefix(r.URL.Path, "/fhir/") {
			return
		}
		w.mu.Lock()
		defer w.mu.Unlock()
		w.calls, w.last = append(w.calls, r.Method+" "+r.URL.RequestURI()), time.Now()
	})
}

func (w *watch) reset() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.calls = nil
}

func (w *watch) seen() ([]string, time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Sorted(slices.Values(w.calls)), w.last
}

// TestBudgets opens every made-up visit: how large its page is with all its assets, how often the record
// is called for it, and how long the page takes after the record's last answer. A machine is busy with
// other things too, so of the delays the shortest counts.
func TestBudgets(t *testing.T) {
	eye := &watch{}
	w := target{watch: eye.before}.open(t)
	first := w.ehr.Visits()[0]
	newVisitor(t).launch(t, w.ehr.LaunchURL(first.Patient, first.Encounter)) // discovery and capabilities are kept from here on

	largest, most, shortest := 0, 0, time.Hour
	for _, visit := range w.ehr.Visits() {
		eye.reset()
		s := newVisitor(t).launch(t, w.ehr.LaunchURL(visit.Patient, visit.Encounter))
		shown := time.Now()
		calls, last := eye.seen()
		shortest = min(shortest, shown.Sub(last))
		most = max(most, len(calls))
		if len(calls) == 0 || len(calls) > mostCalls {
			t.Errorf("%s: %d calls of the record, want at most %d:\n%s", visit.Encounter, len(calls), mostCalls, strings.Join(calls, "\n"))
		}
		if once := slices.Compact(slices.Clone(calls)); len(once) < len(calls) {
			t.Errorf("%s: the record is asked the same thing twice:\n%s", visit.Encounter, strings.Join(calls, "\n"))
		}
		size := s.compressed(t)
		largest = max(largest, size)
		if size > mostBytes {
			t.Errorf("%s: %d bytes compressed, page and assets, want at most %d", visit.Encounter, size, mostBytes)
		}
	}
	if shortest > mostDelay {
		t.Errorf("the page comes %s after the record's last answer, want within %s", shortest, mostDelay)
	}
	t.Logf("at most %d bytes compressed, %d calls of the record; the page at best %s after the last answer", largest, most, shortest)
}

var assets = regexp.MustCompile(`(?:href|src)="(/[^"]+\.(?:css|js|svg|png|woff2)[^"]*)"`)

// compressed is the size of a visit's page and of everything it loads, as gzip would send it.
func (s *sitting) compressed(t *testing.T) int {
	t.Helper()
	size := zipped(t, []byte(s.page.raw))
	found := assets.FindAllStringSubmatch(s.page.raw, -1)
	if len(found) == 0 {
		t.Fatal("the page has no stylesheet")
	}
	for _, asset := range found {
		response, err := s.client.Get(s.page.at.Scheme + "://" + s.page.at.Host + asset[1])
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(response.Body)
		response.Body.Close()
		if err != nil || response.StatusCode != http.StatusOK {
			t.Fatalf("%s: %s, %v", asset[1], response.Status, err)
		}
		size += zipped(t, body)
	}
	return size
}

func zipped(t *testing.T, content []byte) int {
	t.Helper()
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	if _, err := z.Write(content); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return packed.Len()
}
