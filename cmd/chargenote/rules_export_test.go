package main

import (
	"os"
	"strings"
	"testing"

	"github.com/chargenote/chargenote/fhir"
)

// An export that cannot be finished leaves nothing of itself, and takes nothing that was there.
func TestExportIsWholeOrNothing(t *testing.T) {
	name := t.TempDir()
	dir, err := emptyDir(name)
	if err != nil {
		t.Fatal(err)
	}
	defer dir.Close()
	if err := dir.WriteFile("ChargeItemDefinition-second.json", []byte("mine"), 0o644); err != nil { // by another, in the meantime
		t.Fatal(err)
	}
	err = writeDefinitions(dir, []fhir.ChargeDefinition{{Name: "first", JSON: []byte("{}")}, {Name: "second", JSON: []byte("{}")}, {Name: "third", JSON: []byte("{}")}})
	if err == nil || !strings.HasPrefix(err.Error(), "ChargeItemDefinition-second.json cannot be written (file exists)") {
		t.Errorf("got %v", err)
	}
	held, err := os.ReadDir(name)
	if err != nil || len(held) != 1 || held[0].Name() != "ChargeItemDefinition-second.json" {
		t.Errorf("the directory holds %v, %v", held, err)
	}
	if content, err := dir.ReadFile("ChargeItemDefinition-second.json"); err != nil || string(content) != "mine" {
		t.Errorf("what was there is now %q, %v", content, err)
	}
}
