package main

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/chargenote/chargenote/coding"
	"github.com/chargenote/chargenote/fhir"
	"github.com/chargenote/chargenote/internal/demoehr"
	"github.com/chargenote/chargenote/internal/review"
)

// A madeUpVisit is a Bundle with a visit to review, and how it is reviewed.
type madeUpVisit struct {
	name    string
	bundle  []byte
	options fhir.Options
}

const visitsFolder = "../../fhir/testdata/visits"

// madeUpVisits are the visits of package fhir that can be reviewed, and those of the demo EHR.
func madeUpVisits(t *testing.T) []madeUpVisit {
	t.Helper()
	paths, err := filepath.Glob(visitsFolder + "/*.want.json")
	if err != nil {
		t.Fatal(err)
	}
	var all []madeUpVisit
	for _, path := range paths {
		if v, ok := visitOfFile(t, path); ok {
			all = append(all, v)
		}
	}
	if len(all) < 100 {
		t.Fatalf("only %d visits in %s, there were more", len(all), visitsFolder)
	}
	return append(all, demoVisits(t)...)
}

// visitOfFile reads a case of package fhir; one that is no visit to review is none.
func visitOfFile(t *testing.T, path string) (madeUpVisit, bool) {
	t.Helper()
	var said struct {
		Options struct {
			Encounter, Patient, Zone string
			Activities               map[string]string
			Payers                   map[string]coding.Payer
		}
		Error string
	}
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(content, &said); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	if said.Error != "" {
		return madeUpVisit{}, false
	}
	file := strings.TrimSuffix(path, ".want.json")
	bundle, err := os.ReadFile(file + ".json")
	if err != nil {
		t.Fatal(err)
	}
	o := fhir.Options{EarlierNotes: true, Encounter: said.Options.Encounter, Patient: said.Options.Patient, Activities: said.Options.Activities, Payers: said.Options.Payers}
	if o.Zone, err = zoneOption(said.Options.Zone); err != nil {
		t.Fatal(err)
	}
	return madeUpVisit{filepath.Base(file), bundle, o}, true
}

// demoVisits are the visits of the demo EHR, as it would give them to another server: first the clinic,
// then each visit.
func demoVisits(t *testing.T) []madeUpVisit {
	t.Helper()
	ehr, err := demoehr.New(demoehr.Options{BaseURL: "http://127.0.0.1:1", Seed: true, Now: func() time.Time { return time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC) }})
	if err != nil {
		t.Fatal(err)
	}
	var transactions [][]json.RawMessage
	given := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		content, _ := io.ReadAll(r.Body)
		_, entries := bundleOf(t, content)
		transactions = append(transactions, entries)
	}))
	defer given.Close()
	if err := ehr.SeedInto(t.Context(), given.URL, nil); err != nil {
		t.Fatal(err)
	}
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	visits := ehr.Visits()
	if len(visits) == 0 || len(transactions) != len(visits)+1 {
		t.Fatalf("%d transactions for %d visits, want one more", len(transactions), len(visits))
	}
	var all []madeUpVisit
	for i, v := range visits {
		bundle := asJSON(t, map[string]any{"resourceType": "Bundle", "type": "collection", "entry": slices.Concat(transactions[0], transactions[i+1])})
		all = append(all, madeUpVisit{"demo-" + v.Encounter, bundle, fhir.Options{EarlierNotes: true, Encounter: v.Encounter, Zone: zone}})
	}
	return all
}

// bundleOf is what a Bundle says of itself, and its entries as they are written.
func bundleOf(t *testing.T, content []byte) (head map[string]json.RawMessage, entries []json.RawMessage) {
	t.Helper()
	if err := json.Unmarshal(content, &head); err != nil {
		t.Fatal(err)
	}
	if raw, ok := head["entry"]; ok {
		if err := json.Unmarshal(raw, &entries); err != nil {
			t.Fatal(err)
		}
	}
	return head, entries
}

func asJSON(t *testing.T, value any) []byte {
	t.Helper()
	content, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// reviewed is the review of a visit in a Bundle.
func (m madeUpVisit) reviewed(t *testing.T, s *review.Service, bundle []byte) *review.Review {
	t.Helper()
	record, err := fhir.ReadBundle(bundle, fhir.DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	v, err := record.Visit(m.options)
	if err != nil {
		t.Fatal(err)
	}
	r, err := s.Of(v)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// ofEach runs a test on the review of each made-up visit.
func ofEach(t *testing.T, test func(*testing.T, *review.Service, madeUpVisit, *review.Review)) {
	t.Helper()
	s, err := review.New()
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range madeUpVisits(t) {
		t.Run(m.name, func(t *testing.T) { test(t, s, m, m.reviewed(t, s, m.bundle)) })
	}
}

// The facts of a review are a facts document: code takes them, with their sources, and gives the coding
// of the review. Questions that only the record leaves open are no facts; where times of the record
// disagree, the facts have no time, and code suggests no more than the review.
func TestFactsOfAReviewAreAFactsDocument(t *testing.T) {
	ofEach(t, func(t *testing.T, s *review.Service, _ madeUpVisit, r *review.Review) {
		facts, err := coding.DecodeFacts(asJSON(t, r.Facts))
		if r.DateOfService == "" {
			if err == nil || err.Error() != "dateOfService: is missing, write the day of service as 2025-03-10" {
				t.Errorf("without a day: %v, want that the day is missing and nothing else", err)
			}
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		got := s.Codes.Suggest(facts)
		if r.Session.Status == "conflicting" {
			for _, line := range got.Suggestions {
				if !slices.ContainsFunc(r.Coding.Suggestions, func(have coding.Suggestion) bool { return have.Code == line.Code }) {
					t.Errorf("code suggests %s, which the times of the record do not all support", line.Code)
				}
			}
			return
		}
		want := r.Coding
		want.Questions = slices.DeleteFunc(slices.Clone(want.Questions), func(q coding.Question) bool {
			isRecords := slices.ContainsFunc(r.Visit().Questions, func(of coding.Question) bool { return of.ID == q.ID })
			return isRecords && !slices.ContainsFunc(got.Questions, func(of coding.Question) bool { return of.ID == q.ID })
		})
		if diff := cmp.Diff(string(asJSON(t, want)), string(asJSON(t, got))); diff != "" {
			t.Errorf("review (-) and code (+) differ:\n%s", diff)
		}
	})
}

// Every value of the facts says where it was read, in a resource of the Bundle; and no source is named
// for what is no value.
func TestEveryFactHasASource(t *testing.T) {
	ofEach(t, func(t *testing.T, _ *review.Service, m madeUpVisit, r *review.Review) { checkSources(t, m, r) })
}

// checkSources compares the values of a review's facts with their sources; one that a person said has
// that person for its source.
func checkSources(t *testing.T, m madeUpVisit, r *review.Review) {
	t.Helper()
	var tree map[string]any
	if err := json.Unmarshal(asJSON(t, r.Facts), &tree); err != nil {
		t.Fatal(err)
	}
	delete(tree, "sources")
	record, err := fhir.ReadBundle(m.bundle, fhir.DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	paths := pathsOf(tree, "")
	for _, path := range paths {
		if len(r.Facts.Sources[path]) == 0 {
			t.Errorf("%s has no source", path)
		}
	}
	for path, sources := range r.Facts.Sources {
		if !slices.Contains(paths, path) {
			t.Errorf("%s has sources and no value", path)
		}
		for _, source := range sources {
			resource, _, _ := strings.Cut(source, "#") // contained in it
			said := source == "answer of "+answering && slices.ContainsFunc(r.Asserted, func(a review.Assertion) bool { return a.Fact == path })
			if _, ok := record.Find(resource); !ok && !said {
				t.Errorf("%s: %q is no resource of the Bundle", path, source)
			}
		}
	}
}

// answering is the clinician who answers in these tests.
const answering = "Practitioner/who-answers"

// offered are answers that a form takes: all its words, or two numbers.
func offered(form review.Form) []string {
	if len(form.Choices) == 0 {
		return []string{strconv.Itoa(form.Least), strconv.Itoa(min(form.Most, 50))}
	}
	var all []string
	for _, choice := range form.Choices {
		all = append(all, choice.Value)
	}
	return all
}

// Every question that has a form takes what the form offers: the facts then have their sources still, what
// was said is asserted, and it is asked of the same record only once.
func TestEveryAnswerIsTakenAndAsserted(t *testing.T) {
	answered := 0
	ofEach(t, func(t *testing.T, s *review.Service, m madeUpVisit, r *review.Review) {
		for _, q := range r.Coding.Questions {
			form, ok := review.Answerable(q)
			if !ok {
				continue
			}
			for _, value := range offered(form) {
				reply, err := review.Kept(r, review.Reply{Question: q.ID, Value: value, User: answering})
				if err != nil {
					t.Fatalf("%s: %s: %v", q.ID, value, err)
				}
				after, unused, err := s.Answered(r.Visit(), reply)
				if err != nil || len(unused) > 0 {
					t.Fatalf("%s: %s: unused %v, error %v", q.ID, value, unused, err)
				}
				if len(after.Asserted) == 0 || after.Asserted[0].Question != q.ID || after.Asserted[0].By != answering {
					t.Errorf("%s: %s: asserted %v", q.ID, value, after.Asserted)
				}
				checkSources(t, m, after)
				answered++
			}
		}
	})
	if answered < 50 {
		t.Errorf("%d answers were given, there were more to give", answered)
	}
}

// pathsOf are the paths of the values of a facts document. A list of words is one value.
func pathsOf(tree any, path string) []string {
	var all []string
	switch v := tree.(type) {
	case map[string]any:
		for key, below := range v {
			all = append(all, pathsOf(below, strings.TrimPrefix(path+"."+key, "."))...)
		}
		return all
	case []any:
		if path == "services" {
			for i, below := range v {
				all = append(all, pathsOf(below, path+"["+strconv.Itoa(i)+"]")...)
			}
			return all
		}
	}
	return []string{path}
}

// A review does not depend on the order of the entries.
func TestAReviewOfAShuffledBundleIsTheSameBytes(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 5))
	ofEach(t, func(t *testing.T, s *review.Service, m madeUpVisit, r *review.Review) {
		want := asJSON(t, r)
		head, entries := bundleOf(t, m.bundle)
		for range 5 {
			random.Shuffle(len(entries), func(i, j int) { entries[i], entries[j] = entries[j], entries[i] })
			head["entry"] = asJSON(t, entries)
			if diff := cmp.Diff(string(want), string(asJSON(t, m.reviewed(t, s, asJSON(t, head))))); diff != "" {
				t.Fatalf("in another order (-want +got):\n%s", diff)
			}
		}
	})
}

// Resources of another patient, and of another visit, change nothing of a review but its notes: they add
// remarks and take none away. That the patient was elsewhere at the same time is the one thing that another
// visit is read for; the check of it is left out here.
func TestForeignResourcesChangeNothingButNotes(t *testing.T) {
	ofEach(t, func(t *testing.T, s *review.Service, m madeUpVisit, r *review.Review) {
		if r.Patient == "" {
			return // nobody says whose visit it is, so nothing is foreign
		}
		m.options.Encounter = r.Encounter // another visit beside it must not make the choice open
		r = m.reviewed(t, s, m.bundle)
		notes := r.Notes
		want := withoutNotes(t, r)
		head, entries := bundleOf(t, m.bundle)
		with := func(foreigners ...json.RawMessage) string {
			head["entry"] = asJSON(t, append(foreigners, entries...))
			got := m.reviewed(t, s, asJSON(t, head))
			for _, note := range notes {
				if !slices.Contains(got.Notes, note) {
					t.Errorf("the note %v is gone", note)
				}
			}
			return cmp.Diff(want, withoutNotes(t, got))
		}
		foreigners := foreignTo(t, r, m.bundle)
		var all []json.RawMessage
		for _, f := range foreigners {
			all = append(all, f.entry)
		}
		if with(all...) == "" {
			return
		}
		for _, f := range foreigners { // which of them it was
			if diff := with(f.entry); diff != "" {
				t.Fatalf("with %s (-want +got):\n%s", f.what, diff)
			}
		}
		t.Fatalf("with all of them (-want +got):\n%s", with(all...))
	})
}

// withoutNotes is all that a review says and rests on, but its remarks and other visits of the day.
func withoutNotes(t *testing.T, r *review.Review) string {
	t.Helper()
	bare, read := *r, *r.Visit()
	bare.Notes, read.Notes, read.Others = nil, nil, nil
	bare.Consistency = slices.DeleteFunc(slices.Clone(r.Consistency), func(c review.Consistency) bool { return c.ID == "cc_overlap" })
	return string(asJSON(t, []any{bare, read}))
}

// What is foreign in the test above would count if it were the visit's own: else the test would say nothing.
func TestForeignResourcesWouldCountAsOnesOwn(t *testing.T) {
	s, err := review.New()
	if err != nil {
		t.Fatal(err)
	}
	m, _ := visitOfFile(t, visitsFolder+"/procedure-inside-encounter.want.json")
	r := m.reviewed(t, s, m.bundle)
	m.options.Encounter = r.Encounter
	head, entries := bundleOf(t, m.bundle)
	for _, f := range foreignTo(t, r, m.bundle) {
		own := strings.NewReplacer("Patient/foreign-p", r.Patient, "Encounter/foreign-e", r.Encounter).Replace(string(f.entry))
		if !strings.Contains(own, r.Patient) || strings.HasPrefix(f.what, "an encounter") {
			continue // it is nobody's, or cannot be twice
		}
		head["entry"] = asJSON(t, append([]json.RawMessage{json.RawMessage(own)}, entries...))
		if withoutNotes(t, m.reviewed(t, s, asJSON(t, head))) == withoutNotes(t, r) {
			t.Errorf("%s: as the visit's own it changes nothing", f.what)
		}
	}
}

// A foreign is one entry that has no part in a visit.
type foreign struct {
	what  string
	entry json.RawMessage
}

// foreignKinds are resources that would change a visit if they were its own. WHO, VISIT and the times
// stand for whose they are and when.
var foreignKinds = map[string]string{
	"a procedure": `{"resourceType": "Procedure", "id": "foreign1", "status": "completed", "subject": WHO, "encounter": VISIT,
		"code": {"coding": [{"system": "https://chargenote.dev/fhir/CodeSystem/activity", "code": "crisis"}]},
		"performer": [{"actor": {"reference": "Practitioner/foreign2"}}], "performedPeriod": {"start": "START", "end": "END"}}`,
	"a procedure without a visit": `{"resourceType": "Procedure", "id": "foreign1", "status": "completed", "subject": OTHER,
		"code": {"coding": [{"system": "http://www.ama-assn.org/go/cpt", "code": "90785"}]}, "performedPeriod": {"start": "START", "end": "END"}}`,
	"a score": `{"resourceType": "Observation", "id": "foreign1", "status": "final", "subject": WHO, "encounter": VISIT,
		"code": {"coding": [{"system": "http://loinc.org", "code": "44261-6"}]}, "effectiveDateTime": "START", "valueInteger": 21}`,
	"a score without a visit": `{"resourceType": "Observation", "id": "foreign1", "status": "final", "subject": OTHER,
		"code": {"coding": [{"system": "http://loinc.org", "code": "70274-6"}]}, "effectiveDateTime": "START", "valueInteger": 15}`,
	"minutes": `{"resourceType": "Observation", "id": "foreign1", "status": "final", "subject": WHO, "encounter": VISIT,
		"code": {"text": "session length in minutes"}, "effectiveDateTime": "START", "valueQuantity": {"value": 17, "unit": "min"}}`,
	"a form": `{"resourceType": "QuestionnaireResponse", "id": "foreign1", "status": "completed", "subject": WHO, "encounter": VISIT, "authored": "START",
		"questionnaire": "http://loinc.org/q/44249-1", "item": [{"linkId": "44250-9", "answer": [{"valueInteger": 3}]}, {"linkId": "44260-8", "answer": [{"valueInteger": 3}]}]}`,
	"a form without a visit": `{"resourceType": "QuestionnaireResponse", "id": "foreign1", "status": "completed", "subject": OTHER, "authored": "START",
		"questionnaire": "http://loinc.org/q/44249-1", "item": [{"linkId": "44250-9", "answer": [{"valueInteger": 3}]}]}`,
	"a diagnosis": `{"resourceType": "Condition", "id": "foreign1", "subject": WHO, "encounter": VISIT,
		"category": [{"coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-category", "code": "encounter-diagnosis"}]}],
		"clinicalStatus": {"coding": [{"code": "active"}]}, "code": {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "F33.2"}]}}`,
	"a coverage": `{"resourceType": "Coverage", "id": "foreign1", "status": "active", "beneficiary": OTHER, "order": 1, "payor": [{"display": "A plan"}],
		"type": {"coding": [{"system": "https://nahdo.org/sopt", "code": "1"}]}}`,
	"a note": `{"resourceType": "DocumentReference", "id": "foreign1", "status": "current", "subject": WHO, "date": "2099-01-01T00:00:00Z",
		"context": {"encounter": [VISIT]}, "content": [{"attachment": {"contentType": "text/plain", "data": "VG90YWwgdGltZTogMTcgbWludXRlcyBvZiBwc3ljaG90aGVyYXB5Lg=="}}]}`,
	"a charge": `{"resourceType": "ChargeItem", "id": "foreign1", "status": "billable", "subject": WHO, "context": VISIT,
		"code": {"coding": [{"system": "http://www.ama-assn.org/go/cpt", "code": "90837"}]}}`,
	"an encounter": `{"resourceType": "Encounter", "id": "foreign-e", "status": "finished", "class": {"code": "VR"}, "subject": WHO,
		"type": [{"coding": [{"system": "https://chargenote.dev/fhir/CodeSystem/activity", "code": "group"}]}], "period": {"start": "START", "end": "END"}}`,
	"a patient":           `{"resourceType": "Patient", "id": "foreign-p", "gender": "male", "birthDate": "1950-01-01", "name": [{"family": "Stranger"}]}`,
	"a clinician's role":  `{"resourceType": "PractitionerRole", "id": "foreign1", "practitioner": {"reference": "Practitioner/foreign2"}, "specialty": [{"coding": [{"system": "http://nucc.org/provider-taxonomy", "code": "225X00000X"}]}]}`,
	"a place":             `{"resourceType": "Location", "id": "foreign1", "physicalType": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/location-physical-type", "code": "vi"}]}}`,
	"an organization":     `{"resourceType": "Organization", "id": "foreign1", "name": "Another payer"}`,
	"a note of no reader": `{"resourceType": "Binary", "id": "foreign1", "contentType": "text/plain", "data": "U3RyYW5nZXI="}`,
}

// foreignTo are entries that have no part in a visit: of another patient in this visit, of another patient
// elsewhere, and of the same patient in another visit, all within its time.
func foreignTo(t *testing.T, r *review.Review, bundle []byte) []foreign {
	t.Helper()
	start, end := "2025-03-10T14:00:00-05:00", "2025-03-10T15:30:00-05:00"
	record, err := fhir.ReadBundle(bundle, fhir.DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	var encounter struct {
		Period struct{ Start, End string }
	}
	if raw, ok := record.Find(r.Encounter); ok && json.Unmarshal(raw, &encounter) == nil && encounter.Period.End != "" {
		start, end = encounter.Period.Start, encounter.Period.End
	}
	reference := func(to string) string { return string(asJSON(t, map[string]string{"reference": to})) }
	var all []foreign
	for _, what := range slices.Sorted(maps.Keys(foreignKinds)) {
		for i, whose := range []struct{ name, who, visit string }{
			{"another patient's", "Patient/foreign-p", r.Encounter},
			{"another patient's in a visit of theirs", "Patient/foreign-p", "Encounter/foreign-e"},
			{"the patient's in another visit", r.Patient, "Encounter/foreign-e"},
		} {
			text := strings.NewReplacer("WHO", reference(whose.who), "VISIT", reference(whose.visit), "OTHER", reference("Patient/foreign-p"),
				`"START"`, string(asJSON(t, start)), `"END"`, string(asJSON(t, end))).Replace(foreignKinds[what])
			text = strings.Replace(text, `"foreign1"`, fmt.Sprintf(`"foreign-%d-%d"`, len(all), i), 1)
			all = append(all, foreign{what + ", " + whose.name, json.RawMessage(`{"resource": ` + text + `}`)})
		}
	}
	return all
}

// questionIDs are the ids that a review may ask by.
var questionIDs = regexp.MustCompile(`^(activity|session-end|modality|patient-location|audio-only-reason|payer|discipline|complexity-factor|distinct-blocks|` +
	`therapy-year-to-date|assistant-minutes|status-change|testing-episode|tests-count|screening-score|em-basis|date-of-service|minutes:[a-z-]+)$`)

// A review asks by known ids, and nothing twice.
func TestQuestionsAreKnownAndAskedOnce(t *testing.T) {
	ofEach(t, func(t *testing.T, _ *review.Service, _ madeUpVisit, r *review.Review) {
		asked := map[string]bool{}
		for _, q := range r.Coding.Questions {
			if !questionIDs.MatchString(q.ID) {
				t.Errorf("the id %q is none of the contract", q.ID)
			}
			if q.Text == "" || asked[q.ID] || asked[q.Text] {
				t.Errorf("%s is asked twice, or without words: %q", q.ID, q.Text)
			}
			asked[q.ID], asked[q.Text] = true, true
		}
	})
}
