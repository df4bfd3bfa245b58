package coding

import (
	"slices"

	"github.com/chargenote/chargenote/internal/effective"
)

// Definition names what the rules say of one code, for a catalogue of charges: the id of its rule,
// and where the rule is written for a list of codes, the id, a hyphen and the code. The name stays
// the same from version to version, whatever other codes join the list. A code that no rule knows
// has none.
func (r *Rules) Definition(code string) (name string, ok bool) {
	rule, known := r.whole.byCode[code]
	switch {
	case !known:
		return "", false
	case rule.Code == "":
		return rule.ID + "-" + code, true
	}
	return rule.ID, true
}

// Every lists all rules on a day, in whatever state they are, by code.
func (r *Rules) Every(on effective.Date) []RuleInForce {
	var all []RuleInForce
	for _, rule := range r.whole.rules {
		all = append(all, r.whole.inForce(rule, on))
	}
	return all
}

// Payers lists the kinds and names of payers for whom some layer of the rules holds alone, in order.
func (r *Rules) Payers() []string {
	var all []string
	for _, l := range r.layers {
		all = append(all, l.tables.pack.Payers...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// mostUnits is how many units one charge of a rule can have; 0 where the rule itself sets no end. A
// limit of CMS is no matter of the rule.
func mostUnits(logic kind, n *Numbers) int {
	switch logic.(type) {
	case fixedRange, untimed, asGiven:
		return 1
	case ladder, blocks, prolonged, fullTime:
		return n.Most
	}
	return 0
}
