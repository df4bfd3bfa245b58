package ncci

import (
	"archive/zip"
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"

	"github.com/chargenote/chargenote/internal/effective"
)

// Inputs is the files of one quarter. Each table may come in several files: one for each side, and
// the parts f1, f2 ... of a PTP table. Where the quarter is given, a PTP or MUE file whose name tells
// another one is refused.
type Inputs struct {
	Quarter effective.Date // first day; zero: not looked at

	Pairs  []Input
	Limits []Input
	AddOns []Input
}

// Counts is how many data rows were read, and how many of them were left out because they name a
// code that the caller does not know. An add-on that is known stays, also where its primary is not and
// counts as left out. Rows that stand twice count twice.
type Counts struct {
	Pairs, PairsLeft   int
	Limits, LimitsLeft int
	AddOns, AddOnsLeft int
}

// Read reads the tables and keeps the rows of codes that the caller knows: of a pair both codes, of
// an add-on the add-on. Its error is a *Faults, which holds everything that is wrong with the files;
// where there is one, nothing was read.
func Read(in Inputs, known func(code string) bool) (*Tables, *Counts, error) {
	r := newReader(known)
	for _, of := range []struct {
		table  *table
		inputs []Input
	}{{pairTable, in.Pairs}, {limitTable, in.Limits}, {addOnTable, in.AddOns}} {
		for _, input := range of.inputs {
			parts, err := partsOf(input, of.table)
			if err != nil {
				r.faults.add(&Fault{File: input.Name, Problem: err.Error()})
				continue
			}
			for _, p := range parts {
				if fault := ofQuarter(p, of.table, in.Quarter); fault != nil {
					r.faults.add(fault)
					continue
				}
				r.part(p, of.table)
			}
		}
	}
	r.gaps()
	tables := r.tables()
	r.contradictions(tables)
	if err := r.faults.err(); err != nil {
		return nil, nil, err
	}
	return tables, &r.counts, nil
}

// A reader collects rows and faults over all files.
type reader struct {
	known  func(string) bool
	faults *Faults
	counts Counts
	rows   int // read so far, of all files
	full   bool

	pairs    map[Side][]PairRow
	limits   map[Side][]LimitRow
	addOns   []AddOnRow
	sawAddOn bool
	numbered map[Side]map[int]*part // the parts f1, f2 ... of PTP tables
}

func newReader(known func(string) bool) *reader {
	return &reader{known: known, faults: &Faults{}, pairs: map[Side][]PairRow{}, limits: map[Side][]LimitRow{}, numbered: map[Side]map[int]*part{}}
}

func (r *reader) tables() *Tables {
	t := &Tables{Pairs: map[Side][]PairRow{}, Limits: map[Side][]LimitRow{}}
	for side, rows := range r.pairs {
		t.Pairs[side] = sorted(rows, comparePairs)
	}
	for side, rows := range r.limits {
		t.Limits[side] = sorted(rows, compareLimits)
	}
	if r.sawAddOn {
		t.AddOns = sorted(r.addOns, compareAddOns)
	}
	return t
}

// A parser reads the data rows of one part.
type parser interface {
	row(cells []string, row int)
}

// parserOf prepares the reading of a part's data rows, once its header is known.
func (r *reader) parserOf(p *part, h *header) (parser, *Fault) {
	at := place{r, p, h}
	switch h.table {
	case pairTable:
		return newPairParser(at)
	case limitTable:
		return newLimitParser(at)
	}
	r.sawAddOn = true
	return &addOnParser{at}, nil
}

// part reads one text or workbook.
func (r *reader) part(p *part, t *table) {
	switch {
	case r.full:
	case p.form == bookForm:
		r.report(p, r.book(p, t))
	default:
		r.report(p, r.text(p, t))
	}
}

// report adds what an error says.
func (r *reader) report(p *part, err error) {
	var fault *Fault
	var faults *Faults
	switch {
	case err == nil:
	case errors.As(err, &faults):
		for _, fault := range faults.Shown {
			r.faults.add(fault)
		}
	case errors.As(err, &fault):
		r.faults.add(fault)
	default:
		r.faults.add(p.fail(err))
	}
}

// text reads a part that is text: the separator is the one under which there is a header.
func (r *reader) text(p *part, t *table) error {
	var first error
	for _, separator := range []byte{'\t', ','} {
		found, err := r.try(p, t, func(in io.Reader) rowReader { return newTextRows(in, separator) })
		if found {
			return err
		}
		first = cmp.Or(first, err)
	}
	if t == addOnTable && fixed(p) {
		return r.fixedText(p)
	}
	if first != nil {
		return first
	}
	return noHeader(p, t)
}

// try looks for the header under one way to read rows, and where it is there reads the whole part.
func (r *reader) try(p *part, t *table, rows func(io.Reader) rowReader) (found bool, err error) {
	in, err := p.open()
	if err != nil {
		return false, err
	}
	defer in.Close()
	s := &scan{rows: rows(io.LimitReader(in, maxPartBytes))}
	h, err := s.header(p, t)
	if h == nil || err != nil {
		return h != nil, err
	}
	return true, r.data(p, h, s)
}

// fixed reports whether a part is CMS's fixed-width text: its first line that is not empty says so.
func fixed(p *part) bool {
	in, err := p.open()
	if err != nil {
		return false
	}
	defer in.Close()
	lines := newTextRows(in, 0)
	for {
		line, err := lines.readLine()
		if err != nil {
			return false
		}
		if strings.TrimSpace(line) != "" {
			return fixedLine.MatchString(line)
		}
	}
}

func (r *reader) fixedText(p *part) error {
	in, err := p.open()
	if err != nil {
		return err
	}
	defer in.Close()
	cells := make([]string, len(addOnTable.columns))
	for i, column := range addOnTable.columns {
		cells[i] = column.name
	}
	h, _ := newHeader(addOnTable, cells, 0)
	return r.data(p, h, &scan{rows: newFixedRows(io.LimitReader(in, maxPartBytes))})
}

// book reads every sheet of a workbook that has a header.
func (r *reader) book(p *part, t *table) error {
	content, err := bytesOf(p)
	if err != nil {
		return fmt.Errorf("the workbook cannot be read: %w", err)
	}
	archive, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return fmt.Errorf("the workbook cannot be read, download it again: %w", err)
	}
	if err := checkZip(archive.File); err != nil {
		return err
	}
	if err := wholeSheets(archive.File); err != nil {
		return fmt.Errorf("the workbook cannot be read: %w", err)
	}
	book, err := openBook(bytes.NewReader(content))
	if err != nil {
		return err
	}
	defer book.Close()
	return r.sheets(p, t, book)
}

// sheets reads every sheet that has a header.
func (r *reader) sheets(p *part, t *table, book *excelize.File) error {
	some := false
	for _, sheet := range book.GetSheetList() {
		found, err := r.sheet(p, t, book, sheet)
		some = some || found || err != nil
		r.report(p, err)
	}
	if !some {
		return noHeader(p, t)
	}
	return nil
}

// sheet reads a sheet where it has a header.
func (r *reader) sheet(p *part, t *table, book *excelize.File, name string) (found bool, err error) {
	rows, err := book.Rows(name)
	if err != nil {
		return false, fmt.Errorf("sheet %s cannot be read: %w", shown(name), err)
	}
	defer rows.Close()
	s := &scan{rows: &sheetRows{rows: rows}}
	h, err := s.header(p, t)
	if h == nil || err != nil {
		return h != nil, err
	}
	return true, r.data(p, h, s)
}

// data reads the rows below the header.
func (r *reader) data(p *part, h *header, s *scan) error {
	to, fault := r.parserOf(p, h)
	if fault != nil {
		return fault
	}
	r.rows += s.read
	for {
		cells, row, err := s.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return &Fault{File: p.name, Row: row, Problem: err.Error()}
		}
		if r.rows++; r.rows > maxRows {
			r.full = true
			return &Fault{File: p.name, Row: row, Problem: fmt.Sprintf("more than %d rows in all: this is no table of CMS", maxRows)}
		}
		if !blank(cells) {
			to.row(cells, row)
		}
	}
}

func blank(cells []string) bool {
	return !slices.ContainsFunc(cells, func(cell string) bool { return strings.TrimSpace(cell) != "" })
}
