package fhir

import (
	"encoding/json"

	"github.com/chargenote/chargenote/internal/visit"
)

// A Record is what was read of one patient, from a server or a file: resources in raw JSON, each
// passed by the guard, with everything that could not be read named in its remarks. It is not safe
// for use by several goroutines at once.
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

// NewRecord is an empty record.
func NewRecord() *Record { return &Record{} }

// Add guards and keeps one resource. fullURL is that of its Bundle entry, or empty. A resource that
// cannot be read becomes a remark; it is never an error and never a default.
func (r *Record) Add(raw json.RawMessage, fullURL string) {}

// MarkUnread says that a kind of resource could not be read, and why: "refused (403): ask for …".
func (r *Record) MarkUnread(kind, reason string) {
	r.unread = append(r.unread, visit.Unread{Kind: kind, Reason: reason})
}

// Len is the number of resources in the record.
func (r *Record) Len() int { return len(r.entries) }

// References names every resource of the record with its version, in the order of their names.
func (r *Record) References() []visit.Version { return nil }

// Find gives the resource that a reference names: Type/id, an absolute URL, or urn:uuid:….
func (r *Record) Find(reference string) (raw json.RawMessage, ok bool) { return nil, false }

// Encounters lists the encounters of a patient, latest first; of every patient where patient is empty.
func (r *Record) Encounters(patient string) []visit.EncounterChoice { return nil }
