package fhir

import (
	"cmp"
	"fmt"
	"slices"
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
	hands      []string      // the practitioners who gave it, where any is named; in order of name
	answers    map[int]int   // by item, 1 is the first
	unsettled  map[int][]int // answers that disagree, by item
	declined   []int         // items that stand there without a usable answer
	unread     []int         // items with an answer that is none of theirs, or cannot be read
	total      *int          // as stated
	totals     []int         // as stated, where they disagree
	sources    []string
	panel      bool // a panel or a form: it is one even where nothing is answered
	unused     map[unusedAnswer][]int
}

// An unusedAnswer is why answers of a resource are not used.
type unusedAnswer struct{ resource, why string }

func newGiven(i instrument, when DateTime, sources ...string) *given {
	return &given{instrument: i, when: when, answers: map[int]int{}, unsettled: map[int][]int{}, sources: sources, unused: map[unusedAnswer][]int{}}
}

// answer keeps what a resource says of an item. Said twice alike it counts once; said in two ways
// none counts. Words of the site alone do not make an item unanswered: where all are such words, the
// total beside them stands.
func (g *given) answer(resource string, item int, r reply) {
	if r.value != nil {
		r.among = []int{*r.value}
	}
	if r.why != "" {
		g.leaveOut(resource, r.why, item)
		g.unread = append(g.unread, item)
	}
	before, answered := g.answers[item]
	if len(r.among) == 0 {
		if !r.words && !answered {
			g.declined = append(g.declined, item)
		}
		return
	}
	all := slices.Concat(g.unsettled[item], r.among)
	if answered {
		all = append(all, before)
	}
	slices.Sort(all)
	if all = slices.Compact(all); len(all) == 1 {
		g.answers[item] = all[0]
		return
	}
	delete(g.answers, item)
	g.unsettled[item] = all
}

func (g *given) leaveOut(resource, why string, item int) {
	key := unusedAnswer{resource, why}
	if !slices.Contains(g.unused[key], item) {
		g.unused[key] = append(g.unused[key], item)
	}
}

// state keeps a total; two that disagree are both named and neither is used.
func (g *given) state(total *int) {
	if total == nil {
		return
	}
	all := append(slices.Clone(g.totals), *total)
	if g.total != nil {
		all = append(all, *g.total)
	}
	slices.Sort(all)
	if all = slices.Compact(all); len(all) == 1 {
		g.total = total
		return
	}
	g.total, g.totals = nil, all
}

// closeTo reports whether two results are of one sitting: within a quarter of an hour, or of one day where a
// time is missing.
func (g *given) closeTo(other *given) bool {
	if !g.when.Known() || !other.when.Known() {
		return g.when.IsZero() || other.when.IsZero() || g.when.Day(nil) == other.when.Day(nil)
	}
	return g.when.Time.Sub(other.when.Time).Abs() <= 15*time.Minute
}

// sameInstant reports whether two results carry one and the same time.
func (g *given) sameInstant(other *given) bool { return g.when.String() == other.when.String() }

// byOtherHands reports whether two results name practitioners, and none of them is the same. What a
// patient or a device filled in says nothing about who gave it.
func (g *given) byOtherHands(other *given) bool {
	return len(g.hands) > 0 && len(other.hands) > 0 && !intersects(g.hands, other.hands)
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
		if len(g.unsettled[item]) == 0 {
			g.answers[item] = value
		}
	}
	for item, values := range other.unsettled {
		if before, ok := g.answers[item]; ok {
			values = append(slices.Clone(values), before)
			delete(g.answers, item)
		}
		g.unsettled[item] = append(g.unsettled[item], values...)
	}
	for key, items := range other.unused {
		for _, item := range items {
			g.leaveOut(key.resource, key.why, item)
		}
	}
	g.declined = append(g.declined, other.declined...)
	g.unread = append(g.unread, other.unread...)
	g.state(other.total)
	for n := range other.totals {
		g.state(&other.totals[n])
	}
	g.panel = g.panel || other.panel
	if g.when.IsZero() {
		g.when = other.when
	}
	g.sources = append(g.sources, other.sources...)
	g.hands = sortedUnion(g.hands, other.hands)
}

func sortedUnion(a, b []string) []string {
	all := slices.Concat(a, b)
	slices.Sort(all)
	return slices.Compact(all)
}

// handsOf are the practitioners among those who made a resource.
func (v *reading) handsOf(holder *entry, references ...r4.Reference) []string {
	var hands []string
	for n := range references {
		if who := v.practitioner(holder, &references[n]); who != "" {
			hands = append(hands, who)
		}
	}
	return sortedUnion(hands, nil)
}

// result asks the instrument what it says.
func (g *given) result(facts screening.Facts) screening.Result {
	return g.instrument.Score(screening.Given{Answers: g.answers, Unanswered: g.declined, Unread: g.unread, Stated: g.total,
		Unsettled: g.unsettled, UnsettledTotals: g.totals}, facts)
}

// nameUnused names the answers and totals that are not used.
func (v *reading) nameUnused(g *given) {
	for key, items := range g.unused {
		slices.Sort(items)
		v.note(key.resource, "%s not used: it %s", answersOf(items), key.why)
	}
	for item, values := range g.unsettled {
		v.note(g.sources[0], "the answer to item %d is not used: what is said of it is worth %s", item, eitherOf(values))
	}
	if len(g.totals) > 0 {
		v.note(g.sources[0], "its stated totals disagree, %s: none is used", eitherOf(g.totals))
	}
}

// answersOf is the beginning of a sentence about the answers to some items.
func answersOf(items []int) string {
	if len(items) == 1 {
		return fmt.Sprintf("the answer to item %d is", items[0])
	}
	words := make([]string, len(items))
	for n, item := range items {
		words[n] = itoa(item)
	}
	last := len(words) - 1
	return "each answer to items " + strings.Join(words[:last], ", ") + " and " + words[last] + " is"
}

func eitherOf(values []int) string {
	sorted := slices.Compact(slices.Sorted(slices.Values(values)))
	words := make([]string, len(sorted))
	for n, value := range sorted {
		words[n] = itoa(value)
	}
	return strings.Join(words, " or ")
}

// sittingsOf joins what belongs to one sitting, and leaves out what is no score of its own.
func sittingsOf(all []*given) []*given {
	slices.SortStableFunc(all, func(a, b *given) int {
		return cmp.Or(cmp.Compare(len(b.answers), len(a.answers)), cmp.Compare(a.sources[0], b.sources[0]), cmp.Compare(a.instrument.Name, b.instrument.Name))
	})
	var sittings []*given
	for _, g := range all {
		at := slices.IndexFunc(sittings, func(s *given) bool {
			return s.instrument == g.instrument && s.closeTo(g) && !s.conflictsAsSitting(g)
		})
		if at < 0 {
			sittings = append(sittings, g)
			continue
		}
		sittings[at].join(g)
	}
	return slices.DeleteFunc(slices.Clone(sittings), func(g *given) bool {
		return insideAnother(g, sittings) || g.holdsNothing()
	})
}

// holdsNothing reports whether nothing was said but that a total stands there, which cannot be used.
func (g *given) holdsNothing() bool {
	return len(g.answers)+len(g.declined)+len(g.unsettled)+len(g.totals) == 0 && g.total == nil && !g.panel
}

// conflictsAsSitting keeps two results apart that cannot be one: answers that differ, two bare totals
// that do, or two whole results by different hands. A total that disagrees with items is a finding
// within one score, unless another hand wrote it.
func (g *given) conflictsAsSitting(other *given) bool {
	if len(g.answers) > 0 == (len(other.answers) > 0) {
		return g.byOtherHands(other) || g.contradicts(other)
	}
	if g.total != nil && other.total != nil && *g.total != *other.total {
		return true
	}
	return g.byOtherHands(other) && !g.addsUpTo(other) && !other.addsUpTo(g)
}

// addsUpTo reports whether the answers of one make the total that the other states.
func (g *given) addsUpTo(other *given) bool {
	if len(g.answers) == 0 || other.total == nil {
		return false
	}
	r := g.result(screening.Facts{})
	return r.Recomputed && r.Total != nil && *r.Total == *other.total
}

// insideAnother reports whether a PHQ-2 is the beginning of a PHQ-9 of the same sitting.
func insideAnother(g *given, all []*given) bool {
	return g.instrument.Name == "PHQ-2" && slices.ContainsFunc(all, func(other *given) bool {
		return (other.instrument.Name == "PHQ-9" || other.instrument.Name == "PHQ-9M") && g.closeTo(other) && !g.byOtherHands(other)
	})
}
