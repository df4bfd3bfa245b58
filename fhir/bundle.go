package fhir

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
)

// ReadBundle reads the resources of a FHIR Bundle of any type. A bad entry in a good Bundle becomes
// a remark of the record; an *InputError is for what is no Bundle at all or is over the limits.
// The record keeps data, which must not be changed afterwards.
func ReadBundle(data []byte, limits Limits) (*Record, error) {
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	if len(data) > limits.Bytes {
		return nil, &InputError{"file", fmt.Sprintf("is larger than %d bytes, review one visit at a time", limits.Bytes)}
	}
	if err := guardView[bundleView](data, "Bundle", limits); errors.Is(err, errNotJSON) {
		return nil, syntax(data)
	} else if err != nil {
		return nil, &InputError{"Bundle", err.Error() + ", give a FHIR R4 Bundle"}
	}
	r := newRecord(limits)
	entries := splitBundle(data)
	r.addEntries(entries, 0)
	if r.Len() == 0 {
		return nil, r.nothingLeft(len(entries))
	}
	return r, nil
}

// nothingLeft says why a Bundle leaves nothing to review.
func (r *Record) nothingLeft(entries int) *InputError {
	if entries == 0 {
		return &InputError{"Bundle", "has no entries, give one with an Encounter"}
	}
	if len(r.notes) == 0 {
		return &InputError{"Bundle", "holds no resource, give one with an Encounter"}
	}
	return &InputError{r.notes[0].Resource, r.notes[0].Text + "; no other resource is left to review"}
}

var errNotJSON = errors.New("is not JSON")

// syntax says where data stops being JSON.
func syntax(data []byte) error {
	var value json.RawMessage
	err := json.Unmarshal(data, &value)
	var fault *json.SyntaxError
	if !errors.As(err, &fault) {
		return &InputError{"file", "is not JSON, give a FHIR Bundle in JSON"}
	}
	at := min(int(fault.Offset), len(data))
	line := bytes.Count(data[:at], []byte("\n")) + 1
	column := at - bytes.LastIndexByte(data[:at], '\n') - 1
	return &InputError{fmt.Sprintf("line %d, column %d", line, max(column, 1)), "is not JSON, give a FHIR Bundle in JSON"}
}

// A bundleView is the frame of a Bundle: each of its entries is guarded by itself, so that a bad one is
// one finding.
type bundleView struct {
	ResourceType string `json:"resourceType"`
	Type         string `json:"type"`
	Link         []struct {
		Relation string `json:"relation"`
		URL      string `json:"url"`
	} `json:"link"`
	Entry []json.RawMessage `json:"entry" guard:"later"`
}

// An entryView is the frame of one entry, whose resource is guarded by itself.
type entryView struct {
	FullURL  string          `json:"fullUrl"`
	Resource json.RawMessage `json:"resource" guard:"later"`
	Response struct {
		Status   string          `json:"status"`
		Location string          `json:"location"`
		Etag     string          `json:"etag"`
		Outcome  json.RawMessage `json:"outcome" guard:"later"`
	} `json:"response"`
}

// addEntries adds the resources of the entries of a Bundle that is known to be JSON. An entry of a batch may have none.
func (r *Record) addEntries(entries [][]byte, nested int) {
	for _, raw := range entries {
		if string(raw) == "null" {
			continue
		}
		limits := pageLimits(r.limits)
		w, err := beginPart(raw, limits)
		if err == nil {
			err = guardKeys[entryView](w, "", limits)
		}
		if err != nil {
			r.leaveOut(entryNameOf(raw), "not read: its entry "+err.Error())
			continue
		}
		if resource, fullURL := splitEntry(raw); len(resource) > 0 && string(resource) != "null" {
			r.add(resource, fullURL, nested)
		}
	}
}

// pageLimits let one entry hold what a page may: its resource is counted by itself.
func pageLimits(limits Limits) Limits {
	limits.ResourceValues = limits.PageValues
	return limits
}

// entryNameOf is the best name of an entry that could not be read.
func entryNameOf(raw []byte) string {
	w := &walker{data: raw}
	if w.space(); w.data[w.at] != '{' {
		return "a resource"
	}
	resource := w.peek("resource")
	if resource == nil {
		return "a resource"
	}
	return nameOf(resource.raw(), w.peekText("fullUrl"))
}
