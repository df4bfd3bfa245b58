package coding

import (
	"cmp"
	"crypto/sha256"
	"embed"
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

//go:embed rules/*.yaml
var embedded embed.FS

// Rules is a rule pack, loaded whole and never changed afterwards; it is safe for concurrent use.
type Rules struct {
	version    RulesVersion
	rules      []*rule // by first code, then id
	byActivity map[string][]*rule
	byCode     map[string]*rule
	tables     tables
}

var builtin = sync.OnceValues(func() (*Rules, error) { return Load(embedded, "rules") })

// Builtin is the rule pack that was built into the program. It is loaded once.
func Builtin() (*Rules, error) { return builtin() }

// Version names the rule pack: its version as the pack says it, and the SHA-256 digest over the
// names and contents of all its files in order of name.
func (r *Rules) Version() RulesVersion { return r.version }

// Load reads a rule pack from the .yaml files directly in dir, strictly: unknown fields, an id
// unlike the file name, a label over 60 characters, a day without a reference, a code listed twice
// or numbers that a kind does not know are faults. All faults of all files are returned at once,
// each with file, line and column, in one joined error of *effective.FieldError.
func Load(fsys fs.FS, dir string) (*Rules, error) {
	entries, err := fs.ReadDir(fsys, dir)
	if err != nil {
		return nil, fmt.Errorf("read rules: %w", err)
	}
	l := &loader{rules: &Rules{byActivity: map[string][]*rule{}, byCode: map[string]*rule{}}, digest: sha256.New(), files: map[string]string{}}
	for _, entry := range entries {
		if !entry.IsDir() && path.Ext(entry.Name()) == ".yaml" {
			l.read(fsys, path.Join(dir, entry.Name()))
		}
	}
	l.checkWhole(dir)
	if err := errors.Join(l.faults...); err != nil {
		return nil, err
	}
	l.rules.version = RulesVersion{Version: l.rules.tables.pack.Version, Digest: "sha256:" + hex.EncodeToString(l.digest.Sum(nil))}
	return l.rules, nil
}

// loader collects rules and faults while the files are read.
type loader struct {
	rules  *Rules
	digest interface {
		Write([]byte) (int, error)
		Sum([]byte) []byte
	}
	files  map[string]string // which file holds a code
	tables []string          // tables that were found
	faults []error
}

// read decodes one file, a table or a rule by its name.
func (l *loader) read(fsys fs.FS, name string) {
	content, err := fs.ReadFile(fsys, name)
	if err != nil {
		l.faults = append(l.faults, fmt.Errorf("read rules: %w", err))
		return
	}
	id := strings.TrimSuffix(path.Base(name), ".yaml")
	fmt.Fprintf(l.digest, "%s %d\n%s", id, len(content), content)
	if table := l.table(id); table != nil {
		l.tables = append(l.tables, id)
		if err := effective.Decode(content, name, table); err != nil {
			l.faults = append(l.faults, err)
			return
		}
		l.report(content, name, l.tableFaults(id))
		return
	}
	r := &rule{}
	if err := effective.Decode(content, name, r); err != nil {
		l.faults = append(l.faults, err)
		return
	}
	faults := r.faults(id)
	for _, code := range r.codes() {
		if other, twice := l.files[code]; twice {
			faults = append(faults, fault{[]string{"code"}, fmt.Sprintf("%s is already ruled by %s", code, other)})
			continue
		}
		l.files[code] = path.Base(name)
	}
	l.report(content, name, faults)
	if len(faults) == 0 {
		l.keep(r)
	}
}

// table is where the file of a table is decoded to; nil for the file of a rule.
func (l *loader) table(id string) any {
	t := &l.rules.tables
	switch id {
	case "pack":
		return &t.pack
	case "eligibility":
		return &t.eligibility
	case "pairs":
		return &t.pairs
	case "unit-limits":
		return &t.unitLimits
	case "telehealth":
		return &t.telehealth
	case "therapy-modifiers":
		return &t.therapyModifiers
	case "long-psychotherapy":
		return &t.longPsychotherapy
	}
	return nil
}

// tableNames are the files without which a pack is not whole.
var tableNames = []string{"eligibility", "long-psychotherapy", "pack", "pairs", "telehealth", "therapy-modifiers", "unit-limits"}

// report writes faults with the place where they stand.
func (l *loader) report(content []byte, name string, faults []fault) {
	for _, f := range faults {
		line, column := effective.Locate(content, f.keys...)
		l.faults = append(l.faults, &effective.FieldError{File: name, Line: line, Column: column, Problem: f.problem})
	}
}

// keep adds a rule to the pack.
func (l *loader) keep(r *rule) {
	l.rules.rules = append(l.rules.rules, r)
	for _, code := range r.codes() {
		l.rules.byCode[code] = r
	}
	for _, activity := range r.Activities {
		l.rules.byActivity[activity] = append(l.rules.byActivity[activity], r)
	}
}

// checkWhole checks what concerns the pack as a whole, and puts it in order.
func (l *loader) checkWhole(dir string) {
	for _, name := range tableNames {
		if !slices.Contains(l.tables, name) {
			l.faults = append(l.faults, &effective.FieldError{File: path.Join(dir, name+".yaml"), Problem: "is missing, a rule pack needs it"})
		}
	}
	byCode := func(a, b *rule) int {
		return cmp.Or(cmp.Compare(a.codes()[0], b.codes()[0]), cmp.Compare(a.ID, b.ID))
	}
	slices.SortFunc(l.rules.rules, byCode)
	for _, r := range l.rules.rules {
		l.checkBelow(dir, r)
	}
	for activity, rules := range l.rules.byActivity {
		slices.SortFunc(rules, byCode)
		l.rules.byActivity[activity] = slices.DeleteFunc(rules, func(r *rule) bool { return r.Kind == "withdrawn" })
	}
}

// checkBelow refuses a rule that hands its minutes to a code which no timed rule knows.
func (l *loader) checkBelow(dir string, r *rule) {
	for _, numbers := range r.Effective.All {
		if numbers == nil || numbers.Below == nil {
			continue
		}
		for _, code := range []string{numbers.Below.Alone, numbers.Below.WithEM} {
			other := l.rules.byCode[code]
			if other == nil || other.Code == "" || !isClock(other.Kind) {
				l.faults = append(l.faults, &effective.FieldError{File: path.Join(dir, r.ID+".yaml"), Problem: fmt.Sprintf("below names %q, which no timed rule knows", code)})
			}
		}
	}
}

func isClock(name string) bool {
	_, timed := kinds[name].(clock)
	return timed
}

// Label is our own short words for a code; a code that no rule knows has none.
func (r *Rules) Label(code string) (label string, ok bool) {
	named, known := r.byCode[code]
	if !known {
		return "", false
	}
	return named.Label, true
}

// ofKind lists the rules of a kind, by code.
func (r *Rules) ofKind(name string) []*rule {
	var rules []*rule
	for _, rule := range r.rules {
		if rule.Kind == name {
			rules = append(rules, rule)
		}
	}
	return rules
}

// ActivityForCode names the activity of a CPT or HCPCS code: what was done, never what to suggest.
// Codes that were ended name theirs too; add-ons without an activity of their own name none.
func (r *Rules) ActivityForCode(code string) (activity string, ok bool) {
	named, known := r.byCode[code]
	if !known || len(named.Activities) == 0 {
		return "", false
	}
	return named.Activities[0], true
}
