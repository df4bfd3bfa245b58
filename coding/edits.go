package coding

import (
	"slices"

	"github.com/chargenote/chargenote/internal/effective"
)

// Edits is what the quarterly tables of CMS say on one day, with the first day of the quarter of each.
// A quarter that is zero: there is no such table. Pairs of CPT and of payers, and units of a payer's
// own, are not among them.
type Edits struct {
	Practitioner       EditsOfSide
	OutpatientHospital EditsOfSide
	AddOns             []AddOnEdit // by code
	AddOnsQuarter      effective.Date
}

// EditsOfSide is the pairs and unit limits for the claims of practitioners, or of outpatient hospitals.
type EditsOfSide struct {
	Pairs         []PairEdit // by column 1, then column 2
	PairsQuarter  effective.Date
	Limits        []LimitEdit // by code
	LimitsQuarter effective.Date
}

// A PairEdit is two codes of which, on one day, column 1 is paid and column 2 is denied.
type PairEdit struct {
	Column1   string
	Column2   string
	Indicator int // 0: never together; 1: together when distinct, with a modifier
}

// A LimitEdit is the units of a code on one day above which they are unlikely.
type LimitEdit struct {
	Code      string
	Units     int // 0 or more
	Indicator int // 1: by line; 2: absolute by policy; 3: a clinical benchmark
}

// An AddOnEdit is an add-on code with the codes that it may follow.
type AddOnEdit struct {
	Code      string
	Type      int      // 1: the primaries are all there are; 2: the contractor decides; 3: there are others
	Primaries []string // by code; none: the contractor decides, or no rule knows one
}

// Edits lists the pairs, unit limits and add-ons of CMS that the rules apply on a day of service, of
// all layers, whatever payers they hold for; see ForPayer. The tables are those of the latest quarter
// that had begun on that day, and before all of them the first. Of a table only the pairs that hold on
// that day are listed. The same rules and day give the same lists.
func (r *Rules) Edits(service effective.Date) Edits {
	on := r.whole.on(service)
	edits := Edits{
		Practitioner:       EditsOfSide{Pairs: r.whole.edits(on.pairs[practitioner], service), PairsQuarter: on.pairs[practitioner].ofQuarter()},
		OutpatientHospital: EditsOfSide{Pairs: r.whole.edits(on.pairs[outpatientHospital], service), PairsQuarter: on.pairs[outpatientHospital].ofQuarter()},
	}
	edits.Practitioner.Limits, edits.Practitioner.LimitsQuarter = limitEdits(on.limits[practitioner], practitioner)
	edits.OutpatientHospital.Limits, edits.OutpatientHospital.LimitsQuarter = limitEdits(on.limits[outpatientHospital], outpatientHospital)
	if t, ok := ofDay(r.whole.addOns, service, quarterOfAddOns); ok {
		edits.AddOns, edits.AddOnsQuarter = t.edits(), t.Quarter
	}
	return edits
}

// ofQuarter is the first day of the quarter of a table; zero where there is no table.
func (p *pairIndex) ofQuarter() effective.Date {
	if p == nil {
		return effective.Date{}
	}
	return p.quarter
}

// edits lists the pairs of a table that hold on a day.
func (v *view) edits(p *pairIndex, day effective.Date) []PairEdit {
	if p == nil {
		return nil
	}
	codes := effective.SortedKeys(v.numbers)
	var all []PairEdit
	for _, first := range codes {
		for _, second := range codes {
			switch p.on(day, v.numbers[first], v.numbers[second]) {
			case never:
				all = append(all, PairEdit{first, second, 0})
			case whenDistinct:
				all = append(all, PairEdit{first, second, 1})
			}
		}
	}
	return all
}

// limitEdits lists the units of CMS's table among those of a day, for one side.
func limitEdits(tables []*unitLimitsTable, side side) (all []LimitEdit, quarter effective.Date) {
	for _, t := range tables {
		if t.Quarter.IsZero() {
			continue
		}
		quarter = t.Quarter
		for _, code := range effective.SortedKeys(t.Limits) {
			if limit := t.Limits[code].of(side); limit != nil {
				all = append(all, LimitEdit{code, limit.Units, limit.Indicator})
			}
		}
	}
	return all, quarter
}

// edits lists the add-ons of a table.
func (t *addOnsTable) edits() []AddOnEdit {
	var all []AddOnEdit
	for _, code := range effective.SortedKeys(t.AddOns) {
		row := t.AddOns[code]
		all = append(all, AddOnEdit{code, row.Type, slices.Sorted(slices.Values(row.Primaries))})
	}
	return all
}
