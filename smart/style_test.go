package smart_test

import (
	"net/http"
	"strings"
	"testing"
)

// TestStyleIsFetchedWithCare: the style document is asked for without the token, and nothing but a short
// JSON document from the address itself is taken.
func TestStyleIsFetchedWithCare(t *testing.T) {
	for _, tt := range []struct {
		name   string
		answer http.HandlerFunc
		want   string // of the document; empty: refused
	}{
		{"a document", func(w http.ResponseWriter, _ *http.Request) {
			writeJSON(w, http.StatusOK, map[string]string{"color_text": "#000"})
		}, "color_text"},
		{"a redirect", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/elsewhere", http.StatusFound) }, ""},
		{"a page", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			_, _ = w.Write([]byte("<p>"))
		}, ""},
		{"not found", func(w http.ResponseWriter, _ *http.Request) { writeJSON(w, http.StatusNotFound, nil) }, ""},
		{"too long", func(w http.ResponseWriter, _ *http.Request) {
			writeJSON(w, http.StatusOK, map[string]string{"x": strings.Repeat("x", 17<<10)})
		}, ""},
		{"one key twice", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			_, _ = w.Write([]byte(`{"color_text":"#000","color_text":"#fff"}`))
		}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := newClock()
			ehr := newEHRServer(t, c)
			ehr.fhir = tt.answer
			a := newApp(t, c, entry(ehr))
			document, err := a.app.Style(t.Context(), a.open(a.browser(), ehr))
			if (err == nil) != (tt.want != "") || !strings.Contains(string(document), tt.want) {
				t.Errorf("%q, %v", document, err)
			}
			asked := ehr.requests("/style.json")
			if len(asked) != 1 || asked[0].authorization != "" {
				t.Errorf("%d requests, or one with a token", len(asked))
			}
			if n := len(ehr.requests("/elsewhere")); n != 0 {
				t.Error("a redirect was followed")
			}
			a.noSecret(t)
		})
	}
}

// TestStyleElsewhere: an address that the entry does not vouch for is never asked, even in a launch that holds it.
func TestStyleElsewhere(t *testing.T) {
	c := newClock()
	ehr := newEHRServer(t, c)
	a := newApp(t, c, entry(ehr))
	l := *a.open(a.browser(), ehr)
	for _, address := range []string{"", "https://evil.example/style.json", "http://" + strings.TrimPrefix(ehr.URL, "https://") + "/style.json", "://"} {
		l.StyleURL = address
		if document, err := a.app.Style(t.Context(), &l); err == nil {
			t.Errorf("%q gives %q", address, document)
		}
	}
	if n := len(ehr.requests("/style.json")); n != 0 {
		t.Errorf("%d requests", n)
	}
}
