package fhir

import (
	"slices"
	"strings"

	"github.com/chargenote/chargenote/internal/notetext"
	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"
)

// deepestSection is how many sections of a Composition may stand within one another.
const deepestSection = 16

// composition reads the narrative of the sections, each title on a line of its own before its text;
// where no section has any, the narrative of the whole. What its entries say is read from the
// resources themselves.
func (v *reading) composition(c item[r4.Composition]) (words, reason string) {
	r := &compositionReader{reading: v, name: c.Reference}
	r.sections(c.Value.Section, 0)
	if len(r.parts) == 0 {
		r.narrative(c.Value.Text)
	}
	switch {
	case len(r.parts) > 0:
		return strings.Join(r.parts, "\n\n"), ""
	case r.reason != "":
		return "", r.reason
	}
	return "", "the document has no section with text"
}

type compositionReader struct {
	*reading
	name   string
	parts  []string
	reason string // why a narrative could not be read
}

func (r *compositionReader) sections(list []r4.CompositionSection, depth int) {
	if depth > deepestSection {
		r.note(r.name, "sections within sections are not read to their end")
		return
	}
	for i := range list {
		section := &list[i]
		if slices.Contains(conceptCodes(section.Code), psychotherapyNotes) {
			r.note(r.name, "a section is not read: %s", notetext.ErrKeptApart)
			continue
		}
		before := len(r.parts)
		r.narrative(section.Text)
		r.sections(section.Section, depth+1)
		if title := strings.Join(strings.Fields(text(section.Title)), " "); title != "" && len(r.parts) > before {
			r.parts[before] = title + "\n" + r.parts[before]
		}
	}
}

// narrative reads the XHTML of one narrative, where there is one.
func (r *compositionReader) narrative(n *r4.Narrative) {
	if n == nil || n.Status == r4.NarrativeStatusEmpty || strings.TrimSpace(n.Div) == "" {
		return
	}
	read, err := notetext.Read(notetext.Attachment{Kind: "application/xhtml+xml", Charset: "utf-8", Data: []byte(n.Div)}, nil)
	if err != nil {
		if r.reason = err.Error(); !notetext.IsEmpty(err) {
			r.note(r.name, "a section is not read: %s", err)
		}
		return
	}
	for _, remark := range read.Remarks {
		r.note(r.name, "%s", remark)
	}
	r.parts = append(r.parts, read.Words)
}
