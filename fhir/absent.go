package fhir

import (
	"bytes"
	"encoding/json"
	"strings"

	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"
)

// absentReason is the extension by which a record says why an element has no value.
const absentReason = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"

// absences names the elements that the record says it has no value for, with its reason.
func (n *normaliser) absences(m map[string]any, known *memberSet, path string) {
	for key, beside := range m {
		if !isBeside(key, known) {
			continue
		}
		name := key[1:]
		if value := m[name]; value != nil {
			continue
		}
		for _, extension := range objects(besideExtensions(beside)) {
			if reason := reasonIn(extension); reason != "" {
				n.say("%s has no value: the record gives the reason %s", place(path, name), reason)
			}
		}
	}
}

func besideExtensions(beside any) any {
	m, _ := beside.(map[string]any)
	return m["extension"]
}

func reasonIn(extension map[string]any) string {
	code, _ := extension["valueCode"].(string)
	if extension["url"] != absentReason || code == "" {
		return ""
	}
	return codeText(code)
}

// extensionsOf are the extensions of a primitive element, which the models do not hold: those of
// period.start stand in period._start. Of a list, they are those of all its members.
func (e *entry) extensionsOf(path string) []r4.Extension {
	if !bytes.Contains(e.Raw, []byte(`"_`)) {
		return nil
	}
	at := []json.RawMessage{e.Raw}
	names := strings.Split(path, ".")
	names[len(names)-1] = "_" + names[len(names)-1]
	for _, name := range names {
		var below []json.RawMessage
		for _, raw := range at {
			below = append(below, membersNamed(raw, name)...)
		}
		at = below
	}
	var list []r4.Extension
	for _, raw := range at {
		if beside, err := view[extended](raw, "", DefaultLimits()); err == nil {
			list = append(list, beside.Extension...)
		}
	}
	return list
}

// An extended is what stands beside a primitive element.
type extended struct {
	Extension []r4.Extension `json:"extension"`
}

// membersNamed are the values of a key, of one object or of each object of a list, a list taken apart.
func membersNamed(raw json.RawMessage, name string) []json.RawMessage {
	w := &walker{data: raw}
	w.space()
	if w.data[w.at] != '{' {
		return nil
	}
	found := w.peek(name)
	if found == nil {
		return nil
	}
	if found.data[found.at] != '[' {
		return []json.RawMessage{found.raw()}
	}
	var list []json.RawMessage
	found.at++
	for found.space(); found.data[found.at] != ']'; found.space() {
		list = append(list, found.raw())
	}
	return list
}

// raw is the value at the present place, which is passed over.
func (w *walker) raw() json.RawMessage {
	w.space()
	start := w.at
	if w.skip() != nil {
		return nil
	}
	return w.data[start:w.at]
}

// absentReasonOf is why an element has no value, where the record says so.
func (e *entry) absentReasonOf(path string) string {
	for _, extension := range e.extensionsOf(path) {
		if extension.Url == absentReason && extension.ValueCode != nil {
			return codeText(*extension.ValueCode)
		}
	}
	return ""
}
