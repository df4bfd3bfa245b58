package fhir

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"

	"github.com/chargenote/chargenote/coding/screening"
)

// A given is one time an instrument was given: its answers and its stated total, from wherever in
// the record they come.
type given struct {
	instrument instrument
	when       DateTime
	answers    map[int]int // by item, 1 is the first
	declined   []int       // items that stand there without a usable answer
	unread     []int       // items with an answer that is none of theirs, or cannot be read
	total      *int        // as stated
	sources    []string
	panel      bool // a panel or a form: it is one even where nothing is answered
}

func newGiven(i instrument, when DateTime, sources ...string) *given {
	return &given{instrument: i, when: when, answers: map[int]int{}, sources: sources}
}

// answer keeps an answer; one out of range counts as none.
func (g *given) answer(item int, value *int) {
	if value == nil || !g.instrument.Allows(item, *value) {
		g.declined = append(g.declined, item)
		if value != nil {
			g.unread = append(g.unread, item)
		}
		return
	}
	g.answers[item] = *value
}

// closeTo reports whether two results are of one sitting: within a quarter of an hour, or of one day where a
// time is missing.
func (g *given) closeTo(other *given) bool {
	if !g.when.Known() || !other.when.Known() {
		return g.when.IsZero() || other.when.IsZero() || g.when.Day(nil) == other.when.Day(nil)
	}
	return g.when.Time.Sub(other.when.Time).Abs() <= 15*time.Minute
}

// contradicts reports whether both hold different answers or totals.
func (g *given) contradicts(other *given) bool {
	for item, value := range g.answers {
		if theirs, ok := other.answers[item]; ok && theirs != value {
			return true
		}
	}
	return g.total != nil && other.total != nil && *g.total != *other.total
}

// join takes over what another source says of the same sitting.
func (g *given) join(other *given) {
	for item, value := range other.answers {
		g.answers[item] = value
	}
	g.declined = append(g.declined, other.declined...)
	g.unread = append(g.unread, other.unread...)
	g.total = cmp.Or(g.total, other.total)
	g.panel = g.panel || other.panel
	if g.when.IsZero() {
		g.when = other.when
	}
	g.sources = append(g.sources, other.sources...)
}

// observation is an observation of the visit that counts.
type observation = item[r4.Observation]

func finalObservation(status r4.ObservationStatus) bool {
	return status == r4.ObservationStatusFinal || status == r4.ObservationStatusAmended || status == r4.ObservationStatusCorrected
}

// observations are those of the visit, by encounter or else by day, that are final.
func (v *reading) observations() []observation {
	var list []observation
	for _, o := range readAll(v, "Observation", func(o *r4.Observation) *r4.Reference { return o.Subject }) {
		yes, said := v.ofVisit(o.Value.Encounter)
		if said && !yes || !said && (!v.patients(o.entry, o.Value.Subject) || !v.onVisitDay(v.observedAt(o))) {
			continue
		}
		if !finalObservation(o.Value.Status) {
			v.note(o.Reference, "not counted: %s", o.Value.Status.Code())
			continue
		}
		list = append(list, o)
	}
	return list
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
	for _, o := range all {
		i, role, ok := instrumentOf(codesOf(&o.Value.Code, loincSystem))
		if !ok || role == screening.Total && len(o.Value.Component)+len(o.Value.HasMember) == 0 {
			continue
		}
		list = append(list, v.panel(o, i, byName, taken))
	}
	var loose []observation
	for _, o := range all {
		codes := codesOf(&o.Value.Code, loincSystem)
		if taken[o.Reference] {
			continue
		}
		if i, role, ok := instrumentOf(codes); ok && role == screening.Total && len(o.Value.Component)+len(o.Value.HasMember) == 0 {
			g := newGiven(i, v.observedAt(o), o.Reference)
			g.total = v.observedTotal(o, i)
			v.use(o.entry, o.lenient)
			list = append(list, g)
		} else if !ok && isItem(codes) {
			loose = append(loose, o)
		}
	}
	return append(list, v.looseItems(loose)...)
}

// panel reads a panel with its components and members. A member that is in the record and of this
// patient counts, whether or not it names the encounter.
func (v *reading) panel(o observation, i instrument, byName map[string]observation, taken map[string]bool) *given {
	g := newGiven(i, v.observedAt(o), o.Reference)
	g.panel = true
	v.use(o.entry, o.lenient)
	g.total = v.observedTotal(o, i)
	for _, component := range o.Value.Component {
		role, item := roleAmong(i, codesOf(&component.Code, loincSystem))
		value := valueOf(i, component.ValueInteger, component.ValueQuantity, component.ValueString, component.ValueCodeableConcept, component.ValueBoolean)
		switch role {
		case screening.Item:
			g.answer(item, value)
		case screening.Total:
			g.total = cmp.Or(g.total, value)
		}
	}
	for _, member := range o.Value.HasMember {
		m, ok := v.member(o, member, byName)
		if !ok {
			continue
		}
		taken[m.Reference] = true
		role, item := roleAmong(i, codesOf(&m.Value.Code, loincSystem))
		value := observedValue(i, m)
		switch role {
		case screening.Item:
			if _, twice := g.answers[item]; twice && value == nil {
				continue
			}
			g.answer(item, value)
		case screening.Total:
			g.total = cmp.Or(g.total, value)
		default:
			continue
		}
		v.use(m.entry, m.lenient)
		g.sources = append(g.sources, m.Reference)
	}
	return g
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
	if !finalObservation(value.Status) {
		v.note(e.Reference, "not counted: %s", value.Status.Code())
		return observation{}, false
	}
	return observation{e, value, lenient}, true
}

// observedTotal is the stated total of an observation; one that is out of range is named.
func (v *reading) observedTotal(o observation, i instrument) *int {
	return v.totalInRange(o.Reference, i, valueOf(i, o.Value.ValueInteger, o.Value.ValueQuantity, o.Value.ValueString, nil, nil))
}

// totalInRange keeps a total that the instrument can have, and names another one.
func (v *reading) totalInRange(resource string, i instrument, total *int) *int {
	switch {
	case total == nil || i.InRange(*total):
		return total
	case !i.HasTotal():
		v.note(resource, "%s has no total: the one that is stated is not used", i.Name)
	default:
		v.note(resource, "its total is outside of %d to %d and not used", i.Range[0], i.Range[1])
	}
	return nil
}

func observedValue(i instrument, o observation) *int {
	if o.Value.DataAbsentReason != nil {
		return nil
	}
	if value := valueOf(i, o.Value.ValueInteger, o.Value.ValueQuantity, o.Value.ValueString, o.Value.ValueCodeableConcept, o.Value.ValueBoolean); value != nil {
		return value
	}
	for _, component := range o.Value.Component { // an answer written as the only component of its item
		if value := valueOf(i, component.ValueInteger, component.ValueQuantity, component.ValueString, component.ValueCodeableConcept, component.ValueBoolean); value != nil && len(o.Value.Component) == 1 {
			return value
		}
	}
	return nil
}

// A looseItem is an item that no panel names, with what grouping asks of it again and again.
type looseItem struct {
	observation
	at    *given   // when it was observed
	codes []string // LOINC
}

// looseItems groups items that no panel names by sitting, each read as the instrument that holds
// them all.
func (v *reading) looseItems(items []observation) []*given {
	var loose []looseItem
	for _, o := range items {
		loose = append(loose, looseItem{o, newGiven(nil, v.observedAt(o)), codesOf(&o.Value.Code, loincSystem)})
	}
	slices.SortFunc(loose, func(a, b looseItem) int {
		return cmp.Or(a.at.when.Time.Compare(b.at.when.Time), cmp.Compare(a.Reference, b.Reference))
	})
	var sittings [][]looseItem
	for _, o := range loose {
		at := slices.IndexFunc(sittings, func(s []looseItem) bool { return fits(s, o) })
		if at < 0 {
			sittings = append(sittings, []looseItem{o})
			continue
		}
		sittings[at] = append(sittings[at], o)
	}
	var list []*given
	for _, sitting := range sittings {
		list = append(list, v.sitting(sitting))
	}
	return list
}

// fits reports whether an item may belong to a sitting: near in time, of one instrument with the
// others, and not there yet.
func fits(sitting []looseItem, o looseItem) bool {
	if !sitting[0].at.closeTo(o.at) {
		return false
	}
	var all []string
	for _, other := range sitting {
		if slices.ContainsFunc(other.codes, func(code string) bool { return slices.Contains(o.codes, code) }) {
			return false
		}
		all = append(all, itemCode(other.codes))
	}
	_, ok := smallest(append(all, itemCode(o.codes)))
	return ok
}

func itemCode(codes []string) string {
	for _, code := range codes {
		if isItem([]string{code}) {
			return code
		}
	}
	return ""
}

func (v *reading) sitting(items []looseItem) *given {
	var codes []string
	for _, o := range items {
		codes = append(codes, itemCode(o.codes))
	}
	i, _ := smallest(codes)
	g := newGiven(i, items[0].at.when)
	for n, o := range items {
		_, item := roleAmong(i, codes[n:n+1])
		g.answer(item, observedValue(i, o.observation))
		g.sources = append(g.sources, o.Reference)
		v.use(o.entry, o.lenient)
	}
	return g
}

// valueOf reads a whole number from whichever value is there: an integer, a quantity, digits, a
// LOINC answer or an ordinal value, or yes and no.
func valueOf(i instrument, integer *int, quantity *r4.Quantity, written *string, concept *r4.CodeableConcept, truth *bool) *int {
	switch {
	case integer != nil:
		return integer
	case quantity != nil && quantity.Value != nil && quantity.Comparator == nil:
		return wholeNumber(quantity.Value.String())
	case written != nil:
		return wholeNumber(text(written))
	case concept != nil:
		return codedAnswer(i, concept.Coding)
	case truth != nil:
		value := 0
		if *truth {
			value = 1
		}
		return &value
	}
	return nil
}

// wholeNumber reads 14 and 14.0, and nothing else.
func wholeNumber(s string) *int {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || f != math.Trunc(f) || math.Abs(f) > 10_000 {
		return nil
	}
	value := int(f)
	return &value
}

// codedAnswer is the value of an answer: what its LOINC code is worth in the instrument, else the
// ordinal value it carries.
func codedAnswer(i instrument, codings []r4.Coding) *int {
	for _, coding := range codings {
		if value, ok := i.AnswerValue(text(coding.Code)); ok && (system(coding) == loincSystem || system(coding) == "") {
			return &value
		}
	}
	for _, coding := range codings {
		if value := ordinalOf(coding.Extension); value != nil {
			return value
		}
	}
	return nil
}

// ordinalOf is the score that an extension gives to an answer.
func ordinalOf(extensions []r4.Extension) *int {
	for _, extension := range extensions {
		if extension.Url != ordinalURL && extension.Url != itemWeightURL {
			continue
		}
		if extension.ValueDecimal != nil {
			return wholeNumber(extension.ValueDecimal.String())
		}
		if extension.ValueInteger != nil {
			return extension.ValueInteger
		}
	}
	return nil
}
