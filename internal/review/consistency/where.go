package consistency

import (
	"slices"

	"github.com/chargenote/chargenote/coding"
	"github.com/chargenote/chargenote/docs"
)

// The places that are told apart. In person says no more than that.
const (
	placeTelehealth = "telehealth"
	placeInPerson   = "in-person"
	placeHome       = "home"
	placeSchool     = "school"
	placeFacility   = "facility"
	placeOffice     = "office"
)

// placesOfSettings are the settings of the facts that name a place of the note. An outpatient department
// may be called a clinic or a hospital.
var placesOfSettings = map[string]string{
	"home": placeHome, "school": placeSchool, "inpatient": placeFacility, "primary-care": placeOffice, "behavioral-health": placeOffice,
}

// placeOfRecord is where the record says the session was; empty where it does not.
func (s *sides) placeOfRecord() string {
	visit := s.Facts.Visit
	switch {
	case visit.Telehealth != nil && *visit.Telehealth, visit.Modality == coding.ModalityAudioVideo, visit.Modality == coding.ModalityAudioOnly:
		return placeTelehealth
	case placesOfSettings[s.Facts.Setting] != "":
		return placesOfSettings[s.Facts.Setting]
	case visit.Telehealth != nil || visit.Modality == coding.ModalityInPerson:
		return placeInPerson
	}
	return ""
}

// placeOfNote is where the note says the session was, the closest place that it names. It is unclear
// where the note says both telehealth and in person.
func (s *sides) placeOfNote() (place docs.SaidText, unclear bool) {
	said := s.said.Places
	find := func(name string) int {
		return slices.IndexFunc(said, func(p docs.SaidText) bool { return p.Value == name })
	}
	far, near := find(placeTelehealth), find(placeInPerson)
	switch {
	case far >= 0:
		return said[far], near >= 0
	case len(said) == 0 && len(s.said.Modalities) > 0:
		return docs.SaidText{Value: placeTelehealth, Evidence: s.said.Modalities[0].Evidence}, false
	case len(said) == 0:
		return docs.SaidText{}, false
	}
	for _, p := range said {
		if p.Value != placeInPerson {
			return p, false
		}
	}
	return said[near], false
}

// location compares where the session was held.
func (s *sides) location() (Check, bool) {
	k := Check{Record: s.placeOfRecord()}.from(s.Facts.Sources["visit.telehealth"]...).from(s.Facts.Sources["setting"]...)
	for _, line := range s.Claim.Suggestions {
		if line.PlaceOfService != "" {
			k.Claim = line.PlaceOfService
		}
	}
	place, unclear := s.placeOfNote()
	k.Note = place.Value
	k = k.shows(place.Evidence)
	said := k.Record != "" || k.Note != ""
	switch far, near := k.Record == placeTelehealth, k.Note == placeTelehealth; {
	case k.Record == "" || k.Note == "":
		return k.gap("where the session was held"), said
	case unclear:
		return k.unknown("the note says both telehealth and in person"), said
	case far && !near && k.Note == placeHome:
		return k.unknown("the record says telehealth, and the note says only that the patient was at home"), said
	case far != near:
		return s.differs(k, "telehealth", k.bothSay()), said
	case k.Record == k.Note:
		return k.equal("record and note say " + k.Note), said
	case k.Record == placeInPerson || k.Note == placeInPerson:
		return k.equal("record and note say in person as far as they go: " + k.Record + " and " + k.Note), said
	}
	return s.differs(k, different, k.bothSay()), said
}

// modality compares the telehealth modifier of the lines with how the note says the session was held.
func (s *sides) modality() (Check, bool) {
	k := Check{Record: s.Facts.Visit.Modality}.from(s.Facts.Sources["visit.modality"]...)
	held := ""
	for _, line := range s.Claim.Suggestions {
		for _, m := range line.Modifiers {
			if how := s.rule.Modifiers[m]; how != "" {
				k.Claim, held = m, how
			}
		}
	}
	modalities := s.said.Modalities
	for _, m := range modalities {
		k = k.shows(m.Evidence)
	}
	if len(modalities) == 1 {
		k.Note = modalities[0].Value
	}
	said := held != "" || s.placeOfRecord() == placeTelehealth
	switch {
	case len(modalities) > 1:
		return k.unknown("the note names both video and telephone"), said
	case held != "" && k.Note == "":
		return k.unknown("the lines carry " + k.Claim + ", and the note does not say whether it was by video or by telephone: a gap, and no mismatch"), said
	case held == "" && k.Note == "":
		return k.unknown("the lines carry no telehealth modifier, and the note does not say how the session was held"), said
	case held == "":
		return k.unknown("the note says " + k.Note + ", and the lines carry no telehealth modifier"), said
	case held == k.Note:
		return k.equal("the modifier " + k.Claim + " says what the note says, " + k.Note), said
	}
	return s.differs(k, different, "the modifier "+k.Claim+" says "+held+", the note says "+k.Note), said
}
