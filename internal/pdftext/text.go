package pdftext

import (
	"bytes"
	"strings"
)

// A Text is what a PDF says.
type Text struct {
	Words string // one line a line, an empty line between paragraphs, a form feed before each page but the first
	Scans []int  // pages that show pictures and no text, counted from 1
	Whole bool   // nothing was left out because it is packed in a way that is not read, or beyond the limits
}

// Read reads a PDF. The error is one of this package's, in words for the clinician, and says nothing
// of what the PDF holds. At most 1.25 MiB of text are read.
func Read(data []byte) (Text, error) {
	if at := bytes.Index(data[:min(len(data), 1024)], []byte("%PDF-")); at < 0 {
		return Text{}, ErrDamaged
	}
	f, err := open(data)
	if err != nil {
		return Text{}, err
	}
	pages := f.pages()
	if f.budget.spent {
		return Text{}, ErrTooLarge
	}
	if len(pages) == 0 {
		if f.packed {
			return Text{}, ErrPacked
		}
		return Text{}, ErrDamaged
	}
	return f.read(pages)
}

// read draws page after page.
func (f *file) read(pages []page) (Text, error) {
	var out strings.Builder
	var seen canvas
	text := Text{Whole: len(pages) < mostPages}
	fonts := map[any]*font{}
	left := mostRuns
	for i, p := range pages {
		c := &canvas{most: left}
		d := &drawing{file: f, fonts: fonts, page: c, text: identity, line: identity, state: state{placed: p.turned(), wide: 1}}
		d.draw(f.content(p), p.resources)
		d.fields(p)
		if f.budget.spent {
			return Text{}, ErrTooLarge
		}
		if c.pictures > 0 && len(c.runs) == 0 {
			text.Scans = append(text.Scans, i+1)
		}
		left -= len(c.runs)
		seen.drawn, seen.unknown, seen.pictures = seen.drawn+c.drawn, seen.unknown+c.unknown, seen.pictures+c.pictures
		if i > 0 {
			out.WriteString("\f")
		}
		for _, line := range c.lines() {
			out.WriteString(line + "\n")
		}
		if left <= 0 || out.Len() > mostText {
			text.Whole = false
			break
		}
	}
	text.Words, text.Whole = out.String(), text.Whole && !f.packed
	if err := f.verdict(seen, text.Words); err != nil {
		return Text{}, err
	}
	return text, nil
}

// verdict says why what was drawn is no text of a note, where it is none.
func (f *file) verdict(seen canvas, text string) error {
	switch {
	case seen.drawn+seen.unknown > 0 && seen.unknown > seen.drawn/2:
		return ErrLetters
	case strings.TrimSpace(text) != "":
		return nil
	case seen.pictures > 0:
		return ErrPictures
	case f.packed:
		return ErrPacked
	}
	return ErrEmpty
}

// A page is one leaf of the tree of pages, with what it inherits.
type page struct {
	dict      dict
	resources dict
	rotate    float64
}

// pages walks the tree. A node that was seen is not entered again, so that no circle holds us.
func (f *file) pages() []page {
	var list []page
	entered := map[ref]bool{}
	var walk func(object any, above page, depth int)
	walk = func(object any, above page, depth int) {
		if number, ok := object.(ref); ok {
			if entered[number] {
				return
			}
			entered[number] = true
		}
		members := f.dict(object)
		if members == nil || depth > deepestObject || len(list) >= mostPages {
			return
		}
		here := page{members, above.resources, above.rotate}
		if own := f.dict(members["Resources"]); own != nil {
			here.resources = own
		}
		if turn, ok := f.number(members["Rotate"]); ok {
			here.rotate = turn
		}
		kids := f.array(members["Kids"])
		if kids == nil {
			list = append(list, here)
			return
		}
		for _, kid := range kids {
			if !f.budget.value() {
				return
			}
			walk(kid, here, depth+1)
		}
	}
	if top := f.dict(f.root)["Pages"]; top != nil {
		walk(top, page{}, 0)
	}
	return list
}

// turned is the matrix of a page that is shown turned by quarters.
func (p page) turned() matrix {
	switch (int(p.rotate)%360 + 360) % 360 {
	case 90:
		return matrix{0, -1, 1, 0, 0, 0}
	case 180:
		return matrix{-1, 0, 0, -1, 0, 0}
	case 270:
		return matrix{0, 1, -1, 0, 0, 0}
	}
	return identity
}

// content is what a page draws, its streams one after another.
func (f *file) content(p page) []byte {
	if s, ok := f.get(p.dict["Contents"]).(*stream); ok {
		return f.unpack(s)
	}
	var all []byte
	for _, one := range f.array(p.dict["Contents"]) {
		s, ok := f.get(one).(*stream)
		if !ok {
			continue
		}
		data := f.unpack(s)
		if f.budget.unpacked += len(data); f.budget.unpacked > mostUnpacked {
			f.budget.spent = true
			return nil
		}
		all = append(append(all, data...), '\n')
	}
	return all
}

// mostFields is how many fields of a form are read on one page.
const mostFields = 2000

// fields draws what was filled into the fields of a form, and what was typed onto the page.
func (d *drawing) fields(p page) {
	f := d.file
	for i, object := range f.array(p.dict["Annots"]) {
		members := f.dict(object)
		kind := f.name(members["Subtype"])
		if i >= mostFields || !f.budget.value() {
			return
		}
		if kind != "Widget" && kind != "FreeText" {
			continue
		}
		if flags, _ := f.number(members["F"]); int(flags)&(2|32) != 0 {
			continue // hidden, or not to be seen on a screen
		}
		shown := f.get(f.dict(members["AP"])["N"])
		if states, ok := shown.(dict); ok {
			shown = f.get(states[f.name(members["AS"])])
		}
		s, ok := shown.(*stream)
		rect, placed := f.numbers(members["Rect"], 4)
		if !ok || !placed {
			continue
		}
		corner := matrix{1, 0, 0, 1, min(rect[0], rect[2]), min(rect[1], rect[3])}
		if box, ok := f.numbers(s.dict["BBox"], 4); ok {
			corner[4] -= min(box[0], box[2])
			corner[5] -= min(box[1], box[3])
		}
		d.state = state{placed: p.turned(), wide: 1}
		d.within(s, p.resources, corner)
	}
}
