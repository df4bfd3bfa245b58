package review

import (
	"fmt"
	"strconv"
	"time"

	"github.com/chargenote/chargenote/docs"
	"github.com/chargenote/chargenote/internal/visit"
)

// Consistency says whether the note and the record agree on one thing.
type Consistency struct {
	ID     string `json:"id"`
	Status string `json:"status"` // equal, differs, unknown
	Record string `json:"record"`
	Note   string `json:"note"`
	Text   string `json:"text"`
}

// The states of a consistency check.
const (
	Equal   = "equal"
	Differs = "differs"
	NotSaid = "unknown" // one side does not say: a gap, not a mismatch
)

// consistency says whether there is a note at all, and compares start and stop and the duration
// between the record as it was read and the note.
func consistency(v *visit.Visit, note docs.Result) []Consistency {
	return []Consistency{
		noteExists(v.Note),
		startStop(v.Session, note.Time),
		duration(v.Session, note.Time),
	}
}

func noteExists(note visit.Note) Consistency {
	check := Consistency{ID: "cc_note_exists", Record: note.Status, Status: Equal, Text: "a note of the visit was read"}
	switch note.Status {
	case visit.NoteAbsent:
		check.Status, check.Text = Differs, "no note of the visit is in the record"
	case visit.NoteUnreadable:
		check.Status, check.Text = NotSaid, "the note of the visit could not be read: "+note.Reason
	}
	return check
}

func startStop(session visit.Session, note docs.Time) Consistency {
	check := Consistency{ID: "cc_start_stop", Status: NotSaid}
	if session.Start != nil && session.End != nil {
		check.Record = clock(*session.Start) + " to " + clock(*session.End)
	}
	if note.Start != nil && note.Stop != nil {
		check.Note = *note.Start + " to " + *note.Stop
	}
	switch {
	case check.Record == "" || check.Note == "":
		check.Text = "start and stop can be compared only where both record and note state them"
	case check.Record == check.Note:
		check.Status, check.Text = Equal, "record and note give the same start and stop"
	default:
		check.Status = Differs
		check.Text = fmt.Sprintf("the record says %s, the note says %s", check.Record, check.Note)
	}
	return check
}

func duration(session visit.Session, note docs.Time) Consistency {
	check := Consistency{ID: "cc_duration", Status: NotSaid}
	stated := note.MinutesStated
	if stated == nil {
		stated = note.MinutesComputed
	}
	if session.Minutes != nil {
		check.Record = strconv.Itoa(*session.Minutes)
	}
	if stated != nil {
		check.Note = strconv.Itoa(*stated)
	}
	switch {
	case session.Minutes == nil || stated == nil:
		check.Text = "the duration can be compared only where both record and note give it"
	case *session.Minutes == *stated:
		check.Status, check.Text = Equal, "record and note give the same minutes"
	default:
		check.Status = Differs
		check.Text = fmt.Sprintf("the record gives %d minutes, the note %d", *session.Minutes, *stated)
	}
	return check
}

func clock(t time.Time) string { return t.Format("15:04") }
