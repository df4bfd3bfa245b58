package layer

import (
	"errors"
	"fmt"
	"path"

	"github.com/chargenote/chargenote/internal/effective"
)

// read reads the rule files of one source, to lie over the layers that were read before.
func (s *Stack[V]) read(source Source) (*held[V], error) {
	l := &held[V]{source: source, pack: Pack{Name: BuiltIn, Version: s.kind.Version}, rules: map[string]*Rule[V]{}}
	var faults []error
	fault := func(err error) {
		if err != nil {
			faults = append(faults, err)
		}
	}
	var err error
	switch {
	case source.Kind != "":
		l.pack.Name, l.pack.Payers = BuiltIn+" for "+source.Kind, []string{source.Kind}
	case source.Pack != "":
		l.pack, err = readPack(source.FS, source.Pack)
		fault(err)
	}
	load := effective.LoadDirOver[Rule[V]]
	lowest := source.Pack == "" && source.Kind == ""
	if lowest {
		load = effective.LoadDir[Rule[V]]
	}
	files, err := load(source.FS, source.Dir)
	fault(err)
	if lowest && err == nil && len(files) == 0 {
		fault(fmt.Errorf("%s: holds no rule file (.yaml)", source.Dir))
	}
	below := s.below(l.pack.Payers)
	for i := range files {
		fault(s.take(l, &files[i], below))
	}
	if s.kind.Lacking != nil && lowest && err == nil {
		for _, id := range s.kind.Lacking(func(id string) bool { return l.rules[id] != nil }) {
			fault(&effective.FieldError{File: path.Join(source.Dir, id+".yaml"), Problem: "is missing"})
		}
	}
	l.digest, err = source.digest()
	fault(err)
	return l, errors.Join(faults...)
}

// take checks a rule file as it lies over what is below, and keeps it as it is.
func (s *Stack[V]) take(l *held[V], file *effective.File[Rule[V]], below map[string]*Rule[V]) error {
	rule := &file.Value
	l.rules[file.Name] = rule
	var faults []error
	fault := func(problem string, keys ...string) {
		faults = append(faults, effective.At(path.Join(l.source.Dir, file.Name+".yaml"), file.Content, problem, keys...))
	}
	if s.kind.Unknown != nil {
		if problem := s.kind.Unknown(file.Name); problem != "" {
			fault(problem, "id")
			return errors.Join(faults...)
		}
	}
	under := below[file.Name]
	for _, f := range rule.faults(file.Name, under) {
		fault(f.Problem, f.Keys...)
	}
	for day, v := range rule.Effective.All {
		if v == nil {
			continue
		}
		if problem := s.kind.Prepare(v, l.pack.Name); problem != "" {
			fault(problem, "effective", day.String())
		}
	}
	filled := rule.over(under, s.kind.Fill)
	for _, day := range rule.Effective.Days() {
		v, _, _ := filled.Effective.At(day)
		if v == nil {
			continue
		}
		for _, f := range s.kind.Faults(file.Name, v) {
			fault(fmt.Sprintf("%s: %s", day, f.Problem), append([]string{"effective", day.String()}, f.Keys...)...)
		}
	}
	return errors.Join(faults...)
}
