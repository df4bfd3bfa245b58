package coding

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"sync"

	"github.com/chargenote/chargenote/internal/effective"
)

//go:embed rules/*.yaml
var embedded embed.FS

// Rules is a stack of rule layers, loaded whole and never changed afterwards; it is safe for
// concurrent use.
type Rules struct {
	layers  []*layer // the built-in one first
	version RulesVersion
	all     *view // the layers that hold for every payer
	whole   *view // every layer, whatever payers it holds for

	lock  sync.Mutex
	views map[uint64]*view // by the layers that hold for a payer
}

// mostLayers is how many layers may lie over each other.
const mostLayers = 16

var builtin = sync.OnceValues(func() (*Rules, error) { return Load(embedded, "rules") })

// Builtin is the rule pack that was built into the program. It is loaded once.
func Builtin() (*Rules, error) { return builtin() }

// Version names the rules: the version as the built-in pack says it, and the SHA-256 digest over the
// names and contents of all its files in order of name. With layers over it, the version names them
// all, and the digest is taken over theirs.
func (r *Rules) Version() RulesVersion { return r.version }

// Load reads a whole rule pack from the .yaml files directly in dir, strictly: unknown fields, an id
// unlike the file name, a label over 60 characters, a day without a reference, a code listed twice
// or numbers that a kind does not know are faults. All faults of all files are returned at once,
// each with file, line and column, in one joined error of *effective.FieldError.
func Load(fsys fs.FS, dir string) (*Rules, error) {
	base, err := loadLayer(fsys, dir, nil)
	if err != nil {
		return nil, err
	}
	return stack([]*layer{base}), nil
}

// Over lays the files of dir over the rules, as strictly as Load. A layer has a pack.yaml with a name
// and a version, and the files that it changes: a rule with values from their first day on, a new
// rule, a table of CMS for its quarter, or what a payer says of units, pairs, eligibility, telehealth
// and its terms. A layer whose pack names payers holds for them alone. At most 16 layers can lie over
// each other, and no two have one name.
func (r *Rules) Over(fsys fs.FS, dir string) (*Rules, error) {
	if len(r.layers) == mostLayers {
		return nil, fmt.Errorf("%s: more than %d layers of rules, put some together", dir, mostLayers)
	}
	upper, err := loadLayer(fsys, dir, r.whole)
	if err != nil {
		return nil, err
	}
	if slices.ContainsFunc(r.layers, func(l *layer) bool { return l.name == upper.name }) {
		return nil, fmt.Errorf("%s: a layer named %s is there already, give each its own name", dir, upper.name)
	}
	return stack(append(slices.Clone(r.layers), upper)), nil
}

// IsLayer reports whether the rule files in dir lie over others: their pack has a name. Files that
// cannot be read are none.
func IsLayer(fsys fs.FS, dir string) bool {
	content, err := fs.ReadFile(fsys, path.Join(dir, "pack.yaml"))
	if err != nil {
		return false
	}
	var pack packTable
	_ = effective.Decode(content, "pack.yaml", &pack) // its faults are told when it is loaded
	return pack.Name != ""
}

func stack(layers []*layer) *Rules {
	base := layers[0]
	r := &Rules{layers: layers, views: map[uint64]*view{}, version: RulesVersion{Version: base.tables.pack.Version, Digest: base.digest}}
	if len(layers) > 1 {
		digest := sha256.New()
		for _, l := range layers {
			fmt.Fprintf(digest, "%s %s\n", l.name, l.digest)
			if l != base {
				r.version.Version += " + " + l.name + " " + l.tables.pack.Version
			}
		}
		r.version.Digest = "sha256:" + hex.EncodeToString(digest.Sum(nil))
	}
	r.whole = r.viewOf(uint64(1)<<len(layers) - 1)
	r.all = r.viewFor(Payer{})
	return r
}

// viewFor is the layers that hold for a payer, laid over each other.
func (r *Rules) viewFor(payer Payer) *view {
	if len(r.layers) == 1 && r.all != nil {
		return r.all
	}
	mask := uint64(0)
	for i, l := range r.layers {
		if l.concerns(payer) {
			mask |= 1 << i
		}
	}
	return r.viewOf(mask)
}

// viewOf is the layers of a mask laid over each other; each stack is worked out once.
func (r *Rules) viewOf(mask uint64) *view {
	r.lock.Lock()
	defer r.lock.Unlock()
	if v, there := r.views[mask]; there {
		return v
	}
	var layers []*layer
	for i, l := range r.layers {
		if mask&(1<<i) != 0 {
			layers = append(layers, l)
		}
	}
	v := newView(layers)
	r.views[mask] = v
	return v
}

// Label is our own short words for a code; a code that no rule knows has none.
func (r *Rules) Label(code string) (label string, ok bool) {
	named, known := r.whole.byCode[code]
	if !known {
		return "", false
	}
	return named.Label, true
}

// ActivityForCode names the activity of a CPT or HCPCS code: what was done, never what to suggest.
// Codes that were ended name theirs too; add-ons without an activity of their own name none.
func (r *Rules) ActivityForCode(code string) (activity string, ok bool) {
	named, known := r.whole.byCode[code]
	if !known || len(named.Activities) == 0 {
		return "", false
	}
	return named.Activities[0], true
}

// A Layer is one of the rule packs that lie over each other.
type Layer struct {
	Name    string           `json:"name"`    // built-in, or as the pack names itself
	Version string           `json:"version"` // as the pack says it
	Digest  string           `json:"digest"`  // sha256: and the hex digest of its files
	Checked effective.Date   `json:"checked"` // when a person last compared the pack with its sources
	Payers  []string         `json:"payers,omitempty"`
	Tables  []TableOfQuarter `json:"tables,omitempty"`
}

// A TableOfQuarter is a table of CMS in a layer, with the first day of its quarter.
type TableOfQuarter struct {
	Table   string         `json:"table"` // pairs, pairs of hospitals, unit limits, add-ons
	Quarter effective.Date `json:"quarter"`
}

// Layers lists the rule packs, the built-in one first.
func (r *Rules) Layers() []Layer {
	var all []Layer
	for _, l := range r.layers {
		pack := l.tables.pack
		all = append(all, Layer{Name: l.name, Version: pack.Version, Digest: l.digest, Checked: pack.Head.Checked, Payers: pack.Payers, Tables: l.tables.quarters()})
	}
	return all
}

// EditsQuarter is the first day of the quarter whose table of pairs answers for a day of service, on a
// professional claim. It may lie after that day or long before it: the table is the nearest there is.
func (r *Rules) EditsQuarter(service effective.Date) effective.Date {
	return r.whole.on(service).pairs[practitioner].quarter
}

// quarters lists the tables of CMS in a layer.
func (t *tables) quarters() []TableOfQuarter {
	var all []TableOfQuarter
	add := func(name string, quarter effective.Date) {
		if !quarter.IsZero() {
			all = append(all, TableOfQuarter{name, quarter})
		}
	}
	if t.addOns != nil {
		add("add-ons", t.addOns.Quarter)
	}
	if t.pairs != nil && t.pairs.Practitioner != nil {
		add("pairs", t.pairs.Practitioner.Quarter)
	}
	if t.pairs != nil && t.pairs.OutpatientHospital != nil {
		add("pairs of hospitals", t.pairs.OutpatientHospital.Quarter)
	}
	if t.unitLimits != nil {
		add("unit limits", t.unitLimits.Quarter)
	}
	return all
}
