package fhir

import (
	"slices"

	"github.com/chargenote/chargenote/coding"
)

// An instrument is a screening instrument as it stands in records: its LOINC codes, its range, and
// what its totals and answers say. Item texts are not held: several are licensed.
type instrument struct {
	Name     string
	Activity string   // what giving it is: screening, cognitive-screen, health-risk-assessment-patient
	Panels   []string // LOINC
	Totals   []string // LOINC
	Items    []string // LOINC, in the order of the form; empty where only totals are read
	Most     int      // the highest answer to an item; the lowest is 0
	Range    [2]int
	Bands    []band
	Triggers []trigger
	YesNo    bool // items are yes or no and there is no total
}

// A band is the word for totals from From on.
type band struct {
	From int
	Word string
}

// A trigger is an answer that asks for a look whatever the total: item Item (1 is the first) from
// From on.
type trigger struct{ Item, From int }

// The instruments that are read. LOINC codes as in LOINC 2.68; PHQ and GAD-7 bands as in the
// Instruction Manual for the PHQ and GAD-7 measures; AUDIT as in the WHO manual of 2001; C-SSRS
// triage as published by the Columbia Lighthouse Project; DAST-10, EPDS, MoCA, SLUMS as printed on
// their forms. Where a source gives bands by sex, schooling or payer, no band is given.
var instruments = []instrument{
	{
		Name: "PHQ-9", Activity: coding.ActivityScreening,
		Panels: []string{"44249-1"}, Totals: []string{"44261-6"},
		Items: []string{"44250-9", "44255-8", "44259-0", "44254-1", "44251-7", "44258-2", "44252-5", "44253-3", "44260-8"},
		Most:  3, Range: [2]int{0, 27},
		Bands:    []band{{0, "minimal"}, {5, "mild"}, {10, "moderate"}, {15, "moderately severe"}, {20, "severe"}},
		Triggers: []trigger{{9, 1}},
	},
	{
		Name: "PHQ-9M", Activity: coding.ActivityScreening,
		Panels: []string{"89206-7"}, Totals: []string{"89204-2"},
		Range: [2]int{0, 27},
		Bands: []band{{0, "minimal"}, {5, "mild"}, {10, "moderate"}, {15, "moderately severe"}, {20, "severe"}},
	},
	{
		Name: "PHQ-2", Activity: coding.ActivityScreening,
		Panels: []string{"55757-9"}, Totals: []string{"55758-7"},
		Items: []string{"44250-9", "44255-8"},
		Most:  3, Range: [2]int{0, 6},
		Bands: []band{{0, "negative"}, {3, "positive"}},
	},
	{
		Name: "GAD-7", Activity: coding.ActivityScreening,
		Panels: []string{"69737-5"}, Totals: []string{"70274-6"},
		Items: []string{"69725-0", "68509-9", "69733-4", "69734-2", "69735-9", "69689-8", "69736-7"},
		Most:  3, Range: [2]int{0, 21},
		Bands: []band{{0, "minimal"}, {5, "mild"}, {10, "moderate"}, {15, "severe"}},
	},
	{
		Name: "AUDIT", Activity: coding.ActivityScreening,
		Panels: []string{"72110-0"}, Totals: []string{"75624-7"}, Range: [2]int{0, 40},
		Bands: []band{{0, "low"}, {8, "hazardous"}, {16, "harmful"}, {20, "possible dependence"}},
	},
	{
		Name: "AUDIT-C", Activity: coding.ActivityScreening,
		Panels: []string{"72109-2"}, Totals: []string{"75626-2"},
		Items: []string{"68518-0", "68519-8", "68520-6"}, Most: 4, Range: [2]int{0, 12},
	},
	{
		Name: "DAST-10", Activity: coding.ActivityScreening,
		Panels: []string{"82666-9"}, Totals: []string{"82667-7"}, Range: [2]int{0, 10},
		Bands: []band{{0, "none"}, {1, "low"}, {3, "moderate"}, {6, "substantial"}, {9, "severe"}},
	},
	{
		Name: "EPDS", Activity: coding.ActivityScreening,
		Totals: []string{"71354-5", "99046-5"}, Range: [2]int{0, 30},
		Bands: []band{{0, ""}, {10, "possible"}, {13, "probable"}},
	},
	{
		Name: "C-SSRS", Activity: coding.ActivityScreening,
		Panels: []string{"93373-9"},
		Items:  []string{"93246-7", "93247-5", "93248-3", "93249-1", "93250-9", "93267-3", "93269-9"},
		Most:   1, YesNo: true,
		Triggers: []trigger{{3, 1}, {4, 1}, {5, 1}, {6, 1}, {7, 1}},
	},
	{
		Name: "MoCA", Activity: coding.ActivityCognitiveScreen,
		Panels: []string{"72133-2"}, Totals: []string{"72172-0"}, Range: [2]int{0, 30},
		Bands: []band{{0, "severe"}, {10, "moderate"}, {18, "mild"}, {26, "normal"}},
	},
	{
		Name: "MMSE", Activity: coding.ActivityCognitiveScreen,
		Panels: []string{"72107-6"}, Totals: []string{"72106-8"}, Range: [2]int{0, 30},
	},
	{
		Name: "SLUMS", Activity: coding.ActivityCognitiveScreen,
		Totals: []string{"71492-3"}, Range: [2]int{0, 30},
	},
	{
		Name: "ACE", Activity: coding.ActivityHealthRiskPatient,
		Totals: []string{"82813-7"}, Range: [2]int{0, 10},
		Bands: []band{{0, ""}, {4, "high"}},
	},
}

// answerValues are the LOINC answers of the PHQ and GAD items, not at all to nearly every day, and
// yes and no.
var answerValues = map[string]int{
	"LA6568-5": 0, "LA6569-3": 1, "LA6570-1": 2, "LA6571-9": 3,
	"LA32-8": 0, "LA33-6": 1,
}

// unscored are LOINC codes that stand within a form and are no item of its total: how difficult the
// problems made things (PHQ).
var unscored = []string{"69722-7"}

func instrumentNamed(name string) instrument {
	for _, i := range instruments {
		if i.Name == name {
			return i
		}
	}
	return instrument{}
}

// The roles that a LOINC code has for an instrument.
type loincRole int

const (
	noRole loincRole = iota
	rolePanel
	roleTotal
	roleItem
)

// roleOf says what a code is for an instrument, and which item (1 is the first).
func (i instrument) roleOf(code string) (loincRole, int) {
	switch {
	case slices.Contains(i.Panels, code):
		return rolePanel, 0
	case slices.Contains(i.Totals, code):
		return roleTotal, 0
	}
	if at := slices.Index(i.Items, code); at >= 0 {
		return roleItem, at + 1
	}
	return noRole, 0
}

// instrumentOf is the instrument that a panel or a total stands for.
func instrumentOf(codes []string) (instrument, loincRole, bool) {
	for _, i := range instruments {
		for _, code := range codes {
			if role, _ := i.roleOf(code); role == rolePanel || role == roleTotal {
				return i, role, true
			}
		}
	}
	return instrument{}, noRole, false
}

// isItem reports whether codes name an item of any instrument.
func isItem(codes []string) bool {
	for _, i := range instruments {
		for _, code := range codes {
			if slices.Contains(i.Items, code) {
				return true
			}
		}
	}
	return false
}

// smallest is the instrument with the fewest items that holds all the given ones.
func smallest(codes []string) (instrument, bool) {
	var best instrument
	for _, i := range instruments {
		if len(i.Items) == 0 || best.Name != "" && len(i.Items) >= len(best.Items) {
			continue
		}
		if !slices.ContainsFunc(codes, func(code string) bool { return !slices.Contains(i.Items, code) }) {
			best = i
		}
	}
	return best, best.Name != ""
}

// word is the band of a total.
func (i instrument) word(total int) string {
	word := ""
	for _, b := range i.Bands {
		if total >= b.From {
			word = b.Word
		}
	}
	return word
}

// riskLevel is the band of the C-SSRS screener by its triage: high for items 4 and 5 or behaviour
// within three months, moderate for item 3 or earlier behaviour, low for items 1 and 2.
func riskLevel(answers map[int]int) string {
	switch {
	case answers[4] > 0, answers[5] > 0, answers[7] > 0:
		return "high"
	case answers[3] > 0, answers[6] > 0:
		return "moderate"
	}
	return "low"
}
