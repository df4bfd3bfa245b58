package docs

// A reading is one note, cut up and searched for every cue of the rule pack, once.
type reading struct {
	request   Request
	rules     *Rules
	note      *folded
	tokens    []token
	lines     []line
	sentences []int // the first token of each

	wordsBefore []int // each token
	openings    []opening
	sections    []section
	hits        [][]hit
	family      string
	names       []nameFound     // of the patient
	relatives   map[string]bool // first names that the note gives relatives; nil until asked for
	providers   []nameFound     // of the clinician; nil until asked for
	signed      []hit           // signing statements; nil until asked for
	dates       []noteDate
	day         noteDate // of the service, as the note gives it
	session     sessionTime

	similarity *Similarity // to the previous note, where one was given
	found      []Vague     // vague wording of the note
}

// read cuts the note up.
func (r *Rules) read(request Request) *reading {
	n := &reading{request: request, rules: r, note: fold(request.Note)}
	n.tokens = tokenize(n.note.text)
	readSpokenMarks(n.tokens)
	n.lines = splitLines(n.note.text, n.tokens)
	markQuotes(n.tokens)
	voidBoxes(n.tokens, n.lines)
	voidBlanks(n.tokens, n.lines)
	n.wordsBefore = countWords(n.tokens)
	openings := findOpenings(n.tokens, n.lines, r.headings)
	n.sections = markSections(n.tokens, openings)
	headed := make([]bool, len(n.tokens))
	for _, o := range openings {
		headed[o.first] = true
	}
	n.openings = openings
	n.sentences = splitSentences(n.note.text, n.tokens, n.lines, func(i int) bool { return headed[i] })
	n.hits = r.lexicon.scan(n.tokens)
	n.markSignatures()
	n.names = n.patientNames()
	if changed := n.callByName(); len(changed) > 0 {
		r.lexicon.scanAgain(n.tokens, n.hits, changed)
	}
	return n
}

// markSignatures makes a signing statement, to the end of its line, a section of its own.
func (n *reading) markSignatures() {
	for _, h := range n.words("signature") {
		if !n.startsField(h.first) && !n.signsAlone(h) {
			continue
		}
		for i := h.first; i < n.lines[n.tokens[h.first].line].last; i++ {
			n.tokens[i].sections = inSignature
		}
	}
}

// callByName reads the patient's own name in prose as "patient", and gives the sentences where it stands.
// Sentences with a credential are left alone: the clinician may bear the same name.
func (n *reading) callByName() (changed map[int]bool) {
	parts := map[string]bool{}
	inName := map[int]bool{}
	for _, p := range n.names {
		if !p.full() {
			continue
		}
		for i := p.first; i < p.last; i++ {
			inName[i] = true
			if n.tokens[i].kind == wordToken && len(n.at(i)) > 2 {
				parts[n.at(i)] = true
			}
		}
	}
	if len(parts) == 0 {
		return nil
	}
	changed = map[int]bool{}
	for i := range n.tokens {
		if n.tokens[i].kind != wordToken || !parts[n.tokens[i].text] || inName[i] {
			continue
		}
		if from, to := n.sentence(i); !anyIn(n.words("credentials"), from, to) && !anyIn(n.words("provider-labels-strict"), from, to) && !n.tokens[i].quoted && !n.pageHead(i) {
			n.tokens[i].text = "patient"
			changed[n.tokens[i].sentence] = true
		}
	}
	return changed
}

// pageHead says whether the line of token i repeats the head of a page and is no prose.
func (n *reading) pageHead(i int) bool {
	l := n.lines[n.tokens[i].line]
	return n.wordsIn(l.first, l.last) <= 6
}

// words are the hits of a word list of the rule pack.
func (n *reading) words(list string) []hit { return n.hits[n.rules.words[list]] }

// sentence is the tokens of the sentence with token i: from first up to but without last.
func (n *reading) sentence(i int) (first, last int) { return n.sentenceRange(n.tokens[i].sentence) }

func (n *reading) sentenceRange(s int) (first, last int) {
	last = len(n.tokens)
	if s+1 < len(n.sentences) {
		last = n.sentences[s+1]
	}
	return n.sentences[s], last
}

// clause is the part of token i's sentence between commas, semicolons, brackets and bars.
func (n *reading) clause(i int) (first, last int) {
	from, to := n.sentence(i)
	stop := func(k int) bool {
		if n.tokens[k].kind != markToken {
			return false
		}
		switch n.tokens[k].text {
		case ",", ";", "(", ")", "|", ".":
			return true
		}
		return false
	}
	for first = i; first > from && !stop(first-1); first-- {
	}
	for last = i; last < to && !stop(last); last++ {
	}
	return first, last
}

// evidence is the span of the tokens from first up to but without last.
func (n *reading) evidence(first, last int) Evidence {
	if first < 0 || first >= last || last > len(n.tokens) {
		return Evidence{}
	}
	return n.note.span(n.tokens[first].start, n.tokens[last-1].end)
}

// wordsIn counts the words and numbers among the tokens from first up to but without last.
func (n *reading) wordsIn(first, last int) int {
	return n.wordsBefore[last] - n.wordsBefore[first]
}

// countWords counts the words and numbers before each token, so that those between two are had at once.
func countWords(tokens []token) []int {
	before := make([]int, len(tokens)+1)
	for i, t := range tokens {
		before[i+1] = before[i]
		if t.kind == wordToken || t.kind == numberToken {
			before[i+1]++
		}
	}
	return before
}

// in says whether token i stands in one of the sections.
func (n *reading) in(i int, sections sectionSet) bool {
	return i < len(n.tokens) && n.tokens[i].sections&sections != 0
}

// text of token i, empty outside of the note.
func (n *reading) at(i int) string {
	if i < 0 || i >= len(n.tokens) {
		return ""
	}
	return n.tokens[i].text
}

// A finding is what a detector found for one element.
type finding struct {
	status   string
	evidence []Evidence
	listed   bool   // false: the condition of a conditional element does not hold
	detail   string // for the blank of the wording, such as the categories found
	severity string // where it differs from the rule's
}

func present(evidence ...Evidence) finding {
	return finding{status: Present, evidence: evidence, listed: true}
}

// missing may carry the evidence that fell short.
func missing(evidence ...Evidence) finding {
	return finding{status: Missing, evidence: evidence, listed: true}
}

func unclear(evidence ...Evidence) finding {
	return finding{status: Unclear, evidence: evidence, listed: true}
}

var notListed = finding{}
