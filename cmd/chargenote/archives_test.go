package main

import (
	"archive/zip"
	"os"
	"path/filepath"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/xuri/excelize/v2"
)

// zips puts files into a zip, as CMS ships tables: zips tables.zip one.txt two.txt.
func zips(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: zips ZIP FILE ...")
	}
	out, err := os.Create(ts.MkAbs(args[0]))
	ts.Check(err)
	archive := zip.NewWriter(out)
	for _, name := range args[1:] {
		member, err := archive.Create(filepath.Base(name))
		ts.Check(err)
		_, err = member.Write([]byte(ts.ReadFile(name)))
		ts.Check(err)
	}
	ts.Check(archive.Close())
	ts.Check(out.Close())
}

// workbook makes a workbook of tab-separated text, each cell a text: workbook table.xlsx table.txt.
func workbook(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: workbook XLSX FILE")
	}
	book := excelize.NewFile()
	defer book.Close()
	for i, line := range strings.Split(strings.TrimSuffix(ts.ReadFile(args[1]), "\n"), "\n") {
		cell, err := excelize.CoordinatesToCellName(1, i+1)
		ts.Check(err)
		cells := strings.Split(line, "\t")
		ts.Check(book.SetSheetRow("Sheet1", cell, &cells))
	}
	ts.Check(book.SaveAs(ts.MkAbs(args[0])))
}
