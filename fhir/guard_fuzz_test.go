package fhir

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// guardSeeds are the resources of the visits of this package whose shapes are hard to read.
func guardSeeds(t testing.TB) [][]byte {
	t.Helper()
	var seeds [][]byte
	for _, pattern := range []string{"guard-*.json", "r5-*.json", "form-*.json", "phq9-*.json"} {
		paths, err := filepath.Glob(filepath.Join("testdata", "visits", pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range paths {
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if strings.HasSuffix(path, ".want.json") {
				continue
			}
			bundle, err := view[bundleView](data, "Bundle", DefaultLimits())
			if err != nil {
				t.Fatalf("%s: %v", path, err)
			}
			for _, raw := range bundle.Entry {
				if entry, err := view[entryView](raw, "", DefaultLimits()); err == nil {
					seeds = append(seeds, entry.Resource)
				}
			}
		}
	}
	return seeds
}

// The fuzzing of the guard begins with real shapes and with what once was hard, and both are there.
func TestGuardSeedsExist(t *testing.T) {
	if got := len(guardSeeds(t)); got < 100 {
		t.Errorf("only %d resources to begin with, there were more", got)
	}
	kept, err := filepath.Glob(filepath.Join("testdata", "fuzz", "FuzzGuard", "*"))
	if err != nil || len(kept) < 10 {
		t.Errorf("only %d seeds in testdata/fuzz/FuzzGuard: %v", len(kept), err)
	}
}

// Whatever is given: nothing panics, nothing over the limits passes, and what passes is decoded, or refused
// with a remark, without a code that nobody wrote.
func FuzzGuard(f *testing.F) {
	for _, seed := range guardSeeds(f) {
		f.Add(seed)
	}
	limits := DefaultLimits()
	limits.Bytes, limits.Depth, limits.ResourceValues, limits.PageValues = 64<<10, 24, 2_000, 4_000
	f.Fuzz(func(t *testing.T, raw []byte) {
		seen, err := inspect(raw, "", limits)
		record := newRecord(limits)
		record.Add(raw, "")
		if err != nil {
			if record.Len() > 0 {
				t.Errorf("kept what the guard refused: %q", raw)
			}
			if len(record.notes) == 0 {
				t.Errorf("nothing was said of what was refused: %q", raw)
			}
			return
		}
		checkWithin(t, raw, limits, seen.Type == "Bundle")
		for i := range record.entries {
			if e := &record.entries[i]; models[e.Type] != nil {
				checkDecoded(t, e)
			}
		}
	})
}

// checkWithin measures by another reader what the guard let pass.
func checkWithin(t *testing.T, raw []byte, limits Limits, page bool) {
	t.Helper()
	if len(raw) > limits.Bytes || !json.Valid(raw) {
		t.Fatalf("passed %d bytes, valid JSON %t", len(raw), json.Valid(raw))
	}
	if page {
		return // its entries are measured one by one
	}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	depth, values := 0, 0
	for {
		token, err := decoder.Token()
		if err != nil {
			break
		}
		switch token {
		case json.Delim('{'), json.Delim('['):
			depth++
			values++
		case json.Delim('}'), json.Delim(']'):
			depth--
		default:
			values++ // keys too, so that this counts at least what the guard counts
		}
		if depth > 2*limits.Depth || values > 2*limits.ResourceValues+2 {
			t.Fatalf("passed %d levels and %d keys and values", depth, values)
		}
	}
}

// checkDecoded holds for any entry that passed.
func checkDecoded(t *testing.T, e *entry) {
	t.Helper()
	value, lenient, dates, err := decodeKind(e)
	if err != nil {
		if err.Error() == "does not have the shape of its FHIR R4 type" {
			t.Errorf("passed the guard and does not decode: %q", e.Raw)
		}
		return
	}
	for place, problem := range dates {
		if place == "" || problem == "" {
			t.Errorf("a date was taken out without a word: %v", dates)
		}
	}
	tree, err := treeOf(e.Raw)
	if err != nil {
		t.Fatal(err)
	}
	written := map[string][]string{}
	writtenTexts(tree, "", written)
	decodedCodes(reflect.ValueOf(value), "", func(path, code string) {
		if !slices.Contains(written[path], code) && len(lenient) == 0 {
			t.Errorf("%s is decoded as %s, which nobody wrote: %q", path, code, e.Raw)
		}
	})
}
