package demoehr_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
)

const (
	noteURN   = "urn:uuid:7a1c2b9e-1111-4222-8333-000000000001"
	chargeURN = "urn:uuid:7a1c2b9e-1111-4222-8333-000000000002"
)

// filing is a transaction as the app sends it: a note, a charge that points to it, and Provenance
// of both.
func filing() string {
	note := `{"resourceType":"DocumentReference","status":"current","identifier":[{"system":"https://example.test/note","value":"` + noteURN + `"}],
		"subject":{"reference":"Patient/otis-fictum"},"content":[{"attachment":{"contentType":"text/plain","data":"TWFkZSB1cA=="}}],
		"context":{"encounter":[{"reference":"Encounter/therapy-53"}]}}`
	item := strings.Replace(charge("t1"), `"quantity"`, `"supportingInformation":[{"reference":"`+noteURN+`"}],"quantity"`, 1)
	provenance := `{"resourceType":"Provenance","target":[{"reference":"` + chargeURN + `"},{"reference":"` + noteURN + `"}],
		"recorded":"2026-11-20T10:00:00Z","meta":{"tag":[{"system":"https://example.test/run","code":"t1"}]},
		"agent":[{"who":{"reference":"Practitioner/adaeze-okonkwo-reyes"}}]}`
	entry := func(url, kind, condition, body string) string {
		return fmt.Sprintf(`{"fullUrl":%q,"resource":%s,"request":{"method":"POST","url":%q,"ifNoneExist":%q}}`, url, body, kind, condition)
	}
	return `{"resourceType":"Bundle","type":"transaction","entry":[` + strings.Join([]string{
		entry("urn:uuid:7a1c2b9e-1111-4222-8333-000000000003", "Provenance", "_tag=https://example.test/run|t1", provenance),
		entry(chargeURN, "ChargeItem", "identifier=https://example.test/charge|t1", item),
		entry(noteURN, "DocumentReference", "identifier=https://example.test/note|"+noteURN, note),
	}, ",") + `]}`
}

func TestTransactionTwiceFilesOnce(t *testing.T) {
	c := start(t, nil).client(t, everything)
	var places [2][3]any
	for round, want := range []string{"201 Created", "200 OK"} {
		r := c.call("POST", "", filing())
		if r.status != 200 || r.body["type"] != "transaction-response" {
			t.Fatalf("round %d: %d %s", round+1, r.status, r.text)
		}
		for i := range 3 {
			if got := at(r.body, "entry", i, "response", "status"); got != want {
				t.Errorf("round %d, entry %d: got %v, want %s", round+1, i+1, got, want)
			}
			places[round][i] = at(r.body, "entry", i, "response", "location")
		}
	}
	if places[0] != places[1] || places[0][0] == nil {
		t.Errorf("the places differ: %v and %v", places[0], places[1])
	}
	for _, query := range []string{
		"/ChargeItem?context=therapy-53", "/Provenance?_tag=https://example.test/run|t1",
		"/DocumentReference?identifier=https://example.test/note|" + noteURN,
	} {
		if r := c.call("GET", query, ""); total(r) != "1" {
			t.Errorf("%s: %s, want 1", query, total(r))
		}
	}
}

func TestTransactionRewritesReferencesAndNotNames(t *testing.T) {
	c := start(t, nil).client(t, everything)
	c.call("POST", "", filing())
	note := at(c.call("GET", "/DocumentReference?identifier=https://example.test/note|"+noteURN, "").body, "entry", 0, "resource")
	item := at(c.call("GET", "/ChargeItem?context=therapy-53", "").body, "entry", 0, "resource")
	told := at(c.call("GET", "/Provenance?target=ChargeItem/"+at(item, "id").(string), "").body, "entry", 0, "resource")

	place := "DocumentReference/" + at(note, "id").(string)
	if got := at(item, "supportingInformation", 0, "reference"); got != place {
		t.Errorf("the charge points to %v, want %s", got, place)
	}
	if got := at(told, "target", 1, "reference"); got != place {
		t.Errorf("Provenance points to %v, want %s", got, place)
	}
	if got := at(note, "identifier", 0, "value"); got != noteURN {
		t.Errorf("the identifier became %v: a name is no address", got)
	}
}

func TestTransactionIsAllOrNothing(t *testing.T) {
	c := start(t, nil).client(t, everything)
	for _, tt := range []struct {
		name, from, to string
		status         int
	}{
		{"a fault of shape in the last entry", `"status":"current"`, `"status":"fresh"`, 422},
		{"a reference that leads nowhere", `"Encounter/therapy-53"`, `"Encounter/nowhere"`, 400},
		{"a reference to no entry", `{"reference":"` + noteURN + `"}`, `{"reference":"urn:uuid:7a1c2b9e-1111-4222-8333-00000000000f"}`, 400},
		{"a delete", `{"method":"POST","url":"ChargeItem"`, `{"method":"DELETE","url":"ChargeItem/x"`, 405},
		{"no request", `"request":{"method":"POST","url":"ChargeItem","ifNoneExist":"identifier=https://example.test/charge|t1"}`, `"search":{}`, 400},
		{"another type than the address says", `"url":"ChargeItem"`, `"url":"Observation"`, 400},
		{"two of one fullUrl", `"fullUrl":"` + chargeURN + `"`, `"fullUrl":"` + noteURN + `"`, 400},
		{"an unknown kind of Bundle", `"type":"transaction"`, `"type":"collection"`, 400},
	} {
		body := strings.Replace(filing(), tt.from, tt.to, 1)
		if body == filing() {
			t.Fatalf("%s: the case changes nothing", tt.name)
		}
		if r := c.call("POST", "", body); r.status != tt.status {
			t.Errorf("%s: got %d, want %d: %s", tt.name, r.status, tt.status, diagnostics(r))
		}
	}
	if r := c.call("GET", "/ChargeItem", ""); total(r) != "0" {
		t.Errorf("%s charges were left by transactions that failed", total(r))
	}
}

func TestTransactionReadsWhatItWrote(t *testing.T) {
	c := start(t, nil).client(t, everything)
	body := strings.TrimSuffix(filing(), `]}`) +
		`,{"request":{"method":"GET","url":"ChargeItem?identifier=https://example.test/charge|t1"}}
		 ,{"request":{"method":"GET","url":"Patient/otis-fictum"}}]}`
	r := c.call("POST", "", body, "Prefer: return=representation")
	if got := at(r.body, "entry", 3, "resource", "entry", 0, "resource", "resourceType"); got != "ChargeItem" {
		t.Errorf("the search in the transaction found %v", got)
	}
	if got := at(r.body, "entry", 4, "resource", "id"); got != "otis-fictum" {
		t.Errorf("the read in the transaction found %v", got)
	}
	if got := at(r.body, "entry", 1, "resource", "meta", "versionId"); got != "1" {
		t.Errorf("the representation of a write has version %v", got)
	}
}

func TestBatchEntriesStandAlone(t *testing.T) {
	c := start(t, nil).client(t, everything)
	body := `{"resourceType":"Bundle","type":"batch","entry":[
		{"resource":` + charge("b1") + `,"request":{"method":"POST","url":"ChargeItem"}},
		{"resource":` + strings.Replace(charge("b2"), "planned", "fresh", 1) + `,"request":{"method":"POST","url":"ChargeItem"}},
		{"request":{"method":"GET","url":"Observation?encounter=phq9-item-9&_summary=count"}},
		{"request":{"method":"GET","url":"Patient/nobody"}}]}`
	r := c.call("POST", "", body, "Prefer: return=minimal")
	for i, want := range []string{"201 Created", "422 Unprocessable Entity", "200 OK", "404 Not Found"} {
		if got := at(r.body, "entry", i, "response", "status"); got != want {
			t.Errorf("entry %d: got %v, want %s", i+1, got, want)
		}
	}
	if got := at(r.body, "entry", 1, "response", "outcome", "resourceType"); got != "OperationOutcome" {
		t.Errorf("the failed entry has no outcome: %v", got)
	}
}

func TestManyAtOnceFileOnce(t *testing.T) {
	s := start(t, nil)
	c := s.client(t, everything)
	var group sync.WaitGroup
	statuses := make([]int, 8)
	for i := range statuses {
		group.Go(func() { statuses[i] = c.call("POST", "", filing()).status })
	}
	group.Wait()
	for i, status := range statuses {
		if status != 200 {
			t.Errorf("filing %d: %d", i+1, status)
		}
	}
	if r := c.call("GET", "/ChargeItem?context=therapy-53", ""); total(r) != "1" {
		t.Errorf("%s charges after eight filings at once, want 1", total(r))
	}
}

// Each entry of a batch stands for itself: what the token, a fault or the kind of EHR refuses is the outcome of
// that entry alone, and a batch that only reads needs no scope to write.
func TestABatchIsRefusedEntryByEntry(t *testing.T) {
	batch := `{"resourceType":"Bundle","type":"batch","entry":[
		{"request":{"method":"GET","url":"Procedure?encounter=therapy-53"}},
		{"request":{"method":"GET","url":"Observation?encounter=phq9-item-9"}},
		{"request":{"method":"GET","url":"Encounter/therapy-53"}},
		{"request":{"method":"GET","url":"Encounter/none"}},
		{"request":{"method":"GET","url":"Coverage?patient=otis-fictum"}}]}`
	reading := "launch user/Procedure.rs user/Observation.rs user/Encounter.rs"
	s := start(t, nil)
	for _, tt := range []struct {
		personality string
		scope       string
		statuses    [5]string
		whole       int
	}{
		{"", reading, [5]string{"200 OK", "200 OK", "200 OK", "404 Not Found", "403 Forbidden"}, 200},
		{"", "launch user/Encounter.r", [5]string{"403 Forbidden", "403 Forbidden", "200 OK", "404 Not Found", "403 Forbidden"}, 200},
		{"no-observations", reading, [5]string{"200 OK", "403 Forbidden", "200 OK", "404 Not Found", "403 Forbidden"}, 200},
		{"encounter-only", reading, [5]string{"404 Not Found", "200 OK", "200 OK", "404 Not Found", "403 Forbidden"}, 200},
		{"no-transaction", reading, [5]string{}, 405},
	} {
		r := s.as(t, tt.personality).client(t, tt.scope).call("POST", "", batch)
		if r.status != tt.whole {
			t.Errorf("%s: status %d: %s", tt.personality, r.status, r.text)
			continue
		}
		for i, want := range tt.statuses {
			if got := at(r.body, "entry", i, "response", "status"); want != "" && got != want {
				t.Errorf("%s, %s: entry %d: got %v, want %s", tt.personality, tt.scope, i+1, got, want)
			}
		}
		if tt.whole == 200 && at(r.body, "entry", 2, "resource", "id") != "therapy-53" {
			t.Errorf("%s: the third entry holds %v", tt.personality, at(r.body, "entry", 2))
		}
	}
	t.Run("in the shape of R5", func(t *testing.T) {
		r := s.as(t, "r5").client(t, reading).call("POST", "", `{"resourceType":"Bundle","type":"batch","entry":[{"request":{"method":"GET","url":"Encounter?_id=therapy-53"}}]}`)
		if got := at(r.body, "entry", 0, "resource", "entry", 0, "resource", "status"); got != "completed" {
			t.Errorf("the Encounter within a search within a batch has status %v", got)
		}
	})
}
