package main

import (
	"cmp"
	"context"
	"strings"
	"time"
	_ "time/tzdata" // zones decide the day of service, and a bare container has none

	"github.com/chargenote/chargenote/internal/effective"
	"github.com/chargenote/chargenote/internal/review"
	"github.com/chargenote/chargenote/internal/visit"
)

// reviewCommand reviews one visit of a Bundle.
type reviewCommand struct {
	visitOptions
	output
	failOn
}

// Run is the command review.
func (c *reviewCommand) Run(ctx context.Context, t terminal) error {
	if err := c.check(); err != nil {
		return err
	}
	result, _, err := c.review(ctx, t)
	if err != nil {
		return err
	}
	if err := c.print(t, result, func(p *page) { reviewText(p, result) }); err != nil {
		return err
	}
	return c.asked(reviewFindings(result))
}

// zoneOption reads a time zone's name; nil where none is given.
func zoneOption(name string) (*time.Location, error) {
	if name == "" {
		return nil, nil
	}
	zone, err := time.LoadLocation(name)
	if err != nil || name == "Local" {
		return nil, usage("--zone %q is not a time zone, write it as America/New_York", name)
	}
	return zone, nil
}

// dayOption reads a day; the zero Date where none is given.
func dayOption(option, day string) (effective.Date, error) {
	if day == "" {
		return effective.Date{}, nil
	}
	d, err := effective.ParseDate(day)
	if err != nil {
		return d, usage("%s %v", option, err)
	}
	return d, nil
}

func reviewFindings(r *review.Review) map[string]bool {
	found := documentationFindings(r.Documentation)
	for kind, is := range codingFindings(r.Coding) {
		found[kind] = is
	}
	found["conflict"] = r.Session.Status == visit.SessionConflicting
	for _, c := range r.Consistency {
		found["differs"] = found["differs"] || c.Status == review.Differs
	}
	return found
}

// assertionText writes what a person said, and what the record says of the same.
func assertionText(p *page, a review.Assertion) {
	text := a.Fact + ": " + review.ValueText(a.Value) + " (" + a.By
	if a.At != "" {
		text += ", " + a.At
	}
	text += ")"
	switch {
	case a.Differs():
		text += ", the record says " + review.ValueText(a.Over)
	case a.Over != nil:
		text += ", as the record says"
	}
	if len(a.OverSources) > 0 {
		text += " (" + strings.Join(a.OverSources, ", ") + ")"
	}
	p.line("  %s", text)
}

// statusText is the status of a comparison, with how much a difference matters.
func statusText(c review.Consistency) string {
	if c.Severity == "" {
		return c.Status
	}
	return c.Status + " (" + c.Severity + ")"
}

// reviewText writes a review for a person.
func reviewText(p *page, r *review.Review) {
	p.line("%s of %s, %s", r.Encounter, r.Patient, r.DateOfService)
	p.under("Session: "+r.Session.Status, func(p *page) {
		if r.Session.Minutes != nil {
			p.line("  %s counted", minutesText(*r.Session.Minutes))
		}
		for _, s := range r.Session.Segments {
			counted := "counted"
			if !s.Counted {
				counted = "not counted"
			}
			minutes := "no time"
			if s.Minutes != nil {
				minutes = minutesText(*s.Minutes)
			}
			p.line("  %-24s %-8s %s: %s (%s)", cmp.Or(s.Activity, s.Code), minutes, counted, s.Why, strings.Join(s.Sources, ", "))
		}
		for _, conflict := range r.Session.Conflicts {
			p.line("  conflict: %s", conflict.Text)
		}
		if r.Session.Question != "" {
			p.line("  question: %s", r.Session.Question)
		}
	})
	p.under("Scores", func(p *page) {
		for _, s := range r.Scores {
			scoreText(p, s)
		}
	})
	p.under("Diagnoses", func(p *page) {
		for _, d := range r.Diagnoses {
			p.line("  %s (%s, %s)", strings.TrimSpace(d.Code+" "+d.Display), d.Origin, d.Reference)
		}
	})
	p.under("Said by a person", func(p *page) {
		for _, a := range r.Asserted {
			assertionText(p, a)
		}
	})
	p.line("")
	codingText(p, r.Coding)
	p.line("")
	documentationText(p, r.Documentation)
	p.under("Claim, record and note", func(p *page) {
		for _, c := range r.Consistency {
			p.line("  %-20s %s: %s", c.ID, statusText(c), c.Text)
			if c.Layer != "" {
				p.line("  %-20s layer: %s", "", c.Layer)
			}
		}
	})
	p.under("Left out or read leniently", func(p *page) {
		for _, n := range r.Notes {
			p.line("  %s: %s", n.Resource, n.Text)
		}
	})
}
