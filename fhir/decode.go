package fhir

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"reflect"
	"slices"
	"strings"
)

// decode reads an entry through its model, once. What the model could not take as it stands is said
// in lenient, place by place; where a required code has no honest stand-in the entry is refused.
func decode[T any](e *entry) (value T, lenient []string, err error) {
	if e.decoded == nil {
		e.decoded = decodeAnew[T](e)
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
	dates   map[string]string // places whose date was taken out, and why it is none
	err     error
}

func decodeAnew[T any](e *entry) *decoding {
	var value T
	raw, n := e.Raw, &normaliser{}
	if e.loose || bytes.Contains(raw, []byte(`\u003`)) { // a comparator as some servers escape it, which its model does not know
		var err error
		if raw, err = n.normalise(raw, e.Type); err != nil {
			return &decoding{value: value, err: err}
		}
	}
	if err := json.Unmarshal(raw, &value); err != nil {
		var none T // a half filled struct holds codes that nobody wrote
		return &decoding{value: none, err: errors.New("does not have the shape of its FHIR R4 type")}
	}
	return &decoding{value: value, lenient: n.lenient, dates: n.dates}
}

// A normaliser rewrites a resource that the guard has passed so that its model can hold it: an
// optional unknown code is left out, a required one gets a stand-in that says so, shapes of R5 become
// those of R4, and a date that is none is taken out. It remembers every place that it touched. The
// resources within the resource are not touched: each is read, and named, by itself when it is used.
type normaliser struct {
	lenient []string
	dates   map[string]string
	refused string // why the resource is not used
}

func (n *normaliser) normalise(raw json.RawMessage, kind string) (json.RawMessage, error) {
	tree, err := treeOf(raw)
	if err != nil {
		return nil, err
	}
	n.olderShape(tree, kind)
	if n.refused != "" {
		return nil, errors.New(n.refused)
	}
	if err := n.guardMoved(tree); err != nil {
		return nil, err
	}
	if !n.object(tree, models[kind], "") {
		return nil, errors.New("status is a code that FHIR R4 does not have, so it is not used")
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false) // the models compare the letters of a comparator
	if err := encoder.Encode(tree); err != nil {
		return nil, errors.New("is not JSON")
	}
	slices.Sort(n.lenient)
	n.lenient = slices.Compact(n.lenient)
	return out.Bytes(), nil
}

// guardMoved guards what was moved to its place of R4 by the keys that it has there, which the guard could
// not know before.
func (n *normaliser) guardMoved(tree map[string]any) error {
	if len(n.lenient) == 0 {
		return nil
	}
	moved, err := json.Marshal(tree)
	if err != nil {
		return errors.New("is not JSON")
	}
	w := &walker{data: moved, depthLimit: math.MaxInt, valueLimit: math.MaxInt} // it is within its limits
	return w.resource()
}

// treeOf is a guarded resource as a tree, its numbers as they were written.
func treeOf(raw json.RawMessage) (map[string]any, error) {
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	var tree map[string]any
	if err := decoder.Decode(&tree); err != nil {
		return nil, errors.New("is not JSON")
	}
	return tree, nil
}

func (n *normaliser) say(format string, args ...any) {
	n.lenient = append(n.lenient, fmt.Sprintf(format, args...))
}

// notADate remembers a place whose date was taken out. Whoever looks for that date says so; where
// nobody does, the end of the reading says it.
func (n *normaliser) notADate(path, problem string) {
	if n.dates == nil {
		n.dates = map[string]string{}
	}
	n.dates[path] = max(n.dates[path], problem) // of several in a list, one, whatever their order
}

// object rewrites the members of m; false says that m cannot be used.
func (n *normaliser) object(m map[string]any, t reflect.Type, path string) bool {
	known := membersOf(t)
	if known == nil {
		return true
	}
	n.absences(m, known, path)
	for _, key := range slices.Sorted(maps.Keys(m)) {
		value := m[key]
		if value == nil {
			delete(m, key)
			continue
		}
		if member, ok := known.types[key]; ok {
			if !n.member(m, key, value, member, place(path, key), known) {
				return false
			}
		}
	}
	for _, name := range known.missed {
		if _, ok := m[name]; !ok {
			n.say("%s is missing, although FHIR R4 requires it", place(path, name))
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

func (n *normaliser) member(m map[string]any, key string, value any, t reflect.Type, path string, known *memberSet) bool {
	t = bare(t)
	if bounds := known.numbers[key]; bounds != nil && !n.inBounds(m, key, value, path, bounds) {
		return true
	}
	switch v := value.(type) {
	case map[string]any:
		if t.Kind() == reflect.Struct && !n.object(v, t, path) {
			delete(m, key)
			n.say("%s is left out: it has no code of FHIR R4 where one must be", path)
		}
	case []any:
		if t.Kind() == reflect.Slice && t != rawMessage {
			m[key] = n.list(v, bare(t.Elem()), path, known.dates[key])
		}
	case string:
		if isEnum(t) && !isCode(t, v) {
			return n.code(m, key, v, t, path, known.required[key])
		}
		if problem := unrealDate(known.dates[key], v); problem != "" {
			n.notADate(path, problem)
			if !tellsByBeingThere[key] {
				delete(m, key)
			}
		}
	case json.Number:
		if t.Kind() == reflect.Int {
			m[key] = n.whole(v, path)
		}
	}
	return true
}

// inBounds takes out a number that FHIR does not have here, and says so; false where it did.
func (n *normaliser) inBounds(m map[string]any, key string, value any, path string, bounds *numberBounds) bool {
	written, isNumber := value.(json.Number)
	fault := bounds.fault(written.String())
	switch {
	case !isNumber:
		fault = "is no number"
	case fault == "":
		return true
	case bounds.kept:
		n.say("%s %s: only its place among others is read", path, fault)
		return true
	}
	delete(m, key)
	n.say("%s is not used: it %s", path, fault)
	return false
}

func (n *normaliser) list(items []any, t reflect.Type, path string, dates dateKind) []any {
	kept := []any{}
	for _, item := range items {
		v, ok := item.(map[string]any)
		if item == nil || ok && t.Kind() == reflect.Struct && !n.object(v, t, path) {
			n.say("%s: one is left out, it has no code of FHIR R4 where one must be", path)
			continue
		}
		written, isText := item.(string)
		switch {
		case isText && isEnum(t) && !isCode(t, written):
			n.say("%s: a code that FHIR R4 does not have is left out", path)
			continue
		case isText && unrealDate(dates, written) != "":
			n.notADate(path, unrealDate(dates, written))
			continue
		}
		kept = append(kept, item)
	}
	return kept
}

// standIns are codes of FHIR R5 with the code of R4 that says the same. A visit that was discontinued
// had begun, which R4 has no word for: cancelled means that it never did.
var standIns = map[string]map[string]string{
	"EncounterStatus":   {"completed": "finished", "discharged": "finished", "on-hold": "onleave"},
	"CompositionStatus": {"registered": "preliminary", "partial": "preliminary", "corrected": "amended", "appended": "amended"},
}

// unknownCode stands in for a required code that R4 does not have, where the code list offers it.
const unknownCode = "unknown"

func (n *normaliser) code(m map[string]any, key, code string, t reflect.Type, path string, required bool) bool {
	stand, ok := standIns[t.Name()][code]
	switch {
	case key == "comparator":
		return false // without it, "about 5" would be 5: the quantity is left out
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
