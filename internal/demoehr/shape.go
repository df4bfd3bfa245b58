package demoehr

import (
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"

	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"
)

// models are the types of resource that the EHR keeps, with the R4 shape of each.
var models = map[string]reflect.Type{
	"Binary":                reflect.TypeFor[r4.Binary](),
	"ChargeItem":            reflect.TypeFor[r4.ChargeItem](),
	"Condition":             reflect.TypeFor[r4.Condition](),
	"Coverage":              reflect.TypeFor[r4.Coverage](),
	"Device":                reflect.TypeFor[r4.Device](),
	"DocumentReference":     reflect.TypeFor[r4.DocumentReference](),
	"Encounter":             reflect.TypeFor[r4.Encounter](),
	"Location":              reflect.TypeFor[r4.Location](),
	"Observation":           reflect.TypeFor[r4.Observation](),
	"Organization":          reflect.TypeFor[r4.Organization](),
	"Patient":               reflect.TypeFor[r4.Patient](),
	"Practitioner":          reflect.TypeFor[r4.Practitioner](),
	"PractitionerRole":      reflect.TypeFor[r4.PractitionerRole](),
	"Procedure":             reflect.TypeFor[r4.Procedure](),
	"Provenance":            reflect.TypeFor[r4.Provenance](),
	"QuestionnaireResponse": reflect.TypeFor[r4.QuestionnaireResponse](),
	"RelatedPerson":         reflect.TypeFor[r4.RelatedPerson](),
}

// kinds lists the types of resource in order of name.
func kinds() []string {
	names := make([]string, 0, len(models))
	for name := range models {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// shapeFaults compares a resource with its R4 shape: elements that R4 does not have, lists where
// one value belongs, required elements that are not there, and codes outside a required value set.
// Whole-sentence answers; none means that the shape holds.
func shapeFaults(r resource) []string {
	model, ok := models[kindOf(r)]
	if !ok {
		return []string{fmt.Sprintf("%s is not kept here", kindOf(r))}
	}
	return objectFaults(kindOf(r), r, model)
}

// objectFaults checks one object against the struct that models it.
func objectFaults(path string, object map[string]any, model reflect.Type) []string {
	var faults []string
	known := map[string]bool{"resourceType": true, "contained": true}
	for i := range model.NumField() {
		field := model.Field(i)
		name, options, _ := strings.Cut(field.Tag.Get("json"), ",")
		known[name], known["_"+name] = true, true
		value, there := object[name]
		at := path + "." + name
		switch {
		case there:
			faults = append(faults, valueFaults(at, value, field.Type)...)
		case options != "omitempty" && object["_"+name] == nil:
			faults = append(faults, fmt.Sprintf("%s is required", at))
		}
	}
	for name := range object {
		if !known[name] {
			faults = append(faults, fmt.Sprintf("%s is not an element of R4", path+"."+name))
		}
	}
	slices.Sort(faults)
	return faults
}

// valueFaults checks one element: a list where the model has a list, an object, a code or a
// primitive value.
func valueFaults(at string, value any, model reflect.Type) []string {
	if model.Kind() == reflect.Pointer {
		return valueFaults(at, value, model.Elem())
	}
	if model.Kind() == reflect.Slice && model.Elem().Kind() != reflect.Uint8 {
		list, ok := value.([]any)
		if !ok {
			return []string{at + " must be a list"}
		}
		if len(list) == 0 {
			return []string{at + " is an empty list"}
		}
		var faults []string
		for i, item := range list {
			faults = append(faults, valueFaults(fmt.Sprintf("%s[%d]", at, i), item, model.Elem())...)
		}
		return faults
	}
	if object, ok := value.(map[string]any); ok {
		if model.Kind() != reflect.Struct {
			return []string{at + " must not be an object"}
		}
		if len(object) == 0 {
			return []string{at + " is empty"}
		}
		return objectFaults(at, object, model)
	}
	return primitiveFaults(at, value, model)
}

var moments = map[string]*regexp.Regexp{
	"date":    regexp.MustCompile(`^\d{4}(-\d{2}(-\d{2}(T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2}))?)?)?$`),
	"instant": regexp.MustCompile(`^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$`),
}

// momentElements are the elements that hold a date or a time, by their last name. The models know
// them only as strings.
var momentElements = map[string]string{
	"birthDate": "date", "start": "date", "end": "date", "date": "date", "occurrenceDateTime": "date",
	"performedDateTime": "date", "effectiveDateTime": "date", "enteredDate": "date", "recordedDate": "date",
	"authored": "date", "creation": "date", "issued": "instant", "recorded": "instant",
}

// primitiveFaults decodes one primitive value into the model's type, so that a code outside its
// value set, a string for a number and the like are told.
func primitiveFaults(at string, value any, model reflect.Type) []string {
	raw, err := json.Marshal(value)
	if err != nil {
		return []string{at + " cannot be read"}
	}
	if err := json.Unmarshal(raw, reflect.New(model).Interface()); err != nil || value == nil {
		if err == nil || model.Kind() != reflect.Int {
			return []string{fmt.Sprintf("%s has a value of the wrong kind", at)}
		}
		return []string{fmt.Sprintf("%s: %s is not a code or a number that R4 allows there", at, raw)}
	}
	word, isText := value.(string)
	if isText && word == "" {
		return []string{at + " is empty"}
	}
	name := at[strings.LastIndex(at, ".")+1:]
	if form, ok := moments[momentElements[name]]; ok && isText && !form.MatchString(word) {
		return []string{at + " is not a FHIR date"}
	}
	return nil
}
