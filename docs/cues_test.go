package docs

import (
	"slices"
	"testing"
)

// Renewing the hits of changed sentences gives what a whole scan gives.
func TestScanAgainIsAScan(t *testing.T) {
	rules, err := Builtin()
	if err != nil {
		t.Fatal(err)
	}
	note := "Rowan reports worry about work. Denies SI and HI.\nPlan: Rowan returns in one week; homework thought record. Rowan was able to name two distortions."
	tokens := tokenize(fold(note).text)
	sentences := splitSentences(fold(note).text, tokens, splitLines(fold(note).text, tokens), func(int) bool { return false })
	if len(sentences) < 3 {
		t.Fatalf("%d sentences, too few to tell one from another", len(sentences))
	}
	hits := rules.lexicon.scan(tokens)
	changed := map[int]bool{}
	for i := range tokens {
		if tokens[i].text == "rowan" {
			tokens[i].text = "patient"
			changed[tokens[i].sentence] = true
		}
	}
	if len(changed) < 2 {
		t.Fatalf("the name stands in %d sentences, want it in several", len(changed))
	}
	rules.lexicon.scanAgain(tokens, hits, changed)
	whole := rules.lexicon.scan(tokens)
	for list := range whole {
		if !slices.Equal(hits[list], whole[list]) {
			t.Errorf("list %d: got %v, want %v", list, hits[list], whole[list])
		}
	}
}
