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

// word reads the value at the present place as a text; what is none is the empty one.
func (w *walker) word() string {
	if w.space(); w.data[w.at] != '"' {
		w.pass()
		return ""
	}
	s, err := w.string()
	if err != nil {
		return "" // not reached: the guard has read it
	}
	return string(s)
}

// splitBundle gives the entries of a Bundle that the guard has passed, as they are written.
func splitBundle(data []byte) [][]byte {
	w := &walker{data: data}
	var entries [][]byte
	w.members(func(key string) bool {
		return key == "entry" && w.items(func() { entries = append(entries, w.pass()) })
	})
	return entries
}

// splitEntry gives the resource of an entry that the guard has passed, as it is written, and its address.
func splitEntry(raw []byte) (resource []byte, fullURL string) {
	w := &walker{data: raw}
	w.members(func(key string) bool {
		switch key {
		case "fullUrl":
			fullURL = w.word()
		case "resource":
			resource = w.pass()
		default:
			return false
		}
		return true
	})
	return resource, fullURL
}

// A header is what every resource says of itself.
type header struct{ id, version, updated string }

// headerOf reads the header of a resource that the guard has passed.
func headerOf(raw []byte) header {
	var h header
	w := &walker{data: raw}
	meta := func(key string) bool {
		switch key {
		case "versionId":
			h.version = w.word()
		case "lastUpdated":
			h.updated = w.word()
		default:
			return false
		}
		return true
	}
	w.members(func(key string) bool {
		if key == "id" {
			h.id = w.word()
			return true
		}
		return key == "meta" && w.members(meta)
	})
	return h
}
