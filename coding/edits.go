package coding

import (
	"cmp"
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
		Practitioner:       EditsOfSide{Pairs: on.pairs[practitioner].edits(service), PairsQuarter: on.pairs[practitioner].ofQuarter()},
		OutpatientHospital: EditsOfSide{Pairs: on.pairs[outpatientHospital].edits(service), PairsQuarter: on.pairs[outpatientHospital].ofQuarter()},
	}
	for _, t := range on.limits {
		if !t.Quarter.IsZero() {
			edits.limits(t)
		}
	}
	if t, ok := ofDay(r.whole.addOns, service, func(t *addOnsTable) effective.Date { return t.Quarter }); ok {
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

// edits lists the pairs that hold on a day.
func (p *pairIndex) edits(day effective.Date) []PairEdit {
	if p == nil {
		return nil
	}
	var all []PairEdit
	for key := range p.rows {
		switch p.on(day, key.first, key.second) {
		case never:
			all = append(all, PairEdit{key.first, key.second, 0})
		case whenDistinct:
			all = append(all, PairEdit{key.first, key.second, 1})
		}
	}
	slices.SortFunc(all, func(a, b PairEdit) int {
		return cmp.Or(cmp.Compare(a.Column1, b.Column1), cmp.Compare(a.Column2, b.Column2))
	})
	return all
}

// limits lists the units of a table, by side.
func (e *Edits) limits(t *unitLimitsTable) {
	e.Practitioner.LimitsQuarter, e.OutpatientHospital.LimitsQuarter = t.Quarter, t.Quarter
	for _, code := range effective.SortedKeys(t.Limits) {
		if limit := t.Limits[code].Practitioner; limit != nil {
			e.Practitioner.Limits = append(e.Practitioner.Limits, LimitEdit{code, limit.Units, limit.Indicator})
		}
		if limit := t.Limits[code].OutpatientHospital; limit != nil {
			e.OutpatientHospital.Limits = append(e.OutpatientHospital.Limits, LimitEdit{code, limit.Units, limit.Indicator})
		}
	}
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
