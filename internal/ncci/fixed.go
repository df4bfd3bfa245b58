package ncci

import (
	"io"
	"regexp"
)

// fixedWidths are the characters of each column in CMS's fixed-width text of the add-on table, in
// the order of addOnTable; the note takes the rest of the line. CMS describes the form in "Add-on
// Code Edit File Structure", in use since 2022-01-01.
var fixedWidths = []int{1, 5, 7, 5, 7, 7, 7}

// fixedLine is a line of that form: type, add-on, a day or spaces, primary.
var fixedLine = regexp.MustCompile(`^[123][0-9A-Z]{5}(\d{7}| {7})[0-9A-Z]{5}(\d{7}| {7})(\d{7}| {7})`)

// fixedRows reads rows of that form; it has no header.
type fixedRows struct {
	lines *textRows
	cells []string
}

// newFixedRows reads lines through a textRows, which knows encodings and limits.
func newFixedRows(in io.Reader) *fixedRows { return &fixedRows{lines: newTextRows(in, 0)} }

func (f *fixedRows) next() ([]string, int, error) {
	line, err := f.lines.readLine()
	if err != nil {
		return nil, f.lines.line, err
	}
	f.cells = f.cells[:0]
	for _, width := range fixedWidths {
		width = min(width, len(line))
		f.cells = append(f.cells, line[:width])
		line = line[width:]
	}
	f.cells = append(f.cells, line)
	return f.cells, f.lines.line, nil
}
