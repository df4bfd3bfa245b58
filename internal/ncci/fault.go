package ncci

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// A Fault is one thing that is wrong with a file: what, where, and where we know it what to do.
type Fault struct {
	File    string // as it was given, and the name within the zip after a slash
	Row     int    // from 1, the line in text and the row in a sheet; 0: the file as a whole
	Column  string // letter and name, "F (Modifier)"; empty: the row as a whole
	Problem string
}

// Error writes the fault on one line.
func (f *Fault) Error() string {
	where := f.File
	if f.Row > 0 {
		where += fmt.Sprintf(": row %d", f.Row)
	}
	if f.Column != "" {
		where += ", column " + f.Column
	}
	return where + ": " + f.Problem
}

// Faults is everything that is wrong with the files: the first 20 faults, and how many there are.
type Faults struct {
	Shown []*Fault
	Count int
}

// Error writes one line for each fault that is shown, and a last one with the count of the others.
func (f *Faults) Error() string {
	lines := make([]string, 0, len(f.Shown)+1)
	for _, fault := range f.Shown {
		lines = append(lines, fault.Error())
	}
	if more := f.Count - len(f.Shown); more > 0 {
		lines = append(lines, fmt.Sprintf("and %d more of the same kind or others, not shown", more))
	}
	return strings.Join(lines, "\n")
}

func (f *Faults) add(fault *Fault) {
	f.Count++
	if len(f.Shown) < faultsShown {
		f.Shown = append(f.Shown, fault)
	}
}

// err is the faults as an error, nil where there are none.
func (f *Faults) err() error {
	if f.Count == 0 {
		return nil
	}
	return f
}

// shown is a value of a file as a fault repeats it: quoted, on one line, cut where it is long.
func shown(value string) string {
	if len(value) <= shownBytes {
		return fmt.Sprintf("%q", value)
	}
	cut := shownBytes
	for cut > 0 && !utf8.RuneStart(value[cut]) {
		cut--
	}
	return fmt.Sprintf("%q...", value[:cut])
}

// letter is the name that a spreadsheet gives the column at index i, from 0: A, B ... Z, AA.
func letter(i int) string {
	name := ""
	for i++; i > 0; i = (i - 1) / 26 {
		name = string(rune('A'+(i-1)%26)) + name
	}
	return name
}
