package ncci

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/chargenote/chargenote/internal/effective"
)

// A Change is one difference between two layers, as they stand on the first day of their quarters.
type Change struct {
	Table string `json:"table"`          // pairs, unit-limits or add-ons
	Side  Side   `json:"side,omitempty"` // empty for add-ons
	Code  string `json:"code,omitempty"` // column 1, the limited code, or the add-on; empty: the table as a whole
	With  string `json:"with,omitempty"` // column 2, or the primary
	What  string `json:"what"`           // in words
}

// String writes the change on one line: "practitioner: 90791 with 96127: added, never together".
func (c Change) String() string {
	text := c.What
	switch {
	case c.With != "":
		text = c.Code + " with " + c.With + ": " + text
	case c.Code != "":
		text = c.Code + ": " + text
	}
	if c.Side != "" {
		return c.Side.String() + ": " + text
	}
	return "add-ons: " + text
}

// Changes lists what differs between the layer before and the one after it, pairs first, then
// limits, then add-ons, each by side and code. A table that only one of them has is one change.
func Changes(before, after *Layer) []Change {
	var changes []Change
	for _, side := range sides {
		old, had := before.Pairs[side]
		now, has := after.Pairs[side]
		if had && has {
			changes = append(changes, pairChanges(side, before.Quarter, after.Quarter, old, now)...)
			continue
		}
		changes = append(changes, given("pairs", side, "PTP table", had, has)...)
	}
	for _, side := range sides {
		old, had := before.Limits[side]
		now, has := after.Limits[side]
		if had && has {
			changes = append(changes, limitChanges(side, old, now)...)
			continue
		}
		changes = append(changes, given("unit-limits", side, "MUE table", had, has)...)
	}
	if had, has := before.AddOns != nil, after.AddOns != nil; !had || !has {
		return append(changes, given("add-ons", "", "add-on table", had, has)...)
	}
	return append(changes, addOnChanges(before.addOnsInForce(), after.addOnsInForce())...)
}

// given is the change of a table that is only in one layer.
func given(table string, side Side, name string, had, has bool) []Change {
	switch {
	case has && !had:
		return []Change{{Table: table, Side: side, What: "the " + name + " is new; the layer before has none to compare with"}}
	case had && !has:
		return []Change{{Table: table, Side: side, What: "the " + name + " was not given; what the layer before says stays"}}
	}
	return nil
}

// A pair is two codes in the order of their columns.
type pair struct{ column1, column2 string }

func (p pair) turned() pair { return pair{p.column2, p.column1} }

// together is what an indicator means, in words.
var together = [2]string{"never together", "together when distinct"}

// pairsInForce is the indicator of each pair on a day.
func pairsInForce(rows []PairRow, day effective.Date) map[pair]int {
	found := map[pair]int{}
	for _, row := range rows {
		if !row.neverWas() && inForce(day, row.Effective, row.Deleted) {
			found[pair{row.Column1, row.Column2}] = row.Indicator
		}
	}
	return found
}

func pairChanges(side Side, dayBefore, dayAfter effective.Date, rowsBefore, rowsAfter []PairRow) []Change {
	before, after := pairsInForce(rowsBefore, dayBefore), pairsInForce(rowsAfter, dayAfter)
	ends := lastDays(rowsAfter, dayAfter)
	var changes []Change
	for _, p := range pairsOf(before, after) {
		was, had := before[p]
		is, has := after[p]
		_, hadTurned := before[p.turned()]
		_, hasTurned := after[p.turned()]
		what := ""
		switch {
		case had && has && was != is:
			what = fmt.Sprintf("from %d to %d, %s", was, is, together[is])
		case had && has:
			continue
		case has && hadTurned && !hasTurned:
			what = fmt.Sprintf("columns turned, %s is now column 1 and %s is denied; %s", p.column1, p.column2, together[is])
		case has:
			what = "added, " + together[is]
		case hasTurned && !hadTurned:
			continue // said of the pair the other way round
		default:
			what = "ended"
			if last := ends[p]; !last.IsZero() {
				what += fmt.Sprintf(", last day %s", last)
			}
		}
		changes = append(changes, Change{"pairs", side, p.column1, p.column2, what})
	}
	return changes
}

// lastDays is the latest day before a day on which each pair ended.
func lastDays(rows []PairRow, day effective.Date) map[pair]effective.Date {
	last := map[pair]effective.Date{}
	for _, row := range rows {
		p := pair{row.Column1, row.Column2}
		if !row.neverWas() && row.Deleted.Before(day) && last[p].Before(row.Deleted) {
			last[p] = row.Deleted
		}
	}
	return last
}

// pairsOf is the pairs of both days, in order.
func pairsOf(before, after map[pair]int) []pair {
	all := make([]pair, 0, len(before)+len(after))
	for p := range before {
		all = append(all, p)
	}
	for p := range after {
		all = append(all, p)
	}
	slices.SortFunc(all, func(a, b pair) int {
		return cmp.Or(cmp.Compare(a.column1, b.column1), cmp.Compare(a.column2, b.column2))
	})
	return slices.Compact(all)
}

func limitChanges(side Side, rowsBefore, rowsAfter []LimitRow) []Change {
	before, after := limitsByCode(rowsBefore), limitsByCode(rowsAfter)
	var changes []Change
	add := func(code, format string, args ...any) {
		changes = append(changes, Change{"unit-limits", side, code, "", fmt.Sprintf(format, args...)})
	}
	for _, code := range keysOf(before, after) {
		was, had := before[code]
		is, has := after[code]
		switch {
		case !had:
			add(code, "limit added, %s", is)
		case !has:
			add(code, "limit ended, it was %s", was)
		default:
			if was.Units != is.Units {
				add(code, "units from %d to %d", was.Units, is.Units)
			}
			if was.Indicator != is.Indicator {
				add(code, "adjudication indicator from %d to %d", was.Indicator, is.Indicator)
			}
		}
	}
	return changes
}

func limitsByCode(rows []LimitRow) map[string]LimitRow {
	byCode := map[string]LimitRow{}
	for _, row := range rows {
		byCode[row.Code] = row
	}
	return byCode
}

// keysOf is the codes of both, in order.
func keysOf[V any](before, after map[string]V) []string {
	all := append(effective.SortedKeys(before), effective.SortedKeys(after)...)
	slices.Sort(all)
	return slices.Compact(all)
}

func addOnChanges(before, after map[string]addOn) []Change {
	var changes []Change
	add := func(code, primary, format string, args ...any) {
		changes = append(changes, Change{Table: "add-ons", Code: code, With: primary, What: fmt.Sprintf(format, args...)})
	}
	for _, code := range keysOf(before, after) {
		was, had := before[code]
		is, has := after[code]
		switch {
		case !had:
			add(code, "", "add-on added, of type %d", is.kind)
		case !has:
			add(code, "", "add-on ended, it was of type %d", was.kind)
			continue
		case was.kind != is.kind:
			add(code, "", "type from %d to %d", was.kind, is.kind)
		}
		for _, primary := range keysOf(setOf(was.primaries), setOf(is.primaries)) {
			switch {
			case !slices.Contains(was.primaries, primary):
				add(code, primary, "primary added")
			case !slices.Contains(is.primaries, primary):
				add(code, primary, "primary removed")
			}
		}
	}
	return changes
}

func setOf(codes []string) map[string]bool {
	set := make(map[string]bool, len(codes))
	for _, code := range codes {
		set[code] = true
	}
	return set
}
