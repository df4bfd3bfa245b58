package main

import (
	"encoding/json"
	"strings"

	"github.com/chargenote/chargenote/coding"
)

// sitePayer reads what a configuration says of a payer: its kind, or its kind and the name by which
// packs of rules call it, as commercial/example-health.
func sitePayer(said string) (coding.Payer, error) {
	kind, name, _ := strings.Cut(said, "/")
	document, err := json.Marshal(map[string]any{"payer": map[string]string{"kind": kind, "name": name}})
	if err != nil {
		return coding.Payer{}, err
	}
	facts, _, err := coding.DecodePartialFacts(document)
	if err != nil {
		return coding.Payer{}, err
	}
	return facts.Payer, nil
}
