package coding

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/chargenote/chargenote/internal/effective"
)

// A layer is the rule files of one directory: the whole of the built-in rules, or what a site, a
// payer or a newer table of CMS says over them.
type layer struct {
	name   string
	digest string
	rules  map[string]*rule // by id
	tables tables
}

// concerns reports whether a layer holds for a payer: it names none, or it names this kind or name.
func (l *layer) concerns(payer Payer) bool {
	payers := l.tables.pack.Payers
	return len(payers) == 0 || slices.Contains(payers, payer.Kind) || (payer.Name != "" && slices.Contains(payers, payer.Name))
}

// loader collects rules and faults while the files of a layer are read.
type loader struct {
	dir    string
	below  *view // nil for the built-in layer
	layer  *layer
	digest interface {
		Write([]byte) (int, error)
		Sum([]byte) []byte
	}
	files    map[string]string // which file holds a code
	contents map[string][]byte // by id, for the place of a fault
	found    []string          // tables that were read
	faults   []error
}

// loadLayer reads the .yaml files directly in dir. A layer over others may leave out what stays as it
// is: whole files, and of a rule all but its id, its day of checking and its values.
func loadLayer(fsys fs.FS, dir string, below *view) (*layer, error) {
	entries, err := fs.ReadDir(fsys, dir)
	if err != nil {
		return nil, fmt.Errorf("read rules: %w", err)
	}
	l := &loader{dir: dir, below: below, digest: sha256.New(), files: map[string]string{}, contents: map[string][]byte{},
		layer: &layer{name: BuiltInLayer, rules: map[string]*rule{}}}
	if below != nil {
		for _, r := range below.rules {
			for _, code := range r.codes() {
				l.files[code] = r.ID + ".yaml"
			}
		}
	}
	var read []*fileRead
	for _, entry := range entries {
		if !entry.IsDir() && path.Ext(entry.Name()) == ".yaml" {
			read = append(read, l.read(fsys, path.Join(dir, entry.Name())))
		}
	}
	decodeAll(read)
	for _, f := range read {
		l.take(f)
	}
	l.checkWhole()
	if err := errors.Join(l.faults...); err != nil {
		return nil, err
	}
	l.layer.digest = "sha256:" + hex.EncodeToString(l.digest.Sum(nil))
	l.seal()
	return l.layer, nil
}

// fileRead is one file of a layer: a table, or a rule.
type fileRead struct {
	id, name string
	content  []byte
	table    table // nil for a rule
	rule     *rule
	fault    error // why it could not be read or decoded
}

// read reads one file, and says by its name what it is to be decoded into.
func (l *loader) read(fsys fs.FS, name string) *fileRead {
	f := &fileRead{id: strings.TrimSuffix(path.Base(name), ".yaml"), name: name}
	if f.content, f.fault = fs.ReadFile(fsys, name); f.fault != nil {
		f.fault = fmt.Errorf("read rules: %w", f.fault)
		return f
	}
	fmt.Fprintf(l.digest, "%s %d\n%s", f.id, len(f.content), f.content)
	l.contents[f.id] = f.content
	if f.table = l.layer.tables.begin(f.id); f.table != nil {
		l.found = append(l.found, f.id)
	} else {
		f.rule = &rule{}
	}
	return f
}

// decodeAll decodes files side by side, for that is most of the time that a start takes.
func decodeAll(files []*fileRead) {
	var wait sync.WaitGroup
	room := make(chan struct{}, runtime.GOMAXPROCS(0))
	for _, f := range files {
		if f.fault != nil {
			continue
		}
		wait.Go(func() {
			room <- struct{}{}
			defer func() { <-room }()
			if f.table != nil {
				f.fault = effective.Decode(f.content, f.name, f.table)
			} else {
				f.fault = effective.Decode(f.content, f.name, f.rule)
			}
		})
	}
	wait.Wait()
}

// take checks a file that was decoded, and keeps it.
func (l *loader) take(f *fileRead) {
	switch {
	case f.fault != nil:
		l.faults = append(l.faults, f.fault)
	case f.table != nil:
		l.takeTable(f.id, f.table)
	default:
		l.takeRule(f.id, f.rule)
	}
}

func (l *loader) takeTable(id string, t table) {
	heading := t.heading()
	if heading.ID != id {
		l.report(id, fault{[]string{"id"}, fmt.Sprintf("the id %q is not the file name %q", heading.ID, id)})
	}
	if heading.Checked.IsZero() {
		l.report(id, fault{[]string{"checked"}, "a table needs the day on which a person last compared it with its sources"})
	}
	l.report(id, t.faults()...)
}

func (l *loader) takeRule(id string, r *rule) {
	if l.below != nil {
		r.fill(l.below.byID(id))
	}
	faults := r.faults(id)
	for _, code := range r.codes() {
		if other, twice := l.files[code]; twice && other != id+".yaml" {
			faults = append(faults, fault{[]string{"code"}, fmt.Sprintf("%s is already ruled by %s", code, other)})
			continue
		}
		l.files[code] = id + ".yaml"
	}
	l.report(id, faults...)
	if len(faults) == 0 {
		l.layer.rules[id] = r
	}
}

// fill takes what a rule of a layer does not say from the rule of the same id below it.
func (r *rule) fill(below *rule) {
	if below == nil {
		return
	}
	if r.Code == "" && len(r.Codes) == 0 {
		r.Code, r.Codes = below.Code, below.Codes
	}
	if r.Label == "" {
		r.Label = below.Label
	}
	if r.Family == "" {
		r.Family = below.Family
	}
	if r.Kind == "" {
		r.Kind = below.Kind
	}
	if len(r.Activities) == 0 {
		r.Activities, r.Otherwise, r.Therapy, r.TimeAway = below.Activities, below.Otherwise, below.Therapy, below.TimeAway
	}
}

// file is the name of a file of the layer, as faults say it.
func (l *loader) file(id string) string { return path.Join(l.dir, id+".yaml") }

// report writes faults of a file with the place where they stand.
func (l *loader) report(id string, faults ...fault) {
	for _, f := range faults {
		l.faults = append(l.faults, effective.At(l.file(id), l.contents[id], f.problem, f.keys...))
	}
}

// checkWhole checks what concerns the layer as a whole.
func (l *loader) checkWhole() {
	t := &l.layer.tables
	switch {
	case l.below == nil:
		for _, name := range tableNames {
			if !slices.Contains(l.found, name) {
				l.report(name, fault{nil, "is missing, a rule pack needs it"})
			}
		}
	case t.pack == nil:
		l.report("pack", fault{nil, "is missing, a layer needs a name and a version"})
	case t.pack.Name == "":
		l.report("pack", fault{[]string{"name"}, "a layer over the built-in rules needs a name"})
	default:
		l.layer.name = t.pack.Name
	}
	for _, id := range effective.SortedKeys(l.layer.rules) {
		l.checkRule(id, l.layer.rules[id])
	}
	l.checkCodes()
}

// checkRule refuses a rule that hands its minutes to a code which no timed rule knows, and an add-on
// that may follow nothing.
func (l *loader) checkRule(id string, r *rule) {
	for day, numbers := range r.Effective.All {
		if numbers == nil {
			continue
		}
		if numbers.Below != nil {
			for _, code := range []string{numbers.Below.Alone, numbers.Below.WithEM} {
				if other := l.ruleOf(code); other == nil || other.Code == "" || !isClock(other.Kind) {
					l.report(id, fault{nil, fmt.Sprintf("below names %q, which no timed rule knows", code)})
				}
			}
		}
		if r.Kind == kindAddOn && len(numbers.Primaries) == 0 && !l.followsByTable(r.Code) {
			l.report(id, fault{[]string{"effective", day.String()}, "an add-on needs primaries, the codes it may follow, here or in add-ons.yaml"})
		}
	}
}

// followsByTable reports whether the add-on code table says what a code follows.
func (l *loader) followsByTable(code string) bool {
	if t := l.layer.tables.addOns; t != nil && len(t.AddOns[code].Primaries) > 0 {
		return true
	}
	return l.below != nil && slices.ContainsFunc(l.below.addOns, func(t *addOnsTable) bool { return len(t.AddOns[code].Primaries) > 0 })
}

// ruleOf is the rule of a code in this layer or below it.
func (l *loader) ruleOf(code string) *rule {
	for _, r := range l.layer.rules {
		if slices.Contains(r.codes(), code) {
			return r
		}
	}
	if l.below != nil {
		return l.below.byCode[code]
	}
	return nil
}

// checkCodes refuses tables that name codes which no rule knows: they would be rows that nobody reads.
func (l *loader) checkCodes() {
	if len(l.faults) > 0 {
		return // a rule that did not load would be missed here again
	}
	t := &l.layer.tables
	if t.pairs != nil {
		l.known("pairs", t.pairs.codes())
	}
	if t.unitLimits != nil {
		l.known("unit-limits", effective.SortedKeys(t.unitLimits.Limits))
	}
	if t.addOns != nil {
		l.known("add-ons", effective.SortedKeys(t.addOns.AddOns))
		for _, code := range effective.SortedKeys(t.addOns.AddOns) {
			l.known("add-ons", t.addOns.AddOns[code].Primaries)
		}
	}
	if t.eligibility != nil {
		for _, group := range t.eligibility.Groups {
			l.known("eligibility", group.Codes)
		}
	}
}

func (l *loader) known(id string, codes []string) {
	for _, code := range slices.Compact(slices.Sorted(slices.Values(codes))) {
		if _, known := l.files[code]; !known {
			l.report(id, fault{nil, fmt.Sprintf("names %s, which no rule knows", code)})
		}
	}
}

// seal notes the name of the layer in everything that it says.
func (l *loader) seal() {
	name := l.layer.name
	for _, r := range l.layer.rules {
		sealAll(r.Effective, name)
		for _, numbers := range r.Effective.All {
			if numbers != nil {
				numbers.prepare()
			}
		}
	}
	for _, table := range l.layer.tables.all {
		table.seal(name)
	}
}
