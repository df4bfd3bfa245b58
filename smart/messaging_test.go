package smart_test

import (
	"strings"
	"testing"

	"github.com/chargenote/chargenote/smart"
)

// What a token response says of SMART Web Messaging is taken whole or not at all, and the log says why not.
func TestMessaging(t *testing.T) {
	const origin, handle = "smart_web_messaging_origin", "smart_web_messaging_handle"
	for _, tt := range []struct {
		name string
		says map[string]any
		want smart.Messaging
		why  string
	}{
		{"nothing said", map[string]any{}, smart.Messaging{}, ""},
		{"both", map[string]any{origin: "https://ehr.example", handle: "bws8YC"}, smart.Messaging{Origin: "https://ehr.example", Handle: "bws8YC"}, ""},
		{"a port that goes without saying", map[string]any{origin: "https://EHR.example:443", handle: "h"}, smart.Messaging{Origin: "https://ehr.example", Handle: "h"}, ""},
		{"another origin", map[string]any{origin: "https://evil.example", handle: "canary"}, smart.Messaging{}, "not among frame_ancestors"},
		{"another port", map[string]any{origin: "https://ehr.example:8443", handle: "canary"}, smart.Messaging{}, "not among frame_ancestors"},
		{"a host below", map[string]any{origin: "https://x.ehr.example", handle: "canary"}, smart.Messaging{}, "not among frame_ancestors"},
		{"in the clear", map[string]any{origin: "http://ehr.example", handle: "canary"}, smart.Messaging{}, "neither https nor loopback"},
		{"anybody", map[string]any{origin: "*", handle: "canary"}, smart.Messaging{}, "not scheme and host alone"},
		{"a path", map[string]any{origin: "https://ehr.example/x", handle: "canary"}, smart.Messaging{}, "not scheme and host alone"},
		{"a slash", map[string]any{origin: "https://ehr.example/", handle: "canary"}, smart.Messaging{}, "not scheme and host alone"},
		{"a name before the host", map[string]any{origin: "https://me@ehr.example", handle: "canary"}, smart.Messaging{}, "not scheme and host alone"},
		{"no origin", map[string]any{handle: "canary"}, smart.Messaging{}, "not scheme and host alone"},
		{"an origin of another kind", map[string]any{origin: 7, handle: "canary"}, smart.Messaging{}, "not scheme and host alone"},
		{"no handle", map[string]any{origin: "https://ehr.example"}, smart.Messaging{}, "the handle is missing"},
		{"a handle of another kind", map[string]any{origin: "https://ehr.example", handle: []any{"canary"}}, smart.Messaging{}, "the handle is missing"},
		{"a handle of two lines", map[string]any{origin: "https://ehr.example", handle: "canary\nx"}, smart.Messaging{}, "the handle is missing"},
		{"an endless handle", map[string]any{origin: "https://ehr.example", handle: strings.Repeat("x", 1025)}, smart.Messaging{}, "the handle is missing"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := newClock()
			ehr := newEHRServer(t, c)
			ehr.response = func(r map[string]any) {
				for name, value := range tt.says {
					r[name] = value
				}
			}
			a := newApp(t, c, entry(ehr))
			if got := a.open(a.browser(), ehr).Messaging; got != tt.want {
				t.Errorf("got %+v, want %+v", got, tt.want)
			}
			log := a.log.text()
			if strings.Contains(log, "web messaging left out") != (tt.why != "") || !strings.Contains(log, tt.why) || strings.Contains(log, "canary") || strings.Contains(log, "evil.example") {
				t.Errorf("the log must say %q and quote nothing:\n%s", tt.why, log)
			}
		})
	}
}
