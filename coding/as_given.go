package coding

import (
	"slices"

	"github.com/chargenote/chargenote/internal/effective"
)

// asGiven is a code that the clinician chooses, such as the level of an E/M: the rules say only
// whether it exists that day, never which level it is.
type asGiven struct{}

func (asGiven) faults(n *Numbers) []string { return noMinutes("as-given", n) }

func (asGiven) sentences(*Numbers) []string {
	return []string{"the code as the clinician gave it, one unit"}
}

func (asGiven) evaluate(e *evaluation, w *work, rules []*rule) {
	given := e.facts.EvaluationManagement
	if given == nil || given.Code == "" {
		e.ask("em-basis", "Which E/M code is it, chosen by medical decision making?", e.codesOfActivity(ActivityPsychotherapyWithEM, fixedRange{})...)
		return
	}
	if slices.ContainsFunc(e.lines, func(l *line) bool { return l.code == given.Code && l.work.performer == w.performer }) {
		return
	}
	for _, r := range rules {
		if !slices.Contains(r.codes(), given.Code) {
			continue
		}
		numbers, since, state := r.on(e.day)
		l := e.add(&line{rule: r, numbers: numbers, code: given.Code, units: 1, work: w})
		if state != effective.InForce {
			l.notInForce(since, state)
			return
		}
		l.because = append(l.because, Because{Rule: r.ID, Status: Met, Text: "E/M code as the clinician gave it",
			Sources: e.facts.Sources["evaluationManagement.code"], Reference: cite(numbers.Reference)})
		e.checkBasis(l)
		return
	}
	e.refuse(given.Code, NotMet, "not an E/M code that the rules know", "")
}

// checkBasis asks by what the level was chosen where psychotherapy was done too: its minutes must
// not count for the level.
func (e *evaluation) checkBasis(l *line) {
	if !e.hasActivity(ActivityPsychotherapyWithEM, l.work.performer) {
		return
	}
	rules := e.rules.byActivity[ActivityPsychotherapyWithEM]
	needed := slices.ContainsFunc(rules, func(r *rule) bool {
		numbers, _, state := r.on(e.day)
		return state == effective.InForce && numbers.Needs.DecidedByMDM
	})
	if !needed || e.facts.EvaluationManagement.Basis == BasisMDM {
		return
	}
	e.ask("em-basis", "Was the E/M level chosen by medical decision making, without the minutes of psychotherapy?", l.code)
	if e.facts.EvaluationManagement.Basis == BasisTime {
		l.fall(NotMet, "the level was chosen by time; beside psychotherapy it is chosen by medical decision making", "", cite(l.numbers.Reference))
	}
}
