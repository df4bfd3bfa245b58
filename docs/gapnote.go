package docs

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// A GapNoteHead is what stands around the gaps in a gap note.
type GapNoteHead struct {
	Day       string   // day of service, as 2025-03-10
	Encounter string   // reference of the visit, such as Encounter/e1
	Lines     []string // the lines suggested, such as "90837 x1"
	Rules     []string // the rule versions that gave the answer
}

// gapNoteWidth is the longest line of a gap note, in characters.
const gapNoteWidth = 78

// GapNote writes the gaps of a result as plain text in UTF-8, in lines of up to 78 characters. It is
// read in ten seconds: what it is, how many required elements are missing and which three come first;
// then each gap in four lines, the gravest first, and what else was found. It ends with a line feed, holds no money and no name of the patient,
// and repeats nothing of the clinician's note but short quotations.
func GapNote(result Result, head GapNoteHead) string {
	var w noteWriter
	w.line("", "Automated checklist, not clinical documentation")
	w.line("", countLine(result))
	if visit := joinNonEmpty(", ", prefixed("day of service ", head.Day), head.Encounter); visit != "" {
		w.line("", "Visit: "+visit)
	}
	if first := firstGaps(result.Elements); first != "" {
		w.line("", "First: "+first)
	}
	for _, part := range []struct{ severity, title string }{
		{Block, "Not supported until this is in the note"},
		{Warn, "Supported with a gap"},
		{Info, "Advice"},
	} {
		w.gaps(part.title, result.Elements, part.severity)
	}
	w.findings(result)
	if len(head.Lines) > 0 {
		w.blank()
		w.line("", "Suggested lines: "+strings.Join(head.Lines, ", "))
	}
	if len(head.Rules) > 0 {
		w.blank()
		w.line("", "Rules: "+strings.Join(head.Rules, "; "))
	}
	return w.b.String()
}

// mostFirst is how many gaps stand at the head of a gap note.
const mostFirst = 3

// firstGaps names the gravest gaps, and how many more there are.
func firstGaps(elements []Element) string {
	var names []string
	for _, severity := range []string{Block, Warn} {
		for _, e := range elements {
			if e.Status != Present && e.Severity == severity && e.Level != Recommended {
				names = append(names, e.Name)
			}
		}
	}
	more := len(names) - mostFirst
	text := strings.Join(names[:min(len(names), mostFirst)], "; ")
	if more > 0 {
		text += fmt.Sprintf("; and %d more", more)
	}
	return text
}

// findings writes what is not the lack of an element: lines of exercise alone, work of an evaluation that
// is not shown, and text that stands in an earlier note.
func (w *noteWriter) findings(result Result) {
	if len(result.BareLines) > 0 {
		w.blank()
		w.line("", fmt.Sprintf("Lines without skilled content (%d)", len(result.BareLines)))
		for _, line := range result.BareLines {
			w.line("  ", "Line:    \""+strings.Join(strings.Fields(line.Text), " ")+"\"")
		}
		w.line("  ", "Write:   "+result.BareLines[0].Add)
	}
	var open []string
	for _, work := range result.Work {
		if work.Status != Present {
			open = append(open, work.Component+" ("+work.Status+")")
		}
	}
	if len(open) > 0 {
		w.blank()
		w.line("", "Work of the evaluation that the note does not show: "+strings.Join(open, ", "))
	}
	if NamesEarlier(result) {
		w.repeats(result.Similarity)
	}
}

// mostPassages is how many repeated passages a gap note quotes, longestQuote how many characters of each.
const (
	mostPassages = 3
	longestQuote = 120
)

// NamesEarlier reports whether a gap note of the result names the earlier note that was compared: only
// where something is to be changed, for that alike words stand in two notes is no fault by itself.
func NamesEarlier(result Result) bool {
	return result.Similarity != nil && slices.ContainsFunc(result.Elements, func(e Element) bool { return e.ID == clonedElement && e.Status != Present })
}

// repeats writes how much of the note stands in an earlier one, and the longest passages of it.
func (w *noteWriter) repeats(s *Similarity) {
	w.blank()
	w.line("", s.sentence())
	for _, passage := range s.longest(mostPassages) {
		w.line("  ", "Repeated: \""+shortened(passage.Text)+"\"")
	}
}

// shortened is the beginning of a text in one line, up to longestQuote characters, cut between words.
func shortened(text string) string {
	words := strings.Fields(text)
	line := strings.Join(words, " ")
	if utf8.RuneCountInString(line) <= longestQuote {
		return line
	}
	line = ""
	for _, word := range words {
		if utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > longestQuote {
			break
		}
		line += word + " "
	}
	return line + "…"
}

// countLine says how much is missing: "3 of 24 required elements are missing".
func countLine(result Result) string {
	required, missing, unclear := 0, 0, 0
	for _, e := range result.Elements {
		if e.Level == Recommended {
			continue
		}
		required++
		switch e.Status {
		case Missing:
			missing++
		case Unclear:
			unclear++
		}
	}
	verb := "are"
	if missing == 1 {
		verb = "is"
	}
	line := fmt.Sprintf("%d of %d required elements %s missing", missing, required, verb)
	if unclear > 0 {
		line += fmt.Sprintf(", %d unclear", unclear)
	}
	return line
}

// A noteWriter writes wrapped lines.
type noteWriter struct{ b strings.Builder }

func (w *noteWriter) blank() { w.b.WriteByte('\n') }

// gaps writes the gaps of one severity, each in four lines.
func (w *noteWriter) gaps(title string, elements []Element, severity string) {
	open := slices.DeleteFunc(slices.Clone(elements), func(e Element) bool { return e.Status == Present || e.Severity != severity })
	if len(open) == 0 {
		return
	}
	w.blank()
	w.line("", fmt.Sprintf("%s (%s, %d)", title, severity, len(open)))
	for _, e := range open {
		w.blank()
		w.line("  ", "Missing: "+missingText(e))
		w.line("  ", "Why:     "+e.Why)
		w.line("  ", "Write:   "+e.Gap)
		w.line("  ", "Or:      "+e.Or)
	}
}

// missingText is the name of an element, with what was found instead.
func missingText(e Element) string {
	text := e.Name
	if e.Status == Unclear {
		text += " (unclear)"
	}
	var found []string
	for _, span := range e.Evidence {
		if len(found) < 3 {
			found = append(found, `"`+strings.Join(strings.Fields(span.Text), " ")+`"`)
		}
	}
	if len(found) > 0 && e.ID != "patient_name" && e.ID != "patient_dob" && e.ID != clonedElement {
		text += "; found " + strings.Join(found, ", ")
	}
	return text
}

// line writes text with an indent, wrapped at gapNoteWidth; lines that follow are set in under the text.
func (w *noteWriter) line(indent, text string) {
	hang := indent
	if label, rest, ok := strings.Cut(text, ":"); ok && indent != "" {
		hang = indent + strings.Repeat(" ", len(label)+1+len(rest)-len(strings.TrimLeft(rest, " ")))
		text = label + ":" + strings.ReplaceAll(rest[:len(rest)-len(strings.TrimLeft(rest, " "))], " ", "\u00a0") + strings.TrimLeft(rest, " ")
	}
	column := 0
	for _, word := range splitWords(text) {
		size := utf8.RuneCountInString(word)
		switch {
		case column == 0:
			w.b.WriteString(indent)
			column = utf8.RuneCountInString(indent)
		case column+1+size > gapNoteWidth:
			w.b.WriteByte('\n')
			w.b.WriteString(hang)
			column = utf8.RuneCountInString(hang)
		default:
			w.b.WriteByte(' ')
			column++
		}
		w.b.WriteString(Legible(strings.ReplaceAll(word, "\u00a0", " "))) // a word may be quoted
		column += size
	}
	w.b.WriteByte('\n')
}

// splitWords cuts text at spaces and line ends, and a word too long for a line into pieces.
func splitWords(text string) []string {
	const longest = gapNoteWidth - 16
	var words []string
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == '\n' || r == '\t' || r == '\r' || r == '\f' || r == '\v' }) {
		runes := []rune(word)
		for len(runes) > longest {
			words = append(words, string(runes[:longest]))
			runes = runes[longest:]
		}
		words = append(words, string(runes))
	}
	return words
}

func prefixed(prefix, text string) string {
	if text == "" {
		return ""
	}
	return prefix + text
}

func joinNonEmpty(separator string, texts ...string) string {
	return strings.Join(slices.DeleteFunc(texts, func(s string) bool { return s == "" }), separator)
}
