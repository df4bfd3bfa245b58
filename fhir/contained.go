package fhir

import "encoding/json"

// containedIn is a resource within another, named as Encounter/e1#loc; nil where it is not there.
func containedIn(e *entry, id string) *entry {
	var holder struct {
		Contained []json.RawMessage `json:"contained"`
	}
	if json.Unmarshal(e.Raw, &holder) != nil {
		return nil
	}
	for _, raw := range holder.Contained {
		var head struct {
			ResourceType string `json:"resourceType"`
			ID           string `json:"id"`
		}
		if json.Unmarshal(raw, &head) != nil || head.ID != id {
			continue
		}
		return &entry{Reference: e.Reference + "#" + id, Type: head.ResourceType, ID: id, Version: e.Version, Raw: raw, loose: true, copies: 1}
	}
	return nil
}
