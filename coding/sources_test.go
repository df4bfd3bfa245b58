package coding_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chargenote/chargenote/coding"
	"github.com/chargenote/chargenote/internal/effective"
)

// What a line says comes with the resources that it was read from.
func TestAnswersCarryTheirSources(t *testing.T) {
	facts := coding.Facts{
		DateOfService:         effective.MustParseDate("2025-03-10"),
		Payer:                 coding.Payer{Kind: "commercial"},
		Visit:                 coding.Circumstances{Modality: "audio-video", PatientLocation: "home"},
		InteractiveComplexity: &coding.InteractiveComplexity{Factor: "play-equipment"},
		Services: []coding.Service{
			{Activity: "psychotherapy", Minutes: ptr(20)},
			{Activity: "psychotherapy", Minutes: ptr(27)},
		},
		Sources: map[string][]string{
			"services[0].minutes":          {"Procedure/p2", "Procedure/p1"},
			"services[1].minutes":          {"Procedure/p1"},
			"interactiveComplexity.factor": {"Observation/o1"},
			"visit.modality":               {"Encounter/e1"},
		},
	}
	result := builtin(t).Suggest(facts)
	if len(result.Suggestions) != 2 {
		t.Fatalf("got %+v", result.Suggestions)
	}
	therapy, complexity := result.Suggestions[0], result.Suggestions[1]
	if diff := cmp.Diff([]string{"Procedure/p1", "Procedure/p2"}, therapy.Because[0].Sources); diff != "" {
		t.Errorf("sources of the minutes (-want +got)\n%s", diff)
	}
	if therapy.Code != "90834" || therapy.Minutes == nil || *therapy.Minutes != 47 {
		t.Errorf("got %s with %v min, want 90834 with 47", therapy.Code, therapy.Minutes)
	}
	if diff := cmp.Diff([]string{"Observation/o1"}, complexity.Because[0].Sources); diff != "" {
		t.Errorf("sources of the factor (-want +got)\n%s", diff)
	}
	last := therapy.Because[len(therapy.Because)-1]
	if diff := cmp.Diff([]string{"Encounter/e1"}, last.Sources); diff != "" || last.Text == "" {
		t.Errorf("sources of the modifier, %q (-want +got)\n%s", last.Text, diff)
	}
}

// Facts without a day are not coded under any day.
func TestNoDayOfService(t *testing.T) {
	result := builtin(t).Suggest(coding.Facts{Services: []coding.Service{{Activity: "psychotherapy", Minutes: ptr(47)}}})
	if len(result.Suggestions)+len(result.NotSuggested)+len(result.Flags) != 0 || len(result.Questions) != 1 || result.Questions[0].ID != "date-of-service" {
		t.Errorf("got %+v, want the question for the day alone", result)
	}
}

// A line says why the other codes of its service do not stand.
func TestAnswersKeepTheRuleThatFailed(t *testing.T) {
	result := builtin(t).Suggest(coding.Facts{DateOfService: effective.MustParseDate("2025-03-10"), Services: []coding.Service{{Activity: "psychotherapy", Minutes: ptr(47)}}})
	var got []string
	for _, b := range result.Suggestions[0].Because {
		got = append(got, b.Rule+" "+string(b.Status))
	}
	want := []string{"psychotherapy-45 met", "psychotherapy-30 not-met", "psychotherapy-60 not-met"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("because (-want +got)\n%s", diff)
	}
}
