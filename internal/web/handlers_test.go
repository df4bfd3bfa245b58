package web

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chargenote/chargenote/internal/visit"
	"github.com/chargenote/chargenote/smart"
)

func want(t *testing.T, answer *httptest.ResponseRecorder, status int, words ...string) {
	t.Helper()
	if answer.Code != status {
		t.Errorf("status %d, want %d", answer.Code, status)
	}
	for _, word := range words {
		if !strings.Contains(answer.Body.String(), word) {
			t.Errorf("the page does not say %q:\n%s", word, answer.Body.String())
		}
	}
}

func wantNot(t *testing.T, answer *httptest.ResponseRecorder, words ...string) {
	t.Helper()
	for _, word := range words {
		if strings.Contains(answer.Body.String(), word) {
			t.Errorf("the page says %q and must not", word)
		}
	}
}

var offerPattern = regexp.MustCompile(`name="offer" value="([^"]+)"`)
var previewPattern = regexp.MustCompile(`name="preview" value="([0-9a-f]{64})"`)
var attemptPattern = regexp.MustCompile(`name="attempt" value="([0-9]+)"`)
var wayPattern = regexp.MustCompile(`name="way" value="([^"]+)"`)

// previewed goes from the visit's page to the preview of everything that is offered, and returns
// the form that would file it.
func (w *world) previewed(launch string) url.Values {
	w.t.Helper()
	form := url.Values{}
	for _, offer := range offerPattern.FindAllStringSubmatch(w.get("/visit/"+launch, launch).Body.String(), -1) {
		form.Add("offer", offer[1])
	}
	if len(form) == 0 {
		w.t.Fatal("the visit's page offers nothing")
	}
	answer := w.post("/visit/"+launch+"/preview", launch, form)
	hash, attempt := previewPattern.FindStringSubmatch(answer.Body.String()), attemptPattern.FindStringSubmatch(answer.Body.String())
	if answer.Code != http.StatusOK || hash == nil || attempt == nil {
		w.t.Fatalf("preview answers %d without a hash or a number:\n%s", answer.Code, answer.Body)
	}
	form.Set("preview", hash[1])
	form.Set("attempt", attempt[1])
	form.Set("way", wayPattern.FindStringSubmatch(answer.Body.String())[1])
	return form
}

func TestVisitShowsSuggestionAndWhoseChartItIs(t *testing.T) {
	w := newWorld(t)
	answer := w.get("/visit/A", "A")
	want(t, answer, http.StatusOK, "Wilhelmina Testcase", "April 2, 1984", "MRN-0017", "90834", "6 min to 90837", "9 min above the line, under it 90832",
		"Preview what will be filed", "CPT codes © American Medical Association")
	w.launches.open["A"].NeedPatientBanner = false
	wantNot(t, w.get("/visit/A", "A"), `class="strip"`)
}

func TestFilingTakesTwoClicksAndSurvivesReload(t *testing.T) {
	w := newWorld(t)
	form := w.previewed("A")
	answer := w.post("/visit/A/confirm", "A", form)
	want(t, answer, http.StatusSeeOther)
	at := answer.Header().Get("Location")
	if !strings.HasPrefix(at, "/visit/A/writes/") {
		t.Fatalf("confirm leads to %q", at)
	}
	for range 2 {
		want(t, w.get(at, "A"), http.StatusOK, "Filed in the chart", "ChargeItem/c1, version 1", "read back and the same", "90834, 1 unit", "Wilhelmina Testcase")
	}
	want(t, w.post("/visit/A/confirm", "A", form), http.StatusSeeOther)
	if n := w.chart.files.Load(); n != 1 {
		t.Errorf("%d filings were sent, want 1", n)
	}
}

func TestPreviewNamesPatientAndShowsWhatIsWritten(t *testing.T) {
	w := newWorld(t)
	w.previewed("A")
	answer := w.post("/visit/A/preview", "A", url.Values{"offer": {"90834"}})
	want(t, answer, http.StatusOK, "File for Wilhelmina Testcase", "90834, 1 unit", "Encounter/e1", "https://ehr.example/fhir", "&#34;resourceType&#34;: &#34;ChargeItem&#34;")
	if n := w.chart.files.Load(); n != 0 {
		t.Errorf("a preview sent %d filings", n)
	}
}

func TestConfirmTwiceAtOnceFilesOnce(t *testing.T) {
	w := newWorld(t)
	form := w.previewed("A")
	w.chart.gate, w.chart.started = make(chan struct{}), make(chan struct{}, 8)
	places := make([]string, 8)
	var all sync.WaitGroup
	for i := range places {
		all.Go(func() { places[i] = w.post("/visit/A/confirm", "A", form).Header().Get("Location") })
	}
	<-w.chart.started
	close(w.chart.gate)
	all.Wait()
	for _, place := range places {
		if place == "" || place != places[0] {
			t.Errorf("one press leads to %q, another to %q", places[0], place)
		}
	}
	want(t, w.get(places[0], "A"), http.StatusOK, "Filed in the chart")
	if n := w.chart.files.Load(); n != 1 {
		t.Errorf("%d filings were sent, want 1", n)
	}
}

func TestStateOfAFilingThatIsStillSent(t *testing.T) {
	w := newWorld(t)
	form := w.previewed("A")
	w.chart.gate, w.chart.started = make(chan struct{}), make(chan struct{}, 8)
	done := make(chan string)
	go func() { done <- w.post("/visit/A/confirm", "A", form).Header().Get("Location") }()
	<-w.chart.started
	impatient, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	r := httptest.NewRequestWithContext(impatient, http.MethodGet, baseURL+"/visit/A/writes/"+form.Get("preview")[:writeIDLength], nil)
	r.AddCookie(&http.Cookie{Name: "l-A", Value: "A"})
	answer := httptest.NewRecorder()
	w.server.ServeHTTP(answer, r)
	want(t, answer, http.StatusOK, "Sending to the chart", "Look again")
	wantNot(t, answer, "http-equiv")
	patient := make(chan *httptest.ResponseRecorder)
	go func() { patient <- w.get("/visit/A/writes/"+form.Get("preview")[:writeIDLength], "A") }()
	close(w.chart.gate)
	want(t, <-patient, http.StatusOK, "Filed in the chart") // held back until the answer came
	want(t, w.get(<-done, "A"), http.StatusOK, "Filed in the chart")
}

func TestConfirmRefusesWhatWasNotPreviewed(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(*world, url.Values)
	}{
		{"another hash", func(_ *world, f url.Values) { f.Set("preview", strings.Repeat("0", 64)) }},
		{"no hash", func(_ *world, f url.Values) { f.Del("preview") }},
		{"no lines", func(_ *world, f url.Values) { f.Del("offer") }},
		{"no number of the attempt", func(_ *world, f url.Values) { f.Del("attempt") }},
		{"an attempt that is not the next one", func(_ *world, f url.Values) { f.Set("attempt", "2") }},
		{"a line that is not offered", func(_ *world, f url.Values) { f.Set("offer", "90837") }},
		{"looked at too long ago", func(w *world, _ url.Values) { w.now = w.now.Add(previewLife + time.Second) }},
		{"the visit changed and was previewed again", func(w *world, _ url.Values) {
			w.chart.set(therapyVisit(55))
			w.post("/visit/A/preview", "A", url.Values{"offer": {"90837"}})
		}},
		{"another user", func(w *world, _ url.Values) { w.launches.open["A"].User = "Practitioner/d2" }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			form := w.previewed("A")
			tt.change(w, form)
			want(t, w.post("/visit/A/confirm", "A", form), http.StatusConflict, "The visit changed, look again")
			if n := w.chart.files.Load(); n != 0 {
				t.Errorf("%d filings were sent, want none", n)
			}
		})
	}
}

func TestConfirmWithoutAPreview(t *testing.T) {
	w := newWorld(t)
	want(t, w.post("/visit/A/confirm", "A", url.Values{"offer": {"90834"}, "preview": {"x"}}), http.StatusConflict, "look again")
}

func TestPreviewSaysThatTheVisitChanged(t *testing.T) {
	w := newWorld(t)
	form := url.Values{"offer": {"90834"}, "seen": {seenIn(t, w.get("/visit/A", "A"))}}
	wantNot(t, w.post("/visit/A/preview", "A", form), "something changed")
	w.chart.set(therapyVisit(46))
	want(t, w.post("/visit/A/preview", "A", form), http.StatusOK, "something changed")
	w.chart.set(therapyVisit(55))
	want(t, w.post("/visit/A/preview", "A", form), http.StatusUnprocessableEntity, "not among the suggestions any more", "90837")
}

func seenIn(t *testing.T, answer *httptest.ResponseRecorder) string {
	t.Helper()
	found := regexp.MustCompile(`name="seen" value="([0-9a-f]+)"`).FindStringSubmatch(answer.Body.String())
	if found == nil {
		t.Fatal("the page does not say what it shows")
	}
	return found[1]
}

func TestNothingChosen(t *testing.T) {
	w := newWorld(t)
	want(t, w.post("/visit/A/preview", "A", nil), http.StatusUnprocessableEntity, "Nothing was chosen", `role="alert"`)
}

func TestNobodyKnownByNameFilesNothing(t *testing.T) {
	w := newWorld(t)
	w.launches.open["A"].User = ""
	answer := w.get("/visit/A", "A")
	want(t, answer, http.StatusOK, "90834", "did not say who you are")
	wantNot(t, answer, "Preview what will be filed")
	want(t, w.post("/visit/A/preview", "A", url.Values{"offer": {"90834"}}), http.StatusForbidden, "Nothing can be filed without a name")
}

func TestAMissingScopeIsSaidBeforeTheClick(t *testing.T) {
	w := newWorld(t)
	wantNot(t, w.get("/visit/A", "A"), "user/ChargeItem.c")
	w.launches.open["A"].Scopes = []string{"user/ChargeItem.rs", "user/DocumentReference.write"}
	want(t, w.get("/visit/A", "A"), http.StatusOK, "analyst for user/ChargeItem.c, user/Provenance.c.", "Preview what will be filed")
}

func TestWhatBecameOfAFiling(t *testing.T) {
	created := visit.FiledItem{Kind: "ChargeItem", Key: "k1", Reference: "ChargeItem/c1", Version: "1", Created: true}
	for _, tt := range []struct {
		name string
		set  func(*chart)
		want []string
	}{
		{"already there", func(c *chart) {
			c.answer = visit.Receipt{State: visit.StateAlready, Items: []visit.FiledItem{{Kind: "ChargeItem", Key: "k1", Reference: "ChargeItem/c1"}}}
		}, []string{"Already in the chart", "already there", "read back and the same"}},
		{"refused", func(c *chart) {
			c.answer = visit.Receipt{State: visit.StateRefused, Reason: "ask for scope user/ChargeItem.c"}
			c.readBack = &visit.Receipt{State: visit.StateUnknown}
		}, []string{"The EHR refused", "Nothing was written", "Ask for scope user/ChargeItem.c."}},
		{"unknown and not found", func(c *chart) {
			c.answer = visit.Receipt{State: visit.StateUnknown, Reason: "the answer was lost"}
			c.readBack = &visit.Receipt{State: visit.StateUnknown}
		}, []string{"check the chart", "The answer was lost."}},
		{"unknown and found", func(c *chart) {
			c.answer = visit.Receipt{State: visit.StateUnknown, Reason: "the answer was lost"}
		}, []string{"Filed in the chart", "read back and the same"}},
		{"an error that sent nothing", func(c *chart) { c.fileErr = errPlain; c.readBack = &visit.Receipt{} },
			[]string{"The EHR refused", "It could not be sent", "preview it again"}},
		{"time ran out", func(c *chart) {
			c.fileErr = fmt.Errorf("filing: %w", contextDeadline)
			c.readBack = &visit.Receipt{}
		}, []string{"check the chart", "did not answer in time"}},
		{"differs", func(c *chart) {
			c.answer = visit.Receipt{State: visit.StateFiled, Items: []visit.FiledItem{created}}
			c.readBack = &visit.Receipt{State: visit.StateFiled, Items: []visit.FiledItem{{Kind: "ChargeItem", Key: "k1", Reference: "ChargeItem/c1", Version: "2", Differs: "quantity is 2"}}}
		}, []string{"Filed in the chart", "differs from what was sent", "Quantity is 2.", "version 2", ">filed<"}},
		{"not read back", func(c *chart) { c.readErr = errPlain }, []string{"Filed in the chart", "could not be read back", "not read back"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			form := w.previewed("A")
			tt.set(w.chart)
			want(t, w.get(w.post("/visit/A/confirm", "A", form).Header().Get("Location"), "A"), http.StatusOK, tt.want...)
		})
	}
}

func TestARefusedFilingIsSentAgainOnlyAfterAFreshLook(t *testing.T) {
	w := newWorld(t)
	form := w.previewed("A")
	w.chart.answer = visit.Receipt{State: visit.StateRefused}
	for range 2 {
		want(t, w.get(w.post("/visit/A/confirm", "A", form).Header().Get("Location"), "A"), http.StatusOK, "The EHR refused")
	}
	if n := w.chart.files.Load(); n != 1 {
		t.Errorf("the same press was sent %d times, want 1", n)
	}
	w.chart.answer = visit.Receipt{}
	want(t, w.get(w.post("/visit/A/confirm", "A", w.previewed("A")).Header().Get("Location"), "A"), http.StatusOK, "Filed in the chart")
	if n := w.chart.files.Load(); n != 2 {
		t.Errorf("after a fresh look %d were sent, want 2", n)
	}
}

func TestALaunchOpensOnlyItsOwnPaths(t *testing.T) {
	w := newWorld(t)
	form := w.previewed("A")
	for _, tt := range []struct{ method, path, cookie string }{
		{http.MethodGet, "/visit/B", "A"}, {http.MethodGet, "/visit/A", "B"}, {http.MethodGet, "/visit/A", ""},
		{http.MethodPost, "/visit/B/confirm", "A"}, {http.MethodPost, "/visit/A/confirm", "B"}, {http.MethodPost, "/visit/B/preview", "A"},
		{http.MethodGet, "/visit/B/writes/x", "A"}, {http.MethodPost, "/visit/B/end", "A"}, {http.MethodGet, "/api/v1/review/B", "A"},
	} {
		answer := w.do(tt.method, tt.path, tt.cookie, form)
		want(t, answer, http.StatusNotFound, "This chart is not open here")
		wantNot(t, answer, "Wilhelmina", "90834")
	}
	// The confirmation of A under B's address, in a browser that holds both, is not B's preview.
	r := httptest.NewRequest(http.MethodPost, baseURL+"/visit/B/confirm", strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.AddCookie(&http.Cookie{Name: "l-A", Value: "A"})
	r.AddCookie(&http.Cookie{Name: "l-B", Value: "B"})
	crossed := httptest.NewRecorder()
	w.server.ServeHTTP(crossed, r)
	want(t, crossed, http.StatusConflict)
	if n := w.chart.files.Load(); n != 0 {
		t.Errorf("%d filings were sent, want none", n)
	}
}

func TestAVisitOfAnotherPatientStops(t *testing.T) {
	w := newWorld(t)
	for _, path := range []string{"/visit/B", "/api/v1/review/B"} { // B is patient p2's, the record gives p1's visit
		answer := w.get(path, "B")
		want(t, answer, http.StatusConflict, "another patient")
		wantNot(t, answer, "Wilhelmina", "90834")
	}
	want(t, w.get("/visit/B", "B"), http.StatusConflict, `class="card stop"`)
	w.chart.fault = fmt.Errorf("load the visit: %w", visit.ErrOtherPatient)
	want(t, w.get("/visit/A", "A"), http.StatusConflict, "another patient")
}

func TestPicksAVisitWhereTheLaunchNamedNone(t *testing.T) {
	w := newWorld(t)
	w.chart.choices = []visit.EncounterChoice{
		{Reference: "Encounter/e1", Day: "2025-03-10", Start: at("14:00"), End: at("14:47"), Status: "finished", Text: "Psychotherapy <b>visit</b>"},
		{Reference: "Encounter/e0", Day: "2025-03-03"}}
	want(t, w.get("/visit/C", "C"), http.StatusOK, "Which visit?", "Monday, March 10, 2025", "14:00 to 14:47", "Psychotherapy &lt;b&gt;visit", `value="Encounter/e0"`)
	want(t, w.get("/api/v1/review/C", "C"), http.StatusConflict, "No visit has been chosen")
	want(t, w.post("/visit/C/preview", "C", nil), http.StatusConflict, "No visit has been chosen")
	want(t, w.post("/visit/C/encounter", "C", url.Values{"encounter": {"Encounter/of-somebody-else"}}), http.StatusUnprocessableEntity, "not on the list")
	if len(w.chart.asked) != 0 {
		t.Fatalf("visits %v were read before one was picked", w.chart.asked)
	}
	answer := w.post("/visit/C/encounter", "C", url.Values{"encounter": {"Encounter/e1"}})
	want(t, answer, http.StatusSeeOther)
	want(t, w.get(answer.Header().Get("Location"), "C"), http.StatusOK, "90834", "Choose another visit")
	if len(w.chart.asked) != 1 || w.chart.asked[0] != "Encounter/e1" {
		t.Errorf("the visits %v were read, want Encounter/e1", w.chart.asked)
	}
	w.post("/visit/C/encounter", "C", url.Values{"encounter": {""}})
	want(t, w.get("/visit/C", "C"), http.StatusOK, "Which visit?")
	w.chart.choices = nil
	want(t, w.get("/visit/C", "C"), http.StatusOK, "No recent visit")
}

func TestALaunchWithoutAPatientIsRefusedKindly(t *testing.T) {
	w := newWorld(t)
	w.launches.open["A"].Patient = ""
	want(t, w.get("/visit/A", "A"), http.StatusUnprocessableEntity, "No patient is open", "Open a patient")
}

func TestEndForgetsEverything(t *testing.T) {
	w := newWorld(t)
	want(t, w.post("/visit/A/confirm", "A", w.previewed("A")), http.StatusSeeOther)
	want(t, w.post("/visit/A/end", "A", nil), http.StatusOK, "The chart is closed")
	kept := w.server.sessions.byLaunch["A"]
	if kept.reviewed != nil || len(kept.filings) != 0 {
		t.Error("a review or a filing is kept after the end")
	}
	answer := w.get("/visit/A", "A")
	want(t, answer, http.StatusNotFound, "This chart is not open here")
	if policy := answer.Header().Get("Content-Security-Policy"); !strings.Contains(policy, "frame-ancestors "+ehrOrigin) {
		t.Errorf("after the end the EHR's frame cannot show why: %s", policy)
	}
}

func TestSessionsAreBounded(t *testing.T) {
	w := newWorld(t)
	for i := range maxSessions + 10 {
		w.now = w.now.Add(time.Second)
		w.server.sessions.of(&smart.Launch{ID: fmt.Sprint(i), Expires: w.now.Add(time.Hour)})
	}
	if n := len(w.server.sessions.byLaunch); n != maxSessions {
		t.Errorf("%d sessions are kept, want %d", n, maxSessions)
	}
	if w.server.sessions.byLaunch["0"] != nil || w.server.sessions.byLaunch[fmt.Sprint(maxSessions+9)] == nil {
		t.Error("the session untouched for longest must give way, not the newest")
	}
}

func TestASessionThatWasLeftIsEmptied(t *testing.T) {
	w := newWorld(t)
	w.previewed("A")
	w.now = w.now.Add(idleTime + time.Second)
	w.get("/visit/C", "C")
	if w.server.sessions.byLaunch["A"].reviewed != nil {
		t.Error("the review of a launch that was left is still in memory")
	}
}

func TestReviewAsJSON(t *testing.T) {
	w := newWorld(t)
	answer := w.get("/api/v1/review/A", "A")
	want(t, answer, http.StatusOK)
	var got struct {
		Encounter string
		Coding    struct{ Suggestions []struct{ Code string } }
	}
	if err := json.Unmarshal(answer.Body.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if got.Encounter != "Encounter/e1" || len(got.Coding.Suggestions) == 0 || got.Coding.Suggestions[0].Code != "90834" {
		t.Errorf("got %+v, want the review of Encounter/e1 with 90834", got)
	}
	refused := w.get("/api/v1/review/A", "")
	want(t, refused, http.StatusNotFound)
	if kind := refused.Header().Get("Content-Type"); kind != "application/problem+json" {
		t.Errorf("a refusal is %s, want problem details", kind)
	}
}

func TestHealthHoldsNoRecord(t *testing.T) {
	w := newWorld(t)
	for _, path := range []string{"/livez", "/readyz", "/healthz"} {
		if answer := w.get(path, ""); answer.Code != http.StatusOK || answer.Body.String() != "ok\n" {
			t.Errorf("%s answers %d %q", path, answer.Code, answer.Body)
		}
	}
	w.server.options.Ready = func(context.Context) error { return errPlain }
	if answer := w.get("/readyz", ""); answer.Code != http.StatusServiceUnavailable || answer.Body.String() != "not ready\n" {
		t.Errorf("/readyz answers %d %q", answer.Code, answer.Body)
	}
	if answer := w.get("/livez", ""); answer.Code != http.StatusOK {
		t.Errorf("/livez answers %d while not ready", answer.Code)
	}
}

func TestIndexTellsHowToRegister(t *testing.T) {
	w := newWorld(t)
	want(t, w.get("/", ""), http.StatusOK, baseURL+"/launch", baseURL+"/callback/", "user/ChargeItem")
}

func TestLaunchGoesOnToTheVisit(t *testing.T) {
	w := newWorld(t)
	answer := w.get("/callback/ehr?code=x&state=y", "")
	want(t, answer, http.StatusSeeOther)
	if at := answer.Header().Get("Location"); at != "/visit/A" {
		t.Errorf("callback leads to %q, want /visit/A", at)
	}
}
