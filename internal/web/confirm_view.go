package web

import (
	"cmp"

	"github.com/chargenote/chargenote/internal/review"
	"github.com/chargenote/chargenote/internal/visit"
)

// A previewPage is exactly what a confirmation would write, and where.
type previewPage struct {
	Person    string
	Heading   string
	Where     string
	Encounter string
	Day       string
	Lines     []previewLine
	GapNote   string
	NoGapNote bool
	Resources []string
	Hash      string
	Attempt   int
	Undo      int // seconds to undo what was confirmed
	Offers    []string
	Answers   []said // what the clinician said on the page and the lines rest on
	Work      []workView
	Linked    []diagnosisView
	Changed   bool
	By        string
	Way       visit.Way
	How       string   // the way, in words; empty where it is the usual one
	Left      []string // what this EHR takes no part of
	ByHand    string   // text to be entered by hand; empty: it is sent

	Scratchpad []string // charges for the chart's scratchpad, where that may be the way; see mayPutAside
}

type previewLine struct{ Text, Label, Sentence string }

func previewBody(r *review.Review, filing visit.Filing, resources []string) previewPage {
	v := r.Visit()
	body := previewPage{Heading: "Check before filing", Person: cmp.Or(v.Person.Name, "this patient"), Encounter: filing.Encounter,
		Day: longDay(filing.Day), GapNote: filing.GapNote, NoGapNote: filing.GapNote == "", Resources: resources,
		By: cmp.Or(v.User.Name, filing.Enterer)}
	for _, line := range filing.Lines {
		body.Lines = append(body.Lines, previewLine{lineText(line.Code, line.Modifiers, line.Units), line.Label, line.Sentence})
	}
	return body
}

// goesBy says how the filing reaches the chart.
func (p *previewPage) goesBy(rung visit.Rung, filing visit.Filing) {
	p.Way = rung.Way
	for _, left := range rung.Left {
		p.Left = append(p.Left, sentence(left))
	}
	switch rung.Way {
	case visit.WayOneByOne:
		p.How = "One after the other, because this EHR does not take them together. If it stops half-way, the page says what is there."
	case visit.WayInNote:
		p.How = "As text in one document. It is no charge."
	case visit.WayByHand:
		p.Heading, p.ByHand, p.Left = "Enter this by hand", filing.Text(), nil
	}
}
