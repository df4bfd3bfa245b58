package integration

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

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
	way := ask[string](b, "document.querySelector('main a.primary[target=_blank]').href")
	b.goTo(way)
	b.onPage("/^\\/visit\\/[^/]+$/.test(location.pathname) && document.querySelector('#session') !== null", "the visit, in a window of its own")
}

// crossedForms sends every form of chart a, and its confirmation, under the address of chart b.
func (w *world) crossedForms(t *testing.T, a, b *sitting, nameA string) {
	t.Helper()
	crossed := slices.Clone(a.page.forms)
	for i := range crossed {
		crossed[i] = crossed[i].tickAll()
	}
	crossed = append(crossed, a.preview(t))
	for _, f := range crossed {
		if strings.HasSuffix(f.action.Path, "/end") {
			continue // it names no chart but the one of its address
		}
		f.action = f.action.ResolveReference(&url.URL{Path: strings.ReplaceAll(f.action.Path, a.launch, b.launch)})
		if p := b.press(t, f); strings.Contains(p.text, nameA) || p.status == http.StatusOK && strings.Contains(p.at.Path, "/writes/") {
			t.Errorf("a form of one chart under %s of the other answers %d at %s: %s", f.action.Path[strings.LastIndex(f.action.Path, "/"):], p.status, p.at.Path, p)
		}
	}
	for _, visit := range w.ehr.Visits() {
		if n := len(w.record.charges(t, "Encounter/"+visit.Encounter)); n != 0 {
			t.Errorf("%d charges stand at %s after crossed forms", n, visit.Encounter)
		}
	}
}

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
