package docs_test

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/chargenote/chargenote/docs"
	"github.com/chargenote/chargenote/internal/effective"
)

const goodRule = `id: plan
name: Specific plan
order: 10
checked: 2026-11-24
effective:
  2013-01-01:
    families:
      - in: [psychotherapy]
        level: required
        severity: warn
    find:
      kind: cues
      any: ["next session"]
    gap: Say what comes next.
    why: The plan is read.
    or: Say that treatment ended.
    references:
      - title: Example payer manual, section 2
        mark: B
  2031-01-01: null
`

func load(content string) (*docs.Rules, error) {
	return docs.Load(fstest.MapFS{"rules/plan.yaml": {Data: []byte(content)}}, "rules")
}

func TestRulesHoldBetweenTheirDays(t *testing.T) {
	rules, err := load(goodRule)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		day  string
		want int
	}{
		{"2012-12-31", 0}, {"2013-01-01", 1}, {"2030-12-31", 1}, {"2031-01-01", 0},
	} {
		result := rules.Check(docs.Request{Note: "Next session.", HasNote: true, Codes: []string{"90834"}, Day: tt.day})
		if len(result.Elements) != tt.want {
			t.Errorf("%s: got %d elements, want %d", tt.day, len(result.Elements), tt.want)
		}
		if got := len(rules.InForce(effective.MustParseDate(tt.day))); got != tt.want {
			t.Errorf("%s: got %d in force, want %d", tt.day, got, tt.want)
		}
	}
}

func TestBadRuleFiles(t *testing.T) {
	for _, tt := range []struct{ name, old, new, want string }{
		{"unknown field", "order: 10", "ordre: 10", "plan.yaml:3:1"},
		{"id unlike the file name", "id: plan", "id: plans", `the id "plans" is not the file name`},
		{"a day that is none", "2013-01-01:", "2013-02-31:", "is not a day"},
		{"a day listed twice", "2031-01-01: null", "2013-01-01: null", "plan.yaml:20"},
		{"no reference", "    references:\n      - title: Example payer manual, section 2\n        mark: B\n", "", "each day needs its own reference"},
		{"a mark that is none", "mark: B", "mark: Z", `the mark "Z"`},
		{"a family that is none", "in: [psychotherapy]", "in: [psychotherpy]", `the family "psychotherpy"`},
		{"a level that is none", "level: required", "level: must", `the level "must"`},
		{"a severity that is none", "severity: warn", "severity: bad", `the severity "bad"`},
		{"a kind that is none", "kind: cues", "kind: magic", `the kind "magic"`},
		{"a cue without its bracket", `"next session"`, `"next (session"`, "bracket"},
		{"a cue that may be empty", `"next session"`, `"(next)?"`, "begins with a part that may be absent"},
		{"no wording", "gap: Say what comes next.", `gap: ""`, "gap is missing"},
		{"not checked", "checked: 2026-11-24", "checked: soon", "checked:"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if !strings.Contains(goodRule, tt.old) {
				t.Fatalf("the good rule does not hold %q", tt.old)
			}
			_, err := load(strings.Replace(goodRule, tt.old, tt.new, 1))
			if err == nil || !strings.Contains(err.Error(), tt.want) || !strings.Contains(err.Error(), "plan.yaml") {
				t.Errorf("got %v, want plan.yaml and %q", err, tt.want)
			}
		})
	}
}

func TestEmptyPackDoesNotLoad(t *testing.T) {
	if _, err := docs.Load(fstest.MapFS{"rules/readme.txt": {}}, "rules"); err == nil {
		t.Error("got no error, want one for a pack without rules")
	}
}

func TestBuiltinRulesInForce(t *testing.T) {
	rules := builtin(t)
	standing := rules.InForce(effective.MustParseDate("2025-03-10"))
	ids := map[string]bool{}
	for _, s := range standing {
		ids[s.ID] = true
		if s.Name == "" || len(s.References) == 0 || len(s.Families) == 0 || s.Since.IsZero() {
			t.Errorf("%s is not whole: %+v", s.ID, s)
		}
	}
	if len(ids) < 85 {
		t.Errorf("got %d elements in force, want all of them", len(ids))
	}
	if v := rules.Version(); v.Version == "" || len(v.Digest) != len("sha256:")+64 {
		t.Errorf("got version %+v, want a version and a digest", v)
	}
}

// TestRequiredOfEachFamily compares the required elements of each family with the published sets.
func TestRequiredOfEachFamily(t *testing.T) {
	eight := "patient_name patient_dob service_date service_location provider_name provider_credentials signature signature_date"
	core := "diagnosis_code time_start_stop time_total chief_complaint person_centered interventions patient_response"
	for family, list := range map[string]string{
		"psychotherapy":    core + " mse_3 risk_assessment diagnosis_support symptom_course clinical_assessment medical_necessity goal_progress plan time_face_to_face",
		"extended":         core + " mse_3 risk_assessment diagnosis_support symptom_course clinical_assessment medical_necessity goal_progress plan extended_justification time_face_to_face",
		"crisis":           core + " mse_3 risk_assessment plan crisis_state crisis_resources crisis_disposition time_face_to_face",
		"em_psychotherapy": core + " risk_assessment diagnosis_support symptom_course clinical_assessment medical_necessity goal_progress plan mse_5 time_separate_em em_content em_distinct time_face_to_face",
		"intake":           "diagnosis_code time_total chief_complaint person_centered mse_5 risk_assessment diagnosis_support medical_necessity plan intake_history",
		"testing":          "diagnosis_code time_total medical_necessity functional_impact test_reason test_instruments test_data_reviewed test_integration test_interpretation test_decision test_report test_feedback test_clinician_review test_distinct",
		"screening":        "screen_instrument screen_score screen_interpretation",
		"cognitive":        "diagnosis_code time_start_stop time_total interventions patient_response medical_necessity functional_impact goal_progress plan one_on_one objective_performance skilled_need discipline timed_minutes",
		"timed_therapy":    "diagnosis_code interventions patient_response goal_progress plan one_on_one timed_minutes total_treatment_time am_documentation discipline",
		"family":           core + " mse_3 risk_assessment medical_necessity goal_progress plan family_participants family_patient_presence family_therapy_focus",
		"group":            "diagnosis_code time_start_stop time_total person_centered interventions patient_response mse_3 risk_assessment medical_necessity goal_progress plan group_topic group_individual",
	} {
		want := strings.Fields(eight + " " + list)
		slices.Sort(want)
		var got []string
		for _, e := range builtin(t).Check(docs.Request{HasNote: true, Note: "x", Family: family}).Elements {
			if e.Level == docs.Required {
				got = append(got, e.ID)
			}
		}
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("%s: got %v, want %v", family, got, want)
		}
	}
}

func TestKnownToTheSystem(t *testing.T) {
	known := map[string]docs.Known{
		"patient_dob":   {Value: "1988-04-12", Sources: []string{"Patient/p1"}},
		"service_date":  {Value: "2025-03-10", Sources: []string{"Encounter/e1"}},
		"provider_name": {Value: "Dana Whitfield", Sources: []string{"Practitioner/d1"}},
	}
	result := builtin(t).Check(docs.Request{Note: "Therapist: Dana Whitfield, LCSW", HasNote: true, Codes: []string{"90834"}, Known: known})
	for _, e := range result.Elements {
		switch e.ID {
		case "patient_dob":
			if e.Status != docs.Missing || !e.InRecord || e.InNote || e.Severity != docs.Info || e.Known == nil ||
				!strings.HasPrefix(e.Gap, "known to the system (1988-04-12), not written in the note.") {
				t.Errorf("got %+v", e)
			}
		case "service_date":
			if e.Severity != docs.Warn {
				t.Errorf("service_date: got severity %s, want one step below block", e.Severity)
			}
		case "provider_name":
			if e.Status != docs.Present || !e.InNote || !e.InRecord || e.Gap != "" {
				t.Errorf("got %+v", e)
			}
		case "signature":
			if e.InRecord || e.Severity != docs.Block {
				t.Errorf("got %+v", e)
			}
		}
	}
}

func TestWithoutANote(t *testing.T) {
	result := builtin(t).Check(docs.Request{Codes: []string{"90834"}, Note: "not to be read: Denies SI.",
		Known: map[string]docs.Known{"service_date": {Value: "2025-03-10", Sources: []string{"Encounter/e1"}}}})
	if len(result.Elements) == 0 || result.Vague == nil || result.Codes == nil {
		t.Fatalf("got %+v, want elements and no nil slices", result)
	}
	for _, e := range result.Elements {
		if e.InNote {
			t.Errorf("%s: got inNote without a note", e.ID)
		}
		if want := e.ID == "service_date"; e.InRecord != want || (e.Status == docs.Present) != want {
			t.Errorf("%s: got %s, in record %v", e.ID, e.Status, e.InRecord)
		}
	}
}

func TestCopiedNote(t *testing.T) {
	note := readNote(t, "soap-complete")
	other := readNote(t, "dap-complete")
	for _, tt := range []struct {
		name, prior, status, severity string
	}{
		{"the same but for the day", strings.ReplaceAll(note, "10/03/2024", "09/26/2024"), docs.Missing, docs.Block},
		{"another note", other, docs.Present, docs.Warn},
	} {
		result := builtin(t).Check(docs.Request{Note: note, HasNote: true, Codes: []string{"90834"}, Priors: []docs.Prior{{Text: tt.prior}}})
		if result.Similarity == nil {
			t.Fatalf("%s: no similarity", tt.name)
		}
		for _, e := range result.Elements {
			if e.ID == "not_cloned" && (e.Status != tt.status || e.Severity != tt.severity) {
				t.Errorf("%s: got %s %s, want %s %s", tt.name, e.Status, e.Severity, tt.status, tt.severity)
			}
		}
		if status(result, "not_cloned") == "not listed" {
			t.Errorf("%s: not_cloned is not listed", tt.name)
		}
	}
	if got := status(check(t, note, "90834"), "not_cloned"); got != "not listed" {
		t.Errorf("without a previous note: got %s", got)
	}
}
