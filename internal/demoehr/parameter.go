package demoehr

import (
	"strings"
	"time"
)

// The kinds of search parameter.
const (
	tokenParameter     = "token"
	referenceParameter = "reference"
	dateParameter      = "date"
	stringParameter    = "string"
)

// A parameter says where in a resource a search looks.
type parameter struct {
	kind   string
	paths  []string
	target string // the one type that a reference parameter named after it means
}

func token(paths ...string) parameter     { return parameter{kind: tokenParameter, paths: paths} }
func reference(paths ...string) parameter { return parameter{kind: referenceParameter, paths: paths} }
func date(paths ...string) parameter      { return parameter{kind: dateParameter, paths: paths} }
func words(paths ...string) parameter     { return parameter{kind: stringParameter, paths: paths} }
func patient(paths ...string) parameter {
	return parameter{kind: referenceParameter, paths: paths, target: "Patient"}
}

// everyType are the parameters that every type has.
var everyType = map[string]parameter{
	"_id":          token("id"),
	"_tag":         token("meta.tag"),
	"_lastUpdated": date("meta.lastUpdated"),
}

// parameters are the search parameters of each type, under their R4 names.
var parameters = map[string]map[string]parameter{
	"Binary": {},
	"ChargeItem": {
		"identifier": token("identifier"), "code": token("code"), "status": token("status"),
		"patient": patient("subject"), "subject": reference("subject"), "context": reference("context"),
		"occurrence": date("occurrenceDateTime", "occurrencePeriod"), "entered-date": date("enteredDate"),
		"performer-actor": reference("performer.actor"), "enterer": reference("enterer"),
	},
	"Condition": {
		"identifier": token("identifier"), "code": token("code"), "category": token("category"),
		"clinical-status": token("clinicalStatus"), "verification-status": token("verificationStatus"),
		"patient": patient("subject"), "subject": reference("subject"), "encounter": reference("encounter"),
		"onset-date": date("onsetDateTime", "onsetPeriod"), "recorded-date": date("recordedDate"),
	},
	"Coverage": {
		"identifier": token("identifier"), "status": token("status"), "type": token("type"),
		"beneficiary": patient("beneficiary"), "patient": patient("beneficiary"),
		"subscriber": reference("subscriber"), "payor": reference("payor"),
	},
	"Device": {"identifier": token("identifier"), "patient": patient("patient"), "status": token("status")},
	"DocumentReference": {
		"identifier": token("identifier", "masterIdentifier"), "status": token("status"), "type": token("type"), "category": token("category"),
		"patient": patient("subject"), "subject": reference("subject"), "encounter": reference("context.encounter"),
		"date": date("date"), "period": date("context.period"), "author": reference("author"),
		"relatesto": reference("relatesTo.target"), "related": reference("context.related"),
	},
	"Encounter": {
		"identifier": token("identifier"), "status": token("status"), "class": token("class"), "type": token("type"),
		"patient": patient("subject"), "subject": reference("subject"), "date": date("period"),
		"participant": reference("participant.individual"), "location": reference("location.location"),
		"practitioner": {referenceParameter, []string{"participant.individual"}, "Practitioner"},
		"diagnosis":    reference("diagnosis.condition"),
	},
	"Location": {"identifier": token("identifier"), "name": words("name"), "type": token("type"), "status": token("status")},
	"Observation": {
		"identifier": token("identifier"), "status": token("status"), "code": token("code"), "category": token("category"),
		"patient": patient("subject"), "subject": reference("subject"), "encounter": reference("encounter"),
		"date": date("effectiveDateTime", "effectivePeriod", "effectiveInstant"), "performer": reference("performer"),
		"has-member": reference("hasMember"), "derived-from": reference("derivedFrom"), "part-of": reference("partOf"),
	},
	"Organization": {"identifier": token("identifier"), "name": words("name"), "type": token("type")},
	"Patient": {
		"identifier": token("identifier"), "name": words("name.text", "name.family", "name.given"), "family": words("name.family"),
		"given": words("name.given"), "birthdate": date("birthDate"), "gender": token("gender"),
	},
	"Practitioner": {
		"identifier": token("identifier"), "name": words("name.text", "name.family", "name.given"), "family": words("name.family"),
	},
	"PractitionerRole": {
		"identifier": token("identifier"), "specialty": token("specialty"), "role": token("code"), "active": token("active"),
		"practitioner": {referenceParameter, []string{"practitioner"}, "Practitioner"}, "organization": reference("organization"),
	},
	"Procedure": {
		"identifier": token("identifier"), "status": token("status"), "code": token("code"), "category": token("category"),
		"patient": patient("subject"), "subject": reference("subject"), "encounter": reference("encounter"),
		"date": date("performedDateTime", "performedPeriod"), "performer": reference("performer.actor"), "part-of": reference("partOf"),
	},
	"Provenance": {
		"target": reference("target"), "patient": patient("target"), "recorded": date("recorded"), "agent": reference("agent.who"), "entity": reference("entity.what"),
	},
	"QuestionnaireResponse": {
		"identifier": token("identifier"), "status": token("status"), "questionnaire": words("questionnaire"),
		"patient": patient("subject"), "subject": reference("subject"), "encounter": reference("encounter"),
		"authored": date("authored"), "author": reference("author"),
	},
	"RelatedPerson": {"identifier": token("identifier"), "patient": patient("patient")},
}

func parameterOf(kind, name string) (parameter, bool) {
	if p, ok := everyType[name]; ok {
		return p, true
	}
	p, ok := parameters[kind][name]
	return p, ok
}

// meets says whether a resource has what one alternative of a search value asks for.
func (p parameter) meets(r resource, wanted, base string) bool {
	for _, path := range p.paths {
		for _, value := range values(r, path) {
			switch p.kind {
			case tokenParameter:
				if tokenMeets(value, wanted) {
					return true
				}
			case referenceParameter:
				if referenceMeets(value, wanted, p.target, base) {
					return true
				}
			case dateParameter:
				if dateMeets(value, wanted) {
					return true
				}
			case stringParameter:
				if s, ok := value.(string); ok && strings.HasPrefix(strings.ToLower(s), strings.ToLower(wanted)) {
					return true
				}
			}
		}
	}
	return false
}

// tokenMeets compares a code, Coding, CodeableConcept or Identifier with code, system|code, |code
// or system|.
func tokenMeets(value any, wanted string) bool {
	system, code, hasSystem := strings.Cut(wanted, "|")
	if !hasSystem {
		system, code = "", wanted
	}
	same := func(gotSystem, gotCode string) bool {
		return (!hasSystem || gotSystem == system) && (code == "" && hasSystem || gotCode == code)
	}
	switch value := value.(type) {
	case string:
		return same("", value) || hasSystem && system != "" && value == code // a code element's system is fixed by its value set
	case bool:
		return wanted == map[bool]string{true: "true", false: "false"}[value]
	case map[string]any:
		if codings, ok := value["coding"]; ok {
			for _, coding := range values(codings, "") {
				if tokenMeets(coding, wanted) {
					return true
				}
			}
			return false
		}
		if v, ok := value["value"].(string); ok { // Identifier
			return same(text(value, "system"), v)
		}
		return same(text(value, "system"), text(value, "code"))
	}
	return false
}

// referenceMeets compares a Reference with id, Type/id or an address under our base.
func referenceMeets(value any, wanted, target, base string) bool {
	object, ok := value.(map[string]any)
	if !ok {
		return false
	}
	kind, id, ok := splitReference(strings.TrimPrefix(text(object, "reference"), base+"/"))
	if !ok || target != "" && kind != target {
		return false
	}
	wanted = strings.TrimPrefix(wanted, base+"/")
	return wanted == id || wanted == kind+"/"+id
}

// clinic is the zone in which a search date without one is read.
var clinic = time.FixedZone("EST", -5*3600)

// A span is the time that a FHIR date, instant or period covers: from is in it, to is not. A zero
// end is open.
type span struct{ from, to time.Time }

// readSpan reads a FHIR date of any precision.
func readSpan(s string) (span, bool) {
	for _, form := range []struct {
		layout string
		next   func(time.Time) time.Time
	}{
		{time.RFC3339, func(t time.Time) time.Time { return t.Add(time.Second) }},
		{"2006-01-02T15:04:05", func(t time.Time) time.Time { return t.Add(time.Second) }},
		{"2006-01-02T15:04Z07:00", func(t time.Time) time.Time { return t.Add(time.Minute) }},
		{"2006-01-02T15:04", func(t time.Time) time.Time { return t.Add(time.Minute) }},
		{"2006-01-02", func(t time.Time) time.Time { return t.AddDate(0, 0, 1) }},
		{"2006-01", func(t time.Time) time.Time { return t.AddDate(0, 1, 0) }},
		{"2006", func(t time.Time) time.Time { return t.AddDate(1, 0, 0) }},
	} {
		if t, err := time.ParseInLocation(form.layout, s, clinic); err == nil {
			return span{t, form.next(t)}, true
		}
	}
	return span{}, false
}

// spanOf is the time that an element covers.
func spanOf(value any) (span, bool) {
	switch value := value.(type) {
	case string:
		return readSpan(value)
	case map[string]any: // Period
		var s span
		start, startOK := readSpan(text(value, "start"))
		end, endOK := readSpan(text(value, "end"))
		if startOK {
			s.from = start.from
		}
		if endOK {
			s.to = end.to
		}
		return s, startOK || endOK
	}
	return span{}, false
}

// datePrefixes are the comparisons that a date search may begin with.
const datePrefixes = "eq ne ge le gt lt sa eb"

func splitDatePrefix(wanted string) (prefix, rest string) {
	if len(wanted) > 2 && strings.Contains(datePrefixes, wanted[:2]) {
		return wanted[:2], wanted[2:]
	}
	return "eq", wanted
}

// dateMeets compares the time that an element covers with the time that a search value covers, as
// R4 section 3.1.1.4.5 says.
func dateMeets(value any, wanted string) bool {
	prefix, rest := splitDatePrefix(wanted)
	asked, ok := readSpan(rest)
	if !ok {
		return false
	}
	have, ok := spanOf(value)
	if !ok {
		return false
	}
	opens, ends := !have.from.IsZero(), !have.to.IsZero()
	within := opens && ends && !have.from.Before(asked.from) && !have.to.After(asked.to)
	switch prefix {
	case "eq":
		return within
	case "ne":
		return !within
	case "ge":
		return !ends || have.to.After(asked.from)
	case "gt":
		return !ends || have.to.After(asked.to)
	case "le":
		return !opens || have.from.Before(asked.to)
	case "lt":
		return !opens || have.from.Before(asked.from)
	case "sa":
		return opens && !have.from.Before(asked.to)
	case "eb":
		return ends && !have.to.After(asked.from)
	}
	return false
}
