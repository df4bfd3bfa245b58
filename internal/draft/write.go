package draft

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/chargenote/chargenote/docs"
	"github.com/chargenote/chargenote/internal/review"
	"github.com/chargenote/chargenote/internal/visit"
)

// A writer puts one document together.
type writer struct {
	review    *review.Review
	visit     *visit.Visit
	sentences []docs.Sentence // of the note
	used      map[int]bool    // sentences that stand in the document, by place
	reserved  map[int]int     // the outline to which a sentence's own heading belongs
	outline   int             // that is being written
	elements  map[string]*docs.Element
}

// Write drafts a document from a review. Rules are those that the review was made under: they cut the
// note into its sentences.
func (t *Template) Write(r *review.Review, rules *docs.Rules) Document {
	w := &writer{review: r, visit: r.Visit(), used: map[int]bool{}, reserved: map[int]int{}, elements: map[string]*docs.Element{}}
	if w.visit.Note.Status == visit.NoteRead {
		w.sentences = rules.Sentences(w.visit.Note.Text)
	}
	for i := range r.Documentation.Elements {
		e := &r.Documentation.Elements[i]
		w.elements[e.ID] = e
	}
	d := Document{Template: t.ID, Kind: t.Kind, Title: t.Title, Label: Label, Header: w.header(), Sections: []Section{}, forPatient: t.For == "patient"}
	w.reserve(t.Sections)
	for i, outline := range t.Sections {
		w.outline = i
		if s, ok := w.section(outline); ok {
			d.Sections = append(d.Sections, s)
		}
	}
	d.collectBlanks()
	d.measure()
	return d
}

// reserve keeps each sentence for the section of the document that its own heading belongs to: a note
// that has sections is not taken apart.
func (w *writer) reserve(outlines []Outline) {
	for i, s := range w.sentences {
		for k, outline := range outlines {
			if _, taken := w.reserved[i]; !taken && slices.ContainsFunc(outline.Parts, func(p Part) bool { return slices.Contains(p.Notes, s.Section) }) {
				w.reserved[i] = k
			}
		}
	}
}

func (w *writer) section(outline Outline) (Section, bool) {
	s := Section{Heading: outline.Heading, Lines: []Line{}}
	for _, part := range outline.Parts {
		s.Lines = append(s.Lines, w.part(part)...)
	}
	slices.SortStableFunc(s.Lines, inOrder)
	if len(s.Lines) == 0 {
		if outline.Empty == "" {
			return Section{}, false
		}
		s.Lines = append(s.Lines, Line{Text: outline.Empty, Blank: true, Sources: []string{}})
	}
	return s, true
}

// inOrder puts what the record says first, then the sentences of the note as the note has them, then
// the blanks. The words of a template stay where they are.
func inOrder(a, b Line) int { return cmp.Or(a.rank()-b.rank(), a.at-b.at) }

func (l Line) rank() int {
	switch {
	case l.at > 0 && !l.Blank:
		return 1
	case l.Blank && l.Element != "" && l.at == 0:
		return 2
	}
	return 0
}

func (w *writer) part(p Part) []Line {
	switch {
	case len(p.Elements) > 0:
		var lines []Line
		for _, id := range p.Elements {
			lines = append(lines, w.element(id)...)
		}
		return lines
	case len(p.Notes) > 0:
		return w.remaining(p.Notes)
	case len(p.Reword) > 0:
		return w.reword(p.Reword)
	case p.Fact != "":
		return facts[p.Fact](w)
	case p.Text != "":
		return []Line{{Text: p.Text, Sources: []string{}}}
	}
	return []Line{{Text: p.Blank, Blank: true, Sources: []string{}}}
}

// element is what the visit says of an element of documentation: the note's own sentences, else the
// value of the record, else a blank. An element that this visit is not asked for gives nothing.
func (w *writer) element(id string) []Line {
	e := w.elements[id]
	if e == nil {
		return nil
	}
	if e.InNote {
		return w.quoted(e)
	}
	if e.InRecord && e.Known != nil {
		return []Line{{Text: asSentence("From the record, not in the note: " + e.Known.Value), Sources: slices.Clone(e.Known.Sources), Element: id}}
	}
	if e.Level == docs.Recommended {
		return nil
	}
	return []Line{{Text: e.Name, Blank: true, Sources: []string{}, Element: id}}
}

// quoted is the sentences of the note that hold the evidence of an element, each once in a document.
func (w *writer) quoted(e *docs.Element) []Line {
	var lines []Line
	for _, i := range w.holding(e) {
		if of, reserved := w.reserved[i]; w.used[i] || reserved && of != w.outline {
			continue
		}
		lines = append(lines, w.quote(i, e.ID))
	}
	return lines
}

// quote takes a sentence of the note into the document.
func (w *writer) quote(i int, element string) Line {
	w.used[i] = true
	s := w.sentences[i]
	return Line{Text: asSentence(s.Text), Sources: []string{w.bytes(s)}, Element: element, at: i + 1}
}

// remaining is the sentences under the given headings of the note that stand nowhere in the document yet.
func (w *writer) remaining(sections []string) []Line {
	var lines []Line
	for i, s := range w.sentences {
		if !w.used[i] && slices.Contains(sections, s.Section) {
			lines = append(lines, w.quote(i, ""))
		}
	}
	return lines
}

// holding is the sentences that the evidence of an element stands in, in the order of the note.
func (w *writer) holding(e *docs.Element) []int {
	var places []int
	for i, s := range w.sentences {
		if slices.ContainsFunc(e.Evidence, func(x docs.Evidence) bool { return x.Start < s.End && s.Start < x.End }) {
			places = append(places, i)
		}
	}
	return places
}

// bytes names a stretch of the note as a source.
func (w *writer) bytes(s docs.Sentence) string {
	return fmt.Sprintf("%s, bytes %d to %d", w.visit.Note.Reference, s.Start, s.End)
}

// reword asks the clinician to put sentences of the note into words for the patient. They stand in the
// blank, so that none goes out as it is.
func (w *writer) reword(ids []string) []Line {
	var lines []Line
	for _, id := range ids {
		e := w.elements[id]
		if e == nil || !e.InNote {
			continue
		}
		for _, i := range w.holding(e) {
			if !w.used[i] {
				w.used[i] = true
				s := w.sentences[i]
				lines = append(lines, Line{Text: "in plain words: " + oneLine(s.Text), Blank: true, Sources: []string{w.bytes(s)}, Element: id})
			}
		}
	}
	return lines
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// asSentence is a sentence of the note on one line, with a stop at its end.
func asSentence(s string) string {
	s = oneLine(s)
	if s != "" && !strings.ContainsAny(s[len(s)-1:], `.!?:;"`) {
		s += "."
	}
	return s
}
