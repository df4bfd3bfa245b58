package integration

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	cdpbrowser "github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/emulation"
	cdpage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/chargenote/chargenote/internal/demoehr"
)

// A desk is a world and a browser with the app open in a window of its own, scripts at work.
type desk struct {
	*browser
	w         *world
	elsewhere func(allowed ...string) []string
}

func newDesk(t *testing.T, on target, encounter string) *desk {
	t.Helper()
	w := on.open(t)
	b := startBrowser(t)
	d := &desk{b, w, b.watchRequests(t)}
	b.size(400, 900)
	d.visit(encounter)
	return d
}

// visit opens the app for a visit of the desk's EHR.
func (d *desk) visit(encounter string) {
	d.Helper()
	d.goTo(d.w.chart(encounter) + "/launch?window=1")
	d.onPage("document.querySelector('#suggestions') !== null && document.querySelector('.says') !== null", "the visit, with its script")
}

// is evaluates an expression in the page.
func is[T any](d *desk, expression string, how ...func(*runtime.EvaluateParams)) T {
	d.Helper()
	return run(d.browser, chromedp.Evaluate[T](expression, how...))
}

// clean is what every test of the scripts ends with: no error of the console, no report of a broken policy, no
// request to anybody but EHR and app.
func (d *desk) clean() {
	d.Helper()
	if complaints := d.complaints(); len(complaints) > 0 {
		d.Errorf("the browser complains: %q", complaints)
	}
	if found := d.elsewhere(d.w.app.base, d.w.ehr.ISS()); len(found) > 0 {
		d.Errorf("asked of others: %q", found)
	}
}

// said waits until the live region says something.
func (d *desk) said(text string) {
	d.Helper()
	d.onPage(fmt.Sprintf("document.querySelector('.says[role=status]').textContent.includes(%q)", text), "the words: "+text)
}

// point presses something of the page with the mouse.
func (d *desk) point(selector string) {
	d.Helper()
	at := is[point](d, fmt.Sprintf(`(() => {
		const target = document.querySelector(%q); target.scrollIntoView({block: 'center', behavior: 'instant'});
		const box = target.getBoundingClientRect();
		return {X: box.x + box.width / 2, Y: box.y + box.height / 2} })()`, selector))
	run(d.browser, chromedp.MouseClickXY(at.X, at.Y))
}

// twice presses something as an impatient hand does.
func (d *desk) twice(selector string) {
	d.Helper()
	d.w.ehr.Misbehave(demoehr.Fault{Kind: demoehr.FaultSlow, Delay: 300 * time.Millisecond, Times: 4})
	d.point(selector)
	d.point(selector)
}

// same marks the page's window, so that a load of a new page is noticed.
func (d *desk) same() { is[bool](d, "window.sameWindow = true") }

func (d *desk) stillSame(after string) {
	d.Helper()
	if !is[bool](d, "window.sameWindow === true") {
		d.Errorf("%s: the whole page was loaded", after)
	}
}

// requests counts what the page has asked of the app, by the end of the path.
const requests = `performance.getEntriesByType('resource').filter(r => r.initiatorType === 'xmlhttprequest').length`

// TestScriptAnswers answers a question and takes it back without a page load: what changed is said, the focus
// goes on from where it was, and folds stay open.
func TestScriptAnswers(t *testing.T) {
	d := newDesk(t, target{}, "testing-31")
	d.same()
	is[bool](d, "document.querySelector('#record ~ details').open = true")
	is[bool](d, "document.querySelector('form.ask input[name=value]').focus() === undefined")
	field := is[string](d, "document.activeElement.form.elements.question.value")
	before := is[int](d, requests)
	d.press("3")
	d.press(kb.Enter)
	d.said("Reviewed again: 96130, 1 unit instead of nothing to bill.")
	d.stillSame("an answer")
	if n := is[int](d, requests); n != before+1 {
		t.Errorf("an answer cost %d requests of the script, want 1", n-before)
	}
	if !is[bool](d, "document.activeElement !== document.body && document.activeElement.id !== 'main' && document.querySelector('#page').contains(document.activeElement)") {
		t.Errorf("after the answer the focus is on %s", is[string](d, "document.activeElement.outerHTML.slice(0, 120)"))
	}
	if wrong := is[string](d, inSight); wrong != "" {
		t.Errorf("after the answer: %s", wrong)
	}
	if !is[bool](d, "document.querySelector('#record ~ details').open") {
		t.Error("a fold that was open is closed after the answer")
	}
	d.point(".said button[name=undo]")
	d.said("Reviewed again: nothing to bill instead of 96130, 1 unit.")
	d.stillSame("taking it back")
	d.onPage(fmt.Sprintf("document.activeElement.form?.elements.question?.value === %q", field), "the focus on the question that is open again")

	d.press("3")
	d.press(kb.Enter)
	d.said("Reviewed again: 96130, 1 unit instead of nothing to bill.")
	if path := is[string](d, "location.pathname"); !strings.HasPrefix(path, "/visit/") || strings.Count(path, "/") != 2 {
		t.Errorf("the address is %s", path)
	}
	if stored := is[int](d, "localStorage.length + sessionStorage.length"); stored != 0 {
		t.Errorf("%d things are kept in the browser: %s", stored, is[string](d, "JSON.stringify([{...localStorage}, {...sessionStorage}])"))
	}
	d.clean()
}

// TestScriptKeepsTicks unticks a line, answers a question that does not touch it, and finds it unticked.
func TestScriptKeepsTicks(t *testing.T) {
	d := newDesk(t, target{}, "em-and-therapy")
	const line = "document.querySelector('input[name=offer][value^=\"90833\"]')"
	is[bool](d, line+".click() === undefined")
	now := is[bool](d, line+".checked")
	d.point("form.ask:has([name=question][value=em-basis]) button[name=value]")
	d.said("Reviewed again:")
	if after := is[[]bool](d, "["+line+"].filter(Boolean).map(box => box.checked)"); len(after) != 1 || after[0] != now {
		t.Errorf("the tick of 90833 was %t and is %t after the answer", now, after)
	}
	d.clean()
}

// TestScriptLedger starts and stops the clock, enters work and takes it back, all in place.
func TestScriptLedger(t *testing.T) {
	d := newDesk(t, target{}, "testing-30")
	d.same()
	is[bool](d, "document.querySelector('#work').closest('section').querySelector('details').open = true")
	d.point("form[action$='/work/start'] button[name=kind]")
	d.said("The clock runs.")
	d.onPage("document.activeElement.closest('form')?.matches('.clock')", "the focus on the running clock")
	d.point("form[action$='/work/stop'] button[name=discard]")
	d.said("The clock is stopped.")
	d.stillSame("the clock")
	is[bool](d, `(() => { const form = document.querySelector("form[action$='/work']:has(#work-day)")
		form.closest('details').open = true
		form.querySelector('input[name=kind]').checked = true
		form.querySelector('#work-day').value = form.querySelector('#work-day').max
		form.querySelector('#work-minutes').value = '12'
		const choose = form.querySelector('select'); if (choose) choose.selectedIndex = 1
		return true })()`)
	d.point("form[action$='/work']:has(#work-day) button[type=submit]")
	d.onPage("document.querySelector('[aria-label=\"What you entered\"]')?.textContent.includes('12 min') === true", "the entry of 12 minutes")
	d.stillSame("an entry")
	d.point("[aria-label='What you entered'] button[name=undo]")
	d.onPage("document.querySelector('[aria-label=\"What you entered\"]') === null", "the entry gone")
	if is[bool](d, "document.activeElement === document.body") {
		t.Error("after taking an entry back the focus is nowhere")
	}
	d.stillSame("the ledger")
	d.clean()
}

// TestScriptFailures looks at what goes wrong in place: a form that is not taken, a record that does not
// answer, no network, and a launch that was ended elsewhere. The button works again each time.
func TestScriptFailures(t *testing.T) {
	d := newDesk(t, target{}, "testing-31")
	d.expect(`^(422|502|404) for `, `status of (422|502|404)`, `^console error$`) // the refusals themselves, and what htmx says of the lost network
	d.same()
	is[bool](d, "(() => { const f = document.querySelector('form.ask input[name=value]'); f.type = 'text'; f.value = 'some'; f.focus(); return true })()")
	d.press(kb.Enter)
	d.onPage("document.querySelector('#page [role=alert]')?.textContent.includes('Your answer was not taken.') === true", "why it was not taken")
	d.onPage("document.activeElement.matches('form.ask input')", "the focus where it was")

	is[bool](d, "window.fetchless = XMLHttpRequest.prototype.send, XMLHttpRequest.prototype.send = function() { this.onerror() }, true")
	d.press("3")
	d.press(kb.Enter)
	d.said("could not be reached, so nothing was changed")
	is[bool](d, "XMLHttpRequest.prototype.send = window.fetchless, true")
	d.press(kb.Enter)
	d.said("Reviewed again: 96130")

	d.w.ehr.Misbehave(demoehr.Fault{Kind: demoehr.FaultServerError, Type: "Encounter"})
	d.point(".said button[name=undo]")
	d.onPage("document.querySelector('#page [role=alert]')?.textContent.includes('Reference number') === true", "the failure with its reference number")
	if !is[bool](d, "document.activeElement.id === 'main'") {
		t.Error("the focus is not on the failure")
	}
	d.w.ehr.Behave()
	d.stillSame("failures")
	d.point("#page a.primary")
	d.onPage("document.querySelector('form.ask input[name=value]') !== null && document.querySelector('.says') !== null", "the visit again")

	is[string](d, "fetch(location.pathname + '/end', {method: 'POST'}).then(r => r.text())", awaited)
	is[bool](d, "document.querySelector('form.ask input[name=value]').focus() === undefined")
	d.press("3")
	d.press(kb.Enter)
	d.onPage("document.querySelector('h1').textContent === 'This chart is not open here'", "the word that the launch is over")
	if is[bool](d, "document.querySelector('.strip, [data-launch]') !== null") {
		t.Error("the patient is still named after the launch is over")
	}
}

// TestScriptPressesOnce presses a button twice at once: one request goes out, and Back leaves it working.
func TestScriptPressesOnce(t *testing.T) {
	d := newDesk(t, target{}, "therapy-53")
	is[int](d, tickAll)
	d.twice("form[action$='/preview'] button.primary")
	d.onPage(`document.querySelector("form[action$='/confirm']") !== null`, "the preview")
	is[bool](d, "history.back() === undefined")
	d.onPage(`document.querySelector("form[action$='/preview'] button") !== null && document.querySelector("form[data-sent]") === null && document.querySelector('.says') !== null`, "the visit, with a button that works")
	d.point("form[action$='/preview'] button.primary")
	d.onPage(`document.querySelector("form[action$='/confirm']") !== null && document.querySelector('.says') !== null`, "the preview again")
	d.twice("form[action$='/confirm'] button.primary")
	d.onPage("location.pathname.includes('/writes/') && document.querySelector('.tag').textContent === 'filed'", "the word that it is filed")
	if n := len(d.w.record.charges(t, "Encounter/therapy-53")); n != 1 {
		t.Errorf("%d charges stand in the record after two presses", n)
	}
	d.clean()
}

// TestScriptPicks picks another code in place, and goes Back to the list of codes.
func TestScriptPicks(t *testing.T) {
	d := newDesk(t, target{}, "therapy-53")
	d.point("a[href$='/codes']")
	d.onPage("document.querySelector('#q') !== null && document.querySelector('.says') !== null", "the codes")
	d.same()
	is[bool](d, "document.querySelector('#q').focus() === undefined")
	d.press("90834")
	d.press(kb.Enter)
	d.onPage("location.search === '?q=90834' && document.querySelectorAll('form.line').length === 1", "the code that was searched")
	d.onPage("document.activeElement.id === 'q'", "the focus in the search")
	d.point("form.line button[type=submit]")
	d.onPage("document.querySelector('[aria-label=\"What you picked\"]')?.textContent.includes('90834') === true", "the pick")
	if path := is[string](d, "location.pathname"); strings.HasSuffix(path, "/codes") {
		t.Errorf("the visit is shown under %s", path)
	}
	d.stillSame("a pick")
	is[bool](d, "history.back() === undefined")
	d.onPage("location.pathname.endsWith('/codes') && document.querySelector('#q') !== null", "the codes, loaded anew")
	d.clean()
}

// TestScriptCopies copies a gap's wording and a code: to the clipboard, and where that is refused by a selection.
func TestScriptCopies(t *testing.T) {
	d := newDesk(t, target{}, "note-of-gaps")
	origin := d.w.app.base
	permit := func(setting cdpbrowser.PermissionSetting) {
		for _, name := range []string{"clipboard-read", "clipboard-write"} {
			call(d.browser, cdpbrowser.SetPermission, cdpbrowser.SetPermissionParams{Permission: &cdpbrowser.PermissionDescriptor{Name: name}, Setting: setting, Origin: origin})
		}
	}
	permit(cdpbrowser.PermissionSettingGranted)
	wording := is[string](d, "document.querySelector('.gap .write').firstChild.textContent")
	d.point(".gap .write .copy")
	d.said("Copied")
	if got := is[string](d, "navigator.clipboard.readText()", awaited); got != wording {
		t.Errorf("the clipboard holds %q, want %q", got, wording)
	}
	is[bool](d, "Object.defineProperty(navigator, 'clipboard', {value: {writeText: () => Promise.reject(new Error('no'))}}) === navigator")
	is[bool](d, "window.copied = '', document.addEventListener('copy', () => { window.copied = document.activeElement.value }), true")
	d.point(".line .copies .copy")
	d.onPage("window.copied !== '' && document.querySelector('.line .copies .copy').textContent === 'Copied'", "the code, copied by a selection")
	code := is[string](d, "document.querySelector('.line .code').textContent")
	if got := is[string](d, "window.copied"); !strings.HasPrefix(got, code) {
		t.Errorf("%q was copied, want the code %s", got, code)
	}
	if !is[bool](d, "document.activeElement.matches('.copy')") {
		t.Error("the focus left the copy button")
	}
	d.clean()
}

// TestScriptKeys walks with single keys, sees them rest in a field and with a modifier, and switches them off.
func TestScriptKeys(t *testing.T) {
	d := newDesk(t, target{}, "testing-31")
	d.press("?")
	d.onPage("document.querySelector('dialog.keys')?.open === true", "the list of keys")
	d.press("g")
	axe, err := os.ReadFile(filepath.Join("testdata", "axe-core", "axe.min.js"))
	if err != nil {
		t.Fatal(err)
	}
	d.checkLooks(string(axe))
	d.size(400, 900)
	d.press(kb.Escape)
	d.onPage("!document.querySelector('dialog.keys').open && document.activeElement.id !== 'gaps'", "the list closed by Esc, and no key behind it")
	d.press("g")
	d.onPage("document.activeElement.id === 'gaps'", "the gaps by g")
	is[bool](d, "document.querySelector('form.ask input[name=value]').focus() === undefined")
	d.press("g")
	if !is[bool](d, "document.activeElement.matches('form.ask input')") {
		t.Error("g acted while a field was typed in")
	}
	d.press("3")
	d.press(kb.Enter)
	d.said("Reviewed again: 96130")
	is[bool](d, "document.querySelector('input[name=offer]').focus() === undefined")
	d.press("e")
	d.onPage("document.activeElement.matches('.line summary') && document.activeElement.parentElement.open", "the evidence of the line by e")
	is[bool](d, "document.dispatchEvent(new KeyboardEvent('keydown', {key: 'u', ctrlKey: true, bubbles: true}))")
	is[bool](d, "document.dispatchEvent(new KeyboardEvent('keydown', {key: 'u', altKey: true, bubbles: true}))")
	time.Sleep(300 * time.Millisecond)
	if !is[bool](d, "document.querySelector('.said button[name=undo]') !== null") {
		t.Error("u acted with a modifier")
	}
	is[bool](d, "document.activeElement.blur() === undefined")
	d.press("u")
	d.said("instead of 96130, 1 unit.")
	is[bool](d, "document.activeElement.blur() === undefined")

	d.point("footer .list-keys")
	is[bool](d, "document.querySelector('#keys-on').click() === undefined")
	d.press(kb.Escape)
	d.press("g")
	d.press("?")
	if is[bool](d, "document.activeElement.id === 'gaps' || document.querySelector('dialog.keys').open") {
		t.Error("keys act after they were switched off")
	}
	d.goTo(is[string](d, "location.href"))
	d.onPage("document.querySelector('.says') !== null", "the page again")
	d.press("g")
	if is[bool](d, "document.activeElement.id === 'gaps'") || !is[bool](d, "document.querySelector('#page').dataset.keys === 'off'") {
		t.Error("the page forgot that the keys are off")
	}
	is[bool](d, "document.querySelector('footer .list-keys').click() === undefined")
	is[bool](d, "document.querySelector('#keys-on').click() === undefined")
	d.press(kb.Escape)
	is[bool](d, "document.activeElement.blur() === undefined")
	d.press("d")
	d.onPage("location.pathname.endsWith('/documents') && document.querySelector('.says') !== null", "the documents by d")
	d.press("g")
	d.onPage("location.hash === '#gaps' && document.querySelector('#suggestions') !== null && document.querySelector('.says') !== null", "the gaps by g, from another page")
	d.visit("therapy-53")
	is[int](d, tickAll)
	d.press("a")
	d.onPage(`document.querySelector("form[action$='/confirm']") !== null && document.querySelector('.says') !== null`, "the preview by a")
	d.press("a")
	d.onPage(`document.activeElement.matches("form[action$='/confirm'] .primary")`, "the focus on the button that files, which no key presses")
	d.clean()
}

// TestScriptSavesDocuments writes into a document: it is saved by itself, the sources of a sentence show, a blank
// leads to itself, and a second window is told instead of overwritten.
func TestScriptSavesDocuments(t *testing.T) {
	d := newDesk(t, target{}, "therapy-53")
	d.expect(`^409 for `, `status of 409`)
	address := is[string](d, "location.href") + "/documents/progress-note-soap"
	d.goTo(address)
	d.onPage("document.querySelector('textarea') !== null && document.querySelector('.says') !== null", "the document")
	plan := is[string](d, "Array.from(document.querySelectorAll('textarea')).find(f => document.querySelector(`label[for=${f.id}]`).textContent === 'Plan').id")
	is[bool](d, fmt.Sprintf("(() => { const f = document.getElementById(%q); f.focus(); f.setSelectionRange(0, 0); return true })()", plan))
	d.press("Return in two weeks. ")
	d.onPage("document.querySelector('.saved').textContent.startsWith('Saved ')", "the word that it is saved")
	if words := is[string](d, "document.querySelector('.saved').textContent"); len(words) != len("Saved 10:02") {
		t.Errorf("the status line says %q", words)
	}
	if !is[bool](d, fmt.Sprintf("document.activeElement.id === %q && document.activeElement.selectionStart === 'Return in two weeks. '.length", plan)) {
		t.Error("the cursor moved while it was saved")
	}
	if is[bool](d, "!dispatchEvent(new Event('beforeunload', {cancelable: true}))") {
		t.Error("the page warns of something unsaved after it was saved")
	}
	d.press("Bring the log. ")
	if !is[bool](d, "!dispatchEvent(new Event('beforeunload', {cancelable: true}))") {
		t.Error("the page does not warn of something unsaved")
	}

	// A sentence of the draft, at the cursor and under the mouse.
	is[bool](d, `(() => { const row = Array.from(document.querySelectorAll('.rests tbody tr')).find(r => !r.querySelector('.mark') && r.cells[1].textContent.includes('['))
		window.row = row; const field = row.closest('.passage').querySelector('textarea'), words = row.cells[0].textContent.trim()
		field.focus(); field.setSelectionRange(field.value.indexOf(words) + 2, field.value.indexOf(words) + 2); field.dispatchEvent(new Event('keyup')); return true })()`)
	d.onPage("document.getElementById(document.activeElement.getAttribute('aria-describedby')).textContent.includes(window.row.cells[1].textContent.trim())", "the source of the sentence at the cursor")
	is[bool](d, "document.activeElement.blur() === undefined && window.row.closest('.passage').querySelector('textarea').dispatchEvent(new Event('mouseleave'))")
	at := is[point](d, `(() => { const field = window.row.closest('.passage').querySelector('textarea'); field.scrollIntoView({block: 'center', behavior: 'instant'})
		const box = field.getBoundingClientRect(), style = getComputedStyle(field)
		return {X: box.x + 60, Y: box.y + parseFloat(style.paddingTop) + parseFloat(style.lineHeight) / 2} })()`)
	run(d.browser, chromedp.MouseEvent("mouseMoved", at.X, at.Y))
	d.onPage("window.row.closest('.passage').querySelector('.resting').textContent.startsWith('Source: ')", "the source of the sentence under the mouse")

	// A blank of the list.
	d.point(".open a")
	d.onPage("document.activeElement.matches('textarea') && document.activeElement.value.slice(document.activeElement.selectionStart, document.activeElement.selectionEnd).startsWith('[[')", "the blank, selected in its text")

	// Another window has the same section, and saves it first.
	d.onPage("dispatchEvent(new Event('beforeunload', {cancelable: true}))", "everything saved")
	status := is[int](d, fmt.Sprintf(`(async () => {
		const other = new DOMParser().parseFromString(await (await fetch(location.href)).text(), 'text/html')
		const form = other.querySelector('form[data-autosave]'); other.getElementById(%q).value = 'Return in May.'
		return (await fetch(form.getAttribute('action'), {method: 'POST', body: new URLSearchParams(new FormData(form))})).status })()`, plan), awaited)
	if status != 200 {
		t.Fatalf("the other window's save answers %d", status)
	}
	is[bool](d, fmt.Sprintf("(() => { const f = document.getElementById(%q); f.focus(); f.setSelectionRange(0, 0); return true })()", plan))
	d.press("Mine. ")
	d.onPage("document.querySelector('.saved').textContent.startsWith('Another window changed')", "the word that another window was first")
	if kept := is[bool](d, "fetch(location.href).then(r => r.text()).then(t => t.includes('Return in May.') && !t.includes('Mine. Return'))", awaited); !kept {
		t.Error("the other window's words were overwritten")
	}
	if !is[bool](d, "!dispatchEvent(new Event('beforeunload', {cancelable: true}))") {
		t.Error("the page does not warn although its words are not saved")
	}
	d.point("form[data-autosave] button.primary")
	d.onPage("document.querySelector('#page [role=alert]')?.textContent.includes('Another window') === true && document.body.textContent.includes('Return in May.')", "both, side by side")
	if !is[bool](d, fmt.Sprintf("document.getElementById(%q).value.startsWith('Mine. Return in two weeks.')", plan)) {
		t.Error("what was written is not on the page any more")
	}
	if found := d.elsewhere(d.w.app.base, d.w.ehr.ISS()); len(found) > 0 {
		t.Errorf("asked of others: %q", found)
	}
}

// TestScriptPolls looks at a filing that the EHR takes its time for: seconds are counted for the eye, and the page
// says how it ended without being loaded.
func TestScriptPolls(t *testing.T) {
	d := newDesk(t, target{}, "therapy-53")
	is[int](d, tickAll)
	d.point("form[action$='/preview'] button.primary")
	d.onPage(`document.querySelector("form[action$='/confirm']") !== null && document.querySelector('.says') !== null`, "the preview")
	d.w.ehr.Misbehave(demoehr.Fault{Kind: demoehr.FaultSlow, Type: "ChargeItem", Delay: 9 * time.Second, Times: 1})
	write := is[string](d, `(() => { const form = document.querySelector("form[action$='/confirm']")
		fetch(form.action, {method: 'POST', body: new URLSearchParams(new FormData(form)), keepalive: true})
		return form.action.replace('/confirm', '/writes/' + form.elements.preview.value.slice(0, 24)) })()`)
	time.Sleep(300 * time.Millisecond)
	d.goTo(write)
	d.onPage("document.querySelector('[data-state=held] [data-step=down]') !== null && /^[0-9] s$/.test(document.querySelector('[data-step=down]').textContent)", "the seconds that are left to undo")
	is[bool](d, `fetch(location.pathname + '/now', {method: 'POST', redirect: 'manual'}) !== null`)
	time.Sleep(300 * time.Millisecond)
	d.goTo(write)
	d.onPage("document.querySelector('[data-state=sending]') !== null && document.querySelector('.says') !== null", "the filing, still being sent")
	d.same()
	d.onPage("/^[0-9]+ s$/.test(document.querySelector('[data-seconds][aria-hidden=true]')?.textContent)", "seconds, counted and not announced")
	if is[string](d, "document.querySelector('.says').textContent") != "" {
		t.Error("something is announced while nothing has changed")
	}
	d.onPage("document.querySelector('[data-state=filed]') !== null", "the word that it is filed")
	d.said("Filed in the chart")
	d.stillSame("waiting")
	settled := is[int](d, requests)
	time.Sleep(2500 * time.Millisecond)
	if n := is[int](d, requests); n != settled {
		t.Errorf("%d more requests after it was settled", n-settled)
	}
	d.clean()
}

// TestVisitIsPrintedOnOneSheet prints the visit: one page with patient, times, codes, reasons and rules.
func TestVisitIsPrintedOnOneSheet(t *testing.T) {
	d := newDesk(t, target{}, "therapy-53")
	for _, encounter := range []string{"therapy-53", "rehab-hour", "note-of-gaps"} {
		d.visit(encounter)
		printed := call(d.browser, cdpage.PrintToPDF, cdpage.PrintToPDFParams{PreferCSSPageSize: new(true)})
		if pages := strings.Count(string(printed.Data), "/Type /Page\n"); pages != 1 {
			t.Errorf("%s is printed on %d pages", encounter, pages)
		}
		call(d.browser, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"})
		text := is[string](d, "document.body.innerText")
		call(d.browser, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: ""})
		for _, part := range []string{"Born: ", "Session time", "minutes, ", "What can be billed", "Coding rules "} {
			if !strings.Contains(text, part) {
				t.Errorf("%s: the sheet does not say %q:\n%s", encounter, part, text)
			}
		}
		for _, part := range []string{"Preview what will be filed", "Keys", "Copy", "Why 9"} {
			if strings.Contains(text, part) {
				t.Errorf("%s: the sheet says %q", encounter, part)
			}
		}
	}
	d.clean()
}

// TestWithoutScripts opens the same pages in a browser that runs none: nothing that only a script can do is
// shown or spoken of, and forms load pages.
func TestWithoutScripts(t *testing.T) {
	w := target{}.open(t)
	b := startBrowser(t)
	d := &desk{b, w, b.watchRequests(t)}
	call(b, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	d.goTo(w.chart("testing-31") + "/launch?window=1")
	d.onPage("document.querySelector('#suggestions') !== null", "the visit")
	for _, selector := range []string{".copy", ".says", ".list-keys", "dialog", "[data-connected]"} {
		if is[bool](d, fmt.Sprintf("document.querySelector(%q) !== null", selector)) {
			t.Errorf("without scripts there is %s", selector)
		}
	}
	if text := is[string](d, "document.body.innerText"); strings.Contains(text, "Keys") || strings.Contains(text, "Copy") {
		t.Error("without scripts the page speaks of keys or of copying")
	}
	is[bool](d, "document.querySelector('form.ask input[name=value]').focus() === undefined")
	d.press("3")
	d.press(kb.Enter)
	d.onPage("document.querySelector('.said button') !== null && location.hash === '#suggestions'", "the answer, by a page load")
	d.goTo(is[string](d, "location.pathname ? location.origin + location.pathname : ''") + "/documents/progress-note-soap")
	d.onPage("document.querySelector('.open a') !== null && document.querySelector('.saved, .resting') === null", "the document, without what scripts add")
	if !slices.Equal(d.complaints(), nil) {
		t.Errorf("the browser complains: %q", d.complaints())
	}
}

// deadline waits until something is true.
func deadline(t *testing.T, what string, is func() bool) {
	t.Helper()
	for until := time.Now().Add(20 * time.Second); time.Now().Before(until); time.Sleep(50 * time.Millisecond) {
		if is() {
			return
		}
	}
	t.Fatalf("waited in vain for %s", what)
}
