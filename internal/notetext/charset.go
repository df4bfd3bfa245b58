package notetext

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// codePages are the character sets of one byte a letter, by the names that records use.
var codePages = map[string]*charmap.Charmap{
	"iso-8859-1": charmap.ISO8859_1, "latin1": charmap.ISO8859_1, "iso_8859-1": charmap.ISO8859_1, "iso8859-1": charmap.ISO8859_1, "l1": charmap.ISO8859_1,
	"iso-8859-2": charmap.ISO8859_2, "latin2": charmap.ISO8859_2,
	"iso-8859-9": charmap.ISO8859_9, "iso-8859-15": charmap.ISO8859_15, "latin9": charmap.ISO8859_15,
	"windows-1250": charmap.Windows1250, "cp1250": charmap.Windows1250, "windows-1251": charmap.Windows1251, "cp1251": charmap.Windows1251,
	"windows-1252": charmap.Windows1252, "cp1252": charmap.Windows1252, "windows-1253": charmap.Windows1253, "windows-1254": charmap.Windows1254,
	"windows-1255": charmap.Windows1255, "windows-1256": charmap.Windows1256, "windows-1257": charmap.Windows1257, "windows-1258": charmap.Windows1258,
	"macintosh": charmap.Macintosh, "ibm437": charmap.CodePage437, "cp437": charmap.CodePage437, "ibm850": charmap.CodePage850, "cp850": charmap.CodePage850,
}

// decode reads bytes as text. A byte order mark decides, else the declared character set, else UTF-8;
// what is none of these is not guessed.
func decode(data []byte, charset string) (string, error) {
	switch {
	case strings.HasPrefix(string(data[:min(len(data), 3)]), "\ufeff"):
		data, charset = data[3:], "utf-8"
	case len(data) >= 2 && data[0] == 0xff && data[1] == 0xfe:
		return wide(data[2:], 0)
	case len(data) >= 2 && data[0] == 0xfe && data[1] == 0xff:
		return wide(data[2:], 1)
	}
	switch charset {
	case "", "utf-8", "utf8", "us-ascii", "ascii":
		if !utf8.Valid(data) || charset == "" && strings.IndexByte(string(data), 0) >= 0 {
			return "", errNoCharset // zero bytes are what UTF-16 without its mark has
		}
		return string(data), nil
	case "utf-16", "utf-16be", "utf16":
		return wide(data, 1)
	case "utf-16le":
		return wide(data, 0)
	}
	page, ok := codePages[charset]
	if !ok {
		return "", errCharset
	}
	return narrow(data, page), nil
}

func narrow(data []byte, page *charmap.Charmap) string {
	var b strings.Builder
	b.Grow(len(data))
	for _, c := range data {
		b.WriteRune(page.DecodeByte(c))
	}
	return b.String()
}

// wide reads UTF-16; low is where the low byte of a unit stands.
func wide(data []byte, low int) (string, error) {
	if len(data)%2 != 0 {
		return "", errNoCharset
	}
	units := make([]uint16, len(data)/2)
	for i := range units {
		units[i] = uint16(data[2*i+low]) | uint16(data[2*i+1-low])<<8
	}
	return string(utf16.Decode(units)), nil
}
