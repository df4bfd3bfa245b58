package docs

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/chargenote/chargenote/internal/effective"
)

// BuiltInLayer is the name of the rules that come with the program and hold for everybody.
const BuiltInLayer = "built-in"

// mostLayers is how many layers may lie over each other.
const mostLayers = 24

// A source is where the files of one layer are.
type source struct {
	fsys fs.FS
	dir  string // of the rule files
	pack string // the file that names a layer over the built-in ones; empty for those
	kind string // of payer, for what the program itself says about one
}

// A layer is the rule files and word lists of one source.
type layer struct {
	source source
	pack   packFile
	digest string
	rules  map[string]*ruleFile // by id
}

// A packFile names a layer and says for whom it holds. It is the same file as that of coding rules.
type packFile struct {
	ID      string   `yaml:"id"`
	Checked string   `yaml:"checked"`
	Name    string   `yaml:"name"`
	Version string   `yaml:"version"`
	Payers  []string `yaml:"payers,omitempty"` // kinds or names of payers; none: for all
}

// A Layer describes a layer of documentation rules.
type Layer struct {
	Name    string   `json:"name"`
	Version string   `json:"version"`
	Payers  []string `json:"payers,omitempty"` // for whom it holds; none: for all
}

// Layers are the layers of the rules, the built-in one first.
func (r *Rules) Layers() []Layer {
	var all []Layer
	for _, l := range r.layers {
		all = append(all, Layer{Name: l.pack.Name, Version: l.pack.Version, Payers: slices.Clone(l.pack.Payers)})
	}
	return all
}

// packFolder is the folder of documentation rules within a rule pack, beside its coding rules.
const packFolder = "documentation"

// HasLayer reports whether a rule pack says anything about documentation.
func HasLayer(fsys fs.FS, dir string) bool {
	info, err := fs.Stat(fsys, path.Join(dir, packFolder))
	return err == nil && info.IsDir()
}

// Over lays the folder documentation of a rule pack over the rules, as strictly as Load. A file has the
// id of the element that it changes; of a value it says what is different, with its own source, and the
// rest stays as the value below has it on that day. A file with another id is an element of the pack's
// own. Word lists in the folder words are added to those of the same name. A pack whose pack.yaml names
// payers holds for them alone, and brings no words: a note is read in one way for everybody. A pack
// without the folder changes nothing. At most 24 layers can lie over each other.
func (r *Rules) Over(fsys fs.FS, dir string) (*Rules, error) {
	if !HasLayer(fsys, dir) {
		return r, nil
	}
	if len(r.layers) == mostLayers {
		return nil, fmt.Errorf("%s: more than %d layers of documentation rules, put some together", dir, mostLayers)
	}
	var sources []source
	for _, l := range r.layers {
		sources = append(sources, l.source)
	}
	return build(append(sources, source{fsys: fsys, dir: path.Join(dir, packFolder), pack: path.Join(dir, "pack.yaml")}))
}

// ForPayer is the rules that hold for a payer, by kind and by the name that a pack uses. Each stack of
// layers is worked out once.
func (r *Rules) ForPayer(kind, name string) *Rules {
	mask := uint64(0)
	for i, l := range r.layers {
		if l.concerns(kind, name) {
			mask |= 1 << i
		}
	}
	if held, there := r.views.Load(mask); there {
		return held.(*Rules)
	}
	held := *r
	held.rules = held.stack(func(l *layer) bool { return l.concerns(kind, name) })
	there, _ := r.views.LoadOrStore(mask, &held)
	return there.(*Rules)
}

// concerns reports whether a layer holds for a payer: it names none, or it names this kind or name.
func (l *layer) concerns(kind, name string) bool {
	payers := l.pack.Payers
	return len(payers) == 0 || kind != "" && slices.Contains(payers, kind) || name != "" && slices.Contains(payers, name)
}

// build reads layers and lays them over each other. The words of all of them are one lexicon.
func build(sources []source) (*Rules, error) {
	r := &Rules{lexicon: newLexicon(), words: map[string]int{}, groups: map[string][]listing{}, views: &sync.Map{}}
	faults := r.buildWords(sources)
	for _, s := range sources {
		l, err := r.loadLayer(s)
		if err != nil {
			faults = append(faults, err)
			continue
		}
		if slices.ContainsFunc(r.layers, func(other *layer) bool { return other.pack.Name == l.pack.Name }) {
			faults = append(faults, fmt.Errorf("%s: a layer named %s is there already, give each its own name", s.dir, l.pack.Name))
		}
		r.layers = append(r.layers, l)
	}
	if len(faults) > 0 {
		return nil, errors.Join(faults...)
	}
	r.rules = r.stack(func(l *layer) bool { return len(l.pack.Payers) == 0 })
	r.version = versionOf(r.layers)
	return r, nil
}

// stack lays the chosen layers over each other.
func (r *Rules) stack(holds func(*layer) bool) []*ruleFile {
	laid := map[string]*ruleFile{}
	for _, l := range r.layers {
		if !holds(l) {
			continue
		}
		for id, rule := range l.rules {
			if below := laid[id]; below != nil {
				both := *rule
				both.Effective = rule.Effective.Over(below.Effective)
				rule = &both
			}
			laid[id] = rule
		}
	}
	rules := make([]*ruleFile, 0, len(laid))
	for _, id := range effective.SortedKeys(laid) {
		rules = append(rules, laid[id])
	}
	slices.SortStableFunc(rules, func(a, b *ruleFile) int { return a.Order - b.Order })
	return rules
}

// loadLayer reads the rule files of one source over the layers that were read before.
func (r *Rules) loadLayer(s source) (*layer, error) {
	l := &layer{source: s, rules: map[string]*ruleFile{}}
	var faults []error
	if err := l.name(); err != nil {
		faults = append(faults, err)
	}
	if _, words := s.wordSource(); words && len(l.pack.Payers) > 0 {
		faults = append(faults, &effective.FieldError{File: path.Join(s.dir, wordsDir), Problem: "a layer for single payers brings no words: a note is read in one way for everybody"})
	}
	files, err := effective.LoadDir[ruleFile](s.fsys, s.dir)
	if err != nil {
		faults = append(faults, err)
	}
	if len(files) == 0 && err == nil && s.pack == "" {
		faults = append(faults, fmt.Errorf("%s: holds no rule file (.yaml)", s.dir))
	}
	below := map[string]*ruleFile{}
	for _, rule := range r.stack(func(*layer) bool { return true }) {
		below[rule.ID] = rule
	}
	for i := range files {
		rule := &files[i].Value
		rule.fill(below[files[i].Name])
		for _, p := range r.compile(rule, files[i].Name, l.pack.Name) {
			faults = append(faults, &effective.FieldError{File: path.Join(s.dir, files[i].Name+".yaml"), Problem: p})
		}
		l.rules[files[i].Name] = rule
	}
	if l.digest, err = s.digest(); err != nil {
		faults = append(faults, err)
	}
	return l, errors.Join(faults...)
}

// name gives a layer its name and says for whom it holds.
func (l *layer) name() error {
	s := l.source
	l.pack = packFile{Name: BuiltInLayer, Version: packVersion}
	switch {
	case s.kind != "":
		l.pack.Name, l.pack.Payers = BuiltInLayer+" for "+s.kind, []string{s.kind}
		return nil
	case s.pack == "":
		return nil
	}
	content, err := fs.ReadFile(s.fsys, s.pack)
	if err != nil {
		return fmt.Errorf("%s: is missing, a layer needs a name and a version", s.pack)
	}
	l.pack = packFile{}
	if err := effective.Decode(content, s.pack, &l.pack); err != nil {
		return err
	}
	var faults []error
	for key, value := range map[string]string{"name": l.pack.Name, "version": l.pack.Version} {
		if value == "" {
			faults = append(faults, &effective.FieldError{File: s.pack, Problem: key + " is missing"})
		}
	}
	if _, err := effective.ParseDate(l.pack.Checked); err != nil {
		faults = append(faults, &effective.FieldError{File: s.pack, Problem: "checked: " + err.Error()})
	}
	slices.SortFunc(faults, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	return errors.Join(faults...)
}

// fill takes what a file of a layer does not say from the element below it.
func (f *ruleFile) fill(below *ruleFile) {
	if below == nil {
		return
	}
	if f.Name == "" {
		f.Name = below.Name
	}
	if f.Order == 0 {
		f.Order = below.Order
	}
	for day, v := range f.Effective.All {
		if v == nil {
			continue
		}
		if under, _, state := below.Effective.At(day); state == effective.InForce {
			v.fill(under)
		}
	}
}

func (v *value) fill(below *value) {
	if len(v.Families) == 0 {
		v.Families = below.Families
	}
	if v.Find.Kind == "" {
		v.Find, v.detect, v.lists = below.Find, below.detect, below.lists
	}
	v.Gap, v.Why, v.Or = orElse(v.Gap, below.Gap), orElse(v.Why, below.Why), orElse(v.Or, below.Or)
	v.Condition = orElse(v.Condition, below.Condition)
	if v.Record == nil {
		v.Record = below.Record
	}
}

func orElse(text, other string) string {
	if text == "" {
		return other
	}
	return text
}

// compile checks a rule file and puts its cues into the lexicon.
func (r *Rules) compile(rule *ruleFile, name, layer string) []string {
	problems := rule.faults(name)
	if len(problems) > 0 {
		return problems
	}
	for _, v := range rule.Effective.All {
		if v == nil {
			continue
		}
		v.layer = layer
		if v.detect != nil {
			continue // its cues are those of the value below
		}
		if err := v.compile(r.lexicon); err != nil {
			problems = append(problems, err.Error())
		}
	}
	return problems
}

// versionOf names the layers and takes the digest over theirs.
func versionOf(layers []*layer) RulesVersion {
	version, sum := packVersion, sha256.New()
	for _, l := range layers {
		fmt.Fprintf(sum, "%s %s\n", l.pack.Name, l.digest)
		if l.source.pack != "" {
			version += " + " + l.pack.Name + " " + l.pack.Version
		}
	}
	return RulesVersion{Version: version, Digest: "sha256:" + hex.EncodeToString(sum.Sum(nil))}
}

// digest is the SHA-256 over names and contents of the rule files and word lists, in order of name.
func (s source) digest() (string, error) {
	sum := sha256.New()
	places := []source{s}
	if words, ok := s.wordSource(); ok {
		places = append(places, words)
	}
	for _, place := range places {
		entries, err := fs.ReadDir(place.fsys, place.dir)
		if err != nil {
			return "", fmt.Errorf("read rules: %w", err)
		}
		for _, entry := range entries {
			if entry.IsDir() || path.Ext(entry.Name()) != ".yaml" {
				continue
			}
			content, err := fs.ReadFile(place.fsys, path.Join(place.dir, entry.Name()))
			if err != nil {
				return "", fmt.Errorf("read rules: %w", err)
			}
			fmt.Fprintf(sum, "%s %d\n", entry.Name(), len(content))
			sum.Write(content)
		}
	}
	return "sha256:" + hex.EncodeToString(sum.Sum(nil)), nil
}
