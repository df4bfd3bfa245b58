package fhir_test

import (
	"testing"

	"github.com/chargenote/chargenote/coding"
	"github.com/chargenote/chargenote/coding/screening"
)

// Every instrument is an activity of the code system, so that its scores become a service.
func TestInstrumentsAreActivities(t *testing.T) {
	set, err := screening.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range set.All() {
		if !coding.KnownActivity(i.Activity) {
			t.Errorf("%s is %q, which is no activity", i.Name, i.Activity)
		}
	}
}
