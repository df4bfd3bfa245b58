package coding

import (
	"fmt"

	"github.com/chargenote/chargenote/internal/effective"
)

// unitLimitsTable is the medically unlikely edits of CMS: units of a code on one day.
type unitLimitsTable struct {
	Head      head                  `yaml:",inline"`
	Quarter   effective.Date        `yaml:"quarter"` // first day of the table that these rows are from
	Reference []effective.Reference `yaml:"reference"`
	Limits    map[string]unitLimits `yaml:"limits"`
}

type unitLimits struct {
	Practitioner       *unitLimit `yaml:"practitioner"`
	OutpatientHospital *unitLimit `yaml:"outpatientHospital"`
}

// A unitLimit is units a day with the adjudication indicator: 2 is absolute by policy, 3 is a
// clinical benchmark that documented time may exceed.
type unitLimit struct {
	Units     int `yaml:"units"`
	Indicator int `yaml:"indicator"`
}

// absolute is the adjudication indicator of a limit that no documentation lifts.
const absolute = 2

// limitOf is the limit of a code for the claim, or nil.
func (e *evaluation) limitOf(code string) *unitLimit {
	limits := e.rules.tables.unitLimits.Limits[code]
	if e.onHospitalTables() {
		return limits.OutpatientHospital
	}
	return limits.Practitioner
}

// onHospitalTables reports whether the claim is checked against the tables for hospitals.
func (e *evaluation) onHospitalTables() bool {
	return e.claim() == ClaimOutpatientHospital || e.claim() == ClaimCAHII
}

// unitLimits flags the codes above their limit, and cuts those whose limit is absolute where it
// binds the payer.
func (e *evaluation) unitLimits() {
	table := &e.rules.tables.unitLimits
	units := map[string]int{}
	flagged := map[string]bool{}
	for _, l := range e.standing() {
		units[l.code] += l.units
		limit := e.limitOf(l.code)
		if limit == nil || units[l.code] <= limit.Units {
			continue
		}
		text := fmt.Sprintf("%s of %s, CMS expects at most %d a day (table of %s)", count(units[l.code], "unit"), l.code, limit.Units, table.Quarter)
		l.flag("mue-exceeded")
		over := units[l.code] - limit.Units
		switch {
		case !e.bound() || (limit.Indicator != absolute && limit.Units > 0):
			if !flagged[l.code] {
				l.because = append(l.because, Because{Rule: table.Head.ID, Status: NotMet, Text: text, Reference: cite(table.Reference)})
			}
		case over >= l.units:
			l.fall(NotMet, text, "", cite(table.Reference))
		default:
			l.units -= over
			l.because = append(l.because, Because{Rule: table.Head.ID, Status: NotMet, Text: text + fmt.Sprintf("; cut to %d", l.units), Reference: cite(table.Reference)})
		}
		if !flagged[l.code] {
			e.flag("mue-exceeded", l.code, text)
			flagged[l.code] = true
		}
	}
}
