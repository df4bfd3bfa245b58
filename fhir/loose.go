package fhir

import (
	"cmp"
	"slices"

	"github.com/chargenote/chargenote/coding/screening"
)

// A looseItem is an item that no panel names, with what grouping asks of it again and again.
type looseItem struct {
	observation
	at       *given // when it was observed, and by whom
	meanings []screening.Meaning
}

// looseItems groups items that no panel names by sitting, each read as the instrument that holds
// them all. Items of one instant and one hand are together before others are joined to them, so that
// no sitting takes an item out of another.
func (v *reading) looseItems(items []looseItem) []*given {
	slices.SortFunc(items, func(a, b looseItem) int {
		return cmp.Or(inOrder(a.at.when, b.at.when), cmp.Compare(a.Reference, b.Reference))
	})
	together := grouped(items, func(group []looseItem, o looseItem) bool {
		return group[0].at.sameInstant(o.at) && slices.Equal(group[0].at.hands, o.at.hands) && oneInstrument(group, o)
	})
	var sittings [][]looseItem
	for _, group := range together {
		at := slices.IndexFunc(sittings, func(s []looseItem) bool { return completes(s, group) })
		if at < 0 {
			sittings = append(sittings, group)
			continue
		}
		sittings[at] = append(sittings[at], group...)
	}
	var list []*given
	for _, sitting := range sittings {
		list = append(list, v.sitting(sitting))
	}
	return list
}

// grouped puts each item into the first group that it fits.
func grouped(items []looseItem, fits func([]looseItem, looseItem) bool) [][]looseItem {
	var groups [][]looseItem
	for _, o := range items {
		at := slices.IndexFunc(groups, func(group []looseItem) bool { return fits(group, o) })
		if at < 0 {
			groups = append(groups, []looseItem{o})
			continue
		}
		groups[at] = append(groups[at], o)
	}
	return groups
}

// oneInstrument reports whether one instrument holds all of these items.
func oneInstrument(group []looseItem, more ...looseItem) bool {
	var all [][]screening.Meaning
	for _, o := range slices.Concat(group, more) {
		all = append(all, o.meanings)
	}
	_, ok := smallest(all)
	return ok
}

// completes reports whether a group belongs to a sitting: near in time, by no other hand, of one
// instrument with it, and of items that are not there yet.
func completes(sitting, group []looseItem) bool {
	if !sitting[0].at.closeTo(group[0].at) || sitting[0].at.byOtherHands(group[0].at) {
		return false
	}
	for _, o := range group {
		if slices.ContainsFunc(sitting, o.sameItem) {
			return false
		}
	}
	return oneInstrument(sitting, group...)
}

// sameItem reports whether two observations are of one item of an instrument.
func (o looseItem) sameItem(other looseItem) bool {
	return slices.ContainsFunc(o.meanings, func(m screening.Meaning) bool {
		role, item := roleIn(m.Instrument, other.meanings)
		return m.Role == screening.Item && role == screening.Item && item == m.Item
	})
}

func (v *reading) sitting(items []looseItem) *given {
	var all [][]screening.Meaning
	for _, o := range items {
		all = append(all, o.meanings)
	}
	i, _ := smallest(all)
	g := newGiven(i, items[0].at.when)
	for _, o := range items {
		_, item := roleIn(i, o.meanings)
		g.answer(o.Reference, item, observedReply(i, item, o.observation))
		g.sources = append(g.sources, o.Reference)
		g.hands = sortedUnion(g.hands, o.at.hands)
		v.use(o.entry, o.lenient)
	}
	return g
}
