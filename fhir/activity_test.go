package fhir

import (
	"slices"
	"strings"
	"testing"

	"github.com/chargenote/chargenote/coding"
	"github.com/chargenote/chargenote/internal/effective"
	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"
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

// Every concept of the table names an activity that there is, says what it is called and where that was read, and
// has the form of a SNOMED CT identifier.
func TestSNOMEDConcepts(t *testing.T) {
	for code, concept := range snomedConcepts {
		if !coding.KnownActivity(concept.activity) {
			t.Errorf("%s names %q, which is no activity", code, concept.activity)
		}
		if !strings.HasSuffix(concept.term, "(regime/therapy)") || concept.source == "" {
			t.Errorf("%s lacks its name or its source", code)
		}
		if !isSNOMED(code) {
			t.Errorf("%s is no SNOMED CT identifier: its check digit is wrong", code)
		}
	}
	for _, code := range append(slices.Clone(telephoneVisits), telemedicine) {
		if !isSNOMED(code) {
			t.Errorf("%s is no SNOMED CT identifier: its check digit is wrong", code)
		}
	}
}

// isSNOMED checks the last digit of an identifier by Verhoeff's scheme (SNOMED CT Technical Implementation Guide,
// "Check-digit").
func isSNOMED(code string) bool {
	permute := [8][10]int{{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, {1, 5, 7, 6, 2, 8, 3, 0, 9, 4}}
	for i := 2; i < 8; i++ {
		for j := range 10 {
			permute[i][j] = permute[i-1][permute[1][j]]
		}
	}
	times := func(a, b int) int { // in the dihedral group of a pentagon
		switch {
		case a < 5 && b < 5:
			return (a + b) % 5
		case a < 5:
			return 5 + (a+b-5)%5
		case b < 5:
			return 5 + (a-5-b+5)%5
		}
		return (a - b + 5) % 5
	}
	check := 0
	for i := range len(code) {
		check = times(check, permute[i%8][code[len(code)-1-i]-'0'])
	}
	return check == 0
}

// Modifiers behind a code and small letters do not hide which code it is. What is no such code stays as it is.
func TestProcedureCode(t *testing.T) {
	for written, want := range map[string]string{
		"90837": "90837", "90837-95": "90837", "90837 95": "90837", "90837-95-GT": "90837", "90837:95,GT": "90837", "g0444": "G0444", "0362T": "0362T",
		"908.37": "908.37", "90837-9": "90837-9", "90837-95x": "90837-95X", "9083795": "9083795",
	} {
		code, lenient := procedureCode(written)
		if code != want || (code != written) != (len(lenient) > 0) {
			t.Errorf("%s: got %s %v, want %s", written, code, lenient, want)
		}
	}
}

// A code is repeated as it is written; words in place of a code are not.
func TestShown(t *testing.T) {
	for code, want := range map[string]string{
		"urn:oid:1.2.3|PSY60": "urn:oid:1.2.3|PSY60", "|PSY60": "|PSY60",
		"urn:x|Rowan Testcase": "a code that has not the form of one", "urn:x|": "a code that has not the form of one",
		"urn:x|a|b": "a code that has not the form of one", "urn:x|\u202e": "a code that has not the form of one",
	} {
		if got := shown(code); got != want {
			t.Errorf("%q: got %q, want %q", code, got, want)
		}
	}
}

// The map of a site finds a code under any name of its system, and its words exactly.
func TestSiteValues(t *testing.T) {
	concept := func(system, code, display, words string) *r4.CodeableConcept {
		return &r4.CodeableConcept{Text: &words, Coding: []r4.Coding{{System: &system, Code: &code, Display: &display}}}
	}
	for _, tt := range []struct {
		name, key string
		concept   *r4.CodeableConcept
		found     bool
	}{
		{"as written", "urn:x|A", concept("urn:x", "A", "", ""), true},
		{"another code", "urn:x|A", concept("urn:x", "B", "", ""), false},
		{"the name in the map, the OID in the record", "http://snomed.info/sct|1", concept("urn:oid:2.16.840.1.113883.6.96", "1", "", ""), true},
		{"the OID in the map, the name in the record", "urn:oid:2.16.840.1.113883.6.96|1", concept("http://snomed.info/sct", "1", "", ""), true},
		{"no system", "|A", concept("", "A", "", ""), true},
		{"its words", "Individual therapy", concept("", "", "", "Individual therapy"), true},
		{"its display", "Individual therapy", concept("urn:x", "A", "Individual therapy", ""), true},
		{"words in other case", "Individual Therapy", concept("", "", "", "Individual therapy"), false},
	} {
		if _, ok := siteValue(map[string]string{tt.key: "psychotherapy"}, tt.concept); ok != tt.found {
			t.Errorf("%s: got %t, want %t", tt.name, ok, tt.found)
		}
	}
}

// NUCC codes by their names in NUCC 20.2.
func TestDisciplineOfCode(t *testing.T) {
	for code, want := range map[string]string{
		"103T00000X": "psychologist", "103TC0700X": "psychologist", "103TP0016X": "psychologist", "103G00000X": "psychologist",
		"1041C0700X": "LCSW", "106H00000X": "LMFT", "101YM0800X": "LMHC", "101YP2500X": "LPC",
		"2084P0800X": "psychiatrist", "2084P0804X": "psychiatrist", "2084F0202X": "psychiatrist", "2084N0400X": "physician",
		"207Q00000X": "primary-care", "208D00000X": "primary-care", "207R00000X": "physician",
		"363LP0808X": "NP", "363A00000X": "PA", "364SP0808X": "CNS", "225X00000X": "OT", "2251X0800X": "PT", "235Z00000X": "SLP",
		// social worker, school social worker, counselor, behavior analyst, nurse, assistants of the therapies, massage therapist, student
		"104100000X": "", "1041S0200X": "", "101Y00000X": "", "101YA0400X": "", "103K00000X": "", "163WP0808X": "",
		"225200000X": "", "224Z00000X": "", "2355S0801X": "", "225700000X": "", "390200000X": "", "": "", "2": "",
	} {
		if got := disciplineOfCode(code); got != want {
			t.Errorf("%s: got %q, want %q", code, got, want)
		}
	}
}
