package web

import (
	"net/http"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/chargenote/chargenote/internal/visit"
)

// Each part says which of the kinds that it rests on could not be read, and no part says it of another's.
func TestEachPartSaysWhatOfItWasNotLoaded(t *testing.T) {
	for _, tt := range []struct {
		kind  string
		parts string // by the heading's id, in the order of the page
		words string
	}{
		{"Procedure", "session suggestions gaps consistency", "procedures (Procedure)"},
		{"Encounter", "session", "the visit (Encounter)"},
		{"Observation", "session suggestions scores", "observations (Observation)"},
		{"QuestionnaireResponse", "suggestions scores", "filled-in forms (QuestionnaireResponse)"},
		{"Coverage", "suggestions consistency", "coverage (Coverage)"},
		{"PractitionerRole", "suggestions", "roles of clinicians (PractitionerRole)"},
		{"Condition", "suggestions gaps", "diagnoses (Condition)"}, // the diagnoses to link stand among the suggestions
		{"DocumentReference", "session gaps consistency", "notes (DocumentReference)"},
		{"Binary", "gaps consistency", "texts of notes (Binary)"},
		{visit.UnreadEarlierNotes, "gaps", "earlier notes (earlier notes)"},
		{"ChargeItem", "consistency record", "charges (ChargeItem)"},
	} {
		w := newWorld(t)
		v := therapyVisit(47)
		v.Unread = []visit.Unread{{Kind: tt.kind, Reason: "no answer in time: load the page again"}}
		w.chart.set(v)
		answer := w.get("/visit/A", "A")
		want(t, answer, http.StatusOK, "<strong>"+tt.kind+"</strong>: no answer in time", "Not loaded: "+tt.words+". What rests on it is not known here.")
		var said []string
		walk(parse(t, answer.Body.String()), func(n *html.Node) {
			if attr(n, "class") != "notloaded" {
				return
			}
			for p := n.Parent; p != nil; p = p.Parent {
				if p.Data == "section" {
					said = append(said, attr(p, "aria-labelledby"))
					return
				}
			}
		})
		if got := strings.Join(said, " "); got != tt.parts {
			t.Errorf("%s: said in %q, want %q", tt.kind, got, tt.parts)
		}
	}
}

// Where everything was read, no part says otherwise.
func TestNothingIsSaidWhereEverythingWasLoaded(t *testing.T) {
	w := newWorld(t)
	wantNot(t, w.get("/visit/A", "A"), "Not loaded", "notloaded")
}

// Every kind that a part rests on has words.
func TestKindsHaveWords(t *testing.T) {
	for part, kinds := range partsOf {
		for _, kind := range kinds {
			if kindsInWords[kind] == "" {
				t.Errorf("%s: %s has no words", part, kind)
			}
		}
	}
}
