package pdftext

import (
	"regexp"

	"github.com/klippa-app/go-pdfium/requests"
)

// Some makers of PDFs name all letters of a font at once, in one range of codes that the standard does not
// allow (ISO 32000-1, 9.10.3; Adobe note 5411): PDFium takes its first 256 and guesses the others, which are
// then the codes themselves and right. In other fonts a guess is the number of a shape, and wrong. Where
// the range is to be read in the file, a guess beyond it is believed; where it may be packed, for signs
// alone (punctuation, arrows, mathematics, marks of forms), whose codes few fonts have shapes for.
var everyLetter = regexp.MustCompile(`<0000>\s*<[fF]{4}>\s*<0000>`)

const (
	firstSign = 0x2000
	lastSign  = 0x27bf
	lastNamed = 0xff // of such a font
	nearby    = 100  // letters around a guess that are looked at for its font
)

// guesses says which letters are guessed. PDFium says so of each.
func (t textPage) guesses(letters []rune) ([]bool, error) {
	guessed := make([]bool, len(letters))
	var doubtful []int
	for i, letter := range letters {
		got, err := t.pdfium.FPDFText_HasUnicodeMapError(&requests.FPDFText_HasUnicodeMapError{TextPage: t.text, Index: i})
		if err != nil {
			return nil, err
		}
		guessed[i] = got.HasUnicodeMapError || letter == 0
		if got.HasUnicodeMapError && letter > lastNamed && (t.everyLetter || letter >= firstSign && letter <= lastSign) {
			doubtful = append(doubtful, i)
		}
	}
	t.believe(doubtful, letters, guessed)
	return guessed, nil
}

// believe takes back that letters are guessed, where their font is of those makers.
func (t textPage) believe(doubtful []int, letters []rune, guessed []bool) {
	if len(doubtful) == 0 {
		return
	}
	of := map[string]bool{"": false}
	for i, letter := range letters {
		if guessed[i] && letter > ' ' && letter <= lastNamed {
			of[t.font(i)] = false // such a font names these
		}
	}
	var right []int
	for _, i := range doubtful {
		font := t.font(i)
		if _, known := of[font]; !known {
			of[font] = t.everyLetter || t.names(font, i, letters, guessed)
		}
		if of[font] {
			right = append(right, i)
		}
	}
	for _, i := range right {
		guessed[i] = false
	}
}

// names reports whether a font names letters around a place in the text.
func (t textPage) names(font string, place int, letters []rune, guessed []bool) bool {
	for away := 1; away <= nearby; away++ {
		for _, i := range []int{place - away, place + away} {
			if i >= 0 && i < len(letters) && !guessed[i] && letters[i] > ' ' && letters[i] <= lastNamed && t.font(i) == font {
				return true
			}
		}
	}
	return false
}

// font is the name of the font of a letter; empty where PDFium has none, as for what it adds itself.
func (t textPage) font(i int) string {
	got, err := t.pdfium.FPDFText_GetFontInfo(&requests.FPDFText_GetFontInfo{TextPage: t.text, Index: i})
	if err != nil {
		return ""
	}
	return got.FontName
}
