package coding

import (
	"fmt"

	"github.com/chargenote/chargenote/internal/effective"
)

// A clock is a kind that turns minutes into units.
type clock interface {
	kind
	// units is how many units the minutes earn; 0 is none.
	units(n *Numbers, minutes int) int
	// next is the first minute that earns more than the minutes do; 0 where there is none.
	next(n *Numbers, minutes int) int
	// why says in one plain sentence how the minutes stand to the numbers.
	why(n *Numbers, minutes int) string
}

// evaluateTimed answers the rules of one activity whose codes share the minutes of one service: a
// ladder of ranges, or a base code with its add-on.
func evaluateTimed(e *evaluation, w *work, rules []*rule) {
	if w.minutes == nil {
		e.askMinutes(w, rules)
		return
	}
	var last *line
	earned := 0
	for _, r := range rules {
		l := e.timedLine(w, r)
		if l == nil {
			continue
		}
		earned++
		if l.fallen == nil {
			last = l
		}
	}
	if earned == 0 {
		e.belowThreshold(w, rules)
		return
	}
	if last != nil {
		last.next = e.nextOf(w, rules)
		e.addSiblings(last, w, rules)
	}
}

// timedLine adds the line that a rule earns with the minutes, or nothing.
func (e *evaluation) timedLine(w *work, r *rule) *line {
	numbers, since, state := r.on(e.day)
	logic := kinds[r.Kind].(clock)
	units := logic.units(numbers, *w.minutes)
	if units == 0 {
		return nil
	}
	l := e.add(&line{rule: r, numbers: numbers, code: r.Code, units: units, work: w, minutes: w.minutes})
	if state != effective.InForce {
		l.notInForce(since, state)
		return l
	}
	l.because = append(l.because, Because{Rule: r.ID, Status: Met, Text: logic.why(numbers, *w.minutes),
		Sources: w.sources, Reference: cite(numbers.Reference)})
	return l
}

// nextOf is the next threshold above the minutes among rules in force.
func (e *evaluation) nextOf(w *work, rules []*rule) *Next {
	var next *Next
	for _, r := range rules {
		numbers, _, state := r.on(e.day)
		if state != effective.InForce {
			continue
		}
		at := kinds[r.Kind].(clock).next(numbers, *w.minutes)
		if at > 0 && (next == nil || at-*w.minutes < next.MinutesToGo) {
			next = &Next{Code: r.Code, MinutesToGo: at - *w.minutes}
		}
	}
	return next
}

// addSiblings says on a line why the other codes of the service do not stand.
func (e *evaluation) addSiblings(l *line, w *work, rules []*rule) {
	for _, r := range rules {
		numbers, _, state := r.on(e.day)
		logic := kinds[r.Kind].(clock)
		if state != effective.InForce || logic.units(numbers, *w.minutes) > 0 {
			continue
		}
		l.because = append(l.because, Because{Rule: r.ID, Status: NotMet, Text: logic.why(numbers, *w.minutes),
			Sources: w.sources, Reference: cite(numbers.Reference)})
	}
}

// belowThreshold says that known minutes earn nothing, with the lowest code of the service.
func (e *evaluation) belowThreshold(w *work, rules []*rule) {
	for _, r := range rules {
		numbers, _, state := r.on(e.day)
		if state != effective.InForce {
			continue
		}
		text := kinds[r.Kind].(clock).why(numbers, *w.minutes)
		e.refuse(r.Code, NotMet, text, cite(numbers.Reference))
		e.flag("below-threshold", r.Code, text)
		return
	}
}

// askMinutes asks for the time of a service and says which codes wait for it.
func (e *evaluation) askMinutes(w *work, rules []*rule) {
	var waiting []string
	for _, r := range rules {
		numbers, _, state := r.on(e.day)
		if state != effective.InForce {
			continue
		}
		waiting = append(waiting, r.Code)
		e.refuse(r.Code, Unknown, "the minutes are not known", cite(numbers.Reference))
	}
	e.ask("minutes:"+w.activity, fmt.Sprintf("How many minutes of %s were there?", spoken(w.activity)), waiting...)
}
