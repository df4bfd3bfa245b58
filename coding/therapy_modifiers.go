package coding

import (
	"slices"

	"github.com/chargenote/chargenote/internal/effective"
)

// modifiers are what a line carries, in the order in which they are written.
type modifiers struct {
	therapy    string // GN, GO, GP
	assistant  string // CQ, CO
	exception  string // KX
	separate   string // 25
	distinct   string // 59
	telehealth string // 95, 93, FQ, GT
}

// modifierList writes the modifiers in their fixed order; it is never nil.
func (l *line) modifierList() []string {
	m := l.modifiers
	list := []string{}
	if m == (modifiers{}) {
		return list
	}
	for _, modifier := range []string{m.therapy, m.assistant, m.exception, m.separate, m.distinct, m.telehealth} {
		if modifier != "" {
			list = append(list, modifier)
		}
	}
	return list
}

// therapyModifiersTable says which modifiers follow from a therapy plan of care.
type therapyModifiersTable struct {
	Head       head                            `yaml:",inline"`
	Plans      []therapyPlan                   `yaml:"plans,omitempty"`
	Assistants effective.Values[assistantRule] `yaml:"assistants,omitempty"`
	Thresholds effective.Values[yearThreshold] `yaml:"thresholds,omitempty"`
	Source     source                          `yaml:",inline"`
}

func (t *therapyModifiersTable) heading() head { return t.Head }

func (t *therapyModifiersTable) origin() *source { return &t.Source }

func (t *therapyModifiersTable) seal(layer string) {
	t.Source.seal(layer)
	for i := range t.Plans {
		t.Plans[i].said = t.Plans[i].Modifier + " for a plan of care of " + t.Plans[i].Discipline
	}
	sealAll(t.Assistants, layer)
	sealAll(t.Thresholds, layer)
}

func (t *therapyModifiersTable) faults() []fault {
	return slices.Concat(citedFaults(t.Source.Reference, "reference"), uncited(t.Assistants, "assistants"), uncited(t.Thresholds, "thresholds"))
}

// over lays what a layer says over what is below it.
func (t *therapyModifiersTable) over(below *therapyModifiersTable) *therapyModifiersTable {
	if below == nil {
		return t
	}
	laid := *t
	if len(laid.Plans) == 0 {
		laid.Plans = below.Plans
	}
	laid.Assistants, laid.Thresholds = t.Assistants.Over(below.Assistants), t.Thresholds.Over(below.Thresholds)
	return &laid
}

// A therapyPlan is the modifiers of one discipline.
type therapyPlan struct {
	Discipline string `yaml:"discipline"`
	Modifier   string `yaml:"modifier"`
	Assistant  string `yaml:"assistant,omitempty"`
	Amount     string `yaml:"amount"` // which amount of the year: ptSlp or ot

	said string // the modifier and why
}

// assistantRule says when the part of an assistant shows on the line.
type assistantRule struct {
	Payers         []string `yaml:"payers"`
	Percent        int      `yaml:"percent"`                  // of a unit, or of an untimed service; more than this shows
	TherapistAlone int      `yaml:"therapistAlone,omitempty"` // minutes of the last unit by the therapist after which it does not show
	Source         source   `yaml:",inline"`
}

func (t *assistantRule) origin() *source { return &t.Source }

// yearThreshold is the amount of a calendar year above which the exception modifier is used, in
// whole US dollars. It is compared and never shown.
type yearThreshold struct {
	Payers   []string `yaml:"payers"`
	Amount   int      `yaml:"amount"`
	Modifier string   `yaml:"modifier"`
	Source   source   `yaml:",inline"`
}

func (t *yearThreshold) origin() *source { return &t.Source }

// therapyModifiers gives the codes of therapy the modifiers of the discipline.
func (e *evaluation) therapyModifiers() {
	table := e.rules.therapy
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
			l.say("therapy-modifiers", NotMet, "no therapy modifier: "+l.work.discipline+" furnishes it without a therapy plan of care", e.facts.Sources["provider.discipline"], &table.Source)
			continue
		}
		plan := &table.Plans[i]
		l.modifiers.therapy = plan.Modifier
		l.say("therapy-modifiers", Met, plan.said, e.facts.Sources["provider.discipline"], &table.Source)
		e.exceptionModifier(l, plan)
		e.assistantModifier(l, plan)
	}
}

// inPlay lists the lines that stand and those of a choice, in order.
func (e *evaluation) inPlay() []*line { return append(e.standing(), e.openLines()...) }

// therapyModifierNames lists the therapy modifiers of all disciplines.
func (e *evaluation) therapyModifierNames() []string {
	var names []string
	for _, plan := range e.rules.therapy.Plans {
		names = append(names, plan.Modifier)
	}
	return names
}

// exceptionModifier marks a line of a year whose amount has passed the threshold.
func (e *evaluation) exceptionModifier(l *line, plan *therapyPlan) {
	threshold := e.today.threshold
	if threshold == nil {
		if last := e.today.lastThreshold; last != nil && slices.Contains(last.Payers, e.facts.Payer.Kind) {
			l.say("therapy-modifiers", NotEffective, "the rules hold no therapy threshold for this year yet", nil, &e.rules.therapy.Source)
		}
		return
	}
	if !slices.Contains(threshold.Payers, e.facts.Payer.Kind) {
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
		l.say("therapy-modifiers", Met, threshold.Modifier+": the therapy of the year before this visit is above the threshold",
			e.facts.Sources["history.therapyYearToDateUSD"], &threshold.Source)
	}
}
