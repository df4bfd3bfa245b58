package consistency

import (
	"fmt"
	"slices"

	"github.com/chargenote/chargenote/docs"
	"github.com/chargenote/chargenote/internal/visit"
)

// clonedElement is the element of documentation that judges copied notes, with its thresholds.
const clonedElement = "not_cloned"

// cloned is what the documentation rules say of earlier notes, as a row of the comparison.
func (s *sides) cloned() (Check, bool) {
	similarity := s.Documentation.Similarity
	i := slices.IndexFunc(s.Documentation.Elements, func(e docs.Element) bool { return e.ID == clonedElement })
	if similarity == nil || i < 0 {
		return Check{}.unknown("no earlier note is there to compare with"), false
	}
	element := s.Documentation.Elements[i]
	percent := fmt.Sprintf("%d%%", int(similarity.Prior*100+0.5))
	k := Check{Record: similarity.Reference, Note: percent, Layer: element.Layer}.from(similarity.Reference)
	if similarity.Day != "" {
		k.Record = "note of " + similarity.Day
	}
	if element.Status == docs.Present {
		return k.equal("the note is particular to its day: " + percent + " stands in an earlier one"), true
	}
	k = k.shows(similarity.Passages...)
	if element.Status == docs.Unclear {
		return k.differs(element.Severity, "a whole section stands in an earlier note in the same words"), true
	}
	return k.differs(element.Severity, percent+" of the note stands in an earlier one in the same words"), true
}

// noteExists says whether there is a note at all that a claim could rest on.
func (s *sides) noteExists() (Check, bool) {
	note := s.Visit.Note
	k := Check{Record: note.Status}
	switch note.Status {
	case visit.NoteAbsent:
		return s.differs(k, different, "no note of the visit is in the record"), true
	case visit.NoteUnreadable:
		return k.from(note.Reference).unknown("the note of the visit could not be read: " + note.Reason), true
	}
	return k.from(note.Reference).equal("a note of the visit was read"), true
}
