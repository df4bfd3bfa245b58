package web

import (
	"net/http"
	"strings"
	"testing"
)

// galleryWorld is a server as the demonstration runs it.
func galleryWorld(t *testing.T) *world {
	t.Helper()
	w := newWorld(t)
	options := w.server.options
	options.Demo = true
	var err error
	if w.server, err = New(options); err != nil {
		t.Fatal(err)
	}
	return w
}

// TestGalleryShowsEachScene: each scene must show what it is listed for, and nothing of a fault of ours
// but the one that is about it.
func TestGalleryShowsEachScene(t *testing.T) {
	shows := map[string][]string{
		"known": {"Look at this today", "item 9 is 1", "Earlier totals", "What the note still lacks", "Record and note side by side", `mark differs`, `mark met`, "not counted", "90834",
			"Charges that are already there", "Did anything complicate"},
		"conflicting":      {"The procedure gives 45 minutes, the visit 53", "When did the session end?"},
		"unknown":          {"Minutes not known", "Open questions", "Was video used?", "No note of this visit is in the record"},
		"choice":           {"Your choice", "Leave it open", "The note could not be read"},
		"answered":         {"You said: <b>Video</b>", "47 minutes", "Undo"},
		"unread":           {"Could not be loaded", "PHQ-9M item 9 is 2"},
		"nobody":           {"did not say who you are"},
		"not-taken":        {"Your answer was not taken.", "whole numbers"},
		"line-one-to-go":   {"37 of 38 minutes: 1 to go", "21 minutes above the line", "under 16: none", "from 38: 90834", "A line is no target"},
		"line-exactly":     {"Exactly on the line", "under 38: 90832", "38 of 53 minutes: 15 to go"},
		"line-one-above":   {"<b>1 minute above the line</b>", "39 of 53 minutes: 14 to go"},
		"line-below-all":   {"Below the first line", "12 of 16 minutes: 4 to go"},
		"line-longest":     {"22 minutes above the line", "No line above", "however long: 90837"},
		"line-not-counted": {"Rest or waiting · not counted", "Documentation after visit · not counted", `fill="url(#hatch)"`, "charting after the visit"},
		"line-overlap":     {"Together, each minute once", `fill="url(#twice)"`, "In more than one of them", "14:30–14:40", "counted once", "<b>55</b> min"},
		"line-break":       {">break</text>", "14:25–14:40", "The record holds nothing that is counted here."},
		"line-midnight":    {"It ended on March 11, a later day than it began.", ">00:00</text>"},
		"line-clocks":      {"The clocks were set forward by 60 minutes", ">03:00</text>", "60 of 75 minutes: 15 to go"},
		"line-stay":        {">5 h 15 min break</text>", "<b>85</b> min"},
		"line-total":       {"All timed therapy together", "Manual therapy 15 min", "52 of 53 minutes: 1 to go", "from 53: 4 units", ">8</text>", ">23</text>"},
		"line-services":    {"<b>Gait</b> 15 min", "15 of 23 minutes: 8 to go", "1 more, against their lines"},
		"line-units":       {"100 of 151 minutes: 51 to go", "from 151: 96131 ×2", "96130, 1 unit, and 96131, 1 unit"},
		"line-doubt":       {">45?</text>", ">53?</text>", "There is no bar, because sources disagree"},
		"line-unknown":     {"Minutes not known", "There is no bar, because the minutes are not known. By minutes it would be 90832 from 16; 90834 from 38; 90837 from 53."},
		"line-zero":        {"Collateral contact · not counted", "14:20–14:20"},
		"line-instant":     {"Nothing is drawn: it began and ended at 14:00."},
		"line-open":        {"Collateral contact · not known how long", "Not counted: no end is given."},
		"line-length":      {"<b>45</b> min", "Encounter.length", "7 minutes above the line"},
		"line-untimed":     {"No code of this visit is decided by minutes."},
		"line-not-loaded":  {"Not loaded: procedures (Procedure)."},

		"trend-falling":        {"item 9 is 1: look at it today", "5 points are a meaningful change", "Higher is worse.", ">moderately severe</text>", "March 11, 2024: 24, severe"},
		"trend-rising":         {"item 10 is 2: look at it today", ">possible</text>", ">probable</text>"},
		"trend-lower-worse":    {"Lower is worse.", ">normal</text>", "Mar 2022"},
		"trend-sex":            {">positive</text>", "positive 3 to 12", "the record&#39;s administrative gender"},
		"trend-no-sex":         {"No band: it depends on sex", ">12</text>"},
		"trend-schooling":      {">dementia</text>", "mild neurocognitive disorder 20 to 24"},
		"trend-no-bands":       {">48</text>", "1.25 an item"},
		"trend-single":         {"The total among all there can be", ">moderate</text>", "mild 5 to 9"},
		"trend-equal-days":     {"February 10, 2025: 13, moderate; February 10, 2025: 11, moderate"},
		"trend-one-moment":     {`class="doubtful"`, "the line leaves it out"},
		"trend-long-gap":       {`class="join long"`, "nothing is known for more than a year"},
		"trend-unfinished":     {"A ? is a day without a total.", "December 9, 2024: no total", "An answer is missing"},
		"trend-now-unfinished": {"item 9 is 2: look at it today", "not complete", "this visit: no total"},
		"trend-conflicting":    {`class="doubtful"`, "The record states 21.", "The record states 15; the items add up to 14."},
		"trend-small":          {"Lower is worse.", ">positive</text>", ">negative</text>"},
		"trend-wide":           {">provisional PTSD</text>", "no word 0 to 30"},
		"trend-no-total":       {"item 4 is yes: look at it today", "Same-day response."},
		"trend-not-loaded":     {"Not loaded: observations (Observation)."},

		"encounters":         {"Which visit?", "Psychotherapy", "Day not known"},
		"no-encounters":      {"No recent visit of this patient is in the record"},
		"preview":            {"File for Wilhelmina Testcase", "ChargeItem"},
		"preview-changed":    {"something changed since you chose"},
		"preview-one-by-one": {"One after the other", "No record of who confirmed is filed: this EHR takes none (Provenance)."},
		"preview-in-note":    {"As text in one document. It is no charge.", "have to be entered by hand"},
		"by-hand":            {"Enter this by hand", "What to enter in the chart", "Date of service: 2025-03-10", "I have entered this for Wilhelmina Testcase"},
		"entered-by-hand":    {"You said that you entered these lines in the chart yourself."},
		"reopened":           {"It will be filed at 15:10:10.", "Undo it, or file it now", "Filed on March 10, 2025, 15:10.", `href="/visit/gallery/writes/made-up"`},
		"restarted":          {"The program was interrupted before the time to undo was over, so nothing was filed.", "check the charges of this visit in the chart"},
		"held":               {"It will be filed at 15:10:10", "Undo, file nothing", "File now for Wilhelmina Testcase", "Look again", `data-state="held"`},
		"undone":             {"Undone: nothing was filed", "Nothing was sent to the chart", "Back to the visit"},
		"too-late":           {"It was too late to undo", "Filed in the chart"},
		"not-sent":           {"Not sent: nothing was filed", "confirm again"},
		"sending":            {"Sending to the chart"},
		"filed":              {"Filed in the chart", "read back and the same"},
		"filed-aside":        {"Filed through the chart’s scratchpad", "ChargeItem/s1", "not read back"},
		"filed-unproven":     {"could not be read back", "not read back"},
		"filed-differs":      {"differs from what was sent", "The chart has 1 unit, 2 were sent"},
		"already-there":      {"Already in the chart"},
		"refused":            {"The EHR refused", "user/ChargeItem.c"},
		"not-known":          {"Not known: check the chart"},
		"lost-cookie":        {"kept our cookie back", "Open in a window"},
		"other-patient":      {"belongs to another patient"},
		"session-over":       {"has ended the session"},
		"changed":            {"The visit changed, look again"},
		"unreachable":        {"took too long"},
		"internal":           {"Internal error", "Reference number"},
		"closed":             {"The chart is closed"},
		"void":               {"Mark entered in error for Wilhelmina Testcase", "90834 95, 1 unit", "It was filed twice"},
		"void-no-reason":     {"Nothing was marked.", "Mark entered in error for Wilhelmina Testcase"},
		"void-not-granted":   {"Mark it entered in error in the chart itself", "user/ChargeItem.u"},
		"void-billed":        {"How to take it back", "billing has it"},
		"voided":             {"holds it as entered in error now", "filed again from the visit"},
		"voided-before":      {"It was marked before"},
		"void-refused":       {"It was not marked", "user/ChargeItem.u"},
		"void-not-known":     {"Not known: check the chart", "look again in a minute"},
	}
	w := galleryWorld(t)
	list := w.get("/gallery", "")
	want(t, list, http.StatusOK, "Gallery")
	listed := 0
	for _, group := range galleryScenes {
		for _, scene := range group.Scenes {
			listed++
			t.Run(scene.Name, func(t *testing.T) {
				want(t, list, http.StatusOK, `href="/gallery/`+scene.Name+`"`)
				if len(shows[scene.Name]) == 0 {
					t.Fatal("nothing says what this scene must show")
				}
				answer := w.get("/gallery/"+scene.Name, "")
				want(t, answer, http.StatusOK, shows[scene.Name]...)
				if scene.Name != "internal" && strings.Contains(answer.Body.String(), "Internal error") {
					t.Error("the scene is a fault of ours")
				}
			})
		}
	}
	if listed != len(shows) {
		t.Errorf("%d scenes are listed, want %d", listed, len(shows))
	}
	want(t, w.get("/gallery/no-such-scene", ""), http.StatusNotFound)
}

// TestGalleryIsOfTheDemonstrationOnly: who runs the app for real patients has no page of made-up ones.
func TestGalleryIsOfTheDemonstrationOnly(t *testing.T) {
	w := newWorld(t)
	for _, path := range []string{"/gallery", "/gallery/known"} {
		want(t, w.get(path, ""), http.StatusNotFound, "There is no such page")
	}
	wantNot(t, w.get("/", ""), "/gallery")
	want(t, galleryWorld(t).get("/", ""), http.StatusOK, `href="/gallery"`)
}

// TestGalleryIsTheSameEachTime: the visits stand still, so that two looks at a page can be compared.
func TestGalleryIsTheSameEachTime(t *testing.T) {
	w := galleryWorld(t)
	for _, scene := range []string{"known", "preview", "filed", "answered", "line-total", "trend-falling"} {
		if a, b := w.get("/gallery/"+scene, "").Body.String(), w.get("/gallery/"+scene, "").Body.String(); a != b {
			t.Errorf("%s differs from one look to the next", scene)
		}
	}
}
