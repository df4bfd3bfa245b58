package fhir

import (
	"cmp"
	"slices"

	"github.com/chargenote/chargenote/internal/effective"
	"github.com/chargenote/chargenote/internal/notetext"
	"github.com/chargenote/chargenote/internal/visit"
	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"
)

const (
	mostPriors = 5  // earlier notes are handed over
	mostTried  = 20 // documents are tried for them
)

// earlierNotes reads what the clinician of the visit wrote about the patient on days before it, the
// latest first, where the note of the visit is that clinician's too. What cannot be read is left out in
// silence, as everything of another visit is, and nothing of these notes is evidence of this one.
func (v *reading) earlierNotes(note document) {
	if !v.options.EarlierNotes {
		return
	}
	beside, size := v.aside(), 0
	for i, d := range beside.earlierDocuments(note) {
		if i == mostTried || len(v.out.Priors) == mostPriors {
			return
		}
		prior, ok := beside.readEarlier(d)
		if !ok {
			continue
		}
		if size += len(prior.Text); size > notetext.MaxText {
			return // all of them together are no longer than one note may be
		}
		v.out.Priors = append(v.out.Priors, prior)
	}
}

// aside is the same reading with remarks and evidence of its own.
func (v *reading) aside() *reading {
	beside := *v
	beside.notes, beside.used, beside.unreal = map[visit.Remark]bool{}, map[string]visit.Version{}, map[string]map[string]string{}
	return &beside
}

// An earlierDocument is a document that may hold an earlier note, and what was appended to it.
type earlierDocument struct {
	document
	day      effective.Date // of the visit it tells of, else of its writing
	ofVisit  bool           // it is of the visit itself, and so no earlier one
	apart    func() bool    // it is kept apart from the record
	appended []earlierDocument
}

// earlierDocuments are the documents of the patient that the clinician of the visit wrote or signed on
// days before it, the latest first. There are none where the note of the visit is not that clinician's.
func (v *reading) earlierDocuments(note document) []earlierDocument {
	if v.patient == "" || v.day().IsZero() || !v.byClinician(note) {
		return nil
	}
	documents, standing := []document{}, map[string]earlierDocument{}
	for _, d := range append(v.earlierReferences(), v.earlierCompositions()...) {
		if d.draft && !d.ofVisit {
			continue // a draft of another visit is no note
		}
		if d.day.IsZero() {
			d.day = d.written.Day(v.options.Zone)
		}
		documents, standing[d.Reference] = append(documents, d.document), d
	}
	notes, addenda := sorted(documents)
	var list []earlierDocument
	for _, each := range notes {
		d := standing[each.Reference]
		if d.ofVisit || d.day.IsZero() || !d.day.Before(v.day()) || !v.byClinician(each) || writtenAfter(each, note) {
			continue
		}
		for _, addendum := range addenda[each.Reference] {
			if a := standing[addendum.Reference]; !a.ofVisit && !v.byAnother(addendum) && !writtenAfter(addendum, note) {
				d.appended = append(d.appended, a)
			}
		}
		list = append(list, d)
	}
	slices.SortFunc(list, func(a, b earlierDocument) int {
		return cmp.Or(b.day.Compare(a.day), inOrder(b.written, a.written), cmp.Compare(a.Reference, b.Reference))
	})
	return list
}

// writtenAfter reports whether a document is known to be younger than the note, which cannot have been
// copied from it then.
func writtenAfter(d, note document) bool {
	order, known := d.written.Compare(note.written)
	return known && order > 0
}

// earlierReferences are the documents of the patient that stand, those of the visit among them, since
// one of them may have taken the place of another.
func (v *reading) earlierReferences() []earlierDocument {
	var list []earlierDocument
	for _, d := range readAll(v, "DocumentReference", func(d *r4.DocumentReference) *r4.Reference { return d.Subject }) {
		inError := d.Value.DocStatus != nil && *d.Value.DocStatus == r4.CompositionStatusEnteredInError
		if !v.patients(d.entry, d.Value.Subject) || d.Value.Status != r4.DocumentReferenceStatusCurrent || inError || isOurs(d.Value) {
			continue
		}
		earlier := earlierDocument{document: v.referenceDocument(d), ofVisit: v.documentOfVisit(d.Value), apart: func() bool { return v.isKeptApart(d) }}
		earlier.day = v.dayOfDocument(d)
		list = append(list, earlier)
	}
	return list
}

func (v *reading) earlierCompositions() []earlierDocument {
	var list []earlierDocument
	for _, c := range readAll(v, "Composition", func(c *r4.Composition) *r4.Reference { return c.Subject }) {
		if !v.patients(c.entry, c.Value.Subject) || c.Value.Status == r4.CompositionStatusEnteredInError {
			continue
		}
		earlier := earlierDocument{document: v.compositionDocument(c), apart: func() bool { return compositionKeptApart(c.Value) }}
		earlier.ofVisit, _ = v.ofVisit(c.Value.Encounter)
		earlier.day = v.dayOfEncounter(c.Value.Encounter)
		list = append(list, earlier)
	}
	return list
}

// dayOfDocument is the day of the service that a document tells of; the zero Date where it is not said.
func (v *reading) dayOfDocument(d item[r4.DocumentReference]) effective.Date {
	context := d.Value.Context
	if context == nil {
		return effective.Date{}
	}
	if context.Period != nil {
		if day := v.date(d.entry, "context.period.start", context.Period.Start).Day(v.options.Zone); !day.IsZero() {
			return day
		}
	}
	for i := range context.Encounter {
		if day := v.dayOfEncounter(&context.Encounter[i]); !day.IsZero() {
			return day
		}
	}
	return effective.Date{}
}

// dayOfEncounter is the day on which another visit began, where the record holds that visit.
func (v *reading) dayOfEncounter(reference *r4.Reference) effective.Date {
	e := v.record.find(referenceOf(reference))
	if e == nil || e.Type != "Encounter" {
		return effective.Date{}
	}
	encounter, _, err := decode[r4.Encounter](e)
	if err != nil || encounter.Period == nil {
		return effective.Date{}
	}
	return v.date(e, "period.start", encounter.Period.Start).Day(v.options.Zone)
}

// readEarlier reads an earlier note; it is not ok where that is kept apart, or has no text that can be read.
func (v *reading) readEarlier(d earlierDocument) (prior visit.Prior, ok bool) {
	v.used = map[string]visit.Version{d.Reference: {Reference: d.Reference, Version: d.Version, Updated: d.Updated}}
	if d.apart() {
		return prior, false
	}
	prior = visit.Prior{Reference: d.Reference, Day: d.day.String()}
	if prior.Text, ok = textOf(d); !ok {
		return prior, false
	}
	for i, addendum := range d.appended {
		if i >= mostAddenda || len(prior.Text) > notetext.MaxText {
			break
		}
		if addendum.apart() {
			continue
		}
		if words, ok := textOf(addendum); ok {
			v.used[addendum.Reference] = visit.Version{Reference: addendum.Reference, Version: addendum.Version, Updated: addendum.Updated}
			prior.Text += "\n\n" + words
		}
	}
	prior.Text = notetext.Clip(prior.Text)
	for _, version := range v.used {
		prior.Sources = append(prior.Sources, version)
	}
	slices.SortFunc(prior.Sources, func(a, b visit.Version) int { return cmp.Compare(a.Reference, b.Reference) })
	return prior, true
}

func textOf(d earlierDocument) (words string, ok bool) {
	words, reason := d.read()
	return words, reason == ""
}
