package docs

import (
	"cmp"
	"strings"
)

// A sectionSet is the set of sections that a token stands in; "Assessment and plan" is two.
type sectionSet uint32

// The sections of a note, in the order of the heading words of the rule pack.
const (
	inHeader sectionSet = 1 << iota
	inSubjective
	inObjective
	inIntervention
	inResponse
	inRisk
	inAssessment
	inDiagnosis
	inNecessity
	inGoals
	inPlan
	inSignature
	inAddendum
	inMedical
	inPsychotherapy
	inHistory
	inReferral
	inResults
)

// sectionNames are the names by which the rule files know the sections.
var sectionNames = map[string]sectionSet{
	"header": inHeader, "subjective": inSubjective, "objective": inObjective, "intervention": inIntervention,
	"response": inResponse, "risk": inRisk, "assessment": inAssessment, "diagnosis": inDiagnosis,
	"necessity": inNecessity, "goals": inGoals, "plan": inPlan, "signature": inSignature, "addendum": inAddendum,
	"medical": inMedical, "psychotherapy": inPsychotherapy, "history": inHistory, "referral": inReferral, "results": inResults,
}

// A heading is a phrase that opens a section.
type heading struct {
	words   []string
	section sectionSet
	letter  bool // one letter, which counts only in a run such as S, O, A, P
}

// A headed place is where a section opens: the heading from first, the content from content.
type opening struct {
	first, content int
	sections       sectionSet
	letter         string
	numbered       bool // one goal of a list, as Goal 1
}

// A section is a stretch of tokens under one heading.
type section struct {
	heading, first, last int
	sections             sectionSet
}

// A headingFinder finds headings in one note. A note opens its lines with the same words over and over, so the
// headings that may begin with a word are looked for once.
type headingFinder struct {
	tokens   []token
	headings []heading
	begin    map[string][]int // by the first word as the note writes it: their places in headings
}

// findOpenings lists every place where a heading stands.
func findOpenings(tokens []token, lines []line, headings []heading) []opening {
	f := headingFinder{tokens: tokens, headings: headings, begin: map[string][]int{}}
	var found []opening
	for _, l := range lines {
		for i := l.first; i < l.last; i++ {
			if i > l.first && !afterStop(tokens, i) {
				continue
			}
			if o, ok := f.openingAt(l, i); ok {
				found = append(found, o)
				i = max(i, o.content-1)
			}
		}
	}
	return dropLoneLetters(found)
}

// afterStop says whether a heading may stand at i in the middle of a line.
func afterStop(tokens []token, i int) bool {
	previous := tokens[i-1]
	if previous.kind == markToken && strings.Contains(".|;*#-!?)", previous.text) {
		return true
	}
	return false
}

const mostInBrackets = 12 // tokens in the brackets behind a heading

const mostBullets = 6 // marks before a heading, as in ### or **

// openingAt reads a heading at token i: bullets, heading words, a few words in brackets, then a
// colon, a dash between spaces, or the end of the line.
func (f *headingFinder) openingAt(l line, i int) (opening, bool) {
	tokens, at := f.tokens, i
	for at < l.last && at < i+mostBullets && tokens[at].kind == markToken && strings.Contains("*-#>+", tokens[at].text) {
		at++
	}
	if at+1 < l.last && i == l.first && tokens[at].kind == numberToken && (tokens[at+1].text == "." || tokens[at+1].text == ")") {
		at += 2
	}
	best, h := f.longest(l, at)
	if best == 0 && i == l.first {
		at = f.skip(l, at, headingBefore, 2)
		best, h = f.longest(l, at)
	}
	if best == 0 {
		return opening{}, false
	}
	sections, letter := h.section, ""
	if h.letter {
		letter = h.words[0]
	}
	at += best
	numbered := sections&inGoals != 0 && at < l.last && tokens[at].kind == numberToken // Goal 1:
	if numbered {
		at++
	}
	for at+1 < l.last && (tokens[at].text == "/" || tokens[at].text == "&" || tokens[at].text == "and" || tokens[at].text == ",") {
		n, more := f.longest(l, at+1)
		if n == 0 {
			break
		}
		sections |= more.section
		if more.letter {
			letter += more.words[0]
		}
		at += 1 + n
	}
	if at < l.last && tokens[at].text == "(" {
		for j := at + 1; j < l.last && j < at+mostInBrackets; j++ {
			if tokens[j].text == ")" {
				at = j + 1
				break
			}
		}
	}
	for at < l.last && tokens[at].text == "*" { // bold in plain text
		at++
	}
	if !h.letter && i == l.first {
		at = f.behindHeading(l, at)
	}
	switch {
	case at == l.last && i == l.first:
		return opening{first: i, content: at, sections: sections, letter: letter, numbered: numbered}, true
	case sections&inPsychotherapy != 0 && i == l.first && at < l.last && tokens[at].kind == numberToken: // Psychotherapy 2:15-2:38 PM
		return opening{first: i, content: at, sections: sections}, true
	case h.letter && i == l.first && at < l.last && tokens[at].text == ")": // S) O) A) P)
		return opening{first: i, content: at + 1, sections: sections, letter: letter}, true
	case at < l.last && (tokens[at].text == ":" || tokens[at].text == "-" && tokens[at].kind == markToken && i == l.first):
		at++
		for at < l.last && tokens[at].text == "*" {
			at++
		}
		return opening{first: i, content: at, sections: sections, letter: letter, numbered: numbered}, true
	}
	return opening{}, false
}

// headingBefore and headingBehind are the words that notes put around a heading: "Client's response to
// the intervention today:".
var (
	headingBefore = wordSet("client patient pt ct clinician therapist writer member provider " +
		"today current brief session individual overall specific")
	headingBehind = wordSet("today this visit session of for the to from in and used noted observed provided reported client patient pt his her their " +
		"by with on summary statement update notes narrative findings given made separate apart distinct above e m em add , /")
)

func wordSet(words string) map[string]bool {
	set := map[string]bool{}
	for word := range strings.FieldsSeq(words) {
		set[word] = true
	}
	return set
}

// skip is the token behind at most so many words of the set.
func (f *headingFinder) skip(l line, i int, set map[string]bool, most int) int {
	for n := 0; n < most && i < l.last && set[f.tokens[i].text]; n++ {
		i++
	}
	return i
}

const mostBehind = 5 // words between a heading and its colon

// behindHeading is the token behind the small words that follow a heading up to its colon or the end of
// its line, or i where something else stands there.
func (f *headingFinder) behindHeading(l line, i int) int {
	end := f.skip(l, i, headingBehind, mostBehind)
	if end > i && (end == l.last || f.tokens[end].text == ":") {
		return end
	}
	return i
}

// longest finds the longest heading at token i and the number of tokens it takes.
func (f *headingFinder) longest(l line, i int) (int, heading) {
	length, best := 0, heading{}
	if i >= l.last {
		return 0, best
	}
	for _, k := range f.beginWith(f.tokens[i].text) {
		n := f.takes(&f.headings[k], l, i)
		if n > length || n > 0 && n == length && f.spelled(&f.headings[k], i) { // objectives, not objective
			length, best = n, f.headings[k]
		}
	}
	return length, best
}

// spelled says whether the first word at token i is the heading's, letter by letter.
func (f *headingFinder) spelled(h *heading, i int) bool { return f.tokens[i].text == h.words[0] }

// beginWith lists the headings whose first word is the word, or the word with one letter wrong.
func (f *headingFinder) beginWith(word string) []int {
	found, known := f.begin[word]
	if known {
		return found
	}
	for k := range f.headings {
		if first := f.headings[k].words[0]; mayBeSame(word, first) && sameHeadingWord(word, first) {
			found = append(found, k)
		}
	}
	f.begin[word] = found
	return found
}

// takes is the number of tokens that a heading takes from token i on, 0 where it does not stand there.
func (f *headingFinder) takes(h *heading, l line, i int) int {
	at := i
	for _, word := range h.words {
		for at < l.last && f.tokens[at].kind == glueToken {
			at++
		}
		if at >= l.last || !sameHeadingWord(f.tokens[at].text, word) {
			return 0
		}
		at++
	}
	return at - i
}

// mayBeSame tells most words apart at a glance: by their length and their first two letters, of which
// one may be wrong.
func mayBeSame(got, want string) bool {
	d := len(got) - len(want)
	if d < -1 || d > 1 || len(got) == 0 {
		return false
	}
	if got[0] == want[0] {
		return true
	}
	return len(want) >= 6 && len(got) > 1 && (got[1] == want[1] || got[0] == want[1] || got[1] == want[0])
}

// sameHeadingWord allows one wrong letter in words of six letters or more.
func sameHeadingWord(got, want string) bool {
	return got == want || len(want) >= 6 && isLetter(want[0]) && oneEditApart(got, want) || len(want) >= 4 && len(got) == len(want) && swapped(got, want)
}

// swapped says whether two neighbouring letters of a word are exchanged: gaol for goal.
func swapped(got, want string) bool {
	i := 0
	for i < len(want) && got[i] == want[i] {
		i++
	}
	return i+1 < len(want) && got[i] == want[i+1] && got[i+1] == want[i] && got[i+2:] == want[i+2:]
}

// oneEditApart says whether one letter put in, left out or changed, or two neighbours exchanged,
// turns one word into the other.
func oneEditApart(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > 1 {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	if len(a) < len(b) {
		return a[i:] == b[i+1:]
	}
	if i == len(a) {
		return true
	}
	if a[i+1:] == b[i+1:] {
		return true
	}
	return i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:]
}

// letterOf are the headings in words that take part in a run of letters: CC, MSE, then P.
var letterOf = map[sectionSet]string{inSubjective: "s", inObjective: "o", inIntervention: "i", inResponse: "r", inAssessment: "a", inPlan: "p"}

// runs are the neighbours that make headings of one letter count.
var runs = []string{"so", "sa", "sp", "si", "da", "dp", "dr", "bi", "br", "bp", "op", "oa", "ir", "rp", "ap", "gi", "pir"}

// dropLoneLetters keeps headings of one letter only where they make a run: S then O, A or P;
// D then A or P; B then I, R or P; and so on. Other headings stay.
func dropLoneLetters(found []opening) []opening {
	var met strings.Builder // of a note of headings alone, which may be long
	for k, o := range found {
		if o.letter == "g" && met.Len() > 0 { // goals behind S, O, A; the data where it comes first
			found[k].sections = inGoals
		}
		met.WriteString(cmp.Or(o.letter, letterOf[o.sections]))
	}
	letters := met.String()
	for _, run := range runs {
		if strings.Contains(letters, run) {
			return found
		}
	}
	kept := found[:0]
	for _, o := range found {
		if o.letter == "" || len(o.letter) > 1 {
			kept = append(kept, o)
		}
	}
	return kept
}

// lineEnd is the token behind the line of token i, or last where the line goes on so far.
func lineEnd(tokens []token, i, last int) int {
	end := i
	for end < last && tokens[end].line == tokens[i].line {
		end++
	}
	return end
}

// leastHeadings is how many headings a note must have for its text to be read by them.
const leastHeadings = 2

// fields are the sections that are one line of a form rather than a part of the text.
const fields = inHeader | inDiagnosis | inSignature

// markSections gives every token its sections and returns the sections in order. A section ends
// where the next one opens; a field of the header, a diagnosis and a numbered goal end with their
// line (below a goal, the section before it goes on), and so does a heading that is the only one of the text: below it, the words of the sentences decide.
func markSections(tokens []token, openings []opening) []section {
	sections := make([]section, 0, len(openings))
	headings := 0
	for _, o := range openings {
		if o.sections&^fields != 0 && !o.numbered {
			headings++
		}
	}
	around := sectionSet(0) // the section that a list of goals stands in
	mark := func(heading, first, last int, set sectionSet) {
		sections = append(sections, section{heading: heading, first: min(first, last), last: last, sections: set})
		for i := heading; i < last; i++ {
			tokens[i].sections = set
		}
	}
	for k, o := range openings {
		next, last := len(tokens), len(tokens)
		if k+1 < len(openings) {
			next, last = openings[k+1].first, openings[k+1].first
		}
		field := o.sections&^(inHeader|inDiagnosis) == 0 || o.numbered || headings < leastHeadings && o.sections&inSignature == 0
		if end := lineEnd(tokens, o.first, last); field && o.content < end {
			last = end // what stands below it is no part of it
		}
		mark(o.first, o.content, last, o.sections)
		if o.numbered && around != 0 && last < next {
			mark(last, last, next, around) // below the goal, the section goes on
		}
		if !o.numbered {
			around = 0
			if !field {
				around = o.sections
			}
		}
	}
	return sections
}
