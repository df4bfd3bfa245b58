package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"strings"
	"time"
	_ "time/tzdata" // zones decide the day of service, and a bare container has none

	"github.com/chargenote/chargenote/coding"
	"github.com/chargenote/chargenote/fhir"
	"github.com/chargenote/chargenote/internal/effective"
	"github.com/chargenote/chargenote/internal/review"
	"github.com/chargenote/chargenote/internal/visit"
)

// reviewCommand reviews one visit of a Bundle.
type reviewCommand struct {
	Bundle     string   `arg:"" help:"FHIR R4 Bundle (JSON), or - for standard input."`
	Encounter  string   `help:"Which visit, where the Bundle holds several: e1 or Encounter/e1." placeholder:"ID"`
	Payer      string   `help:"Who pays, where the record does not say: medicare, medicaid, commercial, self-pay." placeholder:"KIND"`
	Discipline string   `help:"The clinician's discipline, where the record does not say." placeholder:"NAME"`
	Facts      string   `help:"Facts document that lies over the record: a key given wins." placeholder:"FILE"`
	Zone       string   `help:"The clinic's time zone, such as America/New_York." placeholder:"ZONE"`
	Instrument []string `help:"What a code, linkId or text of the site stands for: SYSTEM|CODE=PHQ-9 its total, SYSTEM|CODE=\"PHQ-9 item 9\" an item. May be repeated." placeholder:"CODE=NAME" sep:"none"`
	Activity   []string `help:"What a code or an exact text of the record means, where the record alone does not say: \"urn:site|PSY60=psychotherapy\". May be repeated." placeholder:"\"SYSTEM|CODE=ACTIVITY\"" sep:"none"`
	limitOptions
	packs
	output
	failOn
}

// Run is the command review.
func (c *reviewCommand) Run(ctx context.Context, t terminal) error {
	if err := c.check(); err != nil {
		return err
	}
	given, err := c.given(t)
	if err != nil {
		return err
	}
	limits, err := c.limits()
	if err != nil {
		return err
	}
	zone, err := zoneOption(c.Zone)
	if err != nil {
		return err
	}
	named, err := instrumentOptions(c.Instrument)
	if err != nil {
		return err
	}
	activities, err := activityOptions(c.Activity)
	if err != nil {
		return err
	}
	service, err := c.load()
	if err != nil {
		return err
	}
	content, err := readFile(c.Bundle, t)
	if err != nil {
		return err
	}
	record, err := fhir.ReadBundle(content, limits)
	if err != nil {
		return input(c.Bundle, err)
	}
	read, err := record.Visit(fhir.Options{Encounter: c.Encounter, Zone: zone, Rules: service.Codes, Activities: activities, Instruments: named, EarlierNotes: true})
	if err != nil {
		return c.whichVisit(err)
	}
	result, err := service.Of(read, given...)
	if err != nil {
		return input(c.Facts, errors.Unwrap(err))
	}
	if err := c.print(t, result, func(p *page) { reviewText(p, result) }); err != nil {
		return err
	}
	return c.asked(reviewFindings(result))
}

// whichVisit is a Bundle from which no one visit can be taken.
func (c *reviewCommand) whichVisit(err error) error {
	var fault *fhir.InputError
	if errors.As(err, &fault) {
		return input(c.Bundle, fault)
	}
	return input(c.Bundle, err)
}

// given is what the options say over the record, --facts first and the short forms over it.
func (c *reviewCommand) given(t terminal) ([]review.Given, error) {
	var given []review.Given
	if c.Facts == "-" && c.Bundle == "-" {
		return nil, usage("--facts - and BUNDLE - cannot both be standard input, give one of them as a file")
	}
	if c.Facts != "" {
		content, err := readFile(c.Facts, t)
		if err != nil {
			return nil, err
		}
		if _, _, err := coding.DecodePartialFacts(content); err != nil {
			return nil, input(c.Facts, err)
		}
		given = append(given, review.Given{Source: "--facts", By: "--facts " + c.Facts, JSON: content})
	}
	short := map[string]map[string]map[string]string{
		"--payer":      {"payer": {"kind": c.Payer}},
		"--discipline": {"provider": {"discipline": c.Discipline}},
	}
	for _, option := range effective.SortedKeys(short) {
		value := map[string]string{"--payer": c.Payer, "--discipline": c.Discipline}[option]
		if value == "" {
			continue
		}
		content, err := json.Marshal(short[option])
		if err != nil {
			return nil, err
		}
		if _, _, err := coding.DecodePartialFacts(content); err != nil {
			return nil, usage("%s: %v", option, err)
		}
		given = append(given, review.Given{Source: option, JSON: content})
	}
	return given, nil
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
		}
	})
	p.under("Left out or read leniently", func(p *page) {
		for _, n := range r.Notes {
			p.line("  %s: %s", n.Resource, n.Text)
		}
	})
}
