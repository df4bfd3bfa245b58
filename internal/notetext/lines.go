package notetext

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// A lines value puts words into lines: white space within a line is one space, a cell of a table begins with
// a tab, and no more than one empty line stands between two others. Of what goes beyond MaxText, one
// letter is kept, so that it shows.
type lines struct {
	b      []byte
	breaks int
	page   bool
	tab    bool
	space  bool
}

// text adds words; line breaks in them are white space.
func (l *lines) text(s string) {
	for _, r := range s {
		if unicode.IsSpace(r) {
			l.space = true
			continue
		}
		l.letter(r)
	}
}

func (l *lines) letter(r rune) {
	if r == 0 || len(l.b) > MaxText {
		return
	}
	switch start := len(l.b) == 0; {
	case start:
	case l.page:
		l.b = append(l.b, '\n', '\f')
	case l.breaks > 0:
		l.b = append(l.b, "\n\n"[:min(l.breaks, 2)]...)
	case l.tab:
		l.b = append(l.b, '\t')
	case l.space:
		l.b = append(l.b, ' ')
	}
	l.breaks, l.page, l.tab, l.space = 0, false, false, false
	l.b = utf8.AppendRune(l.b, r)
}

// line makes what follows begin on a line of its own, blank after an empty one; next breaks the line
// once more.
func (l *lines) line()  { l.breaks = max(l.breaks, 1) }
func (l *lines) blank() { l.breaks = max(l.breaks, 2) }
func (l *lines) next()  { l.breaks++ }

// newPage makes what follows begin a page.
func (l *lines) newPage() { l.page = true }

// cell makes what follows a cell of its own, where the line has begun.
func (l *lines) cell() { l.tab = true }

// String is what was written.
func (l *lines) String() string { return string(l.b) }

// A mark is a state to which the lines can be taken back.
type mark struct {
	length int
	state  lines
}

func (l *lines) mark() mark { return mark{len(l.b), *l} }

func (l *lines) takeBack(m mark) {
	*l = lines{l.b[:m.length], m.state.breaks, m.state.page, m.state.tab, m.state.space}
}

// tidy puts a text that is in lines already into the same form.
func tidy(s string) string {
	var l lines
	for i, page := range strings.Split(s, "\f") {
		if i > 0 {
			l.newPage()
		}
		for line := range strings.SplitSeq(page, "\n") {
			l.text(line)
			l.next()
		}
	}
	return l.String()
}
