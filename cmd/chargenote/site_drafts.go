package main

import (
	"github.com/chargenote/chargenote/internal/draft"
)

// draftsWith is the built-in templates of drafts, with those of a site's directory over them where one
// is given. Every fault of a template is one line.
func draftsWith(dir string) (*draft.Templates, error) {
	templates, err := draft.Builtin()
	if err != nil || dir == "" {
		return templates, err
	}
	root, err := openDir(dir)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	laid, err := templates.Over(root.FS(), ".")
	if err != nil {
		return nil, input(dir, err)
	}
	return laid, nil
}
