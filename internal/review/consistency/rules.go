package consistency

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"

	"github.com/chargenote/chargenote/docs"
	"github.com/chargenote/chargenote/internal/effective"
)

//go:embed rules words
var builtinFiles embed.FS

// Rules say which checks are made, and how much a difference matters. They are read-only and safe for
// use by several goroutines at once.
type Rules struct {
	rules     []*ruleFile // by order
	degrees   []degree
	synonyms  map[string]string   // of instruments, to the name of the note reader
	relations map[string][]string // what a word or code of a relation may be called in a note, by plain word
}

// A ruleFile is one check. Its id is its file name.
type ruleFile struct {
	ID        string                  `yaml:"id"`
	Name      string                  `yaml:"name"`
	Order     int                     `yaml:"order"`
	Checked   string                  `yaml:"checked"` // when a person last compared this file with its sources
	Effective effective.Values[value] `yaml:"effective"`
}

// A value is what a check says from a day on.
type value struct {
	Severity   map[string]string     `yaml:"severity"`            // by the kind of difference
	Limits     map[string]int        `yaml:"limits,omitempty"`    // what is tolerated, in the unit that the key names
	Always     bool                  `yaml:"always,omitempty"`    // listed though no side says anything
	Families   []string              `yaml:"families,omitempty"`  // for which it is listed though no side says anything
	Modifiers  map[string]string     `yaml:"modifiers,omitempty"` // of telehealth, to how the session was held
	References []effective.Reference `yaml:"references"`
}

// Builtin is the rules that come with the program, loaded once.
func Builtin() (*Rules, error) { return builtin() }

var builtin = sync.OnceValues(func() (*Rules, error) { return Load(builtinFiles, "rules", "words") })

// Load reads the checks of one folder and the words of another. All faults of all files are returned at
// once.
func Load(fsys fs.FS, rules, words string) (*Rules, error) {
	files, err := effective.LoadDir[ruleFile](fsys, rules)
	faults := []error{err}
	r := &Rules{}
	seen := map[string]bool{}
	for i := range files {
		f := &files[i].Value
		for _, problem := range f.faults(files[i].Name) {
			faults = append(faults, &effective.FieldError{File: rules + "/" + files[i].Name + ".yaml", Problem: problem})
		}
		seen[f.ID] = true
		r.rules = append(r.rules, f)
	}
	for _, id := range effective.SortedKeys(comparisons) {
		if err == nil && !seen[id] {
			faults = append(faults, &effective.FieldError{File: rules + "/" + id + ".yaml", Problem: "this check is missing"})
		}
	}
	slices.SortStableFunc(r.rules, func(a, b *ruleFile) int { return a.Order - b.Order })
	faults = append(faults, r.loadWords(fsys, words))
	if err := errors.Join(faults...); err != nil {
		return nil, fmt.Errorf("load the checks of consistency: %w", err)
	}
	return r, nil
}

// on is the value on a day of service, or the newest one where the day is not known.
func (f *ruleFile) on(day effective.Date) (*value, bool) {
	if day.IsZero() {
		days := f.Effective.Days()
		day = days[len(days)-1]
	}
	v, _, state := f.Effective.At(day)
	return v, state == effective.InForce
}

func (f *ruleFile) faults(name string) []string {
	var faults []string
	if f.ID != name {
		faults = append(faults, fmt.Sprintf("the id %q is not the file name", f.ID))
	}
	comparison, ok := comparisons[f.ID]
	if !ok {
		return append(faults, fmt.Sprintf("no check is called %q", f.ID))
	}
	if f.Name == "" || f.Order == 0 {
		faults = append(faults, "name and order are needed")
	}
	if _, err := effective.ParseDate(f.Checked); err != nil {
		faults = append(faults, "checked: "+err.Error())
	}
	if len(f.Effective.Days()) == 0 {
		faults = append(faults, "effective lists no day")
	}
	for since, v := range f.Effective.All {
		if v == nil {
			continue
		}
		for _, problem := range v.faults(comparison) {
			faults = append(faults, fmt.Sprintf("%s: %s", since, problem))
		}
	}
	return faults
}

// faults holds a value to the severities and limits that its comparison asks for, no more and no less.
func (v *value) faults(c comparison) []string {
	faults := effective.Faults(v.References)
	for _, kind := range effective.SortedKeys(v.Severity) {
		if s := v.Severity[kind]; s != docs.Block && s != docs.Warn && s != docs.Info {
			faults = append(faults, fmt.Sprintf("the severity %q is not one of block, warn, info", s))
		}
	}
	for _, family := range v.Families {
		if !docs.KnownFamily(family) {
			faults = append(faults, fmt.Sprintf("the family %q is not known", family))
		}
	}
	sorted := func(names []string) string { return strings.Join(slices.Sorted(slices.Values(names)), ", ") }
	if got, want := sorted(effective.SortedKeys(v.Severity)), sorted(c.severities); got != want {
		faults = append(faults, fmt.Sprintf("severity lists %q, this check has %q", got, want))
	}
	if got, want := sorted(effective.SortedKeys(v.Limits)), sorted(c.limits); got != want {
		faults = append(faults, fmt.Sprintf("limits lists %q, this check has %q", got, want))
	}
	return faults
}
