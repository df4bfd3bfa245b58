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
		return
	}
	if other := e.rules.byCode[given.Code]; other != nil && e.on(other).state == effective.Withdrawn {
		l := e.add(line{rule: other, numbers: e.on(other).numbers, code: given.Code, work: w})
		l.notInForce(*e.on(other))
		return
	}
	e.refuse(given.Code, NotMet, "not an E/M code that the rules know", nil)
}

// checkBasis asks by what the level of an E/M was chosen where psychotherapy is added to it: its minutes
// must not count for the level. Psychotherapy that earns nothing leaves the level alone.
func (e *evaluation) checkBasis() {
	given := e.facts.EvaluationManagement
	if given == nil || given.Basis == BasisMDM {
		return
	}
	for _, l := range e.lines {
		if l.rule.Kind != kindAsGiven || l.fallen != nil || !e.hasPsychotherapy(l) {
			continue
		}
		e.ask("em-basis", "Was the E/M level chosen by medical decision making, without the minutes of psychotherapy?", l.code)
		if given.Basis == BasisTime {
			l.fall(NotMet, "the level was chosen by time; beside psychotherapy it is chosen by medical decision making", "", &l.numbers.Source)
		}
	}
}

// hasPsychotherapy reports whether psychotherapy is added to an E/M, or would be if its minutes were
// known.
func (e *evaluation) hasPsychotherapy(em *line) bool {
	for _, l := range e.lines {
		if l.base == em && l.numbers.Needs.DecidedByMDM && l.fallen == nil {
			return true
		}
	}
	for _, w := range e.works {
		if w.activity == ActivityPsychotherapyWithEM && w.performer == em.work.performer && w.minutes == nil {
			return true
		}
	}
	return false
}
