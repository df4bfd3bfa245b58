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

// fromBase is the numbers of the prolonged code as a ladder that starts at the minute of the base.
func (n *Numbers) fromBase(code string) (*Numbers, bool) {
	for _, base := range n.Bases {
		if base.Code == code {
			return &Numbers{First: base.First, Every: n.Every, Most: n.Most, Reference: n.Reference}, true
		}
	}
	return nil, false
}

// prolongBases adds the prolonged codes that the minutes of the base codes earn, or says that the
// code which once stood for them was ended without a successor.
func (e *evaluation) prolongBases() {
	for _, base := range e.standing() {
		if base.minutes == nil {
			continue
		}
		last := base
		for _, r := range e.rules.ofKind("prolonged") {
			numbers, since, state := r.on(e.day)
			steps, prolongs := numbers.fromBase(base.code)
			if !prolongs {
				continue
			}
			units := ladder{}.units(steps, *base.minutes)
			if units == 0 {
				if state == effective.InForce && last.next == nil {
					last.next = &Next{Code: r.Code, MinutesToGo: steps.First - *base.minutes}
				}
				continue
			}
			l := e.add(&line{rule: r, numbers: numbers, code: r.Code, units: units, work: base.work, base: last, minutes: base.minutes})
			if state != effective.InForce {
				l.notInForce(since, state)
				continue
			}
			l.because = append(l.because, Because{Rule: r.ID, Status: Met, Text: ladder{}.why(steps, *base.minutes),
				Sources: base.work.sources, Reference: cite(numbers.Reference)})
			last.next, last = nil, l
			if at := (ladder{}).next(steps, *base.minutes); at > 0 {
				l.next = &Next{Code: r.Code, MinutesToGo: at - *base.minutes}
			}
		}
	}
}

// noProlonged flags long psychotherapy where no prolonged code holds on the day.
func (e *evaluation) noProlonged() {
	for _, r := range e.rules.ofKind("prolonged") {
		if _, _, state := r.on(e.day); state == effective.InForce {
			return
		}
	}
	for _, l := range e.standing() {
		value, _, state := e.rules.tables.longPsychotherapy.Effective.On(e.day)
		if state != effective.InForce || l.minutes == nil || *l.minutes < value.First || !value.concerns(l.code) {
			continue
		}
		l.flag("no-prolonged-code")
		e.flag("no-prolonged-code", l.code, fmt.Sprintf("%d min: %s is one unit however long, and no prolonged code holds on %s", *l.minutes, l.code, e.day))
	}
}
