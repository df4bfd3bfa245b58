package coding

import (
	"fmt"
	"slices"

	"github.com/chargenote/chargenote/internal/effective"
)

// pairsTable is the procedure-to-procedure edits of CMS (column 1 is paid, column 2 is denied), and
// the pairs that CPT itself does not allow.
type pairsTable struct {
	Head               head           `yaml:",inline"`
	Practitioner       pairsOfQuarter `yaml:"practitioner"`
	OutpatientHospital pairsOfQuarter `yaml:"outpatientHospital"`
	EveryPayer         pairList       `yaml:"everyPayer"`       // CPT's own
	SamePractitioner   pairList       `yaml:"samePractitioner"` // never by one practitioner, whatever the indicator
}

// pairsOfQuarter is one table of CMS, with rows that ended before it but hold for earlier days.
type pairsOfQuarter struct {
	Quarter   effective.Date        `yaml:"quarter"`
	Reference []effective.Reference `yaml:"reference"`
	Pairs     map[string]column2    `yaml:"pairs"`
	Ended     []endedPairs          `yaml:"ended"`
}

type pairList struct {
	Reference []effective.Reference `yaml:"reference"`
	Pairs     map[string]column2    `yaml:"pairs"`
}

// endedPairs are rows that held until a day, that day included.
type endedPairs struct {
	Until effective.Date     `yaml:"until"`
	Pairs map[string]column2 `yaml:"pairs"`
}

// column2 lists the codes under one code of column 1, by modifier indicator.
type column2 struct {
	Never    []string `yaml:"never,omitempty"`    // 0: never together
	Distinct []string `yaml:"distinct,omitempty"` // 1: together when distinct, with a modifier on column 2
}

// The answers for a pair.
type pairAnswer int

const (
	noPair pairAnswer = iota
	never
	whenDistinct
)

func answerOf(pairs map[string]column2, first, second string) pairAnswer {
	under, ok := pairs[first]
	switch {
	case !ok:
		return noPair
	case slices.Contains(under.Never, second):
		return never
	case slices.Contains(under.Distinct, second):
		return whenDistinct
	}
	return noPair
}

// on is the answer of the table for a pair on a day.
func (p *pairsOfQuarter) on(day effective.Date, first, second string) pairAnswer {
	if answer := answerOf(p.Pairs, first, second); answer != noPair {
		return answer
	}
	for _, ended := range p.Ended {
		if !ended.Until.Before(day) {
			if answer := answerOf(ended.Pairs, first, second); answer != noPair {
				return answer
			}
		}
	}
	return noPair
}

// pairs applies the edits to every two lines of the day: for bound payers the second falls away or
// takes a modifier, for others the conflict is a flag.
func (e *evaluation) pairs() {
	if same := e.facts.SameBillingEntity; same != nil && !*same {
		return
	}
	lines := append(e.ordered(), e.openLines()...)
	for _, first := range lines {
		for _, second := range lines {
			alternatives := first.open && (second.open || first.units == 0) // settled within each option
			if first == second || alternatives || first.code == second.code || first.gone() || second.gone() || first.follows(second) || second.follows(first) {
				continue
			}
			e.pair(first, second)
		}
	}
}

// gone reports whether a line, or the base that it follows, has fallen.
func (l *line) gone() bool {
	return l.fallen != nil || (l.base != nil && l.base.gone())
}

// follows reports whether a line is an add-on of the other, or of an add-on of it, so that the two
// belong together.
func (l *line) follows(other *line) bool {
	return l.base != nil && (l.base == other || l.base.follows(other))
}

// An edit is what the tables say of two codes, for this payer and these clinicians.
type edit struct {
	answer    pairAnswer
	binding   bool // takes the second line out; otherwise it is a flag
	said      string
	quarter   effective.Date
	reference string
}

// editOf looks two lines up.
func (e *evaluation) editOf(first, second *line) edit {
	table := &e.rules.tables.pairs
	if answerOf(table.EveryPayer.Pairs, first.code, second.code) == never {
		return edit{answer: never, binding: true, said: fmt.Sprintf("not beside %s on one day", first.code), reference: cite(table.EveryPayer.Reference)}
	}
	edits := &table.Practitioner
	if e.onHospitalTables() {
		edits = &table.OutpatientHospital
	}
	found := edit{answer: edits.on(e.day, first.code, second.code), binding: e.bound(), quarter: edits.Quarter}
	references := edits.Reference
	if answerOf(table.SamePractitioner.Pairs, first.code, second.code) == never {
		found.answer, references = whenDistinct, table.SamePractitioner.Reference
		if first.work.performer == second.work.performer || first.work.discipline == second.work.discipline {
			found.answer = never
		}
	}
	if found.answer == noPair {
		return found
	}
	found.reference = cite(references)
	apart := e.facts.DistinctTimeIntervals
	switch {
	case found.answer == whenDistinct && !found.binding:
		found.said = fmt.Sprintf("paired with %s: a payer that follows NCCI wants a modifier (table of %s)", first.code, edits.Quarter)
	case found.answer == whenDistinct && apart != nil && !*apart:
		found.answer = never
		found.said = fmt.Sprintf("bundled into %s on one day, the two were not apart (NCCI table of %s)", first.code, edits.Quarter)
	default:
		found.said = fmt.Sprintf("bundled into %s on one day (NCCI table of %s)", first.code, edits.Quarter)
	}
	return found
}

// pair applies the edits to two lines.
func (e *evaluation) pair(first, second *line) {
	found := e.editOf(first, second)
	switch {
	case found.answer == noPair:
	case !found.binding:
		second.flag("ncci-bundled")
		second.because = append(second.because, Because{Rule: e.rules.tables.pairs.Head.ID, Status: NotMet, Text: found.said, Reference: found.reference})
		e.flag("ncci-bundled", second.code, found.said)
	case found.answer == never:
		second.fall(NotMet, found.said, "ncci-bundled", found.reference)
	default:
		e.setApart(first, second, found)
	}
}

// distinctService is the modifier of a service that was apart from another.
const distinctService = "59"

// setApart marks the second line as distinct from the first: an E/M as separately identifiable,
// any other service as distinct.
func (e *evaluation) setApart(first, second *line, found edit) {
	modifier := distinctService
	if second.rule.Kind == "as-given" {
		second.modifiers.separate, modifier = true, "25"
	} else {
		second.modifiers.distinct = modifier
	}
	second.because = append(second.because, Because{Rule: e.rules.tables.pairs.Head.ID, Status: Met,
		Text:    fmt.Sprintf("apart from %s, so modifier %s (NCCI table of %s)", first.code, modifier, found.quarter),
		Sources: e.facts.Sources["distinctTimeIntervals"], Reference: found.reference})
	if e.facts.DistinctTimeIntervals == nil && (second.minutes == nil || first.minutes == nil) {
		e.ask("distinct-blocks", "Were these services apart from each other?", second.code)
	}
}
