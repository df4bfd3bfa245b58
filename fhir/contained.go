package fhir

import "encoding/json"

// containedIn is a resource within another, named as Encounter/e1#loc; nil where it is not there, or
// there twice.
func containedIn(e *entry, id string) *entry {
	var found *entry
	for _, raw := range membersNamed(e.Raw, "contained") { // each was guarded with the resource around it
		head := peek(raw)
		if head.ID != id {
			continue
		}
		if found != nil {
			return nil
		}
		found = &entry{Reference: e.Reference + "#" + id, Type: head.ResourceType, ID: id, Version: e.Version,
			Raw: json.RawMessage(raw), loose: true, copies: 1}
	}
	return found
}
