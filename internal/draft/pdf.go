package draft

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"codeberg.org/go-pdf/fpdf"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goitalic"
	"golang.org/x/image/font/gofont/goregular"
)

const (
	font   = "go"
	margin = 20.0 // millimeters
	body   = 10.5 // points
	step   = 5.2  // millimeters from line to line
)

// PDF writes a document as PDF on US Letter, with name and birth date on every page, no link and no
// script. The same document gives the same bytes.
func (d Document) PDF() ([]byte, error) {
	p := fpdf.New("P", "mm", "Letter", "")
	p.SetCreationDate(time.Unix(0, 0).UTC())
	p.SetModificationDate(time.Unix(0, 0).UTC())
	p.SetCatalogSort(true)
	p.SetTitle(d.Title, true)
	p.AddUTF8FontFromBytes(font, "", goregular.TTF)
	p.AddUTF8FontFromBytes(font, "B", gobold.TTF)
	p.AddUTF8FontFromBytes(font, "I", goitalic.TTF)
	p.SetMargins(margin, margin+8, margin)
	p.SetAutoPageBreak(true, margin)
	p.AliasNbPages("{pages}")
	p.SetHeaderFunc(func() { d.pageHead(p) })
	p.SetFooterFunc(func() { d.pageFoot(p) })
	p.AddPage()
	d.pdfBody(p)
	var b bytes.Buffer
	if err := p.Output(&b); err != nil {
		return nil, fmt.Errorf("write the PDF of a draft: %w", err)
	}
	return b.Bytes(), nil
}

// pageHead is name, birth date and day of service on every page, so that none can be taken for another
// patient's.
func (d Document) pageHead(p *fpdf.Fpdf) {
	var parts []string
	for _, f := range d.Header {
		if f.Name == "Clinician" {
			continue
		}
		parts = append(parts, f.Name+": "+printable(f.shown()))
	}
	p.SetY(margin - 8)
	p.SetFont(font, "", 8.5)
	p.MultiCell(0, 4.2, strings.Join(parts, "    "), "", "L", false)
	p.SetDrawColor(160, 160, 160)
	p.Line(margin, p.GetY()+1, 215.9-margin, p.GetY()+1)
	p.SetY(max(p.GetY()+4, margin+2))
}

func (d Document) pageFoot(p *fpdf.Fpdf) {
	p.SetY(-margin + 4)
	p.SetFont(font, "I", 8.5)
	p.CellFormat(0, 4, fmt.Sprintf("%s    Page %d of {pages}", d.Label, p.PageNo()), "", 0, "C", false, 0, "")
}

func (d Document) pdfBody(p *fpdf.Fpdf) {
	p.SetFont(font, "B", 16)
	p.MultiCell(0, 8, printable(d.Title), "", "L", false)
	p.Ln(1)
	for _, f := range d.Header {
		p.SetFont(font, "B", body)
		p.CellFormat(34, step, f.Name, "", 0, "L", false, 0, "")
		p.SetFont(font, "", body)
		p.MultiCell(0, step, printable(f.shown()), "", "L", false)
	}
	cited := &citations{}
	for _, s := range d.printed() {
		p.Ln(2.5)
		if p.GetY() > 279.4-margin-3*step { // a heading stays with its first line
			p.AddPage()
		}
		p.SetFont(font, "B", body+1.5)
		p.MultiCell(0, step+1, printable(s.Heading), "", "L", false)
		for _, l := range s.Lines {
			pdfLine(p, l, cited.marks(l.Sources))
		}
	}
	d.pdfEnd(p, cited)
}

// pdfLine writes a sentence, and a blank in a box that catches the eye.
func pdfLine(p *fpdf.Fpdf, l Line, marks string) {
	p.SetFont(font, "", body)
	if len(l.blanks()) > 0 {
		p.SetFillColor(238, 238, 238)
		p.MultiCell(0, step, printable(l.Shown()+marks), "", "L", true)
	} else {
		p.MultiCell(0, step, printable(l.Shown()+marks), "", "L", false)
	}
	p.Ln(0.8)
}

func (d Document) pdfEnd(p *fpdf.Fpdf, cited *citations) {
	p.Ln(3)
	p.SetFont(font, "B", body)
	p.MultiCell(0, step, d.blanksLine(), "", "L", false)
	p.SetFont(font, "", 8.5)
	if edited := d.editedLine(); edited != "" {
		p.MultiCell(0, 4.2, printable(edited), "", "L", false)
	}
	if d.Grade != nil {
		p.MultiCell(0, 4.2, d.gradeLine(), "", "L", false)
	}
	if len(cited.names) == 0 {
		return
	}
	p.Ln(1)
	p.MultiCell(0, 4.2, "Sources", "", "L", false)
	for i, source := range cited.names {
		p.MultiCell(0, 4.2, printable(fmt.Sprintf("[%d] %s", i+1, source)), "", "L", false)
	}
}

// printable is steady text of characters that the font can hold.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r > 0xffff {
			return '\ufffd'
		}
		return r
	}, steady(s))
}
