package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chargenote/chargenote/coding/screening"
)

// Whoever checks a score needs no other page: everything in the file of an instrument is on it.
func TestInstrumentTextLeavesNothingOut(t *testing.T) {
	set, err := screening.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range set.All() {
		p := &page{}
		instrumentText(p, i)
		for _, want := range saidOf(i) {
			if !strings.Contains(p.String(), want) {
				t.Errorf("%s: %q is not in its text", i.Name, want)
			}
		}
	}
}

// saidOf lists what the text of an instrument must hold.
func saidOf(i *screening.Instrument) []string {
	all := append([]string{i.Name, i.ID, i.About, i.Activity, i.Kind, i.Checked.String(), i.Licence.Why, i.Otherwise}, i.Aliases...)
	all = append(all, i.Notes...)
	for _, c := range i.LOINC.Panels {
		all = append(all, c.Code, sureWords[c.Sure])
	}
	for _, c := range i.LOINC.Totals {
		all = append(all, c.Code, sureWords[c.Sure])
	}
	for _, c := range i.LOINC.Items {
		all = append(all, fmt.Sprintf("item %d", c.Item), c.Code)
	}
	for _, c := range append(append([]screening.Other{}, i.LOINC.Unscored...), i.LOINC.Not...) {
		all = append(all, c.Code, c.Is)
	}
	for _, a := range i.Answers {
		all = append(all, fmt.Sprintf("%-9s %d, %s", a.Code, a.Value, sureWords[a.Sure]))
	}
	for _, b := range i.Bands {
		all = append(all, b.When.Sex)
		for _, w := range b.Words {
			all = append(all, w.Word, w.Next)
		}
	}
	for _, s := range i.Subscales {
		all = append(all, s.Name, fmt.Sprintf("[%s]", s.Mark))
	}
	for _, l := range i.Levels {
		all = append(all, l.Word)
	}
	for _, s := range i.Screens {
		all = append(all, s.Word)
	}
	for _, trigger := range i.Triggers {
		all = append(all, trigger.Said, trigger.Next)
	}
	if i.Change != nil {
		all = append(all, fmt.Sprintf("%d points [%s] %s", i.Change.Points, i.Change.Mark, i.Change.Source))
	}
	if i.Prorate != nil {
		all = append(all, i.Prorate.Source)
	}
	for _, s := range i.Supports {
		all = append(all, s.Code+" "+s.When)
	}
	for _, b := range i.Bundled {
		all = append(all, b.Into)
	}
	for _, r := range i.Reference {
		all = append(all, "source: "+r.String())
	}
	return all
}

func TestTheItems(t *testing.T) {
	for _, tt := range []struct {
		items []int
		last  string
		want  string
	}{
		{[]int{9}, "and", "item 9"},
		{[]int{9}, "or", "item 9"},
		{[]int{1, 2, 3}, "and", "items 1, 2 and 3"},
		{[]int{1, 2, 3}, "or", "item 1, 2 or 3"},
		{[]int{1, 2, 3, 4}, "and", "items 1 to 4"},
		{[]int{1, 2, 3, 4}, "or", "any of items 1 to 4"},
		{[]int{1, 2, 3, 5}, "and", "items 1, 2, 3 and 5"},
	} {
		if got := theItems(tt.items, tt.last); got != tt.want {
			t.Errorf("%v: got %q, want %q", tt.items, got, tt.want)
		}
	}
}

func TestNearest(t *testing.T) {
	names := []name{{shown: "90834", said: "90834"}, {shown: "90837", said: "90837"}, {shown: "97110", said: "97110"},
		{shown: "PHQ-9", said: "PHQ-9", about: "Depression, nine items"}, {shown: "PHQ-9", said: "Patient Health Questionnaire 9"},
		{shown: "GAD-7", said: "GAD-7", about: "Anxiety, seven items"}}
	for asked, want := range map[string]string{
		"90835":                        "90834 90837",
		"97111":                        "97110",
		"gad":                          "GAD-7",
		"PHQ 8":                        "PHQ-9",
		"patient health questionnaire": "PHQ-9",
		"anxiety":                      "GAD-7",
		"12345":                        "",
		"9":                            "", // two letters are less than a name
		"":                             "",
	} {
		if got := strings.Join(nearest(asked, names), " "); got != want {
			t.Errorf("%q: got %q, want %q", asked, got, want)
		}
	}
}

func TestEdits(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"", "abc", 3}, {"phq9", "phq9", 0}, {"phq9", "phq2", 1}, {"phq", "phq9m", 2}, {"gad7", "ad8", 2}, {"90834", "90843", 2}} {
		if got := edits(tt.a, tt.b); got != tt.want {
			t.Errorf("%q to %q: got %d, want %d", tt.a, tt.b, got, tt.want)
		}
		if got := edits(tt.b, tt.a); got != tt.want {
			t.Errorf("%q to %q: got %d, want %d", tt.b, tt.a, got, tt.want)
		}
	}
}
