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
	State      string                `json:"state"`                // in-force, not-yet, withdrawn
	Since      effective.Date        `json:"since"`                // first day of the state; for not-yet, the first day in force
	Sentences  []string              `json:"sentences"`            // the numbers in words
	Conditions []string              `json:"conditions,omitempty"` // what it needs beside time and number, in words
	Numbers    *Numbers              `json:"numbers,omitempty"`
	References []effective.Reference `json:"references"`
	Checked    effective.Date        `json:"checked"`
	Layer      string                `json:"layer"` // the layer of rules that says so
}

// A Period is what a rule says from one day until another.
type Period struct {
	From       effective.Date        `json:"from"`
	Until      effective.Date        `json:"until,omitzero"` // the last day; zero where it holds still
	Sentences  []string              `json:"sentences"`
	Conditions []string              `json:"conditions,omitempty"`
	Numbers    *Numbers              `json:"numbers"`
	MostUnits  int                   `json:"mostUnits,omitempty"` // of one charge; 0 where the rule sets no end
	References []effective.Reference `json:"references"`
	Layer      string                `json:"layer"`
}

// InForce lists the rules in force on a day, by code. Where a code is named, it lists the rules of
// that code in whatever state they are; a code that no rule knows gives an empty list. Numbers of a
// rule that is not in force are those that come first, or those that were last.
func (r *Rules) InForce(on effective.Date, code string) []RuleInForce {
	listed := []RuleInForce{}
	for _, rule := range r.whole.rules {
		state := r.whole.on(on).rules[rule.index].state
		if code == "" && state != effective.InForce || code != "" && !slices.Contains(rule.codes(), code) {
			continue
		}
		listed = append(listed, r.whole.inForce(rule, on))
	}
	slices.SortStableFunc(listed, func(a, b RuleInForce) int { return cmp.Compare(a.Codes[0], b.Codes[0]) })
	return listed
}

// InFamily lists the rules of a family on a day, in whatever state they are, by code. A family that no
// rule belongs to gives an empty list.
func (r *Rules) InFamily(on effective.Date, family string) []RuleInForce {
	listed := []RuleInForce{}
	for _, rule := range r.whole.rules {
		if rule.Family == family {
			listed = append(listed, r.whole.inForce(rule, on))
		}
	}
	return listed
}

// Families lists the families of the rules, in order of name.
func (r *Rules) Families() []string {
	var all []string
	for _, rule := range r.whole.rules {
		all = append(all, rule.Family)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// inForce is one rule on a day.
func (v *view) inForce(rule *rule, day effective.Date) RuleInForce {
	on := v.on(day).rules[rule.index]
	return RuleInForce{
		ID: rule.ID, Codes: rule.codes(), Label: rule.Label, Family: rule.Family, Kind: rule.Kind,
		State: stateName(on.state), Since: on.since, Sentences: rule.logic.sentences(on.numbers), Conditions: on.numbers.Needs.sentences(),
		Numbers: on.numbers, References: on.numbers.Source.Reference, Checked: rule.Checked, Layer: on.numbers.Source.layer,
	}
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

// Periods lists what the rule of a code says over the years, earliest first. Periods do not overlap; a
// code that was ended and began again has a gap between them. A code that no rule knows has none.
func (r *Rules) Periods(code string) []Period {
	rule := r.whole.byCode[code]
	if rule == nil {
		return nil
	}
	var all []Period
	for first, numbers := range rule.Effective.All {
		if last := len(all) - 1; last >= 0 && all[last].Until.IsZero() {
			all[last].Until = first.AddDays(-1)
		}
		if numbers == nil {
			continue
		}
		numbers = r.whole.on(first).rules[rule.index].numbers
		all = append(all, Period{From: first, Sentences: rule.logic.sentences(numbers), Conditions: numbers.Needs.sentences(),
			Numbers: numbers, MostUnits: mostUnits(rule.logic, numbers), References: numbers.Source.Reference, Layer: numbers.Source.layer})
	}
	return all
}

// ForPayer is the rules as they hold for one payer: the layers that name neither its kind nor its name
// are left out.
func (r *Rules) ForPayer(payer Payer) *Rules {
	var layers []*layer
	for _, l := range r.layers {
		if l.concerns(payer) {
			layers = append(layers, l)
		}
	}
	if len(layers) == len(r.layers) {
		return r
	}
	return stack(layers)
}
