package fhir

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// decode reads an entry through its model, once. What the model could not take as it stands is said
// in lenient, place by place; where a required code has no honest stand-in the entry is refused.
func decode[T any](e *entry) (value T, lenient []string, err error) {
	if e.decoded == nil {
		value, lenient, err = decodeAnew[T](e)
		e.decoded = &decoding{value, lenient, err}
	}
	value, ok := e.decoded.value.(T)
	if !ok && e.decoded.err == nil {
		return value, nil, errors.New("is not of the type that was expected")
	}
	return value, e.decoded.lenient, e.decoded.err
}

// A decoding is what became of an entry when it was decoded.
type decoding struct {
	value   any
	lenient []string
	err     error
}

func decodeAnew[T any](e *entry) (value T, lenient []string, err error) {
	raw := e.Raw
	if e.loose || bytes.Contains(raw, []byte(`\u003`)) { // a comparator as some servers escape it, which its model does not know
		if raw, lenient, err = normalise(raw, e.Type); err != nil {
			return value, nil, err
		}
	}
	if err := json.Unmarshal(raw, &value); err != nil {
		var none T // a half filled struct holds codes that nobody wrote
		return none, nil, errors.New("does not have the shape of its FHIR R4 type")
	}
	return value, lenient, nil
}

// standIns are codes of FHIR R5 with the code of R4 that says the same.
var standIns = map[string]map[string]string{
	"EncounterStatus": {"completed": "finished", "discharged": "finished", "on-hold": "onleave", "discontinued": "cancelled"},
}

// unknownCode stands in for a required code that R4 does not have, where the code list offers it.
const unknownCode = "unknown"

// normalise rewrites a resource so that its model can hold it: an optional unknown code is left
// out, a required one gets a stand-in that says so, and shapes of R5 become those of R4.
func normalise(raw json.RawMessage, kind string) (json.RawMessage, []string, error) {
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	var tree map[string]any
	if err := decoder.Decode(&tree); err != nil {
		return nil, nil, errors.New("is not JSON")
	}
	n := &normaliser{}
	n.olderShape(tree, kind)
	if !n.object(tree, models[kind], "") {
		return nil, nil, errors.New("status is a code that FHIR R4 does not have, so it is not used")
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false) // the models compare the letters of a comparator
	if err := encoder.Encode(tree); err != nil {
		return nil, nil, errors.New("is not JSON")
	}
	slices.Sort(n.lenient)
	return out.Bytes(), n.lenient, nil
}

type normaliser struct{ lenient []string }

func (n *normaliser) say(format string, args ...any) {
	n.lenient = append(n.lenient, fmt.Sprintf(format, args...))
}

// object rewrites the members of m; false says that m cannot be used.
func (n *normaliser) object(m map[string]any, t reflect.Type, path string) bool {
	known := membersOf(t)
	if known == nil {
		return true
	}
	for key, value := range m {
		if value == nil {
			delete(m, key)
			continue
		}
		if member, ok := known.types[key]; ok {
			if !n.member(m, key, value, member, place(path, key), known.required[key]) {
				return false
			}
		}
	}
	for _, name := range known.requiredNames {
		if _, ok := m[name]; ok || !isEnum(known.types[name]) {
			continue
		}
		if !isCode(known.types[name], unknownCode) {
			return false
		}
		m[name] = unknownCode
		n.say("%s is missing: read as unknown", place(path, name))
	}
	return true
}

func place(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

func (n *normaliser) member(m map[string]any, key string, value any, t reflect.Type, path string, required bool) bool {
	t = bare(t)
	switch v := value.(type) {
	case map[string]any:
		if t.Kind() == reflect.Struct && !n.object(v, t, path) {
			delete(m, key)
			n.say("%s is left out: it has no code of FHIR R4 where one must be", path)
		}
	case []any:
		if t.Kind() == reflect.Slice && t != rawMessage {
			m[key] = n.list(v, bare(t.Elem()), path)
		}
	case string:
		if isEnum(t) && !isCode(t, v) {
			return n.code(m, key, v, t, path, required)
		}
	case json.Number:
		if t.Kind() == reflect.Int {
			m[key] = n.whole(v, path)
		}
	}
	return true
}

func (n *normaliser) list(items []any, t reflect.Type, path string) []any {
	kept := []any{}
	for _, item := range items {
		v, ok := item.(map[string]any)
		if item == nil || ok && t.Kind() == reflect.Struct && !n.object(v, t, path) {
			n.say("%s: one is left out, it has no code of FHIR R4 where one must be", path)
			continue
		}
		kept = append(kept, item)
	}
	return kept
}

func (n *normaliser) code(m map[string]any, key, code string, t reflect.Type, path string, required bool) bool {
	stand, ok := standIns[t.Name()][code]
	switch {
	case ok:
		m[key] = stand
		n.say("%s %s is a code of FHIR R5: read as %s", path, code, stand)
	case key == "comparator":
		delete(m, key)
		delete(m, "value") // without it a bound would be a number
		n.say("%s is a code that FHIR R4 does not have: its value is left out", path)
	case !required:
		delete(m, key)
		n.say("%s is a code that FHIR R4 does not have: left out", path)
	case isCode(t, unknownCode):
		m[key] = unknownCode
		n.say("%s is a code that FHIR R4 does not have: read as unknown", path)
	default:
		return false
	}
	return true
}

// whole writes 27.0 as 27; the guard has checked that nothing is lost.
func (n *normaliser) whole(v json.Number, path string) any {
	if !strings.ContainsAny(v.String(), ".eE") {
		return v
	}
	f, err := v.Float64()
	if err != nil {
		return v
	}
	n.say("%s is written as a decimal: read as %d", path, int64(f))
	return int64(f)
}

// newerKeys are elements of FHIR R5 that are read as their elements of R4.
var newerKeys = map[string]bool{"actualPeriod": true, "actor": true, "occurrenceDateTime": true, "occurrencePeriod": true}

// olderShape moves the elements of FHIR R5 to where R4 has them.
func (n *normaliser) olderShape(m map[string]any, kind string) {
	switch kind {
	case "Encounter":
		n.encounterShape(m)
	case "Procedure":
		n.rename(m, "occurrencePeriod", "performedPeriod")
		n.rename(m, "occurrenceDateTime", "performedDateTime")
	case "DocumentReference":
		if list, ok := m["context"].([]any); ok {
			m["context"] = map[string]any{"encounter": list}
			n.say("context is a list as in FHIR R5: read as the encounters of the document")
		}
	}
}

func (n *normaliser) encounterShape(m map[string]any) {
	n.rename(m, "actualPeriod", "period")
	if list, ok := m["class"].([]any); ok {
		delete(m, "class")
		if coding := firstCoding(list); coding != nil {
			m["class"] = coding
		}
		n.say("class is a list as in FHIR R5: the first is read")
	}
	for _, item := range asList(m["participant"]) {
		if participant, ok := item.(map[string]any); ok {
			n.rename(participant, "actor", "individual")
		}
	}
	for _, item := range asList(m["diagnosis"]) {
		diagnosis, ok := item.(map[string]any)
		list := asList(diagnosis["condition"])
		if !ok || list == nil {
			continue
		}
		delete(diagnosis, "condition")
		if first, ok := list[0].(map[string]any); ok && first["reference"] != nil {
			diagnosis["condition"] = first["reference"]
		}
		n.say("diagnosis is written as in FHIR R5: the first condition of each is read")
	}
}

func asList(v any) []any {
	if list, ok := v.([]any); ok && len(list) > 0 {
		return list
	}
	return nil
}

// firstCoding is the first coding of a list of CodeableConcepts, or of Codings.
func firstCoding(list []any) map[string]any {
	for _, item := range list {
		concept, _ := item.(map[string]any)
		if concept["code"] != nil {
			return concept
		}
		for _, coding := range asList(concept["coding"]) {
			if c, ok := coding.(map[string]any); ok {
				return c
			}
		}
	}
	return nil
}

func (n *normaliser) rename(m map[string]any, newer, older string) {
	value, ok := m[newer]
	if !ok || m[older] != nil {
		return
	}
	delete(m, newer)
	m[older] = value
	n.say("%s is an element of FHIR R5: read as %s", newer, older)
}
