package ncci_test

import (
	"archive/zip"
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/chargenote/chargenote/internal/effective"
	"github.com/chargenote/chargenote/internal/ncci"
)

// The tables in testdata are laid out as CMS lays them out; codes, indicators and units are CMS's of
// July 2024, the first days of pairs are made up.

// quarter is the quarter of the tables in testdata.
var quarter = effective.MustParseDate("2026-10-01")

func input(name string, content []byte) ncci.Input {
	return ncci.Input{Name: name, Data: bytes.NewReader(content), Size: int64(len(content))}
}

func text(name string, lines ...string) ncci.Input {
	return input(name, []byte(strings.Join(lines, "\n")+"\n"))
}

func given(t *testing.T, name string) ncci.Input {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return input(name, content)
}

// A member is one file within a zip.
type member struct {
	name    string
	content []byte
}

func zipped(t *testing.T, name string, members ...member) ncci.Input {
	t.Helper()
	var out bytes.Buffer
	archive := zip.NewWriter(&out)
	for _, m := range members {
		w, err := archive.Create(m.name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(m.content); err != nil {
			t.Fatal(err)
		}
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	return input(name, out.Bytes())
}

// book is a workbook with one sheet for each list of rows; codes and texts are text, numbers numbers.
func book(t *testing.T, sheets ...[][]any) []byte {
	t.Helper()
	file := excelize.NewFile()
	defer file.Close()
	for i, rows := range sheets {
		name := "Sheet" + string(rune('1'+i))
		if i > 0 {
			if _, err := file.NewSheet(name); err != nil {
				t.Fatal(err)
			}
		}
		for r, row := range rows {
			cell, err := excelize.CoordinatesToCellName(1, r+1)
			if err != nil {
				t.Fatal(err)
			}
			if err := file.SetSheetRow(name, cell, &row); err != nil {
				t.Fatal(err)
			}
		}
	}
	var out bytes.Buffer
	if err := file.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// all knows every code.
func all(string) bool { return true }

func read(t *testing.T, in ncci.Inputs) *ncci.Tables {
	t.Helper()
	tables, _, err := ncci.Read(in, all)
	if err != nil {
		t.Fatal(err)
	}
	return tables
}

func day(s string) effective.Date { return effective.MustParseDate(s) }

const (
	pairHead  = "Column 1\tColumn 2\t*=in existence prior to 1996\tEffective Date\tDeletion Date *=no data\tModifier 0=not allowed 1=allowed 9=not applicable\tPTP Edit Rationale"
	limitHead = "HCPCS/CPT Code,Practitioner Services MUE Values,MUE Adjudication Indicator,MUE Rationale"
	addOnHead = "AOC_Edit_Type\tAdd-On_Code\tAOC_DelDT\tPrimary_Code\tPrimary_Code_DelDT\tAOC_Edit_EffDT\tAOC_Edit_DelDT\tSpecial_Instruction_Notes"
)
