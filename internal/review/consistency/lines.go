package consistency

import (
	"fmt"
	"slices"
	"strings"

	"github.com/chargenote/chargenote/coding"
)

// linesText writes the lines that may be billed: "97110 2 units, 97140".
func linesText(r coding.Result) string {
	var texts []string
	for _, line := range r.Suggestions {
		text := line.Code
		if line.Units > 1 {
			text += fmt.Sprintf(" %d units", line.Units)
		}
		texts = append(texts, text)
	}
	return strings.Join(texts, ", ")
}

func orNothing(text string) string {
	if text == "" {
		return "no code"
	}
	return text
}

// claimCodes are the codes of the suggested lines and, apart, those of open choices.
func (s *sides) claimCodes() (codes, open []string) {
	for _, line := range s.Claim.Suggestions {
		codes = append(codes, line.Code)
	}
	for _, choice := range s.Claim.Choices {
		for _, option := range choice.Options {
			for _, line := range option {
				open = append(open, line.Code)
			}
		}
	}
	return unique(codes), unique(open)
}

// unique keeps the first of each.
func unique(all []string) []string {
	seen := map[string]bool{}
	return slices.DeleteFunc(all, func(s string) bool {
		again := seen[s]
		seen[s] = true
		return again
	})
}

// without are the elements of a list that another lacks.
func without(list, other []string) []string {
	var rest []string
	for _, s := range list {
		if !slices.Contains(other, s) {
			rest = append(rest, s)
		}
	}
	return rest
}

func listed(all []string) string { return strings.Join(all, ", ") }
