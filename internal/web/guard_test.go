package web

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/chargenote/chargenote/internal/visit"
	"github.com/chargenote/chargenote/smart"
)

var contextDeadline = context.DeadlineExceeded

func TestEveryRouteCarriesTheHeaders(t *testing.T) {
	const nobody, ehr = "frame-ancestors 'none'", "frame-ancestors " + ehrOrigin
	for _, tt := range []struct{ method, path, launch, frames string }{
		{http.MethodGet, "/", "", nobody},
		{http.MethodGet, "/launch?iss=x", "", ehr},
		{http.MethodGet, "/launch/continue?l=x", "", ehr},
		{http.MethodGet, "/callback/ehr", "", ehr},
		{http.MethodGet, "/visit/A", "A", ehr},
		{http.MethodGet, "/visit/A", "", nobody},
		{http.MethodGet, "/visit/C", "C", ehr},
		{http.MethodPost, "/visit/C/encounter", "C", ehr},
		{http.MethodPost, "/visit/A/preview", "A", ehr},
		{http.MethodPost, "/visit/A/confirm", "A", ehr},
		{http.MethodGet, "/visit/A/writes/none", "A", ehr},
		{http.MethodPost, "/visit/A/end", "A", ehr},
		{http.MethodGet, "/api/v1/review/A", "A", ehr},
		{http.MethodGet, "/livez", "", nobody},
		{http.MethodGet, "/readyz", "", nobody},
		{http.MethodGet, "/healthz", "", nobody},
		{http.MethodGet, "/static/chargenote.css", "", nobody},
		{http.MethodGet, "/static/none.css", "", nobody},
		{http.MethodGet, "/nowhere", "", nobody},
		{http.MethodDelete, "/visit/A", "A", nobody},
	} {
		t.Run(tt.method+" "+tt.path, func(t *testing.T) {
			w := newWorld(t)
			h := w.do(tt.method, tt.path, tt.launch, nil).Header()
			for name, value := range map[string]string{
				"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Strict-Transport-Security": "max-age=31536000",
				"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin", "X-Frame-Options": "",
				"Content-Security-Policy": "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; " + tt.frames,
			} {
				if got := h.Get(name); got != value {
					t.Errorf("%s is %q, want %q", name, got, value)
				}
			}
			cache := "no-store"
			if got := h.Get("Cache-Control"); got != cache {
				t.Errorf("Cache-Control is %q, want %q", got, cache)
			}
		})
	}
}

func TestNoHSTSOverPlainHTTP(t *testing.T) {
	w := newWorld(t)
	w.server.origin.Scheme = "http"
	if got := w.get("/", "").Header().Get("Strict-Transport-Security"); got != "" {
		t.Errorf("Strict-Transport-Security is %q over http", got)
	}
}

func TestFramePolicyTakesOriginsOnly(t *testing.T) {
	got := contentPolicy([]string{"https://ehr.example", "https://x.example; script-src *", "javascript:alert(1)", "https://*.ehr.example:8443"})
	if want := "frame-ancestors https://ehr.example https://*.ehr.example:8443"; !strings.HasSuffix(got, want) {
		t.Errorf("got %q, want the end %q", got, want)
	}
}

func TestRequestsThatAreNotOursAreRefused(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(*http.Request)
		status int
	}{
		{"from another site", func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") }, http.StatusForbidden},
		{"from a sibling", func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "same-site") }, http.StatusForbidden},
		{"with another origin", func(r *http.Request) { r.Header.Set("Origin", "https://evil.example") }, http.StatusForbidden},
		{"with a null origin", func(r *http.Request) { r.Header.Set("Origin", "null") }, http.StatusForbidden},
		{"to another host", func(r *http.Request) { r.Host = "evil.example" }, http.StatusMisdirectedRequest},
		{"ours", func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "same-origin") }, http.StatusConflict},
		{"ours, as a browser sends it under no-referrer", func(r *http.Request) {
			r.Header.Set("Origin", "null")
			r.Header.Set("Sec-Fetch-Site", "same-origin")
		}, http.StatusConflict},
		{"ours, port named", func(r *http.Request) { r.Host = "chargenote.example:443" }, http.StatusConflict},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			r := httptest.NewRequest(http.MethodPost, baseURL+"/visit/A/confirm", nil)
			r.AddCookie(&http.Cookie{Name: "l-A", Value: "A"})
			tt.change(r)
			answer := httptest.NewRecorder()
			w.server.ServeHTTP(answer, r)
			want(t, answer, tt.status)
		})
	}
}

func TestALargeFormIsRefused(t *testing.T) {
	w := newWorld(t)
	want(t, w.post("/visit/A/preview", "A", url.Values{"offer": {strings.Repeat("9", bodyLimit)}}), http.StatusRequestEntityTooLarge, "too large")
}

func TestAPanicShowsAReferenceAndNothingElse(t *testing.T) {
	w := newWorld(t)
	w.server.options.Open = func(*smart.Launch) (Chart, error) { panic("canary Wilhelmina") }
	answer := w.get("/visit/A", "A")
	want(t, answer, http.StatusInternalServerError, "Internal error", "Reference number")
	wantNot(t, answer, "canary")
	if log := w.log.String(); strings.Contains(log, "canary") || !strings.Contains(log, "value of type string") || !strings.Contains(log, "stack") {
		t.Errorf("the log must hold type and stack, and not the value:\n%s", log)
	}
}

func TestAPanicWhileFilingLeavesTheFateUnknown(t *testing.T) {
	w := newWorld(t)
	form := w.previewed("A")
	w.server.options.Open = func(*smart.Launch) (Chart, error) { return panicking{w.chart}, nil }
	answer := w.post("/visit/A/confirm", "A", form)
	w.server.options.Open = func(*smart.Launch) (Chart, error) { return w.chart, nil }
	w.chart.readBack = &visit.Receipt{}
	want(t, w.get(answer.Header().Get("Location"), "A"), http.StatusOK, "check the chart")
}

type panicking struct{ *chart }

func (panicking) File(context.Context, visit.Filing) (visit.Receipt, error) { panic("canary") }

func TestNewRefusesWhatCannotWork(t *testing.T) {
	good := newWorld(t).server.options
	for _, tt := range []struct {
		name   string
		change func(*Options)
	}{
		{"no base", func(o *Options) { o.BaseURL = "" }},
		{"base with a path", func(o *Options) { o.BaseURL = "https://x.example/app" }},
		{"base that is no web address", func(o *Options) { o.BaseURL = "ftp://x.example" }},
		{"no launches", func(o *Options) { o.Launches = nil }},
		{"no rules", func(o *Options) { o.Reviews = nil }},
		{"no chart", func(o *Options) { o.Open = nil }},
	} {
		options := good
		tt.change(&options)
		if _, err := New(options); err == nil {
			t.Errorf("%s: New has no error", tt.name)
		}
	}
}
