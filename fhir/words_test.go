package fhir_test

import (
	"fmt"
	"testing"

	"github.com/chargenote/chargenote/fhir"
)

// encounterWith is the small visit with one more resource.
func encounterWith(resource string) []byte {
	return []byte(`{"resourceType":"Bundle","type":"collection","entry":[` + smallVisit + `,{"resource":` + resource + `}]}`)
}

// The bands at each of their edges.
func TestBands(t *testing.T) {
	for _, tt := range []struct {
		instrument, loinc string
		words             map[int]string
	}{
		{"PHQ-9", "44261-6", map[int]string{0: "minimal", 4: "minimal", 5: "mild", 9: "mild", 10: "moderate", 14: "moderate", 15: "moderately severe", 19: "moderately severe", 20: "severe", 27: "severe"}},
		{"PHQ-9M", "89204-2", map[int]string{10: "moderate", 27: "severe"}},
		{"PHQ-2", "55758-7", map[int]string{0: "negative", 2: "negative", 3: "positive", 6: "positive"}},
		{"GAD-7", "70274-6", map[int]string{0: "minimal", 4: "minimal", 5: "mild", 9: "mild", 10: "moderate", 14: "moderate", 15: "severe", 21: "severe"}},
		{"AUDIT", "75624-7", map[int]string{7: "low", 8: "hazardous", 15: "hazardous", 16: "harmful", 19: "harmful", 20: "possible dependence"}},
		{"AUDIT-C", "75626-2", map[int]string{12: ""}}, // the cut differs by sex
		{"DAST-10", "82667-7", map[int]string{0: "none", 1: "low", 2: "low", 3: "moderate", 5: "moderate", 6: "substantial", 8: "substantial", 9: "severe"}},
		{"EPDS", "71354-5", map[int]string{9: "", 10: "possible", 12: "possible", 13: "probable"}},
		{"MoCA", "72172-0", map[int]string{9: "severe", 10: "moderate", 17: "moderate", 18: "mild", 25: "mild", 26: "normal"}},
	} {
		for total, want := range tt.words {
			got, err := readVisit(encounterWith(fmt.Sprintf(`{"resourceType":"Observation","id":"o1","status":"final","code":{"coding":[{"system":"http://loinc.org","code":%q}]},
				"encounter":{"reference":"Encounter/e1"},"valueInteger":%d}`, tt.loinc, total)), fhir.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if len(got.Scores) != 1 || got.Scores[0].Instrument != tt.instrument || *got.Scores[0].Total != total || got.Scores[0].Band != want {
				t.Errorf("%s %d: got %+v, want band %q", tt.instrument, total, got.Scores, want)
			}
		}
	}
}

// NUCC taxonomy codes as EHRs send them, and those that name none of the disciplines.
func TestDisciplines(t *testing.T) {
	for code, want := range map[string]string{
		"103T00000X": "psychologist", "103TC0700X": "psychologist", "1041C0700X": "LCSW", "104100000X": "",
		"106H00000X": "LMFT", "101YM0800X": "LMHC", "101YP2500X": "LPC", "101YA0400X": "",
		"2084P0800X": "psychiatrist", "2084P0804X": "psychiatrist", "2084N0400X": "physician", "207Q00000X": "primary-care", "207R00000X": "physician",
		"363LP0808X": "NP", "363A00000X": "PA", "364SP0808X": "CNS", "225X00000X": "OT", "225100000X": "PT", "225200000X": "", "235Z00000X": "SLP",
		"172V00000X": "",
	} {
		data := encounterWith(fmt.Sprintf(`{"resourceType":"Practitioner","id":"d1","qualification":[{"code":{"coding":[{"system":"urn:oid:2.16.840.1.113883.6.101","code":%q}]}}]}`, code))
		got, err := readVisit(data, fhir.Options{User: "Practitioner/d1"})
		if err != nil {
			t.Fatal(err)
		}
		if got.User.Discipline != want {
			t.Errorf("%s: got %q, want %q", code, got.User.Discipline, want)
		}
	}
}

// Classes of encounter, and what they say of the way patient and clinician met.
func TestClasses(t *testing.T) {
	const none, yes, no = "not said", "telehealth", "in person"
	for class, want := range map[string]string{
		`{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"AMB"}`: no,
		`{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"HH"}`:  no,
		`{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"VR"}`:  yes,
		`{"system":"urn:oid:2.16.840.1.113883.5.4","code":"EMER"}`:                   no,
		`{"system":"http://terminology.hl7.org/CodeSystem/v2-0004","code":"I"}`:      no,
		`{"system":"http://terminology.hl7.org/CodeSystem/v2-0004","code":"O"}`:      none,
		`{"system":"urn:example","code":"VR"}`:                                       none,
		`{"code":"VR"}`:                                                              yes,
		`{}`:                                                                         none,
	} {
		data := fmt.Sprintf(`{"resourceType":"Bundle","type":"collection","entry":[{"resource":{"resourceType":"Encounter","id":"e1","status":"finished","class":%s}}]}`, class)
		visit, err := readVisit([]byte(data), fhir.Options{})
		if err != nil {
			t.Fatal(err)
		}
		got := none
		if telehealth := visit.Facts.Visit.Telehealth; telehealth != nil {
			got = map[bool]string{true: yes, false: no}[*telehealth]
		}
		if got != want {
			t.Errorf("class %s: got %s, want %s", class, got, want)
		}
	}
}
