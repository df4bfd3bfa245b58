package coding

import (
	"fmt"
	"slices"
)

// assistance is the part that an assistant had in a service.
type assistance struct {
	modifier           string
	rule               *assistantRule
	stride             int // minutes from one unit to the next
	therapist, minutes int // alone, and of the assistant
	said               string
	sources            []string
}

// assistantModifier marks the units that an assistant furnished: of a service that is counted in
// units of time each unit by itself, over a base code and its add-on, of any other the whole.
func (e *evaluation) assistantModifier(l *line, plan *therapyPlan) {
	rule := e.today.assistants
	assistant := l.work.assistantMinutes
	if rule == nil || plan.Assistant == "" || assistant == nil || *assistant == 0 || !slices.Contains(rule.Payers, e.facts.Payer.Kind) {
		return
	}
	if l.work.minutes == nil || *l.work.minutes < *assistant {
		e.ask("assistant-minutes", "How many minutes of the service did the assistant furnish, and how many in all?", plan.Assistant)
		return
	}
	part := &assistance{modifier: plan.Assistant, rule: rule, therapist: *l.work.minutes - *assistant, minutes: *assistant,
		said:    fmt.Sprintf("%s: an assistant furnished %d of %d min", plan.Assistant, *assistant, *l.work.minutes),
		sources: e.sourcesOf(l.work, "assistantMinutes")}
	switch {
	case l.rule.Kind != kindEightMinute && !l.numbers.TherapyTotal:
		if *assistant*100 > *l.work.minutes*rule.Percent {
			l.mark(part)
		}
	case l.base != nil && l.base.work == l.work: // marked with its base code
	case l.open:
		part.stride = l.numbers.stride()
		l.assistance = part
	default:
		part.stride = l.numbers.stride()
		e.markUnits(part, e.linesOf(l))
	}
}

// mark gives a line the assistant's modifier.
func (l *line) mark(part *assistance) {
	l.modifiers.assistant = part.modifier
	l.say("therapy-modifiers", Met, part.said, part.sources, &part.rule.Source)
}

// linesOf lists a line and the add-ons of the same service that follow it.
func (e *evaluation) linesOf(base *line) []*line {
	lines := []*line{base}
	for _, l := range e.lines {
		if l.work == base.work && l.base == base && l.fallen == nil && l.numbers.TherapyTotal {
			lines = append(lines, l)
		}
	}
	return lines
}

// markUnits marks so many units of a service, the last ones first; a line whose units differ becomes
// two.
func (e *evaluation) markUnits(part *assistance, lines []*line) {
	marked := part.units(lines)
	e.sorted = false // who furnished a line is part of their order
	for _, l := range slices.Backward(lines) {
		own := min(marked, l.units)
		marked -= own
		switch own {
		case 0:
		case l.units:
			l.mark(part)
		default:
			rest := e.add(*l)
			rest.units, rest.because, rest.flags, rest.next, rest.margin = own, slices.Clone(l.because), slices.Clone(l.flags), nil, nil
			rest.mark(part)
			l.units -= own
		}
	}
}

// byAssistant shares the lines of one option between therapist and assistant.
func byAssistant(lines []*line) []*line {
	if len(lines) == 0 || lines[0].assistance == nil {
		return lines
	}
	part := lines[0].assistance
	marked := part.units(lines)
	var shared []*line
	for _, l := range slices.Backward(lines) {
		own := min(marked, l.units)
		marked -= own
		if own > 0 {
			theirs := *l
			theirs.units, theirs.modifiers.assistant = own, part.modifier
			shared = append(shared, &theirs)
		}
		if l.units > own {
			l.units -= own
			shared = append(shared, l)
		}
	}
	slices.Reverse(shared)
	return shared
}

// units is how many units of the lines carry the assistant's modifier.
func (p *assistance) units(lines []*line) int {
	units := 0
	for _, l := range lines {
		units += l.units
	}
	return assistantUnits(p.rule, p.stride, units, p.therapist, p.minutes)
}

// assistantUnits is how many of the units carry the assistant's modifier: whole units first, each
// to the one who furnished it; then what is left by the minutes left.
func assistantUnits(rule *assistantRule, stride, units, therapist, assistant int) int {
	own := min(therapist/stride, units)
	marked := min(assistant/stride, units-own)
	therapist, assistant = therapist-own*stride, assistant-marked*stride
	switch left := units - own - marked; {
	case left <= 0:
		return marked
	case left == 1 && rule.TherapistAlone > 0 && therapist >= rule.TherapistAlone:
		return marked
	case left == 1:
		if assistant*100 > stride*rule.Percent {
			return marked + 1
		}
		return marked
	default:
		return marked + left/2
	}
}
