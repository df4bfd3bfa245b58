package main

import (
	"errors"
	"io/fs"
	"os"
	"strings"
	"time"

	"github.com/chargenote/chargenote/coding"
	"github.com/chargenote/chargenote/docs"
	"github.com/chargenote/chargenote/internal/effective"
)

// rulesCommand prints rules or checks a pack of them.
type rulesCommand struct {
	List  rulesList  `cmd:"" default:"withargs" hidden:"" help:"Print the rules in force on a day."`
	Check rulesCheck `cmd:"" help:"Check a directory of rule files: every fault with file, line and column."`
}

// rulesList prints the rules in force on a day, with their sources.
type rulesList struct {
	Code string `arg:"" optional:"" help:"One code, such as 90837; without it all rules."`
	On   string `help:"The day, such as 2025-03-10; without it today." placeholder:"DATE"`
	output
}

// inForce is what the command rules prints.
type inForce struct {
	On            string               `json:"on"`
	Version       coding.RulesVersion  `json:"rules"`
	Coding        []coding.RuleInForce `json:"coding"`
	Documentation []docs.Standing      `json:"documentation,omitempty"`
}

// Run is the command rules.
func (c *rulesList) Run(t terminal) error {
	day, err := dayOption("--on", c.On)
	if err != nil {
		return err
	}
	if day.IsZero() {
		day = effective.DateOf(time.Now())
	}
	codes, err := coding.Builtin()
	if err != nil {
		return err
	}
	notes, err := docs.Builtin()
	if err != nil {
		return err
	}
	answer := inForce{On: day.String(), Version: codes.Version(), Coding: codes.InForce(day, c.Code)}
	if c.Code == "" {
		answer.Documentation = notes.InForce(day)
	} else if len(answer.Coding) == 0 {
		return usage("no rule knows the code %q", c.Code)
	}
	return c.print(t, answer, func(p *page) { rulesText(p, answer) })
}

// rulesText writes rules so that a coder who checks a line needs no other page.
func rulesText(p *page, answer inForce) {
	p.line("Rules on %s (%s, %s)", answer.On, answer.Version.Version, answer.Version.Digest)
	for _, r := range answer.Coding {
		p.line("\n%s  %s", strings.Join(r.Codes, " "), r.Label)
		p.line("  %s, %s, %s since %s, checked %s", r.ID, r.Kind, r.State, r.Since, r.Checked)
		for _, sentence := range r.Sentences {
			p.line("  %s", sentence)
		}
		for _, reference := range r.References {
			p.line("  source: %s", reference)
		}
	}
	for _, r := range answer.Documentation {
		p.line("\n%s  %s", r.ID, r.Name)
		p.line("  %s, %s, for %s, since %s", r.Level, r.Severity, strings.Join(r.Families, ", "), r.Since)
		for _, reference := range r.References {
			p.line("  source: %s", reference)
		}
	}
}

// rulesCheck checks a directory of rule files.
type rulesCheck struct {
	Dir string `arg:"" help:"Directory of rule files (.yaml)."`
}

// Run is the command rules check.
func (c *rulesCheck) Run(t terminal) error {
	info, err := os.Stat(c.Dir)
	if err != nil {
		return input(c.Dir, errors.New(plainly(err)))
	}
	if !info.IsDir() {
		return input(c.Dir, errors.New("is not a directory, give the directory of the rule files"))
	}
	root, err := os.OpenRoot(c.Dir)
	if err != nil {
		return input(c.Dir, errors.New(plainly(err)))
	}
	defer root.Close()
	load := func(fsys fs.FS) error { _, err := coding.Load(fsys, "."); return err }
	if _, err := fs.Stat(root.FS(), "pack.yaml"); err != nil {
		load = func(fsys fs.FS) error { _, err := docs.Load(fsys, "."); return err }
	}
	if err := load(root.FS()); err != nil {
		return input(c.Dir, err)
	}
	_, err = t.out.Write([]byte("no faults\n"))
	return err
}
