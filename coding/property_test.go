package coding_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/chargenote/chargenote/coding"
	"github.com/chargenote/chargenote/internal/effective"
)

// addOns names the base codes of each add-on; written here by hand, so that the rule files are
// checked against something else than themselves.
var addOns = map[string][]string{
	"90840": {"90839"}, "96131": {"96130"}, "96133": {"96132"}, "96137": {"96136"}, "96139": {"96138"}, "96121": {"96116"},
	"97130": {"97129"}, "90863": {"90832", "90834", "90837"}, "96113": {"96112"}, "G0018": {"G0017"},
	"99417": {"99205", "99215"}, "G2212": {"99205", "99215"}, "99354": {"90837", "90847"}, "99355": {"90837", "90847"},
	"90785": {"90791", "90792", "90832", "90833", "90834", "90836", "90837", "90838", "90853"},
	"90833": {"99202", "99203", "99204", "99205", "99211", "99212", "99213", "99214", "99215"},
}

func someFacts(t *rapid.T) coding.Facts {
	day := rapid.SampledFrom([]string{"2012-12-31", "2018-06-01", "2022-12-31", "2023-01-01", "2025-03-10", "2026-11-24"}).Draw(t, "day")
	yesNo := rapid.SampledFrom([]*bool{nil, new(bool), ptr(true)})
	facts := coding.Facts{
		DateOfService: effective.MustParseDate(day),
		Payer:         coding.Payer{Kind: rapid.SampledFrom([]string{"", "medicare", "medicaid", "commercial", "self-pay"}).Draw(t, "payer")},
		ClaimType:     rapid.SampledFrom([]string{"", "outpatient-hospital", "FQHC"}).Draw(t, "claim"),
		Provider:      coding.Provider{Discipline: rapid.SampledFrom([]string{"", "psychologist", "psychiatrist", "PT", "OT", "SLP", "LMFT"}).Draw(t, "discipline")},
		Visit: coding.Circumstances{Telehealth: yesNo.Draw(t, "telehealth"), Modality: rapid.SampledFrom([]string{"", "in-person", "audio-video", "audio-only"}).Draw(t, "modality"),
			PatientLocation: rapid.SampledFrom([]string{"", "home", "facility"}).Draw(t, "location")},
		InteractiveComplexity: &coding.InteractiveComplexity{Present: yesNo.Draw(t, "complex"), Factor: rapid.SampledFrom([]string{"", "play-equipment", "interpreter-only"}).Draw(t, "factor")},
		EvaluationManagement:  &coding.EvaluationManagement{Code: rapid.SampledFrom([]string{"", "99213", "99201"}).Draw(t, "em")},
		DistinctTimeIntervals: yesNo.Draw(t, "distinct"),
		Testing:               &coding.Testing{StandardizedTestsInterpreted: ptr(rapid.IntRange(0, 3).Draw(t, "interpreted"))},
	}
	for range rapid.IntRange(0, 6).Draw(t, "services") {
		s := coding.Service{Activity: rapid.SampledFrom(coding.Activities()).Draw(t, "activity"), Scored: yesNo.Draw(t, "scored")}
		if rapid.Bool().Draw(t, "timed") {
			s.Minutes = ptr(rapid.IntRange(0, 180).Draw(t, "minutes"))
		}
		if rapid.Bool().Draw(t, "counted") {
			s.Instruments = ptr(rapid.IntRange(0, 4).Draw(t, "instruments"))
		}
		if s.Minutes != nil && rapid.Bool().Draw(t, "assisted") {
			s.AssistantMinutes = ptr(rapid.IntRange(0, *s.Minutes).Draw(t, "assistant"))
		}
		facts.Services = append(facts.Services, s)
	}
	return facts
}

// Every question names the fact that settles it and what it unlocks.
func TestQuestionsNameTheirFact(t *testing.T) {
	rules := builtin(t)
	rapid.Check(t, func(t *rapid.T) {
		for _, q := range rules.Suggest(someFacts(t)).Questions {
			if q.ID == "" || q.Text == "" || q.Fact == "" || len(q.Unlocks) == 0 {
				t.Fatalf("%+v names no fact, or nothing that it unlocks", q)
			}
		}
	})
}

func ptr[T any](v T) *T { return &v }

func TestShuffledServicesGiveTheSameBytes(t *testing.T) {
	rules := builtin(t)
	rapid.Check(t, func(t *rapid.T) {
		facts := someFacts(t)
		first := marshal(t, rules.Suggest(facts))
		shuffled := facts
		shuffled.Services = rapid.Permutation(facts.Services).Draw(t, "order")
		if again := marshal(t, rules.Suggest(shuffled)); !bytes.Equal(first, again) {
			t.Fatalf("order changed the answer:\n%s\n%s", first, again)
		}
	})
}

func marshal(t *rapid.T, r coding.Result) []byte {
	document, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	return document
}

func TestAddOnsNeverStandWithoutTheirBase(t *testing.T) {
	rules := builtin(t)
	rapid.Check(t, func(t *rapid.T) {
		result := rules.Suggest(someFacts(t))
		standing := map[string]bool{}
		for _, s := range result.Suggestions {
			if s.Units < 1 {
				t.Fatalf("%s has %d units", s.Code, s.Units)
			}
			if bases, isAddOn := addOns[s.Code]; isAddOn && !slices.ContainsFunc(bases, func(code string) bool { return standing[code] }) {
				t.Fatalf("%s stands without any of %v before it: %+v", s.Code, bases, result.Suggestions)
			}
			standing[s.Code] = true
		}
	})
}

func TestMoreMinutesNeverEarnFewerUnits(t *testing.T) {
	rules := builtin(t)
	// Crisis is left out on purpose: under 30 minutes it is reported by another code.
	timed := []string{"psych-testing-evaluation", "test-administration-professional", "cognitive-intervention", "cognitive-performance-testing",
		"therapeutic-exercise", "neurobehavioral-status-exam", "family-with-patient", "psychotherapy", "adaptive-behavior-treatment"}
	rapid.Check(t, func(t *rapid.T) {
		activity := rapid.SampledFrom(timed).Draw(t, "activity")
		payer := coding.Payer{Kind: rapid.SampledFrom([]string{"medicare", "commercial"}).Draw(t, "payer")}
		fewer := rapid.IntRange(0, 400).Draw(t, "fewer")
		more := rapid.IntRange(fewer, 500).Draw(t, "more")
		units := func(minutes int) int {
			result := rules.Suggest(coding.Facts{DateOfService: effective.MustParseDate("2025-03-10"), Payer: payer,
				Provider: coding.Provider{Discipline: "physician"},
				Testing:  &coding.Testing{StandardizedTestsInterpreted: ptr(3)},
				Services: []coding.Service{{Activity: activity, Minutes: &minutes, Instruments: ptr(2)}}})
			total := 0
			for _, s := range result.Suggestions {
				total += s.Units
			}
			return total
		}
		if units(more) < units(fewer) {
			t.Fatalf("%s: %d min earn %d units, %d min only %d", activity, fewer, units(fewer), more, units(more))
		}
	})
}

func TestUnitsOfTheTotalAreAllHandedOut(t *testing.T) {
	rules := builtin(t)
	therapy := []string{"therapeutic-exercise", "neuromuscular", "gait", "manual-therapy", "therapeutic-activities", "self-care", "ultrasound"}
	rapid.Check(t, func(t *rapid.T) {
		facts := coding.Facts{DateOfService: effective.MustParseDate("2025-03-10"), Payer: coding.Payer{TimedUnits: "cms-8-minute"},
			Provider: coding.Provider{Discipline: "PT"}}
		total := 0
		for _, activity := range therapy {
			minutes := rapid.IntRange(0, 50).Draw(t, activity)
			total += minutes
			facts.Services = append(facts.Services, coding.Service{Activity: activity, Minutes: &minutes})
		}
		want := (total + 7) / 15
		result := rules.Suggest(facts)
		settled := 0
		for _, s := range result.Suggestions {
			settled += s.Units
		}
		if len(result.Choices) == 0 && settled != want {
			t.Fatalf("%d min are %d units, %d were handed out", total, want, settled)
		}
		for _, choice := range result.Choices {
			for _, option := range choice.Options {
				chosen := settled
				for _, line := range option {
					chosen += line.Units
				}
				if chosen != want {
					t.Fatalf("%d min are %d units, an option hands out %d: %v", total, want, chosen, option)
				}
			}
		}
	})
}
