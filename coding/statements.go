package coding

import (
	"fmt"
	"slices"
	"strings"

	"github.com/chargenote/chargenote/internal/effective"
)

// A Statement is what one table of the rules says about a code, in one sentence, for the person who
// checks a line.
type Statement struct {
	Table      string                `json:"table"` // the file that says so: pairs, unit-limits, eligibility and so on
	Text       string                `json:"text"`
	References []effective.Reference `json:"references,omitempty"`
	Layer      string                `json:"layer,omitempty"`
}

func statement(table, text string, of *source) Statement {
	s := Statement{Table: table, Text: text}
	if of != nil {
		s.References, s.Layer = of.Reference, of.layer
	}
	return s
}

// About says everything that the tables hold about a code on a day, beside its own rule: what it
// follows and what follows it, the other codes of its service, unit limits, pairs, who may bill it,
// how it is marked at a distance and under a plan of care, and how payers count. A code that no rule
// knows has none.
func (r *Rules) About(day effective.Date, code string) []Statement {
	v, on := r.whole, r.whole.on(day)
	rule := v.byCode[code]
	if rule == nil {
		return nil
	}
	all := v.follows(on, rule, code)
	all = append(all, v.siblings(on, rule, code)...)
	all = append(all, on.limitStatements(code)...)
	all = append(all, v.pairStatements(on, day, code)...)
	all = append(all, on.eligibilityStatements(v.numbers[code])...)
	all = append(all, on.long.statements(code)...)
	all = append(all, on.distance.statements(rule, code)...)
	if rule.Therapy {
		all = append(all, on.therapyStatements(v.therapy)...)
	}
	if rule.Kind == kindEightMinute || on.rules[rule.index].numbers.TherapyTotal {
		all = append(all, on.termStatements()...)
	}
	return append(all, on.edits(v.separate)...)
}

// follows says which codes an add-on may follow, and which add-ons may follow the code.
func (v *view) follows(on *day, rule *rule, code string) []Statement {
	var all []Statement
	own := on.rules[rule.index].numbers
	if len(own.Primaries) > 0 {
		all = append(all, statement("add-ons", "follows one of "+strings.Join(own.Primaries, ", "), &own.Source))
	}
	if partly, some := on.partly[rule.number]; some {
		all = append(all, statement("add-ons", "CMS lists some of the codes that it follows, not all: "+strings.Join(partly.codes, ", "), partly.of))
	}
	for _, other := range v.rules {
		standing := on.rules[other.index]
		if standing.state != effective.InForce {
			continue
		}
		prolongs := slices.ContainsFunc(standing.numbers.Bases, func(b Base) bool { return b.Code == code })
		if prolongs || slices.Contains(standing.numbers.Primaries, code) {
			all = append(all, statement("rules", "may be followed by "+other.Code+": "+strings.Join(other.logic.sentences(standing.numbers), "; "), &standing.numbers.Source))
		}
	}
	return all
}

// siblings says what the other codes of the same service need, and what stands below them.
func (v *view) siblings(on *day, rule *rule, code string) []Statement {
	var all []Statement
	said := map[string]bool{code: true}
	for _, activity := range rule.Activities {
		for _, other := range v.ofActivity(activity) {
			standing := on.rules[other.index]
			if other.Code == "" || said[other.Code] || standing.state != effective.InForce {
				continue
			}
			said[other.Code] = true
			text := strings.Join(append(other.logic.sentences(standing.numbers), standing.numbers.Needs.sentences()...), "; ")
			all = append(all, statement("rules", "same service, "+other.Code+": "+text, &standing.numbers.Source))
		}
	}
	return all
}

func (d *day) limitStatements(code string) []Statement {
	claims := [sides]string{practitioner: "a professional claim", outpatientHospital: "an outpatient hospital claim"}
	var all []Statement
	for side := range sides {
		for _, t := range d.limits[side] {
			if limit := t.Limits[code].of(side); limit != nil {
				all = append(all, statement("unit-limits", fmt.Sprintf("at most %s a day on %s%s", count(limit.Units, "unit"), claims[side], t.meaning(limit)), &t.Source))
			}
		}
	}
	return all
}

// meaning says what a limit does, and whose it is.
func (t *unitLimitsTable) meaning(limit *unitLimit) string {
	what := fmt.Sprintf(" (indicator %d: ", limit.Indicator)
	if limit.Indicator == absolute || limit.Units == 0 {
		what += "more is cut and flagged"
	} else {
		what += "more is flagged, documented time may exceed it"
	}
	if t.Quarter.IsZero() {
		return what + fmt.Sprintf("; the payer's own, from %s)", t.From)
	}
	return what + fmt.Sprintf("; table of %s)", t.Quarter)
}

// pairStatements lists the codes that a code is never beside, or only when distinct.
func (v *view) pairStatements(on *day, service effective.Date, code string) []Statement {
	var all []Statement
	for _, own := range v.own {
		all = append(all, v.pairsOf(own, service, code, "for every payer")...)
	}
	for _, same := range v.same {
		all = append(all, v.pairsOf(same, service, code, "by one clinician")...)
	}
	for side, claim := range []string{practitioner: "on a professional claim", outpatientHospital: "on an outpatient hospital claim"} {
		if on.pairs[side] != nil {
			all = append(all, v.pairsOf(on.pairs[side], service, code, fmt.Sprintf("%s, table of %s", claim, on.pairs[side].quarter))...)
		}
	}
	return all
}

func (v *view) pairsOf(index *pairIndex, service effective.Date, code, where string) []Statement {
	lists := map[string][]string{}
	for _, other := range effective.SortedKeys(v.byCode) {
		for _, way := range []struct{ first, second, keeps string }{{code, other, code}, {other, code, "the other"}} {
			switch index.on(service, v.numbers[way.first], v.numbers[way.second]) {
			case never:
				lists["never together, "+way.keeps+" stands"] = append(lists["never together, "+way.keeps+" stands"], other)
			case whenDistinct:
				lists["together only when distinct, modifier on "+modified(way.keeps, code)] = append(lists["together only when distinct, modifier on "+modified(way.keeps, code)], other)
			}
		}
	}
	var all []Statement
	for _, how := range effective.SortedKeys(lists) {
		all = append(all, statement("pairs", fmt.Sprintf("%s (%s): %s", how, where, strings.Join(slices.Compact(lists[how]), ", ")), index.of))
	}
	return all
}

// modified is which of two codes takes the modifier: the one of column 2.
func modified(keeps, code string) string {
	if keeps == code {
		return "the other"
	}
	return code
}

func (d *day) eligibilityStatements(number int) []Statement {
	var all []Statement
	for _, eligible := range d.eligible[number] {
		all = append(all, statement("eligibility", fmt.Sprintf("%s: billed by %s (binds %s; a flag for others)",
			eligible.group.Name, strings.Join(eligible.Disciplines, ", "), strings.Join(eligible.Binds, ", ")), &eligible.Source))
	}
	return all
}

func (l *longPsychotherapy) statements(code string) []Statement {
	if l == nil || !l.concerns(code) {
		return nil
	}
	return []Statement{statement("long-psychotherapy", fmt.Sprintf("from %d minutes it is said that no prolonged code holds, where none does", l.First), &l.Source)}
}

// statements says how a code is marked at a distance.
func (d *distance) statements(rule *rule, code string) []Statement {
	var all []Statement
	for _, place := range []struct {
		of    *placeOfService
		where string
	}{{d.home, "at home"}, {d.elsewhere, "elsewhere"}} {
		if place.of != nil {
			all = append(all, statement("telehealth", fmt.Sprintf("place of service %s with the patient %s", place.of.Code, place.where), &place.of.Source))
		}
	}
	for _, kind := range d.kinds {
		if video := d.video[kind]; video != nil {
			all = append(all, statement("telehealth", kind+", audio-video: "+video.words(), &video.Source))
		}
	}
	if d.audio != nil {
		all = append(all, statement("telehealth", "audio alone: "+d.audio.words(), &d.audio.Source))
	}
	if refused := d.refused; refused != nil {
		if slices.Contains(refused.Codes, code) {
			all = append(all, statement("telehealth", "not at a distance for "+strings.Join(refused.Payers, ", "), &refused.Source))
		}
		if len(refused.AudioFamilies) > 0 && !slices.Contains(refused.AudioFamilies, rule.Family) {
			all = append(all, statement("telehealth", "not by audio alone for "+strings.Join(refused.Payers, ", "), &refused.Source))
		}
		if len(refused.Disciplines) > 0 {
			all = append(all, statement("telehealth", "not at a distance by "+strings.Join(refused.Disciplines, ", ")+" for "+strings.Join(refused.Payers, ", "), &refused.Source))
		}
	}
	var settings []string
	for _, setting := range effective.SortedKeys(d.settings) {
		settings = append(settings, setting+" "+d.settings[setting])
	}
	if len(settings) > 0 {
		all = append(all, Statement{Table: "telehealth", Text: "place of service in person: " + strings.Join(settings, ", ")})
	}
	return all
}

func (r *videoRule) words() string {
	said := "no modifier"
	if r.Modifier != "" {
		said = "modifier " + r.Modifier
	}
	if r.InPerson {
		said += ", place of service as in person"
	}
	if r.Except != "" {
		said += fmt.Sprintf("; %s with the patient at %s for %s", r.Except, r.Location, strings.Join(slices.Concat(r.Claims, r.Settings, r.Disciplines), ", "))
	}
	for _, claim := range effective.SortedKeys(r.ByClaim) {
		said += fmt.Sprintf("; %s on %s claims", r.ByClaim[claim], claim)
	}
	return said
}

func (r *audioRule) words() string {
	said := "modifier " + r.Modifier
	for _, claim := range effective.SortedKeys(r.ByClaim) {
		said += fmt.Sprintf("; %s on %s claims", r.ByClaim[claim], claim)
	}
	if len(r.Strict) > 0 {
		said += fmt.Sprintf("; %s: patient at %s, and one of %s", strings.Join(r.Strict, ", "), r.Location, strings.Join(r.Reasons, ", "))
	}
	return said
}

// therapyStatements says which modifiers follow from a plan of care. The amount of a threshold is
// compared and never shown.
func (d *day) therapyStatements(table *therapyModifiersTable) []Statement {
	var plans []string
	for _, p := range table.Plans {
		plan := p.Discipline + " " + p.Modifier
		if p.Assistant != "" {
			plan += " (assistant " + p.Assistant + ")"
		}
		plans = append(plans, plan)
	}
	all := []Statement{statement("therapy-modifiers", "under a plan of care: "+strings.Join(plans, ", "), &table.Source)}
	if a := d.assistants; a != nil {
		text := fmt.Sprintf("%s: the assistant shows above %d percent of a unit", strings.Join(a.Payers, ", "), a.Percent)
		if a.TherapistAlone > 0 {
			text += fmt.Sprintf("; not on the last unit where the therapist alone furnished %d minutes", a.TherapistAlone)
		}
		all = append(all, statement("therapy-modifiers", text, &a.Source))
	}
	if t := d.threshold; t != nil {
		all = append(all, statement("therapy-modifiers", t.Modifier+" for "+strings.Join(t.Payers, ", ")+" above the threshold of the year", &t.Source))
	}
	return all
}

// termStatements says how each kind of payer counts timed units.
func (d *day) termStatements() []Statement {
	var all []Statement
	for _, kind := range vocabulary["payer.kind"] {
		if t := d.terms[kind]; t.ofUnits != nil {
			all = append(all, statement("payer-terms", kind+" counts timed units by "+t.timedUnits, t.ofUnits))
		}
	}
	return all
}

// edits says whom the edits of CMS bind, and with which modifier services are told apart.
func (d *day) edits(separate string) []Statement {
	var all []Statement
	for _, kind := range vocabulary["payer.kind"] {
		t := d.terms[kind]
		if t.ofEdits == nil {
			continue
		}
		text := kind + ": edits and limits of CMS are flags"
		if t.followsNCCI {
			text = kind + ": edits and limits of CMS bind"
		}
		all = append(all, statement("payer-terms", text, t.ofEdits))
	}
	if t := d.terms[""]; t.ofDistinct != nil {
		all = append(all, statement("payer-terms", "distinct services take modifier "+t.distinct.Service+", a separate E/M "+separate, t.ofDistinct))
	}
	return all
}
