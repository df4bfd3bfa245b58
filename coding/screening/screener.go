package screening

import "slices"

// screenerKind has yes and no items, no total and a triage: the highest level of which any item is
// yes. It says nothing before every item that was asked has an answer.
type screenerKind struct{}

func (screenerKind) total(*Instrument, map[int]int) int { return 0 }

func (screenerKind) word(i *Instrument, answers map[int]int, _ Facts, r *Result) {
	if !r.Complete {
		return
	}
	for _, level := range i.Levels {
		if slices.ContainsFunc(level.Any, func(item int) bool { return answers[item] > 0 }) {
			r.Band = level.Word
			return
		}
	}
	r.Band = i.Otherwise
}

func (screenerKind) faults(i *Instrument, add func(string, ...string)) {
	if len(i.Levels) == 0 || i.Otherwise == "" {
		add("screener needs levels, and otherwise for where none is met", "levels")
	}
	if !i.Items.YesNo {
		add("screener needs items that are yes or no", "items")
	}
	if len(i.Range) > 0 || len(i.Bands) > 0 {
		add("screener has no total, so neither range nor bands", "range")
	}
	for _, level := range i.Levels {
		if level.Word == "" {
			add("a level needs its word", "levels")
		}
		i.checkItems(level.Any, add, "levels")
	}
}
