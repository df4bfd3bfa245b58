package demoehr

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// largestAnswer is the most that a server behind us may answer, in bytes.
const largestAnswer = 32 << 20

// An upstream is a real FHIR server that has no login of its own. Calls reach it after token and
// scopes were checked; its addresses are replaced by ours on the way back, and ours by its on the
// way there.
type upstream struct {
	base   string // of the real server
	ours   string // our FHIR base
	client *http.Client
}

func newUpstream(base, ours string) *upstream {
	return &upstream{
		base: strings.TrimSuffix(base, "/"), ours: ours,
		client: &http.Client{
			Timeout:       time.Minute,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
}

func (u *upstream) answer(ctx context.Context, c call) (answer, error) {
	a, err := u.send(ctx, c)
	if err != nil || a.body == nil || c.visible == nil || a.status >= 400 {
		return a, err
	}
	return filtered(a, c)
}

// send passes one call on.
func (u *upstream) send(ctx context.Context, c call) (answer, error) {
	method, address := u.address(c)
	var body io.Reader
	if c.body != nil {
		raw, err := json.Marshal(u.toUpstream(c.body))
		if err != nil {
			return answer{}, fmt.Errorf("pass on: %w", err)
		}
		body = bytes.NewReader(raw)
	}
	request, err := http.NewRequestWithContext(ctx, method, address, body)
	if err != nil {
		return answer{}, refuse(400, "invalid", "the address cannot be passed on")
	}
	request.Header.Set("Accept", "application/fhir+json")
	request.Header.Set("Cache-Control", "no-cache")
	if c.body != nil {
		request.Header.Set("Content-Type", "application/fhir+json")
	}
	for name, value := range map[string]string{
		"If-None-Exist": c.ifNoneExist, "If-Match": c.ifMatch, "Prefer": c.prefer,
	} {
		if value != "" {
			request.Header.Set(name, value)
		}
	}
	response, err := u.client.Do(request)
	if err != nil {
		return answer{}, refuse(502, "transient", "the server behind the demo EHR does not answer")
	}
	defer func() { _ = response.Body.Close() }()
	return u.receive(response)
}

// address is where a call goes on the real server.
func (u *upstream) address(c call) (method, address string) {
	switch c.interaction {
	case searchCall:
		return "GET", u.base + "/" + c.kind + "?" + u.query(c).Encode()
	case pageCall:
		return "GET", u.base + "?" + c.query.Encode()
	case createCall:
		return "POST", u.base + "/" + c.kind
	case updateCall:
		return "PUT", u.base + "/" + c.kind + "/" + c.id
	case bundleCall:
		return "POST", u.base
	case validateCall:
		return "POST", u.base + "/" + c.kind + "/$validate"
	case vreadCall:
		return "GET", u.base + "/" + c.kind + "/" + c.id + "/_history/" + c.version
	default:
		return "GET", u.base + "/" + c.kind + "/" + c.id
	}
}

// passedHeaders are the headers of an answer that reach the client.
var passedHeaders = []string{"ETag", "Last-Modified", "Location", "Content-Location", "Retry-After"}

func (u *upstream) receive(response *http.Response) (answer, error) {
	a := answer{status: response.StatusCode, header: http.Header{}}
	for _, name := range passedHeaders {
		if value := response.Header.Get(name); value != "" {
			a.header.Set(name, u.in(value))
		}
	}
	raw, err := io.ReadAll(io.LimitReader(response.Body, largestAnswer+1))
	if err != nil || len(raw) > largestAnswer {
		return answer{}, refuse(502, "transient", "the answer of the server behind the demo EHR broke off or is too large")
	}
	if len(bytes.TrimSpace(raw)) == 0 {
		return a, nil
	}
	body, err := decodeResource(bytes.NewReader(raw))
	if err != nil {
		return answer{}, refuse(502, "transient", "the server behind the demo EHR did not answer with FHIR JSON (status %d)", response.StatusCode)
	}
	a.body = u.fromUpstream(body)
	return a, nil
}

// metadata is the real server's CapabilityStatement with our address and our security in it.
func (u *upstream) metadata(ctx context.Context, auth endpoints) (answer, error) {
	request, err := http.NewRequestWithContext(ctx, "GET", u.base+"/metadata", nil)
	if err != nil {
		return answer{}, fmt.Errorf("metadata: %w", err)
	}
	request.Header.Set("Accept", "application/fhir+json")
	response, err := u.client.Do(request)
	if err != nil {
		return answer{}, refuse(502, "transient", "the server behind the demo EHR does not answer")
	}
	defer func() { _ = response.Body.Close() }()
	a, err := u.receive(response)
	if err != nil {
		return answer{}, err
	}
	for _, rest := range values(a.body, "rest") {
		if rest, ok := rest.(map[string]any); ok && text(rest, "mode") == "server" {
			rest["security"] = security(auth)
		}
	}
	return a, nil
}

// query is a search with addresses under our base replaced.
func (u *upstream) query(c call) url.Values {
	moved := url.Values{}
	for name, wanted := range c.query {
		for _, value := range wanted {
			moved.Add(name, u.out(value))
		}
	}
	return moved
}

func (u *upstream) in(s string) string  { return rebase(s, u.base, u.ours) }
func (u *upstream) out(s string) string { return rebase(s, u.ours, u.base) }

func (u *upstream) fromUpstream(r resource) resource {
	changed, _ := rewrite(r, "", func(_, s string) string { return u.in(s) }).(map[string]any)
	return changed
}

func (u *upstream) toUpstream(r resource) resource {
	changed, _ := rewrite(r, "", func(_, s string) string { return u.out(s) }).(map[string]any)
	return changed
}

// rebase moves an address from one base to another; what is no address under the base stays.
func rebase(s, from, to string) string {
	rest, ok := strings.CutPrefix(s, from)
	if ok && (rest == "" || rest[0] == '/' || rest[0] == '?') {
		return to + rest
	}
	return s
}

// filtered takes out of an answer what the caller may not see: entries of a Bundle, or all of a
// single resource.
func filtered(a answer, c call) (answer, error) {
	if c.interaction == validateCall {
		return a, nil
	}
	if kindOf(a.body) != "Bundle" {
		if !writes(c) && !c.visible(a.body) {
			return answer{}, notYours(kindOf(a.body))
		}
		return a, nil
	}
	entries, _ := a.body["entry"].([]any)
	kept := make([]any, 0, len(entries))
	for _, item := range entries {
		entry, _ := item.(map[string]any)
		if mayKeep(entry, c) {
			kept = append(kept, item)
		} else if c.interaction == bundleCall { // the entries of an answer keep their places
			delete(entry, "resource")
			kept = append(kept, item)
		}
	}
	if len(kept) < len(entries) {
		delete(a.body, "total")
	}
	if len(kept) == 0 {
		delete(a.body, "entry")
	} else {
		a.body["entry"] = kept
	}
	return a, nil
}

// mayKeep says whether the caller may see what an entry holds; a search result within an entry is
// filtered in turn.
func mayKeep(entry map[string]any, c call) bool {
	inner, ok := entry["resource"].(map[string]any)
	switch {
	case !ok || isWriteAnswer(entry):
		return true
	case kindOf(inner) == "Bundle":
		nested, err := filtered(answer{body: inner}, call{interaction: searchCall, visible: c.visible})
		entry["resource"] = nested.body
		return err == nil
	default:
		return c.visible(inner)
	}
}

// isWriteAnswer says whether an entry answers a write: the caller sent that resource itself.
func isWriteAnswer(entry map[string]any) bool {
	response, _ := entry["response"].(map[string]any)
	return text(response, "location") != ""
}
