package fhir

import (
	"cmp"
	"slices"
	"strings"

	"github.com/chargenote/chargenote/coding/screening"
	"github.com/chargenote/chargenote/internal/visit"
)

// scores reads the instruments of the visit. What several resources say of one sitting is one
// score; a total is recomputed where every item is answered.
func (v *reading) scores() {
	observations, forms := v.observations(), v.forms()
	sittings := sittingsOf(append(v.observed(observations), v.answered(forms)...))
	v.out.Scores = []visit.Score{}
	for _, g := range sittings {
		v.out.Scores = append(v.out.Scores, v.score(g))
	}
	v.history(sittings)
	v.lookAtUncounted(sittings)
	slices.SortFunc(v.out.Scores, func(a, b visit.Score) int {
		return cmp.Or(cmp.Compare(a.Date, b.Date), cmp.Compare(a.Instrument, b.Instrument), slices.Compare(a.Sources, b.Sources))
	})
}

// score is what the instrument says, in the words of the visit. What was left out, filled in or in
// disagreement is named.
func (v *reading) score(g *given) visit.Score {
	slices.Sort(g.sources)
	g.sources = slices.Compact(g.sources)
	facts, basis := v.bandFacts(g.instrument)
	r := g.result(facts)
	v.nameUnused(g)
	for _, remark := range r.Remarks {
		v.note(g.sources[0], "%s", remark)
	}
	if r.Band != "" && basis != nil {
		r.BandNote = basis()
	}
	score := visit.Score{
		Instrument: r.Instrument, Total: r.Total, Stated: r.Stated, Average: r.Average, Prorated: r.Prorated, Band: r.Band, BandNote: r.BandNote,
		Date: g.when.String(), Complete: r.Complete, Recomputed: r.Recomputed, Triggers: r.Triggers, Next: r.Next,
		Subscales: subscalesOf(r.Parts), Sources: g.sources, Basis: visit.BandBasis{Sex: facts.Sex, SchoolYears: facts.SchoolYears},
	}
	if isScored(score) {
		score.Supports = strings.TrimSpace(g.instrument.SupportText() + " " + g.instrument.BundledText())
	}
	copy(score.Range[:], g.instrument.Range)
	return score
}

func subscalesOf(parts []screening.Part) []visit.Subscale {
	var all []visit.Subscale
	for _, p := range parts {
		all = append(all, visit.Subscale{Name: p.Name, Value: p.Value, Positive: truth(p.Positive)})
	}
	return all
}

// truth is nil where it is not known.
func truth(t screening.Truth) *bool {
	if t == "" {
		return nil
	}
	yes := t == screening.Yes
	return &yes
}
