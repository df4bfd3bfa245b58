package demoehr

import (
	"fmt"
	"maps"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"
)

// A memory is the FHIR server's store. Every write works on a copy of the state and takes its
// place whole or not at all; readers keep the state that they began with.
type memory struct {
	base  string // our FHIR base
	now   func() time.Time
	mutex sync.Mutex
	held  *state
}

// A state is everything that is stored at one moment. It is not changed once it is held.
type state struct {
	base  string
	kinds map[string]map[string]history
	count int // of resources ever made: gives the order of making
}

// A history is the versions of one resource, first one first.
type history struct {
	order    int
	versions []resource
}

func (h history) latest() resource { return h.versions[len(h.versions)-1] }

func newMemory(base string, now func() time.Time) *memory {
	return &memory{base: base, now: now, held: &state{base: base, kinds: map[string]map[string]history{}}}
}

func (m *memory) state() *state {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	return m.held
}

// change runs a write on a copy of the state and keeps the copy where the write succeeds and every
// reference in what it wrote leads somewhere.
func (m *memory) change(write func(*stage) error) error {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	s := &stage{state: m.held.copy(), now: m.now()}
	if err := write(s); err != nil {
		return err
	}
	if err := s.checkReferences(); err != nil {
		return err
	}
	m.held = s.state
	return nil
}

func (s *state) copy() *state {
	c := &state{base: s.base, kinds: make(map[string]map[string]history, len(s.kinds)), count: s.count}
	for kind, byID := range s.kinds {
		c.kinds[kind] = maps.Clone(byID)
	}
	return c
}

// get is the latest version of a resource.
func (s *state) get(kind, id string) (resource, bool) {
	h, ok := s.kinds[kind][id]
	if !ok {
		return nil, false
	}
	return h.latest(), true
}

// A stage is a state under change, with what was written so far.
type stage struct {
	*state
	now     time.Time
	written []resource
}

// put stores a resource under an id as its next version and returns it as stored.
func (s *stage) put(kind, id string, r resource) resource {
	h, ok := s.kinds[kind][id]
	if !ok {
		s.count++
		h.order = s.count
	}
	stored := maps.Clone(r)
	meta, _ := r["meta"].(map[string]any)
	meta = maps.Clone(meta)
	if meta == nil {
		meta = map[string]any{}
	}
	meta["versionId"] = fmt.Sprint(len(h.versions) + 1)
	meta["lastUpdated"] = s.now.UTC().Format("2006-01-02T15:04:05.000Z")
	stored["meta"], stored["id"] = meta, id
	h.versions = append(h.versions[:len(h.versions):len(h.versions)], stored)
	if s.kinds[kind] == nil {
		s.kinds[kind] = map[string]history{}
	}
	s.kinds[kind][id] = h
	s.written = append(s.written, stored)
	return stored
}

// create stores a new resource, unless exactly one already meets the condition. The condition is
// a search, such as identifier=system|value; empty: none.
func (s *stage) create(r resource, condition string) (answer, error) {
	kind := kindOf(r)
	if condition != "" {
		existing, err := s.only(kind, condition)
		if err != nil {
			return answer{}, err
		}
		if existing != nil {
			return s.stored(http.StatusOK, existing), nil
		}
	}
	return s.createAs(uuid.NewString(), r)
}

func (s *stage) createAs(id string, r resource) (answer, error) {
	if err := checkShape(r); err != nil {
		return answer{}, err
	}
	return s.stored(http.StatusCreated, s.put(kindOf(r), id, r)), nil
}

// update stores the next version under a known id; an id that is new is created as the client
// named it. ifMatch is the version the client has seen, as W/"3"; empty: it does not say.
func (s *stage) update(kind, id string, r resource, ifMatch string) (answer, error) {
	if kindOf(r) != kind || idOf(r) != id {
		return answer{}, refuse(400, "invalid", "type and id of the body must be those of the address")
	}
	if err := checkShape(r); err != nil {
		return answer{}, err
	}
	existing, there := s.get(kind, id)
	if ifMatch != "" && (!there || versionTag(existing) != ifMatch) {
		return answer{}, refuse(412, "conflict", "the %s has changed since it was read: read it again", kind)
	}
	status := http.StatusOK
	if !there {
		status = http.StatusCreated
	}
	return s.stored(status, s.put(kind, id, r)), nil
}

// only is the one resource that meets a condition, nil where none does.
func (s *state) only(kind, condition string) (resource, error) {
	query, err := conditionQuery(kind, condition)
	if err != nil {
		return nil, err
	}
	found, err := s.matches(kind, query)
	if err != nil {
		return nil, err
	}
	switch len(found) {
	case 0:
		return nil, nil
	case 1:
		return found[0], nil
	default:
		return nil, refuse(412, "multiple-matches", "%d resources of type %s meet the condition", len(found), kind)
	}
}

func checkShape(r resource) error {
	if faults := shapeFaults(r); len(faults) > 0 {
		return refuse(422, "invalid", "%s", strings.Join(faults, "; "))
	}
	return nil
}

// checkReferences holds every reference that was written against what is stored, as servers with
// referential integrity do.
func (s *stage) checkReferences() error {
	for _, r := range s.written {
		var fault error
		rewrite(r, "", func(key, value string) string {
			if key == "reference" && fault == nil {
				fault = s.checkReference(kindOf(r), value)
			}
			return value
		})
		if fault != nil {
			return fault
		}
	}
	return nil
}

func (s *stage) checkReference(from, reference string) error {
	if strings.HasPrefix(reference, "#") {
		return nil
	}
	local := strings.TrimPrefix(reference, s.base+"/")
	kind, id, ok := splitReference(local)
	if !ok || strings.Contains(local, ":") {
		return refuse(400, "processing", "a reference in the %s leads out of this server", from)
	}
	if _, there := s.get(kind, id); !there {
		return refuse(400, "processing", "a reference in the %s leads to a %s that is not here", from, kind)
	}
	return nil
}

// stored answers a write with the resource as it now stands.
func (s *state) stored(status int, r resource) answer {
	header := http.Header{}
	header.Set("ETag", versionTag(r))
	header.Set("Last-Modified", lastModified(r))
	header.Set("Location", s.base+"/"+versionPath(r))
	return answer{status: status, header: header, body: r}
}

func versionTag(r resource) string { return `W/"` + versionOf(r) + `"` }

func versionOf(r resource) string {
	meta, _ := r["meta"].(map[string]any)
	return text(meta, "versionId")
}

// versionPath is Type/id/_history/version.
func versionPath(r resource) string {
	return kindOf(r) + "/" + idOf(r) + "/_history/" + versionOf(r)
}

func lastModified(r resource) string {
	meta, _ := r["meta"].(map[string]any)
	at, err := time.Parse(time.RFC3339, text(meta, "lastUpdated"))
	if err != nil {
		return ""
	}
	return at.UTC().Format(http.TimeFormat)
}
