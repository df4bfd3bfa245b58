package demoehr_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"
)

// decoders read each type of the seed through the generated models, and say what is missing that a
// reader of visits needs.
var decoders = map[string]func([]byte) (missing string, err error){
	"Patient": func(raw []byte) (string, error) {
		p, err := r4.UnmarshalPatient(raw)
		return lacks(map[string]bool{"name": len(p.Name) > 0, "birthDate": p.BirthDate != nil, "gender": p.Gender != nil, "identifier": len(p.Identifier) > 0}), err
	},
	"Encounter": func(raw []byte) (string, error) {
		e, err := r4.UnmarshalEncounter(raw)
		return lacks(map[string]bool{
			"status finished": e.Status == r4.EncounterStatusFinished, "class": e.Class.Code != nil, "subject": e.Subject != nil,
			"participant": len(e.Participant) > 0, "period": e.Period != nil && e.Period.Start != nil && e.Period.End != nil, "diagnosis": len(e.Diagnosis) > 0,
		}), err
	},
	"Procedure": func(raw []byte) (string, error) {
		p, err := r4.UnmarshalProcedure(raw)
		return lacks(map[string]bool{
			"status completed": p.Status == r4.EventStatusCompleted, "code": p.Code != nil && len(p.Code.Coding) > 0, "encounter": p.Encounter != nil,
			"performedPeriod": p.PerformedPeriod != nil && p.PerformedPeriod.Start != nil && p.PerformedPeriod.End != nil, "performer": len(p.Performer) > 0,
		}), err
	},
	"Coverage": func(raw []byte) (string, error) {
		c, err := r4.UnmarshalCoverage(raw)
		return lacks(map[string]bool{"type": c.Type != nil, "payor": len(c.Payor) > 0, "beneficiary": c.Beneficiary.Reference != nil}), err
	},
	"Condition": func(raw []byte) (string, error) {
		c, err := r4.UnmarshalCondition(raw)
		return lacks(map[string]bool{"code": c.Code != nil, "clinicalStatus": c.ClinicalStatus != nil, "subject": c.Subject.Reference != nil}), err
	},
	"Observation": func(raw []byte) (string, error) {
		o, err := r4.UnmarshalObservation(raw)
		return lacks(map[string]bool{
			"status final": o.Status == r4.ObservationStatusFinal, "code": len(o.Code.Coding) > 0, "effective": o.EffectiveDateTime != nil,
			"a value or members": o.ValueInteger != nil || o.ValueCodeableConcept != nil || len(o.HasMember) > 0,
		}), err
	},
	"DocumentReference": func(raw []byte) (string, error) {
		d, err := r4.UnmarshalDocumentReference(raw)
		return lacks(map[string]bool{
			"status current": d.Status == r4.DocumentReferenceStatusCurrent, "content": len(d.Content) == 1 && d.Content[0].Attachment.Data != nil,
			"encounter": d.Context != nil && len(d.Context.Encounter) == 1, "author": len(d.Author) > 0, "type": d.Type != nil,
		}), err
	},
	"Practitioner": func(raw []byte) (string, error) {
		p, err := r4.UnmarshalPractitioner(raw)
		return lacks(map[string]bool{"name": len(p.Name) > 0}), err
	},
	"PractitionerRole": func(raw []byte) (string, error) {
		p, err := r4.UnmarshalPractitionerRole(raw)
		return lacks(map[string]bool{"practitioner": p.Practitioner != nil, "specialty": len(p.Specialty) > 0}), err
	},
	"Organization": func(raw []byte) (string, error) {
		o, err := r4.UnmarshalOrganization(raw)
		return lacks(map[string]bool{"name": o.Name != nil}), err
	},
	"Location": func(raw []byte) (string, error) {
		l, err := r4.UnmarshalLocation(raw)
		return lacks(map[string]bool{"name": l.Name != nil}), err
	},
}

func lacks(has map[string]bool) string {
	var missing []string
	for name, there := range has {
		if !there {
			missing = append(missing, name)
		}
	}
	return strings.Join(missing, ", ")
}

func TestSeedFitsTheModels(t *testing.T) {
	c := start(t, nil).client(t, everything)
	for kind, decode := range decoders {
		r := c.call("GET", "/"+kind+"?_count=200", "")
		entries, _ := r.body["entry"].([]any)
		if len(entries) == 0 {
			t.Errorf("the seed has no %s", kind)
		}
		for _, entry := range entries {
			raw, err := json.Marshal(at(entry, "resource"))
			if err != nil {
				t.Fatal(err)
			}
			if missing, err := decode(raw); err != nil || missing != "" {
				t.Errorf("%s/%v: error %v, missing: %s", kind, at(entry, "resource", "id"), err, missing)
			}
		}
	}
}

func TestEveryVisitIsInTheRecord(t *testing.T) {
	s := start(t, nil)
	c := s.client(t, everything)
	if len(s.Visits()) < 14 {
		t.Fatalf("%d visits, want at least 14", len(s.Visits()))
	}
	stands := regexp.MustCompile(`\{[a-z]+\}`)
	for _, v := range s.Visits() {
		t.Run(v.Encounter, func(t *testing.T) {
			encounter := c.call("GET", "/Encounter/"+v.Encounter, "")
			if got := at(encounter.body, "subject", "reference"); got != "Patient/"+v.Patient {
				t.Errorf("the encounter is of %v, the worklist says %s", got, v.Patient)
			}
			if v.Title == "" || v.LookFor == "" {
				t.Error("the visit does not say what it shows")
			}
			for _, query := range []string{"/Procedure?encounter=", "/DocumentReference?encounter="} {
				if r := c.call("GET", query+v.Encounter, ""); total(r) == "0" {
					t.Errorf("%s finds nothing", query)
				}
			}
			if r := c.call("GET", "/Coverage?patient="+v.Patient, ""); total(r) == "0" {
				t.Error("nobody pays")
			}
			note := noteOf(t, c, v.Encounter)
			if left := stands.FindString(note); left != "" {
				t.Errorf("the note was left with %s in it", left)
			}
		})
	}
}

func noteOf(t *testing.T, c client, encounter string) string {
	t.Helper()
	r := c.call("GET", "/DocumentReference?encounter="+encounter, "")
	data, _ := at(r.body, "entry", 0, "resource", "content", 0, "attachment", "data").(string)
	raw, err := base64.StdEncoding.DecodeString(data)
	if err != nil || len(raw) == 0 {
		t.Fatalf("the note of %s cannot be read: %v", encounter, err)
	}
	return string(raw)
}

// TestStoriesHaveTheirMinutes counts the minutes of the procedures as a reader would.
func TestStoriesHaveTheirMinutes(t *testing.T) {
	c := start(t, nil).client(t, everything)
	for _, tt := range []struct {
		encounter, day string
		want           map[string]int
	}{
		{"therapy-52", "2026-11-16", map[string]int{"psychotherapy": 52}},
		{"therapy-53", "2026-11-16", map[string]int{"psychotherapy": 53}},
		{"therapy-90", "2026-11-17", map[string]int{"psychotherapy": 90}},
		{"therapy-90-2022", "2022-06-14", map[string]int{"psychotherapy": 90}},
		{"testing-30", "2026-11-18", map[string]int{"psych-testing-evaluation": 30}},
		{"testing-31", "2026-11-18", map[string]int{"psych-testing-evaluation": 31}},
		{"testing-91", "2026-11-18", map[string]int{"psych-testing-evaluation": 91}},
		{"cognitive-22", "2026-11-17", map[string]int{"cognitive-intervention": 22}},
		{"cognitive-23", "2026-11-17", map[string]int{"cognitive-intervention": 23}},
		{"cognitive-45", "2026-11-17", map[string]int{"cognitive-intervention": 45}},
		{"rehab-hour", "2026-11-19", map[string]int{"therapeutic-exercise": 23, "neuromuscular": 18, "manual-therapy": 12, "therapeutic-activities": 7}},
		{"rehab-tie", "2026-11-19", map[string]int{"therapeutic-exercise": 20, "neuromuscular": 20}},
		{"crisis-80", "2026-11-18", map[string]int{"crisis": 80}},
	} {
		got := map[string]int{}
		r := c.call("GET", "/Procedure?encounter="+tt.encounter, "")
		entries, _ := r.body["entry"].([]any)
		for _, entry := range entries {
			p := at(entry, "resource")
			start, err := time.Parse(time.RFC3339, at(p, "performedPeriod", "start").(string))
			if err != nil {
				t.Fatal(err)
			}
			end, err := time.Parse(time.RFC3339, at(p, "performedPeriod", "end").(string))
			if err != nil {
				t.Fatal(err)
			}
			if _, offset := start.Zone(); offset != -5*3600 && offset != -4*3600 {
				t.Errorf("%s: the offset is not that of the clinic", tt.encounter)
			}
			if start.Format(time.DateOnly) != tt.day {
				t.Errorf("%s: on %s, want %s", tt.encounter, start.Format(time.DateOnly), tt.day)
			}
			got[at(p, "code", "coding", 0, "code").(string)] = int(end.Sub(start).Minutes())
		}
		for activity, minutes := range tt.want {
			if got[activity] != minutes {
				t.Errorf("%s: %s has %d minutes, want %d", tt.encounter, activity, got[activity], minutes)
			}
		}
	}
}

// TestEarlierTotalsAreOfNoVisit keeps the course of a score apart from the visit that it leads to.
func TestEarlierTotalsAreOfNoVisit(t *testing.T) {
	c := start(t, nil).client(t, everything)
	r := c.call("GET", "/Observation?patient=sven-testberg&code=http://loinc.org|44261-6&_sort=date", "")
	var got []string
	entries, _ := r.body["entry"].([]any)
	for _, entry := range entries {
		o := at(entry, "resource")
		got = append(got, fmt.Sprint(at(o, "effectiveDateTime"), " ", at(o, "valueInteger"), " ", at(o, "encounter", "reference")))
	}
	slices.Sort(got)
	want := []string{"2026-10-09 21 <nil>", "2026-10-23 19 <nil>", "2026-11-06 17 <nil>", "2026-11-20T09:00:00-05:00 14 Encounter/phq9-item-9"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestScoresAddUp compares each total of the seed with its items.
func TestScoresAddUp(t *testing.T) {
	c := start(t, nil).client(t, everything)
	points := map[string]int{"LA6568-5": 0, "LA6569-3": 1, "LA6570-1": 2, "LA6571-9": 3}
	sums := map[string]int{}
	totals := map[string]string{}
	r := c.call("GET", "/Observation?encounter=phq9-item-9&_count=50", "")
	entries, _ := r.body["entry"].([]any)
	for _, entry := range entries {
		o := at(entry, "resource")
		id := at(o, "id").(string)
		slug := strings.Split(strings.TrimPrefix(id, "phq9-item-9-"), "-")[0]
		if n, ok := at(o, "valueInteger").(json.Number); ok {
			totals[slug] = n.String()
		}
		if answer, ok := at(o, "valueCodeableConcept", "coding", 0, "code").(string); ok {
			sums[slug] += points[answer]
			if at(o, "code", "coding", 0, "code") == "44260-8" && answer != "LA6569-3" {
				t.Errorf("item 9 is answered with %s, want 1", answer)
			}
		}
		components, _ := at(o, "component").([]any)
		for _, component := range components {
			sums[slug] += points[at(component, "valueCodeableConcept", "coding", 0, "code").(string)]
		}
	}
	if totals["phq9"] != "14" || sums["phq9"] != 14 || totals["gad7"] != "9" || sums["gad7"] != 9 {
		t.Errorf("totals %v, sums of the items %v", totals, sums)
	}
}

// TestEarlierNotesAreFoundLatestFirst asks as the app does: the story's own note, then those before it.
func TestEarlierNotesAreFoundLatestFirst(t *testing.T) {
	c := start(t, nil).client(t, everything)
	for patient, want := range map[string][]string{
		"delphine-contrived": {"2026-11-20 maren-lindqvist", "2026-11-13 maren-lindqvist", "2026-11-06 maren-lindqvist"},
		"barnaby-supposed":   {"2026-11-20 adaeze-okonkwo-reyes", "2026-11-13 maren-lindqvist"},
	} {
		var got []string
		entries, _ := c.call("GET", "/DocumentReference?patient="+patient+"&_sort=-date&_count=20", "").body["entry"].([]any)
		for _, entry := range entries {
			date, _ := at(entry, "resource", "date").(string)
			author, _ := at(entry, "resource", "author", 0, "reference").(string)
			got = append(got, date[:10]+" "+strings.TrimPrefix(author, "Practitioner/"))
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", patient, got, want)
		}
	}
}
