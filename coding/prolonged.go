package coding

import (
	"fmt"

	"github.com/chargenote/chargenote/internal/effective"
)

// prolonged is time beyond a base code that has no second unit. It has no activity of its own: it
// follows from the minutes of the base code.
type prolonged struct{}

func (prolonged) faults(n *Numbers) []string {
	if len(n.Bases) == 0 {
		return []string{"prolonged needs bases, the codes it prolongs and the first minute for each"}
	}
	var problems []string
	for _, base := range n.Bases {
		if base.First < 1 || !codeForm.MatchString(base.Code) {
			problems = append(problems, fmt.Sprintf("the base %q needs a code and the first minute", base.Code))
		}
	}
	if n.Every < 1 && n.Most != 1 {
		problems = append(problems, "prolonged needs every, the minutes from one unit to the next, or most: 1")
	}
	return problems
}

func (prolonged) sentences(n *Numbers) []string {
	var said []string
	for _, base := range n.Bases {
		text := fmt.Sprintf("with %s from %d minutes in all", base.Code, base.First)
		if n.Most != 1 {
			text += fmt.Sprintf(", one more every %d minutes", n.Every)
		}
		said = append(said, text)
	}
	return said
}

// evaluate has nothing to do for a single service: see prolongBases.
func (prolonged) evaluate(*evaluation, *work, []*rule) {}

// fromBase is the numbers of the prolonged code as a ladder that starts at the minute of the base; nil
// for a code that it does not prolong.
func (n *Numbers) fromBase(code string) *Numbers {
	for i := range n.Bases {
		if n.Bases[i].Code == code {
			return n.Bases[i].steps
		}
	}
	return nil
}

// prolongBases adds the prolonged codes that the minutes of the base codes earn, or says that the
// code which once stood for them was ended without a successor.
func (e *evaluation) prolongBases() {
	for _, base := range e.standing() {
		if base.rule.Kind == kindAsGiven {
			e.prolongEM(base)
			continue
		}
		if base.minutes == nil {
			continue
		}
		last := base
		for _, r := range e.rules.kinds[kindProlonged] {
			last = e.prolong(r, base, last, base.minutes)
		}
	}
}

// prolong adds the units of one prolonged code after the last line of a base, and is the new last one.
func (e *evaluation) prolong(r *rule, base, last *line, minutes *int) *line {
	on := e.on(r)
	steps := on.numbers.fromBase(base.code)
	if steps == nil {
		return last
	}
	units := ladder{}.units(steps, *minutes)
	if units == 0 {
		if on.state == effective.InForce && last.next == nil {
			last.next = &Next{Code: r.Code, MinutesToGo: steps.First - *minutes}
		}
		return last
	}
	l := e.add(line{rule: r, numbers: on.numbers, code: r.Code, units: units, work: base.work, base: last, minutes: minutes})
	if on.state != effective.InForce {
		l.notInForce(*on)
		return last
	}
	l.say(r.ID, Met, ladder{}.why(steps, *minutes), base.work.sources, &on.numbers.Source)
	l.setMargin(ladder{}.from(steps, *minutes))
	last.next = nil
	if at := (ladder{}).next(steps, *minutes); at > 0 {
		l.next = &Next{Code: r.Code, MinutesToGo: at - *minutes}
	}
	return l
}

// noProlonged flags long psychotherapy where no prolonged code holds on the day.
func (e *evaluation) noProlonged() {
	long := e.today.long
	if e.today.prolonged || long == nil {
		return
	}
	for _, l := range e.lines {
		if l.fallen != nil || l.open || l.minutes == nil || *l.minutes < long.First || !long.concerns(l.code) {
			continue
		}
		l.flag("no-prolonged-code")
		e.flag("no-prolonged-code", l.code, fmt.Sprintf("%d min: %s is one unit however long, and no prolonged code holds on %s", *l.minutes, l.code, e.day))
	}
}
