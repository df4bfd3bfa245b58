package screening_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chargenote/chargenote/coding/screening"
)

func TestByName(t *testing.T) {
	for name, want := range map[string]string{
		"PHQ-9": "PHQ-9", "phq9": "PHQ-9", "PHQ_9": "PHQ-9", "patient health questionnaire 9": "PHQ-9", "PHQ-A": "PHQ-9M", "PHQ-9M": "PHQ-9M",
		"AUDIT": "AUDIT", "audit-c": "AUDIT-C", "dast10": "DAST-10", "WHODAS": "WHODAS 2.0", "whodas-2-0": "WHODAS 2.0", "ACE": "ACE", "ACE-III": "ACE-III",
		"PHQ": "", "DAST": "", "PSC-35": "", "": "", "PCL": "", "BDI-II": "",
	} {
		got := ""
		if i, ok := builtin(t).ByName(name); ok {
			got = i.Name
			if !i.Named(name) {
				t.Errorf("%s does not answer to %q", i.Name, name)
			}
		}
		if got != want {
			t.Errorf("%q: got %q, want %q", name, got, want)
		}
	}
}

// Codes with their role. Each line here was mapped to something else in public code at least once.
func TestByCode(t *testing.T) {
	type meaning struct {
		Name string
		Role screening.Role
		Item int
	}
	for code, want := range map[string][]meaning{
		"44261-6": {{"PHQ-9", screening.Total, 0}},
		"44249-1": {{"PHQ-9", screening.Panel, 0}},
		"44260-8": {{"PHQ-9", screening.Item, 9}, {"PHQ-9M", screening.Item, 9}},
		"44250-9": {{"PHQ-2", screening.Item, 1}, {"PHQ-9", screening.Item, 1}, {"PHQ-9M", screening.Item, 1}},
		"69722-7": {{"PHQ-9", screening.Unscored, 0}},
		"89206-7": {{"PHQ-9M", screening.Panel, 0}}, "89204-2": {{"PHQ-9M", screening.Total, 0}},
		"69737-5": {{"GAD-7", screening.Panel, 0}}, "70274-6": {{"GAD-7", screening.Total, 0}},
		"75624-7": {{"AUDIT", screening.Total, 0}}, "75626-2": {{"AUDIT-C", screening.Total, 0}},
		"72110-0": {{"AUDIT", screening.Panel, 0}}, "72109-2": {{"AUDIT-C", screening.Panel, 0}},
		"72133-2": {{"MoCA", screening.Panel, 0}}, "72172-0": {{"MoCA", screening.Total, 0}},
		"72107-6": {{"MMSE", screening.Panel, 0}}, "72106-8": {{"MMSE", screening.Total, 0}},
		"71492-3": {{"SLUMS", screening.Total, 0}}, "72233-0": {{"Mini-Cog", screening.Total, 0}}, "72173-8": {{"BOMC", screening.Total, 0}},
		"71722-3": {{"AD8", screening.Total, 0}}, "71493-1": {{"IQCODE", screening.Total, 0}},
		"71354-5": {{"EPDS", screening.Total, 0}}, "99046-5": {{"EPDS", screening.Total, 0}},
		"93373-9": {{"C-SSRS", screening.Panel, 0}}, "93249-1": {{"C-SSRS", screening.Item, 4}}, "93267-3": {{"C-SSRS", screening.Item, 6}},
		"93269-9": {{"C-SSRS", screening.Item, 7}}, "93374-7": {{"C-SSRS", screening.Unscored, 0}},
		"85102-2": {{"MDQ", screening.Panel, 0}}, "82813-7": {{"ACE", screening.Total, 0}}, "82666-9": {{"DAST-10", screening.Panel, 0}},
		"93245-9":  nil, // the full C-SSRS scale
		"96762-0":  nil, // the Barthel index panel, not the PCL-5
		"82152-0":  nil, // the BRFSS module, not the ACE
		"101698-9": nil, // said to be the PCL-5, and not verified
		"106345-2": nil, // said to be the Vanderbilt, and not verified
		"":         nil,
	} {
		var got []meaning
		for _, m := range builtin(t).ByCode(code) {
			got = append(got, meaning{m.Instrument.Name, m.Role, m.Item})
			if role, item, ok := m.Instrument.RoleOf(code); !ok || role != m.Role || item != m.Item {
				t.Errorf("%s: %s says %v, %d, %t", code, m.Instrument.Name, role, item, ok)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got)\n%s", code, diff)
		}
	}
}

// What a file warns of is never what it stands for.
func TestWrongMappingsAreNamed(t *testing.T) {
	for name, code := range map[string]string{"PCL-5": "96762-0", "MoCA": "72106-8", "MMSE": "72172-0", "AUDIT": "75626-2", "AUDIT-C": "75624-7", "C-SSRS": "93245-9", "ACE": "82152-0"} {
		i := named(t, name)
		warned := false
		for _, other := range i.LOINC.Not {
			warned = warned || other.Code == code && other.Is != ""
		}
		if _, _, ok := i.RoleOf(code); ok || !warned {
			t.Errorf("%s: %s stands for it %t, warned %t", name, code, ok, warned)
		}
	}
}

func TestAnswerValue(t *testing.T) {
	for _, tt := range []struct {
		instrument, code string
		want             int
		ok               bool
	}{
		{"PHQ-9", "LA6568-5", 0, true}, {"PHQ-9", "LA6571-9", 3, true}, {"GAD-7", "LA6570-1", 2, true}, {"PHQ-9M", "LA6569-3", 1, true},
		{"C-SSRS", "LA33-6", 1, true}, {"C-SSRS", "LA32-8", 0, true}, {"AUDIT-C", "LA18929-2", 4, true}, {"AUDIT-C", "LA15694-5", 0, true},
		{"AUDIT", "LA32280-2", 4, true}, {"AUDIT", "LA32279-4", 2, true},
		{"EPDS", "LA6568-5", 0, false},  // not at all is 3 for some of its items
		{"PHQ-9", "LA33-6", 0, false},   // yes is no answer of it
		{"PHQ-9", "LA6572-7", 0, false}, // how difficult, which is not scored
	} {
		if got, ok := named(t, tt.instrument).AnswerValue(tt.code); got != tt.want || ok != tt.ok {
			t.Errorf("%s %s: got %d, %t, want %d, %t", tt.instrument, tt.code, got, ok, tt.want, tt.ok)
		}
	}
}

func TestAllows(t *testing.T) {
	for _, tt := range []struct {
		instrument   string
		item, answer int
		want         bool
	}{
		{"PHQ-9", 1, 0, true}, {"PHQ-9", 9, 3, true}, {"PHQ-9", 9, 4, false}, {"PHQ-9", 10, 0, false}, {"PHQ-9", 0, 0, false}, {"PHQ-9", 1, -1, false},
		{"AUDIT", 8, 3, true}, {"AUDIT", 9, 3, false}, {"AUDIT", 10, 2, true},
		{"Vanderbilt", 47, 0, true}, {"Vanderbilt", 48, 0, false}, {"Vanderbilt", 48, 1, true}, {"Vanderbilt", 55, 5, true}, {"Vanderbilt", 47, 4, false},
		{"MDQ", 13, 2, false}, {"MDQ", 15, 3, true}, {"MoCA", 1, 1, false},
	} {
		if got := named(t, tt.instrument).Allows(tt.item, tt.answer); got != tt.want {
			t.Errorf("%s item %d, answer %d: got %t", tt.instrument, tt.item, tt.answer, got)
		}
	}
}

func TestItemCalled(t *testing.T) {
	for _, tt := range []struct {
		instrument, label string
		want              int
	}{
		{"PHQ-9", "3", 3}, {"PHQ-9", "q3", 3}, {"PHQ-9", "phq9-3", 3}, {"PHQ-9", "PHQ9_item9", 9}, {"PHQ-9", "question.1", 1}, {"AUDIT", "audit.q10", 10},
		{"PHQ-9", "/3", 3}, {"GAD-7", "GAD-7.q2", 2}, {"PHQ-9", "01", 1},
		{"PCL-5", "1.1", 0}, {"PSC-17", "/1/2", 0}, {"PCL-5", "1-1", 0}, {"PHQ-9", "+1", 0}, {"PHQ-9", "phq9", 0}, {"PHQ-9", "", 0}, // below the first is no eleventh
		{"PHQ-9", "10", 0}, {"PHQ-9", "0", 0}, {"PHQ-9", "score-phq9", 0}, {"PHQ-9", "total", 0}, {"GAD-7", "phq9-3", 0}, {"MoCA", "1", 0},
		{"DAST-10", "1", 0},    // answers or points: a site does not say which
		{"WHODAS 2.0", "1", 0}, // from 0 or from 1, 12 items or 36: a site does not say which
	} {
		item, ok := named(t, tt.instrument).ItemCalled(tt.label)
		if ok != (tt.want > 0) || ok && item != tt.want {
			t.Errorf("%s %q: got %d, %t, want %d", tt.instrument, tt.label, item, ok, tt.want)
		}
	}
}

// A list that is handed out is the caller's own.
func TestAllIsACopy(t *testing.T) {
	first := builtin(t).All()
	first[0] = nil
	if builtin(t).All()[0] == nil {
		t.Error("a caller changed the set")
	}
}

func TestBandsDependOn(t *testing.T) {
	for name, want := range map[string]string{"AUDIT-C": "sex", "SLUMS": "schooling", "PHQ-9": "", "C-SSRS": ""} {
		if got := named(t, name).BandsDependOn(); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}

// What a site may say of its own codes, and what it may not.
func TestMeant(t *testing.T) {
	type meaning struct {
		Name string
		Role screening.Role
		Item int
	}
	for said, want := range map[string]meaning{
		"PHQ-9": {"PHQ-9", screening.Total, 0}, "phq9": {"PHQ-9", screening.Total, 0}, "PHQ-9 item 9": {"PHQ-9", screening.Item, 9},
		"phq-9 Item 1": {"PHQ-9", screening.Item, 1}, "WHODAS 2.0 item 12": {"WHODAS 2.0", screening.Item, 12}, "MoCA": {"MoCA", screening.Total, 0},
		"C-SSRS": {"C-SSRS", screening.Panel, 0}, "Vanderbilt item 55": {"Vanderbilt", screening.Item, 55},
	} {
		m, err := builtin(t).Meant(said)
		if err != nil {
			t.Errorf("%q: %v", said, err)
			continue
		}
		if got := (meaning{m.Instrument.Name, m.Role, m.Item}); got != want {
			t.Errorf("%q: got %+v, want %+v", said, got, want)
		}
	}
	for said, want := range map[string]string{
		"":               `"" is no instrument`,
		"PHQ-7":          `"PHQ-7" is no instrument`,
		"item 9":         `"" is no instrument`,
		"PHQ-9 item 10":  `"10" is no item of PHQ-9, which has 1 to 9`,
		"PHQ-9 item ten": `"ten" is no item of PHQ-9, which has 1 to 9`,
		"PHQ-9 item 0":   `"0" is no item of PHQ-9, which has 1 to 9`,
		"MoCA item 1":    "the items of MoCA are not known, only its total can be named",
	} {
		if _, err := builtin(t).Meant(said); err == nil || err.Error() != want {
			t.Errorf("%q: got %v, want %s", said, err, want)
		}
	}
}

func TestAnsweredElsewhere(t *testing.T) {
	for _, tt := range []struct {
		instrument, code string
		want             bool
	}{
		{"PHQ-9", "LA33-6", true},    // yes, of the C-SSRS and others
		{"PHQ-9", "LA6570-1", false}, // its own
		{"C-SSRS", "LA6570-1", true}, // of the PHQ-9
		{"PHQ-9", "LA99999-9", false},
		{"EPDS", "LA6570-1", false}, // it has no list here: what its answers are is not known
	} {
		if got := builtin(t).AnsweredElsewhere(named(t, tt.instrument), tt.code); got != tt.want {
			t.Errorf("%s %s: got %t", tt.instrument, tt.code, got)
		}
	}
}
