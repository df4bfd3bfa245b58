package web

import (
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"
)

// TestHTMXIsAsPublished holds the vendored file to the bytes of dist/htmx.min.js of htmx.org 2.0.11 on npm
// (integrity of the package: sha512-Thx/WtpeOQqSrqBCw/A1cwGJGg4UrVa3+sW0GmrM3p4gJgO89ecH4qtbnyzDDWFvBTqjnIMCgELTNt636dtamA==).
func TestHTMXIsAsPublished(t *testing.T) {
	sum := sha256.Sum256(htmx)
	if got, want := hex.EncodeToString(sum[:]), "d6fdc75f204e6bdefa99b69bf1e6d4ac69b8a364f77929f45c13476b4000f717"; got != want {
		t.Errorf("htmx has the checksum %s, want %s", got, want)
	}
	if !strings.Contains(string(htmx), `version:"2.0.11"`) {
		t.Error("htmx does not say that it is 2.0.11")
	}
	notice, err := os.ReadFile("../../NOTICE")
	if err != nil || !strings.Contains(string(notice), "htmx 2.0.11 (Zero-Clause BSD") {
		t.Errorf("NOTICE does not name htmx 2.0.11 and its licence (%v)", err)
	}
}

var assetAddress = regexp.MustCompile(`(?:href|src)="(/static/[^"]+)"`)

// fetch loads a file as a browser does that takes gzip.
func (w *world) fetch(path, accept string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, baseURL+path, nil)
	if accept != "" {
		r.Header.Set("Accept-Encoding", accept)
	}
	answer := httptest.NewRecorder()
	w.server.ServeHTTP(answer, r)
	return answer
}

func TestFilesComeByTheirContentAndCompressed(t *testing.T) {
	w := newWorld(t)
	found := assetAddress.FindAllStringSubmatch(w.get("/visit/A", "A").Body.String(), -1)
	if len(found) != 3 {
		t.Fatalf("the page loads %q, want a stylesheet and two scripts", found)
	}
	for _, each := range found {
		plain, packed := w.fetch(each[1], ""), w.fetch(each[1], "br;q=1, gzip;q=0.8")
		for _, answer := range []*httptest.ResponseRecorder{plain, packed} {
			if answer.Code != http.StatusOK || answer.Header().Get("Cache-Control") != "public, max-age=31536000, immutable" || answer.Header().Get("Vary") != "Accept-Encoding" {
				t.Errorf("%s: %d with %v", each[1], answer.Code, answer.Header())
			}
		}
		unpacked, err := gzip.NewReader(packed.Body)
		if err != nil || packed.Header().Get("Content-Encoding") != "gzip" {
			t.Fatalf("%s is not compressed: %v", each[1], err)
		}
		if content, err := io.ReadAll(unpacked); err != nil || string(content) != plain.Body.String() {
			t.Errorf("%s: compressed it is another file (%v)", each[1], err)
		}
		for _, accept := range []string{"gzip;q=0", "br", "gzip; q=0.0", "gzip;q=x"} {
			if got := w.fetch(each[1], accept).Header().Get("Content-Encoding"); got != "" {
				t.Errorf("%s to one who says %q comes as %q", each[1], accept, got)
			}
		}
		path, _, _ := strings.Cut(each[1], "?")
		if got := w.fetch(path+"?v=000000000000", "").Header().Get("Cache-Control"); got != "no-store" {
			t.Errorf("%s of another version may be kept: %q", path, got)
		}
	}
	want(t, w.get("/static/../server.go", ""), http.StatusMovedPermanently)
	want(t, w.get("/static/none.js", ""), http.StatusNotFound, "no such page")
}

// firstView is how many bytes the first page of a visit may be with all it loads, compressed.
const firstView = 60 << 10

func TestTheFirstPageIsSmall(t *testing.T) {
	w := newWorld(t)
	w.launches.open["A"].StyleURL, w.launches.style = ehrOrigin+"/style.json", `{"color_highlight":"#0b6b75","font_family_body":"system-ui"}`
	for _, f := range fixtures {
		page := w.fixturePage(f.name)
		packed, err := pack([]byte(page))
		if err != nil {
			t.Fatal(err)
		}
		size := len(packed) + w.get("/visit/A/look.css?v=x", "A").Body.Len()
		for _, each := range assetAddress.FindAllStringSubmatch(page, -1) {
			size += w.fetch(each[1], "gzip").Body.Len()
		}
		if size > firstView {
			t.Errorf("%s: %d bytes compressed, want at most %d", f.name, size, firstView)
		}
		t.Logf("%s: %d bytes compressed", f.name, size)
	}
}

// What the policy forbids must not be in the file that it lets in, or it would only fail in a browser.
func TestOurScriptNeedsNothingThatThePolicyForbids(t *testing.T) {
	for _, forbidden := range []string{"eval(", "new Function", "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "localStorage", ".style.", "http:", "https:", `'*'`} {
		if strings.Contains(string(ownScript), forbidden) {
			t.Errorf("chargenote.js has %s", forbidden)
		}
	}
	config := regexp.MustCompile(`<meta name="htmx-config" content='([^']+)'>`).FindStringSubmatch(newWorld(t).get("/visit/A", "A").Body.String())
	if config == nil {
		t.Fatal("the page does not set htmx up")
	}
	for _, setting := range []string{`"allowEval":false`, `"includeIndicatorStyles":false`, `"selfRequestsOnly":true`, `"historyCacheSize":0`, `"historyEnabled":false`} {
		if !strings.Contains(config[1], setting) {
			t.Errorf("htmx is not set up with %s", setting)
		}
	}
}
