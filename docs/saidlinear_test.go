package docs_test

import (
	"strings"
	"testing"
	"time"

	"github.com/chargenote/chargenote/docs"
)

// What is said is looked for in a time that grows with the length of a note: names, codes, figures,
// pronouns and signatures over and over, each another one.
func TestSaidTakesLinearTime(t *testing.T) {
	const length, longer, most = 12_500, 8, 24
	rules := builtin(t)
	read := func(note string) time.Duration {
		began := time.Now()
		rules.Check(docs.Request{Note: note, HasNote: true, Codes: []string{"90847", "97110"}})
		return time.Since(began)
	}
	for _, piece := range []string{"90837 ", "F41.1, ", "Goal 1: Maria. ", "he she ", "mother father without patient ", "PHQ-9 = 14 ", "Therapist: Rowan Test, PhD\n", "DOB: 1/2/1990\n", "via video at home "} {
		short := strings.Repeat(piece, length/len(piece))
		long := strings.Repeat(short, longer)
		var once, took time.Duration
		for range 5 { // a busy machine disturbs a measurement; a square shows in all of them
			once = max(min(read(short), read(short), read(short)), time.Millisecond)
			if took = read(long); took <= most*once {
				break
			}
		}
		if took > most*once {
			t.Errorf("%d bytes of %q took %s, %d took %s", len(short), piece, once, len(long), took)
		}
	}
}
