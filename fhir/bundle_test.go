package fhir_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/chargenote/chargenote/fhir"
)

const smallVisit = `{"resource":{"resourceType":"Encounter","id":"e1","status":"finished","class":{"code":"AMB"},"subject":{"reference":"Patient/p1"},
	"period":{"start":"2025-03-10T14:00:00-05:00","end":"2025-03-10T14:45:00-05:00"}}}`

func TestReadBundle(t *testing.T) {
	small := fhir.DefaultLimits()
	small.Bytes = 100
	few := fhir.DefaultLimits()
	few.PageValues = 10
	for _, tt := range []struct {
		name, data string
		limits     fhir.Limits
		want       string // error
		resources  int
	}{
		{"collection", `{"resourceType":"Bundle","type":"collection","entry":[` + smallVisit + `]}`, fhir.DefaultLimits(), "", 1},
		{"any type", `{"resourceType":"Bundle","type":"something","entry":[` + smallVisit + `]}`, fhir.DefaultLimits(), "", 1},
		{"byte order mark", "\ufeff" + `{"resourceType":"Bundle","type":"collection","entry":[` + smallVisit + `]}`, fhir.DefaultLimits(), "", 1},
		{"Bundle within a Bundle", `{"resourceType":"Bundle","type":"batch-response","entry":[{"resource":{"resourceType":"Bundle","type":"searchset","entry":[` + smallVisit + `]}}]}`, fhir.DefaultLimits(), "", 1},
		{"entry without resource", `{"resourceType":"Bundle","type":"batch","entry":[{"fullUrl":"x"},` + smallVisit + `]}`, fhir.DefaultLimits(), "", 1},
		{"entry by another case", `{"resourceType":"Bundle","type":"batch","entry":[{"Resource":{"resourceType":"Basic"}}]}`, fhir.DefaultLimits(), "a resource: not read: its entry has a key that differs from resource by case only; no other resource is left to review", 0},
		{"address that is no text", `{"resourceType":"Bundle","type":"batch","entry":[{"fullUrl":7,"resource":{"resourceType":"Basic"}}]}`, fhir.DefaultLimits(), "Basic: not read: its entry fullUrl is a number where a text was expected; no other resource is left to review", 0},
		{"id that is no text", `{"resourceType":"Bundle","type":"batch","entry":[{"resource":{"resourceType":"Basic","id":7}}]}`, fhir.DefaultLimits(), "Basic: not read: id is a number where a text was expected; no other resource is left to review", 0},
		{"meta that is no object", `{"resourceType":"Bundle","type":"batch","entry":[{"resource":{"resourceType":"Basic","meta":[]}}]}`, fhir.DefaultLimits(), "Basic: not read: meta is a list where an object was expected; no other resource is left to review", 0},
		{"meta that is null", `{"resourceType":"Bundle","type":"batch","entry":[{"resource":{"resourceType":"Basic","id":null,"meta":null}}]}`, fhir.DefaultLimits(), "", 1},
		{"entry that is none", `{"resourceType":"Bundle","type":"batch","entry":[3,null,` + smallVisit + `]}`, fhir.DefaultLimits(), "", 1},
		{"no Bundle", `{"resourceType":"Encounter","id":"e1","status":"finished"}`, fhir.DefaultLimits(), "Bundle: resourceType is Encounter where Bundle was expected, give a FHIR R4 Bundle", 0},
		{"no resourceType", `{"type":"collection","entry":[` + smallVisit + `]}`, fhir.DefaultLimits(), "Bundle: resourceType is missing, give a FHIR R4 Bundle", 0},
		{"no JSON", "{\"resourceType\":\"Bundle\",\n  oops}", fhir.DefaultLimits(), "line 2, column 3: is not JSON, give a FHIR Bundle in JSON", 0},
		{"nothing at all", "", fhir.DefaultLimits(), "line 1, column 1: is not JSON, give a FHIR Bundle in JSON", 0},
		{"no entries", `{"resourceType":"Bundle","type":"collection"}`, fhir.DefaultLimits(), "Bundle: has no entries, give one with an Encounter", 0},
		{"too large", `{"resourceType":"Bundle","type":"collection","entry":[` + smallVisit + `]}`, small, "file: is larger than 100 bytes, review one visit at a time", 0},
		{"too many values", `{"resourceType":"Bundle","type":"collection","entry":[` + smallVisit + `]}`, few, "Bundle: holds more than 10 values, give a FHIR R4 Bundle", 0},
		{"only a bad entry", `{"resourceType":"Bundle","type":"collection","entry":[{"resource":{"resourceType":"Encounter","id":"e1"}}]}`, fhir.DefaultLimits(),
			"Encounter/e1: not read: has no status; no other resource is left to review", 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			record, err := fhir.ReadBundle([]byte(tt.data), tt.limits)
			if tt.want != "" {
				var input *fhir.InputError
				if !errors.As(err, &input) || err.Error() != tt.want {
					t.Fatalf("got error %v, want %q", err, tt.want)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if record.Len() != tt.resources {
				t.Errorf("got %d resources, want %d", record.Len(), tt.resources)
			}
		})
	}
}

// An entry over a limit is a note in a good Bundle.
func TestEntryOverALimit(t *testing.T) {
	for _, levels := range []int{500, 20_000} { // the standard library gives up at ten thousand
		deep := `{"resource":{"resourceType":"Basic","id":"deep","x":` + strings.Repeat("[", levels) + strings.Repeat("]", levels) + `}}`
		got, err := readVisit([]byte(`{"resourceType":"Bundle","type":"collection","entry":[`+deep+`,`+smallVisit+`]}`), fhir.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if len(got.Notes) != 1 || got.Notes[0].Resource != "Basic/deep" || got.Notes[0].Text != "not read: is deeper than 64 levels" {
			t.Errorf("%d levels: got notes %v, want one about Basic/deep", levels, got.Notes)
		}
	}
}

// requiredCodes are the members that the models would fill with the first code of a list.
var requiredCodes = map[string]string{
	"Encounter": "status", "Observation": "status", "Procedure": "status", "QuestionnaireResponse": "status",
	"ChargeItem": "status", "DocumentReference": "status", "Coverage": "status",
}

// A status that is missing, null, no text or of another case leaves the resource out and is named;
// it is never supplied. A status that FHIR does not have is never counted as one that it has.
func TestNoStatusIsEverDefaulted(t *testing.T) {
	const rest = `"code":{"coding":[{"system":"http://loinc.org","code":"44261-6"}]},"subject":{"reference":"Patient/p1"},"encounter":{"reference":"Encounter/e1"},
		"content":[],"beneficiary":{"reference":"Patient/p1"},"payor":[],"context":{"reference":"Encounter/e1"},"valueInteger":14`
	for kind, member := range requiredCodes {
		for _, written := range []string{"", `"status":null,`, `"status":7,`, `"Status":"final",`, `"STATUS":"completed",`, `"_status":{},`} {
			body := rest
			if kind == "DocumentReference" {
				body = strings.Replace(rest, `"context":{"reference":"Encounter/e1"}`, `"context":{"encounter":[{"reference":"Encounter/e1"}]}`, 1)
			}
			resource := fmt.Sprintf(`{"resourceType":%q,"id":"x",%s%s}`, kind, written, body)
			record := fhir.NewRecord()
			record.Add([]byte(resource), "")
			if record.Len() != 0 {
				t.Errorf("%s with %s %q was kept", kind, member, written)
			}
		}
	}
}

// Whatever status a decoded resource is shown with stands in the resource as it was given, or is called
// unknown.
func TestStatusesAreThoseGiven(t *testing.T) {
	for _, path := range visitCases(t) {
		data, c := readCase(t, path)
		if c.Error != "" {
			continue
		}
		record, err := fhir.ReadBundle(data, fhir.DefaultLimits())
		if err != nil {
			t.Fatal(err)
		}
		got, err := record.Visit(c.options(t))
		if err != nil {
			t.Fatal(err)
		}
		for _, charge := range got.Charges {
			if given := statusOf(t, record, charge.Reference); given != charge.Status {
				t.Errorf("%s: %s is shown as %q and given as %q", path, charge.Reference, charge.Status, given)
			}
		}
		for _, choice := range record.Encounters("") {
			given := statusOf(t, record, choice.Reference)
			if given != choice.Status && choice.Status != "unknown" && !(given == "completed" && choice.Status == "finished") {
				t.Errorf("%s: %s is shown as %q and given as %q", path, choice.Reference, choice.Status, given)
			}
		}
	}
}

func statusOf(t *testing.T, record *fhir.Record, reference string) string {
	t.Helper()
	raw, ok := record.Find(reference)
	if !ok {
		t.Fatalf("%s is not in the record", reference)
	}
	var resource struct {
		Status string `json:"status"`
	}
	if err := json.Unmarshal(raw, &resource); err != nil {
		t.Fatal(err)
	}
	return resource.Status
}

// A nested required code that nobody wrote is not supplied either: a status history without a
// status is no planned one, and gives no time.
func TestNestedStatusIsNotDefaulted(t *testing.T) {
	got, err := readVisit([]byte(`{"resourceType":"Bundle","type":"collection","entry":[{"resource":{"resourceType":"Encounter","id":"e1","status":"finished","class":{"code":"AMB"},
		"statusHistory":[{"period":{"start":"2025-03-10T14:00:00-05:00","end":"2025-03-10T14:45:00-05:00"}}]}}]}`), fhir.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got.Session.Minutes != nil {
		t.Errorf("got %d minutes from a status history without a status", *got.Session.Minutes)
	}
	if len(got.Notes) == 0 || got.Notes[0].Text != "has no class: whether the visit was in person is not known" && !strings.Contains(fmt.Sprint(got.Notes), "statusHistory.status is missing: read as unknown") {
		t.Errorf("got notes %v, want one about statusHistory.status", got.Notes)
	}
}

func FuzzVisit(f *testing.F) {
	for _, path := range visitCases(f) {
		data, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		record, err := fhir.ReadBundle(data, fhir.DefaultLimits())
		if err != nil {
			return
		}
		for _, o := range []fhir.Options{{}, {Encounter: "e1", Patient: "p1", User: "Practitioner/d1"}} {
			got, err := record.Visit(o)
			if err != nil {
				continue
			}
			if s := got.Session; s.Minutes != nil && (*s.Minutes < 0 || s.Start != nil && float64(*s.Minutes) > s.End.Sub(*s.Start).Minutes()) {
				t.Errorf("session of %d minutes between %v and %v", *s.Minutes, s.Start, s.End)
			}
			if _, err := json.Marshal(got); err != nil {
				t.Error(err)
			}
		}
	})
}

// fortyResources is a visit as an EHR may hold it: forty resources, two PHQ-9 by item among them.
func fortyResources() []byte {
	entries := []string{smallVisit}
	codes := strings.Fields("44250-9 44255-8 44259-0 44254-1 44251-7 44258-2 44252-5 44253-3 44260-8")
	for i := range 36 {
		entries = append(entries, fmt.Sprintf(`{"resource":{"resourceType":"Observation","id":"o%d","status":"final","category":[{"coding":[{"code":"survey"}]}],
			"code":{"coding":[{"system":"http://loinc.org","code":%q}]},"subject":{"reference":"Patient/p1"},"encounter":{"reference":"Encounter/e1"},
			"effectiveDateTime":"2025-03-10T14:%02d:00-05:00","valueCodeableConcept":{"coding":[{"system":"http://loinc.org","code":"LA6569-3"}]}}}`, i, codes[i%9], i/9*18%60))
	}
	entries = append(entries,
		`{"resource":{"resourceType":"Patient","id":"p1","name":[{"family":"Testcase","given":["Rowan"]}]}}`,
		`{"resource":{"resourceType":"Procedure","id":"pr1","status":"completed","code":{"coding":[{"system":"http://snomed.info/sct","code":"75516001"}]},"subject":{"reference":"Patient/p1"},
			"encounter":{"reference":"Encounter/e1"},"performedPeriod":{"start":"2025-03-10T14:00:00-05:00","end":"2025-03-10T14:44:00-05:00"}}}`,
		`{"resource":{"resourceType":"Coverage","id":"c1","status":"active","type":{"coding":[{"system":"https://nahdo.org/sopt","code":"1"}]},"beneficiary":{"reference":"Patient/p1"},"payor":[]}}`)
	return []byte(`{"resourceType":"Bundle","type":"collection","entry":[` + strings.Join(entries, ",") + `]}`)
}

func BenchmarkReadVisit(b *testing.B) {
	data := fortyResources()
	got, err := readVisit(data, fhir.Options{})
	if err != nil || *got.Session.Minutes != 44 || len(got.Scores) != 4 {
		b.Fatalf("got %v, %v, want 44 minutes and 4 scores", got, err)
	}
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := readVisit(data, fhir.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
