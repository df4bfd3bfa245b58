package pdftext

import (
	"errors"
	"strings"

	"github.com/klippa-app/go-pdfium"
	failures "github.com/klippa-app/go-pdfium/errors"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"
)

// A document is a PDF within its sandbox.
type document struct {
	pdfium   pdfium.Pdfium
	data     []byte
	limits   limits
	document references.FPDF_DOCUMENT
	seen     content // on all pages so far

	everyLetter bool // it names all letters of a font at once
}

// A content is what pages show.
type content struct {
	letters  int
	unknown  int // letters that the font does not name
	pictures int
	objects  int // pieces drawn, of any kind
}

// read reads page after page.
func (d *document) read() (Text, error) {
	opened, err := d.pdfium.OpenDocument(&requests.OpenDocument{File: &d.data})
	if err != nil {
		return Text{}, d.unopened(err)
	}
	d.document, d.everyLetter = opened.Document, everyLetter.Match(d.data)
	counted, err := d.pdfium.FPDF_GetPageCount(&requests.FPDF_GetPageCount{Document: d.document})
	if err != nil {
		return Text{}, err
	}
	if counted.PageCount <= 0 {
		return Text{}, ErrDamaged
	}
	text := Text{Whole: counted.PageCount <= d.limits.pages}
	var out strings.Builder
	for i := range min(counted.PageCount, d.limits.pages) {
		if i > 0 {
			out.WriteString("\f")
		}
		before := d.seen
		lines, err := d.page(i)
		if errors.Is(err, errNoPage) {
			text.Whole = false
			continue
		} else if errors.Is(err, errFull) {
			text.Whole = false
			break
		} else if err != nil {
			return Text{}, err
		}
		if d.seen.pictures > before.pictures && len(lines) == 0 {
			text.Scans = append(text.Scans, i+1)
		}
		for _, line := range lines {
			out.WriteString(line + "\n")
		}
	}
	text.Words = out.String()
	return text, d.verdict(text)
}

// unopened says why a file is not opened. A file whose password is empty is: its pages are shown to
// whoever opens it.
func (d *document) unopened(err error) error {
	switch {
	case errors.Is(err, failures.ErrPassword), errors.Is(err, failures.ErrSecurity):
		return ErrEncrypted
	case errors.Is(err, failures.ErrFormat), errors.Is(err, failures.ErrFile), errors.Is(err, failures.ErrPage):
		return ErrDamaged
	}
	return err
}

// verdict says why what was drawn is no text of a note, where it is none.
func (d *document) verdict(text Text) error {
	switch {
	case d.seen.unknown > d.seen.letters/2:
		return ErrLetters
	case strings.TrimSpace(text.Words) != "":
		return nil
	case d.seen.pictures > 0:
		return ErrPictures
	case !text.Whole:
		return ErrRefused
	}
	return ErrEmpty
}
