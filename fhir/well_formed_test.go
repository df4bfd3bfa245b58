package fhir

import (
	"encoding/json"
	"strings"
	"testing"
)

// The check agrees with that of the standard library but for depth.
func TestWellFormed(t *testing.T) {
	for _, tt := range []string{
		"", " ", "{}", "[]", " { } ", "[ ]", "[1,2]", "[1,]", "[,1]", "[1 2]", `{"a":1}`, `{"a":1,}`, `{"a"}`, `{"a":}`, `{a:1}`, `{,}`, `{"a":1 "b":2}`, `{"a":1,"b":[{}]}`,
		"[}", "{]", "[", "{", "]", "}", "[[]", `{"a":{}`, "1 2", "{}{}", "[]x", "true", "false", "null", "tru", "nul", "truex", "nulL", "0", "-0", "00", "01", "-", "+1", "1.", ".1", "1.5", "1e5",
		"1E+5", "1e-5", "1e", "1e+", "1.5e", "--1", "0x1", "NaN", `""`, `"`, `"a`, `"\"`, `"\""`, `"\x"`, `"\u12"`, `"\u12g4"`, `"\u12aF"`, `"\ud800"`, "\"\x1f\"", "\"\x7f\"", "\"\xff\"", "\"\n\"", "\ufeff{}", "\x00", "[1]\x00", "/**/1", "'a'",
	} {
		if got, want := wellFormed([]byte(tt)), json.Valid([]byte(tt)); got != want {
			t.Errorf("%q: got %t, want %t", tt, got, want)
		}
	}
	for _, levels := range []int{9_999, 10_001, 1_000_000} {
		deep := strings.Repeat("[", levels) + strings.Repeat("]", levels)
		if !wellFormed([]byte(deep)) || wellFormed([]byte(deep[1:])) || wellFormed([]byte(deep[:len(deep)-1])) {
			t.Errorf("%d levels: got the wrong answer", levels)
		}
	}
}

func FuzzWellFormed(f *testing.F) {
	for _, seed := range []string{`{"a":[1,-2.5e+3,{"b":"\u00e4\"\\"}],"c":null}`, `[true,false,null,"",{},[]]`, ` {"resourceType" : "Patient"} `, "[1,]", `{"a":1"b":2}`, `"\ud83d\ude00"`, "-"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if got, want := wellFormed(data), json.Valid(data); got != want && len(data) < 10_000 {
			t.Errorf("%q: got %t, want %t", data, got, want)
		}
	})
}
