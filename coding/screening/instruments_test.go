package screening_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chargenote/chargenote/coding/screening"
)

// The names that results carry.
func TestNames(t *testing.T) {
	var got []string
	for _, i := range builtin(t).All() {
		got = append(got, i.Name)
	}
	want := []string{
		"ACE", "ACE-III", "AD8", "ASRS", "AUDIT", "AUDIT-C", "BOMC", "C-SSRS", "DAST-10", "EPDS", "GAD-7", "IQCODE", "MDQ", "MMSE",
		"Mini-Cog", "MoCA", "PCL-5", "PHQ-2", "PHQ-9", "PHQ-9M", "PSC-17", "SLUMS", "Vanderbilt", "WHODAS 2.0",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// Every total of the range has a word or the source has none, whatever is known of the patient, and
// words change only where a band begins.
func TestBandsCoverTheRange(t *testing.T) {
	school := 8
	for _, i := range builtin(t).All() {
		if len(i.Bands) == 0 {
			continue
		}
		for _, b := range i.Bands {
			facts := screening.Facts{Sex: b.When.Sex}
			if b.When.SchoolYearsFrom > 0 {
				facts.SchoolYears = &b.When.SchoolYearsFrom
			} else if b.When.SchoolYearsTo > 0 {
				facts.SchoolYears = &school
			}
			begins := map[int]bool{}
			for _, w := range b.Words {
				begins[w.From] = true
			}
			last := ""
			for total := i.Range[0]; total <= i.Range[1]; total++ {
				word := i.Score(screening.Given{Stated: &total}, facts).Band
				if (word != last) && !begins[total] {
					t.Errorf("%s: the word changes from %q to %q at %d, where no band begins", i.Name, last, word, total)
				}
				if begins[total] && word == last && word != "" {
					t.Errorf("%s: the band from %d says %q again", i.Name, total, word)
				}
				last = word
			}
		}
	}
}

// A total is in the range wherever all items are answered, and a recomputed one is never refused.
func TestItemsReachTheEndsOfTheRange(t *testing.T) {
	for _, i := range builtin(t).All() {
		if !i.HasTotal() || i.Items.Count == 0 {
			continue
		}
		seen := map[int]bool{}
		for _, end := range []bool{false, true} {
			answers := map[int]int{}
			for item := 1; item <= i.Items.Count; item++ {
				answers[item] = extreme(i, item, end)
			}
			r := i.Score(screening.Given{Answers: answers}, screening.Facts{})
			if len(i.Items.OrElse) > 0 && end {
				answers[1] = 0 // one that tells the scales apart
				r = i.Score(screening.Given{Answers: answers}, screening.Facts{})
				*r.Total += extreme(i, 1, true)
			}
			if r.Total == nil {
				t.Fatalf("%s: no total of %v", i.Name, answers)
			}
			seen[*r.Total] = true
		}
		if !seen[i.Range[0]] || !seen[i.Range[1]] {
			t.Errorf("%s: the items reach %v, the range says %v", i.Name, seen, i.Range)
		}
	}
}

// extreme is the answer that gives the fewest or the most points.
func extreme(i *screening.Instrument, item int, most bool) int {
	if slices.Contains(i.Items.Reversed, item) {
		most = !most
	}
	answers := []int{}
	for answer := range 10 {
		if i.Allows(item, answer) {
			answers = append(answers, answer)
		}
	}
	if most {
		return answers[len(answers)-1]
	}
	return answers[0]
}

// Each file says who says so, and whether item texts may be shown; restricted ones say no.
func TestFilesAreExplained(t *testing.T) {
	for _, i := range builtin(t).All() {
		if len(i.Reference) == 0 || i.Licence.Why == "" || i.Checked.IsZero() {
			t.Errorf("%s: no reference, no licence or never checked", i.Name)
		}
		if len(i.Supports)+len(i.Bundled) == 0 {
			t.Errorf("%s: says neither which code it supports nor what it is part of", i.Name)
		}
		for _, text := range append([]string{i.SupportText(), i.BundledText()}, i.Notes...) {
			if strings.Contains(text, "$") || strings.Contains(text, "USD") {
				t.Errorf("%s names money: %s", i.Name, text)
			}
		}
		if i.Activity == "cognitive-screen" && len(i.Supports) > 0 {
			t.Errorf("%s is a cognitive screen and supports a code of its own", i.Name)
		}
	}
	for _, name := range []string{"MoCA", "MMSE"} {
		if show := named(t, name).Licence.Show; show != "no" {
			t.Errorf("the items of %s may be shown: %q", name, show)
		}
	}
}

// Every missing item of every instrument is named, and where nobody allows it no total is made.
func TestEachMissingItem(t *testing.T) {
	for _, i := range builtin(t).All() {
		for item := 1; item <= i.Items.Count; item++ {
			answers := map[int]int{}
			for n := 1; n <= i.Items.Count; n++ {
				if n != item {
					answers[n] = extreme(i, n, n%2 == 0) // some 0, so that no other scale fits
				}
			}
			if i.Kind == "screener" {
				answers[2], answers[6] = 1, 1
				delete(answers, item)
			}
			r := i.Score(screening.Given{Answers: answers}, screening.Facts{})
			skipped := i.Name == "MDQ" && item == 14 && r.Complete
			if !slices.Contains(r.Missing, item) && !skipped {
				t.Errorf("%s without item %d: missing %v", i.Name, item, r.Missing)
			}
			if i.Prorate == nil && r.Total != nil && !skipped {
				t.Errorf("%s without item %d has a total of %d", i.Name, item, *r.Total)
			}
			if i.Prorate != nil && (r.Total == nil || !r.Prorated || r.Complete) {
				t.Errorf("%s without item %d: %+v, want it prorated and said so", i.Name, item, r)
			}
		}
	}
}

// Each trigger at its threshold and one below, whatever the other answers.
func TestEachTrigger(t *testing.T) {
	raised := 0
	for _, i := range builtin(t).All() {
		for _, trigger := range i.Triggers {
			for _, item := range trigger.Items {
				raised++
				at := i.Score(screening.Given{Answers: map[int]int{item: trigger.From}}, screening.Facts{}).Triggers
				if len(at) != 1 || !strings.HasPrefix(at[0], "item ") {
					t.Errorf("%s item %d at %d: %v", i.Name, item, trigger.From, at)
				}
				if below := i.Score(screening.Given{Answers: map[int]int{item: trigger.From - 1}}, screening.Facts{}).Triggers; len(below) != 0 {
					t.Errorf("%s item %d below %d: %v", i.Name, item, trigger.From, below)
				}
			}
			if trigger.Total > 0 {
				raised++
				below := trigger.Total - 1
				at := i.Score(screening.Given{Stated: &trigger.Total}, screening.Facts{}).Triggers
				if len(at) != 1 || len(i.Score(screening.Given{Stated: &below}, screening.Facts{}).Triggers) != 0 {
					t.Errorf("%s total %d: %v", i.Name, trigger.Total, at)
				}
			}
		}
	}
	if raised < 14 {
		t.Errorf("only %d triggers were tried", raised)
	}
}

// A trigger comes before the band.
func TestForemost(t *testing.T) {
	i := named(t, "PHQ-9")
	answers := map[int]int{1: 0, 2: 0, 3: 0, 4: 0, 5: 0, 6: 0, 7: 0, 8: 0, 9: 1}
	if got := i.Score(screening.Given{Answers: answers}, screening.Facts{}).Foremost(); got != "item 9 is 1" {
		t.Errorf("got %q, want the trigger", got)
	}
	answers[9] = 0
	if got := i.Score(screening.Given{Answers: answers}, screening.Facts{}).Foremost(); got != "minimal" {
		t.Errorf("got %q, want the band", got)
	}
	answers = map[int]int{1: 0, 2: 0, 6: 1, 7: 1}
	if got := named(t, "C-SSRS").Score(screening.Given{Answers: answers}, screening.Facts{}).Foremost(); got != "item 6 is yes, item 7 is yes" {
		t.Errorf("got %q, want both triggers", got)
	}
}
