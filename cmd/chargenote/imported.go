package main

import (
	"strings"

	"github.com/chargenote/chargenote/coding"
	"github.com/chargenote/chargenote/internal/effective"
	"github.com/chargenote/chargenote/internal/ncci"
)

// imported is what the command rules import prints.
type imported struct {
	Layer     coding.Layer            `json:"layer"`
	Directory string                  `json:"directory"`
	Tables    []tableCount            `json:"tables"`
	Before    []coding.TableOfQuarter `json:"before"` // the tables that hold on the day before, with which these were compared
	Changes   []ncci.Change           `json:"changes"`
}

// tableCount is how many rows of a table were read, and what became of them.
type tableCount struct {
	Table   string `json:"table"` // pairs, unit-limits or add-ons
	Read    int    `json:"read"`
	Kept    int    `json:"kept"`
	LeftOut int    `json:"leftOut"` // they name a code that no rule knows
}

// counted is the counts of the tables that were given.
func (c *rulesImport) counted(n *ncci.Counts) []tableCount {
	var all []tableCount
	for _, t := range []struct {
		files      []string
		name       string
		read, left int
	}{
		{c.PTP, "pairs", n.Pairs, n.PairsLeft},
		{c.MUE, "unit-limits", n.Limits, n.LimitsLeft},
		{c.AddOn, "add-ons", n.AddOns, n.AddOnsLeft},
	} {
		if len(t.files) > 0 {
			all = append(all, tableCount{t.name, t.read, t.read - t.left, t.left})
		}
	}
	return all
}

// quartersOf lists the tables that hold on a day.
func quartersOf(e coding.Edits) []coding.TableOfQuarter {
	all := []coding.TableOfQuarter{}
	for _, t := range []coding.TableOfQuarter{
		{Table: "add-ons", Quarter: e.AddOnsQuarter},
		{Table: "pairs", Quarter: e.Practitioner.PairsQuarter},
		{Table: "pairs of hospitals", Quarter: e.OutpatientHospital.PairsQuarter},
		{Table: "unit limits", Quarter: e.Practitioner.LimitsQuarter},
	} {
		if !t.Quarter.IsZero() {
			all = append(all, t)
		}
	}
	return all
}

// asLayer is the tables that hold on a day, in the form of a layer that was read from CMS's files.
func asLayer(e coding.Edits, day effective.Date) *ncci.Layer {
	layer := &ncci.Layer{Quarter: day, Tables: ncci.Tables{Pairs: map[ncci.Side][]ncci.PairRow{}, Limits: map[ncci.Side][]ncci.LimitRow{}}}
	for side, of := range map[ncci.Side]coding.EditsOfSide{ncci.Practitioner: e.Practitioner, ncci.OutpatientHospital: e.OutpatientHospital} {
		if !of.PairsQuarter.IsZero() {
			layer.Pairs[side] = []ncci.PairRow{}
		}
		for _, pair := range of.Pairs {
			layer.Pairs[side] = append(layer.Pairs[side], ncci.PairRow{Column1: pair.Column1, Column2: pair.Column2, Indicator: pair.Indicator})
		}
		if !of.LimitsQuarter.IsZero() {
			layer.Limits[side] = []ncci.LimitRow{}
		}
		for _, limit := range of.Limits {
			layer.Limits[side] = append(layer.Limits[side], ncci.LimitRow(limit))
		}
	}
	if !e.AddOnsQuarter.IsZero() {
		layer.AddOns = addOnRows(e.AddOns)
	}
	return layer
}

// addOnRows is a row for each add-on and primary, and one for an add-on without any.
func addOnRows(addOns []coding.AddOnEdit) []ncci.AddOnRow {
	rows := []ncci.AddOnRow{}
	for _, a := range addOns {
		if len(a.Primaries) == 0 {
			rows = append(rows, ncci.AddOnRow{AddOn: a.Code, Type: a.Type})
		}
		for _, primary := range a.Primaries {
			rows = append(rows, ncci.AddOnRow{AddOn: a.Code, Type: a.Type, Primary: primary})
		}
	}
	return rows
}

// importedText writes what was read and what changes, for the person who is to check it.
func importedText(p *page, answer imported) {
	p.line("%s", layerText(answer.Layer))
	p.line("  written to %s, %s", answer.Directory, answer.Layer.Digest)
	for _, t := range answer.Tables {
		p.line("  %s: %d rows read, %d kept, %d left out because no rule knows a code of theirs", t.Table, t.Read, t.Kept, t.LeftOut)
	}
	var before []string
	for _, t := range answer.Before {
		before = append(before, t.Table+" of "+t.Quarter.String())
	}
	p.line("\nChanges from the tables of the day before (%s): %d", strings.Join(before, ", "), len(answer.Changes))
	for _, change := range answer.Changes {
		p.line("  %s", change)
	}
	p.line("\nTo use it, give --rules %s to a command, or list it under rules in the configuration of serve.", answer.Directory)
}
