package screening

import (
	"cmp"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/chargenote/chargenote/internal/effective"
)

//go:embed instruments/*.yaml
var embedded embed.FS

// A Set is all instruments of a folder, loaded whole and never changed afterwards; it is safe for
// concurrent use.
type Set struct {
	instruments []*Instrument // by name
	byName      map[string]*Instrument
	byCode      map[string][]Meaning
}

var builtin = sync.OnceValues(func() (*Set, error) { return Load(embedded, "instruments") })

// Builtin is the set that was built into the program. It is loaded once.
func Builtin() (*Set, error) { return builtin() }

// Load reads the .yaml files directly in dir, strictly: unknown fields, an id unlike the file name,
// bands that leave a gap, numbers that a kind does not know, a missing reference, or a name or code
// of another instrument are faults. All faults of all files are returned at once, each with file,
// line and column, in one joined error of *effective.FieldError.
func Load(fsys fs.FS, dir string) (*Set, error) {
	entries, err := fs.ReadDir(fsys, dir)
	if err != nil {
		return nil, fmt.Errorf("read instruments: %w", err)
	}
	l := &loader{set: &Set{byName: map[string]*Instrument{}, byCode: map[string][]Meaning{}}}
	for _, entry := range entries {
		if !entry.IsDir() && path.Ext(entry.Name()) == ".yaml" {
			l.read(fsys, path.Join(dir, entry.Name()))
		}
	}
	if len(l.set.instruments)+len(l.faults) == 0 {
		l.faults = append(l.faults, &effective.FieldError{File: dir, Problem: "holds no instrument, give a folder with one .yaml file for each"})
	}
	if err := errors.Join(l.faults...); err != nil {
		return nil, err
	}
	l.index()
	return l.set, nil
}

// loader collects instruments and faults while the files are read.
type loader struct {
	set    *Set
	faults []error
}

func (l *loader) read(fsys fs.FS, name string) {
	content, err := fs.ReadFile(fsys, name)
	if err != nil {
		l.faults = append(l.faults, fmt.Errorf("read instruments: %w", err))
		return
	}
	i := &Instrument{}
	if err := effective.Decode(content, name, i); err != nil {
		l.faults = append(l.faults, err)
		return
	}
	faults := append(i.faults(strings.TrimSuffix(path.Base(name), ".yaml")), l.clashes(i)...)
	for _, f := range faults {
		line, column := effective.Locate(content, f.keys...)
		l.faults = append(l.faults, &effective.FieldError{File: name, Line: line, Column: column, Problem: f.problem})
	}
	l.set.instruments = append(l.set.instruments, i)
	for _, n := range i.names() {
		l.set.byName[plain(n)] = i
	}
}

// clashes refuses a name, a panel or a total that another instrument has: a result would be of both.
func (l *loader) clashes(i *Instrument) []fault {
	var all []fault
	for _, n := range i.names() {
		if other := l.set.byName[plain(n)]; other != nil && other != i {
			all = append(all, fault{[]string{"name"}, fmt.Sprintf("%q already names %s", n, other.Name)})
		}
	}
	for _, other := range l.set.instruments {
		for _, mine := range slices.Concat(i.LOINC.Panels, i.LOINC.Totals) {
			for _, theirs := range slices.Concat(other.LOINC.Panels, other.LOINC.Totals) {
				if mine.Code == theirs.Code {
					all = append(all, fault{[]string{"loinc"}, fmt.Sprintf("%s already stands for %s", mine.Code, other.Name)})
				}
			}
		}
	}
	return all
}

// index puts the instruments in order and notes what their codes stand for.
func (l *loader) index() {
	s := l.set
	slices.SortFunc(s.instruments, func(a, b *Instrument) int { return cmp.Compare(a.Name, b.Name) })
	for _, i := range s.instruments {
		i.roles = map[string]Meaning{}
		for _, m := range i.meanings() {
			i.roles[m.Code] = m
			s.byCode[m.Code] = append(s.byCode[m.Code], m)
		}
	}
}

// All lists the instruments in order of name.
func (s *Set) All() []*Instrument { return slices.Clone(s.instruments) }
