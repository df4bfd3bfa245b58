package ncci

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
)

// An Input is one file as CMS ships it and as the caller opened it: text, XLSX, or a zip of these.
type Input struct {
	Name string // as messages show it; CMS's own name tells the side of a PTP table
	Data io.ReaderAt
	Size int64 // bytes
	Side Side  // for a PTP table whose name does not tell it; otherwise empty
}

// A form is how a part is written.
type form int

const (
	textForm form = iota
	bookForm
)

// A part is one text or workbook, alone or within a zip, that holds a table or a part of one.
type part struct {
	name  string
	bases []string // the last parts of its name and of the zip's that holds it
	side  Side     // what the caller said
	form  form
	open  func() (io.ReadCloser, error)
}

// fail is a fault of the part as a whole.
func (p *part) fail(err error) *Fault { return &Fault{File: p.name, Problem: err.Error()} }

// partsOf lists what an input holds. Of a zip that holds a table as text and as workbook, one form
// is read: the one with more files, and of equal ones the workbook for add-ons, whose text is of
// fixed width, and the text for the others, which is quicker.
func partsOf(in Input, t *table) ([]*part, error) {
	if in.Size > maxFileBytes {
		return nil, fmt.Errorf("the file has %d bytes, more than the limit of %d: it is no table of CMS", in.Size, int64(maxFileBytes))
	}
	whole := func() (io.ReadCloser, error) {
		return io.NopCloser(io.NewSectionReader(in.Data, 0, in.Size)), nil
	}
	head := make([]byte, min(512, in.Size))
	if _, err := io.ReadFull(io.NewSectionReader(in.Data, 0, in.Size), head); err != nil {
		return nil, fmt.Errorf("the file cannot be read: %w", err)
	}
	if !bytes.HasPrefix(head, []byte("PK\x03\x04")) {
		if problem := notText(head); problem != "" {
			return nil, errors.New(problem)
		}
		return []*part{{in.Name, []string{baseName(in.Name)}, in.Side, textForm, whole}}, nil
	}
	archive, err := zip.NewReader(in.Data, in.Size)
	if err != nil {
		return nil, fmt.Errorf("the zip cannot be read, download it again: %w", err)
	}
	if err := checkZip(archive.File); err != nil {
		return nil, err
	}
	if isBook(archive.File) {
		return []*part{{in.Name, []string{baseName(in.Name)}, in.Side, bookForm, whole}}, nil
	}
	return chosen(in, archive.File, t)
}

// chosen is the files of the form that is read.
func chosen(in Input, files []*zip.File, t *table) ([]*part, error) {
	var texts, books []*part
	for _, file := range files {
		base := baseName(file.Name)
		if file.FileInfo().IsDir() || strings.HasPrefix(base, ".") || strings.HasPrefix(file.Name, "__MACOSX/") {
			continue
		}
		p := &part{name: in.Name + "/" + base, bases: []string{base, baseName(in.Name)}, side: in.Side, open: file.Open}
		switch strings.ToLower(path.Ext(base)) {
		case ".txt", ".csv", ".tsv":
			texts = append(texts, p)
		case ".xlsx":
			p.form = bookForm
			books = append(books, p)
		}
	}
	switch {
	case len(texts)+len(books) == 0:
		return nil, errors.New("the zip holds no .txt, .csv or .xlsx file: take the zip of the table from CMS's NCCI page, or unpack a zip within it")
	case len(books) > len(texts) || (len(books) == len(texts) && t == addOnTable):
		return books, nil
	}
	return texts, nil
}

// checkZip refuses a zip that would unpack to more than it should, by what it says of itself. The
// zip reader stops a file that turns out longer than it says.
func checkZip(files []*zip.File) error {
	if len(files) > maxZipFiles {
		return fmt.Errorf("the zip holds %d files, more than the limit of %d", len(files), maxZipFiles)
	}
	var total uint64
	for _, file := range files {
		size := file.UncompressedSize64
		total += min(size, maxZipBytes)
		switch {
		case size > maxPartBytes:
			return fmt.Errorf("%s unpacks to %d bytes, more than the limit of %d", file.Name, size, int64(maxPartBytes))
		case total > maxZipBytes:
			return fmt.Errorf("the zip unpacks to more than the limit of %d bytes", int64(maxZipBytes))
		case size > ratioFloorBytes && size/maxRatio > file.CompressedSize64:
			return fmt.Errorf("%s unpacks to more than %d times its size: this is no file of CMS", file.Name, maxRatio)
		}
	}
	return nil
}

// notText says what a file is that is not text, with what to do; nothing where it may be text.
func notText(head []byte) string {
	start := bytes.ToLower(bytes.TrimSpace(bytes.TrimPrefix(head, utf8BOM)))
	switch {
	case len(start) == 0:
		return "the file is empty"
	case bytes.HasPrefix(head, []byte("\xD0\xCF\x11\xE0")):
		return "this is a workbook of the old form (.xls): save it as .xlsx, or take CMS's zip"
	case bytes.HasPrefix(head, []byte("%PDF")):
		return "this is a PDF, not a table"
	case bytes.HasPrefix(start, []byte("<!doctype")), bytes.HasPrefix(start, []byte("<html")):
		return "this is a web page, not a table: accept CMS's license in the browser and take the zip that follows"
	}
	return ""
}

// bytesOf reads a whole workbook within a zip, which must be read from any place.
func bytesOf(p *part) ([]byte, error) {
	in, err := p.open()
	if err != nil {
		return nil, err
	}
	defer in.Close()
	return io.ReadAll(io.LimitReader(in, maxPartBytes))
}

// baseName is the last part of a name.
func baseName(name string) string { return path.Base(strings.ReplaceAll(name, `\`, "/")) }
