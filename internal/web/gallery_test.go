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
		"encounters":       {"Which visit?", "Psychotherapy", "Day not known"},
		"no-encounters":    {"No recent visit of this patient is in the record"},
		"preview":          {"File for Wilhelmina Testcase", "ChargeItem"},
		"preview-changed":  {"something changed since you chose"},
		"sending":          {"Sending to the chart"},
		"filed":            {"Filed in the chart", "read back and the same"},
		"filed-unproven":   {"could not be read back", "not read back"},
		"filed-differs":    {"differs from what was sent", "The chart has 1 unit, 2 were sent"},
		"already-there":    {"Already in the chart"},
		"refused":          {"The EHR refused", "user/ChargeItem.c"},
		"not-known":        {"Not known: check the chart"},
		"void":             {"Mark entered in error for Wilhelmina Testcase", "90834 95, 1 unit", "It was filed twice"},
		"void-no-reason":   {"Nothing was marked.", "Mark entered in error for Wilhelmina Testcase"},
		"void-not-granted": {"Mark it entered in error in the chart itself", "user/ChargeItem.u"},
		"void-billed":      {"How to take it back", "billing has it"},
		"voided":           {"holds it as entered in error now", "filed again from the visit"},
		"voided-before":    {"It was marked before"},
		"void-refused":     {"It was not marked", "user/ChargeItem.u"},
		"void-not-known":   {"Not known: check the chart", "look again in a minute"},
		"lost-cookie":      {"kept our cookie back", "Open in a window"},
		"other-patient":    {"belongs to another patient"},
		"session-over":     {"has ended the session"},
		"changed":          {"The visit changed, look again"},
		"unreachable":      {"took too long"},
		"internal":         {"Internal error", "Reference number"},
		"closed":           {"The chart is closed"},
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
	for _, scene := range []string{"known", "preview", "filed", "answered"} {
		if a, b := w.get("/gallery/"+scene, "").Body.String(), w.get("/gallery/"+scene, "").Body.String(); a != b {
			t.Errorf("%s differs from one look to the next", scene)
		}
	}
}
