package fhir

import (
	"cmp"
	"slices"

	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"

	"github.com/chargenote/chargenote/coding/screening"
	"github.com/chargenote/chargenote/internal/effective"
	"github.com/chargenote/chargenote/internal/visit"
)

// A past is a total that was reached on a day before the visit.
type past struct {
	instrument string
	total      int
	when       DateTime
	day        effective.Date
	sources    []string
}

// changes compares each total of the visit with the patient's latest one of an earlier day. It takes
// what was read for the visit anyway, and asks for nothing more.
func (v *reading) changes(sittings []*given) {
	if !slices.ContainsFunc(v.out.Scores, func(s visit.Score) bool { return s.Total != nil }) {
		return
	}
	all := v.earlierTotals()
	for n, g := range sittings {
		score := &v.out.Scores[n]
		if score.Total == nil {
			continue
		}
		if before, ok := latestBefore(all, score.Instrument, v.dayOf(g)); ok {
			d := g.instrument.Compare(before.total, *score.Total)
			score.Change = &visit.Change{From: before.total, Date: before.when.String(), Points: d.Points,
				Meaningful: truth(d.Meaningful), Text: d.Text, Sources: before.sources}
		}
	}
}

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
	beside := *v
	beside.notes, beside.used = map[visit.Remark]bool{}, map[string]string{}
	found := append(beside.observed(beside.observationsBefore()), beside.answered(beside.formsBefore())...)
	var all []past
	for _, g := range sittingsOf(found) {
		if r := g.result(screening.Facts{}); r.Total != nil {
			slices.Sort(g.sources)
			all = append(all, past{g.instrument.Name, *r.Total, g.when, g.when.Day(v.visitZone()), slices.Compact(g.sources)})
		}
	}
	return all
}

// before reports whether something of this very patient belongs to a day before the visit, and to no
// part of the visit.
func (v *reading) before(subject, encounter *r4.Reference, when DateTime) bool {
	first, _ := v.visitDays()
	day := when.Day(v.visitZone())
	ofVisit, _ := v.ofVisit(encounter)
	return !ofVisit && v.patients(subject) && !day.IsZero() && !first.IsZero() && day.Before(first)
}

func (v *reading) observationsBefore() []observation {
	var list []observation
	for _, o := range readAll(v, "Observation", func(o *r4.Observation) *r4.Reference { return o.Subject }) {
		if finalObservation(o.Value.Status) && v.before(o.Value.Subject, o.Value.Encounter, v.observedAt(o)) {
			list = append(list, o)
		}
	}
	return list
}

func (v *reading) formsBefore() []response {
	var list []response
	for _, q := range readAll(v, "QuestionnaireResponse", func(q *r4.QuestionnaireResponse) *r4.Reference { return q.Subject }) {
		if completedForm(q.Value.Status) && v.before(q.Value.Subject, q.Value.Encounter, v.authored(q)) {
			list = append(list, q)
		}
	}
	return list
}

// latestBefore is the latest total of an instrument before a day. Where two of one day differ and
// their times do not say which came last, none is known.
func latestBefore(all []past, instrument string, day effective.Date) (past, bool) {
	var found []past
	for _, p := range all {
		if p.instrument == instrument && p.day.Before(day) {
			found = append(found, p)
		}
	}
	if len(found) == 0 {
		return past{}, false
	}
	latest := slices.MaxFunc(found, func(a, b past) int {
		return cmp.Or(order(a, b), slices.Compare(b.sources, a.sources))
	})
	for _, p := range found {
		if order(p, latest) == 0 && p.total != latest.total {
			return past{}, false
		}
	}
	return latest, true
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
