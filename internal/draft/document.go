package draft

import (
	"cmp"
	"regexp"
	"strings"
)

// The kinds of document.
const (
	AfterVisitSummary = "after-visit-summary"
	AssessmentReport  = "assessment-report"
	ProgressNote      = "progress-note"
	AssessmentNote    = "assessment-note"
)

// Label stands on every page of every draft.
const Label = "Draft for clinician review. Unsigned."

// A Document is a draft. It is made for one visit and holds nothing of another one.
type Document struct {
	Template string    `json:"template"` // id
	Kind     string    `json:"kind"`
	Title    string    `json:"title"`
	Label    string    `json:"label"`
	Header   []Field   `json:"header"`
	Sections []Section `json:"sections"`
	Blanks   []string  `json:"blanks"` // what the clinician must write, in the order of the document
	// Grade is how many years of school the text asks for, by Flesch and Kincaid; of documents for the
	// patient alone, and absent where there is no sentence to measure.
	Grade *float64 `json:"readingGrade,omitempty"`

	forPatient bool // its words are measured
}

// A Field is a line of the header. An empty value is a blank.
type Field struct {
	Name    string   `json:"name"`
	Value   string   `json:"value"`
	Sources []string `json:"sources"`
}

// A Section is a heading with its lines.
type Section struct {
	Heading string `json:"heading"`
	Lines   []Line `json:"lines"`
	Edited  bool   `json:"edited,omitempty"` // the clinician wrote it over; without lines it is taken out
}

// A Line is a sentence with what it rests on, or a blank.
type Line struct {
	Text    string   `json:"text"`
	Sources []string `json:"sources"`         // resources, with the bytes of the note where it is quoted; empty for a blank and for words of the template
	Blank   bool     `json:"blank,omitempty"` // the clinician must write this
	Element string   `json:"element,omitempty"`
	Edited  bool     `json:"edited,omitempty"` // the words are the clinician's; sources are those that were left behind them

	at int // the place of its sentence in the note, counted from 1
}

// The marks of a blank, so that one left open is seen by people and found by programs.
const blankOpen, blankClose = "[[ ", " ]]"

// Shown is a line as every format prints it.
func (l Line) Shown() string {
	if l.Blank {
		return blankOpen + l.Text + blankClose
	}
	return l.Text
}

// openBlank is a blank inside of a line, closed or not.
var openBlank = regexp.MustCompile(`\[\[\s*(.*?)\s*(?:\]\]|$)`)

// blanks is what is left to write in a line.
func (l Line) blanks() []string {
	if l.Blank {
		return []string{l.Text}
	}
	var open []string
	for _, found := range openBlank.FindAllStringSubmatch(l.Text, -1) {
		open = append(open, cmp.Or(found[1], "a blank"))
	}
	return open
}

// shown is a field as every format prints it.
func (f Field) shown() string {
	if f.Value == "" {
		return blankOpen + strings.ToLower(f.Name) + blankClose
	}
	return f.Value
}

// collectBlanks lists what is left to write.
func (d *Document) collectBlanks() {
	d.Blanks = []string{}
	for _, f := range d.Header {
		if f.Value == "" {
			d.Blanks = append(d.Blanks, f.Name)
		}
	}
	for _, s := range d.Sections {
		for _, l := range s.Lines {
			for _, blank := range l.blanks() {
				d.Blanks = append(d.Blanks, s.Heading+": "+blank)
			}
		}
	}
}
