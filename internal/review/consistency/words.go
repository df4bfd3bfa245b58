package consistency

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/chargenote/chargenote/docs"
	"github.com/chargenote/chargenote/internal/effective"
)

// A wordFile is one list of words that mean the same. Its id is its file name.
type wordFile struct {
	ID      string                `yaml:"id"`
	About   string                `yaml:"about"`
	Checked string                `yaml:"checked"`
	Source  []effective.Reference `yaml:"reference"`
	Groups  []degree              `yaml:"groups"`
}

// A degree is a licence, a degree, an instrument or a relation with all its names.
type degree struct {
	Name        string   `yaml:"name"`
	Kind        string   `yaml:"kind,omitempty"`        // degree or licence
	Disciplines []string `yaml:"disciplines,omitempty"` // that it goes with
	Words       []string `yaml:"words"`
}

// The kinds of credentials.
const (
	kindDegree  = "degree"
	kindLicence = "licence"
)

func (r *Rules) loadWords(fsys fs.FS, dir string) error {
	files, err := effective.LoadDir[wordFile](fsys, dir)
	faults := []error{err}
	r.synonyms, r.relations = map[string]string{}, map[string][]string{}
	for _, f := range files {
		if problem := f.Value.fault(f.Name); problem != "" {
			faults = append(faults, &effective.FieldError{File: dir + "/" + f.Name + ".yaml", Problem: problem})
		}
		switch f.Name {
		case "degrees":
			r.degrees = f.Value.Groups
		case "instruments":
			for _, g := range f.Value.Groups {
				for _, w := range g.Words {
					r.synonyms[joined(w)] = g.Name
				}
			}
		case "relations":
			for _, g := range f.Value.Groups {
				for _, w := range g.Words {
					r.relations[joined(w)] = append(r.relations[joined(w)], g.Name)
				}
			}
		default:
			faults = append(faults, &effective.FieldError{File: dir + "/" + f.Name + ".yaml", Problem: "no list of this name is read"})
		}
	}
	return errors.Join(faults...)
}

func (f *wordFile) fault(name string) string {
	if f.ID != name {
		return fmt.Sprintf("the id %q is not the file name", f.ID)
	}
	if _, err := effective.ParseDate(f.Checked); err != nil || f.About == "" {
		return "about and checked are needed"
	}
	for _, g := range f.Groups {
		if g.Name == "" || len(g.Words) == 0 || g.Kind != "" && g.Kind != kindDegree && g.Kind != kindLicence {
			return fmt.Sprintf("the group %q needs a name, words, and degree or licence as its kind", g.Name)
		}
	}
	return strings.Join(effective.Faults(f.Source), "; ")
}

// joined is a phrase as it is compared, without its spaces and marks: "Ph.D." and "PhD" are phd.
func joined(phrase string) string { return strings.Join(docs.PlainWords(phrase), "") }

// degreesOf are the credentials that words name, in the order of the list.
func (r *Rules) degreesOf(words []string) []degree {
	var found []degree
	for _, d := range r.degrees {
		if slices.ContainsFunc(words, func(w string) bool {
			return slices.ContainsFunc(d.Words, func(known string) bool { return joined(known) == joined(w) })
		}) {
			found = append(found, d)
		}
	}
	return found
}
