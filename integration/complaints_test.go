package integration

import (
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/audits"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// hosts are the origins that the tests serve just now: the demo EHR and the app. A browser that asks
// anybody else fails its test.
var hosts = struct {
	sync.Mutex
	up map[string]bool
}{up: map[string]bool{}}

// hosting names origins that the test serves until it ends.
func hosting(t testing.TB, addresses ...string) {
	t.Helper()
	hosts.Lock()
	defer hosts.Unlock()
	for _, address := range addresses {
		origin := originOf(address)
		hosts.up[origin] = true
		t.Cleanup(func() {
			hosts.Lock()
			defer hosts.Unlock()
			delete(hosts.up, origin)
		})
	}
}

func originOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	return u.Scheme + "://" + u.Host
}

// An ear hears all that a page complains about: errors and warnings of the console, broken policies,
// exceptions, answers that are refusals; and whom it asks.
type ear struct {
	mu       sync.Mutex
	heard    []string
	asked    map[string]bool // origins
	expected []*regexp.Regexp
}

func (e *ear) listen(event any) {
	switch event := event.(type) {
	case *runtime.EventConsoleAPICalled:
		if event.Type == runtime.ConsoleAPICalledTypeError || event.Type == runtime.ConsoleAPICalledTypeWarning {
			e.hear("console %s", event.Type)
		}
	case *runtime.EventExceptionThrown:
		e.hear("exception: %s", event.ExceptionDetails.Text)
	case *log.EventEntryAdded:
		if event.Entry.Level == log.EntryLevelError || event.Entry.Source == log.EntrySourceSecurity {
			e.hear("%s: %s", event.Entry.Source, event.Entry.Text)
		}
	case *audits.EventIssueAdded:
		if event.Issue.Code == audits.InspectorIssueCodeContentSecurityPolicyIssue {
			e.hear("content security policy: %s", event.Issue.Details.ContentSecurityPolicyIssueDetails.ViolatedDirective)
		}
	case *network.EventResponseReceived:
		if event.Response.Status >= 400 {
			e.hear("%d for a %s", event.Response.Status, event.Type)
		}
	case *network.EventRequestWillBeSent:
		e.ask(event.Request.URL)
	}
}

func (e *ear) hear(format string, args ...any) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.heard = append(e.heard, fmt.Sprintf(format, args...))
}

func (e *ear) ask(address string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if strings.HasPrefix(address, "data:") || strings.HasPrefix(address, "about:") {
		return // nobody is asked
	}
	if e.asked == nil {
		e.asked = map[string]bool{}
	}
	e.asked[originOf(address)] = true
}

// complaints are those that no test expects, with the origins that nobody of the test serves.
func (b *browser) complaints() []string {
	e := &b.ear
	e.mu.Lock()
	defer e.mu.Unlock()
	hosts.Lock()
	defer hosts.Unlock()
	all := slices.Clone(e.heard)
	for _, origin := range slices.Sorted(maps.Keys(e.asked)) {
		if !hosts.up[origin] {
			all = append(all, "asked of another: "+origin)
		}
	}
	return slices.DeleteFunc(all, func(heard string) bool {
		return slices.ContainsFunc(e.expected, func(r *regexp.Regexp) bool { return r.MatchString(heard) })
	})
}

// watchRequests returns what tells the origins that the page asked beside those allowed.
func (b *browser) watchRequests(t *testing.T) func(allowed ...string) []string {
	t.Helper()
	return func(allowed ...string) []string {
		b.ear.mu.Lock()
		defer b.ear.mu.Unlock()
		asked := slices.Sorted(maps.Keys(b.ear.asked))
		return slices.DeleteFunc(asked, func(origin string) bool {
			return slices.ContainsFunc(allowed, func(a string) bool { return originOf(a) == origin })
		})
	}
}

// expect names complaints that belong to what the test does, such as a refusal that it provokes.
func (b *browser) expect(patterns ...string) {
	b.ear.mu.Lock()
	defer b.ear.mu.Unlock()
	for _, pattern := range patterns {
		b.ear.expected = append(b.ear.expected, regexp.MustCompile(pattern))
	}
}

// nothingToComplainOf ends every test in a browser.
func (b *browser) nothingToComplainOf() {
	if _, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool]("true")); err != nil { // what was said before has been heard
		b.Errorf("the page does not answer at the end of the test: %v", err)
	}
	if complaints := b.complaints(); len(complaints) > 0 {
		b.Errorf("the browser complains: %q", complaints)
	}
	if b.went && len(b.ear.asked) == 0 {
		b.Error("the browser was heard to ask nobody: the listener is deaf")
	}
}

// TestBrowserComplaintsAreHeard opens a page that does all that ours must not, and expects to hear of
// each: else the silence of the other tests would prove nothing.
func TestBrowserComplaintsAreHeard(t *testing.T) {
	other := httptest.NewServer(http.NotFoundHandler())
	defer other.Close()
	bad := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/policy":
			w.Header().Set("Content-Security-Policy", "default-src 'none'; script-src 'self'")
			fmt.Fprint(w, `<!doctype html><link rel="icon" href="data:,"><body style="color:red"><script>document.title = 'inline'</script></body>`)
		case "/open":
			fmt.Fprintf(w, `<!doctype html><link rel="icon" href="data:,"><img src="%s/pixel.png"><script>console.error('loud'); undefined.thing</script>`, other.URL)
		default:
			http.NotFound(w, r)
		}
	}))
	defer bad.Close()
	hosting(t, bad.URL)
	b := startBrowser(t)
	b.goTo(bad.URL + "/policy")
	b.goTo(bad.URL + "/open")
	b.goTo(bad.URL + "/missing")
	run(b, chromedp.Evaluate[bool]("true"))
	all := strings.Join(b.complaints(), "\n")
	for _, want := range []string{"content security policy: style-src", "content security policy: script-src", "console error", "exception: Uncaught",
		"404 for a Document", "asked of another: " + other.URL} {
		if !strings.Contains(all, want) {
			t.Errorf("not heard: %s", want)
		}
	}
	if others := b.watchRequests(t)(bad.URL); !slices.Equal(others, []string{other.URL}) {
		t.Errorf("asked of others: %q, want %s", others, other.URL)
	}
	if t.Failed() {
		t.Logf("heard:\n%s", all)
	}
	b.expect(".")
}
