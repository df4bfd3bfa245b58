package main

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/chargenote/chargenote/internal/notetext"
	"github.com/chargenote/chargenote/internal/pdftext"
)

// pdfs reads the PDFs of notes, for the whole program.
type pdfs struct{ reader *pdftext.Reader }

// newPDFs makes the reader, which does nothing until it is needed. Its code is kept for the next start
// where this user has a cache.
func newPDFs() pdfs {
	of, err := os.UserCacheDir()
	if err != nil {
		return pdfs{pdftext.New("")}
	}
	return pdfs{pdftext.New(filepath.Join(of, "chargenote"))}
}

// ofVisit is the reader of the PDFs of one visit.
func (p pdfs) ofVisit(ctx context.Context) notetext.PDFReader {
	read := p.reader.Visit(ctx)
	return func(data []byte) (notetext.Pages, error) {
		text, err := read(data)
		return notetext.Pages(text), err
	}
}

// warm makes the reader ready before the first PDF comes. Without one, everything but PDFs is read.
func (p pdfs) warm(ctx context.Context, log *slog.Logger) {
	if err := p.reader.Warm(ctx); err != nil && ctx.Err() == nil {
		log.Error("PDFs cannot be read", "error", err)
	}
}
