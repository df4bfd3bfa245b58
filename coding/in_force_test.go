package coding_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chargenote/chargenote/coding"
	"github.com/chargenote/chargenote/internal/effective"
)

func TestInForce(t *testing.T) {
	rules := builtin(t)
	for _, tt := range []struct {
		name, day, code, state, since string
		sentences                     []string
	}{
		{"a range", "2026-03-02", "90834", coding.StateInForce, "2013-01-01", []string{"one unit from 38 to 52 minutes"}},
		{"an open range", "2026-03-02", "90837", coding.StateInForce, "2013-01-01", []string{"one unit from 53 minutes, however long"}},
		{"the day before", "2012-12-31", "90834", coding.StateNotYet, "2013-01-01", []string{"one unit from 38 to 52 minutes"}},
		{"a base code", "2026-03-02", "96130", coding.StateInForce, "2019-01-01", []string{"one unit from 31 minutes"}},
		{"its add-on", "2026-03-02", "96131", coding.StateInForce, "2019-01-01", []string{"one unit from 91 minutes, one more every 60 minutes: 91, 151, 211"}},
		{"last day of a prolonged code", "2022-12-31", "99354", coding.StateInForce, "2013-01-01", []string{"with 90837 from 90 minutes in all", "with 90847 from 80 minutes in all"}},
		{"first day without it", "2023-01-01", "99354", coding.StateWithdrawn, "2023-01-01", []string{"with 90837 from 90 minutes in all", "with 90847 from 80 minutes in all"}},
		{"a predecessor", "2026-03-02", "97127", coding.StateWithdrawn, "2020-01-01", []string{"never suggested; followed by 97129, 97130"}},
		{"crisis says what stands below", "2026-03-02", "90839", coding.StateInForce, "2013-01-01",
			[]string{"one unit from 30 minutes", "below 30 minutes 90832, or 90833 beside an E/M, where their own minutes are met"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			listed := rules.InForce(effective.MustParseDate(tt.day), tt.code)
			if len(listed) != 1 {
				t.Fatalf("%d rules of %s, want 1", len(listed), tt.code)
			}
			got := listed[0]
			if got.State != tt.state || got.Since.String() != tt.since || !slices.Contains(got.Codes, tt.code) {
				t.Errorf("got %s since %s for %v, want %s since %s", got.State, got.Since, got.Codes, tt.state, tt.since)
			}
			if diff := cmp.Diff(tt.sentences, got.Sentences); diff != "" {
				t.Errorf("sentences (-want +got)\n%s", diff)
			}
		})
	}
	if listed := rules.InForce(effective.MustParseDate("2026-03-02"), "00000"); listed == nil || len(listed) != 0 {
		t.Errorf("an unknown code lists %v, want an empty list", listed)
	}
}

func TestInForceListsTheWholeDay(t *testing.T) {
	rules := builtin(t)
	listed := rules.InForce(effective.MustParseDate("2026-03-02"), "")
	if len(listed) < 50 {
		t.Fatalf("%d rules in force, want at least 50", len(listed))
	}
	last := ""
	for _, r := range listed {
		if r.State != coding.StateInForce || r.ID == "" || r.Label == "" || r.Family == "" || r.Kind == "" || len(r.Sentences) == 0 || len(r.References) == 0 || r.Checked.IsZero() {
			t.Errorf("%s is not told in full: %+v", r.ID, r)
		}
		if r.Codes[0] < last {
			t.Errorf("%s stands behind %s", r.Codes[0], last)
		}
		last = r.Codes[0]
		if r.Codes[0] == "99354" || r.Codes[0] == "97127" {
			t.Errorf("%s is in force in 2026", r.Codes[0])
		}
	}
	document, err := json.Marshal(listed)
	if err != nil || !strings.Contains(string(document), `"min":38,"max":52`) {
		t.Errorf("the numbers are not in the JSON (%v)", err)
	}
}

func TestActivityForCode(t *testing.T) {
	rules := builtin(t)
	for code, want := range map[string]string{
		"90832": "psychotherapy", "90834": "psychotherapy", "90837": "psychotherapy", "90836": "psychotherapy-with-em", "99214": "evaluation-management",
		"90839": "crisis", "90840": "crisis", "90846": "family-without-patient", "90847": "family-with-patient", "90849": "multi-family-group", "90853": "group",
		"90791": "diagnostic-evaluation", "90792": "diagnostic-evaluation-medical", "96130": "psych-testing-evaluation", "96133": "neuropsych-testing-evaluation",
		"96136": "test-administration-professional", "96139": "test-administration-technician", "96146": "automated-test", "96116": "neurobehavioral-status-exam",
		"96125": "cognitive-performance-testing", "96105": "aphasia-assessment", "96127": "screening", "96160": "health-risk-assessment-patient",
		"96161": "health-risk-assessment-caregiver", "96110": "developmental-screening", "G0444": "depression-screening-annual", "97130": "cognitive-intervention",
		"97153": "adaptive-behavior-treatment", "92507": "speech-treatment-individual", "97110": "therapeutic-exercise", "97112": "neuromuscular", "97113": "aquatic",
		"97116": "gait", "97124": "massage", "97140": "manual-therapy", "97150": "group-therapy-rehab", "97530": "therapeutic-activities", "97535": "self-care",
		"97035": "ultrasound", "97750": "physical-performance-test", "97162": "pt-evaluation-moderate", "97164": "pt-reevaluation", "97167": "ot-evaluation-high",
		"97168": "ot-reevaluation", "97127": "cognitive-intervention", "96101": "psych-testing-evaluation",
	} {
		if got, ok := rules.ActivityForCode(code); !ok || got != want {
			t.Errorf("%s names %q, want %q", code, got, want)
		}
	}
	for _, code := range []string{"90785", "99354", "00000", ""} {
		if got, ok := rules.ActivityForCode(code); ok {
			t.Errorf("%q names %q, want nothing", code, got)
		}
	}
}

func TestLabel(t *testing.T) {
	rules := builtin(t)
	if got, ok := rules.Label("90834"); !ok || got != "Psychotherapy, 38 to 52 minutes" {
		t.Errorf("got %q, %t", got, ok)
	}
	if got, ok := rules.Label("00000"); ok || got != "" {
		t.Errorf("an unknown code has the label %q", got)
	}
}

// Every activity earns a code on some day, but for those of which the table says that they have none.
func TestEveryActivityHasRules(t *testing.T) {
	rules := builtin(t)
	without := []string{"collateral-contact", "cognitive-screen", "rest-or-waiting", "documentation-after-visit", "assessment-management"}
	for _, activity := range coding.Activities() {
		if !coding.KnownActivity(activity) {
			t.Errorf("%s is listed and not known", activity)
		}
		result := rules.Suggest(coding.Facts{DateOfService: effective.MustParseDate("2026-03-02"),
			EvaluationManagement: &coding.EvaluationManagement{Code: "99213", Basis: "mdm"},
			Testing:              &coding.Testing{StandardizedTestsInterpreted: ptr(3)},
			Payer:                coding.Payer{Kind: "medicare"},
			Services:             []coding.Service{{Activity: activity, Minutes: ptr(60), Instruments: ptr(2), Scored: ptr(true)}}})
		lines := len(result.Suggestions) + len(result.NotSuggested)
		if slices.Contains(without, activity) != (lines == 0) {
			t.Errorf("%s gives %d lines", activity, lines)
		}
	}
	if coding.KnownActivity("therapy") || coding.KnownActivity("") {
		t.Error("a word outside of the code system is known")
	}
}
