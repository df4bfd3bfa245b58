package integration

import (
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// TestBrowserWithoutScripts walks the whole path in a browser that runs no script of any page: launch,
// answer, choice, preview, filing, receipt, and a draft that is saved.
func TestBrowserWithoutScripts(t *testing.T) {
	demo := startDemo(t)
	b := startBrowser(t)
	b.size(400, 800)
	call(b, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	b.goTo("data:text/html,<title>off</title><script>document.title='on'</script>")
	if title := b.text("document.title"); title != "off" {
		t.Fatalf("the browser runs scripts: the title is %q", title)
	}
	press := func(selector, until, what string) {
		t.Helper()
		b.clickOnPage(selector)
		b.onPage("document.readyState === 'complete' && "+until, what)
	}

	b.goTo(demo + "/chart/testing-31/launch?window=1")
	b.clickOnPage("form.ask:has(input[value=tests-count]) input[type=number]")
	b.press("3")
	press("form.ask:has(input[value=tests-count]) button", "document.querySelector('form.said') !== null && document.querySelector('input[name=offer]') !== null", "the answer, and the line that it opens")
	press("form[action$='/preview'] button.primary", "document.querySelector(\"form[action$='/confirm']\") !== null", "the preview")
	press("form[action$='/confirm'] button.primary", "location.pathname.includes('/writes/')", "the page of the filing")
	if r := b.settledOnPage(); r.State != "filed" {
		t.Fatalf("the filing is %q, want filed: %s", r.State, r.Text)
	}
	press("main a.primary", "document.querySelector('#suggestions') !== null", "the visit again")
	press("main a[href$='/documents']", "document.querySelector('.paper a') !== null", "the documents")
	press(".paper a", "document.querySelector('textarea[name=text]') !== null", "a document")
	b.clickOnPage("textarea[name=text]")
	b.press("Typed without a script. ")
	press("form[action*='/documents/'] button.primary", savedDraft("Typed without a script."), "the draft with what was typed")
	if n := run(b, chromedp.Evaluate[int]("document.querySelectorAll('.formats a').length")); n != 3 {
		t.Errorf("the draft can be taken along in %d formats, want 3", n)
	}
}
