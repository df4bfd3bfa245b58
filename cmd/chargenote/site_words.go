package main

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/chargenote/chargenote/coding"
	"github.com/chargenote/chargenote/internal/effective"
)

// siteWordFaults says what is wrong with the maps of a site from its own codes and words to activities and to
// disciplines. A key that can never match is a fault too: the map would be silent.
func siteWordFaults(activities, disciplines map[string]string) []string {
	var faults []string
	for _, key := range effective.SortedKeys(activities) {
		if problem := siteWordProblem(key, knownActivity(activities[key])); problem != "" {
			faults = append(faults, fmt.Sprintf("activities: %q: %s", key, problem))
		}
	}
	for _, key := range effective.SortedKeys(disciplines) {
		if problem := siteWordProblem(key, knownDiscipline(disciplines[key])); problem != "" {
			faults = append(faults, fmt.Sprintf("disciplines: %q: %s", key, problem))
		}
	}
	return faults
}

// siteWordProblem is what is wrong with one entry of a map: its key, else its value.
func siteWordProblem(key string, value error) string {
	_, code, coded := strings.Cut(key, "|")
	switch {
	case strings.TrimSpace(key) != key || key == "" || coded && code == "":
		return `is no code and no words: write "system|code", or the exact text, without spaces around it`
	case value != nil:
		return value.Error()
	}
	return ""
}

// knownActivity is nil for an activity, else an error that names the nearest ones.
func knownActivity(said string) error {
	if coding.KnownActivity(said) {
		return nil
	}
	var names []name
	for _, activity := range coding.Activities() {
		names = append(names, name{shown: activity, said: activity})
	}
	if near := nearest(said, names); len(near) > 0 {
		return fmt.Errorf("%q is no activity, the nearest: %s", said, strings.Join(near, ", "))
	}
	return fmt.Errorf("%q is no activity: write one of them, such as %s", said, coding.ActivityPsychotherapy)
}

// knownDiscipline is nil for a discipline, else an error that names all of them.
func knownDiscipline(said string) error {
	document, err := json.Marshal(map[string]any{"provider": map[string]string{"discipline": said}})
	if err != nil {
		return err
	}
	if _, _, err := coding.DecodePartialFacts(document); err != nil {
		return err
	}
	if said == "" {
		return fmt.Errorf("%q is no discipline", said)
	}
	return nil
}

// activityOptions reads --activity "SYSTEM|CODE=ACTIVITY" and --activity "exact text=ACTIVITY".
func activityOptions(options []string) (map[string]string, error) {
	activities := map[string]string{}
	for _, option := range options {
		at := strings.LastIndex(option, "=")
		if at < 0 {
			return nil, usage(`--activity %q: write it as "SYSTEM|CODE=ACTIVITY" or "exact text=ACTIVITY"`, option)
		}
		key, said := option[:at], option[at+1:]
		if problem := siteWordProblem(key, knownActivity(said)); problem != "" {
			return nil, usage("--activity %q: %s", key, problem)
		}
		if other, twice := activities[key]; twice && other != said {
			return nil, usage("--activity %q: is said to be %s and %s", key, other, said)
		}
		activities[key] = said
	}
	return activities, nil
}
