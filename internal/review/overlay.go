package review

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/chargenote/chargenote/coding"
	"github.com/chargenote/chargenote/internal/effective"
	"github.com/chargenote/chargenote/internal/visit"
)

// Given is what a person says over the record: a facts document of which any part may be there.
type Given struct {
	Source string // who or what says so, such as "--facts" or "Practitioner/d1"
	JSON   []byte // read by coding.DecodePartialFacts before

	// Repeats are the services that the list of services repeats: only what differs from them is
	// said by this source. None: all of the list is.
	Repeats []coding.Service
}

// saidBy reports whether one of the sources of a fact is a person or an option, and not the record.
func saidBy(given []Given, sources []string) bool {
	return slices.ContainsFunc(given, func(g Given) bool { return slices.Contains(sources, g.Source) })
}

// Overlay lays what was given over the record's facts. A key given wins, and where the record said
// something else the difference is noted; a list of services replaces the record's only when it is
// not empty. The sources of a given fact are the Given's Source.
func Overlay(facts coding.Facts, given ...Given) (coding.Facts, []visit.Remark, error) {
	if len(given) == 0 {
		return facts, nil, nil
	}
	sources := map[string][]string{}
	for path, from := range facts.Sources {
		sources[path] = from
	}
	facts.Sources = nil
	under, err := toTree(facts)
	if err != nil {
		return facts, nil, err
	}
	if facts.DateOfService.IsZero() {
		delete(under, "dateOfService")
	}
	var remarks []visit.Remark
	for _, g := range given {
		if _, _, err := coding.DecodePartialFacts(g.JSON); err != nil {
			return facts, nil, fmt.Errorf("facts of %s: %w", g.Source, err)
		}
		var over map[string]any
		if err := json.Unmarshal(g.JSON, &over); err != nil {
			return facts, nil, fmt.Errorf("facts of %s: %w", g.Source, err)
		}
		delete(over, "sources")
		if services, ok := over["services"].([]any); ok && len(services) == 0 {
			delete(over, "services")
		}
		fromServices, err := g.layServices(under, over, sources)
		if err != nil {
			return facts, nil, err
		}
		remarks = append(remarks, fromServices...)
		remarks = append(remarks, layOver(under, over, "", g.Source, sources)...)
	}
	merged, err := json.Marshal(under)
	if err != nil {
		return facts, nil, fmt.Errorf("facts: %w", err)
	}
	var laid coding.Facts
	if err := json.Unmarshal(merged, &laid); err != nil {
		return facts, nil, fmt.Errorf("facts: %w", err)
	}
	laid.Sources = sources
	return laid, remarks, nil
}

func toTree(facts coding.Facts) (map[string]any, error) {
	content, err := json.Marshal(facts)
	if err != nil {
		return nil, fmt.Errorf("facts: %w", err)
	}
	var tree map[string]any
	if err := json.Unmarshal(content, &tree); err != nil {
		return nil, fmt.Errorf("facts: %w", err)
	}
	return tree, nil
}

// layServices puts a list of services given in the place of the record's, and gives each of its
// facts the source that said it. It takes the list out of over.
func (g Given) layServices(under, over map[string]any, sources map[string][]string) ([]visit.Remark, error) {
	services, ok := over["services"].([]any)
	if !ok {
		return nil, nil
	}
	delete(over, "services")
	stood, _ := under["services"].([]any)
	repeated, err := toTree(coding.Facts{Services: g.Repeats})
	if err != nil {
		return nil, err
	}
	before, _ := repeated["services"].([]any)
	read := maps.Clone(sources)
	maps.DeleteFunc(sources, func(path string, _ []string) bool { return strings.HasPrefix(path, "services[") })
	for i, service := range services {
		fields, _ := service.(map[string]any)
		had := map[string]any{}
		if i < len(before) {
			had, _ = before[i].(map[string]any)
		}
		for field, value := range fields {
			path := fmt.Sprintf("services[%d].%s", i, field)
			switch from, known := read[path]; {
			case !reflect.DeepEqual(had[field], value):
				sources[path] = []string{g.Source}
			case known:
				sources[path] = from
			}
		}
	}
	under["services"] = services
	if len(stood) == 0 || reflect.DeepEqual(stood, services) {
		return nil, nil
	}
	return []visit.Remark{{Resource: g.Source, Text: "services: as given, which differs from the record"}}, nil
}

// layOver writes over's leaves into under, in order of their keys, and notes where they differ.
func layOver(under, over map[string]any, path, source string, sources map[string][]string) []visit.Remark {
	var remarks []visit.Remark
	for _, key := range effective.SortedKeys(over) {
		at := key
		if path != "" {
			at = path + "." + key
		}
		below, isTree := over[key].(map[string]any)
		if have, ok := under[key].(map[string]any); isTree && ok {
			remarks = append(remarks, layOver(have, below, at, source, sources)...)
			continue
		}
		if had, ok := under[key]; ok && !reflect.DeepEqual(had, over[key]) && !isEmpty(had) {
			remarks = append(remarks, visit.Remark{Resource: source, Text: inPlaceOf(at, had, over[key])})
		}
		under[key] = over[key]
		sources[at] = []string{source}
	}
	return remarks
}

// inPlaceOf says what was given against what the record says.
func inPlaceOf(path string, had, given any) string {
	return fmt.Sprintf("%s: %v as given, the record says %v", path, given, had)
}

func isEmpty(value any) bool {
	switch v := value.(type) {
	case []any:
		return len(v) == 0
	case string:
		return v == ""
	}
	return value == nil
}
