package docs

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// PlainWords are the words of a name or a degree as they are compared: small plain letters and digits,
// cut at every mark but the apostrophe. Letters that have no plain form stay themselves.
func PlainWords(s string) []string {
	var b strings.Builder
	for _, r := range s {
		plain := foldRune(r)
		switch {
		case plain == "'":
		case plain == "z" && r >= utf8.RuneSelf && !strings.ContainsRune("źżžŹŻŽ", r):
			b.WriteRune(unicode.ToLower(r)) // a letter of another script
		default:
			for _, c := range []byte(plain) {
				if !isAlnum(c) {
					c = ' '
				}
				b.WriteByte(c)
			}
		}
	}
	return strings.Fields(b.String())
}
