package fhir

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// corpusPlace names the directory of published examples, none of which is kept in this repository.
// Without it the visits of this package are read, so that the test itself is tested.
const corpusPlace = "CHARGENOTE_CORPUS"

// TestOfficialExamples reads every JSON file below a directory of published examples of FHIR through
// guard and reader: each resource is read or has a remark, nothing panics, and no decoded code is one
// that nobody wrote. scripts/test-long.sh runs it over what CONTRIBUTING.md says.
func TestOfficialExamples(t *testing.T) {
	root := cmp.Or(os.Getenv(corpusPlace), filepath.Join("testdata", "visits"))
	var count struct{ files, modelled, read, named int }
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".json") || strings.HasSuffix(path, ".want.json") {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		count.files++
		name, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		example := &example{T: t, name: name, raw: []byte(strings.TrimPrefix(string(data), "\ufeff"))}
		example.guarded(example.review)
		if example.modelled {
			count.modelled++
		}
		if example.named {
			count.named++
		} else {
			count.read++
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d files: %d read, %d named as not read; %d through a model", count.files, count.read, count.named, count.modelled)
	if count.modelled == 0 {
		t.Errorf("%s has no resource of a type that is read", root)
	}
}

// An example is one published file.
type example struct {
	*testing.T
	name            string
	raw             json.RawMessage
	modelled, named bool
}

func (e *example) guarded(do func()) {
	defer func() {
		if cause := recover(); cause != nil {
			e.Errorf("%s: panic: %v", e.name, cause)
		}
	}()
	do()
}

// besideVisit is the id of the visit beside a single resource.
const besideVisit = "chargenote-visit"

// review reads a Bundle as a file, and another resource beside a small visit.
func (e *example) review() {
	if peek(e.raw).ResourceType == "Bundle" {
		record, err := ReadBundle(e.raw, DefaultLimits())
		var input *InputError
		switch {
		case err == nil:
			e.visits(record)
		case errors.As(err, &input):
			if e.named = true; testing.Verbose() {
				e.Logf("%s: %v", e.name, err)
			}
		default:
			e.Errorf("%s: got error %v, want an *InputError", e.name, err)
		}
		return
	}
	record := NewRecord()
	record.Add(json.RawMessage(`{"resourceType":"Encounter","id":"`+besideVisit+`","status":"finished","class":{"code":"AMB"},
		"subject":{"reference":"Patient/example"},"period":{"start":"2025-03-10T14:00:00-05:00","end":"2025-03-10T14:45:00-05:00"}}`), "")
	record.Add(e.raw, "")
	e.named = len(record.notes) > 0
	if e.named && testing.Verbose() {
		e.Logf("%s: %s", e.name, record.notes[0].Text)
	}
	if record.Len() < 2 && !e.named {
		e.Errorf("%s: neither read nor named", e.name)
	}
	e.visits(record)
}

// visits reads every visit of a record, and decodes whatever has a model.
func (e *example) visits(record *Record) {
	if got := record.Encounters(""); len(got) > len(record.of("Encounter")) {
		e.Errorf("%s: %d visits of %d encounters", e.name, len(got), len(record.of("Encounter")))
	}
	for _, encounter := range record.of("Encounter") {
		read, err := record.Visit(Options{Encounter: encounter.Reference})
		var input *InputError
		if err != nil && !errors.As(err, &input) {
			e.Errorf("%s: %s: %v", e.name, encounter.Reference, err)
		}
		if err == nil {
			if _, err := json.Marshal(read); err != nil {
				e.Errorf("%s: %s: %v", e.name, encounter.Reference, err)
			}
		}
	}
	for i := range record.entries {
		if models[record.entries[i].Type] != nil && record.entries[i].ID != besideVisit {
			e.modelled = true
			e.codes(&record.entries[i])
		}
	}
}

// codes compares the codes that were decoded with those that were written at the same place.
func (e *example) codes(entry *entry) {
	value, lenient, _, err := decodeKind(entry)
	if err != nil {
		if err.Error() == "does not have the shape of its FHIR R4 type" {
			e.Errorf("%s: %s passed the guard and does not decode", e.name, entry.Type)
		}
		return
	}
	var tree any
	if err := json.Unmarshal(entry.Raw, &tree); err != nil {
		e.Errorf("%s: %v", e.name, err)
		return
	}
	written := map[string][]string{}
	writtenTexts(tree, "", written)
	decodedCodes(reflect.ValueOf(value), "", func(path, code string) {
		if slices.Contains(written[path], code) {
			return
		}
		said := func(remark string) bool {
			return strings.Contains(remark, "read as "+code) || strings.Contains(remark, "FHIR R5") && strings.HasPrefix(remark, strings.SplitN(path, ".", 2)[0])
		}
		if !slices.ContainsFunc(lenient, said) {
			e.Errorf("%s: %s.%s is decoded as %s, which nobody wrote: %v", e.name, entry.Type, path, code, lenient)
		}
	})
}

// writtenTexts are the texts of a tree by place, without the places in lists.
func writtenTexts(tree any, path string, written map[string][]string) {
	switch tree := tree.(type) {
	case map[string]any:
		for key, value := range tree {
			writtenTexts(value, place(path, key), written)
		}
	case []any:
		for _, item := range tree {
			writtenTexts(item, path, written)
		}
	case string:
		written[path] = append(written[path], tree)
	}
}

// decodedCodes are the codes of a decoded value by place.
func decodedCodes(v reflect.Value, path string, found func(path, code string)) {
	switch v.Kind() {
	case reflect.Interface, reflect.Pointer:
		if !v.IsNil() {
			decodedCodes(v.Elem(), path, found)
		}
	case reflect.Slice:
		if v.Type() == rawMessage {
			return
		}
		for i := range v.Len() {
			decodedCodes(v.Index(i), path, found)
		}
	case reflect.Struct:
		// a struct that is no pointer is there even where nothing was written: so are its zero codes
		for i := range v.NumField() {
			decodedCodes(v.Field(i), place(path, jsonName(v.Type().Field(i))), found)
		}
	case reflect.Int:
		if isEnum(v.Type()) {
			found(path, fmt.Sprint(v.MethodByName("Code").Call(nil)[0]))
		}
	}
}
