package fhir

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/chargenote/chargenote/internal/visit"
)

// A Record is what was read of one patient, from a server or a file: resources in raw JSON, each
// passed by the guard, with everything that could not be read named in its remarks. It is not safe
// for use by several goroutines at once.
type Record struct {
	limits  Limits
	entries []entry
	keys    map[string]int // place in entries, by folding key
	names   map[string]int // place in entries, by every name a reference may use
	bytes   int
	unread  []visit.Unread
	notes   []visit.Remark // of what could not be read at all
}

// An entry is one resource that passed the guard.
type entry struct {
	Reference string // Type/id, or urn:uuid:… as given
	Type      string
	ID        string
	Version   string // meta.versionId
	Updated   string // meta.lastUpdated
	Raw       json.RawMessage

	url     string // fullUrl of the Bundle entry
	loose   bool   // needs normalising before it is decoded
	copies  int    // how often it stands in what was read
	differs bool   // its copies are not the same
	unclear bool   // of its copies that are not the same, none is later than the one kept
	decoded *decoding
}

// NewRecord is an empty record, under the default limits.
func NewRecord() *Record { return newRecord(DefaultLimits()) }

func newRecord(limits Limits) *Record {
	return &Record{limits: limits, keys: map[string]int{}, names: map[string]int{}}
}

// Add guards and keeps one resource. fullURL is that of its Bundle entry, or empty. A resource that
// cannot be read becomes a remark; it is never an error and never a default. A resource that stands
// twice is kept once, in its latest version. The resources of a Bundle are added one by one.
func (r *Record) Add(raw json.RawMessage, fullURL string) {
	if _, err := begin(raw, r.limits); err != nil {
		r.leaveOut(nameOf(raw, fullURL), "not read: "+err.Error())
		return
	}
	r.add(slices.Clone(raw), fullURL, 0)
}

// deepestBundle is how many Bundles may stand within one another.
const deepestBundle = 3

// add is Add for what is known to be JSON, and to stay as it is.
func (r *Record) add(raw json.RawMessage, fullURL string, nested int) {
	var seen inspection
	w, err := beginPart(raw, r.limits)
	if err == nil {
		seen, err = w.inspect("", r.limits)
	}
	if err != nil {
		r.leaveOut(nameOf(raw, fullURL), "not read: "+err.Error()+whyMissing(raw, err))
		return
	}
	switch {
	case seen.Type == "OperationOutcome":
		r.outcome(raw, nameOf(raw, fullURL))
		return
	case seen.Type == "Bundle":
		r.addBundle(raw, fullURL, nested)
		return
	case len(r.entries) >= r.limits.Resources || r.bytes+len(raw) > r.limits.TotalBytes:
		r.leaveOut("record", fmt.Sprintf("not everything was read: there are more than %d resources or %d bytes", r.limits.Resources, r.limits.TotalBytes))
		return
	}
	head := headerOf(raw)
	r.bytes += len(raw)
	r.keep(entry{Type: seen.Type, ID: head.id, Version: head.version, Updated: head.updated,
		Raw: raw, url: fullURL, loose: seen.Loose, copies: 1})
}

func (r *Record) addBundle(raw json.RawMessage, fullURL string, nested int) {
	if nested >= deepestBundle {
		r.leaveOut(nameOf(raw, fullURL), "not read: Bundles stand within one another too deeply")
		return
	}
	if err := guardView[bundleView](raw, "Bundle", r.limits); err != nil {
		r.leaveOut(nameOf(raw, fullURL), "not read: "+err.Error())
		return
	}
	r.addEntries(splitBundle(raw), nested+1)
}

// keep stores an entry under all its names, folded with an earlier copy of itself.
func (r *Record) keep(e entry) {
	e.Reference = entryName(e)
	key := e.Reference
	if e.ID != "" {
		key = e.Type + "/" + e.ID
	}
	at, again := r.keys[key]
	if !again {
		at = len(r.entries)
		r.keys[key] = at
		r.entries = append(r.entries, e)
		r.name(at, e)
		return
	}
	old := &r.entries[at]
	same := bytes.Equal(compact(old.Raw), compact(e.Raw))
	copies, differs, unclear := old.copies+1, old.differs || !same, old.unclear
	order := compareCopies(e, *old)
	switch {
	case order == 0:
		unclear = unclear || !same
	case order > 0:
		unclear = false
	}
	if laterCopy(e, *old) {
		*old = e
	}
	old.copies, old.differs, old.unclear = copies, differs, unclear
	r.name(at, e) // the other address of the copy
}

// name makes an entry findable under the names of a copy of it.
func (r *Record) name(at int, copied entry) {
	for _, name := range []string{copied.Reference, copied.url} {
		if name != "" {
			r.names[name] = at
		}
	}
	if copied.ID != "" {
		r.names[copied.Type+"/"+copied.ID] = at
	}
}

// entryName is the fullUrl where that is a urn:uuid, else Type/id, else the type with a short digest
// of the content, so that the name does not depend on the order of the entries. Names stand in
// remarks, so an id or address that FHIR does not allow is no name: it may hold anything.
func entryName(e entry) string {
	switch local := relativeName(e.url); {
	case isURN(e.url):
		return e.url
	case isLogicalID(e.ID):
		return e.Type + "/" + e.ID
	case e.ID == "" && local != e.url && isLogicalID(strings.TrimPrefix(local, e.Type+"/")):
		return e.url
	}
	fault := "without id"
	if e.ID != "" {
		fault = "with an id that FHIR does not allow"
	}
	sum := sha256.Sum256(compact(e.Raw))
	return fmt.Sprintf("%s (%s, %x)", e.Type, fault, sum[:4])
}

// isURN reports whether s is a urn:uuid as a Bundle names its entries by.
func isURN(s string) bool {
	id, ok := strings.CutPrefix(s, "urn:uuid:")
	return ok && len(s) <= 64 && isLogicalID(id)
}

// laterCopy says which copy of a resource counts: the later one; a tie is settled by the content, so that the
// order of reading does not matter.
func laterCopy(a, b entry) bool {
	return cmp.Or(compareCopies(a, b), cmp.Compare(a.Version, b.Version), cmp.Compare(a.url, b.url), bytes.Compare(a.Raw, b.Raw)) > 0
}

// compareCopies compares copies of a resource by version where both are numbers, else by when they were last
// updated; 0 where neither tells them apart.
func compareCopies(a, b entry) int {
	va, errA := strconv.Atoi(a.Version)
	vb, errB := strconv.Atoi(b.Version)
	if errA == nil && errB == nil && va != vb {
		return cmp.Compare(va, vb)
	}
	ta, errA := ParseDateTime(a.Updated)
	tb, errB := ParseDateTime(b.Updated)
	if order, known := ta.Compare(tb); errA == nil && errB == nil && known && order != 0 {
		return order
	}
	return 0
}

func compact(raw []byte) []byte {
	var b bytes.Buffer
	if json.Compact(&b, raw) != nil {
		return raw
	}
	return b.Bytes()
}

func (r *Record) leaveOut(name, text string) {
	r.notes = append(r.notes, visit.Remark{Resource: name, Text: text})
}

// outcome keeps what the server said beside its answer, by code: its words may hold anything.
func (r *Record) outcome(raw json.RawMessage, name string) {
	outcome, err := view[outcomeView](raw, "OperationOutcome", r.limits)
	if err != nil || len(outcome.Issue) == 0 {
		r.leaveOut(name, "the server added an outcome that cannot be read")
		return
	}
	for _, issue := range outcome.Issue {
		r.leaveOut(name, fmt.Sprintf("the server said: %s, %s", codeText(issue.Severity), codeText(issue.Code)))
	}
}

// whyMissing is what the record gives as the reason for a required member that is missing.
func whyMissing(raw json.RawMessage, err error) string {
	var missing missingMember
	if !errors.As(err, &missing) {
		return ""
	}
	reason := (&entry{Raw: raw}).absentReasonOf(string(missing))
	if reason == "" {
		return ""
	}
	return ", and the record gives the reason " + reason
}

// codeText is a code as it may stand in a message.
func codeText(code string) string {
	if !isLogicalID(code) || len(code) > 40 {
		return "a code that FHIR does not have"
	}
	return code
}

// nameOf is the best name of a resource that could not be read.
func nameOf(raw []byte, fullURL string) string {
	if isURN(fullURL) {
		return fullURL
	}
	if !wellFormed(raw) {
		return "a resource"
	}
	w := &walker{data: raw}
	if w.space(); w.data[w.at] != '{' {
		return "a resource"
	}
	kind := w.peekText("resourceType")
	if !isTypeName(kind) {
		return "a resource"
	}
	if id := w.peekText("id"); isLogicalID(id) {
		return kind + "/" + id
	}
	return kind
}

// isLogicalID is the grammar of a FHIR id, and a little longer.
func isLogicalID(s string) bool {
	if s == "" || len(s) > 128 {
		return false
	}
	for _, c := range []byte(s) {
		if c != '-' && c != '.' && c != '_' && (c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') {
			return false
		}
	}
	return true
}

// MarkUnread says that a kind of resource could not be read, and why: "refused (403): ask for …".
func (r *Record) MarkUnread(kind, reason string) {
	r.unread = append(r.unread, visit.Unread{Kind: kind, Reason: reason})
}

// failed reports whether a kind of resource is there as far as anybody knows, and could not be read, or
// not all of it. A server that does not offer a kind has none.
func (r *Record) failed(kind string) bool {
	return slices.ContainsFunc(r.unread, func(u visit.Unread) bool { return u.Kind == kind && u.Reason != errNotOffered.Error() })
}

// Len is the number of resources in the record.
func (r *Record) Len() int { return len(r.entries) }

// References names every resource of the record with its version, in the order of their names.
func (r *Record) References() []visit.Version {
	versions := make([]visit.Version, 0, len(r.entries))
	for i := range r.entries {
		versions = append(versions, visit.Version{Reference: r.entries[i].Reference, Version: r.entries[i].Version})
	}
	slices.SortFunc(versions, func(a, b visit.Version) int { return cmp.Compare(a.Reference, b.Reference) })
	return versions
}

// Find gives the resource that a reference names: Type/id, an absolute URL, or urn:uuid:….
func (r *Record) Find(reference string) (raw json.RawMessage, ok bool) {
	if e := r.find(reference); e != nil {
		return e.Raw, true
	}
	return nil, false
}

func (r *Record) find(reference string) *entry {
	if reference == "" {
		return nil
	}
	for _, name := range []string{reference, relativeName(reference)} {
		if at, ok := r.names[name]; ok {
			return &r.entries[at]
		}
	}
	return nil
}

// canonical is the name of the resource that a reference means, whether or not it is in the record,
// so that two references to one resource compare as equal.
func (r *Record) canonical(reference string) string {
	if e := r.find(reference); e != nil {
		return e.Reference
	}
	return relativeName(reference)
}

// relativeName is Type/id of a reference that may be absolute or name a version.
func relativeName(reference string) string {
	reference, _, _ = strings.Cut(reference, "/_history/")
	if !strings.Contains(reference, "://") {
		return strings.TrimPrefix(reference, "/")
	}
	parts := strings.Split(strings.TrimSuffix(reference, "/"), "/")
	if n := len(parts); n >= 2 && isTypeName(parts[n-2]) {
		return parts[n-2] + "/" + parts[n-1]
	}
	return reference
}

// of gives the entries of a type in the order of their names.
func (r *Record) of(kind string) []*entry {
	var list []*entry
	for i := range r.entries {
		if r.entries[i].Type == kind {
			list = append(list, &r.entries[i])
		}
	}
	slices.SortFunc(list, func(a, b *entry) int { return cmp.Compare(a.Reference, b.Reference) })
	return list
}
