package coding_test

import (
	"cmp"
	"fmt"
	"slices"
	"testing"

	"github.com/chargenote/chargenote/coding"
	"github.com/chargenote/chargenote/internal/effective"
)

// A limit is a row of the CMS MUE tables of 2024-07-01, typed from them, with the service that
// reaches it. Minutes are those of one unit for each of several clinicians, or, with a stride, of as
// many units by one clinician.
type limit struct {
	code                         string
	practitioner, hospital, kind int // units; adjudication indicator
	activity                     string
	first, stride                int // minutes
}

var mueRows = []limit{
	{"90791", 1, 1, 3, "diagnostic-evaluation", 0, 0},
	{"90792", 1, 2, 3, "diagnostic-evaluation-medical", 0, 0},
	{"90834", 2, 3, 3, "psychotherapy", 45, 0},
	{"90837", 2, 3, 3, "psychotherapy", 60, 0},
	{"90839", 1, 1, 2, "crisis", 60, 0},
	{"90840", 3, 4, 3, "crisis", 75, 30},
	{"90845", 1, 1, 2, "psychoanalysis", 0, 0},
	{"90846", 1, 2, 3, "family-without-patient", 50, 0},
	{"90847", 1, 2, 3, "family-with-patient", 50, 0},
	{"90853", 1, 4, 3, "group", 0, 0},
	{"92507", 1, 1, 3, "speech-treatment-individual", 0, 0},
	{"92508", 1, 1, 3, "speech-treatment-group", 0, 0},
	{"96105", 3, 3, 3, "aphasia-assessment", 31, 60},
	{"96112", 1, 1, 2, "developmental-testing", 60, 0},
	{"96113", 6, 6, 3, "developmental-testing", 76, 30},
	{"96121", 3, 3, 3, "neurobehavioral-status-exam", 91, 60},
	{"96125", 2, 2, 3, "cognitive-performance-testing", 31, 60},
	{"96130", 1, 1, 2, "psych-testing-evaluation", 60, 0},
	{"96131", 7, 7, 3, "psych-testing-evaluation", 91, 60},
	{"96137", 11, 11, 3, "test-administration-professional", 46, 30},
	{"97012", 1, 1, 3, "traction-mechanical", 0, 0},
	{"97016", 1, 1, 3, "vasopneumatic", 0, 0},
	{"97018", 1, 1, 3, "paraffin", 0, 0},
	{"97022", 1, 1, 3, "whirlpool", 0, 0},
	{"97032", 4, 4, 3, "electrical-stimulation-attended", 8, 15},
	{"97033", 4, 4, 3, "iontophoresis", 8, 15},
	{"97035", 2, 2, 3, "ultrasound", 8, 15},
	{"97110", 6, 8, 3, "therapeutic-exercise", 8, 15},
	{"97112", 4, 6, 3, "neuromuscular", 8, 15},
	{"97130", 7, 7, 3, "cognitive-intervention", 23, 15},
	{"97150", 1, 2, 3, "group-therapy-rehab", 0, 0},
	{"97161", 1, 1, 2, "pt-evaluation-low", 0, 0},
	{"97533", 4, 4, 3, "sensory-integration", 8, 15},
	{"97535", 8, 8, 3, "self-care", 8, 15},
	{"97537", 6, 8, 3, "community-reintegration", 8, 15},
	{"97542", 8, 8, 3, "wheelchair-management", 8, 15},
	{"97755", 8, 8, 3, "assistive-technology-assessment", 8, 15},
	{"97760", 6, 6, 3, "orthotic-training", 8, 15},
	{"97761", 6, 6, 3, "prosthetic-training", 8, 15},
	{"97763", 6, 6, 3, "orthotic-prosthetic-management", 8, 15},
	{"99483", 1, 1, 2, "evaluation-management", 0, 0},
	{"G0283", 1, 1, 3, "electrical-stimulation-unattended", 0, 0},
	{"G0396", 1, 1, 2, "substance-intervention", 20, 0},
	{"G0397", 1, 1, 2, "substance-intervention", 31, 0},
	{"G0442", 1, 1, 2, "alcohol-screening-annual", 15, 0},
	{"G0444", 1, 1, 2, "depression-screening-annual", 15, 0},
}

// services earn so many units of the code of a row.
func (l limit) services(units int) []coding.Service {
	if l.stride > 0 {
		return []coding.Service{{Activity: l.activity, Minutes: ptr(l.first + l.stride*(units-1)), Instruments: ptr(2)}}
	}
	var services []coding.Service
	for i := range units {
		s := coding.Service{Activity: l.activity, Performer: fmt.Sprintf("Practitioner/%d", i), Instruments: ptr(2)}
		if l.first > 0 {
			s.Minutes = ptr(l.first)
		}
		services = append(services, s)
	}
	return services
}

// At the limit nothing is said; one unit more is flagged, and cut where the limit is absolute.
func TestUnitLimitsAreThoseOfTheTable(t *testing.T) {
	rules := builtin(t)
	units := func(l limit, claim string, earned int) (int, bool) {
		result := rules.Suggest(coding.Facts{DateOfService: effective.MustParseDate("2024-07-01"),
			Payer: coding.Payer{Kind: "medicare"}, ClaimType: claim, Provider: coding.Provider{Discipline: "physician"},
			EvaluationManagement: &coding.EvaluationManagement{Code: "99483", Basis: "mdm"},
			Testing:              &coding.Testing{StandardizedTestsInterpreted: ptr(3)},
			Services:             l.services(earned)})
		total := 0
		for _, s := range result.Suggestions {
			if s.Code == l.code {
				total += s.Units
			}
		}
		return total, slices.ContainsFunc(result.Flags, func(f coding.Flag) bool { return f.Kind == "mue-exceeded" && f.Code == l.code })
	}
	for _, row := range mueRows {
		for claim, most := range map[string]int{"professional": row.practitioner, "outpatient-hospital": row.hospital} {
			t.Run(row.code+" "+claim, func(t *testing.T) {
				if got, flagged := units(row, claim, most); got != most || flagged {
					t.Errorf("at the limit %d units stand, flagged %t; want %d without a flag", got, flagged, most)
				}
				want := most + 1
				if row.kind == 2 {
					want = most
				}
				if got, flagged := units(row, claim, most+1); got != want || !flagged {
					t.Errorf("one above the limit %d units stand, flagged %t; want %d with a flag", got, flagged, want)
				}
			})
		}
	}
	if !slices.IsSortedFunc(mueRows, func(a, b limit) int { return cmp.Compare(a.code, b.code) }) {
		t.Error("the rows are not in order of code")
	}
}

// Zero units a day: Medicare does not take the code at all.
func TestUnitLimitsOfZero(t *testing.T) {
	rules := builtin(t)
	for code, activity := range map[string]string{"97010": "hot-cold-pack", "97014": "electrical-stimulation-unattended", "99408": "substance-intervention"} {
		result := rules.Suggest(coding.Facts{DateOfService: effective.MustParseDate("2024-07-01"), Payer: coding.Payer{Kind: "medicare"},
			Provider: coding.Provider{Discipline: "physician"}, Services: []coding.Service{{Activity: activity, Minutes: ptr(20)}}})
		if slices.ContainsFunc(result.Suggestions, func(s coding.Suggestion) bool { return s.Code == code }) {
			t.Errorf("%s stands for Medicare, whose limit is 0: %+v", code, result.Suggestions)
		}
	}
}
