package integration

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// The words that the button begins with which sends a filing that is held back to be undone, and those of the
// link that looks whether one has been sent meanwhile.
const (
	fileNow   = "File now"
	lookAgain = "Look again"
)

// settledStates are the states of a filing that does not change by itself any more.
var settledStates = []string{"filed", "already there", "entered by hand", "refused", "unknown", "undone", "not sent"}

// settled is the page of a filing once it is neither held back nor being sent: the button to file now is
// pressed where there is one, and the page is looked at again, as a person does.
func (s *sitting) settled(t testing.TB, p *page) *page {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); {
		if len(p.tags) > 0 && slices.Contains(settledStates, p.tags[0]) {
			return p
		}
		if f, ok := p.pressing(fileNow); ok {
			p = s.press(t, f)
			continue
		}
		time.Sleep(50 * time.Millisecond)
		p = s.open(t, p.at.String())
	}
	t.Fatalf("the filing is never settled: %s", p)
	return nil
}

// pressing is the form of a button by the words that it begins with, as pressing that button sends it.
func (p *page) pressing(words string) (form, bool) {
	for _, f := range p.forms {
		for _, b := range f.presses {
			if !strings.HasPrefix(b.words, words) {
				continue
			}
			if b.name != "" {
				f.fields.Set(b.name, b.value)
			}
			if b.action != nil {
				f.action = b.action
			}
			return f, true
		}
	}
	return form{}, false
}

// A receipt is what the page of a filing says, as a script of the tests reads it.
type receipt struct {
	State  string
	Held   bool     // there is a button to file now
	Again  bool     // there is a link to look again
	Text   string   // of the whole page, spaces folded
	Checks []string // of each resource: what it is, what became of it, whether it was read back
}

const readReceipt = `(() => {
	const words = e => e.textContent.replace(/\s+/g, ' ').trim()
	const mark = (selector, begins, as) => {
		const found = [...document.querySelectorAll(selector)].find(e => words(e).startsWith(begins))
		if (found) found.dataset.tests = as
		return !!found
	}
	const there = location.pathname.includes('/writes/') && document.readyState === 'complete'
	const tag = document.querySelector('main .tag')
	return {State: there && tag ? words(tag) : '', Held: mark('main button', '` + fileNow + `', 'now') && there, Again: mark('main a', '` + lookAgain + `', 'again') && there,
		Text: words(document.querySelector('main')), Checks: [...document.querySelectorAll('main table tbody tr')].map(r => [...r.cells].map(cell => [...cell.childNodes].map(words).filter(w => w).join(' ')).join(' | '))}
})()`

// settled presses the button to file now in the app's frame where there is one, waits until the filing is
// neither held back nor being sent, and returns what its page says.
func (b *browser) settled() receipt {
	b.Helper()
	return b.settle(func() (receipt, error) { return evaluate[receipt](b, readReceipt) },
		func() { b.click("[data-tests=now]") },
		func() { b.click("[data-tests=again]") })
}

// settledByKeys is settled in a window of its own, with keys alone.
func (b *browser) settledByKeys() receipt {
	b.Helper()
	return b.settle(b.receiptOnPage, func() { b.tabTo("[data-tests=now]"); b.press(kb.Enter) },
		func() { b.tabTo("[data-tests=again]"); b.press(kb.Enter) })
}

// settledOnPage is settled in a window of its own.
func (b *browser) settledOnPage() receipt {
	b.Helper()
	return b.settle(b.receiptOnPage, func() { b.clickOnPage("[data-tests=now]") }, func() { b.clickOnPage("[data-tests=again]") })
}

func (b *browser) receiptOnPage() (receipt, error) {
	return chromedp.Run(b.ctx, chromedp.Evaluate[receipt](readReceipt))
}

// settle reads the page of a filing again and again, and presses what a person would press meanwhile: the
// button to file now once, and after a while the link to look again, where the page has not moved by itself.
func (b *browser) settle(read func() (receipt, error), now, again func()) receipt {
	b.Helper()
	var r receipt
	pressed, looked := false, time.Now()
	for deadline := time.Now().Add(40 * time.Second); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		var err error
		if r, err = read(); err != nil {
			continue // it is on its way
		}
		switch {
		case slices.Contains(settledStates, r.State):
			return r
		case r.Held && !pressed:
			now()
			pressed, looked = true, time.Now()
		case r.Again && time.Since(looked) > 7*time.Second: // longer than the app keeps an answer back for it
			again()
			looked = time.Now()
		}
	}
	b.Fatalf("the filing is never settled; complaints %q; the page says: %s", b.complaints(), r.Text)
	return r
}
