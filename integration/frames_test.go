package integration

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	devtools "github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"

	"github.com/chargenote/chargenote/internal/demoehr"
)

// TestTwoFrames keeps two charts open side by side in one browser, as a clinician does, and loads each of
// them again and again, both at once: every page must be of the patient of its own chart. Then each form
// of one chart is sent under the other's address, and nothing of it may be taken.
func TestTwoFrames(t *testing.T) {
	times := 10
	if long {
		times = 100
	}
	w := target{}.open(t)
	first := w.fileable(t)
	visits := w.ehr.Visits()
	second := visits[slices.IndexFunc(visits, func(v demoehr.SeedVisit) bool { return v.Patient != first.Patient })]
	v := newVisitor(t)
	a := v.launch(t, w.banner(first))
	b := v.launch(t, w.banner(second))
	nameA, nameB := a.patientName(t), b.patientName(t)
	if nameA == nameB {
		t.Fatalf("both charts are of %q", nameA)
	}
	wrong := make(chan string, 2*times)
	done := make(chan struct{}, 2)
	for _, frame := range []struct {
		*sitting
		own, other string
	}{{a, nameA, nameB}, {b, nameB, nameA}} {
		go func() {
			defer func() { done <- struct{}{} }()
			for n := range times {
				p := frame.open(t, frame.address("/visit/"+frame.launch))
				if p.status != http.StatusOK || !strings.Contains(p.text, frame.own) || strings.Contains(p.text, frame.other) {
					wrong <- fmt.Sprintf("load %d of the chart of %s: %d, %s", n+1, frame.own, p.status, p)
				}
			}
		}()
	}
	<-done
	<-done
	close(wrong)
	for each := range wrong {
		t.Error(each)
	}
	w.crossedForms(t, a, b, nameA)
}

// TestCookieKeptBack opens the chart under another site's name than the app's, so that the browser keeps
// the app's cookie back in the frame: the page must say so and lead to a window of its own, where the
// same launch goes on to its visit.
func TestCookieKeptBack(t *testing.T) {
	on := target{ancestor: func(base string) string { return strings.Replace(base, "127.0.0.1", "localhost", 1) }}
	w := on.open(t)
	visit := w.ehr.Visits()[0]
	// One process for both sites, so that the tests can look into the frame; what is a third party's stays so.
	b := startBrowser(t, chromedp.Flag("disable-site-isolation-trials", true), chromedp.Flag("disable-features", "IsolateOrigins,site-per-process"))
	b.expect("403 for a Document", "status of 403") // the launch without its cookie
	b.size(1280, 900)
	b.goTo(on.ancestor(strings.TrimSuffix(w.ehr.ISS(), "/fhir")) + "/chart/" + visit.Encounter)
	b.inFrame("document.querySelector('main h1') !== null && document.querySelector('main a.primary') !== null", "the page of the lost cookie")
	if heading := ask[string](b, "document.querySelector('main h1').textContent"); heading != "The browser kept our cookie back" {
		t.Errorf("the frame says %q", heading)
	}
	opened := chromedp.WaitNewTarget(b.ctx, func(i *devtools.Info) bool { return i.Type == "page" })
	b.click("main a.primary[target=_blank]")
	var window *browser
	select {
	case id := <-opened:
		window = newTab(b.ctx, t, chromedp.WithTargetID(id))
	case <-time.After(20 * time.Second):
		t.Fatal("no window opens")
	}
	window.onPage("/^\\/visit\\/[^/]+$/.test(location.pathname) && document.querySelector('#session') !== null", "the visit, in a window of its own")
	run(window, chromedp.Evaluate[bool]("document.querySelectorAll('input[name=offer]').forEach(box => box.checked = true), true"))
	window.clickOnPage("form[action$='/preview'] button.primary")
	window.onPage("document.querySelector(\"form[action$='/confirm']\") !== null", "the preview in that window")
}

// TestBrowserTwoFrames keeps two charts in two frames of one page of the EHR and loads each again and
// again: every page must be of the patient of its own chart.
func TestBrowserTwoFrames(t *testing.T) {
	times := 10
	if long {
		times = 100
	}
	w := target{}.open(t)
	b := startBrowser(t)
	b.size(1280, 900)
	b.goTo(w.chart("therapy-52"))
	b.inFrame("document.querySelector('main h1') !== null", "the app in its frame")
	run(b, evaluateOnPage(fmt.Sprintf(`document.querySelector('main').innerHTML = %q`,
		`<iframe src="/chart/therapy-52/launch?window=1"></iframe><iframe src="/chart/phq9-item-9/launch?window=1"></iframe>`)))
	names := [2]string{"Juniper Samplewood", "Sven Testberg"}
	for frame, name := range names {
		b.inFrameOf(frame, loadedAgain, "the chart of "+name)
	}
	for n := range times {
		for frame := range names {
			if _, err := evaluateIn[bool](b, frame, "window.before = true, location.reload(), true"); err != nil {
				t.Fatalf("load %d of frame %d: %v", n+1, frame+1, err)
			}
		}
		for frame, own := range names {
			b.inFrameOf(frame, loadedAgain, fmt.Sprintf("load %d of the chart of %s", n+1, own))
			text, err := evaluateIn[string](b, frame, "document.querySelector('.strip .name').textContent + '|' + document.body.textContent")
			shown, body, _ := strings.Cut(text, "|")
			if err != nil || shown != own || strings.Contains(body, names[1-frame]) {
				t.Errorf("load %d: the frame of %s shows %q (%v)", n+1, own, shown, err)
			}
		}
	}
}

// loadedAgain is true on a page of a chart that is not the one from before.
const loadedAgain = "!window.before && document.readyState === 'complete' && document.querySelector('.strip .name') !== null && document.querySelector('#gaps') !== null"

// banner is a launch in which the app must show whose chart it is.
func (w *world) banner(visit demoehr.SeedVisit) string {
	return w.ehr.ISS()[:strings.LastIndex(w.ehr.ISS(), "/fhir")] + "/chart/" + visit.Encounter + "/launch?window=1"
}

// patientName is whose chart the page says it is.
func (s *sitting) patientName(t *testing.T) string {
	t.Helper()
	_, after, found := strings.Cut(s.page.raw, `<strong class="name">`)
	name, _, _ := strings.Cut(after, "<")
	if !found || name == "" {
		t.Fatalf("the page does not say whose chart it is: %s", s.page)
	}
	return name
}
