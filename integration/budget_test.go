package integration

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chargenote/chargenote/internal/demoehr"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// What opening a visit may cost a clinician who waits for it.
const (
	mostBytes = 60 << 10              // of page and assets together, compressed
	mostCalls = 8                     // of the record to the first result, where the EHR takes a batch
	mostDelay = 50 * time.Millisecond // from the record's last answer to the whole page
)

// mostCallsOf is the most calls in the kinds of EHR that take no batch: one for each kind of resource that a
// visit is read from, a second for its observations, and the text of a note; patient and clinician come along with
// the encounter.
var mostCallsOf = map[string]int{"no-transaction": 11, "documents-only": 11, "read-only": 10}

// fewVisits are enough to see how a kind of EHR is asked: what is asked depends little on the visit.
const fewVisits = 8

// A watch sees the calls of the record with their queries, which the demo EHR does not keep.
type watch struct {
	mu    sync.Mutex
	calls []string
	read  []string  // what is read by them: a batch is as many as it has entries
	last  time.Time // when the latest answer was complete
}

func (w *watch) before(next http.Handler) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		_, rest, ofRecord := strings.Cut(r.URL.Path, "/fhir")
		if !ofRecord || rest != "" && rest[0] != '/' {
			next.ServeHTTP(rw, r)
			return
		}
		body, _ := io.ReadAll(r.Body) // a body that breaks off is the EHR's to refuse
		r.Body = io.NopCloser(bytes.NewReader(body))
		next.ServeHTTP(rw, r)
		w.mu.Lock()
		defer w.mu.Unlock()
		w.calls, w.last = append(w.calls, r.Method+" "+r.URL.RequestURI()), time.Now()
		w.read = append(w.read, readBy(r, body)...)
	})
}

// readBy is the addresses under the base that a call reads.
func readBy(r *http.Request, body []byte) []string {
	if r.Method == http.MethodGet {
		_, address, _ := strings.Cut(r.URL.RequestURI(), "/fhir/")
		return []string{address}
	}
	var bundle struct {
		Entry []struct{ Request struct{ Method, URL string } }
	}
	_ = json.Unmarshal(body, &bundle) // what is no Bundle reads nothing
	var read []string
	for _, entry := range bundle.Entry {
		if entry.Request.Method == http.MethodGet {
			read = append(read, entry.Request.URL)
		}
	}
	return read
}

func (w *watch) reset() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.calls, w.read = nil, nil
}

func (w *watch) seen() (calls, read []string, last time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Sorted(slices.Values(w.calls)), slices.Sorted(slices.Values(w.read)), w.last
}

// TestBudgets opens every made-up visit, and some in every other kind of EHR: how large its page is with all its assets, how
// often the record is called for it, and how long the page takes after the record's last answer. A machine is
// busy with other things too, and its launches wait for it, so a quarter of them must keep to the delay.
func TestBudgets(t *testing.T) {
	for _, personality := range demoehr.Personalities() {
		t.Run(personality.Name, func(t *testing.T) { budgets(t, personality.ID) })
	}
}

func budgets(t *testing.T, personality string) {
	allowed := mostCalls
	if more, ok := mostCallsOf[personality]; ok {
		allowed = more
	}
	eye := &watch{}
	w := target{watch: eye.before, personality: personality}.open(t)
	apart := ""                                                                 // the visit whose note is behind an address
	if !slices.Contains([]string{"documents-only", "read-only"}, personality) { // those let nobody put the text there
		apart = w.ehr.Visits()[1].Encounter
		w.record.moveNote(t, apart)
	}
	eye.reset()
	first := w.ehr.Visits()[0]
	newVisitor(t).launch(t, w.ehr.LaunchURL(first.Patient, first.Encounter)) // discovery and capabilities are kept from here on
	cold, _, _ := eye.seen()
	coldMost := allowed
	if allowed > mostCalls {
		coldMost += 3 // discovery, a look at the base and the statement come on top, the first time
	}
	if len(cold) == 0 || len(cold) > coldMost {
		t.Errorf("%d calls at the very first launch, want at most %d:\n%s", len(cold), coldMost, strings.Join(cold, "\n"))
	}

	largest, most := 0, 0
	var delays []time.Duration
	visits := w.ehr.Visits()
	if personality != "" {
		visits = visits[:fewVisits]
	}
	for _, visit := range visits {
		eye.reset()
		s := newVisitor(t).launch(t, w.ehr.LaunchURL(visit.Patient, visit.Encounter))
		shown := time.Now()
		calls, read, last := eye.seen()
		delays = append(delays, shown.Sub(last))
		most = max(most, len(calls))
		if len(calls) == 0 || len(calls) > allowed {
			t.Errorf("%s: %d calls of the record, want at most %d:\n%s", visit.Encounter, len(calls), allowed, strings.Join(calls, "\n"))
		}
		if once := slices.Compact(slices.Clone(read)); len(once) < len(read) {
			t.Errorf("%s: the record is asked the same thing twice:\n%s", visit.Encounter, strings.Join(read, "\n"))
		}
		if visit.Encounter == apart && !slices.ContainsFunc(read, func(address string) bool { return strings.HasPrefix(address, "Binary/") }) {
			t.Errorf("%s: the note behind an address was not read:\n%s", visit.Encounter, strings.Join(read, "\n"))
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
	t.Logf("at most %d bytes compressed, %d calls of the record (%d at the very first launch); of %d launches the page came %s, %s and %s after the last answer (shortest, median, longest)",
		largest, most, len(cold), len(delays), shortest, middle, longest)
}

// moveNote puts the text of a visit's note behind an address, where most EHRs keep it.
func (r record) moveNote(t *testing.T, encounter string) {
	t.Helper()
	found := r.search(t, "DocumentReference", url.Values{"encounter": {encounter}})
	if len(found) != 1 {
		t.Fatalf("%s has %d documents, want its note alone", encounter, len(found))
	}
	note := decoded[map[string]any](t, found[0])
	attachment := note["content"].([]any)[0].(map[string]any)["attachment"].(map[string]any)
	id := encounter + "-text"
	for path, resource := range map[string]any{
		"/Binary/" + id: map[string]any{"resourceType": "Binary", "id": id, "contentType": attachment["contentType"], "data": attachment["data"]},
		"/DocumentReference/" + note["id"].(string): note,
	} {
		delete(attachment, "data")
		attachment["url"] = "Binary/" + id
		body, err := json.Marshal(resource)
		if err != nil {
			t.Fatal(err)
		}
		if status, answer := r.ask(t, http.MethodPut, path, body); status >= 300 {
			t.Fatalf("PUT %s answers %d: %s", path, status, answer)
		}
	}
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
