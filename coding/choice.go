package coding

import (
	"slices"
	"strings"

	"github.com/chargenote/chargenote/internal/effective"
)

// An openUnit is a choice that waits until modifiers are known: the tied services, and how many
// units they share out.
type openUnit struct {
	services []timedTherapy
	units    []int
	open     int
}

// mostOptions bounds a choice; more options than these are no help to anyone.
const mostOptions = 40

// openChoice notes which services share the open units; options are written when the modifiers of
// every line are known.
func (e *evaluation) openChoice(services []timedTherapy, s *shares) {
	open := openUnit{open: s.open}
	for i, service := range services {
		if s.tied[i] {
			open.services = append(open.services, service)
			open.units = append(open.units, s.units[i])
		}
	}
	e.openUnits = append(e.openUnits, open)
}

// choices writes the options of each tie, in order of code, the favoured codes first in each.
func (e *evaluation) choices() {
	for _, open := range e.openUnits {
		tie := newTie(open)
		var options [][]Line
		for _, favoured := range combinations(len(open.services), open.open, mostOptions+1) {
			options = append(options, e.option(open, favoured, tie))
		}
		codes := make([]string, len(open.services))
		for i, s := range open.services {
			codes[i] = s.rules[0].Code
		}
		if len(options) > mostOptions {
			e.flag("choice-too-wide", "", "equal remainders among "+strings.Join(codes, ", ")+": the clinician hands out "+count(open.open, "unit"))
			continue
		}
		e.result.Choices = append(e.result.Choices, Choice{Why: "equal remainders: the clinician chooses", Options: options})
		e.tell(tie)
	}
}

// option is the lines of the tied services when the favoured ones have the open units.
func (e *evaluation) option(open openUnit, favoured []int, tie *tie) []Line {
	var chosen []*line
	write := func(i, units int) {
		var own []*line
		for _, r := range open.services[i].rules {
			on := e.on(r)
			if on.state != effective.InForce || units == 0 {
				continue
			}
			take := units
			if on.numbers.Most > 0 {
				take = min(take, on.numbers.Most)
			}
			units -= take
			if l := e.openLine(r, open.services[i].work); l.fallen == nil {
				l.units = take
				own = append(own, l)
			}
		}
		chosen = append(chosen, byAssistant(own)...)
	}
	for _, i := range favoured {
		write(i, open.units[i]+1)
	}
	for i := range open.services {
		if !slices.Contains(favoured, i) {
			write(i, open.units[i])
		}
	}
	return e.editOption(chosen, tie)
}

// openLine is a copy of the line of a tied service, under the code of one of its rules.
func (e *evaluation) openLine(r *rule, w *work) *line {
	for _, l := range e.lines {
		if l.open && l.work == w {
			copied := *l
			copied.rule, copied.code, copied.number, copied.base = r, r.Code, r.number, nil
			return &copied
		}
	}
	return &line{rule: r, code: r.Code, number: r.number, work: w}
}

// editOption applies the edits to the lines of one option among themselves; lines of other options
// are not billed beside them.
func (e *evaluation) editOption(chosen []*line, tie *tie) []Line {
	if same := e.facts.SameBillingEntity; same == nil || *same {
		for _, first := range chosen {
			for _, second := range chosen {
				if first.code != second.code && first.work != second.work && first.fallen == nil && second.fallen == nil {
					e.pair(first, second)
				}
			}
		}
	}
	e.limitOption(chosen, tie)
	lines := []Line{}
	for _, l := range chosen {
		if l.fallen != nil {
			tie.fallen[l.code] = l.fallen
			continue
		}
		tie.stood[l.code] = true
		lines = append(lines, Line{Code: l.code, Units: l.units, Modifiers: l.modifierList()})
	}
	return lines
}

// A tie is what is found out while its options are written.
type tie struct {
	stood  map[string]bool    // codes that stand in some option
	fallen map[string]*fallen // codes that are bundled away in some option
	above  map[string]string  // codes that are above their unit limit in some option, in words
}

func newTie(open openUnit) *tie {
	return &tie{stood: map[string]bool{}, fallen: map[string]*fallen{}, above: make(map[string]string, len(open.services))}
}

// limitOption looks for units above a limit in one option; where the limit is absolute and binds, the
// units above it are cut.
func (e *evaluation) limitOption(chosen []*line, tie *tie) {
	units := map[string]int{}
	for _, l := range chosen {
		if l.fallen != nil {
			continue
		}
		units[l.code] += l.units
		limit, table := e.limitOf(l)
		if limit == nil || units[l.code] <= limit.Units {
			continue
		}
		tie.above[l.code] = table.limitText(units[l.code], limit.Units, l.code)
		if limit.Indicator == absolute && (e.terms.followsNCCI || table.Quarter.IsZero()) {
			l.units -= min(units[l.code]-limit.Units, l.units)
			if l.units == 0 {
				l.fall(NotMet, tie.above[l.code], "", &table.Source)
			}
		}
	}
}

// tell says of a tie which codes stand in no option and why, and which are above their limit.
func (e *evaluation) tell(tie *tie) {
	for _, code := range effective.SortedKeys(tie.fallen) {
		if why := tie.fallen[code]; !tie.stood[code] {
			e.refuse(code, why.status, why.text, why.of)
			if why.flag != "" {
				e.flag(why.flag, code, why.text)
			}
		}
	}
	for _, code := range effective.SortedKeys(tie.above) {
		e.flag("mue-exceeded", code, tie.above[code])
	}
}

// combinations lists the ways to choose k of n, in order, at most limit of them.
func combinations(n, k, limit int) [][]int {
	var all [][]int
	chosen := make([]int, 0, k)
	var from func(int)
	from = func(start int) {
		if len(all) == limit {
			return
		}
		if len(chosen) == k {
			all = append(all, slices.Clone(chosen))
			return
		}
		for i := start; i < n; i++ {
			chosen = append(chosen, i)
			from(i + 1)
			chosen = chosen[:len(chosen)-1]
		}
	}
	from(0)
	return all
}
