package consistency

import (
	"fmt"
	"slices"
	"strings"

	"github.com/chargenote/chargenote/coding"
	"github.com/chargenote/chargenote/docs"
	"github.com/chargenote/chargenote/internal/effective"
	"github.com/chargenote/chargenote/internal/layer"
)

// A value is what a check says from a day on.
type value struct {
	Severity   map[string]string     `yaml:"severity,omitempty"`  // by the kind of difference
	Limits     map[string]int        `yaml:"limits,omitempty"`    // what is tolerated, in the unit that the key names
	Say        map[string]string     `yaml:"say,omitempty"`       // a sentence behind the values, by the kind of difference
	Always     *bool                 `yaml:"always,omitempty"`    // listed though no side says anything
	Families   []string              `yaml:"families,omitempty"`  // for which it is listed though no side says anything
	Modifiers  map[string]string     `yaml:"modifiers,omitempty"` // of telehealth, to how the session was held
	References []effective.Reference `yaml:"references"`

	layer string            // that says so
	from  map[string]string // which layer says each part; its keys are partOf
}

// mostLimit is the largest limit: as many hours as a leap year has.
const mostLimit = 366 * 24

// partOf names a part of a value: a key, and the kind, unit or modifier below it.
func partOf(key, below string) string { return key + " " + below }

// saidBy notes which layer says the parts of a value.
func (v *value) saidBy(name string) {
	v.layer, v.from = name, map[string]string{}
	for kind := range v.Severity {
		v.from[partOf("severity", kind)] = name
	}
	for unit := range v.Limits {
		v.from[partOf("limits", unit)] = name
	}
	for kind := range v.Say {
		v.from[partOf("say", kind)] = name
	}
	for modifier := range v.Modifiers {
		v.from[partOf("modifiers", modifier)] = name
	}
	if v.Always != nil {
		v.from["always"] = name
	}
	if v.Families != nil {
		v.from["families"] = name
	}
}

// fill takes what a value of a layer does not say from the one below it.
func (v *value) fill(below *value) {
	v.Severity, v.Limits = joinedMaps(v.Severity, below.Severity), joinedMaps(v.Limits, below.Limits)
	v.Say, v.Modifiers = joinedMaps(v.Say, below.Say), joinedMaps(v.Modifiers, below.Modifiers)
	if v.Always == nil {
		v.Always = below.Always
	}
	if v.Families == nil {
		v.Families = below.Families
	}
	v.from = joinedMaps(v.from, below.from)
}

// joinedMaps is a new map of what is in both, as the upper one has it.
func joinedMaps[T any](upper, below map[string]T) map[string]T {
	joined := map[string]T{}
	for _, from := range []map[string]T{below, upper} {
		for key, value := range from {
			joined[key] = value
		}
	}
	return joined
}

// faults holds a value to the severities and limits that its comparison asks for, no more and no less.
func (v *value) faults(id string) []layer.Fault {
	c := comparisons[id]
	var faults []layer.Fault
	fault := func(key, format string, args ...any) {
		faults = append(faults, layer.Fault{Problem: fmt.Sprintf(format, args...), Keys: strings.Split(key, " ")})
	}
	for _, problem := range effective.Faults(v.References) {
		fault("references", "%s", problem)
	}
	for _, kind := range effective.SortedKeys(v.Severity) {
		if s := v.Severity[kind]; !docs.KnownSeverity(s) {
			fault(partOf("severity", kind), "the severity %q is not one of block, warn, info", s)
		}
	}
	for _, unit := range effective.SortedKeys(v.Limits) {
		if n := v.Limits[unit]; n < 0 || n > mostLimit {
			fault(partOf("limits", unit), "the limit of %d %s is not from 0 to %d", n, unit, mostLimit)
		}
	}
	for _, kind := range effective.SortedKeys(v.Say) {
		if !slices.Contains(c.severities, kind) || strings.TrimSpace(v.Say[kind]) == "" {
			fault(partOf("say", kind), "say has a sentence for %q, this check has %q", kind, sorted(c.severities))
		}
	}
	for _, family := range v.Families {
		if !docs.KnownFamily(family) {
			fault("families", "the family %q is not known", family)
		}
	}
	for _, modifier := range effective.SortedKeys(v.Modifiers) {
		if how := v.Modifiers[modifier]; how != coding.ModalityAudioVideo && how != coding.ModalityAudioOnly {
			fault(partOf("modifiers", modifier), "%q is not one of %s, %s", how, coding.ModalityAudioVideo, coding.ModalityAudioOnly)
		}
	}
	if len(v.Modifiers) > 0 && id != modifierCheck {
		fault("modifiers", "modifiers are those of %s, no other check reads them", modifierCheck)
	}
	switch got, want := sorted(effective.SortedKeys(v.Severity)), sorted(c.severities); {
	case id == clonedCheck && got != "":
		fault("severity", "this check has the severity of the element %s: say it in its file under documentation", clonedElement)
	case got != want:
		fault("severity", "severity lists %q, this check has %q", got, want)
	}
	if got, want := sorted(effective.SortedKeys(v.Limits)), sorted(c.limits); got != want {
		fault("limits", "limits lists %q, this check has %q", got, want)
	}
	return faults
}

func sorted(names []string) string {
	return strings.Join(slices.Sorted(slices.Values(names)), ", ")
}
