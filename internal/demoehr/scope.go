package demoehr

import (
	"net/url"
	"slices"
	"strings"
)

// A scope is permission for some interactions on one type of resource, in the grammar of SMART
// version 1 (user/Patient.read) or version 2 (user/Observation.rs?category=survey).
type scope struct {
	asked   string     // as it came
	context string     // patient or user
	kind    string     // resource type, or *
	letters string     // of c r u d s
	filter  url.Values // what the resource must meet; empty: nothing
}

// plainScopes are granted as they are asked for.
var plainScopes = []string{
	"launch", "launch/patient", "launch/encounter", "openid", "fhirUser", "profile", "online_access", "offline_access",
}

// parseScope reads a scope for resources; not ok where it follows neither grammar.
func parseScope(asked string) (scope, bool) {
	s := scope{asked: asked}
	body, query, hasQuery := strings.Cut(asked, "?")
	context, rest, ok := strings.Cut(body, "/")
	kind, letters, ok2 := strings.Cut(rest, ".")
	if !ok || !ok2 || context != "patient" && context != "user" || kind != "*" && !isTypeName(kind) {
		return s, false
	}
	s.context, s.kind = context, kind
	switch letters {
	case "read":
		s.letters = "rs"
	case "write":
		s.letters = "cud"
	case "*":
		s.letters = "cruds"
	default:
		if !inOrder(letters, "cruds") {
			return s, false
		}
		s.letters = letters
	}
	if hasQuery {
		filter, err := url.ParseQuery(query)
		if err != nil || len(filter) == 0 {
			return s, false
		}
		s.filter = filter
	}
	return s, true
}

// inOrder says whether letters are some of all, each at most once and in that order.
func inOrder(letters, all string) bool {
	at := -1
	for _, l := range letters {
		next := strings.IndexRune(all, l)
		if next <= at {
			return false
		}
		at = next
	}
	return letters != ""
}

// grantable is the part of the asked scopes that this server gives, in the order asked.
func grantable(asked string) []string {
	var granted []string
	for _, word := range strings.Fields(asked) {
		s, ok := parseScope(word)
		known := slices.Contains(plainScopes, word) || ok && (s.kind == "*" || models[s.kind] != nil)
		if known && !slices.Contains(granted, word) {
			granted = append(granted, word)
		}
	}
	return granted
}

// A grant is what one access token permits.
type grant struct {
	scopes  []scope
	patient string // of the launch; patient/ scopes reach no further
	base    string
}

func newGrant(granted []string, patient, base string) grant {
	g := grant{patient: patient, base: base}
	for _, word := range granted {
		if s, ok := parseScope(word); ok {
			g.scopes = append(g.scopes, s)
		}
	}
	return g
}

// permits says whether any scope gives the letter on the type, whatever its filter.
func (g grant) permits(letter byte, kind string) bool {
	return slices.ContainsFunc(g.scopes, func(s scope) bool { return s.gives(letter, kind) })
}

func (s scope) gives(letter byte, kind string) bool {
	return (s.kind == "*" || s.kind == kind) && strings.IndexByte(s.letters, letter) >= 0
}

// reaches says whether a scope gives the letter on this very resource.
func (g grant) reaches(letter byte, r resource) bool {
	kind := kindOf(r)
	if kind == "OperationOutcome" {
		return true
	}
	for _, s := range g.scopes {
		if !s.gives(letter, kind) || s.context == "patient" && !g.ofPatient(r) {
			continue
		}
		if met, err := meetsAll(kind, r, s.filter, g.base); err == nil && met {
			return true
		}
	}
	return false
}

// outsideCompartment are the types that belong to no single patient.
var outsideCompartment = []string{"Binary", "Device", "Location", "Organization", "Practitioner", "PractitionerRole", "Provenance"}

// ofPatient says whether a resource belongs to the patient of the launch, or to none.
func (g grant) ofPatient(r resource) bool {
	if slices.Contains(outsideCompartment, kindOf(r)) {
		return true
	}
	if kindOf(r) == "Patient" {
		return g.patient != "" && idOf(r) == g.patient
	}
	for _, element := range []string{"subject", "patient", "beneficiary"} {
		for _, ref := range texts(r, element+".reference") {
			kind, id, ok := splitReference(ref)
			return ok && kind == "Patient" && id == g.patient
		}
	}
	return false
}

// missing says which scope would permit a call.
func missing(letter byte, kind string) error {
	v1 := "read"
	if strings.IndexByte("cud", letter) >= 0 {
		v1 = "write"
	}
	return refuse(403, "forbidden", "the token lacks the scope user/%s.%c (version 1: user/%s.%s) or its patient/ twin", kind, letter, kind, v1)
}

func notYours(kind string) error {
	return refuse(403, "forbidden", "this %s is outside of what the token's scopes reach", kind)
}

// check holds a call against the grant before it runs: the type and the letter, and for a write
// the resource itself. Entries of a Bundle are checked one by one.
func (g grant) check(c call) error {
	switch c.interaction {
	case bundleCall:
		calls, err := entryCalls(c.body)
		if err != nil {
			return err
		}
		for i, entry := range calls {
			if err := g.check(entry.call); err != nil {
				return inEntry(i, err)
			}
		}
		return nil
	case pageCall:
		return nil // the answer is filtered
	case validateCall:
		if !g.permits('c', c.kind) && !g.permits('u', c.kind) && !g.permits('r', c.kind) {
			return missing('c', c.kind)
		}
		return nil
	case createCall, updateCall:
		if !g.permits(c.need(), c.kind) {
			return missing(c.need(), c.kind)
		}
		if !g.reaches(c.need(), c.body) {
			return notYours(c.kind)
		}
		return nil
	default:
		if !g.permits(c.need(), c.kind) {
			return missing(c.need(), c.kind)
		}
		return nil
	}
}
