package coding_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chargenote/chargenote/coding"
	"github.com/chargenote/chargenote/internal/effective"
)

// stepsText is "16 90832, 38 90834": the minutes with what they earn.
func stepsText(s coding.Scale) string {
	var all []string
	for _, step := range s.Steps {
		text := fmt.Sprint(step.From)
		for _, line := range step.Lines {
			text += fmt.Sprintf(" %sx%d", line.Code, line.Units)
		}
		all = append(all, text)
	}
	return strings.Join(all, ", ")
}

func TestScaleOfOneService(t *testing.T) {
	rules := builtin(t)
	for _, tt := range []struct{ activity, day, payer, want string }{
		{"psychotherapy", "2025-03-10", "commercial", "16 90832x1, 38 90834x1, 53 90837x1"},
		{"psychotherapy", "2022-03-10", "commercial", "16 90832x1, 38 90834x1, 53 90837x1, 90 90837x1 99354x1"},
		{"psychotherapy", "2012-12-31", "commercial", ""},
		{"crisis", "2025-03-10", "commercial", "16 90832x1, 30 90839x1, 75 90839x1 90840x1, 105 90839x1 90840x2"},
		{"psych-testing-evaluation", "2025-03-10", "medicare", "31 96130x1, 91 96130x1 96131x1, 151 96130x1 96131x2, 211 96130x1 96131x3"},
		{"therapeutic-exercise", "2025-03-10", "medicare", "8 97110x1, 23 97110x2, 38 97110x3, 53 97110x4"},
		{"therapeutic-exercise", "2025-03-10", "commercial", "8 97110x1, 23 97110x2, 38 97110x3, 53 97110x4"},
		{"cognitive-intervention", "2025-03-10", "medicare", "8 97129x1, 23 97129x1 97130x1, 38 97129x1 97130x2, 53 97129x1 97130x3"},
		{"family-with-patient", "2025-03-10", "commercial", "26 90847x1"},
		{"group", "2025-03-10", "commercial", ""},
		{"screening", "2025-03-10", "commercial", ""},
		{"rest-or-waiting", "2025-03-10", "commercial", ""},
	} {
		facts := coding.Facts{DateOfService: effective.MustParseDate(tt.day), Payer: coding.Payer{Kind: tt.payer},
			Services: []coding.Service{{Activity: tt.activity, Minutes: ptr(20)}}}
		got := ""
		scales := rules.Scales(facts)
		if len(scales) > 1 {
			t.Errorf("%s: %d scales, want one", tt.activity, len(scales))
		}
		for _, s := range scales {
			got += stepsText(s)
			if s.Activity != tt.activity || s.Minutes == nil || *s.Minutes != 20 {
				t.Errorf("%s: the scale is of %q, %v minutes", tt.activity, s.Activity, s.Minutes)
			}
			for _, step := range s.Steps {
				if step.Rule == "" || step.Reference == "" || step.Layer == "" {
					t.Errorf("%s: the step at %d says not whose it is: %+v", tt.activity, step.From, step)
				}
			}
		}
		if got != tt.want {
			t.Errorf("%s on %s, %s:\ngot  %s\nwant %s", tt.activity, tt.day, tt.payer, got, tt.want)
		}
	}
}

func TestScaleOfATotal(t *testing.T) {
	rules := builtin(t)
	facts := coding.Facts{DateOfService: effective.MustParseDate("2025-03-10"), Payer: coding.Payer{Kind: "medicare"}, Provider: coding.Provider{Discipline: "PT"},
		Services: []coding.Service{{Activity: "therapeutic-exercise", Minutes: ptr(22)}, {Activity: "manual-therapy", Minutes: ptr(23)}, {Activity: "group-therapy-rehab", Minutes: ptr(30)}},
		Sources:  map[string][]string{"services[0].minutes": {"Procedure/p1"}, "services[1].minutes": {"Procedure/p2"}}}
	scales := rules.Scales(facts)
	if len(scales) != 1 || scales[0].Activity != "" || scales[0].Minutes == nil || *scales[0].Minutes != 45 || len(scales[0].Parts) != 2 ||
		strings.Join(scales[0].Sources, " ") != "Procedure/p1 Procedure/p2" || stepsText(scales[0]) != "8 x1, 23 x2, 38 x3, 53 x4" {
		t.Errorf("got %+v, want one total of 45 in two parts", scales)
	}
	facts.Payer.Kind = "commercial"
	if got := len(rules.Scales(facts)); got != 2 {
		t.Errorf("by the midpoint rule there are %d scales, want 2", got)
	}
	facts.Payer.Kind = "medicare"
	facts.Services[1].Minutes = nil
	if got := rules.Scales(facts); len(got) != 1 || got[0].Minutes != nil {
		t.Errorf("one part is not known, and the total is %+v", got)
	}
}

// What a scale says is what the rules suggest: a line that time decides has its margin above a step of the
// scale, and its next one at the step above.
func TestScalesAgreeWithSuggest(t *testing.T) {
	rules := builtin(t)
	compared := 0
	for _, activity := range []string{"psychotherapy", "crisis", "family-with-patient", "psych-testing-evaluation", "neuropsych-testing-evaluation",
		"test-administration-professional", "therapeutic-exercise", "cognitive-intervention", "adaptive-behavior-treatment", "neurobehavioral-status-exam"} {
		for minutes := 1; minutes <= 240; minutes++ {
			facts := coding.Facts{DateOfService: effective.MustParseDate("2022-06-14"), Payer: coding.Payer{Kind: "commercial"}, Services: []coding.Service{{Activity: activity, Minutes: &minutes}}}
			scales := rules.Scales(facts)
			if len(scales) != 1 {
				t.Fatalf("%s: %d scales", activity, len(scales))
			}
			below, above := 0, 0
			for _, step := range scales[0].Steps {
				if step.From <= minutes {
					below = step.From
				} else if above == 0 {
					above = step.From
				}
			}
			lines := rules.Suggest(facts).Suggestions
			if len(lines) == 0 {
				continue
			}
			last := lines[len(lines)-1]
			if last.Margin == nil || last.Minutes == nil || *last.Minutes != minutes {
				continue
			}
			compared++
			if minutes-*last.Margin != below {
				t.Errorf("%s, %d min: %s stands from %d, and the scale says %d", activity, minutes, last.Code, minutes-*last.Margin, below)
			}
			if last.Next != nil && minutes+last.Next.MinutesToGo != above {
				t.Errorf("%s, %d min: the next is at %d, and the scale says %d", activity, minutes, minutes+last.Next.MinutesToGo, above)
			}
		}
	}
	if compared < 500 {
		t.Errorf("%d lines were compared, there were more", compared)
	}
}

// Minutes that lie within another service are counted once, and so they are on the scales.
func TestScaleCountsMinutesOnce(t *testing.T) {
	rules := builtin(t)
	start := time.Date(2025, 3, 10, 14, 0, 0, 0, time.UTC)
	at := func(minutes int) *time.Time { t := start.Add(time.Duration(minutes) * time.Minute); return &t }
	scales := rules.Scales(coding.Facts{DateOfService: effective.MustParseDate("2025-03-10"), Payer: coding.Payer{Kind: "commercial"},
		Services: []coding.Service{{Activity: "therapeutic-exercise", Start: at(0), End: at(30)}, {Activity: "manual-therapy", Start: at(20), End: at(45)}}})
	if len(scales) != 2 || *scales[0].Minutes+*scales[1].Minutes != 45 {
		t.Errorf("got %+v, want 45 minutes in all", scales)
	}
}

func BenchmarkScales(b *testing.B) {
	rules := builtin(b)
	facts := typicalVisits()["timed therapy"]
	for b.Loop() {
		rules.Scales(facts)
	}
}
