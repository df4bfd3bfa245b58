package fhir

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/chargenote/chargenote/coding"
	"github.com/chargenote/chargenote/internal/effective"
	"github.com/chargenote/chargenote/internal/visit"
	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"
)

// A reading is the state of one visit being read: which encounter of whom, and what was used.
type reading struct {
	record    *Record
	options   Options
	encounter item[r4.Encounter]
	patient   string // canonical reference; empty where nobody is named
	clinician string // canonical reference of who rendered the service

	out       *visit.Visit
	performed []performed    // the procedures of the visit that count
	absent    absence        // time that is not counted
	doubts    []doubted      // times that are stated and not believed
	unfinal   unfinal        // what the patient answered, and does not count
	lists     map[string]any // what readAll has read, by type of resource
	notes     map[visit.Remark]bool
	used      map[string]string
	unreal    map[string]map[string]string // by resource and place: dates that are none, and why
}

// An item is a resource in both forms: what the model holds, and the entry with what it does not.
type item[T any] struct {
	*entry
	Value   T
	lenient []string
}

// note names a resource that was left out, or a value that was read leniently.
func (v *reading) note(resource, format string, args ...any) {
	v.notes[visit.Remark{Resource: resource, Text: fmt.Sprintf(format, args...)}] = true
}

// use counts a resource as evidence and says how it was read.
func (v *reading) use(e *entry, lenient []string) {
	v.used[e.Reference] = e.Version
	if e.decoded != nil {
		v.unreal[e.Reference] = e.decoded.dates
	}
	for _, text := range lenient {
		v.note(e.Reference, "read leniently: %s", text)
	}
	if e.copies > 1 {
		text := "counted once: it stands %d times in what was read"
		switch {
		case e.unclear:
			text += ", with different content and nothing that says which is later: one of them is read"
		case e.differs:
			text += ", and the latest version is the one read"
		}
		v.note(e.Reference, text, e.copies)
	}
}

// source adds the resources that a fact was read from.
func (v *reading) source(path string, references ...string) {
	if v.out.Facts.Sources == nil {
		v.out.Facts.Sources = map[string][]string{}
	}
	all := append(v.out.Facts.Sources[path], references...)
	slices.Sort(all)
	v.out.Facts.Sources[path] = slices.Compact(all)
}

func (v *reading) ask(id, text string, unlocks ...string) {
	for _, question := range v.out.Questions {
		if question.ID == id {
			return
		}
	}
	if unlocks == nil {
		unlocks = []string{}
	}
	v.out.Questions = append(v.out.Questions, coding.Question{ID: id, Text: text, Unlocks: unlocks})
}

// day is the day of service, where it is known.
func (v *reading) day() effective.Date { return v.out.Facts.DateOfService }

// canonical is the name of what a reference points to.
func (v *reading) canonical(reference *r4.Reference) string {
	if s := referenceOf(reference); s != "" {
		return v.record.canonical(s)
	}
	return ""
}

// readAll decodes the resources of a type that belong to the patient of the visit. Those of another
// patient are named and left out, and so are those that do not decode. They are read once, however
// often they are gone through, and what is gone through cannot be changed.
func readAll[T any](v *reading, kind string, subject func(*T) *r4.Reference) iter.Seq2[int, item[T]] {
	if list, ok := v.lists[kind].([]item[T]); ok {
		return slices.All(list)
	}
	entries := v.record.of(kind)
	list := make([]item[T], 0, len(entries))
	for _, e := range entries {
		value, lenient, err := decode[T](e)
		if err != nil {
			v.note(e.Reference, "not read: %s", err)
			continue
		}
		if !v.belongs(e, subject(&value)) {
			continue
		}
		list = append(list, item[T]{e, value, lenient})
	}
	v.lists[kind] = list
	return slices.All(list)
}

// belongs reports whether a resource is the patient's; one that names nobody is, for the reading by
// encounter decides about it. Whoever cannot be told to be the patient is not.
func (v *reading) belongs(e *entry, subject *r4.Reference) bool {
	if v.patient == "" {
		return true
	}
	why := v.notThePatient(e, subject)
	if why != "" {
		v.note(e.Reference, "left out: %s", why)
	}
	return why == ""
}

// notThePatient says why the subject of a resource is not the patient of the visit; empty where it is, and
// where it names nobody or has words alone.
func (v *reading) notThePatient(e *entry, subject *r4.Reference) string {
	switch who := v.canonical(subject); {
	case strings.HasPrefix(who, "#"):
		if v.samePerson(containedIn(e, who[1:])) {
			return ""
		}
		return "its patient is contained in it and cannot be told to be this one"
	case strings.HasPrefix(who, "Group/"):
		return "it belongs to a group, not to one patient"
	case who == "" && subject != nil && subject.Identifier != nil:
		if v.hasIdentifier(*subject.Identifier) {
			return ""
		}
		return "it names its patient by an identifier that the record does not give this one"
	case who != "" && who != v.patient, v.elsewhere(referenceOf(subject)):
		return "it belongs to another patient"
	}
	return ""
}

// patients reports whether a resource names the patient of the visit; without that, nothing belongs
// to the visit by its time alone.
func (v *reading) patients(e *entry, subject *r4.Reference) bool {
	names := referenceOf(subject) != "" || subject != nil && subject.Identifier != nil
	return names && v.patient != "" && v.notThePatient(e, subject) == ""
}

// identifiers are those of the patient of the visit: the Patient's, and the one by which the encounter names
// its patient.
func (v *reading) identifiers() []r4.Identifier {
	var all []r4.Identifier
	if subject := v.encounter.Value.Subject; subject != nil && subject.Identifier != nil {
		all = append(all, *subject.Identifier)
	}
	if e := v.located(v.patient); e != nil && e.Type == "Patient" {
		if patient, _, err := decode[r4.Patient](e); err == nil {
			all = append(all, patient.Identifier...)
		}
	}
	return all
}

// hasIdentifier reports whether an identifier is one of the patient's: the same value in the same system.
func (v *reading) hasIdentifier(identifier r4.Identifier) bool {
	return slices.ContainsFunc(v.identifiers(), func(own r4.Identifier) bool { return sameIdentifier(own, identifier) })
}

func sameIdentifier(a, b r4.Identifier) bool {
	return text(a.Value) != "" && text(a.System) != "" && text(a.Value) == text(b.Value) && text(a.System) == text(b.System)
}

// samePerson reports whether a contained patient carries an identifier of the patient of the visit.
func (v *reading) samePerson(contained *entry) bool {
	if contained == nil || contained.Type != "Patient" {
		return false
	}
	patient, _, err := decode[r4.Patient](contained)
	return err == nil && slices.ContainsFunc(patient.Identifier, v.hasIdentifier)
}

// elsewhere reports whether an absolute reference names a resource of another server than the one that the
// patient of this record has its address on: ids are unique on one server only.
func (v *reading) elsewhere(reference string) bool {
	e := v.record.find(v.patient)
	if e == nil || !strings.Contains(reference, "://") || !strings.Contains(e.url, "://") {
		return false
	}
	reference, _, _ = strings.Cut(reference, "/_history/")
	return strings.TrimSuffix(reference, "/") != strings.TrimSuffix(e.url, "/")
}

// ofVisit says whether a resource is of the visit by its encounter reference, or by the identifier of the
// encounter in its place: yes, no, or not said.
func (v *reading) ofVisit(encounter *r4.Reference) (yes, said bool) {
	name := v.canonical(encounter)
	if name == "" && encounter != nil && encounter.Identifier != nil {
		same := slices.ContainsFunc(v.encounter.Value.Identifier, func(own r4.Identifier) bool { return sameIdentifier(own, *encounter.Identifier) })
		return same, same
	}
	return name == v.encounter.Reference, name != ""
}

// date reads a date-time of a resource; one that is none becomes a remark and nothing else.
func (v *reading) date(e *entry, place string, s *string) DateTime {
	written := text(s)
	if written == "" {
		if e.decoded != nil && e.decoded.dates[place] != "" {
			v.note(e.Reference, "%s", notUsed(place, e.decoded.dates[place]))
		}
		return DateTime{}
	}
	d, err := ParseDateTime(written)
	if err != nil {
		v.note(e.Reference, "%s", notUsed(place, err.Error()))
		return DateTime{}
	}
	return d
}

func notUsed(place, problem string) string { return place + " is not used: it " + problem }

// unrealDates names the dates of the resources that were used which are none and which nobody asked
// for: they decide nothing, and still say that the record is not what it seems.
func (v *reading) unrealDates() {
	for name, dates := range v.unreal {
		for place, problem := range dates {
			if text := notUsed(place, problem); !v.notes[visit.Remark{Resource: name, Text: text}] {
				v.note(name, "read leniently: %s", text)
			}
		}
	}
}

// holds reports whether a period is in force on the day of service, as precisely as both are known. An end that
// is written as a month or a year holds to its last day; without a period, or without a day, it holds.
func (v *reading) holds(e *entry, period *r4.Period) bool {
	if period == nil || v.day().IsZero() {
		return true
	}
	first := v.date(e, "period.start", period.Start).firstDay(v.visitZone())
	last := v.date(e, "period.end", period.End).lastDay(v.visitZone())
	return (first.IsZero() || !v.day().Before(first)) && (last.IsZero() || !last.Before(v.day()))
}

// local tells an instant in the zone of the clinic, where that is known.
func (v *reading) local(d DateTime) DateTime { return d.In(v.options.Zone) }

// finish puts what was collected in its fixed order.
func (v *reading) finish() {
	for name, version := range v.used {
		v.out.Evidence = append(v.out.Evidence, visit.Version{Reference: name, Version: version})
	}
	slices.SortFunc(v.out.Evidence, func(a, b visit.Version) int { return cmp.Compare(a.Reference, b.Reference) })
	for _, remark := range v.record.notes {
		v.notes[remark] = true
	}
	v.unrealDates()
	for remark := range v.notes {
		v.out.Notes = append(v.out.Notes, remark)
	}
	slices.SortFunc(v.out.Notes, func(a, b visit.Remark) int {
		return cmp.Or(cmp.Compare(a.Resource, b.Resource), cmp.Compare(a.Text, b.Text))
	})
	v.out.Unread = slices.Clone(v.record.unread)
	slices.SortFunc(v.out.Unread, func(a, b visit.Unread) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Reason, b.Reason))
	})
}

// listed joins words for a sentence.
func listed(words []string) string { return strings.Join(words, ", ") }
