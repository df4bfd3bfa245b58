package smart

import (
	"net/url"
	"slices"
	"strings"
)

// A permission is one resource scope, read from either grammar: patient/Observation.read or user/ChargeItem.crs?a=b.
type permission struct {
	level   string // patient, user or system
	subject string // resource type, or *
	letters string // among c r u d s
	only    string // the search that narrows it, in one order; empty: all of the type
}

// parsePermission reads a resource scope; everything else, as openid or launch, is not one.
// SMART App Launch 2.2, "Scopes for requesting FHIR Resources": the letters stand in the order c r u d s.
func parsePermission(scope string) (permission, bool) {
	name, query, narrowed := strings.Cut(scope, "?")
	level, rest, ok := strings.Cut(name, "/")
	if !ok || (level != "patient" && level != "user" && level != "system") {
		return permission{}, false
	}
	subject, letters, ok := strings.Cut(rest, ".")
	if !ok || subject == "" || (subject != "*" && !isTypeName(subject)) {
		return permission{}, false
	}
	p := permission{level: level, subject: subject, letters: letters}
	switch letters { // the first grammar, and what it means in the second
	case "read":
		p.letters = "rs"
	case "write":
		p.letters = "cud"
	case "*":
		p.letters = "cruds"
	default:
		if !ordered(letters) {
			return permission{}, false
		}
	}
	if narrowed {
		values, err := url.ParseQuery(query)
		if err != nil || len(values) == 0 {
			return permission{}, false
		}
		p.only = values.Encode()
	}
	return p, true
}

// ordered tells whether letters are some of c r u d s, each once and in that order.
func ordered(letters string) bool {
	last := -1
	for _, letter := range letters {
		at := strings.IndexRune("cruds", letter)
		if at <= last {
			return false
		}
		last = at
	}
	return last >= 0
}

// isTypeName tells whether s looks like the name of a resource type.
func isTypeName(s string) bool {
	if s == "" || s[0] < 'A' || s[0] > 'Z' {
		return false
	}
	for _, c := range s {
		if (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') {
			return false
		}
	}
	return true
}

// covers tells whether whoever has p has q.
func (p permission) covers(q permission) bool {
	if p.level != q.level || (p.subject != "*" && p.subject != q.subject) || (p.only != "" && p.only != q.only) {
		return false
	}
	for _, letter := range q.letters {
		if !strings.ContainsRune(p.letters, letter) {
			return false
		}
	}
	return true
}

// Granted tells whether the EHR granted the scope, in whichever grammar it answered. The letters of one scope may be
// granted in several; a scope narrowed by a search covers only the same search.
func (l *Launch) Granted(scope string) bool {
	if slices.Contains(l.Scopes, scope) {
		return true
	}
	want, ok := parsePermission(scope)
	if !ok {
		return false
	}
	for _, letter := range want.letters {
		one := want
		one.letters = string(letter)
		if !slices.ContainsFunc(l.Scopes, func(granted string) bool {
			have, ok := parsePermission(granted)
			return ok && have.covers(one)
		}) {
			return false
		}
	}
	return true
}

// may tells whether some granted scope, narrowed or not, has the letter for the type.
func (l *Launch) may(letter, resourceType string) bool {
	return slices.ContainsFunc(l.Scopes, func(granted string) bool {
		p, ok := parsePermission(granted)
		return ok && p.level != "system" && (p.subject == "*" || p.subject == resourceType) && strings.Contains(p.letters, letter)
	})
}

// CanRead tells whether resources of this type, or some of them, may be read by id.
func (l *Launch) CanRead(resourceType string) bool { return l.may("r", resourceType) }

// CanSearch tells whether resources of this type, or some of them, may be searched.
func (l *Launch) CanSearch(resourceType string) bool { return l.may("s", resourceType) }

// CanCreate tells whether resources of this type may be created. Without a named user it is false whatever was granted:
// nothing is written in nobody's name.
func (l *Launch) CanCreate(resourceType string) bool {
	return l.User != "" && l.may("c", resourceType)
}

// CanUpdate tells whether resources of this type, or some of them, may be changed; by nobody it is as false as CanCreate.
func (l *Launch) CanUpdate(resourceType string) bool {
	return l.User != "" && l.may("u", resourceType)
}
