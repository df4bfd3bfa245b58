package docs_test

import "testing"

// What is said is looked for in a time that grows with the length of a note: names, codes, figures,
// pronouns and signatures over and over, each another one.
func TestSaidTakesLinearTime(t *testing.T) {
	takeLinearTime(t, []string{"90847", "97110"}, []string{"90837 ", "F41.1, ", "Goal 1: Maria. ", "he she ", "mother father without patient ", "PHQ-9 = 14 ", "Therapist: Rowan Test, PhD\n", "DOB: 1/2/1990\n", "via video at home "})
}
