package fhir

import (
	"slices"
	"testing"

	"github.com/chargenote/chargenote/coding"
	"github.com/chargenote/chargenote/internal/effective"
)

// Time decides about an activity exactly where the kind of its codes reads minutes; an activity
// without codes is left to the table.
func TestUntimedActivitiesAreThoseWhoseCodesReadNoMinutes(t *testing.T) {
	rules, err := coding.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	timed := map[string]bool{}
	for _, rule := range rules.InForce(effective.MustParseDate("2025-03-10"), "") {
		for _, code := range rule.Codes {
			if activity, named := rules.ActivityForCode(code); named {
				readsMinutes := slices.Contains([]string{"fixed-range", "ladder", "blocks", "eight-minute"}, rule.Kind)
				timed[activity] = timed[activity] || readsMinutes
			}
		}
	}
	if len(timed) < 60 {
		t.Fatalf("%d activities have codes, want at least 60", len(timed))
	}
	for activity, want := range timed {
		if got := isTimed(activity); got != want {
			t.Errorf("isTimed(%s) is %t, its codes say %t", activity, got, want)
		}
	}
}
