package review

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/chargenote/chargenote/coding"
	"github.com/chargenote/chargenote/internal/visit"
)

// A Pick is a line that a clinician chose beside what the rules suggest.
type Pick struct {
	Code      string
	Units     int // 1 to MostPicked
	Modifiers []string
	User      string // fhirUser of the clinician
	At        time.Time
}

// MostPicked is the most units of a picked line: more cannot be of one visit.
const MostPicked = 999

// ID names the pick among the offers: the same code and modifiers have one.
func (p Pick) ID() string { return "pick-" + lineID(p.Line()) }

// Line is the bare line.
func (p Pick) Line() coding.Line {
	return coding.Line{Code: p.Code, Units: p.Units, Modifiers: p.Modifiers}
}

// PickFault is why a pick cannot be filed honestly; nil where it can, whatever the rules say of it.
func (s *Service) PickFault(r *Review, p Pick) error {
	_, known := s.Codes.Label(p.Code)
	switch {
	case p.User == "":
		return ErrNoUser
	case !known:
		return errors.New("the rules do not know this code: enter it in the chart")
	case p.Units < 1 || p.Units > MostPicked:
		return fmt.Errorf("give whole units from 1 to %d", MostPicked)
	}
	for _, m := range p.Modifiers {
		if !slices.Contains(r.Modifiers(), m) {
			return errors.New("this modifier is on no line of the visit: enter the charge in the chart")
		}
	}
	return nil
}

// Modifiers are those of the lines of a review, each once, in their order.
func (r *Review) Modifiers() []string {
	var all []string
	for _, offer := range r.Offers() {
		for _, line := range offer.Lines {
			for _, m := range line.Modifiers {
				if !slices.Contains(all, m) {
					all = append(all, m)
				}
			}
		}
	}
	return all
}

// Usual lists the codes that belong to what was done in the visit: those of its activities that hold on
// its day, and those that the rules weighed, in order.
func (s *Service) Usual(r *Review) []string {
	var all []string
	withEM := false
	for _, service := range r.Facts.Services {
		all = append(all, s.Codes.CodesOf(service.Activity)...)
		withEM = withEM || service.Activity == coding.ActivityEvaluationManagement
	}
	if withEM {
		all = append(all, s.Codes.CodesOf(coding.ActivityPsychotherapyWithEM)...)
	}
	all = slices.DeleteFunc(all, func(code string) bool {
		return !slices.ContainsFunc(s.Codes.InForce(r.Facts.DateOfService, code), func(rule coding.RuleInForce) bool { return rule.State == coding.StateInForce })
	})
	for _, offer := range r.Offers() {
		for _, line := range offer.Lines {
			all = append(all, line.Code)
		}
	}
	for _, n := range r.Coding.NotSuggested {
		all = append(all, n.Code)
	}
	slices.Sort(all)
	all = slices.DeleteFunc(slices.Compact(all), func(code string) bool { _, known := s.Codes.Label(code); return !known })
	return all
}

// Alike reports whether two codes are of one kind on the day of the visit, so that one may stand in the
// place of the other.
func (s *Service) Alike(r *Review, a, b string) bool {
	families := map[string]bool{}
	for _, rule := range s.Codes.InForce(r.Facts.DateOfService, a) {
		families[rule.Family] = true
	}
	return slices.ContainsFunc(s.Codes.InForce(r.Facts.DateOfService, b), func(rule coding.RuleInForce) bool { return families[rule.Family] })
}

// Weigh is what the rules say of a line that the clinician chooses.
func (s *Service) Weigh(r *Review, line coding.Line) []coding.Because {
	return s.Codes.Weigh(r.Facts, r.Coding, line)
}

// picked are the lines of the picks that were confirmed, beside those of offers.
func (s *Service) picked(r *Review, picks []Pick, offered []visit.FiledLine) ([]visit.FiledLine, error) {
	lines := slices.Clone(offered)
	for _, p := range picks {
		if err := s.PickFault(r, p); err != nil {
			return nil, err
		}
		if slices.ContainsFunc(lines, func(l visit.FiledLine) bool {
			return lineID(coding.Line{Code: l.Code, Modifiers: l.Modifiers}) == lineID(p.Line())
		}) {
			return nil, fmt.Errorf("%s stands twice, as suggested and as you picked it: take one", lineID(p.Line()))
		}
		lines = append(lines, s.pickedLine(r, p, offered))
	}
	return lines, nil
}

// pickedLine says in one sentence that the clinician chose the line, over what, and what the rules say.
func (s *Service) pickedLine(r *Review, p Pick, offered []visit.FiledLine) visit.FiledLine {
	label, _ := s.Codes.Label(p.Code)
	definition, _ := s.Codes.Definition(p.Code)
	line := visit.FiledLine{Code: p.Code, Modifiers: p.Modifiers, Units: p.Units, Label: label, Definition: definition, Ordinal: r.timesVoided(p.Line())}
	because := s.Weigh(r, p.Line())
	at := max(slices.IndexFunc(because, func(b coding.Because) bool { return b.Status != coding.Met }), 0)
	says := ""
	if len(because) > 0 {
		line.Rule, says = because[0].Rule, because[at].Text
	}
	line.Sentence = fmt.Sprintf("the clinician chose %s x%d %s; of it they say: %s; rule %s of rules %s, confirmed by the clinician.",
		lineID(p.Line()), p.Units, r.over(offered), says, line.Rule, r.Coding.Rules.Version)
	return line
}

// over says over what a line was chosen: the suggestions that were not taken.
func (r *Review) over(taken []visit.FiledLine) string {
	var left []string
	for _, s := range r.Coding.Suggestions {
		id := lineID(LineOf(s))
		if !slices.ContainsFunc(taken, func(l visit.FiledLine) bool {
			return lineID(coding.Line{Code: l.Code, Modifiers: l.Modifiers}) == id
		}) {
			left = append(left, fmt.Sprintf("%s x%d", id, s.Units))
		}
	}
	switch {
	case len(r.Coding.Suggestions) == 0:
		return "where the rules suggest nothing"
	case len(left) == 0:
		return "beside what the rules suggest"
	}
	return "over what the rules suggest (" + strings.Join(left, ", ") + ")"
}

// linked are the diagnoses of a visit that were chosen by their references, in the record's order; all
// of them where nobody chose.
func linked(all []visit.Diagnosis, chosen []string) ([]visit.Diagnosis, error) {
	if chosen == nil {
		return all, nil
	}
	var some []visit.Diagnosis
	for _, d := range all {
		if slices.Contains(chosen, d.Reference) {
			some = append(some, d)
		}
	}
	for _, reference := range chosen {
		if !slices.ContainsFunc(all, func(d visit.Diagnosis) bool { return d.Reference == reference }) {
			return nil, fmt.Errorf("%q is not among the diagnoses any more: look again", cmp.Or(reference, "a diagnosis without a name"))
		}
	}
	return some, nil
}
