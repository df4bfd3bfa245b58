package ncci

import (
	"fmt"
	"strings"
	"time"

	"github.com/chargenote/chargenote/internal/effective"
)

// A place is one part with its header, for the parsers of its rows.
type place struct {
	*reader
	part   *part
	header *header
}

// wrong adds a fault of one cell.
func (p place) wrong(row, column int, format string, args ...any) {
	p.faults.add(&Fault{File: p.part.name, Row: row, Column: p.header.place(column), Problem: fmt.Sprintf(format, args...)})
}

// tooWide reports, as a fault, cells behind the last column of the header.
func (p place) tooWide(cells []string, row int) bool {
	for i := len(p.header.cells); i < len(cells); i++ {
		if strings.TrimSpace(cells[i]) != "" {
			p.faults.add(&Fault{File: p.part.name, Row: row, Column: letter(i), Problem: fmt.Sprintf("%s stands behind the last column of the header", shown(cells[i]))})
			return true
		}
	}
	return false
}

// code reads a CPT or HCPCS code: five characters, digits but for a letter in front or at the end.
func (p place) code(cells []string, row, column int) (string, bool) {
	code := p.header.cell(cells, column)
	if !isCode(code) {
		p.wrong(row, column, "%s is not a code of five characters, as 90791, G0444 or 0591T", shown(code))
		return "", false
	}
	return code, true
}

func isCode(code string) bool {
	if len(code) != 5 || !isDigitOrLetter(code[0]) || !isDigitOrLetter(code[4]) {
		return false
	}
	return isDigits(code[1:4])
}

func isDigitOrLetter(c byte) bool { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') }

func isDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// dayOf reads a day as CMS writes it, yyyymmdd, in years 1900 to 2200.
func dayOf(text string) (effective.Date, bool) {
	if len(text) != len("20250310") || !isDigits(text) {
		return effective.Date{}, false
	}
	return inCalendar(effective.Date{Year: number(text[:4]), Month: time.Month(number(text[4:6])), Day: number(text[6:])})
}

// ordinalDay reads a day as the add-on table writes it, the year and the day of the year, yyyyddd.
func ordinalDay(text string) (effective.Date, bool) {
	if len(text) != len("2025069") || !isDigits(text) {
		return effective.Date{}, false
	}
	year := number(text[:4])
	day := effective.Date{Year: year, Month: time.January, Day: 1}.AddDays(number(text[4:]) - 1)
	if day.Year != year {
		return effective.Date{}, false
	}
	return inCalendar(day)
}

func inCalendar(day effective.Date) (effective.Date, bool) {
	if day.Year < 1900 || day.Year > 2200 || day.AddDays(0) != day {
		return effective.Date{}, false
	}
	return day, true
}

// number is the value of at most nine digits.
func number(digits string) int {
	n := 0
	for i := range len(digits) {
		n = n*10 + int(digits[i]-'0')
	}
	return n
}
