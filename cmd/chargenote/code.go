package main

import (
	"strconv"
	"strings"

	"github.com/chargenote/chargenote/coding"
)

// codeCommand applies the coding rules alone.
type codeCommand struct {
	Facts string `arg:"" help:"Facts document (JSON), or - for standard input."`
	packs
	output
	failOn
}

// Run is the command code.
func (c *codeCommand) Run(t terminal) error {
	if err := c.check(); err != nil {
		return err
	}
	content, err := readFile(c.Facts, t)
	if err != nil {
		return err
	}
	facts, err := coding.DecodeFacts(content)
	if err != nil {
		return input(c.Facts, err)
	}
	rules, err := c.load()
	if err != nil {
		return err
	}
	result := rules.Codes.Suggest(facts)
	if err := c.print(t, result, func(p *page) { codingText(p, result) }); err != nil {
		return err
	}
	return c.asked(codingFindings(result))
}

func codingFindings(r coding.Result) map[string]bool {
	return map[string]bool{
		"flag":     len(r.Flags) > 0,
		"question": len(r.Questions) > 0,
		"choice":   len(r.Choices) > 0,
		"nothing":  len(r.Suggestions) == 0,
	}
}

// codingText writes the result for a person.
func codingText(p *page, r coding.Result) {
	p.line("Suggestions for %s (rules %s)", r.DateOfService, r.Rules.Version)
	if len(r.Suggestions) == 0 {
		p.line("  none")
	}
	for _, s := range r.Suggestions {
		place := ""
		if s.PlaceOfService != "" {
			place = ", place of service " + s.PlaceOfService
		}
		p.line("  %s x%d  %s%s", lineText(s.Code, s.Modifiers), s.Units, s.Label, place)
		for _, b := range s.Because {
			p.line("    %-13s %s", b.Status, b.Text)
			p.line("    %13s %s: %s", "", ruleText(b.Rule, b.Layer), b.Reference)
		}
		if s.Margin != nil {
			p.line("    %d min above where it begins", *s.Margin)
		}
		if s.Next != nil {
			p.line("    %d min to go to %s", s.Next.MinutesToGo, s.Next.Code)
		}
	}
	p.under("Minutes", func(p *page) {
		for _, m := range r.Minutes {
			counted := "counted"
			if !m.Counted {
				counted = "not counted: " + m.Why
			}
			p.line("  %4d  %s, %s", m.Minutes, m.Activity, counted)
		}
	})
	p.under("Your choice", func(p *page) {
		for _, c := range r.Choices {
			p.line("  %s", c.Why)
			for _, option := range c.Options {
				p.line("    - %s", linesText(option))
			}
		}
	})
	p.under("Not suggested", func(p *page) {
		for _, n := range r.NotSuggested {
			p.line("  %-6s %s: %s", n.Code, n.Status, n.Text)
		}
	})
	p.under("To note", func(p *page) {
		for _, f := range r.Flags {
			p.line("  %s %s: %s", f.Code, f.Kind, f.Text)
		}
	})
	p.under("Questions", func(p *page) {
		for _, q := range r.Questions {
			p.line("  %s (%s)", q.Text, strings.Join(q.Unlocks, ", "))
		}
	})
}

// ruleText names a rule, and the pack that says it where that is not the built-in one.
func ruleText(rule, layer string) string {
	if layer == "" || layer == coding.BuiltInLayer {
		return rule
	}
	return rule + " of " + layer
}

func lineText(code string, modifiers []string) string {
	return strings.Join(append([]string{code}, modifiers...), "-")
}

func linesText(lines []coding.Line) string {
	var all []string
	for _, l := range lines {
		all = append(all, lineText(l.Code, l.Modifiers)+" x"+strconv.Itoa(l.Units))
	}
	return strings.Join(all, ", ")
}
