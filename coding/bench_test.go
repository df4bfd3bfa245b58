package coding_test

import (
	"slices"
	"testing"
	"time"

	"github.com/chargenote/chargenote/coding"
	"github.com/chargenote/chargenote/internal/effective"
)

// typicalVisits are what a clinic sees most: one service, an E/M with therapy, testing, timed therapy.
func typicalVisits() map[string]coding.Facts {
	day := effective.MustParseDate("2025-03-10")
	service := func(activity string, minutes int) coding.Service {
		return coding.Service{Activity: activity, Minutes: &minutes}
	}
	start := time.Date(2025, 3, 10, 14, 0, 0, 0, time.UTC)
	end := start.Add(47 * time.Minute)
	return map[string]coding.Facts{
		"psychotherapy": {DateOfService: day, Payer: coding.Payer{Kind: "commercial"}, Provider: coding.Provider{Discipline: "LCSW"},
			Services: []coding.Service{{Activity: "psychotherapy", Start: &start, End: &end}}},
		"psychotherapy by video": {DateOfService: day, Payer: coding.Payer{Kind: "medicare"}, Provider: coding.Provider{Discipline: "psychologist"},
			Visit:    coding.Circumstances{Telehealth: ptr(true), Modality: "audio-video", PatientLocation: "home"},
			Services: []coding.Service{service("psychotherapy", 47)}},
		"E/M with psychotherapy": {DateOfService: day, Payer: coding.Payer{Kind: "medicare"}, Provider: coding.Provider{Discipline: "psychiatrist"},
			EvaluationManagement:  &coding.EvaluationManagement{Code: "99214", Basis: "mdm"},
			InteractiveComplexity: &coding.InteractiveComplexity{Present: ptr(true), Factor: "play-equipment"},
			Services:              []coding.Service{service("evaluation-management", 20), service("psychotherapy", 40)}},
		"testing": {DateOfService: day, Payer: coding.Payer{Kind: "medicare"}, Provider: coding.Provider{Discipline: "psychologist"},
			Testing:  &coding.Testing{StandardizedTestsInterpreted: ptr(3), IntegratedReport: ptr(true), SelfAdministered: new(bool)},
			Services: []coding.Service{service("psych-testing-evaluation", 100)}},
		"timed therapy": {DateOfService: day, Payer: coding.Payer{Kind: "medicare"}, Provider: coding.Provider{Discipline: "PT"},
			Services: []coding.Service{service("therapeutic-exercise", 18), service("manual-therapy", 13), service("gait", 10), service("ultrasound", 8),
				{Activity: "pt-evaluation-low"}}},
	}
}

// BenchmarkSuggest is the answer to each typical visit, and to all of them in turn.
func BenchmarkSuggest(b *testing.B) {
	rules := builtin(b)
	visits := typicalVisits()
	for _, name := range effective.SortedKeys(visits) {
		facts := visits[name]
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				rules.Suggest(facts)
			}
		})
	}
	all := facts(visits)
	b.Run("average of all", func(b *testing.B) {
		b.ReportAllocs()
		i := 0
		for b.Loop() {
			rules.Suggest(all[i%len(all)])
			i++
		}
	})
}

func facts(visits map[string]coding.Facts) []coding.Facts {
	var all []coding.Facts
	for _, name := range effective.SortedKeys(visits) {
		all = append(all, visits[name])
	}
	return all
}

// mostGarbage is how many allocations of an answer, on average, may be of what it does not return.
const mostGarbage = 10

// BenchmarkGarbage is how many allocations of an answer are of what it does not return, on average over
// the typical visits. What it returns is copied piece by piece, to count the allocations that this
// takes; all others are garbage. It is no test, because the race detector empties the pool of rooms.
func BenchmarkGarbage(b *testing.B) {
	rules := builtin(b)
	total, visits := 0.0, typicalVisits()
	for _, facts := range facts(visits) {
		rules.Suggest(facts) // the room of an evaluation is made once
		made := testing.AllocsPerRun(200, func() { rules.Suggest(facts) })
		result := rules.Suggest(facts)
		returned := testing.AllocsPerRun(200, func() { kept = copied(result) })
		total += made - returned
	}
	average := total / float64(len(visits))
	b.ReportMetric(average, "garbage-allocs/op")
	if average > mostGarbage {
		b.Errorf("an answer leaves %.1f allocations of garbage on average, at most %d", average, mostGarbage)
	}
}

// kept keeps the compiler from leaving a copy out.
var kept coding.Result

// copied is a result made anew, every list and every text that is not a constant of the rules.
func copied(r coding.Result) coding.Result {
	r.Minutes = slices.Clone(r.Minutes)
	r.Suggestions = slices.Clone(r.Suggestions)
	for i := range r.Suggestions {
		s := &r.Suggestions[i]
		s.Modifiers, s.Flags = slices.Clone(s.Modifiers), slices.Clone(s.Flags)
		s.Because = slices.Clone(s.Because)
		for j := range s.Because {
			s.Because[j].Text = string([]byte(s.Because[j].Text))
			s.Because[j].Sources = slices.Clone(s.Because[j].Sources)
		}
		for _, number := range []**int{&s.Minutes, &s.Margin} {
			if *number != nil {
				*number = ptr(**number)
			}
		}
		if s.Next != nil {
			s.Next = ptr(*s.Next)
		}
	}
	r.NotSuggested = slices.Clone(r.NotSuggested)
	for i := range r.NotSuggested {
		r.NotSuggested[i].Text = string([]byte(r.NotSuggested[i].Text))
	}
	r.Flags = slices.Clone(r.Flags)
	for i := range r.Flags {
		r.Flags[i].Text = string([]byte(r.Flags[i].Text))
	}
	r.Questions = slices.Clone(r.Questions)
	for i := range r.Questions {
		r.Questions[i].Unlocks = slices.Clone(r.Questions[i].Unlocks)
	}
	return r
}
