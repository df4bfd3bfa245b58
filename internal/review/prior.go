package review

import (
	"cmp"
	"slices"

	"github.com/chargenote/chargenote/docs"
	"github.com/chargenote/chargenote/internal/visit"
)

// priors are the earlier notes of a visit as the documentation rules take them.
func priors(notes []visit.Prior) []docs.Prior {
	var all []docs.Prior
	for _, n := range notes {
		all = append(all, docs.Prior{Reference: n.Reference, Day: n.Day, Text: n.Text})
	}
	return all
}

// evidence is what a filing rests on: the evidence of the visit, and the earlier note that the gap note
// names. Earlier notes that were compared and of which nothing is said are no evidence.
func (r *Review) evidence() []visit.Version {
	all := slices.Clone(r.visit.Evidence)
	if !docs.NamesEarlier(r.Documentation) {
		return all
	}
	for _, n := range r.visit.Priors {
		if n.Reference != r.Documentation.Similarity.Reference {
			continue
		}
		for _, source := range n.Sources {
			if !slices.ContainsFunc(all, func(v visit.Version) bool { return v.Reference == source.Reference }) {
				all = append(all, source)
			}
		}
	}
	slices.SortFunc(all, func(a, b visit.Version) int { return cmp.Compare(a.Reference, b.Reference) })
	return all
}
