package ncci

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"

	"github.com/chargenote/chargenote/internal/effective"
)

// indicatorWithdrawn is CMS's modifier indicator 9, "not applicable": a pair that was deleted as of
// the day it began.
const indicatorWithdrawn = 9

// noDay is how CMS writes that there is no day.
const noDay = "*"

// partNumber is the number of a part in the names of PTP files, as in ccipra-v313r0-f1.txt.
var partNumber = regexp.MustCompile(`(?i)cci(?:pra|oph)-v\d+(?:r\d+)?-f(\d{1,2})\b`)

// A pairParser reads the rows of a PTP table of one side.
type pairParser struct {
	place
	side Side
}

func newPairParser(at place) (parser, *Fault) {
	given, named := at.part.side, at.part.sideNamed()
	switch {
	case given == "" && named == "":
		return nil, at.part.fail(errors.New("nothing says whether this PTP table is for practitioners or for outpatient hospitals: keep CMS's file name (ccipra-..., ccioph-...), or say the side"))
	case given != "" && named != "" && given != named:
		return nil, at.part.fail(fmt.Errorf("this PTP table was given as the %s's, and its name says %s", given, named))
	}
	side := cmp.Or(given, named)
	if fault := at.number(side); fault != nil {
		return nil, fault
	}
	if at.pairs[side] == nil {
		at.pairs[side] = []PairRow{}
	}
	return &pairParser{at, side}, nil
}

// sideNamed is the side that the part's name tells, or the name of the zip that holds it.
func (p *part) sideNamed() Side {
	for _, base := range p.bases {
		if side := sideOfName(base); side != "" {
			return side
		}
	}
	return ""
}

// number remembers which part of the side's table this is, and refuses one that was read before.
func (p place) number(side Side) *Fault {
	for _, base := range p.part.bases {
		match := partNumber.FindStringSubmatch(base)
		if match == nil {
			continue
		}
		n := number(match[1])
		if before := p.numbered[side][n]; before != nil && before != p.part {
			return p.part.fail(fmt.Errorf("part f%d of the %s PTP table was already read from %s: give each part once", n, side, before.name))
		}
		if p.numbered[side] == nil {
			p.numbered[side] = map[int]*part{}
		}
		p.numbered[side][n] = p.part
		return nil
	}
	return nil
}

// gaps reports the parts that are missing before the last one that was read.
func (r *reader) gaps() {
	for _, side := range sides {
		last := 0
		for n := range r.numbered[side] {
			last = max(last, n)
		}
		for n := 1; n < last; n++ {
			if r.numbered[side][n] == nil {
				r.faults.add(r.numbered[side][last].fail(fmt.Errorf("part f%d of the %s PTP table is missing: give all parts of the quarter", n, side)))
			}
		}
	}
}

func (p *pairParser) row(cells []string, row int) {
	if p.tooWide(cells, row) {
		return
	}
	p.counts.Pairs++
	one, ok1 := p.code(cells, row, pairColumn1)
	two, ok2 := p.code(cells, row, pairColumn2)
	pair := PairRow{Column1: one, Column2: two}
	ok3 := p.days(&pair, cells, row)
	ok4 := p.indicator(&pair, cells, row)
	if !ok1 || !ok2 || !ok3 || !ok4 {
		return
	}
	if !p.known(one) || !p.known(two) {
		p.counts.PairsLeft++
		return
	}
	p.pairs[p.side] = append(p.pairs[p.side], pair)
}

// days reads the first and the last day. Where the row is marked as older than 1996, the first may
// be absent.
func (p *pairParser) days(pair *PairRow, cells []string, row int) (ok bool) {
	ok = true
	prior := p.header.cell(cells, pairPrior)
	if prior != "" && prior != noDay {
		p.wrong(row, pairPrior, "%s stands where CMS has * or nothing", shown(prior))
		ok = false
	}
	text := p.header.cell(cells, pairEffective)
	if text != noDay && (text != "" || prior != noDay) {
		if pair.Effective, ok = p.day(text, row, pairEffective, ok); !ok {
			return false
		}
	}
	if text = p.header.cell(cells, pairDeleted); text != noDay {
		if pair.Deleted, ok = p.day(text, row, pairDeleted, ok); !ok {
			return false
		}
	}
	if !pair.Deleted.IsZero() && pair.Deleted.Before(pair.Effective) {
		p.wrong(row, pairDeleted, "the last day %s is before the first, %s", pair.Deleted, pair.Effective)
		return false
	}
	return ok
}

func (p *pairParser) day(text string, row, column int, ok bool) (effective.Date, bool) {
	day, good := dayOf(text)
	if !good {
		p.wrong(row, column, "%s is not a day: CMS writes eight digits, yyyymmdd, or * for none", shown(text))
	}
	return day, ok && good
}

func (p *pairParser) indicator(pair *PairRow, cells []string, row int) bool {
	switch text := p.header.cell(cells, pairIndicator); text {
	case "0", "1", "9":
		pair.Indicator = number(text)
		return true
	default:
		p.wrong(row, pairIndicator, "%s is not a modifier indicator: CMS has 0 (not allowed), 1 (allowed) and 9 (not applicable)", shown(text))
		return false
	}
}
