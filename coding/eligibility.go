package coding

import (
	"fmt"
	"slices"
	"strings"

	"github.com/chargenote/chargenote/internal/effective"
)

// eligibilityTable says which disciplines may bill which codes, and whom that binds.
type eligibilityTable struct {
	Head   head                `yaml:",inline"`
	Groups []*eligibilityGroup `yaml:"groups"`
}

func (t *eligibilityTable) heading() head { return t.Head }

// An eligibilityGroup is codes with one answer.
type eligibilityGroup struct {
	Name        string                          `yaml:"name"`
	Codes       []string                        `yaml:"codes,omitempty"`
	FurnishedBy []string                        `yaml:"furnishedBy,omitempty"` // who does such work at all, billed or not
	Effective   effective.Values[eligibleToday] `yaml:"effective"`
}

type eligibleToday struct {
	Disciplines []string `yaml:"disciplines"`
	Binds       []string `yaml:"binds"` // payer kinds that refuse others; for the rest it is a flag
	Source      source   `yaml:",inline"`

	group *eligibilityGroup // set when the day is indexed
	since effective.Date    // first day of the value
	open  bool              // all who do such work may bill it
}

func (t *eligibleToday) origin() *source { return &t.Source }

func (t *eligibilityTable) seal(layer string) {
	for _, group := range t.Groups {
		sealAll(group.Effective, layer)
	}
}

func (t *eligibilityTable) faults() []fault {
	var all []fault
	names := map[string]bool{}
	unknown := func(words []string) {
		for _, word := range words {
			if !slices.Contains(disciplines, word) {
				all = append(all, fault{[]string{"groups"}, fmt.Sprintf("%q is no discipline", word)})
			}
		}
	}
	for _, group := range t.Groups {
		if group.Name == "" || names[group.Name] {
			all = append(all, fault{[]string{"groups"}, fmt.Sprintf("each group needs a name of its own, %q", group.Name)})
		}
		names[group.Name] = true
		unknown(group.FurnishedBy)
		for _, value := range group.Effective.All {
			if value != nil {
				unknown(value.Disciplines)
			}
		}
		for _, f := range uncited(group.Effective) {
			all = append(all, fault{[]string{"groups"}, group.Name + ": " + f.problem})
		}
	}
	return all
}

// over lays the groups of a layer over those below: a group of the same name says from its first day
// on who may bill, a new one joins.
func (t *eligibilityTable) over(below *eligibilityTable) *eligibilityTable {
	if below == nil {
		return t
	}
	laid := &eligibilityTable{Head: t.Head}
	for _, group := range below.Groups {
		if i := slices.IndexFunc(t.Groups, func(g *eligibilityGroup) bool { return g.Name == group.Name }); i >= 0 {
			group = t.Groups[i].over(group)
		}
		laid.Groups = append(laid.Groups, group)
	}
	for _, group := range t.Groups {
		if !slices.ContainsFunc(below.Groups, func(g *eligibilityGroup) bool { return g.Name == group.Name }) {
			laid.Groups = append(laid.Groups, group)
		}
	}
	return laid
}

// over is the group laid over the one below it; codes and clinicians that it does not list stay.
func (g *eligibilityGroup) over(below *eligibilityGroup) *eligibilityGroup {
	laid := *g
	if len(laid.Codes) == 0 {
		laid.Codes = below.Codes
	}
	if len(laid.FurnishedBy) == 0 {
		laid.FurnishedBy = below.FurnishedBy
	}
	laid.Effective = g.Effective.Over(below.Effective)
	return &laid
}

// eligibility takes out the lines that the clinician may not bill to the payer.
func (e *evaluation) eligibility() {
	e.baseFirst(func(l *line) {
		for _, eligible := range e.today.eligible[l.number] {
			e.checkEligibility(l, eligible)
		}
	})
}

// checkEligibility answers one group for one line. An unknown discipline is no bar where all who
// do such work may bill it.
func (e *evaluation) checkEligibility(l *line, eligible *eligibleToday) {
	discipline := l.work.discipline
	if slices.Contains(eligible.Disciplines, discipline) {
		return
	}
	binds := slices.Contains(eligible.Binds, e.facts.Payer.Kind)
	name := eligible.group.Name
	switch {
	case discipline == "" && binds && !eligible.open:
		l.fall(Unknown, fmt.Sprintf("whether the clinician may bill %s is not known", name), "", &eligible.Source)
		e.ask("discipline", "What is the discipline of the clinician?", l.code)
	case discipline == "":
		return
	case binds:
		l.fall(NotMet, eligible.refusal(discipline, e.facts.Payer.Kind), "provider-not-eligible", &eligible.Source)
	default:
		text := eligible.refusal(discipline, strings.Join(eligible.Binds, " and "))
		l.flag("provider-not-eligible")
		l.say("eligibility", NotMet, text, e.facts.Sources["provider.discipline"], &eligible.Source)
		e.flag("provider-not-eligible", l.code, text)
	}
}

// refusal says who may not bill what to whom, and from when on it will be so no longer.
func (t *eligibleToday) refusal(discipline, payers string) string {
	text := discipline + " does not bill " + t.group.Name + " to " + payers + " on this day"
	for first, later := range t.group.Effective.All {
		if later != nil && t.since.Before(first) && slices.Contains(later.Disciplines, discipline) {
			return text + ", but from " + first.String()
		}
	}
	return text
}

// containsAll reports whether every word of some is in all.
func containsAll(all, some []string) bool {
	for _, word := range some {
		if !slices.Contains(all, word) {
			return false
		}
	}
	return true
}
