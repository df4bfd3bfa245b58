package web

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/gorilla/mux"

	"github.com/chargenote/chargenote/internal/draft"
	"github.com/chargenote/chargenote/internal/review"
)

// A document is a draft of the open visit, as it is drafted and as the clinician edited it.
type document struct {
	template *draft.Template
	review   *review.Review
	drafted  draft.Document
	now      draft.Document
	edits    map[string]edit
}

func (s *Server) documentOf(o open, template *draft.Template, reviewed *review.Review) document {
	d := document{template: template, review: reviewed, edits: o.session.edited(template.ID)}
	d.drafted = template.Write(reviewed, s.options.Reviews.Notes)
	d.now = d.drafted.Edited(linesOf(d.edits))
	return d
}

// document drafts the document that the address names.
func (s *Server) document(r *http.Request, o open) (document, error) {
	template, ok := s.options.Drafts.ByID(mux.Vars(r)["id"])
	if !ok {
		return document{}, errNoDocument
	}
	_, reviewed, _, err := s.read(r.Context(), o)
	if err != nil {
		return document{}, err
	}
	return s.documentOf(o, template, reviewed), nil
}

// showDocuments lists the documents that can be drafted of the visit.
func (s *Server) showDocuments(w http.ResponseWriter, r *http.Request, o open) {
	_, reviewed, _, err := s.read(r.Context(), o)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	var all []document
	for _, id := range s.options.Drafts.IDs() {
		if template, ok := s.options.Drafts.ByID(id); ok {
			all = append(all, s.documentOf(o, template, reviewed))
		}
	}
	body := documentsBody(all, clinicZone(o.launch, reviewed))
	s.render(w, r, http.StatusOK, "documents", s.chartPage(o, reviewed, "Documents of this visit", body))
}

func (s *Server) showDocument(w http.ResponseWriter, r *http.Request, o open) {
	d, err := s.document(r, o)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.renderDocument(w, r, o, d, nil)
}

// renderDocument shows a document to edit; after a form that could not be taken, with why and with what
// was written on it.
func (s *Server) renderDocument(w http.ResponseWriter, r *http.Request, o open, d document, form *documentForm) {
	body := documentBody(d, clinicZone(o.launch, d.review))
	body.Chart = chartOf(o, d.template.ID)
	body.SavedAt = clockIn(s.options.Now(), clinicZone(o.launch, d.review))
	status := http.StatusOK
	if form != nil {
		status = http.StatusUnprocessableEntity
		if len(form.newer) > 0 {
			status = http.StatusConflict
		}
		body.taken(form)
	}
	s.render(w, r, status, "document", s.chartPage(o, d.review, d.now.Title, body))
}

// A documentForm is what came back of a document's page.
type documentForm struct {
	headings, was, text []string       // of each section, in order
	versions            map[string]int // of each section, as it was shown
	cited               string         // names the list of sources that the numbers are of
	back                string         // heading to take back to the draft
	fault               string
	newer               conflict
}

// formOf reads the form of a document. It must be of this launch, visit and document: a form of another
// chart is refused as a whole, so that one patient's words never stand in another's document.
func formOf(r *http.Request, o open, template *draft.Template) (*documentForm, error) {
	if err := readForm(r); err != nil {
		return nil, err
	}
	if r.PostForm.Get("chart") != chartOf(o, template.ID) {
		return nil, errOtherForm
	}
	form := &documentForm{headings: r.PostForm["heading"], was: r.PostForm["was"], text: r.PostForm["text"],
		cited: r.PostForm.Get("cited"), back: r.PostForm.Get("back")}
	if len(form.headings) != len(form.was) || len(form.headings) != len(form.text) {
		return nil, errForm
	}
	versions := r.PostForm["version"]
	if len(versions) != len(form.headings) {
		return nil, errForm
	}
	form.versions = map[string]int{}
	for i, heading := range form.headings {
		n, err := strconv.Atoi(versions[i])
		if err != nil || n < 0 {
			return nil, errForm
		}
		form.versions[heading] = n
		if !slices.ContainsFunc(template.Sections, func(o draft.Outline) bool { return o.Heading == heading }) {
			return nil, errForm
		}
	}
	return form, nil
}

// saveDocument keeps the sections that were changed on the page with the launch.
func (s *Server) saveDocument(w http.ResponseWriter, r *http.Request, o open) {
	d, err := s.document(r, o)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	form, err := formOf(r, o, d.template)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	err = o.session.rewrite(d.template.ID, s.changed(d, form), form.versions)
	switch {
	case errors.As(err, &form.newer):
		form.fault = "Another window changed the same section meanwhile. What stands there now is shown under yours: put together what you need, and save again."
	case errors.Is(err, errTooMuchText):
		form.fault = errTooMuchText.Text + " " + errTooMuchText.Next
	case err != nil:
		s.fail(w, r, err)
		return
	}
	if form.fault != "" {
		s.renderDocument(w, r, o, s.documentOf(o, d.template, d.review), form)
		return
	}
	if r.Header.Get("Prefer") == "return=representation" { // RFC 7240: the page saves while she writes, and stays
		s.renderDocument(w, r, o, s.documentOf(o, d.template, d.review), nil)
		return
	}
	seeOther(w, documentPath(o.launch.ID, d.template.ID))
}

// changed is the sections that the form changes. One that was sent back as it was shown is not touched,
// whatever the record or another window has made of it since.
func (s *Server) changed(d document, form *documentForm) map[string]*edit {
	changed := map[string]*edit{}
	numbered := form.cited == named(d.now.Cited()...)
	for i, heading := range form.headings {
		if named(draft.Tidy(form.text[i])) == form.was[i] {
			continue
		}
		e := &edit{lines: d.now.Read(form.text[i], numbered), at: s.options.Now(), over: draftedAs(d.drafted, heading), unnumbered: !numbered}
		if slices.ContainsFunc(d.drafted.Sections, func(s draft.Section) bool { return s.Heading == heading && s.Holds(e.lines) }) {
			e = nil // written as it is drafted
		}
		changed[heading] = e
	}
	if form.back != "" {
		changed[form.back] = nil
	}
	return changed
}

// downloadDocument writes a document as it is saved, in the format of the address. The name of the file
// holds no word and no date of the record.
func (s *Server) downloadDocument(w http.ResponseWriter, r *http.Request, o open) {
	d, err := s.document(r, o)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	format := mux.Vars(r)["format"]
	var content []byte
	switch format {
	case "txt":
		content = []byte(d.now.Text())
	case "xhtml":
		content = []byte(d.now.XHTML())
	case "pdf":
		if content, err = d.now.PDF(); err != nil {
			s.fail(w, r, err)
			return
		}
	}
	w.Header().Set("Content-Type", documentTypes[format])
	w.Header().Set("Content-Disposition", `attachment; filename="`+d.template.ID+`-draft.`+format+`"`)
	_, _ = w.Write(content)
}

var documentTypes = map[string]string{
	"txt":   "text/plain; charset=utf-8",
	"pdf":   "application/pdf",
	"xhtml": "application/xhtml+xml; charset=utf-8",
}

func documentPath(launchID, document string) string {
	return visitPath(launchID) + "/documents/" + document
}

// chartOf names launch, patient, visit and document, without saying them.
func chartOf(o open, document string) string {
	return named(o.launch.ID, o.launch.Patient, o.encounter(), document)
}

// draftedAs names what is drafted under a heading.
func draftedAs(d draft.Document, heading string) string {
	for _, s := range d.Sections {
		if s.Heading != heading {
			continue
		}
		var words []string
		for _, l := range s.Lines {
			words = append(words, l.Shown())
		}
		return named(words...)
	}
	return ""
}

// named is a short name for a list of texts.
func named(texts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(texts, "\x00")))
	return hex.EncodeToString(sum[:12])
}
