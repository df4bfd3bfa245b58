package web

import (
	"encoding/json"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/chargenote/chargenote/internal/visit"
	"github.com/chargenote/chargenote/smart"
)

// scratchpadWorld is a world whose EHR takes no charge, and whose window may take it.
func scratchpadWorld(t *testing.T) *world {
	w := newWorld(t)
	w.chart.takes(visit.WayByHand)
	w.launches.open["A"].Messaging = smart.Messaging{Origin: ehrOrigin, Handle: "handle-1"}
	return w
}

type givenOut struct {
	Page      string            `json:"page"`
	Resources []json.RawMessage `json:"resources"`
}

func (w *world) giveOut(form url.Values) givenOut {
	w.t.Helper()
	answer := w.post("/visit/A/scratchpad", "A", form)
	var given givenOut
	if err := json.Unmarshal(answer.Body.Bytes(), &given); err != nil || answer.Code != http.StatusOK {
		w.t.Fatalf("the scratchpad answers %d: %s (%v)", answer.Code, answer.Body, err)
	}
	return given
}

func TestAChargeGoesThroughTheScratchpadOnce(t *testing.T) {
	w := scratchpadWorld(t)
	form := w.previewed("A")
	want(t, w.post("/visit/A/preview", "A", form), http.StatusOK, `data-messaging-origin="`+ehrOrigin+`"`, `data-messaging-handle="handle-1"`, `data-scratchpad="/visit/A/scratchpad"`, "own scratchpad instead")
	given := w.giveOut(form)
	if len(given.Resources) != 1 {
		t.Fatalf("given out: %s", given.Resources)
	}
	if again := w.giveOut(form); again.Page != given.Page || len(again.Resources) != 0 {
		t.Errorf("the second time %d charges are given out", len(again.Resources))
	}
	want(t, w.post(given.Page+"/scratchpad", "A", url.Values{"status": {"201 Created"}, "location": {"ChargeItem/s1"}}), http.StatusNoContent)
	want(t, w.get(given.Page, "A"), http.StatusOK, "Filed through the chart’s scratchpad", "ChargeItem/s1", "not read back", ">filed<")
	want(t, w.post("/visit/A/confirm", "A", form), http.StatusSeeOther)
	if n := w.chart.files.Load(); n != 0 {
		t.Errorf("it was sent to the record too, %d times", n)
	}
	if again := w.giveOut(w.previewed("A")); again.Page != given.Page || len(again.Resources) != 0 {
		t.Errorf("from a fresh preview %d charges are given out", len(again.Resources))
	}
	want(t, w.post(given.Page+"/scratchpad", "A", url.Values{"status": {"500"}, "location": {""}}), http.StatusNoContent)
	want(t, w.get(given.Page, "A"), http.StatusOK, ">filed<") // what is settled stays
}

func TestAPageThatNeverComesBackLeavesTheFateUnknown(t *testing.T) {
	w := scratchpadWorld(t)
	w.server.asideTime = time.Millisecond
	given := w.giveOut(w.previewed("A"))
	want(t, w.get(given.Page, "A"), http.StatusOK, ">unknown<", "Look there before you file again") // the page waits for it
	want(t, w.post(given.Page+"/scratchpad", "A", url.Values{"status": {"201"}, "location": {"ChargeItem/s1"}}), http.StatusNoContent)
	want(t, w.get(given.Page, "A"), http.StatusOK, ">filed<", "ChargeItem/s1") // late, and still the chart's own word
}

func TestWhatIsFiledInTheRecordIsNotPutAside(t *testing.T) {
	w := scratchpadWorld(t)
	form := w.previewed("A")
	w.post("/visit/A/confirm", "A", form)
	if given := w.giveOut(form); len(given.Resources) != 0 {
		t.Errorf("%d charges are given out for the scratchpad after they were filed", len(given.Resources))
	}
}

func TestAnswersOfTheScratchpad(t *testing.T) {
	for _, tt := range []struct {
		name                string
		statuses, locations []string
		state               string
	}{
		{"all placed", []string{"200 OK", "201"}, []string{"ChargeItem/a", "ChargeItem/b-2"}, visit.StateFiled},
		{"one refused", []string{"201", "422 Unprocessable"}, []string{"ChargeItem/a", ""}, visit.StateRefused},
		{"one unanswered", []string{"201", ""}, []string{"ChargeItem/a", ""}, visit.StateUnknown},
		{"refused and unanswered", []string{"403", ""}, []string{"", ""}, visit.StateUnknown},
		{"no place", []string{"201"}, []string{""}, visit.StateUnknown},
		{"a place that is none", []string{"201"}, []string{"https://evil.example/ChargeItem/1"}, visit.StateUnknown},
		{"another kind", []string{"201"}, []string{"Patient/1"}, visit.StateUnknown},
		{"no status", []string{"success"}, []string{"ChargeItem/a"}, visit.StateUnknown},
	} {
		receipt := asideReceipt(tt.statuses, tt.locations)
		if receipt.State != tt.state || len(receipt.Items) != len(tt.statuses) || (tt.state == visit.StateFiled) != (receipt.Reason == "") {
			t.Errorf("%s: %+v, want %s", tt.name, receipt, tt.state)
		}
	}
}

func TestTheScratchpadIsOfferedOnlyWhereItIsTheWay(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(*world)
		offer  bool
	}{
		{"no charge in the record", func(*world) {}, true},
		{"no scope for a charge", func(w *world) {
			w.chart.takes(visit.WayTogether)
			w.launches.open["A"].Scopes = []string{"user/Patient.r"}
		}, true},
		{"the record takes charges", func(w *world) { w.chart.takes(visit.WayTogether) }, false},
		{"no window to ask", func(w *world) { w.launches.open["A"].Messaging = smart.Messaging{} }, false},
	} {
		w := scratchpadWorld(t)
		tt.change(w)
		form := w.previewed("A")
		answer := w.post("/visit/A/scratchpad", "A", form)
		if (answer.Code == http.StatusOK) != tt.offer {
			t.Errorf("%s: the scratchpad answers %d", tt.name, answer.Code)
		}
		if page := w.post("/visit/A/preview", "A", form); tt.offer {
			want(t, page, http.StatusOK, "data-scratchpad")
		} else {
			wantNot(t, page, "data-scratchpad")
		}
	}
	w := scratchpadWorld(t)
	form := w.previewed("A")
	form.Set("preview", "another")
	want(t, w.post("/visit/A/scratchpad", "A", form), http.StatusConflict, "The visit changed, look again")
	want(t, w.post("/visit/A/writes/none/scratchpad", "A", nil), http.StatusNotFound)
	filed := w.post("/visit/A/confirm", "A", w.previewed("A")).Header().Get("Location")
	want(t, w.post(filed+"/scratchpad", "A", url.Values{"status": {"201"}, "location": {"ChargeItem/x"}}), http.StatusNotFound)
}
