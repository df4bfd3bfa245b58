package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/chargenote/chargenote/docs"
)

// output is how every command that answers prints.
type output struct {
	Format string `help:"json for programs, text for people; without it text on a terminal and JSON otherwise." enum:"json,text," default:"" placeholder:"json|text"`
}

// print writes value as JSON, or what text gives where a person reads.
func (o output) print(t terminal, value any, text func(*page)) error {
	if o.Format == "text" || o.Format == "" && t.isTTY {
		p := &page{}
		text(p)
		_, err := t.out.Write(p.Bytes())
		return err
	}
	encoder := json.NewEncoder(t.out)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	return encoder.Encode(value)
}

// A page is text for a person, without colour, so that NO_COLOR has nothing to forbid.
type page struct{ bytes.Buffer }

// line writes one line. What stands in a record or a file may hold anything, so no text in it acts on the
// terminal.
func (p *page) line(format string, args ...any) {
	for i, arg := range args {
		if text, ok := arg.(string); ok {
			args[i] = docs.Legible(text)
		}
	}
	fmt.Fprintf(p, format+"\n", args...)
}

// under writes a heading and, below it, what lines writes; a heading without lines is left out.
func (p *page) under(heading string, lines func(*page)) {
	below := &page{}
	lines(below)
	if below.Len() == 0 {
		return
	}
	p.line("\n%s", heading)
	p.Write(below.Bytes())
}

// failOn is the option that turns findings into exit code 1.
type failOn struct {
	FailOn []string `help:"Exit with 1 where the answer holds one of these: block, warn, info (gaps); flag, question, choice, nothing (codes); conflict, differs (review)." placeholder:"KIND,..."`
}

var findingKinds = []string{"block", "warn", "info", "flag", "question", "choice", "nothing", "conflict", "differs"}

func (f failOn) check() error {
	for _, kind := range f.FailOn {
		if !slices.Contains(findingKinds, kind) {
			return usage("--fail-on %q is not one of %s", kind, strings.Join(findingKinds, ", "))
		}
	}
	return nil
}

// asked is findings where one of the kinds found is asked for.
func (f failOn) asked(found map[string]bool) error {
	for _, kind := range f.FailOn {
		if found[kind] {
			return findings()
		}
	}
	return nil
}
