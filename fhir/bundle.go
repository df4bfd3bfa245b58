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
	if _, err := inspect(data, "Bundle", limits); errors.Is(err, errNotJSON) {
		return nil, syntax(data)
	} else if err != nil {
		return nil, &InputError{"Bundle", err.Error() + ", give a FHIR R4 Bundle"}
	}
	r := newRecord(limits)
	entries := bundleEntries(data)
	for _, e := range entries {
		if len(e.Resource) == 0 || string(e.Resource) == "null" {
			continue // an entry of a batch may have none
		}
		r.add(e.Resource, e.FullURL, 0)
	}
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
