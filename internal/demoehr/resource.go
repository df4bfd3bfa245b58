package demoehr

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"
)

// A resource is a FHIR resource as it came: every element is kept, numbers digit for digit. A
// stored resource is never changed; a new version is a new value.
type resource = map[string]any

// decodeResource reads exactly one JSON object that says its type.
func decodeResource(body io.Reader) (resource, error) {
	decoder := json.NewDecoder(body)
	decoder.UseNumber()
	var r resource
	if err := decoder.Decode(&r); err != nil {
		return nil, refuse(400, "structure", "the body is not a JSON object: %v", err)
	}
	if decoder.Decode(&struct{}{}) != io.EOF {
		return nil, refuse(400, "structure", "something follows the resource in the body")
	}
	if kindOf(r) == "" {
		return nil, refuse(400, "structure", "the body has no resourceType")
	}
	return r, nil
}

// toResource turns any value that marshals to an object into a resource of its own.
func toResource(value any) resource {
	raw, err := json.Marshal(value)
	if err != nil {
		panic(fmt.Sprintf("demo EHR: a resource that does not marshal: %v", err)) // our own constructors only
	}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	var r resource
	if err := decoder.Decode(&r); err != nil {
		panic(fmt.Sprintf("demo EHR: a resource that is no object: %v", err))
	}
	return r
}

func kindOf(r resource) string { return text(r, "resourceType") }
func idOf(r resource) string   { return text(r, "id") }

// text is the string under a key, or empty.
func text(r resource, key string) string {
	s, _ := r[key].(string)
	return s
}

// values collects what stands at a dotted path, looking into every list on the way.
func values(node any, path string) []any {
	if list, ok := node.([]any); ok {
		var found []any
		for _, item := range list {
			found = append(found, values(item, path)...)
		}
		return found
	}
	if path == "" {
		if node == nil {
			return nil
		}
		return []any{node}
	}
	object, ok := node.(map[string]any)
	if !ok {
		return nil
	}
	key, rest, _ := strings.Cut(path, ".")
	return values(object[key], rest)
}

// texts is the strings among the values at a path.
func texts(node any, path string) []string {
	var found []string
	for _, v := range values(node, path) {
		if s, ok := v.(string); ok {
			found = append(found, s)
		}
	}
	return found
}

// rewrite copies a JSON value, passing every string through change with the key it stands under.
func rewrite(node any, key string, change func(key, s string) string) any {
	switch node := node.(type) {
	case map[string]any:
		copied := make(map[string]any, len(node))
		for k, v := range node {
			copied[k] = rewrite(v, k, change)
		}
		return copied
	case []any:
		copied := make([]any, len(node))
		for i, v := range node {
			copied[i] = rewrite(v, key, change)
		}
		return copied
	case string:
		return change(key, node)
	default:
		return node
	}
}

// splitReference takes type and id out of Type/id, with or without a base before it and a version
// behind it.
func splitReference(reference string) (kind, id string, ok bool) {
	reference, _, _ = strings.Cut(reference, "/_history/")
	parts := strings.Split(reference, "/")
	if len(parts) < 2 {
		return "", "", false
	}
	kind, id = parts[len(parts)-2], parts[len(parts)-1]
	return kind, id, isTypeName(kind) && isID(id)
}

// isTypeName says whether a word has the form of a resource type.
func isTypeName(s string) bool {
	if s == "" || s[0] < 'A' || s[0] > 'Z' {
		return false
	}
	for _, c := range []byte(s) {
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') {
			return false
		}
	}
	return true
}

// isID says whether a word is a FHIR id: 1 to 64 letters, digits, dots and hyphens.
func isID(s string) bool {
	if len(s) < 1 || len(s) > 64 {
		return false
	}
	for _, c := range []byte(s) {
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '-' && c != '.' {
			return false
		}
	}
	return true
}
