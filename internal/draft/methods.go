package draft

import (
	_ "embed"
	"slices"
	"strings"
	"sync"

	"github.com/chargenote/chargenote/internal/effective"
)

//go:embed plain.yaml
var plainFile []byte

// plainWords say methods as one would to a patient.
type plainWords struct {
	ID      string `yaml:"id"`
	About   string `yaml:"about"`
	Checked string `yaml:"checked"`
	Methods []struct {
		Words []string `yaml:"words"` // as notes write the method
		Plain string   `yaml:"plain"` // after "We worked on"
	} `yaml:"methods"`
}

var plain = sync.OnceValues(func() (*plainWords, error) {
	var p plainWords
	return &p, effective.Decode(plainFile, "plain.yaml", &p)
})

// methodsPlain names the methods of the session in plain words. A method that has none is asked for.
func (w *writer) methodsPlain() []Line {
	e := w.elements["interventions"]
	if e == nil || !e.InNote {
		return nil
	}
	words, err := plain()
	if err != nil {
		return nil // a test loads it
	}
	var lines []Line
	said := []string{}
	for _, i := range w.holding(e) {
		s := w.sentences[i]
		text := " " + strings.ToLower(oneLine(s.Text)) + " "
		for _, m := range words.Methods {
			if slices.Contains(said, m.Plain) || !slices.ContainsFunc(m.Words, func(word string) bool { return holdsWord(text, word) }) {
				continue
			}
			said = append(said, m.Plain)
			lines = append(lines, Line{Text: "We worked on " + m.Plain + ".", Sources: []string{w.bytes(s)}, Element: e.ID})
		}
	}
	return lines
}

// holdsWord reports whether a word or phrase stands in a text, whole.
func holdsWord(text, word string) bool {
	for from := 0; ; {
		at := strings.Index(text[from:], word)
		if at < 0 {
			return false
		}
		at += from
		end := at + len(word)
		if !isLetter(text, at-1) && !isLetter(text, end) {
			return true
		}
		from = end
	}
}

func isLetter(s string, i int) bool {
	return i >= 0 && i < len(s) && (s[i] >= 'a' && s[i] <= 'z' || s[i] >= 0x80)
}
