package coding

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Every code that can be suggested has one answer to who may bill it, or is one of those about which
// nobody says. A new code must be put on one side or the other.
func TestEveryCodeIsInOneEligibilityGroupOrInNone(t *testing.T) {
	rules, err := Builtin()
	if err != nil {
		t.Fatal(err)
	}
	groups := map[string][]string{}
	for _, group := range rules.whole.eligibility.Groups {
		for _, code := range group.Codes {
			groups[code] = append(groups[code], group.Name)
		}
	}
	var inNone []string
	for _, rule := range rules.whole.rules {
		for _, code := range rule.codes() {
			switch names := groups[code]; {
			case len(names) > 1:
				t.Errorf("%s is in the groups %v, want one", code, names)
			case len(names) == 0 && rule.Kind != "withdrawn":
				inNone = append(inNone, code)
			}
		}
	}
	slices.Sort(inNone)
	want := []string{"90863", "96110", "96127", "96146", "96160", "96161", "97129", "97130", "97153", "97155", "99408", "99409", "G0442", "G0444"}
	if diff := cmp.Diff(want, inNone); diff != "" {
		t.Errorf("codes in no group (-want +got)\n%s", diff)
	}
}

// A discipline or a payer that is misspelled in the table would bar clinicians without a word.
func TestEligibilityNamesDisciplinesOnly(t *testing.T) {
	rules, err := Builtin()
	if err != nil {
		t.Fatal(err)
	}
	for _, group := range rules.whole.eligibility.Groups {
		for day, today := range group.Effective.All {
			for _, discipline := range today.Disciplines {
				if !slices.Contains(disciplines, discipline) || discipline == DisciplineMixed {
					t.Errorf("%s on %s: %q is no discipline of a clinician", group.Name, day, discipline)
				}
			}
			for _, payer := range today.Binds {
				if payer != PayerMedicare && payer != PayerMedicaid {
					t.Errorf("%s on %s binds %q; eligibility binds Medicare and Medicaid", group.Name, day, payer)
				}
			}
		}
	}
}
