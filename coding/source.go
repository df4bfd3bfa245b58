package coding

import "github.com/chargenote/chargenote/internal/effective"

// BuiltInLayer is the name of the rules that are built into the program.
const BuiltInLayer = "built-in"

// source is where a dated value comes from: its references, and the layer of rules that holds it.
type source struct {
	Reference []effective.Reference `yaml:"reference"`

	cited string // the references on one line
	layer string
}

func (s *source) origin() *source { return s }

// A sourced value knows where it comes from.
type sourced interface{ origin() *source }

// seal notes the layer of a value, and its references on one line, once it is loaded.
func (s *source) seal(layer string) { s.cited, s.layer = effective.Cite(s.Reference), layer }

// sealAll seals every value of a rule or a table.
func sealAll[T any, P interface {
	*T
	sourced
}](values effective.Values[T], layer string) {
	for _, value := range values.All {
		if value != nil {
			P(value).origin().seal(layer)
		}
	}
}

// uncited says which days of a value have no whole reference, under the keys where they stand.
func uncited[T any, P interface {
	*T
	sourced
}](values effective.Values[T], keys ...string) []fault {
	var all []fault
	for day, value := range values.All {
		if value == nil {
			continue
		}
		all = append(all, citedFaults(P(value).origin().Reference, append(keys[:len(keys):len(keys)], day.String())...)...)
	}
	return all
}

// citedFaults says what is wrong with references, under the keys where they stand.
func citedFaults(references []effective.Reference, keys ...string) []fault {
	var all []fault
	for _, problem := range effective.Faults(references) {
		all = append(all, fault{keys, problem})
	}
	return all
}
