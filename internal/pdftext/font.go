package pdftext

import (
	"strings"
)

// A font turns the bytes of a string into letters and widths.
type font struct {
	simple  *encoding // nil: a composite font
	codes   *cmap     // how a composite font cuts its codes
	unicode *cmap     // ToUnicode
	utf16   bool      // the codes are UTF-16 themselves
	first   int
	list    []float64       // widths of a simple font, from first on
	byCode  map[int]float64 // widths of a composite font
	missing float64
	known   *[95]uint16 // widths of a font that readers bring along
}

// widthUnit is the size of a letter in which widths are given.
const widthUnit = 1000

func (f *file) font(members dict) *font {
	fo := &font{missing: widthUnit / 2}
	if !f.budget.charge(fontCost) {
		fo.simple = &standard
		return fo
	}
	if s, ok := f.get(members["ToUnicode"]).(*stream); ok {
		fo.unicode = f.cmap(s)
	}
	if f.name(members["Subtype"]) == "Type0" {
		f.composite(fo, members)
		return fo
	}
	f.simpleFont(fo, members)
	return fo
}

func (f *file) composite(fo *font, members dict) {
	switch encoding := f.get(members["Encoding"]).(type) {
	case name:
		fo.utf16 = strings.Contains(string(encoding), "UTF16") || strings.Contains(string(encoding), "UCS2")
	case *stream:
		fo.codes = f.cmap(encoding)
	}
	descendants := f.array(members["DescendantFonts"])
	if len(descendants) == 0 {
		return
	}
	descendant := f.dict(descendants[0])
	fo.missing = widthUnit
	if w, ok := f.number(descendant["DW"]); ok {
		fo.missing = w
	}
	fo.byCode = f.compositeWidths(descendant["W"])
}

// compositeWidths reads "c [w1 w2 …]" and "first last w" (ISO 32000-1, 9.7.4.3).
func (f *file) compositeWidths(object any) map[int]float64 {
	widths := map[int]float64{}
	list := f.array(object)
	for i := 0; i+1 < len(list) && len(widths) < mostLetters; {
		first, ok := f.number(list[i])
		if !ok {
			return widths
		}
		if several := f.array(list[i+1]); several != nil {
			for j, one := range several {
				if w, ok := f.number(one); ok && f.budget.value() {
					widths[int(first)+j] = w
				}
			}
			i += 2
			continue
		}
		last, ok1 := f.number(list[i+1])
		if i+2 >= len(list) || !ok1 {
			return widths
		}
		w, _ := f.number(list[i+2])
		for c := int(max(first, 0)); c <= int(min(last, 0xffff)) && f.budget.value(); c++ {
			widths[c] = w
		}
		i += 3
	}
	return widths
}

func (f *file) simpleFont(fo *font, members dict) {
	base := strings.ToLower(string(f.name(members["BaseFont"])))
	_, after, subset := strings.Cut(base, "+")
	if subset {
		base = after
	}
	letters := standard
	switch {
	case strings.HasPrefix(base, "zapfdingbats") || strings.HasPrefix(base, "wingdings"):
		letters = symbols()
	case strings.HasPrefix(base, "symbol"):
		letters = encoding{' ': " ", 0xb7: "•"}
	case f.name(members["Subtype"]) == "TrueType":
		letters = winAnsi
	}
	switch given := f.get(members["Encoding"]).(type) {
	case name:
		letters = namedEncoding(given, letters)
	case dict:
		letters = namedEncoding(f.name(given["BaseEncoding"]), letters)
		f.differences(&letters, given["Differences"])
	}
	fo.simple = &letters
	if first, ok := f.number(members["FirstChar"]); ok {
		fo.first = int(first)
	}
	for _, w := range f.array(members["Widths"]) {
		width, _ := f.number(w)
		fo.list = append(fo.list, width)
		if len(fo.list) >= 256 {
			break
		}
	}
	if w, ok := f.number(f.dict(members["FontDescriptor"])["MissingWidth"]); ok {
		fo.missing = w
	}
	if fo.list == nil {
		fo.known = knownWidths(base)
	}
}

func namedEncoding(n name, otherwise encoding) encoding {
	switch n {
	case "WinAnsiEncoding":
		return winAnsi
	case "MacRomanEncoding":
		return macRoman
	case "StandardEncoding":
		return standard
	}
	return otherwise
}

// differences changes single codes: "39 /quotesingle 96 /grave /a".
func (f *file) differences(letters *encoding, object any) {
	at := 0
	for _, one := range f.array(object) {
		switch v := f.get(one).(type) {
		case float64:
			at = int(max(-1, min(v, 256)))
		case name:
			if at >= 0 && at < 256 {
				letters[at] = named(v)
			}
			at++
		}
	}
}

// A glyph is one letter drawn: what it says, how wide it is at size 1, and whether the spacing of
// words counts for it.
type glyph struct {
	letter string
	known  bool
	width  float64
	space  bool
}

// glyphs reads a string letter by letter.
func (fo *font) glyphs(s string, each func(glyph)) {
	for len(s) > 0 {
		usual := 1
		if fo.simple == nil {
			usual = 2
		}
		var c code
		switch {
		case fo.codes != nil && len(fo.codes.spaces) > 0:
			c = fo.codes.cut(s, usual)
		default:
			c = codeAt(s, min(usual, len(s)))
		}
		s = s[c.bytes:]
		letter, known := fo.letter(c)
		each(glyph{letter, known, fo.width(c) / widthUnit, c == code{1, ' '}})
	}
}

func (fo *font) letter(c code) (string, bool) {
	if fo.unicode != nil {
		if letter, ok := fo.unicode.letters[c]; ok {
			return letter, true
		}
		for n := 1; n <= 4; n++ { // a table may write the codes of a font longer or shorter than they are
			if letter, ok := fo.unicode.letters[code{n, c.value}]; ok {
				return letter, true
			}
		}
	}
	switch {
	case fo.simple != nil:
		letter := fo.simple[byte(c.value)]
		return letter, letter != ""
	case fo.utf16:
		letter := clean(string(rune(c.value)))
		return letter, letter != ""
	}
	return "", false
}

func (fo *font) width(c code) float64 {
	if fo.simple == nil {
		if w, ok := fo.byCode[int(c.value)]; ok {
			return w
		}
		return fo.missing
	}
	at := int(c.value)
	if i := at - fo.first; fo.list != nil && i >= 0 && i < len(fo.list) {
		return fo.list[i]
	}
	if fo.known != nil && at >= ' ' && at < 0x7f {
		return float64(fo.known[at-' '])
	}
	return fo.missing
}

// knownWidths are the widths of the fonts that every reader brings along, so that their files need
// not say them (ISO 32000-1, 9.6.2.2). Their bold and slanted forms are near enough.
func knownWidths(base string) *[95]uint16 {
	switch {
	case strings.Contains(base, "courier"):
		return &courierWidths
	case strings.Contains(base, "times"):
		return &timesWidths
	case strings.Contains(base, "helvetica"), strings.Contains(base, "arial"):
		return &helveticaWidths
	}
	return nil
}

// From the Adobe Font Metrics of Helvetica and Times-Roman, for the codes 0x20 to 0x7e.
var (
	helveticaWidths = [95]uint16{
		278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278,
		556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556,
		1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778,
		667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556,
		333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556,
		556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
	}
	timesWidths = [95]uint16{
		250, 333, 408, 500, 500, 833, 778, 180, 333, 333, 500, 564, 250, 333, 250, 278,
		500, 500, 500, 500, 500, 500, 500, 500, 500, 500, 278, 278, 564, 564, 564, 444,
		921, 722, 667, 667, 722, 611, 556, 722, 722, 333, 389, 722, 611, 889, 722, 722,
		556, 722, 667, 556, 611, 722, 722, 944, 722, 722, 611, 333, 278, 333, 469, 500,
		333, 444, 500, 444, 500, 444, 333, 500, 500, 278, 278, 500, 278, 778, 500, 500,
		500, 500, 333, 389, 278, 500, 500, 722, 500, 500, 444, 480, 200, 480, 541,
	}
	courierWidths = sameWidths(600)
)

func sameWidths(width uint16) (all [95]uint16) {
	for i := range all {
		all[i] = width
	}
	return all
}
