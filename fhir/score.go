package fhir

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/chargenote/chargenote/internal/visit"
)

// scores reads the instruments of the visit. What several resources say of one sitting is one
// score; a total is recomputed where every item is answered.
func (v *reading) scores() {
	all := append(v.observed(), v.answeredForms()...)
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
	v.out.Scores = []visit.Score{}
	for _, g := range sittings {
		if insideAnother(g, sittings) || len(g.answers)+len(g.declined) == 0 && g.total == nil && !g.panel {
			continue
		}
		v.out.Scores = append(v.out.Scores, v.score(g))
	}
	slices.SortFunc(v.out.Scores, func(a, b visit.Score) int {
		return cmp.Or(cmp.Compare(a.Date, b.Date), cmp.Compare(a.Instrument, b.Instrument), slices.Compare(a.Sources, b.Sources))
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

func (v *reading) score(g *given) visit.Score {
	i := g.instrument
	slices.Sort(g.sources)
	g.sources = slices.Compact(g.sources)
	score := visit.Score{Instrument: i.Name, Range: i.Range, Date: g.when.String(), Triggers: []string{}, Sources: g.sources}
	missing := v.missingItems(g)
	switch {
	case i.YesNo:
		score.Complete = len(missing) == 0
		if score.Complete {
			score.Band = riskLevel(g.answers)
		}
	case len(g.answers)+len(g.declined) == 0:
		score.Total, score.Complete = g.total, g.total != nil
	case len(missing) == 0:
		total := sum(g.answers)
		score.Total, score.Complete, score.Recomputed = &total, true, true
		if g.total != nil && *g.total != total {
			score.Stated = g.total
			v.note(g.sources[0], "its items add up to %d and its stored total is %d: the items count", total, *g.total)
		}
	default:
		score.Stated = g.total
	}
	if len(missing) > 0 && len(g.answers)+len(g.declined) > 0 {
		v.note(g.sources[0], "%s is not complete: %s", i.Name, itemsText(missing))
	}
	if score.Total != nil {
		score.Band = i.word(*score.Total)
	}
	score.Triggers = triggers(g)
	return score
}

// missingItems are the items of an instrument that have no usable answer.
func (v *reading) missingItems(g *given) []int {
	var missing []int
	for n := range g.instrument.Items {
		if _, ok := g.answers[n+1]; !ok {
			missing = append(missing, n+1)
		}
	}
	if g.instrument.YesNo {
		return missingScreener(g.answers, missing)
	}
	return missing
}

// missingScreener follows the branches of the C-SSRS screener: items 3 to 5 are asked only where
// item 2 is yes, and the last three months only where there ever was behaviour.
func missingScreener(answers map[int]int, missing []int) []int {
	two, asked := answers[2]
	lifetime, askedLifetime := answers[6]
	return slices.DeleteFunc(missing, func(item int) bool {
		return asked && two == 0 && item >= 3 && item <= 5 || askedLifetime && lifetime == 0 && item == 7
	})
}

func itemsText(items []int) string {
	if len(items) == 1 {
		return fmt.Sprintf("item %d has no answer", items[0])
	}
	words := make([]string, len(items))
	for i, item := range items {
		words[i] = fmt.Sprint(item)
	}
	return "items " + listed(words) + " have no answer"
}

func sum(answers map[int]int) int {
	total := 0
	for _, value := range answers {
		total += value
	}
	return total
}

// triggers are the answers that ask for a look whatever the total.
func triggers(g *given) []string {
	list := []string{}
	for _, t := range g.instrument.Triggers {
		value, ok := g.answers[t.Item]
		switch {
		case !ok || value < t.From:
		case g.instrument.YesNo:
			list = append(list, fmt.Sprintf("item %d is yes", t.Item))
		default:
			list = append(list, fmt.Sprintf("item %d is %d", t.Item, value))
		}
	}
	return list
}
