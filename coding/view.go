package coding

import (
	"cmp"
	"slices"

	"github.com/chargenote/chargenote/internal/effective"
)

// A view is a stack of layers laid over each other, as they hold for one payer, with everything that
// a day of service needs looked up once.
type view struct {
	rules      []*rule // by first code, then id
	byCode     map[string]*rule
	numbers    map[string]int // of each code, from 0 in order
	byActivity map[string]*activityRules
	kinds      map[string][]*rule

	addOns   []*addOnsTable            // by quarter, earliest first
	limits   [sides][]*unitLimitsTable // of CMS, by quarter
	ownLimit []*unitLimitsTable        // of payers, uppermost layer first
	pairs    [sides][]*pairIndex
	own      []*pairIndex // pairs of CPT and of payers, uppermost layer first
	same     []*pairIndex // never by one practitioner
	separate string

	eligibility *eligibilityTable
	telehealth  *telehealthTable
	therapy     *therapyModifiersTable
	long        effective.Values[longPsychotherapy]
	uncounted   *uncountedTable
	terms       []*payerTermsTable // lowest layer first

	days []*day // by first day; the first one has none
}

// ofKind is the rules of one activity that are of one kind, by code.
type ofKind struct {
	logic kind
	rules []*rule
}

// activityRules is what the rules hold for one activity.
type activityRules struct {
	kinds     []ofKind
	timed     bool       // its codes are earned by minutes
	shares    bool       // it may go on beside another one
	timeAway  bool       // professional time away from the patient counts
	otherwise *rule      // says which activity it is where nothing of its own holds
	uncounted *uncounted // why its minutes are not counted; nil where they are
}

// noRules stands for an activity without rules.
var noRules = &activityRules{}

// of is what the rules hold for an activity; it is never nil.
func (v *view) of(activity string) *activityRules {
	if a, ruled := v.byActivity[activity]; ruled {
		return a
	}
	return noRules
}

// newView lays layers over each other, the lowest first.
func newView(layers []*layer) *view {
	v := &view{byCode: map[string]*rule{}, numbers: map[string]int{}, byActivity: map[string]*activityRules{}, kinds: map[string][]*rule{}}
	rules := map[string]*rule{}
	for _, l := range layers {
		for id, r := range l.rules {
			laid := *r
			if below, both := rules[id]; both {
				laid.Effective = r.Effective.Over(below.Effective)
			}
			rules[id] = &laid
		}
	}
	for _, id := range effective.SortedKeys(rules) {
		v.rules = append(v.rules, rules[id])
	}
	v.indexRules()
	for _, l := range layers {
		v.layTables(&l.tables)
	}
	v.indexUncounted()
	v.indexDays()
	return v
}

// layTables lays the tables of one layer over those below it.
func (v *view) layTables(t *tables) {
	if t.addOns != nil {
		v.addOns = byQuarter(v.addOns, t.addOns, quarterOfAddOns)
	}
	if t.unitLimits != nil {
		if t.unitLimits.Quarter.IsZero() {
			v.ownLimit = slices.Insert(v.ownLimit, 0, t.unitLimits)
		} else {
			for side := range sides {
				if t.unitLimits.concerns(side) {
					v.limits[side] = byQuarter(v.limits[side], t.unitLimits, quarterOfLimits)
				}
			}
		}
	}
	if t.pairs != nil {
		v.layPairs(t.pairs)
	}
	if t.eligibility != nil {
		v.eligibility = t.eligibility.over(v.eligibility)
	}
	if t.telehealth != nil {
		v.telehealth = t.telehealth.over(v.telehealth)
	}
	if t.therapyModifiers != nil {
		v.therapy = t.therapyModifiers.over(v.therapy)
	}
	if t.longPsychotherapy != nil {
		v.long = t.longPsychotherapy.Effective.Over(v.long)
	}
	if t.uncounted != nil {
		v.uncounted = t.uncounted
	}
	if t.payerTerms != nil {
		v.terms = append(v.terms, t.payerTerms)
	}
}

func (v *view) layPairs(t *pairsTable) {
	for side, of := range []*pairsOfQuarter{practitioner: t.Practitioner, outpatientHospital: t.OutpatientHospital} {
		if of != nil {
			index := indexPairs(&of.Source, of.Quarter, of.Pairs, of.Dated, v.numbers)
			v.pairs[side] = byQuarter(v.pairs[side], index, quarterOfPairs)
		}
	}
	if list := t.EveryPayer; list != nil {
		v.own = slices.Insert(v.own, 0, indexPairs(&list.Source, effective.Date{}, list.Pairs, list.Dated, v.numbers))
	}
	if list := t.SamePractitioner; list != nil {
		v.same = slices.Insert(v.same, 0, indexPairs(&list.Source, effective.Date{}, list.Pairs, list.Dated, v.numbers))
	}
	v.separate = cmp.Or(t.Separate, v.separate)
}

func quarterOfAddOns(t *addOnsTable) effective.Date     { return t.Quarter }
func quarterOfLimits(t *unitLimitsTable) effective.Date { return t.Quarter }
func quarterOfPairs(p *pairIndex) effective.Date        { return p.quarter }

// byQuarter puts a table of CMS among others by its quarter; of two for one quarter the upper layer's
// stays.
func byQuarter[T any](all []T, one T, quarter func(T) effective.Date) []T {
	all = slices.DeleteFunc(slices.Clone(all), func(t T) bool { return quarter(t) == quarter(one) })
	all = append(all, one)
	slices.SortStableFunc(all, func(a, b T) int { return quarter(a).Compare(quarter(b)) })
	return all
}

// ofDay is the table that holds on a day: the latest that had begun, and before all of them the first.
func ofDay[T any](all []T, day effective.Date, quarter func(T) effective.Date) (found T, ok bool) {
	for i, t := range all {
		if i == 0 || !day.Before(quarter(t)) {
			found, ok = t, true
		}
	}
	return found, ok
}

// indexRules puts the rules in order and finds them by code, activity and kind.
func (v *view) indexRules() {
	slices.SortFunc(v.rules, func(a, b *rule) int {
		return cmp.Or(cmp.Compare(a.codes()[0], b.codes()[0]), cmp.Compare(a.ID, b.ID))
	})
	for i, r := range v.rules {
		r.index, r.logic = i, kinds[r.Kind]
		for _, code := range r.codes() {
			r.number = len(v.numbers)
			v.numbers[code] = r.number
			v.byCode[code] = r
		}
		v.kinds[r.Kind] = append(v.kinds[r.Kind], r)
		if r.Kind == kindWithdrawn {
			continue
		}
		for _, activity := range r.Activities {
			a := v.activity(activity)
			a.kinds = withRule(a.kinds, r)
		}
	}
	for _, a := range v.byActivity {
		slices.SortStableFunc(a.kinds, func(a, b ofKind) int { return cmp.Compare(a.rules[0].Kind, b.rules[0].Kind) })
		first := a.kinds[0].rules[0]
		a.timeAway = first.TimeAway
		if first.Otherwise != "" {
			a.otherwise = first
		}
		a.timed = slices.ContainsFunc(a.kinds, func(k ofKind) bool { return isClock(k.rules[0].Kind) })
	}
}

// activity is the entry of an activity, made where there is none yet.
func (v *view) activity(name string) *activityRules {
	a := v.byActivity[name]
	if a == nil {
		a = &activityRules{}
		v.byActivity[name] = a
	}
	return a
}

// indexUncounted notes of each activity whether its minutes count, once all tables are laid.
func (v *view) indexUncounted() {
	for activity, why := range v.uncounted.Activities {
		v.activity(activity).uncounted = why
	}
	for _, activity := range v.uncounted.SharesItsTime {
		v.activity(activity).shares = true
	}
}

func withRule(groups []ofKind, r *rule) []ofKind {
	for i := range groups {
		if groups[i].rules[0].Kind == r.Kind {
			groups[i].rules = append(groups[i].rules, r)
			return groups
		}
	}
	return append(groups, ofKind{kinds[r.Kind], []*rule{r}})
}

// ofActivity lists the rules of an activity, by code.
func (v *view) ofActivity(activity string) []*rule {
	groups := v.of(activity).kinds
	if len(groups) == 1 {
		return groups[0].rules
	}
	var all []*rule
	for _, group := range groups {
		all = append(all, group.rules...)
	}
	slices.SortFunc(all, func(a, b *rule) int { return cmp.Compare(a.index, b.index) })
	return all
}

// byID is the rule of a file.
func (v *view) byID(id string) *rule {
	i := slices.IndexFunc(v.rules, func(r *rule) bool { return r.ID == id })
	if i < 0 {
		return nil
	}
	return v.rules[i]
}
