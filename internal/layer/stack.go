package layer

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"sync"

	"github.com/chargenote/chargenote/internal/effective"
)

// most is how many layers may lie over each other.
const most = 24

// A Kind is what a package knows of its rules and their values.
type Kind[V any] struct {
	Of      string                                         // what the rules are, in the plural, for errors
	Version string                                         // of the rules that come with the program
	Prepare func(v *V, layer string) (problem string)      // as a file has it, once; notes which layer says so
	Fill    func(v, below *V)                              // takes what v does not say from the value below it
	Faults  func(id string, v *V) []Fault                  // of a value that was filled; keys are those below its day
	Unknown func(id string) (problem string)               // why there can be no rule of this id; nil: there can be any
	Lacking func(held func(id string) bool) (ids []string) // rules without which the lowest layer is not whole; nil: none
}

// A Source is where the files of a layer are.
type Source struct {
	FS   fs.FS
	Dir  string // of the rule files
	Pack string // the file that names a layer over the built-in ones; empty for those
	Kind string // of payer, for what the program itself says about one
	With []Dir  // other folders that belong to it, for the digest
}

// A Dir is a folder.
type Dir struct {
	FS  fs.FS
	Dir string
}

// A held layer is the rule files of one source.
type held[V any] struct {
	source Source
	pack   Pack
	digest string
	rules  map[string]*Rule[V] // by id, as their files say them
}

// A Stack is layers that lie over each other, the built-in one lowest. It is read-only and safe for use
// by several goroutines at once.
type Stack[V any] struct {
	kind    Kind[V]
	layers  []*held[V]
	version Version
	views   sync.Map // of []*Rule[V] by the mask of the layers that hold
}

// Build reads layers, the lowest first. All faults of all files are returned at once, each with its place.
func Build[V any](kind Kind[V], sources []Source) (*Stack[V], error) {
	s := &Stack[V]{kind: kind}
	var faults []error
	if len(sources) > most {
		return nil, fmt.Errorf("%s: more than %d layers of %s, put some together", sources[most].Dir, most, kind.Of)
	}
	for _, source := range sources {
		l, err := s.read(source)
		if err != nil {
			faults = append(faults, err)
		}
		if err == nil && slices.ContainsFunc(s.layers, func(other *held[V]) bool { return other.pack.Name == l.pack.Name }) {
			faults = append(faults, fmt.Errorf("%s: a layer named %s is there already, give each its own name", path.Dir(source.Pack), l.pack.Name))
		}
		s.layers = append(s.layers, l)
	}
	if len(faults) > 0 {
		return nil, errors.Join(faults...)
	}
	s.version = s.versionOf()
	return s, nil
}

// Sources are where the layers were read, the lowest first.
func (s *Stack[V]) Sources() []Source {
	var all []Source
	for _, l := range s.layers {
		all = append(all, l.source)
	}
	return all
}

// For is the rules that hold for a payer, by kind and name where they are known, by their order and id.
// They must not be changed. Each stack is worked out once.
func (s *Stack[V]) For(kind, name string) []*Rule[V] {
	mask := uint64(0)
	for i, l := range s.layers {
		if HoldsFor(l.pack.Payers, kind, name) {
			mask |= 1 << i
		}
	}
	if there, ok := s.views.Load(mask); ok {
		return there.([]*Rule[V])
	}
	laid := s.laid(func(i int) bool { return mask&(1<<i) != 0 })
	rules := make([]*Rule[V], 0, len(laid))
	for _, id := range effective.SortedKeys(laid) {
		rules = append(rules, laid[id])
	}
	slices.SortStableFunc(rules, func(a, b *Rule[V]) int { return a.Order - b.Order })
	there, _ := s.views.LoadOrStore(mask, rules)
	return there.([]*Rule[V])
}

// laid lays the chosen layers over each other.
func (s *Stack[V]) laid(holds func(layer int) bool) map[string]*Rule[V] {
	laid := map[string]*Rule[V]{}
	for i, l := range s.layers {
		if !holds(i) {
			continue
		}
		for id, rule := range l.rules {
			laid[id] = rule.over(laid[id], s.kind.Fill)
		}
	}
	return laid
}

// below is what lies below a layer whoever of its payers pays: the layers that hold for everybody, and
// those that name all of its payers.
func (s *Stack[V]) below(payers []string) map[string]*Rule[V] {
	return s.laid(func(i int) bool {
		named := s.layers[i].pack.Payers
		return len(named) == 0 || len(payers) > 0 && !slices.ContainsFunc(payers, func(p string) bool { return !slices.Contains(named, p) })
	})
}
