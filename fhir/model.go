package fhir

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"sync"
	"unicode"

	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"
)

// models are the types of resource that are read through the generated models. Every other type is
// kept as JSON.
var models = map[string]reflect.Type{
	"Binary":                reflect.TypeFor[r4.Binary](),
	"ChargeItem":            reflect.TypeFor[r4.ChargeItem](),
	"Composition":           reflect.TypeFor[r4.Composition](),
	"Condition":             reflect.TypeFor[r4.Condition](),
	"Coverage":              reflect.TypeFor[r4.Coverage](),
	"DocumentReference":     reflect.TypeFor[r4.DocumentReference](),
	"Encounter":             reflect.TypeFor[r4.Encounter](),
	"Location":              reflect.TypeFor[r4.Location](),
	"Observation":           reflect.TypeFor[r4.Observation](),
	"Organization":          reflect.TypeFor[r4.Organization](),
	"Patient":               reflect.TypeFor[r4.Patient](),
	"Practitioner":          reflect.TypeFor[r4.Practitioner](),
	"PractitionerRole":      reflect.TypeFor[r4.PractitionerRole](),
	"Procedure":             reflect.TypeFor[r4.Procedure](),
	"QuestionnaireResponse": reflect.TypeFor[r4.QuestionnaireResponse](),
}

// A named resource is what is read of every type without a model: enough to call it by its name.
type namedResource struct {
	ResourceType string `json:"resourceType"`
	ID           string `json:"id"`
	Meta         struct {
		VersionID   string `json:"versionId"`
		LastUpdated string `json:"lastUpdated"`
	} `json:"meta"`
}

// views are the types of resource of which a few members are read, by types of our own.
var views = map[string]reflect.Type{
	"Bundle":           reflect.TypeFor[bundleView](),
	"OperationOutcome": reflect.TypeFor[outcomeView](),
	"Questionnaire":    reflect.TypeFor[questionnaireView](),
}

// typeOf is the type by whose members a resource is guarded.
func typeOf(kind string) reflect.Type {
	if t := models[kind]; t != nil {
		return t
	}
	if t := views[kind]; t != nil {
		return t
	}
	return reflect.TypeFor[namedResource]()
}

// FHIR R4 requires more members than real records have. A missing one of requiredBeside (and every
// missing status) leaves nothing to read: the resource is refused. A missing one of missedAloud is
// read around, because records of care are full of it and the rest of the resource still says
// something; a remark says that it is missing. Required members of R4 that are in neither table:
// Encounter.class, for which the place of the visit has a remark of its own; Coverage.payor, since who
// pays is then said by the type or by nobody; and the codes of nested elements, which the normaliser
// reads as unknown or leaves out with a remark.
var (
	requiredBeside = map[string][]string{
		"Binary":            {"contentType"},
		"ChargeItem":        {"code"},
		"DocumentReference": {"content"},
		"Observation":       {"code"},
	}
	missedAloud = map[string][]string{
		"ChargeItem":                {"subject"},
		"Condition":                 {"subject"},
		"Coverage":                  {"beneficiary"},
		"Procedure":                 {"subject"},
		"DocumentReferenceContent":  {"attachment"},
		"EncounterDiagnosis":        {"condition"},
		"EncounterLocation":         {"location"},
		"EncounterStatusHistory":    {"period"},
		"ObservationComponent":      {"code"},
		"ProcedurePerformer":        {"actor"},
		"QuestionnaireResponseItem": {"linkId"},
	}
)

// choiceNames are the elements that may stand in one type only: valueInteger or valueString.
var choiceNames = []string{"deceased", "effective", "multipleBirth", "occurrence", "onset", "performed", "value"}

var (
	rawMessage = reflect.TypeFor[json.RawMessage]()
	number     = reflect.TypeFor[json.Number]()
	unmarshals = reflect.TypeFor[json.Unmarshaler]()
)

// A memberSet is the keys that a model knows.
type memberSet struct {
	of            reflect.Type
	types         map[string]reflect.Type
	folded        map[string]string // by lower case
	required      map[string]bool
	requiredNames []string
	missed        []string // required by FHIR R4, and read without
	choices       []string
	later         map[string]bool // checked by themselves, each with its own remark
	dates         map[string]dateKind
	numbers       map[string]*numberBounds
}

var knownMembers sync.Map // of reflect.Type to *memberSet

// membersOf gives the keys of a model, and nil where there is none.
func membersOf(t reflect.Type) *memberSet {
	if t == nil {
		return nil
	}
	if m, ok := knownMembers.Load(t); ok {
		return m.(*memberSet)
	}
	m := &memberSet{of: t, types: map[string]reflect.Type{}, folded: map[string]string{}, required: map[string]bool{}, later: map[string]bool{},
		dates: map[string]dateKind{}, numbers: map[string]*numberBounds{}, missed: missedAloud[t.Name()]}
	for i := range t.NumField() {
		field := t.Field(i)
		name := jsonName(field)
		m.types[name] = field.Type
		m.folded[fold(name)] = name
		m.later[name] = field.Tag.Get("guard") == "later"
		m.dates[name] = dateKindOf(t, name)
		m.numbers[name] = boundsOf(t, name)
		if isEnum(field.Type) {
			m.require(name)
		}
		for _, choice := range choiceNames {
			if m.isChoice(choice, name) && !slices.Contains(m.choices, choice) {
				m.choices = append(m.choices, choice)
			}
		}
	}
	if models[t.Name()] == t {
		for _, name := range requiredBeside[t.Name()] {
			m.require(name)
		}
	}
	knownMembers.Store(t, m)
	return m
}

// jsonName is the key of a field in JSON.
func jsonName(field reflect.StructField) string {
	name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
	return name
}

func (m *memberSet) require(name string) {
	m.required[name] = true
	m.requiredNames = append(m.requiredNames, name)
}

func (m *memberSet) isChoice(choice, name string) bool {
	rest, ok := strings.CutPrefix(name, choice)
	return ok && rest != "" && unicode.IsUpper(rune(rest[0])) && m.types[name] != nil
}

// fold is a key without its case, as the decoder of the models compares keys.
func fold(key string) string { return strings.ToLower(strings.ToUpper(key)) }

// bare is a type without its pointer.
func bare(t reflect.Type) reflect.Type {
	for t != nil && t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t
}

// isEnum reports whether t is a generated code, which is a number in Go and a text in JSON.
func isEnum(t reflect.Type) bool {
	return t.Kind() == reflect.Int && reflect.PointerTo(t).Implements(unmarshals)
}

// isCode reports whether an enum has a code.
func isCode(t reflect.Type, code string) bool {
	quoted := []byte(`"` + code + `"`) // not by way of JSON: the models compare letters, and > would be escaped
	return reflect.New(t).Interface().(json.Unmarshaler).UnmarshalJSON(quoted) == nil
}

func kindName(t reflect.Type) string {
	switch {
	case isEnum(t), t.Kind() == reflect.String && t != number:
		return "a text"
	case t.Kind() == reflect.Slice:
		return "a list"
	case t.Kind() == reflect.Struct:
		return "an object"
	case t.Kind() == reflect.Bool:
		return "true or false"
	}
	return "a number"
}

// toleratedShape names the lists of FHIR R5 that are read as the objects of R4, and the concepts of
// R5 that are read as its codes.
func toleratedShape(t reflect.Type, key string) bool {
	switch t {
	case models["Encounter"]:
		return key == "class" || key == "serviceType"
	case reflect.TypeFor[r4.EncounterDiagnosis]():
		return key == "condition" || key == "use"
	case models["DocumentReference"]:
		return key == "context"
	case reflect.TypeFor[r4.DocumentReferenceRelatesTo]():
		return key == "code"
	case reflect.TypeFor[r4.OrganizationContact]():
		return key == "name"
	}
	return false
}
