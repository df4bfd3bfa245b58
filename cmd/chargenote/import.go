package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/chargenote/chargenote/coding"
	"github.com/chargenote/chargenote/internal/effective"
	"github.com/chargenote/chargenote/internal/ncci"
	"github.com/chargenote/chargenote/internal/review"
)

// rulesImport turns the quarterly tables of CMS into a pack that lies over the rules.
type rulesImport struct {
	PTP       []string `name:"ptp" help:"Table of pairs (procedure-to-procedure edits) as CMS ships it: text, CSV, XLSX or zip. Repeat it for each part and side. Write practitioner=FILE or hospital=FILE where CMS's name does not tell the side." placeholder:"FILE" sep:"none"`
	MUE       []string `name:"mue" help:"Table of unit limits (medically unlikely edits). Repeat it for the practitioner's and the outpatient hospital's; a side that is not given stays as it was." placeholder:"FILE" sep:"none"`
	AddOn     []string `name:"addon" help:"Table of add-on codes." placeholder:"FILE" sep:"none"`
	Effective string   `required:"" help:"The first day of the quarter of the tables, such as 2026-10-01." placeholder:"DATE"`
	Out       string   `required:"" help:"The directory for the pack, new or empty." placeholder:"DIR"`
	Checked   string   `help:"The day on which you took the files from CMS; without it today." placeholder:"DATE"`
	packs
	output
}

// Run is the command rules import.
func (c *rulesImport) Run(t terminal) error {
	quarter, checked, err := c.days()
	if err != nil {
		return err
	}
	if len(c.PTP)+len(c.MUE)+len(c.AddOn) == 0 {
		return usage("give at least one table of CMS, with --ptp, --mue or --addon")
	}
	if err := ncci.Vacant(c.Out); err != nil {
		return usage("--out %v", err)
	}
	rules, err := c.load()
	if err != nil {
		return err
	}
	layer := &ncci.Layer{Quarter: quarter, Checked: checked}
	if err := notThere(rules.Codes, layer.Name()); err != nil {
		return err
	}
	counts, err := c.read(layer, rules.Codes, t)
	if err != nil {
		return err
	}
	before := rules.Codes.ForPayer(coding.Payer{}).Edits(quarter.AddDays(-1))
	laid, err := lay(rules, layer, c.Out)
	if err != nil {
		return err
	}
	answer := imported{
		Layer: laid, Directory: c.Out, Tables: c.counted(counts), Before: quartersOf(before),
		Changes: append([]ncci.Change{}, ncci.Changes(asLayer(before, quarter.AddDays(-1)), layer)...),
	}
	return c.print(t, answer, func(p *page) { importedText(p, answer) })
}

// days are the first day of the quarter and the day of checking.
func (c *rulesImport) days() (quarter, checked effective.Date, err error) {
	if quarter, err = dayOption("--effective", c.Effective); err != nil {
		return quarter, checked, err
	}
	first := effective.Date{Year: quarter.Year, Month: quarter.Month - (quarter.Month-1)%3, Day: 1}
	if quarter.IsZero() || quarter != first {
		return quarter, checked, usage("--effective %q is not the first day of a quarter, write it as %s", c.Effective, first)
	}
	if checked, err = dayOption("--checked", c.Checked); err != nil {
		return quarter, checked, err
	}
	if checked.IsZero() {
		checked = effective.DateOf(time.Now())
	}
	return quarter, checked, nil
}

// notThere refuses a name that one of the packs already has.
func notThere(rules *coding.Rules, name string) error {
	for _, layer := range rules.Layers() {
		if layer.Name == name {
			return usage("--rules already has a layer %s; leave it out to import its quarter anew", name)
		}
	}
	return nil
}

// read fills the layer with the rows of the codes that the rules know.
func (c *rulesImport) read(layer *ncci.Layer, rules *coding.Rules, t terminal) (*ncci.Counts, error) {
	files := &tableFiles{watch: t.watch()}
	defer files.close()
	in := ncci.Inputs{Quarter: layer.Quarter}
	for _, name := range c.PTP {
		side, path, err := sided(name)
		if err != nil {
			return nil, err
		}
		in.Pairs = append(in.Pairs, files.open(path, side))
	}
	for _, name := range c.MUE {
		in.Limits = append(in.Limits, files.open(name, ""))
	}
	for _, name := range c.AddOn {
		in.AddOns = append(in.AddOns, files.open(name, ""))
	}
	if len(files.faults) > 0 {
		return nil, &failure{exitInput, files.faults}
	}
	tables, counts, err := ncci.Read(in, func(code string) bool { _, known := rules.Label(code); return known })
	if err != nil {
		return nil, &failure{exitInput, strings.Split(err.Error(), "\n")}
	}
	layer.Tables = *tables
	return counts, nil
}

// sided splits practitioner=FILE and hospital=FILE.
func sided(name string) (ncci.Side, string, error) {
	word, path, has := strings.Cut(name, "=")
	switch {
	case !has || strings.ContainsAny(word, `/\`):
		return "", name, nil
	case word == "practitioner":
		return ncci.Practitioner, path, nil
	case word == "hospital":
		return ncci.OutpatientHospital, path, nil
	}
	return "", "", usage("--ptp %q: a side is practitioner or hospital; for a file with = in its name write ./ before it", name)
}

// lay writes the layer and loads it over the rules, as every command will do. A layer that does not
// load would be a fault of this program; its directory is taken away again.
func lay(rules *review.Service, layer *ncci.Layer, dir string) (coding.Layer, error) {
	if err := layer.Write(dir); err != nil {
		return coding.Layer{}, input(dir, err)
	}
	laid, err := over(rules, dir)
	if err != nil {
		why := strings.ReplaceAll(errors.Join(err, takeAway(layer, dir)).Error(), "\n", "; ")
		return coding.Layer{}, fmt.Errorf("the pack written to %s does not load over the rules, and was taken away: %s", dir, why)
	}
	layers := laid.Codes.Layers()
	return layers[len(layers)-1], nil
}

// takeAway removes what was written, and nothing else.
func takeAway(layer *ncci.Layer, dir string) error {
	var faults []error
	for _, file := range layer.Files() {
		faults = append(faults, os.Remove(filepath.Join(dir, file.Name)))
	}
	return errors.Join(append(faults, os.Remove(dir))...)
}
