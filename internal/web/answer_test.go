package web

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"

	"github.com/chargenote/chargenote/coding"
	"github.com/chargenote/chargenote/internal/review"
	"github.com/chargenote/chargenote/internal/visit"
)

// testingVisit is a testing evaluation of 91 minutes whose number of tests nobody wrote.
func testingVisit() *visit.Visit {
	v := therapyVisit(91)
	v.Facts.Services[0].Activity = "psych-testing-evaluation"
	v.Session.Segments[0].Activity = "psych-testing-evaluation"
	v.Note = visit.Note{Status: visit.NoteRead, Text: "Testing evaluation.", Reference: "DocumentReference/n1"}
	return v
}

// distantVisit is a psychotherapy at a distance, of which the record says neither how nor from where.
func distantVisit() *visit.Visit {
	v := therapyVisit(47)
	distant := true
	v.Facts.Visit.Telehealth = &distant
	return v
}

func (w *world) answer(launch, question, value string) *httptest.ResponseRecorder {
	return w.post("/visit/"+launch+"/facts", launch, url.Values{"question": {question}, "value": {value}})
}

func TestAnAnswerBringsTheSuggestionAndUndoTakesItAway(t *testing.T) {
	w := newWorld(t)
	w.chart.set(testingVisit())
	before := w.get("/visit/A", "A")
	want(t, before, http.StatusOK, "How many standardized tests were interpreted?", `type="number"`, `min="0"`, `max="99"`, "Nothing can be billed as it stands")
	wantNot(t, before, `value="96130"`, "You said")

	answer := w.answer("A", "tests-count", " 3 ")
	want(t, answer, http.StatusSeeOther)
	if at := answer.Header().Get("Location"); at != "/visit/A#suggestions" {
		t.Errorf("an answer leads to %q, want the suggestions", at)
	}
	for range 2 { // it survives a reload
		after := w.get("/visit/A", "A")
		want(t, after, http.StatusOK, `value="96130"`, `value="96131"`, "You said: <b>3</b>, at 15:00", "How many standardized tests were interpreted?", `name="undo" value="tests-count"`)
		wantNot(t, after, "Open questions", "Nothing can be billed")
	}
	want(t, w.answer("A", "tests-count", "0"), http.StatusSeeOther) // another answer takes the place of the first
	wantNot(t, w.get("/visit/A", "A"), `value="96130"`, "<b>3</b>")

	w.answer("A", "tests-count", "1")
	want(t, w.get("/visit/A", "A"), http.StatusOK, `value="96130"`)
	want(t, w.post("/visit/A/facts", "A", url.Values{"undo": {"tests-count"}}), http.StatusSeeOther)
	undone := w.get("/visit/A", "A")
	want(t, undone, http.StatusOK, "Open questions")
	wantNot(t, undone, `value="96130"`, "You said")
}

func TestChoicesAreOneTapEach(t *testing.T) {
	w := newWorld(t)
	w.chart.set(distantVisit())
	page := w.get("/visit/A", "A")
	want(t, page, http.StatusOK, "Was video used?", `<button class="tap" type="submit" name="value" value="audio-video">Yes, video</button>`, `name="value" value="audio-only"`)
	for _, fields := range formsOf(t, page, "/visit/A/facts") {
		if len(fields["value"]) == 0 || len(fields["question"]) != 1 {
			t.Errorf("a form cannot be answered: %v", fields)
		}
		for _, value := range fields["value"] { // every button is taken, each from where the page stood
			want(t, w.answer("A", fields.Get("question"), value), http.StatusSeeOther)
			w.post("/visit/A/facts", "A", url.Values{"undo": {fields.Get("question")}})
		}
	}
	w.answer("A", "modality", "audio-video")
	want(t, w.get("/visit/A", "A"), http.StatusOK, "You said: <b>Yes, video</b>", "<b>95</b> by video")
	w.answer("A", "patient-location", "home")
	want(t, w.get("/visit/A", "A"), http.StatusOK, "You said: <b>At home</b>", "telehealth, patient at home")
}

// formsOf lists the fields and buttons of the forms of a page that go to an address.
func formsOf(t *testing.T, page *httptest.ResponseRecorder, action string) []url.Values {
	t.Helper()
	var forms []url.Values
	walk(parse(t, page.Body.String()), func(n *html.Node) {
		switch {
		case n.Data == "form" && attr(n, "action") == action:
			forms = append(forms, url.Values{})
		case attr(n, "name") != "" && len(forms) > 0 && within(n, action):
			forms[len(forms)-1].Add(attr(n, "name"), attr(n, "value"))
		}
	})
	if len(forms) == 0 {
		t.Fatalf("no form goes to %s", action)
	}
	return forms
}

func within(n *html.Node, action string) bool {
	for ; n != nil; n = n.Parent {
		if n.Data == "form" {
			return attr(n, "action") == action
		}
	}
	return false
}

func TestWhatAQuestionDecides(t *testing.T) {
	for _, tt := range []struct {
		question coding.Question
		want     string
	}{
		{coding.Question{ID: "tests-count", Unlocks: []string{"96130", "96131"}}, "96130, 96131"},
		{coding.Question{ID: "modality", Unlocks: []string{"93", "95"}}, "modifier 93 or 95"},
		{coding.Question{ID: "patient-location", Unlocks: []string{"10", "02"}}, "place of service 10 or 02"},
		{coding.Question{ID: "payer", Unlocks: []string{"95", "G0444"}}, "G0444, modifier 95"},
		{coding.Question{ID: "activity", Unlocks: []string{}}, ""},
	} {
		if got := decides(tt.question); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.question.ID, got, tt.want)
		}
	}
}

func TestAnAnswerThatCannotBeTakenSaysWhy(t *testing.T) {
	for _, tt := range []struct {
		name            string
		question, value string
		want            string
	}{
		{"no number", "tests-count", "three", "Give a whole number from 0 to 99"},
		{"nothing", "tests-count", "", "Give a whole number from 0 to 99"},
		{"out of range", "tests-count", "100", "Give a whole number from 0 to 99"},
		{"a question that is not open", "payer", "medicare", "This question is not open any more"},
		{"no question", "", "3", "This question is not open any more"},
		{"a question of the chart", "session-end", "15:00", "This question is answered in the chart"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			v := testingVisit()
			v.Questions = append(v.Questions, coding.Question{ID: "session-end", Text: "When did the session end?"})
			w.chart.set(v)
			want(t, w.answer("A", tt.question, tt.value), http.StatusUnprocessableEntity, "Your answer was not taken.", tt.want, `role="alert"`)
			wantNot(t, w.get("/visit/A", "A"), "You said", `value="96130"`)
		})
	}
}

func TestAnswersNeedANameAndAVisit(t *testing.T) {
	w := newWorld(t)
	w.chart.set(testingVisit())
	w.launches.open["A"].User = ""
	page := w.get("/visit/A", "A")
	want(t, page, http.StatusOK, "How many standardized tests were interpreted?", "in the chart, then load this page again")
	wantNot(t, page, "/facts")
	want(t, w.answer("A", "tests-count", "3"), http.StatusForbidden, "did not say who you are")
	want(t, w.answer("C", "tests-count", "3"), http.StatusConflict, "No visit has been chosen")
	want(t, w.do(http.MethodPost, "/visit/A/facts", "B", url.Values{"question": {"tests-count"}, "value": {"3"}}), http.StatusNotFound)
}

func TestAnswersOfAnotherSiteAreRefused(t *testing.T) {
	w := newWorld(t)
	w.chart.set(testingVisit())
	r := httptest.NewRequest(http.MethodPost, baseURL+"/visit/A/facts", strings.NewReader("question=tests-count&value=3"))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	r.AddCookie(&http.Cookie{Name: "l-A", Value: "A"})
	crossed := httptest.NewRecorder()
	w.server.ServeHTTP(crossed, r)
	want(t, crossed, http.StatusForbidden)
	wantNot(t, w.get("/visit/A", "A"), "You said")
}

func TestAnswersOfOneLaunchNeverShowInAnother(t *testing.T) {
	w := newWorld(t)
	w.chart.set(testingVisit())
	w.launches.open["B"] = launchOf("B", "p1", "e1") // the same visit, opened twice
	w.answer("A", "tests-count", "3")
	other := w.get("/visit/B", "B")
	want(t, other, http.StatusOK, "How many standardized tests were interpreted?", "Open questions")
	wantNot(t, other, "You said", `value="96130"`)
	review := w.get("/api/v1/review/B", "B")
	want(t, review, http.StatusOK, `"suggestions": []`)
	wantNot(t, review, "answer of")
	want(t, w.get("/visit/A", "A"), http.StatusOK, "You said")
}

func TestAnswersEndWithTheVisitAndTheLaunch(t *testing.T) {
	w := newWorld(t)
	w.chart.set(testingVisit())
	w.chart.choices = []visit.EncounterChoice{{Reference: "Encounter/e1"}, {Reference: "Encounter/e0"}}
	w.post("/visit/C/encounter", "C", url.Values{"encounter": {"Encounter/e1"}})
	want(t, w.answer("C", "tests-count", "3"), http.StatusSeeOther)
	want(t, w.get("/visit/C", "C"), http.StatusOK, "You said")
	w.post("/visit/C/encounter", "C", url.Values{"encounter": {"Encounter/e0"}})
	wantNot(t, w.get("/visit/C", "C"), "You said")

	w.answer("A", "tests-count", "3")
	w.post("/visit/A/end", "A", nil)
	if kept := w.server.sessions.byLaunch["A"].answers; len(kept) > 0 {
		t.Errorf("%d answers are kept after the end", len(kept))
	}
}

func TestPreviewConfirmAndJSONRestOnTheAnswers(t *testing.T) {
	w := newWorld(t)
	w.chart.set(distantVisit())
	hashes := map[string]string{}
	for _, modality := range []string{"audio-video", "audio-only"} {
		want(t, w.answer("A", "modality", modality), http.StatusSeeOther)
		hashes[w.previewed("A").Get("preview")] = modality
	}
	if len(hashes) != 2 {
		t.Errorf("two answers have one preview: %v", hashes)
	}
	answer := w.get("/api/v1/review/A", "A")
	var got struct {
		Facts struct {
			Visit   struct{ Modality string }
			Sources map[string][]string
		}
		Coding struct {
			Suggestions []struct{ Modifiers []string }
		}
	}
	if err := json.Unmarshal(answer.Body.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if got.Facts.Visit.Modality != "audio-only" || len(got.Coding.Suggestions) == 0 || !slices.Contains(got.Coding.Suggestions[0].Modifiers, "93") {
		t.Errorf("the JSON holds %+v, want audio-only with modifier 93", got)
	}
	if from := got.Facts.Sources["visit.modality"]; len(from) != 1 || from[0] != "answer of Practitioner/d1" {
		t.Errorf("the modality comes from %v, want the clinician's answer", from)
	}

	want(t, w.post("/visit/A/preview", "A", url.Values{"offer": {"90834-93"}}), http.StatusOK, "It rests on what you said", "<b>No, phone only</b>")

	// What was previewed before an answer changed is not filed.
	form := w.previewed("A")
	w.answer("A", "modality", "audio-video")
	want(t, w.post("/visit/A/confirm", "A", form), http.StatusConflict, "The visit changed, look again")
	form = w.previewed("A")
	w.post("/visit/A/facts", "A", url.Values{"undo": {"modality"}})
	want(t, w.post("/visit/A/confirm", "A", form), http.StatusConflict)
	if n := w.chart.files.Load(); n != 0 {
		t.Fatalf("%d filings were sent, want none", n)
	}
	w.answer("A", "modality", "audio-video")
	want(t, w.get(w.post("/visit/A/confirm", "A", w.previewed("A")).Header().Get("Location"), "A"), http.StatusOK, "Filed in the chart", "90834 95, 1 unit")
}

func TestAnAnswerThatDiffersFromTheRecordIsListed(t *testing.T) {
	w := newWorld(t)
	w.chart.set(distantVisit())
	w.answer("A", "modality", "in-person")
	page := w.get("/visit/A", "A")
	want(t, page, http.StatusOK, "answer of Practitioner/d1", "visit.telehealth: false as given, the record says true", "The record says: telehealth, yes")
	w.answer("A", "modality", "audio-video") // which only adds to it
	wantNot(t, w.get("/visit/A", "A"), "The record says")
}

// A line says on which answer it rests, with the hour; one that would stand without it does not.
func TestALineSaysOnWhichAnswerItRests(t *testing.T) {
	w := newWorld(t)
	w.chart.set(distantVisit())
	wantNot(t, w.get("/visit/A", "A"), "Rests on")
	w.answer("A", "modality", "audio-video")
	page := w.get("/visit/A", "A")
	want(t, page, http.StatusOK, "Rests on what you said: Yes, video, at 15:00</p>")
	w.post("/visit/A/facts", "A", url.Values{"undo": {"modality"}})
	wantNot(t, w.get("/visit/A", "A"), "Rests on")
}

func TestTheJSONSaysWhoAnsweredAndWhen(t *testing.T) {
	w := newWorld(t)
	w.chart.set(distantVisit())
	wantNot(t, w.get("/api/v1/review/A", "A"), "asserted")
	w.answer("A", "modality", "in-person")
	var got struct{ Asserted []map[string]any }
	if err := json.Unmarshal(w.get("/api/v1/review/A", "A").Body.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	by := map[string]any{"by": "Practitioner/d1", "at": w.now.Format(time.RFC3339), "question": "modality"}
	want := []map[string]any{{"fact": "visit.modality", "value": "in-person"}, {"fact": "visit.telehealth", "value": false, "over": true}}
	for _, each := range want {
		maps.Copy(each, by)
	}
	if diff := cmp.Diff(want, got.Asserted); diff != "" {
		t.Errorf("asserted (-want +got):\n%s", diff)
	}
}

// An answer holds for what the record said when it was given. Where the question is still open, it is
// asked again; where the record now says it, the record stands.
func TestAnAnswerIsNotLaidOverARecordThatChanged(t *testing.T) {
	w := newWorld(t)
	w.chart.set(distantVisit())
	w.answer("A", "modality", "audio-video")
	byPhone := distantVisit()
	byPhone.Facts.Visit.Modality = "audio-only"
	w.chart.set(byPhone)
	page := w.get("/visit/A", "A")
	want(t, page, http.StatusOK, "Not used: The record has changed since: of visit.modality it said nothing, and now says audio-only.", `value="90834-93"`, `name="undo" value="modality"`)
	wantNot(t, page, `value="90834-95"`, "Rests on")

	disputed := func(record int) *visit.Visit {
		v := therapyVisit(record)
		v.SoleService = "psychotherapy"
		v.Note = visit.Note{Status: visit.NoteRead, Reference: "DocumentReference/n1", Text: "Total time: 45 minutes of psychotherapy."}
		return v
	}
	w = newWorld(t)
	w.chart.set(disputed(55))
	w.answer("A", "minutes:psychotherapy", "55")
	want(t, w.get("/visit/A", "A"), http.StatusOK, `value="90837"`)
	w.chart.set(disputed(58))
	page = w.get("/visit/A", "A")
	want(t, page, http.StatusOK, "Not used: The record has changed since", "Open questions", `name="question" value="minutes:psychotherapy"`)
	wantNot(t, page, `name="offer" value="90837"`)
	want(t, w.answer("A", "minutes:psychotherapy", "58"), http.StatusSeeOther) // given anew, it holds
	want(t, w.get("/visit/A", "A"), http.StatusOK, `value="90837"`, "Rests on what you said: 58 minutes")
}

func TestAnAnswerThatTheRecordHasOvertakenIsNotUsed(t *testing.T) {
	w := newWorld(t)
	v := therapyVisit(47)
	v.Facts.Services[0].Minutes, v.Facts.Services[0].Start, v.Facts.Services[0].End = nil, nil, nil
	v.Session = visit.Session{Status: visit.SessionUnknown, Question: "When did the session end?"}
	v.Questions = []coding.Question{{ID: "session-end", Text: "When did the session end?"}}
	v.Note = visit.Note{Status: visit.NoteAbsent}
	w.chart.set(v)
	page := w.get("/visit/A", "A")
	want(t, page, http.StatusOK, "How many minutes of psychotherapy were there?", "<span>minutes</span>")
	if n := strings.Count(page.Body.String(), "When did the session end?"); n != 1 {
		t.Errorf("the same is asked %d times, want once beside the minutes", n)
	}
	w.answer("A", "minutes:psychotherapy", "40")
	answered := w.get("/visit/A", "A")
	want(t, answered, http.StatusOK, "You said: <b>40 minutes</b>", "count the minutes that you said", `value="90834"`)
	wantNot(t, answered, "When did the session end?")
	w.chart.set(therapyVisit(30))
	want(t, w.get("/visit/A", "A"), http.StatusOK, "Not used: No service of this visit waits for these minutes any more.", `value="90832"`)
}

func TestAnAnswerThatSettlesNothingIsNotAskedAgain(t *testing.T) {
	w := newWorld(t)
	v := therapyVisit(30)
	v.Facts.Provider.Discipline = "psychiatrist"
	v.Facts.Services = append(v.Facts.Services, coding.Service{Activity: "evaluation-management"})
	v.Facts.EvaluationManagement = &coding.EvaluationManagement{Code: "99214"}
	w.chart.set(v)
	want(t, w.get("/visit/A", "A"), http.StatusOK, `value="99214"`, `name="question" value="em-basis"`)
	w.answer("A", "em-basis", "time") // the rules ask on, since the level does not stand so
	page := w.get("/visit/A", "A")
	want(t, page, http.StatusOK, "You said: <b>No, by time</b>")
	wantNot(t, page, `name="offer" value="99214"`, `name="question" value="em-basis"`)
}

func TestTheHourOfAnAnswerIsTheClinics(t *testing.T) {
	w := newWorld(t)
	w.chart.set(testingVisit())
	w.launches.open["A"].Issuer.Zone = "Pacific/Honolulu"
	w.now = time.Date(2025, 3, 10, 20, 0, 0, 0, time.UTC)
	w.answer("A", "tests-count", "3")
	want(t, w.get("/visit/A", "A"), http.StatusOK, "at 10:00")
}

func TestAnswersAreBounded(t *testing.T) {
	var s session
	var err error
	for i := range maxAnswers + 1 {
		err = s.answer(answer{Reply: review.Reply{Question: fmt.Sprint(i)}})
	}
	if err == nil || len(s.answers) != maxAnswers {
		t.Errorf("%d answers are kept, error %v", len(s.answers), err)
	}
	if err := s.answer(answer{Reply: review.Reply{Question: "7", Value: "again"}}); err != nil || s.answers[7].Value != "again" {
		t.Errorf("an answer cannot be changed any more: %v", err)
	}
}

func TestReasonsStandApartFromTheirSources(t *testing.T) {
	w := newWorld(t)
	w.chart.set(testingVisit())
	page := w.get("/visit/A", "A").Body.String()
	if !regexp.MustCompile(`is not known\.</p>\s*<details class="evidence">\s*<summary>Who says so</summary>\s*<dl class="proof">`).MatchString(page) {
		t.Error("the source of a reason is not folded away")
	}
}
