package main

import (
	"runtime/debug"

	"github.com/chargenote/chargenote/coding"
	"github.com/chargenote/chargenote/docs"
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
type versionCommand struct{ output }

// versions is what the command version prints.
type versions struct {
	Version       string              `json:"version"`
	Go            string              `json:"go"`
	Coding        coding.RulesVersion `json:"codingRules"`
	Documentation docs.RulesVersion   `json:"documentationRules"`
	Notices       []string            `json:"notices"`
}

// Run is the command version.
func (c *versionCommand) Run(t terminal) error {
	codes, err := coding.Builtin()
	if err != nil {
		return err
	}
	notes, err := docs.Builtin()
	if err != nil {
		return err
	}
	v := versions{Version: version, Coding: codes.Version(), Documentation: notes.Version(), Notices: notices}
	if build, ok := debug.ReadBuildInfo(); ok {
		v.Go = build.GoVersion
	}
	return c.print(t, v, func(p *page) {
		p.line("chargenote %s (%s)", v.Version, v.Go)
		p.line("coding rules %s %s", v.Coding.Version, v.Coding.Digest)
		p.line("documentation rules %s %s", v.Documentation.Version, v.Documentation.Digest)
		for _, n := range v.Notices {
			p.line("%s", n)
		}
	})
}
