package demoehr

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/google/uuid"
)

// bundle runs a transaction, all of it or nothing, or a batch, each entry for itself.
func (m *memory) bundle(c call) (answer, error) {
	calls, err := entryCalls(c.body)
	if err != nil {
		return answer{}, err
	}
	for i := range calls {
		calls[i].visible, calls[i].prefer = c.visible, c.prefer
	}
	var entries []any
	switch text(c.body, "type") {
	case "transaction":
		entries, err = m.transaction(calls)
	case "batch":
		entries = m.batch(calls)
	default:
		err = refuse(400, "not-supported", "a Bundle sent here must be a transaction or a batch")
	}
	if err != nil {
		return answer{}, err
	}
	body := resource{"resourceType": "Bundle", "type": text(c.body, "type") + "-response"}
	if len(entries) > 0 {
		body["entry"] = entries
	}
	return answer{status: http.StatusOK, body: body}, nil
}

// An entryCall is a call with the address by which other entries refer to its resource.
type entryCall struct {
	call
	fullURL string
}

// entryCalls reads the entries of a Bundle as calls.
func entryCalls(bundle resource) ([]entryCall, error) {
	list, _ := bundle["entry"].([]any)
	calls := make([]entryCall, 0, len(list))
	for i, item := range list {
		entry, _ := item.(map[string]any)
		request, _ := entry["request"].(map[string]any)
		if request == nil {
			return nil, refuse(400, "required", "entry %d has no request", i+1)
		}
		c, err := callOf(text(request, "method"), text(request, "url"))
		if err != nil {
			return nil, err
		}
		c.body, _ = entry["resource"].(map[string]any)
		if (c.interaction == createCall || c.interaction == updateCall) && kindOf(c.body) != c.kind {
			return nil, refuse(400, "invalid", "entry %d must hold a %s", i+1, c.kind)
		}
		c.ifNoneExist, c.ifMatch = text(request, "ifNoneExist"), text(request, "ifMatch")
		calls = append(calls, entryCall{c, text(entry, "fullUrl")})
	}
	return calls, nil
}

// callOf reads method and relative address of an entry, such as POST ChargeItem.
func callOf(method, address string) (call, error) {
	path, rawQuery, _ := strings.Cut(address, "?")
	parts := strings.Split(strings.Trim(path, "/"), "/")
	c := call{kind: parts[0]}
	if !isTypeName(c.kind) {
		return c, refuse(400, "invalid", "the address of an entry must begin with a resource type")
	}
	switch {
	case method == "POST" && len(parts) == 1 && rawQuery == "":
		c.interaction = createCall
	case method == "PUT" && len(parts) == 2 && rawQuery == "" && isID(parts[1]):
		c.interaction, c.id = updateCall, parts[1]
	case method == "GET" && len(parts) == 2 && isID(parts[1]):
		c.interaction, c.id = readCall, parts[1]
	case method == "GET" && len(parts) == 1:
		query, err := url.ParseQuery(rawQuery)
		if err != nil {
			return c, refuse(400, "invalid", "the search of an entry cannot be read")
		}
		c.interaction, c.query = searchCall, query
	default:
		return c, refuse(405, "not-supported", "%s on this address is not supported in a Bundle", method)
	}
	return c, nil
}

// transaction runs the writes on one stage and then the reads on what they made. Ids are given out
// before anything is stored, so that entries may refer to each other in any order.
func (m *memory) transaction(calls []entryCall) ([]any, error) {
	entries := make([]any, len(calls))
	err := m.change(func(s *stage) error {
		ids, err := s.giveIDs(calls)
		if err != nil {
			return err
		}
		for i, c := range calls {
			if c.interaction != createCall && c.interaction != updateCall {
				continue
			}
			c.body = resolve(c.body, ids.places)
			a, err := s.applyEntry(c, ids.forEntry[i])
			if err != nil {
				return inEntry(i, err)
			}
			entries[i] = responseEntry(a, c.call)
		}
		for i, c := range calls {
			if c.interaction == readCall || c.interaction == searchCall {
				a, err := s.look(c.call)
				if err != nil {
					return inEntry(i, err)
				}
				entries[i] = responseEntry(a, c.call)
			}
		}
		return nil
	})
	return entries, err
}

// givenIDs are the ids of a transaction: where each entry's resource will stand, and what each
// fullUrl means.
type givenIDs struct {
	forEntry []string
	places   map[string]string // fullUrl to Type/id
}

// giveIDs decides for each write where its resource will stand. A conditional create that is met
// already stands where it is; two entries with one condition are one resource.
func (s *stage) giveIDs(calls []entryCall) (givenIDs, error) {
	ids := givenIDs{make([]string, len(calls)), map[string]string{}}
	byCondition := map[string]string{}
	for i, c := range calls {
		switch {
		case c.interaction == updateCall:
			ids.forEntry[i] = c.id
		case c.interaction == createCall && c.ifNoneExist != "":
			existing, err := s.only(c.kind, c.ifNoneExist)
			if err != nil {
				return ids, inEntry(i, err)
			}
			key := c.kind + "?" + c.ifNoneExist
			if existing != nil {
				byCondition[key] = idOf(existing)
			} else if byCondition[key] == "" {
				byCondition[key] = uuid.NewString()
			}
			ids.forEntry[i] = byCondition[key]
		case c.interaction == createCall:
			ids.forEntry[i] = uuid.NewString()
		default:
			continue
		}
		if c.fullURL == "" {
			continue
		}
		if _, twice := ids.places[c.fullURL]; twice {
			return ids, refuse(400, "invalid", "two entries have the same fullUrl")
		}
		ids.places[c.fullURL] = c.kind + "/" + ids.forEntry[i]
	}
	return ids, nil
}

// applyEntry writes one entry under the id that was given to it.
func (s *stage) applyEntry(c entryCall, id string) (answer, error) {
	if c.interaction == updateCall {
		return s.update(c.kind, id, c.body, c.ifMatch)
	}
	if existing, ok := s.get(c.kind, id); ok {
		return s.stored(http.StatusOK, existing), nil
	}
	return s.createAs(id, c.body)
}

// look answers the read or search of an entry.
func (s *state) look(c call) (answer, error) {
	if models[c.kind] == nil {
		return answer{}, refuse(404, "not-supported", "%s is not kept here", c.kind)
	}
	if c.interaction == searchCall {
		return s.search(c)
	}
	return s.read(c)
}

// batch runs each entry for itself; one that fails stands in the answer with its outcome.
func (m *memory) batch(calls []entryCall) []any {
	entries := make([]any, 0, len(calls))
	for _, c := range calls {
		var a answer
		var err error
		if c.interaction == createCall || c.interaction == updateCall {
			plain := c.call
			plain.prefer = "" // the entry of the answer is shaped below
			a, err = m.write(plain)
		} else {
			a, err = m.state().look(c.call)
		}
		if err != nil {
			a = asAnswer(err)
		}
		entries = append(entries, responseEntry(a, c.call))
	}
	return entries
}

// resolve replaces every mention of a fullUrl by the place of its resource. Identifier values and
// systems stay as they are: they are names, not addresses.
func resolve(r resource, places map[string]string) resource {
	resolved, _ := rewrite(r, "", func(key, s string) string {
		if key == "value" || key == "system" {
			return s
		}
		if place, ok := places[s]; ok {
			return place
		}
		return s
	}).(map[string]any)
	return resolved
}

func inEntry(i int, err error) error {
	var no *refusal
	if errors.As(err, &no) {
		return &refusal{no.status, no.code, fmt.Sprintf("entry %d: %s", i+1, no.text)}
	}
	return fmt.Errorf("entry %d: %w", i+1, err)
}

// responseEntry is one entry of the answering Bundle. Location is relative, as R4 shows it.
func responseEntry(a answer, c call) map[string]any {
	response := map[string]any{"status": fmt.Sprintf("%d %s", a.status, http.StatusText(a.status))}
	entry := map[string]any{"response": response}
	if tag := a.header.Get("ETag"); tag != "" {
		response["etag"] = tag
		meta, _ := a.body["meta"].(map[string]any)
		response["lastModified"] = text(meta, "lastUpdated")
	}
	if a.header.Get("Location") != "" {
		response["location"] = versionPath(a.body)
	}
	switch {
	case a.status >= 400:
		response["outcome"] = a.body
	case c.interaction == readCall || c.interaction == searchCall || c.prefers("return=representation"):
		entry["resource"] = a.body
	}
	return entry
}
