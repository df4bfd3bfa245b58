package coding_test

import "testing"

// Professional time away from the patient counts for testing services only.
func TestCountsTimeAway(t *testing.T) {
	rules := builtin(t)
	for activity, want := range map[string]bool{
		"psych-testing-evaluation": true, "neuropsych-testing-evaluation": true, "neurobehavioral-status-exam": true,
		"test-administration-professional": true, "cognitive-performance-testing": true,
		"psychotherapy": false, "crisis": false, "cognitive-intervention": false, "therapeutic-exercise": false,
		"assessment-management": false, "no-such-activity": false,
	} {
		if got := rules.CountsTimeAway(activity); got != want {
			t.Errorf("%s: got %t, want %t", activity, got, want)
		}
	}
}
