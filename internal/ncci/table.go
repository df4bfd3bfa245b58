package ncci

import (
	"fmt"
	"strings"
	"unicode"
)

// A column is one column of a table of CMS: its name in messages, and the texts that CMS heads it
// with, as normal writes them.
type column struct {
	name string
	says []string
}

// A table is one kind of table of CMS. The order of the columns is CMS's; the first holds a code.
type table struct {
	name    string
	columns []column
}

// Where a column stands in pairTable.
const (
	pairColumn1 = iota
	pairColumn2
	pairPrior
	pairEffective
	pairDeleted
	pairIndicator
)

// pairTable is the PTP table. In one form the header is one row, in the other the names go down
// over several rows ("Modifier", below it "0=not allowed"), so that the shorter texts count too.
var pairTable = &table{"PTP", []column{
	{"Column 1", []string{"column1"}},
	{"Column 2", []string{"column2"}},
	{"in existence prior to 1996", []string{"inexistencepriorto1996", "inexistence"}},
	{"Effective Date", []string{"effectivedate", "effective"}},
	{"Deletion Date", []string{"deletiondatenodata", "deletiondate", "deletion"}},
	{"Modifier", []string{"modifier0notallowed1allowed9notapplicable", "modifier"}},
	{"PTP Edit Rationale", []string{"ptpeditrationale"}},
}}

// Where a column stands in limitTable.
const (
	limitCode = iota
	limitUnits
	limitIndicator
)

// limitTable is the MUE table. The head of the units tells the side.
var limitTable = &table{"MUE", []column{
	{"HCPCS/CPT Code", []string{"hcpcscptcode"}},
	{"MUE Values", []string{practitionerUnits, hospitalUnits, supplierUnits}},
	{"MUE Adjudication Indicator", []string{"mueadjudicationindicator"}},
	{"MUE Rationale", []string{"muerationale"}},
}}

const (
	practitionerUnits = "practitionerservicesmuevalues"
	hospitalUnits     = "outpatienthospitalservicesmuevalues"
	supplierUnits     = "dmesupplierservicesmuevalues"
)

// Where a column stands in addOnTable.
const (
	addOnType = iota
	addOnCode
	addOnCodeDeleted
	addOnPrimary
	addOnPrimaryDeleted
	addOnEffective
	addOnDeleted
	addOnNote
)

// addOnTable is the add-on table. Some quarters write "(Julian)" behind the names of the days.
var addOnTable = &table{"add-on", []column{
	{"AOC_Edit_Type", []string{"aocedittype"}},
	{"Add-On_Code", []string{"addoncode"}},
	{"AOC_DelDT", []string{"aocdeldt", "aocdeldtjulian"}},
	{"Primary_Code", []string{"primarycode"}},
	{"Primary_Code_DelDT", []string{"primarycodedeldt", "primarycodedeldtjulian"}},
	{"AOC_Edit_EffDT", []string{"aocediteffdt", "aocediteffdtjulian"}},
	{"AOC_Edit_DelDT", []string{"aoceditdeldt", "aoceditdeldtjulian"}},
	{"Special_Instruction_Notes", []string{"specialinstructionnotes", "specialinstructionsnotes", "specialinstructions", "specialinstruction"}},
}}

// tables is all of them, to say which one a file holds instead.
var tables = []*table{pairTable, limitTable, addOnTable}

// names lists the columns of the table, as messages show them.
func (t *table) names() string {
	names := make([]string, len(t.columns))
	for i, column := range t.columns {
		names[i] = column.name
	}
	return strings.Join(names, ", ")
}

// columnOf is the column that a cell heads, or -1.
func (t *table) columnOf(cell string) int {
	text := normal(cell)
	for i, column := range t.columns {
		for _, says := range column.says {
			if text == says {
				return i
			}
		}
	}
	return -1
}

// matches counts the columns of the table that a row heads.
func (t *table) matches(cells []string) int {
	found := make(map[int]bool)
	for _, cell := range cells {
		if i := t.columnOf(cell); i >= 0 {
			found[i] = true
		}
	}
	return len(found)
}

// begins reports whether a row is a header of the table, whole or changed: two of its columns are
// there. No title or copyright line has two.
func (t *table) begins(cells []string) bool { return t.matches(cells) >= 2 }

// normal is the letters and digits of a text in lower case, so that spaces, line breaks and signs
// do not count.
func normal(text string) string {
	var b strings.Builder
	for _, r := range text {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return b.String()
}

// A header is where the columns of a table stand in one file.
type header struct {
	table *table
	cells []string // the texts, those of several rows put together
	row   int      // the first row of the header
	at    []int    // index of each column of the table, -1 where it is missing
}

// newHeader reads the columns out of the header's cells, and says what is wrong with them.
func newHeader(t *table, cells []string, row int) (*header, []Fault) {
	h := &header{table: t, cells: cells, row: row, at: make([]int, len(t.columns))}
	for i := range h.at {
		h.at[i] = -1
	}
	var faults []Fault
	for i, cell := range cells {
		column := t.columnOf(cell)
		switch {
		case strings.TrimSpace(cell) == "":
		case column < 0:
			faults = append(faults, Fault{Row: row, Column: letter(i),
				Problem: fmt.Sprintf("%s is not a column of CMS's %s table as it was when this program was written; do not import it before someone has looked", shown(cell), t.name)})
		case h.at[column] >= 0:
			faults = append(faults, Fault{Row: row, Column: letter(i),
				Problem: fmt.Sprintf("%s stands here and in column %s", t.columns[column].name, letter(h.at[column]))})
		default:
			h.at[column] = i
		}
	}
	for i, at := range h.at {
		if at < 0 {
			faults = append(faults, Fault{Row: row, Column: letter(i), Problem: h.missing(i)})
		}
	}
	return h, faults
}

// missing says that a column is not there, and what stands in its place.
func (h *header) missing(column int) string {
	found := "nothing"
	if column < len(h.cells) && strings.TrimSpace(h.cells[column]) != "" {
		found = shown(h.cells[column])
	}
	return fmt.Sprintf("the column %s of CMS's %s table is missing; in its place stands %s", h.table.columns[column].name, h.table.name, found)
}

// place names a column of the table in a fault.
func (h *header) place(column int) string {
	return fmt.Sprintf("%s (%s)", letter(h.at[column]), h.table.columns[column].name)
}

// cell is the text of a column of the table in a row.
func (h *header) cell(cells []string, column int) string {
	if i := h.at[column]; i < len(cells) {
		return strings.TrimSpace(cells[i])
	}
	return ""
}
