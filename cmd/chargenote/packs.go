package main

import (
	"errors"
	"io/fs"
	"os"

	"github.com/chargenote/chargenote/coding"
	"github.com/chargenote/chargenote/docs"
	"github.com/chargenote/chargenote/internal/review"
	"github.com/chargenote/chargenote/internal/review/consistency"
)

// packs is the option of every command that applies rules.
type packs struct {
	Packs []string `name:"rules" help:"Rule pack of a site, a payer or a quarter of CMS that lies over the built-in rules; repeat it for several, the last one uppermost." placeholder:"DIR" sep:"none"`
}

// load is the built-in rules with the packs over them, of coding, of documentation and of
// consistency. Every fault of a pack is one line.
func (p packs) load() (*review.Service, error) { return rulesWith(p.Packs) }

func rulesWith(dirs []string) (*review.Service, error) {
	rules, err := review.New()
	if err != nil {
		return nil, err
	}
	for _, dir := range dirs {
		if rules, err = over(rules, dir); err != nil {
			return nil, err
		}
	}
	return rules, nil
}

// over lays the pack of a directory over the rules.
func over(rules *review.Service, dir string) (*review.Service, error) {
	root, err := openDir(dir)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	codes, codesErr := rules.Codes.Over(root.FS(), ".")
	notes, notesErr := rules.Notes.Over(root.FS(), ".")
	sides, sidesErr := rules.Sides.Over(root.FS(), ".")
	if err := errors.Join(codesErr, notesErr, sidesErr); err != nil {
		return nil, input(dir, err)
	}
	return &review.Service{Codes: codes, Notes: notes, Sides: sides}, nil
}

// openDir opens a directory of rule files; nothing outside of it can be read.
func openDir(dir string) (*os.Root, error) {
	info, err := os.Stat(dir)
	if err != nil {
		return nil, input(dir, errors.New(plainly(err)))
	}
	if !info.IsDir() {
		return nil, input(dir, errors.New("is not a directory, give the directory of the rule files"))
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, input(dir, errors.New(plainly(err)))
	}
	return root, nil
}

// checkPack loads rule files as what they are: a pack with a name lies over the built-in rules, one
// without is a whole pack of coding rules, and files without a pack are documentation rules or checks of
// consistency.
func checkPack(fsys fs.FS) error {
	if _, err := fs.Stat(fsys, "pack.yaml"); err != nil {
		if checks, err := fs.Glob(fsys, "cc_*.yaml"); err == nil && len(checks) > 0 {
			return consistency.CheckRules(fsys, ".")
		}
		_, err := docs.Load(fsys, ".")
		return err
	}
	if !coding.IsLayer(fsys, ".") {
		_, err := coding.Load(fsys, ".")
		return err
	}
	rules, err := review.New()
	if err != nil {
		return err
	}
	_, codes := rules.Codes.Over(fsys, ".")
	_, notes := rules.Notes.Over(fsys, ".")
	_, sides := rules.Sides.Over(fsys, ".")
	return errors.Join(codes, notes, sides)
}
