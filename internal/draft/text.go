package draft

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// width is the longest line of plain text, in characters.
const width = 78

// Text writes a document as plain text in UTF-8, in lines of up to 78 characters. Each sentence has the
// number of its source behind it; the sources stand at the end.
func (d Document) Text() string {
	var b strings.Builder
	line := func(indent, text string) { b.WriteString(wrap(indent, steady(text))) }
	line("", d.Label)
	line("", d.Title)
	b.WriteByte('\n')
	for _, f := range d.Header {
		line("", f.Name+": "+f.shown())
	}
	cited := &citations{}
	for _, s := range d.printed() {
		b.WriteByte('\n')
		line("", strings.ToUpper(s.Heading))
		for _, l := range s.Lines {
			line("", l.Shown()+cited.marks(l.Sources))
		}
	}
	b.WriteByte('\n')
	line("", d.blanksLine())
	if edited := d.editedLine(); edited != "" {
		line("", edited)
	}
	if d.Grade != nil {
		line("", d.gradeLine())
	}
	for i, source := range cited.names {
		if i == 0 {
			b.WriteByte('\n')
			line("", "Sources")
		}
		line("", fmt.Sprintf("[%d] %s", i+1, source))
	}
	return b.String()
}

// blanksLine says how many blanks are left, so that no draft goes out with one unseen.
func (d Document) blanksLine() string {
	switch len(d.Blanks) {
	case 0:
		return "No blank is left."
	case 1:
		return "1 blank is left: fill it or take it out before this is used."
	}
	return fmt.Sprintf("%d blanks are left: fill them or take them out before this is used.", len(d.Blanks))
}

func (d Document) gradeLine() string {
	return fmt.Sprintf("Reading grade of what is written: %.1f (Flesch-Kincaid).", *d.Grade)
}

// citations number sources in the order in which they are first used.
type citations struct{ names []string }

// marks are the numbers of sources, as " [1][2]".
func (c *citations) marks(sources []string) string {
	var b strings.Builder
	for _, n := range c.numbers(sources) {
		if b.Len() == 0 {
			b.WriteByte(' ')
		}
		fmt.Fprintf(&b, "[%d]", n)
	}
	return b.String()
}

func (c *citations) numbers(sources []string) []int {
	var numbers []int
	for _, source := range sources {
		at := slices.Index(c.names, source)
		if at < 0 {
			at = len(c.names)
			c.names = append(c.names, source)
		}
		numbers = append(numbers, at+1)
	}
	return numbers
}

// wrap writes a paragraph in lines of up to width characters. A word that is longer stays whole.
func wrap(indent, text string) string {
	var b strings.Builder
	column := 0
	for _, word := range strings.Fields(text) {
		size := utf8.RuneCountInString(word)
		switch {
		case column == 0:
			b.WriteString(indent)
			column = utf8.RuneCountInString(indent)
		case column+1+size > width:
			b.WriteString("\n" + indent)
			column = utf8.RuneCountInString(indent)
		default:
			b.WriteByte(' ')
			column++
		}
		b.WriteString(word)
		column += size
	}
	b.WriteByte('\n')
	return b.String()
}
