package coding

import (
	"fmt"

	"github.com/chargenote/chargenote/internal/effective"
)

// blocks is time that is counted in blocks as soon as the block begins, without a midpoint; minutes
// of the day are summed and need not be continuous. Below the first block another code may stand.
type blocks struct{ ladder }

func (b blocks) sentences(n *Numbers) []string {
	said := b.ladder.sentences(n)
	if n.Below != nil {
		said = append(said, fmt.Sprintf("below %d minutes %s, or %s beside an E/M, where their own minutes are met", n.First, n.Below.Alone, n.Below.WithEM))
	}
	return said
}

func (blocks) evaluate(e *evaluation, w *work, rules []*rule) {
	if w.minutes != nil && e.reportBelow(w, rules) {
		return
	}
	evaluateTimed(e, w, rules)
}

// reportBelow reports the code that stands for minutes under the first block.
func (e *evaluation) reportBelow(w *work, rules []*rule) bool {
	first := rules[0]
	numbers, _, state := first.on(e.day)
	logic := first.logic.(clock)
	if state != effective.InForce || numbers.Below == nil || logic.units(numbers, *w.minutes) > 0 {
		return false
	}
	code := numbers.Below.Alone
	if e.hasActivity(ActivityEvaluationManagement, w.performer) || e.hasActivity(ActivityPsychotherapyWithEM, w.performer) {
		code = numbers.Below.WithEM
	}
	l := e.timedLine(w, e.rules.byCode[code])
	if l == nil {
		return false
	}
	l.next = &Next{Code: first.Code, MinutesToGo: numbers.First - *w.minutes}
	text := logic.why(numbers, *w.minutes)
	e.refuse(first.Code, NotMet, text, &numbers.Source)
	e.flag("below-threshold", first.Code, text)
	return true
}
