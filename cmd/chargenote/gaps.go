package main

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/chargenote/chargenote/docs"
)

// gapsCommand applies the documentation rules alone.
type gapsCommand struct {
	Note   string   `arg:"" help:"The note as text, or - for standard input."`
	Codes  string   `help:"Codes of the claim, such as 90837,90785-95. A code listed twice is two units." placeholder:"CODES"`
	Family string   `help:"Family of documentation, where the codes do not say it." placeholder:"NAME"`
	Prior  []string `help:"An earlier note of the same patient, as text; repeat it for several, the latest first." placeholder:"FILE" sep:"none"`
	Payer  string   `help:"Who pays, by kind (medicare, medicaid, commercial, self-pay) or by the name that a pack uses; without it what holds for everybody." placeholder:"PAYER"`
	On     string   `help:"Day of service (2025-03-10), which chooses the rules; without it the newest rules." placeholder:"DATE"`
	packs
	output
	failOn
}

// Run is the command gaps.
func (c *gapsCommand) Run(t terminal) error {
	if err := c.check(); err != nil {
		return err
	}
	request, err := c.request(t)
	if err != nil {
		return err
	}
	rules, err := c.load()
	if err != nil {
		return err
	}
	result := rules.Notes.Check(request)
	if err := c.print(t, result, func(p *page) { documentationText(p, result) }); err != nil {
		return err
	}
	return c.asked(documentationFindings(result))
}

func (c *gapsCommand) request(t terminal) (docs.Request, error) {
	request := docs.Request{Family: c.Family, Day: c.On, HasNote: true, PayerKind: c.Payer, PayerName: c.Payer}
	codes, err := docs.ParseCodes(c.Codes)
	if err != nil {
		return request, usage("--codes: %v", err)
	}
	request.Codes = codes
	if _, known := docs.FamilyOf(codes); !known && c.Family == "" {
		return request, usage("the codes %q do not say which family of documentation this is, add --family", c.Codes)
	}
	if c.Family != "" && !docs.KnownFamily(c.Family) {
		return request, usage("--family %q is not one of %s", c.Family, strings.Join(docs.Families(), ", "))
	}
	if _, err := dayOption("--on", c.On); err != nil {
		return request, err
	}
	if request.Note, err = readText(c.Note, t); err != nil {
		return request, err
	}
	for _, name := range c.Prior {
		prior, err := readText(name, t)
		if err != nil {
			return request, err
		}
		request.Priors = append(request.Priors, docs.Prior{Text: prior})
	}
	return request, nil
}

// readText reads a note. Text that is not UTF-8 would give offsets that mean nothing.
func readText(name string, t terminal) (string, error) {
	content, err := readFile(name, t)
	if err != nil {
		return "", err
	}
	if !utf8.Valid(content) {
		return "", input(name, errors.New("the note is not UTF-8 text, convert it first"))
	}
	return string(content), nil
}

func documentationFindings(r docs.Result) map[string]bool {
	found := map[string]bool{}
	for _, e := range r.Elements {
		if e.Status != docs.Present {
			found[e.Severity] = true
		}
	}
	return found
}

// documentationText writes the gaps for a person, the gravest first.
func documentationText(p *page, r docs.Result) {
	present := 0
	for _, e := range r.Elements {
		if e.Status == docs.Present {
			present++
		}
	}
	p.line("Note for %s (%s): %d of %d elements are there", strings.Join(r.Codes, ", "), r.Family, present, len(r.Elements))
	for _, severity := range []string{docs.Block, docs.Warn, docs.Info} {
		p.under(map[string]string{docs.Block: "The code is not supported without", docs.Warn: "A reviewer would miss", docs.Info: "Good to have"}[severity], func(p *page) {
			for _, e := range r.Elements {
				if e.Severity == severity && e.Status != docs.Present {
					p.line("  %s (%s)", e.Name, e.Status)
					p.line("    %s", e.Gap)
					if e.Why != "" {
						p.line("    why: %s", e.Why)
					}
					if e.Or != "" {
						p.line("    or: %s", e.Or)
					}
				}
			}
		})
	}
	p.under("Vague", func(p *page) {
		for _, v := range r.Vague {
			p.line("  %q (%s)", v.Text, v.Class)
		}
	})
	p.under("Work of the evaluation", func(p *page) {
		for _, w := range r.Work {
			p.line("  %-20s %s", w.Component, w.Status)
			if w.Ask != "" {
				p.line("    ask: %s", w.Ask)
			}
		}
	})
	p.under("Lines without skilled content", func(p *page) {
		for _, line := range r.BareLines {
			p.line("  %q: %s", line.Text, line.Add)
		}
	})
	if s := r.Similarity; s != nil {
		p.under("Against earlier notes", func(p *page) { similarityText(p, s) })
	}
	p.under("Times in the note", func(p *page) {
		if r.Time.Start != nil && r.Time.Stop != nil {
			p.line("  %s to %s", *r.Time.Start, *r.Time.Stop)
		}
		if r.Time.MinutesStated != nil {
			p.line("  stated: %s", minutesText(*r.Time.MinutesStated))
		}
	})
}

// similarityText says how much of a note stands in an earlier one, and which passages.
func similarityText(p *page, s *docs.Similarity) {
	which := "the earlier note"
	if s.Reference != "" {
		which = s.Reference
	}
	if s.Day != "" {
		which += " of " + s.Day
	}
	p.line("  %.0f%% of the text stands in %s", s.Prior*100, which)
	if s.Numbers {
		p.line("  only numbers and dates are new")
	}
	if s.Stagnant {
		p.line("  goals and plan are the same as in the two notes before")
	}
	for _, section := range s.Sections {
		if section.Share == 1 {
			p.line("  the same: %s, %d words", section.Section, section.Words)
		}
	}
	for _, passage := range s.Passages {
		p.line("  repeated: %q", passage.Text)
	}
}

func minutesText(n int) string { return fmt.Sprintf("%d min", n) }
