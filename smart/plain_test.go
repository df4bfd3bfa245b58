package smart

import (
	"strings"
	"testing"
)

func TestPlain(t *testing.T) {
	for _, tt := range []struct{ name, body, want string }{
		{"a token answer", `{"access_token":"a","token_type":"bearer","patient":"1","smart_style":{"a":1,"b":[{"a":1},{"a":2}]}}`, ""},
		{"a key set", `{"keys":[{"kid":"1","e":"AQAB"},{"kid":"2","e":"AQAB"}]}`, ""},
		{"other keys that differ by case are nobody's", `{"colour":1,"Colour":2}`, ""},
		{"a known name deeper down is another", `{"style":{"Scope":1}}`, ""},
		{"no JSON is for the decoder", `{"access_token":`, ""},
		{"nothing", ``, ""},
		{"twice", `{"token_endpoint":"a","token_endpoint":"b"}`, "an answer with a key that stands twice"},
		{"twice by an escape", `{"scope":"a","sc\u006fpe":"b"}`, "an answer with a key that stands twice"},
		{"twice deeper down", `{"keys":[{"kid":"1","kid":"2"}]}`, "an answer with a key that stands twice"},
		{"twice with objects between", `{"issuer":{"a":[{}]},"b":{},"issuer":1}`, "an answer with a key that stands twice"},
		{"another case", `{"Issuer":"a"}`, "an answer with a key that differs from issuer by case only"},
		{"a long s", `{"ſcope":"a"}`, "an answer with a key that differs from scope by case only"},
		{"as deep as may be", `{"a":` + strings.Repeat("[", maxDepth-1) + strings.Repeat("]", maxDepth-1) + `}`, ""},
		{"one level deeper", `{"a":` + strings.Repeat("[", maxDepth) + strings.Repeat("]", maxDepth) + `}`, "an answer of too many parts"},
		{"too many values", `[` + strings.Repeat("1,", maxValues) + `1]`, "an answer of too many parts"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := ""
			if err := plain([]byte(tt.body)); err != nil {
				got = err.Error()
			}
			if got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}
