package docs

import (
	"math"
	"slices"
	"strings"
)

// A Prior is an earlier note of the same patient by the same author.
type Prior struct {
	Reference string // such as DocumentReference/n0; empty where it was given as a file
	Day       string // as 2025-03-03; empty where it is not known
	Text      string
}

// Similarity is how much of a note stands in an earlier one. Header, signature, diagnoses and goals are
// not compared: they stay the same from visit to visit. Numbers and dates count as one word.
type Similarity struct {
	Prior     float64         `json:"prior"`               // share of the runs of five words, 0 to 1: the greatest of all earlier notes
	Reference string          `json:"reference,omitempty"` // of that earlier note
	Day       string          `json:"day,omitempty"`
	Sections  []SectionShare  `json:"sections,omitempty"`    // of that earlier note
	Passages  []Evidence      `json:"passages,omitempty"`    // what is repeated, in the order of this note
	Numbers   bool            `json:"onlyNumbers,omitempty"` // only numbers and dates are new
	Stagnant  bool            `json:"stagnant,omitempty"`    // goals and plan are the same in this note and the two before it
	compared  map[string]bool // the runs of words of that earlier note
}

// A SectionShare is how much of one section stands in the same section of an earlier note.
type SectionShare struct {
	Section string  `json:"section"`
	Words   int     `json:"words"`
	Share   float64 `json:"share"` // 0 to 1
}

// copies are the numbers of the rule about copied notes.
type copies struct {
	Warn     float64  `yaml:"warn"`     // share of the note from which it reads as copied
	Block    float64  `yaml:"block"`    // share from which it is not supported
	Words    int      `yaml:"words"`    // of a section that is the same, from which it is pointed at
	Passage  int      `yaml:"passage"`  // words of a passage that is shown
	Notes    int      `yaml:"notes"`    // how many earlier notes are compared
	Whole    []string `yaml:"whole"`    // sections that block where all of them are the same
	Compared []string `yaml:"compared"` // sections that are compared by themselves
}

// clonedElement is the id of the element that says what repeats an earlier note.
const clonedElement = "not_cloned"

// sentence says how much of the note stands in which earlier note, and what else stood still.
func (s *Similarity) sentence() string {
	earlier := joinNonEmpty(" ", "an earlier note", prefixed("of ", s.Day))
	text := percent(s.Prior) + " of this note stands in " + earlier
	if s.Numbers {
		text += "; only numbers and dates are new"
	}
	if s.Stagnant {
		text += "; goals and plan are the same as in the two notes before"
	}
	return text
}

// longest are up to so many of the repeated passages, the longest of them, in the order of the note.
func (s *Similarity) longest(most int) []Evidence {
	passages := slices.Clone(s.Passages)
	slices.SortStableFunc(passages, func(a, b Evidence) int { return (b.End - b.Start) - (a.End - a.Start) })
	passages = passages[:min(len(passages), most)]
	slices.SortFunc(passages, func(a, b Evidence) int { return a.Start - b.Start })
	return passages
}

// shingle is how many words make one comparison.
const shingle = 5

// notCompared are the sections that stay the same from visit to visit.
const notCompared = inHeader | inSignature | inDiagnosis | inGoals

// detectCloned is listed where an earlier note was given.
func detectCloned(n *reading, v *value) finding {
	if n.similarity == nil {
		return notListed
	}
	c, s := v.Find.Copies, n.similarity
	f := missing(s.Passages...)
	f.detail = percent(s.Prior)
	switch {
	case s.Prior >= c.Block, s.sameIn(c.Whole, 1):
		f.severity = Block
	case s.Prior >= c.Warn:
		f.severity = Warn
	case s.anySame(c.Words):
		f.status, f.severity = Unclear, Info
	default:
		return present(n.newWords(s.compared))
	}
	return f
}

// sameIn reports whether all of the named sections are there, each with so many words, and the same.
func (s *Similarity) sameIn(names []string, words int) bool {
	found := 0
	for _, share := range s.Sections {
		if slices.Contains(names, share.Section) && share.Share == 1 && share.Words >= words {
			found++
		}
	}
	return len(names) > 0 && found == len(names)
}

func (s *Similarity) anySame(words int) bool {
	return slices.ContainsFunc(s.Sections, func(share SectionShare) bool { return share.Share == 1 && share.Words >= words })
}

// compare finds the earlier note of which most stands in this one.
func (n *reading) compare(r *Rules, priors []Prior, c *copies) *Similarity {
	if len(priors) == 0 || c == nil {
		return nil
	}
	if len(priors) > c.Notes {
		priors = priors[:c.Notes]
	}
	var best *Similarity
	var read []*reading
	own := n.runs(n.body(0))
	for _, prior := range priors {
		other := r.read(Request{Note: prior.Text, HasNote: true})
		read = append(read, other)
		there := setOf(other.runs(other.body(0)))
		share := shareOf(own, there)
		if best != nil && share <= best.Prior {
			continue
		}
		best = &Similarity{Prior: share, Reference: prior.Reference, Day: prior.Day, compared: there}
		best.Passages = n.passages(own, there, c.Passage)
		best.Numbers = share == 1 && shareOf(n.spelled(n.body(0)), setOf(other.spelled(other.body(0)))) < 1
		best.Sections = n.sectionShares(other, c.Compared)
	}
	best.Stagnant = len(read) >= 2 && n.standsStill(read[0]) && n.standsStill(read[1])
	return best
}

// standsStill reports whether goals and plan are the same in another note, numbers and all.
func (n *reading) standsStill(other *reading) bool {
	for _, of := range []sectionSet{inGoals, inPlan} {
		own, theirs := n.spelled(n.within(of)), other.spelled(other.within(of))
		if len(own) == 0 || shareOf(own, setOf(theirs)) < 1 || len(own) != len(theirs) {
			return false
		}
	}
	return true
}

// body is the tokens that are compared.
func (n *reading) body(also sectionSet) []int {
	var tokens []int
	for i := range n.tokens {
		if t := &n.tokens[i]; t.sections&(notCompared|also) == 0 && (t.kind == wordToken || t.kind == numberToken) {
			tokens = append(tokens, i)
		}
	}
	return tokens
}

// within is the words of one section.
func (n *reading) within(of sectionSet) []int {
	var tokens []int
	for i := range n.tokens {
		if t := &n.tokens[i]; t.sections&of != 0 && (t.kind == wordToken || t.kind == numberToken) {
			tokens = append(tokens, i)
		}
	}
	return tokens
}

// A run is five words of a note that follow each other.
type run struct {
	words       string
	first, last int // tokens
}

// runs are the runs of words of some tokens; a number or a date is one word, whatever it is.
func (n *reading) runs(tokens []int) []run { return n.runsOf(tokens, true) }

// spelled are the runs with their numbers as they are written.
func (n *reading) spelled(tokens []int) []run { return n.runsOf(tokens, false) }

func (n *reading) runsOf(tokens []int, masked bool) []run {
	var words []string
	var places []int
	for _, i := range tokens {
		word := n.tokens[i].text
		if masked && n.tokens[i].kind == numberToken {
			word = "#"
			if len(words) > 0 && words[len(words)-1] == "#" {
				continue
			}
		}
		words, places = append(words, word), append(places, i)
	}
	var runs []run
	for i := 0; i+shingle <= len(words); i++ {
		runs = append(runs, run{strings.Join(words[i:i+shingle], " "), places[i], places[i+shingle-1]})
	}
	return runs
}

func setOf(runs []run) map[string]bool {
	set := map[string]bool{}
	for _, r := range runs {
		set[r.words] = true
	}
	return set
}

// shareOf is the share of runs that stand in a set, 0 to 1, in hundredths that are cut down.
func shareOf(runs []run, there map[string]bool) float64 {
	if len(runs) == 0 {
		return 0
	}
	same := 0
	for _, r := range runs {
		if there[r.words] {
			same++
		}
	}
	return float64(same*100/len(runs)) / 100
}

// passages are the stretches of the note that stand in the other one, from so many words on.
func (n *reading) passages(own []run, there map[string]bool, words int) []Evidence {
	var all []Evidence
	first := -1
	flush := func(end int) {
		if first >= 0 && end-first+shingle-1 >= words {
			all = append(all, n.evidence(own[first].first, own[end-1].last+1))
		}
		first = -1
	}
	for i, r := range own {
		switch {
		case !there[r.words]:
			flush(i)
		case first < 0:
			first = i
		}
	}
	flush(len(own))
	return all
}

// sectionShares compares section with section.
func (n *reading) sectionShares(other *reading, names []string) []SectionShare {
	var all []SectionShare
	for _, name := range names {
		own := n.within(sectionNames[name])
		runs := n.runs(own)
		if len(runs) == 0 {
			continue
		}
		all = append(all, SectionShare{Section: name, Words: len(own), Share: shareOf(runs, setOf(other.runs(other.within(sectionNames[name]))))})
	}
	return all
}

// newWords is the first sentence of the note that does not stand in the earlier one.
func (n *reading) newWords(there map[string]bool) Evidence {
	for s := range n.sentences {
		first, last := n.sentenceRange(s)
		if n.wordsIn(first, last) < shingle {
			continue
		}
		var tokens []int
		for i := first; i < last; i++ {
			if k := n.tokens[i].kind; k == wordToken || k == numberToken {
				tokens = append(tokens, i)
			}
		}
		if shareOf(n.runs(tokens), there) < 1 {
			return n.quote(first, last)
		}
	}
	return n.quote(0, len(n.tokens))
}

// percent writes a share, which is in hundredths already, in whole percents.
func percent(share float64) string {
	digits := ""
	for p := int(math.Round(share * 100)); p > 0 || digits == ""; p /= 10 {
		digits = string(rune('0'+p%10)) + digits
	}
	return digits + "%"
}

func (c *copies) faults() []string {
	if c == nil {
		return []string{"copies is missing: say from which shares on a note reads as copied"}
	}
	var faults []string
	if !(0 < c.Warn && c.Warn <= c.Block && c.Block <= 1) {
		faults = append(faults, "copies: warn and block are shares from 0 to 1, warn not above block")
	}
	if c.Words < 1 || c.Passage < shingle || c.Notes < 1 {
		faults = append(faults, "copies: words and notes are at least 1, passage at least 5")
	}
	for _, name := range slices.Concat(c.Whole, c.Compared) {
		if sectionNames[name] == 0 {
			faults = append(faults, "copies: the section \""+name+"\" is not known")
		}
	}
	return faults
}
