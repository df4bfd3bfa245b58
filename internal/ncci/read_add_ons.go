package ncci

import (
	"strings"

	"github.com/chargenote/chargenote/internal/effective"
)

// An addOnParser reads the rows of an add-on table.
type addOnParser struct {
	place
}

func (p *addOnParser) row(cells []string, row int) {
	if p.tooWide(cells, row) {
		return
	}
	p.counts.AddOns++
	ok := true
	kind := p.header.cell(cells, addOnType)
	if kind != "1" && kind != "2" && kind != "3" {
		p.wrong(row, addOnType, "%s is not a type of add-on: CMS has 1, 2 and 3", shown(kind))
		ok = false
	}
	code, good := p.code(cells, row, addOnCode)
	ok = ok && good
	primary := p.header.cell(cells, addOnPrimary)
	if contractorDecides(primary) {
		primary = ""
	} else {
		_, good = p.code(cells, row, addOnPrimary)
		ok = ok && good
	}
	from, good := p.day(cells, row, addOnEffective)
	ok = ok && good
	var until effective.Date
	for _, column := range []int{addOnDeleted, addOnCodeDeleted, addOnPrimaryDeleted} {
		day, good := p.day(cells, row, column)
		ok = ok && good
		if !day.IsZero() && (until.IsZero() || day.Before(until)) {
			until = day
		}
	}
	if !ok {
		return
	}
	if !p.known(code) {
		p.counts.AddOnsLeft++
		return
	}
	if kind == "2" && primary != "" {
		p.wrong(row, addOnPrimary, "%s is listed for an add-on of type 2: there CMS leaves the primary codes to the contractor (CCCCC)", shown(primary))
		return
	}
	if primary != "" && !p.known(primary) {
		p.counts.AddOnsLeft++
		primary = ""
	}
	p.addOns = append(p.addOns, AddOnRow{code, number(kind), primary, from, until})
}

// contractorDecides reports whether a primary is a marker for codes that the contractor chooses:
// one letter five times, as CCCCC.
func contractorDecides(primary string) bool {
	return len(primary) == 5 && primary[0] >= 'A' && primary[0] <= 'Z' && primary == strings.Repeat(primary[:1], 5)
}

// day reads a day of the add-on table, where there is one.
func (p *addOnParser) day(cells []string, row, column int) (effective.Date, bool) {
	text := p.header.cell(cells, column)
	if text == "" || text == noDay {
		return effective.Date{}, true
	}
	if day, ok := ordinalDay(text); ok {
		return day, true
	}
	day, ok := dayOf(text)
	if !ok {
		p.wrong(row, column, "%s is not a day: CMS writes seven digits, the year and the day of the year (yyyyddd), or nothing", shown(text))
	}
	return day, ok
}
