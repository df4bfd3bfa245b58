package integration

import (
	"net/http"
	"testing"
)

// TestServeHasNoGallery: the made-up visits of the demonstration have no page in an app for real patients.
func TestServeHasNoGallery(t *testing.T) {
	w := target{}.open(t)
	for _, path := range []string{"/gallery", "/gallery/known"} {
		if p := newVisitor(t).open(t, w.app.base+path); p.status != http.StatusNotFound {
			t.Errorf("%s answers %d: %s", path, p.status, p)
		}
	}
}
