package coding

import (
	"slices"
	"strings"

	"github.com/chargenote/chargenote/internal/effective"
)

// addOn is a code without time of its own that follows a primary code where a named factor
// complicated the communication: one unit for each primary that permits it.
type addOn struct{}

func (addOn) faults(n *Numbers) []string {
	problems := noMinutes("add-on", n)
	if len(n.Factors) == 0 {
		problems = append(problems, "add-on needs factors, what complicates the communication")
	}
	return problems
}

func (addOn) sentences(n *Numbers) []string {
	said := []string{
		"one unit for each primary code",
		"needs a named factor: " + strings.Join(n.Factors, ", "),
	}
	if len(n.RefusedFactors) > 0 {
		said = append(said, "not for "+strings.Join(n.RefusedFactors, ", ")+" alone")
	}
	return said
}

// evaluate has nothing to do for a single service: the factor is a fact of the whole visit.
func (addOn) evaluate(*evaluation, *work, []*rule) {}

// interactiveComplexity answers the add-on rules for the visit, once the primary codes are known.
func (e *evaluation) interactiveComplexity() {
	said := e.facts.InteractiveComplexity
	if said == nil || (said.Present != nil && !*said.Present) || (said.Present == nil && said.Factor == "") {
		return
	}
	for _, r := range e.rules.kinds[kindAddOn] {
		on := e.on(r)
		reference := &on.numbers.Source
		switch {
		case slices.Contains(on.numbers.RefusedFactors, said.Factor):
			e.refuse(r.Code, NotMet, strings.TrimSuffix(spoken(said.Factor), " only")+" alone is no factor of interactive complexity", reference)
		case said.Factor == "":
			e.refuse(r.Code, Unknown, "the factor that complicated the communication is not named", reference)
			e.ask("complexity-factor", "Which factor complicated the communication?", r.Code)
		case !slices.Contains(on.numbers.Factors, said.Factor):
			e.refuse(r.Code, NotMet, spoken(said.Factor)+" is no factor of interactive complexity", reference)
		default:
			e.followPrimaries(r, on)
		}
	}
}

// followPrimaries adds the add-on after each primary code that permits it.
func (e *evaluation) followPrimaries(r *rule, on *standing) {
	found := false
	for _, primary := range e.standing() {
		if !slices.Contains(on.numbers.Primaries, primary.code) {
			continue
		}
		found = true
		l := e.add(line{rule: r, numbers: on.numbers, code: r.Code, units: 1, work: primary.work, base: primary})
		if on.state != effective.InForce {
			l.notInForce(*on)
			continue
		}
		l.say(r.ID, Met, spoken(e.facts.InteractiveComplexity.Factor)+", with "+primary.code,
			e.facts.Sources["interactiveComplexity.factor"], &on.numbers.Source)
	}
	if !found {
		e.refuse(r.Code, NotMet, "no code of this visit permits it; it follows "+strings.Join(on.numbers.Primaries, ", "), &on.numbers.Source)
	}
}
