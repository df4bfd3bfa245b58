package screening

import (
	"maps"
	"slices"
)

// limits are the lowest and the highest answer of an item, and the answers that exist where some
// between are missing.
func (i *Instrument) limits(item int) (lowest, most int, only []int) {
	for _, d := range i.Items.Differ {
		if slices.Contains(d.Items, item) {
			return d.Lowest, d.Most, d.Only
		}
	}
	return 0, i.Items.Most, nil
}

// Allows reports whether an item exists and takes this answer.
func (i *Instrument) Allows(item, answer int) bool {
	lowest, most, only := i.limits(item)
	return item >= 1 && item <= i.Items.Count && answer >= lowest && answer <= most &&
		(only == nil || slices.Contains(only, answer))
}

// AnswerValue is the value that a LOINC answer code has for this instrument.
func (i *Instrument) AnswerValue(code string) (value int, ok bool) {
	for _, a := range i.Answers {
		if a.Code == code && a.Sure != Unsure {
			return a.Value, true
		}
	}
	return 0, false
}

// points is what an answer adds to a total or a part.
func (i *Instrument) points(item, answer int) int {
	if slices.Contains(i.Items.Reversed, item) {
		return i.Items.Most - answer
	}
	return answer
}

// usable keeps the answers that the items take; the others count as none.
func (i *Instrument) usable(answers map[int]int) map[int]int {
	kept := map[int]int{}
	for item, answer := range answers {
		if i.Allows(item, answer) {
			kept[item] = answer
		}
	}
	return kept
}

// onOtherScale reports whether all answers fit another scale that is in use: then none says which of
// the two was meant.
func (i *Instrument) onOtherScale(answers map[int]int) bool {
	scale := i.Items.OrElse
	return len(scale) == 2 && len(answers) > 0 && !slices.ContainsFunc(slices.Collect(maps.Values(answers)), func(answer int) bool {
		return answer < scale[0] || answer > scale[1]
	})
}
