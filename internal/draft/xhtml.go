package draft

import (
	"encoding/xml"
	"fmt"
	"strings"
)

// XHTML writes a document as strict XHTML of few elements, without script, style or link: EHRs that take
// XHTML documents accept no more. Each sentence names its sources by number; they stand at the end.
func (d Document) XHTML() string {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?>` + "\n" +
		`<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd">` + "\n" +
		`<html xmlns="http://www.w3.org/1999/xhtml" xml:lang="en" lang="en">` + "\n<head>\n")
	fmt.Fprintf(&b, "<title>%s</title>\n</head>\n<body>\n", escaped(d.Title))
	fmt.Fprintf(&b, "<p><em>%s</em></p>\n<h1>%s</h1>\n<table>\n", escaped(d.Label), escaped(d.Title))
	for _, f := range d.Header {
		fmt.Fprintf(&b, "<tr><th>%s</th><td>%s</td></tr>\n", escaped(f.Name), escaped(f.shown()))
	}
	b.WriteString("</table>\n")
	cited := &citations{}
	for _, s := range d.printed() {
		fmt.Fprintf(&b, "<h2>%s</h2>\n", escaped(s.Heading))
		for _, l := range s.Lines {
			text := escaped(l.Shown())
			if len(l.blanks()) > 0 {
				text = "<strong>" + text + "</strong>"
			}
			fmt.Fprintf(&b, "<p>%s%s</p>\n", text, escaped(cited.marks(l.Sources)))
		}
	}
	fmt.Fprintf(&b, "<hr />\n<p>%s</p>\n", escaped(d.blanksLine()))
	if edited := d.editedLine(); edited != "" {
		fmt.Fprintf(&b, "<p>%s</p>\n", escaped(edited))
	}
	if d.Grade != nil {
		fmt.Fprintf(&b, "<p>%s</p>\n", escaped(d.gradeLine()))
	}
	if len(cited.names) > 0 {
		b.WriteString("<h2>Sources</h2>\n<ol>\n")
		for _, source := range cited.names {
			fmt.Fprintf(&b, "<li>%s</li>\n", escaped(source))
		}
		b.WriteString("</ol>\n")
	}
	b.WriteString("</body>\n</html>\n")
	return b.String()
}

// escaped is text as it may stand between tags; characters that XML does not allow become U+FFFD.
func escaped(s string) string {
	var b strings.Builder
	if err := xml.EscapeText(&b, []byte(s)); err != nil {
		return "" // a strings.Builder takes everything
	}
	return strings.NewReplacer("&#34;", "&quot;", "&#39;", "'", "&#xA;", " ", "&#x9;", " ", "&#xD;", " ").Replace(b.String())
}
