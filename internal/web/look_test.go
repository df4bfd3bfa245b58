package web

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
)

// TestLookOfTheEHR: what is taken of a style document. Contrast is that of WCAG 2.2; #0b6b75 on white
// has 6.2, #7ab800 on white 2.4.
func TestLookOfTheEHR(t *testing.T) {
	light := func(declarations string) string {
		return "@media screen and (prefers-color-scheme: light) {\n  :root { " + declarations + " }\n}\n"
	}
	for _, tt := range []struct{ name, document, want string }{
		{"three colours and a font", `{"color_background":"#FFFFFF","color_text":"#1d2b36","color_highlight":"#0b6b75","font_family_body":"system-ui, 'Segoe UI', Arial"}`,
			light("--paper: #ffffff; --ink: #1d2b36; --accent: #0b6b75;") + ":root { --font: system-ui, \"Segoe UI\", \"Arial\"; }\n"},
		{"short and functional spellings", `{"color_background":"#fff","color_highlight":"rgb(11, 107,117)"}`, light("--paper: #ffffff; --accent: #0b6b75;")},
		{"a highlight too pale to read, so no colour at all", `{"color_text":"#000000","color_highlight":"#7ab800"}`, ""},
		{"a dark background under our own dark text", `{"color_background":"#101010"}`, ""},
		{"a colour that lets another through", `{"color_background":"rgba(255,255,255,0.5)"}`, ""},
		{"a part above 255", `{"color_text":"rgb(0,0,256)"}`, ""},
		{"a named colour, which is none of the grammar", `{"color_text":"black"}`, ""},
		{"an escape out of the declaration", `{"color_text":"#000;} body{display:none"}`, ""},
		{"a request in a colour", `{"color_background":"url(https://evil.example/)"}`, ""},
		{"a request in a font", `{"font_family_body":"x;src:url(https://evil.example/)"}`, ""},
		{"a font with an escape", `{"font_family_body":"\"Segoe\\\" UI\""}`, ""},
		{"an empty name in the list", `{"font_family_body":"Arial,,serif"}`, ""},
		{"too many names", `{"font_family_body":"` + strings.Repeat("Arial,", 10) + `serif"}`, ""},
		{"a good font beside a bad colour", `{"color_text":"red","font_family_body":"Georgia, serif"}`, ":root { --font: \"Georgia\", serif; }\n"},
		{"a number for a colour", `{"color_text":1}`, ""},
		{"no object", `[]`, ""},
		{"nothing of interest", `{"dim_spacing_size":"4px"}`, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := lookOf([]byte(tt.document)); got != tt.want {
				t.Errorf("got\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
}

// TestContrastIsThatOfWCAG: black on white is 21 to 1, a colour on itself 1 to 1, and #767676 is the
// palest grey that can be read on white.
func TestContrastIsThatOfWCAG(t *testing.T) {
	for _, tt := range []struct {
		a, b shade
		want string
	}{
		{shade{}, shade{255, 255, 255}, "21.00"},
		{shade{1, 2, 3}, shade{1, 2, 3}, "1.00"},
		{shade{255, 255, 255}, shade{0x76, 0x76, 0x76}, "4.54"},
		{shade{0x77, 0x77, 0x77}, shade{255, 255, 255}, "4.48"},
	} {
		if got := fmt.Sprintf("%.2f", contrast(tt.a, tt.b)); got != tt.want {
			t.Errorf("%s on %s: %s, want %s", tt.a, tt.b, got, tt.want)
		}
	}
}

// TestLightThemeIsThatOfTheStylesheet: the colours that an EHR's are weighed against are those shown, and
// can be read among themselves.
func TestLightThemeIsThatOfTheStylesheet(t *testing.T) {
	for name, colour := range lightTheme {
		first := regexp.MustCompile(`--` + name + `: (#[0-9a-f]{6});`).FindSubmatch(stylesheet)
		if first == nil || string(first[1]) != colour.String() {
			t.Errorf("%s is %s here, and %s in the stylesheet", name, colour, first)
		}
	}
	for _, pair := range meetings {
		if got := contrast(lightTheme[pair[0]], lightTheme[pair[1]]); got < leastContrast {
			t.Errorf("%s on %s has %.2f", pair[0], pair[1], got)
		}
	}
}

var lookLink = regexp.MustCompile(`<link rel="stylesheet" href="(/visit/A/look\.css\?v=[0-9a-f]+)">`)

// TestLookComesFromOurOwnOrigin: the page names the look as a stylesheet of its own, with the policy as
// strict as ever, and only the browser of the launch gets it.
func TestLookComesFromOurOwnOrigin(t *testing.T) {
	w := newWorld(t)
	if lookLink.MatchString(w.get("/visit/A", "A").Body.String()) {
		t.Error("a launch without a style has a look")
	}
	w.launches.open["A"].StyleURL, w.launches.style = ehrOrigin+"/style.json", `{"color_highlight":"#0b6b75"}`
	page := w.get("/visit/A", "A")
	link := lookLink.FindStringSubmatch(page.Body.String())
	if link == nil {
		t.Fatalf("the page names no look:\n%s", page.Body)
	}
	if policy := page.Header().Get("Content-Security-Policy"); !strings.Contains(policy, "style-src 'self';") {
		t.Errorf("policy %q", policy)
	}
	look := w.get(link[1], "A")
	want(t, look, http.StatusOK, "--accent: #0b6b75;")
	if kind := look.Header().Get("Content-Type"); kind != "text/css; charset=utf-8" {
		t.Errorf("the look is %q", kind)
	}
	want(t, w.get(link[1], "B"), http.StatusNotFound)
}

// TestLookThatCannotBeHad: the page is as without it, and it is not kept by the browser.
func TestLookThatCannotBeHad(t *testing.T) {
	w := newWorld(t)
	w.launches.open["A"].StyleURL = ehrOrigin + "/style.json"
	look := w.get("/visit/A/look.css", "A")
	want(t, look, http.StatusOK)
	if look.Body.Len() != 0 || look.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("%q, kept as %q", look.Body, look.Header().Get("Cache-Control"))
	}
}
