package notetext_test

import (
	"encoding/base64"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/chargenote/chargenote/internal/notetext"
)

func utf16Bytes(s string, bigEndian, mark bool) []byte {
	if mark {
		s = "\ufeff" + s
	}
	var out []byte
	for _, u := range utf16.Encode([]rune(s)) {
		low, high := byte(u), byte(u>>8)
		if bigEndian {
			low, high = high, low
		}
		out = append(out, low, high)
	}
	return out
}

// smallPDF is what onePDF reads: a line.
func smallPDF(line string) string { return "%PDF-1.4\n" + line + "\n" }

// onePDF stands for a reader of PDFs, which are tested in package pdftext.
func onePDF(data []byte) (notetext.Pages, error) {
	line, ok := strings.CutPrefix(string(data), "%PDF-1.4\n")
	if !ok {
		return notetext.Pages{}, errors.New("the PDF is damaged and cannot be read")
	}
	pages := notetext.Pages{Words: line, Whole: !strings.Contains(line, "[cut]")}
	for i, page := range strings.Split(line, "\f") {
		if page == "" {
			pages.Scans = append(pages.Scans, i+1)
		}
	}
	return pages, nil
}

func cda(body string) string {
	return `<?xml version="1.0" encoding="UTF-8"?><ClinicalDocument xmlns="urn:hl7-org:v3"><title>Progress Note</title>` + body + `</ClinicalDocument>`
}

func sections(inner string) string {
	return cda(`<component><structuredBody>` + inner + `</structuredBody></component>`)
}

func section(inner string) string {
	return sections(`<component><section>` + inner + `</section></component>`)
}

// Every form, with what it must say, or why it cannot be read.
func TestRead(t *testing.T) {
	const hiddenText = "text that is hidden or struck out is not read"
	for _, tt := range []struct {
		name, kind, charset string
		data                string
		want                string
		fault               string
		remarks             []string
	}{
		// Plain text.
		{name: "UTF-8 as given, its line ends too", kind: "text/plain", data: "Start\r\n 14:00\tend\f2", want: "Start\r\n 14:00\tend\f2"},
		{name: "a byte order mark is no letter", kind: "text/plain", data: "\ufeffNote", want: "Note"},
		{name: "a byte order mark beats what is declared", kind: "text/plain", charset: "iso-8859-1", data: "\ufeffcafé", want: "café"},
		{name: "UTF-16 by its mark", kind: "text/plain", data: string(utf16Bytes("Ünï 😀", false, true)), want: "Ünï 😀"},
		{name: "UTF-16, high byte first", kind: "text/plain", data: string(utf16Bytes("Note", true, true)), want: "Note"},
		{name: "UTF-16 declared, without its mark", kind: "text/plain", charset: "utf-16le", data: string(utf16Bytes("Note", false, false)), want: "Note"},
		{name: "UTF-16 neither declared nor marked is not guessed", kind: "text/plain", data: string(utf16Bytes("Note", false, false)), fault: "the text is not UTF-8 and names no other character set"},
		{name: "half a unit", kind: "text/plain", charset: "utf-16", data: "abc", fault: "the text is not UTF-8 and names no other character set"},
		{name: "Latin-1 declared", kind: "text/plain", charset: "iso-8859-1", data: "caf\xe9", want: "café"},
		{name: "Latin-9 has the euro", kind: "text/plain", charset: "iso-8859-15", data: "\xa4", want: "€"},
		{name: "Windows-1252 declared", kind: "text/plain", charset: "windows-1252", data: "14:00 \x96 14:47", want: "14:00 – 14:47"},
		{name: "what is no UTF-8 is not guessed", kind: "text/plain", data: "caf\xe9", fault: "the text is not UTF-8 and names no other character set"},
		{name: "declared UTF-8 and none", kind: "text/plain", charset: "utf-8", data: "caf\xe9", fault: "the text is not UTF-8 and names no other character set"},
		{name: "a character set that is not read", kind: "text/plain", charset: "shift_jis", data: "abc", fault: "the character set of the text is not one that is read (UTF-8, UTF-16, ISO-8859, Windows-125x)"},
		{name: "empty", kind: "text/plain", data: " \r\n", fault: "the note is empty"},
		{name: "less than is no tag", kind: "text/plain", data: "PHQ-9 < 5 <b>", want: "PHQ-9 < 5 <b>"},

		// Kinds that are not read, and kinds declared wrongly.
		{name: "a picture", kind: "image/jpeg", data: "x", fault: "the note is image/jpeg, and only plain text, HTML, RTF, C-CDA and PDF are read"},
		{name: "an archive", kind: "application/zip", data: "PK", fault: "the note is application/zip, and only plain text, HTML, RTF, C-CDA and PDF are read"},
		{name: "several parts", kind: "multipart/related", data: "--x", fault: "the note is multipart/related, and only plain text, HTML, RTF, C-CDA and PDF are read"},
		{name: "a kind that is none is not repeated", kind: "<script>", data: "x", fault: "the note is of an unknown kind, and only plain text, HTML, RTF, C-CDA and PDF are read"},
		{name: "bytes that do not say what they are", kind: "application/octet-stream", data: "Note", fault: "the note is of an unknown kind: its media type is not declared"},
		{name: "nothing is declared", data: "Note", fault: "the note is of an unknown kind: its media type is not declared"},
		{name: "nothing is declared, and it is RTF", data: `{\rtf1 Note}`, want: "Note"},
		{name: "RTF as plain text", kind: "text/plain", data: ` {\rtf1 Note}`, want: "Note", remarks: []string{"declared as text/plain and read as RTF"}},
		{name: "a page as plain text", kind: "text/plain", data: "<!DOCTYPE HTML>\n<p>Note", want: "Note", remarks: []string{"declared as text/plain and read as HTML"}},
		{name: "a page in UTF-16 as bytes", kind: "application/octet-stream", data: string(utf16Bytes("<html><p>Ünï", false, true)), want: "Ünï", remarks: []string{"declared as application/octet-stream and read as HTML"}},
		{name: "PDF as bytes", kind: "application/octet-stream", data: smallPDF("Note"), want: "Note", remarks: []string{"declared as application/octet-stream and read as PDF"}},
		{name: "a clinical document as plain text", kind: "text/plain", data: section(`<text>Note</text>`), want: "Note", remarks: []string{"declared as text/plain and read as a C-CDA document"}},

		// HTML.
		{name: "paragraphs, breaks and entities", kind: "text/html", data: "<h2>Plan</h2><p>One &amp; two&nbsp;&lt;3<br>three</p><div>four</div><div>five</div>", want: "Plan\n\nOne & two <3\nthree\n\nfour\nfive"},
		{name: "lists", kind: "text/html", data: "<ul><li>CBT<li>sleep<ol><li>log<li>review</ol></ul>", want: "- CBT\n- sleep\n1. log\n2. review"},
		{name: "a table is a line a row, a tab a cell", kind: "text/html", data: "<table><tr><th>Start<th>Stop<tr><td>14:00<td>14:53</table>after", want: "Start\tStop\n14:00\t14:53\n\nafter"},
		{name: "lines of a preformatted text", kind: "text/html", data: "<pre>a\n\n  b\nc</pre>", want: "a\n\nb\nc"},
		{name: "scripts, styles and comments are not read", kind: "text/html", data: "<style>p{}</style><script>x()</script><!-- SI denied --><title>t</title>Note<template>no</template>", want: "Note"},
		{name: "what is hidden is not read", kind: "text/html", data: `<p hidden>SI denied<p style="color:red; DISPLAY : none">no<p>Note<span style="visibility:hidden">no</span>`, want: "Note", remarks: []string{hiddenText}},
		{name: "what is struck out is not read", kind: "text/html", data: `53 <del>60</del> <s>61</s><span style="text-decoration: underline line-through">62</span>min`, want: "53 min", remarks: []string{hiddenText}},
		{name: "boxes and fields of a form", kind: "text/html", data: `SI <input type=checkbox> yes <input type=checkbox checked> no <input value="denies"> <select><option>high<option selected>low</select>`, want: "SI [ ] yes [x] no denies low"},
		{name: "the character set of a page", kind: "text/html", data: "<meta charset=windows-1252><p>caf\xe9", want: "café"},
		{name: "the older way to write it", kind: "text/html", data: `<META http-equiv="Content-Type" content="text/html; charset=ISO-8859-1"><p>caf` + "\xe9", want: "café"},
		{name: "a page that is no UTF-8 and names nothing", kind: "text/html", data: "<p>caf\xe9", fault: "the text is not UTF-8 and names no other character set"},
		{name: "XHTML closes elements at once", kind: "application/xhtml+xml", data: `<html><head><script src="x"/><title/></head><body><div/><p>Note</p></body></html>`, want: "Note"},
		{name: "only markup", kind: "text/html", data: "<p><br></p>", fault: "the note is empty"},

		// RTF.
		{name: "letters by code page and by Unicode", kind: "application/rtf", data: `{\rtf1\ansi\ansicpg1252 caf\'e9 \u8211?\u8220\'93x\u-10179?\u-8704? \emdash\~\{\}\\}`, want: "café –“x😀 — {}\\"},
		{name: "how many characters stand in", kind: "text/rtf", data: `{\rtf1\uc2 a\u233 ??b{\uc0 \u233 c}\u233 \'e9\'e9d}`, want: "aébécéd"},
		{name: "the code page of a document", kind: "text/rtf", data: `{\rtf1\ansi\ansicpg1251 \'cf}`, want: "П"},
		{name: "the code page of a font", kind: "text/rtf", data: `{\rtf1\ansi{\fonttbl{\f0\fcharset0 Arial;}{\f1\fcharset238 Arial CE;}}\f1 \'b9\f0 \'b9}`, want: "ą¹"},
		{name: "signs of a font of signs", kind: "text/rtf", data: `{\rtf1{\fonttbl{\f2\fcharset2 Wingdings;}}{\f2 \'fe} no {\f2\'a8} yes {\listtext\f2\'b7\tab}CBT}`, want: "☑ no □ yes •\tCBT"},
		{name: "a code page that is not read", kind: "text/rtf", data: `{\rtf1\ansicpg932 Note \'82}`, want: "Note \ufffd", remarks: []string{"letters that its fonts do not name stand as \ufffd"}},
		{name: "lines, tabs and tables", kind: "text/rtf", data: "{\\rtf1 a\r\nb\\par c\\line d\\par\\par\\trowd Start\\cell 14:00\\cell\\row Stop\\cell 14:53\\cell\\row}", want: "ab\nc\nd\n\nStart\t14:00\nStop\t14:53"},
		{name: "destinations that are no text", kind: "text/rtf", data: `{\rtf1{\fonttbl{\f0 Arial;}}{\colortbl;\red0;}{\stylesheet{\s0 Normal;}}{\info{\author X}}{\*\generator Y;}{\pict 0102}{\field{\*\fldinst DATE}{\fldrslt 3/10}} Note}`, want: "3/10 Note"},
		{name: "bytes of a picture may look like braces", kind: "text/rtf", data: "{\\rtf1 a{\\pict\\bin5 }}}{{}b}", want: "ab"},
		{name: "header and footer are part of the page", kind: "text/rtf", data: `{\rtf1{\header Avery Testwell}Note\page two{\footer Page 1}}`, want: "Avery Testwell\nNote\n\ftwo\nPage 1"},
		{name: "hidden and deleted text is not read", kind: "text/rtf", data: `{\rtf1 53{\v hidden} \v no\v0 min{\deleted 60}{\strike 61}}`, want: "53 min", remarks: []string{hiddenText}},
		{name: "what follows the document is none of it", kind: "text/rtf", data: `{\rtf1 Note} more`, want: "Note"},
		{name: "a brace too few", kind: "text/rtf", data: `{\rtf1 Note`, want: "Note"},
		{name: "no RTF", kind: "text/rtf", data: `Note`, fault: "the RTF is damaged and cannot be read"},

		// Clinical documents.
		{name: "titles and texts", kind: "text/xml", data: sections(`<component><section><title>Plan</title><text><paragraph>One</paragraph>two<br/>three<list><item>a</item><item>b</item></list></text></section></component>` +
			`<component><section nullFlavor="NI"><title>Empty</title><text>no</text></section></component><component><section><title>Time</title><text>53 min</text></section></component>`),
			want: "Plan\n\nOne\n\ntwo\nthree\n\n- a\n- b\n\nTime\n53 min"},
		{name: "a table of a document", kind: "application/xml", data: section(`<text><table><thead><tr><th>Start</th><th>Stop</th></tr></thead><tbody><tr><td>14:00</td><td>14:53</td></tr></tbody></table></text>`), want: "Start\tStop\n14:00\t14:53"},
		{name: "sections within sections", kind: "text/xml", data: section(`<title>A</title><text>a</text><component><section><title>B</title><text>b</text></section></component>`), want: "A\na\n\nB\nb"},
		{name: "entries and header are not read", kind: "text/xml", data: cda(`<recordTarget><patientRole><patient><name>Avery</name></patient></patientRole></recordTarget><component><structuredBody><component><section><text>Note</text><entry><act><text>coded</text></act></entry></section></component></structuredBody></component>`), want: "Note"},
		{name: "the five entities of XML", kind: "text/xml", data: section(`<text>a &lt; b &amp; c &#233;<![CDATA[ <d>]]></text>`), want: "a < b & c é <d>"},
		{name: "the character set of XML", kind: "text/xml", data: strings.Replace(section("<text>caf\xe9</text>"), "UTF-8", "ISO-8859-1", 1), want: "café"},
		{name: "deleted content", kind: "text/xml", data: section(`<text>53<content revised="delete">60</content></text>`), want: "53", remarks: []string{hiddenText}},
		{name: "an RTF within a document", kind: "text/xml", data: cda(`<component><nonXMLBody><text mediaType="application/rtf" representation="B64">` + base64.StdEncoding.EncodeToString([]byte(`{\rtf1 Note}`)) + `</text></nonXMLBody></component>`), want: "Note"},
		{name: "a text within a document", kind: "text/xml", data: cda(`<component><nonXMLBody><text mediaType="text/plain">Note é</text></nonXMLBody></component>`), want: "Note é"},
		{name: "a text kept outside", kind: "text/xml", data: cda(`<component><nonXMLBody><text mediaType="application/pdf"><reference value="https://elsewhere.example/n.pdf"/></text></nonXMLBody></component>`), fault: "the clinical document keeps its text outside itself, and it is not fetched"},
		{name: "a document within a document within a document", kind: "text/xml", data: nestedCDA(2), fault: "the clinical document holds another within it, which is not read"},
		{name: "no section", kind: "text/xml", data: cda(""), fault: "the clinical document has no section with text"},
		{name: "other XML", kind: "text/xml", data: `<note>x</note>`, fault: "the XML is no clinical document (C-CDA), and no other XML is read"},
		{name: "broken XML", kind: "text/xml", data: strings.Replace(section(`<text>a</text>`), "</text>", "", 1), fault: "the XML is damaged and cannot be read"},
		{name: "a document of psychotherapy notes", kind: "text/xml", data: cda(`<confidentialityCode code="PSYTHPN"/><component><structuredBody><component><section><text>Private</text></section></component></structuredBody></component>`), fault: "psychotherapy notes are kept apart from the record"},
		{name: "a section of psychotherapy notes, said after its text", kind: "text/xml", data: sections(`<component><section><text>Note</text></section></component><component><section><text>Private</text><confidentialityCode code="PSYTHPN"/></section></component>`),
			want: "Note", remarks: []string{"a section is not read: psychotherapy notes are kept apart from the record"}},

		// PDF; more of it in package pdftext.
		{name: "PDF", kind: "application/pdf", data: smallPDF("Session 14:00 to 14:53"), want: "Session 14:00 to 14:53"},
		{name: "a PDF whose second page is a scan", kind: "application/pdf", data: "%PDF-1.4\nNote\n\f",
			want: "Note", remarks: []string{"pages of the PDF that are pictures are not read: 2"}},
		{name: "a PDF of many scans", kind: "application/pdf", data: "%PDF-1.4\nNote" + strings.Repeat("\f", 12),
			want: "Note", remarks: []string{"pages of the PDF that are pictures are not read: 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, …"}},
		{name: "a PDF of which a part is read", kind: "application/pdf", data: smallPDF("Note [cut]"), want: "Note [cut]", remarks: []string{"a part of the PDF could not be read"}},
		{name: "a PDF within a document", kind: "text/xml", data: cda(`<component><nonXMLBody><text mediaType="application/pdf" representation="B64">` + base64.StdEncoding.EncodeToString([]byte(smallPDF("Note"))) + `</text></nonXMLBody></component>`), want: "Note"},
		{name: "no PDF", kind: "application/pdf", data: "Note", fault: "the PDF is damaged and cannot be read"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := notetext.Read(notetext.Attachment{Kind: tt.kind, Charset: tt.charset, Data: []byte(tt.data)}, onePDF)
			fault := ""
			if err != nil {
				fault = err.Error()
			}
			if got.Words != tt.want || fault != tt.fault || !slices.Equal(got.Remarks, tt.remarks) {
				t.Errorf("got %q, fault %q, remarks %q\nwant %q, fault %q, remarks %q", got.Words, fault, got.Remarks, tt.want, tt.fault, tt.remarks)
			}
		})
	}
}

// nestedCDA is a document within so many others.
func nestedCDA(around int) string {
	document := section(`<text>Note</text>`)
	for range around {
		document = cda(`<component><nonXMLBody><text mediaType="text/xml" representation="B64">` + base64.StdEncoding.EncodeToString([]byte(document)) + `</text></nonXMLBody></component>`)
	}
	return document
}

// What is sent to do harm: each ends with a reason or a text, soon, and resolves nothing.
func TestHostile(t *testing.T) {
	laughs := `<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;&lol;&lol;">]><ClinicalDocument><component><structuredBody><component><section><text>&lol2;</text></section></component></structuredBody></component></ClinicalDocument>`
	const doctype = "the XML has a DOCTYPE, and no XML with one is read"
	for _, tt := range []struct {
		name, kind, data, fault string
	}{
		{"a billion laughs", "text/xml", laughs, doctype},
		{"an entity from a file", "application/xml", strings.Replace(laughs, `<!ENTITY lol "lol">`, `<!ENTITY lol SYSTEM "file:///etc/passwd">`, 1), doctype},
		{"an entity from a parameter", "text/xml", strings.Replace(laughs, `<!ENTITY lol "lol">`, `<!ENTITY % p SYSTEM "http://elsewhere.example/p.dtd"> %p;`, 1), doctype},
		{"a DOCTYPE after a comment", "text/xml", strings.Replace(laughs, "<!DOCTYPE", "<!-- x --><!doctype", 1), doctype},
		{"a DOCTYPE within the document", "text/xml", section(`<text><!DOCTYPE x [<!ENTITY e "x">]>&e;</text>`), doctype},
		{"a DOCTYPE within what is not read", "text/xml", section(`<entry><!ENTITY e "x"></entry>`), doctype},
		{"an entity that nobody declared", "text/xml", section(`<text>&lol;</text>`), "the XML is damaged and cannot be read"},
		{"an entity of HTML", "text/xml", section(`<text>&nbsp;</text>`), "the XML is damaged and cannot be read"},
		{"deep XML", "text/xml", section(`<text>` + strings.Repeat("<content>", 1000)), "the XML is larger or deeper than any note and is not read"},
		{"deep XML that is passed over", "text/xml", section(`<entry>` + strings.Repeat("<a>", 500_000)), "the XML is larger or deeper than any note and is not read"},
		{"many elements", "text/xml", section(`<text>` + strings.Repeat("<br/>", 500_000) + `</text>`), "the XML is larger or deeper than any note and is not read"},
		{"deep RTF", "text/rtf", `{\rtf1` + strings.Repeat("{", 500_000), "the RTF is nested too deeply to be read"},
		{"closing braces", "text/rtf", `{\rtf1 Note` + strings.Repeat("}", 500_000), ""},
		{"a picture of no length", "text/rtf", `{\rtf1 Note\bin-1 \bin99999999999 \u99999999999 \'`, ""},
		{"fonts", "text/rtf", `{\rtf1 Note{\fonttbl` + strings.Repeat(`{\f1\fcharset2 x;}`, 50_000) + `}}`, ""},
		{"deep HTML", "text/html", strings.Repeat("<div>", 100_000), "the HTML is nested too deeply to be read"},
		{"tags", "text/html", "Note" + strings.Repeat("<b></b>", 500_000), "the HTML has more tags than any note and is not read"},
		{"open tags", "text/html", "Note" + strings.Repeat("<", 1<<20), ""},
		{"attributes", "text/html", "Note<p " + strings.Repeat("a=b ", 300_000) + ">", ""},
		{"a comment without end", "text/html", "Note<!--" + strings.Repeat("-", 1<<20), ""},
		{"tables within nothing", "text/html", "Note" + strings.Repeat("<table><a>", 200), ""},
		{"misnested", "text/html", "Note" + strings.Repeat("<a><table><td><i>x</a>", 60), ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			start := time.Now()
			text, err := notetext.Read(notetext.Attachment{Kind: tt.kind, Data: []byte(tt.data)}, onePDF)
			if took := time.Since(start); took > 5*time.Second {
				t.Errorf("took %v", took)
			}
			if tt.fault == "" && (err != nil || !strings.HasPrefix(text.Words, "Note")) || tt.fault != "" && (err == nil || err.Error() != tt.fault) {
				t.Errorf("got %.80q, %v, want %q", text.Words, err, tt.fault)
			}
		})
	}
}

// A text that is longer than a note is cut at a line, and that is said.
func TestCut(t *testing.T) {
	line := strings.Repeat("é", 49) + "\n"
	for _, tt := range []struct{ name, kind, data string }{
		{"plain text", "text/plain", strings.Repeat(line, 20_000)},
		{"HTML", "text/html", strings.Repeat(strings.Repeat("é", 49)+"<br>", 20_000)},
		{"RTF", "text/rtf", `{\rtf1 ` + strings.Repeat(strings.Repeat(`\'e9`, 49)+`\par `, 20_000) + `}`},
	} {
		got, err := notetext.Read(notetext.Attachment{Kind: tt.kind, Data: []byte(tt.data)}, onePDF)
		if err != nil {
			t.Fatalf("%s: %v", tt.name, err)
		}
		if n := len(got.Words); n > notetext.MaxText || n < notetext.MaxText-100 || !utf8.ValidString(got.Words) || !strings.HasSuffix(got.Words, "é") {
			t.Errorf("%s: %d bytes", tt.name, n)
		}
		if want := []string{"only the first 1 MiB of its text is read"}; !slices.Equal(got.Remarks, want) {
			t.Errorf("%s: remarks %q, want %q", tt.name, got.Remarks, want)
		}
	}
	one, err := notetext.Read(notetext.Attachment{Kind: "text/plain", Data: []byte(strings.Repeat("é", notetext.MaxText))}, nil)
	if err != nil || len(one.Words) != notetext.MaxText || !utf8.ValidString(one.Words) {
		t.Errorf("one line: %d bytes, %v", len(one.Words), err)
	}
}

// The time of every form grows with its length: 32 times the bytes take far less than the thousand
// times that a reader would take which goes back over what it has read.
func TestLinear(t *testing.T) {
	if testing.Short() {
		t.Skip("measures time")
	}
	for _, tt := range []struct{ name, kind, head, piece, tail string }{
		{"plain text", "text/plain", "", "Session 14:00 to 14:53.\n", ""},
		{"HTML", "text/html", "<ol>", "<li><b>Session</b> text of a note that goes on for some while, as notes do when the day was long", ""},
		{"HTML, less than", "text/html", "", "<", "a"},
		{"RTF", "text/rtf", `{\rtf1 `, `{\b Session} caf\'e9 \u8211?\par `, "}"},
		{"RTF, groups", "text/rtf", `{\rtf1 a`, `{}`, "}"},
		{"C-CDA", "text/xml", strings.TrimSuffix(section(`<text>`), "</section></component></structuredBody></component></ClinicalDocument>"), "<paragraph>Session text of a note that goes on for some while</paragraph>", "</text></section></component></structuredBody></component></ClinicalDocument>"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			measure := func(bytes int) time.Duration {
				data := []byte(tt.head + strings.Repeat(tt.piece, bytes/len(tt.piece)) + tt.tail)
				best := time.Hour
				for range 3 {
					start := time.Now()
					_, _ = notetext.Read(notetext.Attachment{Kind: tt.kind, Data: data}, onePDF)
					best = min(best, time.Since(start))
				}
				return best
			}
			small, large := measure(50_000), measure(1_600_000)
			if large > 200*small+100*time.Millisecond {
				t.Errorf("50 kB take %v, 1.6 MB %v", small, large)
			}
		})
	}
}

func TestFormOf(t *testing.T) {
	for written, want := range map[string]notetext.Form{
		"text/plain": notetext.Plain, "Text/HTML; charset=utf-8": notetext.HTML, "application/xhtml+xml": notetext.HTML,
		"application/hl7-sdwg-ccda+xml": notetext.CDA, "text/xml": notetext.CDA, "application/pdf;x": notetext.PDF, "text/rtf": notetext.RTF,
	} {
		kind, _ := notetext.MediaType(written)
		if got := notetext.FormOf(kind); got != want || !notetext.Readable(kind) {
			t.Errorf("%s: got %v, want %v", written, got, want)
		}
	}
	for _, kind := range []string{"image/png", "application/zip", "multipart/mixed", "application/fhir+json", "application/msword"} {
		if notetext.Readable(kind) {
			t.Errorf("%s is taken for readable", kind)
		}
	}
	if kind, charset := notetext.MediaType(`TEXT/Plain; Charset="ISO-8859-1"`); kind != "text/plain" || charset != "iso-8859-1" {
		t.Errorf("got %q, %q", kind, charset)
	}
}

// Where no reader of PDFs is given, a PDF is said to be one and not read.
func TestNoPDF(t *testing.T) {
	got, err := notetext.Read(notetext.Attachment{Kind: "application/pdf", Data: []byte(smallPDF("Note"))}, nil)
	if err == nil || err.Error() != "the note is a PDF, and none is read here" || got.Words != "" {
		t.Errorf("got %q, %v", got.Words, err)
	}
}

// Whatever the bytes are: a text in UTF-8 within the limit or a reason, and the same one again.
func FuzzNoteText(f *testing.F) {
	for _, seed := range [][2]string{
		{"text/plain", "Session 14:00 to 14:53.\n"},
		{"text/html", "<table hidden><tr><td>14:00<td>14:53</table><ol><li>a<li><pre>b\nc</pre></ol><p style='display:none'>x"},
		{"application/xhtml+xml", "<?xml version='1.0' encoding='utf-8'?><html><p/>Note</html>"},
		{"text/rtf", `{\rtf1\ansi\ansicpg1250{\fonttbl{\f1\fcharset2 x;}}\uc2 a\u-10179??\u-8704??{\f1\'b7}\trowd b\cell\row{\*\x y}\bin3 abc\par}`},
		{"text/xml", section(`<title>Plan</title><text><table><tr><td>a</td></tr></table></text>`)},
		{"text/xml", nestedCDA(1)},
		{"application/pdf", smallPDF("Note")},
		{"application/octet-stream", "%PDF-1.7 1 0 obj<</Type/ObjStm/N 1/First 4>>stream\n5 0 <<>>endstream"},
	} {
		f.Add(seed[0], "", []byte(seed[1]))
		f.Add(seed[0], "windows-1252", []byte(seed[1]))
	}
	f.Fuzz(func(t *testing.T, kind, charset string, data []byte) {
		a := notetext.Attachment{Kind: kind, Charset: charset, Data: data}
		got, err := notetext.Read(a, onePDF)
		if err != nil {
			if got.Words != "" || err.Error() == "" {
				t.Errorf("%q beside %v", got.Words, err)
			}
			return
		}
		if !utf8.ValidString(got.Words) || len(got.Words) > notetext.MaxText || strings.TrimSpace(got.Words) == "" {
			t.Errorf("%d bytes of %q", len(got.Words), got.Words)
		}
		again, err := notetext.Read(a, onePDF)
		if err != nil || again.Words != got.Words || !slices.Equal(again.Remarks, got.Remarks) {
			t.Errorf("read again: %v", err)
		}
	})
}
