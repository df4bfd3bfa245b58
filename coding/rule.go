package coding

import (
	"fmt"
	"reflect"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/chargenote/chargenote/internal/effective"
)

// A rule is one file of the rule pack: when one code is earned, under the first day it says so.
// Everything about a code is here; the logic of its kind is in Go.
type rule struct {
	ID         string                    `yaml:"id"`
	Code       string                    `yaml:"code,omitempty"`
	Codes      []string                  `yaml:"codes,omitempty"` // where one rule holds for many codes alike
	Label      string                    `yaml:"label"`
	Family     string                    `yaml:"family"`
	Kind       string                    `yaml:"kind"`
	Activities []string                  `yaml:"activities,omitempty"` // the services that can earn the code; the first one is what the code names
	Otherwise  string                    `yaml:"otherwise,omitempty"`  // the activity that a service is where the code does not hold: another day, or a payer that does not know it
	Therapy    bool                      `yaml:"therapy,omitempty"`    // furnished under a therapy plan of care by a therapist
	TimeAway   bool                      `yaml:"timeAway,omitempty"`   // professional time away from the patient counts
	Checked    effective.Date            `yaml:"checked"`
	Effective  effective.Values[Numbers] `yaml:"effective"`

	index  int  // among the rules of a view
	number int  // of its code among those of a view, where it has one
	logic  kind // of its kind
}

// Numbers are what a rule says from one day on. Which of them a kind uses, and must have, is
// written in the file of that kind. Minutes are whole minutes.
type Numbers struct {
	Min            int      `yaml:"min,omitempty" json:"min,omitempty"`                       // first minute of the range
	Max            int      `yaml:"max,omitempty" json:"max,omitempty"`                       // last minute of the range; absent: no ceiling
	First          int      `yaml:"first,omitempty" json:"first,omitempty"`                   // first minute of the first unit
	Every          int      `yaml:"every,omitempty" json:"every,omitempty"`                   // minutes from one unit to the next
	Most           int      `yaml:"most,omitempty" json:"most,omitempty"`                     // most units of a day; absent: no end
	Default        int      `yaml:"default,omitempty" json:"default,omitempty"`               // instruments where their number is not given
	Bases          []Base   `yaml:"bases,omitempty" json:"bases,omitempty"`                   // prolonged: which codes it prolongs, and from when
	Primaries      []string `yaml:"primaries,omitempty" json:"primaries,omitempty"`           // add-on: the codes it may follow
	Factors        []string `yaml:"factors,omitempty" json:"factors,omitempty"`               // what may complicate the communication
	RefusedFactors []string `yaml:"refusedFactors,omitempty" json:"refusedFactors,omitempty"` // what alone does not
	Below          *Below   `yaml:"below,omitempty" json:"below,omitempty"`                   // what is reported below the first unit
	TherapyTotal   bool     `yaml:"therapyTotal,omitempty" json:"therapyTotal,omitempty"`     // in the day's total beside timed therapy
	Successors     []string `yaml:"successors,omitempty" json:"successors,omitempty"`         // withdrawn: the codes that took its place
	Needs          Needs    `yaml:"needs,omitempty" json:"needs,omitzero"`

	Source source `yaml:",inline" json:"-"`

	conditional bool // it needs something beside time and number
}

// prepare works out what does not change from visit to visit.
func (n *Numbers) prepare() {
	n.conditional = !reflect.ValueOf(n.Needs).IsZero()
	for i := range n.Bases {
		n.Bases[i].steps = &Numbers{First: n.Bases[i].First, Every: n.Every, Most: n.Most}
	}
}

func (n *Numbers) origin() *source { return &n.Source }

// A Base is a code that can be prolonged, with the minute from which it is.
type Base struct {
	Code  string `yaml:"code" json:"code"`
	First int    `yaml:"first" json:"first"`

	steps *Numbers // the numbers of the prolonged code as a ladder that starts at First
}

// Below names the codes for minutes that do not reach the first unit.
type Below struct {
	Alone  string `yaml:"alone" json:"alone"`
	WithEM string `yaml:"withEM" json:"withEM"`
}

// Needs are conditions beside time and number. A condition that is not set is not asked for.
type Needs struct {
	Tests               int      `yaml:"tests,omitempty" json:"tests,omitempty"`                       // administered, at least
	InterpretedTests    int      `yaml:"interpretedTests,omitempty" json:"interpretedTests,omitempty"` // standardized, interpreted, at least
	Report              bool     `yaml:"report,omitempty" json:"report,omitempty"`                     // an integrated report
	NotSelfAdministered bool     `yaml:"notSelfAdministered,omitempty" json:"notSelfAdministered,omitempty"`
	Scored              bool     `yaml:"scored,omitempty" json:"scored,omitempty"`
	OneOnOne            bool     `yaml:"oneOnOne,omitempty" json:"oneOnOne,omitempty"`
	Patients            int      `yaml:"patients,omitempty" json:"patients,omitempty"` // at once, at least
	FamilyTherapy       bool     `yaml:"familyTherapy,omitempty" json:"familyTherapy,omitempty"`
	StatusChange        bool     `yaml:"statusChange,omitempty" json:"statusChange,omitempty"`
	MonthsBetween       int      `yaml:"monthsBetween,omitempty" json:"monthsBetween,omitempty"` // full months since the last one
	NotSymptomatic      bool     `yaml:"notSymptomatic,omitempty" json:"notSymptomatic,omitempty"`
	Settings            []string `yaml:"settings,omitempty" json:"settings,omitempty"`
	Payers              []string `yaml:"payers,omitempty" json:"payers,omitempty"`       // only these know the code
	NotPayers           []string `yaml:"notPayers,omitempty" json:"notPayers,omitempty"` // these do not cover it
	DecidedByMDM        bool     `yaml:"decidedByMDM,omitempty" json:"decidedByMDM,omitempty"`
}

const longestLabel = 60 // our own short words, in characters; descriptors of CPT are longer, and not ours

var codeForm = regexp.MustCompile(`^(\d{5}|[A-Z]\d{4})$`)

// codes lists the codes of the rule.
func (r *rule) codes() []string {
	if r.Code != "" {
		return []string{r.Code}
	}
	return r.Codes
}

// A fault is what is wrong with a rule file, and under which keys.
type fault struct {
	keys    []string
	problem string
}

// faults lists what is wrong with a rule that decoded well.
func (r *rule) faults(file string) []fault {
	var all []fault
	add := func(problem string, keys ...string) { all = append(all, fault{keys, problem}) }
	if r.ID != file {
		add(fmt.Sprintf("the id %q is not the file name %q", r.ID, file), "id")
	}
	if (r.Code == "") == (len(r.Codes) == 0) {
		add("give either code or codes", "code")
	}
	for _, code := range r.codes() {
		if !codeForm.MatchString(code) {
			add(fmt.Sprintf("%q is no CPT or HCPCS code, write five characters in quotes", code), "code")
		}
	}
	switch n := utf8.RuneCountInString(r.Label); {
	case n == 0:
		add("a rule needs a label in our own words", "label")
	case n > longestLabel:
		add(fmt.Sprintf("the label has %d characters, at most %d: our own short words, no descriptor", n, longestLabel), "label")
	}
	if r.Family == "" {
		add("a rule needs a family", "family")
	}
	for _, activity := range r.Activities {
		if !KnownActivity(activity) {
			add(fmt.Sprintf("%q is no activity", activity), "activities")
		}
	}
	if r.Otherwise != "" && !KnownActivity(r.Otherwise) {
		add(fmt.Sprintf("%q is no activity", r.Otherwise), "otherwise")
	}
	if r.Checked.IsZero() {
		add("a rule needs the day on which a person last compared it with its sources", "checked")
	}
	if len(r.Effective.Days()) == 0 {
		add("a rule needs values under the first day they hold", "effective")
	}
	logic, known := kinds[r.Kind]
	if !known {
		add(fmt.Sprintf("the kind %q is not one of %s", r.Kind, strings.Join(effective.SortedKeys(kinds), ", ")), "kind")
	}
	all = append(all, uncited(r.Effective, "effective")...)
	for day, numbers := range r.Effective.All {
		if numbers == nil {
			continue
		}
		if known {
			for _, problem := range logic.faults(numbers) {
				add(problem, "effective", day.String())
			}
		}
	}
	return all
}

// on is what the rule says on a day. Where nothing holds that day, numbers are those that come
// first, or those that were last, so that an answer can say what would have stood.
func (r *rule) on(day effective.Date) (numbers *Numbers, since effective.Date, state effective.State) {
	state = effective.NotYet
	for first, n := range r.Effective.All {
		if day.Before(first) {
			if state == effective.NotYet {
				return n, first, state
			}
			break
		}
		since, state = first, effective.Withdrawn
		if n != nil {
			numbers, state = n, effective.InForce
		}
	}
	return numbers, since, state
}
