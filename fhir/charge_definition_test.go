package fhir

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"

	"github.com/chargenote/chargenote/coding"
	"github.com/chargenote/chargenote/internal/effective"
	"github.com/chargenote/chargenote/internal/visit"
)

const noticeOfTest = "CPT codes are copyright of the American Medical Association."

func definitionRules(t testing.TB, packs ...fstest.MapFS) *coding.Rules {
	t.Helper()
	rules, err := coding.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	for _, pack := range packs {
		if rules, err = rules.Over(pack, "."); err != nil {
			t.Fatal(err)
		}
	}
	return rules
}

// definitionsOn are the definitions of a day by name.
func definitionsOn(t testing.TB, rules *coding.Rules, day string) map[string]r4.ChargeItemDefinition {
	t.Helper()
	written, err := ChargeDefinitions(rules, effective.MustParseDate(day), noticeOfTest)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]r4.ChargeItemDefinition{}
	for _, d := range written {
		all[d.Name] = strictly(t, d)
	}
	if len(all) != len(written) {
		t.Errorf("%d definitions share %d names", len(written), len(all))
	}
	return all
}

// strictly reads a definition through the model and refuses every member that the model does not know.
func strictly(t testing.TB, d ChargeDefinition) r4.ChargeItemDefinition {
	t.Helper()
	decoder := json.NewDecoder(bytes.NewReader(d.JSON))
	decoder.DisallowUnknownFields()
	var read struct {
		ResourceType string `json:"resourceType"`
		r4.OtherChargeItemDefinition
	}
	if err := decoder.Decode(&read); err != nil || read.ResourceType != "ChargeItemDefinition" {
		t.Fatalf("%s is read as %q: %v", d.Name, read.ResourceType, err)
	}
	return r4.ChargeItemDefinition(read.OtherChargeItemDefinition)
}

func TestDefinitionsAsTheyAreWritten(t *testing.T) {
	written, err := ChargeDefinitions(definitionRules(t), effective.MustParseDate("2026-12-01"), noticeOfTest)
	if err != nil {
		t.Fatal(err)
	}
	again, err := ChargeDefinitions(definitionRules(t), effective.MustParseDate("2026-12-01"), noticeOfTest)
	if err != nil || !reflect.DeepEqual(written, again) {
		t.Errorf("the same rules on the same day gave other bytes (%v)", err)
	}
	for name, golden := range map[string]string{"psychotherapy-60": "90837.json", "prolonged-first": "99354.json"} {
		i := slices.IndexFunc(written, func(d ChargeDefinition) bool { return d.Name == name })
		if i < 0 {
			t.Fatalf("%s is not written", name)
		}
		golden = filepath.Join("testdata", "definitions", golden)
		if *updateWire {
			if err := os.MkdirAll(filepath.Dir(golden), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(golden, written[i].JSON, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), string(written[i].JSON)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

var money = regexp.MustCompile(`\$|USD|priceComponent|[Pp]rice\b|[Aa]mount`)

func TestEveryDefinitionIsWhole(t *testing.T) {
	rules := definitionRules(t)
	on := effective.MustParseDate("2026-12-01")
	written, err := ChargeDefinitions(rules, on, noticeOfTest)
	if err != nil {
		t.Fatal(err)
	}
	codes := 0
	for _, rule := range rules.Every(on) {
		codes += len(rule.Codes)
	}
	if len(written) != codes || codes < 100 {
		t.Errorf("%d definitions of %d codes", len(written), codes)
	}
	for _, d := range written {
		if found := money.Find(d.JSON); found != nil {
			t.Errorf("%s speaks of money: %s", d.Name, found)
		}
		got := strictly(t, d)
		if got.Id == nil || *got.Id != d.Name || got.Url != ruleDefinition+d.Name || got.Version == nil || *got.Version != rules.Version().Version {
			t.Errorf("%s has id %v, url %s, version %v", d.Name, got.Id, got.Url, got.Version)
		}
		if got.Title == nil || *got.Title == "" || utf8.RuneCountInString(*got.Title) > 60 || got.Code == nil || got.Code.Text == nil || *got.Code.Text != *got.Title {
			t.Errorf("%s has no label of its own, of at most 60 characters: %v", d.Name, got.Title)
		}
		if got.Description == nil || got.Copyright == nil || got.Publisher == nil || got.Date == nil || got.ApprovalDate == nil || got.LastReviewDate == nil || len(got.Jurisdiction) != 1 {
			t.Errorf("%s is not whole: %+v", d.Name, got)
		}
		if got.EffectivePeriod == nil || got.EffectivePeriod.Start == nil || len(got.PropertyGroup) == 0 || len(got.Applicability) < 2 {
			t.Errorf("%s does not say when it holds, and for what", d.Name)
		}
		retired := got.EffectivePeriod.End != nil && *got.EffectivePeriod.End < on.String()
		if want := map[bool]r4.PublicationStatus{true: r4.PublicationStatusRetired, false: r4.PublicationStatusActive}[retired]; got.Status != want {
			t.Errorf("%s is %s and holds until %v", d.Name, got.Status, got.EffectivePeriod.End)
		}
		for _, group := range got.PropertyGroup {
			if len(group.Extension) == 0 || len(group.PriceComponent) != 0 {
				t.Errorf("%s has a period with %d sources and %d prices", d.Name, len(group.Extension), len(group.PriceComponent))
			}
			for _, source := range group.Extension {
				if a := source.ValueRelatedArtifact; a == nil || a.Type != r4.RelatedArtifactTypeCitation || !regexp.MustCompile(`^mark [ABCU]$`).MatchString(*a.Label) || *a.Citation == "" {
					t.Errorf("%s has a source that is none: %+v", d.Name, source)
				}
			}
			for _, a := range slices.Concat(group.Applicability, got.Applicability) {
				if a.Description == nil || *a.Description == "" || (a.Language == nil) != (a.Expression == nil) {
					t.Errorf("%s has a condition without words, or an expression without its language: %+v", d.Name, a)
				}
			}
		}
	}
}

// A charge of any code names a definition that is exported, whatever lies over the rules.
func TestEveryChargeNamesADefinition(t *testing.T) {
	for name, rules := range map[string]*coding.Rules{"built-in": definitionRules(t), "with layers": definitionRules(t, sitePack(), planPack())} {
		exported := map[string]bool{}
		for _, d := range definitionsOn(t, rules, "2026-12-01") {
			exported[d.Url+"|"+*d.Version] = true
		}
		c := NewClient("https://ehr.example/fhir/r4/T1", nil)
		for _, rule := range rules.Every(effective.MustParseDate("2026-12-01")) {
			for _, code := range rule.Codes {
				definition, _ := rules.Definition(code)
				filing := wireFiling()
				filing.Rules, filing.Lines = rules.Version().Version, []visit.FiledLine{{Code: code, Units: 1, Definition: definition}}
				drafts, err := c.drafts(filing)
				if err != nil {
					t.Fatal(err)
				}
				charge := draftOf(t, drafts)
				if len(charge.DefinitionCanonical) != 1 || !exported[charge.DefinitionCanonical[0]] {
					t.Errorf("%s: a charge of %s names %v, which is not exported", name, code, charge.DefinitionCanonical)
				}
				for _, canonical := range charge.DefinitionCanonical {
					if strings.ContainsAny(canonical, " \t\n") {
						t.Errorf("%s: %q is no canonical, it holds a space", name, canonical)
					}
				}
			}
		}
	}
}

func draftOf(t *testing.T, drafts []draft) r4.ChargeItem {
	t.Helper()
	i := slices.IndexFunc(drafts, func(d draft) bool { return d.kind == "ChargeItem" })
	charge, err := r4.UnmarshalChargeItem(drafts[i].raw)
	if err != nil {
		t.Fatal(err)
	}
	return charge
}

func TestDefinitionVersion(t *testing.T) {
	for version, want := range map[string]string{
		"2026.1":                              "2026.1",
		"2026.1 + site 3":                     "2026.1+site-3",
		"2026.1 + plan of the north 4.2|beta": "2026.1+plan-of-the-north-4.2-beta",
		"2026.1 + Fürth 1":                    "2026.1+F-rth-1",
	} {
		if got := definitionVersion(version); got != want {
			t.Errorf("%q: got %q, want %q", version, got, want)
		}
	}
}

// The day decides what is active. The periods, those to come too, are there whatever the day.
func TestDefinitionsByDay(t *testing.T) {
	rules := definitionRules(t)
	for _, tt := range []struct {
		name, day, definition string
		status                r4.PublicationStatus
		said                  string
	}{
		{"in force", "2026-12-01", "psychotherapy-60", r4.PublicationStatusActive, "in force on 2026-12-01"},
		{"the day before the first", "2012-12-31", "psychotherapy-60", r4.PublicationStatusActive, "not yet in force on 2012-12-31"},
		{"the last day", "2022-12-31", "prolonged-first", r4.PublicationStatusActive, "in force on 2022-12-31"},
		{"the day after the last", "2023-01-01", "prolonged-first", r4.PublicationStatusRetired, "withdrawn on 2023-01-01"},
		{"long ended", "2026-12-01", "withdrawn-96101", r4.PublicationStatusRetired, "withdrawn on 2026-12-01"},
	} {
		got := definitionsOn(t, rules, tt.day)[tt.definition]
		if got.Status != tt.status || *got.Date != tt.day || !strings.Contains(*got.Description, " "+tt.said+".") {
			t.Errorf("%s: %s of %s: %s", tt.name, got.Status, *got.Date, *got.Description)
		}
	}
	ended := definitionsOn(t, rules, "2012-01-01")["prolonged-first"]
	if diff := cmp.Diff(r4.Period{Start: r4Value("2013-01-01"), End: r4Value("2022-12-31")}, *ended.EffectivePeriod); diff != "" {
		t.Errorf("effectivePeriod (-want +got)\n%s", diff)
	}
}

func TestSuccessorsAndPredecessors(t *testing.T) {
	all := definitionsOn(t, definitionRules(t), "2026-12-01")
	version := "|" + *all["psychotherapy-60"].Version
	if diff := cmp.Diff([]string{ruleDefinition + "withdrawn-97127" + version, ruleDefinition + "withdrawn-g0515" + version},
		all["cognitive-intervention-first"].Replaces); diff != "" {
		t.Errorf("97129 replaces (-want +got)\n%s", diff)
	}
	successors := func(name string) []string {
		var found []string
		for _, e := range all[name].Extension {
			if a := e.ValueRelatedArtifact; a.Type == r4.RelatedArtifactTypeSuccessor {
				resource := "no definition"
				if a.Resource != nil {
					resource = *a.Resource
				}
				found = append(found, *a.Label+": "+resource)
			}
		}
		return found
	}
	want := []string{"97129: " + ruleDefinition + "cognitive-intervention-first" + version, "97130: " + ruleDefinition + "cognitive-intervention-more" + version}
	if diff := cmp.Diff(want, successors("withdrawn-97127")); diff != "" {
		t.Errorf("97127 is followed by (-want +got)\n%s", diff)
	}
	if diff := cmp.Diff([]string{"98012: no definition", "98013: no definition", "98014: no definition", "98015: no definition"}, successors("evaluation-management-telephone-99441")); diff != "" {
		t.Errorf("99441 is followed by (-want +got)\n%s", diff)
	}
	if got := successors("prolonged-first"); len(got) != 0 {
		t.Errorf("99354 is followed by %v", got)
	}
}

func sitePack() fstest.MapFS {
	return fstest.MapFS{
		"pack.yaml": {Data: []byte("id: pack\nname: our site\nchecked: 2026-11-24\nversion: \"3\"\n")},
		"psychotherapy-60.yaml": {Data: []byte(`id: psychotherapy-60
checked: 2026-11-25
effective:
  2026-07-01:
    min: 55
    reference:
      - {title: "Site policy 7, section 2", mark: A}
`)},
	}
}

func planPack() fstest.MapFS {
	return fstest.MapFS{
		"pack.yaml": {Data: []byte("id: pack\nname: plan\nchecked: 2026-11-24\nversion: \"4\"\npayers: [regional-plan]\n")},
		"psychotherapy-60.yaml": {Data: []byte(`id: psychotherapy-60
checked: 2026-11-26
effective:
  2026-10-01:
    min: 60
    reference:
      - {title: "Plan manual, section 4", mark: A}
`)},
	}
}

// A layer for one payer alone takes nothing from the others.
func TestLayersInADefinition(t *testing.T) {
	got := definitionsOn(t, definitionRules(t, sitePack(), planPack()), "2026-12-01")["psychotherapy-60"]
	var groups []string
	for _, g := range got.PropertyGroup {
		var said []string
		for _, a := range g.Applicability {
			said = append(said, *a.Description)
		}
		groups = append(groups, strings.Join(said, " / "))
	}
	want := []string{
		"day of service from 2013-01-01 to 2026-06-30 / one unit from 53 minutes, however long / units of one charge: at most 1 / for payers other than regional-plan",
		"day of service on 2026-07-01 and later, as the layer our site of the rules says / one unit from 55 minutes, however long / units of one charge: at most 1 / for payers other than regional-plan",
		"day of service from 2013-01-01 to 2026-06-30 / one unit from 53 minutes, however long / units of one charge: at most 1 / for regional-plan alone",
		"day of service from 2026-07-01 to 2026-09-30, as the layer our site of the rules says / one unit from 55 minutes, however long / units of one charge: at most 1 / for regional-plan alone",
		"day of service on 2026-10-01 and later, as the layer plan of the rules says / one unit from 60 minutes, however long / units of one charge: at most 1 / for regional-plan alone",
	}
	if diff := cmp.Diff(want, groups); diff != "" {
		t.Errorf("groups (-want +got)\n%s", diff)
	}
	var shared []string
	for _, a := range got.Applicability {
		shared = append(shared, *a.Description)
	}
	if diff := cmp.Diff([]string{"day of service on 2013-01-01 and later", "units of one charge: at most 1"}, shared); diff != "" {
		t.Errorf("what holds in every period (-want +got)\n%s", diff)
	}
	if *got.Version != "2026.1+our-site-3+plan-4" || *got.ApprovalDate != "2026-11-26" {
		t.Errorf("version %s, approved %s", *got.Version, *got.ApprovalDate)
	}
	for _, text := range []string{"Layer our site 3 lies over the built-in rules, for all payers.", "Layer plan 4 lies over the built-in rules, for regional-plan."} {
		if !strings.Contains(*got.Description, text) {
			t.Errorf("%q is not in the description: %s", text, *got.Description)
		}
	}
}

func TestDaysOfPeriods(t *testing.T) {
	day := func(s string) effective.Date {
		if s == "" {
			return effective.Date{}
		}
		return effective.MustParseDate(s)
	}
	for _, tt := range []struct {
		name             string
		all              [][2]string
		want, expression string // with D for the day of the charge
	}{
		{"one that is open", [][2]string{{"2013-01-01", ""}}, "on 2013-01-01 and later", "D >= '2013-01-01'"},
		{"two that touch", [][2]string{{"2013-01-01", "2019-12-31"}, {"2020-01-01", "2022-12-31"}}, "from 2013-01-01 to 2022-12-31", "D >= '2013-01-01' and D <= '2022-12-31'"},
		{"a gap of a day", [][2]string{{"2013-01-01", "2019-12-30"}, {"2020-01-01", ""}},
			"from 2013-01-01 to 2019-12-30, or on 2020-01-01 and later", "(D >= '2013-01-01' and D <= '2019-12-30') or (D >= '2020-01-01')"},
		{"one inside another", [][2]string{{"2013-01-01", ""}, {"2013-01-01", "2014-01-01"}}, "on 2013-01-01 and later", "D >= '2013-01-01'"},
		{"in no order", [][2]string{{"2020-01-01", "2020-12-31"}, {"2013-01-01", "2019-12-31"}}, "from 2013-01-01 to 2020-12-31", "D >= '2013-01-01' and D <= '2020-12-31'"},
	} {
		var groups []group
		for _, d := range tt.all {
			groups = append(groups, group{days: days{day(d[0]), day(d[1])}})
		}
		said := daysOf(stretches(groups)...)
		if got := *said.Description; got != "day of service "+tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
		if got := strings.ReplaceAll(*said.Expression, chargeDay, "D"); got != tt.expression {
			t.Errorf("%s: got %s, want %s", tt.name, got, tt.expression)
		}
	}
}

func TestDefinitionsRefuse(t *testing.T) {
	pack := sitePack()
	pack["site_code.yaml"] = &fstest.MapFile{Data: []byte(`id: site_code
code: "90899"
label: Other service of the site
family: psychotherapy
kind: untimed
checked: 2026-11-25
effective:
  2026-01-01:
    reference:
      - {title: "Site policy 8", mark: A}
`)}
	_, err := ChargeDefinitions(definitionRules(t, pack), effective.MustParseDate("2026-12-01"), noticeOfTest)
	want := `rule site_code: "site_code" is no FHIR id, name the rule with letters, digits, hyphens and points, at most 64`
	if err == nil || err.Error() != want {
		t.Errorf("got %v\nwant %s", err, want)
	}
}
