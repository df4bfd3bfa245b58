package draft

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/chargenote/chargenote/docs"
	"github.com/chargenote/chargenote/internal/effective"
)

//go:embed templates/*.yaml
var builtinFiles embed.FS

// A Template says which sections a document has and what each takes from the record and the note. Its
// id is its file name.
type Template struct {
	ID       string    `yaml:"id"`
	Kind     string    `yaml:"kind"`
	Title    string    `yaml:"title"`
	For      string    `yaml:"for"`             // patient, record, referrer
	About    string    `yaml:"about,omitempty"` // what it is for, in a sentence for the clinician who chooses
	Checked  string    `yaml:"checked"`         // when a person last read it over
	Sections []Outline `yaml:"sections"`
}

// An Outline is a section of a template.
type Outline struct {
	Heading string `yaml:"heading"`
	Parts   []Part `yaml:"parts"`
	Empty   string `yaml:"empty,omitempty"` // the blank where no part gives anything; none: the section is left out then
}

// A Part is one source of a section; exactly one of its members is set.
type Part struct {
	Elements []string `yaml:"elements,omitempty"` // of documentation: the note's own sentences, else the record's value, else a blank
	Notes    []string `yaml:"notes,omitempty"`    // sections of the note, such as plan: the sentences in them that stand nowhere yet
	Fact     string   `yaml:"fact,omitempty"`     // of the record, in a sentence of this program
	Reword   []string `yaml:"reword,omitempty"`   // elements whose sentences the clinician has to put into plain words
	Text     string   `yaml:"text,omitempty"`     // words of the template
	Blank    string   `yaml:"blank,omitempty"`    // that only the clinician can fill
}

// Templates are the templates by id.
type Templates struct{ all map[string]*Template }

// Builtin is the templates that come with the program, loaded once.
func Builtin() (*Templates, error) { return builtin() }

var builtin = sync.OnceValues(func() (*Templates, error) { return (&Templates{}).Over(builtinFiles, "templates") })

// Over lays the templates of dir over these: one with the id of another takes its place. All faults of
// all files are returned at once.
func (t *Templates) Over(fsys fs.FS, dir string) (*Templates, error) {
	files, err := effective.LoadDir[Template](fsys, dir)
	if err != nil {
		return nil, err
	}
	laid := &Templates{all: map[string]*Template{}}
	for id, template := range t.all {
		laid.all[id] = template
	}
	var faults []error
	for i := range files {
		template := &files[i].Value
		for _, problem := range template.faults(files[i].Name) {
			faults = append(faults, &effective.FieldError{File: dir + "/" + files[i].Name + ".yaml", Problem: problem})
		}
		laid.all[files[i].Name] = template
	}
	if len(files) == 0 {
		faults = append(faults, fmt.Errorf("%s: holds no template (.yaml)", dir))
	}
	return laid, errors.Join(faults...)
}

// IDs lists the templates in order.
func (t *Templates) IDs() []string { return effective.SortedKeys(t.all) }

// ByID is one template.
func (t *Templates) ByID(id string) (*Template, bool) {
	template, ok := t.all[id]
	return template, ok
}

var (
	plainID = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	kinds   = []string{AfterVisitSummary, AssessmentNote, AssessmentReport, ProgressNote}
	readers = []string{"patient", "record", "referrer"}
)

func (t *Template) faults(name string) []string {
	var faults []string
	fault := func(format string, args ...any) { faults = append(faults, fmt.Sprintf(format, args...)) }
	if t.ID != name {
		fault("the id %q is not the file name", t.ID)
	}
	if !plainID.MatchString(t.ID) {
		fault("the id %q stands in addresses and file names: write it in lower-case letters, digits and hyphens", t.ID)
	}
	if !slices.Contains(kinds, t.Kind) {
		fault("the kind %q is not one of %s", t.Kind, strings.Join(kinds, ", "))
	}
	if !slices.Contains(readers, t.For) {
		fault("for: %q is not one of %s", t.For, strings.Join(readers, ", "))
	}
	if t.Title == "" {
		fault("the title is missing")
	}
	if _, err := effective.ParseDate(t.Checked); err != nil {
		fault("checked: %v", err)
	}
	if len(t.Sections) == 0 {
		fault("sections is empty")
	}
	for k, s := range t.Sections {
		if s.Heading == "" {
			fault("a section has no heading")
		}
		if slices.ContainsFunc(t.Sections[:k], func(o Outline) bool { return o.Heading == s.Heading }) {
			fault("two sections have the heading %q", s.Heading)
		}
		for i, p := range s.Parts {
			if problem := p.fault(t.For); problem != "" {
				fault("%s, part %d: %s", s.Heading, i+1, problem)
			}
		}
	}
	return faults
}

// fault is what is wrong with a part in a document for such a reader.
func (p Part) fault(reader string) string {
	set := 0
	for _, there := range []bool{len(p.Elements) > 0, len(p.Notes) > 0, p.Fact != "", len(p.Reword) > 0, p.Text != "", p.Blank != ""} {
		if there {
			set++
		}
	}
	switch {
	case set != 1:
		return "give one of elements, notes, fact, reword, text, blank"
	case p.Fact != "" && facts[p.Fact] == nil:
		return fmt.Sprintf("the fact %q is not one of %s", p.Fact, strings.Join(effective.SortedKeys(facts), ", "))
	case reader == "patient" && (len(p.Elements)+len(p.Notes) > 0 || p.Fact != "" && !forPatients[p.Fact]):
		return "a document for the patient takes no sentence of the note as it stands: use reword, text or blank, or a fact in plain words"
	case slices.ContainsFunc(p.Notes, func(name string) bool { return !docs.KnownSection(name) }):
		return fmt.Sprintf("notes: one of %s is no section of a note; there are %s", strings.Join(p.Notes, ", "), strings.Join(docs.SectionNames(), ", "))
	case strings.Contains(p.Text+p.Blank, strings.TrimSpace(blankOpen)) || strings.Contains(p.Text+p.Blank, strings.TrimSpace(blankClose)):
		return "the marks of a blank are set by the program"
	}
	return ""
}
