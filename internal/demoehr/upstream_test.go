package demoehr_test

import (
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"testing"

	"github.com/chargenote/chargenote/internal/demoehr"
)

// startInFront runs a second EHR as the record and the first one as its SMART door. The record's
// own login is passed by with a token, as a server behind the door has none.
func startInFront(t *testing.T) (door, record site) {
	t.Helper()
	record = start(t, func(o *demoehr.Options) { o.Seed = false })
	token := record.client(t, everything).token
	target, err := url.Parse(record.base)
	if err != nil {
		t.Fatal(err)
	}
	open := httptest.NewServer(&httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(target)
		r.Out.Header.Set("Authorization", "Bearer "+token)
	}})
	t.Cleanup(open.Close)
	// The record names its own address in links; so does a real server, and the door is told that
	// address. The open server in between only lends the token.
	door = start(t, func(o *demoehr.Options) { o.Seed, o.Upstream = false, open.URL+"/fhir" })
	if err := door.SeedInto(t.Context(), open.URL+"/fhir", http.DefaultClient); err != nil {
		t.Fatal(err)
	}
	return door, record
}

func TestSeedIntoTwice(t *testing.T) {
	door, record := startInFront(t)
	address := httptest.NewServer(bearer(t, record))
	defer address.Close()
	if err := door.SeedInto(t.Context(), address.URL+"/fhir", nil); err != nil {
		t.Fatal(err)
	}
	if r := record.client(t, everything).call("GET", "/Encounter?_summary=count", ""); total(r) != "26" {
		t.Errorf("%s encounters after seeding twice, want 26", total(r))
	}
	if err := door.SeedInto(t.Context(), record.ISS(), nil); err == nil || !strings.Contains(err.Error(), "401") {
		t.Errorf("seeding without a token: error %v, want one that names 401", err)
	}
}

// bearer passes requests on to an EHR with a token of its own.
func bearer(t *testing.T, s site) http.Handler {
	t.Helper()
	token := s.client(t, everything).token
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Header.Set("Authorization", "Bearer "+token)
		s.Handler().ServeHTTP(w, r)
	})
}

// startRebased is a door in front of a record whose links name the very address that the door
// calls, as those of a real server do.
func startRebased(t *testing.T) (door, record site) {
	t.Helper()
	var pass http.Handler
	open := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { pass.ServeHTTP(w, r) }))
	t.Cleanup(open.Close)
	behind, err := demoehr.New(demoehr.Options{
		BaseURL: open.URL, AppLaunchURL: "http://app.test/launch", RedirectURIs: []string{redirectURI}, Clients: []demoehr.Client{{ID: "public"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	pass = behind.Handler()
	record = site{behind, open.URL}
	pass = bearer(t, record)
	door = start(t, func(o *demoehr.Options) { o.Seed, o.Upstream = false, open.URL+"/fhir" })
	if err := door.SeedInto(t.Context(), open.URL+"/fhir", http.DefaultClient); err != nil {
		t.Fatal(err)
	}
	return door, record
}

func TestDoorPassesCheckedCallsOn(t *testing.T) {
	door, record := startRebased(t)
	c := door.client(t, everything)

	r := c.call("GET", "/Encounter?_count=8&_sort=date", "")
	if r.status != 200 || strings.Contains(r.text, record.base) {
		t.Fatalf("search: %d, and the address behind the door shows: %t", r.status, strings.Contains(r.text, record.base))
	}
	links, _ := r.body["link"].([]any)
	next, _ := at(links[len(links)-1], "url").(string)
	if !strings.HasPrefix(next, door.ISS()+"/") {
		t.Fatalf("the next page is at %q, want it at the door", next)
	}
	if r := c.call("GET", strings.TrimPrefix(next, door.ISS()), ""); r.status != 200 || r.body["entry"] == nil {
		t.Errorf("the next page: %d", r.status)
	}
	if r := c.call("GET", "/Encounter?subject="+door.ISS()+"/Patient/otis-fictum", ""); total(r) != "1" {
		t.Errorf("a search by an address at the door: %s matches, want 1", total(r))
	}

	first := c.call("POST", "/ChargeItem", charge("c1"), "If-None-Exist: identifier=https://example.test/charge|c1")
	again := c.call("POST", "/ChargeItem", charge("c1"), "If-None-Exist: identifier=https://example.test/charge|c1")
	if first.status != 201 || again.status != 200 || !strings.HasPrefix(first.header.Get("Location"), door.ISS()+"/ChargeItem/") {
		t.Errorf("conditional create: %d, then %d, Location %q", first.status, again.status, first.header.Get("Location"))
	}
	id := at(first.body, "id").(string)
	changed := strings.Replace(charge("c1"), `"ChargeItem",`, `"ChargeItem","id":"`+id+`",`, 1)
	if r := c.call("PUT", "/ChargeItem/"+id, changed, `If-Match: W/"7"`); r.status != 412 {
		t.Errorf("a stale If-Match: %d, want 412", r.status)
	}
	if r := c.call("POST", "", filing()); r.status != 200 || at(r.body, "entry", 0, "response", "status") != "201 Created" {
		t.Errorf("transaction: %d %s", r.status, r.text)
	}
	if r := c.call("POST", "/ChargeItem/$validate", charge("v")); at(r.body, "issue", 0, "severity") != "information" {
		t.Errorf("$validate: %d %s", r.status, r.text)
	}
	if r := send(t, "GET", door.ISS()+"/metadata", "", nil); r.status != 200 || !strings.Contains(r.text, door.base+"/auth/token") || strings.Contains(r.text, record.base) {
		t.Errorf("metadata: %d, without the door's own addresses", r.status)
	}
}

func TestDoorKeepsToTheScopes(t *testing.T) {
	door, _ := startRebased(t)
	for _, tt := range []struct {
		scope, method, path, body string
		status                    int
		entries                   int
	}{
		{"patient/Encounter.rs", "GET", "/Encounter/therapy-53", "", 200, 0},
		{"patient/Encounter.rs", "GET", "/Encounter/therapy-52", "", 403, 0},
		{"patient/Encounter.rs", "GET", "/Encounter?_count=100", "", 200, 1},
		{"user/Encounter.rs", "GET", "/Encounter?_count=100", "", 200, 26},
		{"user/Encounter.rs", "GET", "/Encounter?_id=therapy-53&_include=Encounter:patient", "", 200, 1},
		{"user/Encounter.rs", "POST", "/ChargeItem", charge("k"), 403, 0},
		{"user/ChargeItem.c", "POST", "/ChargeItem", charge("k"), 201, 0},
		{"user/ChargeItem.c", "POST", "", filing(), 403, 0},
	} {
		r := door.client(t, "launch "+tt.scope).call(tt.method, tt.path, tt.body)
		entries, _ := r.body["entry"].([]any)
		if r.status != tt.status || len(entries) != tt.entries {
			t.Errorf("%s, %s %s: got %d with %d entries, want %d with %d", tt.scope, tt.method, tt.path, r.status, len(entries), tt.status, tt.entries)
		}
	}
}

func TestDoorShowsTheChartOfTheRecordBehind(t *testing.T) {
	door, _ := startRebased(t)
	if r := send(t, "GET", door.base+"/chart/therapy-53", "", nil); r.status != 200 || !strings.Contains(r.text, "Otis Fictum") {
		t.Errorf("chart: %d", r.status)
	}
	r := postForm(t, door.base+"/chart/therapy-53/note", url.Values{"note": {"Other text."}, "version": {`W/"1"`}}, nil)
	if r.status != 303 || noteOf(t, door.client(t, everything), "therapy-53") != "Other text." {
		t.Errorf("save the note: %d", r.status)
	}
	r = postForm(t, door.base+"/chart/therapy-53/note", url.Values{"note": {"Late."}, "version": {`W/"1"`}}, nil)
	if r.status != 409 {
		t.Errorf("save over a newer note: %d, want 409", r.status)
	}
}

func TestDoorInFrontOfNothing(t *testing.T) {
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	door := start(t, func(o *demoehr.Options) { o.Seed, o.Upstream = false, gone.URL })
	if r := door.client(t, everything).call("GET", "/Patient/otis-fictum", ""); r.status != 502 || strings.Contains(r.text, gone.URL) {
		t.Errorf("got %d: %s", r.status, r.text)
	}
}

// TestDoorFollowsPagesOnTheBase plays a server whose next pages stand on its base, as those of
// HAPI do.
func TestDoorFollowsPagesOnTheBase(t *testing.T) {
	var behind *httptest.Server
	behind = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/fhir+json")
		if r.URL.Path == "/fhir" && r.URL.Query().Get("_getpages") == "p2" {
			_, _ = w.Write([]byte(`{"resourceType":"Bundle","type":"searchset","entry":[
				{"resource":{"resourceType":"Encounter","id":"e2","subject":{"reference":"Patient/otis-fictum"}}},
				{"resource":{"resourceType":"Encounter","id":"e3","subject":{"reference":"Patient/sven-testberg"}}}]}`))
			return
		}
		_, _ = w.Write([]byte(`{"resourceType":"Bundle","type":"searchset","link":[{"relation":"next","url":"` + behind.URL + `/fhir?_getpages=p2"}]}`))
	}))
	t.Cleanup(behind.Close)
	door := start(t, func(o *demoehr.Options) { o.Seed, o.Upstream = false, behind.URL+"/fhir/" })
	c := door.client(t, "launch patient/Encounter.rs")

	next, _ := at(c.call("GET", "/Encounter", "").body, "link", 0, "url").(string)
	if next != door.ISS()+"?_getpages=p2" {
		t.Fatalf("the next page is at %q", next)
	}
	r := c.call("GET", strings.TrimPrefix(next, door.ISS()), "")
	entries, _ := r.body["entry"].([]any)
	if r.status != 200 || len(entries) != 1 || at(entries[0], "resource", "id") != "e2" {
		t.Errorf("the second page: %d with %d entries, want the one of the patient", r.status, len(entries))
	}
}
