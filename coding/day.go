package coding

import (
	"slices"

	"github.com/chargenote/chargenote/internal/effective"
)

// A day is everything that the rules say from one day until the next one on which any of them says
// something else. Days are worked out once, when the layers are laid over each other.
type day struct {
	from effective.Date

	rules         []standing         // by index of the rule
	eligible      [][]*eligibleToday // by number of the code
	pairs         [sides]*pairIndex
	limits        [sides][]*unitLimitsTable // the first that lists a code decides
	limitOf       [sides][]codeLimit        // by number of the code
	partly        map[int]partialPrimaries  // by number of the add-on
	distance      *distance
	assistants    *assistantRule
	threshold     *yearThreshold
	lastThreshold *yearThreshold // where the year's is not known: the last that was
	long          *longPsychotherapy
	terms         map[string]*terms // by kind of payer; the empty one is a payer not known
	prolonged     bool              // a code for prolonged psychotherapy holds
}

// partialPrimaries are codes that an add-on may follow, where CMS does not list all of them.
type partialPrimaries struct {
	codes []string
	of    *source
}

// standing is what one rule says on a day. Where nothing holds, numbers are those that come first, or
// those that were last, so that an answer can say what would have stood.
type standing struct {
	numbers *Numbers
	since   effective.Date
	state   effective.State
	before  []string // of a code that does not hold yet: those that it takes the place of, which do
}

// on is the day of the view in which a day of service lies.
func (v *view) on(service effective.Date) *day {
	i, found := slices.BinarySearchFunc(v.days, service, func(d *day, service effective.Date) int { return d.from.Compare(service) })
	if !found {
		i--
	}
	return v.days[max(i, 0)]
}

// indexDays works out every day on which something begins or ends.
func (v *view) indexDays() {
	changes := []effective.Date{{}}
	note := func(days []effective.Date) { changes = append(changes, days...) }
	for _, r := range v.rules {
		note(r.Effective.Days())
	}
	for _, group := range v.eligibility.Groups {
		note(group.Effective.Days())
	}
	note(v.telehealth.days())
	note(v.therapy.Assistants.Days())
	note(v.therapy.Thresholds.Days())
	note(v.long.Days())
	for _, t := range v.terms {
		for _, values := range t.Kinds {
			note(values.Days())
		}
	}
	for _, t := range v.addOns {
		note([]effective.Date{t.Quarter})
	}
	for _, side := range v.limits {
		for _, t := range side {
			note([]effective.Date{t.Quarter})
		}
	}
	for _, t := range v.ownLimit {
		note([]effective.Date{t.From})
	}
	for _, side := range v.pairs {
		for _, index := range side {
			note([]effective.Date{index.quarter})
		}
	}
	slices.SortFunc(changes, effective.Date.Compare)
	for _, from := range slices.Compact(changes) {
		v.days = append(v.days, v.dayFrom(from))
	}
}

// days lists the days on which the table of telehealth says something else.
func (t *telehealthTable) days() []effective.Date {
	all := slices.Concat(t.Home.Days(), t.Elsewhere.Days(), t.Audio.Days(), t.Refused.Days())
	for _, values := range t.Modifiers {
		all = append(all, values.Days()...)
	}
	for _, values := range t.Video {
		all = append(all, values.Days()...)
	}
	return all
}

// dayFrom looks everything up that holds from a day on.
func (v *view) dayFrom(from effective.Date) *day {
	d := &day{from: from, rules: make([]standing, len(v.rules)), eligible: make([][]*eligibleToday, len(v.numbers)),
		distance: v.telehealth.on(from), partly: map[int]partialPrimaries{}}
	for i, r := range v.rules {
		numbers, since, state := r.on(from)
		if r.Code != "" {
			addOns := v.addOnsOf(r.Code, from)
			numbers = addOns.under(r.Code, numbers)
			if partly := addOns.partly(r.Code); len(partly) > 0 {
				d.partly[r.number] = partialPrimaries{partly, &addOns.Source}
			}
		}
		d.rules[i] = standing{numbers: numbers, since: since, state: state}
		d.prolonged = d.prolonged || (r.Kind == kindProlonged && state == effective.InForce)
	}
	for _, r := range v.kinds[kindWithdrawn] {
		if old := d.rules[r.index]; old.state == effective.InForce {
			d.precede(v, r.Code, old.numbers.Successors)
		}
	}
	for _, group := range v.eligibility.Groups {
		if value, since, state := group.Effective.At(from); state == effective.InForce {
			eligible := *value
			eligible.group, eligible.since, eligible.open = group, since, containsAll(value.Disciplines, group.FurnishedBy)
			for _, code := range group.Codes {
				number := v.numbers[code]
				d.eligible[number] = append(d.eligible[number], &eligible)
			}
		}
	}
	for side := range v.pairs {
		d.pairs[side], _ = ofDay(v.pairs[side], from, quarterOfPairs)
	}
	for side := range sides {
		d.limits[side] = v.limitsOn(from, side)
		d.limitOf[side] = v.limitOf(d.limits[side], side)
	}
	d.assistants, _, _ = v.therapy.Assistants.At(from)
	d.threshold, _, _ = v.therapy.Thresholds.At(from)
	if d.threshold == nil {
		for first, value := range v.therapy.Thresholds.All {
			if value != nil && !from.Before(first) {
				d.lastThreshold = value
			}
		}
	}
	d.long, _, _ = v.long.At(from)
	d.terms = v.termsOn(from)
	return d
}

// addOnsOf is the add-on code table that says of a code on a day what it follows: the latest that lists
// it. A newer one that has lost a code says nothing of it.
func (v *view) addOnsOf(code string, from effective.Date) *addOnsTable {
	var first *addOnsTable // holds before its quarter, where no earlier one lists the code
	for _, t := range slices.Backward(v.addOns) {
		if _, listed := t.AddOns[code]; !listed {
			continue
		}
		if !from.Before(t.Quarter) {
			return t
		}
		first = t
	}
	return first
}

// precede notes of codes that do not hold yet that another one stands in their place.
func (d *day) precede(v *view, code string, successors []string) {
	for _, successor := range successors {
		if r := v.byCode[successor]; r != nil && d.rules[r.index].state == effective.NotYet {
			d.rules[r.index].before = append(d.rules[r.index].before, code)
		}
	}
}

// limitsOn lists the tables of unit limits on a day: payers' own, then that of CMS.
func (v *view) limitsOn(from effective.Date, side side) []*unitLimitsTable {
	var all []*unitLimitsTable
	for _, t := range v.ownLimit {
		if !from.Before(t.From) {
			all = append(all, t)
		}
	}
	if t, ok := ofDay(v.limits[side], from, quarterOfLimits); ok {
		all = append(all, t)
	}
	return all
}

// codeLimit is the limit of a code, and the table that says it.
type codeLimit struct {
	limit *unitLimit
	table *unitLimitsTable
}

// limitOf finds the limit of each code; days with the same tables share the list.
func (v *view) limitOf(tables []*unitLimitsTable, side side) []codeLimit {
	for _, d := range v.days {
		if slices.Equal(d.limits[side], tables) {
			return d.limitOf[side]
		}
	}
	limits := make([]codeLimit, len(v.numbers))
	for _, t := range slices.Backward(tables) {
		for code, of := range t.Limits {
			if limit := of.of(side); limit != nil {
				limits[v.numbers[code]] = codeLimit{limit, t}
			}
		}
	}
	return limits
}

// termsOn is the terms of every kind of payer on a day, and of a payer that is not known.
func (v *view) termsOn(from effective.Date) map[string]*terms {
	all := map[string]*terms{"": {}}
	for _, kind := range vocabulary["payer.kind"] {
		all[kind] = &terms{}
	}
	for _, t := range v.terms {
		for kind, laid := range all {
			for _, key := range []string{everyPayer, kind} {
				if said, _, state := t.Kinds[key].At(from); state == effective.InForce && key != "" {
					laid.lay(said)
				}
			}
		}
	}
	return all
}
