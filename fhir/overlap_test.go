package fhir_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/chargenote/chargenote/coding"
)

// Two services at once keep their own minutes and times in the facts, and the coding rules count the
// minutes that they share once only: 45 minutes of exercise and manual therapy are 3 units, and not 4.
func TestOverlappingServicesAreCodedOnce(t *testing.T) {
	bundle, c := readCase(t, "testdata/visits/time-overlapping-services.json")
	got, err := readVisit(bundle, c.options(t))
	if err != nil {
		t.Fatal(err)
	}
	rules, err := coding.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	facts := got.Facts
	facts.Provider.Discipline, facts.Payer.Kind = "PT", "medicare"
	var lines []string
	for _, s := range rules.Suggest(facts).Suggestions {
		lines = append(lines, fmt.Sprintf("%s x%d", s.Code, s.Units))
	}
	if want := []string{"97110 x2", "97140 x1"}; !slices.Equal(lines, want) {
		t.Errorf("got %v, want %v", lines, want)
	}
}
