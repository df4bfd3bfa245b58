package consistency

import (
	"cmp"
	"slices"
	"strings"

	"github.com/chargenote/chargenote/docs"
	"github.com/chargenote/chargenote/internal/visit"
)

// namesWith are the names of a person, or the one that is printed where their parts are not known.
func namesWith(names []visit.Name, printed string) []visit.Name {
	if len(names) == 0 && printed != "" {
		return []visit.Name{{Text: printed}}
	}
	return names
}

// patientName lays the names that the note gives the patient beside all names of the record.
func (s *sides) patientName() (Check, bool) {
	person := s.Visit.Person
	names := namesWith(person.Names, person.Name)
	k := Check{Record: person.Name}.from(s.known("patient_name")...)
	for _, n := range s.said.PatientNames {
		if s.words.alike(n.Value, names) == sameName {
			k.Note = n.Value
			return k.shows(n.Evidence).equal("record and note name the same person"), true
		}
	}
	if len(s.said.PatientNames) == 0 {
		return k.gap("the patient's name"), k.Record != ""
	}
	first := s.said.PatientNames[0]
	k.Note = first.Value
	k = k.shows(first.Evidence)
	switch {
	case k.Record == "":
		return k.gap("the patient's name"), true
	case s.words.alike(first.Value, names) == weakly:
		return k.unknown("the name of the note, " + k.Note + ", agrees with " + k.Record + " as far as it goes, and is not the whole name"), true
	}
	return s.differs(k, different, k.bothSay()+": possibly the wrong chart"), true
}

// birthDate compares the day of birth; figures that may mean two days settle nothing unless they mean
// the same one.
func (s *sides) birthDate() (Check, bool) {
	k := Check{Record: s.Visit.Person.BirthDate}.from(s.known("patient_dob")...)
	said := s.said.BirthDate
	if said == nil {
		return k.gap("a date of birth"), k.Record != ""
	}
	return s.day(k, said, "date of birth"), true
}

// day compares a day of the record with one of the note.
func (s *sides) day(k Check, said *docs.SaidDate, what string) Check {
	k.Note = said.Value
	k = k.shows(said.Evidence)
	switch {
	case k.Record == "":
		return k.gap("a " + what)
	case k.Record == said.Value:
		return k.equal("record and note give the same " + what)
	case slices.Contains(said.Or, k.Record):
		return k.unknown("the " + what + " of the note, " + said.Value + ", can also be read as " + k.Record + ", which the record gives")
	case len(k.Record) < len(said.Value) && slices.ContainsFunc(append([]string{said.Value}, said.Or...), func(d string) bool { return strings.HasPrefix(d, k.Record) }):
		return k.unknown("the record gives only " + k.Record + " as the " + what + "; the note, " + said.Value + ", agrees as far as that goes")
	}
	return s.differs(k, different, "the record gives "+k.Record+" as the "+what+", the note "+said.Value)
}

// provider compares who rendered the service with who is named and who signed. Where another person
// signed, words of supervision leave it to the practice's policy.
func (s *sides) provider() (Check, bool) {
	clinician := s.Visit.Clinician
	names := namesWith(clinician.Names, clinician.Name)
	k := Check{Record: clinician.Name}.from(clinician.Reference)
	signers, all := s.namesOfNote()
	if len(all) == 0 {
		return k.gap("the clinician's name"), k.Record != ""
	}
	k.Note = all[0].Value
	if k.Record == "" {
		return k.shows(all[0].Evidence).gap("the clinician's name"), true
	}
	best := func(list []docs.SaidName) (docs.SaidName, likeness) {
		found, like := list[0], otherName
		for _, n := range list {
			if l := s.words.alike(n.Value, names); l > like {
				found, like = n, l
			}
		}
		return found, like
	}
	judged := all
	if len(signers) > 0 { // who signed answers for the note
		judged = signers
	}
	found, like := best(judged)
	k.Note = found.Value
	k = k.shows(found.Evidence)
	switch like {
	case sameName:
		return k.equal("record and note name the same clinician"), true
	case weakly:
		return k.equal("record and note name the same clinician as far as they go: " + k.Record + " and " + k.Note), true
	}
	if _, named := best(all); s.said.Supervised != nil && named != otherName {
		return s.differs(k.shows(s.said.Supervised.Evidence), "supervised",
			"the record says "+k.Record+", and "+k.Note+" signed, with words of supervision: whether the supervisor may sign is for the practice's policy"), true
	}
	if len(signers) > 0 {
		return s.differs(k, different, "the record says "+k.Record+" rendered the service, and the note is signed by "+k.Note), true
	}
	return s.differs(k, different, k.bothSay()), true
}

// namesOfNote are those who signed and all clinicians that the note names, each with a first and a last
// name.
func (s *sides) namesOfNote() (signers, all []docs.SaidName) {
	for _, signature := range s.said.Signatures {
		if len(s.words.parts(signature.Name)) > 1 {
			signers = append(signers, docs.SaidName{Value: signature.Name, Evidence: signature.Evidence})
		}
	}
	return signers, append(slices.Clone(signers), s.said.ProviderNames...)
}

// credentials compares licences and degrees by their synonyms. A licence on one side and a degree on the
// other contradict each other only where no discipline has both.
func (s *sides) credentials() (Check, bool) {
	clinician := s.Visit.Clinician
	record := s.words.degreesOf(clinician.Credentials)
	var written []string
	var evidence []docs.Evidence
	for _, c := range s.said.Credentials {
		written = append(written, c.Value)
		evidence = append(evidence, c.Evidence)
	}
	note := s.words.degreesOf(written)
	printed := s.Visit.Known["provider_credentials"].Value
	k := Check{Record: cmp.Or(printed, clinician.Discipline), Note: strings.Join(written, ", ")}.from(s.known("provider_credentials")...).shows(evidence...)
	if len(k.Sources) == 0 && clinician.Discipline != "" {
		k = k.from(s.Facts.Sources["provider.discipline"]...)
	}
	said := k.Record != "" || k.Note != ""
	switch {
	case k.Record == "" || k.Note == "":
		return k.gap("the clinician's licence or degree"), said
	case sharesName(record, note):
		return k.equal("record and note give the same licence or degree"), said
	case len(note) == 0 || len(record) == 0 && clinician.Discipline == "":
		return k.unknown(k.bothSay() + ": whether these are the same is not known"), said
	case len(record) == 0 && goesWith(note, []string{clinician.Discipline}):
		return k.equal("the licence or degree of the note, " + k.Note + ", goes with the discipline of the record, " + clinician.Discipline), said
	case len(record) > 0 && !sameKind(record, note) && slices.ContainsFunc(record, func(d degree) bool { return goesWith(note, d.Disciplines) }):
		return k.unknown("a degree and a licence that go together, " + k.Record + " and " + k.Note + ": neither side says both"), said
	}
	return s.differs(k, different, k.bothSay()), said
}

func sharesName(a, b []degree) bool {
	return slices.ContainsFunc(a, func(x degree) bool {
		return slices.ContainsFunc(b, func(y degree) bool { return x.Name == y.Name })
	})
}

// sameKind reports whether both sides give a degree, or both a licence.
func sameKind(a, b []degree) bool {
	return slices.ContainsFunc(a, func(x degree) bool {
		return slices.ContainsFunc(b, func(y degree) bool { return x.Kind == y.Kind })
	})
}

// goesWith reports whether one of the credentials goes with one of the disciplines.
func goesWith(note []degree, disciplines []string) bool {
	return slices.ContainsFunc(note, func(d degree) bool {
		return slices.ContainsFunc(d.Disciplines, func(name string) bool { return slices.Contains(disciplines, name) })
	})
}
