package coding

import (
	"slices"

	"github.com/chargenote/chargenote/internal/effective"
)

// A Scale is the minutes of a timed service against the minutes from which its codes are earned. It says
// what time alone would earn: whether a line stands is for Suggest to say.
type Scale struct {
	Activity string   // under which it is coded; empty where the minutes are the total of timed therapy
	Parts    []Part   // of a total, by activity: what is added up
	Minutes  *int     // whole minutes, cut down once; nil: not known
	Sources  []string // where the minutes were read
	Steps    []Step   // by minute, from the first that earns anything to at least the first above the minutes
}

// A Part is the minutes of one service in a total.
type Part struct {
	Activity string
	Minutes  int // whole minutes
	Sources  []string
}

// A Step is a minute from which something else is earned than before it, and what that is. Of a total the
// code is empty: its units are handed out to several.
type Step struct {
	From      int    // whole minutes
	Lines     []Line // base code first; without modifiers
	Rule      string // whose minute it is
	Reference string
	Layer     string
}

const (
	fewestSteps = 4  // of a scale without an end, so that small minutes show how it goes on
	mostSteps   = 97 // a whole day in quarters of an hour, and the one above
)

// Scales lists the timed services of a visit, in order of activity and clinician, with the minutes from
// which their codes are earned on that day by that payer's rules. Under the CMS rule timed therapy of one
// clinician is one scale: that of the total. Services that no minutes decide have none.
func (r *Rules) Scales(facts Facts) []Scale {
	e := evaluations.Get().(*evaluation)
	defer e.end()
	e.begin(r, facts)
	if e.day.IsZero() {
		return nil
	}
	e.gather()
	var all []Scale
	totals := map[string]int{} // where the scale of a clinician's total stands
	for _, w := range e.works {
		climbs := e.climbsOf(w)
		if len(climbs) == 0 {
			continue
		}
		alone := Scale{Activity: w.activity, Minutes: copied(w.minutes), Sources: slices.Clone(w.sources)}
		if !e.inTotal(w) {
			alone.Steps = stepsOf(climbs, alone.Minutes)
			all = append(all, alone)
			continue
		}
		at, begun := totals[w.performer]
		if !begun {
			at, totals[w.performer] = len(all), len(all)
			all = append(all, Scale{Minutes: new(int)})
		}
		all[at].join(alone)
		all[at].Steps = totalSteps(climbs[0], all[at].Minutes)
	}
	return all
}

func copied(n *int) *int {
	if n == nil {
		return nil
	}
	c := *n
	return &c
}

// join adds a service to a total. One without minutes leaves the total unknown.
func (s *Scale) join(one Scale) {
	if one.Minutes == nil {
		s.Minutes = nil
		return
	}
	s.Parts = append(s.Parts, Part{one.Activity, *one.Minutes, one.Sources})
	s.Sources = append(s.Sources, one.Sources...)
	slices.Sort(s.Sources)
	s.Sources = slices.Compact(s.Sources)
	s.Minutes = sum(s.Minutes, one.Minutes)
}

// inTotal reports whether the minutes of a service are added to those of other timed therapy.
func (e *evaluation) inTotal(w *work) bool {
	if e.timedUnits() != UnitsCMS8Minute || !e.isTotalled(w) || !e.joinsTherapyTotal(w) {
		return false
	}
	together := 0
	for _, other := range e.works {
		if other.performer == w.performer && e.isTotalled(other) {
			together++
		}
	}
	return together > 1
}

// isTotalled reports whether a service is of the kind that the CMS rule adds up.
func (e *evaluation) isTotalled(w *work) bool {
	if len(w.rules.kinds) == 0 {
		return false
	}
	first := w.rules.kinds[0].rules[0]
	return first.Kind == kindEightMinute || e.on(first).numbers.TherapyTotal
}

// A climb is the minutes from which one code is earned.
type climb struct {
	rule    *rule
	numbers *Numbers
	logic   clock
	of      *source
}

// climbsOf are the codes that the minutes of a service can earn on the day, with those that prolong them.
func (e *evaluation) climbsOf(w *work) []climb {
	var all []climb
	for _, group := range w.rules.kinds {
		logic, timed := group.logic.(clock)
		if !timed {
			continue
		}
		for _, r := range e.known(group.rules) {
			on := e.on(r)
			if on.state != effective.InForce {
				continue
			}
			if below := e.belowFirst(w, on.numbers); below != nil {
				all = append(all, *below)
			}
			all = append(all, climb{r, on.numbers, logic, &on.numbers.Source})
		}
	}
	for _, r := range e.rules.kinds[kindProlonged] {
		on := e.on(r)
		for _, base := range all {
			if steps := on.numbers.fromBase(base.rule.Code); steps != nil && on.state == effective.InForce {
				all = append(all, climb{r, steps, ladder{}, &on.numbers.Source})
				break
			}
		}
	}
	return all
}

// belowFirst is the code that is reported below the first block of another.
func (e *evaluation) belowFirst(w *work, n *Numbers) *climb {
	if n.Below == nil {
		return nil
	}
	code := n.Below.Alone
	if e.hasActivity(ActivityEvaluationManagement, w.performer) || e.hasActivity(ActivityPsychotherapyWithEM, w.performer) {
		code = n.Below.WithEM
	}
	r := e.rules.byCode[code]
	if r == nil || e.on(r).state != effective.InForce {
		return nil
	}
	limited := *e.on(r).numbers
	limited.Max = n.First - 1
	logic, timed := r.logic.(clock)
	if !timed {
		return nil
	}
	return &climb{r, &limited, logic, &limited.Source}
}

// stepsOf climbs from one threshold to the next.
func stepsOf(climbs []climb, minutes *int) []Step {
	var steps []Step
	for at := 0; !enough(steps, minutes); {
		var by *climb
		next := 0
		for i, c := range climbs {
			if from := c.logic.next(c.numbers, at); from > at && (next == 0 || from < next) {
				next, by = from, &climbs[i]
			}
		}
		if by == nil {
			break
		}
		at = next
		step := Step{From: at, Rule: by.rule.ID, Reference: by.of.cited, Layer: by.of.layer}
		for _, c := range climbs {
			if units := c.logic.units(c.numbers, at); units > 0 {
				step.Lines = append(step.Lines, Line{Code: c.rule.Code, Units: units})
			}
		}
		steps = append(steps, step)
	}
	return steps
}

// totalSteps are the minutes from which a total of timed therapy has one more unit.
func totalSteps(c climb, minutes *int) []Step {
	var steps []Step
	for units := 1; !enough(steps, minutes); units++ {
		steps = append(steps, Step{From: c.numbers.First + (units-1)*c.numbers.stride(), Lines: []Line{{Units: units}},
			Rule: c.rule.ID, Reference: c.of.cited, Layer: c.of.layer})
	}
	return steps
}

// enough reports whether the steps reach above the minutes.
func enough(steps []Step, minutes *int) bool {
	n := len(steps)
	return n >= mostSteps || n >= fewestSteps && (minutes == nil || steps[n-1].From > *minutes)
}
