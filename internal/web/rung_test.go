package web

import (
	"net/http"
	"testing"

	"github.com/chargenote/chargenote/internal/visit"
)

func TestThePreviewSaysHowTheEHRTakesAFiling(t *testing.T) {
	const oneByOne, inNote, byHand = "One after the other", "As text in one document", "Enter this by hand"
	for way, says := range map[visit.Way]string{visit.WayOneByOne: oneByOne, visit.WayInNote: inNote, visit.WayByHand: byHand, visit.WayTogether: ""} {
		t.Run(string(way), func(t *testing.T) {
			w := newWorld(t)
			w.chart.takes(way)
			form := w.previewed("A")
			answer := w.post("/visit/A/preview", "A", form)
			want(t, answer, http.StatusOK, says)
			for _, other := range []string{oneByOne, inNote, byHand} {
				if other != says {
					wantNot(t, answer, other)
				}
			}
		})
	}
}

func TestWhatIsEnteredByHandIsKeptAndNeverSent(t *testing.T) {
	w := newWorld(t)
	w.chart.takes(visit.WayByHand)
	form := w.previewed("A")
	want(t, w.post("/visit/A/preview", "A", form), http.StatusOK, "Date of service: 2025-03-10, 14:00 to 14:47", "90834, 1 unit: 47 min, within 38 to 52;", "I have entered this for Wilhelmina Testcase")
	at := w.post("/visit/A/confirm", "A", form).Header().Get("Location")
	want(t, w.get(at, "A"), http.StatusOK, "Entered by hand", "Nothing was sent")
	want(t, w.get("/visit/A", "A"), http.StatusOK, "Entered by hand, as was said on March 10, 2025, 15:00.")
	w.sent(0)
}

func TestAFilingGoesTheWayThatWasSeen(t *testing.T) {
	w := newWorld(t)
	form := w.previewed("A")
	w.chart.takes(visit.WayInNote) // what the EHR takes became known meanwhile
	want(t, w.post("/visit/A/confirm", "A", form), http.StatusConflict)
	w.sent(0)
}
