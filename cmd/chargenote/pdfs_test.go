package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// aPDF is a note as a PDF of one page, with an empty line where the note has one.
func aPDF(note string) string {
	var drawn strings.Builder
	for _, line := range strings.Split(note, "\n") {
		fmt.Fprintf(&drawn, "(%s) ' ", strings.NewReplacer(`\`, `\\`, "(", `\(`, ")", `\)`).Replace(line))
	}
	return "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n" +
		"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>endobj 5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\n" +
		"4 0 obj<<>>stream\nBT /F 9 Tf 12 TL 36 770 Td " + drawn.String() + "ET\nendstream endobj\ntrailer<</Root 1 0 R>>\n"
}

// reviewedPDF is what the command prints of a visit whose note is the PDF.
func reviewedPDF(t *testing.T, pdf string) string {
	t.Helper()
	bundle := strings.Replace(string(wholeBundle("x")), `"contentType": "text/plain", "data": "`+base64.StdEncoding.EncodeToString([]byte("x")),
		`"contentType": "application/pdf", "data": "`+base64.StdEncoding.EncodeToString([]byte(pdf)), 1)
	return reviewedFile(t, []byte(bundle))
}

func reviewedFile(t *testing.T, bundle []byte) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "visit.json")
	if err := os.WriteFile(file, bundle, 0o600); err != nil {
		t.Fatal(err)
	}
	var out, faults bytes.Buffer
	if code := run(t.Context(), []string{"review", "--zone", "America/New_York", "--format", "json", file}, terminal{in: strings.NewReader(""), out: &out, err: &faults}); code != exitDone {
		t.Fatalf("exit code %d: %s", code, faults.String())
	}
	return out.String()
}

// keepReader keeps the code of the reader of PDFs from one run of the tests to the next, by the versions that
// it is made with, which a test cannot tell otherwise.
func keepReader(t *testing.T) {
	t.Helper()
	of, err := os.UserCacheDir()
	sums, read := os.ReadFile("../../go.sum")
	if err := errors.Join(err, read); err != nil {
		t.Logf("the reader's code is made anew: %v", err)
		return
	}
	of = filepath.Join(of, fmt.Sprintf("chargenote-test-%x", sha256.Sum256(append(sums, runtime.Version()...)))[:40])
	if err := os.MkdirAll(of, 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("XDG_CACHE_HOME", of)
}

// A note is reviewed alike whether it is kept as text or as a PDF.
func TestReviewOfPDF(t *testing.T) {
	keepReader(t)
	note := strings.TrimSpace(wholeNote)
	if got, want := reviewedPDF(t, aPDF(note)), reviewedFile(t, wholeBundle(note)); got != want {
		t.Errorf("the note as PDF:\n%s\nas text:\n%s", got, want)
	}
}

// A PDF that cannot be read is said, with why.
func TestReviewOfUnreadPDF(t *testing.T) {
	keepReader(t)
	for want, pdf := range map[string]string{
		"the PDF is damaged and cannot be read": "%PDF-1.4",
		"the PDF holds pictures and no text":    strings.Replace(aPDF(""), "BT", "BI /W 1 ID x EI BT", 1),
	} {
		if got := reviewedPDF(t, pdf); !strings.Contains(got, want) {
			t.Errorf("%q is not in %.2000s", want, got)
		}
	}
}
