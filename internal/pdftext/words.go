package pdftext

import (
	"math"
	"strings"
	"unicode/utf16"

	"github.com/klippa-app/go-pdfium/enums"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"
	"github.com/klippa-app/go-pdfium/responses"
	"github.com/klippa-app/go-pdfium/structs"
)

// A textPage is the letters of a page within the sandbox.
type textPage struct {
	*document
	text   references.FPDF_TEXTPAGE
	turned enums.FPDF_PAGE_ROTATION
	shown  structs.FPDF_FS_RECTF // what of the page is shown, before it is turned
}

// lines reads the lines of a page in the order in which a person reads them.
func (d *document) lines(page requests.Page, shown structs.FPDF_FS_RECTF) ([]string, error) {
	turned, err := d.pdfium.FPDFPage_GetRotation(&requests.FPDFPage_GetRotation{Page: page})
	if err != nil {
		return nil, err
	}
	loaded, err := d.pdfium.FPDFText_LoadPage(&requests.FPDFText_LoadPage{Page: page})
	if err != nil {
		return nil, err
	}
	t := textPage{d, loaded.TextPage, turned.PageRotation, shown}
	lines, err := t.drawn()
	if err != nil {
		return nil, err
	}
	if lines, err = t.inOrder(lines); err != nil {
		return nil, err
	}
	_, err = d.pdfium.FPDFText_ClosePage(&requests.FPDFText_ClosePage{TextPage: t.text})
	return written(lines), err
}

// drawn reads the lines of a page in the order in which they were drawn, without places.
func (t textPage) drawn() ([][]word, error) {
	counted, err := t.pdfium.FPDFText_CountChars(&requests.FPDFText_CountChars{TextPage: t.text})
	if err != nil {
		return nil, err
	}
	if t.seen.letters+counted.Count > t.limits.letters {
		return nil, errFull
	}
	letters, err := t.letters(counted.Count)
	if err != nil {
		return nil, err
	}
	guessed, err := t.guesses(letters)
	if err != nil {
		return nil, err
	}
	var s splitter
	for i, each := range letters {
		if i+1 < len(letters) && utf16.IsSurrogate(each) {
			each, letters[i+1] = utf16.DecodeRune(each, letters[i+1]), nothing
		}
		s.add(i, t.letter(each, guessed[i]))
	}
	s.endLine()
	return s.lines, nil
}

// letters are those of the page as PDFium has them, in UTF-16: all at once, or else one by one, where its text
// leaves some out.
func (t textPage) letters(count int) ([]rune, error) {
	if count <= 0 {
		return nil, nil
	}
	text, err := t.pdfium.FPDFText_GetText(&requests.FPDFText_GetText{TextPage: t.text, Count: count})
	if err != nil {
		return nil, err
	}
	letters := make([]rune, count)
	if units := utf16.Encode([]rune(text.Text)); len(units) == count {
		for i, unit := range units {
			letters[i] = rune(unit)
		}
		return letters, nil
	}
	for i := range letters {
		got, err := t.pdfium.FPDFText_GetUnicode(&requests.FPDFText_GetUnicode{TextPage: t.text, Index: i})
		if err != nil {
			return nil, err
		}
		letters[i] = rune(got.Unicode)
	}
	return letters, nil
}

// letter is a letter as notes write it, counted.
func (t textPage) letter(letter rune, guessed bool) string {
	t.seen.letters++
	switch {
	case guessed:
		t.seen.unknown++
		return unnamed
	case letter == nothing:
		return ""
	case letter == endingHyphen || letter == endingHyphenWide:
		return "-\n"
	}
	return clean(letter)
}

// A splitter cuts letters into words and lines.
type splitter struct {
	lines [][]word
	line  []word
	word  strings.Builder
	first int
	last  int
}

// add takes the i-th letter of a page, which may be written as several.
func (s *splitter) add(i int, letter string) {
	words, ends := strings.CutSuffix(letter, "\n")
	switch words {
	case "":
	case " ":
		s.endWord()
	default:
		if s.word.Len() == 0 {
			s.first = i
		}
		s.word.WriteString(words)
		s.last = i
	}
	if ends {
		s.endLine()
	}
}

func (s *splitter) endWord() {
	if s.word.Len() > 0 {
		s.line = append(s.line, word{text: s.word.String(), first: s.first, last: s.last})
		s.word.Reset()
	}
}

func (s *splitter) endLine() {
	s.endWord()
	if len(s.line) > 0 {
		s.lines = append(s.lines, s.line)
		s.line = nil
	}
}

// inOrder puts lines in the order of reading. Where they are in it already, as on most pages, all but the first
// words of lines are looked at for where they begin alone.
func (t textPage) inOrder(lines [][]word) ([][]word, error) {
	for _, line := range lines {
		if err := t.find(&line[0]); err != nil {
			return nil, err
		}
	}
	if descends(lines) {
		if straight, err := t.straight(lines); straight || err != nil {
			return lines, err
		}
	}
	var words []word
	for _, line := range lines {
		for i := range line {
			if err := t.find(&line[i]); err != nil {
				return nil, err
			}
			if !line[i].place.beside {
				words = append(words, line[i])
			}
		}
	}
	return arranged(words), nil
}

// straight reports whether the words of each line stand beside each other.
func (t textPage) straight(lines [][]word) (bool, error) {
	for _, line := range lines {
		first, from := line[0].place, line[0].place.from
		for _, w := range line[1:] {
			origin, err := t.pdfium.FPDFText_GetCharOrigin(&requests.FPDFText_GetCharOrigin{TextPage: t.text, Index: w.first})
			if err != nil {
				return false, err
			}
			x, y := t.turn(origin.X, origin.Y)
			if x < from || math.Abs(y-first.height) > sameLine*first.size {
				return false, nil
			}
			from = x
		}
	}
	return true, nil
}

// find says where a word stands.
func (t textPage) find(w *word) error {
	origin, err := t.pdfium.FPDFText_GetCharOrigin(&requests.FPDFText_GetCharOrigin{TextPage: t.text, Index: w.first})
	if err != nil {
		return err
	}
	box, err := t.pdfium.FPDFText_GetCharBox(&requests.FPDFText_GetCharBox{TextPage: t.text, Index: w.last})
	if err != nil {
		return err
	}
	size, err := t.pdfium.FPDFText_GetFontSize(&requests.FPDFText_GetFontSize{TextPage: t.text, Index: w.first})
	if err != nil {
		return err
	}
	matrix, err := t.pdfium.FPDFText_GetMatrix(&requests.FPDFText_GetMatrix{TextPage: t.text, Index: w.first})
	if err != nil {
		return err
	}
	w.place.size = math.Abs(size.FontSize) * math.Hypot(float64(matrix.Matrix.C), float64(matrix.Matrix.D))
	w.place.beside = t.beside(origin.X, origin.Y, w.place.size, box)
	w.place.from, w.place.height = t.turn(origin.X, origin.Y)
	left, _ := t.turn(box.Left, box.Bottom)
	right, _ := t.turn(box.Right, box.Top)
	w.place.to = max(left, right)
	return nil
}

// beside reports whether a word that begins at x and y and ends with the box of a letter is nowhere on the page.
func (t textPage) beside(x, y, size float64, end *responses.FPDFText_GetCharBox) bool {
	return max(x, end.Right) < float64(t.shown.Left) || min(x, end.Left) > float64(t.shown.Right) ||
		max(y+size, end.Top) < float64(t.shown.Bottom) || min(y, end.Bottom) > float64(t.shown.Top)
}

// turn gives a point of a page that is shown turned by quarters.
func (t textPage) turn(x, y float64) (float64, float64) {
	switch t.turned {
	case enums.FPDF_PAGE_ROTATION_90_CW:
		return y, -x
	case enums.FPDF_PAGE_ROTATION_180_CW:
		return -x, -y
	case enums.FPDF_PAGE_ROTATION_270_CW:
		return -y, x
	}
	return x, y
}
