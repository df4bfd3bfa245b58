package fhir

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

const (
	wireOther = `{"resourceType":"Practitioner","id":"d2","name":[{"text":"Quinn Example"}]}`
	wireRoles = `{"resourceType":"PractitionerRole","id":"r2","practitioner":{"reference":"Practitioner/d2"},"specialty":[{"coding":[{"system":"http://nucc.org/provider-taxonomy","code":"2251X0800X"}]}]}`
)

// by is the procedure of the visit by another clinician than the one who launched the app.
func by(performer string) []string {
	procedure := strings.Replace(wireProcedure, `"status"`, `"performer":[{"actor":{"reference":"`+performer+`"}}],"status"`, 1)
	return []string{wirePatient, wireEncounter, wirePractitioner, procedure}
}

func clinicianRequests(s *wireServer) []string {
	var asked []string
	for _, r := range s.seen() {
		path := strings.TrimPrefix(r.path, "/fhir/T1/")
		if r.method == http.MethodGet && strings.HasPrefix(path, "Practitioner") {
			asked = append(asked, strings.TrimSuffix(path+" "+r.query.Get("practitioner"), " "))
		}
	}
	return slices.DeleteFunc(asked, func(request string) bool { return strings.HasSuffix(request, "d1") }) // the user, in the first round
}

// The clinician who rendered the service need not be the one who launched the app: who it is and in which
// discipline comes in the second round, all roles in one search, and only where it is not known yet.
func TestTheRenderingClinicianIsLookedUp(t *testing.T) {
	qualified := strings.Replace(wireOther, `"name"`, `"qualification":[{"code":{"coding":[{"system":"http://nucc.org/provider-taxonomy","code":"2251X0800X"}]}}],"name"`, 1)
	for _, tt := range []struct {
		name       string
		resources  []string
		along      string // what the search of the encounter brings along
		asked      []string
		discipline string
	}{
		{"the user renders it", by("Practitioner/d1"), wirePractitioner, nil, ""},
		{"another one, of whom nothing is known", append(by("Practitioner/d2"), wireOther, wireRoles), wirePractitioner,
			[]string{"Practitioner/d2", "PractitionerRole d2"}, "PT"},
		{"another one, who came along without a discipline", append(by("Practitioner/d2"), wireOther, wireRoles), wireOther,
			[]string{"PractitionerRole d2"}, "PT"},
		{"another one, whose qualification came along", append(by("Practitioner/d2"), qualified, wireRoles), qualified, nil, "PT"},
		{"a role in place of the person", append(by("PractitionerRole/r2"), wireOther, wireRoles), wireOther, []string{"PractitionerRole/r2"}, "PT"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newWireServer(t, tt.resources...)
			s.before = func(w http.ResponseWriter, r *http.Request, _ []byte) bool {
				switch {
				case r.URL.Query().Has("_include"):
					fmt.Fprint(w, wireBundle(s.base(), "", wireEncounter, tt.along))
				case r.URL.Query().Get("practitioner") == "d1":
					fmt.Fprint(w, wireBundle(s.base(), ""))
				default:
					return false
				}
				return true
			}
			c, _ := s.client()
			record, err := c.Load(t.Context(), wireOptions)
			if err != nil {
				t.Fatal(err)
			}
			asked := clinicianRequests(s)
			slices.Sort(asked)
			if diff := cmp.Diff(tt.asked, asked, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("asked (-want +got):\n%s", diff)
			}
			v, err := record.Visit(Options{})
			if err != nil {
				t.Fatal(err)
			}
			if v.Clinician.Discipline != tt.discipline {
				t.Errorf("got clinician %+v, want %q", v.Clinician, tt.discipline)
			}
		})
	}
}
