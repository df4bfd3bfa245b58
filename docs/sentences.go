package docs

import "github.com/chargenote/chargenote/internal/effective"

// A Sentence is a stretch of a note that is read as one: a sentence, or an item of a list.
type Sentence struct {
	Evidence        // without the heading that it stands under
	Section  string // of the rule pack, such as plan; empty where no heading opens one
}

// Sentences cuts a note into its sentences, in order. Offsets are bytes of the note as given.
func (r *Rules) Sentences(note string) []Sentence {
	n := r.read(Request{Note: note, HasNote: true})
	content := map[int]int{}
	for _, o := range n.openings {
		content[o.first] = o.content
		if o.numbered { // which goal it is belongs to what is said of it
			content[o.first] = o.first
		}
	}
	var all []Sentence
	lead := -1 // a mark that stands alone before what it opens
	for s := range n.sentences {
		first, last := n.sentenceRange(s)
		if behind, headed := content[first]; headed && n.lines[n.tokens[first].line].first == first {
			first = behind // within a line, the word is part of what is said: "homework: one page"
		}
		for first < last && n.tokens[first].kind == markToken && n.tokens[first].text != `"` {
			first++ // a bullet, a bar
		}
		switch {
		case first >= last:
		case n.wordsIn(first, last) > 0:
			from := first
			if lead >= 0 {
				from, lead = lead, -1
			}
			all = append(all, Sentence{Evidence: n.evidence(from, last), Section: n.sectionName(first)})
		case n.tokens[first].text == `"` && last < len(n.tokens) && n.tokens[last].quoted:
			lead = first
		case n.tokens[first].text == `"` && len(all) > 0:
			before := &all[len(all)-1].Evidence
			before.End = n.evidence(first, last).End
			before.Text = n.request.Note[before.Start:before.End]
		}
	}
	return all
}

// sectionName is the section of a token, by the name that the rule files use.
func (n *reading) sectionName(i int) string {
	for _, name := range sectionOrder {
		if n.in(i, sectionNames[name]) {
			return name
		}
	}
	return ""
}

// sectionOrder names sections from the closest to what a clinician writes to the most general.
var sectionOrder = []string{"signature", "addendum", "plan", "risk", "diagnosis", "necessity", "goals", "intervention", "response",
	"assessment", "medical", "psychotherapy", "history", "referral", "results", "objective", "subjective", "header"}

// SectionNames are the sections of a note by the names that rules and templates use, in order.
func SectionNames() []string { return effective.SortedKeys(sectionNames) }

// KnownSection reports whether name is one of SectionNames.
func KnownSection(name string) bool { return sectionNames[name] != 0 }
