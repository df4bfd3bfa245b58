package docs

import "strings"

// A token is a word, a number or a mark of the folded note.
type token struct {
	text       string // without dots of abbreviations, possessive endings and apostrophes
	start, end int    // bytes of the folded text
	sentence   int
	line       int
	sections   sectionSet
	kind       tokenKind
	quoted     bool // between quotation marks
	dotted     bool // written with dots, as J.D.
	number     bool // in digits or words
}

type tokenKind byte

const (
	wordToken tokenKind = iota + 1
	numberToken
	markToken
	glueToken // a hyphen inside of a word, which cues read over
)

// A line is a line of the note: its tokens from first up to but without last.
type line struct {
	first, last int
	start, end  int // bytes of the folded text
	above       int // lines with text before it
}

func isLetter(b byte) bool { return b >= 'a' && b <= 'z' }
func isDigit(b byte) bool  { return b >= '0' && b <= '9' }
func isAlnum(b byte) bool  { return isLetter(b) || isDigit(b) }

// tokenize cuts folded text into tokens, in order.
func tokenize(text string) []token {
	tokens := make([]token, 0, len(text)/4+1)
	for i := 0; i < len(text); {
		switch b := text[i]; {
		case b == ' ' || b == '\n' || b == '\f':
			i++
		case isLetter(b):
			t := scanWord(text, i)
			tokens = append(tokens, t)
			i = t.end
		case isDigit(b):
			t := scanNumber(text, i)
			tokens = append(tokens, t)
			i = t.end
		default:
			t := scanMark(text, i)
			tokens = append(tokens, t)
			i = t.end
		}
	}
	for i := range tokens {
		tokens[i].number = tokens[i].kind == numberToken || tokens[i].kind == wordToken && spellsNumber(tokens[i].text)
	}
	return tokens
}

// spellsNumber reports whether a word is one of numberWords.
func spellsNumber(word string) bool {
	if !numberShapes.may(word) {
		return false
	}
	_, spelled := numberWords[word]
	return spelled
}

// A wordShapes tells most words from those of a map at a glance: the lengths of its words, as bits, by their
// first two letters.
type wordShapes [26 * 26]uint16

func shapesOf(words map[string]int) *wordShapes {
	var shapes wordShapes
	for word := range words {
		shapes[int(word[0]-'a')*26+int(word[1]-'a')] |= 1 << len(word)
	}
	return &shapes
}

func (s *wordShapes) may(word string) bool {
	return len(word) >= 2 && len(word) < 16 && isLetter(word[0]) && isLetter(word[1]) &&
		s[int(word[0]-'a')*26+int(word[1]-'a')]&(1<<len(word)) != 0
}

var numberShapes, monthShapes = shapesOf(numberWords), shapesOf(months)

// scanWord reads a word at i. Letters with dots between them, where one of them stands alone, are
// one word: p.m., D.O.B., Ph.D., J.D.
func scanWord(text string, i int) token {
	if t, ok := scanDotted(text, i); ok {
		return t
	}
	end := i
	for end < len(text) && (isAlnum(text[end]) || text[end] == '\'' && end+1 < len(text) && isLetter(text[end+1]) && end > i) {
		end++
	}
	if i > 0 && isDigit(text[i-1]) {
		end = i + hoursBeforeMinutes(text[i:end])
	}
	word := text[i:end]
	if strings.IndexByte(word, '\'') >= 0 {
		word = strings.ReplaceAll(strings.TrimSuffix(word, "'s"), "'", "")
	}
	return token{text: word, start: i, end: end, kind: wordToken}
}

// hoursBeforeMinutes is where the unit of 1h10m and 1hr10min ends; any other word is taken whole.
func hoursBeforeMinutes(word string) int {
	for end := 1; end <= len("hr") && end < len(word); end++ {
		if isHour(word[:end]) && isDigit(word[end]) {
			return end
		}
	}
	return len(word)
}

// letters counts the letters at the beginning of text.
func letters(text string) int {
	k := 0
	for k < len(text) && isLetter(text[k]) {
		k++
	}
	return k
}

func scanDotted(text string, i int) (token, bool) {
	if k := i + letters(text[i:min(len(text), i+4)]); k > i+3 || k+1 >= len(text) || text[k] != '.' || !isLetter(text[k+1]) {
		return token{}, false // as most words are
	}
	var word strings.Builder
	end, groups, single := i, 0, false
	for groups < 5 {
		from := end
		for end < len(text) && isLetter(text[end]) {
			end++
		}
		if end == from || end-from > 3 {
			return token{}, false
		}
		single = single || end-from == 1
		word.WriteString(text[from:end])
		groups++
		if end >= len(text) || text[end] != '.' || end+1 >= len(text) || !isLetter(text[end+1]) {
			break
		}
		end++
	}
	if groups < 2 || !single || word.Len() > 6 || end < len(text) && isAlnum(text[end]) {
		return token{}, false
	}
	if end < len(text) && text[end] == '.' {
		end++
	}
	return token{text: word.String(), start: i, end: end, kind: wordToken, dotted: true}, true
}

// scanNumber reads digits, with a fraction or thousands in groups of three.
func scanNumber(text string, i int) token {
	end := i
	for end < len(text) && isDigit(text[end]) {
		end++
	}
	if end+1 < len(text) && text[end] == '.' && isDigit(text[end+1]) {
		for end++; end < len(text) && isDigit(text[end]); end++ {
		}
	}
	return token{text: text[i:end], start: i, end: end, kind: numberToken}
}

// scanMark reads one mark; an arrow, an ellipsis and a blank to fill in are one mark each.
func scanMark(text string, i int) token {
	end := i + 1
	switch b := text[i]; b {
	case '.', '_':
		for end < len(text) && text[end] == b {
			end++
		}
	case '-':
		switch {
		case end < len(text) && text[end] == '>':
			end++
		case i > 0 && isAlnum(text[i-1]) && end < len(text) && isAlnum(text[end]):
			return token{text: "-", start: i, end: end, kind: glueToken}
		}
	}
	mark := text[i:end]
	switch mark[0] {
	case '_':
		mark = "_"
	case '.':
		mark = mark[:1]
	}
	return token{text: mark, start: i, end: end, kind: markToken}
}

// splitLines finds the lines of the text and gives every token its line.
func splitLines(text string, tokens []token) []line {
	lines := []line{}
	at, from, filled := 0, 0, 0
	for i := 0; i <= len(text); i++ {
		if i < len(text) && text[i] != '\n' && text[i] != '\f' {
			continue
		}
		l := line{first: at, start: from, end: i, above: filled}
		for at < len(tokens) && tokens[at].start < i {
			tokens[at].line = len(lines)
			at++
		}
		if l.last = at; l.last > l.first {
			filled++
		}
		lines = append(lines, l)
		from = i + 1
	}
	return lines
}

// wrapWidth is the length in bytes from which a line without a full stop is taken to run on in the
// next one. Shorter lines are items of a list.
const wrapWidth = 50

// noStopAfter are abbreviations that do not end a sentence.
var noStopAfter = map[string]bool{"dr": true, "mr": true, "mrs": true, "ms": true, "vs": true, "st": true, "approx": true, "incl": true, "pt": true, "eg": true, "ie": true, "no": true}

// longestSentence is where text without a stop is cut, in tokens: no sentence of a note comes near
// it, and what is looked for in each sentence stays linear in the length of the note.
const longestSentence = 300

// splitSentences gives every token its sentence and returns the first token of each sentence.
func splitSentences(text string, tokens []token, lines []line, headed func(int) bool) []int {
	firsts := []int{}
	for i := range tokens {
		if i == 0 || i-firsts[len(firsts)-1] >= longestSentence || startsSentence(text, tokens, lines, headed, i) {
			firsts = append(firsts, i)
		}
		tokens[i].sentence = len(firsts) - 1
	}
	return firsts
}

func startsSentence(text string, tokens []token, lines []line, headed func(int) bool, i int) bool {
	previous := tokens[i-1]
	if previous.line != tokens[i].line {
		return breaksLine(tokens, lines, i)
	}
	if headed(i) {
		return true
	}
	if previous.kind != markToken {
		return false
	}
	switch previous.text {
	case ".", "!", "?":
		after := previous.end < len(text) && (text[previous.end] == ' ' || text[previous.end] == '"')
		return after && (i < 2 || !noStopAfter[tokens[i-2].text] && !initialOfSigner(tokens, i-2) || previous.text != ".")
	case "|", "*":
		return true
	case `"`:
		return i >= 2 && tokens[i-2].text == "." && !previous.quoted
	}
	return false
}

// initialOfSigner says whether token i is the initial of who signs: "signed by A. Roe".
func initialOfSigner(tokens []token, i int) bool {
	if len(tokens[i].text) != 1 || i == 0 {
		return false
	}
	switch tokens[i-1].text {
	case "by", "signed", "esigned", "esign", "sign":
		return true
	}
	return false
}

// headFields are words of the lines at the head of a note alone.
var headFields = map[string]bool{"dob": true, "dos": true, "mrn": true, "birthdate": true}

// breaksLine says whether the first token of a line begins a sentence of its own.
func breaksLine(tokens []token, lines []line, i int) bool {
	before, here := lines[tokens[i-1].line], lines[tokens[i].line]
	if tokens[i].line > tokens[i-1].line+1 || before.end-before.start < wrapWidth {
		return true
	}
	if last := tokens[i-1]; last.kind == markToken && strings.Contains(".!?:", last.text) {
		return true
	}
	for j := before.first; j < before.last; j++ {
		if headFields[tokens[j].text] { // a line of the note's head runs on in no other
			return true
		}
	}
	if first := tokens[i]; first.kind == markToken && first.text != "(" && first.text != `"` {
		return true
	}
	for j := here.first; j < here.last && j < here.first+4; j++ {
		if tokens[j].text == ":" {
			return true
		}
	}
	return false
}

// markQuotes marks the tokens between quotation marks of one paragraph.
func markQuotes(tokens []token) {
	const longest = 80
	for i := 0; i < len(tokens); i++ {
		if tokens[i].text != `"` {
			continue
		}
		for j := i + 1; j < len(tokens) && j < i+longest && tokens[j].line <= tokens[i].line+3; j++ {
			if tokens[j].text == `"` {
				for k := i + 1; k < j; k++ {
					tokens[k].quoted = true
				}
				i = j
				break
			}
		}
	}
}
