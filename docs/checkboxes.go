package docs

// longestBoxLabel is the most words that stand before the boxes of one question.
const longestBoxLabel = 4

// tickedBox is the word that stands for the x of a ticked box: the x alone can be a "times".
const tickedBox = "ticked"

// voidBoxes takes what stands behind an empty box out of the reading: "[ ] Agitated" finds nothing.
// A question whose boxes are all empty was not answered, so that its words go too.
func voidBoxes(tokens []token, lines []line) {
	for _, l := range lines {
		for from := l.first; from < l.last; {
			to := from
			for to < l.last && !endsQuestion(&tokens[to]) {
				to++
			}
			voidQuestion(tokens, from, to)
			from = to + 1
		}
	}
}

// endsQuestion says whether a mark parts one question of a form from the next.
func endsQuestion(t *token) bool {
	return t.kind == markToken && (t.text == "." || t.text == ";" || t.text == "|")
}

// voidQuestion does so for the tokens of one question with its boxes.
func voidQuestion(tokens []token, from, to int) {
	label, ticked, boxes := to, false, false
	for i := from; i < to; {
		last, tick, ok := boxAt(tokens, i, to)
		if !ok {
			i++
			continue
		}
		if !boxes {
			label, boxes = i, true
		}
		ticked = ticked || tick
		end := last
		for end < to {
			if _, _, next := boxAt(tokens, end, to); next || end+1 < to && tokens[end+1].text == ":" && end > last {
				break // the next box, or the label of the next question
			}
			end++
		}
		if tick {
			tokens[i+1].text = tickedBox
		} else {
			void(tokens[last:end])
		}
		i = end
	}
	if boxes && !ticked && label-from <= longestBoxLabel+1 {
		void(tokens[from:label])
	}
}

// boxAt reads a box at token i: [ ], [_], [x], ( ), (x).
func boxAt(tokens []token, i, to int) (last int, ticked, ok bool) {
	closing := ""
	switch tokens[i].text {
	case "[":
		closing = "]"
	case "(":
		closing = ")"
	default:
		return 0, false, false
	}
	switch {
	case i+1 < to && tokens[i+1].text == closing:
		return i + 2, false, true
	case i+2 < to && tokens[i+2].text == closing && tokens[i+1].text == "_":
		return i + 3, false, true
	case i+2 < to && tokens[i+2].text == closing && tokens[i+1].text == "x":
		return i + 3, true, true
	}
	return 0, false, false
}

// longestBlank is the most tokens of a blank of a template.
const longestBlank = 8

// blankWords tell a blank of a template, [free text], from words in brackets.
var blankWords = wordSet("free insert enter select specify type fill click choose describe text tbd todo")

// voidBlanks takes the blanks of a template that nobody filled out of the reading: [free text],
// {RESPONSE:24601}, @ASSESS@.
func voidBlanks(tokens []token, lines []line) {
	for _, l := range lines {
		for i := l.first; i < l.last; i++ {
			closing := ""
			switch tokens[i].text {
			case "[":
				closing = "]"
			case "{":
				closing = "}"
			case "@":
				closing = "@"
			default:
				continue
			}
			end, named := i+1, closing != "]"
			for end < l.last && end <= i+longestBlank && tokens[end].text != closing {
				named = named || blankWords[tokens[end].text]
				end++
			}
			if end < l.last && tokens[end].text == closing && named {
				void(tokens[i : end+1])
				i = end
			}
		}
	}
}

// void makes tokens that no cue matches.
func void(tokens []token) {
	for i := range tokens {
		tokens[i].text, tokens[i].kind, tokens[i].number = "\x02", markToken, false
	}
}
