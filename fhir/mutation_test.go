package fhir_test

import (
	"encoding/json"
	"errors"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/chargenote/chargenote/fhir"
)

// A mutator changes one member of an object in a way that records are known to be broken.
type mutator struct {
	name   string
	change func(random *rand.Rand, object map[string]any, key string)
}

var mutators = []mutator{
	{"dropped", func(_ *rand.Rand, o map[string]any, key string) { delete(o, key) }},
	{"null", func(_ *rand.Rand, o map[string]any, key string) { o[key] = nil }},
	{"empty text", func(_ *rand.Rand, o map[string]any, key string) { o[key] = "" }},
	{"empty object", func(_ *rand.Rand, o map[string]any, key string) { o[key] = map[string]any{} }},
	{"empty list", func(_ *rand.Rand, o map[string]any, key string) { o[key] = []any{} }},
	{"list of null", func(_ *rand.Rand, o map[string]any, key string) { o[key] = []any{nil} }},
	{"list", func(_ *rand.Rand, o map[string]any, key string) { o[key] = []any{o[key]} }},
	{"number", func(_ *rand.Rand, o map[string]any, key string) { o[key] = 7 }},
	{"huge number", func(_ *rand.Rand, o map[string]any, key string) { o[key] = json.Number("1e400") }},
	{"true", func(_ *rand.Rand, o map[string]any, key string) { o[key] = true }},
	{"unknown code", func(_ *rand.Rand, o map[string]any, key string) { o[key] = "no-such-code" }},
	{"bad date", func(_ *rand.Rand, o map[string]any, key string) { o[key] = "2025-02-30T25:00:00+19:00" }},
	{"far date", func(_ *rand.Rand, o map[string]any, key string) { o[key] = "2199-12-31T23:59:59-14:00" }},
	{"other case", func(_ *rand.Rand, o map[string]any, key string) {
		o[strings.ToUpper(key)] = o[key]
		delete(o, key)
	}},
	{"itself as a reference", func(_ *rand.Rand, o map[string]any, key string) {
		o[key] = map[string]any{"reference": "Procedure/pr1"}
	}},
	{"foreign reference", func(_ *rand.Rand, o map[string]any, key string) { o[key] = map[string]any{"reference": "Patient/p9"} }},
	{"bidi and control", func(_ *rand.Rand, o map[string]any, key string) { o[key] = "\u202e\u0000\u0007=cmd" }},
	{"twice", func(_ *rand.Rand, o map[string]any, key string) {
		if list, ok := o[key].([]any); ok {
			o[key] = append(slices.Clone(list), list...)
		}
	}},
}

// objectsOf lists every object within a tree.
func objectsOf(tree any) []map[string]any {
	switch tree := tree.(type) {
	case map[string]any:
		list := []map[string]any{tree}
		for _, key := range slices.Sorted(maps.Keys(tree)) {
			list = append(list, objectsOf(tree[key])...)
		}
		return list
	case []any:
		var list []map[string]any
		for _, item := range tree {
			list = append(list, objectsOf(item)...)
		}
		return list
	}
	return nil
}

// Broken records give a visit or a plain error, and never a panic, a status that nobody wrote or
// more minutes than there was time.
func TestBrokenRecords(t *testing.T) {
	random := rand.New(rand.NewPCG(4, 7))
	read, count := 0, 0
	for _, path := range visitCases(t) {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for range 40 {
			var bundle map[string]any
			if err := json.Unmarshal(data, &bundle); err != nil {
				t.Fatal(err)
			}
			var names []string
			for range 1 + random.IntN(2) {
				objects := objectsOf(bundle["entry"])
				object := objects[random.IntN(len(objects))]
				keys := slices.Sorted(maps.Keys(object))
				if len(keys) == 0 {
					continue
				}
				key, m := keys[random.IntN(len(keys))], mutators[random.IntN(len(mutators))]
				m.change(random, object, key)
				names = append(names, key+" "+m.name)
			}
			broken, err := json.Marshal(bundle)
			if err != nil {
				t.Fatal(err)
			}
			count++
			if checkBroken(t, broken, path+": "+strings.Join(names, ", ")) {
				read++
			}
		}
	}
	if read < count/3 {
		t.Errorf("only %d of %d broken records gave a visit", read, count)
	}
}

func checkBroken(t *testing.T, data []byte, name string) bool {
	t.Helper()
	record, err := fhir.ReadBundle(data, fhir.DefaultLimits())
	var input *fhir.InputError
	if err != nil {
		if !errors.As(err, &input) {
			t.Errorf("%s: got error %v, want an *InputError", name, err)
		}
		return false
	}
	got, err := record.Visit(fhir.Options{})
	if err != nil {
		if !errors.As(err, &input) && !errors.Is(err, fhir.ErrOtherPatient) {
			t.Errorf("%s: got error %v", name, err)
		}
		return false
	}
	for _, used := range got.Evidence {
		raw, ok := record.Find(used.Reference)
		if !ok {
			if !strings.Contains(used.Reference, "#") {
				t.Errorf("%s: %s is evidence and not in the record", name, used.Reference)
			}
			continue
		}
		var resource map[string]any
		if err := json.Unmarshal(raw, &resource); err != nil {
			t.Fatal(err)
		}
		if requiredCodes[resource["resourceType"].(string)] == "" {
			continue
		}
		if _, written := resource["status"].(string); !written {
			t.Errorf("%s: %s was used without a status", name, used.Reference)
		}
	}
	if s := got.Session; s.Minutes != nil && s.Start != nil && float64(*s.Minutes) > s.End.Sub(*s.Start).Minutes() {
		t.Errorf("%s: %d minutes between %v and %v", name, *s.Minutes, s.Start, s.End)
	}
	return true
}
