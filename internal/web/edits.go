package web

import (
	"maps"
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

// rewrite keeps changed sections of a document, all or none of them; nil takes one back to the draft.
func (s *session) rewrite(document string, changed map[string]*edit) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	kept := map[string]edit{}
	maps.Copy(kept, s.edits[document])
	for heading, e := range changed {
		if e == nil {
			delete(kept, heading)
			continue
		}
		kept[heading] = *e
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
