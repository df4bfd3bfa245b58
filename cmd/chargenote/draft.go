package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/chargenote/chargenote/internal/draft"
)

// draftCommand drafts one of the documents that a clinician may take over and edit.
type draftCommand struct {
	visitOptions
	Document  string `help:"Which document: after-visit-summary, progress-note-soap, progress-note-dap, progress-note-birp, assessment-report, assessment-note, or one of the site's." placeholder:"NAME"`
	Templates string `help:"Directory with the site's templates of documents, which lie over the built-in ones." placeholder:"DIR"`
	Format    string `help:"text for people, json for programs, xhtml or pdf; without it what the name of --out ends in, else text on a terminal and JSON otherwise." enum:"text,json,xhtml,pdf," default:"" placeholder:"text|json|xhtml|pdf"`
	Out       string `help:"New file to write it to, instead of standard output; a file that is there is never written over." placeholder:"FILE"`
}

// Run is the command draft.
func (c *draftCommand) Run(ctx context.Context, t terminal) error {
	templates, err := draftsWith(c.Templates)
	if err != nil {
		return err
	}
	template, err := c.template(templates)
	if err != nil {
		return err
	}
	format, err := c.format(t)
	if err != nil {
		return err
	}
	result, service, err := c.review(ctx, t)
	if err != nil {
		return err
	}
	document := template.Write(result, service.Notes)
	if err := c.write(t, document, format); err != nil {
		return err
	}
	if left := len(document.Blanks); left > 0 && t.errTTY {
		fmt.Fprintln(t.err, blanksLeft(left))
	}
	return nil
}

func blanksLeft(n int) string {
	if n == 1 {
		return "1 blank is left, marked [[ so ]]: only a clinician can fill it"
	}
	return fmt.Sprintf("%d blanks are left, marked [[ so ]]: only a clinician can fill them", n)
}

// template is the one that is asked for. Where there is none, all are listed, with what comes nearest.
func (c *draftCommand) template(templates *draft.Templates) (*draft.Template, error) {
	ids := templates.IDs()
	if c.Document == "" {
		return nil, usage("say which document with --document: %s", strings.Join(ids, ", "))
	}
	if template, ok := templates.ByID(c.Document); ok {
		return template, nil
	}
	var names []name
	for _, id := range ids {
		template, _ := templates.ByID(id)
		names = append(names, name{shown: id, said: id, about: template.Title + template.About})
	}
	meant := ""
	if near := nearest(c.Document, names); len(near) > 0 {
		meant = ", did you mean " + strings.Join(near, ", ") + "?"
	}
	return nil, usage("--document %q is not one of %s%s", c.Document, strings.Join(ids, ", "), meant)
}

var fileEndings = map[string]string{".txt": "text", ".json": "json", ".xhtml": "xhtml", ".pdf": "pdf"}

// format is how the document is written. What cannot be read where it would go is refused.
func (c *draftCommand) format(t terminal) (string, error) {
	switch ending := fileEndings[filepath.Ext(c.Out)]; {
	case c.Format == "pdf" && c.Out == "" && t.isTTY:
		return "", usage("a PDF is not for a terminal, add --out FILE.pdf or send it on with >")
	case c.Format != "":
		return c.Format, nil
	case c.Out != "" && ending == "":
		return "", usage("--out %q does not say which format, end it in .txt, .json, .xhtml or .pdf, or add --format", c.Out)
	case c.Out != "":
		return ending, nil
	case t.isTTY:
		return "text", nil
	}
	return "json", nil
}

// write prints the document, or writes it to a new file.
func (c *draftCommand) write(t terminal, d draft.Document, format string) error {
	content, err := drafted(d, format)
	if err != nil {
		return err
	}
	if c.Out == "" {
		_, err := t.out.Write(content)
		return err
	}
	file, err := os.OpenFile(c.Out, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600) // a chart's text is its owner's alone
	if err != nil {
		return input(c.Out, notWritten(err))
	}
	_, err = file.Write(content)
	if err = errors.Join(err, file.Close()); err != nil {
		_ = os.Remove(c.Out)
		return input(c.Out, fmt.Errorf("cannot be written (%s); nothing was left behind", reason(err)))
	}
	return nil
}

func notWritten(err error) error {
	if errors.Is(err, fs.ErrExist) {
		return errors.New("is there already and was left as it is, give a new name")
	}
	return fmt.Errorf("cannot be written (%s), give another name", reason(err))
}

// drafted is a document in a format.
func drafted(d draft.Document, format string) ([]byte, error) {
	switch format {
	case "text":
		return []byte(d.Text()), nil
	case "xhtml":
		return []byte(d.XHTML()), nil
	case "pdf":
		return d.PDF()
	}
	return indented(d)
}
