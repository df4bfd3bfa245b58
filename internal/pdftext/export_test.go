package pdftext

import "time"

// Within makes a reader with limits of its own; 0 is the usual one.
func Within(cache string, most time.Duration, pages, letters, objects int) *Reader {
	r := New(cache)
	for _, each := range []struct {
		limit *int
		given int
	}{{&r.limits.pages, pages}, {&r.limits.letters, letters}, {&r.limits.objects, objects}} {
		if each.given > 0 {
			*each.limit = each.given
		}
	}
	if most > 0 {
		r.limits.time = most
	}
	return r
}

// OpenCache is how a reader opens the directory for its code.
var OpenCache = openCache
