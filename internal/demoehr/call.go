package demoehr

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// The interactions of the FHIR server.
const (
	readCall     = "read"
	vreadCall    = "vread"
	searchCall   = "search"
	pageCall     = "page" // GET on the base: the next page of a server that names it so
	createCall   = "create"
	updateCall   = "update"
	bundleCall   = "bundle"
	validateCall = "validate"
)

// A call is one interaction that a client asks for, taken out of HTTP or out of a Bundle entry.
type call struct {
	interaction string
	kind        string // resource type; empty for a Bundle and a page
	id, version string
	query       url.Values
	body        resource
	ifNoneExist string
	ifMatch     string
	prefer      string

	visible func(resource) bool // what the caller may see; nil: everything
}

// An answer is what the server says to a call.
type answer struct {
	status int
	header http.Header
	body   resource // nil: none
}

// A server answers calls: our own memory, or a real server behind us.
type server interface {
	answer(ctx context.Context, c call) (answer, error)
}

func (c call) lenient() bool { return c.prefers("handling=lenient") }

func (c call) prefers(what string) bool {
	return slices.Contains(strings.FieldsFunc(c.prefer, func(r rune) bool { return r == ',' || r == ';' || r == ' ' }), what)
}

// need is the letter of the scope that a call takes: c, r, u or s.
func (c call) need() byte {
	switch c.interaction {
	case createCall, bundleCall:
		return 'c'
	case updateCall:
		return 'u'
	case searchCall:
		return 's'
	default:
		return 'r'
	}
}

// isBatch says whether a call is a Bundle whose entries stand each for itself.
func (c call) isBatch() bool { return c.interaction == bundleCall && text(c.body, "type") == "batch" }

// types are the resource types that a call is about: those of its entries for a Bundle.
func (c call) types() []string {
	if c.interaction != bundleCall {
		return []string{c.kind}
	}
	entries, _ := entryCalls(c.body) // a Bundle that cannot be read is refused where it is run
	var types []string
	for _, entry := range entries {
		types = append(types, entry.kind)
	}
	return types
}

func (m *memory) answer(_ context.Context, c call) (answer, error) {
	if c.kind != "" && models[c.kind] == nil {
		return answer{}, refuse(404, "not-supported", "%s is not kept here", c.kind)
	}
	switch c.interaction {
	case readCall:
		return m.state().read(c)
	case vreadCall:
		return m.state().readVersion(c)
	case searchCall:
		return m.state().search(c)
	case createCall, updateCall:
		return m.write(c)
	case bundleCall:
		return m.bundle(c)
	case validateCall:
		return validate(c)
	}
	return answer{}, refuse(404, "not-supported", "the demo EHR has no such interaction")
}

func (s *state) read(c call) (answer, error) {
	r, ok := s.get(c.kind, c.id)
	if !ok {
		return answer{}, refuse(404, "not-found", "no %s has this id", c.kind)
	}
	if c.visible != nil && !c.visible(r) {
		return answer{}, notYours(c.kind)
	}
	a := s.stored(http.StatusOK, r)
	a.header.Del("Location")
	return a, nil
}

func (s *state) readVersion(c call) (answer, error) {
	for _, r := range s.kinds[c.kind][c.id].versions {
		if versionOf(r) == c.version {
			if c.visible != nil && !c.visible(r) {
				return answer{}, notYours(c.kind)
			}
			a := s.stored(http.StatusOK, r)
			a.header.Del("Location")
			return a, nil
		}
	}
	return answer{}, refuse(404, "not-found", "no %s has this id and version", c.kind)
}

// write runs a single create or update, and answers as the client prefers.
func (m *memory) write(c call) (answer, error) {
	if c.body == nil || kindOf(c.body) != c.kind {
		return answer{}, refuse(400, "invalid", "the body must be a %s", c.kind)
	}
	var a answer
	err := m.change(func(s *stage) (err error) {
		a, err = s.apply(c)
		return err
	})
	if err != nil {
		return answer{}, err
	}
	switch {
	case c.prefers("return=minimal"):
		a.body = nil
	case c.prefers("return=OperationOutcome"):
		a.body = outcome("information", "informational", "stored")
	}
	return a, nil
}

func (s *stage) apply(c call) (answer, error) {
	if c.interaction == updateCall {
		return s.update(c.kind, c.id, c.body, c.ifMatch)
	}
	return s.create(c.body, c.ifNoneExist)
}

// validate answers Type/$validate: the outcome is the answer, so the status is 200 for a resource
// that has faults too. The body is the resource, or Parameters with it under the name resource.
func validate(c call) (answer, error) {
	r := c.body
	if kindOf(r) == "Parameters" {
		for _, p := range values(r, "parameter") {
			p, _ := p.(map[string]any)
			if inner, ok := p["resource"].(map[string]any); ok && text(p, "name") == "resource" {
				r = inner
			}
		}
	}
	if kindOf(r) != c.kind {
		return answer{}, refuse(400, "invalid", "the resource to validate must be a %s", c.kind)
	}
	faults := shapeFaults(r)
	if len(faults) == 0 {
		return answer{status: http.StatusOK, body: outcome("information", "informational", "no fault found")}, nil
	}
	issues := make([]any, 0, len(faults))
	for _, fault := range faults {
		issues = append(issues, issue("error", "structure", fault))
	}
	return answer{status: http.StatusOK, body: resource{"resourceType": "OperationOutcome", "issue": issues}}, nil
}
