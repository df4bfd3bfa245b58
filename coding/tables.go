package coding

import (
	"slices"

	"github.com/chargenote/chargenote/internal/effective"
)

// tables are the files of the rule pack that concern many codes at once, each named after the file
// that it is read from.
type tables struct {
	pack              packTable
	eligibility       eligibilityTable
	pairs             pairsTable
	unitLimits        unitLimitsTable
	telehealth        telehealthTable
	therapyModifiers  therapyModifiersTable
	longPsychotherapy longPsychotherapyTable
}

// head is what every table begins with.
type head struct {
	ID      string         `yaml:"id"`
	Checked effective.Date `yaml:"checked"`
}

// packTable names the rule pack.
type packTable struct {
	Head    head   `yaml:",inline"`
	Version string `yaml:"version"`
}

// longPsychotherapyTable says from when on psychotherapy is long enough to look for a prolonged code.
type longPsychotherapyTable struct {
	Head      head                                `yaml:",inline"`
	Effective effective.Values[longPsychotherapy] `yaml:"effective"`
}

type longPsychotherapy struct {
	First     int                   `yaml:"first"` // minutes
	Codes     []string              `yaml:"codes"`
	Reference []effective.Reference `yaml:"reference"`
}

func (l longPsychotherapy) concerns(code string) bool { return slices.Contains(l.Codes, code) }
