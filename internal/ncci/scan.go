package ncci

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// A scan reads the rows of a part, and gives back the one that ended the header.
type scan struct {
	rows rowReader
	read int // rows that were read in search of the header

	kept    []string
	keptRow int
	isKept  bool
}

func (s *scan) next() ([]string, int, error) {
	if s.isKept {
		s.isKept = false
		return s.kept, s.keptRow, nil
	}
	return s.rows.next()
}

func (s *scan) keep(cells []string, row int) {
	s.kept, s.keptRow, s.isKept = slices.Clone(cells), row, true
}

// header finds the header among the first rows, puts the rows that continue it together, and checks
// the columns. A header with faults is returned with them, so that the caller knows that it is one;
// where there is none and no other fault either, both are nil.
func (s *scan) header(p *part, t *table) (*header, error) {
	other := ""
	for s.read < headerWithin {
		cells, row, err := s.rows.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, &Fault{File: p.name, Row: row, Problem: err.Error()}
		}
		s.read++
		if !t.begins(cells) {
			other = orOther(other, t, cells)
			continue
		}
		whole, err := s.whole(p, cells)
		if err != nil {
			return nil, err
		}
		h, faults := newHeader(t, whole, row)
		if len(faults) == 0 {
			return h, nil
		}
		all := &Faults{}
		for _, fault := range faults {
			fault.File = p.name
			all.add(&fault)
		}
		return h, all
	}
	if other != "" {
		return nil, p.fail(fmt.Errorf("this is CMS's %s table, not the %s table: give it to its own option", other, t.name))
	}
	return nil, nil
}

// noHeader is the fault of a part without one.
func noHeader(p *part, t *table) *Fault {
	return p.fail(fmt.Errorf("no header of CMS's %s table within the first %d rows; its columns are %s", t.name, headerWithin, t.names()))
}

// orOther is the name of another table whose header a row is.
func orOther(found string, t *table, cells []string) string {
	for _, other := range tables {
		if found == "" && other != t && other.begins(cells) {
			found = other.name
		}
	}
	return found
}

// whole adds the rows below that continue the header: they have no code in front, and are not empty.
func (s *scan) whole(p *part, cells []string) ([]string, error) {
	whole := slices.Clone(cells)
	for range headerSpan {
		cells, row, err := s.rows.next()
		if errors.Is(err, io.EOF) {
			return whole, nil
		}
		if err != nil {
			return nil, &Fault{File: p.name, Row: row, Problem: err.Error()}
		}
		if len(cells) > 0 && strings.TrimSpace(cells[0]) != "" {
			s.keep(cells, row)
			return whole, nil
		}
		s.read++
		for i, cell := range cells {
			if strings.TrimSpace(cell) == "" {
				continue
			}
			for len(whole) <= i {
				whole = append(whole, "")
			}
			whole[i] = strings.TrimSpace(whole[i] + " " + strings.TrimSpace(cell))
		}
	}
	return whole, nil
}
