package docs

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// A folded note is the note as it is compared: lower case, plain dashes, quotes and letters, one
// space where there were several. Every byte of it remembers the rune of the given note it stands for.
type folded struct {
	given string
	text  string  // ASCII only
	start []int32 // of the rune in given, for each byte of text
	end   []int32 // behind the rune in given, for each byte of text
}

// fold prepares a note for comparison. Bytes that are not UTF-8 fold to a byte that matches nothing.
func fold(note string) *folded {
	f := &folded{given: note, start: make([]int32, 0, len(note)), end: make([]int32, 0, len(note))}
	out := make([]byte, 0, len(note))
	drop := func() {
		out, f.start, f.end = out[:len(out)-1], f.start[:len(out)-1], f.end[:len(out)-1]
	}
	marked := false // a colon stands on this line
	put := func(b byte, i, width int) {
		marked = b != '\n' && b != '\f' && (marked || b == ':')
		last := byte('\n')
		if len(out) > 0 {
			last = out[len(out)-1]
		}
		if b == ' ' && (last == ' ' || last == '\n' || last == '\f') {
			return
		}
		if (b == '\n' || b == '\f') && last == ' ' {
			drop()
		}
		out = append(out, b)
		f.start = append(f.start, int32(i))
		f.end = append(f.end, int32(i+width))
	}
	for i, r := range note {
		switch {
		case r == '*' && (strings.HasPrefix(note[i+1:], "*") || i > 0 && note[i-1] == '*'):
			continue // bold, as **Plan:**
		case r == '\t' && !marked && endsCell(out):
			put(':', i, 1) // the first cell of a table's row is the label of the others
			continue
		case r < utf8.RuneSelf:
			if b := foldedASCII[r]; b != 0 {
				put(b, i, 1)
			}
			continue
		}
		width := utf8.RuneLen(r)
		if r == utf8.RuneError {
			_, width = utf8.DecodeRuneInString(note[i:])
		}
		plain := foldRune(r)
		if (r == 'Ø' || r == 'ø' || r == '∅') && standsAlone(note[i+width:]) && (len(out) == 0 || !isAlnum(out[len(out)-1])) {
			plain = "no" // the sign for none: Ø SI
		}
		for k := range len(plain) {
			put(plain[k], i, width)
		}
	}
	f.text = string(out)
	return f
}

// foldedASCII is foldRune of every ASCII letter, of which a note mostly consists: one byte, or 0 for none.
var foldedASCII = func() (table [utf8.RuneSelf]byte) {
	for r := range table {
		if plain := foldRune(rune(r)); plain != "" {
			table[r] = plain[0]
		}
	}
	return table
}()

// standsAlone says whether a sign is not the first letter of a word, by what is behind it.
func standsAlone(behind string) bool {
	r, _ := utf8.DecodeRuneInString(behind)
	return behind == "" || unicode.IsSpace(r)
}

// endsCell says whether what was folded so far ends with the words of a cell.
func endsCell(out []byte) bool {
	return len(out) > 0 && (isAlnum(out[len(out)-1]) || out[len(out)-1] == ')')
}

// span is the evidence for the bytes a up to b of the folded text.
func (f *folded) span(a, b int) Evidence {
	if a >= b || b > len(f.text) {
		return Evidence{}
	}
	start, end := int(f.start[a]), int(f.end[b-1])
	return Evidence{Text: f.given[start:end], Start: start, End: end}
}

// plainLetters are the letters with marks that notes in the United States hold, by their plain letter.
var plainLetters = func() map[rune]string {
	letters := map[rune]string{'ß': "ss", 'æ': "ae", 'œ': "oe", 'ø': "o", 'đ': "d", 'ð': "d", 'þ': "th", 'ł': "l", 'ı': "i"}
	for plain, marked := range map[string]string{
		"a": "àáâãäåāăąǎạảấầẩẫậắằẳẵặ", "c": "çćĉċč", "d": "ď", "e": "èéêëēĕėęěẹẻẽếềểễệ", "g": "ĝğġģ", "h": "ĥħ",
		"i": "ìíîïĩīĭįǐỉị", "j": "ĵ", "k": "ķ", "l": "ĺļľŀ", "n": "ñńņňŉ", "o": "òóôõöōŏőơǒọỏốồổỗộớờởỡợ", "r": "ŕŗř",
		"s": "śŝşšș", "t": "ţťŧț", "u": "ùúûüũūŭůűųưǔụủứừửữự", "w": "ŵ", "y": "ýÿŷỳỵỷỹ", "z": "źżž",
	} {
		for _, r := range marked {
			letters[r] = plain
		}
	}
	return letters
}()

// foldRune is the plain form of one rune; empty where the rune has no width.
func foldRune(r rune) string {
	if r < utf8.RuneSelf {
		switch {
		case r >= 'A' && r <= 'Z':
			return string(r + 'a' - 'A')
		case r == '\t' || r == '\r':
			return " "
		case r == '\v':
			return "\n"
		case r == '`':
			return "'"
		case r < ' ' && r != '\n' && r != '\f':
			return ""
		}
		return string(r)
	}
	switch r {
	case '\u2010', '\u2011', '\u2012', '\u2013', '\u2014', '\u2015', '\u2212', '\u2043', '\ufe58', '\ufe63', '\uff0d':
		return "-"
	case '‘', '’', '‚', '‛', '′', 'ʼ', '´', '＇':
		return "'"
	case '“', '”', '„', '‟', '″', '«', '»', '＂':
		return `"`
	case '…':
		return "..."
	case '•', '●', '▪', '◦', '·', '‣', '■', '○':
		return "*"
	case '→', '⟶', '➔', '➜', '⇒':
		return "->"
	case '½':
		return " 1/2"
	case '×':
		return "x"
	case '±':
		return "+/-"
	case '°':
		return " deg "
	case '☐', '□':
		return "[ ]"
	case '☑', '☒', '✓', '✔':
		return "[x]"
	case '\u0085', '\u2028', '\u2029':
		return "\n"
	case '：':
		return ":"
	case utf8.RuneError:
		return "\x01"
	}
	switch {
	case unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Cf, r):
		return ""
	case unicode.IsSpace(r):
		return " "
	}
	r = unicode.ToLower(r)
	if plain, ok := plainLetters[r]; ok {
		return plain
	}
	if r < utf8.RuneSelf {
		return strings.ToLower(string(r))
	}
	if unicode.IsLetter(r) {
		return "z" // a letter of another script: it counts as a letter of a name and matches no cue
	}
	return "\x01"
}
