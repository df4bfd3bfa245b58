package coding

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/chargenote/chargenote/internal/effective"
)

// evaluation is the answer to one set of facts while it is being worked out.
type evaluation struct {
	rules *Rules
	facts Facts
	day   effective.Date

	works        []*work
	lines        []*line
	timedTherapy []timedTherapy
	openUnits    []openUnit
	result       Result
}

// line is one code in play: it stands, or it has fallen and says why.
type line struct {
	rule    *rule
	numbers *Numbers
	code    string
	units   int
	minutes *int // where time decides
	work    *work
	base    *line // the code that this one follows
	open    bool  // belongs to a choice of the clinician

	modifiers modifiers
	place     string
	because   []Because
	flags     []string
	next      *Next
	fallen    *fallen
}

// fallen is why a line does not stand.
type fallen struct {
	status    Status
	text      string
	flag      string // kind of the top-level flag; empty where none is raised
	reference string
}

// fall takes a line out. The first reason stays.
func (l *line) fall(status Status, text, flag, reference string) {
	if l.fallen == nil {
		l.fallen = &fallen{status, text, flag, reference}
	}
}

// flag marks the line with a kind, once.
func (l *line) flag(kind string) {
	if !slices.Contains(l.flags, kind) {
		l.flags = append(l.flags, kind)
	}
}

// notInForce takes a line out because nothing holds on the day of service.
func (l *line) notInForce(since effective.Date, state effective.State) {
	reference := cite(l.numbers.Reference)
	if state == effective.NotYet {
		l.fall(NotEffective, fmt.Sprintf("holds from %s", since), "code-not-yet-effective", reference)
		return
	}
	text := fmt.Sprintf("ended with %s", since.AddDays(-1))
	if successors := l.numbers.Successors; len(successors) > 0 {
		text += "; see " + strings.Join(successors, ", ")
	} else {
		text += "; no code replaces it"
	}
	l.fall(NotEffective, text, "code-deleted", reference)
}

// Suggest says which codes the facts support on their day of service, how many units, with which
// modifiers, and why; what is missing is a question and what fell away says why. It never fails:
// facts that earn nothing give a result that says so. The order of the services does not matter.
func (r *Rules) Suggest(facts Facts) Result {
	e := &evaluation{rules: r, facts: facts, day: facts.DateOfService, result: Result{
		DateOfService: facts.DateOfService.String(),
		Rules:         r.version,
		Suggestions:   []Suggestion{},
		Choices:       []Choice{},
		NotSuggested:  []NotSuggested{},
		Flags:         []Flag{},
		Questions:     []Question{},
	}}
	if e.day.IsZero() {
		e.ask("date-of-service", "On which day was the service?")
		e.write()
		return e.result
	}
	e.gather()
	e.earn()
	e.linkAddOns()
	e.checkNeeds()
	e.prolongBases()
	e.interactiveComplexity()
	e.dropOrphans()
	e.eligibility()
	e.telehealth()
	e.unitLimits()
	e.dropOrphans()
	e.pairs()
	e.dropOrphans()
	e.noProlonged()
	e.therapyModifiers()
	e.choices()
	e.write()
	return e.result
}

// earn lets each service earn its codes.
func (e *evaluation) earn() {
	for _, w := range e.works {
		rules := e.rules.byActivity[w.activity]
		if len(rules) == 0 {
			continue
		}
		for _, name := range kindsOf(rules) {
			var ofKind []*rule
			for _, r := range rules {
				if r.Kind == name {
					ofKind = append(ofKind, r)
				}
			}
			kinds[name].evaluate(e, w, ofKind)
		}
	}
	e.therapyUnits()
}

// kindsOf lists the kinds of rules in order; blocks count with their own kind only.
func kindsOf(rules []*rule) []string {
	var names []string
	for _, r := range rules {
		if !slices.Contains(names, r.Kind) {
			names = append(names, r.Kind)
		}
	}
	slices.Sort(names)
	return names
}

// add notes a line in play.
func (e *evaluation) add(l *line) *line {
	e.lines = append(e.lines, l)
	return l
}

// standing lists the lines that have not fallen and are not part of a choice, in order.
func (e *evaluation) standing() []*line {
	var lines []*line
	for _, l := range e.lines {
		if l.fallen == nil && !l.open {
			lines = append(lines, l)
		}
	}
	slices.SortStableFunc(lines, compareLines)
	return lines
}

// compareLines orders lines by code, and lines of one code by who did them.
func compareLines(a, b *line) int {
	return cmp.Or(cmp.Compare(a.code, b.code), cmp.Compare(a.work.performer, b.work.performer), cmp.Compare(a.work.activity, b.work.activity),
		cmp.Compare(a.modifiers.assistant, b.modifiers.assistant))
}

// linkAddOns finds the base of every add-on that is earned by a service.
func (e *evaluation) linkAddOns() {
	for _, l := range e.lines {
		if l.base != nil || len(l.numbers.Primaries) == 0 || l.rule.Kind == "add-on" {
			continue
		}
		for _, primary := range e.lines {
			if primary.work.performer == l.work.performer && slices.Contains(l.numbers.Primaries, primary.code) {
				l.base = primary
				break
			}
		}
	}
}

// dropOrphans takes out add-ons whose base does not stand, until none is left.
func (e *evaluation) dropOrphans() {
	for again := true; again; {
		again = false
		for _, l := range e.lines {
			if l.fallen != nil {
				continue
			}
			switch {
			case l.base == nil && len(l.numbers.Primaries) > 0:
				status := NotMet
				if e.facts.EvaluationManagement == nil || e.facts.EvaluationManagement.Code == "" {
					status = Unknown
				}
				l.fall(status, "an add-on needs a code that it may follow, and none stands", "", cite(l.numbers.Reference))
				again = true
			case l.base != nil && l.base.fallen != nil:
				l.fall(l.base.fallen.status, fmt.Sprintf("follows %s, which does not stand", l.base.code), "", cite(l.numbers.Reference))
				again = true
			}
		}
	}
}

// refuse notes a code that was in play and is not suggested.
func (e *evaluation) refuse(code string, status Status, text, reference string) {
	e.result.NotSuggested = append(e.result.NotSuggested, NotSuggested{Code: code, Status: status, Text: text, Reference: reference})
}

// refuseAll refuses the base code of each rule in force.
func (e *evaluation) refuseAll(rules []*rule, status Status, text string) {
	for _, r := range rules {
		if numbers, _, state := r.on(e.day); state == effective.InForce && r.Code != "" {
			e.refuse(r.Code, status, text, cite(numbers.Reference))
			return
		}
	}
}

// flag notes a finding in words.
func (e *evaluation) flag(kind, code, text string) {
	e.result.Flags = append(e.result.Flags, Flag{Kind: kind, Code: code, Text: text})
}

// ask notes a question; questions of one id become one, with all that they unlock.
func (e *evaluation) ask(id, text string, unlocks ...string) {
	for i := range e.result.Questions {
		if e.result.Questions[i].ID == id {
			e.result.Questions[i].Unlocks = append(e.result.Questions[i].Unlocks, unlocks...)
			return
		}
	}
	e.result.Questions = append(e.result.Questions, Question{ID: id, Text: text, Unlocks: unlocks})
}

// codesOfActivity lists the codes of an activity whose rules are of one kind.
func (e *evaluation) codesOfActivity(activity string, of kind) []string {
	var codes []string
	for _, r := range e.rules.byActivity[activity] {
		if kinds[r.Kind] == of {
			codes = append(codes, r.Code)
		}
	}
	return codes
}

// claim is the claim type; professional where none is given.
func (e *evaluation) claim() string { return cmp.Or(e.facts.ClaimType, ClaimProfessional) }

// bound reports whether the edits and the eligibility of CMS bind the payer.
func (e *evaluation) bound() bool {
	return e.facts.Payer.Kind == PayerMedicare || e.facts.Payer.Kind == PayerMedicaid
}

// timedUnits is the payer's counting rule for timed units; empty where the payer is not known.
func (e *evaluation) timedUnits() string {
	switch {
	case e.facts.Payer.TimedUnits != "":
		return e.facts.Payer.TimedUnits
	case e.facts.Payer.Kind == PayerMedicare:
		return UnitsCMS8Minute
	case e.facts.Payer.Kind != "":
		return UnitsCPTMidpoint
	}
	return ""
}

// write turns the lines into the result, in a fixed order.
func (e *evaluation) write() {
	for _, l := range e.ordered() {
		e.result.Suggestions = append(e.result.Suggestions, l.suggestion())
	}
	for _, l := range e.lines {
		if l.fallen == nil {
			continue
		}
		e.refuse(l.code, l.fallen.status, l.fallen.text, l.fallen.reference)
		if l.fallen.flag != "" {
			e.flag(l.fallen.flag, l.code, l.fallen.text)
		}
	}
	r := &e.result
	slices.SortFunc(r.NotSuggested, func(a, b NotSuggested) int {
		return cmp.Or(cmp.Compare(a.Code, b.Code), cmp.Compare(a.Status, b.Status), cmp.Compare(a.Text, b.Text))
	})
	r.NotSuggested = slices.Compact(r.NotSuggested)
	slices.SortFunc(r.Flags, func(a, b Flag) int {
		return cmp.Or(cmp.Compare(a.Code, b.Code), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Text, b.Text))
	})
	r.Flags = slices.Compact(r.Flags)
	slices.SortFunc(r.Questions, func(a, b Question) int { return cmp.Compare(a.ID, b.ID) })
	for i := range r.Questions {
		unlocks := append([]string{}, r.Questions[i].Unlocks...)
		slices.Sort(unlocks)
		r.Questions[i].Unlocks = slices.Compact(unlocks)
	}
}

// ordered lists the standing lines: base codes by number, each followed by its add-ons by number,
// an add-on of an add-on behind the one it follows.
func (e *evaluation) ordered() []*line {
	standing := e.standing()
	var ordered []*line
	var follow func(base *line)
	follow = func(base *line) {
		for _, l := range standing {
			if l.base == base {
				ordered = append(ordered, l)
				follow(l)
			}
		}
	}
	follow(nil)
	return ordered
}

// baseFirst lists the lines that stand and those of a choice, each base before its add-ons. Lines
// that fall while the list is walked take their add-ons with them.
func (e *evaluation) baseFirst(visit func(*line)) {
	for _, l := range append(e.ordered(), e.openLines()...) {
		if l.base == nil || l.base.fallen == nil {
			visit(l)
		}
	}
	e.dropOrphans()
}

// openLines lists the lines that belong to a choice.
func (e *evaluation) openLines() []*line {
	var lines []*line
	for _, l := range e.lines {
		if l.open && l.fallen == nil {
			lines = append(lines, l)
		}
	}
	return lines
}

// suggestion writes a standing line.
func (l *line) suggestion() Suggestion {
	flags := append([]string{}, l.flags...)
	slices.Sort(flags)
	s := Suggestion{Code: l.code, Units: l.units, Modifiers: l.modifierList(), PlaceOfService: l.place,
		Label: l.rule.Label, Flags: flags, Because: l.because, Next: l.next}
	if l.minutes != nil {
		minutes := *l.minutes
		s.Minutes = &minutes
	}
	if s.Because == nil {
		s.Because = []Because{}
	}
	if l.base != nil {
		s.AddOnTo = l.base.code
	}
	return s
}
