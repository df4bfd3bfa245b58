package notetext

import (
	"bytes"
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// mostTags is how many tags a page may have: each becomes a node in memory.
const mostTags = 100_000

const leftOut = "text that is hidden or struck out is not read"

var (
	errTags = errors.New("the HTML has more tags than any note and is not read")
	errHTML = errors.New("the HTML is nested too deeply to be read")
)

// readHTML reads what a page shows.
func readHTML(a Attachment) (Text, error) {
	page, err := decodeHTML(a)
	if err != nil {
		return Text{}, err
	}
	if strings.Count(page, "<") > mostTags && countTags(page) > mostTags {
		return Text{}, errTags
	}
	if root, _ := rootElement(page); a.Kind == "application/xhtml+xml" || root == "html" && strings.HasPrefix(strings.TrimSpace(page), "<?xml") {
		page = closedAtOnce.ReplaceAllStringFunc(page, openAndClose)
	}
	root, err := html.ParseWithOptions(strings.NewReader(page), html.ParseOptionEnableScripting(false))
	if err != nil {
		return Text{}, errHTML
	}
	r := &htmlReader{}
	r.children(root)
	return r.result(), nil
}

func (r *htmlReader) result() Text {
	text := Text{Words: r.String()}
	if r.leftOut {
		text.Remarks = []string{leftOut}
	}
	return text
}

// countTags counts what looks like a tag, not a "<" in a sentence.
func countTags(page string) int {
	count := 0
	for i := 0; i+1 < len(page); i++ {
		if c := page[i+1]; page[i] == '<' && (c == '/' || c == '!' || c == '?' || c|0x20 >= 'a' && c|0x20 <= 'z') {
			count++
		}
	}
	return count
}

// XML closes an empty element at once, which HTML takes for its beginning.
var closedAtOnce = regexp.MustCompile(`<([A-Za-z][A-Za-z0-9]*)((?:[^<>"']|"[^"<]*"|'[^'<]*')*)/>`)

func openAndClose(tag string) string {
	name := closedAtOnce.FindStringSubmatch(tag)[1]
	if slices.Contains([]string{"br", "hr", "img", "input", "meta", "link", "col", "area", "base", "wbr"}, strings.ToLower(name)) {
		return tag
	}
	return strings.TrimSuffix(tag, "/>") + "></" + name + ">"
}

var metaCharset = regexp.MustCompile(`(?i)<meta\s[^>]{0,200}?charset\s*=\s*["']?\s*([a-z0-9_.:-]{1,40})`)

var xmlEncoding = regexp.MustCompile(`^<\?xml\s[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9_.:-]{1,40})["']`)

// decodeHTML reads the character set from where HTML and XML write it, where none is declared outside.
func decodeHTML(a Attachment) (string, error) {
	charset, head := a.Charset, a.Data[:min(len(a.Data), 2048)]
	for _, where := range []*regexp.Regexp{xmlEncoding, metaCharset} {
		if found := where.FindSubmatch(bytes.TrimLeft(head, "\ufeff \t\r\n")); charset == "" && found != nil {
			charset = strings.ToLower(string(found[1]))
		}
	}
	if strings.HasPrefix(charset, "utf-16") && a.Charset == "" {
		charset = "" // a declaration that could be read as ASCII is not in UTF-16
	}
	return decode(a.Data, charset)
}

// An htmlReader walks a page that was parsed.
type htmlReader struct {
	lines
	leftOut bool
	item    int // of the list that is open, counted from 1
}

// How elements break lines.
var (
	unread = atoms(atom.Script, atom.Style, atom.Head, atom.Title, atom.Template, atom.Object, atom.Iframe, atom.Svg, atom.Math, atom.Audio, atom.Video, atom.Datalist, atom.Button)
	struck = atoms(atom.Del, atom.S, atom.Strike)
	apart  = atoms(atom.P, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Ul, atom.Ol, atom.Dl, atom.Table, atom.Blockquote, atom.Pre,
		atom.Section, atom.Article, atom.Form, atom.Fieldset, atom.Hr)
	ownLine = atoms(atom.Div, atom.Li, atom.Dt, atom.Dd, atom.Tr, atom.Caption, atom.Address, atom.Header, atom.Footer, atom.Main, atom.Nav, atom.Aside,
		atom.Legend, atom.Details, atom.Summary, atom.Figure, atom.Figcaption, atom.Center, atom.Thead, atom.Tbody, atom.Tfoot, atom.Body)
)

func atoms(list ...atom.Atom) map[atom.Atom]bool {
	set := map[atom.Atom]bool{}
	for _, a := range list {
		set[a] = true
	}
	return set
}

func (r *htmlReader) children(n *html.Node) {
	items := 0
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		if child.DataAtom == atom.Li {
			items++
			r.item = items
		}
		r.node(child)
	}
}

func (r *htmlReader) node(n *html.Node) {
	switch n.Type {
	case html.TextNode:
		if n.Parent != nil && within(n.Parent, atom.Pre) {
			r.preformatted(n.Data)
		} else {
			r.text(n.Data)
		}
	case html.ElementNode:
		switch {
		case unread[n.DataAtom]:
		case struck[n.DataAtom], hidden(n):
			r.leftOut = r.leftOut || n.FirstChild != nil
		default:
			r.element(n)
		}
	case html.DocumentNode:
		r.children(n)
	}
}

func within(n *html.Node, a atom.Atom) bool {
	for depth := 0; n != nil && depth < 4; n, depth = n.Parent, depth+1 {
		if n.DataAtom == a {
			return true
		}
	}
	return false
}

func (r *htmlReader) preformatted(s string) {
	for i, line := range strings.Split(s, "\n") {
		if i > 0 {
			r.next()
		}
		r.text(line)
	}
}

// element reads an element with the breaks before and after it.
func (r *htmlReader) element(n *html.Node) {
	around := func() {}
	switch {
	case apart[n.DataAtom]:
		around = r.blank
		if n.DataAtom == atom.Ul || n.DataAtom == atom.Ol {
			if n.Parent != nil && n.Parent.DataAtom == atom.Li {
				around = r.line
			}
		}
	case ownLine[n.DataAtom]:
		around = r.line
	}
	around()
	switch n.DataAtom {
	case atom.Br:
		r.next()
	case atom.Td, atom.Th:
		r.cell()
	case atom.Li:
		r.text(r.marker(n) + " ")
	case atom.Input:
		r.input(n)
	case atom.Option:
		if !has(n, "selected") {
			return
		}
	}
	r.children(n)
	around()
}

// marker is what stands before the item of a list.
func (r *htmlReader) marker(item *html.Node) string {
	if item.Parent == nil || item.Parent.DataAtom != atom.Ol {
		return "-"
	}
	return strconv.Itoa(r.item) + "."
}

// input reads a field of a form: a box that is ticked or not, or what was typed.
func (r *htmlReader) input(n *html.Node) {
	switch kind := strings.ToLower(attribute(n, "type")); kind {
	case "checkbox", "radio":
		if has(n, "checked") {
			r.text(" [x] ")
		} else {
			r.text(" [ ] ")
		}
	case "", "text", "date", "time", "number", "datetime-local":
		r.text(" " + attribute(n, "value") + " ")
	}
}

func has(n *html.Node, key string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == key })
}

func attribute(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

var unseen = regexp.MustCompile(`(?i)(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|text-decoration(?:-line)?\s*:[^;]{0,80}line-through)`)

// hidden reports whether an element is not shown, or is struck out, by what stands at the element itself.
func hidden(n *html.Node) bool { return has(n, "hidden") || unseen.MatchString(attribute(n, "style")) }
