package main

import (
	"fmt"
	"strings"

	"github.com/chargenote/chargenote/coding/screening"
	"github.com/chargenote/chargenote/internal/effective"
)

// siteInstruments reads what a site's own codes stand for: "urn:oid:…|1234" to "PHQ-9" for a total, to
// "PHQ-9 item 9" for an item. All faults are returned, each with what comes nearest.
func siteInstruments(said map[string]string) (map[string]screening.Meaning, []string) {
	set, err := screening.Builtin()
	if err != nil {
		return nil, []string{err.Error()}
	}
	meanings := map[string]screening.Meaning{}
	var faults []string
	for _, key := range effective.SortedKeys(said) {
		meaning, err := set.Meant(said[key])
		switch {
		case strings.TrimSpace(key) == "" || strings.TrimSpace(key) != key:
			faults = append(faults, fmt.Sprintf("%q: write it as system|code or as the exact text", key))
		case err != nil:
			faults = append(faults, fmt.Sprintf("%q: %v%s", key, err, nearestInstruments(set, said[key])))
		default:
			meanings[key] = meaning
		}
	}
	return meanings, faults
}

// nearestInstruments says which instruments may have been meant.
func nearestInstruments(set *screening.Set, said string) string {
	said, _, _ = strings.Cut(said, " item ")
	if _, ok := set.ByName(said); ok {
		return "" // the instrument is known: the fault names its items
	}
	var names []name
	for _, i := range set.All() {
		names = append(names, name{shown: i.Name, said: i.Name, about: i.About})
	}
	if near := nearest(said, names); len(near) > 0 {
		return ", did you mean " + strings.Join(near, ", ") + "?"
	}
	return ", chargenote rules lists them by name"
}

// instrumentOptions reads --instrument "SYSTEM|CODE=PHQ-9"; the last = parts the two.
func instrumentOptions(options []string) (map[string]screening.Meaning, error) {
	said := map[string]string{}
	for _, option := range options {
		at := strings.LastIndexByte(option, '=')
		if at < 0 {
			return nil, usage("--instrument %q: write it as %q", option, "SYSTEM|CODE=PHQ-9")
		}
		said[option[:at]] = option[at+1:]
	}
	meanings, faults := siteInstruments(said)
	if len(faults) > 0 {
		return nil, usage("--instrument %s", strings.Join(faults, "; "))
	}
	return meanings, nil
}
