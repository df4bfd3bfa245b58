package integration

import (
	"bytes"
	"compress/gzip"
	"io"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
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
// other things too, and its launches wait for it, so a quarter of them must keep to the delay.
func TestBudgets(t *testing.T) {
	eye := &watch{}
	w := target{watch: eye.before}.open(t)
	first := w.ehr.Visits()[0]
	newVisitor(t).launch(t, w.ehr.LaunchURL(first.Patient, first.Encounter)) // discovery and capabilities are kept from here on

	largest, most := 0, 0
	var delays []time.Duration
	for _, visit := range w.ehr.Visits() {
		eye.reset()
		s := newVisitor(t).launch(t, w.ehr.LaunchURL(visit.Patient, visit.Encounter))
		shown := time.Now()
		calls, last := eye.seen()
		delays = append(delays, shown.Sub(last))
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
	slices.Sort(delays)
	shortest, middle, longest := delays[0], delays[len(delays)/2], delays[len(delays)-1]
	if quarter := delays[len(delays)/4]; quarter > mostDelay {
		t.Errorf("the page comes %s after the record's last answer in the best quarter of %d launches, want within %s", quarter, len(delays), mostDelay)
	}
	t.Logf("at most %d bytes compressed, %d calls of the record; of %d launches the page came %s, %s and %s after the last answer (shortest, median, longest)",
		largest, most, len(delays), shortest, middle, longest)
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

// TestBrowserFirstView counts what a browser really loads to show a visit, whatever asks for it: every answer
// of the app, compressed, from the launch on. Nothing is loaded twice.
func TestBrowserFirstView(t *testing.T) {
	demo := startDemo(t)
	for _, encounter := range []string{"note-of-gaps", "phq9-item-9"} {
		b := startBrowser(t) // with nothing in its cache
		var mu sync.Mutex
		answered := map[network.RequestID]string{}
		if err := chromedp.Listen(b.ctx, func(event any) {
			if e, ok := event.(*network.EventResponseReceived); ok && originOf(e.Response.URL) != originOf(demo) && !strings.HasPrefix(e.Response.URL, "data:") {
				mu.Lock()
				defer mu.Unlock()
				answered[e.RequestID] = e.Response.URL
			}
		}); err != nil {
			t.Fatal(err)
		}
		b.goTo(demo + "/chart/" + encounter + "/launch?window=1")
		b.onPage("document.readyState === 'complete' && document.querySelector('#gaps') !== null", "the visit")
		mu.Lock()
		all := maps.Clone(answered)
		mu.Unlock()
		size, once := 0, map[string]bool{}
		for id, address := range all {
			body := call(b, network.GetResponseBody, network.GetResponseBodyParams{RequestID: id})
			size += zipped(t, body.Body)
			if once[address] {
				t.Errorf("%s: loaded twice: %s", encounter, address)
			}
			once[address] = true
		}
		if len(once) < 2 || size > mostBytes {
			t.Errorf("%s: %d answers of %d bytes compressed, want the page and its assets within %d", encounter, len(once), size, mostBytes)
		}
		t.Logf("%s: %d answers, %d bytes compressed", encounter, len(once), size)
	}
}
