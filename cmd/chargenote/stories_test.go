package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/chargenote/chargenote/docs"
	"github.com/chargenote/chargenote/internal/review"
)

// A told is what the line of a visit of the demo EHR promises, as far as a review shows it. Every field
// that is set is compared: lists named "some" want each of theirs among the review's, the others all.
type told struct {
	codes     string // all suggestions, as "90834 x1, 90785 x1"
	modifiers string // of the first suggestion with its place of service, as "93 at 10"
	options   int    // of the one choice
	session   string // status, and minutes where they are known: "known 52"
	span      int    // minutes between the first and the last instant of the session
	some      []string
	lacks     []string // elements that are missing or unclear, some
	has       []string // elements that are present, some
	whole     bool     // nothing is lacking that would stop a claim
	differs   []string // all checks that differ
	answer    string   // a facts document that answers the question of the visit
	then      string   // codes with their modifiers after that answer
}

// stories are what the lines of the worklist promise. The expectations are those of the lines, worked
// out from the rules, not from a run.
var stories = map[string]told{
	"therapy-52":          {codes: "90834 x1", session: "known 52", some: []string{"next 90837 in 1"}},
	"therapy-53":          {codes: "90837 x1", session: "known 53", whole: true},
	"therapy-90":          {codes: "90837 x1", session: "known 90", some: []string{"flag no-prolonged-code"}, lacks: []string{"extended_justification"}},
	"therapy-90-2022":     {codes: "90837 x1, 99354 x1", session: "known 90", has: []string{"extended_justification"}},
	"crisis-80":           {codes: "90839 x1, 90840 x1", has: []string{"crisis_state", "crisis_resources", "crisis_disposition"}},
	"complexity-play":     {codes: "90834 x1, 90785 x1", has: []string{"ic_factor"}},
	"family-with-patient": {codes: "90847 x1", session: "known 50"},
	"audio-only":          {codes: "90834 x1", modifiers: "none at 10", some: []string{"question audio-only-reason"}, answer: `{"visit": {"audioOnlyReason": "patient-declined-video"}}`, then: "90834-93 x1"},
	"em-and-therapy":      {codes: "99214 x1, 90833 x1"},
	"note-of-gaps":        {codes: "90837 x1", session: "known 60", lacks: []string{"signature", "time_start_stop", "patient_response", "medical_necessity", "diagnosis_code"}},
	"break-in-the-middle": {codes: "90834 x1", session: "known 50", span: 65},
	"copied-forward":      {codes: "90834 x1", differs: []string{"cc_cloned"}, lacks: []string{"not_cloned"}},
	"alike-of-another":    {codes: "90834 x1", whole: true},
	"note-in-rtf":         {codes: "90834 x1", whole: true, has: []string{"patient_name", "signature", "time_start_stop"}},

	"testing-30":       {session: "known 30", some: []string{"flag below-threshold"}},
	"testing-31":       {some: []string{"question tests-count"}, answer: threeTests, then: "96130 x1"},
	"testing-91":       {some: []string{"question tests-count"}, answer: threeTests, then: "96130 x1, 96131 x1"},
	"phq9-item-9":      {codes: "90834 x1, 96127 x2", lacks: []string{"risk_assessment"}, some: []string{"score PHQ-9 14 moderate [item 9 is 1] after 21 19 17", "score GAD-7 9 mild []"}},
	"phq9-preliminary": {codes: "90834 x1", some: []string{"scores 0", "look asks for a look although it is not counted: PHQ-9 item 9 is 2", "remark not counted: preliminary"}},
	"pcl5-trend":       {codes: "90834 x1, 96127 x1", some: []string{"score PCL-5 35 provisional PTSD [] after 52 50 47", "change -12 meaningful"}},
	"epds-infant":      {codes: "96161 x1, 99213 x1", some: []string{"score EPDS 11 possible []"}},
	"relabelled":       {session: "known 60", some: []string{"question tests-count"}, lacks: []string{"test_instruments", "test_integration", "test_report", "test_distinct"}},

	"cognitive-22":        {codes: "97129 x1", session: "known 22"},
	"cognitive-23":        {codes: "97129 x1, 97130 x1", session: "known 23"},
	"cognitive-45":        {codes: "97129 x1, 97130 x2", session: "known 45"},
	"note-in-html":        {codes: "97129 x1, 97130 x2", session: "known 38", has: []string{"patient_name", "signature", "skilled_need", "objective_performance"}},
	"not-ready-for-audit": {codes: "97129 x1, 97130 x1", lacks: []string{"skilled_need", "objective_performance"}},

	"rehab-hour":      {codes: "97110 x2, 97112 x1, 97140 x1", session: "known 60", some: []string{"not 97530"}},
	"rehab-tie":       {options: 2, session: "known 40"},
	"exercise-alone":  {codes: "97110 x2", some: []string{"bare line - Pulleys", "bare line - Theraband rows", "bare line - Wand", "bare line - Shoulder external"}},
	"assessment-time": {codes: "97110 x2", session: "known 24"},

	"times-disagree":    {session: "conflicting", some: []string{"conflict 45", "conflict 55"}, differs: []string{"cc_duration"}},
	"no-encounter":      {codes: "90834 x1", session: "known 45"},
	"chart-left-open":   {session: "unknown", some: []string{"question minutes:psychotherapy"}, lacks: []string{"time_total"}},
	"left-early":        {session: "conflicting", some: []string{"conflict 41", "conflict 60"}},
	"another-patient":   {codes: "90834 x1", differs: []string{"cc_patient_name", "cc_patient_dob"}},
	"another-diagnosis": {codes: "90834 x1", differs: []string{"cc_diagnosis"}},
	"another-place":     {codes: "90834 x1", modifiers: "none at 10", differs: []string{"cc_location"}},
	"unknown-code":      {session: "known 47", some: []string{"question activity", "its code is https://demo-ehr.example/fhir/CodeSystem/service|BH-47"}},
}

const threeTests = `{"testing": {"standardizedTestsInterpreted": 3}}`

// TestEveryStoryIsTrue compares the line of each visit on the worklist with the review of the visit.
func TestEveryStoryIsTrue(t *testing.T) {
	service, err := review.New()
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, m := range demoVisits(t) {
		t.Run(m.name, func(t *testing.T) {
			want, ok := stories[strings.TrimPrefix(m.name, "demo-")]
			if !ok {
				t.Fatal("nothing here says what the line of this visit promises")
			}
			seen++
			r := m.reviewed(t, service, m.bundle)
			want.compare(t, r)
			if want.answer != "" {
				answered, err := service.Of(r.Visit(), review.Given{Source: "answer", JSON: []byte(want.answer)})
				if err != nil {
					t.Fatal(err)
				}
				if got := withModifiers(answered); got != want.then {
					t.Errorf("answered with %s: got %s, want %s", want.answer, got, want.then)
				}
			}
		})
	}
	if seen != len(stories) {
		t.Errorf("%d stories are promised here, and %d are on the worklist", len(stories), seen)
	}
}

func (w told) compare(t *testing.T, r *review.Review) {
	t.Helper()
	if got := suggested(r); got != w.codes {
		t.Errorf("got the codes %q, want %q", got, w.codes)
	}
	if w.modifiers != "" {
		first := r.Coding.Suggestions[0]
		if got := cmp.Or(strings.Join(first.Modifiers, " "), "none") + " at " + first.PlaceOfService; got != w.modifiers {
			t.Errorf("got %s, want %s", got, w.modifiers)
		}
	}
	if n := optionsOf(r); n != w.options {
		t.Errorf("got %d options, want %d", n, w.options)
	}
	if got := sessionOf(r); w.session != "" && got != w.session {
		t.Errorf("got the session %s, want %s", got, w.session)
	}
	if w.span > 0 && int(r.Session.End.Sub(*r.Session.Start).Minutes()) != w.span {
		t.Errorf("got %v to %v, want %d minutes", r.Session.Start, r.Session.End, w.span)
	}
	said := saidBy(r)
	for _, s := range w.some {
		if !slices.ContainsFunc(said, func(got string) bool { return strings.Contains(got, s) }) {
			t.Errorf("%q is not in %q", s, said)
		}
	}
	w.compareNote(t, r)
}

func (w told) compareNote(t *testing.T, r *review.Review) {
	t.Helper()
	state := map[string]string{}
	for _, e := range r.Documentation.Elements {
		state[e.ID] = e.Status
		if w.whole && e.Status != docs.Present && e.Severity == "block" && e.Level != "recommended" {
			t.Errorf("%s is %s, want a whole note", e.ID, e.Status)
		}
	}
	for _, id := range w.lacks {
		if state[id] != docs.Missing && state[id] != docs.Unclear {
			t.Errorf("%s is %q, want it missing or unclear", id, state[id])
		}
	}
	for _, id := range w.has {
		if state[id] != docs.Present {
			t.Errorf("%s is %q, want it present", id, state[id])
		}
	}
	var differs []string
	for _, c := range r.Consistency {
		if c.Status == review.Differs {
			differs = append(differs, c.ID)
		}
	}
	if !slices.Equal(differs, w.differs) {
		t.Errorf("%q differ, want %q", differs, w.differs)
	}
}

func suggested(r *review.Review) string {
	var all []string
	for _, s := range r.Coding.Suggestions {
		all = append(all, fmt.Sprintf("%s x%d", s.Code, s.Units))
	}
	return strings.Join(all, ", ")
}

// withModifiers are the suggestions with their modifiers, as "90834-93 x1".
func withModifiers(r *review.Review) string {
	var all []string
	for _, s := range r.Coding.Suggestions {
		all = append(all, fmt.Sprintf("%s x%d", strings.Join(append([]string{s.Code}, s.Modifiers...), "-"), s.Units))
	}
	return strings.Join(all, ", ")
}

func optionsOf(r *review.Review) int {
	n := 0
	for _, c := range r.Coding.Choices {
		n += len(c.Options)
	}
	return n
}

func sessionOf(r *review.Review) string {
	if r.Session.Minutes == nil {
		return r.Session.Status
	}
	return fmt.Sprintf("%s %d", r.Session.Status, *r.Session.Minutes)
}

// saidBy are other things that a review says, in a few words each.
func saidBy(r *review.Review) []string {
	said := []string{fmt.Sprintf("scores %d", len(r.Scores))}
	for _, s := range r.Coding.Suggestions {
		if s.Next != nil {
			said = append(said, fmt.Sprintf("next %s in %d", s.Next.Code, s.Next.MinutesToGo))
		}
	}
	for _, f := range r.Coding.Flags {
		said = append(said, "flag "+f.Kind)
	}
	for _, n := range r.Coding.NotSuggested {
		said = append(said, "not "+n.Code)
	}
	for _, q := range r.Coding.Questions {
		said = append(said, "question "+q.ID)
	}
	for _, c := range r.Session.Conflicts {
		for _, minutes := range c.Minutes {
			said = append(said, fmt.Sprintf("conflict %d", minutes))
		}
	}
	for _, n := range r.Notes {
		if n.Look {
			said = append(said, "look "+n.Text)
		}
		said = append(said, "remark "+n.Text)
	}
	for _, b := range r.Documentation.BareLines {
		said = append(said, "bare line "+b.Text)
	}
	return append(said, scoresSaid(r)...)
}

func scoresSaid(r *review.Review) []string {
	var said []string
	for _, s := range r.Scores {
		line := fmt.Sprintf("score %s %d %s %v", s.Instrument, *s.Total, s.Band, s.Triggers)
		for i, earlier := range s.Trend {
			if i == 0 {
				line += " after"
			}
			line += fmt.Sprint(" ", earlier.Total)
		}
		said = append(said, line)
		if s.Change != nil && s.Change.Meaningful != nil && *s.Change.Meaningful {
			said = append(said, fmt.Sprintf("change %d meaningful", s.Change.Points))
		}
	}
	return said
}
