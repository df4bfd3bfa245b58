package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	_ "embed" // the three files that pages load
	"encoding/hex"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/gorilla/mux"
)

//go:embed static/chargenote.css
var stylesheet []byte

//go:embed static/chargenote.js
var ownScript []byte

// htmx is kept as its makers publish it, unchanged: see NOTICE and TestHTMXIsAsPublished.
//
//go:embed static/htmx-2.0.11.min.js
var htmx []byte

// htmxName names its version too, so that a reader of the page sees which it is.
const htmxName = "htmx-2.0.11.min.js"

// An asset is one file that pages load, ready to be sent.
type asset struct {
	kind   string // its Content-Type
	plain  []byte
	packed []byte // the same, compressed by gzip
	name   string // of this content: it stands in the address, which changes with it
}

// assets are the files by the last part of their address.
type assets map[string]asset

func loadAssets() (assets, error) {
	all := assets{}
	for name, file := range map[string]struct {
		kind    string
		content []byte
	}{
		"chargenote.css": {"text/css; charset=utf-8", stylesheet},
		"chargenote.js":  {"text/javascript; charset=utf-8", ownScript},
		htmxName:         {"text/javascript; charset=utf-8", htmx},
	} {
		packed, err := pack(file.content)
		if err != nil {
			return nil, fmt.Errorf("web: compress %s: %w", name, err)
		}
		sum := sha256.Sum256(file.content)
		all[name] = asset{file.kind, file.content, packed, hex.EncodeToString(sum[:6])}
	}
	return all, nil
}

func pack(content []byte) ([]byte, error) {
	var packed bytes.Buffer
	z, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := z.Write(content); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return packed.Bytes(), nil
}

// address is where pages load a file from.
func (all assets) address(name string) string { return "/static/" + name + "?v=" + all[name].name }

// static serves the files that pages load. Under the address of this very content a browser may keep one
// for good; under any other, which a page of an earlier version may still hold, it may not.
func (s *Server) static(w http.ResponseWriter, r *http.Request) {
	file, ok := s.pages.assets[mux.Vars(r)["name"]]
	if !ok {
		s.fail(w, r, errNoPage)
		return
	}
	h := w.Header()
	h.Set("Content-Type", file.kind)
	h.Set("Vary", "Accept-Encoding")
	if r.URL.Query().Get("v") == file.name {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	content := file.plain
	if acceptsGzip(r.Header.Get("Accept-Encoding")) {
		h.Set("Content-Encoding", "gzip")
		content = file.packed
	}
	h.Set("Content-Length", strconv.Itoa(len(content)))
	if r.Method != http.MethodHead {
		_, _ = w.Write(content)
	}
}

// acceptsGzip reads Accept-Encoding (RFC 9110, 12.5.3): gzip by name, with a weight that is not zero.
func acceptsGzip(header string) bool {
	for part := range strings.SplitSeq(header, ",") {
		name, weight, weighed := strings.Cut(part, ";")
		if !strings.EqualFold(strings.TrimSpace(name), "gzip") {
			continue
		}
		value, ok := strings.CutPrefix(strings.ReplaceAll(weight, " ", ""), "q=")
		q, err := strconv.ParseFloat(value, 64)
		return !weighed || ok && err == nil && q > 0
	}
	return false
}
