package docs

import (
	"fmt"
	"slices"
	"strings"

	"github.com/chargenote/chargenote/internal/effective"
)

// extendedFrom is the number of minutes above which a 90837 is judged as an extended session.
const extendedFrom = 60

// Check reads one note. It never fails: what it cannot find is missing. No slice of the result is
// nil. Where the day of service is not known, the newest rules hold.
func (r *Rules) Check(request Request) Result {
	if !request.HasNote {
		request.Note = ""
	}
	result := Result{Family: request.Family, Codes: append([]string{}, request.Codes...), Elements: []Element{}, Vague: []Vague{}}
	if result.Family == "" {
		result.Family, _ = FamilyOf(request.Codes)
	}
	n := r.read(request)
	n.family = result.Family
	n.dates = n.findDates()
	n.session = n.findTimes()
	plain := plainCodes(request.Codes)
	minutes := n.session.minutes()
	if request.Family == "" && slices.Contains(plain, "90837") && result.Family == familyPsychotherapy && minutes > extendedFrom {
		result.Family, n.family = familyExtended, familyExtended
	}
	result.Time = n.session.report()
	result.Vague = n.vague()
	held, day := r.ForPayer(request.PayerKind, request.PayerName), dayOf(request)
	if request.HasNote {
		result.Similarity = n.compare(held, request.Priors, held.copiesOn(day))
		n.similarity = result.Similarity
	}
	n.found = result.Vague
	active := append([]string{result.Family}, overlaysOf(request.Codes)...)
	for _, rule := range held.rules {
		v, ok := rule.On(day)
		if !ok {
			continue
		}
		s, ok := v.scopeFor(active, plain, minutes)
		if !ok {
			continue
		}
		if e, listed := n.element(rule, v, s); listed {
			result.Elements = append(result.Elements, e)
		}
	}
	if request.HasNote {
		result.Said = n.said(held.rules)
		result.Work, result.BareLines = n.work(result.Elements), n.bareLines()
	}
	return result
}

// dayOf is the day of service; the zero Date where it is not known.
func dayOf(request Request) effective.Date {
	day, err := effective.ParseDate(request.Day)
	if err != nil {
		return effective.Date{}
	}
	return day
}

// copiesOn is what the rules say of copied notes on a day; nil where no rule does.
func (r *Rules) copiesOn(day effective.Date) *copies {
	for _, rule := range r.rules {
		if v, ok := rule.On(day); ok && v.Find.Copies != nil {
			return v.Find.Copies
		}
	}
	return nil
}

// element judges one element of the note.
func (n *reading) element(rule *ruleFile, v *value, s scope) (Element, bool) {
	f := missing()
	if n.request.HasNote {
		f = v.detect(n, v)
	} else if s.Level == Conditional || absenceKinds[v.Find.Kind] {
		return Element{}, false
	}
	if !f.listed {
		return Element{}, false
	}
	e := Element{ID: rule.ID, Name: rule.Name, Status: f.status, Level: s.Level, Severity: s.Severity,
		InNote: f.status == Present, Evidence: []Evidence{}, Reference: v.References[0].String()}
	if v.layer != BuiltInLayer {
		e.Layer = v.layer
	}
	for _, span := range f.evidence {
		if span.End > span.Start {
			e.Evidence = append(e.Evidence, span)
		}
	}
	if e.Status == Present && len(e.Evidence) == 0 { // a rule of this package, not of the note
		e.Status, e.InNote = Missing, false
	}
	if f.severity != "" {
		e.Severity = f.severity
	}
	known, inRecord := n.request.Known[rule.ID]
	if inRecord {
		e.InRecord, e.Known = true, &Known{Value: known.Value, Sources: append([]string{}, known.Sources...)}
	}
	if inRecord && !n.request.HasNote {
		// what the record alone knows; its evidence is no span of a note
		e.Status, e.Evidence = Present, []Evidence{{Text: known.Value}}
	}
	if e.Status == Present {
		return e, true
	}
	e.Gap, e.Why, e.Or = f.fill(v.Gap), v.Why, v.Or
	if inRecord {
		e.Gap = fmt.Sprintf("known to the system (%s), not written in the note. %s", known.Value, e.Gap)
		e.Severity = stepDown(e.Severity)
	}
	return e, true
}

// absenceKinds judge what should not be in a note: without a note they say nothing.
var absenceKinds = map[string]bool{"vague": true, "cloned": true, "consistent-times": true, "each-page": true}

// fill puts what was found into the blanks of a wording.
func (f finding) fill(wording string) string {
	detail := f.detail
	if detail == "" {
		detail = "nothing"
	}
	return strings.NewReplacer("<found>", detail, "<phrase>", detail).Replace(wording)
}

// stepDown is one step less severe; there is nothing below info.
func stepDown(severity string) string {
	switch severity {
	case Block:
		return Warn
	case Warn:
		return Info
	}
	return severity
}

// minutes is the number by which the note's session is judged: the stated one, else the computed.
func (t sessionTime) minutes() int {
	switch {
	case t.stated != nil:
		return *t.stated
	case t.computed != nil:
		return *t.computed
	}
	return 0
}

// report is the time of a result.
func (t sessionTime) report() Time {
	out := Time{MinutesStated: t.stated, MinutesComputed: t.computed}
	if len(t.spans) > 0 && t.spans[0].from >= 0 {
		start, stop := clockText(t.spans[0].from), clockText(t.spans[0].to)
		out.Start, out.Stop = &start, &stop
	}
	return out
}

func clockText(minutes int) string { return fmt.Sprintf("%02d:%02d", minutes/hour%24, minutes%hour) }
