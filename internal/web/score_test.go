package web

import (
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// What asks for a look comes before the total, and the next step right after it.
func TestScoresAreReadTopDown(t *testing.T) {
	w := newWorld(t)
	r, v, _ := scoredReview()
	var items []string
	walk(parse(t, w.renderReview(r, v, "Practitioner/d1", nil)), func(n *html.Node) {
		if n.Data == "li" && attr(n.Parent, "class") == "scores" {
			items = append(items, textOf(n))
		}
	})
	if len(items) != len(r.Scores) {
		t.Fatalf("%d scores on the page, want %d", len(items), len(r.Scores))
	}
	for n, want := range [][]string{
		{"item 4 is yes, item 5 is yes: look at it today", "C-SSRS", "high", "Same-day response."},
		{"item 9 is 1: look at it today", "PHQ-9", "14 of 27", "moderate", "Ask about suicide the same day.", "Since February 10, 2025: fell by 6, from 20 to 14",
			"Totals over time", "Totals of PHQ-9 from 0 to 27: January 13, 2025: 22, severe; February 10, 2025: 20, severe; this visit: 14.", "Higher is worse.", "The record states 15",
			"Earlier totals", "oldest first", "January 13, 2025 Observation/o00 22 severe", "February 10, 2025 Observation/o0 20 severe", "This visit The record states 15. Observation/o3 14 moderate"},
		{"AUDIT-C", "3 of 12", "positive", "taken from the record's administrative gender", "supports G0442"},
		{"PHQ-2", "4 of 6", "positive", "Go on to PHQ-9."},
		{"PSC-17", "13 of 34", "negative", "Internalizing 6, positive; attention 4, negative; externalizing not known.", "filled in"},
		{"SLUMS", "20 of 30", "No band: it depends on schooling"},
		{"WHODAS 2.0", "15 of 48, 1.25 an item"},
	} {
		rest := items[n]
		for _, part := range want {
			_, after, found := strings.Cut(rest, part)
			if !found {
				t.Errorf("%q is not, or not in this place, in %q", part, items[n])
				break
			}
			rest = after
		}
	}
}

func TestWhatCannotWaitStandsOnTop(t *testing.T) {
	w := newWorld(t)
	r, v, _ := scoredReview()
	page := w.renderReview(r, v, "Practitioner/d1", nil)
	for _, line := range []string{"<li>C-SSRS: item 4 is yes, item 5 is yes. Same-day response.</li>", "<li>PHQ-9: item 9 is 1. Ask about suicide the same day.</li>",
		"<li>QuestionnaireResponse/q9 asks for a look although it is not counted: PHQ-9M item 9 is 2</li>"} {
		if at := strings.Index(page, line); at < 0 || at > strings.Index(page, `id="session"`) {
			t.Errorf("%q does not stand above the session", line)
		}
	}
	if strings.Contains(page, "<li>PHQ-2:") {
		t.Error("a band alone was put among what cannot wait")
	}
}

// textOf is the text within an element, with single spaces.
func textOf(n *html.Node) string {
	var text strings.Builder
	var collect func(*html.Node)
	collect = func(n *html.Node) {
		if n.Type == html.TextNode {
			text.WriteString(n.Data + " ")
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			collect(c)
		}
	}
	collect(n)
	return strings.Join(strings.Fields(text.String()), " ")
}
