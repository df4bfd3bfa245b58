package consistency

import (
	"fmt"
	"slices"
	"strings"

	"github.com/chargenote/chargenote/docs"
)

// presenceOf says of a family code, and of an activity, whether the patient is in the session.
var presenceOf = map[string]string{
	"90846": "absent", "90847": "present", "family-without-patient": "absent", "family-with-patient": "present",
}

// participants compares who took part: whether the patient did, as the family code has it, the relatives
// that the record lists, and the size of a group.
func (s *sides) participants() (Check, bool) {
	if s.Documentation.Family == "group" {
		return s.groupSize()
	}
	k, presence := s.presence()
	said := presence != "" || len(s.Visit.Participants) > 0 || len(s.said.Participants) > 0
	if patient := s.said.Patient; presence != "" && patient != nil && patient.Value != presence {
		k.Note = "patient " + patient.Value
		return s.differs(k.shows(patient.Evidence), "presence",
			fmt.Sprintf("the code says that the patient was %s, the note says %s", presence, patient.Value)), true
	}
	var named []string
	for _, p := range s.said.Participants {
		named = append(named, p.Value)
		k = k.shows(p.Evidence)
	}
	var relations, lacking []string
	for _, p := range s.Visit.Participants {
		k = k.from(p.Reference)
		names := s.relationNames(p.Relation)
		if len(names) == 0 {
			continue
		}
		relation := strings.ToLower(p.Relation[0])
		relations = append(relations, relation)
		if !slices.ContainsFunc(s.relationNames(named), func(n string) bool { return slices.Contains(names, n) }) {
			lacking = append(lacking, relation)
		}
	}
	both := func(first, second string) string { return strings.Trim(first+", "+second, ", ") }
	k.Record = both(k.Record, listed(relations))
	if s.said.Patient != nil {
		k.Note = "patient " + s.said.Patient.Value
		k = k.shows(s.said.Patient.Evidence)
	}
	k.Note = both(k.Note, listed(named))
	switch {
	case k.Record == "" || k.Note == "":
		return k.gap("who took part"), said
	case len(named) > 0 && len(lacking) > 0:
		return s.differs(k, different, "the record lists "+listed(lacking)+" among those who took part, the note names "+listed(named)), said
	case len(lacking) > 0:
		return k.unknown("the record lists " + listed(lacking) + " among those who took part, and the note names nobody: a gap, and no mismatch"), said
	case presence != "" && s.said.Patient == nil && len(relations) == 0:
		return k.unknown("the code says that the patient was " + presence + ", and the note does not say"), said
	case presence == "" && len(relations) == 0:
		return k.gap("who took part"), said
	}
	return k.equal("record and note agree on who took part: " + k.Note), said
}

// presence is what the family codes of the claim say of the patient, else the services of the record.
func (s *sides) presence() (Check, string) {
	claim, _ := s.claimCodes()
	for _, code := range claim {
		if p := presenceOf[code]; p != "" {
			return Check{Claim: code, Record: "patient " + p}, p
		}
	}
	for i, service := range s.Facts.Services {
		if p := presenceOf[service.Activity]; p != "" {
			return Check{Record: "patient " + p}.from(s.Facts.Sources[fmt.Sprintf("services[%d].activity", i)]...), p
		}
	}
	return Check{}, ""
}

// relationNames are the relations that words or codes of the record, or words of a note, mean.
func (s *sides) relationNames(words []string) []string {
	var names []string
	for _, w := range words {
		names = append(names, s.words.relations[joined(w)]...)
	}
	return unique(names)
}

func (s *sides) groupSize() (Check, bool) {
	var k Check
	size := 0
	for i, service := range s.Facts.Services {
		if service.PatientsSimultaneous != nil {
			size = *service.PatientsSimultaneous
			k = k.from(s.Facts.Sources[fmt.Sprintf("services[%d].patientsSimultaneous", i)]...)
		}
	}
	if size > 0 {
		k.Record = fmt.Sprint(size)
	}
	if said := s.said.GroupSize; said != nil {
		k.Note = fmt.Sprint(said.Value)
		k = k.shows(said.Evidence)
	}
	said := k.Record != "" || k.Note != ""
	switch {
	case k.Record == "" || k.Note == "":
		return k.gap("the size of the group"), said
	case k.Record == k.Note:
		return k.equal("record and note give the same size of the group"), said
	}
	return s.differs(k, different, k.bothSay()), said
}

// wrongPerson looks for another first name or other pronouns than the patient's in sentences about goals
// and progress: signs of text that was copied from another chart. A note that uses one pronoun throughout
// uses the person's own, whatever the record calls the gender.
func (s *sides) wrongPerson() (Check, bool) {
	person := s.Visit.Person
	k := Check{Record: person.Name}.from(s.known("patient_name")...)
	known := s.knownNames()
	for _, name := range s.said.OtherNames {
		if slices.Contains(known, joined(name.Value)) {
			continue
		}
		k.Note = name.Value
		return s.differs(k.shows(name.Evidence), different,
			"a sentence about goals or progress names "+name.Value+", and the patient is "+orUnknown(person.Name)+": a sign of copied text"), true
	}
	own, other := "he", "she"
	switch person.Sex {
	case "female":
		own, other = other, own
	case "male":
	default:
		own = ""
	}
	goals := s.pronoun(other, true)
	if own == "" || goals == nil {
		clean := len(s.said.OtherNames) > 0 || own != "" && s.pronoun(own, true) != nil
		return k.equal("sentences about goals and progress name nobody else"), clean
	}
	k.Record, k.Note = person.Sex, goals.Text
	k = k.shows(goals.Evidence)
	if s.pronoun(other, false) != nil && s.pronoun(own, false) == nil && s.pronoun(own, true) == nil {
		return k.unknown("the note says " + goals.Text + " throughout; that the record has " + person.Sex + " need not be what the person is called"), true
	}
	return s.differs(k, different, "a sentence about goals or progress says "+goals.Text+", and the record has "+person.Sex+": a sign of copied text"), true
}

func (s *sides) pronoun(value string, goal bool) *docs.SaidPronoun {
	for i, p := range s.said.Pronouns {
		if p.Value == value && p.Goal == goal {
			return &s.said.Pronouns[i]
		}
	}
	return nil
}

// knownNames are the parts of the names of the patient and the clinicians, each joined.
func (s *sides) knownNames() []string {
	var known []string
	for _, n := range slices.Concat(namesWith(s.Visit.Person.Names, s.Visit.Person.Name), namesWith(s.Visit.Clinician.Names, s.Visit.Clinician.Name), namesWith(s.Visit.User.Names, s.Visit.User.Name)) {
		given, family := s.words.inParts(n)
		known = append(append(known, given...), family...)
	}
	for _, list := range [][]docs.SaidName{s.said.PatientNames, s.said.ProviderNames} {
		for _, n := range list {
			known = append(known, s.words.parts(n.Value)...)
		}
	}
	return known
}

func orUnknown(name string) string {
	if name == "" {
		return "not named in the record"
	}
	return name
}
