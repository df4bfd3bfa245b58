package demoehr_test

import (
	"strings"
	"testing"
)

func TestScopes(t *testing.T) {
	s := start(t, nil)
	survey := "http://terminology.hl7.org/CodeSystem/observation-category|survey"
	otherCharge := strings.NewReplacer("otis-fictum", "sven-testberg", "therapy-53", "phq9-item-9").Replace(charge("o1"))
	for _, tt := range []struct {
		name, scope        string // beside launch
		method, path, body string
		status             int
	}{
		{"read with r", "user/Patient.r", "GET", "/Patient/otis-fictum", "", 200},
		{"read with version 1", "user/Patient.read", "GET", "/Patient/otis-fictum", "", 200},
		{"read with s only", "user/Patient.s", "GET", "/Patient/otis-fictum", "", 403},
		{"search with r only", "user/Encounter.r", "GET", "/Encounter?patient=otis-fictum", "", 403},
		{"search with s", "user/Encounter.rs", "GET", "/Encounter?patient=otis-fictum", "", 200},
		{"search with version 1", "user/Encounter.read", "GET", "/Encounter?patient=otis-fictum", "", 200},
		{"another type", "user/Encounter.rs", "GET", "/Patient/otis-fictum", "", 403},
		{"every type", "user/*.rs", "GET", "/Patient/otis-fictum", "", 200},
		{"create with c", "user/ChargeItem.c", "POST", "/ChargeItem", charge("s"), 201},
		{"create with version 1", "user/ChargeItem.write", "POST", "/ChargeItem", charge("s"), 201},
		{"create with everything of version 1", "user/ChargeItem.*", "POST", "/ChargeItem", charge("s"), 201},
		{"create with r", "user/ChargeItem.rs", "POST", "/ChargeItem", charge("s"), 403},
		{"update with c", "user/ChargeItem.c", "PUT", "/ChargeItem/x", charge("s"), 403},
		{"letters out of order are no scope", "user/Patient.sr", "GET", "/Patient/otis-fictum", "", 403},
		{"system scopes are not given", "system/*.cruds", "GET", "/Patient/otis-fictum", "", 403},
		{"own patient", "patient/Patient.r", "GET", "/Patient/otis-fictum", "", 200},
		{"other patient", "patient/Patient.r", "GET", "/Patient/sven-testberg", "", 403},
		{"other patient for a user", "user/Patient.r", "GET", "/Patient/sven-testberg", "", 200},
		{"other patient's visit", "patient/Encounter.rs", "GET", "/Encounter/phq9-item-9", "", 403},
		{"other patient's charge", "patient/ChargeItem.c", "POST", "/ChargeItem", otherCharge, 403},
		{"own patient's charge", "patient/ChargeItem.c", "POST", "/ChargeItem", charge("s"), 201},
		{"a clinician belongs to no patient", "patient/Practitioner.r", "GET", "/Practitioner/ruben-tamayo", "", 200},
		{"granular, met", "user/Observation.rs?category=" + survey, "GET", "/Observation/phq9-item-9-phq9-total", "", 200},
		{"granular, not met", "user/Observation.rs?category=laboratory", "GET", "/Observation/phq9-item-9-phq9-total", "", 403},
		{"a transaction without the write scope", "user/ChargeItem.rs user/DocumentReference.c user/Provenance.c", "POST", "", filing(), 403},
		{"a transaction with all it needs", "user/ChargeItem.c user/DocumentReference.c user/Provenance.c", "POST", "", filing(), 200},
		{"validation with any scope on the type", "user/ChargeItem.c", "POST", "/ChargeItem/$validate", charge("s"), 200},
		{"validation without", "user/Patient.r", "POST", "/ChargeItem/$validate", charge("s"), 403},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := s.client(t, "launch "+tt.scope).call(tt.method, tt.path, tt.body)
			if r.status != tt.status {
				t.Errorf("got %d, want %d: %s", r.status, tt.status, r.text)
			}
			if r.status == 403 && r.body["resourceType"] != "OperationOutcome" {
				t.Error("the refusal is no OperationOutcome")
			}
		})
	}
}

func TestRefusalNamesTheMissingScope(t *testing.T) {
	s := start(t, nil)
	c := s.client(t, "launch user/Patient.r")
	for _, tt := range []struct{ method, path, body, want string }{
		{"GET", "/Observation?encounter=therapy-53", "", "user/Observation.s"},
		{"POST", "/ChargeItem", charge("m"), "user/ChargeItem.c"},
		{"GET", "/Coverage/therapy-53", "", "user/Coverage.r"},
	} {
		if r := c.call(tt.method, tt.path, tt.body); !strings.Contains(diagnostics(r), tt.want) {
			t.Errorf("%s %s: %q does not name %s", tt.method, tt.path, diagnostics(r), tt.want)
		}
	}
}

func TestSearchKeepsToWhatTheScopesReach(t *testing.T) {
	s := start(t, nil)
	for _, tt := range []struct{ scope, query, total string }{
		{"patient/Encounter.rs", "/Encounter", "1"},
		{"user/Encounter.rs", "/Encounter", "26"},
		{"patient/Encounter.rs", "/Encounter?patient=sven-testberg", "0"},
		{"user/Observation.rs?code=http://loinc.org|44261-6", "/Observation?encounter=phq9-item-9", "1"},
		{"user/Observation.rs", "/Observation?encounter=phq9-item-9", "12"},
	} {
		if r := s.client(t, "launch "+tt.scope).call("GET", tt.query, ""); total(r) != tt.total {
			t.Errorf("%s on %s: %s matches, want %s", tt.scope, tt.query, total(r), tt.total)
		}
	}
	r := s.client(t, "launch user/Encounter.rs").call("GET", "/Encounter?_id=therapy-53&_include=Encounter:patient", "")
	if entries, _ := r.body["entry"].([]any); len(entries) != 1 {
		t.Errorf("an include brought %d entries, want only the match: Patient is not in the scopes", len(entries))
	}
}

func TestWithoutAToken(t *testing.T) {
	s := start(t, nil)
	for _, header := range []map[string]string{nil, {"Authorization": "Bearer guessed"}, {"Authorization": "Basic eDp5"}} {
		r := send(t, "GET", s.ISS()+"/Patient/otis-fictum", "", header)
		if r.status != 401 || !strings.HasPrefix(r.header.Get("WWW-Authenticate"), "Bearer") || r.body["resourceType"] != "OperationOutcome" {
			t.Errorf("with %v: got %d and WWW-Authenticate %q", header, r.status, r.header.Get("WWW-Authenticate"))
		}
	}
}
