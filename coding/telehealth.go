package coding

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/chargenote/chargenote/internal/effective"
)

// telehealthTable says which modifier and place of service a visit at a distance carries.
type telehealthTable struct {
	Head      head                                   `yaml:",inline"`
	Settings  map[string]string                      `yaml:"settings"` // place of service of each setting
	Home      effective.Values[placeOfService]       `yaml:"home"`     // telehealth, patient at home
	Elsewhere effective.Values[placeOfService]       `yaml:"elsewhere"`
	Modifiers map[string]effective.Values[sourced]   `yaml:"modifiers"` // since when each is used
	Video     map[string]effective.Values[videoRule] `yaml:"video"`     // by payer kind
	Audio     effective.Values[audioRule]            `yaml:"audio"`
	Refused   effective.Values[refusedByTelehealth]  `yaml:"refused"`
}

type placeOfService struct {
	Code      string                `yaml:"code"`
	Reference []effective.Reference `yaml:"reference"`
}

type sourced struct {
	Reference []effective.Reference `yaml:"reference"`
}

// videoRule is how one kind of payer wants audio-video marked.
type videoRule struct {
	Modifier    string                `yaml:"modifier,omitempty"`    // for everyone
	InPerson    bool                  `yaml:"inPerson,omitempty"`    // the place of service stays that of the setting
	Except      string                `yaml:"except,omitempty"`      // modifier of those below, where the others have none
	Claims      []string              `yaml:"claims,omitempty"`      // claim types that are an exception
	Settings    []string              `yaml:"settings,omitempty"`    // settings that are
	Disciplines []string              `yaml:"disciplines,omitempty"` // disciplines that are
	Location    string                `yaml:"location,omitempty"`    // where the patient is for the exception
	ByClaim     map[string]string     `yaml:"byClaim,omitempty"`     // claim types with a modifier of their own
	Reference   []effective.Reference `yaml:"reference"`
}

// audioRule is how a visit by audio alone is marked.
type audioRule struct {
	Modifier  string                `yaml:"modifier"`
	ByClaim   map[string]string     `yaml:"byClaim"`
	Strict    []string              `yaml:"strict"`  // payer kinds that ask for a reason and the place
	Reasons   []string              `yaml:"reasons"` // reasons they accept
	Location  string                `yaml:"location"`
	Reference []effective.Reference `yaml:"reference"`
}

// refusedByTelehealth is what cannot be done at a distance.
type refusedByTelehealth struct {
	Payers        []string              `yaml:"payers"`                  // whom it binds
	Codes         []string              `yaml:"codes"`                   // never at a distance
	Disciplines   []string              `yaml:"disciplines,omitempty"`   // clinicians who are no distant-site practitioners
	AudioFamilies []string              `yaml:"audioFamilies,omitempty"` // the only families by audio alone; empty: any
	Reference     []effective.Reference `yaml:"reference"`
}

// telehealth gives every line its place of service and its telehealth modifier, and takes out what
// cannot be billed at a distance.
func (e *evaluation) telehealth() {
	v := &e.facts.Visit
	distant := v.Telehealth != nil && *v.Telehealth
	modality := v.Modality
	if modality == ModalityAudioVideo || modality == ModalityAudioOnly {
		distant = true
	}
	if modality == ModalityInPerson || !distant {
		for _, l := range e.inPlay() {
			l.place = e.rules.tables.telehealth.Settings[e.facts.Setting]
		}
		return
	}
	e.baseFirst(func(l *line) {
		if e.refusedAtDistance(l, modality) {
			return
		}
		switch modality {
		case ModalityAudioVideo:
			e.markVideo(l)
		case ModalityAudioOnly:
			e.markAudio(l)
		default:
			e.markPlace(l)
			e.ask("modality", "Was video used?", "93", "95")
		}
	})
}

// refusedAtDistance takes out a line that cannot be billed at a distance.
func (e *evaluation) refusedAtDistance(l *line, modality string) bool {
	rule, _, state := e.rules.tables.telehealth.Refused.On(e.day)
	if state != effective.InForce {
		return false
	}
	text := ""
	switch {
	case slices.Contains(rule.Codes, l.code):
		text = "not on the list of services at a distance"
	case slices.Contains(rule.Disciplines, l.work.discipline):
		text = fmt.Sprintf("%s is no distant-site clinician on this day", l.work.discipline)
	case modality == ModalityAudioOnly && len(rule.AudioFamilies) > 0 && !slices.Contains(rule.AudioFamilies, l.rule.Family):
		text = "not by audio alone on this day"
	default:
		return false
	}
	return e.refuseAtDistance(l, text, rule.Payers, cite(rule.Reference))
}

// refuseAtDistance takes a line out where the payer is bound, and flags it for others.
func (e *evaluation) refuseAtDistance(l *line, text string, payers []string, reference string) bool {
	if slices.Contains(payers, e.facts.Payer.Kind) {
		l.fall(NotMet, text, "telehealth-not-eligible", reference)
		return true
	}
	l.flag("telehealth-not-eligible")
	l.because = append(l.because, Because{Rule: e.rules.tables.telehealth.Head.ID, Status: NotMet, Text: text, Reference: reference})
	e.flag("telehealth-not-eligible", l.code, text)
	return false
}

// markPlace gives a line the place of service of telehealth, by where the patient is.
func (e *evaluation) markPlace(l *line) {
	table := &e.rules.tables.telehealth
	home, _, homeState := table.Home.On(e.day)
	elsewhere, _, elsewhereState := table.Elsewhere.On(e.day)
	if elsewhereState != effective.InForce {
		return
	}
	switch {
	case homeState != effective.InForce:
		l.place = elsewhere.Code
	case e.facts.Visit.PatientLocation == "":
		e.ask("patient-location", "Where was the patient?", home.Code, elsewhere.Code)
	case e.facts.Visit.PatientLocation == LocationHome:
		l.place = home.Code
	default:
		l.place = elsewhere.Code
	}
}

// used reports whether a modifier is in use on the day of service.
func (e *evaluation) used(modifier string) bool {
	since, known := e.rules.tables.telehealth.Modifiers[modifier]
	if !known {
		return true
	}
	_, _, state := since.On(e.day)
	return state == effective.InForce
}

// markVideo marks a line of an audio-video visit as the payer wants it.
func (e *evaluation) markVideo(l *line) {
	payer := e.facts.Payer
	rule, modifier := e.videoOf(payer.Kind, l)
	if payer.Kind == "" {
		e.videoOfAnyPayer(l)
	} else if rule.InPerson {
		l.place = e.rules.tables.telehealth.Settings[e.facts.Setting]
	} else {
		e.markPlace(l)
	}
	said := "audio-video, as the payer wants it marked"
	switch {
	case payer.TelehealthModifier == noModifier:
		modifier = ""
	case payer.TelehealthModifier != "":
		modifier, said = payer.TelehealthModifier, "audio-video, with the modifier that this payer asks for"
	case payer.Kind == "":
		return
	}
	if modifier == "" {
		return
	}
	e.setTelehealth(l, modifier, said, cite(rule.Reference))
}

// noModifier is how a payer's profile says that it wants none.
const noModifier = "none"

// videoOfAnyPayer marks what every kind of payer wants alike, and asks for the payer otherwise.
func (e *evaluation) videoOfAnyPayer(l *line) {
	var rules []videoRule
	var marks []string
	for _, kind := range effective.SortedKeys(e.rules.tables.telehealth.Video) {
		rule, mark := e.videoOf(kind, l)
		rules, marks = append(rules, rule), append(marks, mark)
	}
	if len(rules) == 0 {
		return
	}
	sameMark, samePlace := true, true
	for i := range rules {
		sameMark = sameMark && marks[i] == marks[0]
		samePlace = samePlace && rules[i].InPerson == rules[0].InPerson
	}
	if samePlace {
		e.markPlace(l)
	}
	switch {
	case e.facts.Payer.TelehealthModifier != "":
	case sameMark && marks[0] != "":
		e.setTelehealth(l, marks[0], "audio-video, marked so by every payer", cite(rules[0].Reference))
	case !sameMark:
		e.ask("payer", "Who pays?", slices.DeleteFunc(marks, func(m string) bool { return m == "" })...)
	}
}

// videoOf is the rule of a kind of payer for audio-video, and the modifier that it gives the line.
func (e *evaluation) videoOf(kind string, l *line) (videoRule, string) {
	rule, _, state := e.rules.tables.telehealth.Video[kind].On(e.day)
	if state != effective.InForce {
		return videoRule{}, ""
	}
	if modifier, ok := rule.ByClaim[e.facts.ClaimType]; ok {
		return rule, modifier
	}
	excepted := slices.Contains(rule.Claims, e.claim()) || slices.Contains(rule.Settings, e.facts.Setting) || slices.Contains(rule.Disciplines, l.work.discipline)
	if excepted && e.facts.Visit.PatientLocation == rule.Location {
		return rule, cmp.Or(rule.Except, rule.Modifier)
	}
	return rule, rule.Modifier
}

// setTelehealth gives a line a telehealth modifier, unless it is not in use yet.
func (e *evaluation) setTelehealth(l *line, modifier, said, reference string) {
	table := &e.rules.tables.telehealth
	if !e.used(modifier) {
		l.because = append(l.because, Because{Rule: table.Head.ID, Status: NotEffective, Text: fmt.Sprintf("modifier %s is not in use on %s", modifier, e.day), Reference: reference})
		return
	}
	l.modifiers.telehealth = modifier
	l.because = append(l.because, Because{Rule: table.Head.ID, Status: Met, Text: modifier + ": " + said,
		Sources: e.facts.Sources["visit.modality"], Reference: reference})
}

// markAudio marks a line of a visit by audio alone. Payers that are strict about it want a reason,
// and the patient at home.
func (e *evaluation) markAudio(l *line) {
	e.markPlace(l)
	v := &e.facts.Visit
	rule, _, state := e.rules.tables.telehealth.Audio.On(e.day)
	if state != effective.InForce {
		l.because = append(l.because, Because{Rule: e.rules.tables.telehealth.Head.ID, Status: NotEffective, Text: fmt.Sprintf("no modifier marks audio alone on %s", e.day), Reference: ""})
		return
	}
	modifier := cmp.Or(rule.ByClaim[e.facts.ClaimType], rule.Modifier)
	reference := cite(rule.Reference)
	if slices.Contains(rule.Strict, e.facts.Payer.Kind) {
		switch {
		case v.PatientLocation != "" && v.PatientLocation != rule.Location:
			e.refuseAtDistance(l, "by audio alone only with the patient at home", rule.Strict, reference)
			return
		case v.AudioOnlyReason == "":
			e.ask("audio-only-reason", "Why was there no video?", modifier)
			return
		case !slices.Contains(rule.Reasons, v.AudioOnlyReason):
			e.refuseAtDistance(l, spoken(v.AudioOnlyReason)+" is no reason for audio alone", rule.Strict, reference)
			return
		}
	}
	e.setTelehealth(l, modifier, "by audio alone", reference)
}
