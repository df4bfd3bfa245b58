package docs

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/chargenote/chargenote/internal/effective"
)

//go:embed rules
var builtinFiles embed.FS

// packVersion is the version of the rule packs that this program reads and brings.
const packVersion = "2026.1"

// RulesVersion names the rule pack that gave an answer.
type RulesVersion struct {
	Version string `json:"version"` // such as 2026.1
	Digest  string `json:"digest"`  // sha256: and the hex digest of the rule files, names and contents
}

// Rules are the documentation rules of one rule pack. They are read-only and safe for use by
// several goroutines at once.
type Rules struct {
	version  RulesVersion
	rules    []*ruleFile // by Order, then id
	lexicon  *lexicon
	words    map[string]int       // word lists by name
	groups   map[string][]listing // word lists in groups by name
	headings []heading
}

// A listing is one group of a word list.
type listing struct {
	name string
	list int
}

// Builtin is the rule pack that comes with the program, loaded once.
func Builtin() (*Rules, error) { return builtin() }

var builtin = sync.OnceValues(func() (*Rules, error) { return Load(builtinFiles, "rules") })

// wordsDir is the folder of the word lists, below that of the rules.
const wordsDir = "words"

// Load reads the rule files of dir and the word lists in its folder words. All faults of all files
// are returned at once, each with file and line where it has one. A pack without word lists of its
// own uses those of the program.
func Load(fsys fs.FS, dir string) (*Rules, error) {
	r := &Rules{lexicon: newLexicon(), words: map[string]int{}, groups: map[string][]listing{}}
	var faults []error
	wordFS, words := fsys, path.Join(dir, wordsDir)
	if _, err := fs.Stat(fsys, words); errors.Is(err, fs.ErrNotExist) {
		wordFS, words = builtinFiles, path.Join("rules", wordsDir)
	}
	faults = append(faults, r.loadWords(wordFS, words)...)
	files, err := effective.LoadDir[ruleFile](fsys, dir)
	if err != nil {
		faults = append(faults, err)
	}
	if len(files) == 0 && err == nil {
		faults = append(faults, fmt.Errorf("%s: holds no rule file (.yaml)", dir))
	}
	for i := range files {
		f := &files[i]
		name := path.Join(dir, f.Name+".yaml")
		problems := f.Value.faults(f.Name)
		if len(problems) == 0 {
			for _, v := range f.Value.Effective.All {
				if v == nil {
					continue
				}
				if err := v.compile(r.lexicon); err != nil {
					problems = append(problems, err.Error())
				}
			}
		}
		for _, p := range problems {
			faults = append(faults, &effective.FieldError{File: name, Problem: p})
		}
		r.rules = append(r.rules, &f.Value)
	}
	if len(faults) > 0 {
		return nil, errors.Join(faults...)
	}
	slices.SortStableFunc(r.rules, func(a, b *ruleFile) int {
		if a.Order != b.Order {
			return a.Order - b.Order
		}
		return strings.Compare(a.ID, b.ID)
	})
	r.version = RulesVersion{Version: packVersion}
	if r.version.Digest, err = digest(fsys, dir, wordFS, words); err != nil {
		return nil, err
	}
	return r, nil
}

// loadWords reads the word lists. Lists that the code asks for by name must be there.
func (r *Rules) loadWords(fsys fs.FS, dir string) []error {
	var faults []error
	files, err := effective.LoadDir[wordFile](fsys, dir)
	if err != nil {
		faults = append(faults, err)
	}
	for _, f := range files {
		name := path.Join(dir, f.Name+".yaml")
		fault := func(problem string) {
			faults = append(faults, &effective.FieldError{File: name, Problem: problem})
		}
		if f.Value.ID != f.Name {
			fault(fmt.Sprintf("the id %q is not the file name", f.Value.ID))
		}
		if f.Value.About == "" {
			fault("about is missing: say what the list is for")
		}
		if _, err := effective.ParseDate(f.Value.Checked); err != nil {
			fault("checked: " + err.Error())
		}
		if f.Name == "headings" {
			r.loadHeadings(f.Value.Groups, fault)
			continue
		}
		all := slices.Clone(f.Value.Words)
		for _, g := range f.Value.Groups {
			list, err := r.lexicon.add(g.Words)
			if err != nil {
				fault(err.Error())
			}
			r.groups[f.Name] = append(r.groups[f.Name], listing{g.Name, list})
			all = append(all, g.Words...)
		}
		list, err := r.lexicon.add(all)
		if err != nil {
			fault(err.Error())
		}
		r.words[f.Name] = list
	}
	for _, name := range wordLists {
		if _, ok := r.words[name]; !ok && err == nil {
			faults = append(faults, &effective.FieldError{File: path.Join(dir, name+".yaml"), Problem: "this word list is missing"})
		}
	}
	return faults
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

// digest is the SHA-256 over names and contents of the rule files and word lists, in order of name.
func digest(fsys fs.FS, dir string, wordFS fs.FS, words string) (string, error) {
	sum := sha256.New()
	for _, place := range []struct {
		fsys fs.FS
		dir  string
	}{{fsys, dir}, {wordFS, words}} {
		entries, err := fs.ReadDir(place.fsys, place.dir)
		if err != nil {
			return "", fmt.Errorf("read rules: %w", err)
		}
		for _, entry := range entries {
			if entry.IsDir() || path.Ext(entry.Name()) != ".yaml" {
				continue
			}
			content, err := fs.ReadFile(place.fsys, path.Join(place.dir, entry.Name()))
			if err != nil {
				return "", fmt.Errorf("read rules: %w", err)
			}
			fmt.Fprintf(sum, "%s %d\n", entry.Name(), len(content))
			sum.Write(content)
		}
	}
	return "sha256:" + hex.EncodeToString(sum.Sum(nil)), nil
}

// Version is the version and digest of the rule pack.
func (r *Rules) Version() RulesVersion { return r.version }

// A Standing is one documentation rule as it stands on a day.
type Standing struct {
	ID         string                `json:"id"`
	Name       string                `json:"name"`
	Families   []string              `json:"families"`
	Level      string                `json:"level"`
	Severity   string                `json:"severity"`
	Since      effective.Date        `json:"since"`
	References []effective.Reference `json:"references"`
}

// InForce lists the rules that hold on the day, in the order of a result. A rule whose level or
// severity differs between families has one entry for each.
func (r *Rules) InForce(on effective.Date) []Standing {
	standing := []Standing{}
	for _, rule := range r.rules {
		v, since, state := rule.Effective.On(on)
		if state != effective.InForce {
			continue
		}
		for _, s := range v.Families {
			in := slices.Clone(s.In)
			if slices.Contains(in, "all") {
				in = []string{"all"}
			}
			standing = append(standing, Standing{ID: rule.ID, Name: rule.Name, Families: in, Level: s.Level,
				Severity: s.Severity, Since: since, References: slices.Clone(v.References)})
		}
	}
	return standing
}
