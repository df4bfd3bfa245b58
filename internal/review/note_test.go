package review

import (
	"testing"

	"github.com/chargenote/chargenote/coding"
	"github.com/chargenote/chargenote/docs"
	"github.com/chargenote/chargenote/internal/effective"
)

// A note is read for the same family whether its minutes earned a code or not.
func TestFamiliesOfActivitiesAgreeWithThoseOfCodes(t *testing.T) {
	rules, err := coding.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, rule := range rules.InForce(effective.MustParseDate("2025-03-10"), "") {
		for _, code := range rule.Codes {
			activity, named := rules.ActivityForCode(code)
			want, listed := familyOfActivity[activity]
			if !named || !listed {
				continue
			}
			seen[activity] = true
			if got, _ := docs.FamilyOf([]string{code}); got != want {
				t.Errorf("%s: activity %s is read as %q, the code as %q", code, activity, want, got)
			}
		}
	}
	for activity := range familyOfActivity {
		if !seen[activity] {
			t.Errorf("no code in force has the activity %q", activity)
		}
	}
}
