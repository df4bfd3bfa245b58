package docs

import (
	"cmp"
	"errors"
	"io/fs"
	"path"

	"github.com/chargenote/chargenote/internal/effective"
	"github.com/chargenote/chargenote/internal/layer"
)

// packFolder is the folder of documentation rules within a rule pack, beside its coding rules.
const packFolder = "documentation"

// Over lays the folder documentation of a rule pack over the rules, as strictly as Load. A file has the
// id of the element that it changes; of a value it says what is different, with its own source, and the
// rest stays as the value below has it on that day; null ends the element. A file with another id is an
// element of the pack's own. Word lists in the folder words are added to those of the same name. A pack
// whose pack.yaml names payers holds for them alone, and brings no words: a note is read in one way for
// everybody. A pack without the folder changes nothing. At most 24 layers can lie over each other.
func (r *Rules) Over(fsys fs.FS, dir string) (*Rules, error) {
	if !layer.Has(fsys, dir, packFolder) {
		return r, nil
	}
	return build(append(r.stack.Sources(), withWords(layer.Source{FS: fsys, Dir: path.Join(dir, packFolder), Pack: path.Join(dir, layer.PackFile)})))
}

// ForPayer is the rules that hold for a payer, by kind and by the name that a pack uses.
func (r *Rules) ForPayer(kind, name string) *Rules {
	held := *r
	held.rules = r.stack.For(kind, name)
	return &held
}

// build reads layers and lays them over each other. The words of all of them are one lexicon.
func build(sources []layer.Source) (*Rules, error) {
	r := &Rules{lexicon: newLexicon(), words: map[string]int{}, groups: map[string][]listing{}}
	faults := r.buildWords(sources)
	stack, err := layer.Build(layer.Kind[value]{
		Of: "documentation rules", Version: packVersion,
		Prepare: func(v *value, name string) string { return v.prepare(r.lexicon, name) },
		Fill:    func(v, below *value) { v.fill(below) },
		Faults:  func(_ string, v *value) []layer.Fault { return v.faults() },
	}, sources)
	if err := errors.Join(append(faults, err)...); err != nil {
		return nil, err
	}
	r.stack, r.rules = stack, stack.For("", "")
	return r, nil
}

// prepare notes which layer says so, and puts the cues of a value into the lexicon where it has its own.
func (v *value) prepare(x *lexicon, name string) (problem string) {
	v.layer = name
	if v.Find.Kind == "" {
		return ""
	}
	if err := v.compile(x); err != nil {
		return err.Error()
	}
	return ""
}

// fill takes what a value of a layer does not say from the one below it.
func (v *value) fill(below *value) {
	if len(v.Families) == 0 {
		v.Families = below.Families
	}
	if v.Find.Kind == "" {
		v.Find, v.detect, v.lists = below.Find, below.detect, below.lists
	}
	v.Gap, v.Why, v.Or = cmp.Or(v.Gap, below.Gap), cmp.Or(v.Why, below.Why), cmp.Or(v.Or, below.Or)
	v.Condition = cmp.Or(v.Condition, below.Condition)
	if v.Record == nil {
		v.Record = below.Record
	}
}

// wordSource is where the word lists of a layer are. The lowest layer without lists of its own uses
// those of the program.
func wordSource(s layer.Source) (layer.Dir, bool) {
	switch {
	case layer.Has(s.FS, s.Dir, wordsDir):
		return layer.Dir{FS: s.FS, Dir: path.Join(s.Dir, wordsDir)}, true
	case s.Pack == "" && s.Kind == "":
		return layer.Dir{FS: builtinFiles, Dir: path.Join("rules", wordsDir)}, true
	}
	return layer.Dir{}, false
}

// withWords is a source to which its word lists belong too.
func withWords(s layer.Source) layer.Source {
	if words, ok := wordSource(s); ok {
		s.With = []layer.Dir{words}
	}
	return s
}

// forSinglePayers is the fault of word lists in a layer that does not hold for everybody; nil where it is
// none. What else is wrong with the pack is told where it is read.
func forSinglePayers(s layer.Source, words layer.Dir) error {
	var pack layer.Pack
	if content, err := fs.ReadFile(s.FS, s.Pack); s.Pack != "" && err == nil {
		_ = effective.Decode(content, s.Pack, &pack)
	}
	if s.Kind == "" && len(pack.Payers) == 0 {
		return nil
	}
	return &effective.FieldError{File: words.Dir, Problem: "a layer for single payers brings no words: a note is read in one way for everybody"}
}
