package pdftext

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

// A run is a piece of text as it was drawn on a page.
type run struct {
	from, to float64 // along the line
	height   float64 // of the line, upwards
	size     float64
	text     string
}

// A canvas is what was drawn on one page.
type canvas struct {
	runs     []run
	length   int
	drawn    int // letters
	unknown  int // letters that the font does not name
	pictures int
	most     int // runs that may be drawn yet
}

func (c *canvas) full() bool { return len(c.runs) >= c.most || c.length > mostText }

func (c *canvas) add(r run) {
	for _, v := range []*float64{&r.from, &r.to, &r.height, &r.size} {
		if math.IsNaN(*v) || math.Abs(*v) > 1e7 {
			return // off any page
		}
	}
	c.length += len(r.text)
	c.runs = append(c.runs, r)
}

// sameLine is how far two pieces may stand apart in height, in parts of their size, and be one line;
// gap is from which distance on they are two words; paragraph, two paragraphs.
const (
	sameLine  = 0.5
	gap       = 0.15
	paragraph = 1.9
)

// lines puts what was drawn in the order in which it is read: from the top, each line from the left.
// Forms draw their labels first and what was filled in later, so the order of drawing says nothing.
// Columns side by side are read across.
func (c *canvas) lines() []string {
	slices.SortStableFunc(c.runs, func(a, b run) int { return cmp.Compare(b.height, a.height) })
	var lines []string
	for len(c.runs) > 0 {
		n := 1
		first := c.runs[0]
		for n < len(c.runs) && first.height-c.runs[n].height <= sameLine*min(first.size, max(c.runs[n].size, first.size/2)) {
			n++
		}
		line := c.runs[:n]
		c.runs = c.runs[n:]
		lines = append(lines, joined(line))
		if len(c.runs) > 0 && first.height-c.runs[0].height > paragraph*max(first.size, c.runs[0].size) {
			lines = append(lines, "")
		}
	}
	return lines
}

// joined is one line, with a space where there is a gap. What is drawn twice at one place, as
// some do for bold letters, is said once.
func joined(line []run) string {
	slices.SortStableFunc(line, func(a, b run) int { return cmp.Compare(a.from, b.from) })
	var b strings.Builder
	for i, r := range line {
		if i > 0 {
			last := line[i-1]
			if r.text == last.text && r.from-last.from < 0.2*r.size {
				continue
			}
			if r.from-last.to > gap*r.size {
				b.WriteByte(' ')
			}
		}
		b.WriteString(r.text)
	}
	return b.String()
}
