package coding

import (
	"slices"

	"github.com/chargenote/chargenote/internal/effective"
)

// tables are the files of a layer that concern many codes at once, each named after the file that
// it is read from. A layer over the built-in one holds those that it changes, the others are nil.
type tables struct {
	pack              *packTable
	addOns            *addOnsTable
	eligibility       *eligibilityTable
	longPsychotherapy *longPsychotherapyTable
	pairs             *pairsTable
	payerTerms        *payerTermsTable
	telehealth        *telehealthTable
	therapyModifiers  *therapyModifiersTable
	uncounted         *uncountedTable
	unitLimits        *unitLimitsTable

	all []table // those that the layer has
}

// A table is one of them.
type table interface {
	// heading is what every table begins with.
	heading() head
	// faults lists what is wrong with a table that decoded well.
	faults() []fault
	// seal notes the layer in everything that the table says.
	seal(layer string)
}

// head is what every table begins with.
type head struct {
	ID      string         `yaml:"id"`
	Checked effective.Date `yaml:"checked"`
}

// tableNames are the files without which the built-in layer is not whole.
var tableNames = []string{
	"add-ons", "eligibility", "long-psychotherapy", "pack", "pairs", "payer-terms", "telehealth", "therapy-modifiers", "uncounted", "unit-limits",
}

// begin makes the table of a file, ready to be decoded into; nil for the file of a rule.
func (t *tables) begin(id string) table {
	switch id {
	case "pack":
		return begin(t, &t.pack)
	case "add-ons":
		return begin(t, &t.addOns)
	case "eligibility":
		return begin(t, &t.eligibility)
	case "long-psychotherapy":
		return begin(t, &t.longPsychotherapy)
	case "pairs":
		return begin(t, &t.pairs)
	case "payer-terms":
		return begin(t, &t.payerTerms)
	case "telehealth":
		return begin(t, &t.telehealth)
	case "therapy-modifiers":
		return begin(t, &t.therapyModifiers)
	case "uncounted":
		return begin(t, &t.uncounted)
	case "unit-limits":
		return begin(t, &t.unitLimits)
	}
	return nil
}

// begin makes one table where a layer keeps it.
func begin[T any, P interface {
	*T
	table
}](t *tables, kept **T) table {
	*kept = new(T)
	t.all = append(t.all, P(*kept))
	return P(*kept)
}

// packTable names a layer of rules. The built-in one has no name of its own; any other has, and
// answers that rest on it carry that name.
type packTable struct {
	Head    head     `yaml:",inline"`
	Name    string   `yaml:"name,omitempty"`
	Version string   `yaml:"version"`
	Payers  []string `yaml:"payers,omitempty"` // kinds or names of payers for whom the layer holds; none: for all
}

func (t *packTable) heading() head { return t.Head }

func (p *packTable) seal(string) {}

func (p *packTable) faults() []fault {
	var all []fault
	if p.Version == "" {
		all = append(all, fault{[]string{"version"}, "a rule pack needs a version"})
	}
	if p.Name == BuiltInLayer {
		all = append(all, fault{[]string{"name"}, "the name " + BuiltInLayer + " is taken, choose another one"})
	}
	return all
}

// longPsychotherapyTable says from when on psychotherapy is long enough to look for a prolonged code.
type longPsychotherapyTable struct {
	Head      head                                `yaml:",inline"`
	Effective effective.Values[longPsychotherapy] `yaml:"effective"`
}

func (t *longPsychotherapyTable) heading() head { return t.Head }

func (t *longPsychotherapyTable) seal(layer string) { sealAll(t.Effective, layer) }
func (t *longPsychotherapyTable) faults() []fault   { return uncited(t.Effective, "effective") }

type longPsychotherapy struct {
	First  int      `yaml:"first"` // minutes
	Codes  []string `yaml:"codes"`
	Source source   `yaml:",inline"`
}

func (t *longPsychotherapy) origin() *source { return &t.Source }

func (l *longPsychotherapy) concerns(code string) bool { return slices.Contains(l.Codes, code) }

// uncountedTable says which services have no code of their own and why their minutes are not counted.
type uncountedTable struct {
	Head           head                  `yaml:",inline"`
	Activities     map[string]*uncounted `yaml:"activities"`
	NotFaceToFace  uncounted             `yaml:"notFaceToFace"`  // minutes of a face-to-face service away from the patient
	CountedBefore  uncounted             `yaml:"countedBefore"`  // minutes that lie within another service of the same clinician
	SharesItsTime  []string              `yaml:"sharesItsTime"`  // activities that may go on beside another one
	LinkedActivity uncounted             `yaml:"linkedActivity"` // assessment and management that was not face to face
}

func (t *uncountedTable) heading() head { return t.Head }

// uncounted is why minutes are not counted.
type uncounted struct {
	Why    string `yaml:"why"`
	Note   bool   `yaml:"note,omitempty"` // raises the flag no-code-of-its-own
	Source source `yaml:",inline"`
}

func (t *uncounted) origin() *source { return &t.Source }

func (t *uncountedTable) seal(layer string) {
	for _, value := range t.Activities {
		value.Source.seal(layer)
	}
	t.NotFaceToFace.Source.seal(layer)
	t.CountedBefore.Source.seal(layer)
	t.LinkedActivity.Source.seal(layer)
}

func (t *uncountedTable) faults() []fault {
	var all []fault
	for _, activity := range effective.SortedKeys(t.Activities) {
		value := t.Activities[activity]
		if !KnownActivity(activity) {
			all = append(all, fault{[]string{"activities", activity}, "\"" + activity + "\" is no activity"})
		}
		if value.Why == "" {
			all = append(all, fault{[]string{"activities", activity}, "say why its minutes are not counted"})
		}
		all = append(all, citedFaults(value.Source.Reference, "activities", activity)...)
	}
	return all
}
