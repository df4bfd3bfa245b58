package demoehr

import (
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"
)

// A Personality is one of the ways in which EHRs differ, for the eyes of an analyst. Each is an EHR of
// its own: its FHIR base is an issuer that the app has to know, and its record is its own.
type Personality struct {
	ID   string // in the address and in the key of a configuration; empty: the general one
	Name string
	Says string // what is different, in one line
}

// A personality is how the general server is changed into another. What is nil or empty changes nothing.
type personality struct {
	Personality
	faults    []Fault                             // that are on from the start
	kept      func(s *story, r resource) resource // a resource of the seed as this EHR keeps it; nil: not kept
	statement func(resource)                      // changes the CapabilityStatement
	refuses   func(call) error                    // calls that this EHR does not know
	sent      func(resource) resource             // a resource as this EHR sends it
}

var personalities = []personality{
	{Personality: Personality{"", "General FHIR R4 server", "Reads, searches and transactions as R4 describes them; what the other EHRs are compared with."}},
	{
		Personality: Personality{"no-transaction", "No transactions", "Declares no transaction and refuses Bundles: what is filed has to be sent one by one."},
		statement:   func(r resource) { delete(restOf(r), "interaction") },
		refuses: func(c call) error {
			if c.interaction == bundleCall {
				return refuse(http.StatusMethodNotAllowed, "not-supported", "this EHR takes no Bundles")
			}
			return nil
		},
	},
	{
		Personality: Personality{"encounter-only", "No procedures", "Keeps no Procedure: the time is that of the Encounter, and its type is a visit type that only this site knows."},
		kept:        encounterOnly,
		statement:   func(r resource) { dropKind(restOf(r), "Procedure") },
		refuses:     without("Procedure"),
	},
	{
		Personality: Personality{"no-charges", "No charges", "Keeps no ChargeItem, as EHRs whose charges have a door of their own: the lines have to be entered by hand."},
		statement:   func(r resource) { dropKind(restOf(r), "ChargeItem") },
		refuses:     without("ChargeItem"),
	},
	{
		Personality: Personality{"r5", "Encounters in the shape of R5", "Says that it is R4 and sends Encounters as R5 has them: a list of classes, status completed, actualPeriod, actor."},
		sent:        inR5,
	},
	{
		Personality: Personality{"no-observations", "Observations refused", "Answers 403 for every Observation, as where an app was registered without that scope: no screening scores."},
		faults:      []Fault{{Kind: FaultForbidden, Type: "Observation"}},
	},
	{
		Personality: Personality{"utc", "Times in UTC", "Sends every time with a Z: the day and the hour of the clinic come from the zone in the app's configuration."},
		sent:        inUTC,
	},
}

// without refuses every call about a kind of resource, as an EHR that does not keep it.
func without(kind string) func(call) error {
	return func(c call) error {
		if slices.Contains(c.types(), kind) {
			return refuse(http.StatusNotFound, "not-supported", "%s is not kept here", kind)
		}
		return nil
	}
}

// Personalities lists the EHRs that the demo can show, the general one first.
func Personalities() []Personality {
	listed := make([]Personality, 0, len(personalities))
	for _, p := range personalities {
		listed = append(listed, p.Personality)
	}
	return listed
}

// personalityOf finds a personality by its id.
func personalityOf(id string) (personality, bool) {
	for _, p := range personalities {
		if p.ID == id {
			return p, true
		}
	}
	return personality{}, false
}

// keep is a resource of the seed as this EHR keeps it, nil where it does not.
func (p personality) keep(s *story, r resource) resource {
	if p.kept == nil {
		return r
	}
	return p.kept(s, r)
}

// refuse is the refusal of a call that this EHR does not know.
func (p personality) refuse(c call) error {
	if p.refuses == nil {
		return nil
	}
	return p.refuses(c)
}

// send is an answer as this EHR sends it: a resource, or each resource of a Bundle.
func (p personality) send(body resource) resource {
	switch {
	case p.sent == nil || body == nil:
		return body
	case kindOf(body) != "Bundle":
		return p.sent(body)
	}
	changed := maps.Clone(body)
	var entries []any
	for _, item := range values(body, "entry") {
		entry, _ := item.(map[string]any)
		if r, ok := entry["resource"].(map[string]any); ok {
			entry = maps.Clone(entry)
			entry["resource"] = p.sent(r)
		}
		entries = append(entries, entry)
	}
	if len(entries) > 0 {
		changed["entry"] = entries
	}
	return changed
}

// restOf is the one server description of our own CapabilityStatement.
func restOf(statement resource) map[string]any {
	rest, _ := values(statement, "rest")[0].(map[string]any)
	return rest
}

func dropKind(rest map[string]any, kind string) {
	var left []any
	for _, item := range values(rest, "resource") {
		if described, _ := item.(map[string]any); text(described, "type") != kind {
			left = append(left, item)
		}
	}
	rest["resource"] = left
}

// encounterOnly drops the procedures and gives the Encounter the time of the service and the site's
// visit type.
func encounterOnly(s *story, r resource) resource {
	switch kindOf(r) {
	case "Procedure":
		return nil
	case "Encounter":
		s = s.visit(idOf(r))
		changed := maps.Clone(r)
		changed["period"] = object{"start": s.from().Format(time.RFC3339), "end": s.to().Format(time.RFC3339)}
		if s.closed != "" {
			changed["period"] = object{"start": s.from().Format(time.RFC3339), "end": s.closed}
		}
		delete(changed, "statusHistory")
		words := strings.ReplaceAll(s.did[0].activity, "-", " ")
		types, _ := r["type"].([]any)
		changed["type"] = append(slices.Clone(types), concept(visitTypeSystem, "visit-"+s.did[0].activity, words))
		return toResource(changed)
	}
	return r
}

// inR5 gives an Encounter the elements of FHIR R5 Encounter.
func inR5(r resource) resource {
	if kindOf(r) != "Encounter" {
		return r
	}
	e := maps.Clone(r)
	if text(e, "status") == "finished" {
		e["status"] = "completed"
	}
	e["class"] = list(object{"coding": list(e["class"])})
	e["actualPeriod"] = e["period"]
	delete(e, "period")
	delete(e, "statusHistory") // EncounterHistory in R5, a resource of its own
	e["participant"] = eachOf(e["participant"], func(p map[string]any) {
		p["actor"] = p["individual"]
		delete(p, "individual")
	})
	if e["diagnosis"] != nil {
		e["diagnosis"] = eachOf(e["diagnosis"], func(d map[string]any) {
			d["condition"] = list(object{"reference": d["condition"]})
			delete(d, "rank")
		})
	}
	return e
}

// eachOf changes a copy of each object of a list.
func eachOf(items any, change func(map[string]any)) []any {
	var changed []any
	for _, item := range values(items, "") {
		one, _ := item.(map[string]any)
		one = maps.Clone(one)
		change(one)
		changed = append(changed, one)
	}
	return changed
}

var offsetTime = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?[+-]\d{2}:\d{2}$`)

// inUTC writes every time of a resource in UTC.
func inUTC(r resource) resource {
	changed, _ := rewrite(r, "", func(_, s string) string {
		if !offsetTime.MatchString(s) {
			return s
		}
		t, err := time.Parse(time.RFC3339Nano, s)
		if err != nil {
			return s
		}
		return t.UTC().Format(time.RFC3339Nano)
	}).(map[string]any)
	return changed
}
