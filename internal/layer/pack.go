package layer

import (
	"errors"
	"io/fs"
	"path"
	"slices"

	"github.com/chargenote/chargenote/internal/effective"
)

// BuiltIn is the name of the layer that comes with the program and holds for everybody.
const BuiltIn = "built-in"

// PackFile is the file of a pack that names it.
const PackFile = "pack.yaml"

// A Pack names a layer and says for whom it holds. One file does so for every kind of rules of a pack.
type Pack struct {
	ID      string         `yaml:"id"`
	Checked effective.Date `yaml:"checked"` // when a person last compared the pack with its sources
	Name    string         `yaml:"name"`
	Version string         `yaml:"version"`
	Payers  []string       `yaml:"payers,omitempty"` // kinds or names of payers; none: for all
}

// HoldsFor reports whether what names these payers holds for one, by its kind and its name where they
// are known: it names none, or it names this kind or name.
func HoldsFor(payers []string, kind, name string) bool {
	return len(payers) == 0 || kind != "" && slices.Contains(payers, kind) || name != "" && slices.Contains(payers, name)
}

// Has reports whether a pack has a folder.
func Has(fsys fs.FS, dir, folder string) bool {
	info, err := fs.Stat(fsys, path.Join(dir, folder))
	return err == nil && info.IsDir()
}

// readPack reads the file that names a pack. The words of its faults are those of the coding rules, which
// read the same file.
func readPack(fsys fs.FS, file string) (Pack, error) {
	content, err := fs.ReadFile(fsys, file)
	if err != nil {
		return Pack{}, &effective.FieldError{File: file, Problem: "is missing, a layer needs a name and a version"}
	}
	var p Pack
	if err := effective.Decode(content, file, &p); err != nil {
		return Pack{}, err
	}
	var faults []error
	fault := func(problem string, keys ...string) {
		faults = append(faults, effective.At(file, content, problem, keys...))
	}
	if p.ID != "pack" {
		fault(`the id "`+p.ID+`" is not the file name "pack"`, "id")
	}
	if p.Checked.IsZero() {
		fault("a table needs the day on which a person last compared it with its sources", "checked")
	}
	if p.Version == "" {
		fault("a rule pack needs a version", "version")
	}
	switch p.Name {
	case "":
		fault("a layer over the built-in rules needs a name", "name")
	case BuiltIn:
		fault("the name "+BuiltIn+" is taken, choose another one", "name")
	}
	return p, errors.Join(faults...)
}
