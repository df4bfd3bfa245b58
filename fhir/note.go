package fhir

import (
	"cmp"
	"slices"

	"github.com/chargenote/chargenote/internal/notetext"
	"github.com/chargenote/chargenote/internal/visit"
	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"
)

// mostAddenda is how many addenda of one note are read.
const mostAddenda = 20

// clinicalNote reads the note of the visit with what was appended to it. Of several documents it is
// the one that was written or signed by the clinician of the visit rather than by somebody else, a
// signed one rather than a draft, the newest. Where that one cannot be read, no other takes its
// place: an older text may say what the newer one took back.
func (v *reading) clinicalNote() {
	list := v.documents()
	notes, addenda := sorted(list)
	if len(notes) == 0 {
		v.out.Note = visit.Note{Status: visit.NoteAbsent}
		return
	}
	slices.SortFunc(notes, v.better)
	chosen := notes[0]
	v.use(chosen.entry, chosen.lenient)
	if v.rivals(notes) {
		v.note(chosen.Reference, "read as the note: the dates do not say whether it or %s is newer", notes[1].Reference)
	}
	if chosen.draft {
		v.note(chosen.Reference, "the note is a draft: preliminary")
	}
	for _, other := range notes[1:] {
		if v.byAnother(other) && !v.byAnother(chosen) {
			v.note(other.Reference, "not read as the note: written by another author")
		}
	}
	v.out.Note = v.readDocument(chosen)
	if v.out.Note.Status != visit.NoteRead {
		return
	}
	for i, addendum := range addenda[chosen.Reference] {
		if i >= mostAddenda || len(v.out.Note.Text) > notetext.MaxText {
			v.note(addendum.Reference, "not read: the note has more addenda than are read")
			continue
		}
		v.use(addendum.entry, addendum.lenient)
		if read := v.readDocument(addendum); read.Status == visit.NoteRead {
			v.out.Note.Text += "\n\n" + read.Text
		}
	}
	if clipped := notetext.Clip(v.out.Note.Text); clipped != v.out.Note.Text {
		v.out.Note.Text = clipped
		v.note(chosen.Reference, notetext.Clipped)
	}
	v.earlierNotes(chosen)
}

// better puts the best document first.
func (v *reading) better(a, b document) int {
	return cmp.Or(
		compareBool(v.byAnother(a), v.byAnother(b)),
		compareBool(a.draft, b.draft),
		compareBool(!v.byClinician(a), !v.byClinician(b)),
		inOrder(b.written, a.written),
		cmp.Compare(a.Reference, b.Reference))
}

// rivals reports whether the two best notes are alike in all but their dates, which do not say the newer.
func (v *reading) rivals(notes []document) bool {
	if len(notes) < 2 {
		return false
	}
	a, b := notes[0], notes[1]
	if v.byAnother(a) != v.byAnother(b) || a.draft != b.draft || v.byClinician(a) != v.byClinician(b) {
		return false
	}
	order, known := a.written.Compare(b.written)
	return !known || order == 0
}

// byClinician says whether the clinician of the visit wrote or signed a document; byAnother, whether
// only others did. Where the record does not say who did, or who the clinician is, it is neither.
func (v *reading) byClinician(d document) bool {
	return v.clinician != "" && slices.Contains(d.authors, v.clinician)
}

func (v *reading) byAnother(d document) bool {
	return v.clinician != "" && len(d.authors) > 0 && !v.byClinician(d)
}

// sorted parts notes from what was appended to them, by the note, the oldest first. A document that
// was replaced is neither; what was appended to it belongs to the one that took its place.
func sorted(list []document) (notes []document, addenda map[string][]document) {
	successor, parent := map[string]string{}, map[string]string{}
	standing := map[string]bool{}
	for _, d := range list {
		standing[d.Reference] = true
	}
	for _, d := range list {
		for _, r := range d.relations {
			switch {
			case r.target == d.Reference || !standing[r.target]:
			case r.how == r4.DocumentRelationshipTypeReplaces:
				successor[r.target] = max(successor[r.target], d.Reference)
			case r.how == r4.DocumentRelationshipTypeAppends && parent[d.Reference] == "":
				parent[d.Reference] = r.target
			}
		}
	}
	addenda = map[string][]document{}
	for _, d := range list {
		root := rootOf(d.Reference, successor, parent)
		switch {
		case root == d.Reference:
			notes = append(notes, d)
		case successor[d.Reference] == "":
			addenda[root] = append(addenda[root], d)
		}
	}
	for _, appended := range addenda {
		slices.SortFunc(appended, func(a, b document) int {
			return cmp.Or(inOrder(a.written, b.written), cmp.Compare(a.Reference, b.Reference))
		})
	}
	return notes, addenda
}

// rootOf is the note that a document was appended to in the end, or that took its place; itself where
// there is none, or where the documents name one another in a circle.
func rootOf(name string, successor, parent map[string]string) string {
	root := name
	for range len(successor) + len(parent) + 1 {
		next := cmp.Or(successor[root], parent[root])
		if next == "" {
			return root
		}
		root = next
	}
	return name
}

// readDocument reads the text of a document, and says where it cannot be read.
func (v *reading) readDocument(d document) visit.Note {
	words, reason := d.read()
	if reason != "" {
		v.note(d.Reference, "its text is not read: %s", reason)
		return visit.Note{Status: visit.NoteUnreadable, Reference: d.Reference, Reason: reason}
	}
	return visit.Note{Status: visit.NoteRead, Reference: d.Reference, Text: words}
}

// compareBool puts false before true.
func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}
