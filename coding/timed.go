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
	// from is the first minute that earns as many units as the minutes do; 0 where they earn none.
	from(n *Numbers, minutes int) int
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
	on := e.on(r)
	logic := r.logic.(clock)
	units := logic.units(on.numbers, *w.minutes)
	if units == 0 {
		return nil
	}
	l := e.add(line{rule: r, numbers: on.numbers, code: r.Code, units: units, work: w, minutes: w.minutes})
	if on.state != effective.InForce {
		l.notInForce(*on)
		return l
	}
	l.say(r.ID, Met, logic.why(on.numbers, *w.minutes), w.sources, &on.numbers.Source)
	l.setMargin(logic.from(on.numbers, *w.minutes))
	return l
}

// setMargin notes how far the minutes are above the first one that earns what the line has.
func (l *line) setMargin(from int) {
	margin := *l.minutes - from
	l.margin = &margin
}

// nextOf is the next threshold above the minutes among rules in force.
func (e *evaluation) nextOf(w *work, rules []*rule) *Next {
	var next *Next
	for _, r := range rules {
		on := e.on(r)
		if on.state != effective.InForce {
			continue
		}
		at := r.logic.(clock).next(on.numbers, *w.minutes)
		if at > 0 && (next == nil || at-*w.minutes < next.MinutesToGo) {
			next = &Next{Code: r.Code, MinutesToGo: at - *w.minutes}
		}
	}
	return next
}

// addSiblings says on a line why the other codes of the service do not stand.
func (e *evaluation) addSiblings(l *line, w *work, rules []*rule) {
	for _, r := range rules {
		on := e.on(r)
		logic := r.logic.(clock)
		if on.state != effective.InForce || logic.units(on.numbers, *w.minutes) > 0 {
			continue
		}
		l.say(r.ID, NotMet, logic.why(on.numbers, *w.minutes), w.sources, &on.numbers.Source)
	}
}

// belowThreshold says that known minutes earn nothing, with the lowest code of the service.
func (e *evaluation) belowThreshold(w *work, rules []*rule) {
	for _, r := range rules {
		on := e.on(r)
		if on.state != effective.InForce {
			continue
		}
		text := r.logic.(clock).why(on.numbers, *w.minutes)
		e.refuse(r.Code, NotMet, text, &on.numbers.Source)
		e.flag("below-threshold", r.Code, text)
		return
	}
}

// askMinutes asks for the time of a service and says which codes wait for it.
func (e *evaluation) askMinutes(w *work, rules []*rule) {
	var waiting []string
	for _, r := range rules {
		on := e.on(r)
		if on.state != effective.InForce {
			continue
		}
		waiting = append(waiting, r.Code)
		e.refuse(r.Code, Unknown, "the minutes are not known", &on.numbers.Source)
	}
	if len(waiting) == 0 {
		e.refuseEnded(rules)
		return
	}
	e.ask(minutesQuestion+w.activity, fmt.Sprintf("How many minutes of %s were there?", spoken(w.activity)), waiting...)
}

// refuseEnded says of a service without minutes that none of its codes holds on the day.
func (e *evaluation) refuseEnded(rules []*rule) {
	for _, r := range rules {
		on := e.on(r)
		ended := line{rule: r, numbers: on.numbers}
		ended.notInForce(*on)
		e.refuse(r.Code, NotEffective, ended.fallen.text, &on.numbers.Source)
	}
}
