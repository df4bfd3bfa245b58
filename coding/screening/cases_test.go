package screening_test

import (
	"os"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chargenote/chargenote/coding/screening"
	"github.com/chargenote/chargenote/internal/effective"
)

// A scoreCase is one giving of an instrument with everything that must be said of it. What is not
// listed must not be said; bandNote and remarks are compared where a case names them.
type scoreCase struct {
	Name       string      `yaml:"name"`
	Cites      string      `yaml:"cites"`
	Instrument string      `yaml:"instrument"`
	List       []int       `yaml:"list"`    // answers from item 1 on
	All        *int        `yaml:"all"`     // the answer to every item
	Answers    map[int]int `yaml:"answers"` // answers by item; they stand before list and all
	Without    []int       `yaml:"without"` // items without an answer
	Unread     []int       `yaml:"unread"`  // items with an answer that cannot be read
	Total      *int        `yaml:"total"`   // as stated

	Unsettled map[int][]int `yaml:"unsettled"` // answers that disagree
	Totals    []int         `yaml:"totals"`    // stated totals that disagree

	Sex    string    `yaml:"sex"`
	School *int      `yaml:"schoolYears"`
	Want   scoreWant `yaml:"want"`
}

type scoreWant struct {
	Total      *int     `yaml:"total"`
	Stated     *int     `yaml:"stated"`
	Average    *float64 `yaml:"average"`
	Incomplete bool     `yaml:"incomplete"`
	Recomputed bool     `yaml:"recomputed"`
	Prorated   bool     `yaml:"prorated"`
	Missing    []int    `yaml:"missing"`
	Band       string   `yaml:"band"`
	BandNote   string   `yaml:"bandNote"`
	Next       []string `yaml:"next"`
	Positive   []string `yaml:"positive"` // parts that are positive
	Open       []string `yaml:"open"`     // parts with a cut of which it is not known
	Triggers   []string `yaml:"triggers"`
	Remarks    []string `yaml:"remarks"`
}

// leastCases keeps the file from being lost unseen.
const leastCases = 80

func TestCases(t *testing.T) {
	content, err := os.ReadFile("testdata/cases.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var cases []scoreCase
	if err := effective.Decode(content, "testdata/cases.yaml", &cases); err != nil {
		t.Fatal(err)
	}
	set := builtin(t)
	names := map[string]bool{}
	used := map[string]bool{}
	for _, c := range cases {
		t.Run(c.Name, func(t *testing.T) {
			if c.Cites == "" || names[c.Name] {
				t.Error("a case needs a name of its own and says what it rests on")
			}
			names[c.Name] = true
			i, ok := set.ByName(c.Instrument)
			if !ok {
				t.Fatalf("no instrument is called %q", c.Instrument)
			}
			used[i.Name] = true
			result := i.Score(c.given(i), screening.Facts{Sex: c.Sex, SchoolYears: c.School})
			if diff := cmp.Diff(c.Want, c.said(i, result)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
	if len(cases) < leastCases {
		t.Errorf("%d cases, want at least %d", len(cases), leastCases)
	}
	for _, i := range set.All() {
		if !used[i.Name] {
			t.Errorf("no case is about %s", i.Name)
		}
	}
}

func (c scoreCase) given(i *screening.Instrument) screening.Given {
	answers := map[int]int{}
	if c.All != nil {
		for item := 1; item <= i.Items.Count; item++ {
			answers[item] = *c.All
		}
	}
	for n, answer := range c.List {
		answers[n+1] = answer
	}
	for item, answer := range c.Answers {
		answers[item] = answer
	}
	for _, item := range slices.Concat(c.Without, c.Unread) {
		delete(answers, item)
	}
	for item := range c.Unsettled {
		delete(answers, item)
	}
	return screening.Given{Answers: answers, Unanswered: c.Without, Unread: c.Unread, Stated: c.Total, Unsettled: c.Unsettled, UnsettledTotals: c.Totals}
}

// said writes a result in the words of the cases.
func (c scoreCase) said(i *screening.Instrument, r screening.Result) scoreWant {
	got := scoreWant{
		Total: r.Total, Stated: r.Stated, Average: r.Average, Incomplete: !r.Complete, Recomputed: r.Recomputed,
		Prorated: r.Prorated, Missing: r.Missing, Band: r.Band, Next: r.Next,
	}
	if len(r.Triggers) > 0 {
		got.Triggers = r.Triggers
	}
	if c.Want.BandNote != "" {
		got.BandNote = r.BandNote
	}
	if c.Want.Remarks != nil {
		got.Remarks = r.Remarks
	}
	for n, p := range r.Parts {
		switch {
		case p.Positive == screening.Yes:
			got.Positive = append(got.Positive, p.Name)
		case p.Positive == "" && i.Subscales[n].Cut > 0:
			got.Open = append(got.Open, p.Name)
		}
	}
	return got
}

func builtin(t testing.TB) *screening.Set {
	t.Helper()
	set, err := screening.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func named(t testing.TB, name string) *screening.Instrument {
	t.Helper()
	i, ok := builtin(t).ByName(name)
	if !ok {
		t.Fatalf("no instrument is called %q", name)
	}
	return i
}

// Nothing that a caller gives is changed, and the same answers give the same result.
func TestScoreLeavesItsInputAlone(t *testing.T) {
	given := screening.Given{Answers: map[int]int{9: 7, 1: 1}, Unanswered: []int{3, 2}}
	i := named(t, "PHQ-9")
	first := i.Score(given, screening.Facts{})
	if diff := cmp.Diff(first, i.Score(given, screening.Facts{})); diff != "" {
		t.Errorf("two results of the same answers differ\n%s", diff)
	}
	if given.Answers[9] != 7 || !slices.Equal(given.Unanswered, []int{3, 2}) {
		t.Errorf("the answers were changed: %+v", given)
	}
	if slices.Contains(first.Triggers, "item 9 is 7") || !slices.Contains(first.Missing, 9) {
		t.Errorf("an answer that item 9 does not take was used: %+v", first)
	}
}
