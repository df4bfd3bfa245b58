package coding_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/chargenote/chargenote/coding"
	"github.com/chargenote/chargenote/internal/effective"
)

func TestWeighSaysWhatTheRulesSayOfALine(t *testing.T) {
	rules, err := coding.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	minutes := func(n int) *int { return &n }
	facts := coding.Facts{DateOfService: effective.MustParseDate("2025-03-10"), Payer: coding.Payer{Kind: "medicare"},
		Provider: coding.Provider{Discipline: "psychologist"}, Visit: coding.Circumstances{Modality: "in-person"},
		Services: []coding.Service{{Activity: "psychotherapy", Minutes: minutes(47)}, {Activity: "psych-testing-evaluation", Minutes: minutes(31)}}}
	for _, tt := range []struct {
		name string // why it is so
		line coding.Line
		want string // of each answer, rule, status and text
	}{
		{"what is suggested is met", coding.Line{Code: "90834", Units: 1}, "psychotherapy-45 met 47 min, within 38 to 52"},
		{"more units than the rules find, than a charge has, and than CMS expects", coding.Line{Code: "90834", Units: 3},
			"psychotherapy-45 not-met 3 units, the rules find 1; psychotherapy-45 not-met 3 units, a charge of 90834 has at most 1; unit-limits not-met 3 units of 90834, CMS expects at most 2 a day"},
		{"the code above needs more minutes", coding.Line{Code: "90837", Units: 1}, "psychotherapy-60 not-met 47 min, needs at least 53"},
		{"a code of another service was not asked for", coding.Line{Code: "97110", Units: 1}, "therapeutic-exercise unknown nothing in this visit names this service"},
		{"a further hour that the minutes do not reach", coding.Line{Code: "96131", Units: 1}, "psych-testing-evaluation-more not-met 31 min"},
		{"one that ended says when", coding.Line{Code: "99354", Units: 1}, "prolonged-first not-effective ended with 2022-12-31"},
		{"one that no rule knows has no answer", coding.Line{Code: "12345", Units: 1}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, b := range rules.Weigh(facts, rules.Suggest(facts), tt.line) {
				got = append(got, fmt.Sprintf("%s %s %s", b.Rule, b.Status, b.Text))
				if b.Reference == "" {
					t.Errorf("%q has no reference", b.Text)
				}
			}
			for i, part := range strings.Split(tt.want, "; ") {
				if (part == "") != (len(got) == 0) || part != "" && (i >= len(got) || !slices.ContainsFunc(got, func(g string) bool { return strings.HasPrefix(g, part) })) {
					t.Errorf("got %q, want %q", got, part)
				}
			}
		})
	}
}

func TestFindMeansCodesByNumberLabelAndActivity(t *testing.T) {
	rules, err := coding.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	for search, want := range map[string][]string{
		"9083":                     {"90832", "90833", "90834", "90836", "90837", "90838", "90839"},
		"testing PSYCH eval 96130": {"96130"},
		"gait":                     {"97116"},
		"0834":                     {}, // a code is known by its beginning
		"g0444":                    {"G0444"},
	} {
		got := rules.Find(search)
		if !slices.Equal(got, want) && len(got)+len(want) > 0 {
			t.Errorf("%q: got %v, want %v", search, got, want)
		}
	}
	if all := rules.Find(""); len(all) < 100 || !slices.IsSorted(all) {
		t.Errorf("an empty search finds %d codes", len(all))
	}
}

func TestCodesOfAnActivity(t *testing.T) {
	rules, err := coding.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	for activity, want := range map[string][]string{"psychotherapy": {"90832", "90834", "90837"}, "psych-testing-evaluation": {"96101", "96130", "96131"}, "rest-or-waiting": nil} {
		if got := rules.CodesOf(activity); !slices.Equal(got, want) {
			t.Errorf("%s: got %v, want %v", activity, got, want)
		}
	}
	day := effective.MustParseDate("2025-03-10")
	if !rules.MayFollow(day, "90785", "90837") || rules.MayFollow(day, "90785", "97110") || rules.MayFollow(day, "12345", "90837") {
		t.Error("90785 may follow 90837 and not 97110, and a code that no rule knows follows none")
	}
}
