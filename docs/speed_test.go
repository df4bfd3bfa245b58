package docs_test

import (
	"strings"
	"testing"

	"github.com/chargenote/chargenote/docs"
)

// longNote is a note of one mebibyte: made-up notes of every family, one after the other.
func longNote(tb testing.TB) string {
	tb.Helper()
	var b strings.Builder
	for b.Len() < 1<<20 {
		for _, name := range []string{"soap-complete", "narrative-complete", "crisis-complete", "testing-complete", "pt-complete", "psy-vague"} {
			b.WriteString(readNote(tb, name) + "\n")
		}
	}
	return b.String()[:1<<20]
}

// BenchmarkLongNote reads a mebibyte of notes, far above what anybody writes.
func BenchmarkLongNote(b *testing.B) {
	note, rules := longNote(b), builtin(b)
	b.SetBytes(int64(len(note)))
	b.ReportAllocs()
	for b.Loop() {
		rules.Check(docs.Request{Note: note, HasNote: true, Codes: []string{"90837", "90785-95"}})
	}
}
