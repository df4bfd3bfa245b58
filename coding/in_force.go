package coding

import (
	"cmp"
	"slices"

	"github.com/chargenote/chargenote/internal/effective"
)

// The states of a rule on a day, as a person reads them.
const (
	StateInForce   = "in-force"
	StateNotYet    = "not-yet"
	StateWithdrawn = "withdrawn"
)

// A RuleInForce is one rule on one day, as a person who checks the rules reads it.
type RuleInForce struct {
	ID         string                `json:"id"`
	Codes      []string              `json:"codes"`
	Label      string                `json:"label"`
	Family     string                `json:"family"`
	Kind       string                `json:"kind"`
	State      string                `json:"state"`     // in-force, not-yet, withdrawn
	Since      effective.Date        `json:"since"`     // first day of the state; for not-yet, the first day in force
	Sentences  []string              `json:"sentences"` // the numbers in words
	Numbers    *Numbers              `json:"numbers,omitempty"`
	References []effective.Reference `json:"references"`
	Checked    effective.Date        `json:"checked"`
}

// InForce lists the rules in force on a day, by code. Where a code is named, it lists the rules of
// that code in whatever state they are; a code that no rule knows gives an empty list. Numbers of a
// rule that is not in force are those that come first, or those that were last.
func (r *Rules) InForce(on effective.Date, code string) []RuleInForce {
	listed := []RuleInForce{}
	for _, rule := range r.whole.rules {
		numbers, since, state := rule.on(on)
		if code == "" && state != effective.InForce || code != "" && !slices.Contains(rule.codes(), code) {
			continue
		}
		listed = append(listed, RuleInForce{
			ID: rule.ID, Codes: rule.codes(), Label: rule.Label, Family: rule.Family, Kind: rule.Kind,
			State: stateName(state), Since: since, Sentences: kinds[rule.Kind].sentences(numbers), Numbers: numbers,
			References: numbers.Source.Reference, Checked: rule.Checked,
		})
	}
	slices.SortStableFunc(listed, func(a, b RuleInForce) int { return cmp.Compare(a.Codes[0], b.Codes[0]) })
	return listed
}

func stateName(state effective.State) string {
	switch state {
	case effective.InForce:
		return StateInForce
	case effective.Withdrawn:
		return StateWithdrawn
	}
	return StateNotYet
}
