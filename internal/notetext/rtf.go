package notetext

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf16"

	"golang.org/x/text/encoding/charmap"
)

// deepestGroup is how many groups of RTF may stand within one another.
const deepestGroup = 256

var (
	errRTF     = errors.New("the RTF is damaged and cannot be read")
	errRTFDeep = errors.New("the RTF is nested too deeply to be read")
)

// A group is what a pair of braces of RTF keeps to itself.
type group struct {
	skip   bool // a destination that is no text of the document
	hidden bool // \v
	struck bool // \strike, \deleted
	after  int  // \uc: how many characters stand in for one of Unicode
	font   int
	fonts  bool // within the table of fonts
	apart  bool // a header, footer or footnote: it ends its line
}

// A fontPage is how the bytes of a font become letters: by a code page, as signs such as boxes and
// bullets, or by neither.
type fontPage struct {
	page  *charmap.Charmap
	signs bool
}

// An rtfReader reads Rich Text Format 1.9 from left to right, without looking back.
type rtfReader struct {
	lines
	data    []byte
	at      int
	group   group
	open    []group
	first   bool // the next word is the first of its group
	ignored int  // characters still to be passed over after one of Unicode
	high    rune // first half of a surrogate pair
	page    *charmap.Charmap
	fonts   map[int]fontPage // of fonts that differ from the document
	defined int              // the font that the table is describing
	leftOut bool
	strange bool // a code page that is not read
}

// readRTF reads the text of a document with its headers, footers and notes; pictures, tables of fonts and styles, and
// deleted or hidden text are not read.
func readRTF(data []byte) (Text, error) {
	r := &rtfReader{data: data, group: group{after: 1}, page: charmap.Windows1252, fonts: map[int]fontPage{}}
	r.at = strings.Index(string(data[:min(len(data), 4096)]), `{\rtf`)
	if r.at < 0 {
		return Text{}, errRTF
	}
	if err := r.run(); err != nil {
		return Text{}, err
	}
	text := Text{Words: r.String()}
	if r.leftOut {
		text.Remarks = append(text.Remarks, leftOut)
	}
	if r.strange {
		text.Remarks = append(text.Remarks, fmt.Sprintf("letters that its fonts do not name stand as %c", '\ufffd'))
	}
	return text, nil
}

func (r *rtfReader) run() error {
	for r.at < len(r.data) {
		c := r.data[r.at]
		r.at++
		switch c {
		case '{':
			if len(r.open) >= deepestGroup {
				return errRTFDeep
			}
			r.open = append(r.open, r.group)
			r.first, r.ignored = true, 0
		case '}':
			if len(r.open) == 0 {
				return errRTF
			}
			if outer := r.open[len(r.open)-1]; r.group.apart && !outer.apart {
				r.line()
			}
			r.group, r.open = r.open[len(r.open)-1], r.open[:len(r.open)-1]
			r.first, r.ignored = false, 0
			if len(r.open) == 0 {
				return nil // what follows the document is none of it
			}
		case '\\':
			r.control()
		case '\r', '\n', 0:
		default:
			r.first = false
			r.character(c)
		}
	}
	return nil
}

// control reads what follows a backslash.
func (r *rtfReader) control() {
	if r.at >= len(r.data) {
		return
	}
	c := r.data[r.at]
	if !letter(c) {
		r.at++
		r.sign(c)
		return
	}
	start := r.at
	for r.at < len(r.data) && letter(r.data[r.at]) && r.at-start < 32 {
		r.at++
	}
	word := string(r.data[start:r.at])
	value, given := r.parameter()
	if r.at < len(r.data) && r.data[r.at] == ' ' {
		r.at++
	}
	first := r.first
	r.first = false
	r.word(word, value, given, first)
}

func letter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

// parameter is the number after a control word.
func (r *rtfReader) parameter() (value int, given bool) {
	start := r.at
	if r.at < len(r.data) && r.data[r.at] == '-' {
		r.at++
	}
	for r.at < len(r.data) && r.data[r.at] >= '0' && r.data[r.at] <= '9' && r.at-start < 11 {
		r.at++
	}
	value, err := strconv.Atoi(string(r.data[start:r.at]))
	if err != nil && r.at-start == 1 {
		r.at = start // a minus sign alone is text
	}
	return value, err == nil
}

// sign reads a control symbol.
func (r *rtfReader) sign(c byte) {
	switch c {
	case '\'':
		if r.at+2 > len(r.data) {
			r.at = len(r.data)
			return
		}
		value, err := strconv.ParseUint(string(r.data[r.at:r.at+2]), 16, 8)
		r.at += 2
		if err == nil {
			r.first = false
			r.character(byte(value))
		}
		return
	case '*':
		r.group.skip = true // a destination that a reader may leave out
		return
	case '~':
		r.character(' ')
	case '_':
		r.character('-')
	case '\\', '{', '}':
		r.character(c)
	case '\n', '\r':
		r.breakLine()
	case '\t':
		r.tabulate()
	}
	r.first = false
}

// skipped are the destinations that are no text of a document (RTF 1.9, "Destinations"); those that
// begin with \* are skipped whatever they are.
var skipped = words("colortbl stylesheet info pict objdata objclass objname fontemb filetbl listtable listoverridetable revtbl rsidtbl " +
	"generator themedata colorschememapping datastore latentstyles xmlnstbl fldinst bkmkstart bkmkend atnid atnauthor annotation tc tcn xe rxe txe private template nonshppict")

func words(s string) map[string]bool {
	set := map[string]bool{}
	for word := range strings.FieldsSeq(s) {
		set[word] = true
	}
	return set
}

// signs are the words that stand for one character.
var signs = map[string]rune{
	"emdash": '—', "endash": '–', "bullet": '•', "lquote": '‘', "rquote": '’', "ldblquote": '“', "rdblquote": '”',
	"emspace": ' ', "enspace": ' ', "qmspace": ' ',
}

// word obeys a control word.
func (r *rtfReader) word(word string, value int, given, first bool) {
	on := !given || value != 0
	switch word {
	case "par", "line", "sect", "row", "nestrow":
		r.breakLine()
	case "page":
		if !r.unread() {
			r.newPage()
		}
	case "tab", "cell", "nestcell":
		r.tabulate()
	case "header", "headerl", "headerr", "headerf", "footer", "footerl", "footerr", "footerf", "footnote":
		r.group.apart = true
		if !r.unread() {
			r.line()
		}
	case "v":
		r.group.hidden = on
	case "strike", "striked", "deleted":
		r.group.struck = on
	case "plain":
		r.group.hidden, r.group.struck = false, false
	case "uc":
		r.group.after = max(0, min(value, 16))
	case "u":
		r.unicode(value)
	case "bin":
		r.at = min(len(r.data), r.at+max(0, min(value, len(r.data))))
	default:
		r.letters(word, value, first)
	}
}

// letters obeys the words that decide how bytes become letters.
func (r *rtfReader) letters(word string, value int, first bool) {
	switch word {
	case "ansicpg":
		r.page = r.codePage(value)
	case "mac":
		r.page = charmap.Macintosh
	case "pc":
		r.page = charmap.CodePage437
	case "pca":
		r.page = charmap.CodePage850
	case "fonttbl":
		r.group.skip, r.group.fonts = true, true
	case "f":
		if r.group.fonts {
			r.defined = value
		} else {
			r.group.font = value
		}
	case "fcharset":
		if r.group.fonts && len(r.fonts) < 4096 {
			r.define(value)
		}
	default:
		if sign, ok := signs[word]; ok {
			r.unlessStandIn(sign)
		} else if first && skipped[word] {
			r.group.skip = true
		}
	}
}

// charsets are the code pages of the character sets that fonts name; those of the document (0, 1) are not in it.
var charsets = map[int]*charmap.Charmap{
	77: charmap.Macintosh, 161: charmap.Windows1253, 162: charmap.Windows1254, 163: charmap.Windows1258, 177: charmap.Windows1255,
	178: charmap.Windows1256, 186: charmap.Windows1257, 204: charmap.Windows1251, 238: charmap.Windows1250, 254: charmap.CodePage437,
}

func (r *rtfReader) define(charset int) {
	if page, ok := charsets[charset]; ok || charset > 1 {
		r.fonts[r.defined] = fontPage{page, charset == 2}
	}
}

func (r *rtfReader) codePage(number int) *charmap.Charmap {
	switch number {
	case 437, 850:
		return codePages["cp"+strconv.Itoa(number)]
	case 1250, 1251, 1252, 1253, 1254, 1255, 1256, 1257, 1258:
		return codePages["windows-"+strconv.Itoa(number)]
	case 10000:
		return charmap.Macintosh
	case 28591:
		return charmap.ISO8859_1
	case 0:
		return charmap.Windows1252
	}
	return nil
}

func (r *rtfReader) unread() bool { return r.group.skip || r.group.hidden || r.group.struck }

func (r *rtfReader) breakLine() {
	if !r.unread() {
		r.next()
	}
}

func (r *rtfReader) tabulate() {
	if !r.unread() {
		r.cell()
	}
}

// unlessStandIn writes a letter, unless it stands in for one of Unicode that was written already.
func (r *rtfReader) unlessStandIn(c rune) {
	if r.ignored > 0 {
		r.ignored--
		return
	}
	r.write(c)
}

// wingdings are the signs that notes draw boxes and bullets with, by the codes of Wingdings and Symbol.
var wingdings = map[byte]rune{
	'l': '●', 'n': '■', 'o': '□', 'p': '❐', 'q': '❑', 'r': '❒', 'x': '☒', 0xa7: '▪', 0xa8: '□', 0xb7: '•', 0xfb: '✗', 0xfc: '✓', 0xfd: '☒', 0xfe: '☑',
}

// character writes a byte in the code page of its font.
func (r *rtfReader) character(c byte) {
	font, ok := r.fonts[r.group.font]
	if !ok {
		font.page = r.page
	}
	known := true
	var letter rune
	switch {
	case c == ' ':
		letter = ' '
	case font.signs:
		letter, known = wingdings[c]
	case c < 0x80:
		letter = rune(c)
	case font.page == nil:
		known = false
	default:
		letter = font.page.DecodeByte(c)
	}
	if !known {
		r.strange = r.strange || !r.unread() && r.ignored == 0
		letter = '\ufffd'
	}
	r.unlessStandIn(letter)
}

func (r *rtfReader) unicode(value int) {
	r.ignored = r.group.after
	unit := rune(uint16(value)) // RTF writes the units of UTF-16 as signed numbers
	switch {
	case utf16.IsSurrogate(unit) && unit < 0xdc00:
		r.high = unit
	case utf16.IsSurrogate(unit):
		r.write(utf16.DecodeRune(r.high, unit))
		r.high = 0
	default:
		r.write(unit)
	}
}

func (r *rtfReader) write(c rune) {
	switch {
	case r.group.skip:
	case r.unread():
		r.leftOut = true
	default:
		r.text(string(c))
	}
}
