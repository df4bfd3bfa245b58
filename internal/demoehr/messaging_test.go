package demoehr_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/chargenote/chargenote/internal/demoehr"
)

// messageTo sends a message as the chart's window passes it on.
func messageTo(t *testing.T, s site, chart, handle, kind string, payload map[string]any) map[string]any {
	t.Helper()
	body, err := json.Marshal(map[string]any{"messagingHandle": handle, "messageType": kind, "payload": payload})
	if err != nil {
		t.Fatal(err)
	}
	return send(t, "POST", s.base+"/chart/"+chart+"/messages", string(body), map[string]string{"Content-Type": "application/json"}).body
}

// launched is the token response of a launch from the chart of therapy-53.
func launched(t *testing.T, s site) map[string]any {
	t.Helper()
	back, _ := s.authorize(t, s.authorization(t, everything))
	return s.token(t, redemption(back.Get("code"))).body
}

func TestTheWindowTalksToTheApp(t *testing.T) {
	s := start(t, func(o *demoehr.Options) { o.Personality = "scratchpad" })
	launched := launched(t, s)
	if launched["smart_web_messaging_origin"] != s.base {
		t.Errorf("the token response names the origin %v, want %s", launched["smart_web_messaging_origin"], s.base)
	}
	handle, _ := launched["smart_web_messaging_handle"].(string)
	if len(handle) < 20 {
		t.Fatalf("the handle is %q", handle)
	}
	charge := map[string]any{"resource": map[string]any{"resourceType": "ChargeItem", "status": "planned", "context": map[string]any{"reference": "Encounter/therapy-53"},
		"code": map[string]any{"coding": []any{map[string]any{"code": "90837"}}}, "quantity": map[string]any{"value": 1}}}
	ask := func(kind string, payload map[string]any) map[string]any {
		return messageTo(t, s, "therapy-53", handle, kind, payload)
	}
	if got := at(ask("status.handshake", nil), "payload"); got == nil {
		t.Error("the handshake has no payload")
	}
	if got := ask("ui.done", nil); got["close"] != true || at(got, "payload", "status") != "success" {
		t.Errorf("ui.done answers %v", got)
	}
	made := ask("scratchpad.create", charge)
	if at(made, "payload", "status") != "201 Created" || at(made, "payload", "location") != "ChargeItem/s1" {
		t.Fatalf("scratchpad.create answers %v", made)
	}
	if got := ask("scratchpad.read", map[string]any{"location": "ChargeItem/s1"}); at(got, "payload", "resource", "id") != "s1" {
		t.Errorf("scratchpad.read of one answers %v", got)
	}
	if got := ask("scratchpad.read", nil); at(got, "payload", "scratchpad", "type") != "collection" {
		t.Errorf("scratchpad.read of all answers %v", got)
	}
	page := send(t, "GET", s.base+"/chart/therapy-53", "", nil)
	for _, part := range []string{"In the scratchpad", "90837, units: 1", "ChargeItem/s1", `src="/messaging.js"`, `data-app="http://app.test"`} {
		if !strings.Contains(page.text, part) {
			t.Errorf("the chart does not show %q", part)
		}
	}
	if policy := page.header.Get("Content-Security-Policy"); !strings.Contains(policy, "script-src 'self'; connect-src 'self';") || strings.Contains(policy, "unsafe") {
		t.Errorf("the policy is %s", policy)
	}
	if r := send(t, "GET", s.base+"/messaging.js", "", nil); r.status != 200 || !strings.Contains(r.text, "event.origin !== app") {
		t.Errorf("the script answers %d", r.status)
	}

	for name, status := range map[string]string{
		"another handle":     messageStatus(messageTo(t, s, "therapy-53", "guessed", "scratchpad.create", charge)),
		"another chart":      messageStatus(messageTo(t, s, "therapy-52", handle, "scratchpad.create", charge)),
		"another visit":      messageStatus(ask("scratchpad.create", map[string]any{"resource": map[string]any{"resourceType": "ChargeItem", "context": map[string]any{"reference": "Encounter/therapy-52"}}})),
		"another kind":       messageStatus(ask("scratchpad.create", map[string]any{"resource": map[string]any{"resourceType": "Patient"}})),
		"another message":    messageStatus(ask("ui.launchActivity", nil)),
		"nothing to be read": messageStatus(ask("scratchpad.read", map[string]any{"location": "ChargeItem/s9"})),
	} {
		if !strings.HasPrefix(status, "4") && !strings.HasPrefix(status, "5") {
			t.Errorf("%s: %q", name, status)
		}
	}
}

func messageStatus(answer map[string]any) string {
	status, _ := at(answer, "payload", "status").(string)
	return status
}

func TestOnlyOneEHRTalksAndItTakesNoCharge(t *testing.T) {
	general := start(t, nil)
	if got := launched(t, general); got["smart_web_messaging_handle"] != nil {
		t.Error("the general EHR gives out a handle")
	}
	for _, path := range []string{"/messaging.js", "/chart/therapy-53/messages"} {
		if r := send(t, "GET", general.base+path, "", nil); r.status != 404 {
			t.Errorf("%s of the general EHR answers %d", path, r.status)
		}
	}
	s := start(t, func(o *demoehr.Options) { o.Personality = "scratchpad" })
	c := s.client(t, everything)
	charge := `{"resourceType":"ChargeItem","status":"planned","code":{"text":"x"},"subject":{"reference":"Patient/otis-fictum"}}`
	if r := c.call("POST", "/ChargeItem", charge); r.status != 405 {
		t.Errorf("a charge over FHIR: %d, want 405", r.status)
	}
	if r := c.call("POST", "", filing()); r.status != 405 {
		t.Errorf("a charge in a transaction: %d, want 405", r.status)
	}
	statement := send(t, "GET", s.base+"/fhir/metadata", "", nil).body
	rest, _ := at(statement, "rest").([]any)
	resources, _ := rest[0].(map[string]any)["resource"].([]any)
	for _, each := range resources {
		described := each.(map[string]any)
		creates := strings.Contains(toText(t, described["interaction"]), `"create"`)
		if creates == (described["type"] == "ChargeItem") {
			t.Errorf("%v: create is said to be %t", described["type"], creates)
		}
	}
}

func toText(t *testing.T, value any) string {
	t.Helper()
	content, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}
