package fhir

import (
	"slices"

	"github.com/chargenote/chargenote/internal/notetext"
	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"
)

// A document is a resource that may hold the note of the visit: a DocumentReference or a Composition.
type document struct {
	*entry
	lenient   []string
	draft     bool
	written   DateTime
	authors   []string // canonical names of the clinicians who wrote or signed it
	relations []relation
	read      func() (words, reason string)
}

// A relation is what a document is to an earlier one.
type relation struct {
	how    r4.DocumentRelationshipType
	target string // canonical name
}

// documents are those of the visit that may be read, in the order of their names.
func (v *reading) documents() []document {
	var list []document
	for _, d := range readAll(v, "DocumentReference", func(d *r4.DocumentReference) *r4.Reference { return d.Subject }) {
		if !v.documentOfVisit(d.Value) || isOurs(d.Value) {
			continue
		}
		switch {
		case d.Value.Status != r4.DocumentReferenceStatusCurrent:
			v.note(d.Reference, "not read as the note: %s", d.Value.Status.Code())
		case d.Value.DocStatus != nil && *d.Value.DocStatus == r4.CompositionStatusEnteredInError:
			v.note(d.Reference, "not read as the note: entered-in-error")
		case v.isKeptApart(d):
			v.note(d.Reference, "not read: %s", notetext.ErrKeptApart)
		default:
			list = append(list, v.referenceDocument(d))
		}
	}
	for _, c := range readAll(v, "Composition", func(c *r4.Composition) *r4.Reference { return c.Subject }) {
		if ofVisit, _ := v.ofVisit(c.Value.Encounter); !ofVisit {
			continue
		}
		switch {
		case c.Value.Status == r4.CompositionStatusEnteredInError:
			v.note(c.Reference, "not read as the note: entered-in-error")
		case compositionKeptApart(c.Value):
			v.note(c.Reference, "not read: %s", notetext.ErrKeptApart)
		default:
			list = append(list, v.compositionDocument(c))
		}
	}
	return list
}

func (v *reading) referenceDocument(d item[r4.DocumentReference]) document {
	document := document{
		entry: d.entry, lenient: d.lenient,
		draft:   d.Value.DocStatus != nil && *d.Value.DocStatus == r4.CompositionStatusPreliminary,
		written: v.date(d.entry, "date", d.Value.Date),
		authors: v.clinicians(d.entry, d.Value.Author, d.Value.Authenticator),
		read:    func() (string, string) { return v.contents(d) },
	}
	for i := range d.Value.RelatesTo {
		r := &d.Value.RelatesTo[i]
		document.relations = append(document.relations, relation{r.Code, v.canonical(&r.Target)})
	}
	return document
}

func (v *reading) compositionDocument(c item[r4.Composition]) document {
	document := document{
		entry: c.entry, lenient: c.lenient,
		draft:   c.Value.Status == r4.CompositionStatusPreliminary,
		written: v.date(c.entry, "date", &c.Value.Date),
		authors: v.clinicians(c.entry, c.Value.Author, signerOf(c.Value)),
		read:    func() (string, string) { return v.composition(c) },
	}
	for i := range c.Value.RelatesTo {
		r := &c.Value.RelatesTo[i]
		document.relations = append(document.relations, relation{r.Code, v.canonical(&r.TargetReference)})
	}
	return document
}

// clinicians are the practitioners among those who wrote a document, and who signed it.
func (v *reading) clinicians(holder *entry, authors []r4.Reference, signer *r4.Reference) []string {
	var list []string
	for i := range authors {
		if who := v.practitioner(holder, &authors[i]); who != "" {
			list = append(list, who)
		}
	}
	if who := v.practitioner(holder, signer); who != "" {
		list = append(list, who)
	}
	return list
}

// signerOf is who attested a Composition in a legal or professional role; nil where nobody did.
func signerOf(c r4.Composition) *r4.Reference {
	for _, wanted := range []r4.CompositionAttestationMode{r4.CompositionAttestationModeLegal, r4.CompositionAttestationModeProfessional} {
		for _, attester := range c.Attester {
			if attester.Mode == wanted && attester.Party != nil {
				return attester.Party
			}
		}
	}
	return nil
}

func (v *reading) documentOfVisit(d r4.DocumentReference) bool {
	if d.Context == nil {
		return false
	}
	for i := range d.Context.Encounter {
		if yes, _ := v.ofVisit(&d.Context.Encounter[i]); yes {
			return true
		}
	}
	return false
}

func isOurs(d r4.DocumentReference) bool {
	return slices.ContainsFunc(d.Identifier, func(i r4.Identifier) bool { return text(i.System) == GapNoteSystem })
}

// psychotherapyNotes is the HL7 sensitivity code of a psychotherapist's own notes, which are kept
// apart from the record and are not ours to read (45 CFR 164.501).
const psychotherapyNotes = "PSYTHPN"

// isKeptApart looks for that code in a document and in what holds its text: as category, type or
// security label, or wherever else it stands.
func (v *reading) isKeptApart(d item[r4.DocumentReference]) bool {
	if marksPsychotherapy(d.Raw) {
		return true
	}
	for _, content := range d.Value.Content {
		if e := v.attached(d.entry, text(content.Attachment.Url)); e != nil && marksPsychotherapy(e.Raw) {
			return true
		}
	}
	return false
}

// compositionKeptApart looks for that code in what is said of the whole; a section that bears it is
// left out by itself.
func compositionKeptApart(c r4.Composition) bool {
	concepts := append(slices.Clone(c.Category), c.Type)
	for i := range concepts {
		if slices.Contains(conceptCodes(&concepts[i]), psychotherapyNotes) {
			return true
		}
	}
	if text(c.Confidentiality) == psychotherapyNotes {
		return true
	}
	return c.Meta != nil && slices.ContainsFunc(c.Meta.Security, func(label r4.Coding) bool { return text(label.Code) == psychotherapyNotes })
}

// marksPsychotherapy reports whether the code stands anywhere in a resource.
func marksPsychotherapy(raw []byte) bool {
	tree, err := treeOf(raw)
	return err == nil && holds(tree, psychotherapyNotes)
}

// holds reports whether a text stands anywhere in a tree.
func holds(tree any, wanted string) bool {
	switch tree := tree.(type) {
	case string:
		return tree == wanted
	case []any:
		return slices.ContainsFunc(tree, func(item any) bool { return holds(item, wanted) })
	case map[string]any:
		for _, item := range tree {
			if holds(item, wanted) {
				return true
			}
		}
	}
	return false
}
