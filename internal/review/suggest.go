package review

import (
	"fmt"
	"maps"
	"slices"

	"github.com/chargenote/chargenote/coding"
	"github.com/chargenote/chargenote/internal/visit"
)

// suggest asks the coding rules. Where sources of time disagree, only lines that every candidate
// supports are suggested; the others fall away with the question that would settle them.
func (s *Service) suggest(facts coding.Facts, session visit.Session, open []coding.Question) coding.Result {
	result := s.Codes.Suggest(facts)
	if candidates := candidateMinutes(session); len(candidates) > 1 && lacksMinutes(facts, openActivity(session)) {
		result = s.supportedByAll(facts, session, candidates, result)
	}
	for _, q := range open {
		if !slices.ContainsFunc(result.Questions, func(have coding.Question) bool { return have.ID == q.ID }) {
			result.Questions = append(result.Questions, q)
		}
	}
	return result
}

// candidateMinutes is every number of minutes that some source of time gives, smallest first.
func candidateMinutes(session visit.Session) []int {
	if session.Status != visit.SessionConflicting {
		return nil
	}
	var all []int
	for _, c := range session.Conflicts {
		all = append(all, c.Minutes...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// supportedByAll keeps of each candidate's suggestions those that all candidates share.
func (s *Service) supportedByAll(facts coding.Facts, session visit.Session, candidates []int, open coding.Result) coding.Result {
	var shared []coding.Suggestion
	fallen := open.NotSuggested
	activity := openActivity(session)
	facts = withSources(facts, activity, session)
	for i, minutes := range candidates {
		each := s.Codes.Suggest(withMinutes(facts, activity, minutes)).Suggestions
		if i == 0 {
			shared = each
			continue
		}
		for _, line := range slices.Concat(shared, each) {
			if holds(shared, line) && holds(each, line) {
				continue
			}
			if !slices.ContainsFunc(fallen, func(n coding.NotSuggested) bool { return n.Code == line.Code }) {
				fallen = append(fallen, coding.NotSuggested{Code: line.Code, Status: coding.Unknown,
					Text: fmt.Sprintf("the record gives %s, and not all of them support this line", inWords(candidates))})
			}
		}
		shared = slices.DeleteFunc(shared, func(line coding.Suggestion) bool { return !holds(each, line) })
	}
	open.Suggestions = orEmpty(shared)
	for i := range open.Suggestions {
		open.Suggestions[i].Minutes, open.Suggestions[i].Next = nil, nil
	}
	open.NotSuggested = fallen
	return open
}

// openActivity is the service that the candidates belong to; empty where the record does not say.
func openActivity(session visit.Session) string {
	for _, c := range session.Conflicts {
		if c.Activity != "" {
			return c.Activity
		}
	}
	return ""
}

// lacksMinutes reports whether the service whose own time is open still has none: a person may have
// said it.
func lacksMinutes(facts coding.Facts, activity string) bool {
	return slices.ContainsFunc(facts.Services, func(s coding.Service) bool {
		return minutesKnown(s) == nil && (activity == "" || s.Activity == activity)
	})
}

// withMinutes is facts with minutes for the service whose own time is open.
func withMinutes(facts coding.Facts, activity string, minutes int) coding.Facts {
	facts.Services = slices.Clone(facts.Services)
	for i := range facts.Services {
		if minutesKnown(facts.Services[i]) == nil && (activity == "" || facts.Services[i].Activity == activity) {
			facts.Services[i].Minutes = &minutes
		}
	}
	return facts
}

// withSources is facts whose open minutes rest on the sources that disagree about them.
func withSources(facts coding.Facts, activity string, session visit.Session) coding.Facts {
	var sources []string
	for _, c := range session.Conflicts {
		if len(c.Minutes) > 0 {
			sources = append(sources, c.Sources...)
		}
	}
	slices.Sort(sources)
	sources = slices.Compact(sources)
	all := maps.Clone(facts.Sources)
	if all == nil {
		all = map[string][]string{}
	}
	for i, service := range facts.Services {
		if service.Minutes == nil && (activity == "" || service.Activity == activity) {
			all[minutesPath(i)] = sources
		}
	}
	facts.Sources = all
	return facts
}

func holds(lines []coding.Suggestion, want coding.Suggestion) bool {
	return slices.ContainsFunc(lines, func(have coding.Suggestion) bool {
		return have.Code == want.Code && have.Units == want.Units && slices.Equal(have.Modifiers, want.Modifiers)
	})
}

// inWords writes candidate minutes as "45 or 53 minutes".
func inWords(minutes []int) string {
	text := ""
	for i, m := range minutes {
		switch {
		case i == 0:
		case i == len(minutes)-1:
			text += " or "
		default:
			text += ", "
		}
		text += fmt.Sprint(m)
	}
	return text + " minutes"
}
