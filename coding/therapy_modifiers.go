package coding

import (
	"fmt"
	"slices"

	"github.com/chargenote/chargenote/internal/effective"
)

// modifiers are what a line carries, in the order in which they are written.
type modifiers struct {
	therapy    string // GN, GO, GP
	assistant  string // CQ, CO
	exception  string // KX
	separate   bool   // 25
	distinct   string // 59
	telehealth string // 95, 93, FQ, GT
}

// modifierList writes the modifiers in their fixed order; it is never nil.
func (l *line) modifierList() []string {
	separate := ""
	if l.modifiers.separate {
		separate = "25"
	}
	m := l.modifiers
	list := []string{}
	for _, modifier := range []string{m.therapy, m.assistant, m.exception, separate, m.distinct, m.telehealth} {
		if modifier != "" {
			list = append(list, modifier)
		}
	}
	return list
}

// therapyModifiersTable says which modifiers follow from a therapy plan of care.
type therapyModifiersTable struct {
	Head       head                            `yaml:",inline"`
	Plans      []therapyPlan                   `yaml:"plans"`
	Assistants effective.Values[assistantRule] `yaml:"assistants"`
	Thresholds effective.Values[yearThreshold] `yaml:"thresholds"`
	Reference  []effective.Reference           `yaml:"reference"`
}

// A therapyPlan is the modifiers of one discipline.
type therapyPlan struct {
	Discipline string `yaml:"discipline"`
	Modifier   string `yaml:"modifier"`
	Assistant  string `yaml:"assistant,omitempty"`
	Amount     string `yaml:"amount"` // which amount of the year: ptSlp or ot
}

// assistantRule says when the part of an assistant shows on the line.
type assistantRule struct {
	Payers         []string              `yaml:"payers"`
	Percent        int                   `yaml:"percent"`                  // of a unit, or of an untimed service; more than this shows
	TherapistAlone int                   `yaml:"therapistAlone,omitempty"` // minutes of the last unit by the therapist after which it does not show
	Reference      []effective.Reference `yaml:"reference"`
}

// yearThreshold is the amount of a calendar year above which the exception modifier is used, in
// whole US dollars. It is compared and never shown.
type yearThreshold struct {
	Payers    []string              `yaml:"payers"`
	Amount    int                   `yaml:"amount"`
	Modifier  string                `yaml:"modifier"`
	Reference []effective.Reference `yaml:"reference"`
}

// therapyModifiers gives the codes of therapy the modifiers of the discipline.
func (e *evaluation) therapyModifiers() {
	table := &e.rules.tables.therapyModifiers
	for _, l := range e.inPlay() {
		if !l.rule.Therapy {
			continue
		}
		if l.work.discipline == "" {
			e.ask("discipline", "What is the discipline of the clinician?", e.therapyModifierNames()...)
			continue
		}
		i := slices.IndexFunc(table.Plans, func(p therapyPlan) bool { return p.Discipline == l.work.discipline })
		if i < 0 {
			continue
		}
		plan := table.Plans[i]
		l.modifiers.therapy = plan.Modifier
		l.because = append(l.because, Because{Rule: table.Head.ID, Status: Met,
			Text:    fmt.Sprintf("%s for a plan of care of %s", plan.Modifier, plan.Discipline),
			Sources: e.facts.Sources["provider.discipline"], Reference: cite(table.Reference)})
		e.exceptionModifier(l, plan)
		e.assistantModifier(l, plan)
	}
}

// inPlay lists the lines that stand and those of a choice, in order.
func (e *evaluation) inPlay() []*line { return append(e.standing(), e.openLines()...) }

// therapyModifierNames lists the therapy modifiers of all disciplines.
func (e *evaluation) therapyModifierNames() []string {
	var names []string
	for _, plan := range e.rules.tables.therapyModifiers.Plans {
		names = append(names, plan.Modifier)
	}
	return names
}

// exceptionModifier marks a line of a year whose amount has passed the threshold.
func (e *evaluation) exceptionModifier(l *line, plan therapyPlan) {
	threshold, _, state := e.rules.tables.therapyModifiers.Thresholds.On(e.day)
	if state == effective.Withdrawn && e.facts.Payer.Kind == PayerMedicare {
		l.because = append(l.because, Because{Rule: e.rules.tables.therapyModifiers.Head.ID, Status: NotEffective,
			Text: "the rules hold no therapy threshold for this year yet", Reference: cite(e.rules.tables.therapyModifiers.Reference)})
	}
	if state != effective.InForce || !slices.Contains(threshold.Payers, e.facts.Payer.Kind) {
		return
	}
	var amount *int
	if h := e.facts.History; h != nil && h.TherapyYearToDateUSD != nil {
		amount = h.TherapyYearToDateUSD.OT
		if plan.Amount == "ptSlp" {
			amount = h.TherapyYearToDateUSD.PTSLP
		}
	}
	switch {
	case amount == nil:
		e.ask("therapy-year-to-date", "How much therapy was there in this calendar year before the visit?", threshold.Modifier)
	case *amount > threshold.Amount:
		l.modifiers.exception = threshold.Modifier
		l.because = append(l.because, Because{Rule: e.rules.tables.therapyModifiers.Head.ID, Status: Met,
			Text:    fmt.Sprintf("%s: the therapy of the year before this visit is above the threshold", threshold.Modifier),
			Sources: e.facts.Sources["history.therapyYearToDateUSD"], Reference: cite(threshold.Reference)})
	}
}

// assistantModifier marks the units that an assistant furnished; a line whose units differ becomes
// two.
func (e *evaluation) assistantModifier(l *line, plan therapyPlan) {
	rule, _, state := e.rules.tables.therapyModifiers.Assistants.On(e.day)
	assistant := l.work.assistantMinutes
	if state != effective.InForce || plan.Assistant == "" || assistant == nil || *assistant == 0 || !slices.Contains(rule.Payers, e.facts.Payer.Kind) {
		return
	}
	if l.work.minutes == nil || *l.work.minutes < *assistant {
		e.ask("assistant-minutes", "How many minutes of the service did the assistant furnish, and how many in all?", plan.Assistant)
		return
	}
	marked := l.units
	if l.rule.Kind == "eight-minute" {
		marked = assistantUnits(rule, l.numbers.stride(), l.units, *l.work.minutes-*assistant, *assistant)
	} else if *assistant*100 <= *l.work.minutes*rule.Percent {
		marked = 0
	}
	because := Because{Rule: e.rules.tables.therapyModifiers.Head.ID, Status: Met,
		Text:    fmt.Sprintf("%s: an assistant furnished %d of %d min", plan.Assistant, *assistant, *l.work.minutes),
		Sources: e.sourcesOf(l.work, "assistantMinutes"), Reference: cite(rule.Reference)}
	switch {
	case marked == 0:
		return
	case marked < l.units && !l.open:
		rest := *l
		rest.units, rest.because, rest.flags = marked, append(slices.Clone(l.because), because), slices.Clone(l.flags)
		rest.modifiers.assistant = plan.Assistant
		rest.next = nil
		l.units -= marked
		e.add(&rest)
	default:
		l.modifiers.assistant = plan.Assistant
		l.because = append(l.because, because)
	}
}

// assistantUnits is how many of the units carry the assistant's modifier: whole units first, each
// to the one who furnished it; then what is left by the minutes left.
func assistantUnits(rule assistantRule, stride, units, therapist, assistant int) int {
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
