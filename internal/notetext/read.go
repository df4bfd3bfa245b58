package notetext

import (
	"errors"
	"fmt"
	"mime"
	"slices"
	"strings"
	"unicode/utf8"
)

// MaxText is how much text of one note is read, in bytes; about 300 pages.
const MaxText = 1 << 20

// An Attachment is the bytes of a note with what is declared of them.
type Attachment struct {
	Kind    string // media type in lower case without parameters; empty where none is declared
	Charset string // in lower case; empty where none is declared
	Data    []byte
}

// A Text is what a note says.
type Text struct {
	Words   string   // in UTF-8; lines end in \n, and a form feed stands before each page but the first
	Remarks []string // how it was read, where that is not as declared, and what was left out
}

// A Form is a way in which a note is written down.
type Form int

// The forms that are read, those that keep most of a note first.
const (
	Plain Form = iota
	HTML
	RTF
	CDA
	PDF
	unknownForm // nothing is declared, or only that it is bytes
	unreadForm  // declared as what is not read
)

// String is the form in a sentence.
func (f Form) String() string {
	return [...]string{"plain text", "HTML", "RTF", "a C-CDA document", "PDF", "bytes of an unknown kind", "what is not read"}[f]
}

// forms are the media types that EHRs declare.
var forms = map[string]Form{
	"":                              unknownForm,
	"application/octet-stream":      unknownForm,
	"text/plain":                    Plain,
	"text/html":                     HTML,
	"application/xhtml+xml":         HTML,
	"application/rtf":               RTF,
	"text/rtf":                      RTF,
	"application/pdf":               PDF,
	"application/xml":               CDA,
	"text/xml":                      CDA,
	"application/cda+xml":           CDA,
	"application/hl7-cda+xml":       CDA,
	"application/hl7-sdwg+xml":      CDA,
	"application/hl7-sdwg-cda+xml":  CDA,
	"application/hl7-sdwg-ccda+xml": CDA,
}

// FormOf is the form that a media type declares, without parameters; its order is the order in which
// the attachments of one document are tried.
func FormOf(kind string) Form {
	if form, ok := forms[kind]; ok {
		return form
	}
	return unreadForm
}

// Readable reports whether an attachment of this kind is worth fetching.
func Readable(kind string) bool { return FormOf(kind) != unreadForm }

// MediaType splits a media type into kind and character set, both in lower case.
func MediaType(written string) (kind, charset string) {
	kind, parameters, err := mime.ParseMediaType(written)
	if err != nil {
		kind, _, _ = strings.Cut(strings.ToLower(written), ";")
		kind = strings.TrimSpace(kind)
	}
	return kind, strings.ToLower(parameters["charset"])
}

// What keeps a note from being read, in words for the clinician.
var (
	errNoCharset = errors.New("the text is not UTF-8 and names no other character set")
	errCharset   = errors.New("the character set of the text is not one that is read (UTF-8, UTF-16, ISO-8859, Windows-125x)")
	errEmpty     = errors.New("the note is empty")

	// ErrKeptApart says that a document marks itself as a psychotherapist's own notes.
	ErrKeptApart = errors.New("psychotherapy notes are kept apart from the record")
)

// IsEmpty reports whether an error says only that there is no text.
func IsEmpty(err error) bool { return errors.Is(err, errEmpty) }

// keptApart is the HL7 sensitivity code of a psychotherapist's own notes.
const keptApart = "PSYTHPN"

// Read gives the text of an attachment. The error says why there is none, in words that may be shown
// to the clinician and hold nothing of the note. What is declared wrongly is read as what its first
// bytes say it is, where they say it beyond doubt; a remark tells. It never panics, and its time
// and memory grow with the size of the bytes only, but for what pdf does; where that is nil, no PDF is read.
func Read(a Attachment, pdf PDFReader) (Text, error) { return read(a, pdf, 0) }

// read is Read for a document within others.
func read(a Attachment, pdf PDFReader, nested int) (Text, error) {
	declared := FormOf(a.Kind)
	if declared == unreadForm {
		return Text{}, fmt.Errorf("the note is %s, and only plain text, HTML, RTF, C-CDA and PDF are read", printableKind(a.Kind))
	}
	form, beyondDoubt := sniffed(a.Data)
	if !beyondDoubt {
		form = declared
	}
	text, err := readForm(form, a, pdf, nested)
	if err != nil {
		return Text{}, err
	}
	if form != declared && a.Kind != "" {
		text.Remarks = append(text.Remarks, fmt.Sprintf("declared as %s and read as %s", a.Kind, form))
	}
	text.Words = strings.ToValidUTF8(text.Words, "\ufffd")
	if clipped := Clip(text.Words); clipped != text.Words {
		text.Words = clipped
		text.Remarks = append(text.Remarks, Clipped)
	}
	if strings.TrimSpace(text.Words) == "" {
		return Text{}, errEmpty
	}
	slices.Sort(text.Remarks)
	text.Remarks = slices.Compact(text.Remarks)
	return text, nil
}

func readForm(form Form, a Attachment, pdf PDFReader, nested int) (Text, error) {
	switch form {
	case Plain:
		words, err := decode(a.Data, a.Charset)
		return Text{Words: words}, err
	case HTML:
		return readHTML(a)
	case RTF:
		return readRTF(a.Data)
	case CDA:
		return readCDA(a, pdf, nested)
	case PDF:
		return readPDF(a.Data, pdf)
	}
	return Text{}, errors.New("the note is of an unknown kind: its media type is not declared")
}

// Clipped is the remark on a text that was longer than MaxText.
const Clipped = "only the first 1 MiB of its text is read"

// Clip ends a text at the last line within MaxText, or else at the last letter; a shorter one is
// given back as it is.
func Clip(s string) string {
	if len(s) <= MaxText {
		return s
	}
	s = s[:MaxText]
	if end := strings.LastIndexByte(s, '\n'); end > MaxText/2 {
		return s[:end]
	}
	for len(s) > 0 {
		if r, size := utf8.DecodeLastRuneInString(s); r != utf8.RuneError || size != 1 {
			break
		}
		s = s[:len(s)-1]
	}
	return s
}

// printableKind keeps anything but a media type out of a reason.
func printableKind(kind string) string {
	for _, c := range []byte(kind) {
		if c != '/' && c != '+' && c != '-' && c != '.' && (c < '0' || c > '9') && (c < 'a' || c > 'z') {
			return "of an unknown kind"
		}
	}
	if kind == "" || len(kind) > 80 {
		return "of an unknown kind"
	}
	return kind
}
