package integration

import (
	"fmt"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// TestKeyboard walks the whole path with keys alone: past the strip by the skip link, an answer to a
// question, the lines, the preview, the filing, the receipt, and on to a draft that is saved. Wherever the
// focus rests it must be seen.
func TestKeyboard(t *testing.T) {
	demo := startDemo(t)
	b := startBrowser(t)
	b.size(400, 800)
	b.goTo(demo)
	charts := b.all("Array.from(document.querySelectorAll('ol.worklist a'), a => a.href)")
	found := false
	for _, chart := range charts { // the first with a question to answer and a line to file
		b.goTo(chart + "/launch?window=1")
		if found = run(b, chromedp.Evaluate[bool]("document.querySelector('form.ask[action$=\\'/facts\\'] button') !== null && document.querySelector('input[name=offer]') !== null")); found {
			break
		}
	}
	if !found {
		t.Fatal("no visit of the worklist has both a question and a line")
	}

	b.press(kb.Tab)
	b.focused("a.skip", "the first key leads to the skip link")
	b.press(kb.Enter)
	b.onPage("document.activeElement.id === 'main'", "the skip link leads to the content")

	b.tabTo("form.ask[action$='/facts'] button, form.ask[action$='/facts'] input[type=number]")
	if run(b, chromedp.Evaluate[bool]("document.activeElement.matches('input')")) {
		b.press("45")
		b.tabTo("form.ask[action$='/facts'] button")
	}
	b.press(kb.Enter)
	b.onPage("document.readyState === 'complete' && document.querySelector('.said button') !== null", "the answer stands on the page")
	b.tabTo("input[name=offer]")
	if !run(b, chromedp.Evaluate[bool]("document.activeElement.checked")) {
		b.press(" ")
	}
	b.tabTo("form[action$='/preview'] button.primary")
	b.press(kb.Enter)
	b.onPage("document.querySelector(\"form[action$='/confirm']\") !== null", "the preview")
	b.tabTo("form[action$='/confirm'] button.primary")
	b.press(kb.Enter)
	if r := b.settledByKeys(); r.State != "filed" {
		t.Fatalf("the filing is %q, want filed: %s", r.State, r.Text)
	}
	b.tabTo("main a.primary")
	b.press(kb.Enter)
	b.onPage("/^\\/visit\\/[^/]+$/.test(location.pathname) && document.querySelector('#suggestions') !== null", "the visit again")

	b.tabTo("main a[href$='/documents']")
	b.press(kb.Enter)
	b.onPage("document.querySelector('.paper a') !== null", "the documents")
	b.tabTo(".paper a")
	b.press(kb.Enter)
	b.onPage("document.readyState === 'complete' && document.querySelector('textarea[name=text]') !== null", "a document")
	b.tabTo("textarea[name=text]")
	b.press(kb.End)
	b.press(" Typed by hand.")
	b.tabTo("form[action*='/documents/'] button.primary")
	b.press(kb.Enter)
	b.onPage(savedDraft("Typed by hand."), "the draft with what was typed")
}

// savedDraft is true where the page of a document, loaded anew, holds words that were typed, and says that
// the draft was edited.
func savedDraft(words string) string {
	return fmt.Sprintf(`document.readyState === 'complete' && [...document.querySelectorAll('textarea[name=text]')].some(a => a.defaultValue.includes(%q)) && document.querySelector('main .passage .you') !== null`, words)
}

func (b *browser) press(keys string) {
	b.Helper()
	run(b, chromedp.KeyEvent(keys))
}

// inSight is what is wrong with how the focus shows: no outline of two pixels at least, out of the window,
// or behind the strip that stays at the top (WCAG 2.2, 2.4.7 and 2.4.11).
const inSight = `(() => {
	const at = document.activeElement, style = getComputedStyle(at), box = at.getBoundingClientRect()
	if (at === document.body || at.id === 'main') return ''
	if (style.outlineStyle === 'none' || parseFloat(style.outlineWidth) < 2) return 'no outline: ' + at.outerHTML.slice(0, 120)
	if (box.bottom <= 0 || box.top >= innerHeight || box.right <= 0 || box.left >= innerWidth) return 'out of sight: ' + at.outerHTML.slice(0, 120)
	const strip = document.querySelector('.strip')
	if (strip && !strip.contains(at) && at.matches('main *') && box.bottom <= strip.getBoundingClientRect().bottom) return 'behind the strip: ' + at.outerHTML.slice(0, 120)
	return ''
})()`

// tabTo presses Tab until something of that selector has the focus, and looks at each stop on the way.
func (b *browser) tabTo(selector string) {
	b.Helper()
	for range 300 {
		b.press(kb.Tab)
		if wrong := run(b, chromedp.Evaluate[string](inSight)); wrong != "" {
			b.Errorf("the focus on the way to %s: %s", selector, wrong)
		}
		if run(b, chromedp.Evaluate[bool](fmt.Sprintf("document.activeElement.matches(%q)", selector))) {
			return
		}
	}
	b.Fatalf("300 times Tab, and nothing of %s has the focus", selector)
}

// focused asserts what has the focus, and that it can be seen.
func (b *browser) focused(selector, what string) {
	b.Helper()
	if !run(b, chromedp.Evaluate[bool](fmt.Sprintf("document.activeElement.matches(%q)", selector))) {
		b.Fatalf("%s: the focus is on %s", what, run(b, chromedp.Evaluate[string]("document.activeElement.outerHTML.slice(0, 160)")))
	}
	if wrong := run(b, chromedp.Evaluate[string](inSight)); wrong != "" {
		b.Errorf("%s: %s", what, wrong)
	}
}

// onPage waits until an expression is true in the page itself.
func (b *browser) onPage(expression, what string) {
	b.Helper()
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		if is, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool](expression)); err == nil && is {
			return
		}
	}
	b.Fatalf("waited in vain for: %s; at %s", what, run(b, chromedp.Evaluate[string]("location.pathname + ' ' + document.body.innerText.slice(0, 400)")))
}
