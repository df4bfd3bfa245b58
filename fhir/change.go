package fhir

import (
	"cmp"
	"slices"

	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"

	"github.com/chargenote/chargenote/internal/effective"
	"github.com/chargenote/chargenote/internal/visit"
)

// A past is a sitting on a day before the visit.
type past struct {
	instrument string
	total      int
	open       bool // it gave no total
	stated     *int // where the items add up to something else
	band       string
	when       DateTime
	day        effective.Date
	sources    []string
	versions   []visit.Version
}

// mostEarlier is how many earlier totals are listed; the latest ones are.
const mostEarlier = 12

// history puts beside each score the patient's earlier totals of its instrument, oldest first, and
// compares its total with the latest one. It takes what was read for the visit anyway, and asks for
// nothing more.
func (v *reading) history(sittings []*given) {
	if len(sittings) == 0 {
		return
	}
	all := v.earlierTotals()
	for n, g := range sittings {
		score := &v.out.Scores[n]
		earlier := earlierThan(all, score.Instrument, v.dayOf(g), false)
		for _, p := range lately(earlier) {
			score.Trend = append(score.Trend, visit.EarlierTotal{Date: p.when.String(), Total: p.total, Band: p.band, Stated: p.stated, Sources: p.sources, Versions: p.versions})
		}
		for _, p := range lately(earlierThan(all, score.Instrument, v.dayOf(g), true)) {
			score.Unfinished = append(score.Unfinished, visit.Unfinished{Date: p.when.String(), Sources: p.sources, Versions: p.versions})
		}
		if before, ok := latest(earlier); ok && score.Total != nil {
			d := g.instrument.Compare(before.total, *score.Total)
			score.Change = &visit.Change{From: before.total, Date: before.when.String(), Points: d.Points,
				Meaningful: truth(d.Meaningful), Text: d.Text, Sources: before.sources}
		}
	}
}

// lately are the latest of the earlier ones.
func lately(earlier []past) []past { return earlier[max(0, len(earlier)-mostEarlier):] }

// dayOf is the day of a sitting, and the first one of the visit where it has none.
func (v *reading) dayOf(g *given) effective.Date {
	if day := g.when.Day(v.visitZone()); !day.IsZero() {
		return day
	}
	first, _ := v.visitDays()
	return first
}

// earlierTotals reads the instruments of the days before the visit. Of another visit nothing is said
// and nothing is evidence, so what this reading notes and uses is its own.
func (v *reading) earlierTotals() []past {
	beside := v.aside()
	beside.unfinal = unfinal{}
	found := append(beside.observed(beside.observationsBefore()), beside.answered(beside.formsBefore())...)
	var all []past
	for _, g := range sittingsOf(found) {
		facts, _ := beside.bandFacts(g.instrument)
		r := g.result(facts)
		if !g.instrument.HasTotal() {
			continue
		}
		p := past{instrument: g.instrument.Name, open: r.Total == nil, stated: r.Stated, band: r.Band, when: g.when, day: g.when.Day(v.visitZone()), sources: sortedUnion(g.sources, nil)}
		if r.Total != nil {
			p.total = *r.Total
		}
		for _, source := range p.sources {
			if version, read := beside.used[source]; read {
				p.versions = append(p.versions, version)
			}
		}
		all = append(all, p)
	}
	return all
}

// before reports whether something of this very patient belongs to a day before the visit, and to no
// part of the visit.
func (v *reading) before(e *entry, subject, encounter *r4.Reference, when DateTime) bool {
	first, _ := v.visitDays()
	day := when.Day(v.visitZone())
	ofVisit, _ := v.ofVisit(encounter)
	return !ofVisit && v.patients(e, subject) && !day.IsZero() && !first.IsZero() && day.Before(first)
}

func (v *reading) observationsBefore() []observation {
	var list []observation
	for _, o := range readAll(v, "Observation", func(o *r4.Observation) *r4.Reference { return o.Subject }) {
		if finalObservation(o.Value.Status) && v.before(o.entry, o.Value.Subject, o.Value.Encounter, v.observedAt(o)) {
			list = append(list, o)
		}
	}
	return list
}

func (v *reading) formsBefore() []response {
	var list []response
	for _, q := range readAll(v, "QuestionnaireResponse", func(q *r4.QuestionnaireResponse) *r4.Reference { return q.Subject }) {
		if completedForm(q.Value.Status) && v.before(q.entry, q.Value.Subject, q.Value.Encounter, v.authored(q)) {
			list = append(list, q)
		}
	}
	return list
}

// earlierThan are the totals of an instrument before a day, oldest first; or the sittings that gave none.
func earlierThan(all []past, instrument string, day effective.Date, open bool) []past {
	var found []past
	for _, p := range all {
		if p.instrument == instrument && p.open == open && p.day.Before(day) {
			found = append(found, p)
		}
	}
	slices.SortFunc(found, func(a, b past) int {
		return cmp.Or(a.day.Compare(b.day), timed(a)-timed(b), order(a, b), slices.Compare(a.sources, b.sources))
	})
	return found
}

// timed puts totals without a time before those of the same day that have one.
func timed(p past) int {
	if p.when.Known() {
		return 1
	}
	return 0
}

// latest is the last of the earlier totals. Where two of one day differ and their times do not say which
// came last, none is known.
func latest(earlier []past) (past, bool) {
	if len(earlier) == 0 {
		return past{}, false
	}
	last := earlier[len(earlier)-1]
	for _, p := range earlier {
		if order(p, last) == 0 && p.total != last.total {
			return past{}, false
		}
	}
	return last, true
}

// order puts totals in the order of their days, and those of one day by their times where both are known.
func order(a, b past) int {
	switch {
	case a.day.Before(b.day):
		return -1
	case b.day.Before(a.day):
		return 1
	case a.when.Known() && b.when.Known():
		return a.when.Time.Compare(b.when.Time)
	}
	return 0
}
