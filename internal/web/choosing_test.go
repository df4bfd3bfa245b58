package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/chargenote/chargenote/coding"
	"github.com/chargenote/chargenote/internal/visit"
)

// diagnosedVisit is a session of 47 minutes with two diagnoses of the visit and two problems.
func diagnosedVisit() *visit.Visit {
	v := therapyVisit(47)
	v.Diagnoses = []visit.Diagnosis{
		{Code: "F41.1", System: "http://hl7.org/fhir/sid/icd-10-cm", Display: "Generalized anxiety", Reference: "Condition/c2", Origin: "encounter", Rank: 1},
		{Code: "F33.1", System: "http://hl7.org/fhir/sid/icd-10-cm", Display: "Depression, moderate", Reference: "Condition/c1", Origin: "encounter", Rank: 2},
		{Code: "E11.9", System: "http://hl7.org/fhir/sid/icd-10-cm", Display: "Diabetes", Reference: "Condition/c3", Origin: "problem list"},
		{Display: "Worry", Reference: "Condition/c4", Origin: "problem list"},
	}
	return v
}

// press sends the form of a page that goes to an address with what is ticked on it, as a browser would,
// with other fields over it.
func (w *world) press(page, launch, action string, over url.Values) url.Values {
	w.t.Helper()
	form := url.Values{}
	walk(parse(w.t, page), func(n *html.Node) {
		if n.Data != "input" || attr(n, "name") == "" || !within(n, action) {
			return
		}
		kind := attr(n, "type")
		if checked := hasAttr(n, "checked"); (kind == "checkbox" || kind == "radio") && !checked {
			return
		}
		form.Add(attr(n, "name"), attr(n, "value"))
	})
	for name, values := range over {
		form[name] = values
	}
	return form
}

func hasAttr(n *html.Node, name string) bool {
	for _, a := range n.Attr {
		if a.Key == name {
			return true
		}
	}
	return false
}

// Two clicks and no typed field: the page's own form, then the preview's own form.
func TestAcceptAndFileAreTwoClicksWithoutATypedField(t *testing.T) {
	w := newWorld(t)
	v := diagnosedVisit()
	v.Note.Text = "" // the ticks are the person's: a needed element is missing
	w.chart.set(v)
	first := w.press(w.get("/visit/A", "A").Body.String(), "A", "/visit/A/preview", url.Values{"offer": {"90834"}})
	preview := w.post("/visit/A/preview", "A", first)
	want(t, preview, http.StatusOK, "Linked to", "<b>F41.1</b> Generalized anxiety", "<b>F33.1</b>")
	wantNot(t, preview, "E11.9")
	second := w.press(preview.Body.String(), "A", "/visit/A/confirm", nil)
	want(t, w.get(w.post("/visit/A/confirm", "A", second).Header().Get("Location"), "A"), http.StatusOK, "Filed in the chart")
	if n := w.chart.files.Load(); n != 1 {
		t.Errorf("%d filings were sent, want 1", n)
	}
}

func TestPickingAnotherCodeAndFilingIt(t *testing.T) {
	w := newWorld(t)
	w.chart.set(diagnosedVisit())
	want(t, w.get("/visit/A", "A"), http.StatusOK, `<a class="quiet" href="/visit/A/codes">Pick another code or units</a>`, "Not billable today")
	usual := w.get("/visit/A/codes", "A")
	want(t, usual, http.StatusOK, "The rules suggest 90834, 1 unit.", "Usual for this visit", "Pick 90832", "Pick 90837", "47 min, needs at least 53")
	wantNot(t, usual, "Pick 97110")

	answer := w.post("/visit/A/pick", "A", url.Values{"code": {"90837"}, "units": {"1"}})
	want(t, answer, http.StatusSeeOther)
	page := w.get("/visit/A", "A")
	want(t, page, http.StatusOK, "You picked: <b>90837, 1 unit</b>, at 15:00", `name="offer" value="pick-90837" checked`,
		`The rules say of it: <span class="mark open">not met</span> 47 min, needs at least 53.`, "What the rules say of 90837")

	preview := w.post("/visit/A/preview", "A", url.Values{"offer": {"pick-90837"}, "diagnoses": {"asked"}, "diagnosis": {"Condition/c3", "Condition/c2"}})
	want(t, preview, http.StatusOK, "90837, 1 unit", "the clinician chose 90837 x1 over what the rules suggest (90834 x1); of it they say: 47 min, needs at least 53; rule psychotherapy-60",
		"confirmed by the clinician.", "problem list, Condition/c3")
	text := preview.Body.String()
	if strings.Index(text, "F41.1") > strings.Index(text, "E11.9") {
		t.Error("the diagnoses are not in the record's order")
	}
	confirm := w.press(text, "A", "/visit/A/confirm", nil)
	done := w.post("/visit/A/confirm", "A", confirm)
	want(t, done, http.StatusSeeOther)
	want(t, w.get(done.Header().Get("Location"), "A"), http.StatusOK, "Filed in the chart", "90837, 1 unit")
}

// Both for one service would bill it twice; a line of another kind stays as it was.
func TestAPickTakesTheTickFromTheLineInWhosePlaceItStands(t *testing.T) {
	w := newWorld(t)
	reviewed, _, err := w.server.options.Reviews.Answered(therapyVisit(47))
	if err != nil {
		t.Fatal(err)
	}
	body := visitPage{Lines: []lineView{{Code: "90834", Ticked: true}, {Code: "96127", Ticked: true}}, Choosing: &choosingView{Picks: []pickView{{Code: "90837"}}}}
	body.untickReplaced(w.server.options.Reviews, reviewed)
	if body.Lines[0].Ticked || !body.Lines[1].Ticked || body.Unticked == "" {
		t.Errorf("90834 ticked %t, 96127 ticked %t, and the page says %q", body.Lines[0].Ticked, body.Lines[1].Ticked, body.Unticked)
	}
}

func TestAPickCanBeUndoneAndReplaced(t *testing.T) {
	w := newWorld(t)
	w.post("/visit/A/pick", "A", url.Values{"code": {"90834"}, "units": {"2"}})
	want(t, w.get("/visit/A", "A"), http.StatusOK, "90834, 2 units", "2 units, the rules find 1", "2 units, a charge of 90834 has at most 1")
	want(t, w.post("/visit/A/preview", "A", url.Values{"offer": {"90834", "pick-90834"}}), http.StatusUnprocessableEntity, "stands twice")
	w.post("/visit/A/pick", "A", url.Values{"code": {"90834"}, "units": {"1"}})
	page := w.get("/visit/A", "A")
	want(t, page, http.StatusOK, "You picked: <b>90834, 1 unit</b>")
	wantNot(t, page, "90834, 2 units")
	want(t, w.post("/visit/A/pick", "A", url.Values{"undo": {"pick-90834"}}), http.StatusSeeOther)
	wantNot(t, w.get("/visit/A", "A"), "You picked")
	want(t, w.post("/visit/A/preview", "A", url.Values{"offer": {"pick-90834"}}), http.StatusUnprocessableEntity, "is not among the suggestions any more")
}

func TestWhatCannotBePicked(t *testing.T) {
	for _, tt := range []struct {
		name string
		form url.Values
		want string
	}{
		{"a code that the rules do not know", url.Values{"code": {"12345"}, "units": {"1"}}, "The rules do not know this code"},
		{"no code", url.Values{"units": {"1"}}, "The rules do not know this code"},
		{"no units", url.Values{"code": {"90837"}}, "whole units from 1 to 999"},
		{"no unit", url.Values{"code": {"90837"}, "units": {"0"}}, "whole units from 1 to 999"},
		{"less than none", url.Values{"code": {"90837"}, "units": {"-1"}}, "whole units from 1 to 999"},
		{"part of a unit", url.Values{"code": {"90837"}, "units": {"1.5"}}, "whole units from 1 to 999"},
		{"a thousand", url.Values{"code": {"90837"}, "units": {"1000"}}, "whole units from 1 to 999"},
		{"a modifier of no line", url.Values{"code": {"90837"}, "units": {"1"}, "modifier": {"59"}}, "on no line of the visit"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			want(t, w.post("/visit/A/pick", "A", tt.form), http.StatusUnprocessableEntity, "The line was not taken.", tt.want)
			wantNot(t, w.get("/visit/A", "A"), "You picked")
		})
	}
}

// A picked line takes the modifiers that were ticked, among those of the visit's lines, and no other by itself.
func TestAPickTakesTheModifiersThatWereTicked(t *testing.T) {
	w := newWorld(t)
	v := distantVisit()
	v.Facts.Visit.Modality = "audio-video"
	w.chart.set(v)
	want(t, w.get("/visit/A/codes", "A"), http.StatusOK, `name="modifier" value="95"><label for="modifier-90837-95">`)
	w.post("/visit/A/pick", "A", url.Values{"code": {"90837"}, "units": {"1"}, "modifier": {"95"}})
	want(t, w.get("/visit/A", "A"), http.StatusOK, `value="pick-90837-95" checked`, "<b>95</b> by video")
}

func TestSearchOfCodes(t *testing.T) {
	w := newWorld(t)
	for _, tt := range []struct {
		name, query string
		want        []string
		not         string
	}{
		{"by code", "9711", []string{"Pick 97110", "Pick 97112", "Nothing in this visit names this service"}, "Pick 90834"},
		{"by words of our label, in whatever case", "PSYCHOTHERAPY group", []string{"Pick 90853"}, "Pick 97110"},
		{"one that ended says so", "99354", []string{"Pick 99354", "not in force", "Ended with 2022-12-31"}, ""},
		{"unknown", "zzz", []string{"The rules know no such code"}, `type="submit">Pick`},
		{"more than fit", "9", []string{"more: add a word"}, ""},
		{"markup is text", "<b>x", []string{"&lt;b&gt;x"}, "<b>x"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			page := w.get("/visit/A/codes?q="+url.QueryEscape(tt.query), "A")
			want(t, page, http.StatusOK, tt.want...)
			if tt.not != "" {
				wantNot(t, page, tt.not)
			}
		})
	}
}

func TestNotBillableTodayFilesNothingAndCanBeUndone(t *testing.T) {
	w := newWorld(t)
	form := w.previewed("A")
	want(t, w.post("/visit/A/not-billable", "A", nil), http.StatusSeeOther)
	for range 2 { // it survives a reload
		want(t, w.get("/visit/A", "A"), http.StatusOK, "You said: <b>not billable today</b>, at 15:00", "Nothing is filed", "Undo that above to file")
		wantNot(t, w.get("/visit/A", "A"), "Preview what will be filed")
	}
	want(t, w.post("/visit/A/confirm", "A", form), http.StatusConflict)
	want(t, w.post("/visit/A/preview", "A", form), http.StatusUnprocessableEntity, "You said that this visit is not billable today: undo that first")
	if n := w.chart.files.Load(); n != 0 {
		t.Errorf("%d filings were sent", n)
	}
	want(t, w.post("/visit/A/not-billable", "A", url.Values{"undo": {"yes"}}), http.StatusSeeOther)
	page := w.get("/visit/A", "A")
	wantNot(t, page, "You said")
	want(t, page, http.StatusOK, "Not billable today")
	w.previewed("A")
}

func TestDiagnosesOfTheVisitAreTickedAndProblemsAreNot(t *testing.T) {
	w := newWorld(t)
	w.chart.set(diagnosedVisit())
	page := w.get("/visit/A", "A")
	want(t, page, http.StatusOK, "Of this visit, in its order", "Of the problem list, not of this visit", "Without a code, so it cannot be linked: Worry",
		`value="Condition/c2" checked`, `value="Condition/c1" checked`, `value="Condition/c3"><label`, "encounter, rank 1, Condition/c2", "Diagnoses to link: F41.1, F33.1")
	none := w.post("/visit/A/preview", "A", url.Values{"offer": {"90834"}, "diagnoses": {"asked"}})
	want(t, none, http.StatusOK, "No diagnosis is linked.")
	gone := w.post("/visit/A/preview", "A", url.Values{"offer": {"90834"}, "diagnoses": {"asked"}, "diagnosis": {"Condition/c9"}})
	want(t, gone, http.StatusUnprocessableEntity, "is not among the diagnoses any more")
	kept := w.post("/visit/A/preview", "A", url.Values{"diagnoses": {"asked"}, "diagnosis": {"Condition/c3"}})
	want(t, kept, http.StatusUnprocessableEntity, "Nothing was chosen", `value="Condition/c3" checked`, `value="Condition/c2"><label`)
}

func TestChoosingIsOfItsOwnLaunch(t *testing.T) {
	w := newWorld(t)
	for _, path := range []string{"/pick", "/not-billable"} {
		want(t, w.do(http.MethodPost, "/visit/A"+path, "B", url.Values{"code": {"90837"}, "units": {"1"}}), http.StatusNotFound)
		want(t, w.post("/visit/C"+path, "C", url.Values{"code": {"90837"}, "units": {"1"}}), http.StatusConflict, "No visit has been chosen")
	}
	want(t, w.do(http.MethodGet, "/visit/A/codes", "B", nil), http.StatusNotFound)
	want(t, w.get("/visit/B/codes", "B"), http.StatusConflict, "another patient")
	w.launches.open["B"] = launchOf("B", "p1", "e1")
	w.post("/visit/A/pick", "A", url.Values{"code": {"90837"}, "units": {"1"}})
	w.post("/visit/A/not-billable", "A", nil)
	wantNot(t, w.get("/visit/B", "B"), "You picked", "You said")
	w.launches.open["A"].User = ""
	want(t, w.post("/visit/A/pick", "A", url.Values{"code": {"90837"}, "units": {"1"}}), http.StatusForbidden)
	want(t, w.post("/visit/A/not-billable", "A", nil), http.StatusForbidden)
	wantNot(t, w.get("/visit/A/codes", "A"), "Pick 90837<")
}

func TestPicksAreBounded(t *testing.T) {
	w := newWorld(t)
	for _, code := range w.server.options.Reviews.Codes.Find("9")[:maxPicks] {
		want(t, w.post("/visit/A/pick", "A", url.Values{"code": {code}, "units": {"1"}}), http.StatusSeeOther)
	}
	want(t, w.post("/visit/A/pick", "A", url.Values{"code": {"G0444"}, "units": {"1"}}), http.StatusUnprocessableEntity, "too many picked lines")
}

func TestEvidenceNamesResourceFieldAndLastChange(t *testing.T) {
	w := newWorld(t)
	v := therapyVisit(47)
	v.Evidence = []visit.Version{{Reference: "Procedure/p1", Version: "3", Updated: "2025-03-10T20:01:00Z"}}
	v.Session.Segments = append(v.Session.Segments, visit.Segment{Code: "urn:oid:1.2.3|PSY60", Sources: []string{"Procedure/p2"}, Why: "its code names nothing"})
	v.Questions = []coding.Question{{ID: "activity", Text: "What is PSY60 of urn:oid:1.2.3?"}}
	w.chart.set(v)
	want(t, w.get("/visit/A", "A"), http.StatusOK, "Not named: urn:oid:1.2.3|PSY60", "What is PSY60 of urn:oid:1.2.3?",
		"Read from Procedure/p1 (version 3, last changed March 10, 2025, 15:01)", "<dt>Rule</dt><dd>psychotherapy-45 of the built-in rules</dd>",
		"Every fact that was used, and where it was read (1)", `<th scope="row">services[0].minutes<br>`)
}
