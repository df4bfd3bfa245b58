package screening

import "github.com/chargenote/chargenote/internal/effective"

// An Instrument is one file of the folder: everything that is known of one screening instrument.
// Items are counted from 1, in the order of the form.
type Instrument struct {
	ID       string         `yaml:"id" json:"id"`
	Name     string         `yaml:"name" json:"name"` // as it stands in results
	Aliases  []string       `yaml:"aliases,omitempty" json:"aliases,omitempty"`
	About    string         `yaml:"about" json:"about"`       // our own words, at most 60 characters
	Activity string         `yaml:"activity" json:"activity"` // what giving it is, in the code system of activities
	Kind     string         `yaml:"kind" json:"kind"`         // how a result follows from answers: sum, count, screener, subscales
	Checked  effective.Date `yaml:"checked" json:"checked"`   // when a person last compared this file with its sources

	LOINC   LOINC    `yaml:"loinc,omitempty" json:"loinc,omitzero"`
	Answers []Answer `yaml:"answers,omitempty" json:"answers,omitempty"`

	Range     []int      `yaml:"range,omitempty" json:"range,omitempty"` // lowest and highest total; absent where there is no total
	Worse     string     `yaml:"worse,omitempty" json:"worse,omitempty"` // which totals are the worse ones: higher, lower
	Items     Items      `yaml:"items,omitempty" json:"items,omitzero"`
	Positives []Positive `yaml:"positives,omitempty" json:"positives,omitempty"` // count: which answers count
	Asked     []Branch   `yaml:"asked,omitempty" json:"asked,omitempty"`         // items that are only asked after certain answers
	Prorate   *Prorate   `yaml:"prorate,omitempty" json:"prorate,omitempty"`     // absent: a missing item means no total
	Average   bool       `yaml:"average,omitempty" json:"average,omitempty"`     // the average of an item is given beside the total

	Bands     []Bands    `yaml:"bands,omitempty" json:"bands,omitempty"`
	Levels    []Level    `yaml:"levels,omitempty" json:"levels,omitempty"`       // screener: highest first
	Otherwise string     `yaml:"otherwise,omitempty" json:"otherwise,omitempty"` // the word where no level or screen is met
	Subscales []Subscale `yaml:"subscales,omitempty" json:"subscales,omitempty"`
	Screens   []Screen   `yaml:"screens,omitempty" json:"screens,omitempty"` // words that need several subscales; the first that is met is given
	Triggers  []Trigger  `yaml:"triggers,omitempty" json:"triggers,omitempty"`
	Change    *Change    `yaml:"change,omitempty" json:"change,omitempty"` // absent: no meaningful change is known

	Licence  Licence   `yaml:"licence" json:"licence"`
	Supports []Support `yaml:"supports,omitempty" json:"supports,omitempty"`
	Bundled  []Bundle  `yaml:"bundled,omitempty" json:"bundled,omitempty"`
	Notes    []string  `yaml:"notes,omitempty" json:"notes,omitempty"` // what a person who reads results should know

	Reference []effective.Reference `yaml:"reference" json:"reference"`

	roles map[string]Meaning // what its codes stand for, once the set is whole
}

// The directions in which a total gets worse.
const (
	WorseHigher = "higher"
	WorseLower  = "lower"
)

// LOINC lists the codes of an instrument by what they stand for.
type LOINC struct {
	Panels   []Code     `yaml:"panels,omitempty" json:"panels,omitempty"`
	Totals   []Code     `yaml:"totals,omitempty" json:"totals,omitempty"`
	Items    []ItemCode `yaml:"items,omitempty" json:"items,omitempty"`       // in the order of the form
	Unscored []Other    `yaml:"unscored,omitempty" json:"unscored,omitempty"` // within the form, and no item of the total
	Not      []Other    `yaml:"not,omitempty" json:"not,omitempty"`           // taken for this instrument elsewhere, and something else
}

// Sure says how sure it is that a code stands for what is said of it.
type Sure string

// How sure a LOINC code is. One that is not found or not verified is kept for the person who checks
// and is never looked up.
const (
	Verified Sure = "v" // number and name were read
	Known    Sure = "k" // known, and not read
	Unsure   Sure = "U" // not verified
)

// A Code is a LOINC code.
type Code struct {
	Code string `yaml:"code" json:"code"`
	Sure Sure   `yaml:"sure" json:"sure"`
}

// An ItemCode is the LOINC code of an item.
type ItemCode struct {
	Item int    `yaml:"item" json:"item"`
	Code string `yaml:"code" json:"code"`
	Sure Sure   `yaml:"sure" json:"sure"`
}

// An Other is a code beside those of the instrument, and what it stands for.
type Other struct {
	Code string `yaml:"code" json:"code"`
	Is   string `yaml:"is" json:"is"`
}

// An Answer is a LOINC answer with the value that it has for this instrument.
type Answer struct {
	Code  string `yaml:"code" json:"code"`
	Value int    `yaml:"value" json:"value"`
	Sure  Sure   `yaml:"sure" json:"sure"`
}

// Items says how many items an instrument has and which answers they take. The lowest answer is 0
// unless a difference says another one.
type Items struct {
	Count    int      `yaml:"count" json:"count"`
	Most     int      `yaml:"most" json:"most"`
	YesNo    bool     `yaml:"yesNo,omitempty" json:"yesNo,omitempty"`       // 1 is yes, 0 is no
	Reversed []int    `yaml:"reversed,omitempty" json:"reversed,omitempty"` // yes or no items of which no is the point
	Differ   []Differ `yaml:"differ,omitempty" json:"differ,omitempty"`
	OrElse   []int    `yaml:"orElse,omitempty" json:"orElse,omitempty"` // lowest and highest answer of another scale in use
}

// A Differ says how the answers of some items differ from those of the others.
type Differ struct {
	Items  []int `yaml:"items" json:"items"`
	Lowest int   `yaml:"lowest,omitempty" json:"lowest,omitempty"`
	Most   int   `yaml:"most" json:"most"`
	Only   []int `yaml:"only,omitempty" json:"only,omitempty"` // the answers that exist, where some between are missing
}

// A Positive says from which answer on an item counts.
type Positive struct {
	Items []int `yaml:"items" json:"items"`
	From  int   `yaml:"from" json:"from"`
}

// A Branch lists items that are asked only where item OnlyIf was answered with From or more, or where
// at least Positives items are positive.
type Branch struct {
	Items     []int `yaml:"items" json:"items"`
	OnlyIf    int   `yaml:"onlyIf,omitempty" json:"onlyIf,omitempty"`
	From      int   `yaml:"from,omitempty" json:"from,omitempty"`
	Positives int   `yaml:"positives,omitempty" json:"positives,omitempty"`
}

// Prorate says how many missing items the publisher allows, and what stands in their place: zero,
// or the mean of the others.
type Prorate struct {
	UpTo   int            `yaml:"upTo" json:"upTo"`
	As     string         `yaml:"as" json:"as"`
	Mark   effective.Mark `yaml:"mark" json:"mark"`
	Source string         `yaml:"source" json:"source"`
}

// Bands are the words for totals, for everybody or under one condition.
type Bands struct {
	When  When           `yaml:"when,omitempty" json:"when,omitzero"`
	Words []Word         `yaml:"words" json:"words"`
	Mark  effective.Mark `yaml:"mark" json:"mark"`
}

// When is the condition of a variant. SchoolYears are whole years of schooling; both ends belong.
type When struct {
	Sex             string `yaml:"sex,omitempty" json:"sex,omitempty"` // male, female
	SchoolYearsFrom int    `yaml:"schoolYearsFrom,omitempty" json:"schoolYearsFrom,omitempty"`
	SchoolYearsTo   int    `yaml:"schoolYearsTo,omitempty" json:"schoolYearsTo,omitempty"`
}

// A Word holds for totals from From on, until the next one begins. It may be empty: then the source
// has no word.
type Word struct {
	From     int    `yaml:"from" json:"from"`
	Word     string `yaml:"word" json:"word"`
	CutsUpTo int    `yaml:"cutsUpTo,omitempty" json:"cutsUpTo,omitempty"` // sources begin the band anywhere up to here
	Next     string `yaml:"next,omitempty" json:"next,omitempty"`         // what the source asks for next
}

// A Level is one word of a screener, met where any of its items is yes.
type Level struct {
	Word string `yaml:"word" json:"word"`
	Any  []int  `yaml:"any" json:"any"`
}

// A Subscale is a part of an instrument: the sum of its items, or how many of them were answered
// with From or more. It is positive from Cut on; without a cut it is only given.
type Subscale struct {
	Name  string         `yaml:"name" json:"name"`
	Of    string         `yaml:"of" json:"of"` // sum, count
	Items []int          `yaml:"items" json:"items"`
	From  int            `yaml:"from,omitempty" json:"from,omitempty"`
	Cut   int            `yaml:"cut,omitempty" json:"cut,omitempty"`
	Mark  effective.Mark `yaml:"mark" json:"mark"`
}

// A Screen is a word that is met where all its subscales are positive.
type Screen struct {
	Word  string   `yaml:"word" json:"word"`
	Needs []string `yaml:"needs" json:"needs"`
}

// A Trigger asks for a look whatever the total: one of Items answered with From or more, or a total
// of Total or more. Said is a disclosure that no answer holds; it is listed and never raised here.
type Trigger struct {
	Items []int          `yaml:"items,omitempty" json:"items,omitempty"`
	From  int            `yaml:"from,omitempty" json:"from,omitempty"`
	Total int            `yaml:"total,omitempty" json:"total,omitempty"`
	Said  string         `yaml:"said,omitempty" json:"said,omitempty"`
	Next  string         `yaml:"next,omitempty" json:"next,omitempty"` // what the source asks for
	Mark  effective.Mark `yaml:"mark" json:"mark"`
}

// A Change is how many points two totals must lie apart for the difference to mean something.
type Change struct {
	Points int            `yaml:"points" json:"points"`
	Mark   effective.Mark `yaml:"mark" json:"mark"`
	Source string         `yaml:"source" json:"source"`
}

// Licence says whether the texts of items may be shown. None are held here.
type Licence struct {
	Show string         `yaml:"show" json:"show"` // yes, no, ask
	Why  string         `yaml:"why" json:"why"`
	Mark effective.Mark `yaml:"mark" json:"mark"`
}

// A Support is a code that giving the instrument may earn, and when.
type Support struct {
	Code    string `yaml:"code" json:"code"`
	When    string `yaml:"when" json:"when"`
	ByPayer bool   `yaml:"byPayer,omitempty" json:"byPayer,omitempty"` // some payers take it, which ones is not known here

	// PatientIs names patients of a claim for whom somebody else answers the instrument, such as an infant;
	// it is then coded under Activity.
	PatientIs []string       `yaml:"patientIs,omitempty" json:"patientIs,omitempty"`
	Activity  string         `yaml:"activity,omitempty" json:"activity,omitempty"`
	Mark      effective.Mark `yaml:"mark" json:"mark"`
}

// A Bundle is a service that the instrument is part of: then it earns nothing of its own.
type Bundle struct {
	Code   string         `yaml:"code,omitempty" json:"code,omitempty"` // absent: whatever code it would have
	Into   string         `yaml:"into" json:"into"`
	Payers []string       `yaml:"payers,omitempty" json:"payers,omitempty"` // absent: whoever pays
	Mark   effective.Mark `yaml:"mark" json:"mark"`
}

// HasTotal reports whether the instrument has a total.
func (i *Instrument) HasTotal() bool { return len(i.Range) == 2 }

// InRange reports whether a total lies in the range of the instrument.
func (i *Instrument) InRange(total int) bool {
	return i.HasTotal() && total >= i.Range[0] && total <= i.Range[1]
}
