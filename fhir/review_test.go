package fhir_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/chargenote/chargenote/fhir"
	"github.com/chargenote/chargenote/internal/review"
	"github.com/chargenote/chargenote/internal/visit"
)

func reviews(t testing.TB) *review.Service {
	t.Helper()
	service, err := review.New()
	if err != nil {
		t.Fatal(err)
	}
	return service
}

// withoutNote reads and reviews a visit as if its record had no note; nil where there is no visit. The
// reading of notes has fuzzing of its own.
func withoutNote(service *review.Service, data []byte, o fhir.Options) (*visit.Visit, *review.Review, error) {
	v, err := readVisit(data, o)
	if err != nil {
		return nil, nil, nil //nolint:nilerr // no visit is an answer
	}
	v.Note = visit.Note{Status: visit.NoteAbsent}
	r, err := service.Of(v)
	return v, r, err
}

// Whatever bytes come, the way from them to a review does not fall, gives the same bytes twice, and
// keeps what faultsOfReview promises.
func FuzzReview(f *testing.F) {
	for _, path := range visitCases(f) {
		data, _ := readCase(f, path)
		f.Add(data, "")
	}
	service := reviews(f)
	f.Fuzz(func(t *testing.T, data []byte, encounter string) {
		options := fhir.Options{Encounter: encounter}
		v, r, err := withoutNote(service, data, options)
		if err != nil {
			t.Fatal(err)
		}
		if v == nil {
			return
		}
		for _, fault := range faultsOfReview(v, r) {
			t.Error(fault)
		}
		_, again, err := withoutNote(service, data, options)
		if err != nil || again == nil {
			t.Fatalf("the second review gives %v, %v", again, err)
		}
		first, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		if second := mustJSON(again); !bytes.Equal(first, second) {
			t.Errorf("two reviews of the same bytes differ:\n%s\n%s", first, second)
		}
	})
}

// usualVisit is a visit as an EHR holds it: forty resources and sixty kilobytes. There are the clinician
// and her role, the place, the payer, diagnoses, two screenings item by item, a form, vital signs, the
// procedure, the note, and with each of them the texts, addresses and narrative that servers add.
func usualVisit(t testing.TB) []byte {
	t.Helper()
	const of = `"subject":{"reference":"Patient/p1","display":"Rowan Testcase"},"encounter":{"reference":"Encounter/e1","display":"Office visit"}`
	var entries []string
	add := func(kind, id, members string) {
		entries = append(entries, fmt.Sprintf(`{"fullUrl":"https://ehr.example/fhir/r4/%[1]s/%[2]s","search":{"mode":"match"},"resource":{"resourceType":%[1]q,"id":%[2]q,
			"meta":{"versionId":"3","lastUpdated":"2025-03-10T19:12:44.123Z","profile":["http://hl7.org/fhir/us/core/StructureDefinition/us-core-%[1]s"],"source":"https://ehr.example/feed/4711"},
			"text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\"><p><b>%[1]s</b> %[3]s</p></div>"},
			"identifier":[{"use":"usual","system":"https://ehr.example/id/%[1]s","value":"%[2]s-000123456"}],%[4]s}}`, kind, id, strings.Repeat("as the record prints it, ", 12), members))
	}
	concept := func(system, code, display string) string {
		return fmt.Sprintf(`{"coding":[{"system":%q,"code":%q,"display":%[3]q},{"system":"urn:oid:1.2.840.114350.1.13.0.1.7.2.696580","code":"4711","display":%[3]q}],"text":%[3]q}`, system, code, display)
	}
	add("Encounter", "e1", `"status":"finished","class":{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"AMB"},"type":[`+concept("https://ehr.example/visits", "101", "Office visit")+`],
		"subject":{"reference":"Patient/p1"},"participant":[{"type":[`+concept("http://terminology.hl7.org/CodeSystem/v3-ParticipationType", "PPRF", "primary performer")+`],"individual":{"reference":"Practitioner/d1"}}],
		"period":{"start":"2025-03-10T14:00:00-05:00","end":"2025-03-10T14:55:00-05:00"},"location":[{"location":{"reference":"Location/l1"}}],"diagnosis":[{"condition":{"reference":"Condition/c1"}}]`)
	add("Patient", "p1", `"name":[{"use":"official","family":"Testcase","given":["Rowan"]}],"gender":"female","birthDate":"1984-04-02"`)
	add("Practitioner", "d1", `"name":[{"text":"Morgan Example, LCSW"}]`)
	add("PractitionerRole", "r1", `"practitioner":{"reference":"Practitioner/d1"},"specialty":[`+concept("http://nucc.org/provider-taxonomy", "1041C0700X", "Clinical Social Worker")+`]`)
	add("Location", "l1", `"status":"active","name":"Room 3"`)
	add("Organization", "o1", `"active":true,"name":"Example Health Plan"`)
	add("Coverage", "v1", `"status":"active","type":`+concept("https://nahdo.org/sopt", "512", "PPO")+`,"beneficiary":{"reference":"Patient/p1"},"payor":[{"reference":"Organization/o1"}]`)
	for i, code := range []string{"F41.1", "F33.1", "Z63.0"} {
		add("Condition", fmt.Sprint("c", i+1), `"clinicalStatus":`+concept("http://terminology.hl7.org/CodeSystem/condition-clinical", "active", "Active")+`,"code":`+concept("http://hl7.org/fhir/sid/icd-10-cm", code, "a condition")+`,`+of)
	}
	add("Procedure", "s1", `"status":"completed","code":`+concept("http://snomed.info/sct", "75516001", "Psychotherapy")+`,`+of+`,"performer":[{"actor":{"reference":"Practitioner/d1"}}],
		"performedPeriod":{"start":"2025-03-10T14:02:00-05:00","end":"2025-03-10T14:50:00-05:00"}`)
	observation := func(code, display, value string) {
		add("Observation", "m"+code, `"status":"final","category":[`+concept("http://terminology.hl7.org/CodeSystem/observation-category", "survey", "Survey")+`],"code":`+concept("http://loinc.org", code, display)+`,`+of+`,
			"effectiveDateTime":"2025-03-10T13:50:00-05:00","issued":"2025-03-10T13:52:11.000-05:00","performer":[{"reference":"Practitioner/d1"}],`+value)
	}
	for _, code := range strings.Fields("44250-9 44255-8 44259-0 44254-1 44251-7 44258-2 44252-5 44253-3 44260-8 69725-0 68509-9 69733-4 69734-2 69735-9 69689-8 69736-7") {
		observation(code, "an item of a questionnaire", `"valueCodeableConcept":`+concept("http://loinc.org", "LA6569-3", "Several days"))
	}
	for _, code := range strings.Fields("8480-6 8462-4 8867-4 9279-1 8310-5 29463-7 8302-2 39156-5 2708-6 59408-5") {
		observation(code, "a vital sign", `"valueQuantity":{"value":70.5,"unit":"1","system":"http://unitsofmeasure.org","code":"1"}`)
	}
	add("QuestionnaireResponse", "q1", `"status":"completed","subject":{"reference":"Patient/p1"},"encounter":{"reference":"Encounter/e1"},"authored":"2025-03-10T13:40:00-05:00","item":[{"linkId":"1","text":"How did you come?","answer":[{"valueString":"by bus"}]}]`)
	add("DocumentReference", "n1", `"status":"current","docStatus":"final","type":`+concept("http://loinc.org", "11506-3", "Progress note")+`,"subject":{"reference":"Patient/p1"},"date":"2025-03-10T20:01:00Z",
		"content":[{"attachment":{"contentType":"text/plain; charset=utf-8","data":"U2Vzc2lvbiAxNDowMiB0byAxNDo1MC4gQ0JUIGZvciB3b3JyeTsgcGF0aWVudCBlbmdhZ2VkLiBEZW5pZXMgU0kvSEkuIFBsYW46IHJldHVybiBpbiBvbmUgd2Vlay4="}}],"context":{"encounter":[{"reference":"Encounter/e1"}]}`)
	add("ChargeItem", "h1", `"status":"billable","code":`+concept("http://www.ama-assn.org/go/cpt", "96127", "screening")+`,"subject":{"reference":"Patient/p1"},"context":{"reference":"Encounter/e1"},"quantity":{"value":2}`)
	data := []byte(`{"resourceType":"Bundle","type":"searchset","entry":[` + strings.Join(entries, ",\n") + `]}`)
	if n := len(entries); n < 36 || n > 44 {
		t.Fatalf("the usual visit has %d resources, want 36 to 44", n)
	}
	if size := len(data); size < 55_000 || size > 65_000 {
		t.Fatalf("the usual visit has %d bytes, want 55,000 to 65,000", size)
	}
	return data
}

// BenchmarkReview is one visit of forty resources from its bytes to its review, with the garbage that
// is left of it.
func BenchmarkReview(b *testing.B) {
	service, data := reviews(b), usualVisit(b)
	read := func() *review.Review {
		v, err := readVisit(data, fhir.Options{})
		if err != nil {
			b.Fatal(err)
		}
		r, err := service.Of(v)
		if err != nil {
			b.Fatal(err)
		}
		return r
	}
	r := read()
	if len(r.Coding.Suggestions) != 2 || r.Coding.Suggestions[0].Code != "90834" || len(r.Scores) != 2 || len(r.Visit().Evidence) < 20 {
		b.Fatalf("got %d suggestions, %d scores and %d resources of evidence: this is not the usual visit", len(r.Coding.Suggestions), len(r.Scores), len(r.Visit().Evidence))
	}
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	made := uint64(0)
	for b.Loop() {
		before := allocated()
		read()
		made += allocated() - before
	}
	b.ReportMetric(float64(made)/float64(b.N)-heldBy(read), "garbage-B/op")
}

// heldBy is how many bytes of the heap one review keeps for as long as it is kept itself.
func heldBy(read func() *review.Review) float64 {
	const many = 100
	kept := make([]*review.Review, many)
	live := func() uint64 {
		var stats runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&stats)
		return stats.HeapAlloc
	}
	before := live()
	for i := range kept {
		kept[i] = read()
	}
	held := float64(live()-before) / many
	runtime.KeepAlive(kept)
	return held
}
