package coding

import (
	"embed"
	"io/fs"
	"sync"

	"github.com/chargenote/chargenote/internal/effective"
)

//go:embed rules/*.yaml
var embedded embed.FS

// Rules is a rule pack, loaded whole and never changed afterwards; it is safe for concurrent use.
type Rules struct {
	version RulesVersion
}

// Builtin is the rule pack that was built into the program, loaded once.
var builtin = sync.OnceValues(func() (*Rules, error) { return Load(embedded, "rules") })

// Builtin is the rule pack that was built into the program. It is loaded once.
func Builtin() (*Rules, error) { return builtin() }

// Load reads a rule pack strictly; every fault of every file is returned at once.
func Load(fsys fs.FS, dir string) (*Rules, error) { return &Rules{}, nil }

// Version names the rule pack.
func (r *Rules) Version() RulesVersion { return r.version }

// Suggest says which codes the facts support, and why.
func (r *Rules) Suggest(facts Facts) Result {
	return Result{DateOfService: facts.DateOfService.String(), Rules: r.version,
		Suggestions: []Suggestion{}, Choices: []Choice{}, NotSuggested: []NotSuggested{}, Flags: []Flag{}, Questions: []Question{}}
}

// ActivityForCode names the activity of a CPT or HCPCS code: what was done, never what to suggest.
func (r *Rules) ActivityForCode(code string) (activity string, ok bool) { return "", false }

// A RuleInForce is one rule on one day, as a person who checks the rules reads it.
type RuleInForce struct {
	ID         string                `json:"id"`
	Codes      []string              `json:"codes"`
	Label      string                `json:"label"`
	Family     string                `json:"family"`
	Kind       string                `json:"kind"`
	State      string                `json:"state"` // in-force, not-yet, withdrawn
	Since      effective.Date        `json:"since"` // first day of the state; for not-yet the first day in force
	Sentences  []string              `json:"sentences"`
	Numbers    any                   `json:"numbers,omitempty"`
	References []effective.Reference `json:"references"`
	Checked    effective.Date        `json:"checked"`
}

// InForce lists the rules in force on a day; where a code is named, the rules of that code in
// whatever state they are.
func (r *Rules) InForce(on effective.Date, code string) []RuleInForce { return []RuleInForce{} }
