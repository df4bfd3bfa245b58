package docs_test

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/chargenote/chargenote/docs"
	"github.com/chargenote/chargenote/internal/effective"
)

const sitePack = `id: pack
name: example-clinic
version: "1"
checked: 2026-11-25
`

// over lays a pack of files over the built-in rules.
func over(t *testing.T, files map[string]string) (*docs.Rules, error) {
	t.Helper()
	pack := fstest.MapFS{}
	for name, content := range files {
		pack["pack/"+name] = &fstest.MapFile{Data: []byte(content)}
	}
	return builtin(t).Over(pack, "pack")
}

func mustOver(t *testing.T, files map[string]string) *docs.Rules {
	t.Helper()
	rules, err := over(t, files)
	if err != nil {
		t.Fatal(err)
	}
	return rules
}

// fourCategories asks for one category more than the built-in rule, from a day on.
const fourCategories = `id: mse_3
checked: 2026-11-25
effective:
  2025-07-01:
    find: {kind: mental-status, count: 4}
    gap: "Fewer than four mental status categories are described (found: <found>)."
    references:
      - {title: "Example clinic, documentation policy 4", mark: A}
`

func TestALayerChangesAnElementFromItsDayOn(t *testing.T) {
	rules := mustOver(t, map[string]string{"pack.yaml": sitePack, "documentation/mse_3.yaml": fourCategories})
	note := "MSE: well groomed, speech normal, mood anxious."
	for day, want := range map[string]string{"2025-06-30": docs.Present, "2025-07-01": docs.Unclear} {
		e := element(rules.Check(docs.Request{Note: note, HasNote: true, Codes: []string{"90834"}, Day: day}), "mse_3")
		if e == nil || e.Status != want {
			t.Errorf("%s: got %+v, want %s", day, e, want)
			continue
		}
		fromSite := want == docs.Unclear
		if (e.Layer == "example-clinic") != fromSite || fromSite && (!strings.HasPrefix(e.Gap, "Fewer than four") || e.Why == "" || !strings.Contains(e.Reference, "policy 4")) {
			t.Errorf("%s: got %+v, want the site's words from its day on, and what it does not say from below", day, e)
		}
	}
	if e := element(builtin(t).Check(docs.Request{Note: note, HasNote: true, Codes: []string{"90834"}, Day: "2025-07-01"}), "mse_3"); e.Status != docs.Present {
		t.Errorf("the built-in rules changed with the pack: %+v", e)
	}
}

func TestALayerHoldsForItsPayersAlone(t *testing.T) {
	rules := mustOver(t, map[string]string{"pack.yaml": sitePack + "payers: [medicaid, example-health]\n", "documentation/mse_3.yaml": fourCategories})
	note := "MSE: well groomed, speech normal, mood anxious."
	for _, tt := range []struct{ kind, name, want string }{
		{"", "", docs.Present}, {"medicare", "", docs.Present}, {"medicaid", "", docs.Unclear},
		{"commercial", "example-health", docs.Unclear}, {"commercial", "other", docs.Present},
	} {
		e := element(rules.Check(docs.Request{Note: note, HasNote: true, Codes: []string{"90834"}, Day: "2025-08-01", PayerKind: tt.kind, PayerName: tt.name}), "mse_3")
		if e.Status != tt.want {
			t.Errorf("%s %s: got %s, want %s", tt.kind, tt.name, e.Status, tt.want)
		}
	}
}

// TestALayerEndsAnElement: null under the first day of a pack ends what the rule below says.
func TestALayerEndsAnElement(t *testing.T) {
	rules := mustOver(t, map[string]string{"pack.yaml": sitePack, "documentation/mse_3.yaml": "id: mse_3\nchecked: 2026-11-25\neffective:\n  2025-07-01: null\n"})
	for day, there := range map[string]bool{"2025-06-30": true, "2025-07-01": false} {
		e := element(rules.Check(docs.Request{Note: "x", HasNote: true, Codes: []string{"90834"}, Day: day}), "mse_3")
		if (e != nil) != there {
			t.Errorf("%s: got %+v, want it listed: %v", day, e, there)
		}
	}
}

// TestALayerTakesNothingFromThatOfAnotherPayer: what Medicare does not ask of therapy notes is not left out
// for a plan that only says it in other words.
func TestALayerTakesNothingFromThatOfAnotherPayer(t *testing.T) {
	rules := mustOver(t, map[string]string{"pack.yaml": sitePack + "payers: [commercial]\n", "documentation/time_start_stop.yaml": `id: time_start_stop
checked: 2026-11-25
effective:
  2025-07-01:
    why: The plan compares clock times.
    references: [{title: "Example plan, documentation policy 2", mark: A}]
`})
	e := element(rules.Check(docs.Request{Note: "Total time: 40 minutes.", HasNote: true, Codes: []string{"97129"}, PayerKind: "commercial", Day: "2025-08-01"}), "time_start_stop")
	if e == nil || e.Level != docs.Required || e.Why != "The plan compares clock times." {
		t.Errorf("got %+v, want it required as for everybody, in the plan's words", e)
	}
}

// TestAPayersNumbersForCopiedNotesAreCompared: its layer looks at one earlier note, and the copy is the second.
func TestAPayersNumbersForCopiedNotesAreCompared(t *testing.T) {
	rules := mustOver(t, map[string]string{"pack.yaml": sitePack + "payers: [medicaid]\n", "documentation/not_cloned.yaml": `id: not_cloned
checked: 2026-11-25
effective:
  2025-07-01:
    find:
      kind: cloned
      copies: {warn: 0.70, block: 0.90, words: 25, passage: 12, notes: 1, whole: [response], compared: [response]}
    references:
      - {title: "Example plan, documentation policy 7", mark: A}
`})
	note := "Response: she named three thoughts that come before the worry and tried the breathing twice."
	priors := []docs.Prior{{Text: "Response: he walked to the shop alone and called his brother afterwards."}, {Text: note}}
	for payer, want := range map[string]float64{"": 1, "medicare": 1, "medicaid": 0} {
		got := rules.Check(docs.Request{Note: note, HasNote: true, Codes: []string{"90834"}, Day: "2025-08-01", PayerKind: payer, Priors: priors}).Similarity
		if got == nil || got.Prior != want {
			t.Errorf("payer %q: got %+v, want a share of %v", payer, got, want)
		}
	}
}

// TestMedicareAsksNoClockTimesOfTherapy: the Benefit Policy Manual asks for totals.
func TestMedicareAsksNoClockTimesOfTherapy(t *testing.T) {
	for payer, want := range map[string]string{"": docs.Required, "commercial": docs.Required, "medicare": docs.Recommended} {
		e := element(builtin(t).Check(docs.Request{Note: "Total time: 40 minutes.", HasNote: true, Codes: []string{"97129"}, PayerKind: payer}), "time_start_stop")
		if e == nil || e.Level != want {
			t.Errorf("payer %q: got %+v, want %s", payer, e, want)
		}
	}
	if e := element(builtin(t).Check(docs.Request{Note: "Total time: 53 minutes.", HasNote: true, Codes: []string{"90837"}, PayerKind: "medicare"}), "time_start_stop"); e.Level != docs.Required {
		t.Errorf("psychotherapy: got %s, want required for Medicare too", e.Level)
	}
}

func TestALayerBringsElementsAndWordsOfItsOwn(t *testing.T) {
	rules := mustOver(t, map[string]string{
		"pack.yaml": sitePack,
		"documentation/pronouns.yaml": `id: pronouns
name: Pronouns as the patient gave them
order: 15
checked: 2026-11-25
effective:
  2020-01-01:
    families: [{in: [all], level: required, severity: info}]
    find: {kind: cues, any: ["pronouns .. (she|he|they)"]}
    gap: Add the pronouns that the patient gave.
    why: The clinic asks for them.
    or: Say that the patient did not give any.
    references: [{title: "Example clinic, documentation policy 7", mark: A}]
`,
		"documentation/words/interventions.yaml": `id: interventions
about: methods of this clinic
checked: 2026-11-25
groups:
  - {name: psychotherapy, words: ["tidal model"]}
`,
	})
	request := docs.Request{Note: "Pronouns: they/them. Worked with the tidal model on the evening routine.", HasNote: true, Codes: []string{"90834"}}
	result := rules.Check(request)
	if got := status(result, "pronouns"); got != docs.Present {
		t.Errorf("pronouns: got %q, want present", got)
	}
	if got := status(result, "interventions"); got != docs.Present {
		t.Errorf("interventions: got %q, want present by a word of the pack", got)
	}
	if before := builtin(t).Check(request); element(before, "pronouns") != nil || status(before, "interventions") == docs.Present {
		t.Error("the built-in rules know the element or the word of the pack")
	}
	day := effective.MustParseDate("2025-03-10")
	at := slices.IndexFunc(rules.InForce(day), func(s docs.Standing) bool { return s.ID == "pronouns" })
	if at < 0 || rules.InForce(day)[at].Layer != "example-clinic" {
		t.Errorf("the rules in force do not name the layer of pronouns")
	}
	if v := rules.Version(); !strings.HasSuffix(v.Version, "+ example-clinic 1") || v.Digest == builtin(t).Version().Digest {
		t.Errorf("got version %+v, want the pack named and a digest of its own", v)
	}
}

func TestBadLayers(t *testing.T) {
	for _, tt := range []struct {
		name  string
		files map[string]string
		want  string
	}{
		{"no pack.yaml", map[string]string{"documentation/mse_3.yaml": fourCategories}, "pack.yaml: is missing"},
		{"no version", map[string]string{"pack.yaml": strings.Replace(sitePack, "version: \"1\"\n", "", 1), "documentation/mse_3.yaml": fourCategories}, "a rule pack needs a version"},
		{"a name that is taken", map[string]string{"pack.yaml": strings.Replace(sitePack, "example-clinic", docs.BuiltInLayer, 1), "documentation/mse_3.yaml": fourCategories}, "is taken"},
		{"an id unlike the file name", map[string]string{"pack.yaml": sitePack, "documentation/mse_3.yaml": strings.Replace(fourCategories, "id: mse_3", "id: mse_4", 1)}, `documentation/mse_3.yaml:1:1: the id "mse_4" is not the file name`},
		{"an unknown field", map[string]string{"pack.yaml": sitePack, "documentation/mse_3.yaml": fourCategories + "    colour: red\n"}, "documentation/mse_3.yaml:9:5: unknown field"},
		{"a new element that is not whole", map[string]string{"pack.yaml": sitePack, "documentation/mse_9.yaml": strings.Replace(fourCategories, "id: mse_3", "id: mse_9", 1)}, "families is empty"},
		{"no source of its own", map[string]string{"pack.yaml": sitePack, "documentation/mse_3.yaml": fourCategories[:strings.Index(fourCategories, "    references")]}, "each day needs its own reference"},
		{"words for one payer", map[string]string{"pack.yaml": sitePack + "payers: [medicaid]\n",
			"documentation/words/interventions.yaml": "id: interventions\nabout: x\nchecked: 2026-11-25\nwords: [tidal]\n"}, "brings no words"},
		{"a list that nothing reads", map[string]string{"pack.yaml": sitePack,
			"documentation/words/interventionz.yaml": "id: interventionz\nabout: x\nchecked: 2026-11-25\nwords: [tidal]\n"}, "no list of this name is read"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := over(t, tt.files); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
}

func TestAPackWithoutDocumentationChangesNothing(t *testing.T) {
	if rules := mustOver(t, map[string]string{"pack.yaml": sitePack}); rules != builtin(t) {
		t.Error("got other rules")
	}
}
