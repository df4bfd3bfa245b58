package docs

import (
	"fmt"
	"path"

	"github.com/chargenote/chargenote/internal/effective"
	"github.com/chargenote/chargenote/internal/layer"
)

// buildWords reads the word lists of all layers and puts them into the lexicon, those of one name
// together. Lists that the code asks for by name must be there.
func (r *Rules) buildWords(sources []layer.Source) []error {
	all, from := map[string]*wordFile{}, map[string]string{}
	var faults []error
	for _, s := range sources {
		words, ok := wordSource(s)
		if !ok {
			continue
		}
		if err := forSinglePayers(s, words); err != nil {
			faults = append(faults, err)
		}
		files, err := effective.LoadDir[wordFile](words.FS, words.Dir)
		if err != nil {
			faults = append(faults, err)
		}
		for i := range files {
			f := &files[i]
			name := path.Join(words.Dir, f.Name+".yaml")
			for _, problem := range f.Value.faults(f.Name) {
				faults = append(faults, &effective.FieldError{File: name, Problem: problem})
			}
			if below := all[f.Name]; below != nil {
				below.Words, below.Groups = append(below.Words, f.Value.Words...), joinGroups(below.Groups, f.Value.Groups)
				continue
			}
			if s.Pack != "" {
				faults = append(faults, &effective.FieldError{File: name, Problem: "no list of this name is read"})
			}
			all[f.Name], from[f.Name] = &f.Value, name
		}
	}
	for _, name := range effective.SortedKeys(all) {
		r.addWords(name, all[name], func(problem string) {
			faults = append(faults, &effective.FieldError{File: from[name], Problem: problem})
		})
	}
	for _, name := range wordLists {
		if all[name] == nil && len(faults) == 0 {
			faults = append(faults, &effective.FieldError{File: path.Join(sources[0].Dir, wordsDir, name+".yaml"), Problem: "this word list is missing"})
		}
	}
	return faults
}

// joinGroups adds words to the groups of the same name.
func joinGroups(below, over []wordGroup) []wordGroup {
	for _, g := range over {
		found := false
		for i := range below {
			if below[i].Name == g.Name {
				below[i].Words, found = append(below[i].Words, g.Words...), true
			}
		}
		if !found {
			below = append(below, g)
		}
	}
	return below
}

func (f *wordFile) faults(name string) []string {
	var faults []string
	if f.ID != name {
		faults = append(faults, fmt.Sprintf("the id %q is not the file name", f.ID))
	}
	if f.About == "" {
		faults = append(faults, "about is missing: say what the list is for")
	}
	if _, err := effective.ParseDate(f.Checked); err != nil {
		faults = append(faults, "checked: "+err.Error())
	}
	return faults
}

// addWords puts one list into the lexicon, as a whole and by its groups.
func (r *Rules) addWords(name string, f *wordFile, fault func(string)) {
	if name == "headings" {
		r.loadHeadings(f.Groups, fault)
		return
	}
	add := func(words []string) int {
		list, err := r.lexicon.add(words)
		if err != nil {
			fault(err.Error())
		}
		return list
	}
	words := append([]string{}, f.Words...)
	for _, g := range f.Groups {
		r.groups[name] = append(r.groups[name], listing{g.Name, add(g.Words)})
		words = append(words, g.Words...)
	}
	r.words[name] = add(words)
}

func (r *Rules) loadHeadings(groups []wordGroup, fault func(string)) {
	for _, g := range groups {
		section := sectionNames[g.Name]
		if section == 0 {
			fault(fmt.Sprintf("the section %q is not known", g.Name))
		}
		for _, phrase := range g.Words {
			h := heading{section: section, letter: len(phrase) == 1}
			for _, t := range tokenize(fold(phrase).text) {
				if t.kind != glueToken {
					h.words = append(h.words, t.text)
				}
			}
			r.headings = append(r.headings, h)
		}
	}
}
