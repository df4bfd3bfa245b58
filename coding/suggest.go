package coding

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/chargenote/chargenote/internal/effective"
)

// evaluation is the answer to one set of facts while it is being worked out.
type evaluation struct {
	rules *view
	facts Facts
	day   effective.Date
	today *day
	terms *terms

	works        []*work
	lines        []*line
	sorted       bool // the lines are in order
	timedTherapy []timedTherapy
	openUnits    []openUnit
	ledger       ledger
	once         map[int]time.Duration // of services of which a part lies within others, the rest
	who          clinicians
	result       Result

	made room
}

// room is what an evaluation works in; it is used again by the next one.
type room struct {
	lines    []line
	works    []work
	standing []*line   // holds until standing is called again
	ordered  []*line   // holds until ordered is called again
	minutes  []int     // of the services of a total
	shares   [2]shares // of a total, and of the totals that are tried out around it
}

// evaluations are used again, so that a review leaves no garbage but what it says.
var evaluations = sync.Pool{New: func() any { return &evaluation{} }}

// The room that an evaluation begins with; more is made where it is needed.
const (
	usualLines = 16
	usualWorks = 8
)

// line is one code in play: it stands, or it has fallen and says why.
type line struct {
	rule    *rule
	numbers *Numbers
	code    string
	number  int // of the code among those that the rules know
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
	margin    *int
	fallen    *fallen

	assistance *assistance // in a choice, where the units of each option decide
}

// fallen is why a line does not stand.
type fallen struct {
	status Status
	text   string
	flag   string // kind of the top-level flag; empty where none is raised
	of     *source
}

// fall takes a line out. The first reason stays.
func (l *line) fall(status Status, text, flag string, of *source) {
	if l.fallen == nil {
		l.fallen = &fallen{status, text, flag, of}
	}
}

// flag marks the line with a kind, once.
func (l *line) flag(kind string) {
	if !l.hasFlag(kind) {
		l.flags = append(l.flags, kind)
	}
}

func (l *line) hasFlag(kind string) bool { return slices.Contains(l.flags, kind) }

// say notes the answer of one rule for the line.
func (l *line) say(rule string, status Status, text string, sources []string, of *source) {
	if l.because == nil {
		l.because = make([]Because, 0, 4)
	}
	b := Because{Rule: rule, Status: status, Text: text, Sources: sources}
	if of != nil {
		b.Reference, b.Layer = of.cited, of.layer
	}
	l.because = append(l.because, b)
}

// notInForce takes a line out because nothing holds on the day of service.
func (l *line) notInForce(on standing) {
	of := &l.numbers.Source
	if on.state == effective.NotYet {
		text := "holds from " + on.since.String()
		if len(on.before) > 0 {
			text += "; on this day it was " + strings.Join(on.before, " or ")
		}
		l.fall(NotEffective, text, "code-not-yet-effective", of)
		return
	}
	text := "ended with " + on.since.AddDays(-1).String()
	if successors := l.numbers.Successors; len(successors) > 0 {
		text += "; see " + strings.Join(successors, ", ")
	} else {
		text += "; no code replaces it"
	}
	l.fall(NotEffective, text, "code-deleted", of)
}

// Suggest says which codes the facts support on their day of service, how many units, with which
// modifiers, and why; what is missing is a question and what fell away says why. It never fails:
// facts that earn nothing give a result that says so. The order of the services does not matter.
func (r *Rules) Suggest(facts Facts) Result {
	e := evaluations.Get().(*evaluation)
	e.begin(r, facts)
	if e.day.IsZero() {
		e.ask("date-of-service", "On which day was the service?")
	} else {
		e.workOut()
	}
	e.write()
	result := e.result
	e.end()
	return result
}

// begin looks up what holds for the payer on the day of service.
func (e *evaluation) begin(r *Rules, facts Facts) {
	e.rules, e.facts, e.day = r.viewFor(facts.Payer), answeredFor(facts), facts.DateOfService
	e.today = e.rules.on(e.day)
	e.terms = e.today.terms[facts.Payer.Kind]
	if e.terms == nil {
		e.terms = e.today.terms[""]
	}
	e.result = Result{
		DateOfService: facts.DateOfService.String(),
		Rules:         r.version,
		Minutes:       []Minutes{},
		Suggestions:   []Suggestion{},
		Choices:       []Choice{},
		NotSuggested:  []NotSuggested{},
		Flags:         []Flag{},
		Questions:     []Question{},
	}
	if e.made.lines == nil {
		e.made = room{lines: make([]line, 0, usualLines), works: make([]work, 0, usualWorks)}
	}
}

// end forgets everything of the visit, and keeps the room.
func (e *evaluation) end() {
	clear(e.made.lines)
	clear(e.made.works)
	clear(e.ledger)
	made := e.made
	made.lines, made.works = made.lines[:0], made.works[:0]
	works, lines, ledger, timed := e.works[:0], e.lines[:0], e.ledger[:0], e.timedTherapy[:0]
	*e = evaluation{made: made, works: works, lines: lines, ledger: ledger, timedTherapy: timed}
	evaluations.Put(e)
}

func (e *evaluation) workOut() {
	e.gather()
	e.earn()
	e.linkAddOns()
	e.checkBasis()
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
	e.sayPrimaries()
	e.separateEM()
	e.noProlonged()
	e.therapyModifiers()
	e.choices()
}

// on is what a rule says on the day of service.
func (e *evaluation) on(r *rule) *standing { return &e.today.rules[r.index] }

// earn lets each service earn its codes.
func (e *evaluation) earn() {
	for _, w := range e.works {
		for _, group := range w.rules.kinds {
			known := e.known(group.rules)
			group.logic.evaluate(e, w, known)
			e.addUnknownToPayer(w, group.rules, known)
		}
	}
	e.therapyUnits()
}

// known lists the rules that the payer knows, where some of the service are only for certain payers:
// one payer's code takes the place of another's. Where the payer knows none, or is not known, all
// answer.
func (e *evaluation) known(rules []*rule) []*rule {
	if e.facts.Payer.Kind == "" || !slices.ContainsFunc(rules, func(r *rule) bool { return !e.knows(r) }) {
		return rules
	}
	known := make([]*rule, 0, len(rules))
	inForce := false
	for _, r := range rules {
		if e.knows(r) {
			known = append(known, r)
			inForce = inForce || e.on(r).state == effective.InForce
		}
	}
	if !inForce {
		return rules
	}
	return known
}

// knows reports whether the payer knows the code of a rule.
func (e *evaluation) knows(r *rule) bool {
	need := &e.on(r).numbers.Needs
	return !slices.Contains(need.NotPayers, e.facts.Payer.Kind) && (len(need.Payers) == 0 || slices.Contains(need.Payers, e.facts.Payer.Kind))
}

// addUnknownToPayer says on the first line of a service which codes are for other payers.
func (e *evaluation) addUnknownToPayer(w *work, rules, known []*rule) {
	if len(known) == len(rules) {
		return
	}
	first := slices.IndexFunc(e.lines, func(l *line) bool { return l.work == w })
	if first < 0 {
		return
	}
	for _, r := range rules {
		if on := e.on(r); on.state == effective.InForce && !e.knows(r) {
			e.lines[first].say(r.ID, NotMet, needsPayer(e, w, &on.numbers.Needs).text, nil, &on.numbers.Source)
		}
	}
}

// add notes a line in play.
func (e *evaluation) add(l line) *line {
	if len(e.made.lines) == cap(e.made.lines) {
		e.made.lines = make([]line, 0, 2*cap(e.made.lines)) // lines that were made stay where they are
	}
	e.made.lines = append(e.made.lines, l)
	made := &e.made.lines[len(e.made.lines)-1]
	made.number = l.rule.number
	if len(l.rule.Codes) > 0 {
		made.number = e.rules.numbers[l.code]
	}
	e.lines, e.sorted = append(e.lines, made), false
	return made
}

// standing lists the lines that have not fallen and are not part of a choice, in order. The list holds
// until the next call.
func (e *evaluation) standing() []*line {
	if !e.sorted {
		slices.SortStableFunc(e.lines, compareLines)
		e.sorted = true
	}
	lines := e.made.standing[:0]
	for _, l := range e.lines {
		if l.fallen == nil && !l.open {
			lines = append(lines, l)
		}
	}
	e.made.standing = lines
	return lines
}

// compareLines orders lines by code, and lines of one code by who did them.
func compareLines(a, b *line) int {
	return cmp.Or(cmp.Compare(a.code, b.code), cmp.Compare(a.work.performer, b.work.performer), cmp.Compare(a.work.activity, b.work.activity),
		cmp.Compare(a.work.scoring, b.work.scoring),
		cmp.Compare(a.modifiers.assistant, b.modifiers.assistant))
}

// linkAddOns finds the base of every add-on that is earned by a service.
func (e *evaluation) linkAddOns() {
	for _, l := range e.lines {
		if l.base != nil || len(l.numbers.Primaries) == 0 || l.rule.Kind == kindAddOn {
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
				if (e.facts.EvaluationManagement == nil || e.facts.EvaluationManagement.Code == "") && e.followsEM(l) {
					status = Unknown
				}
				l.fall(status, "an add-on needs a code that it may follow, and none stands", "", &l.numbers.Source)
				again = true
			case l.base != nil && l.base.fallen != nil:
				l.fall(l.base.fallen.status, "follows "+l.base.code+", which does not stand", "", &l.numbers.Source)
				again = true
			}
		}
	}
}

// sayPrimaries says of an add-on whose primaries CMS lists in part whether one of them stands. Where
// none does it is no bar, for there are others; it is said where the tables of CMS bind.
func (e *evaluation) sayPrimaries() {
	for _, l := range e.lines {
		partly, some := e.today.partly[l.number]
		if !some || l.fallen != nil {
			continue
		}
		at := slices.IndexFunc(e.lines, func(p *line) bool { return p.fallen == nil && slices.Contains(partly.codes, p.code) })
		switch {
		case at >= 0:
			l.say("add-ons", Met, "beside "+e.lines[at].code+", which it may follow", nil, partly.of)
		case e.terms.followsNCCI:
			l.say("add-ons", Unknown, "CMS lists codes that it follows, though not all, and none of them stands", nil, partly.of)
		}
	}
}

// followsEM reports whether an add-on may follow a code that the clinician chooses.
func (e *evaluation) followsEM(l *line) bool {
	return slices.ContainsFunc(l.numbers.Primaries, func(code string) bool {
		primary := e.rules.byCode[code]
		return primary != nil && primary.Kind == kindAsGiven
	})
}

// refuse notes a code that was in play and is not suggested.
func (e *evaluation) refuse(code string, status Status, text string, of *source) {
	n := NotSuggested{Code: code, Status: status, Text: text}
	if of != nil {
		n.Reference, n.Layer = of.cited, of.layer
	}
	e.result.NotSuggested = append(e.result.NotSuggested, n)
}

// refuseAll refuses the base code of each rule in force.
func (e *evaluation) refuseAll(rules []*rule, status Status, text string) {
	for _, r := range rules {
		if on := e.on(r); on.state == effective.InForce && r.Code != "" {
			e.refuse(r.Code, status, text, &on.numbers.Source)
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
	e.result.Questions = append(e.result.Questions, Question{ID: id, Text: text, Fact: factOf(id), Unlocks: unlocks})
}

// codesOfActivity lists the codes of an activity whose rules are of one kind.
func (e *evaluation) codesOfActivity(activity string, of kind) []string {
	var codes []string
	for _, r := range e.rules.ofActivity(activity) {
		if kinds[r.Kind] == of {
			codes = append(codes, r.Code)
		}
	}
	return codes
}

// claim is the claim type; professional where none is given.
func (e *evaluation) claim() string { return cmp.Or(e.facts.ClaimType, ClaimProfessional) }

// timedUnits is the payer's counting rule for timed units; empty where the payer is not known.
func (e *evaluation) timedUnits() string {
	return cmp.Or(e.facts.Payer.TimedUnits, e.terms.timedUnits)
}

// write turns the lines into the result, in a fixed order.
func (e *evaluation) write() {
	e.result.Minutes = e.minutes()
	if ordered := e.ordered(); len(ordered) > 0 {
		e.result.Suggestions = make([]Suggestion, len(ordered))
		for i, l := range ordered {
			e.result.Suggestions[i] = l.suggestion()
		}
	}
	for _, l := range e.lines {
		if l.fallen == nil {
			continue
		}
		e.refuse(l.code, l.fallen.status, l.fallen.text, l.fallen.of)
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
// an add-on of an add-on behind the one it follows. The list holds until the next call.
func (e *evaluation) ordered() []*line {
	e.made.ordered = following(nil, e.standing(), e.made.ordered[:0])
	return e.made.ordered
}

// following adds the lines that follow a base to those already in order.
func following(base *line, standing, ordered []*line) []*line {
	for _, l := range standing {
		if l.base == base {
			ordered = following(l, standing, append(ordered, l))
		}
	}
	return ordered
}

// inOrder lists the lines that stand, each base before its add-ons, and then those of a choice.
func (e *evaluation) inOrder() []*line { return append(e.ordered(), e.openLines()...) }

// baseFirst lists the lines that stand and those of a choice, each base before its add-ons. Lines
// that fall while the list is walked take their add-ons with them.
func (e *evaluation) baseFirst(visit func(*line)) {
	for _, l := range e.inOrder() {
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
		s.Minutes, s.Margin = &minutes, l.margin
	}
	if s.Because == nil {
		s.Because = []Because{}
	}
	if l.base != nil {
		s.AddOnTo = l.base.code
	}
	return s
}

// separateEM marks an E/M beside its psychotherapy add-on as separately identifiable, where the
// payer asks for that.
func (e *evaluation) separateEM() {
	if !e.terms.separateEM {
		return
	}
	for _, l := range e.standing() {
		if l.base != nil && l.base.rule.Kind == kindAsGiven && l.base.modifiers.separate == "" && l.rule.Kind != kindFullTime {
			l.base.modifiers.separate = e.rules.separate
			l.base.say("payer-terms", Met, "separate from "+l.code+", which this payer wants marked by "+e.rules.separate, nil, e.terms.ofEM)
		}
	}
}
