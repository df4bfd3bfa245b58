package web

import (
	"context"
	"strings"
	"time"

	"github.com/chargenote/chargenote/internal/journal"
	"github.com/chargenote/chargenote/internal/visit"
)

// A filingsView is what is known of earlier filings of the visit, whichever launch confirmed them.
type filingsView struct {
	Rows    []filingView
	Unknown bool // the journal does not answer
}

// A filingView is one of them.
type filingView struct {
	ID, State, Tone string
	Lines           string // codes; empty where the content is not kept any more
	Text            string
	Link            string // words of the link to its page
}

const mostFilings = 5 // of one visit, on its page

// filingsOf is what the visit's page says of filings. One whose fate is unknown is looked up in the record
// first. What did not come to the chart is said only until something later did.
func (s *Server) filingsOf(ctx context.Context, o open, zone *time.Location) *filingsView {
	all, err := s.options.Filings.Of(ctx, o.visitOf(o.encounter()))
	if err != nil {
		_ = s.notRemembered(err)
		return &filingsView{Unknown: true}
	}
	view, later := &filingsView{}, false
	for _, e := range all {
		if len(view.Rows) == mostFilings {
			break
		}
		if e.State == visit.StateUnknown && isInRecord(e) {
			e.Receipt, _ = s.readBack(ctx, o, e)
			e.State = e.Receipt.State
		}
		switch e.State {
		case visit.StateUndone:
			continue
		case visit.StateNotSent, visit.StateRefused:
			if later {
				continue
			}
		default:
			later = true
		}
		view.Rows = append(view.Rows, filingRow(e, zone))
	}
	if len(view.Rows) == 0 {
		return nil
	}
	return view
}

func filingRow(e journal.Entry, zone *time.Location) filingView {
	row := filingView{ID: e.ID, State: e.State, Tone: toneOf(e.State), Link: "See what became of it"}
	var lines []string
	for _, line := range e.Filing.Lines {
		lines = append(lines, lineText(line.Code, line.Modifiers, line.Units))
	}
	row.Lines = strings.Join(lines, "; ")
	at := e.Changed
	if !e.Receipt.At.IsZero() {
		at = e.Receipt.At
	}
	switch moment := momentIn(at, zone); e.State {
	case visit.StateHeld:
		row.Text, row.Link = "It will be filed at "+e.SendAt.In(zone).Format("15:04:05")+".", "Undo it, or file it now"
	case visit.StateSending:
		row.Text = "The EHR has not answered yet."
	case visit.StateFiled:
		row.Text, row.Link = "Filed on "+moment+".", "See what the chart holds"
	case visit.StateAlready:
		row.Text, row.Link = "It was in the chart already on "+moment+".", "See what the chart holds"
	case visit.StateByHand:
		row.Text, row.Link = "Entered by hand, as was said on "+moment+".", "See the lines"
	case visit.StateRefused:
		row.Text, row.Link = "The EHR refused it on "+moment+".", "See why"
	case visit.StateNotSent:
		row.Text, row.Link = "The program was interrupted before the time to undo was over, so nothing was filed. Confirm again.", "See what you had confirmed"
	default:
		row.Text = "Nobody can say whether it was written: check the charges of this visit in the chart before you file again."
	}
	return row
}
