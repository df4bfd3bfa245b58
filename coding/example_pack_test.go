package coding_test

import (
	"os"
	"slices"
	"testing"

	"github.com/chargenote/chargenote/coding"
	"github.com/chargenote/chargenote/internal/effective"
)

// The example pack is what a payer's pack is copied from: it loads, holds from its days on, and for its
// payer alone.
func TestTheExamplePack(t *testing.T) {
	rules, err := builtin(t).Over(os.DirFS("testdata/example-pack"), ".")
	if err != nil {
		t.Fatal(err)
	}
	state := coding.Payer{Kind: "medicaid", Name: "example-state-plan"}
	another := coding.Payer{Kind: "medicaid", Name: "another-plan"}
	video := func(payer coding.Payer, day string) coding.Facts {
		return coding.Facts{DateOfService: effective.MustParseDate(day), Payer: payer, Provider: coding.Provider{Discipline: "LCSW"},
			Visit:    coding.Circumstances{Modality: "audio-video", PatientLocation: "home"},
			Services: []coding.Service{{Activity: "psychotherapy", Minutes: ptr(45)}}}
	}
	rehab := func(payer coding.Payer, day, activity string, minutes int) coding.Facts {
		return coding.Facts{DateOfService: effective.MustParseDate(day), Payer: payer, Provider: coding.Provider{Discipline: "PT"},
			Services: []coding.Service{{Activity: activity, Minutes: ptr(minutes)}}}
	}
	for _, tt := range []struct {
		name    string
		facts   coding.Facts
		want    string
		rests   bool // on the pack
		flagged bool
	}{
		{"video, the day before", video(state, "2025-12-31"), "90834 x1 95", false, false},
		{"video, the first day", video(state, "2026-01-01"), "90834 x1 GT", true, false},
		{"video, the last day of GT", video(state, "2026-12-31"), "90834 x1 GT", true, false},
		{"video, the first day of 95", video(state, "2027-01-01"), "90834 x1 95", true, false},
		{"video, another payer", video(another, "2026-01-01"), "90834 x1 95", false, false},
		{"units, the day before", rehab(state, "2025-12-31", "therapeutic-exercise", 45), "97110 x3 GP", false, false},
		{"units at the limit", rehab(state, "2026-01-01", "therapeutic-exercise", 30), "97110 x2 GP", false, false},
		{"units above it", rehab(state, "2026-01-01", "therapeutic-exercise", 45), "97110 x2 GP", true, true},
		{"units above a benchmark", rehab(state, "2026-01-01", "therapeutic-activities", 60), "97530 x4 GP", true, true},
		{"units, another payer", rehab(another, "2026-01-01", "therapeutic-exercise", 45), "97110 x3 GP", false, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			result := rules.Suggest(tt.facts)
			if got := lines(result); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			if got := slices.Contains(layersOf(result), "example-state"); got != tt.rests {
				t.Errorf("an answer names the pack: %v, want %v; the layers are %v", got, tt.rests, layersOf(result))
			}
			if got := slices.ContainsFunc(result.Flags, func(f coding.Flag) bool { return f.Kind == "mue-exceeded" }); got != tt.flagged {
				t.Errorf("above the units: %v, want %v", got, tt.flagged)
			}
		})
	}
}
