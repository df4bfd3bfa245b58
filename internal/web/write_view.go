package web

import (
	"cmp"
	"slices"
	"time"

	"github.com/chargenote/chargenote/internal/journal"
	"github.com/chargenote/chargenote/internal/visit"
)

// A writePage says what became of one filing.
type writePage struct {
	Seconds  int // until it is sent, where it is held
	ID       string
	Heading  string
	State    string
	Text     string
	Reason   string
	At       string
	Late     string // what did not come of a button that was pressed
	Unproven string // why it was not read back
	MayUndo  bool   // it is held, by the person at the screen
	Person   string
	Lines    []previewLine
	Items    []itemView
}

// Moving reports whether the state changes without anybody's doing.
func (p writePage) Moving() bool {
	return p.State == visit.StateHeld || p.State == visit.StateSending
}

// Tone is the class of the notice that says the state.
func (p writePage) Tone() string { return toneOf(p.State) }

func toneOf(state string) string {
	switch state {
	case visit.StateFiled, visit.StateAlready, visit.StateByHand:
		return "good"
	case visit.StateHeld, visit.StateSending, visit.StateUndone:
		return "wait"
	case visit.StateRefused:
		return "block"
	}
	return "warn"
}

type itemView struct{ Kind, Result, Reference, Version, Check, Differs, Void, VoidWords string }

func writeBody(e journal.Entry, unproven string, now time.Time, zone *time.Location) writePage {
	body := writePage{ID: e.ID, State: e.State, Reason: sentence(e.Receipt.Reason), Unproven: unproven, Person: cmp.Or(e.Person.Name, "this patient")}
	body.Heading, body.Text = stateWords(e, zone)
	body.Seconds = max(0, int(e.SendAt.Sub(now)/time.Second))
	if at := e.Receipt.At; !at.IsZero() {
		body.At = stampIn(at, zone)
	}
	if e.State == visit.StateUnknown && body.Reason == "" {
		body.Reason = unknownReason
	}
	for _, line := range e.Filing.Lines {
		body.Lines = append(body.Lines, previewLine{lineText(line.Code, line.Modifiers, line.Units), line.Label, line.Sentence})
	}
	for _, item := range e.Receipt.Items {
		body.Items = append(body.Items, itemOf(item))
	}
	return body
}

func stampIn(at time.Time, zone *time.Location) string {
	return at.In(zone).Format("January 2, 2006, 15:04:05 MST")
}

// stateWords say what became of a filing, as heading and text of its page.
func stateWords(e journal.Entry, zone *time.Location) (heading, text string) {
	switch e.State {
	case visit.StateHeld:
		return "It will be filed at " + e.SendAt.In(zone).Format("15:04:05"), "Until then you can undo it. It is filed even if you close this page."
	case visit.StateUndone:
		return "Undone: nothing was filed", "Nothing was sent to the chart."
	case visit.StateNotSent:
		return "Not sent: nothing was filed", "The program was interrupted before the time to undo was over. Go back to the visit and confirm again."
	case visit.StateSending:
		return "Sending to the chart", "The EHR has not answered yet. Nothing needs to be pressed again."
	case visit.StateFiled:
		if e.Filing.Way == visit.WayScratchpad {
			return "Filed through the chart’s scratchpad", "It lies in the scratchpad of this visit. Finish it there. No claim was made."
		}
		return "Filed in the chart", "It stands in the chart as a suggestion for billing. No claim was made."
	case visit.StateAlready:
		return "Already in the chart", "The same lines were filed before, so nothing was written a second time."
	case visit.StateByHand:
		return "Entered by hand", "You said that you entered these lines in the chart yourself. Nothing was sent."
	case visit.StateRefused:
		if slices.ContainsFunc(e.Receipt.Items, func(i visit.FiledItem) bool { return i.Reference != "" }) {
			return "The EHR refused", "Not everything was written; what was is listed below."
		}
		return "The EHR refused", "Nothing was written."
	}
	return "Not known: check the chart", "It may or may not have been written. Nothing is sent again by itself."
}

// kindWords name a resource as a clinician would.
var kindWords = map[string]string{
	"ChargeItem":        "Charge suggestion",
	"DocumentReference": "Gap note",
	"Provenance":        "Record of who confirmed",
}

func itemOf(item visit.FiledItem) itemView {
	view := itemView{Kind: cmp.Or(kindWords[item.Kind], item.Kind), Reference: item.Reference, Version: item.Version, Differs: sentence(item.Differs)}
	switch {
	case item.Reference == "":
		view.Result = "not found in the chart"
	case item.Created:
		view.Result = "filed"
	default:
		view.Result = "already there"
	}
	switch {
	case item.Differs != "":
		view.Check = "differs from what was sent"
	case item.Verified:
		view.Check = "read back and the same"
	case item.Reference != "":
		view.Check = "not read back"
	}
	return view
}
