package fhir

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"
)

// An element is a place within a model, with the type of each step.
type element struct {
	path  []string
	lists []bool // the step is a list
	leaf  reflect.Type
}

// elementsOf lists the elements of a model whose own type is wanted. Only the extensions of the resource itself
// are entered, and no type within itself.
func elementsOf(t reflect.Type, wanted func(reflect.Type) bool) []element {
	var all []element
	var enter func(t reflect.Type, at element, open []reflect.Type)
	enter = func(t reflect.Type, at element, open []reflect.Type) {
		for i := range t.NumField() {
			field := t.Field(i)
			if name := jsonName(field); strings.HasSuffix(strings.ToLower(name), "extension") && (len(at.path) > 0 || name != "extension") {
				continue // one is like another
			}
			inner := bare(field.Type)
			list := inner.Kind() == reflect.Slice && inner != rawMessage
			if list {
				inner = bare(inner.Elem())
			}
			step := element{append(slices.Clone(at.path), jsonName(field)), append(slices.Clone(at.lists), list), inner}
			switch {
			case wanted(inner):
				all = append(all, step)
			case inner.Kind() == reflect.Struct && !slices.Contains(open, inner) && len(step.path) < 5:
				enter(inner, step, append(slices.Clone(open), inner))
			}
		}
	}
	enter(t, element{}, []reflect.Type{t})
	return all
}

// resourceWith is a resource of a kind, with everything required in it, and a value at an element.
func (e element) resourceWith(kind string, value any) json.RawMessage {
	tree := required(models[kind])
	tree["resourceType"] = kind
	at, t := tree, models[kind]
	for i, name := range e.path {
		step := value
		if i < len(e.path)-1 {
			t = textType(t, name)
			step = required(t)
		}
		next, _ := step.(map[string]any)
		if e.lists[i] {
			at[name] = []any{step}
		} else {
			at[name] = step
		}
		at = next
	}
	raw, err := json.Marshal(tree)
	if err != nil {
		panic(err)
	}
	return raw
}

// required is an object with the first code of every required code, and what else must be there.
func required(t reflect.Type) map[string]any {
	tree := map[string]any{}
	known := membersOf(t)
	for _, name := range known.requiredNames {
		switch inner := bare(known.types[name]); {
		case isEnum(inner):
			tree[name] = reflect.Zero(inner).MethodByName("Code").Call(nil)[0].String()
		case inner.Kind() == reflect.Slice:
			tree[name] = []any{}
		case inner.Kind() == reflect.String:
			tree[name] = "text/plain"
		default:
			tree[name] = map[string]any{}
		}
	}
	return tree
}

// decodeKind reads an entry by the model of its kind, and gives what was decoded as JSON.
func decodeKind(e *entry) (value any, lenient []string, dates map[string]string, err error) {
	decoders := map[string]func(*entry) (any, []string, error){
		"Binary": asAny[r4.Binary], "Composition": asAny[r4.Composition], "ChargeItem": asAny[r4.ChargeItem], "Condition": asAny[r4.Condition], "Coverage": asAny[r4.Coverage],
		"DocumentReference": asAny[r4.DocumentReference], "Encounter": asAny[r4.Encounter], "Location": asAny[r4.Location],
		"Observation": asAny[r4.Observation], "Organization": asAny[r4.Organization], "Patient": asAny[r4.Patient],
		"Practitioner": asAny[r4.Practitioner], "PractitionerRole": asAny[r4.PractitionerRole], "Procedure": asAny[r4.Procedure],
		"QuestionnaireResponse": asAny[r4.QuestionnaireResponse],
	}
	value, lenient, err = decoders[e.Type](e)
	return value, lenient, e.decoded.dates, err
}

func asAny[T any](e *entry) (any, []string, error) {
	value, lenient, err := decode[T](e)
	return value, lenient, err
}

func recordOf(t *testing.T, raw json.RawMessage) *Record {
	t.Helper()
	record := NewRecord()
	record.Add(raw, "")
	return record
}

// An unknown code at any coded element of any model is named: by a remark, or by the refusal of its
// resource. It is never read as the first code of its list.
func TestUnknownCodesAreNamed(t *testing.T) {
	places := 0
	for _, kind := range slices.Sorted(maps.Keys(models)) {
		for _, e := range elementsOf(models[kind], isEnum) {
			places++
			name := kind + "." + strings.Join(e.path, ".")
			for _, written := range []any{"no-such-code", nil} {
				record := recordOf(t, e.resourceWith(kind, written))
				if len(record.notes) > 0 {
					if written != nil && !strings.Contains(record.notes[0].Text, "not read: ") {
						t.Errorf("%s: got %q", name, record.notes[0].Text)
					}
					continue
				}
				value, lenient, _, err := decodeKind(&record.entries[0])
				if err != nil {
					continue // the reading names it as not read
				}
				if written != nil && !slices.ContainsFunc(lenient, func(said string) bool { return strings.Contains(said, parentOf(e.path)) }) {
					t.Errorf("%s of %v: nothing was said about it: %v", name, written, lenient)
				}
				if codes := codesAt(reflect.ValueOf(value), e.path); !allIn(codes, "unknown") {
					t.Errorf("%s of %v is read as %v", name, written, codes)
				}
			}
		}
	}
	if places < 800 {
		t.Errorf("only %d coded elements were tried, there were more", places)
	}
}

// parentOf is the place of which a remark must speak: of the element, or of the object that falls with it.
func parentOf(path []string) string { return path[0] }

func allIn(codes []string, allowed ...string) bool {
	return !slices.ContainsFunc(codes, func(code string) bool { return !slices.Contains(allowed, code) })
}

// codesAt are the codes that stand at an element of a decoded value.
func codesAt(v reflect.Value, path []string) []string {
	switch v.Kind() {
	case reflect.Interface, reflect.Pointer:
		if v.IsNil() {
			return nil
		}
		return codesAt(v.Elem(), path)
	case reflect.Slice:
		var codes []string
		for i := range v.Len() {
			codes = append(codes, codesAt(v.Index(i), path)...)
		}
		return codes
	}
	if len(path) == 0 {
		return []string{v.MethodByName("Code").Call(nil)[0].String()}
	}
	for i := range v.NumField() {
		if jsonName(v.Type().Field(i)) == path[0] {
			return codesAt(v.Field(i), path[1:])
		}
	}
	return nil
}

// Every element of a model whose name sounds like a date is in the table, or is known to be none.
func TestDateElements(t *testing.T) {
	sounds := regexp.MustCompile(`Date$|DateTime$|Instant$|Time$|^date|^time|^when$|^start$|^end$|^issued$|^authored$|^creat|^lastUpdated$|^event$|Updated$`)
	found := map[string]bool{}
	for kind, model := range models {
		for _, e := range elementsOf(model, func(t reflect.Type) bool { return t.Kind() == reflect.String && t != number }) {
			name, holder := e.path[len(e.path)-1], model
			for _, step := range e.path[:len(e.path)-1] {
				holder = textType(holder, step)
			}
			is := dateKindOf(holder, name) != notDate
			found[name] = found[name] || is
			if sounds.MatchString(name) && !is && notDates[holder] != name {
				t.Errorf("%s.%s sounds like a date and is not in the table", kind, strings.Join(e.path, "."))
			}
		}
	}
	for name := range dateElements {
		if !found[name] {
			t.Errorf("%s is in the table and in no model", name)
		}
	}
}

// A date that is none, at any element of any model, is taken out and named; one that is, is kept.
func TestUnrealDatesAreNamed(t *testing.T) {
	for _, kind := range slices.Sorted(maps.Keys(models)) {
		for _, e := range elementsOf(models[kind], func(t reflect.Type) bool { return t.Kind() == reflect.String && t != number }) {
			holder := models[kind]
			for _, step := range e.path[:len(e.path)-1] {
				holder = textType(holder, step)
			}
			name := e.path[len(e.path)-1]
			of := dateKindOf(holder, name)
			if of == notDate {
				continue
			}
			place := strings.Join(e.path, ".")
			good := map[dateKind]string{calendar: "2024-02-29", timeOfDay: "23:59:60.5"}[of]
			bad := map[dateKind]string{calendar: "2025-02-29", timeOfDay: "24:00:00"}[of]
			for written, wantNamed := range map[string]bool{good: false, bad: true, "": true} {
				record := recordOf(t, e.resourceWith(kind, written))
				if record.Len() != 1 {
					t.Errorf("%s.%s of %q cost the resource: %v", kind, place, written, record.notes)
					continue
				}
				value, lenient, dates, err := decodeKind(&record.entries[0])
				if err != nil {
					t.Errorf("%s.%s of %q: %v", kind, place, written, err)
					continue
				}
				left := false
				for _, said := range lenient {
					left = left || strings.Contains(said, "is left out") && strings.Contains(said, e.path[0])
				}
				if (dates[place] != "") != wantNamed && !left {
					t.Errorf("%s.%s of %q: named %v, want %t", kind, place, written, dates, wantNamed)
				}
				out, err := json.Marshal(value)
				if err != nil {
					t.Fatal(err)
				}
				if wantNamed && written != "" && strings.Contains(string(out), written) != tellsByBeingThere[name] {
					t.Errorf("%s.%s: %q is still in %s", kind, place, written, out)
				}
			}
		}
	}
}

// A number that no answer rests on is left out and named where FHIR does not have it; every other wrong
// number is refused with its resource.
func TestBoundedNumbers(t *testing.T) {
	for _, tt := range []struct{ kind, written, want string }{
		{"Encounter", `"status":"finished","length":{"value":45,"unit":"min"}`, ""},
		{"Encounter", `"status":"finished","length":{"value":-1,"unit":"min"}`, "length.value is not used: it is negative"},
		{"Encounter", `"status":"finished","length":{"value":"45","unit":"min"}`, "length.value is not used: it is no number"},
		{"Encounter", `"status":"finished","length":{"value":true,"unit":"min"}`, "length.value is not used: it is no number"},
		{"Encounter", `"status":"finished","length":{"value":2e9,"unit":"min"}`, "length.value is not used: it is more than 1000000000"},
		{"Encounter", `"status":"finished","length":{"value":1e19,"unit":"min"}`, "refused: length.value is a number out of range"},
		{"Encounter", `"status":"finished","length":{"value":[45]}`, "refused: length.value is a list where a number was expected"},
		{"Encounter", `"status":"finished","diagnosis":[{"condition":{},"rank":1}]`, ""},
		{"Encounter", `"status":"finished","diagnosis":[{"condition":{},"rank":0}]`, "diagnosis.rank is not used: it is less than 1"},
		{"Encounter", `"status":"finished","diagnosis":[{"condition":{},"rank":1.5}]`, "diagnosis.rank is not used: it is no whole number"},
		{"Encounter", `"status":"finished","diagnosis":[{"condition":{},"rank":2.0}]`, "diagnosis.rank is written as a decimal: read as 2"},
		{"Coverage", `"status":"active","beneficiary":{},"order":1`, ""},
		{"Coverage", `"status":"active","beneficiary":{},"order":0`, "order is less than 1: only its place among others is read"},
		{"Coverage", `"status":"active","beneficiary":{},"order":-3`, "order is less than 1: only its place among others is read"},
		{"Coverage", `"status":"active","beneficiary":{},"order":"1"`, "refused: order is a text where a number was expected"},
		{"Coverage", `"status":"active","beneficiary":{},"order":1.5`, "refused: order is no whole number in range"},
		{"Patient", `"telecom":[{"rank":0}]`, "telecom.rank is not used: it is less than 1"},
		{"Patient", `"extension":[{"url":"u","valuePositiveInt":"1"}]`, "extension.valuePositiveInt is not used: it is no number"},
		{"Patient", `"extension":[{"url":"u","valueInteger":"1"}]`, "refused: extension.valueInteger is a text where a number was expected"},
		{"Patient", `"photo":[{"size":-1}]`, "photo.size is not used: it is negative"},
		{"Patient", `"photo":[{"size":3000000000}]`, "photo.size is not used: it is more than 2147483647"},
		{"Location", `"position":{"latitude":91,"longitude":-180}`, "position.latitude is not used: it is more than 90"},
		{"Condition", `"subject":{},"onsetAge":{"value":-2}`, "onsetAge.value is not used: it is negative"},
		{"Observation", `"status":"final","code":{},"valueQuantity":{"value":150,"code":"%"}`, ""},
		{"Observation", `"status":"final","code":{},"valueQuantity":{"value":-2}`, ""},
	} {
		record := recordOf(t, json.RawMessage(`{"resourceType":"`+tt.kind+`",`+tt.written+`}`))
		got := ""
		if record.Len() == 0 {
			got = strings.Replace(record.notes[0].Text, "not read", "refused", 1)
		} else if _, lenient, _, err := decodeKind(&record.entries[0]); err != nil {
			got = err.Error()
		} else {
			got = strings.Join(lenient, "; ")
		}
		if got != tt.want {
			t.Errorf("%s %s: got %q, want %q", tt.kind, tt.written, got, tt.want)
		}
	}
}

// What FHIR R4 requires and records often lack is read around, with a remark, or refused.
func TestMissingMembers(t *testing.T) {
	for _, kind := range slices.Sorted(maps.Keys(models)) {
		full := required(models[kind])
		full["resourceType"] = kind
		for _, name := range slices.Concat(membersOf(models[kind]).requiredNames, missedAloud[kind]) {
			for _, written := range []string{"absent", "null"} {
				tree := maps.Clone(full)
				if delete(tree, name); written == "null" {
					tree[name] = nil
				}
				raw, err := json.Marshal(tree)
				if err != nil {
					t.Fatal(err)
				}
				record := recordOf(t, raw)
				refused := slices.Contains(membersOf(models[kind]).requiredNames, name)
				if refused != (record.Len() == 0) {
					t.Errorf("%s without %s (%s): got %d resources and notes %v, want refused %t", kind, name, written, record.Len(), record.notes, refused)
					continue
				}
				if refused {
					continue
				}
				_, lenient, _, err := decodeKind(&record.entries[0])
				if want := name + " is missing, although FHIR R4 requires it"; err != nil || !slices.Contains(lenient, want) {
					t.Errorf("%s without %s (%s): got %v and error %v, want %q", kind, name, written, lenient, err, want)
				}
			}
		}
	}
}

// What FHIR R5 has elsewhere is guarded by the keys that it has in R4, once it is there.
func TestMovedPartsAreGuarded(t *testing.T) {
	for written, want := range map[string]string{
		`"class":[{"code":"AMB","display":"x"}]`:                                      "",
		`"class":[{"code":"AMB","Code":"VR"}]`:                                        "class has a key that differs from code by case only",
		`"class":[{"code":7}]`:                                                        "class.code is a number where a text was expected",
		`"actualPeriod":{"start":"2025-03-10T14:00:00Z","Start":"x"}`:                 "period has a key that differs from start by case only",
		`"diagnosis":[{"condition":[{"reference":"Condition/c1"}]}]`:                  "",
		`"diagnosis":[{"condition":[{"reference":{"reference":7}}]}]`:                 "diagnosis.condition.reference is a number where a text was expected",
		`"diagnosis":[{"condition":[]}]`:                                              "",
		`"reason":[{"value":[{"concept":{"coding":[{"System":"x","system":"y"}]}}]}]`: "reasonCode.coding has a key that differs from system by case only",
		`"serviceType":[{"concept":{"text":["a"]}}]`:                                  "serviceType.text is a list where a text was expected",
	} {
		record := recordOf(t, json.RawMessage(`{"resourceType":"Encounter","id":"e1","status":"finished",`+written+`}`))
		if record.Len() != 1 {
			t.Errorf("%s: %v", written, record.notes)
			continue
		}
		if _, _, _, err := decodeKind(&record.entries[0]); refusal(err) != want {
			t.Errorf("%s: got %q, want %q", written, refusal(err), want)
		}
	}
}

func TestExtensionsOfPrimitives(t *testing.T) {
	const reason = `{"extension":[{"url":"` + absentReason + `","valueCode":%q}]}`
	raw := fmt.Sprintf(`{"resourceType":"Encounter","id":"e1","status":"finished","period":{"start":"2025-03-10","_end":`+reason+`},
		"statusHistory":[{"status":"arrived","period":{"_start":`+reason+`}},{"status":"finished","period":{"_start":{"extension":[{"url":"u"}]}}}]}`, "unknown", "masked")
	e := &recordOf(t, json.RawMessage(raw)).entries[0]
	for path, want := range map[string]string{
		"period.end": "unknown", "statusHistory.period.start": "masked", "period.start": "", "period": "", "nothing.at.all": "", "status": "",
	} {
		if got := e.absentReasonOf(path); got != want {
			t.Errorf("%s: got reason %q, want %q", path, got, want)
		}
	}
	if got := len(e.extensionsOf("statusHistory.period.start")); got != 2 {
		t.Errorf("got %d extensions of the starts, want those of both", got)
	}
	_, lenient, _, err := decodeKind(e)
	want := []string{"period.end has no value: the record gives the reason unknown", "statusHistory.period.start has no value: the record gives the reason masked"}
	if err != nil || !slices.Equal(lenient, want) {
		t.Errorf("got %q and %v, want %q", lenient, err, want)
	}
}

// What a reason says is the record's, and only a code is repeated.
func TestAbsentReasonIsACode(t *testing.T) {
	record := recordOf(t, json.RawMessage(`{"resourceType":"Observation","id":"o1","code":{},"_status":{"extension":[{"url":"`+absentReason+`","valueCode":"Canary <b>"}]}}`))
	if got := record.notes[0].Text; got != "not read: has no status, and the record gives the reason a code that FHIR does not have" {
		t.Errorf("got %q", got)
	}
}
