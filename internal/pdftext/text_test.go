package pdftext_test

import (
	"bytes"
	"compress/zlib"
	"context"
	"encoding/ascii85"
	"encoding/hex"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/chargenote/chargenote/internal/pdftext"
)

// A maker writes a PDF object by object. It writes no table of offsets, as in a file that is damaged.
type maker struct{ bytes.Buffer }

func (m *maker) object(number int, body string) *maker {
	fmt.Fprintf(m, "%d 0 obj\n%s\nendobj\n", number, body)
	return m
}

func (m *maker) stream(number int, members, data string) *maker {
	return m.object(number, fmt.Sprintf("<<%s/Length %d>>stream\n%s\nendstream", members, len(data), data))
}

func deflated(s string) string {
	var b bytes.Buffer
	w := zlib.NewWriter(&b)
	_, _ = w.Write([]byte(s))
	_ = w.Close()
	return b.String()
}

const (
	helvetica = "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>"
	oneFont   = "/Resources<</Font<</F 5 0 R>>>>"
)

// begun is a PDF with its tree of pages, objects 1 and 2, and a font, object 5.
func begun(kids string) *maker {
	m := &maker{}
	m.WriteString("%PDF-1.5\n%\xe2\xe3\xcf\xd3\n")
	return m.object(1, "<</Type/Catalog/Pages 2 0 R>>").object(2, fmt.Sprintf("<</Type/Pages/Kids[%s]/Count %d%s>>", kids, strings.Count(kids, "R"), oneFont)).object(5, helvetica)
}

func (m *maker) ended() []byte { return m.endedWith("") }

func (m *maker) endedWith(members string) []byte {
	m.WriteString("trailer<</Root 1 0 R/Size 9" + members + ">>\nstartxref\n0\n%%EOF\n")
	return m.Bytes()
}

// page is a PDF of one page that draws this.
func page(content string) []byte {
	return begun("3 0 R").object(3, "<</Type/Page/Contents 4 0 R>>").stream(4, "", content).ended()
}

// withFont is a PDF of one page with its own font, object 6, and what the font needs.
func withFont(content, font string, more func(*maker)) []byte {
	m := begun("3 0 R").object(3, "<</Type/Page/Contents 4 0 R/Resources<</Font<</F 6 0 R>>>>>>").stream(4, "", content).object(6, font)
	if more != nil {
		more(m)
	}
	return m.ended()
}

func toUnicode(lines string) string {
	return "/CIDInit /ProcSet findresource begin 12 dict begin begincmap 1 begincodespacerange <0000> <ffff> endcodespacerange\n" + lines + "\nendcmap end end"
}

func TestRead(t *testing.T) {
	const two = "BT /F 10 Tf 72 700 Td (Start 14:00) Tj 0 -12 Td (Stop 14:53) Tj ET"
	identity := "<</Type/Font/Subtype/Type0/BaseFont/Own/Encoding/Identity-H/ToUnicode 7 0 R/DescendantFonts[<</BaseFont/Own/DW 1000/W[1[500 500]3 9 600]>>]>>"
	for _, tt := range []struct {
		name string
		pdf  []byte
		want string
	}{
		{"lines from the top", page(two), "Start 14:00\nStop 14:53\n"},
		{"whatever the order of drawing", page("BT /F 10 Tf 72 688 Td (Stop 14:53) Tj 1 0 0 1 72 700 Tm (Start 14:00) Tj ET"), "Start 14:00\nStop 14:53\n"},
		{"a form: labels first, what was filled in later", page("BT /F 10 Tf 72 700 Td (Start:) Tj 0 -14 Td (Stop:) Tj 60 14 Td (14:00) Tj 0 -14 Td (14:53) Tj ET"), "Start: 14:00\nStop: 14:53\n"},
		{"a paragraph apart", page("BT /F 10 Tf 12 TL 72 700 Td (Plan) Tj 0 -24 Td (One) Tj (two) ' ET"), "Plan\n\nOne\ntwo\n"},
		{"words placed one by one", page("BT /F 10 Tf 1 0 0 1 72 700 Tm (ill) Tj 1 0 0 1 81.4 700 Tm (was) Tj ET"), "ill was\n"},
		{"kerning is no space, a gap is", page("BT /F 10 Tf 72 700 Td [(A) 70 (Ve) -20 (ry) -300 (T)] TJ ET"), "AVery T\n"},
		{"spacing of words and letters", page("BT /F 10 Tf 2 Tc 3 Tw 72 700 Td (a b) Tj (c) Tj ET"), "a bc\n"},
		{"letters drawn twice for bold", page("BT /F 10 Tf 72 700 Td (Plan) Tj 0.3 0 Td (Plan) Tj ET"), "Plan\n"},
		{"escapes and octal numbers", page(`BT /F 10 Tf 72 700 Td (\(a\) \134 \351 \53` + "\\\n" + `b) Tj <636166E9> Tj ET`), "(a) \\ é +bcafé\n"},
		{"a page turned by a quarter", begun("3 0 R").object(3, "<</Type/Page/Rotate 90/Contents 4 0 R>>").
			stream(4, "", "BT /F 10 Tf 0 1 -1 0 100 50 Tm (Start) Tj 0 1 -1 0 112 50 Tm (Stop) Tj ET").ended(), "Start\nStop\n"},
		{"pages", begun("3 0 R 6 0 R").object(3, "<</Type/Page/Contents 4 0 R>>").stream(4, "", "BT /F 9 Tf (One) Tj ET").
			object(6, "<</Type/Page/Contents[7 0 R 4 0 R]>>").stream(7, "", "BT /F 9 Tf 0 99 Td (Two) Tj ET").ended(), "One\n\fTwo\n\nOne\n"},
		{"packed", begun("3 0 R").object(3, "<</Type/Page/Contents 4 0 R>>").stream(4, "/Filter/FlateDecode", deflated(two)).ended(), "Start 14:00\nStop 14:53\n"},
		{"packed and in letters", begun("3 0 R").object(3, "<</Type/Page/Contents 4 0 R>>").
			stream(4, "/Filter[/ASCII85Decode/FlateDecode]", in85(deflated(two))).ended(), "Start 14:00\nStop 14:53\n"},
		{"in hexadecimal", begun("3 0 R").object(3, "<</Type/Page/Contents 4 0 R>>").stream(4, "/Filter/ASCIIHexDecode", hex.EncodeToString([]byte(two))+">").ended(), "Start 14:00\nStop 14:53\n"},
		{"a length kept elsewhere, and a wrong one", begun("3 0 R 6 0 R").object(3, "<</Contents 4 0 R>>").object(4, "<</Length 9 0 R>>stream\r\nBT /F 9 Tf (One) Tj ET\r\nendstream").
			object(6, "<</Contents 7 0 R>>").object(7, "<</Length 4>>stream\nBT /F 9 Tf (Two) Tj ET\nendstream").ended(), "One\n\fTwo\n"},
		{"objects within a stream, as PDF 1.5 writes", objectStream(), "Note\n"},
		{"changed afterwards: the last one holds", append(page("BT /F 9 Tf (Old) Tj ET"), (&maker{}).stream(4, "", "BT /F 9 Tf (New) Tj ET").ended()...), "New\n"},
		{"forms within the page", begun("3 0 R").object(3, "<</Contents 4 0 R/Resources<</XObject<</X 6 0 R/I 7 0 R>>>>>>").stream(4, "", "q /X Do Q /I Do BI /W 1 ID (no) Tj EI /X Do").
			stream(6, "/Subtype/Form/Matrix[1 0 0 1 9 9]"+oneFont, "BT /F 9 Tf (Note) Tj ET").stream(7, "/Subtype/Image", "x").ended(), "Note\n"},
		{"fields of a form, but none that is hidden", begun("3 0 R").object(3, "<</Contents 4 0 R/Annots[6 0 R 7 0 R<</Subtype/Link>>]>>").stream(4, "", "BT /F 9 Tf 1 0 0 1 72 700 Tm (Start:) Tj ET").
			object(6, "<</Subtype/Widget/Rect[120 698 200 712]/AP<</N 8 0 R>>>>").object(7, "<</Subtype/Widget/F 2/Rect[120 600 200 612]/AP<</N 8 0 R>>>>").
			stream(8, "/Subtype/Form/BBox[0 0 80 14]"+oneFont, "/Tx BMC BT /F 9 Tf 2 2 Td (14:00) Tj ET EMC").ended(), "Start: 14:00\n"},

		{"a font of two bytes", withFont("BT /F 10 Tf 72 700 Td <00010002000300040005> Tj ET", identity, func(m *maker) {
			m.stream(7, "", toUnicode("2 beginbfchar <0001> <0053> <0002> <00740061> endbfchar 2 beginbfrange <0003> <0004> <0072> <0005> <0005> [<0020fb01>] endbfrange"))
		}), "Stars fi\n"},
		{"a font with names of letters", withFont(`BT /F 10 Tf 72 700 Td (\001\002\003A) Tj ET`,
			"<</Subtype/Type1/BaseFont/ABCDEF+Own/Encoding<</Differences[1/eacute/uni20AC/f_x/B 65/bullet]>>>>", nil), "é€\ufffd•\n"},
		{"a font of Mac", withFont(`BT /F 10 Tf (\216) Tj ET`, "<</Subtype/TrueType/BaseFont/X/Encoding/MacRomanEncoding>>", nil), "é\n"},
		{"curved quotes of a font that says nothing", withFont(`BT /F 10 Tf (\140a\047\320) Tj ET`, "<</Subtype/Type1/BaseFont/Own>>", nil), "‘a’—\n"},
		{"marks of a form", withFont(`BT /F 10 Tf (4 o) Tj ET`, "<</Subtype/Type1/BaseFont/ZapfDingbats>>", nil), "✔ ❏\n"},
		{"ligatures and no-break spaces in letters", withFont("BT /F 10 Tf 72 700 Td <000100020001> Tj ET", identity, func(m *maker) {
			m.stream(7, "", toUnicode("2 beginbfchar <0001> <fb03> <0002> <00a0> endbfchar"))
		}), "ffi ffi\n"},
		{"text that is not drawn to be seen", page("BT /F 9 Tf 3 Tr 72 700 Td (hidden) Tj 0 Tr 0 -20 Td (Note) Tj ET"), "Note\n"},
		{"text beside the page", page("BT /F 9 Tf 72 700 Td (on) Tj 2000 -20 Td (right of it) Tj -4000 0 Td (left) Tj 2000 2000 Td (above) Tj ET"), "on\n"},
		{"text beside what is shown of a page", []byte(strings.Replace(string(page("BT /F 9 Tf 72 700 Td (cut) Tj 0 -600 Td (shown) Tj ET")), "/Contents", "/CropBox[0 0 300 300]/Contents", 1)), "shown\n"},
		{"white text, whose ground nobody knows", page("1 1 1 rg BT /F 9 Tf 72 700 Td (white) Tj ET"), "white\n"},
		{"a form that was drawn in the order of a program", page("BT /F 10 Tf 300 700 Td (14:00) Tj -228 0 Td (Start:) Tj 0 -14 Td (Stop:) Tj 228 0 Td (14:53) Tj 0 14 Td (h) Tj ET"), "Start: 14:00h\nStop: 14:53\n"},
		{"columns are read across", page("BT /F 10 Tf 72 700 Td (left one) Tj 0 -12 Td (left two) Tj 200 12 Td (right one) Tj 0 -12 Td (right two) Tj ET"), "left one right one\nleft two right two\n"},
		{"raised letters stay on their line", page("BT /F 10 Tf 72 700 Td (10) Tj 4 Ts /F 6 Tf (th) Tj 0 Ts /F 10 Tf ( March) Tj 0 -12 Td (2025) Tj ET"), "10th March\n2025\n"},
		{"hyphens at the ends of lines", page("BT /F 10 Tf 72 700 Td (a well-) Tj 0 -12 Td (known self-) Tj 0 -12 Td (report) Tj ET"), "a well-\nknown self-\nreport\n"},
		{"letters beyond 16 bits", withFont("BT /F 10 Tf 72 700 Td <000100010002> Tj ET", identity, func(m *maker) {
			m.stream(7, "", toUnicode("2 beginbfchar <0001> <d83dde00> <0002> <0041> endbfchar"))
		}), "😀😀A\n"},
		{"half a letter", withFont("BT /F 10 Tf 72 700 Td <00010002> Tj ET", identity, func(m *maker) {
			m.stream(7, "", toUnicode("2 beginbfchar <0001> <d83d> <0002> <0041> endbfchar"))
		}), "\ufffdA\n"},
		{"all letters of a font in one range", withFont("BT /F 10 Tf 72 700 Td <0041201301050020003e> Tj ET", identity, func(m *maker) {
			m.stream(7, "", toUnicode("1 beginbfrange <0000> <FFFF> <0000> endbfrange"))
		}), "A–ą >\n"},
		{"all letters of a font in one range that is packed", withFont("BT /F 10 Tf 72 700 Td <0041201301050042> Tj ET", identity, func(m *maker) {
			m.stream(7, "/Filter/FlateDecode", deflated(toUnicode("1 beginbfrange <0000> <FFFF> <0000> endbfrange")))
		}), "A–\ufffdB\n"},
		{"a font that names some of its letters", withFont("BT /F 10 Tf 72 700 Td <004100422013004100430044> Tj ET", identity, func(m *maker) {
			m.stream(7, "", toUnicode("1 beginbfrange <0041> <0043> <0061> endbfrange"))
		}), "ab\ufffdac\ufffd\n"},
		{"fields as a screen shows them", begun("3 0 R").object(3, "<</Type/Page/Contents 4 0 R/Annots[6 0 R 7 0 R 8 0 R<</Subtype/Link>>null 99 0 R]>>").stream(4, "", "BT /F 9 Tf 1 0 0 1 72 700 Tm (Video:) Tj ET").
			object(6, "<</Type/Annot/Subtype/FreeText/Rect[220 698 300 712]/AP<</N 9 0 R>>>>").object(7, "<</Subtype/Widget/F 32/Rect[120 600 200 612]/AP<</N 9 0 R>>>>").
			object(8, "<</Subtype/Widget/FT/Btn/AS/On/Rect[120 698 200 712]/AP<</N<</On 10 0 R/Off 9 0 R>>>>>>").
			stream(9, "/Subtype/Form/BBox[0 0 80 14]"+oneFont, "BT /F 9 Tf 2 2 Td (typed) Tj ET").stream(10, "/Subtype/Form/BBox[0 0 80 14]"+oneFont, "BT /F 9 Tf 2 2 Td (X) Tj ET").ended(), "Video: X typed\n"},
		{"what a text stands for, where that is said", page("/Span<</ActualText(Note)>>BDC BT /F 10 Tf 72 700 Td (Nte) Tj ET EMC"), "Note\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := read(tt.pdf)
			if err != nil || got.Words != tt.want || !got.Whole {
				t.Errorf("got %+v, %v, want %q", got, err, tt.want)
			}
		})
	}
}

func in85(s string) string {
	out := make([]byte, ascii85.MaxEncodedLen(len(s)))
	return string(out[:ascii85.Encode(out, []byte(s))]) + "~>"
}

func objectStream() []byte {
	objects := []string{"<</Type/Catalog/Pages 2 0 R>>", "<</Kids[3 0 R]>>", "<</Contents 4 0 R" + oneFont + ">>", helvetica}
	head, body := "", ""
	for i, number := range []int{1, 2, 3, 5} {
		head += fmt.Sprintf("%d %d ", number, len(body))
		body += objects[i] + " "
	}
	m := &maker{}
	m.WriteString("%PDF-1.5\n")
	m.stream(4, "", "BT /F 9 Tf (Note) Tj ET")
	m.stream(8, fmt.Sprintf("/Type/ObjStm/N 4/First %d/Filter/FlateDecode", len(head)), deflated(head+body))
	return m.stream(9, "/Type/XRef/W[1 2 1]/Root 1 0 R/Size 10/DecodeParms<</Predictor 12>>", "\x00").Bytes()
}

// Why a PDF is not read.
func TestNoText(t *testing.T) {
	for _, tt := range []struct {
		name string
		pdf  []byte
		want error
	}{
		{"a scan", begun("3 0 R").object(3, "<</Contents 4 0 R/Resources<</XObject<</I 6 0 R>>>>>>").stream(4, "", "q 600 0 0 800 0 0 cm /I Do Q").
			stream(6, "/Subtype/Image/Filter/DCTDecode", "\xff\xd8").ended(), pdftext.ErrPictures},
		{"a scan with what the scanner guessed", page("BI /W 1 ID x EI BT /F 9 Tf 3 Tr (guess) Tj ET"), pdftext.ErrPictures},
		{"an empty page", page(""), pdftext.ErrEmpty},
		{"encrypted with a password", encrypted("secret", "BT /F 9 Tf (x) Tj ET"), pdftext.ErrEncrypted},
		{"encrypted in a way that is not known", begun("3 0 R").object(3, "<</Type/Page/Contents 4 0 R>>").stream(4, "", "BT /F 9 Tf (x) Tj ET").
			object(6, "<</Filter/Own/V 9>>").endedWith("/Encrypt 6 0 R/ID[(a)(a)]"), pdftext.ErrEncrypted},
		{"a font that does not say its letters", withFont("BT /F 10 Tf <00010002> Tj ET", "<</Subtype/Type0/Encoding/Identity-H/DescendantFonts[<<>>]>>", nil), pdftext.ErrLetters},
		{"packed in another way", begun("3 0 R").object(3, "<</Contents 4 0 R>>").stream(4, "/Filter/Unknown", "x").ended(), pdftext.ErrEmpty},
		{"no PDF", []byte("%PDX"), pdftext.ErrDamaged},
		{"nothing but a head", []byte("%PDF-1.4"), pdftext.ErrDamaged},
		{"no pages", []byte("%PDF-1.4 1 0 obj<</Type/Catalog>>endobj trailer<</Root 1 0 R>>"), pdftext.ErrDamaged},
		{"cut off before its pages", page("BT /F 9 Tf (x) Tj ET")[:40], pdftext.ErrDamaged},
	} {
		if got, err := read(tt.pdf); !errors.Is(err, tt.want) || got.Words != "" {
			t.Errorf("%s: got %q, %v, want %v", tt.name, got.Words, err, tt.want)
		}
	}
}

// What is missing from a text is said: pages that are pictures, pages that cannot be found, pages and
// letters beyond the limits.
func TestPartOfText(t *testing.T) {
	scan := begun("3 0 R 6 0 R").object(3, "<</Type/Page/Contents 4 0 R>>").stream(4, "", "BI /W 1 ID x EI BT /F 9 Tf (One) Tj ET")
	scan.object(6, "<</Type/Page/Contents 7 0 R>>").stream(7, "", "BI /W 1 ID x EI")
	one, second := "BT /F 9 Tf (One) Tj ET", func(content string) []byte {
		return begun("3 0 R 6 0 R").object(3, "<</Type/Page/Contents 4 0 R>>").stream(4, "", "BT /F 9 Tf (One) Tj ET").object(6, "<</Type/Page/Contents 7 0 R>>").stream(7, "", content).ended()
	}
	for _, tt := range []struct {
		name  string
		pdf   []byte
		whole bool
		scans []int
		words string
	}{
		{"a page that is a scan", scan.ended(), true, []int{2}, "One\n\f"},
		{"a page that is not there", begun("3 0 R 6 0 R").object(3, "<</Type/Page/Contents 4 0 R>>").stream(4, "", one).ended(), false, nil, "One\n\f"},
		{"more pages than are read", begun("3 0 R 3 0 R 3 0 R").object(3, "<</Type/Page/Contents 4 0 R>>").stream(4, "", one).ended(), false, nil, "One\n\fOne\n"},
		{"as many letters as are read", second("BT /F 1 Tf (" + strings.Repeat("a", 97) + ") Tj ET"), true, nil, "One\n\f" + strings.Repeat("a", 97) + "\n"},
		{"one letter more", second("BT /F 1 Tf (" + strings.Repeat("a", 98) + ") Tj ET"), false, nil, "One\n\f"},
		{"as many pieces as are read", second(strings.Repeat("0 0 1 1 re f ", 9)), true, nil, "One\n\f"},
		{"one piece more", second(strings.Repeat("0 0 1 1 re f ", 10)), false, nil, "One\n\f"},
	} {
		got, err := narrow().Read(t.Context(), tt.pdf)
		if err != nil || got.Whole != tt.whole || !slices.Equal(got.Scans, tt.scans) || got.Words != tt.words {
			t.Errorf("%s: got %.80q, %d bytes, scans %v, whole %t, %v", tt.name, got.Words, len(got.Words), got.Scans, got.Whole, err)
		}
	}
}

// What is sent to do harm ends soon, with little memory, and does not end the program: circles, depths,
// sizes that are claimed, and bytes that unpack to very many.
func TestHostile(t *testing.T) {
	big := deflated(strings.Repeat("\x00", 64<<20))
	shown := deflated("BT /F 9 Tf " + strings.Repeat("(aaaaaaaaaaaaaaaa) Tj ", 900_000) + "ET")
	for name, pdf := range map[string][]byte{
		"pages in a circle":            begun("2 0 R 3 0 R").object(3, "<</Kids[2 0 R 3 0 R]/Parent 2 0 R>>").ended(),
		"pages deep":                   chain(100_000),
		"pages by the milliard":        []byte(strings.Replace(string(page("BT /F 9 Tf (x) Tj ET")), "/Count 1", "/Count 2000000000", 1)),
		"a size beyond all":            []byte("%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\nxref\n0 2147483647\ntrailer<</Root 1 0 R/Size 2147483647>>\nstartxref\n50\n%%EOF\n"),
		"a size below nothing":         []byte("%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\nxref\n0 -1\ntrailer<</Root 1 0 R/Size -2147483648>>\nstartxref\n50\n%%EOF\n"),
		"a table before itself":        []byte("%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\nxref\n0 1\n0000000000 65535 f \ntrailer<</Root 1 0 R/Size 2/Prev 53>>\nstartxref\n53\n%%EOF\n"),
		"a stream of tables in itself": append([]byte("%PDF-1.5\n"), (&maker{}).stream(1, "/Type/XRef/Size 900000000/W[4 4 4]/Index[0 900000000]/Prev 9/Root 1 0 R", "").String()+"startxref\n9\n%%EOF\n"...),
		"a length that is its stream":  begun("3 0 R").object(3, "<</Type/Page/Contents 4 0 R>>").object(4, "<</Length 4 0 R>>stream\nBT\nendstream").ended(),
		"an encryption of itself":      begun("3 0 R").object(6, "<</Filter/Standard/V 6 0 R/R 6 0 R/P 6 0 R/O 6 0 R/U 6 0 R>>").endedWith("/Encrypt 6 0 R/ID 6 0 R"),
		"fonts of themselves":          withFont("BT /F 9 Tf (x) Tj ET", "<</Subtype/Type0/DescendantFonts[6 0 R]/ToUnicode 6 0 R/Encoding 6 0 R>>", nil),
		"a font that draws itself":     withFont("BT /F 9 Tf (aaaa) Tj ET", "<</Subtype/Type3/FontMatrix[1 0 0 1 0 0]/FontBBox[0 0 1 1]/FirstChar 97/LastChar 97/Widths[9]/Encoding<</Differences[97/a]>>/CharProcs<</a 4 0 R>>/Resources<</Font<</F 6 0 R>>>>>>", nil),
		"a picture beyond all":         begun("3 0 R").object(3, "<</Type/Page/Contents 4 0 R/Resources<</XObject<</I 6 0 R>>>>>>").stream(4, "", "/I Do").stream(6, "/Subtype/Image/Width 2000000000/Height 2000000000/BitsPerComponent 8/ColorSpace/DeviceRGB", "x").ended(),
		"a reference to itself":        begun("3 0 R").object(3, "3 0 R").ended(),
		"a form within itself":         begun("3 0 R").object(3, "<</Contents 4 0 R/Resources<</XObject<</X 4 0 R>>>>>>").stream(4, "/Subtype/Form", strings.Repeat("/X Do ", 100)).ended(),
		"objects within themselves":    begun("3 0 R").stream(8, "/Type/ObjStm/N 1/First 4/Extends 8 0 R", "8 0 <</Length 8 0 R>>").ended(),
		"a table of itself":            begun("3 0 R").stream(8, "/Type/XRef/Size 9000000000/W[1 1 1]/Prev 8/Root 1 0 R", "\x02\x08\x00").ended(),
		"a length beyond all":          begun("3 0 R").object(3, "<</Contents 4 0 R>>").object(4, "<</Length 99999999999999999999999>>stream\nBT\nendstream").ended(),
		"a length below nothing":       begun("3 0 R").object(3, "<</Contents 4 0 R>>").object(4, "<</Length -5>>stream\nBT\nendstream").ended(),
		"zero bytes that unpack":       begun("3 0 R").object(3, "<</Contents 4 0 R>>").stream(4, "/Filter/FlateDecode", big).ended(),
		"objects that unpack":          begun("3 0 R").stream(8, "/Type/ObjStm/N 1/First 4/Filter/FlateDecode", big).ended(),
		"packed twice":                 begun("3 0 R").object(3, "<</Contents 4 0 R>>").stream(4, "/Filter[/FlateDecode/FlateDecode]", deflated(big)).ended(),
		"text that unpacks":            begun("3 0 R").object(3, "<</Contents 4 0 R>>").stream(4, "/Filter/FlateDecode", shown).ended(),
		"the same page many times":     begun(strings.Repeat("<</Contents[4 0 R]>>", 20_000)).stream(4, "", strings.Repeat("BT /F 9 Tf (x) Tj ET ", 1000)).ended(),
		"one string of the whole":      page("BT /F 9 Tf (" + strings.Repeat("(", 4<<20)),
		"deep arrays":                  page(strings.Repeat("[", 4<<20)),
		"deep dictionaries":            begun("3 0 R").object(3, strings.Repeat("<</A", 1<<20)).ended(),
		"objects within objects":       []byte("%PDF-1.4\n" + strings.Repeat("1 0 obj ", 1<<20)),
		"streams without end":          []byte("%PDF-1.4\n" + strings.Repeat("1 0 obj<<>>stream ", 200_000)),
		"trailers":                     []byte("%PDF-1.4\n" + strings.Repeat("trailer<</Root 1 0 R>>", 200_000)),
		"letters of a font":            withFont("BT"+strings.Repeat(" /F 9 Tf", 100_000), "<</Subtype/Type0/ToUnicode 7 0 R>>", func(m *maker) { m.stream(7, "", toUnicode("1 beginbfrange <0000> <ffff> <0000> endbfrange")) }),
		"letters of a font each time":  begun("3 0 R").object(3, "<</Contents 4 0 R/Resources<</Font<</F<</Subtype/Type0/ToUnicode 7 0 R>>>>>>>>").stream(4, "", "BT"+strings.Repeat(" /F 9 Tf", 100_000)).stream(7, "", toUnicode("1 beginbfrange <0000> <ffff> <0000> endbfrange")).ended(),
		"long letters of a font": withFont("BT /F 9 Tf <0001> Tj", "<</Subtype/Type0/ToUnicode 7 0 R>>", func(m *maker) {
			m.stream(7, "", toUnicode("1 beginbfchar <0001> <"+strings.Repeat("0041", 100_000)+"> endbfchar"))
		}),
		"widths of a font":         begun("3 0 R").object(3, "<</Contents 4 0 R/Resources<</Font<</F<</Subtype/Type0/DescendantFonts[<</W[0 65535 1]>>]>>>>>>>>").stream(4, "", "BT"+strings.Repeat(" /F 9 Tf", 100_000)).ended(),
		"numbers beyond all":       page("BT /F 1e9 Tf 999999999999999999999999999 9 Td /F 99999999999 Tf 99999999 0 0 99999999 0 0 cm 99999999 0 0 99999999 0 0 cm (x) Tj ET"),
		"states kept":              page(strings.Repeat("q ", 1<<20)),
		"fields":                   begun("3 0 R").object(3, "<</Annots["+strings.Repeat("6 0 R ", 100_000)+"]>>").object(6, "<</Subtype/Widget/Rect[0 0 1 1]/AP<</N 7 0 R>>>>").stream(7, "/BBox[0 0 1 1]", "BT /F 9 Tf (x) Tj ET").ended(),
		"pictures within the page": page(strings.Repeat("BI ID ", 300_000)),
	} {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&before)
			start := time.Now()
			text, err := hostile().Read(context.Background(), pdf)
			took := time.Since(start)
			runtime.ReadMemStats(&after)
			if took > 10*time.Second {
				t.Errorf("took %v", took)
			}
			if grown := int64(after.HeapAlloc) - int64(before.HeapAlloc); grown > 96<<20 {
				t.Errorf("holds %d MiB more", grown>>20)
			}
			if len(text.Words) > 5<<20 || !utf8.ValidString(text.Words) || err != nil && (text.Words != "" || !known(err)) {
				t.Errorf("%d bytes of text, %v", len(text.Words), err)
			}
		})
	}
	if got, err := hostile().Read(context.Background(), page("BT /F 9 Tf (Note) Tj ET")); err != nil || got.Words != "Note\n" {
		t.Errorf("afterwards: got %q, %v", got.Words, err)
	}
}

// known reports whether an error is one of those that are in words for the clinician.
func known(err error) bool {
	return slices.Contains([]error{pdftext.ErrDamaged, pdftext.ErrEncrypted, pdftext.ErrPictures, pdftext.ErrEmpty, pdftext.ErrLetters, pdftext.ErrRefused}, err)
}

// chain is a tree of pages in which each node has one child.
func chain(length int) []byte {
	m := &maker{}
	m.WriteString("%PDF-1.4\n")
	for i := range length {
		m.object(i+2, fmt.Sprintf("<</Kids[%d 0 R]>>", i+3))
	}
	return m.object(1, "<</Pages 2 0 R>>").ended()
}

func FuzzRead(f *testing.F) {
	f.Add(page("BT /F 10 Tf 12 TL 72 700 Td [(Start) -300 (14:00)] TJ (Stop) ' 1 2 (x) \" T* ET BI ID x EI q 1 0 0 1 0 0 cm Q"))
	f.Add(objectStream())
	f.Add(withFont("BT /F 10 Tf <00010002> Tj ET", "<</Subtype/Type0/Encoding/Identity-H/BaseFont/Own/ToUnicode 7 0 R/DescendantFonts[<</W[1[500]3 9 600]>>]>>", func(m *maker) {
		m.stream(7, "", toUnicode("1 beginbfchar <0001> <0053> endbfchar 1 beginbfrange <0003> <0004> [<0072> <0073>] endbfrange"))
	}))
	f.Add(withFont(`BT /F 10 Tf (\001a) Tj ET`, "<</Subtype/Type1/Encoding<</Differences[1/eacute]>>/FirstChar 1/Widths[500]>>", nil))
	f.Fuzz(func(t *testing.T, pdf []byte) {
		text, err := hostile().Read(t.Context(), pdf)
		if !utf8.ValidString(text.Words) || err == nil && strings.TrimSpace(text.Words) == "" || err != nil && (text.Words != "" || !known(err)) {
			t.Errorf("%q, %v", text.Words, err)
		}
		if again, errAgain := hostile().Read(t.Context(), pdf); err == nil && errAgain == nil && again.Words != text.Words {
			t.Error("read again, it says something else")
		}
	})
}

// A page of text takes some ten milliseconds.
func BenchmarkRead(b *testing.B) {
	var content strings.Builder
	content.WriteString("BT /F 10 Tf 12 TL 72 800 Td ")
	for range 55 {
		content.WriteString("(Session text of a note that goes on for some while, as notes do when the day was long.) ' ")
	}
	pdf := page(content.String())
	b.SetBytes(int64(len(pdf)))
	for b.Loop() {
		if _, err := read(pdf); err != nil {
			b.Fatal(err)
		}
	}
}
