package review

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/chargenote/chargenote/coding"
	"github.com/chargenote/chargenote/internal/effective"
	"github.com/chargenote/chargenote/internal/visit"
)

// Given is what a person says over the record: a facts document of which any part may be there.
type Given struct {
	Source   string    // as the sources of a fact name it, such as "--facts" or "answer of Practitioner/d1"
	By       string    // who or what says so, such as "--facts said.json" or "Practitioner/d1"; Source where empty
	At       time.Time // when it was said; zero where that is not known
	Question string    // id of the question that it answers; empty where it answers none
	JSON     []byte    // read by coding.DecodePartialFacts before

	// Repeats are the services that the list of services repeats: only what differs from them is
	// said by this source. None: the list replaces the record's as a whole.
	Repeats []coding.Service

	Adds bool // the list of services is beside those that stand
}

// saidBy reports whether one of the sources of a fact is a person or an option, and not the record.
func saidBy(given []Given, sources []string) bool {
	return slices.ContainsFunc(given, func(g Given) bool { return slices.Contains(sources, g.Source) })
}

// Laid are facts of a record with what persons said over them.
type Laid struct {
	Facts    coding.Facts
	Asserted []Assertion    // what was said and stands, in the order of paths
	Remarks  []visit.Remark // where that differs from the record, or from what another said
}

// Overlay lays what was given over the record's facts, the later over the earlier. A key given wins,
// and where the record said something else the difference is noted; null, an empty text and an empty
// list say nothing. A list of services replaces the record's as a whole. The sources of a given fact
// are the Given's Source.
func Overlay(facts coding.Facts, given ...Given) (Laid, error) {
	if len(given) == 0 {
		return Laid{Facts: facts}, nil
	}
	o, err := newOverlay(facts)
	if err != nil {
		return Laid{}, err
	}
	for _, g := range given {
		over, err := g.said()
		if err != nil {
			return Laid{}, err
		}
		if services, ok := over[servicesKey].([]any); ok {
			delete(over, servicesKey)
			if err := o.layServices(g, services); err != nil {
				return Laid{}, err
			}
		}
		o.layOver(g, o.under, over, "")
	}
	return o.laid()
}

// servicesKey is the one list of a facts document.
const servicesKey = "services"

// said is what a source says, without what says nothing.
func (g Given) said() (map[string]any, error) {
	if _, _, err := coding.DecodePartialFacts(g.JSON); err != nil {
		return nil, fmt.Errorf("facts of %s: %w", g.Source, err)
	}
	var over map[string]any
	if err := json.Unmarshal(g.JSON, &over); err != nil {
		return nil, fmt.Errorf("facts of %s: %w", g.Source, err)
	}
	delete(over, "sources")
	dropEmpty(over)
	return over, nil
}

// dropEmpty takes out of a tree what says nothing, and reports whether all of it did.
func dropEmpty(tree any) bool {
	switch v := tree.(type) {
	case map[string]any:
		maps.DeleteFunc(v, func(_ string, below any) bool { return dropEmpty(below) })
		return len(v) == 0
	case []any:
		for _, below := range v {
			dropEmpty(below)
		}
		return len(v) == 0
	case string:
		return v == ""
	}
	return tree == nil
}

// An overlay is the facts of a record while others are laid over them.
type overlay struct {
	record  map[string]any // as it was read, by the keys of a facts document
	read    map[string][]string
	under   map[string]any // as it stands
	sources map[string][]string

	asserted map[string]Assertion // by path
	replaced []visit.Remark       // what one said and a later one says otherwise
}

func newOverlay(facts coding.Facts) (*overlay, error) {
	o := &overlay{read: facts.Sources, sources: maps.Clone(facts.Sources), asserted: map[string]Assertion{}}
	if o.sources == nil {
		o.sources = map[string][]string{}
	}
	facts.Sources = nil
	var err error
	if o.record, err = toTree(facts); err != nil {
		return nil, err
	}
	o.under, err = toTree(facts) // a copy of its own
	return o, err
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

// laid is the outcome.
func (o *overlay) laid() (Laid, error) {
	merged, err := json.Marshal(o.under)
	if err != nil {
		return Laid{}, fmt.Errorf("facts: %w", err)
	}
	var laid Laid
	if err := json.Unmarshal(merged, &laid.Facts); err != nil {
		return Laid{}, fmt.Errorf("facts: %w", err)
	}
	laid.Facts.Sources = o.sources
	laid.Asserted = slices.SortedFunc(maps.Values(o.asserted), func(a, b Assertion) int { return comparePaths(a.Fact, b.Fact) })
	laid.Remarks = o.replaced
	for _, a := range laid.Asserted {
		if a.Differs() {
			laid.Remarks = append(laid.Remarks, visit.Remark{Resource: a.source, Text: a.againstRecord()})
		}
	}
	slices.SortStableFunc(laid.Remarks, func(a, b visit.Remark) int { return cmp.Compare(a.Resource, b.Resource) })
	return laid, nil
}

// layOver writes over's leaves into under.
func (o *overlay) layOver(g Given, under, over map[string]any, path string) {
	for _, key := range effective.SortedKeys(over) {
		at := key
		if path != "" {
			at = path + "." + key
		}
		below, isTree := over[key].(map[string]any)
		if !isTree {
			under[key] = over[key]
			o.assert(g, at, over[key], valueAt(o.record, at))
			continue
		}
		have, ok := under[key].(map[string]any)
		if !ok {
			have = map[string]any{}
			under[key] = have
		}
		o.layOver(g, have, below, at)
	}
}

// assert keeps that a source says a fact, and what the record says of it. What an earlier source said
// otherwise stands no more, and is named.
func (o *overlay) assert(g Given, path string, value, record any) {
	if earlier, ok := o.asserted[path]; ok && !sameValue(path, earlier.Value, value) {
		o.replaced = append(o.replaced, visit.Remark{Resource: earlier.source,
			Text: fmt.Sprintf("%s: not used, since %s says otherwise", path, g.Source)})
	}
	a := Assertion{Fact: path, Value: value, By: cmp.Or(g.By, g.Source), Question: g.Question, Over: record, source: g.Source}
	if !g.At.IsZero() {
		a.At = g.At.Format(time.RFC3339)
	}
	if record != nil {
		a.OverSources = o.readFrom(path)
	}
	o.asserted[path] = a
	o.sources[path] = []string{g.Source}
}

// readFrom is where the record's value of a path was read; of the list of services, that of all of it.
func (o *overlay) readFrom(path string) []string {
	if path != servicesKey {
		return o.read[path]
	}
	var all []string
	for at, sources := range o.read {
		if strings.HasPrefix(at, servicesKey+"[") {
			all = append(all, sources...)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// layServices lays a list of services over the one that stands: as a whole, or where it repeats a
// list, what it says otherwise.
func (o *overlay) layServices(g Given, services []any) error {
	if g.Adds {
		o.addServices(g, services)
		return nil
	}
	if len(g.Repeats) > 0 {
		return o.amendServices(g, services)
	}
	maps.DeleteFunc(o.sources, func(path string, _ []string) bool { return strings.HasPrefix(path, servicesKey+"[") })
	maps.DeleteFunc(o.asserted, func(path string, _ Assertion) bool { return strings.HasPrefix(path, servicesKey+"[") })
	var record any
	if list, _ := o.record[servicesKey].([]any); len(list) > 0 {
		record = list
	}
	o.assert(g, servicesKey, services, record)
	delete(o.sources, servicesKey) // its facts have their sources one by one
	for i, service := range services {
		fields, _ := service.(map[string]any)
		for field := range fields {
			o.sources[servicePath(i, field)] = []string{g.Source}
		}
	}
	o.under[servicesKey] = slices.Clone(services)
	return nil
}

// addServices puts services behind those that stand. What is asserted of each is its minutes.
func (o *overlay) addServices(g Given, services []any) {
	under, _ := o.under[servicesKey].([]any)
	for _, service := range services {
		at := len(under)
		under = append(under, service)
		fields, _ := service.(map[string]any)
		o.assert(g, servicePath(at, "minutes"), fields["minutes"], nil)
		for field := range fields {
			o.sources[servicePath(at, field)] = []string{g.Source}
		}
	}
	o.under[servicesKey] = under
}

// amendServices changes what a list says otherwise than the one that it repeats, and leaves all else.
func (o *overlay) amendServices(g Given, services []any) error {
	repeats, err := toTree(coding.Facts{Services: g.Repeats})
	if err != nil {
		return err
	}
	before, _ := repeats[servicesKey].([]any)
	under, _ := o.under[servicesKey].([]any)
	beyond := min(len(under), len(services)) // services that stand no more are missed only where something was said of them
	if len(services) != len(before) || len(under) > len(services) || !reflect.DeepEqual(services[beyond:], before[beyond:]) {
		return fmt.Errorf("facts of %s: services: not those of the visit any more", g.Source)
	}
	for i := range under {
		had, _ := before[i].(map[string]any)
		says, _ := services[i].(map[string]any)
		stands, _ := under[i].(map[string]any)
		for _, field := range effective.SortedKeys(says) {
			if reflect.DeepEqual(had[field], says[field]) {
				continue
			}
			stands[field] = says[field]
			o.assert(g, servicePath(i, field), says[field], o.recordOfService(i, field))
			if field == "minutes" {
				o.dropTimes(i, stands)
			}
		}
	}
	return nil
}

// recordOfService is what the record says of a fact of a service; nothing where its list was replaced.
func (o *overlay) recordOfService(i int, field string) any {
	list, _ := o.record[servicesKey].([]any)
	if _, replaced := o.asserted[servicesKey]; replaced || i >= len(list) {
		return nil
	}
	fields, _ := list[i].(map[string]any)
	return fields[field]
}

// dropTimes takes start and end out of a service whose minutes were said otherwise: they would
// contradict what was said.
func (o *overlay) dropTimes(i int, service map[string]any) {
	var between coding.Service
	content, err := json.Marshal(service)
	if err != nil || json.Unmarshal(content, &between) != nil || between.Minutes == nil {
		return
	}
	said := *between.Minutes
	if between.Minutes = nil; minutesKnown(between) == nil || *minutesKnown(between) == said {
		return
	}
	for _, field := range []string{"start", "end"} {
		delete(service, field)
		delete(o.sources, servicePath(i, field))
		delete(o.asserted, servicePath(i, field))
	}
}

func servicePath(i int, field string) string { return fmt.Sprintf("%s[%d].%s", servicesKey, i, field) }

// valueAt is the value under a path of objects, and nil where there is none.
func valueAt(tree map[string]any, path string) any {
	key, rest, more := strings.Cut(path, ".")
	if !more {
		return tree[key]
	}
	below, _ := tree[key].(map[string]any)
	return valueAt(below, rest)
}
