package docs

import (
	"strings"
	"unicode"
)

// Legible is text in which every character shows something: a character that would act instead (an escape
// sequence, a bell, a line end, a change of the direction of writing) is replaced by U+FFFD. What a
// record holds is shown so wherever nothing else keeps it from acting, on a terminal and in plain text.
func Legible(text string) string {
	if strings.IndexFunc(text, acts) < 0 {
		return text
	}
	return strings.Map(func(r rune) rune {
		if acts(r) {
			return unicode.ReplacementChar
		}
		return r
	}, text)
}

// acts reports whether a character is a control, sets the direction of writing, ends a line or a
// paragraph, or is a tag or mark that nobody sees. Joiners stay: scripts and emoji are written with them.
func acts(r rune) bool {
	switch {
	case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r), unicode.Is(unicode.Zl, r), unicode.Is(unicode.Zp, r):
		return true
	case r >= 0xe0000 && r <= 0xe007f: // tags
		return true
	}
	return r == '\ufeff' || r == '\u2060' || r == '\u200b'
}
