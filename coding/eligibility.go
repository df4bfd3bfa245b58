package coding

import (
	"fmt"
	"slices"
	"strings"

	"github.com/chargenote/chargenote/internal/effective"
)

// eligibilityTable says which disciplines may bill which codes, and whom that binds.
type eligibilityTable struct {
	Head   head               `yaml:",inline"`
	Groups []eligibilityGroup `yaml:"groups"`
}

// An eligibilityGroup is codes with one answer.
type eligibilityGroup struct {
	Name        string                          `yaml:"name"`
	Codes       []string                        `yaml:"codes"`
	FurnishedBy []string                        `yaml:"furnishedBy"` // who does such work at all, billed or not
	Effective   effective.Values[eligibleToday] `yaml:"effective"`
}

type eligibleToday struct {
	Disciplines []string              `yaml:"disciplines"`
	Binds       []string              `yaml:"binds"` // payer kinds that refuse others; for the rest it is a flag
	Reference   []effective.Reference `yaml:"reference"`
}

// eligibility takes out the lines that the clinician may not bill to the payer.
func (e *evaluation) eligibility() {
	e.baseFirst(func(l *line) {
		for _, group := range e.rules.tables.eligibility.Groups {
			if slices.Contains(group.Codes, l.code) {
				e.checkEligibility(l, group)
			}
		}
	})
}

// checkEligibility answers one group for one line. An unknown discipline is no bar where all who
// do such work may bill it.
func (e *evaluation) checkEligibility(l *line, group eligibilityGroup) {
	today, _, state := group.Effective.On(e.day)
	if state != effective.InForce {
		return
	}
	binds := slices.Contains(today.Binds, e.facts.Payer.Kind)
	reference := cite(today.Reference)
	discipline := l.work.discipline
	if provider := e.disciplineOf(""); slices.Contains(today.Disciplines, provider) {
		discipline = provider // who performed it worked with a clinician who may bill it
	}
	switch {
	case discipline == "" && binds && !containsAll(today.Disciplines, group.FurnishedBy):
		l.fall(Unknown, fmt.Sprintf("whether the clinician may bill %s is not known", group.Name), "", reference)
		e.ask("discipline", "What is the discipline of the clinician?", l.code)
	case discipline == "" || slices.Contains(today.Disciplines, discipline):
		return
	case binds:
		l.fall(NotMet, notEligible(discipline, group.Name, e.facts.Payer.Kind), "provider-not-eligible", reference)
	default:
		text := notEligible(discipline, group.Name, strings.Join(today.Binds, " and "))
		l.flag("provider-not-eligible")
		l.because = append(l.because, Because{Rule: "eligibility", Status: NotMet, Text: text, Sources: e.facts.Sources["provider.discipline"], Reference: reference})
		e.flag("provider-not-eligible", l.code, text)
	}
}

func notEligible(discipline, what, payers string) string {
	return fmt.Sprintf("%s does not bill %s to %s on this day", discipline, what, payers)
}

// containsAll reports whether every word of some is in all.
func containsAll(all, some []string) bool {
	for _, word := range some {
		if !slices.Contains(all, word) {
			return false
		}
	}
	return true
}
