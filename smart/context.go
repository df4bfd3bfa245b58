package smart

import (
	"net/url"
	"slices"
	"strings"

	"golang.org/x/oauth2"
)

// readContext copies the launch context of a token response into the record. Every part is optional on the wire, and
// what is not of the right kind counts as not said.
func (e *ehr) readContext(r *Record, token *oauth2.Token) *Error {
	text := func(name string) string { s, _ := token.Extra(name).(string); return s }

	r.Patient = contextID("Patient", text("patient"))
	if r.Patient == "" {
		return e.fail(NoPatient, "no patient in the token response", advicePatient)
	}
	r.Encounter = contextID("Encounter", text("encounter"))
	r.Intent, r.Tenant = text("intent"), text("tenant")
	switch banner := token.Extra("need_patient_banner").(type) {
	case bool:
		r.HideBanner = !banner
	case string:
		r.HideBanner = banner == "false"
	}
	if u, err := url.Parse(text("smart_style_url")); err == nil && e.ours(u) {
		r.StyleURL = u.String()
	}
	r.FHIRContext = contextItems(token.Extra("fhirContext"))
	if token.Extra("scope") == nil { // RFC 6749, 5.1: then it is what was asked
		r.Scopes = slices.Clone(e.scopes())
	}
	return nil
}

// contextID reads a logical id; some servers write the whole reference.
func contextID(kind, value string) string {
	value = strings.TrimPrefix(value, kind+"/")
	if !validID(value) {
		return ""
	}
	return value
}

// contextItems reads fhirContext: objects, and plain references as older drafts had them.
func contextItems(value any) []ContextItem {
	list, _ := value.([]any)
	var items []ContextItem
	for _, one := range list[:min(len(list), 100)] {
		var item ContextItem
		switch v := one.(type) {
		case string:
			item.Reference = v
		case map[string]any:
			item.Reference, _ = v["reference"].(string)
			item.Canonical, _ = v["canonical"].(string)
			item.Type, _ = v["type"].(string)
			item.Role, _ = v["role"].(string)
		}
		if item == (ContextItem{}) {
			continue
		}
		if item.Role == "" {
			item.Role = "launch"
		}
		items = append(items, item)
	}
	return items
}
