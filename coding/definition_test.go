package coding_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"testing/fstest"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"

	"github.com/chargenote/chargenote/coding"
	"github.com/chargenote/chargenote/internal/effective"
)

func TestDefinition(t *testing.T) {
	rules := builtin(t)
	for _, tt := range []struct {
		name, code, want string
		ok               bool
	}{
		{"a rule of one code", "90837", "psychotherapy-60", true},
		{"a code that was ended", "99354", "prolonged-first", true},
		{"HCPCS level II", "G0444", "depression-screening-annual", true},
		{"the first of a list", "99202", "evaluation-management-99202", true},
		{"one of a list", "99214", "evaluation-management-99214", true},
		{"a rule whose id ends in its code", "99201", "evaluation-management-99201", true},
		{"no rule", "00000", "", false},
	} {
		if got, ok := rules.Definition(tt.code); got != tt.want || ok != tt.ok {
			t.Errorf("%s: got %q, %t; want %q, %t", tt.name, got, ok, tt.want, tt.ok)
		}
	}
}

func TestEveryListsEachCodeOnce(t *testing.T) {
	rules := builtin(t)
	names := map[string]string{}
	states := map[string]int{}
	for _, rule := range rules.Every(effective.MustParseDate("2018-06-01")) {
		states[rule.State]++
		for _, code := range rule.Codes {
			name, ok := rules.Definition(code)
			if other, taken := names[name]; !ok || taken {
				t.Errorf("%s is %q, which is %q too", code, name, other)
			}
			names[name] = code
		}
	}
	files, err := filepath.Glob("rules/*.yaml")
	if err != nil || states[coding.StateInForce]+states[coding.StateNotYet]+states[coding.StateWithdrawn]+len(tableFiles) != len(files) {
		t.Errorf("%v rules and %d tables of %d files, %v", states, len(tableFiles), len(files), err)
	}
	for _, state := range []string{coding.StateInForce, coding.StateNotYet, coding.StateWithdrawn} {
		if states[state] == 0 {
			t.Errorf("no rule is %s in June 2018", state)
		}
	}
}

// tableFiles are the rule files that hold no rule.
var tableFiles = []string{"add-ons", "eligibility", "long-psychotherapy", "pack", "pairs", "payer-terms", "telehealth", "therapy-modifiers", "uncounted", "unit-limits"}

func TestPayersOfLayers(t *testing.T) {
	rules, err := builtin(t).Over(fstest.MapFS{"pack.yaml": {Data: []byte("id: pack\nname: plan\nchecked: 2026-11-24\nversion: \"4\"\npayers: [regional-plan, medicare]\n")}}, ".")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"medicare", "regional-plan"}, rules.Payers()); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if got := builtin(t).Payers(); len(got) != 0 {
		t.Errorf("the built-in rules are for %v alone", got)
	}
}

func TestMostUnits(t *testing.T) {
	rules := builtin(t)
	for code, want := range map[string]int{
		"90837": 1, "99214": 1, "90791": 1, "G0444": 1, "96130": 1, "99354": 1, // one, whatever the time
		"96131": 0, "99417": 0, "97110": 0, "96127": 0, "90785": 0, // as many as are earned
		"90853": 0, // one a day on a professional claim only, and a charge does not say on which claim it is
	} {
		periods := rules.Periods(code)
		if len(periods) == 0 || periods[len(periods)-1].MostUnits != want {
			t.Errorf("%s: %+v, want at most %d", code, periods, want)
		}
	}
}

// No case of the rules has more units than the rule of its code allows.
func TestMostUnitsHoldForEveryCase(t *testing.T) {
	rules := builtin(t)
	files, err := filepath.Glob("testdata/cases/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	checked := 0
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var cases []ruleCase
		if err := yaml.Unmarshal(content, &cases); err != nil {
			t.Fatal(err)
		}
		for _, c := range cases {
			facts := decodeCase(t, c.Facts)
			for _, s := range rules.Suggest(facts).Suggestions {
				periods := rules.Periods(s.Code)
				i := slices.IndexFunc(periods, func(p coding.Period) bool {
					return !facts.DateOfService.Before(p.From) && (p.Until.IsZero() || !p.Until.Before(facts.DateOfService))
				})
				if i < 0 || periods[i].MostUnits > 0 && s.Units > periods[i].MostUnits {
					t.Errorf("%s: %s x%d, and its rule says %+v", c.Name, s.Code, s.Units, periods)
				}
				checked++
			}
		}
	}
	if checked < leastCases {
		t.Errorf("%d lines were checked, want at least %d", checked, leastCases)
	}
}
