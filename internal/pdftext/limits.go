package pdftext

import "errors"

// The limits of one PDF. A note of ten pages with its fonts has some thousand values and unpacks to
// less than a megabyte: each limit is more than ten times that.
const (
	mostUnpacked = 24 << 20  // bytes, of all streams together
	mostValues   = 1_500_000 // numbers, names, strings and operators read
	mostKept     = 400_000   // of them in the objects of the file, which stay in memory
	mostPages    = 500
	mostRuns     = 150_000 // pieces of text drawn
	mostText     = 5 << 18 // bytes of text drawn, 1.25 MiB
	mostObjects  = 100_000
	mostElements = 100_000 // of one array
	mostLetters  = 70_000  // of one font

	// What a font costs of the values, since it may be read anew at each use.
	fontCost   = 300
	letterCost = 4
)

// What keeps a PDF from being read, in words for the clinician.
var (
	ErrDamaged   = errors.New("the PDF is damaged and cannot be read")
	ErrEncrypted = errors.New("the PDF is encrypted and is not read")
	ErrPictures  = errors.New("the PDF holds pictures and no text")
	ErrEmpty     = errors.New("the PDF holds no text")
	ErrLetters   = errors.New("the fonts of the PDF do not say which letters they draw")
	ErrPacked    = errors.New("the PDF is packed in a way that is not read")
	ErrTooLarge  = errors.New("the PDF is larger than any note, or unpacks to far more than was sent, and is refused")
)

// A budget counts what one PDF has used of the limits. Once it is spent, every reader stops.
type budget struct {
	values, most int
	unpacked     int
	spent        bool
}

func (b *budget) value() bool { return b.charge(1) }

// charge counts work that is worth several values.
func (b *budget) charge(values int) bool {
	if b.values += values; b.values > b.most {
		b.spent = true
	}
	return !b.spent
}
