package notetext

import (
	"encoding/base64"
	"encoding/xml"
	"errors"
	"io"
	"strings"
)

// The product reads no XML but this: the human-readable text of a C-CDA document, because that is
// how many EHRs keep their notes. What makes XML dangerous is kept out: a document with a DOCTYPE is
// refused before anything of it is read, so that no entity can be declared, and the decoder knows only the five of
// XML itself and resolves none from outside; depth and number of elements are bounded; of the
// document only titles and texts of sections are looked at.
const (
	deepestElement = 100
	mostTokens     = 400_000
)

var (
	errDoctype   = errors.New("the XML has a DOCTYPE, and no XML with one is read")
	errXML       = errors.New("the XML is damaged and cannot be read")
	errXMLSize   = errors.New("the XML is larger or deeper than any note and is not read")
	errNotCDA    = errors.New("the XML is no clinical document (C-CDA), and no other XML is read")
	errNoSection = errors.New("the clinical document has no section with text")
	errOutside   = errors.New("the clinical document keeps its text outside itself, and it is not fetched")
	errNested    = errors.New("the clinical document holds another within it, which is not read")
	errDeflated  = errors.New("the clinical document keeps its text compressed, and it is not read")
)

type cdaReader struct {
	lines
	decoder *xml.Decoder
	depth   int
	tokens  int
	pdf     PDFReader
	nested  int
	leftOut bool
	apart   bool  // a section of psychotherapy notes was left out
	other   *Text // of a body that is no XML
}

func readCDA(a Attachment, pdf PDFReader, nested int) (Text, error) {
	page, err := decodeHTML(a)
	if err != nil {
		return Text{}, err
	}
	switch root, doctype := rootElement(page); {
	case doctype != "":
		return Text{}, errDoctype
	case root != "clinicaldocument":
		return Text{}, errNotCDA
	}
	decoder := xml.NewDecoder(strings.NewReader(page))
	decoder.Strict = true
	decoder.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil } // decoded already
	r := &cdaReader{decoder: decoder, pdf: pdf, nested: nested}
	if err := r.document(); err != nil {
		return Text{}, err
	}
	return r.result()
}

func (r *cdaReader) result() (Text, error) {
	text := Text{Words: r.String()}
	if r.other != nil {
		text.Remarks = append(text.Remarks, r.other.Remarks...)
		text.Words = strings.TrimSpace(text.Words + "\n\n" + r.other.Words)
	}
	if r.leftOut {
		text.Remarks = append(text.Remarks, leftOut)
	}
	switch {
	case r.apart && text.Words == "":
		return Text{}, ErrKeptApart
	case r.apart:
		text.Remarks = append(text.Remarks, "a section is not read: "+ErrKeptApart.Error())
	case text.Words == "":
		return Text{}, errNoSection
	}
	return text, nil
}

// token is the next token, within the limits; a directive ends the reading.
func (r *cdaReader) token() (xml.Token, error) {
	token, err := r.decoder.Token()
	if errors.Is(err, io.EOF) {
		return nil, io.EOF
	}
	if err != nil {
		return nil, errXML
	}
	if r.tokens++; r.tokens > mostTokens {
		return nil, errXMLSize
	}
	switch token.(type) {
	case xml.StartElement:
		if r.depth++; r.depth > deepestElement {
			return nil, errXMLSize
		}
	case xml.EndElement:
		r.depth--
	case xml.Directive:
		return nil, errDoctype
	}
	return token, nil
}

// each calls one for each element within the one that was begun, and words for the text between them.
func (r *cdaReader) each(one func(xml.StartElement) error, words func(string)) error {
	for {
		token, err := r.token()
		if err != nil {
			return cutShort(err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			if err := one(token); err != nil {
				return err
			}
		case xml.EndElement:
			return nil
		case xml.CharData:
			if words != nil {
				words(string(token))
			}
		}
	}
}

func cutShort(err error) error {
	if errors.Is(err, io.EOF) {
		return errXML
	}
	return err
}

// skip passes over the element that was begun.
func (r *cdaReader) skip(xml.StartElement) error {
	for end := r.depth - 1; r.depth > end; {
		if _, err := r.token(); err != nil {
			return cutShort(err)
		}
	}
	return nil
}

func (r *cdaReader) document() error {
	for {
		token, err := r.token()
		if err != nil {
			return cutShort(err)
		}
		if _, ok := token.(xml.StartElement); ok {
			break
		}
	}
	return r.each(func(e xml.StartElement) error {
		switch {
		case xmlAttribute(e, "code") == keptApart:
			return ErrKeptApart
		case e.Name.Local == "component":
			return r.each(r.body, nil)
		}
		return r.skip(e)
	}, nil)
}

func (r *cdaReader) body(e xml.StartElement) error {
	switch e.Name.Local {
	case "structuredBody":
		return r.each(r.component, nil)
	case "nonXMLBody":
		return r.each(func(e xml.StartElement) error {
			if e.Name.Local == "text" {
				return r.otherBody(e)
			}
			return r.skip(e)
		}, nil)
	}
	return r.skip(e)
}

func (r *cdaReader) component(e xml.StartElement) error {
	if e.Name.Local != "component" {
		return r.skip(e)
	}
	return r.each(func(e xml.StartElement) error {
		if e.Name.Local != "section" || xmlAttribute(e, "nullFlavor") != "" {
			return r.skip(e)
		}
		return r.section()
	}, nil)
}

// section reads title and text. A section that is marked as psychotherapy notes, which may be said
// after its text, is taken back.
func (r *cdaReader) section() error {
	before, apart := r.mark(), false
	err := r.each(func(e xml.StartElement) error {
		switch {
		case xmlAttribute(e, "code") == keptApart:
			apart = true
		case xmlAttribute(e, "nullFlavor") != "":
		case e.Name.Local == "title":
			r.blank()
			defer r.line()
			return r.narrative(e)
		case e.Name.Local == "text":
			r.line()
			defer r.blank()
			return r.narrative(e)
		case e.Name.Local == "component":
			return r.component(e)
		}
		return r.skip(e)
	}, nil)
	if apart {
		r.takeBack(before)
		r.apart = true
	}
	return err
}

// narrative reads the text of a section (CDA R2, narrative block).
func (r *cdaReader) narrative(e xml.StartElement) error {
	return r.each(r.part, r.text)
}

func (r *cdaReader) part(e xml.StartElement) error {
	around := func() {}
	switch e.Name.Local {
	case "paragraph", "table", "list":
		around = r.blank
	case "item", "tr", "caption", "thead", "tbody", "tfoot", "footnote":
		around = r.line
	case "br":
		r.next()
	case "td", "th":
		r.cell()
	case "content":
		if xmlAttribute(e, "revised") == "delete" || strings.Contains(strings.ToLower(xmlAttribute(e, "styleCode")), "hidden") {
			r.leftOut = true
			return r.skip(e)
		}
	case "renderMultiMedia", "colgroup", "col":
		return r.skip(e)
	}
	around()
	if e.Name.Local == "item" {
		r.text("- ")
	}
	err := r.narrative(e)
	around()
	return err
}

func xmlAttribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name && a.Name.Space == "" {
			return a.Value
		}
	}
	return ""
}

// otherBody reads a body that is no XML: another form of a note, as text or in base64.
func (r *cdaReader) otherBody(e xml.StartElement) error {
	var content strings.Builder
	outside := false
	err := r.each(func(e xml.StartElement) error {
		outside = outside || e.Name.Local == "reference"
		return r.skip(e)
	}, func(s string) { content.WriteString(s) })
	switch written := strings.TrimSpace(content.String()); {
	case err != nil:
		return err
	case xmlAttribute(e, "compression") != "":
		return errDeflated
	case written == "" && outside:
		return errOutside
	case written == "":
		return errNoSection
	case r.nested > 0:
		return errNested
	}
	data := []byte(content.String())
	kind, charset := MediaType(xmlAttribute(e, "mediaType"))
	if xmlAttribute(e, "representation") == "B64" {
		data, err = base64.StdEncoding.DecodeString(strings.Join(strings.Fields(content.String()), ""))
		if err != nil {
			return errors.New("the text is not base64")
		}
	} else {
		charset = "utf-8" // it was decoded with the document
	}
	if kind == "" {
		kind = "text/plain" // what CDA takes where nothing is said
	}
	text, err := read(Attachment{Kind: kind, Charset: charset, Data: data}, r.pdf, r.nested+1)
	if err != nil {
		return err
	}
	r.other = &text
	return nil
}
