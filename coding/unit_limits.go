package coding

import (
	"fmt"

	"github.com/chargenote/chargenote/internal/effective"
)

// unitLimitsTable is the medically unlikely edits of CMS: units of a code on one day. A payer's own
// layer may hold limits of its own, from a day on and for the codes that it lists.
type unitLimitsTable struct {
	Head    head                  `yaml:",inline"`
	Quarter effective.Date        `yaml:"quarter,omitempty"` // of a table of CMS: the first day of the table that these rows are from
	From    effective.Date        `yaml:"from,omitempty"`    // of a payer's own limits: the first day on which they hold
	Source  source                `yaml:",inline"`
	Limits  map[string]unitLimits `yaml:"limits"`
}

func (t *unitLimitsTable) heading() head { return t.Head }

func (t *unitLimitsTable) origin() *source { return &t.Source }

type unitLimits struct {
	Practitioner       *unitLimit `yaml:"practitioner,omitempty"`
	OutpatientHospital *unitLimit `yaml:"outpatientHospital,omitempty"`
}

// of is the limit for one side, or nil.
func (l unitLimits) of(side side) *unitLimit {
	if side == outpatientHospital {
		return l.OutpatientHospital
	}
	return l.Practitioner
}

// concerns reports whether a table says anything of one side; one that does not leaves the tables below
// it in place.
func (t *unitLimitsTable) concerns(side side) bool {
	for _, limits := range t.Limits {
		if limits.of(side) != nil {
			return true
		}
	}
	return false
}

// A unitLimit is units a day with the adjudication indicator: 1 is by line, 2 is absolute by policy,
// 3 is a clinical benchmark that documented time may exceed.
type unitLimit struct {
	Units     int `yaml:"units"`
	Indicator int `yaml:"indicator"`
}

// absolute is the adjudication indicator of a limit that no documentation lifts.
const absolute = 2

func (t *unitLimitsTable) seal(layer string) { t.Source.seal(layer) }

func (t *unitLimitsTable) faults() []fault {
	all := citedFaults(t.Source.Reference, "reference")
	if t.Quarter.IsZero() == t.From.IsZero() {
		all = append(all, fault{[]string{"quarter"}, "give either quarter, for a table of CMS, or from, for limits of a payer's own"})
	}
	for _, code := range effective.SortedKeys(t.Limits) {
		for _, limit := range []*unitLimit{t.Limits[code].Practitioner, t.Limits[code].OutpatientHospital} {
			if limit != nil && (limit.Units < 0 || limit.Indicator < 1 || limit.Indicator > 3) {
				all = append(all, fault{[]string{"limits", code}, fmt.Sprintf("%d units with indicator %d: units are 0 or more, the indicator is 1, 2 or 3", limit.Units, limit.Indicator)})
			}
		}
	}
	return all
}

// A side is on which table of CMS a claim is checked.
type side int

const (
	practitioner side = iota
	outpatientHospital
	sides
)

// side is the table for the claim.
func (e *evaluation) side() side {
	if claim := e.claim(); claim == ClaimOutpatientHospital || claim == ClaimCAHII {
		return outpatientHospital
	}
	return practitioner
}

// limitOf is the limit of a line for the claim, or nil, and the table that says it: a payer's own
// comes before that of CMS.
func (e *evaluation) limitOf(l *line) (*unitLimit, *unitLimitsTable) {
	found := e.today.limitOf[e.side()][l.number]
	return found.limit, found.table
}

// limitText says how many units a limit allows, and whose it is.
func (t *unitLimitsTable) limitText(units, most int, code string) string {
	if t.Quarter.IsZero() {
		return fmt.Sprintf("%s of %s, the payer allows at most %d a day", count(units, "unit"), code, most)
	}
	return fmt.Sprintf("%s of %s, CMS expects at most %d a day (table of %s)", count(units, "unit"), code, most, t.Quarter)
}

// unitLimits flags the codes above their limit, and cuts those whose limit is absolute where it
// binds the payer.
func (e *evaluation) unitLimits() {
	lines := e.standing()
	for i, l := range lines {
		limit, table := e.limitOf(l)
		if limit == nil {
			continue
		}
		units, flagged := l.units, false
		for _, before := range lines[:i] {
			if before.code == l.code {
				units += before.units
				flagged = flagged || before.hasFlag("mue-exceeded")
			}
		}
		if units > limit.Units {
			e.aboveLimit(l, units, limit, table, flagged)
		}
	}
}

// aboveLimit flags a line with which the day has more units than the limit; said is whether a line
// of the code was flagged before.
func (e *evaluation) aboveLimit(l *line, units int, limit *unitLimit, table *unitLimitsTable, said bool) {
	text := table.limitText(units, limit.Units, l.code)
	binds := e.terms.followsNCCI || table.Quarter.IsZero()
	l.flag("mue-exceeded")
	switch over := units - limit.Units; {
	case !binds || (limit.Indicator != absolute && limit.Units > 0):
		if !said {
			l.say("unit-limits", NotMet, text, nil, &table.Source)
		}
	case over >= l.units:
		l.fall(NotMet, text, "", &table.Source)
	default:
		l.units -= over
		l.next, l.margin = nil, nil // they were of the units before the cut
		l.say("unit-limits", NotMet, text+fmt.Sprintf("; cut to %d", l.units), nil, &table.Source)
	}
	if !said {
		e.flag("mue-exceeded", l.code, text)
	}
}
