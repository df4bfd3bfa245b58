package coding_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chargenote/chargenote/coding"
	"github.com/chargenote/chargenote/internal/effective"
)

// quarterOfCMS is tables for one quarter, with rows that begin and end on days of their own, in a
// layer that also says what CMS does not: an allowed pair, a pair of the payer itself.
var quarterOfCMS = map[string]string{
	"pairs.yaml": "id: pairs\nchecked: 2026-01-05\npractitioner:\n  quarter: 2026-01-01\n  " + referenceYAML + "\n" +
		"  pairs:\n    \"90834\": {never: [\"96127\", \"90832\"], allowed: [\"90853\"]}\n    \"90791\": {distinct: [\"G0444\"]}\n" +
		"  dated:\n    - {until: 2026-02-28, pairs: {\"97530\": {distinct: [\"97116\"]}}}\n    - {from: 2026-03-01, pairs: {\"97530\": {never: [\"97116\"]}}}\n" +
		"everyPayer:\n  " + referenceYAML + "\n  pairs:\n    \"90837\": {never: [\"90853\"]}\n",
	"unit-limits.yaml": "id: unit-limits\nchecked: 2026-01-05\nquarter: 2026-01-01\n" + referenceYAML + "\nlimits:\n" +
		"  \"97110\": {practitioner: {units: 6, indicator: 3}, outpatientHospital: {units: 8, indicator: 3}}\n  \"90853\": {practitioner: {units: 0, indicator: 2}}\n",
	"add-ons.yaml": "id: add-ons\nchecked: 2026-01-05\nquarter: 2026-01-01\n" + referenceYAML + "\naddOns:\n" +
		"  \"90840\": {type: 1, primaries: [\"90839\"]}\n  \"90785\": {type: 3, primaries: [\"90834\", \"90791\"]}\n  \"96131\": {type: 2}\n",
}

func TestEditsListTheTablesOfADay(t *testing.T) {
	rules := over(t, builtin(t), quarterOfCMS)
	first := effective.MustParseDate("2026-01-01")
	want := coding.Edits{
		Practitioner: coding.EditsOfSide{PairsQuarter: first, LimitsQuarter: first,
			Pairs:  []coding.PairEdit{{Column1: "90791", Column2: "G0444", Indicator: 1}, {Column1: "90834", Column2: "90832"}, {Column1: "90834", Column2: "96127"}, {Column1: "97530", Column2: "97116", Indicator: 1}},
			Limits: []coding.LimitEdit{{Code: "90853", Units: 0, Indicator: 2}, {Code: "97110", Units: 6, Indicator: 3}}},
		AddOnsQuarter: first,
		AddOns:        []coding.AddOnEdit{{Code: "90785", Type: 3, Primaries: []string{"90791", "90834"}}, {Code: "90840", Type: 1, Primaries: []string{"90839"}}, {Code: "96131", Type: 2}},
	}
	for _, tt := range []struct {
		day       string
		indicator int // of 97530 with 97116
	}{{"2026-01-01", 1}, {"2026-02-28", 1}, {"2026-03-01", 0}, {"2030-12-31", 0}} {
		got := rules.Edits(effective.MustParseDate(tt.day))
		hospital := got.OutpatientHospital
		got.OutpatientHospital = coding.EditsOfSide{}
		want.Practitioner.Pairs[3].Indicator = tt.indicator
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got)\n%s", tt.day, diff)
		}
		if hospital.PairsQuarter.String() != "2024-07-01" || len(hospital.Pairs) < 100 {
			t.Errorf("%s: the hospital's pairs, which the layer does not say, are %d of %s", tt.day, len(hospital.Pairs), hospital.PairsQuarter)
		}
		if diff := cmp.Diff([]coding.LimitEdit{{Code: "97110", Units: 8, Indicator: 3}}, hospital.Limits); diff != "" {
			t.Errorf("%s: the hospital's limits (-want +got)\n%s", tt.day, diff)
		}
	}
}

// The day before a quarter, and days before all of them, are those of another table.
func TestEditsOfADayAreOfTheNearestTable(t *testing.T) {
	plain := builtin(t)
	laid := over(t, plain, quarterOfCMS)
	for _, day := range []string{"2013-01-01", "2024-06-30", "2024-07-01", "2025-12-31"} {
		on := effective.MustParseDate(day)
		if diff := cmp.Diff(plain.Edits(on), laid.Edits(on)); diff != "" {
			t.Errorf("%s: the layer for 2026-01-01 changes days before it (-without +with)\n%s", day, diff)
		}
	}
	edits := plain.Edits(effective.MustParseDate("2013-01-01"))
	if edits.Practitioner.PairsQuarter.String() != "2024-07-01" || edits.Practitioner.LimitsQuarter.String() != "2024-07-01" || edits.AddOnsQuarter.String() != "2024-06-03" {
		t.Errorf("before all tables the quarters are %s, %s and %s", edits.Practitioner.PairsQuarter, edits.Practitioner.LimitsQuarter, edits.AddOnsQuarter)
	}
}

// A row of CMS's tables of July 2024 of each kind, as they were read, and no payer's own units.
func TestEditsOfTheBuiltInTables(t *testing.T) {
	own := over(t, builtin(t), map[string]string{"unit-limits.yaml": "id: unit-limits\nchecked: 2026-01-05\nfrom: 2024-01-01\n" + referenceYAML + "\nlimits:\n  \"90785\":\n    practitioner: {units: 1, indicator: 2}\n"})
	edits := own.Edits(effective.MustParseDate("2024-08-01"))
	if !slices.Contains(edits.Practitioner.Pairs, coding.PairEdit{Column1: "90791", Column2: "90832", Indicator: 0}) {
		t.Error("90791 with 90832 is not listed as never together")
	}
	if !slices.Contains(edits.OutpatientHospital.Pairs, coding.PairEdit{Column1: "90791", Column2: "90839", Indicator: 1}) {
		t.Error("90791 with 90839 is not listed as together when distinct, for hospitals")
	}
	if !slices.Contains(edits.Practitioner.Limits, coding.LimitEdit{Code: "90785", Units: 3, Indicator: 3}) {
		t.Error("90785 is not listed with 3 units of CMS")
	}
	if !slices.IsSortedFunc(edits.Practitioner.Pairs, func(a, b coding.PairEdit) int {
		return slices.Compare([]string{a.Column1, a.Column2}, []string{b.Column1, b.Column2})
	}) {
		t.Error("the pairs are not in order")
	}
	if diff := cmp.Diff(edits, own.Edits(effective.MustParseDate("2024-08-01"))); diff != "" {
		t.Errorf("asked twice (-first +second)\n%s", diff)
	}
}

// What a pack for one payer says is there for this payer alone.
func TestEditsForAPayer(t *testing.T) {
	pack := layer(quarterOfCMS)
	pack["pack.yaml"].Data = append(pack["pack.yaml"].Data, "payers: [medicaid]\n"...)
	rules, err := builtin(t).Over(pack, ".")
	if err != nil {
		t.Fatal(err)
	}
	day := effective.MustParseDate("2026-01-01")
	for _, tt := range []struct {
		of   *coding.Rules
		want string
	}{{rules, "2026-01-01"}, {rules.ForPayer(coding.Payer{Kind: "medicaid"}), "2026-01-01"}, {rules.ForPayer(coding.Payer{}), "2024-07-01"}} {
		if got := tt.of.Edits(day).Practitioner.PairsQuarter.String(); got != tt.want {
			t.Errorf("the pairs are of %s, want %s", got, tt.want)
		}
	}
}

// A row of an add-on without primaries, as a table has where no rule knows one, leaves those of the rule.
func TestAnAddOnWithoutPrimariesFollowsItsRule(t *testing.T) {
	addOns := "id: add-ons\nchecked: 2026-01-05\nquarter: 2026-01-01\n" + referenceYAML + "\naddOns:\n  \"90840\": {type: KIND}\n"
	facts := visit("2026-01-01", "medicare", coding.Service{Activity: "crisis", Minutes: ptr(110)})
	want := lines(builtin(t).Suggest(facts))
	for _, kind := range []string{"1", "3"} {
		laid := over(t, builtin(t), map[string]string{"add-ons.yaml": strings.Replace(addOns, "KIND", kind, 1)})
		if got := lines(laid.Suggest(facts)); got != want || !strings.Contains(want, "90840") {
			t.Errorf("type %s without primaries: got %q, want %q", kind, got, want)
		}
	}
}
