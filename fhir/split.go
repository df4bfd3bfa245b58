package fhir

import "math"

// What the guard has passed is split by the guard's own walker: once, and without decoding. The decoder of
// the standard library would check the whole of it again at each level.

// members goes through the object at the present place and stands at the value of each key in turn.
// found reads the value and returns true, or leaves it and returns false. It reports whether there
// was an object.
func (w *walker) members(found func(key string) bool) bool {
	if w.space(); w.data[w.at] != '{' {
		return false
	}
	for w.at++; ; {
		if w.space(); w.data[w.at] == '}' {
			w.at++
			return true
		}
		key, err := w.string()
		if err != nil {
			return false
		}
		if w.space(); !found(string(key)) {
			w.pass()
		}
	}
}

// items goes through the list at the present place and stands at each item in turn; found reads it. It
// reports whether there was a list.
func (w *walker) items(found func()) bool {
	if w.space(); w.data[w.at] != '[' {
		return false
	}
	for w.at++; ; found() {
		if w.space(); w.data[w.at] == ']' {
			w.at++
			return true
		}
	}
}

// pass gives the value at the present place as it is written, and stands behind it.
func (w *walker) pass() []byte {
	w.space()
	start := w.at
	w.values, w.valueLimit = 0, math.MaxInt
	if w.skip() != nil {
		w.at = len(w.data) // not reached: there is no limit
	}
	return w.data[start:w.at]
}

// word reads the value at the present place as a text; null is the empty one. ok is false for any other.
func (w *walker) word() (text string, ok bool) {
	switch w.space(); w.data[w.at] {
	case '"':
		s, err := w.string()
		return string(s), err == nil
	case 'n':
		w.pass()
		return "", true
	}
	return "", false
}

// A bundleEntry is one entry of a Bundle as it is written.
type bundleEntry struct {
	FullURL  string
	Resource []byte
}

// bundleEntries splits a Bundle that the guard has passed.
func bundleEntries(data []byte) []bundleEntry {
	w := &walker{data: data}
	var entries []bundleEntry
	w.members(func(key string) bool {
		return key == "entry" && w.items(func() { entries = append(entries, w.entry()) })
	})
	return entries
}

// entry reads the entry at the present place. What is no entry at all is given as a resource, so that it
// will be named as what could not be read.
func (w *walker) entry() bundleEntry {
	start, e, good := w.at, bundleEntry{}, true
	object := w.members(func(key string) bool {
		switch key {
		case "fullUrl":
			url, ok := w.word()
			e.FullURL, good = url, good && ok
			return ok
		case "resource":
			e.Resource = w.pass()
			return true
		}
		good = good && fold(key) != "resource" && fold(key) != "fullurl"
		return false
	})
	if object && good {
		return e
	}
	w.at = start
	return bundleEntry{Resource: w.pass()}
}

// A header is what every resource says of itself.
type header struct{ id, version, updated string }

// headerOf reads the header of a resource that the guard has passed; ok is false where id or meta do not
// have the shape of FHIR.
func headerOf(raw []byte) (h header, ok bool) {
	w := &walker{data: raw}
	ok = true
	into := func(to *string) bool {
		s, isText := w.word()
		*to, ok = s, ok && isText
		return isText
	}
	w.members(func(key string) bool {
		switch key {
		case "id":
			return into(&h.id)
		case "meta":
			object := w.members(func(key string) bool {
				switch key {
				case "versionId":
					return into(&h.version)
				case "lastUpdated":
					return into(&h.updated)
				}
				return false
			})
			ok = ok && (object || w.data[w.at] == 'n')
			return object
		}
		return false
	})
	return h, ok
}
