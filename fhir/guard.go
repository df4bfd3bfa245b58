package fhir

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
)

// Guard checks one resource before it is decoded: size, depth, number of values, UTF-8, keys that
// stand twice or differ from a known one only by case, the resource type, required members, and
// numbers. Of a Bundle it checks the frame only, for each of its entries is checked by itself. A date
// or an optional number that is none is no reason to refuse: it is taken out, and named, when the
// resource is decoded. expectedType may be empty, for any type. The error names the place and never a
// value.
func Guard(raw []byte, expectedType string, limits Limits) error {
	_, err := inspect(raw, expectedType, limits)
	return err
}

// An inspection is what the guard learned of a resource that passed.
type inspection struct {
	Type  string
	Loose bool // it holds what the models cannot take as it stands: an unknown code, a shape of R5, a day that is none
}

// inspect is Guard, and says what it saw.
func inspect(raw []byte, expectedType string, limits Limits) (inspection, error) {
	w, err := begin(raw, limits)
	if err != nil {
		return inspection{}, err
	}
	return w.inspect(expectedType, limits)
}

func (w *walker) inspect(expectedType string, limits Limits) (inspection, error) {
	kind := w.peekType()
	if err := checkType(kind, expectedType); err != nil {
		return inspection{}, err
	}
	w.allow(kind, limits)
	if err := w.resource(); err != nil {
		return inspection{}, err
	}
	return inspection{Type: kind, Loose: w.loose}, nil
}

// view is the second way from JSON to Go, for what is no resource of a model: it guards raw like any
// resource, by the keys that T has, and decodes it. Keys that T does not have are passed over, but
// may not stand twice. kind is the resource type that must be there; empty for a part of a resource.
func view[T any](raw []byte, kind string, limits Limits) (T, error) {
	var none, value T
	if err := guardView[T](raw, kind, limits); err != nil {
		return none, err
	}
	if err := json.Unmarshal(raw, &value); err != nil {
		return none, errors.New("does not have the shape that was expected")
	}
	return value, nil
}

// guardView is the guard of view alone.
func guardView[T any](raw []byte, kind string, limits Limits) error {
	w, err := begin(raw, limits)
	if err != nil {
		return err
	}
	return guardKeys[T](w, kind, limits)
}

func guardKeys[T any](w *walker, kind string, limits Limits) error {
	if kind != "" {
		if err := checkType(w.peekType(), kind); err != nil {
			return err
		}
	}
	w.allow(kind, limits)
	w.view = true
	return w.object(reflect.TypeFor[T](), kind != "")
}

// begin stands at the first value of raw, which is an object.
func begin(raw []byte, limits Limits) (*walker, error) {
	if len(raw) > limits.Bytes {
		return nil, overLimit(fmt.Sprintf("is larger than %d bytes", limits.Bytes))
	}
	if !wellFormed(raw) {
		return nil, errNotJSON
	}
	return beginPart(raw, limits)
}

// beginPart is begin for a part of what is known to be JSON.
func beginPart(raw []byte, limits Limits) (*walker, error) {
	w := &walker{data: raw, depthLimit: limits.Depth, valueLimit: limits.ResourceValues}
	w.space()
	if w.data[w.at] != '{' {
		return nil, errors.New("is not a FHIR resource: a JSON object was expected")
	}
	return w, nil
}

// allow lets what is a list of many things hold more values than one resource.
func (w *walker) allow(kind string, limits Limits) {
	if kind == "Bundle" || kind == "CapabilityStatement" {
		w.valueLimit = limits.PageValues
	}
}

// An overLimit is the refusal of what is too large to be read.
type overLimit string

func (o overLimit) Error() string { return string(o) }

// An ambiguousKey is the refusal of what two readers may read differently.
type ambiguousKey struct{ error }

// A missingMember is the refusal of a resource without a member that nothing can stand in for.
type missingMember string

func (m missingMember) Error() string { return "has no " + string(m) }

func checkType(kind, expected string) error {
	switch {
	case kind == "":
		return errors.New("resourceType is missing")
	case !isTypeName(kind):
		return errors.New("resourceType is not the name of a resource")
	case expected != "" && kind != expected:
		return fmt.Errorf("resourceType is %s where %s was expected", kind, expected)
	}
	return nil
}

// isTypeName keeps what is no name of a resource out of messages and references.
func isTypeName(s string) bool {
	if len(s) == 0 || len(s) > 64 || s[0] < 'A' || s[0] > 'Z' {
		return false
	}
	for _, c := range []byte(s) {
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') {
			return false
		}
	}
	return true
}
