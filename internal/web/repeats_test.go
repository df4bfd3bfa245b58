package web

import (
	"net/http"
	"strings"
	"testing"

	"github.com/chargenote/chargenote/docs"
	"github.com/chargenote/chargenote/internal/review"
	"github.com/chargenote/chargenote/internal/visit"
)

func TestWhatRepeatsAnEarlierNote(t *testing.T) {
	for _, tt := range []struct {
		name  string
		given docs.Similarity
		want  string
	}{
		{"a part of it", docs.Similarity{Prior: 0.57, Day: "2025-03-03"}, "57% of the text stands in the same clinician's note of March 3, 2025."},
		{"all but the numbers", docs.Similarity{Prior: 1, Day: "2025-03-03", Numbers: true}, "100% of the text stands in the same clinician's note of March 3, 2025. Only numbers and dates are new."},
		{"no day, and nothing moves", docs.Similarity{Prior: 0.2, Stagnant: true}, "20% of the text stands in an earlier note. Goals and plan are the same as in the two notes before."},
	} {
		if got := repeatsOf(&tt.given).Text; got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}

// The passages of a copied note are shown once: folded below the gaps, and not within the gap.
func TestPassagesAreShownOnce(t *testing.T) {
	const passage = "Reports that the week was quiet and that he slept six hours"
	shown := []docs.Evidence{{Text: passage, Start: 0, End: len(passage)}}
	v := therapyVisit(47)
	r := &review.Review{DateOfService: "2025-03-10", Documentation: docs.Result{Status: "read", Similarity: &docs.Similarity{Prior: 0.95, Passages: shown},
		Elements: []docs.Element{{ID: clonedElement, Status: docs.Missing, Severity: docs.Block, Evidence: shown}}}}
	page := newWorld(t).renderReview(r, v, "Practitioner/d1", nil)
	folded := page[strings.Index(page, "What is repeated"):]
	if strings.Count(page, passage) != 1 || !strings.Contains(folded[:strings.Index(folded, "</details>")], passage) {
		t.Errorf("the passage stands %d times on the page, want once, folded", strings.Count(page, passage))
	}
}

// What stands in an earlier note alone is on no page, in no log and in nothing that is filed.
func TestWordsOfAnEarlierNoteAreNotShown(t *testing.T) {
	const canary = "zxqcanary"
	w := newWorld(t)
	v := w.chart.visit
	v.Note.Text = "Data: Reports that the week was quiet and that sleep was six hours on most nights of it.\nResponse: Named two distortions and rated the belief lower than before."
	v.Priors = []visit.Prior{{Reference: "DocumentReference/n0", Day: "2025-03-03", Text: v.Note.Text + "\n" + canary, Sources: []visit.Version{{Reference: "DocumentReference/n0", Version: "2"}}}}
	shown := w.get("/visit/A", "A")
	want(t, shown, http.StatusOK, "100% of the text stands in the same clinician&#39;s note of March 3, 2025.", "What is repeated (1)")
	form := w.previewed("A")
	preview := w.post("/visit/A/preview", "A", form)
	want(t, preview, http.StatusOK, "100% of this note stands in an earlier note of 2025-03-03")
	filed := w.post("/visit/A/confirm", "A", form)
	for what, text := range map[string]string{"page": shown.Body.String(), "preview": preview.Body.String(), "answer": filed.Body.String(), "log": w.log.String()} {
		if strings.Contains(text, canary) {
			t.Errorf("%s: holds words of the earlier note alone", what)
		}
	}
}
