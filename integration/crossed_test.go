package integration

import (
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/chargenote/chargenote/internal/demoehr"
)

// launchRoutes are the routes of an open chart, as method and path with {launch} in it. The list is made
// from the router by a test of internal/web.
func launchRoutes(t *testing.T) []string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("..", "internal", "web", "testdata", "launch-routes.txt"))
	if err != nil {
		t.Fatal(err)
	}
	routes := strings.Split(strings.TrimSpace(string(raw)), "\n")
	if len(routes) < 15 {
		t.Fatalf("the list of routes has %d, fewer than there are pages", len(routes))
	}
	return routes
}

// forms are all that the pages of a chart have to send, by the path of their route with {launch} in it.
func (s *sitting) forms(t *testing.T) map[string]form {
	t.Helper()
	found := map[string]form{}
	take := func(p *page) {
		if p.status != http.StatusOK {
			t.Fatalf("a page of the chart answers %d: %s", p.status, p)
		}
		for _, f := range p.forms {
			if f.method == http.MethodPost {
				found[strings.Replace(f.action.Path, s.launch, "{launch}", 1)] = f.tickAll()
			}
		}
	}
	visit := s.address("/visit/" + s.launch)
	take(s.open(t, visit))
	for _, path := range []string{"/codes", "/documents", "/documents/progress-note-soap"} {
		take(s.open(t, visit+path))
	}
	confirm := s.preview(t)
	found["/visit/{launch}/confirm"] = confirm
	return found
}

var variables = regexp.MustCompile(`\{([a-z]+)[^}]*\}`)

// filled is a path of a route with something in place of each variable.
func filled(path, launch string) string {
	return variables.ReplaceAllStringFunc(path, func(variable string) string {
		switch variables.FindStringSubmatch(variable)[1] {
		case "launch":
			return launch
		case "format":
			return "txt"
		}
		return "progress-note-soap"
	})
}

// TestNoRouteOfAnotherBrowsersChart sends every request that there is about chart B from a browser that has
// chart A open: with B's own form, filled in as B's clinician would. Each is refused, says nothing of B's
// patient and changes nothing; the same form from B's own browser is taken.
func TestNoRouteOfAnotherBrowsersChart(t *testing.T) {
	w := target{}.open(t)
	first := w.fileable(t)
	visits := w.ehr.Visits()
	second := visits[slices.IndexFunc(visits, func(v demoehr.SeedVisit) bool { return v.Patient != first.Patient && !v.NoEncounter })]
	a := newVisitor(t).launch(t, w.banner(first))
	b := newVisitor(t).launch(t, w.banner(second))
	nameB, formsB := b.patientName(t), b.forms(t)
	before := b.open(t, b.address("/visit/"+b.launch)).text

	sent := 0
	for _, route := range launchRoutes(t) {
		method, path, _ := strings.Cut(route, " ")
		address := a.page.at.ResolveReference(&url.URL{Path: filled(path, b.launch)})
		f := form{action: address, method: method, fields: url.Values{}}
		if real, ok := formsB[filled(path, "{launch}")]; ok && method == http.MethodPost {
			f, sent = real, sent+1
		}
		var p *page
		if method == http.MethodPost {
			p = a.press(t, f)
		} else {
			p = a.open(t, address.String())
		}
		if p.status < 400 || p.status >= 500 || strings.Contains(p.raw, nameB) {
			t.Errorf("%s from a browser without that chart answers %d: %s", route, p.status, p)
		}
	}
	if sent < 6 {
		t.Errorf("only %d of the routes were sent with a form of the page: %d forms were found", sent, len(formsB))
	}
	if after := b.open(t, b.address("/visit/"+b.launch)).text; after != before {
		t.Errorf("the chart is not as it was:\nbefore: %s\nafter:  %s", before, after)
	}
	w.nothingFiled(t)
	for _, path := range slices.Sorted(maps.Keys(formsB)) {
		f := formsB[path]
		if strings.HasSuffix(path, "/end") {
			continue // it would close the chart; it is pressed last
		}
		if p := b.press(t, f); p.status >= 500 || p.status == http.StatusNotFound || p.status == http.StatusForbidden {
			t.Errorf("%s from its own browser answers %d: so its refusal before proves nothing", path, p.status)
		}
	}
	if p := b.press(t, formsB["/visit/{launch}/end"]); p.status != http.StatusOK {
		t.Errorf("the chart cannot be closed by its own browser: %d", p.status)
	}
}

// crossedForms sends every form of the pages of chart a under the address of chart b, in one browser that
// has both open. Nothing of a may be taken or shown.
func (w *world) crossedForms(t *testing.T, a, b *sitting, nameA string) {
	t.Helper()
	crossed := a.forms(t)
	if len(crossed) < 6 {
		t.Fatalf("the pages of the chart have %d forms", len(crossed))
	}
	for _, path := range slices.Sorted(maps.Keys(crossed)) {
		f := crossed[path]
		if strings.HasSuffix(path, "/end") {
			continue // it names no chart but the one of its address
		}
		f.action = f.action.ResolveReference(&url.URL{Path: strings.ReplaceAll(f.action.Path, a.launch, b.launch)})
		if p := b.press(t, f); strings.Contains(p.text, nameA) || p.status == http.StatusOK && strings.Contains(p.at.Path, "/writes/") {
			t.Errorf("a form of one chart under %s of the other answers %d at %s: %s", path, p.status, p.at.Path, p)
		}
	}
	for _, path := range []string{"", "/codes", "/documents", "/documents/progress-note-soap"} {
		if p := b.open(t, b.address("/visit/"+b.launch+path)); strings.Contains(p.text, nameA) {
			t.Errorf("after crossed forms the other chart shows %s at %s", nameA, path)
		}
	}
	w.nothingFiled(t)
}

func (w *world) nothingFiled(t *testing.T) {
	t.Helper()
	for _, visit := range w.ehr.Visits() {
		if n := len(w.record.charges(t, "Encounter/"+visit.Encounter)); n != 0 {
			t.Errorf("%d charges stand at %s after crossed forms", n, visit.Encounter)
		}
	}
}
