package coding

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/chargenote/chargenote/internal/effective"
)

// telehealthTable says which modifier and place of service a visit at a distance carries.
type telehealthTable struct {
	Head      head                                   `yaml:",inline"`
	Settings  map[string]string                      `yaml:"settings,omitempty"` // place of service of each setting
	Asked     []string                               `yaml:"asked,omitempty"`    // modifiers that hang on whether video was used
	Home      effective.Values[placeOfService]       `yaml:"home,omitempty"`     // telehealth, patient at home
	Elsewhere effective.Values[placeOfService]       `yaml:"elsewhere,omitempty"`
	Modifiers map[string]effective.Values[inUse]     `yaml:"modifiers,omitempty"` // since when each is used
	Video     map[string]effective.Values[videoRule] `yaml:"video,omitempty"`     // by payer kind
	Audio     effective.Values[audioRule]            `yaml:"audio,omitempty"`
	Refused   effective.Values[refusedByTelehealth]  `yaml:"refused,omitempty"`
}

func (t *telehealthTable) heading() head { return t.Head }

type placeOfService struct {
	Code   string `yaml:"code"`
	Source source `yaml:",inline"`
}

func (t *placeOfService) origin() *source { return &t.Source }

type inUse struct {
	Source source `yaml:",inline"`
}

func (t *inUse) origin() *source { return &t.Source }

// videoRule is how one kind of payer wants audio-video marked.
type videoRule struct {
	Modifier    string            `yaml:"modifier,omitempty"`    // for everyone
	InPerson    bool              `yaml:"inPerson,omitempty"`    // the place of service stays that of the setting
	Except      string            `yaml:"except,omitempty"`      // modifier of those below, where the others have none
	Claims      []string          `yaml:"claims,omitempty"`      // claim types that are an exception
	Settings    []string          `yaml:"settings,omitempty"`    // settings that are
	Disciplines []string          `yaml:"disciplines,omitempty"` // disciplines that are
	Location    string            `yaml:"location,omitempty"`    // where the patient is for the exception
	ByClaim     map[string]string `yaml:"byClaim,omitempty"`     // claim types with a modifier of their own
	Source      source            `yaml:",inline"`
}

func (t *videoRule) origin() *source { return &t.Source }

// audioRule is how a visit by audio alone is marked.
type audioRule struct {
	Modifier string            `yaml:"modifier"`
	ByClaim  map[string]string `yaml:"byClaim"`
	Strict   []string          `yaml:"strict"`  // payer kinds that ask for a reason and the place
	Reasons  []string          `yaml:"reasons"` // reasons they accept
	Location string            `yaml:"location"`
	Source   source            `yaml:",inline"`
}

func (t *audioRule) origin() *source { return &t.Source }

// refusedByTelehealth is what cannot be done at a distance.
type refusedByTelehealth struct {
	Payers        []string `yaml:"payers"`                  // whom it binds
	Codes         []string `yaml:"codes"`                   // never at a distance
	Disciplines   []string `yaml:"disciplines,omitempty"`   // clinicians who are no distant-site practitioners
	AudioFamilies []string `yaml:"audioFamilies,omitempty"` // the only families by audio alone; empty: any
	Source        source   `yaml:",inline"`
}

func (t *refusedByTelehealth) origin() *source { return &t.Source }

func (t *telehealthTable) seal(layer string) {
	sealAll(t.Home, layer)
	sealAll(t.Elsewhere, layer)
	sealAll(t.Audio, layer)
	sealAll(t.Refused, layer)
	for _, values := range t.Modifiers {
		sealAll(values, layer)
	}
	for _, values := range t.Video {
		sealAll(values, layer)
	}
}

func (t *telehealthTable) faults() []fault {
	all := slices.Concat(uncited(t.Home, "home"), uncited(t.Elsewhere, "elsewhere"), uncited(t.Audio, "audio"), uncited(t.Refused, "refused"))
	for _, modifier := range effective.SortedKeys(t.Modifiers) {
		all = append(all, uncited(t.Modifiers[modifier], "modifiers", modifier)...)
	}
	for _, kind := range effective.SortedKeys(t.Video) {
		if !slices.Contains(vocabulary["payer.kind"], kind) {
			all = append(all, fault{[]string{"video", kind}, fmt.Sprintf("%q is no kind of payer", kind)})
		}
		all = append(all, uncited(t.Video[kind], "video", kind)...)
	}
	for _, setting := range effective.SortedKeys(t.Settings) {
		if !slices.Contains(vocabulary["setting"], setting) {
			all = append(all, fault{[]string{"settings", setting}, fmt.Sprintf("%q is no setting", setting)})
		}
	}
	return all
}

// over lays what a layer says over what is below it, each part by its own days.
func (t *telehealthTable) over(below *telehealthTable) *telehealthTable {
	if below == nil {
		return t
	}
	laid := *t
	laid.Settings = overlaid(t.Settings, below.Settings, func(upper, _ string) string { return upper })
	if len(laid.Asked) == 0 {
		laid.Asked = below.Asked
	}
	laid.Home, laid.Elsewhere = t.Home.Over(below.Home), t.Elsewhere.Over(below.Elsewhere)
	laid.Audio, laid.Refused = t.Audio.Over(below.Audio), t.Refused.Over(below.Refused)
	laid.Modifiers = overlaid(t.Modifiers, below.Modifiers, effective.Values[inUse].Over)
	laid.Video = overlaid(t.Video, below.Video, effective.Values[videoRule].Over)
	return &laid
}

// overlaid is the entries of both maps, put together where both have one.
func overlaid[V any](upper, below map[string]V, together func(upper, below V) V) map[string]V {
	laid := maps.Clone(below)
	if laid == nil {
		laid = map[string]V{}
	}
	for key, value := range upper {
		if under, both := below[key]; both {
			value = together(value, under)
		}
		laid[key] = value
	}
	return laid
}

// distance is the table of telehealth on one day.
type distance struct {
	settings        map[string]string
	asked           []string
	home, elsewhere *placeOfService
	unused          map[string]bool // modifiers that are known and not in use
	video           map[string]*videoRule
	kinds           []string // of payers with a rule for video, in order
	audio           *audioRule
	refused         *refusedByTelehealth
}

// on is the table on one day.
func (t *telehealthTable) on(day effective.Date) *distance {
	d := &distance{settings: t.Settings, asked: t.Asked, unused: map[string]bool{}, video: map[string]*videoRule{}, kinds: effective.SortedKeys(t.Video)}
	d.home, _, _ = t.Home.At(day)
	d.elsewhere, _, _ = t.Elsewhere.At(day)
	d.audio, _, _ = t.Audio.At(day)
	d.refused, _, _ = t.Refused.At(day)
	for modifier, since := range t.Modifiers {
		if _, _, state := since.At(day); state != effective.InForce {
			d.unused[modifier] = true
		}
	}
	for kind, values := range t.Video {
		if rule, _, state := values.At(day); state == effective.InForce {
			d.video[kind] = rule
		}
	}
	return d
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
		place := e.today.distance.settings[e.facts.Setting]
		for _, l := range e.lines {
			if l.fallen == nil {
				l.place = place
			}
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
			e.ask("modality", "Was video used?", e.today.distance.asked...)
		}
	})
}

// refusedAtDistance takes out a line that cannot be billed at a distance.
func (e *evaluation) refusedAtDistance(l *line, modality string) bool {
	rule := e.today.distance.refused
	if rule == nil {
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
	return e.refuseAtDistance(l, text, rule.Payers, &rule.Source)
}

// refuseAtDistance takes a line out where the payer is bound, and flags it for others.
func (e *evaluation) refuseAtDistance(l *line, text string, payers []string, of *source) bool {
	if slices.Contains(payers, e.facts.Payer.Kind) {
		l.fall(NotMet, text, "telehealth-not-eligible", of)
		return true
	}
	l.flag("telehealth-not-eligible")
	l.say("telehealth", NotMet, text, nil, of)
	e.flag("telehealth-not-eligible", l.code, text)
	return false
}

// markPlace gives a line the place of service of telehealth, by where the patient is.
func (e *evaluation) markPlace(l *line) {
	home, elsewhere := e.today.distance.home, e.today.distance.elsewhere
	if elsewhere == nil {
		return
	}
	switch {
	case home == nil:
		l.place = elsewhere.Code
	case e.facts.Visit.PatientLocation == "":
		e.ask("patient-location", "Where was the patient?", home.Code, elsewhere.Code)
	case e.facts.Visit.PatientLocation == LocationHome:
		l.place = home.Code
	default:
		l.place = elsewhere.Code
	}
}

// markVideo marks a line of an audio-video visit as the payer wants it.
func (e *evaluation) markVideo(l *line) {
	kind, asked := e.facts.Payer.Kind, e.telehealthModifier()
	if kind == "" {
		e.videoOfAnyPayer(l, asked)
		if asked == "" || asked == noModifier {
			return
		}
		e.setTelehealth(l, asked, "audio-video, with the modifier that this payer asks for", e.terms.ofTelehealth)
		return
	}
	rule := e.today.distance.video[kind]
	if rule == nil {
		rule = &videoRule{}
	}
	if rule.InPerson {
		l.place = e.today.distance.settings[e.facts.Setting]
	} else {
		e.markPlace(l)
	}
	switch modifier := e.videoModifier(rule, l); {
	case asked == noModifier:
	case asked != "":
		e.setTelehealth(l, asked, "audio-video, with the modifier that this payer asks for", cmp.Or(e.terms.ofTelehealth, &rule.Source))
	case modifier != "":
		e.setTelehealth(l, modifier, "audio-video, as the payer wants it marked", &rule.Source)
	default:
		l.say("telehealth", Met, "audio-video, no modifier: the place of service says that it was at a distance", e.facts.Sources["visit.modality"], &rule.Source)
	}
}

// noModifier is how a payer's terms say that it wants none.
const noModifier = "none"

// telehealthModifier is the modifier that this payer asks for, by the facts or by its terms; empty
// where neither says one.
func (e *evaluation) telehealthModifier() string {
	return cmp.Or(e.facts.Payer.TelehealthModifier, e.terms.telehealthModifier)
}

// videoOfAnyPayer marks what every kind of payer wants alike, and asks for the payer otherwise.
func (e *evaluation) videoOfAnyPayer(l *line, asked string) {
	var first *videoRule
	var marks []string
	sameMark, samePlace := true, true
	for _, kind := range e.today.distance.kinds {
		rule := cmp.Or(e.today.distance.video[kind], &videoRule{})
		mark := e.videoModifier(rule, l)
		if first == nil {
			first = rule
		}
		marks = append(marks, mark)
		sameMark = sameMark && mark == marks[0]
		samePlace = samePlace && rule.InPerson == first.InPerson
	}
	if first == nil {
		return
	}
	if samePlace {
		e.markPlace(l)
	}
	switch {
	case asked != "":
	case sameMark && marks[0] != "":
		e.setTelehealth(l, marks[0], "audio-video, marked so by every payer", &first.Source)
	case !sameMark:
		e.ask("payer", "Who pays?", slices.DeleteFunc(marks, func(m string) bool { return m == "" })...)
	}
}

// videoModifier is the modifier that a rule for audio-video gives the line.
func (e *evaluation) videoModifier(rule *videoRule, l *line) string {
	if modifier, ok := rule.ByClaim[e.facts.ClaimType]; ok {
		return modifier
	}
	excepted := slices.Contains(rule.Claims, e.claim()) || slices.Contains(rule.Settings, e.facts.Setting) || slices.Contains(rule.Disciplines, l.work.discipline)
	if excepted && e.facts.Visit.PatientLocation == rule.Location {
		return cmp.Or(rule.Except, rule.Modifier)
	}
	return rule.Modifier
}

// setTelehealth gives a line a telehealth modifier, unless it is not in use yet.
func (e *evaluation) setTelehealth(l *line, modifier, said string, of *source) {
	if e.today.distance.unused[modifier] {
		l.say("telehealth", NotEffective, fmt.Sprintf("modifier %s is not in use on %s", modifier, e.day), nil, of)
		return
	}
	l.modifiers.telehealth = modifier
	l.say("telehealth", Met, modifier+": "+said, e.facts.Sources["visit.modality"], of)
}

// markAudio marks a line of a visit by audio alone. Payers that are strict about it want a reason,
// and the patient at home.
func (e *evaluation) markAudio(l *line) {
	e.markPlace(l)
	v := &e.facts.Visit
	rule := e.today.distance.audio
	if rule == nil {
		l.say("telehealth", NotEffective, fmt.Sprintf("no modifier marks audio alone on %s", e.day), nil, nil)
		return
	}
	modifier := cmp.Or(rule.ByClaim[e.facts.ClaimType], rule.Modifier)
	if slices.Contains(rule.Strict, e.facts.Payer.Kind) {
		switch {
		case v.PatientLocation != "" && v.PatientLocation != rule.Location:
			e.refuseAtDistance(l, "by audio alone only with the patient at home", rule.Strict, &rule.Source)
			return
		case v.AudioOnlyReason == "":
			e.ask("audio-only-reason", "Why was there no video?", modifier)
			return
		case !slices.Contains(rule.Reasons, v.AudioOnlyReason):
			e.refuseAtDistance(l, spoken(v.AudioOnlyReason)+" is no reason for audio alone", rule.Strict, &rule.Source)
			return
		}
	}
	e.setTelehealth(l, modifier, "by audio alone", &rule.Source)
}
