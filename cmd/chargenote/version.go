package main

import (
	"runtime/debug"
	"time"

	"github.com/chargenote/chargenote/coding"
	"github.com/chargenote/chargenote/docs"
	"github.com/chargenote/chargenote/internal/effective"
	"github.com/chargenote/chargenote/internal/review/consistency"
)

// version is the release, set at build time with -ldflags "-X main.version=1.2.3".
var version = "development"

// Notices that stand wherever codes and instruments are shown.
var notices = []string{
	"CPT codes are copyright of the American Medical Association. Labels here are our own words.",
	"LOINC codes are copyright of Regenstrief Institute, Inc. and are used under its licence.",
	"FHIR is a registered trademark of HL7.",
	"A suggestion, not billing advice: the clinician decides, and payer contracts come first.",
}

// versionCommand prints what this program is.
type versionCommand struct {
	packs
	output
}

// versions is what the command version prints.
type versions struct {
	Version       string              `json:"version"`
	Go            string              `json:"go"`
	Coding        coding.RulesVersion `json:"codingRules"`
	Layers        []dated             `json:"layers"`
	Documentation docs.RulesVersion   `json:"documentationRules"`
	Consistency   consistency.Version `json:"consistencyRules"`
	Notices       []string            `json:"notices"`
}

// dated is a layer of coding rules with the age of each table of CMS in it.
type dated struct {
	coding.Layer
	AgeDays map[string]int `json:"ageDays,omitempty"` // of each table, from the first day of its quarter to today
}

// ages says how old the tables of each layer are.
func ages(layers []coding.Layer, today effective.Date) []dated {
	var all []dated
	for _, layer := range layers {
		d := dated{Layer: layer, AgeDays: map[string]int{}}
		for _, t := range layer.Tables {
			d.AgeDays[t.Table] = t.Quarter.DaysUntil(today)
		}
		all = append(all, d)
	}
	return all
}

// Run is the command version.
func (c *versionCommand) Run(t terminal) error {
	rules, err := c.load()
	if err != nil {
		return err
	}
	codes, notes := rules.Codes, rules.Notes
	v := versions{Version: version, Coding: codes.Version(), Layers: ages(codes.Layers(), effective.DateOf(time.Now())), Documentation: notes.Version(), Consistency: rules.Sides.Version(), Notices: notices}
	if build, ok := debug.ReadBuildInfo(); ok {
		v.Go = build.GoVersion
	}
	return c.print(t, v, func(p *page) {
		p.line("chargenote %s (%s)", v.Version, v.Go)
		p.line("coding rules %s %s", v.Coding.Version, v.Coding.Digest)
		for _, layer := range v.Layers {
			p.line("  %s", layerText(layer.Layer))
			for _, table := range effective.SortedKeys(layer.AgeDays) {
				p.line("    %s: %d days old; CMS revises it every quarter, chargenote rules import brings a newer one", table, layer.AgeDays[table])
			}
		}
		p.line("documentation rules %s %s", v.Documentation.Version, v.Documentation.Digest)
		p.line("consistency rules %s %s", v.Consistency.Version, v.Consistency.Digest)
		for _, n := range v.Notices {
			p.line("%s", n)
		}
	})
}
