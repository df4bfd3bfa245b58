package docs

import (
	"fmt"
	"slices"
	"strings"

	"github.com/chargenote/chargenote/internal/effective"
	"github.com/chargenote/chargenote/internal/layer"
)

// The levels of an element.
const (
	Required    = "required"
	Conditional = "conditional"
	Recommended = "recommended"
)

// A ruleFile is one file of the rule pack: one element of documentation. Its id is its file name.
type ruleFile = layer.Rule[value]

// A value is what a rule says from a day on.
type value struct {
	Families   []scope               `yaml:"families"`
	Find       find                  `yaml:"find"`
	Record     []string              `yaml:"record,omitempty"`    // where FHIR R4 holds the same; none: nowhere
	Condition  string                `yaml:"condition,omitempty"` // when a conditional element is asked for, in words
	Gap        string                `yaml:"gap"`                 // <found> and <phrase> stand for what was found
	Why        string                `yaml:"why"`
	Or         string                `yaml:"or"`
	References []effective.Reference `yaml:"references"`

	detect detector
	lists  findLists
	layer  string // that says so
}

// A scope says for which families a rule holds, and how strictly.
type scope struct {
	In       []string `yaml:"in"` // families and overlays, or all
	Level    string   `yaml:"level"`
	Severity string   `yaml:"severity"`
	Codes    []string `yaml:"codes,omitempty"`   // only where one of these is claimed
	Without  []string `yaml:"without,omitempty"` // not where one of these is claimed
	Minutes  int      `yaml:"minutes,omitempty"` // only from so many minutes of the note
}

// A find says how an element is found in a note. What a kind does is Go; the words are here.
type find struct {
	Kind     string     `yaml:"kind"`
	Any      []string   `yaml:"any,omitempty"`      // each of these cues suffices
	Anywhere []string   `yaml:"anywhere,omitempty"` // or each of these, in the sections of skip too
	Together []together `yaml:"together,omitempty"` // or cues of several lists side by side
	Sections []string   `yaml:"sections,omitempty"` // or words under one of these headings
	Words    int        `yaml:"words,omitempty"`    // how many words the heading needs below it
	Top      []string   `yaml:"top,omitempty"`      // cues that count in the header block alone
	Weak     []string   `yaml:"weak,omitempty"`     // falls short: unclear
	Short    []string   `yaml:"short,omitempty"`    // falls short: missing, and shown
	Except   []string   `yaml:"except,omitempty"`   // a sentence with one of these does not count
	As       string     `yaml:"as,omitempty"`       // mentioned (default), stated, affirmed, today
	Skip     []string   `yaml:"skip,omitempty"`     // sections that do not count
	Only     []string   `yaml:"only,omitempty"`     // sections that alone count
	Count    int        `yaml:"count,omitempty"`    // of a kind that counts
	Modifier string     `yaml:"modifier,omitempty"` // of a claim, that makes a condition hold
	Future   bool       `yaml:"future,omitempty"`   // what is planned counts too
	After    bool       `yaml:"after,omitempty"`    // of a reaction: only behind a method
	Copies   *copies    `yaml:"copies,omitempty"`   // of the kind that compares notes
}

// A together is lists of cues that must all stand within a number of neighbouring sentences.
type together struct {
	All    [][]string `yaml:"all"`
	Within int        `yaml:"within,omitempty"` // sentences; 1 where nothing is said
}

// findLists are the cue lists of a find in the lexicon.
type findLists struct {
	any, anywhere, top, weak, short, except int
	together                                [][]int
	skip, only, sections                    sectionSet
}

// wordFile is one word list of the rule pack, plain or in groups. Its id is its file name.
type wordFile struct {
	ID      string      `yaml:"id"`
	About   string      `yaml:"about"`
	Checked string      `yaml:"checked"`
	Words   []string    `yaml:"words,omitempty"`
	Groups  []wordGroup `yaml:"groups,omitempty"`
}

type wordGroup struct {
	Name  string   `yaml:"name"`
	Words []string `yaml:"words"`
}

// families are the families and overlays of documentation rules.
var families = []string{
	"psychotherapy", "extended", "crisis", "em_psychotherapy", "intake", "testing", "screening", "cognitive",
	"timed_therapy", "family", "group", overlayTelehealth, overlayComplexity,
}

// The families and overlays that code speaks of by name.
const (
	familyPsychotherapy = "psychotherapy"
	familyExtended      = "extended"
	familyEM            = "em_psychotherapy"
	familyFamily        = "family"
	overlayTelehealth   = "telehealth"
	overlayComplexity   = "interactive_complexity"
)

// faults lists what is wrong with a value, with the key under which it stands.
func (v *value) faults() []layer.Fault {
	var faults []layer.Fault
	fault := func(key, format string, args ...any) {
		faults = append(faults, layer.Fault{Problem: fmt.Sprintf(format, args...), Keys: []string{key}})
	}
	if len(v.Families) == 0 {
		fault("families", "families is empty")
	}
	for _, s := range v.Families {
		for _, problem := range s.faults() {
			fault("families", "%s", problem)
		}
	}
	for _, problem := range v.Find.faults() {
		fault("find", "%s", problem)
	}
	for _, text := range []struct{ key, value string }{{"gap", v.Gap}, {"why", v.Why}, {"or", v.Or}} {
		if text.value == "" {
			fault(text.key, "%s is missing", text.key)
		}
	}
	if v.Condition == "" && slices.ContainsFunc(v.Families, func(s scope) bool { return s.Level == Conditional }) {
		fault("condition", "condition is missing: a conditional element says when it is asked for")
	}
	for _, problem := range effective.Faults(v.References) {
		fault("references", "%s", problem)
	}
	return faults
}

func (s scope) faults() []string {
	var faults []string
	for _, family := range s.In {
		if family != "all" && !slices.Contains(families, family) {
			faults = append(faults, fmt.Sprintf("the family %q is not one of all, %s", family, strings.Join(families, ", ")))
		}
	}
	if !slices.Contains([]string{Required, Conditional, Recommended}, s.Level) {
		faults = append(faults, fmt.Sprintf("the level %q is not one of required, conditional, recommended", s.Level))
	}
	if !KnownSeverity(s.Severity) {
		faults = append(faults, fmt.Sprintf("the severity %q is not one of block, warn, info", s.Severity))
	}
	return faults
}

// KnownSeverity reports whether a word is one of the severities.
func KnownSeverity(severity string) bool {
	return slices.Contains([]string{Block, Warn, Info}, severity)
}

func (f find) faults() []string {
	var faults []string
	if detectors[f.Kind] == nil {
		faults = append(faults, fmt.Sprintf("the kind %q is not one of %s", f.Kind, strings.Join(effective.SortedKeys(detectors), ", ")))
	}
	for _, name := range slices.Concat(f.Skip, f.Only, f.Sections) {
		if sectionNames[name] == 0 {
			faults = append(faults, fmt.Sprintf("the section %q is not known", name))
		}
	}
	if f.Kind == "cloned" {
		faults = append(faults, f.Copies.faults()...)
	}
	if !slices.Contains([]string{"", "mentioned", "stated", "affirmed", "today"}, f.As) {
		faults = append(faults, fmt.Sprintf("as: %q is not one of mentioned, stated, affirmed, today", f.As))
	}
	return faults
}

// compile puts the cues of a value into the lexicon.
func (v *value) compile(x *lexicon) (err error) {
	v.detect = detectors[v.Find.Kind]
	add := func(phrases []string) int {
		list, e := x.add(phrases)
		if err == nil {
			err = e
		}
		return list
	}
	v.lists = findLists{any: add(v.Find.Any), anywhere: add(v.Find.Anywhere), top: add(v.Find.Top), weak: add(v.Find.Weak), short: add(v.Find.Short), except: add(v.Find.Except)}
	for _, t := range v.Find.Together {
		lists := []int{}
		for _, phrases := range t.All {
			lists = append(lists, add(phrases))
		}
		v.lists.together = append(v.lists.together, lists)
	}
	set := func(names []string) (s sectionSet) {
		for _, name := range names {
			s |= sectionNames[name]
		}
		return s
	}
	v.lists.skip, v.lists.only, v.lists.sections = set(v.Find.Skip), set(v.Find.Only), set(v.Find.Sections)
	return err
}

// scopeFor is the strictest scope of the value that holds for the families and codes of a claim.
func (v *value) scopeFor(active, codes []string, minutes int) (scope, bool) {
	for _, s := range v.Families {
		named := slices.Contains(s.In, "all") || slices.ContainsFunc(s.In, func(f string) bool { return slices.Contains(active, f) })
		claimed := func(code string) bool { return slices.Contains(codes, code) }
		switch {
		case !named, len(s.Codes) > 0 && !slices.ContainsFunc(s.Codes, claimed), slices.ContainsFunc(s.Without, claimed), minutes < s.Minutes:
			continue
		}
		return s, true
	}
	return scope{}, false
}
