package notetext

import (
	"bytes"
	"strings"
)

// sniffed is the form that the first bytes name beyond doubt, where they name one.
func sniffed(data []byte) (form Form, beyondDoubt bool) {
	head := strings.TrimLeft(strings.TrimPrefix(string(data[:min(len(data), 4096)]), "\ufeff"), " \t\r\n")
	switch {
	case strings.HasPrefix(head, `{\rtf`):
		return RTF, true
	case strings.HasPrefix(head, "%PDF-"):
		return PDF, true
	}
	if bytes.HasPrefix(data, []byte("\xff\xfe")) || bytes.HasPrefix(data, []byte("\xfe\xff")) {
		wide, err := decode(data[:min(len(data), 4096)&^1], "")
		if err != nil {
			return unknownForm, false
		}
		head = strings.TrimLeft(wide, " \t\r\n")
	}
	switch root, _ := rootElement(head); root {
	case "html":
		return HTML, true
	case "clinicaldocument":
		return CDA, true
	}
	return unknownForm, false
}

// rootElement is the name of the first element of a page or an XML document, in lower case and without
// its prefix, past declarations and comments; with the name that a DOCTYPE gives, where one stands before it.
func rootElement(s string) (root, doctype string) {
	for {
		s = strings.TrimLeft(s, " \t\r\n")
		end := ""
		switch {
		case strings.HasPrefix(s, "<?"):
			end = "?>"
		case strings.HasPrefix(s, "<!--"):
			end = "-->"
		case len(s) >= 9 && strings.EqualFold(s[:9], "<!doctype"):
			doctype = elementName(strings.TrimLeft(s[9:], " \t\r\n"))
			if doctype == "html" {
				return "html", doctype
			}
			return "", doctype // entities may stand there, and are not looked into
		case strings.HasPrefix(s, "<"):
			return elementName(s[1:]), doctype
		default:
			return "", doctype
		}
		_, rest, found := strings.Cut(s, end)
		if !found {
			return "", doctype
		}
		s = rest
	}
}

func elementName(s string) string {
	end := strings.IndexAny(s, " \t\r\n/>[")
	if end < 0 {
		return ""
	}
	name := strings.ToLower(s[:end])
	if _, local, ok := strings.Cut(name, ":"); ok {
		return local
	}
	return name
}
