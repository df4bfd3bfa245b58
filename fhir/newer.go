package fhir

import (
	"fmt"
	"maps"
)

// newerKeys are elements of FHIR R5 that are read as their elements of R4.
var newerKeys = map[string]bool{
	"actor": true, "actualPeriod": true, "attester": true, "encounter": true, "form": true, "insurer": true, "kind": true,
	"occurrenceDateTime": true, "occurrencePeriod": true, "period": true, "reason": true,
}

// olderShape moves the elements of FHIR R5 to where R4 has them, type by type, as far as an answer
// may rest on them. Observation, Condition, QuestionnaireResponse, Patient and Practitioner have what we
// read at the same place in both.
func (n *normaliser) olderShape(m map[string]any, kind string) {
	switch kind {
	case "Encounter":
		n.encounterShape(m)
	case "Procedure":
		n.rename(m, "occurrencePeriod", "performedPeriod")
		n.rename(m, "occurrenceDateTime", "performedDateTime")
		n.reasons(m, asList(m["reason"]))
	case "DocumentReference":
		n.documentShape(m)
	case "Coverage":
		n.coverageShape(m)
	case "ChargeItem":
		n.rename(m, "encounter", "context")
	case "Location":
		n.rename(m, "form", "physicalType")
	case "Organization":
		for _, contact := range objects(m["contact"]) {
			n.first(contact, "name", "contact.name")
		}
	}
}

func (n *normaliser) encounterShape(m map[string]any) {
	n.rename(m, "actualPeriod", "period")
	if list, ok := m["class"].([]any); ok {
		delete(m, "class")
		if coding := firstCoding(list); coding != nil {
			m["class"] = coding
		}
		n.say("class is a list as in FHIR R5: the first is read")
	}
	if list, ok := m["serviceType"].([]any); ok {
		delete(m, "serviceType")
		for _, item := range objects(list) {
			if concept, ok := item["concept"].(map[string]any); ok {
				m["serviceType"] = concept
				break
			}
		}
		n.say("serviceType is a list as in FHIR R5: the first concept is read")
	}
	var values []any
	for _, reason := range objects(m["reason"]) {
		values = append(values, asList(reason["value"])...)
	}
	n.reasons(m, values)
	for _, participant := range objects(m["participant"]) {
		n.rename(participant, "actor", "individual")
	}
	for _, location := range objects(m["location"]) {
		n.rename(location, "form", "physicalType")
	}
	n.diagnosisShape(m)
}

func (n *normaliser) diagnosisShape(m map[string]any) {
	older := []any{}
	for _, diagnosis := range objects(m["diagnosis"]) {
		n.first(diagnosis, "use", "diagnosis.use")
		list, newer := diagnosis["condition"].([]any)
		if !newer {
			older = append(older, diagnosis)
			continue
		}
		read := 0
		for _, condition := range objects(list) {
			if condition["reference"] == nil {
				continue
			}
			one := maps.Clone(diagnosis)
			one["condition"] = condition["reference"]
			if _, plain := condition["reference"].(string); plain {
				one["condition"] = condition // a Reference, where R5 has a CodeableReference
			}
			older = append(older, one)
			read++
		}
		switch {
		case read < len(list):
			n.say("diagnosis is written as in FHIR R5: a condition without a reference is not read")
		case read > 1:
			n.say("diagnosis is written as in FHIR R5: each of its conditions is read")
		default:
			n.say("diagnosis is written as in FHIR R5: the first condition of each is read")
		}
	}
	if _, ok := m["diagnosis"].([]any); ok {
		m["diagnosis"] = older
	}
}

// reasons takes the CodeableReferences of R5 apart into the codes and the references of R4.
func (n *normaliser) reasons(m map[string]any, values []any) {
	if m["reasonCode"] != nil || m["reasonReference"] != nil {
		return
	}
	var codes, references []any
	for _, value := range objects(values) {
		if concept, ok := value["concept"].(map[string]any); ok {
			codes = append(codes, concept)
		}
		if reference, ok := value["reference"].(map[string]any); ok {
			references = append(references, reference)
		}
	}
	if len(codes) > 0 {
		m["reasonCode"] = codes
	}
	if len(references) > 0 {
		m["reasonReference"] = references
	}
	if len(codes)+len(references) > 0 {
		n.say("reason is an element of FHIR R5: read as reasonCode and reasonReference")
	}
}

func (n *normaliser) documentShape(m map[string]any) {
	if m["docStatus"] == "cancelled" || m["docStatus"] == "deprecated" {
		n.refused = fmt.Sprintf("docStatus %s is a code of FHIR R5 for a document that does not hold", m["docStatus"])
	}
	if list, ok := m["context"].([]any); ok {
		m["context"] = map[string]any{"encounter": list}
		n.say("context is a list as in FHIR R5: read as the encounters of the document")
	}
	if context, ok := m["context"].(map[string]any); ok && m["period"] != nil && context["period"] == nil {
		context["period"] = m["period"]
		n.say("period is an element of FHIR R5: read as context.period")
	}
	for _, relation := range objects(m["relatesTo"]) {
		if concept, ok := relation["code"].(map[string]any); ok {
			delete(relation, "code")
			if coding := firstCoding([]any{concept}); coding["code"] != nil {
				relation["code"] = coding["code"]
			}
			n.say("relatesTo.code is a concept as in FHIR R5: its code is read")
		}
	}
	if m["authenticator"] != nil {
		return
	}
	for _, attester := range objects(m["attester"]) {
		if party, ok := attester["party"].(map[string]any); ok {
			m["authenticator"] = party
			n.say("attester is an element of FHIR R5: the first is read as authenticator")
			return
		}
	}
}

// coverageShape reads the kind of coverage that R5 has apart as the type that R4 has for it.
func (n *normaliser) coverageShape(m map[string]any) {
	if m["kind"] == "self-pay" && m["type"] == nil {
		m["type"] = map[string]any{"coding": []any{map[string]any{"system": selfPaySystem, "code": "pay"}}}
		n.say("kind is an element of FHIR R5: self-pay is read as the type of the coverage")
	}
	if insurer, ok := m["insurer"].(map[string]any); ok && m["payor"] == nil {
		m["payor"] = []any{insurer}
		n.say("insurer is an element of FHIR R5: read as payor")
	}
}

// first puts the first of a list where R4 has one object.
func (n *normaliser) first(m map[string]any, key, path string) {
	list, ok := m[key].([]any)
	if !ok {
		return
	}
	delete(m, key)
	if found := objects(list); len(found) > 0 {
		m[key] = found[0]
	}
	n.say("%s is a list as in FHIR R5: the first is read", path)
}

func asList(v any) []any {
	if list, ok := v.([]any); ok && len(list) > 0 {
		return list
	}
	return nil
}

// objects are the objects of a list.
func objects(v any) []map[string]any {
	var list []map[string]any
	for _, item := range asList(v) {
		if m, ok := item.(map[string]any); ok {
			list = append(list, m)
		}
	}
	return list
}

// firstCoding is the first coding of a list of CodeableConcepts, or of Codings.
func firstCoding(list []any) map[string]any {
	for _, concept := range objects(list) {
		if concept["code"] != nil {
			return concept
		}
		for _, coding := range objects(concept["coding"]) {
			return coding
		}
	}
	return nil
}

func (n *normaliser) rename(m map[string]any, newer, older string) {
	value, ok := m[newer]
	if !ok || m[older] != nil {
		return
	}
	delete(m, newer)
	m[older] = value
	n.say("%s is an element of FHIR R5: read as %s", newer, older)
}
