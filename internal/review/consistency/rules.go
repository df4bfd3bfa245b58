package consistency

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"sync"

	"github.com/chargenote/chargenote/internal/effective"
	"github.com/chargenote/chargenote/internal/layer"
)

//go:embed rules words
var builtinFiles embed.FS

// packVersion is the version of the rule packs that this program reads and brings.
const packVersion = "2026.1"

// Rules say in layers which checks are made, and how much a difference matters: those that come with the
// program, and what a payer, a network or a site says over them. They are read-only and safe for use by
// several goroutines at once.
type Rules struct {
	stack     *layer.Stack[value]
	degrees   []degree
	synonyms  map[string]string   // of instruments, to the name of the note reader
	relations map[string][]string // what a word or code of a relation may be called in a note, by plain word
}

// Version is the version and digest of the rules.
type Version = layer.Version

// Builtin is the rules that come with the program, loaded once.
func Builtin() (*Rules, error) { return builtin() }

var builtin = sync.OnceValues(func() (*Rules, error) { return Load(builtinFiles, "rules", "words") })

// Load reads the checks of one folder and the words of another. All faults of all files are returned at
// once, each with file, line and column where it has one.
func Load(fsys fs.FS, rules, words string) (*Rules, error) {
	r := &Rules{}
	faults := r.loadWords(fsys, words)
	stack, err := build([]layer.Source{{FS: fsys, Dir: rules, With: []layer.Dir{{FS: fsys, Dir: words}}}})
	if err := errors.Join(faults, err); err != nil {
		return nil, fmt.Errorf("load the checks of consistency: %w", err)
	}
	r.stack = stack
	return r, nil
}

// CheckRules reads the checks of one folder, as strictly as Load, with the words of the program.
func CheckRules(fsys fs.FS, rules string) error {
	_, err := build([]layer.Source{{FS: fsys, Dir: rules}})
	return err
}

// packFolder is the folder of checks within a rule pack, beside its coding rules.
const packFolder = "consistency"

// Over lays the folder consistency of a rule pack over the rules, as strictly as Load. A file has the id
// of the check that it changes; from its days on it says what is different, with its own source: single
// severities, limits and modifiers, when the check is listed, and what is said of a difference. The rest
// stays as the value below has it on that day; null ends the check. What a check compares is code, so a
// pack has none of its own. A pack whose pack.yaml names payers holds for them alone, and one without the
// folder changes nothing. At most 24 layers can lie over each other.
func (r *Rules) Over(fsys fs.FS, dir string) (*Rules, error) {
	if !layer.Has(fsys, dir, packFolder) {
		return r, nil
	}
	folder := path.Join(dir, packFolder)
	var words error
	if layer.Has(fsys, folder, "words") {
		words = &effective.FieldError{File: path.Join(folder, "words"), Problem: "a pack brings no words for checks, they are those of the program"}
	}
	stack, err := build(append(r.stack.Sources(), layer.Source{FS: fsys, Dir: folder, Pack: path.Join(dir, layer.PackFile)}))
	if err := errors.Join(words, err); err != nil {
		return nil, err
	}
	laid := *r
	laid.stack = stack
	return &laid, nil
}

// Version names the layers of the rules, with a digest of their files.
func (r *Rules) Version() Version { return r.stack.Version() }

// IsCheck reports whether a check has this id.
func IsCheck(id string) bool {
	_, known := comparisons[id]
	return known
}

// IDs are the checks that there are, in order.
func IDs() []string { return effective.SortedKeys(comparisons) }

func build(sources []layer.Source) (*layer.Stack[value], error) {
	return layer.Build(layer.Kind[value]{
		Of: "checks of consistency", Version: packVersion,
		Prepare: func(v *value, name string) string {
			v.saidBy(name)
			return ""
		},
		Fill:   func(v, below *value) { v.fill(below) },
		Faults: func(id string, v *value) []layer.Fault { return v.faults(id) },
		Unknown: func(id string) string {
			if IsCheck(id) {
				return ""
			}
			return fmt.Sprintf("no check is called %q", id)
		},
		Lacking: func(held func(string) bool) (ids []string) {
			for _, id := range IDs() {
				if !held(id) {
					ids = append(ids, id)
				}
			}
			return ids
		},
	}, sources)
}
