package docs_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/chargenote/chargenote/docs"
)

// A noteCase says what the rules ask of one made-up note. Every listed element that is required or
// conditional and not named here must be present.
type noteCase struct {
	Codes   []string `json:"codes"`
	Family  string   `json:"family"`
	Missing []string `json:"missing"`
	Unclear []string `json:"unclear"`
}

// readNotes reads the made-up notes with what is expected of them.
func readNotes(t testing.TB) map[string]noteCase {
	t.Helper()
	files, err := filepath.Glob("testdata/notes/*.json")
	if err != nil {
		t.Fatal(err)
	}
	cases := map[string]noteCase{}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var c noteCase
		if err := json.Unmarshal(content, &c); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		cases[strings.TrimSuffix(filepath.Base(file), ".json")] = c
	}
	return cases
}

func readNote(t testing.TB, name string) string {
	t.Helper()
	content, err := os.ReadFile("testdata/notes/" + name + ".txt")
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

func TestNotes(t *testing.T) {
	cases := readNotes(t)
	if len(cases) < 40 {
		t.Errorf("got %d notes, want at least 40", len(cases))
	}
	for name, want := range cases {
		t.Run(name, func(t *testing.T) {
			note := readNote(t, name)
			result := check(t, note, want.Codes...)
			if result.Family != want.Family {
				t.Errorf("family: got %s, want %s", result.Family, want.Family)
			}
			got := noteCase{Codes: want.Codes, Family: want.Family}
			for _, e := range result.Elements {
				checkEvidence(t, note, e)
				switch {
				case e.Level == docs.Recommended:
				case e.Status == docs.Missing:
					got.Missing = append(got.Missing, e.ID)
				case e.Status == docs.Unclear:
					got.Unclear = append(got.Unclear, e.ID)
				}
			}
			sorted := cmpopts.SortSlices(func(a, b string) bool { return a < b })
			if diff := cmp.Diff(want, got, sorted, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// checkEvidence holds every element to its evidence.
func checkEvidence(t *testing.T, note string, e docs.Element) {
	t.Helper()
	if e.Status == docs.Present && len(e.Evidence) == 0 {
		t.Errorf("%s: present without evidence", e.ID)
	}
	for _, span := range e.Evidence {
		if span.Start < 0 || span.End > len(note) || span.Start >= span.End || note[span.Start:span.End] != span.Text {
			t.Errorf("%s: the evidence %+v is not bytes of the note", e.ID, span)
		}
	}
	if e.Status != docs.Present && (e.Gap == "" || e.Why == "" || e.Or == "") {
		t.Errorf("%s: a gap without its wording", e.ID)
	}
}
