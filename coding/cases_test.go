package coding_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"

	"github.com/chargenote/chargenote/coding"
)

// A ruleCase is one visit with everything that the rules must say about it. What is not listed
// must not be said.
type ruleCase struct {
	Name  string         `yaml:"name"`
	Cites string         `yaml:"cites"`
	Facts map[string]any `yaml:"facts"`
	Want  want           `yaml:"want"`
}

type want struct {
	Lines        []string          `yaml:"lines"`        // 90834 x1 95 @10 !flag
	Choices      [][]string        `yaml:"choices"`      // options of each choice, lines joined by " + "
	NotSuggested []string          `yaml:"notSuggested"` // 99354 not-effective
	Flags        []string          `yaml:"flags"`        // no-prolonged-code 90837
	Questions    []string          `yaml:"questions"`
	Next         map[string]string `yaml:"next"`    // 90834: 90837 +6
	Because      []string          `yaml:"because"` // texts that some line must carry
}

// leastCases keeps the files from being lost unseen.
const leastCases = 1000

func TestCases(t *testing.T) {
	rules := builtin(t)
	files, err := filepath.Glob("testdata/cases/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	total := 0
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var cases []ruleCase
		if err := yaml.UnmarshalWithOptions(content, &cases, yaml.Strict()); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		names := map[string]bool{}
		for _, c := range cases {
			total++
			t.Run(strings.TrimSuffix(filepath.Base(file), ".yaml")+"/"+c.Name, func(t *testing.T) {
				if c.Cites == "" || names[c.Name] {
					t.Error("a case needs a name of its own and says what it rests on")
				}
				names[c.Name] = true
				result := rules.Suggest(decodeCase(t, c.Facts))
				if diff := cmp.Diff(normal(c.Want), said(result, c.Want)); diff != "" {
					t.Errorf("(-want +got)\n%s", diff)
				}
				checkExplained(t, result)
			})
		}
	}
	if total < leastCases {
		t.Errorf("%d cases, want at least %d", total, leastCases)
	}
}

func builtin(t testing.TB) *coding.Rules {
	t.Helper()
	rules, err := coding.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	return rules
}

func decodeCase(t *testing.T, facts map[string]any) coding.Facts {
	t.Helper()
	document, err := json.Marshal(facts)
	if err != nil {
		t.Fatal(err)
	}
	decoded, err := coding.DecodeFacts(document)
	if err != nil {
		t.Fatal(err)
	}
	return decoded
}

// normal makes an absent list an empty one.
func normal(w want) want {
	empty := func(list []string) []string { return append([]string{}, list...) }
	w.Lines, w.NotSuggested, w.Flags, w.Questions = empty(w.Lines), empty(w.NotSuggested), empty(w.Flags), empty(w.Questions)
	w.Choices = append([][]string{}, w.Choices...)
	return w
}

// said writes a result in the words of the cases. Next and because are compared where a case names
// them.
func said(r coding.Result, w want) want {
	got := normal(want{})
	for _, s := range r.Suggestions {
		line := lineText(coding.Line{Code: s.Code, Units: s.Units, Modifiers: s.Modifiers})
		if s.PlaceOfService != "" {
			line += " @" + s.PlaceOfService
		}
		for _, flag := range s.Flags {
			line += " !" + flag
		}
		got.Lines = append(got.Lines, line)
	}
	for _, choice := range r.Choices {
		var options []string
		for _, option := range choice.Options {
			var lines []string
			for _, line := range option {
				lines = append(lines, lineText(line))
			}
			options = append(options, strings.Join(lines, " + "))
		}
		got.Choices = append(got.Choices, options)
	}
	for _, n := range r.NotSuggested {
		got.NotSuggested = append(got.NotSuggested, n.Code+" "+string(n.Status))
	}
	for _, f := range r.Flags {
		got.Flags = append(got.Flags, strings.TrimSpace(f.Kind+" "+f.Code))
	}
	for _, q := range r.Questions {
		got.Questions = append(got.Questions, q.ID)
	}
	if w.Next != nil {
		got.Next = map[string]string{}
		for _, s := range r.Suggestions {
			if s.Next != nil {
				got.Next[s.Code] = fmt.Sprintf("%s +%d", s.Next.Code, s.Next.MinutesToGo)
			}
		}
	}
	for _, text := range w.Because {
		if carries(r, text) {
			got.Because = append(got.Because, text)
		}
	}
	return got
}

func lineText(l coding.Line) string {
	return strings.Join(append([]string{l.Code, fmt.Sprintf("x%d", l.Units)}, l.Modifiers...), " ")
}

func carries(r coding.Result, text string) bool {
	for _, s := range r.Suggestions {
		for _, b := range s.Because {
			if b.Text == text {
				return true
			}
		}
	}
	return false
}

// checkExplained holds for every result: each line says why with a source, each flag of a line is
// said in words, no list is null, and no money is named.
func checkExplained(t *testing.T, r coding.Result) {
	t.Helper()
	flagged := map[string]bool{}
	for _, f := range r.Flags {
		if f.Kind == "" || f.Text == "" {
			t.Errorf("flag %+v says nothing", f)
		}
		flagged[f.Kind+" "+f.Code] = true
	}
	for _, s := range r.Suggestions {
		if len(s.Because) == 0 || s.Because[0].Status != coding.Met || s.Because[0].Reference == "" || s.Because[0].Text == "" {
			t.Errorf("%s does not begin with a rule that is met, with its reference: %+v", s.Code, s.Because)
		}
		for _, kind := range s.Flags {
			if !flagged[kind+" "+s.Code] {
				t.Errorf("%s carries %s, which no flag says in words", s.Code, kind)
			}
		}
	}
	for _, n := range r.NotSuggested {
		if n.Text == "" || n.Status == "" {
			t.Errorf("%+v says no reason", n)
		}
	}
	document, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	for _, forbidden := range []string{"null", "USD", "$", "dollar"} {
		if strings.Contains(string(document), forbidden) {
			t.Errorf("the result contains %q", forbidden)
		}
	}
}
