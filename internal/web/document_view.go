package web

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/chargenote/chargenote/internal/draft"
)

// A documentsPage lists the documents of the visit.
type documentsPage struct {
	Kinds []documentKind
}

// A documentKind is the documents of one kind: a progress note comes in several styles.
type documentKind struct {
	ID, Name  string
	Documents []documentView
}

type documentView struct {
	ID, Title, About string
	Blanks           string
	Done             bool   // no blank is left
	Edited           string // when a section was edited last
}

// kindsInOrder are the kinds as the page lists them, with their names.
var kindsInOrder = []struct{ id, name string }{
	{draft.ProgressNote, "Progress note"},
	{draft.AfterVisitSummary, "After visit summary"},
	{draft.AssessmentReport, "Assessment report"},
	{draft.AssessmentNote, "Assessment note"},
}

func documentsBody(all []document, zone *time.Location) documentsPage {
	var body documentsPage
	for _, kind := range kindsInOrder {
		k := documentKind{ID: kind.id, Name: kind.name}
		for _, d := range all {
			if d.template.Kind == kind.id {
				k.Documents = append(k.Documents, documentView{ID: d.template.ID, Title: d.now.Title, About: aboutDocument(d.template),
					Blanks: blanksLeft(len(d.now.Blanks)), Done: len(d.now.Blanks) == 0, Edited: editedBy(latest(d.edits), zone)})
			}
		}
		if len(k.Documents) > 0 {
			body.Kinds = append(body.Kinds, k)
		}
	}
	return body
}

// aboutDocument says what a document is for; a site's template may not say it.
func aboutDocument(t *draft.Template) string {
	return cmp.Or(t.About, map[string]string{"patient": "For the patient.", "referrer": "For whoever asked for it."}[t.For], "For the record.")
}

func blanksLeft(n int) string {
	if n == 0 {
		return "No blank left"
	}
	return counted(n, "blank left", "blanks left")
}

func editedBy(at time.Time, zone *time.Location) string {
	if at.IsZero() {
		return ""
	}
	return "Edited by you at " + clockIn(at, zone)
}

func latest(edits map[string]edit) time.Time {
	var at time.Time
	for _, e := range edits {
		if e.at.After(at) {
			at = e.at
		}
	}
	return at
}

// A documentPage is a draft to be edited.
type documentPage struct {
	ID, Title, About string
	Chart, Cited     string // what the form must bring back: see formOf
	Alert            *notTaken
	Label            string
	Header           []headerField
	HeaderBlanks     string // what the record does not say of whose document it is
	Blanks           string
	Done             bool
	Grade            string
	Edited           string
	SavedAt          string // when the page was made, on the clinic's clock
	Sections         []sectionView
	Sheet            []sheetSection // as it is printed
}

type headerField struct{ Name, Value string }

// A sectionView is a section with the field that it is written in.
type sectionView struct {
	ID       string // of the field
	Heading  string
	Text     string
	Was      string // names the text as it was shown
	Version  int    // of the edit that was shown; 0: it is as drafted
	Other    string // what another window has written here meanwhile
	Rows     int    // height of the field
	Blanks   []string
	Sources  []sourceRow
	Edited   string // when
	Gone     bool   // the visit gives nothing for this section any more
	Drafted  string // what is drafted now, where that is not what was edited
	Unnumber bool
}

// A sourceRow is a sentence with what it rests on, in the table under the section.
type sourceRow struct {
	Numbers string
	Text    string
	Rests   string
	Blank   bool
}

type sheetSection struct {
	Heading string
	Lines   []sheetLine
}

type sheetLine struct {
	Text  string
	Blank bool
}

func documentBody(d document, zone *time.Location) documentPage {
	body := documentPage{ID: d.template.ID, Title: d.now.Title, About: aboutDocument(d.template), Label: d.now.Label,
		Cited: named(d.now.Cited()...), Blanks: blanksLeft(len(d.now.Blanks)), Done: len(d.now.Blanks) == 0, Edited: editedBy(latest(d.edits), zone)}
	var unknown []string
	for _, f := range d.now.Header {
		if f.Value == "" {
			unknown = append(unknown, strings.ToLower(f.Name))
		}
		body.Header = append(body.Header, headerField{f.Name, cmp.Or(f.Value, "[[ "+strings.ToLower(f.Name)+" ]]")})
	}
	body.HeaderBlanks = strings.Join(unknown, ", ")
	if d.now.Grade != nil {
		body.Grade = fmt.Sprintf("%.1f", *d.now.Grade)
	}
	drafted := d.drafted.Passages()
	for i, p := range d.now.Passages() {
		section := sectionOf(i, p)
		if e, ok := d.edits[p.Heading]; ok {
			section.edited(d, e, drafted, zone)
		}
		body.Sections = append(body.Sections, section)
		body.Sheet = append(body.Sheet, sheetOf(p)...)
	}
	return body
}

func sectionOf(i int, p draft.Passage) sectionView {
	section := sectionView{ID: fmt.Sprintf("section-%d", i+1), Heading: p.Heading, Text: p.Text, Was: named(draft.Tidy(p.Text)), Rows: rowsOf(p.Text), Blanks: p.Blanks}
	for _, row := range p.Rows {
		var numbers []string
		for _, n := range row.Numbers {
			numbers = append(numbers, fmt.Sprintf("[%d]", n))
		}
		section.Sources = append(section.Sources, sourceRow{Numbers: strings.Join(numbers, ""), Text: row.Text, Rests: restsOn(row.Line), Blank: row.Blank})
	}
	return section
}

// restsOn says what a sentence rests on, in words.
func restsOn(l draft.Line) string {
	sources := strings.Join(l.Sources, "; ")
	who := ""
	switch {
	case l.Blank:
		who = "for you to write"
	case l.Edited:
		who = "your words"
	case sources == "":
		who = "words of the template"
	}
	if who != "" && sources != "" {
		return who + ", after " + sources
	}
	return who + sources
}

// edited says when a section was edited, and what is drafted there now where that has changed since.
func (v *sectionView) edited(d document, e edit, drafted []draft.Passage, zone *time.Location) {
	v.Edited, v.Unnumber, v.Version = editedBy(e.at, zone), e.unnumbered, e.version
	i := slices.IndexFunc(drafted, func(p draft.Passage) bool { return p.Heading == v.Heading })
	switch {
	case i < 0:
		v.Gone = true
	case draftedAs(d.drafted, v.Heading) != e.over:
		v.Drafted = drafted[i].Text
	}
}

// rowsOf is the height of a field that shows a text whole in a narrow frame, within bounds.
func rowsOf(text string) int {
	const across = 40
	rows := 1
	for line := range strings.SplitSeq(text, "\n") {
		rows += 1 + len(line)/across
	}
	return min(max(rows, 3), 20)
}

// sheetOf is a section as it is printed; an empty one is not.
func sheetOf(p draft.Passage) []sheetSection {
	if len(p.Rows) == 0 {
		return nil
	}
	section := sheetSection{Heading: p.Heading}
	for _, row := range p.Rows {
		section.Lines = append(section.Lines, sheetLine{row.Shown(), row.Blank})
	}
	return []sheetSection{section}
}

// taken puts back what was written on a form that could not be taken, so that nothing is lost.
func (body *documentPage) taken(form *documentForm) {
	body.Alert = &notTaken{What: "Nothing was saved.", Why: form.fault}
	body.Cited = form.cited
	for i := range body.Sections {
		section := &body.Sections[i]
		k := slices.Index(form.headings, section.Heading)
		if k < 0 {
			continue
		}
		if slices.Contains(form.newer, section.Heading) {
			section.Other = section.Text // the version is the newer one, so saving again is meant
		} else {
			section.Version = form.versions[section.Heading]
		}
		section.Text, section.Was = strings.ReplaceAll(form.text[k], "\r\n", "\n"), form.was[k]
	}
}
