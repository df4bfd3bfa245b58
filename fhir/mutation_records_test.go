package fhir_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chargenote/chargenote/fhir"
)

// corpusVariable names a folder with official example resources of FHIR R4, one JSON file each.
const corpusVariable = "CHARGENOTE_CORPUS"

// A goodRecord is a record before it is broken, and what it gives.
type goodRecord struct {
	name    string
	options fhir.Options
	entries []goodEntry
	whole   result
	without map[int]result
}

// A goodEntry is one entry of a Bundle with a resource in it, written compactly.
type goodEntry struct {
	name     string // type and id
	kind     string
	fullURL  string
	resource []byte
}

// tree is the resource as a tree of its own.
func (e goodEntry) tree() map[string]any {
	decoder := json.NewDecoder(bytes.NewReader(e.resource))
	decoder.UseNumber()
	var tree map[string]any
	if err := decoder.Decode(&tree); err != nil {
		panic(err)
	}
	return tree
}

// bundle writes the record with another resource in place of one; where that is nil, the record as it
// is, and where it is empty, without that entry.
func (g *goodRecord) bundle(at int, other []byte) []byte {
	var b bytes.Buffer
	b.WriteString(`{"resourceType":"Bundle","type":"collection","entry":[`)
	first := true
	for i, e := range g.entries {
		resource := e.resource
		if i == at && other != nil {
			resource = other
		}
		if len(resource) == 0 {
			continue
		}
		if !first {
			b.WriteByte(',')
		}
		first = false
		if e.fullURL != "" {
			fmt.Fprintf(&b, `{"fullUrl":%s,"resource":`, mustJSON(e.fullURL))
		} else {
			b.WriteString(`{"resource":`)
		}
		b.Write(resource)
		b.WriteByte('}')
	}
	b.WriteString(`]}`)
	return b.Bytes()
}

// withoutEntry is what the record gives without one of its entries.
func (g *goodRecord) withoutEntry(at int, read func([]byte, fhir.Options) result) result {
	if got, ok := g.without[at]; ok {
		return got
	}
	got := read(g.bundle(at, []byte{}), g.options)
	g.without[at] = got
	return got
}

// copied reports whether an entry stands in the record more than once, so that a break of it leaves a copy.
func (g *goodRecord) copied(at int) bool {
	return slices.ContainsFunc(slices.Concat(g.entries[:at], g.entries[at+1:]), func(e goodEntry) bool { return e.name == g.entries[at].name })
}

// goodRecords are the visits of the test data that can be read, a filed transaction, and the official
// examples where there are any, the latter each beside a visit of its patient.
func goodRecords(t *testing.T, read func([]byte, fhir.Options) result) []*goodRecord {
	t.Helper()
	var all []*goodRecord
	for _, path := range visitCases(t) {
		data, c := readCase(t, path)
		all = append(all, &goodRecord{name: filepath.Base(path), options: c.options(t), entries: entriesOf(t, data)})
	}
	base := &goodRecord{name: "forty resources", entries: entriesOf(t, fortyResources())}
	all = append(all, base)
	filed, err := os.ReadFile("testdata/wire/transaction.json")
	if err != nil {
		t.Fatal(err)
	}
	all = append(all, base.beside("testdata/wire/transaction.json", entriesOf(t, filed)...))
	for _, example := range officialExamples(t) {
		all = append(all, base.beside(example.name, example))
	}
	all = slices.DeleteFunc(all, func(g *goodRecord) bool {
		if len(g.entries) == 0 {
			return true
		}
		g.without = map[int]result{}
		g.whole = read(g.bundle(-1, nil), g.options)
		return g.whole.err != nil // what is refused as it stands shows no break
	})
	if len(all) < 60 {
		t.Fatalf("only %d records can be broken, there were more", len(all))
	}
	slices.SortFunc(all, byName)
	return all
}

func entriesOf(t *testing.T, data []byte) []goodEntry {
	t.Helper()
	var bundle struct {
		Entry []json.RawMessage `json:"entry"`
	}
	if err := json.Unmarshal(data, &bundle); err != nil {
		t.Fatal(err)
	}
	var entries []goodEntry
	for _, raw := range bundle.Entry {
		var entry struct {
			FullURL  string          `json:"fullUrl"`
			Resource json.RawMessage `json:"resource"`
		}
		if json.Unmarshal(raw, &entry) != nil {
			continue // broken already
		}
		if e, ok := entryOf(entry.FullURL, entry.Resource); ok {
			entries = append(entries, e)
		}
	}
	return entries
}

func entryOf(fullURL string, raw []byte) (goodEntry, bool) {
	var head struct {
		ResourceType string `json:"resourceType"`
		ID           string `json:"id"`
	}
	var compact bytes.Buffer
	if json.Unmarshal(raw, &head) != nil || json.Compact(&compact, raw) != nil || !bytes.HasPrefix(compact.Bytes(), []byte(`{"`)) {
		return goodEntry{}, false
	}
	return goodEntry{head.ResourceType + "/" + head.ID, head.ResourceType, fullURL, compact.Bytes()}, true
}

// beside is a visit with more resources, which are made resources of that visit and its patient; an
// encounter, or the patient, takes the place of the visit's own.
func (g *goodRecord) beside(name string, more ...goodEntry) *goodRecord {
	beside := &goodRecord{name: name, options: g.options, entries: slices.Concat(g.entries[:1], g.entries[len(g.entries)-3:])}
	for _, e := range more {
		tree := e.tree()
		for _, key := range []string{"subject", "patient", "beneficiary"} {
			if _, ok := tree[key].(map[string]any); ok {
				tree[key] = map[string]any{"reference": "Patient/p1"}
			}
		}
		for _, key := range []string{"encounter", "context"} {
			if context, ok := tree[key].(map[string]any); ok && context["reference"] != nil {
				tree[key] = map[string]any{"reference": "Encounter/e1"}
			}
		}
		if e.kind == "Encounter" || e.kind == "Patient" {
			tree["id"] = map[string]string{"Encounter": "e1", "Patient": "p1"}[e.kind]
			beside.entries = slices.DeleteFunc(beside.entries, func(other goodEntry) bool { return other.kind == e.kind })
		}
		e.resource = mustJSON(tree)
		beside.entries = append(beside.entries, e)
	}
	return beside
}

// officialExamples are the resources of the folder that the environment names.
func officialExamples(t *testing.T) []goodEntry {
	t.Helper()
	folder := os.Getenv(corpusVariable)
	if folder == "" {
		return nil
	}
	var examples []goodEntry
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".json") {
			return err
		}
		raw, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if e, ok := entryOf("", raw); ok && e.kind != "" && e.kind != "Bundle" {
			examples = append(examples, e)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(examples) < 100 {
		t.Fatalf("%s names a folder with %d resources, want the official examples", corpusVariable, len(examples))
	}
	return examples
}
