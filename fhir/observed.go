package fhir

import (
	"slices"
	"strings"

	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"

	"github.com/chargenote/chargenote/coding/screening"
)

// observation is an observation of the visit that counts.
type observation = item[r4.Observation]

func finalObservation(status r4.ObservationStatus) bool {
	return status == r4.ObservationStatusFinal || status == r4.ObservationStatusAmended || status == r4.ObservationStatusCorrected
}

// observations are those of the visit, by encounter or else by day, that are final. Those that are not
// final yet are kept aside.
func (v *reading) observations() []observation {
	var list []observation
	for _, o := range readAll(v, "Observation", func(o *r4.Observation) *r4.Reference { return o.Subject }) {
		yes, said := v.ofVisit(o.Value.Encounter)
		if said && !yes || !said && (!v.patients(o.entry, o.Value.Subject) || !v.onVisitDay(v.observedAt(o))) {
			continue
		}
		if !finalObservation(o.Value.Status) {
			v.uncountedObservation(o)
			continue
		}
		list = append(list, o)
	}
	return list
}

// uncountedObservation names an observation that does not count for its status.
func (v *reading) uncountedObservation(o observation) {
	v.note(o.Reference, "not counted: %s", o.Value.Status.Code())
	if o.Value.Status != r4.ObservationStatusEnteredInError && o.Value.Status != r4.ObservationStatusCancelled {
		v.unfinal.observations = append(v.unfinal.observations, o)
	}
}

func (v *reading) observedAt(o observation) DateTime {
	period := o.Value.EffectivePeriod
	if period == nil {
		period = &r4.Period{}
	}
	for _, written := range []struct {
		place string
		text  *string
	}{
		{"effectiveDateTime", o.Value.EffectiveDateTime}, {"effectiveInstant", o.Value.EffectiveInstant},
		{"effectivePeriod.start", period.Start}, {"issued", o.Value.Issued},
	} {
		if d := v.date(o.entry, written.place, written.text); !d.IsZero() {
			return v.local(d)
		}
	}
	return DateTime{}
}

// observed collects the instruments that stand in observations: panels with their members and
// components, then totals, then items that no panel names.
func (v *reading) observed(all []observation) []*given {
	byName := map[string]observation{}
	for _, o := range all {
		byName[o.Reference] = o
	}
	taken := map[string]bool{}
	var list []*given
	var loose []looseItem
	var totals []observation
	for _, o := range all {
		meanings := v.meanings(&o.Value.Code)
		i, role, ok := formOf(meanings)
		switch {
		case ok && (role == screening.Panel || len(o.Value.Component)+len(o.Value.HasMember) > 0):
			list = append(list, v.panel(o, i, byName, taken))
		case ok:
			totals = append(totals, o)
		case isItem(meanings):
			loose = append(loose, looseItem{observation: o, at: v.givenBy(o, nil), meanings: meanings})
		}
	}
	for _, o := range totals {
		if !taken[o.Reference] {
			list = append(list, v.bareTotal(o))
		}
	}
	return append(list, v.looseItems(slices.DeleteFunc(loose, func(o looseItem) bool { return taken[o.Reference] }))...)
}

// givenBy begins a result with an observation: its time and who made it.
func (v *reading) givenBy(o observation, i instrument) *given {
	g := newGiven(i, v.observedAt(o), o.Reference)
	g.hands = v.handsOf(o.entry, o.Value.Performer...)
	return g
}

// bareTotal reads an observation that is a total and no more.
func (v *reading) bareTotal(o observation) *given {
	i, _, _ := formOf(v.meanings(&o.Value.Code))
	g := v.givenBy(o, i)
	v.use(o.entry, o.lenient)
	value := observedValue(&o.Value)
	if value.empty() {
		v.note(o.Reference, "the total of %s is not stated", i.Name)
	}
	g.state(v.totalOf(o.Reference, i, value))
	return g
}

// panel reads a panel with its components and members. A member that is in the record and of this
// patient counts, whether or not it names the encounter.
func (v *reading) panel(o observation, i instrument, byName map[string]observation, taken map[string]bool) *given {
	g := v.givenBy(o, i)
	g.panel = true
	v.use(o.entry, o.lenient)
	beside := v.panelValue(o, g)
	for n := range o.Value.Component {
		component := &o.Value.Component[n]
		value := componentValue(component)
		if beside && value.empty() {
			value = observedValue(&o.Value)
		}
		switch role, item := roleIn(i, v.meanings(&component.Code)); role {
		case screening.Item:
			g.answer(o.Reference, item, itemReply(i, item, value))
		case screening.Total:
			g.state(v.totalOf(o.Reference, i, value))
		}
	}
	for _, member := range o.Value.HasMember {
		if m, ok := v.member(o, member, byName); ok {
			taken[m.Reference] = true
			v.panelMember(g, m)
		}
	}
	return g
}

// panelValue reads what a panel states itself: its total, unless a coded answer stands beside an only
// component that is an item without a value. Then the answer is that of the component, as it is
// in an example of HL7's behavioral health profiles.
func (v *reading) panelValue(o observation, g *given) (ofComponent bool) {
	value := observedValue(&o.Value)
	if value.coded {
		if len(o.Value.Component) != 1 || !componentValue(&o.Value.Component[0]).empty() || o.Value.Component[0].DataAbsentReason != nil {
			return false // how somebody chose to call the result, as a level of risk
		}
		role, _ := roleIn(g.instrument, v.meanings(&o.Value.Component[0].Code))
		return role == screening.Item
	}
	g.state(v.totalOf(o.Reference, g.instrument, value))
	return false
}

func (v *reading) panelMember(g *given, m observation) {
	switch role, item := roleIn(g.instrument, v.meanings(&m.Value.Code)); role {
	case screening.Item:
		g.answer(m.Reference, item, observedReply(g.instrument, item, m))
	case screening.Total:
		g.state(v.totalOf(m.Reference, g.instrument, observedValue(&m.Value)))
	default:
		return
	}
	v.use(m.entry, m.lenient)
	g.sources = append(g.sources, m.Reference)
}

// member is an observation that a panel names: one of the visit, one of the record, or contained.
func (v *reading) member(panel observation, reference r4.Reference, byName map[string]observation) (observation, bool) {
	if m, ok := byName[v.canonical(&reference)]; ok {
		return m, true
	}
	e := v.record.find(referenceOf(&reference))
	if fragment, ok := strings.CutPrefix(referenceOf(&reference), "#"); ok {
		e = containedIn(panel.entry, fragment)
	}
	if e == nil || e.Type != "Observation" {
		return observation{}, false
	}
	value, lenient, err := decode[r4.Observation](e)
	if err != nil || !v.belongs(e, value.Subject) {
		return observation{}, false
	}
	m := observation{e, value, lenient}
	if !finalObservation(value.Status) {
		v.uncountedObservation(m)
		return observation{}, false
	}
	return m, true
}

// totalOf is a total as it is written, where the instrument can have it; any other is named.
func (v *reading) totalOf(resource string, i instrument, w written) *int {
	r := totalReply(i, w)
	switch {
	case r.why != "" && i.HasTotal():
		v.note(resource, "its total is not used: it %s", r.why)
		return nil
	case r.value == nil || i.InRange(*r.value):
		return r.value
	case !i.HasTotal():
		v.note(resource, "%s has no total: the one that is stated is not used", i.Name)
	default:
		v.note(resource, "its total is outside of %d to %d and not used", i.Range[0], i.Range[1])
	}
	return nil
}

// observedReply reads the answer of an item that is an observation of its own. It may stand in the
// only component of it.
func observedReply(i instrument, item int, o observation) reply {
	value := observedValue(&o.Value)
	if value.empty() && !value.absent && len(o.Value.Component) == 1 {
		value = componentValue(&o.Value.Component[0])
	}
	return itemReply(i, item, value)
}
