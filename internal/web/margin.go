package web

import (
	"fmt"
	"slices"

	"github.com/chargenote/chargenote/coding"
	"github.com/chargenote/chargenote/internal/review"
)

const widestMargin = 90 // minutes; further below, the next code down is no news

// lowerMargin says how far a line stands above the limit below it, and what it would be there. It
// asks the coding rules with so many minutes less and knows no threshold itself. It is silent
// where the minutes are not of one service alone.
func lowerMargin(rules *coding.Rules, facts coding.Facts, line coding.Suggestion, all []coding.Suggestion) string {
	at := soleTimedService(facts)
	if rules == nil || line.Minutes == nil || line.Margin == nil || at < 0 || *facts.Services[at].Minutes != *line.Minutes {
		return ""
	}
	less := *line.Margin + 1
	if less > min(*line.Minutes, widestMargin) {
		return ""
	}
	result := rules.Suggest(withLess(facts, at, less))
	return fmt.Sprintf("%d min above the line, under it %s", *line.Margin, insteadOf(line, all, result.Suggestions))
}

func soleTimedService(facts coding.Facts) int {
	found := -1
	for i, service := range facts.Services {
		if service.Minutes == nil {
			continue
		}
		if found >= 0 {
			return -1
		}
		found = i
	}
	return found
}

// withLess is facts with fewer minutes for one service; its clock times go, since they would
// contradict the minutes.
func withLess(facts coding.Facts, at, less int) coding.Facts {
	facts.Services = slices.Clone(facts.Services)
	fewer := *facts.Services[at].Minutes - less
	facts.Services[at].Minutes = &fewer
	facts.Services[at].Start, facts.Services[at].End = nil, nil
	return facts
}

// insteadOf is what stands in a line's place: fewer units of it, or a code that was not there before.
func insteadOf(line coding.Suggestion, before, after []coding.Suggestion) string {
	for _, s := range after {
		if s.Code == line.Code {
			return fmt.Sprintf("%s, %s", s.Code, units(s.Units))
		}
		if s.Minutes != nil && !slices.ContainsFunc(before, func(b coding.Suggestion) bool { return b.Code == s.Code }) {
			return s.Code
		}
	}
	return "no " + line.Code
}

// margins is lowerMargin for every suggestion of a review.
func (s *Server) margins(r *review.Review) map[string]string {
	lower := map[string]string{}
	for _, line := range r.Coding.Suggestions {
		if line.Next == nil && line.Minutes == nil {
			continue
		}
		lower[line.Code] = lowerMargin(s.options.Reviews.Codes, r.Facts, line, r.Coding.Suggestions)
	}
	return lower
}
