package coding_test

import (
	"bytes"
	"encoding/json"
	"os"
	"slices"
	"testing"

	"github.com/goccy/go-yaml"
	"pgregory.net/rapid"

	"github.com/chargenote/chargenote/coding"
)

// neverPairs reads the pairs that are never together on a professional claim, whatever the day, from
// the rule file itself.
func neverPairs(t *testing.T) map[[2]string]bool {
	t.Helper()
	content, err := os.ReadFile("rules/pairs.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var table struct {
		Practitioner struct {
			Pairs map[string]struct{ Never []string }
		}
		EveryPayer struct {
			Pairs map[string]struct{ Never []string }
		} `yaml:"everyPayer"`
	}
	if err := yaml.Unmarshal(content, &table); err != nil {
		t.Fatal(err)
	}
	pairs := map[[2]string]bool{}
	for first, under := range table.Practitioner.Pairs {
		for _, second := range under.Never {
			pairs[[2]string{first, second}] = true
		}
	}
	for first, under := range table.EveryPayer.Pairs {
		for _, second := range under.Never {
			pairs[[2]string{first, second}] = true
		}
	}
	if len(pairs) < 200 {
		t.Fatalf("only %d pairs that are never together were read", len(pairs))
	}
	return pairs
}

// No suggested set holds a pair that the tables forbid, but for an add-on with the code it follows.
func TestNoSetHoldsAForbiddenPair(t *testing.T) {
	rules, forbidden := builtin(t), neverPairs(t)
	rapid.Check(t, func(t *rapid.T) {
		facts := someFacts(t)
		facts.Payer.Kind = rapid.SampledFrom([]string{"medicare", "medicaid"}).Draw(t, "bound payer")
		facts.ClaimType = ""
		facts.Visit = coding.Circumstances{}
		result := rules.Suggest(facts)
		for _, first := range result.Suggestions {
			for _, second := range result.Suggestions {
				if forbidden[[2]string{first.Code, second.Code}] && !belong(result, first, second) {
					t.Fatalf("%s stands beside %s: %+v", second.Code, first.Code, lines(result))
				}
			}
		}
	})
}

// belong reports whether one of two lines follows the other, or an add-on of it.
func belong(r coding.Result, a, b coding.Suggestion) bool {
	follows := func(line coding.Suggestion, code string) bool {
		for line.AddOnTo != "" {
			if line.AddOnTo == code {
				return true
			}
			at := slices.IndexFunc(r.Suggestions, func(s coding.Suggestion) bool { return s.Code == line.AddOnTo })
			if at < 0 {
				return false
			}
			line = r.Suggestions[at]
		}
		return false
	}
	return follows(a, b.Code) || follows(b, a.Code)
}

// Adding a fact that nothing of the visit asks for changes nothing.
func TestAFactThatIsNotNeededChangesNothing(t *testing.T) {
	rules := builtin(t)
	talk := []string{"psychotherapy", "crisis", "family-with-patient", "group", "diagnostic-evaluation"}
	needless := map[string]func(*coding.Facts){
		"months since an annual screening": func(f *coding.Facts) { f.History = &coding.History{MonthsSinceLastG0444: ptr(3)} },
		"amount of therapy in the year": func(f *coding.Facts) {
			f.History = &coding.History{TherapyYearToDateUSD: &coding.TherapyYearToDate{PTSLP: ptr(9000)}}
		},
		"change of status": func(f *coding.Facts) { f.History = &coding.History{StatusChange: new(bool)} },
		"what testing rested on": func(f *coding.Facts) {
			f.Testing = &coding.Testing{StandardizedTestsInterpreted: new(int), SelfAdministered: ptr(true)}
		},
		"an E/M that nobody did": func(f *coding.Facts) {
			f.EvaluationManagement = &coding.EvaluationManagement{Code: "99213", Basis: "time"}
		},
		"symptoms":                        func(f *coding.Facts) { f.Patient = &coding.Patient{Is: "patient", Symptomatic: ptr(true)} },
		"no complexity":                   func(f *coding.Facts) { f.InteractiveComplexity = &coding.InteractiveComplexity{Present: new(bool)} },
		"one billing entity":              func(f *coding.Facts) { f.SameBillingEntity = ptr(true) },
		"minutes of an assistant":         func(f *coding.Facts) { f.Services[0].AssistantMinutes = new(int) },
		"the day of the service":          func(f *coding.Facts) { f.Services[0].Date = f.DateOfService },
		"a payer's name that no pack has": func(f *coding.Facts) { f.Payer.Name = "example-health" },
	}
	rapid.Check(t, func(t *rapid.T) {
		minutes := rapid.IntRange(0, 200).Draw(t, "minutes")
		facts := visit(rapid.SampledFrom([]string{"2022-06-01", "2025-03-10"}).Draw(t, "day"), rapid.SampledFrom([]string{"", "medicare", "commercial"}).Draw(t, "payer"),
			coding.Service{Activity: rapid.SampledFrom(talk).Draw(t, "activity"), Minutes: &minutes})
		before, err := json.Marshal(rules.Suggest(facts))
		if err != nil {
			t.Fatal(err)
		}
		for name, add := range needless {
			more := facts
			more.Services = slices.Clone(facts.Services)
			add(&more)
			if after, err := json.Marshal(rules.Suggest(more)); err != nil || !bytes.Equal(before, after) {
				t.Fatalf("%s changed the answer (%v):\n%s\n%s", name, err, before, after)
			}
		}
	})
}
