package pdftext

import (
	"math"
)

// A matrix is [a b c d e f] of ISO 32000-1, 8.3.3.
type matrix [6]float64

var identity = matrix{1, 0, 0, 1, 0, 0}

// times is m applied first, then n.
func (m matrix) times(n matrix) matrix {
	return matrix{
		m[0]*n[0] + m[1]*n[2], m[0]*n[1] + m[1]*n[3],
		m[2]*n[0] + m[3]*n[2], m[2]*n[1] + m[3]*n[3],
		m[4]*n[0] + m[5]*n[2] + n[4], m[4]*n[1] + m[5]*n[3] + n[5],
	}
}

// A state is what q keeps and Q brings back.
type state struct {
	placed  matrix // from user space to the page
	font    *font
	size    float64
	letters float64 // spacing of letters
	words   float64 // spacing of words
	wide    float64 // scaling, 1 is none
	leading float64
	rise    float64
	mode    float64
}

// A drawing interprets the operators of a page that place and show text.
type drawing struct {
	file  *file
	state state
	saved []state
	text  matrix
	line  matrix
	fonts map[any]*font // by reference, or by the name of a page's own
	page  *canvas
	depth int // of forms within forms
}

// The limits of one page.
const (
	mostSaved    = 512
	mostOperands = 64
	deepestForm  = 8
)

// draw runs a content stream.
func (d *drawing) draw(data []byte, resources dict) {
	l := &lexer{data: data, plain: true, budget: d.file.budget}
	operands := make([]any, 0, mostOperands)
	for {
		object, more := l.next()
		if !more || d.page.full() {
			return
		}
		operator, ok := object.(keyword)
		if !ok {
			if len(operands) < mostOperands {
				operands = append(operands, object)
			}
			continue
		}
		if operator == "BI" {
			d.page.pictures++
			skipInlinePicture(l)
		} else {
			d.operate(string(operator), arguments{d.file, operands}, resources)
		}
		operands = operands[:0]
	}
}

// skipInlinePicture passes over the bytes of a picture that stands within the page: up to "EI" between
// white space.
func skipInlinePicture(l *lexer) {
	for l.at = find(l.data, "ID", l.at); l.at < len(l.data); l.at += 2 {
		l.at = find(l.data, "EI", l.at)
		if l.at >= len(l.data) {
			return
		}
		before := l.at > 0 && isSpace(l.data[l.at-1])
		after := l.at+2 >= len(l.data) || isSpace(l.data[l.at+2])
		if before && after {
			l.at += 2
			return
		}
	}
}

// Arguments are the operands before an operator.
type arguments struct {
	file *file
	list []any
}

// number is the i-th operand, and 0 where it is none.
func (a arguments) number(i int) float64 {
	if i < len(a.list) {
		if v, ok := a.list[i].(float64); ok && math.Abs(v) < 1e9 {
			return v
		}
	}
	return 0
}

func (a arguments) text(i int) string {
	if i < len(a.list) {
		if v, ok := a.list[i].(text); ok {
			return string(v)
		}
	}
	return ""
}

func (a arguments) name(i int) name {
	if i < len(a.list) {
		n, _ := a.list[i].(name)
		return n
	}
	return ""
}

func (a arguments) matrix() (matrix, bool) {
	var m matrix
	if len(a.list) != len(m) {
		return m, false
	}
	for i := range m {
		m[i] = a.number(i)
	}
	return m, true
}

func (d *drawing) operate(operator string, a arguments, resources dict) {
	switch operator {
	case "q":
		if len(d.saved) < mostSaved {
			d.saved = append(d.saved, d.state)
		}
	case "Q":
		if n := len(d.saved); n > 0 {
			d.state, d.saved = d.saved[n-1], d.saved[:n-1]
		}
	case "cm":
		if m, ok := a.matrix(); ok {
			d.state.placed = m.times(d.state.placed)
		}
	case "Do":
		d.form(d.file.get(d.file.dict(resources["XObject"])[a.name(0)]), resources)
	default:
		d.set(operator, a, resources)
	}
}

// set runs the operators that set how text is drawn.
func (d *drawing) set(operator string, a arguments, resources dict) {
	s := &d.state
	switch operator {
	case "Tf":
		s.font, s.size = d.fontNamed(a.name(0), resources), a.number(1)
	case "Tc":
		s.letters = a.number(0)
	case "Tw":
		s.words = a.number(0)
	case "Tz":
		s.wide = a.number(0) / 100
	case "TL":
		s.leading = a.number(0)
	case "Ts":
		s.rise = a.number(0)
	case "Tr":
		s.mode = a.number(0)
	default:
		d.place(operator, a)
	}
}

// place runs the operators that move the place of text, and those that draw it.
func (d *drawing) place(operator string, a arguments) {
	s := &d.state
	switch operator {
	case "BT":
		d.text, d.line = identity, identity
	case "Td":
		d.move(a.number(0), a.number(1))
	case "TD":
		s.leading = -a.number(1)
		d.move(a.number(0), a.number(1))
	case "Tm":
		if m, ok := a.matrix(); ok {
			d.text, d.line = m, m
		}
	case "T*":
		d.move(0, -s.leading)
	case "Tj":
		d.show(a.text(0))
	case "'":
		d.move(0, -s.leading)
		d.show(a.text(0))
	case `"`:
		s.words, s.letters = a.number(0), a.number(1)
		d.move(0, -s.leading)
		d.show(a.text(2))
	case "TJ":
		d.showAll(a)
	}
}

func (d *drawing) move(x, y float64) {
	d.line = matrix{1, 0, 0, 1, x, y}.times(d.line)
	d.text = d.line
}

func (d *drawing) showAll(a arguments) {
	if len(a.list) == 0 {
		return
	}
	list, _ := a.list[0].(array)
	for _, one := range list {
		switch v := one.(type) {
		case text:
			d.show(string(v))
		case float64:
			d.advance(-v / widthUnit * d.state.size * d.state.wide)
		}
	}
}

// advance moves the place of text along its line.
func (d *drawing) advance(x float64) {
	d.text[4] += x * d.text[0]
	d.text[5] += x * d.text[1]
}

// invisible are the modes of drawing in which nothing is to be seen (ISO 32000-1, 9.3.6).
func (s *state) invisible() bool { return s.mode == 3 || s.mode == 7 }

// show draws a string at the present place.
func (d *drawing) show(written string) {
	s := &d.state
	if s.font == nil || written == "" {
		return
	}
	start := matrix{1, 0, 0, 1, 0, s.rise}.times(d.text).times(s.placed)
	var letters []byte
	s.font.glyphs(written, func(g glyph) {
		switch {
		case s.invisible():
		case g.known:
			letters = append(letters, g.letter...)
			d.page.drawn++
		default:
			letters = append(letters, "\ufffd"...)
			d.page.unknown++
		}
		width := g.width*s.size + s.letters
		if g.space {
			width += s.words
		}
		d.advance(width * s.wide)
	})
	if len(letters) == 0 {
		return
	}
	end := matrix{1, 0, 0, 1, 0, s.rise}.times(d.text).times(s.placed)
	size := math.Abs(s.size) * math.Hypot(start[2], start[3])
	d.page.add(run{start[4], end[4], start[5], size, string(letters)})
}

func (d *drawing) fontNamed(n name, resources dict) *font {
	fonts := d.file.dict(resources["Font"])
	object, ok := fonts[n]
	if !ok {
		return nil
	}
	number, shared := object.(ref)
	if known, ok := d.fonts[number]; shared && ok {
		return known
	}
	members := d.file.dict(object)
	if members == nil {
		return nil
	}
	made := d.file.font(members)
	if shared {
		d.fonts[number] = made
	}
	return made
}

// form draws a form within the page, or counts a picture.
func (d *drawing) form(object any, resources dict) {
	s, ok := object.(*stream)
	if !ok {
		return
	}
	switch d.file.name(s.dict["Subtype"]) {
	case "Image":
		d.page.pictures++
	case "Form":
		d.within(s, resources, identity)
	}
}

// within draws a form at a place, and leaves everything as it was.
func (d *drawing) within(s *stream, resources dict, placed matrix) {
	if d.depth >= deepestForm {
		return
	}
	state, saved, text, line := d.state, d.saved, d.text, d.line
	d.depth++
	m := identity
	if list, ok := d.file.numbers(s.dict["Matrix"], 6); ok {
		m = matrix(list)
	}
	d.state.placed = m.times(placed).times(d.state.placed)
	d.saved = nil
	if own := d.file.dict(s.dict["Resources"]); own != nil {
		resources = own
	}
	d.draw(d.file.unpack(s), resources)
	d.depth--
	d.state, d.saved, d.text, d.line = state, saved, text, line
}
