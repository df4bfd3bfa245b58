package web

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chargenote/chargenote/coding"
	"github.com/chargenote/chargenote/internal/effective"
	"github.com/chargenote/chargenote/internal/visit"
)

func scalesFor(t *testing.T, payer string, services ...coding.Service) []scaleView {
	t.Helper()
	rules, err := coding.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	facts := coding.Facts{DateOfService: effective.MustParseDate("2025-03-10"), Payer: coding.Payer{Kind: payer}, Provider: coding.Provider{Discipline: "PT"}, Services: services}
	return scalesOf(rules, facts, visit.Session{}, evidenceOf(nil))
}

// Both sides of the bar are said for each minute, in the same way, and they are what the codes change at.
func TestBothSidesOfTheBar(t *testing.T) {
	for _, tt := range []struct {
		activity                     string
		minutes                      int
		below, under, above, further string
	}{
		{"psychotherapy", 12, "Below the first line", "under 16: none", "12 of 16 minutes: 4 to go", "from 16: 90832"},
		{"psychotherapy", 15, "Below the first line", "under 16: none", "15 of 16 minutes: 1 to go", "from 16: 90832"},
		{"psychotherapy", 16, "Exactly on the line", "under 16: none", "16 of 38 minutes: 22 to go", "from 38: 90834"},
		{"psychotherapy", 37, "21 minutes above the line", "under 16: none", "37 of 38 minutes: 1 to go", "from 38: 90834"},
		{"psychotherapy", 38, "Exactly on the line", "under 38: 90832", "38 of 53 minutes: 15 to go", "from 53: 90837"},
		{"psychotherapy", 39, "1 minute above the line", "under 38: 90832", "39 of 53 minutes: 14 to go", "from 53: 90837"},
		{"psychotherapy", 53, "Exactly on the line", "under 53: 90834", "No line above", "however long: 90837"},
		{"psychotherapy", 300, "247 minutes above the line", "under 53: 90834", "No line above", "however long: 90837"},
		{"therapeutic-exercise", 7, "Below the first line", "under 8: none", "7 of 8 minutes: 1 to go", "from 8: 97110"},
		{"therapeutic-exercise", 24, "1 minute above the line", "under 23: 97110", "24 of 38 minutes: 14 to go", "from 38: 97110 ×3"},
		{"psych-testing-evaluation", 30, "Below the first line", "under 31: none", "30 of 31 minutes: 1 to go", "from 31: 96130"},
		{"psych-testing-evaluation", 91, "Exactly on the line", "under 91: 96130", "91 of 151 minutes: 60 to go", "from 151: 96131 ×2"},
	} {
		all := scalesFor(t, "commercial", coding.Service{Activity: tt.activity, Minutes: number(tt.minutes)})
		if len(all) != 1 {
			t.Fatalf("%s: %d scales, want one", tt.activity, len(all))
		}
		s := all[0]
		if got, want := [4]string{s.Below.Words, s.Below.Line, s.Above.Words, s.Above.Line}, [4]string{tt.below, tt.under, tt.above, tt.further}; got != want {
			t.Errorf("%s, %d min:\ngot  %q\nwant %q", tt.activity, tt.minutes, got, want)
		}
	}
}

// The bar ends where the minutes are among the lines: beyond those that they reach, before those that they do not.
func TestBarAndLinesAgree(t *testing.T) {
	for minutes := 1; minutes <= 400; minutes++ {
		s := scalesFor(t, "commercial", coding.Service{Activity: "psych-testing-evaluation", Minutes: &minutes})[0]
		here, past := 0, 0
		for _, z := range s.Zones {
			if z.Here {
				here++
			}
		}
		for _, line := range s.Lines {
			if percent(t, line) <= percent(t, s.Bar) {
				past++
			}
		}
		reached := 0
		for _, m := range []int{31, 91, 151, 211, 271, 331, 391} {
			if minutes >= m {
				reached++
			}
		}
		if here != 1 || past != reached || percent(t, s.Bar) > 100 {
			t.Fatalf("%d min: the bar is %s long, past %d of the lines %v; want past %d, and one stretch of %d is here", minutes, s.Bar, past, s.Lines, reached, here)
		}
	}
}

func percent(t *testing.T, text string) float64 {
	t.Helper()
	var n float64
	if _, err := fmt.Sscanf(text, "%g%%", &n); err != nil {
		t.Fatalf("%q is no share", text)
	}
	return n
}

func TestScaleOfEveryOtherKind(t *testing.T) {
	if got := scalesFor(t, "commercial", coding.Service{Activity: "group", Minutes: number(90)}); len(got) != 0 {
		t.Errorf("no minutes decide, and there is %+v", got)
	}
	unknown := scalesFor(t, "commercial", coding.Service{Activity: "psychotherapy"})
	if len(unknown) != 1 || unknown[0].Known || unknown[0].Bar != "" || len(unknown[0].Zones) > 0 || !strings.Contains(unknown[0].Unknown, "90832 from 16; 90834 from 38; 90837 from 53") {
		t.Errorf("minutes are not known, and there is %+v", unknown)
	}
	total := scalesFor(t, "medicare", coding.Service{Activity: "therapeutic-exercise", Minutes: number(22)}, coding.Service{Activity: "manual-therapy", Minutes: number(15)})
	if len(total) != 1 || total[0].Heading != "All timed therapy together" || total[0].Number != "37" || strings.Join(total[0].Parts, ", ") != "Manual therapy 15 min, Therapeutic exercise 22 min" ||
		total[0].Above.Words != "37 of 38 minutes: 1 to go" {
		t.Errorf("got %+v, want one total of 37", total)
	}
}

// Of sources that disagree each candidate stands against the lines, and none is taken for the minutes.
func TestDoubtsAreMarked(t *testing.T) {
	rules, err := coding.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	facts := coding.Facts{DateOfService: effective.MustParseDate("2025-03-10"), Services: []coding.Service{{Activity: "psychotherapy"}}}
	session := visit.Session{Conflicts: []visit.Conflict{{Minutes: []int{45, 53}, Activity: "psychotherapy"}}}
	s := scalesOf(rules, facts, session, evidenceOf(nil))[0]
	if s.Known || s.Bar != "" || len(s.Doubts) != 2 || s.Doubts[0].Text != "45?" || s.Doubts[1].Text != "53?" || s.Below.Words+s.Above.Words != "" {
		t.Errorf("got %+v, want two marks and no bar", s)
	}
	session.Conflicts[0].Activity = "gait"
	if s := scalesOf(rules, facts, session, evidenceOf(nil))[0]; len(s.Doubts) != 0 {
		t.Errorf("the candidates of another service are marked: %+v", s.Doubts)
	}
}

// Words beside a line never touch, however narrow the frame.
func TestWordsOfAPictureStayApart(t *testing.T) {
	for minutes := 1; minutes <= 240; minutes++ {
		for _, s := range scalesFor(t, "commercial", coding.Service{Activity: "therapeutic-exercise", Minutes: &minutes}) {
			for i := 1; i < len(s.Marks); i++ {
				if a, b := s.Marks[i-1], s.Marks[i]; a.middle()+a.half > b.middle()-b.half {
					t.Fatalf("%d min: %q touches %q", minutes, a.Text, b.Text)
				}
			}
		}
	}
}
