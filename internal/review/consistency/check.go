package consistency

import (
	"slices"

	"github.com/chargenote/chargenote/coding"
	"github.com/chargenote/chargenote/docs"
	"github.com/chargenote/chargenote/internal/layer"
	"github.com/chargenote/chargenote/internal/visit"
)

// A Check says whether the sides of a visit agree on one thing.
type Check struct {
	ID     string `json:"id"`
	Status string `json:"status"` // equal, differs, unknown
	Record string `json:"record"`
	Note   string `json:"note"`
	Text   string `json:"text"`

	Name      string          `json:"name,omitempty"`      // what is compared, in words
	Claim     string          `json:"claim,omitempty"`     // what the suggested lines say, where they are a side of their own
	Severity  string          `json:"severity,omitempty"`  // block, warn, info, where they differ
	Reference string          `json:"reference,omitempty"` // why it is compared
	Layer     string          `json:"layer,omitempty"`     // of rules that asks so, where it is not the built-in one
	Evidence  []docs.Evidence `json:"evidence,omitempty"`  // of the note
	Sources   []string        `json:"sources,omitempty"`   // of the record
}

// The states of a check.
const (
	Equal   = "equal"
	Differs = "differs"
	NotSaid = "unknown" // one side does not say: a gap, not a mismatch
)

// A Case is one visit with its sides.
type Case struct {
	Visit         *visit.Visit
	Facts         coding.Facts // of the record and of persons, before the note was weighed
	Claim         coding.Result
	Documentation docs.Result
	Codes         *coding.Rules
}

// Checks compares the sides of a visit: the seven rows of Headway's standard first, then the others, in
// a fixed order. Those seven are always listed, and so is the existence of the note; another check only
// where one of the sides says something about it, or where the visit is of a family that it is made for.
func (r *Rules) Checks(c Case) []Check {
	said := c.Documentation.Said
	if said == nil {
		said = &docs.Said{}
	}
	checks := []Check{}
	for _, rule := range r.stack.For(c.Facts.Payer.Kind, c.Facts.Payer.Name) {
		v, ok := rule.On(c.Facts.DateOfService)
		if !ok {
			continue
		}
		s := &sides{Case: c, said: said, rule: v, words: r}
		check, listed := comparisons[rule.ID].compare(s)
		if !listed && (v.Always == nil || !*v.Always) && !slices.Contains(v.Families, c.Documentation.Family) {
			continue
		}
		check.ID, check.Name, check.Reference = rule.ID, rule.Name, v.References[0].String()
		if v.layer != layer.BuiltIn {
			check.Layer = v.layer
		}
		if check.Status == "" {
			check.Status = NotSaid
		}
		slices.Sort(check.Sources)
		check.Sources = slices.Compact(check.Sources)
		checks = append(checks, check)
	}
	return checks
}

// sides are a case while one thing is compared.
type sides struct {
	Case
	said  *docs.Said
	rule  *value
	words *Rules
}

// equal, differs and unknown are the three answers, in words.

func (k Check) equal(text string) Check {
	k.Status, k.Text = Equal, text
	return k
}

func (k Check) differs(severity, text string) Check {
	k.Status, k.Severity, k.Text = Differs, severity, text
	return k
}

func (k Check) unknown(text string) Check {
	k.Status, k.Text = NotSaid, text
	return k
}

// differs is the answer to a difference of this kind, as much as the rule says that it matters, and in its
// words where it has some.
func (s *sides) differs(k Check, kind, text string) Check {
	if say := s.rule.Say[kind]; say != "" {
		text += ". " + say
	}
	return k.differs(s.rule.Severity[kind], text)
}

// gap is unknown because a side says nothing of what is compared.
func (k Check) gap(what string) Check {
	switch {
	case k.Record == "" && k.Note == "":
		return k.unknown("neither record nor note gives " + what)
	case k.Note == "":
		return k.unknown("the record gives " + what + ", " + k.Record + ", and the note does not: a gap, and no mismatch")
	}
	return k.unknown("the note gives " + what + ", " + k.Note + ", and the record does not: a gap, and no mismatch")
}

// bothSay is the two values in one sentence.
func (k Check) bothSay() string { return "the record says " + k.Record + ", the note says " + k.Note }

func (k Check) shows(evidence ...docs.Evidence) Check {
	for _, e := range evidence {
		if e.End > e.Start {
			k.Evidence = append(k.Evidence, e)
		}
	}
	return k
}

func (k Check) from(sources ...string) Check {
	for _, s := range sources {
		if s != "" {
			k.Sources = append(k.Sources, s)
		}
	}
	return k
}

// known are the resources in which the record holds an element.
func (s *sides) known(element string) []string { return s.Visit.Known[element].Sources }
