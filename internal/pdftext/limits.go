package pdftext

import (
	"errors"
	"time"
)

// limits are those of one PDF. What comes after a limit is not read, which is said.
type limits struct {
	time    time.Duration // for all PDFs of one visit; a PDF that takes longer is refused
	pages   int
	letters int // of all pages
	objects int // pieces of text, pictures and lines drawn, of all pages
}

// usual are the limits of every PDF but those of tests. A note of ten pages has 40,000 letters in 4,000 pieces; a
// page takes some 10 milliseconds.
var usual = limits{time: 8 * time.Second, pages: 300, letters: 5 << 18, objects: 200_000}

const (
	mostBytes   = 32 << 20 // of a file, which is copied into the sandbox
	deepestForm = 8        // forms within forms that are looked into

	// memoryPages bounds the memory of one sandbox to 128 MiB, in pages of 64 KiB. Empty it has 16 MiB, and a
	// note of ten pages needs 2 more; the rest is for the bytes of a scan.
	memoryPages = 128 << 20 >> 16

	// atOnce is how many PDFs are read at a time; others wait. So all sandboxes together stay below 256 MiB.
	atOnce = 2
)

// What keeps a PDF from being read, in words for the clinician.
var (
	ErrDamaged   = errors.New("the PDF is damaged and cannot be read")
	ErrEncrypted = errors.New("the PDF is encrypted and is not read")
	ErrPictures  = errors.New("the PDF holds pictures and no text")
	ErrEmpty     = errors.New("the PDF holds no text")
	ErrLetters   = errors.New("the fonts of the PDF do not say which letters they draw")
	ErrRefused   = errors.New("the PDF is damaged, or takes more memory or time to read than any note, and is refused")
	ErrBusy      = errors.New("the PDF was not read in time: open the visit again in a moment")
	ErrNoReader  = errors.New("this machine cannot run the reader of PDFs: ask who runs the program")
)
