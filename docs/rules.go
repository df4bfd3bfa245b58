package docs

import (
	"embed"
	"io/fs"
	"sync"

	"github.com/chargenote/chargenote/coding"
	"github.com/chargenote/chargenote/internal/effective"
)

//go:embed all:rules
var builtinFiles embed.FS

// Rules are the documentation rules of one rule pack. They are read-only and safe for use by
// several goroutines at once.
type Rules struct {
	version coding.RulesVersion
}

// Builtin is the rule pack that comes with the program, loaded once.
func Builtin() (*Rules, error) { return builtin() }

var builtin = sync.OnceValues(func() (*Rules, error) { return Load(builtinFiles, "rules") })

// Load reads the rule files of dir. All faults of all files are returned at once, each with file
// and line where it has one.
func Load(fsys fs.FS, dir string) (*Rules, error) { return &Rules{}, nil }

// Version is the version and digest of the rule pack.
func (r *Rules) Version() coding.RulesVersion { return r.version }

// A Standing is one documentation rule as it stands on a day.
type Standing struct {
	ID         string                `json:"id"`
	Name       string                `json:"name"`
	Families   []string              `json:"families"`
	Level      string                `json:"level"`
	Severity   string                `json:"severity"`
	Since      effective.Date        `json:"since"`
	References []effective.Reference `json:"references"`
}

// InForce lists the rules that hold on the day, in order of id. A rule whose level or severity
// differs between families has one entry for each.
func (r *Rules) InForce(on effective.Date) []Standing { return []Standing{} }

// Check reads one note. It never fails: what it cannot find is missing. No slice of the result is nil.
func (r *Rules) Check(request Request) Result {
	return Result{Codes: []string{}, Elements: []Element{}, Vague: []Vague{}}
}
