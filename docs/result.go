package docs

// A Request is one note to be read, with what is claimed for it and what the record knows.
type Request struct {
	Note    string           // the note as given; offsets in the result are bytes of it
	Codes   []string         // codes with modifiers as written on the claim, such as "90837" or "90785-95"; twice is two units
	Family  string           // psychotherapy, extended, crisis, …; from Codes where empty
	Day     string           // day of service as 2025-03-10 where it is known; chooses the rules
	HasNote bool             // false: nothing could be read, the elements say what the record alone knows
	Known   map[string]Known // what the record holds, by element id
	Priors  []Prior          // earlier notes of the same patient by the same author, the latest first

	// Who pays, by kind (medicare, medicaid, commercial, self-pay) and by the name that a pack of rules
	// uses, where it is known: layers that hold for them alone are asked too.
	PayerKind, PayerName string
}

// Known is a value that the record holds for an element of documentation.
type Known struct {
	Value   string   `json:"value"`
	Sources []string `json:"sources"` // resources, such as Patient/p1
}

// The statuses of an element.
const (
	Present = "present"
	Missing = "missing"
	Unclear = "unclear" // evidence is there and falls short of the test
)

// The severities of a gap.
const (
	Block = "block" // do not propose the code as supported
	Warn  = "warn"  // propose it, with the gap shown
	Info  = "info"  // advice
)

// A Result is what the documentation rules say about one note.
type Result struct {
	Status     string      `json:"status,omitempty"` // read, no-note, unreadable; of a review only
	Family     string      `json:"family"`
	Codes      []string    `json:"codes"`
	Elements   []Element   `json:"elements"`
	Vague      []Vague     `json:"vague"`
	Time       Time        `json:"time"`
	Similarity *Similarity `json:"similarity,omitempty"`
	Said       *Said       `json:"said,omitempty"`      // what the note says, as values; absent without a note
	Work       []Work      `json:"work,omitempty"`      // of a testing evaluation
	BareLines  []BareLine  `json:"bareLines,omitempty"` // of timed therapy
}

// An Element is one thing that a note must, should or may hold.
type Element struct {
	ID        string     `json:"id"`
	Name      string     `json:"name"`
	Status    string     `json:"status"`
	Level     string     `json:"level"` // required, conditional, recommended
	Severity  string     `json:"severity"`
	InNote    bool       `json:"inNote"`
	InRecord  bool       `json:"inRecord"`
	Known     *Known     `json:"known,omitempty"` // the value the record offers for insertion
	Evidence  []Evidence `json:"evidence"`
	Gap       string     `json:"gap,omitempty"` // what to write; empty where nothing is missing
	Why       string     `json:"why,omitempty"`
	Or        string     `json:"or,omitempty"` // the way out: not done, or the lower code
	Reference string     `json:"reference"`
	Layer     string     `json:"layer,omitempty"` // of rules that asks so, where it is not the built-in one
}

// Evidence is a span of the note: bytes from Start up to but without End.
type Evidence struct {
	Text  string `json:"text"`
	Start int    `json:"start"`
	End   int    `json:"end"`
}

// Vague is a phrase that tells a reviewer nothing measurable.
type Vague struct {
	Text  string `json:"text"`
	Start int    `json:"start"`
	End   int    `json:"end"`
	Class string `json:"class"`
}

// Time is what the note says of the session's time. Start and Stop are 24-hour clock times.
type Time struct {
	Start           *string `json:"start"`
	Stop            *string `json:"stop"`
	MinutesStated   *int    `json:"minutesStated"`
	MinutesComputed *int    `json:"minutesComputed"`
}
