package ncci

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// A rowReader gives one row after the other, with its number from 1; io.EOF ends it. The cells may
// be overwritten by the next call.
type rowReader interface {
	next() (cells []string, row int, err error)
}

// textRows reads rows of separated text in UTF-8 or Windows-1252, which holds Latin-1. A cell that
// begins with a quote goes on until the next single one, over line breaks too; a quote elsewhere is
// a character. The number of a row is that of its first line.
type textRows struct {
	in        *bufio.Reader
	separator byte
	line      int
	cells     []string
}

func newTextRows(in io.Reader, separator byte) *textRows {
	return &textRows{in: bufio.NewReaderSize(in, maxLineBytes), separator: separator}
}

var (
	utf8BOM  = []byte("\xEF\xBB\xBF")
	utf16BOM = [][]byte{[]byte("\xFF\xFE"), []byte("\xFE\xFF")}
)

func (t *textRows) next() ([]string, int, error) {
	line, err := t.readLine()
	if err != nil {
		return nil, t.line, err
	}
	row := t.line
	t.cells = t.cells[:0]
	if strings.IndexByte(line, '"') < 0 {
		for {
			i := strings.IndexByte(line, t.separator)
			if i < 0 {
				t.cells = append(t.cells, line)
				return t.cells, row, nil
			}
			t.cells = append(t.cells, line[:i])
			line = line[i+1:]
		}
	}
	return t.cells, row, t.quoted(line)
}

// quoted splits a line that has a quote, and reads the lines that the quotes go on over.
func (t *textRows) quoted(line string) error {
	first, size := t.line, 0
	for {
		if !strings.HasPrefix(line, `"`) {
			i := strings.IndexByte(line, t.separator)
			if i < 0 {
				t.cells = append(t.cells, line)
				return nil
			}
			t.cells = append(t.cells, line[:i])
			line = line[i+1:]
			continue
		}
		line = line[1:]
		var cell strings.Builder
		for {
			i := strings.IndexByte(line, '"')
			if i >= 0 {
				cell.WriteString(line[:i])
				line = line[i+1:]
				if !strings.HasPrefix(line, `"`) {
					break
				}
				cell.WriteByte('"')
				line = line[1:]
				continue
			}
			cell.WriteString(line)
			cell.WriteByte('\n')
			if size += len(line) + 1; size > maxRowBytes {
				return fmt.Errorf("a quote that is opened in row %d is not closed within %d bytes", first, maxRowBytes)
			}
			var err error
			line, err = t.readLine()
			if errors.Is(err, io.EOF) {
				return fmt.Errorf("a quote that is opened in row %d is not closed", first)
			}
			if err != nil {
				return err
			}
		}
		i := strings.IndexByte(line, t.separator)
		if i < 0 {
			cell.WriteString(line)
			t.cells = append(t.cells, cell.String())
			return nil
		}
		cell.WriteString(line[:i])
		t.cells = append(t.cells, cell.String())
		line = line[i+1:]
	}
}

// readLine is the next line without its end, as UTF-8.
func (t *textRows) readLine() (string, error) {
	line, err := t.in.ReadSlice('\n')
	switch {
	case errors.Is(err, bufio.ErrBufferFull):
		return "", fmt.Errorf("line %d is longer than %d bytes: this is no table of CMS", t.line+1, maxLineBytes)
	case err != nil && (!errors.Is(err, io.EOF) || len(line) == 0):
		return "", err
	}
	t.line++
	if t.line == 1 {
		line = bytes.TrimPrefix(line, utf8BOM)
		for _, bom := range utf16BOM {
			if bytes.HasPrefix(line, bom) {
				return "", errors.New("this is UTF-16 text: save it as UTF-8, or take CMS's own file")
			}
		}
	}
	line = bytes.TrimSuffix(bytes.TrimSuffix(line, []byte("\n")), []byte("\r"))
	if bytes.IndexByte(line, 0) >= 0 {
		return "", fmt.Errorf("line %d holds a zero byte: this is not text", t.line)
	}
	if utf8.Valid(line) {
		return string(line), nil
	}
	return windows1252(line), nil
}

// windows1252High is the characters of Windows-1252 at 0x80 to 0x9F; the five that it leaves open
// are U+FFFD. From 0xA0 on it is Latin-1.
var windows1252High = []rune("€\uFFFD‚ƒ„…†‡ˆ‰Š‹Œ\uFFFDŽ\uFFFD\uFFFD‘’“”•–—˜™š›œ\uFFFDžŸ")

func windows1252(line []byte) string {
	var b strings.Builder
	b.Grow(len(line) + len(line)/8)
	for _, c := range line {
		if c >= 0x80 && c < 0xA0 {
			b.WriteRune(windows1252High[c-0x80])
		} else {
			b.WriteRune(rune(c))
		}
	}
	return b.String()
}
