package coding_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/chargenote/chargenote/coding"
	"github.com/chargenote/chargenote/internal/effective"
)

// Every kind of rule at every edge of its numbers and of its days: below, first, last, above; the day
// before, the first day, the last day, the day on which it is withdrawn.
func TestKindsAtTheirEdges(t *testing.T) {
	rules := builtin(t)
	service := func(activity string, minutes int) []coding.Service {
		return []coding.Service{{Activity: activity, Minutes: &minutes, Instruments: ptr(2), Scored: ptr(true)}}
	}
	em := func(code string, minutes int, basis string) coding.Facts {
		return coding.Facts{EvaluationManagement: &coding.EvaluationManagement{Code: code, Basis: basis},
			Services: []coding.Service{{Activity: "evaluation-management", Minutes: &minutes}}}
	}
	complex := func(factor string) coding.Facts {
		return coding.Facts{InteractiveComplexity: &coding.InteractiveComplexity{Present: ptr(true), Factor: factor}, Services: service("psychotherapy", 45)}
	}
	for _, tt := range []struct {
		kind, edge, day, payer string
		facts                  coding.Facts
		code                   string
		units                  int // 0: does not stand
		status                 coding.Status
	}{
		{"fixed-range", "below", "2025-03-10", "", coding.Facts{Services: service("psychotherapy", 37)}, "90834", 0, ""},
		{"fixed-range", "first", "2025-03-10", "", coding.Facts{Services: service("psychotherapy", 38)}, "90834", 1, coding.Met},
		{"fixed-range", "last", "2025-03-10", "", coding.Facts{Services: service("psychotherapy", 52)}, "90834", 1, coding.Met},
		{"fixed-range", "above", "2025-03-10", "", coding.Facts{Services: service("psychotherapy", 53)}, "90834", 0, ""},
		{"fixed-range", "below all", "2025-03-10", "", coding.Facts{Services: service("psychotherapy", 15)}, "90832", 0, coding.NotMet},
		{"fixed-range", "day before", "2012-12-31", "", coding.Facts{Services: service("psychotherapy", 38)}, "90834", 0, coding.NotEffective},
		{"fixed-range", "first day", "2013-01-01", "", coding.Facts{Services: service("psychotherapy", 38)}, "90834", 1, coding.Met},
		{"fixed-range", "unknown", "2025-03-10", "", coding.Facts{Services: []coding.Service{{Activity: "psychotherapy"}}}, "90834", 0, coding.Unknown},
		{"ladder", "below", "2025-03-10", "", coding.Facts{Services: service("psych-testing-evaluation", 30)}, "96130", 0, coding.NotMet},
		{"ladder", "first", "2025-03-10", "", coding.Facts{Services: service("psych-testing-evaluation", 31)}, "96130", 1, coding.Met},
		{"ladder", "last without the add-on", "2025-03-10", "", coding.Facts{Services: service("psych-testing-evaluation", 90)}, "96131", 0, ""},
		{"ladder", "first of the add-on", "2025-03-10", "", coding.Facts{Services: service("psych-testing-evaluation", 91)}, "96131", 1, coding.Met},
		{"ladder", "second of the add-on", "2025-03-10", "", coding.Facts{Services: service("psych-testing-evaluation", 151)}, "96131", 2, coding.Met},
		{"ladder", "day before", "2018-12-31", "", coding.Facts{Services: service("psych-testing-evaluation", 31)}, "96130", 0, coding.NotEffective},
		{"ladder", "first day", "2019-01-01", "", coding.Facts{Services: service("psych-testing-evaluation", 31)}, "96130", 1, coding.Met},
		{"ladder of 30", "below", "2025-03-10", "", coding.Facts{Services: service("test-administration-professional", 15)}, "96136", 0, coding.NotMet},
		{"ladder of 30", "first", "2025-03-10", "", coding.Facts{Services: service("test-administration-professional", 16)}, "96136", 1, coding.Met},
		{"ladder of 30", "last without the add-on", "2025-03-10", "", coding.Facts{Services: service("test-administration-professional", 45)}, "96137", 0, ""},
		{"ladder of 30", "first of the add-on", "2025-03-10", "", coding.Facts{Services: service("test-administration-professional", 46)}, "96137", 1, coding.Met},
		{"ladder of 15", "below", "2025-03-10", "", coding.Facts{Services: service("cognitive-intervention", 7)}, "97129", 0, coding.NotMet},
		{"ladder of 15", "first", "2025-03-10", "", coding.Facts{Services: service("cognitive-intervention", 8)}, "97129", 1, coding.Met},
		{"ladder of 15", "last without the add-on", "2025-03-10", "", coding.Facts{Services: service("cognitive-intervention", 22)}, "97130", 0, ""},
		{"ladder of 15", "first of the add-on", "2025-03-10", "", coding.Facts{Services: service("cognitive-intervention", 23)}, "97130", 1, coding.Met},
		{"blocks", "below", "2025-03-10", "", coding.Facts{Services: service("crisis", 29)}, "90839", 0, coding.NotMet},
		{"blocks", "first", "2025-03-10", "", coding.Facts{Services: service("crisis", 30)}, "90839", 1, coding.Met},
		{"blocks", "last without a further block", "2025-03-10", "", coding.Facts{Services: service("crisis", 74)}, "90840", 0, ""},
		{"blocks", "first of a further block", "2025-03-10", "", coding.Facts{Services: service("crisis", 75)}, "90840", 1, coding.Met},
		{"blocks", "last of it", "2025-03-10", "", coding.Facts{Services: service("crisis", 104)}, "90840", 1, coding.Met},
		{"blocks", "second further block", "2025-03-10", "", coding.Facts{Services: service("crisis", 105)}, "90840", 2, coding.Met},
		{"eight-minute, CMS", "below", "2025-03-10", "medicare", coding.Facts{Services: service("self-care", 7)}, "97535", 0, coding.NotMet},
		{"eight-minute, CMS", "first", "2025-03-10", "medicare", coding.Facts{Services: service("self-care", 8)}, "97535", 1, coding.Met},
		{"eight-minute, CMS", "last", "2025-03-10", "medicare", coding.Facts{Services: service("self-care", 22)}, "97535", 1, coding.Met},
		{"eight-minute, CMS", "above", "2025-03-10", "medicare", coding.Facts{Services: service("self-care", 23)}, "97535", 2, coding.Met},
		{"eight-minute, midpoint", "below", "2025-03-10", "commercial", coding.Facts{Services: service("self-care", 7)}, "97535", 0, coding.NotMet},
		{"eight-minute, midpoint", "first", "2025-03-10", "commercial", coding.Facts{Services: service("self-care", 8)}, "97535", 1, coding.Met},
		{"eight-minute, midpoint", "above", "2025-03-10", "commercial", coding.Facts{Services: service("self-care", 23)}, "97535", 2, coding.Met},
		{"per-instrument", "none", "2025-03-10", "", coding.Facts{Services: []coding.Service{{Activity: "screening", Instruments: new(int), Scored: ptr(true)}}}, "96127", 0, coding.NotMet},
		{"per-instrument", "two", "2025-03-10", "", coding.Facts{Services: service("screening", 5)}, "96127", 2, coding.Met},
		{"per-instrument", "unknown", "2025-03-10", "", coding.Facts{Services: []coding.Service{{Activity: "screening", Scored: ptr(true)}}}, "96127", 0, coding.Unknown},
		{"per-instrument", "day before", "2014-12-31", "", coding.Facts{Services: service("screening", 5)}, "96127", 0, coding.NotEffective},
		{"per-instrument", "first day", "2015-01-01", "", coding.Facts{Services: service("screening", 5)}, "96127", 2, coding.Met},
		{"per-session", "one", "2025-03-10", "", coding.Facts{Services: service("group", 90)}, "90853", 1, coding.Met},
		{"untimed", "below the least time", "2025-03-10", "medicare", coding.Facts{Setting: "primary-care", Services: service("depression-screening-annual", 4)}, "G0444", 0, coding.NotMet},
		{"untimed", "the least time", "2025-03-10", "medicare", coding.Facts{Setting: "primary-care", Services: service("depression-screening-annual", 5)}, "G0444", 1, coding.Met},
		{"as-given", "the last day of a code", "2020-12-31", "", em("99201", 10, "mdm"), "99201", 1, coding.Met},
		{"as-given", "the day without it", "2021-01-01", "", em("99201", 10, "mdm"), "99201", 0, coding.NotEffective},
		{"add-on", "a named factor", "2025-03-10", "", complex("play-equipment"), "90785", 1, coding.Met},
		{"add-on", "no factor", "2025-03-10", "", complex(""), "90785", 0, coding.Unknown},
		{"add-on", "a refused factor", "2025-03-10", "", complex("interpreter-only"), "90785", 0, coding.NotMet},
		{"prolonged", "below", "2022-12-31", "", coding.Facts{Services: service("psychotherapy", 89)}, "99354", 0, ""},
		{"prolonged", "first, on the last day", "2022-12-31", "", coding.Facts{Services: service("psychotherapy", 90)}, "99354", 1, coding.Met},
		{"prolonged", "the day without it", "2023-01-01", "", coding.Facts{Services: service("psychotherapy", 90)}, "99354", 0, coding.NotEffective},
		{"prolonged", "family, below", "2022-06-14", "", coding.Facts{Services: service("family-with-patient", 79)}, "99354", 0, ""},
		{"prolonged", "family, first", "2022-06-14", "", coding.Facts{Services: service("family-with-patient", 80)}, "99354", 1, coding.Met},
		{"prolonged", "further block, below", "2022-06-14", "", coding.Facts{Services: service("psychotherapy", 134)}, "99355", 0, ""},
		{"prolonged", "further block, first", "2022-06-14", "", coding.Facts{Services: service("psychotherapy", 135)}, "99355", 1, coding.Met},
		{"full-time", "below", "2025-03-10", "commercial", em("99215", 54, "time"), "99417", 0, ""},
		{"full-time", "first", "2025-03-10", "commercial", em("99215", 55, "time"), "99417", 1, coding.Met},
		{"full-time", "the midpoint is not enough", "2025-03-10", "commercial", em("99215", 69, "time"), "99417", 1, coding.Met},
		{"full-time", "second", "2025-03-10", "commercial", em("99215", 70, "time"), "99417", 2, coding.Met},
		{"full-time", "new patient, below", "2025-03-10", "commercial", em("99205", 74, "time"), "99417", 0, ""},
		{"full-time", "new patient, first", "2025-03-10", "commercial", em("99205", 75, "time"), "99417", 1, coding.Met},
		{"full-time", "a level by decision making", "2025-03-10", "commercial", em("99215", 70, "mdm"), "99417", 0, coding.NotMet},
		{"full-time", "basis unknown", "2025-03-10", "commercial", em("99215", 70, ""), "99417", 0, coding.Unknown},
		{"full-time", "Medicare has its own, below", "2025-03-10", "medicare", em("99215", 68, "time"), "G2212", 0, ""},
		{"full-time", "Medicare has its own, first", "2025-03-10", "medicare", em("99215", 69, "time"), "G2212", 1, coding.Met},
		{"full-time", "Medicare does not know the other", "2025-03-10", "medicare", em("99215", 70, "time"), "99417", 0, coding.NotMet},
		{"full-time", "day before", "2020-12-31", "commercial", em("99215", 60, "time"), "99417", 0, ""},
		{"full-time", "first day", "2021-01-01", "commercial", em("99215", 60, "time"), "99417", 1, coding.Met},
		{"withdrawn", "after its end", "2025-03-10", "", coding.Facts{EvaluationManagement: &coding.EvaluationManagement{Code: "97127"}, Services: []coding.Service{{Activity: "evaluation-management"}}}, "97127", 0, coding.NotEffective},
	} {
		t.Run(tt.kind+", "+tt.edge, func(t *testing.T) {
			tt.facts.DateOfService, tt.facts.Payer = effective.MustParseDate(tt.day), coding.Payer{Kind: tt.payer}
			if tt.facts.Provider.Discipline = "physician"; strings.HasPrefix(tt.kind, "eight") {
				tt.facts.Provider.Discipline = "PT"
			}
			tt.facts.Testing = &coding.Testing{StandardizedTestsInterpreted: ptr(2)}
			units, status := answerFor(rules.Suggest(tt.facts), tt.code)
			if units != tt.units || status != tt.status {
				t.Errorf("got %d units, %q; want %d, %q", units, status, tt.units, tt.status)
			}
		})
	}
}

// answerFor is the units of a code and the status of its own rule; an empty status is no word of it.
func answerFor(r coding.Result, code string) (units int, status coding.Status) {
	for _, s := range r.Suggestions {
		if s.Code == code {
			return s.Units, s.Because[0].Status
		}
	}
	if at := slices.IndexFunc(r.NotSuggested, func(n coding.NotSuggested) bool { return n.Code == code }); at >= 0 {
		return 0, r.NotSuggested[at].Status
	}
	return 0, ""
}

// A line says how far it is above its threshold and how far the next one is; both are what they say.
func TestMarginAndNextAreWhatTheySay(t *testing.T) {
	rules := builtin(t)
	for _, facts := range facts(typicalVisits()) {
		for _, line := range rules.Suggest(facts).Suggestions {
			at := slices.IndexFunc(facts.Services, func(s coding.Service) bool {
				return s.Minutes != nil && line.Minutes != nil && *s.Minutes == *line.Minutes
			})
			if line.Margin == nil || at < 0 {
				continue
			}
			for _, step := range []struct {
				name    string
				minutes int
				same    bool
			}{{"the margin", *line.Minutes - *line.Margin, true}, {"one minute below it", *line.Minutes - *line.Margin - 1, false}} {
				if units, _ := answerFor(rules.Suggest(withMinutes(facts, at, step.minutes)), line.Code); (units == line.Units) != step.same {
					t.Errorf("%s at %s, %d min: %d units, it has %d", line.Code, step.name, step.minutes, units, line.Units)
				}
			}
			if line.Next != nil {
				reached, _ := answerFor(rules.Suggest(withMinutes(facts, at, *line.Minutes+line.Next.MinutesToGo)), line.Next.Code)
				before, _ := answerFor(rules.Suggest(withMinutes(facts, at, *line.Minutes+line.Next.MinutesToGo-1)), line.Next.Code)
				if reached <= before {
					t.Errorf("%s: %d min more give %s %d units, one minute before it has %d", line.Code, line.Next.MinutesToGo, line.Next.Code, reached, before)
				}
			}
		}
	}
}

func withMinutes(f coding.Facts, at, minutes int) coding.Facts {
	if minutes < 0 {
		panic(fmt.Sprintf("%d minutes", minutes))
	}
	return f.WithMinutes(at, &minutes)
}
