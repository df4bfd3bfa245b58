package coding

import (
	"fmt"
	"slices"
	"strings"

	"github.com/chargenote/chargenote/internal/effective"
)

// addOn is a code without time of its own that follows a primary code where a named factor
// complicated the communication: one unit for each primary that permits it.
type addOn struct{}

func (addOn) faults(n *Numbers) []string {
	problems := noMinutes("add-on", n)
	if len(n.Primaries) == 0 {
		problems = append(problems, "add-on needs primaries, the codes it may follow")
	}
	if len(n.Factors) == 0 {
		problems = append(problems, "add-on needs factors, what complicates the communication")
	}
	return problems
}

func (addOn) sentences(n *Numbers) []string {
	said := []string{
		"one unit for each primary code: " + strings.Join(n.Primaries, ", "),
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
	for _, r := range e.rules.ofKind("add-on") {
		numbers, since, state := r.on(e.day)
		reference := cite(numbers.Reference)
		switch {
		case slices.Contains(numbers.RefusedFactors, said.Factor):
			e.refuse(r.Code, NotMet, spoken(said.Factor)+" alone is no factor of interactive complexity", reference)
		case said.Factor == "":
			e.refuse(r.Code, Unknown, "the factor that complicated the communication is not named", reference)
			e.ask("complexity-factor", "Which factor complicated the communication?", r.Code)
		case !slices.Contains(numbers.Factors, said.Factor):
			e.refuse(r.Code, NotMet, spoken(said.Factor)+" is no factor of interactive complexity", reference)
		default:
			e.followPrimaries(r, numbers, since, state)
		}
	}
}

// followPrimaries adds the add-on after each primary code that permits it.
func (e *evaluation) followPrimaries(r *rule, numbers *Numbers, since effective.Date, state effective.State) {
	found := false
	for _, primary := range e.standing() {
		if !slices.Contains(numbers.Primaries, primary.code) {
			continue
		}
		found = true
		l := e.add(&line{rule: r, numbers: numbers, code: r.Code, units: 1, work: primary.work, base: primary})
		if state != effective.InForce {
			l.notInForce(since, state)
			continue
		}
		l.because = append(l.because, Because{Rule: r.ID, Status: Met,
			Text:    fmt.Sprintf("%s, with %s", spoken(e.facts.InteractiveComplexity.Factor), primary.code),
			Sources: e.facts.Sources["interactiveComplexity.factor"], Reference: cite(numbers.Reference)})
	}
	if !found {
		e.refuse(r.Code, NotMet, "no code of this visit permits it; it follows "+strings.Join(numbers.Primaries, ", "), cite(numbers.Reference))
	}
}
