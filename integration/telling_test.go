package integration

import (
	"fmt"
	"strings"

	"github.com/chromedp/chromedp"
)

func evaluateOnPage(script string) chromedp.Action[string] {
	return chromedp.Evaluate[string](script + "; ''")
}

// text is a string of the EHR's own page.
func (b *browser) text(expression string) string {
	b.Helper()
	return strings.TrimSpace(run(b, chromedp.Evaluate[string](fmt.Sprintf("String((%s) ?? '')", expression))))
}

// clickOnPage presses something of the EHR's own page with the mouse.
func (b *browser) clickOnPage(selector string) {
	b.Helper()
	at := run(b, chromedp.Evaluate[point](fmt.Sprintf(`(() => {
		const target = document.querySelector(%q); target.scrollIntoView({block: 'center', behavior: 'instant'})
		const box = target.getClientRects()[0], x = box.x + box.width / 2, y = box.y + box.height / 2
		if (!target.contains(document.elementFromPoint(x, y))) throw new Error('it is covered')
		return {X: x, Y: y} })()`, selector)))
	run(b, chromedp.MouseClickXY(at.X, at.Y))
}

// says expects words on the app's page, folded parts among them.
func (j *telling) says(parts ...string) {
	j.Helper()
	text := ask[string](j.browser, "document.querySelector('main').textContent.replace(/\\s+/g, ' ')")
	for _, part := range parts {
		if !strings.Contains(text, part) {
			j.Errorf("the page does not say %q", part)
		}
	}
}

// lines are those that the page offers, with their units.
func (j *telling) lines() []string {
	j.Helper()
	return ask[[]string](j.browser, "[...document.querySelectorAll('.lines .line')].map(l => l.querySelector('.code').textContent + ' ' + l.querySelector('.units').textContent)")
}

func (j *telling) gaps() []string {
	j.Helper()
	return ask[[]string](j.browser, "[...document.querySelectorAll('.gap h3')].map(h => h.textContent.replace(/\\s+/g, ' ').trim())")
}

func (j *telling) hasGap() bool {
	j.Helper()
	for _, gap := range j.gaps() {
		if strings.Contains(gap, j.gap) {
			return true
		}
	}
	return false
}

// charts are the resources of one kind that the EHR's screen shows as filed, as they are stored.
func (j *telling) charts(kind string) []string {
	j.Helper()
	return j.all(fmt.Sprintf("[...document.querySelectorAll('article.filed')].filter(a => a.getAttribute('aria-label').startsWith(%q)).map(a => [...a.querySelectorAll('pre')].pop().textContent)", kind+","))
}

// changed is the note with the tale's change in it. Words with an ellipsis between them stand for all from
// the first to before the last.
func (j *telling) changed(note string) string {
	j.Helper()
	if from, to, ok := strings.Cut(j.over, " … "); ok {
		start, end := strings.Index(note, from), strings.Index(note, to)
		if start < 0 || end < start {
			j.Fatalf("the note does not go from %q to %q", from, to)
		}
		return note[:start] + j.write + "\n" + note[end:]
	}
	if strings.Count(note, j.over) != 1 {
		j.Fatalf("%q stands %d times in the note, want once", j.over, strings.Count(note, j.over))
	}
	return strings.Replace(note, j.over, j.write, 1)
}
