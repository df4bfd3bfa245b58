package integration

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// The systems of what the app writes (they are public surface).
const (
	chargeSystem  = "https://chargenote.dev/fhir/identifier/charge"
	gapNoteSystem = "https://chargenote.dev/fhir/identifier/gap-note"
	modifierURL   = "https://chargenote.dev/fhir/StructureDefinition/charge-modifier"
	cptSystem     = "http://www.ama-assn.org/go/cpt"
	hcpcsSystem   = "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets"
	fhirJSON      = "application/fhir+json"
)

// A record is a FHIR server as the tests ask it, not through the app.
type record struct {
	base   string
	client *http.Client
}

// What the tests read of resources, in shapes of their own.
type (
	reference  struct{ Reference string }
	identifier struct{ System, Value string }
	concept    struct {
		Coding []struct{ System, Code, Display string }
		Text   string
	}
	period     struct{ Start, End string }
	chargeItem struct {
		ID                    string
		Status                string
		Identifier            []identifier
		DefinitionCanonical   []string
		Code                  concept
		Subject               reference
		Context               reference
		OccurrencePeriod      *period
		Performer             []struct{ Actor reference }
		Quantity              struct{ Value float64 }
		Enterer               reference
		SupportingInformation []reference
		Note                  []struct{ Text string }
		Extension             []struct {
			URL                  string
			ValueCodeableConcept concept
		}
		raw json.RawMessage
	}
	documentReference struct {
		ID         string
		Status     string
		DocStatus  string
		Identifier []identifier
		Subject    reference
		Content    []struct {
			Attachment struct {
				ContentType string
				Data        []byte
			}
		}
		Context struct{ Encounter []reference }
		raw     json.RawMessage
	}
	provenance struct {
		ID     string
		Target []reference
		Agent  []struct {
			Who reference
		}
		Entity []struct {
			What reference
		}
		raw json.RawMessage
	}
)

// ask sends one request and returns status and body.
func (r record) ask(t testing.TB, method, path string, body []byte) (int, []byte) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, r.base+path, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Accept", fhirJSON)
	request.Header.Set("Cache-Control", "no-cache")
	if body != nil {
		request.Header.Set("Content-Type", fhirJSON)
	}
	response, err := r.client.Do(request)
	if err != nil {
		t.Fatalf("%s %s: %v", method, path, err)
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatalf("%s %s: %v", method, path, err)
	}
	return response.StatusCode, answer
}

// search is every resource of a kind that meets a query, up to a page that is larger than any test's.
func (r record) search(t testing.TB, kind string, query url.Values) []json.RawMessage {
	t.Helper()
	query.Set("_count", "200")
	status, answer := r.ask(t, http.MethodGet, "/"+kind+"?"+query.Encode(), nil)
	if status != http.StatusOK {
		t.Fatalf("search of %s answers %d: %s", kind, status, answer)
	}
	var bundle struct {
		Entry []struct {
			Resource json.RawMessage
			Search   struct{ Mode string }
		}
		Link []struct{ Relation string }
	}
	if err := json.Unmarshal(answer, &bundle); err != nil {
		t.Fatalf("search of %s: %v", kind, err)
	}
	for _, link := range bundle.Link {
		if link.Relation == "next" {
			t.Fatalf("search of %s has more than one page", kind)
		}
	}
	var found []json.RawMessage
	for _, entry := range bundle.Entry {
		if entry.Search.Mode != "outcome" {
			found = append(found, entry.Resource)
		}
	}
	return found
}

// charges are the ChargeItems of an encounter that carry our identifier.
func (r record) charges(t testing.TB, encounter string) []chargeItem {
	t.Helper()
	return ours(t, r.search(t, "ChargeItem", url.Values{"context": {encounter}}), chargeSystem,
		func(c *chargeItem, raw json.RawMessage) []identifier { c.raw = raw; return c.Identifier })
}

// gapNotes are the DocumentReferences of an encounter that carry our identifier.
func (r record) gapNotes(t testing.TB, encounter string) []documentReference {
	t.Helper()
	return ours(t, r.search(t, "DocumentReference", url.Values{"encounter": {encounter}}), gapNoteSystem,
		func(d *documentReference, raw json.RawMessage) []identifier { d.raw = raw; return d.Identifier })
}

// provenances are those that point at a resource.
func (r record) provenances(t testing.TB, target string) []provenance {
	t.Helper()
	var all []provenance
	for _, raw := range r.search(t, "Provenance", url.Values{"target": {target}}) {
		p := decoded[provenance](t, raw)
		p.raw = raw
		all = append(all, p)
	}
	return all
}

func ours[T any](t testing.TB, found []json.RawMessage, system string, identifiers func(*T, json.RawMessage) []identifier) []T {
	t.Helper()
	var all []T
	for _, raw := range found {
		resource := decoded[T](t, raw)
		for _, id := range identifiers(&resource, raw) {
			if id.System == system {
				all = append(all, resource)
				break
			}
		}
	}
	return all
}

func decoded[T any](t testing.TB, raw json.RawMessage) T {
	t.Helper()
	var value T
	if err := json.Unmarshal(raw, &value); err != nil {
		t.Fatalf("resource: %v", err)
	}
	return value
}

// validate asks the server itself whether a resource follows FHIR R4, and fails on every error.
func (r record) validate(t testing.TB, raw json.RawMessage) {
	t.Helper()
	var head struct{ ResourceType, ID string }
	if err := json.Unmarshal(raw, &head); err != nil {
		t.Fatal(err)
	}
	parameters := fmt.Appendf(nil, `{"resourceType":"Parameters","parameter":[{"name":"resource","resource":%s}]}`, raw)
	status, answer := r.ask(t, http.MethodPost, "/"+head.ResourceType+"/$validate", parameters)
	var outcome struct {
		ResourceType string
		Issue        []struct{ Severity, Diagnostics string }
	}
	if err := json.Unmarshal(answer, &outcome); err != nil || outcome.ResourceType != "OperationOutcome" {
		t.Fatalf("$validate of %s answers %d without an OperationOutcome: %s", head.ResourceType, status, answer)
	}
	if status != http.StatusOK {
		t.Errorf("$validate of %s answers %d", head.ResourceType, status)
	}
	for _, issue := range outcome.Issue {
		if issue.Severity == "error" || issue.Severity == "fatal" {
			t.Errorf("%s is not valid: %s", head.ResourceType, issue.Diagnostics)
		}
	}
}

// empty removes what the app wrote in earlier tests, so that each starts from the same record.
func (r record) empty(t testing.TB) {
	t.Helper()
	var filed []string
	for kind, system := range map[string]string{"ChargeItem": chargeSystem, "DocumentReference": gapNoteSystem} {
		for _, raw := range r.search(t, kind, url.Values{"identifier": {system + "|"}}) {
			filed = append(filed, kind+"/"+decoded[struct{ ID string }](t, raw).ID)
		}
	}
	for _, resource := range filed {
		for _, p := range r.provenances(t, resource) {
			r.delete(t, "Provenance/"+p.ID)
		}
	}
	slices.Sort(filed) // a charge before the note that it points to
	for _, resource := range filed {
		r.delete(t, resource)
	}
}

func (r record) delete(t testing.TB, resource string) {
	t.Helper()
	if status, answer := r.ask(t, http.MethodDelete, "/"+resource, nil); status >= 300 && status != http.StatusGone {
		t.Fatalf("delete of a %s answers %d: %s", strings.SplitN(resource, "/", 2)[0], status, answer)
	}
}

// isTo reports whether a reference points to a resource, by Type/id or by an address that ends so.
func (r reference) isTo(resource string) bool {
	plain, _, _ := strings.Cut(r.Reference, "/_history/")
	return plain == resource || strings.HasSuffix(plain, "/"+resource)
}
