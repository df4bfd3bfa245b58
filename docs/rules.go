package docs

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"sync"

	"github.com/chargenote/chargenote/internal/effective"
	"github.com/chargenote/chargenote/internal/layer"
)

//go:embed rules
var builtinFiles embed.FS

// packVersion is the version of the rule packs that this program reads and brings.
const packVersion = "2026.1"

// BuiltInLayer is the name of the rules that come with the program and hold for everybody.
const BuiltInLayer = layer.BuiltIn

// RulesVersion names the rule pack that gave an answer.
type RulesVersion = layer.Version

// Rules are documentation rules in layers: those that come with the program, and what a payer, a
// network or a site says over them. They are read-only and safe for use by several goroutines at once.
type Rules struct {
	stack    *layer.Stack[value]
	rules    []*ruleFile // of the layers that hold, by Order, then id
	lexicon  *lexicon
	words    map[string]int       // word lists by name
	groups   map[string][]listing // word lists in groups by name
	headings []heading
}

// A listing is one group of a word list.
type listing struct {
	name string
	list int
}

// Builtin is the rules that come with the program, loaded once: the pack that holds for everybody, and
// what single kinds of payer ask for otherwise.
func Builtin() (*Rules, error) { return builtin() }

var builtin = sync.OnceValues(func() (*Rules, error) {
	sources := []layer.Source{withWords(layer.Source{FS: builtinFiles, Dir: "rules"})}
	payers, err := fs.ReadDir(builtinFiles, payersDir)
	if err != nil {
		return nil, fmt.Errorf("read rules: %w", err)
	}
	for _, payer := range payers {
		sources = append(sources, layer.Source{FS: builtinFiles, Dir: path.Join(payersDir, payer.Name()), Kind: payer.Name()})
	}
	return build(sources)
})

const (
	wordsDir  = "words"        // the folder of the word lists, below that of the rules
	payersDir = "rules/payers" // what kinds of payer ask for otherwise, built in
)

// Load reads the rule files of dir and the word lists in its folder words. All faults of all files
// are returned at once, each with file and line where it has one. A pack without word lists of its
// own uses those of the program.
func Load(fsys fs.FS, dir string) (*Rules, error) {
	return build([]layer.Source{withWords(layer.Source{FS: fsys, Dir: dir})})
}

// Version is the version and digest of the rule pack.
func (r *Rules) Version() RulesVersion { return r.stack.Version() }

// Knows reports whether a rule has this id, on whatever days it holds.
func (r *Rules) Knows(id string) bool {
	return slices.ContainsFunc(r.rules, func(f *ruleFile) bool { return f.ID == id })
}

// A Standing is one documentation rule as it stands on a day.
type Standing struct {
	ID         string                `json:"id"`
	Name       string                `json:"name"`
	Families   []string              `json:"families"`
	Level      string                `json:"level"`
	Severity   string                `json:"severity"`
	Codes      []string              `json:"codes,omitempty"`     // for which alone it is asked
	Without    []string              `json:"without,omitempty"`   // for which it is not asked
	Minutes    int                   `json:"minutes,omitempty"`   // of the session, from which it is asked
	Condition  string                `json:"condition,omitempty"` // of a conditional element
	Record     []string              `json:"record,omitempty"`    // where FHIR R4 holds the same
	Why        string                `json:"why"`
	Gap        string                `json:"gap"` // what to write; <found> stands for what fell short
	Or         string                `json:"or"`
	Layer      string                `json:"layer"`
	Since      effective.Date        `json:"since"`
	References []effective.Reference `json:"references"`
}

// InForce lists the rules that hold on the day, in the order of a result. A rule whose level or
// severity differs between families has one entry for each.
func (r *Rules) InForce(on effective.Date) []Standing {
	standing := []Standing{}
	for _, rule := range r.rules {
		v, since, state := rule.Effective.On(on)
		if state != effective.InForce {
			continue
		}
		for _, s := range v.Families {
			in := slices.Clone(s.In)
			if slices.Contains(in, "all") {
				in = []string{"all"}
			}
			one := Standing{ID: rule.ID, Name: rule.Name, Families: in, Level: s.Level, Severity: s.Severity,
				Codes: slices.Clone(s.Codes), Without: slices.Clone(s.Without), Minutes: s.Minutes, Record: slices.Clone(v.Record),
				Why: v.Why, Gap: v.Gap, Or: v.Or, Layer: v.layer, Since: since, References: slices.Clone(v.References)}
			if s.Level == Conditional {
				one.Condition = v.Condition
			}
			standing = append(standing, one)
		}
	}
	return standing
}
