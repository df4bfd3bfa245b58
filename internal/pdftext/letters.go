package pdftext

import (
	"strconv"
	"strings"
	"unicode/utf16"

	"golang.org/x/text/encoding/charmap"
)

// The names of letters as fonts use them (Adobe Glyph List), in the order of their code points: those
// of ASCII, those of Latin-1 from the no-break space on, and the others with what they stand for.
const (
	asciiNames = "space exclam quotedbl numbersign dollar percent ampersand quotesingle parenleft parenright asterisk plus comma hyphen period slash " +
		"zero one two three four five six seven eight nine colon semicolon less equal greater question at " +
		"A B C D E F G H I J K L M N O P Q R S T U V W X Y Z bracketleft backslash bracketright asciicircum underscore grave " +
		"a b c d e f g h i j k l m n o p q r s t u v w x y z braceleft bar braceright asciitilde"
	latinNames = "nbspace exclamdown cent sterling currency yen brokenbar section dieresis copyright ordfeminine guillemotleft logicalnot sfthyphen registered macron " +
		"degree plusminus twosuperior threesuperior acute mu paragraph periodcentered cedilla onesuperior ordmasculine guillemotright onequarter onehalf threequarters questiondown " +
		"Agrave Aacute Acircumflex Atilde Adieresis Aring AE Ccedilla Egrave Eacute Ecircumflex Edieresis Igrave Iacute Icircumflex Idieresis " +
		"Eth Ntilde Ograve Oacute Ocircumflex Otilde Odieresis multiply Oslash Ugrave Uacute Ucircumflex Udieresis Yacute Thorn germandbls " +
		"agrave aacute acircumflex atilde adieresis aring ae ccedilla egrave eacute ecircumflex edieresis igrave iacute icircumflex idieresis " +
		"eth ntilde ograve oacute ocircumflex otilde odieresis divide oslash ugrave uacute ucircumflex udieresis yacute thorn ydieresis"
	otherNames = "endash – emdash — bullet • quoteleft ‘ quoteright ’ quotedblleft “ quotedblright ” quotesinglbase ‚ quotedblbase „ ellipsis … " +
		"dagger † daggerdbl ‡ perthousand ‰ guilsinglleft ‹ guilsinglright › fraction ⁄ Euro € trademark ™ minus − florin ƒ circumflex ˆ tilde ˜ " +
		"fi fi fl fl ff ff ffi ffi ffl ffl OE Œ oe œ Scaron Š scaron š Zcaron Ž zcaron ž Ydieresis Ÿ dotlessi ı Lslash Ł lslash ł " +
		"caron ˇ breve ˘ dotaccent ˙ ring ˚ ogonek ˛ hungarumlaut ˝ checkmark ✓ lessequal ≤ greaterequal ≥ notequal ≠ approxequal ≈ " +
		"arrowright → arrowleft ← arrowup ↑ arrowdown ↓ Delta Δ infinity ∞ filledbox ■ H22073 □ a20 ✔ a19 ✓ a21 ✕ a22 ✖ a71 ● a73 ■ Omega Ω pi π " +
		"alpha α beta β gamma γ"
)

var letterNames = namedLetters()

func namedLetters() map[name]string {
	names := map[name]string{}
	for i, n := range strings.Fields(asciiNames) {
		names[name(n)] = string(rune(0x20 + i))
	}
	for i, n := range strings.Fields(latinNames) {
		names[name(n)] = string(rune(0xa0 + i))
	}
	others := strings.Fields(otherNames)
	for i := 0; i+1 < len(others); i += 2 {
		names[name(others[i])] = others[i+1]
	}
	return names
}

// named is the letter that a font names: "eacute", "uni00E9", "u1F600", "a.alt"; empty where it is none.
func named(n name) string {
	if letter, ok := letterNames[n]; ok {
		return letter
	}
	s, _, variant := strings.Cut(string(n), ".")
	if letter, ok := letterNames[name(s)]; ok && variant {
		return letter
	}
	digits, ok := strings.CutPrefix(s, "uni")
	if !ok {
		digits, ok = strings.CutPrefix(s, "u")
	}
	if !ok || len(digits) < 4 || len(digits) > 6 {
		return ""
	}
	code, err := strconv.ParseUint(digits, 16, 32)
	if err != nil {
		return ""
	}
	return clean(string(rune(code)))
}

// clean gives a letter as notes write it: ligatures in letters, no private or control characters.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t' || r == '\n' || r == '\r' || r == 0xa0:
			return ' '
		case r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 || r >= 0xe000 && r <= 0xf8ff || r == 0xfffd || r == 0xfeff:
			return -1
		}
		return r
	}, ligatures.Replace(s))
}

var ligatures = strings.NewReplacer("ﬀ", "ff", "ﬁ", "fi", "ﬂ", "fl", "ﬃ", "ffi", "ﬄ", "ffl", "ﬅ", "st", "ﬆ", "st")

// utf16Text reads big-endian UTF-16, as CMaps write letters.
func utf16Text(b text) string {
	units := make([]uint16, 0, len(b)/2)
	for i := 0; i+1 < len(b); i += 2 {
		units = append(units, uint16(b[i])<<8|uint16(b[i+1]))
	}
	return clean(string(utf16.Decode(units)))
}

// An encoding gives the letters of the 256 codes of a simple font.
type encoding [256]string

var (
	winAnsi  = codePage(charmap.Windows1252)
	macRoman = codePage(charmap.Macintosh)
	standard = standardEncoding()
)

func codePage(page *charmap.Charmap) encoding {
	var e encoding
	for i := range e {
		e[i] = clean(string(page.DecodeByte(byte(i))))
	}
	return e
}

// standardEncoding is the encoding of fonts that say nothing else (ISO 32000-1, annex D.2): ASCII
// with curved quotes, and from 0xa1 on a layout of its own.
func standardEncoding() encoding {
	var e encoding
	for i := 0x20; i < 0x7f; i++ {
		e[i] = string(rune(i))
	}
	e['\''], e['`'] = "’", "‘"
	upper := "exclamdown cent sterling fraction yen florin section currency quotesingle quotedblleft guillemotleft guilsinglleft guilsinglright fi fl - " +
		"endash dagger daggerdbl periodcentered - paragraph bullet quotesinglbase quotedblbase quotedblright guillemotright ellipsis perthousand - questiondown"
	for i, n := range strings.Fields(upper) {
		e[0xa1+i] = letterNames[name(n)]
	}
	e[0xd0] = "—"
	return e
}

// dingbats are the boxes and marks that forms draw with ZapfDingbats; its other signs are none of a note's.
var dingbats = map[byte]string{
	' ': " ", '3': "✓", '4': "✔", '5': "✕", '6': "✖", '7': "✗", '8': "✘", 'l': "●", 'n': "■", 'o': "❏", 'p': "❐", 'q': "❑", 'r': "❒", 'u': "◆", 0xb7: "•",
}

func symbols() encoding {
	var e encoding
	for code, letter := range dingbats {
		e[code] = letter
	}
	return e
}
