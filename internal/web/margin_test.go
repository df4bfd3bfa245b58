package web

import (
	"testing"

	"github.com/chargenote/chargenote/coding"
	"github.com/chargenote/chargenote/internal/effective"
)

func TestLowerMarginAsksTheRules(t *testing.T) {
	rules, err := coding.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name    string
		minutes int
		want    string
	}{
		{"first of its range", 38, "0 min above the line, under it 90832"},
		{"last of its range", 52, "14 min above the line, under it 90832"},
		{"the next code up", 53, "0 min above the line, under it 90834"},
		{"the lowest code", 20, "4 min above the line, under it no 90832"},
	} {
		facts := therapyVisit(tt.minutes).Facts
		lines := rules.Suggest(facts).Suggestions
		if len(lines) == 0 {
			t.Fatalf("%s: nothing is suggested", tt.name)
		}
		if got := lowerMargin(rules, facts, lines[0], lines); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
		if got := *facts.Services[0].Minutes; got != tt.minutes {
			t.Errorf("%s: the facts now have %d minutes", tt.name, got)
		}
	}
	long := therapyVisit(90).Facts
	long.DateOfService = effective.MustParseDate("2022-06-14")
	for _, line := range rules.Suggest(long).Suggestions {
		if line.Code == "99354" {
			if got := lowerMargin(rules, long, line, rules.Suggest(long).Suggestions); got != "0 min above the line, under it no 99354" {
				t.Errorf("an add-on: got %q", got)
			}
		}
	}
	facts := therapyVisit(47).Facts
	line := rules.Suggest(facts).Suggestions[0]
	facts.Services = append(facts.Services, coding.Service{Activity: "group", Minutes: number(47)})
	if got := lowerMargin(rules, facts, line, nil); got != "" {
		t.Errorf("two services with time: got %q, want nothing", got)
	}
}

func BenchmarkMargins(b *testing.B) {
	rules, err := coding.Builtin()
	if err != nil {
		b.Fatal(err)
	}
	facts := therapyVisit(52).Facts
	line := rules.Suggest(facts).Suggestions[0]
	for b.Loop() {
		lowerMargin(rules, facts, line, nil)
	}
}
