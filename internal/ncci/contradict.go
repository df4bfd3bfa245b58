package ncci

import "fmt"

// ofOneQuarter is what to look at where rows contradict each other.
const ofOneQuarter = "are the files of one quarter?"

// contradictions reports rows that cannot hold together: a pair with two indicators on one day, a
// code with two limits on one side, an add-on of two types.
func (r *reader) contradictions(t *Tables) {
	for _, side := range sides {
		r.pairContradictions(side, t.Pairs[side])
		r.limitContradictions(side, t.Limits[side])
	}
	r.addOnContradictions(t.AddOns)
}

// pairContradictions looks at the rows of each pair, which stand together in the order of their days.
func (r *reader) pairContradictions(side Side, rows []PairRow) {
	for i, row := range rows {
		for j := i - 1; j >= 0 && rows[j].Column1 == row.Column1 && rows[j].Column2 == row.Column2; j-- {
			before := rows[j]
			if before.neverWas() || row.neverWas() || before.Indicator == row.Indicator {
				continue
			}
			if before.Deleted.IsZero() || !before.Deleted.Before(row.Effective) {
				r.faults.add(&Fault{File: "PTP table, " + side.String(), Problem: fmt.Sprintf("%s with %s has indicator %d and indicator %d on %s: %s",
					row.Column1, row.Column2, before.Indicator, row.Indicator, dayOrAlways(row), ofOneQuarter)})
			}
		}
	}
}

// dayOrAlways is the first day of a row in words.
func dayOrAlways(row PairRow) string {
	if row.Effective.IsZero() {
		return "days before 1996"
	}
	return row.Effective.String()
}

func (r *reader) limitContradictions(side Side, rows []LimitRow) {
	for i, row := range rows {
		if i > 0 && rows[i-1].Code == row.Code {
			r.faults.add(&Fault{File: "MUE table, " + side.String(), Problem: fmt.Sprintf("%s has two limits, %s and %s: %s", row.Code, rows[i-1], row, ofOneQuarter)})
		}
	}
}

func (r *reader) addOnContradictions(rows []AddOnRow) {
	types := map[string]int{}
	for _, row := range rows {
		if !row.Deleted.IsZero() {
			continue
		}
		if before, ok := types[row.AddOn]; ok && before != row.Type {
			r.faults.add(&Fault{File: "add-on table", Problem: fmt.Sprintf("%s is an add-on of type %d and of type %d: %s", row.AddOn, before, row.Type, ofOneQuarter)})
		}
		types[row.AddOn] = row.Type
	}
}

// String is the limit in words, "3 units, indicator 3".
func (r LimitRow) String() string {
	if r.Units == 1 {
		return fmt.Sprintf("1 unit, indicator %d", r.Indicator)
	}
	return fmt.Sprintf("%d units, indicator %d", r.Units, r.Indicator)
}
