package fhir

import (
	"cmp"
	"encoding/base64"
	"mime"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/chargenote/chargenote/internal/visit"
	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"
	"golang.org/x/net/html"
)

// psychotherapyNotes is the HL7 sensitivity code of a psychotherapist's own notes, which are kept
// apart from the record and are not ours to read.
const psychotherapyNotes = "PSYTHPN"

type document = item[r4.DocumentReference]

// clinicalNote reads the note of the visit: the newest that is current, a signed one before a
// draft, with what was appended to it.
func (v *reading) clinicalNote() {
	notes := v.visitNotes()
	if len(notes) == 0 {
		v.out.Note = visit.Note{Status: visit.NoteAbsent}
		return
	}
	chosen := notes[0]
	v.use(chosen.entry, chosen.lenient)
	if v.rivals(notes) {
		v.note(chosen.Reference, "read as the note: the dates do not say whether it or %s is newer", notes[1].Reference)
	}
	if isDraft(chosen.Value) {
		v.note(chosen.Reference, "the note is a draft: preliminary")
	}
	v.out.Note = v.readNote(chosen)
	if v.out.Note.Status != visit.NoteRead {
		return
	}
	for _, addendum := range slices.Backward(notes) {
		if !v.relatesTo(addendum, r4.DocumentRelationshipTypeAppends, chosen.Reference) {
			continue
		}
		v.use(addendum.entry, addendum.lenient)
		if read := v.readNote(addendum); read.Status == visit.NoteRead {
			v.out.Note.Text += "\n\n" + read.Text
		}
	}
}

// visitNotes are the documents that may be the note of the visit, the best first.
func (v *reading) visitNotes() []document {
	var list []document
	for _, d := range readAll(v, "DocumentReference", func(d *r4.DocumentReference) *r4.Reference { return d.Subject }) {
		if !v.documentOfVisit(d.Value) || isOurs(d.Value) {
			continue
		}
		switch {
		case d.Value.Status != r4.DocumentReferenceStatusCurrent:
			v.note(d.Reference, "not read as the note: %s", d.Value.Status.Code())
		case d.Value.DocStatus != nil && *d.Value.DocStatus == r4.CompositionStatusEnteredInError:
			v.note(d.Reference, "not read as the note: entered-in-error")
		case isPsychotherapyNote(d.Value):
			v.note(d.Reference, "not read: psychotherapy notes are kept apart from the record")
		default:
			list = append(list, d)
		}
	}
	list = slices.DeleteFunc(list, func(d document) bool { return v.replaced(d, list) })
	slices.SortFunc(list, func(a, b document) int {
		return cmp.Or(
			compareBool(v.isAddendum(a, list), v.isAddendum(b, list)),
			compareBool(isDraft(a.Value), isDraft(b.Value)),
			inOrder(v.written(b), v.written(a)),
			cmp.Compare(a.Reference, b.Reference))
	})
	return list
}

// rivals reports whether the two best notes are alike in all but their dates, which do not say the newer.
func (v *reading) rivals(notes []document) bool {
	if len(notes) < 2 || v.isAddendum(notes[0], notes) != v.isAddendum(notes[1], notes) || isDraft(notes[0].Value) != isDraft(notes[1].Value) {
		return false
	}
	order, known := v.written(notes[0]).Compare(v.written(notes[1]))
	return !known || order == 0
}

// compareBool puts false before true.
func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

func (v *reading) documentOfVisit(d r4.DocumentReference) bool {
	if d.Context == nil {
		return false
	}
	for i := range d.Context.Encounter {
		if yes, _ := v.ofVisit(&d.Context.Encounter[i]); yes {
			return true
		}
	}
	return false
}

func isOurs(d r4.DocumentReference) bool {
	return slices.ContainsFunc(d.Identifier, func(i r4.Identifier) bool { return text(i.System) == GapNoteSystem })
}

func isPsychotherapyNote(d r4.DocumentReference) bool {
	concepts := slices.Concat(d.Category, d.SecurityLabel)
	if d.Type != nil {
		concepts = append(concepts, *d.Type)
	}
	for i := range concepts {
		if slices.Contains(conceptCodes(&concepts[i]), psychotherapyNotes) {
			return true
		}
	}
	return false
}

func isDraft(d r4.DocumentReference) bool {
	return d.DocStatus != nil && *d.DocStatus == r4.CompositionStatusPreliminary
}

func (v *reading) written(d document) DateTime { return v.date(d.entry, "date", d.Value.Date) }

func (v *reading) relatesTo(d document, how r4.DocumentRelationshipType, name string) bool {
	return slices.ContainsFunc(d.Value.RelatesTo, func(r r4.DocumentReferenceRelatesTo) bool {
		return r.Code == how && v.canonical(&r.Target) == name
	})
}

func (v *reading) replaced(d document, list []document) bool {
	return slices.ContainsFunc(list, func(other document) bool {
		return other.Reference != d.Reference && v.relatesTo(other, r4.DocumentRelationshipTypeReplaces, d.Reference)
	})
}

func (v *reading) isAddendum(d document, list []document) bool {
	return slices.ContainsFunc(list, func(other document) bool {
		return other.Reference != d.Reference && v.relatesTo(d, r4.DocumentRelationshipTypeAppends, other.Reference)
	})
}

// readNote reads the text of a document: plain text before HTML, from the attachment itself, else
// from the Binary that it names.
func (v *reading) readNote(d document) visit.Note {
	note := visit.Note{Status: visit.NoteUnreadable, Reference: d.Reference, Reason: "the document has no content"}
	for _, wanted := range []string{"text/plain", "text/html", ""} {
		for _, content := range d.Value.Content {
			kind, charset := contentType(text(content.Attachment.ContentType))
			if wanted != "" && kind != wanted {
				continue
			}
			words, reason := v.attachmentText(content.Attachment, kind, charset)
			if reason == "" {
				return visit.Note{Status: visit.NoteRead, Reference: d.Reference, Text: words}
			}
			note.Reason = reason
		}
	}
	return note
}

// contentType splits a media type; XHTML is read as HTML.
func contentType(s string) (kind, charset string) {
	kind, parameters, err := mime.ParseMediaType(s)
	if err != nil {
		kind, _, _ = strings.Cut(strings.ToLower(s), ";")
		kind = strings.TrimSpace(kind)
	}
	if kind == "application/xhtml+xml" {
		kind = "text/html"
	}
	return kind, strings.ToLower(parameters["charset"])
}

func (v *reading) attachmentText(a r4.Attachment, kind, charset string) (words, reason string) {
	data := text(a.Data)
	if data == "" {
		if text(a.Url) == "" {
			return "", "the document has neither text nor an address"
		}
		binary, ok := v.binary(text(a.Url))
		if !ok {
			return "", "the text is kept as a Binary that was not read: ask for scope to read Binary"
		}
		data = text(binary.Data)
		if binaryKind, binaryCharset := contentType(binary.ContentType); kind == "" || binaryCharset != "" {
			kind, charset = cmp.Or(kind, binaryKind), cmp.Or(charset, binaryCharset)
		}
	}
	if kind != "text/plain" && kind != "text/html" {
		return "", "the note is " + printableKind(kind) + ", and only text/plain and text/html are read"
	}
	raw, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(data), ""))
	if err != nil {
		return "", "the text is not base64"
	}
	words, reason = decodeText(raw, charset)
	if reason == "" && kind == "text/html" {
		words = plainText(words)
	}
	if reason == "" && strings.TrimSpace(words) == "" {
		return "", "the note is empty"
	}
	return words, reason
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

func (v *reading) binary(url string) (r4.Binary, bool) {
	e := v.record.find(url)
	if e == nil || e.Type != "Binary" {
		return r4.Binary{}, false
	}
	binary, lenient, err := decode[r4.Binary](e)
	if err != nil {
		v.note(e.Reference, "not read: %s", err)
		return r4.Binary{}, false
	}
	v.use(e, lenient)
	return binary, true
}

// decodeText reads UTF-8 and the Latin-1 family. Without a charset, what is no UTF-8 is not guessed.
func decodeText(raw []byte, charset string) (words, reason string) {
	raw = []byte(strings.TrimPrefix(string(raw), "\ufeff"))
	switch charset {
	case "", "utf-8", "utf8", "us-ascii", "ascii":
		if !utf8.Valid(raw) {
			return "", "the text is not UTF-8 and names no other character set"
		}
		return string(raw), ""
	case "iso-8859-1", "latin1", "windows-1252", "cp1252":
		runes := make([]rune, len(raw))
		for i, b := range raw {
			runes[i] = latin1(b, strings.HasSuffix(charset, "1252"))
		}
		return string(runes), ""
	}
	return "", "the character set of the text is not one that is read (UTF-8, ISO-8859-1, Windows-1252)"
}

// windows1252 are the characters that Windows-1252 has at 0x80 to 0x9f.
var windows1252 = []rune("€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ")

func latin1(b byte, windows bool) rune {
	if windows && b >= 0x80 && b <= 0x9f {
		return windows1252[b-0x80]
	}
	return rune(b)
}

// lineElements are the elements of HTML that begin a line of their own.
var lineElements = []string{"address", "article", "blockquote", "br", "dd", "div", "dl", "dt", "footer", "h1", "h2", "h3", "h4", "h5", "h6",
	"header", "hr", "li", "ol", "p", "pre", "section", "table", "tbody", "thead", "tr", "ul"}

// plainText is what simple HTML says, one line a block. Scripts, styles and the head are not read.
func plainText(page string) string {
	var b strings.Builder
	tokens := html.NewTokenizer(strings.NewReader(page))
	hidden := 0
	for {
		switch kind := tokens.Next(); kind {
		case html.ErrorToken:
			return tidyLines(b.String())
		case html.TextToken:
			if hidden == 0 {
				b.WriteString(string(tokens.Text()))
			}
		case html.StartTagToken, html.EndTagToken, html.SelfClosingTagToken:
			tag, _ := tokens.TagName()
			name := string(tag)
			switch {
			case name == "script" || name == "style" || name == "head" || name == "title":
				hidden += map[html.TokenType]int{html.StartTagToken: 1, html.EndTagToken: -1}[kind]
				hidden = max(hidden, 0)
			case slices.Contains(lineElements, name):
				b.WriteByte('\n')
			case name == "td" || name == "th":
				b.WriteByte(' ')
			}
		}
	}
}

// tidyLines joins the white space within lines and keeps one empty line at most.
func tidyLines(s string) string {
	var lines []string
	for line := range strings.SplitSeq(s, "\n") {
		line = strings.Join(strings.Fields(line), " ")
		if line == "" && (len(lines) == 0 || lines[len(lines)-1] == "") {
			continue
		}
		lines = append(lines, line)
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}
