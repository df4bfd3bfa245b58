package fhir

import (
	"errors"
	"fmt"
)

// Guard checks one resource before it is decoded: size, depth, number of values, UTF-8, keys that
// stand twice or differ from a known one only by case, the resource type, required members, and
// numbers. Of a Bundle it checks the frame only, for each of its resources is checked by itself.
// expectedType may be empty, for any type. The error names the place and never a value.
func Guard(raw []byte, expectedType string, limits Limits) error {
	_, err := inspect(raw, expectedType, limits)
	return err
}

// An inspection is what the guard learned of a resource that passed.
type inspection struct {
	Type  string
	Loose bool // it holds what the models cannot decode as it stands: an unknown code, a shape of R5
}

// inspect is Guard, and says what it saw.
func inspect(raw []byte, expectedType string, limits Limits) (inspection, error) {
	if len(raw) > limits.Bytes {
		return inspection{}, fmt.Errorf("is larger than %d bytes", limits.Bytes)
	}
	if !wellFormed(raw) {
		return inspection{}, errNotJSON
	}
	w := &walker{data: raw, depthLimit: limits.Depth, valueLimit: limits.ResourceValues}
	w.space()
	if w.data[w.at] != '{' {
		return inspection{}, errors.New("is not a FHIR resource: a JSON object was expected")
	}
	kind := w.peekType()
	if err := checkType(kind, expectedType); err != nil {
		return inspection{}, err
	}
	if kind == "Bundle" {
		w.valueLimit, w.frame = limits.PageValues, true
	}
	if err := w.resource(); err != nil {
		return inspection{}, err
	}
	return inspection{Type: kind, Loose: w.loose}, nil
}

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
