package consistency_test

import (
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/chargenote/chargenote/coding"
	"github.com/chargenote/chargenote/docs"
	"github.com/chargenote/chargenote/internal/effective"
	"github.com/chargenote/chargenote/internal/review/consistency"
	"github.com/chargenote/chargenote/internal/visit"
)

const sitePack = "id: pack\nname: example-clinic\nversion: \"2\"\nchecked: 2026-11-26\n"

func builtin(t testing.TB) *consistency.Rules {
	t.Helper()
	rules, err := consistency.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	return rules
}

// over lays a pack of files over the built-in checks.
func over(t testing.TB, files map[string]string) (*consistency.Rules, error) {
	t.Helper()
	pack := fstest.MapFS{}
	for name, content := range files {
		pack["pack/"+name] = &fstest.MapFile{Data: []byte(content)}
	}
	return builtin(t).Over(pack, "pack")
}

func mustOver(t testing.TB, files map[string]string) *consistency.Rules {
	t.Helper()
	rules, err := over(t, files)
	if err != nil {
		t.Fatal(err)
	}
	return rules
}

// twentyMinutes tolerates a start and stop up to twenty minutes off, in a year, and asks nothing after it.
const twentyMinutes = `id: cc_start_stop
checked: 2026-11-26
effective:
  2025-01-01:
    limits: {minutes: 20}
    severity: {slightly: info}
    say: {slightly: "The schedule is kept in quarters of an hour."}
    references:
      - {title: "Example clinic, documentation policy 3", mark: A}
  2026-01-01: null
`

// asked is a check of the made-up visit on a day for a payer, whose note is seven minutes off.
func asked(t testing.TB, rules *consistency.Rules, id, day string, payer coding.Payer) (consistency.Check, bool) {
	t.Helper()
	v, facts := madeUp()
	facts.DateOfService, facts.Payer = effective.MustParseDate(day), payer
	v.Facts, v.Note = facts, visit.Note{Status: visit.NoteRead}
	note, err := docs.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	read := note.Check(docs.Request{Note: "Start 2:07 PM, stop 2:54 PM.\nElectronically signed by Rowan Test, PhD", HasNote: true, Codes: []string{"90834"}, Day: day})
	return find(rules.Checks(consistency.Case{Visit: v, Facts: facts, Documentation: read}), id)
}

func TestALayerChangesACheckFromItsDayOnForItsPayers(t *testing.T) {
	commercial, named, another := coding.Payer{Kind: "commercial"}, coding.Payer{Kind: "medicaid", Name: "example-health"}, coding.Payer{Kind: "medicaid", Name: "another"}
	site := mustOver(t, map[string]string{"pack.yaml": sitePack, "consistency/cc_start_stop.yaml": twentyMinutes})
	payers := mustOver(t, map[string]string{"pack.yaml": sitePack + "payers: [commercial, example-health]\n", "consistency/cc_start_stop.yaml": twentyMinutes})
	for _, tt := range []struct {
		why      string
		rules    *consistency.Rules
		day      string
		payer    coding.Payer
		severity string // empty: not listed
		layer    string
	}{
		{"the day before", site, "2024-12-31", commercial, "block", ""},
		{"the first day", site, "2025-01-01", commercial, "info", "example-clinic"},
		{"nobody known pays", site, "2025-01-01", coding.Payer{}, "info", "example-clinic"},
		{"the last day", site, "2025-12-31", commercial, "info", "example-clinic"},
		{"withdrawn", site, "2026-01-01", commercial, "", ""},
		{"a payer by kind", payers, "2025-01-01", commercial, "info", "example-clinic"},
		{"a payer by name", payers, "2025-01-01", named, "info", "example-clinic"},
		{"another payer", payers, "2025-01-01", another, "block", ""},
		{"another payer, where it is withdrawn for others", payers, "2026-01-01", another, "block", ""},
		{"an unknown payer", payers, "2025-01-01", coding.Payer{}, "block", ""},
		{"the rules below, which stay as they were", builtin(t), "2025-01-01", commercial, "block", ""},
	} {
		got, listed := asked(t, tt.rules, "cc_start_stop", tt.day, tt.payer)
		if listed != (tt.severity != "") || got.Severity != tt.severity || got.Layer != tt.layer {
			t.Errorf("%s: got %+v, want %q of layer %q", tt.why, got, tt.severity, tt.layer)
			continue
		}
		ours := tt.layer != ""
		if listed && (strings.HasSuffix(got.Text, ". The schedule is kept in quarters of an hour.") != ours || strings.Contains(got.Reference, "policy 3") != ours) {
			t.Errorf("%s: got %q, %q", tt.why, got.Text, got.Reference)
		}
	}
}

// Each part of a check names the layer that says it, the one below for what a pack leaves out.
func TestStandingNamesTheLayerOfEachSentence(t *testing.T) {
	rules := mustOver(t, map[string]string{"pack.yaml": sitePack, "consistency/cc_start_stop.yaml": twentyMinutes})
	standing := func(day string) (consistency.Standing, bool) {
		all := rules.InForce(effective.MustParseDate(day), "", "")
		i := slices.IndexFunc(all, func(s consistency.Standing) bool { return s.ID == "cc_start_stop" })
		if i < 0 {
			return consistency.Standing{}, false
		}
		return all[i], true
	}
	got, _ := standing("2025-06-01")
	want := []consistency.Sentence{
		{Text: "block where the sides differ", Layer: "built-in"},
		{Text: "info where they differ slightly, within the limit or under the same code", Layer: "example-clinic"},
		{Text: "where they differ slightly, within the limit or under the same code, it is said: The schedule is kept in quarters of an hour.", Layer: "example-clinic"},
		{Text: "the limit is 20 minutes", Layer: "example-clinic"},
		{Text: "listed for every visit", Layer: "built-in"},
	}
	if !slices.Equal(got.Sentences, want) || got.Layer != "example-clinic" || got.Since.String() != "2025-01-01" || got.Name != "Start and stop" {
		t.Errorf("got %+v", got)
	}
	before, _ := standing("2024-12-31")
	if slices.ContainsFunc(before.Sentences, func(s consistency.Sentence) bool { return s.Layer != "built-in" }) || before.Limits["minutes"] != 5 {
		t.Errorf("the day before: got %+v", before)
	}
	if after, listed := standing("2026-01-01"); listed {
		t.Errorf("withdrawn: got %+v", after)
	}
	if v := rules.Version(); v.Version != "2026.1 + example-clinic 2" || v.Digest == builtin(t).Version().Digest {
		t.Errorf("got version %+v, want the pack named and a digest of its own", v)
	}
}

// A pack over another says what it changes, and takes the rest from it.
func TestPacksLieOverEachOther(t *testing.T) {
	first := mustOver(t, map[string]string{"pack.yaml": sitePack, "consistency/cc_start_stop.yaml": twentyMinutes})
	second, err := first.Over(fstest.MapFS{
		"pack.yaml": {Data: []byte(strings.Replace(sitePack, "example-clinic", "example-plan", 1))},
		"consistency/cc_start_stop.yaml": {Data: []byte("id: cc_start_stop\nchecked: 2026-11-26\neffective:\n  2025-07-01:\n    severity: {slightly: warn}\n    always: false\n" +
			"    references: [{title: Plan policy 1, mark: U}]\n")},
	}, ".")
	if err != nil {
		t.Fatal(err)
	}
	for day, want := range map[string][2]string{"2025-06-30": {"info", "example-clinic"}, "2025-07-01": {"warn", "example-plan"}} {
		if got, _ := asked(t, second, "cc_start_stop", day, coding.Payer{}); got.Severity != want[0] || got.Layer != want[1] || !strings.Contains(got.Text, "quarters of an hour") {
			t.Errorf("%s: got %+v, want %v", day, got, want)
		}
	}
	v, facts := madeUp()
	facts.DateOfService = effective.MustParseDate("2025-07-01")
	v.Session = visit.Session{}
	if got, listed := find(second.Checks(consistency.Case{Visit: v, Facts: facts}), "cc_start_stop"); listed {
		t.Errorf("a pack that lists it no longer for every visit: got %+v", got)
	}
	if _, listed := find(first.Checks(consistency.Case{Visit: v, Facts: facts}), "cc_start_stop"); !listed {
		t.Error("below the pack, it is not listed for every visit")
	}
}

// The severity of copied notes is that of the element of documentation, and so is its layer.
func TestCopiedNotesNameTheLayerOfTheirElement(t *testing.T) {
	v, facts := madeUp()
	got, listed := find(builtin(t).Checks(consistency.Case{Visit: v, Facts: facts, Documentation: docs.Result{Similarity: &docs.Similarity{Prior: 0.8},
		Elements: []docs.Element{{ID: "not_cloned", Status: docs.Missing, Severity: docs.Warn, Layer: "example-plan"}}}}), "cc_cloned")
	if !listed || got.Severity != docs.Warn || got.Layer != "example-plan" {
		t.Errorf("got %+v", got)
	}
}

// Every fault of a pack is told at once, with file, line and column.
func TestFaultsOfAPack(t *testing.T) {
	const head, reference = "checked: 2026-11-26\neffective:\n  2025-01-01:\n", "    references: [{title: Ours, mark: U}]\n"
	_, err := over(t, map[string]string{
		"pack.yaml":                              "id: pack\nname: example-clinic\nchecked: 2026-11-26\n",
		"consistency/cc_other.yaml":              "id: cc_other\n" + head + reference,
		"consistency/cc_start_stop.yaml":         "id: cc_start\n" + head + "    limits: {hours: 3, minutes: -1}\n    severity: {different: grave}\n" + reference,
		"consistency/cc_overlap.yaml":            "id: cc_overlap\n" + head + "    tolerance: 3\n" + reference,
		"consistency/cc_units.yaml":              "id: cc_units\n" + head + "    severity: {slightly: warn}\n",
		"consistency/cc_cpt.yaml":                "id: cc_cpt\n" + head + "    say: {slightly: x}\n    modifiers: {\"95\": audio-video}\n    families: [families]\n" + reference,
		"consistency/cc_cloned.yaml":             "id: cc_cloned\n" + head + "    severity: {different: info}\n" + reference,
		"consistency/cc_modality_modifier.yaml":  "id: cc_modality_modifier\n" + head + "    modifiers:\n      \"G0\": by-post\n" + reference,
		"consistency/cc_duration.yaml":           "id: cc_duration\nchecked: 2026-11-26\neffective:\n  2010-01-01: null\n",
		"consistency/words/degrees.yaml":         "id: degrees\n",
		"documentation/never_read_here_but.yaml": "}",
	})
	if err == nil {
		t.Fatal("nothing was refused")
	}
	for _, want := range []string{
		"pack/pack.yaml:1:1: a rule pack needs a version",
		`consistency/cc_other.yaml:1:1: no check is called "cc_other"`,
		`consistency/cc_start_stop.yaml:1:1: the id "cc_start" is not the file name`,
		"consistency/cc_start_stop.yaml:5:24: 2025-01-01: the limit of -1 minutes is not from 0 to 8784",
		`consistency/cc_start_stop.yaml:5:5: 2025-01-01: limits lists "hours, minutes", this check has "minutes"`,
		`consistency/cc_start_stop.yaml:6:16: 2025-01-01: the severity "grave" is not one of`,
		`consistency/cc_overlap.yaml:5:5: unknown field "tolerance"`,
		"consistency/cc_units.yaml:4:3: 2025-01-01: each day needs its own reference",
		`consistency/cc_units.yaml:5:5: 2025-01-01: severity lists "different, slightly", this check has "different"`,
		`consistency/cc_cpt.yaml:5:11: 2025-01-01: say has a sentence for "slightly", this check has "different"`,
		"consistency/cc_cpt.yaml:6:5: 2025-01-01: modifiers are those of cc_modality_modifier",
		`consistency/cc_cpt.yaml:7:5: 2025-01-01: the family "families" is not known`,
		"consistency/cc_cloned.yaml:5:5: 2025-01-01: this check has the severity of the element not_cloned",
		`consistency/cc_modality_modifier.yaml:6:7: 2025-01-01: "by-post" is not one of audio-video, audio-only`,
		"consistency/cc_duration.yaml:4:3: ends what does not hold on this day",
		"consistency/words: a pack brings no words",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not among the faults:\n%v", want, err)
		}
	}
	if strings.Contains(err.Error(), "never_read") {
		t.Errorf("it read another folder: %v", err)
	}
	if rules := mustOver(t, map[string]string{"pack.yaml": sitePack}); rules != builtin(t) {
		t.Error("a pack without the folder gives other rules")
	}
}

// The example pack is what a payer's pack is copied from: its check holds in its days, for its payer alone.
func TestTheExamplePack(t *testing.T) {
	rules, err := builtin(t).Over(os.DirFS("../../../coding/testdata/example-pack"), ".")
	if err != nil {
		t.Fatal(err)
	}
	state := coding.Payer{Kind: "medicaid", Name: "example-state-plan"}
	for _, tt := range []struct {
		day, signed string
		payer       coding.Payer
		status      string // empty: not listed
		severity    string
	}{
		{"2025-12-30", "2026-01-01", state, consistency.Equal, ""}, // the day before: three days are tolerated
		{"2026-01-01", "2026-01-02", state, consistency.Equal, ""},
		{"2026-01-01", "2026-01-03", state, consistency.Differs, "block"},
		{"2026-01-01", "2026-01-03", coding.Payer{Kind: "medicaid", Name: "another-plan"}, consistency.Equal, ""},
		{"2026-01-01", "2026-01-05", coding.Payer{Kind: "medicaid", Name: "another-plan"}, consistency.Differs, "warn"},
		{"2027-12-31", "2028-01-03", state, consistency.Differs, "block"},
		{"2028-01-01", "2028-01-09", state, "", ""},
	} {
		v, facts := madeUp()
		facts.DateOfService, facts.Payer = effective.MustParseDate(tt.day), tt.payer
		v.Session, v.Signing = visit.Session{}, visit.Signing{State: visit.SigningFinal, Day: tt.signed}
		got, _ := find(rules.Checks(consistency.Case{Visit: v, Facts: facts}), "cc_sign_timeliness")
		if got.Status != tt.status || got.Severity != tt.severity || (got.Severity == "block") != (got.Layer == "example-state" && strings.Contains(got.Text, "later than 24 hours. Example State")) {
			t.Errorf("service %s, signed %s, %s: got %+v", tt.day, tt.signed, tt.payer.Name, got)
		}
	}
}
