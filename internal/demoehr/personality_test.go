package demoehr_test

import (
	"html"
	"strings"
	"testing"

	"github.com/chargenote/chargenote/internal/demoehr"
)

// as is the same clinic on an EHR of another personality.
func (s site) as(t *testing.T, id string) site {
	t.Helper()
	other, err := s.As(id)
	if err != nil {
		t.Fatal(err)
	}
	if other.ISS() != s.ISSAs(id) {
		t.Errorf("as %s: the EHR is at %s and named at %s", id, other.ISS(), s.ISSAs(id))
	}
	return site{other, strings.TrimSuffix(other.ISS(), "/fhir")}
}

func TestEachPersonalityIsAnEHR(t *testing.T) {
	s := start(t, nil)
	for _, p := range demoehr.Personalities() {
		other := s.as(t, p.ID)
		list := html.UnescapeString(send(t, "GET", other.base+"/", "", nil).text)
		if !strings.Contains(list, p.Says) || strings.Count(list, `aria-current="page"`) != 1 {
			t.Errorf("%s: the worklist does not say which EHR it is", p.ID)
		}
		path := strings.TrimPrefix(other.base, s.base)
		chart := send(t, "GET", other.base+"/chart/therapy-53", "", nil)
		for _, part := range []string{`src="` + path + `/chart/therapy-53/launch"`, `href="` + path + `/style.css"`, `href="` + path + `/"`, `action="` + path + `/chart/therapy-53/note"`} {
			if chart.status != 200 || !strings.Contains(chart.text, part) {
				t.Errorf("%s: the chart answers %d and lacks %s", p.ID, chart.status, part)
			}
		}
		if r := other.client(t, everything).call("GET", "/Encounter/therapy-53", ""); r.status != 200 {
			t.Errorf("%s: the Encounter answers %d", p.ID, r.status)
		}
		if back, err := other.As(""); err != nil || back.ISS() != s.ISS() {
			t.Errorf("%s does not lead back to the general one: %v", p.ID, err)
		}
	}
	if r := send(t, "GET", s.base+"/as/none/", "", nil); r.status != 404 {
		t.Errorf("an unknown personality answers %d", r.status)
	}
}

func TestAPersonalityHasARecordOfItsOwn(t *testing.T) {
	s := start(t, nil)
	other := s.as(t, "utc")
	if r := other.client(t, everything).call("POST", "/ChargeItem", charge("own")); r.status != 201 {
		t.Fatalf("create: %d %s", r.status, r.text)
	}
	if r := s.client(t, everything).call("GET", "/ChargeItem?context=Encounter/therapy-53", ""); total(r) != "0" {
		t.Errorf("what was filed in one EHR stands %s times in another", total(r))
	}
}

func TestWhatIsDifferentInAPersonality(t *testing.T) {
	s := start(t, nil)
	t.Run("no transactions", func(t *testing.T) {
		other := s.as(t, "no-transaction")
		if m := send(t, "GET", other.ISS()+"/metadata", "", nil); at(m.body, "rest", 0, "interaction") != nil || at(m.body, "rest", 0, "resource", 0) == nil {
			t.Error("the statement still declares interactions of the system, or no resources")
		}
		if r := other.client(t, everything).call("POST", "", filing()); r.status != 405 {
			t.Errorf("a transaction answers %d", r.status)
		}
	})
	t.Run("no procedures", func(t *testing.T) {
		other := s.as(t, "encounter-only")
		if m := send(t, "GET", other.ISS()+"/metadata", "", nil); strings.Contains(m.text, `"type":"Procedure"`) || !strings.Contains(m.text, `"type":"Observation"`) {
			t.Error("the statement declares Procedure, or not the others")
		}
		c := other.client(t, everything)
		if r := c.call("GET", "/Procedure?encounter=therapy-53", ""); r.status != 404 {
			t.Errorf("the search of procedures answers %d", r.status)
		}
		e := c.call("GET", "/Encounter/therapy-53", "").body
		if at(e, "period", "start") != "2026-11-16T10:00:00-05:00" || at(e, "period", "end") != "2026-11-16T10:53:00-05:00" || at(e, "type", 0, "coding", 0, "code") != "visit-psychotherapy" {
			t.Errorf("the Encounter has %v and %v", at(e, "period"), at(e, "type"))
		}
		if e := c.call("GET", "/Encounter/copied-forward-before-1", "").body; at(e, "period", "start") != "2026-11-13T11:00:00-05:00" {
			t.Errorf("the visit before another has %v", at(e, "period"))
		}
	})
	t.Run("documents, no charges", func(t *testing.T) {
		other := s.as(t, "documents-only")
		c := other.client(t, everything)
		if r := c.call("POST", "/ChargeItem", charge("none")); r.status != 405 {
			t.Errorf("a charge answers %d", r.status)
		}
		if r := c.call("POST", "", filing()); r.status != 405 {
			t.Errorf("a transaction answers %d", r.status)
		}
		if r := c.call("POST", "/DocumentReference", `{"resourceType":"DocumentReference","status":"current","content":[{"attachment":{"contentType":"text/plain","data":"YQ=="}}]}`); r.status != 201 {
			t.Errorf("a document answers %d: %s", r.status, r.text)
		}
	})
	t.Run("reading only", func(t *testing.T) {
		other := s.as(t, "read-only")
		if m := send(t, "GET", other.ISS()+"/metadata", "", nil); strings.Contains(m.text, `"create"`) || strings.Contains(m.text, `"transaction"`) {
			t.Error("the statement declares that something can be created")
		}
		c := other.client(t, everything)
		if r := c.call("POST", "/DocumentReference", `{"resourceType":"DocumentReference"}`); r.status != 405 {
			t.Errorf("a document answers %d", r.status)
		}
	})
	t.Run("encounters of R5", func(t *testing.T) {
		c := s.as(t, "r5").client(t, everything)
		for _, e := range []any{c.call("GET", "/Encounter/therapy-53", "").body, at(c.call("GET", "/Encounter?_id=therapy-53", "").body, "entry", 0, "resource")} {
			if at(e, "status") != "completed" || at(e, "class", 0, "coding", 0, "code") != "AMB" || at(e, "actualPeriod", "start") == nil || at(e, "period") != nil ||
				at(e, "participant", 0, "actor", "reference") != "Practitioner/adaeze-okonkwo-reyes" || at(e, "diagnosis", 0, "condition", 0, "reference", "reference") == nil {
				t.Errorf("not in the shape of R5: %v", e)
			}
		}
		if p := c.call("GET", "/Procedure/therapy-53-1", "").body; at(p, "performedPeriod", "start") == nil {
			t.Error("a Procedure is changed too")
		}
	})
	t.Run("observations refused", func(t *testing.T) {
		c := s.as(t, "no-observations").client(t, everything)
		if r := c.call("GET", "/Observation?encounter=phq9-item-9", ""); r.status != 403 {
			t.Errorf("the search of observations answers %d", r.status)
		}
	})
	t.Run("times in UTC", func(t *testing.T) {
		c := s.as(t, "utc").client(t, everything)
		if p := c.call("GET", "/Procedure/therapy-53-1", "").body; at(p, "performedPeriod", "start") != "2026-11-16T15:00:00Z" {
			t.Errorf("the Procedure begins at %v", at(p, "performedPeriod", "start"))
		}
		if o := c.call("GET", "/Observation/phq9-item-9-phq9-2026-10-09", "").body; at(o, "effectiveDateTime") != "2026-10-09" {
			t.Errorf("a day became %v", at(o, "effectiveDateTime"))
		}
	})
}

func TestAnUnknownPersonalityIsRefused(t *testing.T) {
	if _, err := demoehr.New(demoehr.Options{BaseURL: "http://127.0.0.1:1", Personality: "none"}); err == nil || !strings.Contains(err.Error(), "none") {
		t.Errorf("error %v, want one that names it", err)
	}
}

// A real server behind the door has the personality that it has.
func TestNoPersonalitiesInFrontOfARealServer(t *testing.T) {
	door, _ := startInFront(t)
	if _, err := door.As("utc"); err == nil {
		t.Error("the door offers another personality")
	}
	if page := send(t, "GET", door.base+"/", "", nil); strings.Contains(page.text, "Kind of EHR") {
		t.Error("the worklist of the door offers other personalities")
	}
}
