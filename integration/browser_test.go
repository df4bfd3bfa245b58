package integration

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/cdproto/audits"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	cdpage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

var update = flag.Bool("update", false, "write the README's screenshots anew, into assets/screenshots")

// published are the screenshots that the README may show.
var published = []string{"chart", "filed", "narrow", "dark"}

// TestBrowser plays the demo as a person does: worklist, chart, the app in its frame, preview,
// confirm, and once more.
func TestBrowser(t *testing.T) {
	demo := startDemo(t)
	b := startBrowser(t)
	b.size(1440, 1000)
	b.goTo(demo)
	b.shoot("worklist")

	charts := b.all("Array.from(document.querySelectorAll('ol.worklist a'), a => a.href)")
	if len(charts) == 0 {
		t.Fatal("the worklist lists no visit")
	}
	chart := ""
	for _, each := range charts { // the first with a line to file
		b.goTo(each)
		b.inFrame("document.querySelector('main h1') !== null && document.readyState === 'complete'", "the app in the frame")
		if ask[bool](b, "document.querySelector('input[name=offer]') !== null") {
			chart = each
			break
		}
	}
	if chart == "" {
		t.Fatal("no visit of the worklist has a line to file")
	}
	b.shoot("chart")

	ask[int](b, tickAll)
	b.click("form[action$='/preview'] button[type=submit]")
	b.inFrame("document.querySelector(\"form[action$='/confirm']\") !== null", "the preview")
	b.shoot("preview")
	b.click("form[action$='/confirm'] button[type=submit]")
	if r := b.settled(); r.State != "filed" {
		t.Fatalf("the filing is %q, want filed: %s", r.State, r.Text)
	}
	b.shoot("filed")

	b.goTo(chart)
	rows := "Array.from(document.querySelectorAll('.filed > p'), r => r.innerText.trim())"
	first := b.all(rows)
	if len(first) == 0 {
		t.Fatal("the chart shows nothing as filed")
	}
	b.inFrame("document.querySelector('input[name=offer]') !== null", "the app, opened again")
	ask[int](b, tickAll)
	b.click("form[action$='/preview'] button[type=submit]")
	b.inFrame("document.querySelector(\"form[action$='/confirm']\") !== null", "the preview again")
	b.click("form[action$='/confirm'] button[type=submit]")
	if r := b.settled(); r.State != "already there" {
		t.Fatalf("the filing, again, is %q, want already there: %s", r.State, r.Text)
	}
	b.goTo(chart)
	if again := b.all(rows); !slices.Equal(again, first) {
		t.Errorf("after filing again the chart shows %q, want still %q", again, first)
	}
}

// TestBrowserNarrow looks at every visit in a frame of 400 px, the width that an EHR's sidebar
// leaves to an app: nothing may need scrolling sideways, in light and in dark.
func TestBrowserNarrow(t *testing.T) {
	demo := startDemo(t)
	b := startBrowser(t)
	b.size(1280, 900)
	b.goTo(demo)
	charts := b.all("Array.from(document.querySelectorAll('ol.worklist a'), a => a.href)")
	for _, scheme := range []string{"light", "dark"} {
		b.scheme(scheme)
		for i, chart := range charts {
			b.goTo(chart)
			b.inFrame("document.querySelector('main h1') !== null && document.readyState === 'complete'", "the app in the frame")
			b.narrow(400)
			b.inFrame("innerWidth <= 400", "the frame of 400 px")
			if !ask[bool](b, "document.scrollingElement.scrollWidth <= document.scrollingElement.clientWidth") {
				t.Errorf("visit %d of the worklist, %s: the page is wider than its frame: %s", i+1, scheme, ask[string](b, widest))
			}
			if i == 0 {
				b.shoot("narrow-" + scheme)
			}
		}
	}
}

// TestBrowserPictures takes the pictures of a visit in which everything is known: in a sidebar, in the
// dark, and in a window.
func TestBrowserPictures(t *testing.T) {
	demo := startDemo(t)
	b := startBrowser(t)
	b.goTo(demo)
	gallery := b.all("Array.from(document.querySelectorAll('a[href$=\"/gallery\"]'), a => a.href)")
	if len(gallery) != 1 {
		t.Fatalf("the start page leads to %q, want one gallery", gallery)
	}
	for _, picture := range []struct {
		name, scheme  string
		width, height int64
	}{{"narrow", "light", 400, 1000}, {"dark", "dark", 400, 1000}, {"wide", "light", 1280, 1000}} {
		b.size(picture.width, picture.height)
		b.scheme(picture.scheme)
		b.goTo(gallery[0] + "/known")
		b.shoot(picture.name)
	}
}

// tickAll ticks every line and counts them.
const tickAll = `Array.from(document.querySelectorAll('input[name=offer]'), box => box.checked = true).length`

// widest names the elements that stick out.
const widest = `Array.from(document.querySelectorAll('main *, header *, footer *'))
	.filter(e => e.getBoundingClientRect().right > innerWidth && !e.closest('pre, table'))
	.map(e => e.tagName + '.' + e.className).slice(0, 5).join(' ')`

// startDemo runs chargenote demo until the test ends, and returns the address of the EHR that it prints.
func startDemo(t *testing.T) string {
	t.Helper()
	out, app := &growing{}, freeAddress(t)
	command := exec.Command(program, "demo", "--listen", "127.0.0.1:0", "--app", app)
	command.Stdout, command.Stderr = out, out
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = command.Process.Signal(syscall.SIGTERM)
		if err := command.Wait(); err != nil {
			t.Errorf("chargenote demo ended with %v\n%s", err, out)
		}
		if t.Failed() {
			t.Logf("chargenote demo said:\n%s", out)
		}
	})
	printed := regexp.MustCompile(`Open (http://\S+) in a browser`)
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if found := printed.FindStringSubmatch(out.String()); found != nil {
			hosting(t, found[1], "http://"+app)
			return found[1]
		}
	}
	t.Fatalf("chargenote demo prints no address to open:\n%s", out)
	return ""
}

// A browser is Chromium at one page, with an eye on all that it complains about.
type browser struct {
	*testing.T
	ctx  context.Context
	went bool // somewhere

	mu     sync.Mutex
	places map[cdp.FrameID]string // where scripts of the tests run in each frame, by unique id
	ear    ear
}

// startBrowser starts Debian's Chromium with a profile of its own, and with more options where they are given.
func startBrowser(t *testing.T, more ...chromedp.ExecAllocatorOption) *browser {
	t.Helper()
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		unable(t, "no Chromium: install Debian's package chromium")
	}
	options := []chromedp.ExecAllocatorOption{
		chromedp.ExecPath(path), chromedp.NoFirstRun, chromedp.NoDefaultBrowserCheck, chromedp.UserDataDir(t.TempDir()),
		chromedp.WSURLReadTimeout(time.Minute),
		chromedp.Flag("headless", "new"), chromedp.Flag("no-sandbox", true), chromedp.Flag("disable-gpu", true),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true), chromedp.Flag("disable-default-apps", true),
		chromedp.Flag("disable-dev-shm-usage", true), chromedp.Flag("hide-scrollbars", true), chromedp.Flag("lang", "en-US"),
	}
	allocator, release := chromedp.NewExecAllocator(context.WithoutCancel(t.Context()), append(options, more...)...)
	t.Cleanup(release)
	return newTab(allocator, t)
}

// tab is another tab of the same browser, for a test that runs beside others.
func (b *browser) tab(t *testing.T) *browser {
	t.Helper()
	return newTab(b.ctx, t)
}

// newTab opens a page, whose complaints fail the test when it ends.
func newTab(in context.Context, t *testing.T, which ...chromedp.ContextOption) *browser {
	t.Helper()
	ctx, end := chromedp.NewContext(in, which...)
	t.Cleanup(end)
	b := &browser{T: t, ctx: ctx, places: map[cdp.FrameID]string{}}
	if err := chromedp.Listen(ctx, b.listen); err != nil {
		t.Fatalf("Chromium does not start: %v", err)
	}
	call(b, network.Enable, network.EnableParams{})
	call(b, log.Enable, cdp.Empty{})
	call(b, audits.Enable, cdp.Empty{})
	t.Cleanup(b.nothingToComplainOf)
	return b
}

// call sends one command of the DevTools protocol.
func call[P, R any](b *browser, command cdp.Command[P, R], parameters P) R {
	b.Helper()
	result, err := chromedp.Call(b.ctx, command, parameters)
	if err != nil {
		b.Fatalf("browser: %v", err)
	}
	return result
}

// run runs one action.
func run[T any](b *browser, action chromedp.Action[T]) T {
	b.Helper()
	result, err := chromedp.Run(b.ctx, action)
	if err != nil {
		b.Fatalf("browser: %v", err)
	}
	return result
}

// listen keeps where scripts of the tests can run, and what the page complains about.
func (b *browser) listen(event any) {
	b.ear.listen(event)
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *runtime.EventExecutionContextCreated:
		var about struct {
			FrameID   cdp.FrameID `json:"frameId"`
			IsDefault bool        `json:"isDefault"`
		}
		if json.Unmarshal(e.Context.AuxData, &about) == nil && about.IsDefault {
			b.places[about.FrameID] = e.Context.UniqueID
		}
	case *runtime.EventExecutionContextDestroyed:
		for frame, id := range b.places {
			if id == e.ExecutionContextUniqueID {
				delete(b.places, frame)
			}
		}
	case *runtime.EventExecutionContextsCleared:
		clear(b.places)
	}
}

func (b *browser) size(width, height int64) {
	b.Helper()
	run(b, chromedp.EmulateViewport(width, height))
}

func (b *browser) scheme(name string) {
	b.Helper()
	call(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: name}},
	})
}

func (b *browser) goTo(address string) {
	b.Helper()
	b.went = true
	run(b, chromedp.Navigate(address))
}

// all evaluates a list of strings in the page itself.
func (b *browser) all(expression string) []string {
	b.Helper()
	return run(b, chromedp.Evaluate[[]string](expression))
}

// narrow gives the app's frame a width.
func (b *browser) narrow(pixels int) {
	b.Helper()
	run(b, chromedp.Evaluate[string](fmt.Sprintf("document.querySelector('iframe').style.width = '%dpx'", pixels)))
}

// evaluate runs an expression in the app's frame. It fails softly: the frame may be on its way.
func evaluate[T any](b *browser, expression string) (T, error) {
	return evaluateIn[T](b, 0, expression)
}

// evaluateIn is evaluate in one of several frames, counted from 0.
func evaluateIn[T any](b *browser, frame int, expression string) (T, error) {
	var none T
	tree, err := chromedp.Call(b.ctx, cdpage.GetFrameTree, cdp.Empty{})
	if err != nil {
		return none, err
	}
	if len(tree.FrameTree.ChildFrames) <= frame {
		return none, errors.New("the page has no such frame")
	}
	b.mu.Lock()
	place := b.places[tree.FrameTree.ChildFrames[frame].Frame.ID]
	b.mu.Unlock()
	if place == "" {
		return none, errors.New("the frame is on its way")
	}
	return chromedp.Run(b.ctx, chromedp.Evaluate[T](expression, func(p *runtime.EvaluateParams) { p.UniqueContextID = place }))
}

// inFrame waits until an expression is true in the app's frame.
func (b *browser) inFrame(expression, what string) {
	b.Helper()
	b.inFrameOf(0, expression, what)
}

// inFrameOf is inFrame in one of several frames, counted from 0.
func (b *browser) inFrameOf(frame int, expression, what string) {
	b.Helper()
	var err error
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		var is bool
		if is, err = evaluateIn[bool](b, frame, expression); err == nil && is {
			return
		}
	}
	text, _ := evaluateIn[string](b, frame, "location.pathname + '\\n' + document.body.innerText")
	b.shoot("failed")
	text = text[:min(len(text), 1500)]
	b.Fatalf("waited in vain for %s (%v); complaints %q; the frame shows:\n%s", what, err, b.complaints(), text)
}

// ask evaluates an expression in the app's frame, which must be there.
func ask[T any](b *browser, expression string) T {
	b.Helper()
	result, err := evaluate[T](b, expression)
	if err != nil {
		b.Fatalf("browser: %v", err)
	}
	return result
}

// A point of a page, in CSS pixels from its top left corner.
type point struct{ X, Y float64 }

// click presses something of the app's frame with the mouse, as a person does: it must be in sight.
func (b *browser) click(selector string) {
	b.Helper()
	in := ask[point](b, fmt.Sprintf(`(() => {
		const target = document.querySelector(%q); target.scrollIntoView({block: 'center', behavior: 'instant'});
		const box = target.getBoundingClientRect(), x = box.x + box.width / 2, y = box.y + box.height / 2;
		if (!target.contains(document.elementFromPoint(x, y))) throw new Error('it is covered');
		return {X: x, Y: y} })()`, selector))
	frame := run(b, chromedp.Evaluate[point](`(() => {
		const frame = document.querySelector('iframe'); frame.scrollIntoView({block: 'start', behavior: 'instant'});
		const box = frame.getBoundingClientRect();
		return {X: box.x + frame.clientLeft, Y: box.y + frame.clientTop} })()`))
	run(b, chromedp.MouseClickXY(frame.X+in.X, frame.Y+in.Y))
}

// shoot takes a picture of the page: into build/screenshots, into CHARGENOTE_SCREENSHOTS, or with
// -update into the README's folder.
func (b *browser) shoot(name string) {
	b.Helper()
	run(b, chromedp.Evaluate[int]("scrollTo({top: 0, behavior: 'instant'}), 0"))
	picture := run(b, chromedp.CaptureScreenshot())
	if seen, err := png.Decode(bytes.NewReader(picture)); err != nil || seen.Bounds().Dx() < 400 {
		b.Errorf("screenshot %s cannot be seen: %v", name, err)
	}
	dir := filepath.Join("..", "build", "screenshots")
	if set := os.Getenv("CHARGENOTE_SCREENSHOTS"); set != "" {
		dir = set
	}
	if *update && slices.Contains(published, name) {
		dir = filepath.Join("..", "assets", "screenshots")
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		b.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name+".png"), picture, 0o644); err != nil {
		b.Fatal(err)
	}
}
