package docs

import (
	"errors"
	"fmt"
	"slices"
	"strings"
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
	known   map[string]int     // the vocabulary: words that cues need
	lists   int
}

// A branch holds the cues that begin alike, by their second word or the stem of it where it must be
// one of some; the rest are those without a second word and those whose second part may be anything.
type branch struct {
	next  map[string][]int
	stems []stemCues
	rest  []int
}

type stemCues struct {
	stem string
	cues []int
}

func newBranch() *branch { return &branch{next: map[string][]int{}} }

const shortestStem = 2 // letters

func newLexicon() *lexicon {
	return &lexicon{words: map[string]*branch{}, stems: map[string]*branch{}, lengths: map[string][]int{}, numbers: newBranch(), known: map[string]int{}}
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
	k := len(x.cues)
	for _, part := range c.parts[1:] {
		if part.gap == 0 && !part.optional && !part.number && len(part.choices) == 1 && !part.prefixes[0] {
			c.needs = append(c.needs, x.wordNumber(part.choices[0]))
		}
	}
	x.cues = append(x.cues, c)
	first := c.parts[0]
	if first.number {
		x.numbers.add(k, c.parts[1:])
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
		under[choice].add(k, c.parts[1:])
	}
	return nil
}

// wordNumber is the place of a word in the vocabulary.
func (x *lexicon) wordNumber(word string) int {
	n, known := x.known[word]
	if !known {
		n = len(x.known)
		x.known[word] = n
	}
	return n
}

func (x *lexicon) ofLength(stem string) {
	if key := stem[:shortestStem]; !slices.Contains(x.lengths[key], len(stem)) {
		x.lengths[key] = append(x.lengths[key], len(stem))
	}
}

// add puts a cue on the branch, by the part behind the first.
func (b *branch) add(k int, behind []cuePart) {
	if len(behind) == 0 || behind[0].gap > 0 || behind[0].optional || behind[0].number {
		b.rest = append(b.rest, k)
		return
	}
	for i, choice := range behind[0].choices {
		if behind[0].prefixes[i] {
			b.addStem(choice, k)
			continue
		}
		b.next[choice] = append(b.next[choice], k)
	}
}

func (b *branch) addStem(stem string, k int) {
	at := slices.IndexFunc(b.stems, func(s stemCues) bool { return s.stem == stem })
	if at < 0 {
		at = len(b.stems)
		b.stems = append(b.stems, stemCues{stem: stem})
	}
	b.stems[at].cues = append(b.stems[at].cues, k)
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
	s := scanning{lexicon: x, tokens: tokens, hits: make([][]hit, x.lists+1), there: make([]int, len(x.known)), sentence: -1,
		met: map[string]*wordMet{}}
	for i := range tokens {
		t := &tokens[i]
		if t.kind == glueToken || !wanted(t.sentence) {
			continue
		}
		s.enter(t.sentence, i)
		next := wordBehind(tokens, i)
		for _, b := range s.meet(t.text).branches {
			s.branch(b, i, next)
		}
		if t.number {
			s.branch(x.numbers, i, next)
		}
	}
	return s.hits
}

// A wordMet is what the lexicon knows of a word of the note. A note says its words over and over, so each
// is looked up once.
type wordMet struct {
	branches []*branch // of the cues that begin with it, or with its stem
	place    int       // in the vocabulary, counted from 1; 0 where it is none of it
}

func (s *scanning) meet(word string) *wordMet {
	if m := s.met[word]; m != nil {
		return m
	}
	m := &wordMet{}
	if n, known := s.known[word]; known {
		m.place = n + 1
	}
	if b := s.words[word]; b != nil {
		m.branches = append(m.branches, b)
	}
	if len(word) >= shortestStem {
		for _, n := range s.lengths[word[:shortestStem]] {
			if n <= len(word) {
				if b := s.stems[word[:n]]; b != nil {
					m.branches = append(m.branches, b)
				}
			}
		}
	}
	s.met[word] = m
	return m
}

// wordBehind is the text of the next token that cues do not read over.
func wordBehind(tokens []token, i int) string {
	for i++; i < len(tokens); i++ {
		if tokens[i].kind != glueToken {
			return tokens[i].text
		}
	}
	return ""
}

// A scanning is one pass over the tokens.
type scanning struct {
	*lexicon
	tokens []token
	hits   [][]hit

	sentence int   // that is being scanned
	there    []int // the last sentence that held each word of the vocabulary, counted from 1
	met      map[string]*wordMet
}

// enter notes which words of the vocabulary a sentence holds, when its first token is reached.
func (s *scanning) enter(sentence, first int) {
	if s.sentence == sentence {
		return
	}
	s.sentence = sentence
	for k := first; k < len(s.tokens) && s.tokens[k].sentence == sentence; k++ {
		if place := s.meet(s.tokens[k].text).place; place > 0 {
			s.there[place-1] = sentence + 1
		}
	}
}

// lacks reports whether the sentence holds not all words that a cue needs.
func (s *scanning) lacks(c *cue) bool {
	for _, n := range c.needs {
		if s.there[n] != s.sentence+1 {
			return true
		}
	}
	return false
}

func (s *scanning) branch(b *branch, i int, next string) {
	if b != nil {
		s.try(b.rest, i)
		s.try(b.next[next], i)
		for k := range b.stems {
			if strings.HasPrefix(next, b.stems[k].stem) {
				s.try(b.stems[k].cues, i)
			}
		}
	}
}

// try matches cues at token i.
func (s *scanning) try(cues []int, i int) {
	for _, k := range cues {
		c := &s.cues[k]
		if s.lacks(c) {
			continue
		}
		last, ok := matchParts(s.tokens, i, c.parts, s.tokens[i].sentence)
		if !ok {
			continue
		}
		list := s.hits[c.list]
		if n := len(list); n > 0 && list[n-1].first == i {
			list[n-1].last = max(list[n-1].last, last)
			continue
		}
		s.hits[c.list] = append(list, hit{i, last})
	}
}

// matchParts matches parts from token i on and returns the token behind the match.
func matchParts(tokens []token, i int, parts []cuePart, sentence int) (int, bool) {
	if len(parts) == 0 {
		return i, true
	}
	for i < len(tokens) && tokens[i].kind == glueToken {
		i++
	}
	part := &parts[0]
	if part.gap > 0 {
		for skipped := 0; skipped <= part.gap && i < len(tokens) && tokens[i].sentence == sentence; i++ {
			if last, ok := matchParts(tokens, i, parts[1:], sentence); ok {
				return last, true
			}
			if tokens[i].kind == wordToken || tokens[i].kind == numberToken {
				skipped++
			}
		}
		return 0, false
	}
	if i < len(tokens) && tokens[i].sentence == sentence && part.matches(&tokens[i]) {
		if last, ok := matchParts(tokens, i+1, parts[1:], sentence); ok {
			return last, true
		}
	}
	if part.optional {
		return matchParts(tokens, i, parts[1:], sentence)
	}
	return 0, false
}

func (p *cuePart) matches(t *token) bool {
	if p.number && t.number {
		return true
	}
	for i, choice := range p.choices {
		if t.text == choice || p.prefixes[i] && strings.HasPrefix(t.text, choice) {
			return true
		}
	}
	return false
}

// firstIn is the first hit within the tokens first up to but without last.
func firstIn(hits []hit, first, last int) (hit, bool) {
	k, _ := slices.BinarySearchFunc(hits, first, func(h hit, at int) int { return h.first - at })
	if k < len(hits) && hits[k].last <= last {
		return hits[k], true
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
