package coding

import (
	"fmt"
	"strings"
)

// sentences says the conditions in words, for the person who checks them.
func (n *Needs) sentences() []string {
	var said []string
	add := func(holds bool, text string) {
		if holds {
			said = append(said, text)
		}
	}
	add(len(n.Payers) > 0, "only for "+strings.Join(n.Payers, ", "))
	add(len(n.NotPayers) > 0, "not for "+strings.Join(n.NotPayers, ", "))
	add(len(n.Settings) > 0, "only in "+spoken(strings.Join(n.Settings, " or ")))
	add(n.Scored, "needs the score of each instrument")
	add(n.Tests > 0, fmt.Sprintf("needs at least %s", count(n.Tests, "test")))
	add(n.InterpretedTests > 0, fmt.Sprintf("needs at least %s interpreted", count(n.InterpretedTests, "standardized test")))
	add(n.Report, "needs a report that integrates the findings")
	add(n.NotSelfAdministered, "not for tests that patients fill in by themselves, where the edits of CMS bind")
	add(n.OneOnOne, "needs the clinician one on one with the patient")
	add(n.Patients > 0, fmt.Sprintf("needs at least %s at once", count(n.Patients, "patient")))
	add(n.FamilyTherapy, "the family takes part in structured therapy, and not as informants")
	add(n.StatusChange, "needs a change of the patient's status")
	add(n.MonthsBetween > 0, fmt.Sprintf("needs at least %s since the last one", count(n.MonthsBetween, "month")))
	add(n.NotSymptomatic, "for a patient without symptoms")
	add(n.DecidedByMDM, "the E/M level beside it is chosen by medical decision making")
	return said
}
