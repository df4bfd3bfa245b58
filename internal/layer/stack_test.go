package layer_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/chargenote/chargenote/internal/effective"
	"github.com/chargenote/chargenote/internal/layer"
)

// A wait is a made-up value: how long, and what is said of it.
type wait struct {
	Hours int    `yaml:"hours,omitempty"`
	Say   string `yaml:"say,omitempty"`
	layer string
}

var waits = layer.Kind[wait]{
	Of: "waits", Version: "2026.1",
	Prepare: func(v *wait, layer string) string {
		v.layer = layer
		return ""
	},
	Fill: func(v, below *wait) {
		if v.Hours == 0 {
			v.Hours = below.Hours
		}
		if v.Say == "" {
			v.Say = below.Say
		}
	},
	Faults: func(_ string, v *wait) []layer.Fault {
		if v.Say == "" {
			return []layer.Fault{{Problem: "say is missing", Keys: []string{"say"}}}
		}
		return nil
	},
	Unknown: func(id string) string {
		if id == "nobody" {
			return "no wait is called nobody"
		}
		return ""
	},
}

const signing = "id: signing\nname: Signing\norder: 1\nchecked: 2026-11-26\neffective:\n  2013-01-01: {hours: 72, say: late}\n  2024-01-01: {hours: 48, say: later}\n"

// stack lays packs over the built-in rule and what it says of one kind of payer. A pack is its payers and
// its file of the rule.
func stack(files map[string]string, packs ...string) (*layer.Stack[wait], error) {
	fsys := fstest.MapFS{"rules/signing.yaml": {Data: []byte(signing)},
		"payers/medicare/signing.yaml": {Data: []byte("id: signing\nchecked: 2026-11-26\neffective:\n  2013-01-01: {say: Medicare waits}\n")}}
	for name, content := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(content)}
	}
	sources := []layer.Source{{FS: fsys, Dir: "rules"}, {FS: fsys, Dir: "payers/medicare", Kind: "medicare"}}
	for _, p := range packs {
		sources = append(sources, layer.Source{FS: fsys, Dir: p + "/waits", Pack: p + "/" + layer.PackFile})
	}
	return layer.Build(waits, sources)
}

func pack(name, payers string) string {
	return "id: pack\nname: " + name + "\nversion: \"3\"\nchecked: 2026-11-26\npayers: [" + payers + "]\n"
}

// held is what holds for a payer on a day, with the layer that says so.
func held(s *layer.Stack[wait], kind, name, day string) string {
	for _, rule := range s.For(kind, name) {
		if v, ok := rule.On(effective.MustParseDate(day)); rule.ID == "signing" && ok {
			return fmt.Sprintf("%d %s, %s", v.Hours, v.Say, v.layer)
		}
	}
	return "nothing"
}

func TestALayerHoldsFromItsDayOnForItsPayers(t *testing.T) {
	s, err := stack(map[string]string{
		"a/pack.yaml": pack("a", "commercial, example-health"), "a/waits/signing.yaml": "id: signing\nchecked: 2026-11-26\neffective:\n  2020-01-01: {hours: 24}\n  2025-01-01: {say: by tonight}\n  2026-01-01: null\n",
		"b/pack.yaml": pack("b", ""), "b/waits/signing.yaml": "id: signing\nchecked: 2026-11-26\neffective:\n  2026-07-01: null\n",
	}, "a", "b")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ kind, name, day, want string }{
		{"commercial", "", "2012-12-31", "nothing"},
		{"commercial", "", "2019-12-31", "72 late, built-in"},
		{"commercial", "", "2020-01-01", "24 late, a"},
		{"commercial", "", "2024-12-31", "24 late, a"}, // filled on the first day of the value, as below it held then
		{"medicaid", "example-health", "2025-01-01", "48 by tonight, a"},
		{"commercial", "", "2025-12-31", "48 by tonight, a"},
		{"commercial", "", "2026-01-01", "nothing"},
		{"medicaid", "another", "2026-01-01", "48 later, built-in"},
		{"", "", "2026-06-30", "48 later, built-in"},
		{"", "", "2026-07-01", "nothing"},
		{"medicare", "", "2020-01-01", "72 Medicare waits, built-in for medicare"},
		{"medicare", "", "2026-07-01", "nothing"},
	} {
		if got := held(s, tt.kind, tt.name, tt.day); got != tt.want {
			t.Errorf("%s %s on %s: got %q, want %q", tt.kind, tt.name, tt.day, got, tt.want)
		}
	}
	if v := s.Version(); v.Version != "2026.1 + a 3 + b 3" || len(v.Digest) != len("sha256:")+64 {
		t.Errorf("got version %+v", v)
	}
}

// What a pack leaves out comes from the layers that hold for the same payer, and from no other payer's.
func TestALayerTakesNothingFromThatOfAnotherPayer(t *testing.T) {
	s, err := stack(map[string]string{"a/pack.yaml": pack("a", "medicaid, medicare"), "a/waits/signing.yaml": "id: signing\nchecked: 2026-11-26\neffective:\n  2013-01-01: {hours: 24}\n"}, "a")
	if err != nil {
		t.Fatal(err)
	}
	for kind, want := range map[string]string{"medicaid": "24 late, a", "medicare": "24 Medicare waits, a", "commercial": "72 late, built-in"} {
		if got := held(s, kind, "", "2013-01-01"); got != want {
			t.Errorf("%s: got %q, want %q", kind, got, want)
		}
	}
	_, err = stack(map[string]string{
		"a/pack.yaml": pack("a", "medicaid"), "a/waits/other.yaml": "id: other\nname: Other\nchecked: 2026-11-26\neffective:\n  2013-01-01: {say: x}\n",
		"b/pack.yaml": pack("b", ""), "b/waits/other.yaml": "id: other\nname: Other\nchecked: 2026-11-26\neffective:\n  2013-01-01: {hours: 2}\n",
	}, "a", "b")
	if err == nil || !strings.Contains(err.Error(), "b/waits/other.yaml:5:3: 2013-01-01: say is missing") {
		t.Errorf("got %v, want a rule refused that would be whole for one payer alone", err)
	}
}

// Every fault of every file is told at once, each with its place.
func TestFaultsOfLayers(t *testing.T) {
	_, err := stack(map[string]string{
		"a/pack.yaml":          "id: pack\nname: a\nchecked: 2026-11-26\n",
		"a/waits/signing.yaml": "id: signin\nchecked: soon\neffective:\n  2012-01-01: null\n  2012-06-01: {hours: 3}\n",
		"a/waits/another.yaml": "id: another\nchecked: 2026-11-26\neffective:\n  2013-01-01: null\n",
		"a/waits/empty.yaml":   "id: empty\nname: Empty\nchecked: 2026-11-26\neffective: {}\n",
		"a/waits/nobody.yaml":  "# an id that nothing answers to\nid: nobody\nchecked: 2026-11-26\neffective: {}\n",
		"a/waits/unknown.yaml": "id: unknown\nname: Unknown\nchecked: 2026-11-26\neffective:\n  2013-01-01:\n    days: 3\n",
		"c/waits/signing.yaml": signing,
		"d/pack.yaml":          pack("built-in", ""),
		"d/waits/signing.yaml": signing,
	}, "a", "c", "d")
	if err == nil {
		t.Fatal("nothing was refused")
	}
	for _, want := range []string{
		"a/pack.yaml:1:1: a rule pack needs a version",
		`a/waits/signing.yaml:1:1: the id "signin" is not the file name`,
		"a/waits/signing.yaml:2:1: checked: ",
		"a/waits/signing.yaml:4:3: ends what does not hold on this day in the layers below",
		"a/waits/signing.yaml:5:3: 2012-06-01: say is missing",
		"a/waits/another.yaml:1:1: the name is missing",
		"a/waits/another.yaml:4:3: ends a value that never began",
		"a/waits/empty.yaml:4:1: effective lists no day",
		"a/waits/nobody.yaml:2:1: no wait is called nobody",
		`a/waits/unknown.yaml:6:5: unknown field "days"`,
		"c/pack.yaml: is missing",
		"d/pack.yaml:2:1: the name built-in is taken",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not among the faults:\n%v", want, err)
		}
	}
	if _, err := stack(map[string]string{"a/pack.yaml": pack("a", ""), "a/waits/signing.yaml": signing}, "a", "a"); err == nil || !strings.Contains(err.Error(), "a: a layer named a is there already") {
		t.Errorf("a layer was laid twice: %v", err)
	}
	if _, err := stack(nil, strings.Fields(strings.Repeat("a ", 23))...); err == nil || !strings.Contains(err.Error(), "more than 24 layers of waits") {
		t.Errorf("25 layers: got %v", err)
	}
}

// A pack that holds for other payers than before gives other answers, and says so by its digest.
func TestTheDigestKnowsForWhomAPackHolds(t *testing.T) {
	digests := map[string]bool{}
	for _, payers := range []string{"", "medicaid", "medicare"} {
		s, err := stack(map[string]string{"a/pack.yaml": pack("a", payers), "a/waits/signing.yaml": signing}, "a")
		if err != nil {
			t.Fatal(err)
		}
		digests[s.Version().Digest] = true
	}
	if len(digests) != 3 {
		t.Errorf("got %d digests for 3 packs", len(digests))
	}
}
