package coding

import (
	"fmt"
	"slices"
	"strings"

	"github.com/chargenote/chargenote/internal/effective"
)

// Weigh says what the rules have to say of a line that a person chose, in view of the facts and of
// what Suggest made of them: the answers for its code, that the code does not hold on the day, and
// units above what the facts earn, the rule allows or a limit expects. It is never empty for a code
// that the rules know, and forbids nothing. A code that no rule knows has no answer.
func (r *Rules) Weigh(facts Facts, found Result, line Line) []Because {
	v := r.viewFor(facts.Payer)
	rule := v.byCode[line.Code]
	if rule == nil {
		return nil
	}
	on := v.on(facts.DateOfService).rules[rule.index]
	say := func(status Status, text string) Because {
		return Because{Rule: rule.ID, Status: status, Text: text, Reference: on.numbers.Source.cited, Layer: on.numbers.Source.layer}
	}
	all := found.answersFor(rule.ID, line)
	if len(all) == 0 && on.state != effective.InForce {
		ended := lineOf(rule, on)
		ended.notInForce(on)
		all = append(all, say(NotEffective, ended.fallen.text))
	}
	if len(all) == 0 {
		all = append(all, say(r.unearned(facts, found, rule, on.numbers)))
	}
	if most := mostUnits(rule.logic, on.numbers); most > 0 && line.Units > most {
		all = append(all, say(NotMet, fmt.Sprintf("%s, a charge of %s has at most %d", count(line.Units, "unit"), line.Code, most)))
	}
	side := (&evaluation{facts: facts}).side()
	if of := v.on(facts.DateOfService).limitOf[side][v.numbers[line.Code]]; of.limit != nil && line.Units > of.limit.Units {
		all = append(all, Because{Rule: "unit-limits", Status: NotMet, Text: of.table.limitText(line.Units, of.limit.Units, line.Code),
			Reference: of.table.Source.cited, Layer: of.table.Source.layer})
	}
	return all
}

// unearned says of a code that the answers do not name why the facts do not earn it: nobody did such
// work, or its minutes do not reach it.
func (r *Rules) unearned(facts Facts, found Result, of *rule, numbers *Numbers) (Status, string) {
	minutes, named := 0, slices.ContainsFunc(facts.Services, func(s Service) bool { return slices.Contains(of.Activities, s.Activity) })
	for _, m := range found.Minutes {
		if m.Counted && slices.Contains(of.Activities, m.Activity) {
			minutes += m.Minutes
		}
	}
	timed, isTimed := of.logic.(clock)
	switch {
	case named && isTimed && minutes > 0 && timed.units(numbers, minutes) == 0:
		return NotMet, timed.why(numbers, minutes)
	case named:
		return Unknown, "the facts do not earn it as they stand; the rule is: " + strings.Join(of.logic.sentences(numbers), "; ")
	}
	return Unknown, "nothing in this visit names this service; the rule is: " + strings.Join(of.logic.sentences(numbers), "; ")
}

// lineOf is a line of a rule as it stands on a day.
func lineOf(r *rule, on standing) *line { return &line{rule: r, numbers: on.numbers} }

// answersFor are the answers of a result that concern a code: those of its suggestion, else those of
// its rule on other lines, and why it fell away.
func (r *Result) answersFor(rule string, line Line) []Because {
	var all []Because
	for _, s := range r.Suggestions {
		if s.Code != line.Code {
			continue
		}
		all = append(all, s.Because...)
		if s.Units != line.Units {
			status := Met
			if line.Units > s.Units {
				status = NotMet
			}
			all = append(all, Because{Rule: rule, Status: status, Text: fmt.Sprintf("%s, the rules find %d", count(line.Units, "unit"), s.Units), Reference: firstReference(s.Because)})
		}
	}
	if len(all) > 0 {
		return all
	}
	for _, n := range r.NotSuggested {
		if n.Code == line.Code {
			all = append(all, Because{Rule: rule, Status: n.Status, Text: n.Text, Reference: n.Reference, Layer: n.Layer})
		}
	}
	for _, s := range r.Suggestions {
		for _, b := range s.Because {
			said := slices.ContainsFunc(all, func(have Because) bool { return have.Text == b.Text })
			if b.Rule == rule && !said {
				all = append(all, b)
			}
		}
	}
	for _, c := range r.Choices {
		for _, option := range c.Options {
			if slices.ContainsFunc(option, func(l Line) bool { return l.Code == line.Code }) {
				return append(all, Because{Rule: rule, Status: Unknown, Text: "one of the options that the rules leave open"})
			}
		}
	}
	return all
}

func firstReference(because []Because) string {
	if len(because) == 0 {
		return ""
	}
	return because[0].Reference
}

// CodesOf lists the codes that an activity can earn, add-ons of its own and codes that hold no more
// or not yet among them, in order. An activity without codes has none.
func (r *Rules) CodesOf(activity string) []string {
	var all []string
	for _, rule := range r.whole.rules {
		if slices.Contains(rule.Activities, activity) {
			all = append(all, rule.codes()...)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// Find lists the codes that the rules know and that a search means, in order: each word of it begins
// the code or stands in our label or in the name of an activity. An empty search means every code.
func (r *Rules) Find(search string) []string {
	words := strings.Fields(strings.ToLower(search))
	var all []string
	for _, rule := range r.whole.rules {
		text := strings.ToLower(rule.Label + " " + spoken(strings.Join(rule.Activities, " ")))
		for _, code := range rule.codes() {
			if !slices.ContainsFunc(words, func(word string) bool {
				return !strings.HasPrefix(strings.ToLower(code), word) && !strings.Contains(text, word)
			}) {
				all = append(all, code)
			}
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// MayFollow reports whether a code is an add-on that may follow another on a day of service.
func (r *Rules) MayFollow(on effective.Date, addOn, base string) bool {
	rule := r.whole.byCode[addOn]
	return rule != nil && slices.Contains(r.whole.on(on).rules[rule.index].numbers.Primaries, base)
}
