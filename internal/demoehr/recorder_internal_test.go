package demoehr

import (
	"net/http/httptest"
	"testing"
)

// TestTripsCountWhatWaitsForSomethingElse begins and ends requests in a fixed order: two side by
// side, two after the first of them had ended, one after all.
func TestTripsCountWhatWaitsForSomethingElse(t *testing.T) {
	var rec recorder
	begin := func() *Request { return rec.begin(httptest.NewRequest("GET", "/fhir/Patient/p", nil)) }

	a, b := begin(), begin()
	rec.end(a, 200)
	c, d := begin(), begin()
	rec.end(c, 200)
	rec.end(d, 200)
	rec.end(b, 200)
	e := begin()
	rec.end(e, 200)

	for i, got := range []*Request{a, b, c, d, e} {
		if want := []int{1, 1, 2, 2, 3}[i]; got.Trip != want {
			t.Errorf("request %d is of trip %d, want %d", i+1, got.Trip, want)
		}
	}
	if got := Trips([]Request{*a, *b, *c, *d, *e}); got != 3 {
		t.Errorf("%d trips in a row, want 3", got)
	}
}

func TestRequestOfBeforeAResetDoesNotCount(t *testing.T) {
	e := &EHR{}
	old := e.recorder.begin(httptest.NewRequest("GET", "/fhir/Patient/p", nil))
	e.ResetRequests()
	e.recorder.end(old, 200)
	if first := e.recorder.begin(httptest.NewRequest("GET", "/fhir/Patient/p", nil)); first.Trip != 1 {
		t.Errorf("the first request after a reset is of trip %d, want 1", first.Trip)
	}
}
