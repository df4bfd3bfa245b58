package notetext

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/chargenote/chargenote/internal/pdftext"
)

// mostNamed is how many pages a remark names.
const mostNamed = 10

// readPDF reads what the pages show, and says which show only pictures.
func readPDF(data []byte) (Text, error) {
	read, err := pdftext.Read(data)
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
