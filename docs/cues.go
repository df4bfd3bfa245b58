package docs

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
)

// A cue is a phrase of the rule pack. Its words are separated by spaces:
//
//	improv*        a word that begins so
//	(a|b*)         one of these
//	(a|b)?         one of these, or nothing
//	#              a number, in digits or words
//	..             up to three words of the same sentence
//	...            up to seven words of the same sentence
//
// Hyphens are spaces, here and in the note. A cue stays within one sentence.
type cue struct {
	parts []cuePart
	list  int
	needs []int // words behind the first without which it cannot be there, by their place in the vocabulary
}

type cuePart struct {
	choices  []string
	prefixes []bool
	number   bool
	gap      int
	optional bool

	words []int    // the choices that are whole words, by their place in the vocabulary
	stems []string // the others
}

// A hit is a cue found in the note: the tokens from first up to but without last.
type hit struct{ first, last int }

// numberWords are the numbers that notes spell out.
var numberWords = map[string]int{
	"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
	"eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17,
	"eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fourty": 40, "fifty": 50, "sixty": 60,
	"seventy": 70, "eighty": 80, "ninety": 90,
}

// parseCue reads one phrase of the rule pack. A choice of several words, or a choice within a
// choice, makes several cues.
func parseCue(phrase string, list int) ([]cue, error) {
	var cues []cue
	for _, plain := range spellOut(strings.ToLower(strings.Join(strings.Fields(phrase), " "))) {
		c := cue{list: list}
		for _, word := range strings.Fields(plain) {
			parts, err := parseWord(word)
			if err != nil {
				return nil, fmt.Errorf("the cue %q %w", phrase, err)
			}
			c.parts = append(c.parts, parts...)
		}
		if len(c.parts) == 0 {
			return nil, fmt.Errorf("a cue is empty")
		}
		if first := c.parts[0]; first.gap > 0 || first.optional {
			return nil, fmt.Errorf("the cue %q begins with a part that may be absent", phrase)
		}
		for len(c.parts) > 1 && c.parts[len(c.parts)-1].optional { // it adds nothing at the end
			c.parts = c.parts[:len(c.parts)-1]
		}
		cues = append(cues, c)
	}
	return cues, nil
}

// spellOut replaces the first choice that holds spaces or brackets by each of its alternatives.
func spellOut(phrase string) []string {
	for i := 0; i < len(phrase); i++ {
		if phrase[i] != '(' || i+1 >= len(phrase) || phrase[i+1] == ' ' || i > 0 && phrase[i-1] != ' ' && phrase[i-1] != '(' {
			continue
		}
		end, depth, nested := i, 0, false
		var cuts []int
		for ; end < len(phrase); end++ {
			switch c := phrase[end]; {
			case c == '(':
				depth++
				nested = nested || depth > 1
			case c == ')':
				depth--
			case c == ' ' || c == '/' || c == ':' || c == '&':
				nested = true
			case c == '|' && depth == 1:
				cuts = append(cuts, end)
			}
			if depth == 0 {
				break
			}
		}
		if end == len(phrase) {
			return []string{phrase}
		}
		if !nested {
			i = end
			continue
		}
		optional := end+1 < len(phrase) && phrase[end+1] == '?'
		rest := phrase[end+1:]
		if optional {
			rest = rest[1:]
		}
		var all []string
		from := i + 1
		for _, cut := range append(cuts, end) {
			all = append(all, spellOut(phrase[:i]+phrase[from:cut]+rest)...)
			from = cut + 1
		}
		if optional {
			all = append(all, spellOut(phrase[:i]+rest)...)
		}
		return all
	}
	return []string{phrase}
}

// parseWord reads one word of a phrase: a gap, a number, a choice, or a word cut as the note is cut.
func parseWord(word string) ([]cuePart, error) {
	switch word {
	case "..", "...":
		return []cuePart{{gap: 4*len(word) - 5}}, nil
	case "#":
		return []cuePart{{number: true}}, nil
	case "*":
		return nil, errors.New("has a star without a word")
	case "(", ")", "?":
		return []cuePart{{choices: []string{word}, prefixes: []bool{false}}}, nil
	}
	inner, choice := strings.CutPrefix(word, "(")
	if !choice {
		if strings.HasSuffix(word, ")") || strings.HasSuffix(word, ")?") {
			return nil, errors.New("has a bracket without its partner")
		}
		var parts []cuePart
		stem, prefix := strings.CutSuffix(word, "*")
		for _, t := range tokenize(stem) {
			if t.kind != glueToken {
				parts = append(parts, cuePart{choices: []string{t.text}, prefixes: []bool{false}})
			}
		}
		if len(parts) > 0 {
			parts[len(parts)-1].prefixes[0] = prefix
		}
		return parts, nil
	}
	inner, optional := strings.CutSuffix(inner, "?")
	inner, closed := strings.CutSuffix(inner, ")")
	if !closed {
		return nil, errors.New("has a bracket without its partner")
	}
	part := cuePart{optional: optional}
	for alternative := range strings.SplitSeq(inner, "|") {
		stem, prefix := strings.CutSuffix(alternative, "*")
		if stem == "" {
			return nil, errors.New("has an empty choice")
		}
		if alternative == "#" {
			part.number = true
			continue
		}
		tokens := slices.DeleteFunc(tokenize(stem), func(t token) bool { return t.kind == glueToken })
		if len(tokens) != 1 {
			return nil, fmt.Errorf("has the choice %q, which is several words; put them in brackets of their own", alternative)
		}
		part.choices = append(part.choices, tokens[0].text)
		part.prefixes = append(part.prefixes, prefix)
	}
	return []cuePart{part}, nil
}

// A lexicon finds the cues of all lists in one pass over the tokens.
type lexicon struct {
	cues    []cue
	words   map[string]*branch // cues by their first word
	stems   map[string]*branch // by a first word that is a stem
	lengths map[string][]int   // of the stems that share their first two letters, each once
	numbers *branch            // cues that begin with a number
	known   map[string]int     // the vocabulary: whole words of the cues, by their place counted from 1
	lists   int

	speller func() *speller // of the vocabulary, made when the first unknown word is met
}

// A branch holds the cues that begin alike: the lists of those that end there, the others by their second
// word or the stem of it where it must be one of some, and the rest, whose second part may be anything.
type branch struct {
	alone []int
	next  map[int][]branched
	stems []stemCues
	rest  []branched
}

// A branched is a cue on a branch, with one of the words that it needs, so that most are passed over at a
// glance: 0 where it needs none.
type branched struct{ cue, need int }

type stemCues struct {
	stem string
	cues []branched
}

func newBranch() *branch { return &branch{next: map[int][]branched{}} }

const shortestStem = 2 // letters

func newLexicon() *lexicon {
	x := &lexicon{words: map[string]*branch{}, stems: map[string]*branch{}, lengths: map[string][]int{}, numbers: newBranch(), known: map[string]int{}}
	x.speller = sync.OnceValue(func() *speller { return newSpeller(x.known) })
	return x
}

// add makes a list of the phrases and returns its number. An absent list is 0 and never hits.
func (x *lexicon) add(phrases []string) (int, error) {
	if len(phrases) == 0 {
		return 0, nil
	}
	x.lists++
	for _, phrase := range phrases {
		parsed, err := parseCue(phrase, x.lists)
		if err != nil {
			return 0, err
		}
		for _, c := range parsed {
			if err := x.index(c); err != nil {
				return 0, fmt.Errorf("the cue %q %w", phrase, err)
			}
		}
	}
	return x.lists, nil
}

// index files a cue under its first words.
func (x *lexicon) index(c cue) error {
	for k := range c.parts {
		x.number(&c.parts[k])
	}
	for _, part := range c.parts[1:] {
		if part.gap == 0 && !part.optional && !part.number && len(part.words) == 1 && len(part.stems) == 0 {
			c.needs = append(c.needs, part.words[0])
		}
	}
	x.cues = append(x.cues, c)
	first := &c.parts[0]
	if first.number {
		x.file(x.numbers, c)
	}
	for i, choice := range first.choices {
		under := x.words
		if first.prefixes[i] {
			if len(choice) < shortestStem {
				return errors.New("begins with a stem of one letter")
			}
			under = x.stems
			x.ofLength(choice)
		}
		if under[choice] == nil {
			under[choice] = newBranch()
		}
		x.file(under[choice], c)
	}
	return nil
}

// number parts the choices into whole words, by their place in the vocabulary, and stems.
func (x *lexicon) number(p *cuePart) {
	for i, choice := range p.choices {
		if p.prefixes[i] {
			p.stems = append(p.stems, choice)
			continue
		}
		p.words = append(p.words, x.place(choice))
	}
}

// place is the place of a word in the vocabulary.
func (x *lexicon) place(word string) int {
	if x.known[word] == 0 {
		x.known[word] = len(x.known) + 1
	}
	return x.known[word]
}

func (x *lexicon) ofLength(stem string) {
	if key := stem[:shortestStem]; !slices.Contains(x.lengths[key], len(stem)) {
		x.lengths[key] = append(x.lengths[key], len(stem))
	}
}

// file puts the cue that was added last on a branch, by the part behind the first.
func (x *lexicon) file(b *branch, c cue) {
	if len(c.parts) == 1 {
		b.alone = append(b.alone, c.list)
		return
	}
	this := branched{cue: len(x.cues) - 1}
	if len(c.needs) > 0 {
		this.need = c.needs[len(c.needs)-1]
	}
	second := &c.parts[1]
	if second.gap > 0 || second.optional || second.number {
		b.rest = append(b.rest, this)
		return
	}
	for _, word := range second.words {
		b.next[word] = append(b.next[word], this)
	}
	for _, stem := range second.stems {
		b.addStem(stem, this)
	}
}

func (b *branch) addStem(stem string, c branched) {
	at := slices.IndexFunc(b.stems, func(s stemCues) bool { return s.stem == stem })
	if at < 0 {
		at = len(b.stems)
		b.stems = append(b.stems, stemCues{stem: stem})
	}
	b.stems[at].cues = append(b.stems[at].cues, c)
}

// scan returns the hits of every list, by place; of those that begin at one place, the longest.
func (x *lexicon) scan(tokens []token) [][]hit {
	return x.scanIn(tokens, func(int) bool { return true })
}

// scanAgain renews the hits of the sentences whose words have changed: a cue stays within one.
func (x *lexicon) scanAgain(tokens []token, hits [][]hit, changed map[int]bool) {
	fresh := x.scanIn(tokens, func(sentence int) bool { return changed[sentence] })
	for list := range hits {
		hits[list] = slices.DeleteFunc(hits[list], func(h hit) bool { return changed[tokens[h.first].sentence] })
		if len(fresh[list]) > 0 {
			hits[list] = append(hits[list], fresh[list]...)
			slices.SortFunc(hits[list], func(a, b hit) int { return a.first - b.first })
		}
	}
}

// scanIn is scan for some of the sentences.
func (x *lexicon) scanIn(tokens []token, wanted func(sentence int) bool) [][]hit {
	s := scanning{lexicon: x, hits: make([][]hit, x.lists+1), there: make([]int, len(x.known)+1), tokens: len(tokens), met: map[string]*wordMet{}}
	for first := 0; first < len(tokens); {
		last := first + 1
		for last < len(tokens) && tokens[last].sentence == tokens[first].sentence {
			last++
		}
		if wanted(tokens[first].sentence) {
			s.sentence++
			s.enter(tokens, first, last)
			for k := range s.said {
				s.begin(k)
			}
		}
		first = last
	}
	return s.hits
}

// A scanning is one pass over the tokens, sentence by sentence.
type scanning struct {
	*lexicon
	hits [][]hit
	met  map[string]*wordMet

	tokens   int        // of the note
	sentence int        // that is being scanned, counted from 1
	said     []saidWord // the tokens of it that cues do not read over
	there    []int      // the last sentence that held each word of the vocabulary
}

// A saidWord is a word, number or mark of the sentence that is being scanned.
type saidWord struct {
	*wordMet
	text   string
	at     int  // the token
	number bool // in digits or words
	mark   bool // neither a word nor a number
}

// A wordMet is what the lexicon knows of a word of the note. A note says its words over and over, so each
// is looked up once.
type wordMet struct {
	branches []*branch // of the cues that begin with it, or with its stem
	place    int       // in the vocabulary; 0 where it is none of it
}

func (s *scanning) meet(word string) *wordMet {
	if m := s.met[word]; m != nil {
		return m
	}
	m := &wordMet{}
	s.met[word] = m
	if s.look(m, word); m.place == 0 && len(m.branches) == 0 {
		if meant := s.speller().mend(word); meant != "" {
			s.look(m, meant)
		}
	}
	return m
}

// look notes what the lexicon knows of a word.
func (x *lexicon) look(m *wordMet, word string) {
	m.place = x.known[word]
	if b := x.words[word]; b != nil {
		m.branches = append(m.branches, b)
	}
	if len(word) >= shortestStem {
		for _, n := range x.lengths[word[:shortestStem]] {
			if n <= len(word) {
				if b := x.stems[word[:n]]; b != nil {
					m.branches = append(m.branches, b)
				}
			}
		}
	}
}

// enter reads the tokens of a sentence, and notes which words of the vocabulary it holds.
func (s *scanning) enter(tokens []token, first, last int) {
	s.said = s.said[:0]
	for i := first; i < last; i++ {
		t := &tokens[i]
		if t.kind == glueToken {
			continue
		}
		m := s.meet(t.text)
		s.there[m.place] = s.sentence
		s.said = append(s.said, saidWord{wordMet: m, text: t.text, at: i, number: t.number, mark: t.kind == markToken})
	}
	s.there[0] = s.sentence // a cue that needs no word needs the word 0
}

// begin finds the cues that begin with word k of the sentence.
func (s *scanning) begin(k int) {
	w := &s.said[k]
	for _, b := range w.branches {
		s.branch(b, k)
	}
	if w.number {
		s.branch(s.numbers, k)
	}
}

func (s *scanning) branch(b *branch, k int) {
	for _, list := range b.alone {
		s.hit(list, k, s.said[k].at+1)
	}
	s.try(b.rest, k, 1)
	if k+1 == len(s.said) {
		return
	}
	next := &s.said[k+1]
	if next.place > 0 {
		s.try(b.next[next.place], k, 2)
	}
	for i := range b.stems {
		if strings.HasPrefix(next.text, b.stems[i].stem) {
			s.try(b.stems[i].cues, k, 2)
		}
	}
}

// try matches cues at word k of the sentence, of which so many parts are known to match.
func (s *scanning) try(cues []branched, k, matched int) {
	for _, b := range cues {
		if s.there[b.need] != s.sentence {
			continue
		}
		c := &s.cues[b.cue]
		if s.lacks(c) {
			continue
		}
		if last, ok := s.match(k+matched, c.parts[matched:]); ok {
			s.hit(c.list, k, last)
		}
	}
}

// lacks reports whether the sentence holds not all words that a cue needs.
func (s *scanning) lacks(c *cue) bool {
	for _, word := range c.needs {
		if s.there[word] != s.sentence {
			return true
		}
	}
	return false
}

// expected is how many further hits of a list a note holds that had so many up to a token, if it goes on
// as it began: a list that grew by doubling would be copied a dozen times in a long note.
func (s *scanning) expected(hits, token int) int {
	if token < s.tokens/32 { // too early to tell
		return max(4, hits)
	}
	return max(4, hits*(s.tokens-token)/(token+1)*9/8)
}

// hit notes a cue of a list from word k up to a token.
func (s *scanning) hit(list, k, last int) {
	found, first := s.hits[list], s.said[k].at
	if n := len(found); n > 0 && found[n-1].first == first {
		found[n-1].last = max(found[n-1].last, last)
		return
	}
	if len(found) == cap(found) {
		found = slices.Grow(found, s.expected(len(found), first))
	}
	s.hits[list] = append(found, hit{first, last})
}

// match matches parts from word k of the sentence on and returns the token behind the match. Parts that
// end in a gap want a word behind it, up to which they reach.
func (s *scanning) match(k int, parts []cuePart) (int, bool) {
	for ; len(parts) > 0; parts = parts[1:] {
		part := &parts[0]
		if part.gap > 0 {
			return s.matchBehind(k, part.gap, parts[1:])
		}
		if k < len(s.said) && part.matches(&s.said[k]) {
			if !part.optional {
				k++
				continue
			}
			if last, ok := s.match(k+1, parts[1:]); ok {
				return last, true
			}
		}
		if !part.optional {
			return 0, false
		}
	}
	return s.said[k-1].at + 1, true
}

// matchBehind matches parts behind a gap of up to so many words from word k on.
func (s *scanning) matchBehind(k, gap int, parts []cuePart) (int, bool) {
	for skipped := 0; skipped <= gap && k < len(s.said); k++ {
		if len(parts) == 0 {
			return s.said[k].at, true
		}
		if last, ok := s.match(k, parts); ok {
			return last, true
		}
		if !s.said[k].mark {
			skipped++
		}
	}
	return 0, false
}

func (p *cuePart) matches(w *saidWord) bool {
	if p.number && w.number || w.place > 0 && slices.Contains(p.words, w.place) {
		return true
	}
	for _, stem := range p.stems {
		if strings.HasPrefix(w.text, stem) {
			return true
		}
	}
	return false
}

// hitsFrom are the hits that begin at a token or behind it. Hits stand in order.
func hitsFrom(hits []hit, first int) []hit {
	low, high := 0, len(hits)
	for low < high {
		if middle := (low + high) / 2; hits[middle].first < first {
			low = middle + 1
		} else {
			high = middle
		}
	}
	return hits[low:]
}

// hitsIn are the hits that begin within the tokens first up to but without last.
func hitsIn(hits []hit, first, last int) []hit {
	from := hitsFrom(hits, first)
	return from[:len(from)-len(hitsFrom(from, last))]
}

// firstIn is the first hit within the tokens first up to but without last.
func firstIn(hits []hit, first, last int) (hit, bool) {
	if from := hitsFrom(hits, first); len(from) > 0 && from[0].last <= last {
		return from[0], true
	}
	return hit{}, false
}

// within are the hits that begin at the tokens from first up to but without last. Hits stand in order.
func within(hits []hit, first, last int) []hit {
	at := func(i int) int {
		k, _ := slices.BinarySearchFunc(hits, i, func(h hit, at int) int { return h.first - at })
		return k
	}
	return hits[at(first):at(max(first, last))]
}

// anyIn says whether a hit stands within the tokens first up to but without last.
func anyIn(hits []hit, first, last int) bool {
	_, ok := firstIn(hits, first, last)
	return ok
}
