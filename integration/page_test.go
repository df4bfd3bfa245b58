package integration

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// A page is what a browser without scripts makes of an answer: its text and its forms.
type page struct {
	status int
	at     *url.URL // where it was found, after redirects
	text   string   // what a person reads, spaces folded
	raw    string
	tags   []string // words that stand in a marked box, such as the state of a filing
	forms  []form
}

// A form is what pressing its button would send.
type form struct {
	action  *url.URL
	method  string
	fields  url.Values          // as the page fills them in
	boxes   map[string][]string // values of checkboxes by name, ticked or not
	radios  map[string][]string // values of radio buttons by name
	options map[string][]string // values of selections by name
	buttons map[string][]string // values of buttons by name: one of them is sent
	presses []press
}

// A press is a button that sends its form: its words, what it adds, and where it sends to if elsewhere.
type press struct {
	words, name, value string
	action             *url.URL
}

func readPage(t testing.TB, status int, at *url.URL, body string) *page {
	t.Helper()
	root, err := html.Parse(strings.NewReader(body))
	if err != nil {
		t.Fatalf("page %s: %v", at.Path, err)
	}
	p := &page{status: status, at: at, raw: body}
	var text strings.Builder
	var walk func(*html.Node, *form)
	walk = func(n *html.Node, in *form) {
		if n.Type == html.ElementNode && slices.Contains(strings.Fields(attribute(n, "class")), "tag") && n.FirstChild != nil {
			p.tags = append(p.tags, strings.TrimSpace(n.FirstChild.Data))
		}
		switch {
		case n.Type == html.TextNode && n.Parent.Data != "style" && n.Parent.Data != "script":
			text.WriteString(n.Data + " ")
		case n.Type == html.ElementNode && n.Data == "form":
			p.forms = append(p.forms, newForm(t, n, at))
			in = &p.forms[len(p.forms)-1]
		case n.Type == html.ElementNode && in != nil:
			in.add(n)
			if n.Data == "button" {
				in.presses = append(in.presses, newPress(n, at))
			}
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c, in)
		}
	}
	walk(root, nil)
	p.text = strings.Join(strings.Fields(text.String()), " ")
	return p
}

func newForm(t testing.TB, n *html.Node, at *url.URL) form {
	t.Helper()
	action, err := at.Parse(attribute(n, "action"))
	if err != nil {
		t.Fatalf("form of %s: %v", at.Path, err)
	}
	method := strings.ToUpper(attribute(n, "method"))
	if method == "" {
		method = "GET"
	}
	return form{action: action, method: method, fields: url.Values{},
		boxes: map[string][]string{}, radios: map[string][]string{}, options: map[string][]string{}, buttons: map[string][]string{}}
}

func newPress(n *html.Node, at *url.URL) press {
	p := press{name: attribute(n, "name"), value: attribute(n, "value")}
	var words strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			words.WriteString(d.Data + " ")
		}
	}
	p.words = strings.Join(strings.Fields(words.String()), " ")
	if elsewhere := attribute(n, "formaction"); elsewhere != "" {
		p.action, _ = at.Parse(elsewhere)
	}
	return p
}

// add takes a control of a form as a browser does: hidden fields and what is ticked are sent.
func (f *form) add(n *html.Node) {
	name, value := attribute(n, "name"), attribute(n, "value")
	if name == "" || has(n, "disabled") {
		return
	}
	switch n.Data {
	case "input":
		switch attribute(n, "type") {
		case "checkbox":
			f.boxes[name] = append(f.boxes[name], value)
			if has(n, "checked") {
				f.fields.Add(name, value)
			}
		case "radio":
			f.radios[name] = append(f.radios[name], value)
			if has(n, "checked") {
				f.fields.Set(name, value)
			}
		case "submit", "button", "image", "reset", "file":
		default:
			f.fields.Add(name, value)
		}
	case "button":
		f.buttons[name] = append(f.buttons[name], value)
	case "select":
		f.addSelect(n, name)
	case "textarea":
		if n.FirstChild != nil {
			f.fields.Add(name, n.FirstChild.Data)
		}
	}
}

func (f *form) addSelect(n *html.Node, name string) {
	var chosen string
	var walk func(*html.Node)
	walk = func(c *html.Node) {
		if c.Type == html.ElementNode && c.Data == "option" {
			value := attribute(c, "value")
			f.options[name] = append(f.options[name], value)
			if has(c, "selected") || len(f.options[name]) == 1 {
				chosen = value
			}
		}
		for d := c.FirstChild; d != nil; d = d.NextSibling {
			walk(d)
		}
	}
	walk(n)
	f.fields.Set(name, chosen)
}

// form finds the form whose action ends so.
func (p *page) form(ending string) (form, bool) {
	for _, f := range p.forms {
		if strings.HasSuffix(f.action.Path, ending) {
			return f, true
		}
	}
	return form{}, false
}

// tickAll ticks every box and, of each set of radio buttons, the first that stands for something.
func (f form) tickAll() form {
	fields := url.Values{}
	for name, values := range f.fields {
		fields[name] = values
	}
	for name, values := range f.boxes {
		fields[name] = values
	}
	for name, values := range f.radios {
		for _, value := range values {
			if value != "" {
				fields.Set(name, value)
				break
			}
		}
	}
	f.fields = fields
	return f
}

// String is the beginning of what a person reads, enough to see what page it is.
func (p *page) String() string {
	_, main, found := strings.Cut(p.text, "Skip to the content ")
	if !found {
		main = p.text
	}
	if len(main) > 400 {
		main = main[:400] + "…"
	}
	return main
}

// offers is whether the form has a line to tick, or a choice.
func (f form) offers() bool { return len(f.boxes["offer"])+len(f.radios) > 0 }

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, name string) bool {
	for _, a := range n.Attr {
		if a.Key == name {
			return true
		}
	}
	return false
}
