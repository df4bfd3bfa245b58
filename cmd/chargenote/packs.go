package main

import (
	"errors"
	"io/fs"
	"os"

	"github.com/chargenote/chargenote/coding"
)

// packs is the option of every command that applies coding rules.
type packs struct {
	Packs []string `name:"rules" help:"Rule pack of a site, a payer or a quarter of CMS that lies over the built-in rules; repeat it for several, the last one uppermost." placeholder:"DIR" sep:"none"`
}

// load is the built-in rules with the packs over them. Every fault of a pack is one line.
func (p packs) load() (*coding.Rules, error) { return rulesWith(p.Packs) }

func rulesWith(dirs []string) (*coding.Rules, error) {
	rules, err := coding.Builtin()
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
func over(rules *coding.Rules, dir string) (*coding.Rules, error) {
	root, err := openDir(dir)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	laid, err := rules.Over(root.FS(), ".")
	if err != nil {
		return nil, input(dir, err)
	}
	return laid, nil
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

// isPack reports whether a directory holds coding rules at all.
func isPack(fsys fs.FS) bool {
	_, err := fs.Stat(fsys, "pack.yaml")
	return err == nil
}
