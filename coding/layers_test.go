package coding_test

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/chargenote/chargenote/coding"
	"github.com/chargenote/chargenote/internal/effective"
)

// layer is a pack over the built-in rules, from its files.
func layer(files map[string]string) fstest.MapFS {
	pack := fstest.MapFS{"pack.yaml": {Data: []byte("id: pack\nname: example-plan\nversion: \"1\"\nchecked: 2026-01-05\n")}}
	for name, content := range files {
		pack[name] = &fstest.MapFile{Data: []byte(content)}
	}
	return pack
}

const referenceYAML = "reference: [{title: \"Example plan, manual section 4.2\", mark: A}]"

// over lays a pack over the built-in rules.
func over(t *testing.T, rules *coding.Rules, files map[string]string) *coding.Rules {
	t.Helper()
	laid, err := rules.Over(layer(files), ".")
	if err != nil {
		t.Fatal(err)
	}
	return laid
}

func visit(day, payer string, services ...coding.Service) coding.Facts {
	return coding.Facts{DateOfService: effective.MustParseDate(day), Payer: coding.Payer{Kind: payer}, Provider: coding.Provider{Discipline: "psychologist"}, Services: services}
}

// lines writes the suggestions of a visit on one line.
func lines(r coding.Result) string {
	var all []string
	for _, s := range r.Suggestions {
		all = append(all, lineText(coding.Line{Code: s.Code, Units: s.Units, Modifiers: s.Modifiers}))
	}
	return strings.Join(all, ", ")
}

func TestLayersDecideFromTheirFirstDayOn(t *testing.T) {
	therapy := coding.Service{Activity: "psychotherapy", Minutes: ptr(50)}
	for _, tt := range []struct {
		name      string
		files     map[string]string
		facts     coding.Facts
		want      string
		layer     string // that some answer of the visit names
		otherwise string // without the layer
	}{
		{"a rule of its own numbers, the first day", map[string]string{"psychotherapy-60.yaml": "id: psychotherapy-60\nchecked: 2026-01-05\neffective:\n  2025-03-10:\n    min: 50\n    " + referenceYAML + "\n",
			"psychotherapy-45.yaml": "id: psychotherapy-45\nchecked: 2026-01-05\neffective:\n  2025-03-10:\n    min: 38\n    max: 49\n    " + referenceYAML + "\n"},
			visit("2025-03-10", "commercial", therapy), "90837 x1", "example-plan", "90834 x1"},
		{"the day before it", map[string]string{"psychotherapy-60.yaml": "id: psychotherapy-60\nchecked: 2026-01-05\neffective:\n  2025-03-10:\n    min: 50\n    " + referenceYAML + "\n"},
			visit("2025-03-09", "commercial", therapy), "90834 x1", coding.BuiltInLayer, "90834 x1"},
		{"a telehealth modifier", map[string]string{"payer-terms.yaml": "id: payer-terms\nchecked: 2026-01-05\nkinds:\n  every:\n    2024-01-01:\n      telehealthModifier: GT\n      " + referenceYAML + "\n"},
			coding.Facts{DateOfService: effective.MustParseDate("2025-03-10"), Payer: coding.Payer{Kind: "commercial"}, Visit: coding.Circumstances{Modality: "audio-video", PatientLocation: "home"},
				Provider: coding.Provider{Discipline: "LCSW"}, Services: []coding.Service{therapy}}, "90834 x1 GT", "example-plan", "90834 x1 95"},
		{"units of a state", map[string]string{"unit-limits.yaml": "id: unit-limits\nchecked: 2026-01-05\nfrom: 2025-01-01\n" + referenceYAML + "\nlimits:\n  \"97110\":\n    practitioner: {units: 2, indicator: 2}\n"},
			coding.Facts{DateOfService: effective.MustParseDate("2025-03-10"), Payer: coding.Payer{Kind: "medicaid"}, Provider: coding.Provider{Discipline: "PT"},
				Services: []coding.Service{{Activity: "therapeutic-exercise", Minutes: ptr(45)}}}, "97110 x2 GP", "example-plan", "97110 x3 GP"},
		{"its counting rule", map[string]string{"payer-terms.yaml": "id: payer-terms\nchecked: 2026-01-05\nkinds:\n  commercial:\n    2024-01-01:\n      timedUnits: cms-8-minute\n      " + referenceYAML + "\n"},
			coding.Facts{DateOfService: effective.MustParseDate("2025-03-10"), Payer: coding.Payer{Kind: "commercial"}, Provider: coding.Provider{Discipline: "PT"},
				Services: []coding.Service{{Activity: "therapeutic-exercise", Minutes: ptr(33)}, {Activity: "manual-therapy", Minutes: ptr(7)}}}, "97110 x2 GP, 97140 x1 GP", "", "97110 x2 GP"},
		{"25 beside psychotherapy", map[string]string{"payer-terms.yaml": "id: payer-terms\nchecked: 2026-01-05\nkinds:\n  every:\n    2024-01-01:\n      separateEM: true\n      " + referenceYAML + "\n"},
			coding.Facts{DateOfService: effective.MustParseDate("2025-03-10"), Payer: coding.Payer{Kind: "commercial"}, Provider: coding.Provider{Discipline: "psychiatrist"},
				EvaluationManagement: &coding.EvaluationManagement{Code: "99213", Basis: "mdm"},
				Services:             []coding.Service{{Activity: "evaluation-management"}, {Activity: "psychotherapy", Minutes: ptr(40)}}}, "99213 x1 25, 90836 x1", "example-plan", "99213 x1, 90836 x1"},
		{"a pair that it does not want", map[string]string{"pairs.yaml": "id: pairs\nchecked: 2026-01-05\neveryPayer:\n  " + referenceYAML + "\n  pairs:\n    \"90834\": {never: [\"90853\"]}\n"},
			visit("2025-03-10", "commercial", therapy, coding.Service{Activity: "group"}), "90834 x1", "example-plan", "90834 x1, 90853 x1"},
		{"a pair that it allows", map[string]string{"pairs.yaml": "id: pairs\nchecked: 2026-01-05\neveryPayer:\n  " + referenceYAML + "\n  pairs:\n    \"90834\": {allowed: [\"96127\"]}\n"},
			visit("2025-03-10", "medicare", therapy, coding.Service{Activity: "screening", Instruments: ptr(1), Scored: ptr(true)}), "90834 x1, 96127 x1", "", "90834 x1"},
		{"an X modifier for another clinician", map[string]string{"payer-terms.yaml": "id: payer-terms\nchecked: 2026-01-05\nkinds:\n  medicare:\n    2015-01-01:\n      distinct: {service: XU, practitioner: XP}\n      " + referenceYAML + "\n"},
			coding.Facts{DateOfService: effective.MustParseDate("2025-03-10"), Payer: coding.Payer{Kind: "medicare"}, Provider: coding.Provider{Discipline: "mixed"}, DistinctTimeIntervals: ptr(true),
				Services: []coding.Service{{Activity: "speech-treatment-individual", Performer: "SLP"}, {Activity: "cognitive-intervention", Minutes: ptr(15), Performer: "OT"}}},
			"92507 x1 GN, 97129 x1 GO XP", "example-plan", "92507 x1 GN, 97129 x1 GO 59"},
		{"an X modifier for an unusual service", map[string]string{"payer-terms.yaml": "id: payer-terms\nchecked: 2026-01-05\nkinds:\n  medicare:\n    2015-01-01:\n      distinct: {service: XU}\n      " + referenceYAML + "\n"},
			coding.Facts{DateOfService: effective.MustParseDate("2025-03-10"), Payer: coding.Payer{Kind: "medicare"}, Provider: coding.Provider{Discipline: "PT"}, DistinctTimeIntervals: ptr(true),
				Services: []coding.Service{{Activity: "therapeutic-exercise", Minutes: ptr(15)}, {Activity: "group-therapy-rehab", PatientsSimultaneous: ptr(3)}}},
			"97110 x1 GP XU, 97150 x1 GP", "", "97110 x1 GP 59, 97150 x1 GP"},
		{"who may bill", map[string]string{"eligibility.yaml": "id: eligibility\nchecked: 2026-01-05\ngroups:\n  - name: testing evaluation and administration\n    effective:\n      2025-01-01:\n        disciplines: [psychologist, LCSW]\n        binds: [medicaid]\n        " + referenceYAML + "\n"},
			coding.Facts{DateOfService: effective.MustParseDate("2025-03-10"), Payer: coding.Payer{Kind: "medicaid"}, Provider: coding.Provider{Discipline: "LCSW"},
				Testing:  &coding.Testing{StandardizedTestsInterpreted: ptr(2)},
				Services: []coding.Service{{Activity: "psych-testing-evaluation", Minutes: ptr(40)}}}, "96130 x1", "", ""},
		{"a newer table of CMS for its quarter", map[string]string{"unit-limits.yaml": "id: unit-limits\nchecked: 2026-01-05\nquarter: 2025-01-01\n" + referenceYAML + "\nlimits:\n  \"90853\":\n    outpatientHospital: {units: 2, indicator: 2}\n"},
			coding.Facts{DateOfService: effective.MustParseDate("2025-03-10"), ClaimType: "outpatient-hospital", Payer: coding.Payer{Kind: "medicare"}, Provider: coding.Provider{Discipline: "psychologist"},
				Services: []coding.Service{{Activity: "group"}, {Activity: "group"}, {Activity: "group"}}}, "90853 x2", "example-plan", "90853 x3"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			rules := builtin(t)
			if got := lines(rules.Suggest(tt.facts)); got != tt.otherwise {
				t.Errorf("without the layer got %q, want %q", got, tt.otherwise)
			}
			result := over(t, rules, tt.files).Suggest(tt.facts)
			if got := lines(result); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			if tt.layer != "" && !slices.Contains(layersOf(result), tt.layer) {
				t.Errorf("answers name the layers %v, want %s among them", layersOf(result), tt.layer)
			}
		})
	}
}

// layersOf lists the layers that a result names.
func layersOf(r coding.Result) []string {
	var all []string
	for _, s := range r.Suggestions {
		for _, b := range s.Because {
			all = append(all, b.Layer)
		}
	}
	for _, n := range r.NotSuggested {
		all = append(all, n.Layer)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// A pack that names payers holds for them alone, by kind or by name.
func TestALayerOfOnePayer(t *testing.T) {
	pack := layer(map[string]string{"payer-terms.yaml": "id: payer-terms\nchecked: 2026-01-05\nkinds:\n  every:\n    2024-01-01:\n      telehealthModifier: GT\n      " + referenceYAML + "\n"})
	pack["pack.yaml"].Data = append(pack["pack.yaml"].Data, "payers: [example-health, medicaid]\n"...)
	rules, err := builtin(t).Over(pack, ".")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		payer coding.Payer
		want  string
	}{
		{coding.Payer{Kind: "commercial", Name: "example-health"}, "90834 x1 GT"},
		{coding.Payer{Kind: "medicaid"}, "90834 x1 GT"},
		{coding.Payer{Kind: "commercial", Name: "another"}, "90834 x1 95"},
		{coding.Payer{Kind: "commercial"}, "90834 x1 95"},
		{coding.Payer{Kind: "commercial", Name: "example-health", TelehealthModifier: "95"}, "90834 x1 95"},
	} {
		facts := visit("2025-03-10", "", coding.Service{Activity: "psychotherapy", Minutes: ptr(45)})
		facts.Payer, facts.Visit = tt.payer, coding.Circumstances{Modality: "audio-video", PatientLocation: "home"}
		if got := lines(rules.Suggest(facts)); got != tt.want {
			t.Errorf("%+v: got %q, want %q", tt.payer, got, tt.want)
		}
	}
	layers := rules.Layers()
	if len(layers) != 2 || layers[1].Name != "example-plan" || layers[1].Digest == layers[0].Digest || !slices.Contains(layers[1].Payers, "medicaid") {
		t.Errorf("layers %+v", layers)
	}
	if v := rules.Version(); v.Version != "2026.1 + example-plan 1" || v.Digest == builtin(t).Version().Digest {
		t.Errorf("version %+v does not name the layer", v)
	}
}

func TestAFaultyLayerIsRefused(t *testing.T) {
	for _, tt := range []struct {
		name  string
		files map[string]string
		want  string
	}{
		{"no name", map[string]string{"pack.yaml": "id: pack\nversion: \"1\"\nchecked: 2026-01-05\n"}, "a layer over the built-in rules needs a name"},
		{"the name of the built-in one", map[string]string{"pack.yaml": "id: pack\nname: built-in\nversion: \"1\"\nchecked: 2026-01-05\n"}, "pack.yaml:2:1: the name built-in is taken"},
		{"a rule without a reference", map[string]string{"psychotherapy-60.yaml": "id: psychotherapy-60\nchecked: 2026-01-05\neffective:\n  2025-03-10:\n    min: 50\n"}, "psychotherapy-60.yaml:4:3: each day needs its own reference"},
		{"a code of another rule", map[string]string{"own.yaml": "id: own\ncode: \"90834\"\nlabel: Own\nfamily: own\nkind: untimed\nchecked: 2026-01-05\neffective:\n  2025-03-10:\n    " + referenceYAML + "\n"}, "90834 is already ruled by psychotherapy-45.yaml"},
		{"limits of no time", map[string]string{"unit-limits.yaml": "id: unit-limits\nchecked: 2026-01-05\n" + referenceYAML + "\nlimits: {}\n"}, "give either quarter, for a table of CMS, or from"},
		{"an indicator that is none", map[string]string{"unit-limits.yaml": "id: unit-limits\nchecked: 2026-01-05\nfrom: 2025-01-01\n" + referenceYAML + "\nlimits:\n  \"97110\":\n    practitioner: {units: 2, indicator: 4}\n"}, "unit-limits.yaml:6:3: 2 units with indicator 4"},
		{"pairs upside down", map[string]string{"pairs.yaml": "id: pairs\nchecked: 2026-01-05\neveryPayer:\n  " + referenceYAML + "\n  pairs: {}\n  dated:\n    - {from: 2025-02-01, until: 2025-01-01, pairs: {\"90834\": {never: [\"90853\"]}}}\n"}, "until 2025-01-01 is before from 2025-02-01"},
		{"a kind of payer that is none", map[string]string{"payer-terms.yaml": "id: payer-terms\nchecked: 2026-01-05\nkinds:\n  tricare:\n    2024-01-01:\n      telehealthModifier: GT\n      " + referenceYAML + "\n"}, `payer-terms.yaml:4:3: "tricare" is no kind of payer`},
		{"a modifier that is none", map[string]string{"payer-terms.yaml": "id: payer-terms\nchecked: 2026-01-05\nkinds:\n  every:\n    2024-01-01:\n      telehealthModifier: video\n      " + referenceYAML + "\n"}, `"video" is no modifier`},
		{"an unknown field", map[string]string{"payer-terms.yaml": "id: payer-terms\nchecked: 2026-01-05\nprice: 3\n"}, "payer-terms.yaml:3:1"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := builtin(t).Over(layer(tt.files), ".")
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v\nwant %s", err, tt.want)
			}
		})
	}
	rules := over(t, builtin(t), nil)
	if _, err := rules.Over(layer(nil), "twice"); err == nil {
		t.Error("a layer was laid twice")
	}
}
