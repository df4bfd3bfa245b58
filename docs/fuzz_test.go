package docs_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/chargenote/chargenote/docs"
)

// FuzzCheck reads any text as a note. Whatever it holds, every place that is pointed at is bytes of it
// between borders of runes, its times are times of a day, two readings are the same bytes, and the gap note
// keeps to its width.
func FuzzCheck(f *testing.F) {
	notes := readNotes(f)
	if len(notes) == 0 {
		f.Fatal("there are no seeds")
	}
	for name, c := range notes {
		f.Add(readNote(f, name), strings.Join(c.Codes, ","))
	}
	for _, group := range timeGrammar() {
		for i, form := range group.forms {
			f.Add(form.note, []string{"90837", "96130", "97129", "99214,90833"}[i%4])
		}
	}
	for _, r := range requirements() {
		for _, proof := range r.rules {
			f.Add(proof.base+" "+proof.says, proof.codes)
		}
	}
	f.Add("DOB: \xff\xfe 10/3/2024 \u0301é½→ 2:00–3:00 pm", "90837-95,90785")
	f.Add("a\u00adb … ☐ SI (-) HI \f Page 2 of 3", "96127,96127")
	f.Add("Session 14.00\u2212\xc314.53 \xe2\x80 1h10m, “ran long” a quarter past ½", "97110")
	rules, err := docs.Builtin()
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, note, list string) {
		codes, err := docs.ParseCodes(list)
		if err != nil {
			codes = []string{"90837", "90785-95"}
		}
		request := docs.Request{Note: note, HasNote: true, Codes: codes, Priors: []docs.Prior{{Text: note}, {Text: list}}}
		result := rules.Check(request)
		for _, e := range result.Elements {
			checkEvidence(t, note, e)
		}
		checkSpans(t, note, places(t, result, rules.Sentences(note)))
		checkTime(t, result.Time)
		checkSame(t, result, rules.Check(request))
		checkWidth(t, docs.GapNote(result, docs.GapNoteHead{Day: "2025-03-10", Encounter: "Encounter/e1", Lines: codes}))
	})
}

// places are all places of the note that a result points at: whatever has a text, a start and an end.
func places(t *testing.T, results ...any) []docs.Evidence {
	t.Helper()
	var all []docs.Evidence
	var walk func(tree any)
	walk = func(tree any) {
		switch v := tree.(type) {
		case map[string]any:
			text, isText := v["text"].(string)
			start, starts := v["start"].(float64)
			end, ends := v["end"].(float64)
			if isText && starts && ends {
				all = append(all, docs.Evidence{Text: text, Start: int(start), End: int(end)})
			}
			for _, below := range v {
				walk(below)
			}
		case []any:
			for _, below := range v {
				walk(below)
			}
		}
	}
	for _, result := range results {
		content, err := json.Marshal(result)
		if err != nil {
			t.Fatal(err)
		}
		var tree any
		if err := json.Unmarshal(content, &tree); err != nil {
			t.Fatal(err)
		}
		walk(tree)
	}
	return all
}

// checkSpans wants each place within the note, between borders of runes, with the text that stands there.
// A byte that is no UTF-8 counts as a rune, as Go reads it, and JSON writes it as U+FFFD.
func checkSpans(t *testing.T, note string, all []docs.Evidence) {
	t.Helper()
	border := map[int]bool{len(note): true}
	for i := range note {
		border[i] = true
	}
	for _, p := range all {
		switch {
		case p.Start < 0 || p.End > len(note) || p.Start >= p.End:
			t.Errorf("%+v does not lie in the note of %d bytes", p, len(note))
		case !border[p.Start] || !border[p.End]:
			t.Errorf("%+v cuts a rune", p)
		case strings.ToValidUTF8(note[p.Start:p.End], "") != strings.ReplaceAll(p.Text, "\ufffd", "") && !strings.Contains(note, "\ufffd"):
			t.Errorf("%+v is not of the note: %q", p, note[p.Start:p.End])
		}
	}
}

// checkTime wants clock times of a day, and minutes of less than one.
func checkTime(t *testing.T, got docs.Time) {
	t.Helper()
	for _, clock := range []*string{got.Start, got.Stop} {
		if clock == nil {
			continue
		}
		if _, err := time.Parse("15:04", *clock); err != nil || len(*clock) != len("15:04") {
			t.Errorf("%q is no time of a day", *clock)
		}
	}
	for _, minutes := range []*int{got.MinutesStated, got.MinutesComputed} {
		if minutes != nil && (*minutes < 0 || *minutes > 1440) {
			t.Errorf("%d is no number of minutes of a day", *minutes)
		}
	}
	if (got.Start == nil) != (got.Stop == nil) {
		t.Error("a span has one end")
	}
}

func checkSame(t *testing.T, a, b docs.Result) {
	t.Helper()
	first, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	if second, err := json.Marshal(b); err != nil || string(first) != string(second) {
		t.Errorf("two readings differ (%v):\n%s\n%s", err, first, second)
	}
}

// checkWidth wants lines of up to 78 characters, and the last one ended.
func checkWidth(t *testing.T, text string) {
	t.Helper()
	for line := range strings.Lines(text) {
		if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); n > 78 {
			t.Errorf("%d characters: %q", n, line)
		}
	}
	if !strings.HasSuffix(text, "\n") {
		t.Error("the gap note does not end with a line feed")
	}
}
