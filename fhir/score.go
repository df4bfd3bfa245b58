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
	sittings := sittingsOf(append(v.observed(v.observations()), v.answered(v.forms())...))
	v.out.Scores = []visit.Score{}
	for _, g := range sittings {
		v.out.Scores = append(v.out.Scores, v.score(g))
	}
	v.changes(sittings)
	slices.SortFunc(v.out.Scores, func(a, b visit.Score) int {
		return cmp.Or(cmp.Compare(a.Date, b.Date), cmp.Compare(a.Instrument, b.Instrument), slices.Compare(a.Sources, b.Sources))
	})
}

// sittingsOf joins what belongs to one sitting, and leaves out what is no score of its own.
func sittingsOf(all []*given) []*given {
	slices.SortStableFunc(all, func(a, b *given) int {
		return cmp.Or(cmp.Compare(len(b.answers), len(a.answers)), cmp.Compare(a.sources[0], b.sources[0]))
	})
	var sittings []*given
	for _, g := range all {
		at := slices.IndexFunc(sittings, func(s *given) bool {
			return s.instrument.Name == g.instrument.Name && s.closeTo(g) && !s.conflictsAsSitting(g)
		})
		if at < 0 {
			sittings = append(sittings, g)
			continue
		}
		sittings[at].join(g)
	}
	return slices.DeleteFunc(slices.Clone(sittings), func(g *given) bool {
		return insideAnother(g, sittings) || len(g.answers)+len(g.declined) == 0 && g.total == nil && !g.panel
	})
}

// conflictsAsSitting keeps two results apart that cannot be one: answers that differ, or two bare
// totals by different hands. A total that disagrees with items is a finding within one score.
func (g *given) conflictsAsSitting(other *given) bool {
	if len(g.answers) > 0 && len(other.answers) > 0 || len(g.answers)+len(other.answers) == 0 {
		return g.contradicts(other)
	}
	return g.total != nil && other.total != nil && *g.total != *other.total
}

// insideAnother reports whether a PHQ-2 is the beginning of a PHQ-9 of the same sitting.
func insideAnother(g *given, all []*given) bool {
	return g.instrument.Name == "PHQ-2" && slices.ContainsFunc(all, func(other *given) bool {
		return (other.instrument.Name == "PHQ-9" || other.instrument.Name == "PHQ-9M") && g.closeTo(other)
	})
}

// result asks the instrument what it says.
func (g *given) result(facts screening.Facts) screening.Result {
	return g.instrument.Score(screening.Given{Answers: g.answers, Unanswered: g.declined, Unread: g.unread, Stated: g.total}, facts)
}

// score is what the instrument says, in the words of the visit. What was left out, filled in or in
// disagreement is named.
func (v *reading) score(g *given) visit.Score {
	slices.Sort(g.sources)
	g.sources = slices.Compact(g.sources)
	facts, basis := v.bandFacts(g.instrument)
	r := g.result(facts)
	for _, remark := range r.Remarks {
		v.note(g.sources[0], "%s", remark)
	}
	if r.Band != "" && basis != nil {
		r.BandNote = basis()
	}
	score := visit.Score{
		Instrument: r.Instrument, Total: r.Total, Stated: r.Stated, Average: r.Average, Prorated: r.Prorated, Band: r.Band, BandNote: r.BandNote,
		Date: g.when.String(), Complete: r.Complete, Recomputed: r.Recomputed, Triggers: r.Triggers, Next: r.Next,
		Subscales: subscalesOf(r.Parts), Sources: g.sources,
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
