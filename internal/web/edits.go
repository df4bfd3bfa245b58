package web

import (
	"maps"
	"slices"
	"time"

	"github.com/chargenote/chargenote/internal/draft"
)

// maxEdited is how many bytes of documents in the clinician's words are kept for one launch, all of its
// documents together: some forty pages.
const maxEdited = 128 << 10

// An edit is a section of a document in the clinician's words. It is kept with the launch alone: not in
// the record, and in no log.
type edit struct {
	lines      []draft.Line
	at         time.Time
	over       string // names the drafted section that it was written over
	unnumbered bool   // the record changed while it was written, so the numbers of its sources were taken out
	version    int    // of this section in this launch, from 1; no edit has 0
}

// same reports whether another edit has the same words; nil, and no edit, have what is drafted.
func (e edit) same(other *edit) bool {
	if other == nil || e.version == 0 {
		return other == nil && e.version == 0
	}
	return slices.EqualFunc(e.lines, other.lines, func(a, b draft.Line) bool { return a.Shown() == b.Shown() })
}

func (e edit) size() int {
	size := 0
	for _, l := range e.lines {
		size += len(l.Text) + 1
		for _, source := range l.Sources {
			size += len(source)
		}
	}
	return size
}

// edited is the edits of a document, by heading.
func (s *session) edited(document string) map[string]edit {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.edits[document])
}

// A conflict is the sections that another window has changed since they were shown.
type conflict []string

func (c conflict) Error() string { return "another window changed the same sections meanwhile" }

// rewrite keeps changed sections of a document, all or none of them; nil takes one back to the draft. Seen
// is the version of each section that the writer had before her: where another window has kept a newer one,
// nothing is kept, and the error is a conflict.
func (s *session) rewrite(document string, changed map[string]*edit, seen map[string]int) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	kept := map[string]edit{}
	maps.Copy(kept, s.edits[document])
	var newer conflict
	for heading, e := range changed {
		if have := kept[heading]; have.version != seen[heading] && !have.same(e) {
			newer = append(newer, heading)
		}
		if e == nil {
			delete(kept, heading)
			continue
		}
		s.edition++
		e.version = s.edition
		kept[heading] = *e
	}
	if len(newer) > 0 {
		slices.Sort(newer)
		return newer
	}
	size := sizeOf(kept)
	for other, edits := range s.edits {
		if other != document {
			size += sizeOf(edits)
		}
	}
	if size > maxEdited {
		return errTooMuchText
	}
	if s.edits == nil {
		s.edits = map[string]map[string]edit{}
	}
	s.edits[document] = kept
	return nil
}

func sizeOf(edits map[string]edit) int {
	size := 0
	for heading, e := range edits {
		size += len(heading) + e.size()
	}
	return size
}

// linesOf is the edits as the draft takes them.
func linesOf(edits map[string]edit) map[string][]draft.Line {
	lines := map[string][]draft.Line{}
	for heading, e := range edits {
		lines[heading] = e.lines
	}
	return lines
}
