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
		on := e.on(r)
		l := e.add(line{rule: r, numbers: on.numbers, code: given.Code, units: 1, work: w})
		if on.state != effective.InForce {
			l.notInForce(*on)
			return
		}
		l.say(r.ID, Met, "E/M code as the clinician gave it", e.facts.Sources["evaluationManagement.code"], &on.numbers.Source)
		e.checkBasis(l)
		return
	}
	e.refuse(given.Code, NotMet, "not an E/M code that the rules know", nil)
}

// checkBasis asks by what the level was chosen where psychotherapy was done too: its minutes must
// not count for the level.
func (e *evaluation) checkBasis(l *line) {
	if !e.hasActivity(ActivityPsychotherapyWithEM, l.work.performer) {
		return
	}
	needed := slices.ContainsFunc(e.rules.ofActivity(ActivityPsychotherapyWithEM), func(r *rule) bool {
		on := e.on(r)
		return on.state == effective.InForce && on.numbers.Needs.DecidedByMDM
	})
	if !needed || e.facts.EvaluationManagement.Basis == BasisMDM {
		return
	}
	e.ask("em-basis", "Was the E/M level chosen by medical decision making, without the minutes of psychotherapy?", l.code)
	if e.facts.EvaluationManagement.Basis == BasisTime {
		l.fall(NotMet, "the level was chosen by time; beside psychotherapy it is chosen by medical decision making", "", &l.numbers.Source)
	}
}
