package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/chargenote/chargenote/internal/visit"
)

// evaluationVisit is a testing evaluation of so many minutes with three tests, all else known.
func evaluationVisit(length int) *visit.Visit {
	v := testingVisit()
	shorter := therapyVisit(length)
	v.Facts.Services[0].Minutes, v.Facts.Services[0].End = number(length), shorter.End
	v.Session.Minutes, v.Session.End, v.Session.Segments[0].Minutes, v.Session.Segments[0].End = number(length), shorter.End, number(length), shorter.End
	v.Facts.Services[0].Instruments = number(3)
	return v
}

func (w *world) work(form url.Values) string {
	w.t.Helper()
	answer := w.post("/visit/A/work", "A", form)
	if answer.Code != http.StatusSeeOther || answer.Header().Get("Location") != "/visit/A#work" {
		w.t.Fatalf("%v: status %d to %q:\n%s", form, answer.Code, answer.Header().Get("Location"), answer.Body)
	}
	return w.get("/visit/A", "A").Body.String()
}

func entry(fields ...string) url.Values {
	form := url.Values{"evaluation": {"psych-testing-evaluation"}, "kind": {"report"}, "day": {"2025-03-10"}}
	for i := 0; i < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	return form
}

// 60 minutes in the room and 31 outside it are 91: the first minute of 96131.
func TestWorkOutsideTheRoomFeedsTheEvaluationAndUndoTakesItAway(t *testing.T) {
	w := newWorld(t)
	w.chart.set(evaluationVisit(60))
	before := w.get("/visit/A", "A")
	want(t, before, http.StatusOK, "Evaluation work outside the room", `value="96130"`, `<input type="hidden" name="evaluation" value="psych-testing-evaluation">`)
	wantNot(t, before, `value="96131"`, "You said", " checked><label for=\"kind-")

	page := w.work(entry("minutes", "31"))
	for _, words := range []string{`value="96131"`, "<b>31 min</b> Report", "You said so on March 10, 2025, 15:00", "<b>31 min</b> in all", "Rests on what you said: 31 min of work outside the room"} {
		if !strings.Contains(page, words) {
			t.Errorf("the page does not say %q", words)
		}
	}
	preview := w.post("/visit/A/preview", "A", url.Values{"offer": {"96130", "96131"}})
	want(t, preview, http.StatusOK, "And on work that you entered", "Report, March 10, 2025: <b>31 min</b>", "services[1].minutes 31")
	want(t, w.get("/api/v1/review/A", "A"), http.StatusOK, "time ledger of Practitioner/d1", `"fact": "services[1].minutes"`)

	page = w.work(url.Values{"undo": {"work-1"}})
	if strings.Contains(page, `value="96131"`) || strings.Contains(page, "You said so") {
		t.Error("the entry was taken back and still counts")
	}
}

func TestWorkRestsTheOldPreview(t *testing.T) {
	w := newWorld(t)
	w.chart.set(evaluationVisit(60))
	form := w.previewed("A")
	w.work(entry("minutes", "31"))
	want(t, w.post("/visit/A/confirm", "A", form), http.StatusConflict, "The visit changed, look again")
}

func TestTheClockStartsAndStops(t *testing.T) {
	w := newWorld(t)
	w.chart.set(evaluationVisit(60))
	w.now = *at("15:30")
	start := url.Values{"evaluation": {"psych-testing-evaluation"}, "kind": {"interpretation"}}
	want(t, w.post("/visit/A/work/start", "A", start), http.StatusSeeOther)
	want(t, w.get("/visit/A", "A"), http.StatusOK, "<b>The clock runs</b> since March 10, 2025, 15:30: Interpretation of results")
	want(t, w.post("/visit/A/work/start", "A", start), http.StatusUnprocessableEntity, "The clock is running already")
	w.now = at("15:30").Add(31*time.Minute + 20*time.Second)
	want(t, w.post("/visit/A/work/stop", "A", nil), http.StatusSeeOther)
	page := w.get("/visit/A", "A")
	want(t, page, http.StatusOK, "<b>31 min</b> Interpretation of results", "March 10, 2025, 15:30 to 16:01", `value="96131"`)
	wantNot(t, page, "<b>The clock runs")
	want(t, w.post("/visit/A/work/stop", "A", nil), http.StatusUnprocessableEntity, "No clock is running")
}

// A clock that nobody stopped is no work of 13 hours; it stays until the person throws it away.
func TestAForgottenClockEntersNothing(t *testing.T) {
	w := newWorld(t)
	w.chart.set(evaluationVisit(60))
	w.post("/visit/A/work/start", "A", url.Values{"evaluation": {"psych-testing-evaluation"}, "kind": {"report"}})
	for range 15 { // an hour without a click would end it sooner
		w.now = w.now.Add(52 * time.Minute)
		w.get("/visit/A", "A")
	}
	want(t, w.post("/visit/A/work/stop", "A", nil), http.StatusUnprocessableEntity, "more than 12 hours at a stretch", "The clock runs")
	want(t, w.post("/visit/A/work/stop", "A", url.Values{"discard": {"yes"}}), http.StatusSeeOther)
	wantNot(t, w.get("/visit/A", "A"), "<b>The clock runs", "You said so")
}

func TestClockTimesOfWork(t *testing.T) {
	for _, tt := range []struct {
		name     string // why it is so
		from, to string
		want     string
	}{
		{"after the session", "15:10", "15:40", "<b>30 min</b> in all"},
		{"what lies within the session counts there", "14:30", "15:30", "<b>30 min</b> in all"},
		{"over midnight the end is on the next day", "23:30", "00:10", "March 10, 2025, 23:30 to March 11, 2025, 00:10"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			w.chart.set(evaluationVisit(60))
			w.now = at("15:00").AddDate(0, 0, 2)
			if page := w.work(entry("from", tt.from, "to", tt.to)); !strings.Contains(page, tt.want) {
				t.Errorf("the page does not say %q", tt.want)
			}
		})
	}
}

func TestWorkThatCannotBeTakenSaysWhyAndKeepsWhatWasTyped(t *testing.T) {
	for _, tt := range []struct {
		name string
		form url.Values
		want string
	}{
		{"nothing", url.Values{}, "Give minutes, or both start and end"},
		{"minutes and times", entry("minutes", "5", "from", "15:00", "to", "15:10"), "Give either minutes, or start and end"},
		{"a start alone", entry("from", "15:00"), "Give minutes, or both start and end"},
		{"no number", entry("minutes", "some"), "Give whole minutes"},
		{"no minutes", entry("minutes", "0"), "whole minutes from 1 to 1440"},
		{"no day", entry("minutes", "5", "day", ""), "Give the day of the work"},
		{"no clock time", entry("from", "3 pm", "to", "4 pm"), "Give the day and the start"},
		{"still to come", entry("from", "15:10", "to", "15:20"), "That time has not come yet"},
		{"no kind", entry("minutes", "5", "kind", ""), "Choose what kind of work it was"},
		{"psychotherapy", entry("minutes", "5", "evaluation", "psychotherapy"), "Choose which evaluation"},
		{"most of a day", entry("from", "14:00", "to", "13:00", "day", "2025-03-08"), "more than 12 hours at a stretch"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			w.chart.set(evaluationVisit(60))
			words := []string{"Your entry was not taken.", tt.want, `role="alert"`}
			if minutes := tt.form.Get("minutes"); minutes != "" {
				words = append(words, `name="minutes" inputmode="numeric" min="1" max="1440" step="1" value="`+minutes+`"`)
			}
			want(t, w.post("/visit/A/work", "A", tt.form), http.StatusUnprocessableEntity, words...)
			wantNot(t, w.get("/visit/A", "A"), "You said so")
		})
	}
}

func TestWorkNeedsANameAVisitAndItsOwnLaunch(t *testing.T) {
	w := newWorld(t)
	w.chart.set(evaluationVisit(60))
	for _, path := range []string{"/work", "/work/start", "/work/stop"} {
		want(t, w.do(http.MethodPost, "/visit/A"+path, "B", entry("minutes", "5")), http.StatusNotFound)
		want(t, w.post("/visit/C"+path, "C", entry("minutes", "5")), http.StatusConflict, "No visit has been chosen")
	}
	w.launches.open["B"] = launchOf("B", "p1", "e1") // the same visit, opened twice
	w.work(entry("minutes", "31"))
	wantNot(t, w.get("/visit/B", "B"), "You said so", `value="96131"`)
	w.launches.open["A"].User = ""
	want(t, w.post("/visit/A/work", "A", entry("minutes", "5")), http.StatusForbidden, "did not say who you are")
	w.post("/visit/A/end", "A", nil)
	w.launches.open["A"] = launchOf("A", "p1", "e1")
	wantNot(t, w.get("/visit/A", "A"), "You said so")
}

func TestWorkIsBounded(t *testing.T) {
	w := newWorld(t)
	w.chart.set(evaluationVisit(60))
	for range maxWork {
		w.post("/visit/A/work", "A", entry("minutes", "1"))
	}
	want(t, w.post("/visit/A/work", "A", entry("minutes", "1")), http.StatusUnprocessableEntity, "too many entries")
}

// Where the visit names no evaluation, the person says which one the work belongs to.
func TestWorkOfAnUnnamedEvaluationAsksWhich(t *testing.T) {
	w := newWorld(t)
	want(t, w.get("/visit/A", "A"), http.StatusOK, `<select id="work-evaluation" name="evaluation" required>`, "Neuropsychological testing evaluation")
	page := w.work(entry("minutes", "40"))
	if !strings.Contains(page, "How many standardized tests were interpreted?") || !strings.Contains(page, `value="90834"`) {
		t.Error("the evaluation asks for its tests, and the session stands as it did")
	}
}
