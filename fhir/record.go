package fhir

import (
	"encoding/json"

	"github.com/chargenote/chargenote/internal/visit"
)

// A Record is what was read of one patient, from a server or a file: resources in raw JSON, each
// passed by the guard, with everything that could not be read named in Notes or Unread.
type Record struct {
	entries []entry
	unread  []visit.Unread
	notes   []visit.Remark
}

// An entry is one resource that passed the guard.
type entry struct {
	Reference string // Type/id, or urn:uuid:… as given
	Type      string
	ID        string
	Version   string // meta.versionId
	Raw       json.RawMessage
}
