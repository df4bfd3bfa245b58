package ncci

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/xuri/excelize/v2"
)

// sheetRows reads the rows of one sheet of a workbook, one at a time.
type sheetRows struct {
	rows *excelize.Rows
	row  int
}

func (s *sheetRows) next() ([]string, int, error) {
	if !s.rows.Next() {
		if err := s.rows.Error(); err != nil {
			return nil, s.row + 1, fmt.Errorf("the sheet cannot be read: %w", err)
		}
		return nil, s.row, io.EOF
	}
	s.row++
	cells, err := s.rows.Columns()
	if err != nil {
		return nil, s.row, fmt.Errorf("the row cannot be read: %w", err)
	}
	return cells, s.row, nil
}

// openBook opens a workbook whose zip was checked.
func openBook(in io.Reader) (*excelize.File, error) {
	book, err := excelize.OpenReader(in, excelize.Options{UnzipSizeLimit: maxZipBytes, UnzipXMLSizeLimit: maxSheetMemory})
	if err != nil {
		return nil, fmt.Errorf("the workbook cannot be read: %w", err)
	}
	return book, nil
}

// isBook reports whether a zip is a workbook.
func isBook(files []*zip.File) bool {
	for _, file := range files {
		if file.Name == "xl/workbook.xml" {
			return true
		}
	}
	return false
}

// wholeSheets reads every sheet's file within a workbook to its end, which compares length and
// checksum, and looks for the tag that ends it. The library takes a sheet that breaks off for one that
// ends.
func wholeSheets(files []*zip.File) error {
	for _, file := range files {
		if !strings.HasPrefix(file.Name, "xl/worksheets/") || !strings.HasSuffix(file.Name, ".xml") {
			continue
		}
		if err := wholeSheet(file); err != nil {
			return fmt.Errorf("%s: %w", file.Name, err)
		}
	}
	return nil
}

func wholeSheet(file *zip.File) error {
	in, err := file.Open()
	if err != nil {
		return err
	}
	defer in.Close()
	last := &tail{}
	if _, err := io.Copy(last, io.LimitReader(in, maxPartBytes)); err != nil {
		return err
	}
	if !bytes.HasSuffix(bytes.TrimSpace(last.kept), []byte("worksheet>")) {
		return errors.New("the sheet breaks off: download the file again")
	}
	return nil
}

// tail keeps the end of what is written to it.
type tail struct{ kept []byte }

func (t *tail) Write(p []byte) (int, error) {
	const enough = 256
	t.kept = append(t.kept, p[max(0, len(p)-enough):]...)
	t.kept = append([]byte(nil), t.kept[max(0, len(t.kept)-enough):]...)
	return len(p), nil
}
