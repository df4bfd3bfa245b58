package pdftext

import "strings"

// PDFium gives one of these for a hyphen at the end of a line, and no end of the line after it.
const (
	endingHyphen     = '\x02'
	endingHyphenWide = '\ufffe'
)

// nothing stands in the place of a letter that is written with the one before it.
const nothing = -1

// unnamed stands for a letter that its font does not name. PDFium guesses, and says so; a guess is no
// word of a note.
const unnamed = "\ufffd"

// clean gives a letter as notes write it: ligatures in letters, no private or control characters.
func clean(letter rune) string {
	switch {
	case letter == '\t' || letter == 0xa0:
		return " "
	case letter == '\r' || letter == '\n':
		return "\n"
	case letter < ' ' || letter >= 0x7f && letter < 0xa0 || letter >= 0xe000 && letter <= 0xf8ff || letter == 0xfeff || letter&0xfffe == 0xfffe:
		return ""
	}
	return ligatures.Replace(string(letter))
}

var ligatures = strings.NewReplacer("ﬀ", "ff", "ﬁ", "fi", "ﬂ", "fl", "ﬃ", "ffi", "ﬄ", "ffl", "ﬅ", "st", "ﬆ", "st")
