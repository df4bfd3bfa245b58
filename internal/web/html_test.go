package web

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/chargenote/chargenote/coding"
	"github.com/chargenote/chargenote/docs"
	"github.com/chargenote/chargenote/internal/review"
	"github.com/chargenote/chargenote/internal/visit"
	"github.com/chargenote/chargenote/smart"
)

// allPages is one of every page, and the review in its three shapes.
func allPages(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	w := newWorld(t)
	for _, f := range fixtures {
		all["visit, "+f.name] = w.fixturePage(f.name)
	}
	w.chart.set(testingVisit())
	all["asked"] = w.get("/visit/A", "A").Body.String()
	all["not taken"] = w.answer("A", "tests-count", "some").Body.String()
	w.answer("A", "tests-count", "3")
	all["answered"] = w.get("/visit/A", "A").Body.String()
	w.post("/visit/A/work", "A", entry("minutes", "31"))
	all["worked"] = w.get("/visit/A", "A").Body.String()
	w.post("/visit/A/work/start", "A", entry())
	all["clock"] = w.get("/visit/A", "A").Body.String()
	all["work not taken"] = w.post("/visit/A/work", "A", entry("minutes", "0")).Body.String()
	w.post("/visit/A/work", "A", url.Values{"undo": {"work-1"}})
	w.post("/visit/A/facts", "A", url.Values{"undo": {"tests-count"}})
	w.chart.set(distantVisit())
	all["choices"] = w.get("/visit/A", "A").Body.String()
	w.chart.set(therapyVisit(47))
	all["index"] = w.get("/", "").Body.String()
	all["visit"] = w.get("/visit/A", "A").Body.String()
	w.chart.choices = []visit.EncounterChoice{{Reference: "Encounter/e1", Day: "2025-03-10"}}
	all["encounters"] = w.get("/visit/C", "C").Body.String()
	form := w.previewed("A")
	all["preview"] = w.post("/visit/A/preview", "A", form).Body.String()
	all["codes"] = w.get("/visit/A/codes", "A").Body.String()
	all["found"] = w.get("/visit/A/codes?q=psych", "A").Body.String()
	all["not found"] = w.get("/visit/A/codes?q=zzz", "A").Body.String()
	all["line not taken"] = w.post("/visit/A/pick", "A", url.Values{"code": {"12345"}}).Body.String()
	all["write"] = w.get(w.post("/visit/A/confirm", "A", form).Header().Get("Location"), "A").Body.String()
	all["documents"] = w.get("/visit/A/documents", "A").Body.String()
	all["document"] = w.get("/visit/A/documents/progress-note-soap", "A").Body.String()
	w.save("A", "after-visit-summary", map[string]string{"Your next visit": "Tuesday. [[ time ]]", "What you practiced": ""})
	all["document, edited"] = w.get("/visit/A/documents/after-visit-summary", "A").Body.String()
	w.chart.set(diagnosedVisit())
	w.post("/visit/A/pick", "A", url.Values{"code": {"90837"}, "units": {"1"}})
	all["picked"] = w.get("/visit/A", "A").Body.String()
	all["preview of a pick"] = w.post("/visit/A/preview", "A", url.Values{"offer": {"pick-90837"}}).Body.String()
	w.post("/visit/A/not-billable", "A", nil)
	all["not billable"] = w.get("/visit/A", "A").Body.String()
	all["no page"] = w.get("/nowhere", "").Body.String()
	all["stop"] = w.get("/visit/B", "B").Body.String()
	w.launches.fault = &smart.Error{Kind: smart.NoCookie, Again: "/launch?iss=x"}
	all["no cookie"] = w.get("/launch/continue", "").Body.String()
	all["ended"] = w.post("/visit/A/end", "A", nil).Body.String()
	w.server.options.Demo = true
	all["demo"] = w.get("/", "").Body.String()
	return all
}

// walk visits every element.
func walk(n *html.Node, visit func(*html.Node)) {
	if n.Type == html.ElementNode {
		visit(n)
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		walk(c, visit)
	}
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// foreignScript is a script that is anything but one of our files, by the address of its content.
func foreignScript(n *html.Node) bool {
	src := attr(n, "src")
	return n.Data == "script" && (n.FirstChild != nil || !strings.HasPrefix(src, "/static/") || !strings.Contains(src, "?v="))
}

func TestPagesHaveNoScriptAndNoStyleInThem(t *testing.T) {
	for name, content := range allPages(t) {
		root := parse(t, content)
		walk(root, func(n *html.Node) {
			if foreignScript(n) {
				t.Errorf("%s: there is a script that is not a file of ours: %s", name, flat(n))
			}
			if n.Data == "style" || n.Data == "iframe" || n.Data == "object" || n.Data == "base" {
				t.Errorf("%s: there is a <%s>", name, n.Data)
			}
			for _, a := range n.Attr {
				if a.Key == "style" || strings.HasPrefix(a.Key, "on") || strings.HasPrefix(strings.ToLower(a.Val), "javascript:") {
					t.Errorf("%s: <%s> has %s=%q", name, n.Data, a.Key, a.Val)
				}
			}
		})
	}
}

func TestPagesHaveOneHeadingLandmarksAndLabels(t *testing.T) {
	for name, content := range allPages(t) {
		root := parse(t, content)
		counts, ids := map[string]int{}, map[string]int{}
		var level int
		var labelled, pointed []string
		walk(root, func(n *html.Node) {
			counts[n.Data]++
			if id := attr(n, "id"); id != "" {
				ids[id]++
			}
			switch n.Data {
			case "h1", "h2", "h3":
				if next := int(n.Data[1] - '0'); next > level+1 {
					t.Errorf("%s: <%s> follows a heading of level %d", name, n.Data, level)
				} else {
					level = next
				}
			case "input":
				if kind := attr(n, "type"); kind == "checkbox" || kind == "radio" || kind == "number" {
					labelled = append(labelled, attr(n, "id"))
				}
			case "textarea":
				labelled = append(labelled, attr(n, "id"))
			case "label":
				pointed = append(pointed, attr(n, "for"))
			case "table":
				if !strings.Contains(flat(n), "<caption") || strings.Count(flat(n), "<th") == 0 {
					t.Errorf("%s: a table has no caption or no headers", name)
				}
			case "svg":
				if attr(n, "aria-hidden") == "true" {
					break
				}
				if attr(n, "role") != "img" || attr(n, "aria-labelledby") == "" || attr(n, "aria-describedby") == "" || !strings.Contains(flat(n), "<title id") || !strings.Contains(flat(n), "<desc id") {
					t.Errorf("%s: a picture has no role, title or description", name)
				}
				labelled, pointed = append(labelled, attr(n, "aria-describedby")), append(pointed, attr(n, "aria-describedby"))
			case "section":
				if by := attr(n, "aria-labelledby"); by == "" && attr(n, "role") == "" {
					t.Errorf("%s: a section has no name", name)
				}
			}
			if by := attr(n, "aria-labelledby"); by != "" {
				labelled = append(labelled, by)
				pointed = append(pointed, by)
			}
		})
		if counts["h1"] != 1 || counts["main"] != 1 || counts["footer"] != 1 || counts["title"] < 1 {
			t.Errorf("%s: %d h1, %d main, %d footer; want one of each", name, counts["h1"], counts["main"], counts["footer"])
		}
		for id, n := range ids {
			if n > 1 {
				t.Errorf("%s: the id %q stands %d times", name, id, n)
			}
		}
		for _, id := range labelled {
			if ids[id] == 0 || !slices.Contains(pointed, id) {
				t.Errorf("%s: %q has no label", name, id)
			}
		}
	}
}

func parse(t *testing.T, content string) *html.Node {
	t.Helper()
	if !strings.HasPrefix(content, "<!DOCTYPE html>") {
		t.Errorf("no page: %.80s", content)
	}
	root, err := html.Parse(strings.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	return root
}

func flat(n *html.Node) string {
	var b strings.Builder
	_ = html.Render(&b, n)
	return b.String()
}

// TestMarkupNests fails where a browser would have to repair what we wrote.
func TestMarkupNests(t *testing.T) {
	void := []string{"meta", "link", "input", "br", "img"}
	for name, content := range allPages(t) {
		var stack []string
		tokens := html.NewTokenizer(strings.NewReader(content))
		for {
			kind := tokens.Next()
			if kind == html.ErrorToken {
				break
			}
			tag, _ := tokens.TagName()
			switch kind {
			case html.StartTagToken:
				if !slices.Contains(void, string(tag)) {
					stack = append(stack, string(tag))
				}
			case html.EndTagToken:
				if len(stack) == 0 || stack[len(stack)-1] != string(tag) {
					t.Fatalf("%s: </%s> closes %v", name, tag, stack)
				}
				stack = stack[:len(stack)-1]
			}
		}
		if len(stack) > 0 {
			t.Errorf("%s: %v are not closed", name, stack)
		}
	}
}

// hostile is text as somebody with bad intent would leave it in a record.
const hostile = `"><script>alert(1)</script><img src=x onerror=alert(1)>{{.}}' style='x`

func TestTextOfTheRecordIsDataOnly(t *testing.T) {
	w := newWorld(t)
	v := therapyVisit(47)
	v.Person = visit.Person{Name: hostile, BirthDate: hostile, Sex: hostile, Record: hostile}
	v.Clinician.Name = hostile
	v.Charges = []visit.Charge{{Reference: hostile, Code: hostile, Status: hostile, Units: 1}}
	r := &review.Review{
		DateOfService: hostile,
		Session: visit.Session{Status: hostile, Question: hostile, Conflicts: []visit.Conflict{{Text: hostile, Sources: []string{hostile}}},
			Segments: []visit.Segment{{Activity: hostile, Start: at("14:00"), End: at("14:10"), Why: hostile, Sources: []string{hostile}}}},
		Scores: []visit.Score{{Instrument: hostile, Total: number(3), Range: [2]int{0, 27}, Band: hostile, Date: hostile, Triggers: []string{hostile}, Sources: []string{hostile},
			BandNote: hostile, Next: []string{hostile}, Supports: hostile, Subscales: []visit.Subscale{{Name: hostile}}, Change: &visit.Change{Date: hostile, Text: hostile}}},
		Coding: coding.Result{
			Suggestions:  []coding.Suggestion{{Code: hostile, Units: 1, Modifiers: []string{hostile}, PlaceOfService: hostile, Label: hostile, Flags: []string{hostile}, Because: []coding.Because{{Rule: hostile, Status: coding.Met, Text: hostile, Sources: []string{hostile}, Reference: hostile}}}},
			Choices:      []coding.Choice{{Why: hostile, Options: [][]coding.Line{{{Code: hostile, Units: 1}}}}},
			NotSuggested: []coding.NotSuggested{{Code: hostile, Text: hostile, Reference: hostile}},
			Flags:        []coding.Flag{{Kind: hostile, Code: hostile, Text: hostile}}, Questions: []coding.Question{{Text: hostile, Unlocks: []string{hostile}}, {ID: "minutes:" + hostile, Text: hostile, Unlocks: []string{hostile}}, {ID: "payer", Text: hostile}}},
		Documentation: docs.Result{Elements: []docs.Element{{ID: hostile, Name: hostile, Status: docs.Unclear, Severity: docs.Warn, Evidence: []docs.Evidence{{Text: hostile}}, Known: &docs.Known{Value: hostile}, Gap: hostile, Why: hostile, Or: hostile, Reference: hostile}},
			Similarity: &docs.Similarity{Day: hostile, Passages: []docs.Evidence{{Text: hostile}}},
			Vague:      []docs.Vague{{Text: hostile, Class: hostile}}},
		Consistency: []review.Consistency{{ID: hostile, Status: hostile, Record: hostile, Note: hostile, Text: hostile}},
		Notes:       []visit.Remark{{Resource: hostile, Text: hostile}},
		Unread:      []visit.Unread{{Kind: hostile, Reason: hostile}},
	}
	for name, content := range map[string]string{
		"visit":      w.renderReview(r, v, hostile, map[string]string{hostile: hostile}),
		"previewed":  w.hostilePreview(t),
		"encounters": w.hostileEncounters(),
	} {
		walk(parse(t, content), func(n *html.Node) {
			if foreignScript(n) || n.Data == "img" || attr(n, "onerror") != "" || attr(n, "style") != "" {
				t.Errorf("%s: text of the record became <%s>", name, n.Data)
			}
		})
		if !strings.Contains(content, "&lt;script&gt;") {
			t.Errorf("%s: the hostile text is not shown at all", name)
		}
	}
}

func (w *world) hostilePreview(t *testing.T) string {
	t.Helper()
	v := therapyVisit(47)
	v.Person.Name, v.User.Name, v.Note.Text = hostile, hostile, hostile
	w.chart.set(v)
	answer := w.post("/visit/A/preview", "A", url.Values{"offer": {"90834"}})
	if answer.Code != http.StatusOK {
		t.Fatalf("preview answers %d", answer.Code)
	}
	return answer.Body.String()
}

func (w *world) hostileEncounters() string {
	w.chart.choices = []visit.EncounterChoice{{Reference: hostile, Day: hostile, Text: hostile, Status: hostile}}
	return w.get("/visit/C", "C").Body.String()
}

func TestWhatCouldNotBeLoadedIsSaid(t *testing.T) {
	w := newWorld(t)
	v := therapyVisit(47)
	v.Unread = []visit.Unread{{Kind: "Observation", Reason: "refused (403): ask for scope user/Observation.rs"}}
	v.Note = visit.Note{Status: visit.NoteUnreadable, Reason: "it is a picture"}
	w.chart.set(v)
	want(t, w.get("/visit/A", "A"), http.StatusOK, "Could not be loaded", "<strong>Observation</strong>: refused (403)", "not taken for absent", "The note could not be read")
}

func TestOnlyWhatStandsWithoutDoubtIsTicked(t *testing.T) {
	line := coding.Suggestion{Code: "90834", Units: 1}
	block := docs.Element{Status: docs.Missing, Severity: docs.Block}
	for _, tt := range []struct {
		name    string
		flags   []string
		element *docs.Element
		charges []visit.Charge
		want    bool
	}{
		{"nothing against it", nil, nil, nil, true},
		{"a gap that blocks", nil, &block, nil, false},
		{"the blocking element is there", nil, &docs.Element{Status: docs.Present, Severity: docs.Block}, nil, true},
		{"a gap that warns", nil, &docs.Element{Status: docs.Missing, Severity: docs.Warn}, nil, true},
		{"above a unit limit", []string{"mue-exceeded"}, nil, nil, false},
		{"the longest code there is", []string{"no-prolonged-code"}, nil, nil, true},
		{"already charged", nil, nil, []visit.Charge{{Code: "90834", Status: "planned"}}, false},
		{"charged and withdrawn", nil, nil, []visit.Charge{{Code: "90834", Status: "entered-in-error"}}, true},
		{"charged with a modifier", nil, nil, []visit.Charge{{Code: "90834", Modifiers: []string{"95"}, Status: "planned"}}, true},
	} {
		line.Flags = tt.flags
		r := &review.Review{Coding: coding.Result{Suggestions: []coding.Suggestion{line},
			Choices: []coding.Choice{{Options: [][]coding.Line{{{Code: "97110", Units: 1}}}}}}}
		if tt.element != nil {
			r.Documentation.Elements = []docs.Element{*tt.element}
		}
		body := visitBody(r, &visit.Visit{Charges: tt.charges}, "Practitioner/d1", nil)
		if got := body.Lines[0].Ticked; got != tt.want {
			t.Errorf("%s: ticked is %v, want %v", tt.name, got, tt.want)
		}
	}
}

func TestAFormThatWasNotTakenKeepsWhatWasChosen(t *testing.T) {
	r, v, _ := conflictingReview()
	body := visitBody(r, v, "Practitioner/d1", nil)
	body.taken([]string{"97530-GP-CQ", "choice-1-2"})
	choice := body.Choices[0]
	if !body.Lines[0].Ticked || choice.Open || choice.Options[0].Taken || !choice.Options[1].Taken {
		t.Errorf("got line %v and choice %+v, want the line and the second option", body.Lines[0].Ticked, choice)
	}
	body.taken(nil)
	if body.Lines[0].Ticked {
		t.Error("a line is ticked that was not chosen")
	}
}

func TestThreeGapsAreShownAndTheRestIsFolded(t *testing.T) {
	var elements []docs.Element
	for i, severity := range []string{docs.Info, docs.Warn, docs.Block, docs.Info, docs.Warn} {
		elements = append(elements, docs.Element{Name: fmt.Sprint(i), Status: docs.Missing, Severity: severity})
	}
	var body visitPage
	body.gaps(elements)
	var order []string
	for _, g := range slices.Concat(body.Gaps, body.MoreGaps) {
		order = append(order, g.Missing)
	}
	if got := strings.Join(order, ""); got != "21403" || len(body.Gaps) != 3 {
		t.Errorf("%d gaps are shown, in the order %s; want 3 and 21403", len(body.Gaps), got)
	}
}
