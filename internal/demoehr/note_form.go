package demoehr

import (
	"fmt"
	"html"
	"strings"
)

// The forms in which the notes of the demo EHR are kept.
const (
	plainNote = "text/plain; charset=utf-8"
	htmlNote  = "text/html; charset=utf-8"
	rtfNote   = "application/rtf"
)

// inForm writes the text of a note in the form that it is kept in.
func inForm(form, text string) string {
	switch form {
	case htmlNote:
		return htmlOf(text)
	case rtfNote:
		return rtfOf(text)
	}
	return text
}

// htmlOf makes a paragraph of each block between empty lines.
func htmlOf(text string) string {
	var b strings.Builder
	b.WriteString("<!doctype html>\n<html lang=\"en\"><head><title>Progress note</title></head><body>\n")
	for block := range strings.SplitSeq(strings.TrimSpace(text), "\n\n") {
		fmt.Fprintf(&b, "<p>%s</p>\n", strings.ReplaceAll(html.EscapeString(block), "\n", "<br>\n"))
	}
	b.WriteString("</body></html>\n")
	return b.String()
}

// rtfOf writes each line as a paragraph, and letters outside of ASCII by their number.
func rtfOf(text string) string {
	var b strings.Builder
	b.WriteString("{\\rtf1\\ansi\\deff0{\\fonttbl{\\f0 Arial;}}\\f0\\fs22\n")
	for _, r := range strings.TrimSpace(text) {
		switch {
		case r == '\\' || r == '{' || r == '}':
			b.WriteString("\\" + string(r))
		case r == '\n':
			b.WriteString("\\par\n")
		case r > 126:
			fmt.Fprintf(&b, "\\u%d?", r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteString("}\n")
	return b.String()
}

// formWords are the forms other than plain text in words.
var formWords = map[string]string{htmlNote: "HTML", rtfNote: "RTF"}
