package demoehr_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/chargenote/chargenote/internal/demoehr"
)

func TestReadAndUnknown(t *testing.T) {
	c := start(t, nil).client(t, everything)
	r := c.call("GET", "/Encounter/therapy-53", "")
	if r.status != 200 || r.header.Get("ETag") != `W/"1"` || at(r.body, "meta", "versionId") != "1" {
		t.Errorf("read: %d, ETag %q, version %v", r.status, r.header.Get("ETag"), at(r.body, "meta", "versionId"))
	}
	if got := r.header.Get("Content-Type"); !strings.HasPrefix(got, "application/fhir+json") {
		t.Errorf("content type %q", got)
	}
	for _, tt := range []struct {
		method, path, body string
		status             int
	}{
		{"GET", "/Encounter/nowhere", "", 404},
		{"GET", "/Medication/m1", "", 404},
		{"GET", "/Encounter/therapy-53/_history/1", "", 200},
		{"GET", "/Encounter/therapy-53/_history/2", "", 404},
		{"DELETE", "/Encounter/therapy-53", "", 405},
		{"PATCH", "/Encounter/therapy-53", "{}", 405},
		{"POST", "/ChargeItem", "{", 400},
		{"POST", "/ChargeItem", `{"resourceType":"Observation"}`, 400},
		{"POST", "/ChargeItem", `{"resourceType":"ChargeItem"} {}`, 400},
	} {
		r := c.call(tt.method, tt.path, tt.body)
		if r.status != tt.status {
			t.Errorf("%s %s: got %d, want %d", tt.method, tt.path, r.status, tt.status)
		}
		if r.status >= 400 && r.body["resourceType"] != "OperationOutcome" {
			t.Errorf("%s %s: the refusal is no OperationOutcome", tt.method, tt.path)
		}
	}
}

func TestSearch(t *testing.T) {
	c := start(t, nil).client(t, everything)
	for _, tt := range []struct {
		query string
		total string
	}{
		{"/Encounter?patient=nikhil-notareal-rao", "2"},
		{"/Encounter?patient=Patient/nikhil-notareal-rao", "2"},
		{"/Encounter?subject:Patient=nikhil-notareal-rao", "2"},
		{"/Encounter?subject=" + c.base + "/Patient/nikhil-notareal-rao&date=2026-11-19", "1"},
		{"/Encounter?_id=therapy-52,therapy-53,nowhere", "2"},
		{"/Encounter?date=2022-06-14", "1"},
		{"/Encounter?date=2022", "1"},
		{"/Encounter?date=lt2026-01-01", "1"},
		{"/Encounter?patient=nikhil-notareal-rao&date=ge2026-11-12&date=le2026-11-18", "1"},
		{"/Encounter?class=VR", "1"},
		{"/Encounter?status=finished&date=ge2026-11-20", "5"},
		{"/Encounter?type=http://snomed.info/sct|185317003", "1"},
		{"/Encounter?type=http://loinc.org|audio-only", "0"},
		{"/Procedure?encounter=Encounter/rehab-hour", "4"},
		{"/Procedure?patient=ingrid-pahitt&code=https://chargenote.dev/fhir/CodeSystem/activity|neuromuscular,gait", "1"},
		{"/Procedure?date=2022-06-14T13:00:00-04:00", "0"},
		{"/Observation?encounter=phq9-item-9&category=survey&code=http://loinc.org|44261-6", "1"},
		{"/Observation?patient=sven-testberg&code=44260-8", "1"},
		{"/Coverage?beneficiary=greta-placeholder&status=active&type=1", "1"},
		{"/PractitionerRole?practitioner=Practitioner/hollis-vandermeer&specialty=http://nucc.org/provider-taxonomy|225100000X", "1"},
		{"/Patient?identifier=https://demo-ehr.example/fhir/identifier/record-number|MR-20402", "1"},
		{"/Patient?family=fic", "2"},
		{"/Patient?birthdate=1975", "1"},
		{"/DocumentReference?encounter=therapy-53&type=11506-3&category=clinical-note", "1"},
		{"/Condition?patient=ingrid-pahitt&clinical-status=active", "2"},
		{"/ChargeItem?context=Encounter/therapy-53", "0"},
		{"/Encounter?_lastUpdated=ge1990", "26"},
	} {
		if r := c.call("GET", tt.query, ""); r.status != 200 || total(r) != tt.total {
			t.Errorf("%s: got %d with %s matches, want %s %s", tt.query, r.status, total(r), tt.total, diagnostics(r))
		}
	}
}

func TestSearchRefusals(t *testing.T) {
	c := start(t, nil).client(t, everything)
	for _, tt := range []struct {
		query  string
		header []string
		status int
	}{
		{"/Encounter?colour=blue", nil, 400},
		{"/ChargeItem?colour=blue", nil, 400},
		{"/Encounter?colour=blue", []string{"Prefer: handling=lenient"}, 200},
		{"/Encounter?date=soon", nil, 400},
		{"/Encounter?code:in=x", nil, 400},
		{"/Encounter?status:not=finished", nil, 400},
		{"/Encounter?_sort=colour", nil, 400},
		{"/Encounter?_count=many", nil, 400},
		{"/Encounter?_include=Encounter:colour", nil, 400},
	} {
		if r := c.call("GET", tt.query, "", tt.header...); r.status != tt.status {
			t.Errorf("%s: got %d, want %d", tt.query, r.status, tt.status)
		}
	}
}

func TestSearchByPost(t *testing.T) {
	c := start(t, nil).client(t, everything)
	r := c.call("POST", "/Encounter/_search", "patient=otis-fictum&status=finished", "Content-Type: application/x-www-form-urlencoded")
	if r.status != 200 || total(r) != "1" {
		t.Errorf("got %d with %s matches", r.status, total(r))
	}
}

func TestPagingFindsEachOnce(t *testing.T) {
	c := start(t, nil).client(t, everything)
	seen := map[string]int{}
	path, pages := "/Encounter?_count=8&_sort=-date", 0
	var starts []string
	for path != "" && pages < 10 {
		r := c.call("GET", path, "")
		if total(r) != "26" {
			t.Fatalf("page %d says %s in all, want 26", pages+1, total(r))
		}
		entries, _ := r.body["entry"].([]any)
		for _, entry := range entries {
			seen[at(entry, "resource", "id").(string)]++
			starts = append(starts, at(entry, "resource", "period", "start").(string)[:10])
		}
		path = ""
		links, _ := r.body["link"].([]any)
		for _, link := range links {
			if at(link, "relation") == "next" {
				path = strings.TrimPrefix(at(link, "url").(string), c.base)
			}
		}
		pages++
	}
	if pages != 4 || len(seen) != 26 {
		t.Errorf("%d pages with %d encounters, want 4 with 26", pages, len(seen))
	}
	for id, n := range seen {
		if n != 1 {
			t.Errorf("%s came %d times", id, n)
		}
	}
	if !slices.IsSortedFunc(starts, func(a, b string) int { return strings.Compare(b, a) }) {
		t.Errorf("not the newest first: %v", starts)
	}
}

func TestInclude(t *testing.T) {
	c := start(t, nil).client(t, everything)
	for _, tt := range []struct {
		query string
		want  []string // included, in order of name
	}{
		{"/Encounter?_id=therapy-53&_include=Encounter:participant", []string{"Practitioner/adaeze-okonkwo-reyes"}},
		{"/Encounter?_id=audio-only&_include=Encounter:location&_include=Encounter:patient", []string{"Location/patient-home", "Patient/greta-placeholder"}},
		{"/Procedure?encounter=rehab-hour&_include=Procedure:performer", []string{"Practitioner/hollis-vandermeer"}},
		{"/PractitionerRole?practitioner=yuki-abernathy&_include=PractitionerRole:organization", []string{"Organization/clinic"}},
		{"/Encounter?_id=therapy-53&_revinclude=Procedure:encounter", []string{"Procedure/therapy-53-1"}},
		{"/Procedure?encounter=therapy-53&_include=Procedure:encounter&_include:iterate=Encounter:location", []string{"Encounter/therapy-53", "Location/clinic"}},
	} {
		r := c.call("GET", tt.query, "")
		var got []string
		entries, _ := r.body["entry"].([]any)
		for _, entry := range entries {
			if at(entry, "search", "mode") == "include" {
				got = append(got, at(entry, "resource", "resourceType").(string)+"/"+at(entry, "resource", "id").(string))
			}
		}
		slices.Sort(got)
		if !slices.Equal(got, tt.want) {
			t.Errorf("%s: included %v, want %v", tt.query, got, tt.want)
		}
	}
}

func TestConditionalCreate(t *testing.T) {
	c := start(t, nil).client(t, everything)
	condition := "If-None-Exist: identifier=https://example.test/charge|c1"

	first := c.call("POST", "/ChargeItem", charge("c1"), condition)
	if first.status != 201 || !strings.HasPrefix(first.header.Get("Location"), c.base+"/ChargeItem/") || first.header.Get("ETag") != `W/"1"` {
		t.Fatalf("first: %d, Location %q, ETag %q %s", first.status, first.header.Get("Location"), first.header.Get("ETag"), diagnostics(first))
	}
	second := c.call("POST", "/ChargeItem", charge("c1"), condition)
	if second.status != 200 || second.header.Get("Location") != first.header.Get("Location") {
		t.Errorf("second: %d at %q, want 200 at the place of the first", second.status, second.header.Get("Location"))
	}
	if r := c.call("POST", "/ChargeItem", charge("c1")); r.status != 201 {
		t.Fatalf("a create without condition: %d", r.status)
	}
	if r := c.call("POST", "/ChargeItem", charge("c1"), condition); r.status != 412 {
		t.Errorf("a condition that two meet: got %d, want 412", r.status)
	}
	if r := c.call("GET", "/ChargeItem?identifier=https://example.test/charge|c1", ""); total(r) != "2" {
		t.Errorf("%s charges stand in the record, want 2", total(r))
	}
	byTag := "If-None-Exist: _tag=https://example.test/run|c2"
	if a, b := c.call("POST", "/ChargeItem", charge("c2"), byTag), c.call("POST", "/ChargeItem", charge("c2"), byTag); a.status != 201 || b.status != 200 {
		t.Errorf("by tag: got %d and %d, want 201 and 200", a.status, b.status)
	}
	if r := c.call("POST", "/ChargeItem", charge("c3"), "If-None-Exist: colour=blue"); r.status != 400 {
		t.Errorf("a condition with an unknown parameter: got %d, want 400", r.status)
	}
}

func TestUpdate(t *testing.T) {
	c := start(t, nil).client(t, everything)
	mine := strings.Replace(charge("u1"), `"resourceType":"ChargeItem",`, `"resourceType":"ChargeItem","id":"mine",`, 1)
	for _, step := range []struct {
		name, path, body string
		header           []string
		status           int
		etag             string
	}{
		{"an id of the client's own", "/ChargeItem/mine", mine, nil, 201, `W/"1"`},
		{"the version that was read", "/ChargeItem/mine", mine, []string{`If-Match: W/"1"`}, 200, `W/"2"`},
		{"a stale version", "/ChargeItem/mine", mine, []string{`If-Match: W/"1"`}, 412, ""},
		{"a version of nothing", "/ChargeItem/other", strings.Replace(mine, `"mine"`, `"other"`, 1), []string{`If-Match: W/"1"`}, 412, ""},
		{"another id in the body", "/ChargeItem/other", mine, nil, 400, ""},
		{"without a version", "/ChargeItem/mine", mine, nil, 200, `W/"3"`},
	} {
		r := c.call("PUT", step.path, step.body, step.header...)
		if r.status != step.status || r.header.Get("ETag") != step.etag {
			t.Errorf("%s: got %d and ETag %q, want %d and %q", step.name, r.status, r.header.Get("ETag"), step.status, step.etag)
		}
	}
	if r := c.call("GET", "/ChargeItem/mine/_history/2", ""); at(r.body, "meta", "versionId") != "2" {
		t.Error("the second version cannot be read any more")
	}
}

func TestPreferReturn(t *testing.T) {
	c := start(t, nil).client(t, everything)
	for _, tt := range []struct{ prefer, want string }{
		{"return=minimal", ""}, {"return=representation", "ChargeItem"}, {"return=OperationOutcome", "OperationOutcome"},
	} {
		r := c.call("POST", "/ChargeItem", charge("p1"), "Prefer: "+tt.prefer)
		got, _ := r.body["resourceType"].(string)
		if r.status != 201 || got != tt.want || r.header.Get("Location") == "" {
			t.Errorf("%s: got %d with %q in the body", tt.prefer, r.status, got)
		}
	}
}

func TestShapeIsHeld(t *testing.T) {
	c := start(t, nil).client(t, everything)
	for _, tt := range []struct{ name, from, to, want string }{
		{"unknown code", `"planned"`, `"proposed"`, "ChargeItem.status"},
		{"required element", `"status":"planned",`, ``, "ChargeItem.status is required"},
		{"required subject", `"subject":{"reference":"Patient/otis-fictum"},`, ``, "ChargeItem.subject is required"},
		{"unknown element", `"status"`, `"colour":"blue","status"`, "ChargeItem.colour is not an element"},
		{"no list", `"identifier":[{"system":"https://example.test/charge","value":"s1"}]`, `"identifier":{"value":"s1"}`, "ChargeItem.identifier must be a list"},
		{"empty list", `"identifier":[{"system":"https://example.test/charge","value":"s1"}]`, `"identifier":[]`, "ChargeItem.identifier is an empty list"},
		{"number as text", `"quantity":{"value":1}`, `"quantity":{"value":"one"}`, "ChargeItem.quantity.value"},
		{"date", `"status"`, `"enteredDate":"yesterday","status"`, "ChargeItem.enteredDate is not a FHIR date"},
		{"null", `"planned"`, `null`, "ChargeItem.status"},
	} {
		body := strings.Replace(charge("s1"), tt.from, tt.to, 1)
		if body == charge("s1") {
			t.Fatalf("%s: the case changes nothing", tt.name)
		}
		if r := c.call("POST", "/ChargeItem", body); r.status != 422 || !strings.Contains(diagnostics(r), tt.want) {
			t.Errorf("%s: create answered %d %q, want 422 and %q", tt.name, r.status, diagnostics(r), tt.want)
		}
		r := c.call("POST", "/ChargeItem/$validate", body)
		if r.status != 200 || at(r.body, "issue", 0, "severity") != "error" || !strings.Contains(diagnostics(r), tt.want) {
			t.Errorf("%s: $validate answered %d %q", tt.name, r.status, diagnostics(r))
		}
	}
	wrapped := `{"resourceType":"Parameters","parameter":[{"name":"resource","resource":` + charge("s2") + `}]}`
	for _, body := range []string{charge("s2"), wrapped} {
		if r := c.call("POST", "/ChargeItem/$validate", body); r.status != 200 || at(r.body, "issue", 0, "severity") != "information" {
			t.Errorf("$validate of a good charge: %d %s", r.status, r.text)
		}
	}
	if r := c.call("GET", "/ChargeItem", ""); total(r) != "0" {
		t.Errorf("validation left %s charges behind", total(r))
	}
}

func TestReferencesMustLeadSomewhere(t *testing.T) {
	c := start(t, nil).client(t, everything)
	for _, reference := range []string{"Encounter/nowhere", "https://elsewhere.test/fhir/Encounter/therapy-53", "urn:uuid:0c0f0a52-0000-4000-8000-000000000000"} {
		body := strings.Replace(charge("r1"), "Encounter/therapy-53", reference, 1)
		if r := c.call("POST", "/ChargeItem", body); r.status != 400 {
			t.Errorf("a reference to %s: got %d, want 400", reference, r.status)
		}
	}
	body := strings.Replace(charge("r1"), "Encounter/therapy-53", c.base+"/Encounter/therapy-53", 1)
	if r := c.call("POST", "/ChargeItem", body); r.status != 201 {
		t.Errorf("a full address of our own: got %d, want 201", r.status)
	}
}

func TestBodyLimits(t *testing.T) {
	c := start(t, nil).client(t, everything)
	large := strings.Replace(charge("l1"), `"planned"`, `"planned","overrideReason":"`+strings.Repeat("x", 5<<20)+`"`, 1)
	if r := c.call("POST", "/ChargeItem", large); r.status != 413 {
		t.Errorf("a body over 5 MiB: got %d, want 413", r.status)
	}
	if r := c.call("POST", "/ChargeItem", charge("l1"), "Content-Type: text/plain"); r.status != 415 {
		t.Errorf("a body of plain text: got %d, want 415", r.status)
	}
}

// TestCapabilitiesAreHonest tries what the CapabilityStatement promises.
func TestCapabilitiesAreHonest(t *testing.T) {
	s := start(t, nil)
	r := send(t, "GET", s.ISS()+"/metadata", "", nil)
	if r.status != 200 || r.body["fhirVersion"] != "4.0.1" {
		t.Fatalf("metadata without a token: %d", r.status)
	}
	c := s.client(t, everything)
	resources, _ := at(r.body, "rest", 0, "resource").([]any)
	if len(resources) < 15 {
		t.Fatalf("only %d types are listed", len(resources))
	}
	for _, listed := range resources {
		kind := at(listed, "type").(string)
		params, _ := at(listed, "searchParam").([]any)
		for _, p := range params {
			value := "x"
			if at(p, "type") == "date" {
				value = "2026"
			}
			query := "/" + kind + "?" + at(p, "name").(string) + "=" + value
			if got := c.call("GET", query, ""); got.status != http.StatusOK {
				t.Errorf("%s is listed and answers %d", query, got.status)
			}
		}
		includes, _ := at(listed, "searchInclude").([]any)
		for _, include := range includes {
			if got := c.call("GET", "/"+kind+"?_include="+include.(string), ""); got.status != http.StatusOK {
				t.Errorf("_include=%s is listed and answers %d", include, got.status)
			}
		}
	}
}

func TestDecimalsKeepTheirDigits(t *testing.T) {
	c := start(t, nil).client(t, everything)
	r := c.call("POST", "/ChargeItem", strings.Replace(charge("d1"), `"value":1}`, `"value":1.50}`, 1))
	if got := at(r.body, "quantity", "value"); got != json.Number("1.50") {
		t.Errorf("1.50 came back as %v", got)
	}
}

func TestFaultsOfCalls(t *testing.T) {
	s := start(t, nil)
	c := s.client(t, everything)
	status := func(method, path, body string) int { return c.call(method, path, body).status }

	s.Misbehave(demoehr.Fault{Kind: demoehr.FaultForbidden, Type: "Coverage"})
	s.Misbehave(demoehr.Fault{Kind: demoehr.FaultServerError, Type: "Observation", Times: 2})
	for _, tt := range []struct {
		path string
		want int
	}{
		{"/Coverage?patient=otis-fictum", 403}, {"/Coverage?patient=otis-fictum", 403}, {"/Procedure?encounter=therapy-53", 200},
		{"/Observation?encounter=therapy-53", 500}, {"/Observation?encounter=therapy-53", 500}, {"/Observation?encounter=therapy-53", 200},
	} {
		if got := status("GET", tt.path, ""); got != tt.want {
			t.Errorf("%s: got %d, want %d", tt.path, got, tt.want)
		}
	}
	s.Behave()
	if got := status("GET", "/Coverage?patient=otis-fictum", ""); got != 200 {
		t.Errorf("after Behave: got %d", got)
	}
	s.Misbehave(demoehr.Fault{Kind: demoehr.FaultUnauthorized, Times: 1})
	if first, second := status("GET", "/Patient/otis-fictum", ""), status("GET", "/Patient/otis-fictum", ""); first != 401 || second != 200 {
		t.Errorf("unauthorized once: got %d and %d, want 401 and 200", first, second)
	}
	s.Misbehave(demoehr.Fault{Kind: demoehr.FaultForbidden, Type: "ChargeItem"})
	bundle := `{"resourceType":"Bundle","type":"transaction","entry":[{"resource":` + charge("f1") + `,"request":{"method":"POST","url":"ChargeItem"}}]}`
	if got := status("POST", "", bundle); got != 403 {
		t.Errorf("a transaction with a forbidden type: got %d, want 403", got)
	}
}

func TestSlowCallsEndWithTheirCaller(t *testing.T) {
	s := start(t, nil)
	c := s.client(t, everything)
	s.Misbehave(demoehr.Fault{Kind: demoehr.FaultSlow, Delay: 1, Times: 1})
	if r := c.call("GET", "/Patient/otis-fictum", ""); r.status != 200 {
		t.Errorf("a slow call: %d", r.status)
	}
}

func TestLostResponse(t *testing.T) {
	s := start(t, nil)
	c := s.client(t, everything)
	s.Misbehave(demoehr.Fault{Kind: demoehr.FaultLostResponse, Type: "ChargeItem", Times: 1})
	bundle := `{"resourceType":"Bundle","type":"transaction","entry":[{"resource":` + charge("lost") +
		`,"request":{"method":"POST","url":"ChargeItem","ifNoneExist":"identifier=https://example.test/charge|lost"}}]}`
	request, err := http.NewRequest("POST", s.ISS(), strings.NewReader(bundle))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+c.token)
	request.Header.Set("Content-Type", "application/fhir+json")
	if response, err := http.DefaultClient.Do(request); err == nil {
		_ = response.Body.Close()
		t.Fatalf("an answer came although it should be lost: %d", response.StatusCode)
	}
	if r := c.call("GET", "/ChargeItem?identifier=https://example.test/charge|lost", ""); total(r) != "1" {
		t.Errorf("%s charges stand in the record after the lost answer, want 1", total(r))
	}
	if r := c.call("POST", "", bundle); r.status != 200 || at(r.body, "entry", 0, "response", "status") != "200 OK" {
		t.Errorf("sent again: %d %s", r.status, r.text)
	}
}
