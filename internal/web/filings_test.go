package web

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chargenote/chargenote/internal/journal"
	"github.com/chargenote/chargenote/internal/visit"
)

// held confirms everything that is offered, to be filed in a minute, and returns the page of the filing.
func (w *world) held(launch string) string {
	w.t.Helper()
	w.server.options.Hold = time.Minute
	at := w.post("/visit/"+launch+"/confirm", launch, w.previewed(launch)).Header().Get("Location")
	want(w.t, w.get(at, launch), http.StatusOK, "It will be filed at 15:01:00", "Undo, file nothing", "File now for Wilhelmina Testcase", "Look again")
	return at
}

func (w *world) sent(n int32) {
	w.t.Helper()
	if got := w.chart.files.Load(); got != n {
		w.t.Errorf("%d filings were sent, want %d", got, n)
	}
}

func TestAHeldFilingIsFiledInTimeThoughNobodyLooks(t *testing.T) {
	w := newWorld(t)
	w.server.options.Hold = 300 * time.Millisecond
	at := w.post("/visit/A/confirm", "A", w.previewed("A")).Header().Get("Location")
	w.sent(0)
	want(t, w.get("/visit/A", "A"), http.StatusOK, "It will be filed at 15:00:00.", "Undo it, or file it now")
	deadline := time.Now().Add(5 * time.Second)
	for w.chart.files.Load() == 0 && time.Now().Before(deadline) {
		time.Sleep(5 * time.Millisecond)
	}
	want(t, w.get(at, "A"), http.StatusOK, "Filed in the chart")
	want(t, w.get("/visit/A", "A"), http.StatusOK, "Filed on March 10, 2025, 15:00.", "See what the chart holds", `href="`+at+`"`)
	w.sent(1)
}

func TestUndoFilesNothingAndLeavesTheVisitAsBefore(t *testing.T) {
	w := newWorld(t)
	before := w.get("/visit/A", "A").Body.String()
	form := w.previewed("A")
	at := w.held("A")
	answer := w.post(at+"/undo", "A", nil)
	want(t, answer, http.StatusSeeOther)
	want(t, w.get(answer.Header().Get("Location"), "A"), http.StatusOK, "Undone: nothing was filed", "Nothing was sent to the chart")
	want(t, w.post(at+"/now", "A", nil), http.StatusSeeOther) // an old page
	if after := w.get("/visit/A", "A").Body.String(); after != before {
		t.Error("the visit's page is not as before")
	}
	w.server.options.Hold = 0
	want(t, w.get(w.post("/visit/A/confirm", "A", form).Header().Get("Location"), "A"), http.StatusOK, "Undone") // Back, and the same button
	w.sent(0)
	want(t, w.get(w.post("/visit/A/confirm", "A", w.previewed("A")).Header().Get("Location"), "A"), http.StatusOK, "Filed in the chart")
	w.sent(1)
}

func TestUndoTooLateSaysWhatBecameOfIt(t *testing.T) {
	w := newWorld(t)
	at := w.post("/visit/A/confirm", "A", w.previewed("A")).Header().Get("Location")
	want(t, w.get(at, "A"), http.StatusOK, "Filed in the chart")
	want(t, w.post(at+"/undo", "A", nil), http.StatusConflict, "It was too late to undo", "Filed in the chart")
}

func TestFileNow(t *testing.T) {
	w := newWorld(t)
	at := w.held("A")
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() { w.post(at+"/now", "A", nil) })
	}
	all.Wait()
	want(t, w.get(at, "A"), http.StatusOK, "Filed in the chart")
	w.sent(1)
}

// TestAHeldFilingReadsNoRecord: its page is asked for again and again.
func TestAHeldFilingReadsNoRecord(t *testing.T) {
	w := newWorld(t)
	at := w.held("A")
	w.server.options.Open = nil // whoever opens the chart panics
	for range 3 {
		want(t, w.get(at, "A"), http.StatusOK, "It will be filed at")
	}
}

func TestEndFilesWhatIsHeld(t *testing.T) {
	w := newWorld(t)
	w.held("A")
	want(t, w.post("/visit/A/end", "A", nil), http.StatusOK, "The chart is closed", "was sent to the chart first")
	w.sent(1)
}

// TestAnotherLaunchOfTheVisit sees what was confirmed, and a launch of another visit, patient or person
// can do nothing with it.
func TestAnotherLaunchOfTheVisit(t *testing.T) {
	w := newWorld(t)
	at := w.held("A")
	id := at[strings.LastIndex(at, "/"):]
	w.launches.open["again"] = launchOf("again", "p1", "e1")
	w.launches.open["colleague"] = launchOf("colleague", "Patient/p1", "Encounter/e1")
	w.launches.open["colleague"].User = "Practitioner/d2"
	w.launches.open["crossed"] = launchOf("crossed", "p1", "e2")
	w.launches.open["elsewhere"] = launchOf("elsewhere", "p1", "e1")
	w.launches.open["elsewhere"].Issuer.Tenant = "another clinic"

	for _, other := range []string{"again", "colleague"} {
		want(t, w.get("/visit/"+other, other), http.StatusOK, "It will be filed at", "/visit/"+other+"/writes"+id)
	}
	want(t, w.get("/visit/again/writes"+id, "again"), http.StatusOK, "Undo, file nothing")
	wantNot(t, w.get("/visit/colleague/writes"+id, "colleague"), "Undo, file nothing", "File now")
	for _, button := range []string{"/undo", "/now"} {
		want(t, w.post("/visit/colleague/writes"+id+button, "colleague", nil), http.StatusForbidden, "Somebody else confirmed this")
		for _, other := range []string{"B", "crossed", "elsewhere"} {
			answer := w.post("/visit/"+other+"/writes"+id+button, other, nil)
			want(t, answer, http.StatusNotFound, "not remembered here")
		}
	}
	for _, other := range []string{"crossed", "elsewhere"} {
		wantNot(t, w.get("/visit/"+other, other), "It will be filed at")
		wantNot(t, w.get("/visit/"+other+"/writes"+id, other), "90834", "Wilhelmina")
	}
	w.sent(0)
	want(t, w.post("/visit/again/writes"+id+"/undo", "again", nil), http.StatusSeeOther)
	want(t, w.get(at, "A"), http.StatusOK, "Undone")
}

// TestTwoLaunchesPressOnce: two launches of one visit, each with its own preview.
func TestTwoLaunchesPressOnce(t *testing.T) {
	w := newWorld(t)
	w.launches.open["again"] = launchOf("again", "p1", "e1")
	one, other := w.previewed("A"), w.previewed("again")
	at := w.post("/visit/A/confirm", "A", one).Header().Get("Location")
	want(t, w.get(at, "A"), http.StatusOK, "Filed in the chart")
	want(t, w.get(w.post("/visit/again/confirm", "again", other).Header().Get("Location"), "again"), http.StatusOK, "Filed in the chart")
	w.sent(1)
}

// TestAnotherPickedVisitKeepsTheFilingAtHand: what was confirmed can still be undone.
func TestAnotherPickedVisitKeepsTheFilingAtHand(t *testing.T) {
	w := newWorld(t)
	w.chart.choices = []visit.EncounterChoice{{Reference: "Encounter/e1"}, {Reference: "Encounter/e0"}}
	w.post("/visit/C/encounter", "C", url.Values{"encounter": {"Encounter/e1"}})
	at := w.held("C")
	w.post("/visit/C/encounter", "C", url.Values{"encounter": {"Encounter/e0"}})
	wantNot(t, w.get("/visit/C", "C"), "It will be filed at")
	want(t, w.post(at+"/undo", "C", nil), http.StatusSeeOther)
	w.sent(0)
}

func TestWithoutAJournalNothingIsSent(t *testing.T) {
	w := newWorld(t)
	form := w.previewed("A")
	_ = w.journal.Close(context.Background())
	want(t, w.post("/visit/A/confirm", "A", form), http.StatusServiceUnavailable, "The app is being restarted", "Nothing was filed")
	want(t, w.post("/visit/A/preview", "A", form), http.StatusServiceUnavailable, "The app cannot write down what you confirm", "nothing was sent", "Back to the visit")
	want(t, w.get("/visit/A", "A"), http.StatusOK, "cannot be looked up just now", "90834")
	w.sent(0)
}

func TestAfterARestart(t *testing.T) {
	for _, tt := range []struct {
		name  string
		state string // that the journal has
		read  visit.Receipt
		want  []string
	}{
		{"not sent", visit.StateNotSent, visit.Receipt{}, []string{"The program was interrupted before the time to undo was over, so nothing was filed. Confirm again."}},
		{"unknown, and not in the record", visit.StateUnknown, visit.Receipt{State: visit.StateUnknown}, []string{"check the charges of this visit in the chart"}},
		{"unknown, and in the record", visit.StateUnknown, visit.Receipt{State: visit.StateFiled, At: *at("14:59"), Items: []visit.FiledItem{{Kind: "ChargeItem", Key: "k1", Reference: "ChargeItem/c1", Verified: true}}},
			[]string{"Filed on March 10, 2025, 14:59."}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			w.chart.answer, w.chart.readBack = visit.Receipt{State: visit.StateUnknown}, &tt.read
			if tt.state == visit.StateNotSent {
				w.held("A")
				if err := w.journal.Stop(t.Context()); err != nil {
					t.Fatal(err)
				}
			} else {
				at := w.post("/visit/A/confirm", "A", w.previewed("A")).Header().Get("Location")
				for { // the answer is there
					entry, err := w.journal.Find(t.Context(), journal.Visit{Tenant: "clinic", Issuer: ehrOrigin + "/fhir", Patient: "p1", Encounter: "e1"}, at[strings.LastIndex(at, "/")+1:])
					if err != nil {
						t.Fatal(err)
					}
					if !entry.InFlight() {
						break
					}
				}
			}
			w.launches.open["again"] = launchOf("again", "p1", "e1")
			for range 2 {
				want(t, w.get("/visit/again", "again"), http.StatusOK, append(tt.want, "90834")...)
			}
			wantNot(t, w.get("/visit/again", "again"), `role="alert"`)
		})
	}
}

// TestTheLogNamesNoFiling: what is written of filings names no patient, code or key of the record.
func TestTheLogNamesNoFiling(t *testing.T) {
	w := newWorld(t)
	at := w.held("A")
	w.post(at+"/now", "A", nil)
	want(t, w.get(at, "A"), http.StatusOK, "Filed in the chart")
	if !strings.Contains(w.log.String(), "msg=filing") || !strings.Contains(w.log.String(), "state=filed") {
		t.Errorf("the log does not say what became of the filing:\n%s", w.log.String())
	}
	if found := regexp.MustCompile(`90834|Wilhelmina|p1|e1|d1|ChargeItem`).FindString(w.log.String()); found != "" {
		t.Errorf("the log says %q:\n%s", found, w.log.String())
	}
}
