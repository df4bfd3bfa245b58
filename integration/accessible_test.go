package integration

import (
	"fmt"
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
// part open: rule, how often, and the first element. What stands in a frame is a page of its own.
const axeRun = `(async () => {
	document.querySelectorAll('details').forEach(d => d.open = true)
	const found = await axe.run(document, {preload: false, resultTypes: ['violations'], iframes: false,
		runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']})
	return found.violations.map(v => v.id + ' (' + v.nodes.length + '): ' + v.nodes[0].html.slice(0, 160) + ': ' + v.nodes[0].failureSummary.replace(/\s+/g, ' ').slice(0, 240))
})()`

// axe is axe-core, which the tests alone have.
func axe(t *testing.T) string {
	t.Helper()
	source, err := os.ReadFile(filepath.Join("testdata", "axe-core", "axe.min.js"))
	if err != nil {
		t.Fatal(err)
	}
	return string(source)
}

// TestAccessible holds every scene of the gallery to WCAG 2.2 AA by axe-core, in each theme and width: no
// violation, and nothing to scroll sideways for.
func TestAccessible(t *testing.T) {
	demo := startDemo(t)
	b := startBrowser(t)
	b.size(1280, 900)
	b.goTo(demo)
	gallery := b.text("document.querySelector('a[href$=\"/gallery\"]').href")
	b.goTo(gallery)
	scenes := b.all("Array.from(document.querySelectorAll('.scenes a'), a => a.href)")
	if len(scenes) < 20 {
		t.Fatalf("the gallery lists %d scenes", len(scenes))
	}
	for _, address := range append([]string{originOf(gallery) + "/", gallery}, scenes...) {
		b.goTo(address)
		b.checkLooks(axe(t))
	}
}

// TestAccessibleChart does the same for the pages of open charts, with what a clinician does on them.
func TestAccessibleChart(t *testing.T) {
	demo := startDemo(t)
	b := startBrowser(t)
	b.expect("422 for a (Document|XHR)", "status of 422") // forms that are not taken
	b.size(1280, 900)
	look := func() { b.checkLooks(axe(t)) }
	press := func(selector, until string) {
		b.clickOnPage(selector)
		b.onPage("document.readyState === 'complete' && "+until, until)
	}
	there := func(selector string) string { return fmt.Sprintf("document.querySelector(%q) !== null", selector) }

	b.goTo(demo + "/chart/times-disagree/launch?window=1")
	look()
	run(b, evaluateOnPage("document.querySelector('input[name=question][value=\"minutes:psychotherapy\"]').form.querySelector('input[type=number]').value = 45"))
	press("form.ask:has(input[name=question][value='minutes:psychotherapy']) button", there("form.said"))
	look() // what was said, and what rests on it

	b.goTo(demo + "/chart/testing-91/launch?window=1")
	run(b, evaluateOnPage("document.querySelectorAll('details').forEach(d => d.open = true)"))
	press("form[action$='/work/start'] button[value=report]", there("form.clock"))
	look() // the clock of the ledger
	run(b, evaluateOnPage("document.querySelectorAll('details').forEach(d => d.open = true); document.querySelector('#kind-report').checked = true; document.querySelector('#work-day').value = '2026-11-18'; document.querySelector('#work-minutes').value = 25"))
	press("form[action$='/work']:has(#work-day) button", there("form.said[action$='/work'] li"))
	look()
	run(b, evaluateOnPage("document.querySelectorAll('details').forEach(d => d.open = true); document.querySelector('#kind-report').checked = true; document.querySelector('#work-day').value = '2026-11-18'"))
	press("form[action$='/work']:has(#work-day) button", there("[role=alert]"))
	look() // work without a time is not taken

	b.goTo(demo + "/chart/phq9-item-9/launch?window=1")
	look()
	visit := b.text("location.href")
	b.goTo(visit + "/codes")
	look()
	b.goTo(visit + "/codes?q=psychotherapy")
	look()
	press("form:has(input[name=code][value='90832']) button.tap", there("form.said[action$='/pick']"))
	look()
	press("form[action$='/preview'] button.primary", there("form[action$='/confirm']"))
	look()
	press("form[action$='/confirm'] button.primary", "location.pathname.includes('/writes/')")
	look() // held back, or sent
	b.goTo(visit)
	press("form[action$='/not-billable'] button", there("form.said[action$='/not-billable']"))
	look()
	b.goTo(visit + "/documents")
	look()
	documents := b.all("Array.from(document.querySelectorAll('.paper a'), a => a.href)")
	for i, document := range documents {
		b.goTo(document)
		if i > 0 && !long { // they have the same parts
			continue
		}
		look()
	}
	run(b, evaluateOnPage("window.before = true; document.querySelector('textarea').value += ' Said today.'"))
	press("form[action*='/documents/'] button.primary", "window.before === undefined && [...document.querySelectorAll('textarea')].some(a => a.value.includes('Said today.'))")
	look()
}

// TestAccessibleEHR does the same for the screens of the demo EHR.
func TestAccessibleEHR(t *testing.T) {
	demo := startDemo(t)
	b := startBrowser(t)
	b.expect("(404|409|405) for a Document", "status of (404|409|405)") // pages that say what cannot be shown
	look := func(name string) {
		b.size(1280, 900)
		b.scheme("light")
		b.shoot("ehr-" + name)
		b.checkLooks(axe(t))
	}
	open := func(path, name string) {
		b.goTo(demo + path)
		look(name)
	}
	b.size(1280, 900)
	open("/", "worklist")
	open("/as/read-only/", "worklist-other")
	open("/chart/therapy-53", "chart")
	open("/as/r5/chart/note-in-html", "chart-other")
	open("/chart/no-encounter", "chart-no-encounter")
	open("/chart/nowhere", "error")

	b.goTo(demo + "/chart/phq9-item-9") // two notes at once: the second is refused
	run(b, evaluateOnPage("document.querySelector('form[action$=\"/note\"] input[name=version]').value = 'W/\"0\"'"))
	b.clickOnPage("form[action$='/note'] button")
	b.onPage("document.readyState === 'complete' && document.querySelector('#note') === null", "the refusal of the note")
	look("note-refused")

	b.goTo(demo + "/chart/phq9-item-9")
	b.inFrame("document.querySelector('input[name=offer]') !== null && document.readyState === 'complete'", "the app")
	b.click("form[action$='/preview'] button.primary")
	b.inFrame("document.querySelector(\"form[action$='/confirm']\") !== null", "the preview")
	b.click("form[action$='/confirm'] button.primary")
	b.settled()
	open("/chart/phq9-item-9", "filed")
	b.clickOnPage("article.filed form button")
	b.onPage("document.readyState === 'complete' && document.querySelector('.in-error') !== null", "the charge marked as in error")
	look("in-error")
}

// long is set for the heavy tests: then axe-core sees every page in every theme at every width. Else it
// sees each theme and each width once, for what it finds hangs on one of them only.
var long = os.Getenv("CHARGENOTE_LONG") != ""

// checkLooks checks the page that is open in every theme and width.
func (b *browser) checkLooks(axe string) {
	b.Helper()
	run(b, chromedp.Evaluate[bool](axe+"; typeof axe.run === 'function'"))
	path := run(b, chromedp.Evaluate[string]("location.pathname.replace(/^\\/visit\\/[^/]+/, '/visit/…').replace(/writes\\/.*/, 'writes/…') + location.search"))
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
