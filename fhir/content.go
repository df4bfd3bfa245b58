package fhir

import (
	"cmp"
	"encoding/base64"
	"slices"
	"strings"

	"github.com/chargenote/chargenote/internal/notetext"
	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"
)

// mostAttachments is how many attachments of one document are tried; one note in every form that is
// read has five.
const mostAttachments = 8

// contents reads the text of a document: of its attachments, which say the same in several forms, the
// one that keeps most of it and can be read. Those before it that could not are named.
func (v *reading) contents(d item[r4.DocumentReference]) (words, reason string) {
	type failure struct{ kind, reason string }
	var failures []failure
	attachments := bestForms(d.Value.Content)
	if len(attachments) > mostAttachments {
		v.note(d.Reference, "only %d of its attachments are looked at", mostAttachments)
		attachments = attachments[:mostAttachments]
	}
	for _, attachment := range attachments {
		kind, _ := notetext.MediaType(text(attachment.ContentType))
		words, reason := v.attachmentText(d.entry, attachment)
		if reason != "" {
			failures = append(failures, failure{printableKind(kind), reason})
			continue
		}
		for _, f := range failures {
			v.note(d.Reference, "its %s is not read: %s", f.kind, f.reason)
		}
		return words, ""
	}
	switch len(failures) {
	case 0:
		return "", "the document has no content"
	case 1:
		return "", failures[0].reason
	}
	var reasons []string
	for _, f := range failures {
		reasons = append(reasons, f.kind+": "+f.reason)
	}
	return "", strings.Join(reasons, "; ")
}

// bestForms puts the attachments that are worth more first.
func bestForms(contents []r4.DocumentReferenceContent) []r4.Attachment {
	var list []r4.Attachment
	for _, content := range contents {
		list = append(list, content.Attachment)
	}
	slices.SortStableFunc(list, func(a, b r4.Attachment) int {
		kindA, _ := notetext.MediaType(text(a.ContentType))
		kindB, _ := notetext.MediaType(text(b.ContentType))
		return cmp.Compare(notetext.FormOf(kindA), notetext.FormOf(kindB))
	})
	return list
}

// printableKind is a kind of attachment as a remark may name it: one that is read, by its media type.
func printableKind(kind string) string {
	if kind == "" || !notetext.Readable(kind) {
		return "attachment of another kind"
	}
	return kind
}

// attachmentText reads the bytes of an attachment: its own, else those of the Binary that it names.
func (v *reading) attachmentText(holder *entry, a r4.Attachment) (words, reason string) {
	kind, charset := notetext.MediaType(text(a.ContentType))
	data := text(a.Data)
	if data == "" {
		if text(a.Url) == "" {
			return "", "the document has neither text nor an address"
		}
		binary, reason := v.binary(holder, text(a.Url))
		if reason != "" {
			return "", reason
		}
		data = text(binary.Data)
		if binaryKind, binaryCharset := notetext.MediaType(binary.ContentType); kind == "" || binaryCharset != "" {
			kind, charset = cmp.Or(kind, binaryKind), cmp.Or(charset, binaryCharset)
		}
	}
	raw, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(data), ""))
	if err != nil {
		return "", "the text is not base64"
	}
	read, err := notetext.Read(notetext.Attachment{Kind: kind, Charset: charset, Data: raw}, v.options.PDF)
	if err != nil {
		return "", err.Error()
	}
	for _, remark := range read.Remarks {
		v.note(holder.Reference, "%s", remark)
	}
	return read.Words, ""
}

// attached is what an attachment's address names: a Binary of the record, or one within the document; nil
// where neither holds it. An address on another server is not that of a Binary here with the same id.
func (v *reading) attached(holder *entry, address string) *entry {
	var e *entry
	if id, within := strings.CutPrefix(address, "#"); within {
		e = containedIn(holder, id)
	} else {
		e = v.record.find(address)
	}
	if e == nil || e.Type != "Binary" || elsewhere(address, e.url) {
		return nil
	}
	return e
}

// elsewhere reports whether two web addresses of one resource are not the same.
func elsewhere(a, b string) bool {
	if !strings.Contains(a, "://") || !strings.Contains(b, "://") {
		return false
	}
	a, _, _ = strings.Cut(a, "/_history/")
	b, _, _ = strings.Cut(b, "/_history/")
	return a != b
}

func (v *reading) binary(holder *entry, address string) (binary r4.Binary, reason string) {
	e := v.attached(holder, address)
	if e == nil {
		if name := relativeName(address); !strings.HasPrefix(name, "Binary/") && strings.Contains(address, "://") {
			return binary, "the text is kept at an address that is no Binary, and is not fetched: ask the EHR's analyst to serve it as one"
		}
		return binary, "the text is kept as a Binary that was not read: ask for scope to read Binary"
	}
	binary, lenient, err := decode[r4.Binary](e)
	if err != nil {
		v.note(e.Reference, "not read: %s", err)
		return binary, "the Binary with the text cannot be read"
	}
	v.use(e, lenient)
	return binary, ""
}
