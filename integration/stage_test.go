package integration

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/chargenote/chargenote/internal/demoehr"
)

// visitNamed is a made-up visit by its encounter.
func (w *world) visitNamed(t *testing.T, encounter string) demoehr.SeedVisit {
	t.Helper()
	visits := w.ehr.Visits()
	at := slices.IndexFunc(visits, func(v demoehr.SeedVisit) bool { return v.Encounter == encounter })
	if at < 0 {
		t.Fatalf("the demo EHR has no visit %s", encounter)
	}
	return visits[at]
}

// open opens the app for a visit in a new browser.
func (w *world) open(t *testing.T, encounter string) *sitting {
	t.Helper()
	visit := w.visitNamed(t, encounter)
	return newVisitor(t).launch(t, w.ehr.LaunchURL(visit.Patient, visit.Encounter))
}

// chart is the screen of a visit in the EHR.
func (w *world) chart(encounter string) string {
	return strings.TrimSuffix(w.ehr.ISS(), "/fhir") + "/chart/" + encounter
}

// write puts a sentence in front of a line of the note, on the screen of the EHR, and saves it.
func (w *world) write(t *testing.T, encounter, sentence, before string) {
	t.Helper()
	clinician := newVisitor(t)
	form, ok := clinician.open(t, w.chart(encounter)).form("/note")
	if !ok {
		t.Fatal("the chart has no note to write in")
	}
	note := form.fields.Get("note")
	if strings.Count(note, before) != 1 {
		t.Fatalf("%q stands %d times in the note, want once", before, strings.Count(note, before))
	}
	form.fields.Set("note", strings.Replace(note, before, sentence+"\n"+before, 1))
	if p := clinician.press(t, form); p.status != http.StatusOK || !strings.Contains(p.text, "Filed for this visit") {
		t.Fatalf("saving the note answers %d: %s", p.status, p)
	}
}

func (r review) element(id string) string {
	for _, e := range r.Documentation.Elements {
		if e.ID == id {
			return e.Status
		}
	}
	return ""
}

// TestGapWrittenIntoTheNoteIsGone fixes gaps where a clinician does, in the note of the EHR, and opens
// the app again.
func TestGapWrittenIntoTheNoteIsGone(t *testing.T) {
	w := target{}.open(t)
	for _, tt := range []struct {
		encounter, element, sentence, before string
	}{
		{"not-ready-for-audit", "skilled_need", "Skilled intervention was required to grade the tasks and to analyse errors of sequence.", "Continue POC."},
		{"not-ready-for-audit", "objective_performance", "Recalled 6 of 8 words after 10 min (4 of 8 last visit).", "Continue POC."},
		{"phq9-item-9", "risk_assessment", "Denies suicidal ideation, plan and intent; risk assessed as low.", "Intervention: CBT"},
	} {
		if before := w.open(t, tt.encounter).review(t).element(tt.element); before != "missing" && before != "unclear" {
			t.Fatalf("%s of %s is %q before anything is written", tt.element, tt.encounter, before)
		}
		w.write(t, tt.encounter, tt.sentence, tt.before)
		if after := w.open(t, tt.encounter).review(t).element(tt.element); after != "present" {
			t.Errorf("%s of %s is %q after it was written, want present", tt.element, tt.encounter, after)
		}
	}
}

// TestTimeWrittenIntoTheNoteIsCounted answers the question of a chart that was left open.
func TestTimeWrittenIntoTheNoteIsCounted(t *testing.T) {
	w := target{}.open(t)
	if r := w.open(t, "chart-left-open").review(t); r.Session.Minutes != nil || len(r.Coding.Suggestions) > 0 {
		t.Fatalf("before: %v minutes and %v, want neither", r.Session.Minutes, r.Coding.Suggestions)
	}
	w.write(t, "chart-left-open", "Total time: 45 minutes", "Data: Ignatius")
	r := w.open(t, "chart-left-open").review(t)
	if got := lines(r); r.Session.Minutes == nil || *r.Session.Minutes != 45 || !slices.Equal(got, []string{"90834 [] x1"}) {
		t.Errorf("after: %v minutes and %v, want 45 and 90834", r.Session.Minutes, got)
	}
}

// TestMarkedInTheChartCanBeFiledAgain files, marks the charge as entered in error on the screen of the
// EHR, and files again.
func TestMarkedInTheChartCanBeFiledAgain(t *testing.T) {
	w := target{}.open(t)
	file := func() {
		s := w.open(t, "therapy-53")
		says(t, s.confirm(t, s.preview(t)), "filed")
	}
	file()
	clerk := newVisitor(t)
	screen := clerk.open(t, w.chart("therapy-53"))
	for _, part := range []string{"ChargeItem 90837, units: 1 planned", "Mark as entered in error", `"resourceType": "Provenance"`} {
		if !strings.Contains(screen.text, part) {
			t.Errorf("the chart does not show %q", part)
		}
	}
	form, ok := screen.form("/error")
	if !ok {
		t.Fatal("nothing can be marked")
	}
	if p := clerk.press(t, form); !strings.Contains(p.text, "90837, units: 1 entered-in-error") {
		t.Errorf("after marking, the chart does not say so: %s", p)
	}
	file()
	if p := clerk.open(t, w.chart("therapy-53")); !strings.Contains(p.text, "90837, units: 1 entered-in-error") || !strings.Contains(p.text, "90837, units: 1 planned") {
		t.Errorf("the chart does not show the charge in error beside the one that stands: %s", p)
	}
}

// TestPersonalities opens a visit on each kind of EHR, reads what the app says of it there, and files
// what it offers.
func TestPersonalities(t *testing.T) {
	for _, tt := range []struct {
		personality, encounter string
		minutes                int
		lines                  []string
		unread                 string   // the one kind that could not be read
		page                   []string // what the page says
	}{
		{"", "therapy-53", 53, []string{"90837 [] x1"}, "", []string{"10:00 to 10:53"}},
		{"no-transaction", "therapy-53", 53, []string{"90837 [] x1"}, "", []string{"10:00 to 10:53"}},
		{"encounter-only", "therapy-53", 53, nil, "Procedure", []string{"Could not be loaded", "visit-type|visit-psychotherapy, which is not known here"}},
		{"r5", "therapy-53", 53, []string{"90837 [] x1"}, "", []string{"actualPeriod is an element of FHIR R5: read as period", "status completed is a code of FHIR R5: read as finished"}},
		{"no-observations", "phq9-item-9", 45, []string{"90834 [] x1"}, "Observation", []string{"Could not be loaded", "Observation"}},
		{"utc", "therapy-53", 53, []string{"90837 [] x1"}, "", []string{"Monday, November 16, 2026", "10:00 to 10:53"}},
	} {
		t.Run("as "+tt.personality, func(t *testing.T) {
			w := target{personality: tt.personality}.open(t)
			s := w.open(t, tt.encounter)
			r := s.review(t)
			if r.Session.Minutes == nil || *r.Session.Minutes != tt.minutes || !slices.Equal(lines(r), tt.lines) {
				t.Errorf("got %v minutes and %v, want %d and %v", r.Session.Minutes, lines(r), tt.minutes, tt.lines)
			}
			for _, u := range r.Unread {
				if u.Kind != tt.unread {
					t.Errorf("%s could not be read: %s", u.Kind, u.Reason)
				}
			}
			if tt.unread != "" && len(r.Unread) == 0 {
				t.Errorf("%s could not be read, and the review does not say so", tt.unread)
			}
			for _, part := range tt.page {
				if !strings.Contains(s.page.text, part) {
					t.Errorf("the page does not say %q: %s", part, s.page.text)
				}
			}
			if filed := w.journey(t, w.visitNamed(t, tt.encounter)); filed != (len(tt.lines) > 0) {
				t.Errorf("filed: %t, with %v offered", filed, tt.lines)
			}
		})
	}
}
