package docs_test

import (
	"strings"
	"testing"
	"time"

	"github.com/chargenote/chargenote/docs"
)

// A note that says one thing over and over, without a stop, is read in a time that grows with its
// length: one that grew with the square of it took minutes for each of these.
func TestLongNotesTakeLinearTime(t *testing.T) {
	const length, limit = 400_000, 20 * time.Second // a quarter of a second without the race detector
	for _, piece := range []string{"2:00 ", "45 min ", "- ", "# ", "**Plan** ", "2:00-2:53 ", "1/2/", "signed by Rowan Test, PhD on 1/2/2025 ", "no SI ", "(no) "} {
		note := strings.Repeat(piece, length/len(piece))
		began := time.Now()
		builtin(t).Check(docs.Request{Note: note, HasNote: true, Codes: []string{"90837", "90785-95"}})
		if took := time.Since(began); took > limit {
			t.Errorf("%d bytes of %q took %s", length, piece, took)
		}
	}
}
