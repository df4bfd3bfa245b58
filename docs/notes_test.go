package docs_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chargenote/chargenote/docs"
	"github.com/chargenote/chargenote/internal/effective"
)

// What the reader of notes is held to on the made-up notes, over all of them. Those that begin with fourth-,
// fifth-, sixth- and seventh- were written, and their expectations committed, before the reader had read
// them. On that first reading it found 0.893, 0.903, 0.918 and 0.966 of the gaps, and called 0.091, 0.060,
// 0.018 and 0.011 of the elements gaps that were none; it was mended after each. The next unseen clinic is
// nearer to the last of these numbers than to what is measured here.
const (
	leastNotes   = 340
	leastPresent = 5    // notes in which an element is there
	leastRecall  = 0.97 // of the gaps that a person worked out
	mostFalse    = 0.01 // of the elements judged
)

// A noteCase says what the rules ask of one made-up note. Every listed element that is required or
// conditional and not named here must be present.
type noteCase struct {
	Why         string           `json:"why"`
	Style       string           `json:"style"`
	Codes       []string         `json:"codes"`
	Family      string           `json:"family"`
	Missing     []string         `json:"missing"`
	Unclear     []string         `json:"unclear"`
	Present     []string         `json:"present"` // conditional ones whose condition holds
	Recommended recommendedCase  `json:"recommended"`
	Time        *docs.Time       `json:"time"`
	Vague       *[]vagueExpected `json:"vague"`
	Prior       string           `json:"prior"` // an earlier note of the same patient, by its name here
}

// A recommendedCase names the recommended elements that a person looked for; the others are not judged.
type recommendedCase struct {
	Present []string `json:"present"`
	Missing []string `json:"missing"`
}

type vagueExpected struct {
	Text  string `json:"text"`
	Class string `json:"class"`
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
		decoder := json.NewDecoder(strings.NewReader(string(content)))
		decoder.DisallowUnknownFields()
		var c noteCase
		if err := decoder.Decode(&c); err != nil {
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

// checkCase reads one of the made-up notes, beside its earlier note where it has one.
func checkCase(t testing.TB, name string, c noteCase) docs.Result {
	t.Helper()
	request := docs.Request{Note: readNote(t, name), HasNote: true, Codes: c.Codes}
	if c.Prior != "" {
		request.Priors = []docs.Prior{{Reference: "DocumentReference/prior", Text: readNote(t, c.Prior)}}
	}
	return builtin(t).Check(request)
}

// expected is the status that a person worked out for each element of the note that is judged. The
// elements that the reader lists add to those named in the case: they are to be present.
func (c noteCase) expected(result docs.Result) map[string]string {
	want := map[string]string{}
	for _, e := range result.Elements {
		if e.Level != docs.Recommended {
			want[e.ID] = docs.Present
		}
	}
	for status, lists := range map[string][][]string{
		docs.Present: {c.Present, c.Recommended.Present},
		docs.Missing: {c.Missing, c.Recommended.Missing},
		docs.Unclear: {c.Unclear},
	} {
		for _, id := range slices.Concat(lists...) {
			want[id] = status
		}
	}
	return want
}

func TestNotes(t *testing.T) {
	for name, c := range readNotes(t) {
		t.Run(name, func(t *testing.T) {
			result := checkCase(t, name, c)
			if result.Family != c.Family {
				t.Errorf("family: got %s, want %s", result.Family, c.Family)
			}
			for _, e := range result.Elements {
				checkEvidence(t, readNote(t, name), e)
			}
			want := c.expected(result)
			for _, id := range slices.Sorted(maps.Keys(want)) {
				if got := status(result, id); got != want[id] {
					t.Errorf("%s: got %s, want %s", id, got, want[id])
				}
			}
			if c.Time != nil {
				if diff := cmp.Diff(*c.Time, result.Time); diff != "" {
					t.Errorf("time: -want +got:\n%s", diff)
				}
			}
			if c.Vague != nil {
				checkVague(t, *c.Vague, result.Vague)
			}
		})
	}
}

// checkVague wants each expected phrase once and no other. The span may be a word longer or shorter.
func checkVague(t *testing.T, want []vagueExpected, got []docs.Vague) {
	t.Helper()
	rest := slices.Clone(got)
	for _, w := range want {
		at := slices.IndexFunc(rest, func(v docs.Vague) bool {
			a, b := strings.ToLower(v.Text), strings.ToLower(w.Text)
			return v.Class == w.Class && (strings.Contains(a, b) || strings.Contains(b, a))
		})
		if at < 0 {
			t.Errorf("vague: %q (%s) is not found", w.Text, w.Class)
			continue
		}
		rest = slices.Delete(rest, at, at+1)
	}
	for _, v := range rest {
		t.Errorf("vague: %q (%s) is found and is not vague", v.Text, v.Class)
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

// A tally counts gaps over a number of notes.
type tally struct{ notes, expected, found, judged, false int }

func (a *tally) add(b tally) {
	a.notes, a.expected, a.found, a.judged, a.false = a.notes+b.notes, a.expected+b.expected, a.found+b.found, a.judged+b.judged, a.false+b.false
}

// recall is the share of the expected gaps that were found; 1 where none was expected.
func (a tally) recall() float64 {
	if a.expected == 0 {
		return 1
	}
	return float64(a.found) / float64(a.expected)
}

// falseShare is the share of judged elements that were called a gap and are none.
func (a tally) falseShare() float64 { return float64(a.false) / float64(max(a.judged, 1)) }

func (a tally) line(name string) string {
	return fmt.Sprintf("gaps in notes %-17s %5d %8d %5d %6d  %5.3f %6d %5d  %5.3f",
		name, a.notes, a.expected, a.found, a.expected-a.found, a.recall(), a.judged, a.false, a.falseShare())
}

// count compares one note with what was worked out for it. An element that is unclear is a gap too.
func (c noteCase) count(result docs.Result) tally {
	counted := tally{notes: 1}
	for id, want := range c.expected(result) {
		got := status(result, id)
		gap := got == docs.Missing || got == docs.Unclear
		counted.judged++
		switch {
		case want == docs.Present && gap:
			counted.false++
		case want != docs.Present:
			counted.expected++
			if gap {
				counted.found++
			}
		}
	}
	return counted
}

// TestGapsFoundInNotes measures the reader on all notes and prints the figures for each family; make
// test shows the lines that begin with "gaps in notes".
func TestGapsFoundInNotes(t *testing.T) {
	families, all := map[string]*tally{}, tally{}
	for name, c := range readNotes(t) {
		counted := c.count(checkCase(t, name, c))
		if families[c.Family] == nil {
			families[c.Family] = &tally{}
		}
		families[c.Family].add(counted)
		all.add(counted)
	}
	t.Log("gaps in notes family            notes expected found missed recall judged false  share")
	for _, family := range slices.Sorted(maps.Keys(families)) {
		t.Log(families[family].line(family))
	}
	t.Log(all.line("all"))
	if all.notes < leastNotes {
		t.Errorf("got %d notes, want at least %d", all.notes, leastNotes)
	}
	if all.recall() < leastRecall {
		t.Errorf("recall of gaps: got %.3f, want at least %.2f", all.recall(), leastRecall)
	}
	if all.falseShare() > mostFalse {
		t.Errorf("false gaps: got %.3f of the judged elements, want at most %.2f", all.falseShare(), mostFalse)
	}
}

// TestEveryElementIsInNotes wants each element of the rules both absent and there in the notes.
func TestEveryElementIsInNotes(t *testing.T) {
	present, gaps := map[string]int{}, map[string]int{}
	for name, c := range readNotes(t) {
		for id, want := range c.expected(checkCase(t, name, c)) {
			if want == docs.Present {
				present[id]++
			} else {
				gaps[id]++
			}
		}
	}
	// These two are listed only where they are a gap: a find of vague wording (reading 31), and a
	// complementary method that stands alone (A.1.1).
	present["vague_language"], present["ebp_anchor"] = leastPresent, leastPresent
	for _, rule := range builtin(t).InForce(effective.MustParseDate("2025-06-01")) {
		if present[rule.ID] < leastPresent || gaps[rule.ID] == 0 {
			t.Errorf("%s: present in %d notes and a gap in %d, want at least %d and 1", rule.ID, present[rule.ID], gaps[rule.ID], leastPresent)
		}
	}
}
