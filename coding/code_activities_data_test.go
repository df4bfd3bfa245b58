package coding_test

import "testing"

// A code in the record names what was done; codes of Medicare and of other payers name it alike.
func TestActivitiesOfTherapyTestingAndScreeningCodes(t *testing.T) {
	rules := builtin(t)
	for code, want := range map[string]string{
		"90845": "psychoanalysis", "90863": "pharmacologic-management", "G0017": "crisis-outside-office", "G0018": "crisis-outside-office",
		"96112": "developmental-testing", "96113": "developmental-testing", "G0442": "alcohol-screening-annual",
		"99408": "substance-intervention", "99409": "substance-intervention", "G0396": "substance-intervention", "G0397": "substance-intervention",
		"97155": "adaptive-behavior-protocol-modification", "99483": "evaluation-management", "92508": "speech-treatment-group",
		"97533": "sensory-integration", "97537": "community-reintegration", "97542": "wheelchair-management",
		"97755": "assistive-technology-assessment", "97760": "orthotic-training", "97761": "prosthetic-training", "97763": "orthotic-prosthetic-management",
		"97032": "electrical-stimulation-attended", "97033": "iontophoresis", "97010": "hot-cold-pack", "97012": "traction-mechanical",
		"97016": "vasopneumatic", "97018": "paraffin", "97022": "whirlpool",
		"97014": "electrical-stimulation-unattended", "G0283": "electrical-stimulation-unattended",
	} {
		if got, ok := rules.ActivityForCode(code); !ok || got != want {
			t.Errorf("%s names %q, want %q", code, got, want)
		}
	}
}
