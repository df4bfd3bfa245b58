package ncci_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chargenote/chargenote/internal/effective"
	"github.com/chargenote/chargenote/internal/ncci"
)

func TestReadPairsInEveryForm(t *testing.T) {
	want := []ncci.PairRow{
		{Column1: "90791", Column2: "90839", Effective: day("2013-01-01"), Deleted: day("2019-12-31"), Indicator: 1},
		{Column1: "90791", Column2: "90839", Effective: day("2020-01-01"), Indicator: 1},
	}
	csv := given(t, "ccioph-v323r0-f1.csv")
	tabbed := text("ccioph-v323r0-f1.TXT", "CPT only copyright 2026 American Medical Association.", "", pairHead,
		"90791\t90839\t\t20200101\t*\t1\tCPT Manual or CMS manual coding instruction",
		"90791\t90839\t\t20130101\t20191231\t1\tCPT Manual or CMS manual coding instruction\t")
	workbook := book(t, [][]any{
		{"CPT only copyright 2026 American Medical Association. All rights reserved."},
		{"Column1/Column2 Edits"},
		{"Column 1", "Column 2", "*=in existence", "Effective", "Deletion", "Modifier", "PTP Edit Rationale"},
		{nil, nil, "prior to 1996", "Date", "Date", "0=not allowed"},
		{nil, nil, nil, nil, "*=no data", "1=allowed"},
		{nil, nil, nil, nil, nil, "9=not applicable"},
		{},
		{90791, "90839", nil, 20200101, "*", 1, "CPT Manual"},
		{"90791", "90839", nil, "20130101", 20191231, "1", "CPT Manual"},
	})
	empty := [][]any{{"Legend"}, {"0", "not allowed"}}
	tabs := bytesOf(t, tabbed)
	for _, tt := range []struct {
		name  string
		input ncci.Input
	}{
		{"csv with line breaks in the header", csv},
		{"tabs", tabbed},
		{"workbook", input("ccioph-v323r0-f1.xlsx", workbook)},
		{"zip of text", zipped(t, "ptp.zip", member{"ccioph-v323r0-f1.TXT", tabs})},
		{"zip of a workbook", zipped(t, "ccioph-v323r0-f1.zip", member{"table.xlsx", workbook})},
		{"zip of both, the text is read", zipped(t, "ptp.zip", member{"ccioph-v323r0-f1.xlsx", book(t, empty)}, member{"ccioph-v323r0-f1.txt", tabs})},
		{"zip with other things", zipped(t, "ptp.zip", member{"__MACOSX/ccioph.txt", []byte("x")}, member{".hidden.txt", []byte("x")}, member{"license.pdf", []byte("%PDF")}, member{"folder/ccioph-v323r0-f1.txt", tabs})},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := read(t, ncci.Inputs{Quarter: quarter, Pairs: []ncci.Input{tt.input}})
			if diff := cmp.Diff(map[ncci.Side][]ncci.PairRow{ncci.OutpatientHospital: want}, got.Pairs); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func bytesOf(t *testing.T, in ncci.Input) []byte {
	t.Helper()
	content := make([]byte, in.Size)
	if _, err := in.Data.ReadAt(content, 0); err != nil {
		t.Fatal(err)
	}
	return content
}

// TestReadJoinsParts reads a table in two parts, the first in Windows-1252 with a header over four
// rows, the second in UTF-8 with a mark in front and a header of one row.
func TestReadJoinsParts(t *testing.T) {
	got := read(t, ncci.Inputs{Quarter: quarter, Pairs: []ncci.Input{given(t, "ccipra-v323r0-f2.txt"), given(t, "ccipra-v323r0-f1.txt")}})
	want := []ncci.PairRow{
		{"11042", "97597", day("2011-01-01"), effective.Date{}, 1},
		{"90791", "90832", day("2013-01-01"), day("2019-12-31"), 0},
		{"90791", "90832", day("2020-01-01"), effective.Date{}, 0},
		{"90791", "90839", day("1996-01-01"), effective.Date{}, 0},
		{"90791", "G0444", day("2013-01-01"), effective.Date{}, 1},
		{"90792", "90791", day("2012-10-01"), effective.Date{}, 0},
		{"96130", "90785", day("2019-01-01"), effective.Date{}, 0},
		{"96136", "96127", effective.Date{}, effective.Date{}, 0},
		{"96136", "96138", day("2019-01-01"), effective.Date{}, 1},
		{"97129", "97130", day("2020-01-01"), day("2020-01-01"), 0},
		{"97161", "97530", day("2020-01-01"), day("2020-01-01"), 9},
		{"97530", "97116", day("2020-01-01"), day("2022-12-31"), 1},
		{"97530", "97140", day("2020-07-01"), day("2030-06-30"), 1},
	}
	if diff := cmp.Diff(want, got.Pairs[ncci.Practitioner]); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestReadLimits(t *testing.T) {
	got := read(t, ncci.Inputs{Quarter: quarter, Limits: []ncci.Input{
		given(t, "MCR_MUE_OutpatientHospitalServices_Eff_10-01-2026.csv"), given(t, "MCR_MUE_PractitionerServices_Eff_10-01-2026.csv")}})
	want := map[ncci.Side][]ncci.LimitRow{
		ncci.Practitioner:       {{"0001U", 1, 2}, {"90785", 3, 3}, {"90791", 1, 3}, {"96130", 1, 2}, {"97130", 7, 3}, {"J1100", 120, 1}},
		ncci.OutpatientHospital: {{"90785", 3, 3}, {"90791", 1, 3}, {"97130", 7, 3}},
	}
	if diff := cmp.Diff(want, got.Limits); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// TestReadAddOnsInEveryForm reads the fixed-width text and the workbook of one table, and a zip of
// both as CMS ships it.
func TestReadAddOnsInEveryForm(t *testing.T) {
	fixed := given(t, "AOC_V2026Q4-F-MCR.txt")
	head := []any{"AOC_Edit_Type", "Add-On_Code", "AOC_DelDT (Julian)", "Primary_Code", "Primary_Code_DelDT (Julian)", "AOC_Edit_EffDT (Julian)", "AOC_Edit_DelDT (Julian)", "Special_Instruction_Notes"}
	workbook := book(t, [][]any{
		{"Current Procedural Terminology (CPT) codes, descriptions and other data only are copyright 2026 American Medical Association."},
		head,
		{1, "90785", nil, "90791", nil, 2013001, nil, nil},
		{1, "90785", nil, "90792", nil, 2013001, nil, nil},
		{1, "90785", nil, "99441", 2024366, 2013001, nil, nil},
		{1, "90785", nil, "90853", nil, 2013001, 2025365, nil},
		{1, "97130", nil, "97129", nil, 2020001, nil, nil},
		{2, "96131", nil, "CCCCC", nil, 2019001, nil, "(Contractor Defined Primary Codes)"},
		{3, "90836", nil, "99214", nil, 2013001, nil, nil},
	}, [][]any{
		head,
		{3, "90836", nil, "CCCCC", nil, 2013001, nil, "(Contractor Defined Primary Codes)"},
		{1, "99354", 2022365, "90837", nil, 2013001, nil, nil},
		{1, "01953", nil, "01952", nil, 2007001, nil, nil},
	})
	want := []ncci.AddOnRow{
		{"01953", 1, "01952", day("2007-01-01"), effective.Date{}},
		{"90785", 1, "90791", day("2013-01-01"), effective.Date{}},
		{"90785", 1, "90792", day("2013-01-01"), effective.Date{}},
		{"90785", 1, "90853", day("2013-01-01"), day("2025-12-31")},
		{"90785", 1, "99441", day("2013-01-01"), day("2024-12-31")},
		{"90836", 3, "", day("2013-01-01"), effective.Date{}},
		{"90836", 3, "99214", day("2013-01-01"), effective.Date{}},
		{"96131", 2, "", day("2019-01-01"), effective.Date{}},
		{"97130", 1, "97129", day("2020-01-01"), effective.Date{}},
		{"99354", 1, "90837", day("2013-01-01"), day("2022-12-31")},
	}
	for _, tt := range []struct {
		name  string
		input ncci.Input
	}{
		{"fixed width", fixed},
		{"workbook of two sheets", input("AOC_V2026Q4-MCR.xlsx", workbook)},
		{"zip of both, the workbook is read", zipped(t, "aoc.zip", member{"AOC_V2026Q4-F-MCR.txt", []byte("not read")}, member{"AOC_V2026Q4-MCR.xlsx", workbook})},
		{"zip of fixed width", zipped(t, "aoc.zip", member{"AOC_V2026Q4-F-MCR.txt", bytesOf(t, fixed)})},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(want, read(t, ncci.Inputs{AddOns: []ncci.Input{tt.input}}).AddOns); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestReadKeepsKnownCodesAndCountsTheRest(t *testing.T) {
	known := func(code string) bool {
		return code != "G0444" && code != "99214" && code != "01953" && code != "97129" && code != "0001U"
	}
	tables, counts, err := ncci.Read(ncci.Inputs{
		Pairs:  []ncci.Input{given(t, "ccipra-v323r0-f1.txt")},
		Limits: []ncci.Input{given(t, "MCR_MUE_PractitionerServices_Eff_10-01-2026.csv")},
		AddOns: []ncci.Input{given(t, "AOC_V2026Q4-F-MCR.txt")},
	}, known)
	if err != nil {
		t.Fatal(err)
	}
	want := ncci.Counts{Pairs: 8, PairsLeft: 1, Limits: 6, LimitsLeft: 1, AddOns: 10, AddOnsLeft: 3}
	if diff := cmp.Diff(want, *counts); diff != "" {
		t.Errorf("counts (-want +got)\n%s", diff)
	}
	for _, row := range tables.Pairs[ncci.Practitioner] {
		if !known(row.Column1) || !known(row.Column2) {
			t.Errorf("kept %+v", row)
		}
	}
	// An add-on whose only primary is not known keeps its type: it may not be billed alone.
	for _, row := range tables.AddOns {
		if row.AddOn == "97130" && (row.Type != 1 || row.Primary != "") {
			t.Errorf("97130 is %+v", row)
		}
	}
}

func TestReadTakesTheSideFromTheCaller(t *testing.T) {
	in := text("edits.txt", pairHead, "90791\t90839\t\t20200101\t*\t1\tCPT Manual")
	in.Side = ncci.Practitioner
	got := read(t, ncci.Inputs{Pairs: []ncci.Input{in}})
	if len(got.Pairs[ncci.Practitioner]) != 1 || len(got.Pairs) != 1 {
		t.Errorf("got %+v", got.Pairs)
	}
}

// TestReadTellsNotGivenFromEmpty: a table that was given and holds nothing for us differs from one
// that was not given.
func TestReadTellsNotGivenFromEmpty(t *testing.T) {
	none := func(string) bool { return false }
	tables, _, err := ncci.Read(ncci.Inputs{
		Limits: []ncci.Input{given(t, "MCR_MUE_PractitionerServices_Eff_10-01-2026.csv")},
		AddOns: []ncci.Input{given(t, "AOC_V2026Q4-F-MCR.txt")},
	}, none)
	if err != nil {
		t.Fatal(err)
	}
	if rows, ok := tables.Limits[ncci.Practitioner]; !ok || len(rows) != 0 {
		t.Errorf("practitioner limits %v, %t", rows, ok)
	}
	if _, ok := tables.Limits[ncci.OutpatientHospital]; ok || tables.AddOns == nil || len(tables.Pairs) != 0 {
		t.Errorf("got %+v", tables)
	}
}
