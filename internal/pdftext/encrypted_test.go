package pdftext_test

import (
	"crypto/md5"
	"crypto/rc4"
	"encoding/hex"
	"fmt"
	"testing"
)

// encrypted is a PDF of one page under a password, in the oldest way: RC4 with 40 bits (ISO 32000-1, 7.6.3).
func encrypted(password, content string) []byte {
	const permissions = "\xfc\xff\xff\xff" // -4
	owner := rc4Of(sum("owner" + padding)[:5], padded(password))
	key := sum(padded(password) + owner + permissions + "id")[:5]
	user := rc4Of(key, padding)
	ofObject := sum(key + "\x04\x00\x00\x00\x00")[:10] // number 4, generation 0
	return begun("3 0 R").object(3, "<</Type/Page/Contents 4 0 R>>").stream(4, "", rc4Of(ofObject, content)).
		object(6, fmt.Sprintf("<</Filter/Standard/V 1/R 2/P -4/O<%s>/U<%s>>>", inHex(owner), inHex(user))).endedWith("/Encrypt 6 0 R/ID[(id)(id)]")
}

const padding = "\x28\xbf\x4e\x5e\x4e\x75\x8a\x41\x64\x00\x4e\x56\xff\xfa\x01\x08\x2e\x2e\x00\xb6\xd0\x68\x3e\x80\x2f\x0c\xa9\xfe\x64\x53\x69\x7a"

func padded(password string) string { return (password + padding)[:32] }

func sum(s string) string {
	all := md5.Sum([]byte(s))
	return string(all[:])
}

func rc4Of(key, s string) string {
	c, err := rc4.NewCipher([]byte(key))
	if err != nil {
		panic(err)
	}
	out := make([]byte, len(s))
	c.XORKeyStream(out, []byte(s))
	return string(out)
}

func inHex(s string) string { return hex.EncodeToString([]byte(s)) }

// What is encrypted under no password is shown by every viewer to whoever opens it, and is read.
func TestNoPassword(t *testing.T) {
	got, err := read(encrypted("", "BT /F 9 Tf 72 700 Td (Note) Tj ET"))
	if err != nil || got.Words != "Note\n" {
		t.Errorf("got %q, %v", got.Words, err)
	}
}
