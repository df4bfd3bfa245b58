package fhir_test

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"testing"

	"github.com/chargenote/chargenote/internal/notetext"
	"github.com/chargenote/chargenote/internal/pdftext"
)

// pdfs reads the PDFs of testdata as the program does.
func pdfs(t testing.TB) notetext.PDFReader {
	return func(data []byte) (notetext.Pages, error) {
		text, err := pdfReader().Read(t.Context(), data)
		return notetext.Pages(text), err
	}
}

// pdfReader keeps its code from one run of the tests to the next, by the versions that it is made with.
var pdfReader = sync.OnceValue(func() *pdftext.Reader {
	of, err := os.UserCacheDir()
	sums, read := os.ReadFile("../go.sum")
	of = filepath.Join(of, fmt.Sprintf("chargenote-test-%x", sha256.Sum256(append(sums, runtime.Version()...)))[:40])
	if errors.Join(err, read, os.MkdirAll(of, 0o700)) != nil {
		return pdftext.New("")
	}
	return pdftext.New(filepath.Join(of, "chargenote"))
})
