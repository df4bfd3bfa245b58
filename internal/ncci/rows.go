package ncci

import (
	"cmp"
	"slices"

	"github.com/chargenote/chargenote/internal/effective"
)

// A PairRow is one procedure-to-procedure edit: where both codes are billed for one day, column 1
// is paid and column 2 is denied.
type PairRow struct {
	Column1   string
	Column2   string
	Effective effective.Date // first day; zero: not known, before the tables began
	Deleted   effective.Date // last day, that day included; zero: still in force
	Indicator int            // 0 never together, 1 together when distinct, with a modifier; 9 as if it had never been
}

// A LimitRow is the units of a code above which a day's units are unlikely.
type LimitRow struct {
	Code      string
	Units     int // a day, or a claim line where the indicator is 1
	Indicator int // 1 claim line; 2 day, absolute by policy; 3 day, clinical benchmark
}

// An AddOnRow is an add-on code with one code that it may be added to.
type AddOnRow struct {
	AddOn     string
	Type      int            // 1: the primaries are a complete list; 2: the contractor decides; 3: a partial list
	Primary   string         // empty: the contractor decides, or a code that the caller does not know
	Effective effective.Date // first day; zero: not known
	Deleted   effective.Date // last day, that day included, of the edit, the add-on or the primary, the earliest; zero: in force
}

// Tables is the rows that were read, sorted and without duplicates. A side that is not in a map was
// not given; a nil AddOns likewise.
type Tables struct {
	Pairs  map[Side][]PairRow
	Limits map[Side][]LimitRow
	AddOns []AddOnRow
}

func comparePairs(a, b PairRow) int {
	return cmp.Or(cmp.Compare(a.Column1, b.Column1), cmp.Compare(a.Column2, b.Column2),
		a.Effective.Compare(b.Effective), a.Deleted.Compare(b.Deleted), cmp.Compare(a.Indicator, b.Indicator))
}

func compareLimits(a, b LimitRow) int {
	return cmp.Or(cmp.Compare(a.Code, b.Code), cmp.Compare(a.Units, b.Units), cmp.Compare(a.Indicator, b.Indicator))
}

func compareAddOns(a, b AddOnRow) int {
	return cmp.Or(cmp.Compare(a.AddOn, b.AddOn), cmp.Compare(a.Type, b.Type), cmp.Compare(a.Primary, b.Primary),
		a.Effective.Compare(b.Effective), a.Deleted.Compare(b.Deleted))
}

// sorted is the rows in order, each once. It is not nil, so that a table that was read and of which
// nothing was kept differs from one that was not given.
func sorted[T comparable](rows []T, compare func(a, b T) int) []T {
	rows = append(make([]T, 0, len(rows)), rows...)
	slices.SortFunc(rows, compare)
	return slices.Compact(rows)
}

// neverWas reports whether the row is as if it had never been: indicator 9, or deleted on the day it
// became effective.
func (r PairRow) neverWas() bool {
	return r.Indicator == indicatorWithdrawn || (!r.Deleted.IsZero() && r.Deleted == r.Effective)
}

// inForce reports whether a row that holds from one day until another, both included and zero where
// open, holds on a day.
func inForce(day, from, until effective.Date) bool {
	return !day.Before(from) && (until.IsZero() || !until.Before(day))
}
