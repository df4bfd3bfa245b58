package demoehr

import "testing"

// Marks of the form itself are letters in a note.
func TestFormsOfANote(t *testing.T) {
	const note = "Påhitt {1} \\ <b>\nsecond line\n\nsecond block\n"
	for form, want := range map[string]string{
		"":       note,
		htmlNote: "<!doctype html>\n<html lang=\"en\"><head><title>Progress note</title></head><body>\n<p>Påhitt {1} \\ &lt;b&gt;<br>\nsecond line</p>\n<p>second block</p>\n</body></html>\n",
		rtfNote:  "{\\rtf1\\ansi\\deff0{\\fonttbl{\\f0 Arial;}}\\f0\\fs22\nP\\u229?hitt \\{1\\} \\\\ <b>\\par\nsecond line\\par\n\\par\nsecond block}\n",
	} {
		if got := inForm(form, note); got != want {
			t.Errorf("%s: got %q, want %q", form, got, want)
		}
	}
}
