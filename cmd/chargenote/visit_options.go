package main

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/chargenote/chargenote/coding"
	"github.com/chargenote/chargenote/fhir"
	"github.com/chargenote/chargenote/internal/effective"
	"github.com/chargenote/chargenote/internal/review"
)

// visitOptions say which visit of a Bundle is meant, and what the record does not say of it. They are
// those of every command that reviews a visit.
type visitOptions struct {
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
}

// review reviews the visit, and says under which rules.
func (c *visitOptions) review(ctx context.Context, t terminal) (*review.Review, *review.Service, error) {
	given, err := c.given(t)
	if err != nil {
		return nil, nil, err
	}
	options, limits, err := c.reading()
	if err != nil {
		return nil, nil, err
	}
	service, err := c.load()
	if err != nil {
		return nil, nil, err
	}
	content, err := readFile(c.Bundle, t)
	if err != nil {
		return nil, nil, err
	}
	record, err := fhir.ReadBundle(content, limits)
	if err != nil {
		return nil, nil, input(c.Bundle, err)
	}
	options.Rules, options.PDF = service.Codes, newPDFs().ofVisit(ctx)
	read, err := record.Visit(options)
	if err != nil {
		return nil, nil, c.whichVisit(err)
	}
	result, err := service.Of(read, given...)
	if err != nil {
		return nil, nil, input(c.Facts, errors.Unwrap(err))
	}
	return result, service, nil
}

// reading is how the record is read, as far as options say it.
func (c *visitOptions) reading() (fhir.Options, fhir.Limits, error) {
	options := fhir.Options{Encounter: c.Encounter, EarlierNotes: true}
	limits, err := c.limits()
	if err != nil {
		return options, limits, err
	}
	if options.Zone, err = zoneOption(c.Zone); err != nil {
		return options, limits, err
	}
	if options.Instruments, err = instrumentOptions(c.Instrument); err != nil {
		return options, limits, err
	}
	options.Activities, err = activityOptions(c.Activity)
	return options, limits, err
}

// whichVisit is a Bundle from which no one visit can be taken.
func (c *visitOptions) whichVisit(err error) error {
	var fault *fhir.InputError
	if errors.As(err, &fault) {
		return input(c.Bundle, fault)
	}
	return input(c.Bundle, err)
}

// given is what the options say over the record, --facts first and the short forms over it.
func (c *visitOptions) given(t terminal) ([]review.Given, error) {
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
