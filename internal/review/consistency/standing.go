package consistency

import (
	"fmt"
	"slices"
	"strings"

	"github.com/chargenote/chargenote/internal/effective"
)

// A Standing is one check as it stands on a day.
type Standing struct {
	ID         string                `json:"id"`
	Name       string                `json:"name"`
	Severity   map[string]string     `json:"severity,omitempty"`  // block, warn, info, by the kind of difference
	Limits     map[string]int        `json:"limits,omitempty"`    // what is tolerated, in the unit that the key names
	Say        map[string]string     `json:"say,omitempty"`       // behind the values, by the kind of difference
	Always     bool                  `json:"always,omitempty"`    // listed though no side says anything
	Families   []string              `json:"families,omitempty"`  // for which it is listed so
	Modifiers  map[string]string     `json:"modifiers,omitempty"` // of telehealth, to how the session was held
	Sentences  []Sentence            `json:"sentences"`           // the same in words
	Layer      string                `json:"layer"`
	Since      effective.Date        `json:"since"`
	References []effective.Reference `json:"references"`
}

// A Sentence is one thing that a check says, with the layer that says so.
type Sentence struct {
	Text  string `json:"text"`
	Layer string `json:"layer"`
}

// InForce lists the checks that hold on the day for a payer, by kind and name where they are known, in the
// order of a result.
func (r *Rules) InForce(on effective.Date, kind, name string) []Standing {
	standing := []Standing{}
	for _, rule := range r.stack.For(kind, name) {
		v, since, state := rule.Effective.At(on)
		if state != effective.InForce {
			continue
		}
		standing = append(standing, Standing{ID: rule.ID, Name: rule.Name,
			Severity: joinedMaps(v.Severity, nil), Limits: joinedMaps(v.Limits, nil), Say: joinedMaps(v.Say, nil), Modifiers: joinedMaps(v.Modifiers, nil),
			Always: v.Always != nil && *v.Always, Families: slices.Clone(v.Families), Sentences: v.sentences(),
			Layer: v.layer, Since: since, References: slices.Clone(v.References)})
	}
	return standing
}

// kindWords say when a difference is of a kind.
var kindWords = map[string]string{
	different:    "the sides differ",
	slightly:     "they differ slightly, within the limit or under the same code",
	"supervised": "another clinician signed, with words of supervision",
	"other-code": "the note's minutes lead to another code or other units",
	"telehealth": "one side says telehealth and another does not",
	"lacking":    "the note lacks a diagnosis of the claim",
	"order":      "the first diagnosis is another",
	"more":       "the note names a diagnosis that the visit does not have",
	"presence":   "they differ on whether the patient took part",
}

// sentences write what a value says, each part with its layer.
func (v *value) sentences() []Sentence {
	var all []Sentence
	add := func(part, format string, args ...any) {
		all = append(all, Sentence{fmt.Sprintf(format, args...), v.from[part]})
	}
	for _, kind := range effective.SortedKeys(v.Severity) {
		add(partOf("severity", kind), "%s where %s", v.Severity[kind], kindWords[kind])
	}
	for _, kind := range effective.SortedKeys(v.Say) {
		add(partOf("say", kind), "where %s, it is said: %s", kindWords[kind], v.Say[kind])
	}
	for _, unit := range effective.SortedKeys(v.Limits) {
		add(partOf("limits", unit), "the limit is %d %s", v.Limits[unit], unit)
	}
	for _, modifier := range effective.SortedKeys(v.Modifiers) {
		add(partOf("modifiers", modifier), "the modifier %s says %s", modifier, v.Modifiers[modifier])
	}
	if v.Always != nil && *v.Always {
		add("always", "listed for every visit")
	}
	if len(v.Families) > 0 {
		add("families", "listed for %s though no side says anything", strings.Join(v.Families, ", "))
	}
	return all
}
