package integration

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"path"
	"strings"
	"testing"
	"time"
)

// A visitor is a clinician's browser without scripts: it keeps cookies, follows redirects and
// presses buttons.
type visitor struct {
	client    *http.Client
	stop      func(*http.Request) bool // stop before this request of a chain of redirects
	stoppedAt string                   // the address of that request
}

func newVisitor(t testing.TB) *visitor {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	v := &visitor{}
	v.client = &http.Client{
		Jar:     jar,
		Timeout: time.Minute,
		CheckRedirect: func(r *http.Request, via []*http.Request) error {
			if v.stop != nil && v.stop(r) {
				v.stoppedAt = r.URL.String()
				return http.ErrUseLastResponse
			}
			if len(via) > 12 {
				return errors.New("more redirects than any launch has")
			}
			return nil
		},
	}
	return v
}

func (v *visitor) open(t testing.TB, address string) *page {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	return v.send(t, request)
}

// press sends a form as a browser does.
func (v *visitor) press(t testing.TB, f form) *page {
	t.Helper()
	return v.send(t, f.request(t))
}

func (f form) request(t testing.TB) *http.Request {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), f.method, f.action.String(), strings.NewReader(f.fields.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("Origin", f.action.Scheme+"://"+f.action.Host)
	request.Header.Set("Sec-Fetch-Site", "same-origin")
	request.Header.Set("Sec-Fetch-Mode", "navigate")
	return request
}

func (v *visitor) send(t testing.TB, request *http.Request) *page {
	t.Helper()
	response, err := v.client.Do(request)
	if err != nil {
		t.Fatalf("%s %s: %v", request.Method, request.URL.Path, err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatalf("%s %s: %v", request.Method, request.URL.Path, err)
	}
	return readPage(t, response.StatusCode, response.Request.URL, string(body))
}

// A sitting is one launch, open in one browser at its visit.
type sitting struct {
	*visitor
	page   *page  // of the visit, as first seen
	launch string // id
}

// launch opens the app from the chart and follows it to the page of the visit.
func (v *visitor) launch(t testing.TB, launchURL string) *sitting {
	t.Helper()
	p := v.open(t, launchURL)
	if p.status != http.StatusOK || !strings.HasPrefix(p.at.Path, "/visit/") {
		t.Fatalf("launch ended at %s with %d, want 200 at /visit/…: %s", p.at.Path, p.status, p)
	}
	return &sitting{v, p, path.Base(p.at.Path)}
}

// address is a path of the app.
func (s *sitting) address(path string) string {
	return (&url.URL{Scheme: s.page.at.Scheme, Host: s.page.at.Host, Path: path}).String()
}

// A review is what the tests need of GET /api/v1/review/{launch}.
type review struct {
	Encounter     string `json:"encounter"`
	Patient       string `json:"patient"`
	DateOfService string `json:"dateOfService"`
	Session       struct {
		Status  string `json:"status"`
		Minutes *int   `json:"minutes"`
	} `json:"session"`
	Coding struct {
		Suggestions []line `json:"suggestions"`
		Choices     []struct {
			Options [][]line `json:"options"`
		} `json:"choices"`
		Questions []struct {
			ID string `json:"id"`
		} `json:"questions"`
	} `json:"coding"`
	Documentation struct {
		Elements []struct {
			ID     string `json:"id"`
			Status string `json:"status"`
		} `json:"elements"`
	} `json:"documentation"`
	Unread []unread `json:"unread"`
}

type unread struct{ Kind, Reason string }

type line struct {
	Code      string   `json:"code"`
	Units     int      `json:"units"`
	Modifiers []string `json:"modifiers"`
}

func (s *sitting) review(t testing.TB) review {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.address("/api/v1/review/"+s.launch), nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := s.client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK || !strings.HasPrefix(response.Header.Get("Content-Type"), "application/json") {
		t.Fatalf("review: %s with %q, want 200 with JSON", response.Status, response.Header.Get("Content-Type"))
	}
	var r review
	if err := json.NewDecoder(response.Body).Decode(&r); err != nil {
		t.Fatalf("review: %v", err)
	}
	return r
}

// preview asks for all that is offered and returns the form that would file it.
func (s *sitting) preview(t testing.TB) form {
	t.Helper()
	offers, ok := s.page.form("/preview")
	if !ok {
		t.Fatalf("the page of the visit offers nothing to file: %s", s.page)
	}
	p := s.press(t, offers.tickAll())
	if p.status != http.StatusOK {
		t.Fatalf("preview answers %d: %s", p.status, p)
	}
	confirm, ok := p.form("/confirm")
	if !ok {
		t.Fatalf("the preview has no form to confirm: %s", p)
	}
	return confirm
}

// confirm presses the button of a preview and returns the page that says what became of it, once it is known.
func (s *sitting) confirm(t testing.TB, f form) *page {
	t.Helper()
	return s.settled(t, s.hold(t, f))
}

// hold presses the button of a preview and returns the page of what can still be undone.
func (s *sitting) hold(t testing.TB, f form) *page {
	t.Helper()
	p := s.press(t, f)
	if p.status != http.StatusOK || !strings.Contains(p.at.Path, "/writes/") {
		t.Fatalf("confirm ended at %s with %d, want 200 at …/writes/…: %s", p.at.Path, p.status, p)
	}
	return p
}
