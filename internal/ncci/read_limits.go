package ncci

import (
	"errors"
	"fmt"
	"strings"
)

// adjudication is CMS's words behind each MUE adjudication indicator, as normal writes them.
var adjudication = map[string]string{
	"1": "lineedit",
	"2": "dateofserviceeditpolicy",
	"3": "dateofserviceeditclinical",
}

// maxUnitsDigits is the digits of the largest number of units that is taken for one.
const maxUnitsDigits = 7

// A limitParser reads the rows of an MUE table of one side.
type limitParser struct {
	place
	side Side
}

func newLimitParser(at place) (parser, *Fault) {
	var side Side
	switch normal(at.header.cells[at.header.at[limitUnits]]) {
	case practitionerUnits:
		side = Practitioner
	case hospitalUnits:
		side = OutpatientHospital
	default:
		return nil, at.part.fail(errors.New("this is the MUE table of DME suppliers, which is not used: give the practitioner's and the outpatient hospital's"))
	}
	if given := at.part.side; given != "" && given != side {
		return nil, at.part.fail(fmt.Errorf("this MUE table was given as the %s's, and its header says %s", given, side))
	}
	if at.limits[side] == nil {
		at.limits[side] = []LimitRow{}
	}
	return &limitParser{at, side}, nil
}

func (p *limitParser) row(cells []string, row int) {
	if p.tooWide(cells, row) {
		return
	}
	p.counts.Limits++
	code, ok := p.code(cells, row, limitCode)
	units := p.header.cell(cells, limitUnits)
	if !isDigits(units) || len(units) > maxUnitsDigits {
		p.wrong(row, limitUnits, "%s is not a whole number of units of at most %d digits", shown(units), maxUnitsDigits)
		ok = false
	}
	text := p.header.cell(cells, limitIndicator)
	indicator, known := indicatorOf(text)
	if !known {
		p.wrong(row, limitIndicator, "%s is not an adjudication indicator: CMS has 1 Line Edit, 2 Date of Service Edit: Policy and 3 Date of Service Edit: Clinical", shown(text))
		ok = false
	}
	switch {
	case !ok:
	case !p.known(code):
		p.counts.LimitsLeft++
	default:
		p.limits[p.side] = append(p.limits[p.side], LimitRow{code, number(units), indicator})
	}
}

// indicatorOf reads an adjudication indicator: the digit, alone or with CMS's words.
func indicatorOf(text string) (int, bool) {
	digit, words, _ := strings.Cut(text, " ")
	says, ok := adjudication[digit]
	if words = normal(words); !ok || (words != "" && words != says) {
		return 0, false
	}
	return number(digit), true
}
