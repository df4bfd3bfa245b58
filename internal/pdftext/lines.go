package pdftext

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

// A word is what stands together on a page. PDFium gives the words of a line in their order, line after
// line as they were drawn.
type word struct {
	text        string
	first, last int // letters of the page
	place       place
}

// A place is where a word stands on the page as it is shown, in points.
type place struct {
	from, to float64 // along the line
	height   float64 // of the line, upwards
	size     float64 // of the letters
	beside   bool    // nowhere on the page
}

// sameLine is how far two words may stand apart in height, in parts of their size, and be on one line;
// gap is from which distance on they are two words; paragraph, two paragraphs.
const (
	sameLine  = 0.5
	gap       = 0.2
	paragraph = 1.9
)

// descends reports whether each line is on the page and stands below the one before, so that they are read in
// the order in which they were drawn. Each line is known by the place of its first word.
func descends(lines [][]word) bool {
	for i := range lines {
		below := lines[i][0].place
		if below.beside {
			return false
		}
		if i == 0 {
			continue
		}
		above := lines[i-1][0].place
		if above.height-below.height <= sameLine*max(above.size, below.size) {
			return false
		}
	}
	return true
}

// arranged puts words in the order in which a page is read: from the top, each line from the left. Forms
// draw their labels first and what was filled in later, so the order of drawing says nothing. Columns
// side by side are read across.
func arranged(words []word) [][]word {
	slices.SortStableFunc(words, func(a, b word) int { return cmp.Compare(b.place.height, a.place.height) })
	var lines [][]word
	for len(words) > 0 {
		n := 1
		first := words[0].place
		for n < len(words) && first.height-words[n].place.height <= sameLine*min(first.size, max(words[n].place.size, first.size/2)) {
			n++
		}
		line := words[:n:n]
		slices.SortStableFunc(line, func(a, b word) int { return cmp.Compare(a.place.from, b.place.from) })
		lines = append(lines, line)
		words = words[n:]
	}
	return lines
}

// written is the text of lines, with an empty one between paragraphs.
func written(lines [][]word) []string {
	var out []string
	for i, line := range lines {
		if i > 0 {
			above, here := lines[i-1][0].place, line[0].place
			if math.Abs(above.height-here.height) > paragraph*max(above.size, here.size) {
				out = append(out, "")
			}
		}
		out = append(out, joined(line))
	}
	return out
}

// joined is one line. Between two words that PDFium gave one after the other stands a space; between
// others, where there is a gap.
func joined(line []word) string {
	var b strings.Builder
	for i, w := range line {
		if i > 0 {
			last := line[i-1]
			if last.last < w.first && w.first-last.last <= 2 || w.place.from-last.place.to > gap*w.place.size {
				b.WriteByte(' ')
			}
		}
		b.WriteString(w.text)
	}
	return b.String()
}
