package demoehr_test

import (
	"testing"

	"github.com/chargenote/chargenote/internal/demoehr"
)

func TestRequestsAreRecorded(t *testing.T) {
	s := start(t, nil)
	s.client(t, everything).call("GET", "/Patient?identifier=a-number", "")
	send(t, "GET", s.ISS()+"/.well-known/smart-configuration", "", nil)
	send(t, "GET", s.base+"/auth/jwks", "", nil)
	send(t, "GET", s.base+"/", "", nil) // a screen: not counted

	want := []struct {
		method, path string
		status       int
	}{
		{"GET", "/auth/authorize", 303}, {"POST", "/auth/token", 200}, {"GET", "/fhir/Patient", 200},
		{"GET", "/fhir/.well-known/smart-configuration", 200}, {"GET", "/auth/jwks", 200},
	}
	got := s.Requests()
	if len(got) != len(want) {
		t.Fatalf("%d requests, want %d: %+v", len(got), len(want), got)
	}
	for i, r := range got {
		if r.Method != want[i].method || r.Path != want[i].path || r.Status != want[i].status || r.Sequence != i+1 || r.Trip != i+1 {
			t.Errorf("request %d: %+v, want %+v as trip %d", i+1, r, want[i], i+1)
		}
		if r.Ended.Before(r.Started) {
			t.Errorf("request %d ended before it began", i+1)
		}
	}
	if demoehr.Trips(got) != len(want) {
		t.Errorf("%d trips, want %d", demoehr.Trips(got), len(want))
	}
	s.ResetRequests()
	if len(s.Requests()) != 0 {
		t.Error("the reset left requests behind")
	}
}
