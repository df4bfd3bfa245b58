package draft

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/chargenote/chargenote/internal/effective"
)

// A Passage is a section as a clinician edits it.
type Passage struct {
	Heading string
	Text    string // a sentence or a blank on each line, with the numbers of its sources behind it, as Text prints them
	Rows    []Row  // the same, taken apart
	Blanks  []string
	Edited  bool
}

// A Row is a sentence of a passage, with the numbers of its sources in their order.
type Row struct {
	Line
	Numbers []int
}

// Passages are the sections of a document as they are edited, those too that an edit has left empty.
func (d Document) Passages() []Passage {
	cited := &citations{}
	var passages []Passage
	for _, s := range d.Sections {
		p := Passage{Heading: s.Heading, Edited: s.Edited}
		var text []string
		for _, l := range s.Lines {
			row := Row{Line: l, Numbers: cited.numbers(l.Sources)}
			text = append(text, l.Shown()+cited.marks(l.Sources))
			if l.Text != "" {
				p.Rows = append(p.Rows, row)
			}
			p.Blanks = append(p.Blanks, l.blanks()...)
		}
		p.Text = strings.Join(text, "\n")
		passages = append(passages, p)
	}
	return passages
}

// Cited lists the sources of a document: the first one is number 1.
func (d Document) Cited() []string {
	cited := &citations{}
	for _, s := range d.Sections {
		for _, l := range s.Lines {
			cited.numbers(l.Sources)
		}
	}
	return cited.names
}

// mark is the number of a source in edited text.
var mark = regexp.MustCompile(`[ \t]*\[([0-9]{1,4})\]`)

// Read takes what a clinician wrote in a section of this document. A line whose words stand in the
// document keeps what they rest on, wherever it was moved to and whatever numbers were left. Other words
// are the clinician's: of their numbers, those of this document's sources are kept as what was left
// behind them; where numbered is false the numbers are of another state of the document, and are taken
// out. Characters that would move a cursor or turn the direction of writing become U+FFFD.
func (d Document) Read(text string, numbered bool) []Line {
	known, sources := d.lines(), d.Cited()
	lines := []Line{}
	if text = Tidy(text); text == "" {
		return lines
	}
	for written := range strings.SplitSeq(text, "\n") {
		bare := strings.TrimSpace(mark.ReplaceAllString(written, ""))
		switch {
		case known[written] != nil:
			lines = append(lines, *known[written])
		case known[bare] != nil:
			lines = append(lines, *known[bare])
		case written == "":
			lines = append(lines, Line{Sources: []string{}})
		default:
			if l := edited(written, sources, numbered); l.Text != "" {
				lines = append(lines, l)
			}
		}
	}
	return slices.CompactFunc(lines, func(a, b Line) bool { return a.Text == "" && b.Text == "" })
}

// lines finds the lines of a document by their words, with the numbers behind them and without.
func (d Document) lines() map[string]*Line {
	cited := &citations{}
	known := map[string]*Line{}
	for _, s := range d.Sections {
		for _, l := range s.Lines {
			if l.Text == "" {
				continue
			}
			for _, words := range []string{l.Shown() + cited.marks(l.Sources), l.Shown()} {
				if known[words] == nil {
					known[words] = &l
				}
			}
		}
	}
	return known
}

// edited is a line in the words of the clinician.
func edited(written string, sources []string, numbered bool) Line {
	l := Line{Sources: []string{}, Edited: true}
	text := mark.ReplaceAllStringFunc(written, func(m string) string {
		n, err := strconv.Atoi(mark.FindStringSubmatch(m)[1])
		switch {
		case err != nil || numbered && (n < 1 || n > len(sources)):
			return m // a number of hers
		case numbered && !slices.Contains(l.Sources, sources[n-1]):
			l.Sources = append(l.Sources, sources[n-1])
		}
		return ""
	})
	l.Text = strings.TrimSpace(text)
	if whole := openBlank.FindStringSubmatch(l.Text); whole != nil && whole[0] == l.Text && whole[1] != "" && !strings.Contains(whole[1], "[[") {
		l.Text, l.Blank = whole[1], true
	}
	return l
}

// Tidy is text of a form with one kind of line end, without space around its lines and without
// characters that would move a cursor.
func Tidy(text string) string {
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text)
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = strings.TrimSpace(steady(line))
	}
	return strings.Trim(strings.Join(lines, "\n"), "\n")
}

// steady takes out what would move a pen or a cursor, or turn the direction of writing.
func steady(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return ' '
		case r == utf8.RuneError, r < ' ', r >= 0x7f && r < 0xa0, r >= 0x200e && r <= 0x200f, r >= 0x2028 && r <= 0x202e, r >= 0x2066 && r <= 0x2069:
			return '\ufffd'
		}
		return r
	}, s)
}

// Holds reports whether lines say what the section says, from the same sources.
func (s Section) Holds(lines []Line) bool {
	return slices.EqualFunc(s.Lines, lines, func(a, b Line) bool {
		return a.Shown() == b.Shown() && slices.Equal(a.Sources, b.Sources)
	})
}

// Edited is the document with the sections that a clinician wrote over, by their headings. A section
// that the document does not have any more stands at its end: what somebody wrote is never dropped.
// Blanks and reading grade are those of what is written now.
func (d Document) Edited(sections map[string][]Line) Document {
	if len(sections) == 0 {
		return d
	}
	drafted := d.Sections
	d.Sections = []Section{}
	for _, s := range drafted {
		if lines, ok := sections[s.Heading]; ok {
			s = Section{Heading: s.Heading, Lines: lines, Edited: true}
		}
		d.Sections = append(d.Sections, s)
	}
	for _, heading := range effective.SortedKeys(sections) {
		if !slices.ContainsFunc(drafted, func(s Section) bool { return s.Heading == heading }) {
			d.Sections = append(d.Sections, Section{Heading: heading, Lines: sections[heading], Edited: true})
		}
	}
	d.collectBlanks()
	d.Grade = nil
	d.measure()
	return d
}

// printed is the sections that have something to print.
func (d Document) printed() []Section {
	return slices.DeleteFunc(slices.Clone(d.Sections), func(s Section) bool { return len(s.Lines) == 0 })
}

// editedLine says which sections are the clinician's own; empty where none is.
func (d Document) editedLine() string {
	var headings []string
	for _, s := range d.Sections {
		if s.Edited {
			headings = append(headings, s.Heading)
		}
	}
	if len(headings) == 0 {
		return ""
	}
	return fmt.Sprintf("Edited by the clinician: %s.", strings.Join(headings, ", "))
}
