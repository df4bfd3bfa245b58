package coding_test

import (
	"slices"
	"testing"

	"github.com/chargenote/chargenote/coding"
	"github.com/chargenote/chargenote/internal/effective"
)

// Primaries gives of each add-on what the list of all edits of CMS gives.
func TestPrimariesAreThoseOfTheTable(t *testing.T) {
	rules, err := coding.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	day := effective.Date{Year: 2025, Month: 3, Day: 10}
	edits := rules.Edits(day).AddOns
	if len(edits) == 0 {
		t.Fatal("no add-ons are listed")
	}
	for _, edit := range edits {
		primaries, all := rules.Primaries(edit.Code, day)
		if !slices.Equal(primaries, edit.Primaries) || all != (edit.Type == 1) {
			t.Errorf("%s: got %v, %t, want %v of type %d", edit.Code, primaries, all, edit.Primaries, edit.Type)
		}
	}
	if primaries, all := rules.Primaries("90837", day); len(primaries) > 0 || all {
		t.Errorf("90837 is no add-on, got %v, %t", primaries, all)
	}
}
