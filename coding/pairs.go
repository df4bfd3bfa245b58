package coding

import (
	"fmt"
	"slices"

	"github.com/chargenote/chargenote/internal/effective"
)

// pairsTable is the procedure-to-procedure edits of CMS (column 1 is paid, column 2 is denied), and
// the pairs that CPT or a payer itself does not allow.
type pairsTable struct {
	Head               head            `yaml:",inline"`
	Practitioner       *pairsOfQuarter `yaml:"practitioner,omitempty"`
	OutpatientHospital *pairsOfQuarter `yaml:"outpatientHospital,omitempty"`
	EveryPayer         *pairList       `yaml:"everyPayer,omitempty"`       // CPT's own in the built-in layer, a payer's own in another
	SamePractitioner   *pairList       `yaml:"samePractitioner,omitempty"` // never by one practitioner, whatever the indicator
	Separate           string          `yaml:"separate,omitempty"`         // modifier of an E/M that was separately identifiable
}

func (t *pairsTable) heading() head { return t.Head }

// pairsOfQuarter is one table of CMS.
type pairsOfQuarter struct {
	Quarter effective.Date     `yaml:"quarter"` // first day of the table that these rows are from
	Source  source             `yaml:",inline"`
	Pairs   map[string]column2 `yaml:"pairs"`           // hold on any day
	Dated   []datedPairs       `yaml:"dated,omitempty"` // hold between two days of their own
}

func (t *pairsOfQuarter) origin() *source { return &t.Source }

type pairList struct {
	Source source             `yaml:",inline"`
	Pairs  map[string]column2 `yaml:"pairs"`
	Dated  []datedPairs       `yaml:"dated,omitempty"`
}

func (t *pairList) origin() *source { return &t.Source }

// datedPairs are rows that hold from a day until another one, both included; an absent day is open.
type datedPairs struct {
	From  effective.Date     `yaml:"from,omitempty"`
	Until effective.Date     `yaml:"until,omitempty"`
	Pairs map[string]column2 `yaml:"pairs"`
}

// column2 lists the codes under one code of column 1, by modifier indicator.
type column2 struct {
	Never    []string `yaml:"never,omitempty"`    // 0: never together
	Distinct []string `yaml:"distinct,omitempty"` // 1: together when distinct, with a modifier on column 2
	Allowed  []string `yaml:"allowed,omitempty"`  // no edit, whatever the layers below say
}

// The answers for a pair.
type pairAnswer uint8

const (
	noPair pairAnswer = iota
	never
	whenDistinct
	allowed
)

func (t *pairsTable) seal(layer string) {
	for _, of := range []*pairsOfQuarter{t.Practitioner, t.OutpatientHospital} {
		if of != nil {
			of.Source.seal(layer)
		}
	}
	for _, list := range []*pairList{t.EveryPayer, t.SamePractitioner} {
		if list != nil {
			list.Source.seal(layer)
		}
	}
}

func (t *pairsTable) faults() []fault {
	var all []fault
	for _, side := range []struct {
		key string
		of  *pairsOfQuarter
	}{{"practitioner", t.Practitioner}, {"outpatientHospital", t.OutpatientHospital}} {
		if side.of == nil {
			continue
		}
		all = append(all, citedFaults(side.of.Source.Reference, side.key, "reference")...)
		if side.of.Quarter.IsZero() {
			all = append(all, fault{[]string{side.key, "quarter"}, "a table of CMS needs the first day of its quarter"})
		}
		all = append(all, datedFaults(side.of.Dated, side.key)...)
	}
	for _, list := range []struct {
		key string
		of  *pairList
	}{{"everyPayer", t.EveryPayer}, {"samePractitioner", t.SamePractitioner}} {
		if list.of != nil {
			all = append(all, citedFaults(list.of.Source.Reference, list.key, "reference")...)
			all = append(all, datedFaults(list.of.Dated, list.key)...)
		}
	}
	return all
}

func datedFaults(dated []datedPairs, key string) []fault {
	var all []fault
	for _, rows := range dated {
		switch {
		case rows.From.IsZero() && rows.Until.IsZero():
			all = append(all, fault{[]string{key, "dated"}, "say from when or until when these rows hold"})
		case !rows.Until.IsZero() && rows.Until.Before(rows.From):
			all = append(all, fault{[]string{key, "dated"}, fmt.Sprintf("until %s is before from %s", rows.Until, rows.From)})
		}
	}
	return all
}

// codesOfPairs lists the codes that a table of pairs names, for the check that rules know them.
func (t *pairsTable) codes() []string {
	var all []string
	add := func(pairs map[string]column2) {
		for _, first := range effective.SortedKeys(pairs) {
			under := pairs[first]
			all = append(all, first)
			all = append(all, slices.Concat(under.Never, under.Distinct, under.Allowed)...)
		}
	}
	for _, of := range []*pairsOfQuarter{t.Practitioner, t.OutpatientHospital} {
		if of != nil {
			add(of.Pairs)
			for _, rows := range of.Dated {
				add(rows.Pairs)
			}
		}
	}
	for _, list := range []*pairList{t.EveryPayer, t.SamePractitioner} {
		if list != nil {
			add(list.Pairs)
			for _, rows := range list.Dated {
				add(rows.Pairs)
			}
		}
	}
	return all
}

// pairIndex answers for two codes at once; it is built when layers are laid over each other.
type pairIndex struct {
	of      *source
	name    string // of the table, in words
	quarter effective.Date
	codes   int         // how many codes the rules know
	cells   []uint16    // by number of the first code and of the second; 0: no row
	rows    [][]pairRow // of the cells, from 1
}

type pairRow struct {
	answer      pairAnswer
	from, until effective.Date
}

// indexPairs builds the index of a table over the numbers of the codes.
func indexPairs(of *source, quarter effective.Date, pairs map[string]column2, dated []datedPairs, numbers map[string]int) *pairIndex {
	index := &pairIndex{of: of, quarter: quarter, name: "by its own rule", codes: len(numbers), cells: make([]uint16, len(numbers)*len(numbers)), rows: [][]pairRow{nil}}
	if !quarter.IsZero() {
		index.name = "NCCI table of " + quarter.String()
	}
	index.add(pairs, effective.Date{}, effective.Date{}, numbers)
	for _, rows := range dated {
		index.add(rows.Pairs, rows.From, rows.Until, numbers)
	}
	return index
}

func (p *pairIndex) add(pairs map[string]column2, from, until effective.Date, numbers map[string]int) {
	for first, under := range pairs {
		for _, listed := range []struct {
			codes  []string
			answer pairAnswer
		}{{under.Never, never}, {under.Distinct, whenDistinct}, {under.Allowed, allowed}} {
			for _, second := range listed.codes {
				p.addRow(numbers[first]*p.codes+numbers[second], pairRow{listed.answer, from, until})
			}
		}
	}
}

// addRow adds a row to a cell. Cells with the same rows share them, for there are few sorts of rows.
func (p *pairIndex) addRow(cell int, row pairRow) {
	rows := append(slices.Clone(p.rows[p.cells[cell]]), row)
	at := slices.IndexFunc(p.rows, func(have []pairRow) bool { return slices.Equal(have, rows) })
	if at < 0 {
		at = len(p.rows)
		p.rows = append(p.rows, rows)
	}
	p.cells[cell] = uint16(at) // there are some dozens of combinations of days
}

// on is the answer for a pair on a day, by the numbers of the codes. Rows without days of their own
// hold on any day; where one of several holds, the stricter one counts.
func (p *pairIndex) on(day effective.Date, first, second int) pairAnswer {
	cell := p.cells[first*p.codes+second]
	if cell == 0 {
		return noPair
	}
	answer := noPair
	for _, row := range p.rows[cell] {
		if day.Before(row.from) || (!row.until.IsZero() && row.until.Before(day)) {
			continue
		}
		if answer == noPair || row.answer < answer {
			answer = row.answer
		}
	}
	return answer
}

// pairs applies the edits to every two lines of the day: for bound payers the second falls away or
// takes a modifier, for others the conflict is a flag.
func (e *evaluation) pairs() {
	if same := e.facts.SameBillingEntity; same != nil && !*same {
		return
	}
	lines := e.inOrder()
	if len(lines) < 2 {
		return
	}
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
	answer  pairAnswer
	binding bool // takes the second line out; otherwise it is a flag
	said    string
	of      *pairIndex
}

// editOf looks two lines up: first the pairs of CPT and of the payer itself, then those of CMS.
func (e *evaluation) editOf(first, second *line) edit {
	for _, own := range e.rules.own {
		switch own.on(e.day, first.number, second.number) {
		case never:
			return edit{answer: never, binding: true, said: "not beside " + first.code + " on one day", of: own}
		case whenDistinct:
			return e.ifApart(edit{answer: whenDistinct, binding: true, of: own}, first)
		case allowed:
			return edit{}
		}
	}
	edits := e.today.pairs[e.side()]
	if edits == nil {
		return edit{}
	}
	found := edit{answer: edits.on(e.day, first.number, second.number), binding: e.terms.followsNCCI, of: edits}
	for _, list := range e.rules.same {
		if list.on(e.day, first.number, second.number) != never {
			continue
		}
		found.answer, found.of = whenDistinct, list
		if first.work.performer == second.work.performer || first.work.discipline == second.work.discipline {
			found.answer = never
		}
		break
	}
	if found.answer == noPair || found.answer == allowed {
		return edit{}
	}
	return e.ifApart(found, first)
}

// ifApart says an edit in words; services that were not apart are never together.
func (e *evaluation) ifApart(found edit, first *line) edit {
	apart := e.facts.DistinctTimeIntervals
	table := found.of.name
	switch {
	case found.answer == whenDistinct && !found.binding:
		found.said = "paired with " + first.code + ": a payer that follows NCCI wants a modifier (" + table + ")"
	case found.answer == whenDistinct && apart != nil && !*apart:
		found.answer = never
		found.said = "bundled into " + first.code + " on one day, the two were not apart (" + table + ")"
	default:
		found.said = "bundled into " + first.code + " on one day (" + table + ")"
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
		second.say("pairs", NotMet, found.said, nil, found.of.of)
		e.flag("ncci-bundled", second.code, found.said)
	case found.answer == never:
		second.fall(NotMet, found.said, "ncci-bundled", found.of.of)
	default:
		e.setApart(first, second, found)
	}
}

// setApart marks the second line as distinct from the first: an E/M as separately identifiable,
// any other service as distinct.
func (e *evaluation) setApart(first, second *line, found edit) {
	modifier := e.distinctMark(first, second)
	if second.rule.Kind == kindAsGiven {
		modifier = e.rules.separate
		second.modifiers.separate = modifier
	} else {
		second.modifiers.distinct = modifier
		if of := e.terms.ofDistinct; of != nil && of.layer != BuiltInLayer {
			second.say("payer-terms", Met, "this payer marks a distinct service by "+modifier, nil, of)
		}
	}
	second.say("pairs", Met, "apart from "+first.code+", so modifier "+modifier+" ("+found.of.name+")", e.facts.Sources["distinctTimeIntervals"], found.of.of)
	if e.facts.DistinctTimeIntervals == nil && (second.minutes == nil || first.minutes == nil) {
		e.ask("distinct-blocks", "Were these services apart from each other?", second.code)
	}
}

// distinctMark is the modifier of a service that was apart, as the payer wants it by what set it
// apart.
func (e *evaluation) distinctMark(first, second *line) string {
	marks := e.terms.distinct
	if marks.Practitioner != "" && first.work.performer != second.work.performer {
		return marks.Practitioner
	}
	return marks.Service
}
