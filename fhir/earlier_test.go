package fhir_test

import (
	"strings"
	"testing"

	"github.com/chargenote/chargenote/fhir"
)

// Beside an earlier total stand the versions that were read, which are no evidence of this visit; and beside
// a band what of the patient it was looked up by.
func TestEarlierTotalsHaveTheirVersions(t *testing.T) {
	total := func(id, code, day, value string) string {
		encounter := ""
		if day == "2025-03-10" {
			encounter = `,"encounter":{"reference":"Encounter/e1"}`
		}
		return `{"resourceType":"Observation","id":"` + id + `","meta":{"versionId":"7","lastUpdated":"` + day + `T16:00:00Z"},"status":"final","subject":{"reference":"Patient/p1"}` + encounter +
			`,"code":{"coding":[{"system":"http://loinc.org","code":"` + code + `"}]},"effectiveDateTime":"` + day + `","valueInteger":` + value + `}`
	}
	patient := `{"resourceType":"Patient","id":"p1","gender":"female"}`
	v := visitOf(t, fhir.Options{}, patient, countEncounter, total("now", "75626-2", "2025-03-10", "3"), total("before", "75626-2", "2025-02-10", "6"))
	if len(v.Scores) != 1 || len(v.Scores[0].Trend) != 1 {
		t.Fatalf("got scores %+v, want one with an earlier total", v.Scores)
	}
	score := v.Scores[0]
	if score.Basis.Sex != "female" || score.Band != "positive" {
		t.Errorf("the band is %q by %+v, want positive by female", score.Band, score.Basis)
	}
	read := score.Trend[0].Versions
	if len(read) != 1 || read[0].Reference != "Observation/before" || read[0].Version != "7" || !strings.HasPrefix(read[0].Updated, "2025-02-10T16:00") {
		t.Errorf("the earlier total has the versions %+v", read)
	}
	for _, e := range v.Evidence {
		if e.Reference == "Observation/before" {
			t.Error("an earlier total is evidence of this visit")
		}
	}
}
