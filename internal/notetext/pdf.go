package notetext

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// A PDFReader gives the text of a PDF, or says in words for the clinician why there is none. The bytes are
// as they came; it bounds its own time and memory. The package is given one, since reading PDFs safely
// takes more than this package may reach.
type PDFReader func(data []byte) (Pages, error)

// Pages are what a PDF says.
type Pages struct {
	Words string // one line a line, an empty line between paragraphs, a form feed before each page but the first
	Scans []int  // pages that show pictures and no text, counted from 1
	Whole bool   // every page was read, and to its end
}

var errNoPDF = errors.New("the note is a PDF, and none is read here")

// mostNamed is how many pages a remark names.
const mostNamed = 10

// readPDF reads what the pages show, and says which show only pictures.
func readPDF(data []byte, pdf PDFReader) (Text, error) {
	if pdf == nil {
		return Text{}, errNoPDF
	}
	read, err := pdf(data)
	if err != nil {
		return Text{}, err
	}
	text := Text{Words: tidy(read.Words)}
	if !read.Whole {
		text.Remarks = append(text.Remarks, "a part of the PDF could not be read")
	}
	var pages []string
	for _, page := range read.Scans {
		if len(pages) == mostNamed {
			pages = append(pages, "…")
			break
		}
		pages = append(pages, strconv.Itoa(page))
	}
	if len(pages) > 0 {
		text.Remarks = append(text.Remarks, fmt.Sprintf("pages of the PDF that are pictures are not read: %s", strings.Join(pages, ", ")))
	}
	return text, nil
}
