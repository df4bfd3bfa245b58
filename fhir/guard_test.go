package fhir_test

import (
	"strings"
	"testing"

	"github.com/chargenote/chargenote/fhir"
)

// observationWith is a good Observation with one more member.
func observationWith(member string) string {
	return `{"resourceType":"Observation","id":"o1","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"44261-6"}]}` + member + `}`
}

func TestGuard(t *testing.T) {
	for _, tt := range []struct {
		name, kind, resource, want string
	}{
		{"good", "Observation", observationWith(`,"valueInteger":14`), ""},
		{"any type", "", observationWith(""), ""},
		{"unknown type", "", `{"resourceType":"Basic","id":"b"}`, ""},
		{"unknown member", "", observationWith(`,"somethingNew":{"a":[1,2]}`), ""},
		{"unknown code is for the decoder", "", strings.Replace(observationWith(""), "final", "signed", 1), ""},
		{"primitive extension", "", observationWith(`,"_status":{"extension":[{"url":"u","valueString":"x"}]}`), ""},
		{"R5 class", "", `{"resourceType":"Encounter","status":"completed","class":[{"coding":[{"code":"AMB"}]}]}`, ""},
		{"contained", "", observationWith(`,"contained":[{"resourceType":"Patient","id":"p"}]`), ""},

		{"no JSON", "", `{"resourceType":`, "is not JSON"},
		{"two values", "", `{"resourceType":"Patient"} {}`, "is not JSON"},
		{"a list", "", `[]`, "is not a FHIR resource: a JSON object was expected"},
		{"no type", "", `{"id":"x"}`, "resourceType is missing"},
		{"type is no text", "", `{"resourceType":1}`, "resourceType is missing"},
		{"type is no name", "", `{"resourceType":"<b>"}`, "resourceType is not the name of a resource"},
		{"another type", "Encounter", observationWith(""), "resourceType is Observation where Encounter was expected"},
		{"type by another case", "", `{"resourceType":"Patient","ResourceType":"Observation"}`, "has a key that differs from resourceType by case only"},
		{"key by another case", "", observationWith(`,"STATUS":"final"`), "has a key that differs from status by case only"},
		{"key by a long s", "", observationWith(`,"ſtatus":"final"`), "has a key that differs from status by case only"},
		{"deep key by another case", "", observationWith(`,"valueQuantity":{"Value":1}`), "valueQuantity has a key that differs from value by case only"},
		{"doubled key", "", observationWith(`,"status":"final"`), "has a key twice: status"},
		{"doubled key by escape", "", observationWith(`,"st\u0061tus":"final"`), "has a key twice: status"},
		{"deep doubled key", "", observationWith(`,"extension":[{"url":"a","url":"b"}]`), "extension has a key twice: url"},
		{"doubled key in contained", "", observationWith(`,"contained":[{"resourceType":"Patient","id":"a","id":"b"}]`), "contained has a key twice: id"},
		{"no status", "", `{"resourceType":"Observation","code":{"text":"x"}}`, "has no status"},
		{"status is null", "", `{"resourceType":"Observation","status":null,"code":{"text":"x"}}`, "status is missing"},
		{"status by extension alone", "", `{"resourceType":"Observation","_status":{},"code":{"text":"x"}}`, "has no status"},
		{"no code", "", `{"resourceType":"Observation","status":"final"}`, "has no code"},
		{"contained without status", "", observationWith(`,"contained":[{"resourceType":"Procedure","id":"p"}]`), "contained has no status"},
		{"contained without type", "", observationWith(`,"contained":[{"id":"p"}]`), "contained holds a resource without resourceType"},
		{"status is a number", "", `{"resourceType":"Observation","status":1,"code":{"text":"x"}}`, "status is a number where a text was expected"},
		{"text for a number", "", observationWith(`,"valueQuantity":{"value":"14"}`), "valueQuantity.value is a text where a number was expected"},
		{"text for an integer", "", observationWith(`,"valueInteger":"14"`), "valueInteger is a text where a number was expected"},
		{"half an integer", "", observationWith(`,"valueInteger":14.5`), "valueInteger is no whole number in range"},
		{"integer out of range", "", observationWith(`,"valueInteger":3000000000`), "valueInteger is no whole number in range"},
		{"huge exponent", "", observationWith(`,"valueQuantity":{"value":1e9999}`), "valueQuantity.value is a number out of range"},
		{"huge number", "", observationWith(`,"valueQuantity":{"value":` + strings.Repeat("9", 40) + `}`), "valueQuantity.value is a number out of range"},
		{"two values of one choice", "", observationWith(`,"valueInteger":14,"valueString":"14"`), "has both valueInteger and valueString"},
		{"object for a list", "", observationWith(`,"component":{"code":{}}`), "component is an object where a list was expected"},
		{"list for an object", "", observationWith(`,"subject":[]`), "subject is a list where an object was expected"},
		{"no UTF-8", "", observationWith(",\"valueString\":\"\xff\""), "valueString is not UTF-8"},
		{"half a character", "", observationWith(`,"valueString":"\ud800"`), "valueString holds half of a character"},
		{"a whole character", "", observationWith(`,"valueString":"\ud83d\ude00"`), ""},
		{"the replacement character itself", "", observationWith(`,"valueString":"\ufffd"`), ""},
		{"Bundle without type", "Bundle", `{"resourceType":"Bundle","entry":[]}`, ""},
		{"doubled key of a Bundle", "Bundle", `{"resourceType":"Bundle","type":"batch","type":"batch"}`, "has a key twice: type"},
		{"bad entry of a good Bundle", "Bundle", `{"resourceType":"Bundle","type":"batch","entry":[{"resource":{"resourceType":"Observation","a":1,"a":2}}]}`, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := ""
			if err := fhir.Guard([]byte(tt.resource), tt.kind, fhir.DefaultLimits()); err != nil {
				got = err.Error()
			}
			if got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestGuardLimits(t *testing.T) {
	limits := fhir.DefaultLimits()
	nested := func(levels int) string {
		return observationWith(`,"x":` + strings.Repeat("[", levels) + strings.Repeat("]", levels))
	}
	empty := func(n int) string {
		return observationWith(`,"extension":[` + strings.TrimSuffix(strings.Repeat("{},", n), ",") + `]`)
	}
	for _, tt := range []struct {
		name, resource, want string
	}{
		{"last level", nested(limits.Depth - 1), ""},
		{"one level more", nested(limits.Depth), "is deeper than 64 levels"},
		{"ten thousand levels", nested(9_000), "is deeper than 64 levels"},
		{"many values", empty(19_000), ""},
		{"too many values", empty(20_001), "holds more than 20000 values"},
		{"too many bytes", observationWith(`,"valueString":"` + strings.Repeat("x", limits.Bytes) + `"`), "is larger than 8388608 bytes"},
		{"too many keys", `{"resourceType":"Basic"` + manyKeys(300) + `}`, "has more than 256 keys"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := ""
			if err := fhir.Guard([]byte(tt.resource), "", limits); err != nil {
				got = err.Error()
			}
			if got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func manyKeys(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(`,"k`)
		b.WriteString(strings.Repeat("a", i))
		b.WriteString(`":1`)
	}
	return b.String()
}

// No message of the guard repeats what a resource says.
func TestGuardKeepsContentOutOfMessages(t *testing.T) {
	const canary = "Canary-Name-4711"
	for _, resource := range []string{
		`{"resourceType":"` + canary + `"}`,
		observationWith(`,"` + canary + `":1,"` + canary + `":2`),
		observationWith(`,"valueInteger":"` + canary + `"`),
		observationWith(`,"status":"` + canary + `"`),
		`{"resourceType":"Patient","name":"` + canary + `"}`,
	} {
		err := fhir.Guard([]byte(resource), "", fhir.DefaultLimits())
		if err == nil || strings.Contains(err.Error(), canary) {
			t.Errorf("%s: got %v, want an error without the content", resource, err)
		}
	}
}
