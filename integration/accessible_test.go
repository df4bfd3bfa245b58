package integration

import (
	"net/url"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// The looks that every page is checked in: how the reader's system is set up, and the widths of a
// sidebar at its narrowest, of a usual one and of a window.
var (
	themes = []struct {
		name     string
		features []*emulation.MediaFeature
	}{
		{"light", features("light", "none")},
		{"dark", features("dark", "none")},
		{"forced colors", features("dark", "active")},
	}
	widths = []int64{320, 400, 1280}
)

// features asks for less motion too: a colour that is on its way to another has no contrast of its own.
func features(scheme, forced string) []*emulation.MediaFeature {
	return []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}, {Name: "forced-colors", Value: forced},
		{Name: "prefers-reduced-motion", Value: "reduce"}}
}

// axeRun asks axe-core for what breaks WCAG 2.2 A and AA, or its own good practice, with every folded
// part open: rule, how often, and the first element.
const axeRun = `(async () => {
	document.querySelectorAll('details').forEach(d => d.open = true)
	const found = await axe.run(document, {preload: false, resultTypes: ['violations'],
		runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']})
	return found.violations.map(v => v.id + ' (' + v.nodes.length + '): ' + v.nodes[0].html.slice(0, 160) + ': ' + v.nodes[0].failureSummary.replace(/\s+/g, ' ').slice(0, 240))
})()`

// TestAccessible holds every scene of the gallery, and pages of real launches, to WCAG 2.2 AA by
// axe-core, in each theme and width: no violation, nothing to scroll sideways for, no complaint of the
// browser, and no request to anybody else.
func TestAccessible(t *testing.T) {
	axe, err := os.ReadFile(filepath.Join("testdata", "axe-core", "axe.min.js"))
	if err != nil {
		t.Fatal(err)
	}
	demo := startDemo(t)
	b := startBrowser(t)
	b.size(1280, 900)
	b.goTo(demo)
	gallery := b.all("Array.from(document.querySelectorAll('a[href$=\"/gallery\"]'), a => a.href)")
	if len(gallery) != 1 {
		t.Fatalf("the start page leads to %q, want one gallery", gallery)
	}
	charts := b.all("Array.from(document.querySelectorAll('ol.worklist a'), a => a.href)")
	at, err := url.Parse(gallery[0])
	if err != nil {
		t.Fatal(err)
	}
	b.goTo(gallery[0])
	pages := append([]string{at.Scheme + "://" + at.Host + "/", gallery[0]}, b.all("Array.from(document.querySelectorAll('.scenes a'), a => a.href)")...)
	for _, chart := range charts[:min(3, len(charts))] {
		pages = append(pages, chart+"/launch?window=1")
	}
	for _, address := range pages {
		b.goTo(address)
		b.checkLooks(string(axe))
	}
}

// long is set for the heavy tests: then axe-core sees every page in every theme at every width. Else it
// sees each theme and each width once, for what it finds hangs on one of them only.
var long = os.Getenv("CHARGENOTE_LONG") != ""

// checkLooks checks the page that is open in every theme and width.
func (b *browser) checkLooks(axe string) {
	b.Helper()
	run(b, chromedp.Evaluate[bool](axe+"; typeof axe.run === 'function'"))
	path := run(b, chromedp.Evaluate[string]("location.pathname.replace(/^\\/visit\\/[^/]+/, '/visit/…')"))
	for i, theme := range themes {
		call(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: theme.features})
		for j, width := range widths {
			b.size(width, 900)
			if i == j || long {
				for _, violation := range run(b, chromedp.Evaluate[[]string](axeRun, awaited)) {
					b.Errorf("%s, %s, %d px: %s", path, theme.name, width, violation)
				}
			}
			if !run(b, chromedp.Evaluate[bool]("document.scrollingElement.scrollWidth <= document.scrollingElement.clientWidth")) {
				b.Errorf("%s, %s, %d px: wider than its frame: %s", path, theme.name, width, run(b, chromedp.Evaluate[string](widest)))
			}
		}
	}
}

// awaited waits for the promise that a script gives.
func awaited(p *runtime.EvaluateParams) { p.AwaitPromise = new(true) }
