package pdftext

// The objects of ISO 32000-1, 7.3. Numbers are float64, null is nil, and a Boolean is a bool.
type (
	name    string
	text    string // the bytes of a string
	array   []any
	dict    map[name]any
	ref     int      // the number of an indirect object; its generation does not matter here
	keyword string   // an operator, or what is no object
	stream  struct { // always by pointer, so that what was unpacked can be remembered
		dict dict
		raw  []byte
	}
)

// deepestObject is how many arrays and dictionaries may stand within one another.
const deepestObject = 64

// A lexer reads objects one after another.
type lexer struct {
	data   []byte
	at     int
	depth  int
	plain  bool // a content stream or a CMap: no references there
	budget *budget
}

// next is the next object or keyword; more is false at the end of the data or of the budget.
func (l *lexer) next() (object any, more bool) {
	l.space()
	if l.at >= len(l.data) || !l.budget.value() {
		return nil, false
	}
	switch c := l.data[l.at]; c {
	case '/':
		l.at++
		return l.name(), true
	case '(':
		l.at++
		return l.literal(), true
	case '<':
		if l.peek(1) == '<' {
			l.at += 2
			return l.dictionary(), true
		}
		l.at++
		return l.hex(), true
	case '[':
		l.at++
		return l.list(), true
	case '>':
		if l.peek(1) == '>' {
			l.at += 2
			return keyword(">>"), true
		}
		l.at++
		return keyword(">"), true
	case ']', ')', '{', '}':
		l.at++
		return keyword(string(c)), true
	}
	return l.word(), true
}

func (l *lexer) peek(ahead int) byte {
	if l.at+ahead < len(l.data) {
		return l.data[l.at+ahead]
	}
	return 0
}

// space passes over white space and comments.
func (l *lexer) space() {
	for l.at < len(l.data) {
		switch c := l.data[l.at]; {
		case isSpace(c):
			l.at++
		case c == '%':
			for l.at < len(l.data) && l.data[l.at] != '\n' && l.data[l.at] != '\r' {
				l.at++
			}
		default:
			return
		}
	}
}

func isSpace(c byte) bool {
	return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\f' || c == 0
}

func isDelimiter(c byte) bool {
	switch c {
	case '(', ')', '<', '>', '[', ']', '{', '}', '/', '%':
		return true
	}
	return false
}

// regular is the run of regular characters at the present place.
func (l *lexer) regular() []byte {
	start := l.at
	for l.at < len(l.data) && !isSpace(l.data[l.at]) && !isDelimiter(l.data[l.at]) {
		l.at++
	}
	return l.data[start:l.at]
}

func (l *lexer) name() name {
	raw := l.regular()
	out := make([]byte, 0, len(raw))
	for i := 0; i < len(raw); i++ {
		if raw[i] == '#' && i+2 < len(raw) {
			if high, low := digit(raw[i+1]), digit(raw[i+2]); high >= 0 && low >= 0 {
				out = append(out, byte(high<<4|low))
				i += 2
				continue
			}
		}
		out = append(out, raw[i])
	}
	return name(out)
}

func digit(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}

// literal reads a string in parentheses.
func (l *lexer) literal() text {
	var out []byte
	for open := 1; l.at < len(l.data); l.at++ {
		c := l.data[l.at]
		switch c {
		case '\\':
			l.at++
			out = l.escape(out)
			continue
		case '(':
			open++
		case ')':
			if open--; open == 0 {
				l.at++
				return text(out)
			}
		}
		out = append(out, c)
	}
	return text(out)
}

// escape reads what follows a backslash and stays on its last byte.
func (l *lexer) escape(out []byte) []byte {
	c := l.peek(0)
	switch c {
	case 'n':
		return append(out, '\n')
	case 'r':
		return append(out, '\r')
	case 't':
		return append(out, '\t')
	case 'b', 'f':
		return append(out, ' ')
	case '\n':
		return out
	case '\r':
		if l.peek(1) == '\n' {
			l.at++
		}
		return out
	}
	if c < '0' || c > '7' {
		return append(out, c)
	}
	value := 0
	for n := 0; n < 3 && l.peek(n) >= '0' && l.peek(n) <= '7'; n++ {
		value = value<<3 | int(l.peek(n)-'0')
	}
	for n := 1; n < 3 && l.peek(1) >= '0' && l.peek(1) <= '7'; n++ {
		l.at++
	}
	return append(out, byte(value))
}

func (l *lexer) hex() text {
	var out []byte
	half := -1
	for ; l.at < len(l.data); l.at++ {
		c := l.data[l.at]
		if c == '>' {
			l.at++
			break
		}
		d := digit(c)
		switch {
		case d < 0:
		case half < 0:
			half = d
		default:
			out = append(out, byte(half<<4|d))
			half = -1
		}
	}
	if half >= 0 {
		out = append(out, byte(half<<4))
	}
	return text(out)
}

// deeper reports whether one more level may be opened; what lies deeper is left out.
func (l *lexer) deeper() bool {
	l.depth++
	return l.depth <= deepestObject
}

func (l *lexer) list() array {
	defer func() { l.depth-- }()
	list := array{}
	if !l.deeper() {
		return list
	}
	for {
		object, more := l.next()
		if !more || object == keyword("]") {
			return list
		}
		if word, ok := object.(keyword); ok && endsObject(word) {
			l.at -= len(word)
			return list
		}
		if len(list) < mostElements {
			list = append(list, object)
		}
	}
}

func (l *lexer) dictionary() dict {
	defer func() { l.depth-- }()
	members := dict{}
	if !l.deeper() {
		return members
	}
	for {
		object, more := l.next()
		if !more || object == keyword(">>") {
			return members
		}
		if word, ok := object.(keyword); ok && endsObject(word) {
			l.at -= len(word)
			return members
		}
		key, ok := object.(name)
		if !ok {
			continue
		}
		value, more := l.next()
		if !more || value == keyword(">>") {
			return members
		}
		members[key] = value
	}
}

// endsObject names the words at which an object that was never closed ends.
func endsObject(word keyword) bool {
	return word == "endobj" || word == "stream" || word == "endstream"
}

// word reads a number, a reference, or a keyword.
func (l *lexer) word() any {
	raw := l.regular()
	if number, ok := number(raw); ok {
		if !l.plain && number >= 0 && number < 1<<23 && number == float64(int(number)) && l.reference() {
			return ref(number)
		}
		return number
	}
	switch string(raw) {
	case "true":
		return true
	case "false":
		return false
	case "null":
		return nil
	}
	return keyword(raw)
}

// reference reads "0 R" after an object number, and nothing else.
func (l *lexer) reference() bool {
	start := l.at
	l.space()
	generation := l.regular()
	if len(generation) > 0 && len(generation) <= 5 && digits(generation) {
		l.space()
		if string(l.regular()) == "R" {
			return true
		}
	}
	l.at = start
	return false
}

func digits(b []byte) bool {
	for _, c := range b {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}

// number reads a number as writers of PDF write them: "-.5", "4.", "+1".
func number(raw []byte) (float64, bool) {
	if len(raw) == 0 || len(raw) > 40 {
		return 0, false
	}
	sign, at := 1.0, 0
	if raw[0] == '-' || raw[0] == '+' {
		at++
		if raw[0] == '-' {
			sign = -1
		}
	}
	value, unit, seen := 0.0, 0.0, false
	for ; at < len(raw); at++ {
		switch c := raw[at]; {
		case c == '.' && unit == 0:
			unit = 1
		case c >= '0' && c <= '9':
			seen = true
			value = value*10 + float64(c-'0')
			unit *= 10
		default:
			return 0, false
		}
	}
	if !seen {
		return 0, false
	}
	if unit > 1 {
		value /= unit
	}
	return sign * value, true
}
