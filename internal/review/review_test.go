package review_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/chargenote/chargenote/coding"
	"github.com/chargenote/chargenote/internal/effective"
	"github.com/chargenote/chargenote/internal/review"
	"github.com/chargenote/chargenote/internal/visit"
)

// record is a record that holds one visit, or an error.
type record struct {
	visit *visit.Visit
	err   error
}

func (r record) Visit(context.Context, string) (*visit.Visit, error) { return r.visit, r.err }

// therapy is a made-up visit: psychotherapy of so many minutes, by the record, with a note.
func therapy(minutes int, note string) *visit.Visit {
	start := time.Date(2025, 3, 10, 14, 0, 0, 0, time.FixedZone("", -4*3600))
	end := start.Add(time.Duration(minutes) * time.Minute)
	no := false
	status := visit.NoteRead
	if note == "" {
		status = visit.NoteAbsent
	}
	return &visit.Visit{
		Encounter: "Encounter/e1", Patient: "Patient/p1", Clinician: visit.Clinician{Reference: "Practitioner/d1", Discipline: "psychologist"},
		Start: &start, End: &end, SoleService: coding.ActivityPsychotherapy,
		Session: visit.Session{Status: visit.SessionKnown, Minutes: &minutes, Start: &start, End: &end,
			Segments:  []visit.Segment{{Activity: coding.ActivityPsychotherapy, Minutes: &minutes, Counted: true, Sources: []string{"Procedure/s1"}}},
			Conflicts: []visit.Conflict{}},
		Facts: coding.Facts{
			DateOfService: effective.MustParseDate("2025-03-10"),
			Payer:         coding.Payer{Kind: coding.PayerCommercial},
			Provider:      coding.Provider{Discipline: coding.DisciplinePsychologist},
			Services:      []coding.Service{{Activity: coding.ActivityPsychotherapy, Minutes: &minutes}},
			Visit:         coding.Circumstances{Telehealth: &no, Modality: coding.ModalityInPerson},
			Sources:       map[string][]string{"services[0].minutes": {"Procedure/s1"}, "payer.kind": {"Coverage/c1"}},
		},
		Note:      visit.Note{Status: status, Text: note, Reference: "DocumentReference/n1"},
		Evidence:  []visit.Version{{Reference: "Procedure/s1", Version: "1"}},
		Diagnoses: []visit.Diagnosis{{Code: "F41.1", System: "http://hl7.org/fhir/sid/icd-10-cm", Reference: "Condition/c1"}},
	}
}

func service(t testing.TB) *review.Service {
	t.Helper()
	s, err := review.New()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func of(t *testing.T, v *visit.Visit, given ...review.Given) *review.Review {
	t.Helper()
	r, err := service(t).Review(t.Context(), record{visit: v}, "e1", given...)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func codes(r *review.Review) []string {
	all := []string{}
	for _, s := range r.Coding.Suggestions {
		all = append(all, s.Code)
	}
	return all
}

func TestReviewSaysWhatStands(t *testing.T) {
	for minutes, want := range map[int]string{15: "", 16: "90832", 37: "90832", 38: "90834", 52: "90834", 53: "90837"} {
		r := of(t, therapy(minutes, ""))
		if got := strings.Join(codes(r), " "); got != want {
			t.Errorf("%d minutes: suggested %q, want %q", minutes, got, want)
		}
		if r.Documentation.Status != visit.NoteAbsent {
			t.Errorf("documentation of a visit without a note: status %q", r.Documentation.Status)
		}
	}
}

func TestReviewPassesOnWhatTheRecordSays(t *testing.T) {
	fault := errors.New("the record is not there")
	if _, err := service(t).Review(t.Context(), record{err: fault}, "e1"); !errors.Is(err, fault) {
		t.Errorf("got %v, want it to wrap %v", err, fault)
	}
}

func TestNoteAgainstRecord(t *testing.T) {
	for _, tt := range []struct {
		name      string
		record    int
		note      string
		status    string
		suggested string
		conflicts int
	}{
		{"they agree", 47, "Total time: 47 minutes of psychotherapy.", visit.SessionKnown, "90834", 0},
		{"a minute apart is no conflict", 53, "Total time: 52 minutes of psychotherapy.", visit.SessionKnown, "90837", 0},
		{"two minutes apart, one code", 45, "Total time: 47 minutes of psychotherapy.", visit.SessionConflicting, "90834", 1},
		{"apart over a threshold", 55, "Total time: 45 minutes of psychotherapy.", visit.SessionConflicting, "", 1},
		{"the note says nothing", 55, "Client came.", visit.SessionKnown, "90837", 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := of(t, therapy(tt.record, tt.note))
			if r.Session.Status != tt.status || len(r.Session.Conflicts) != tt.conflicts {
				t.Errorf("session %s with %d conflicts, want %s with %d", r.Session.Status, len(r.Session.Conflicts), tt.status, tt.conflicts)
			}
			if got := strings.Join(codes(r), " "); got != tt.suggested {
				t.Errorf("suggested %q, want %q", got, tt.suggested)
			}
			for _, line := range r.Coding.Suggestions {
				if !slices.ContainsFunc(line.Because, func(b coding.Because) bool { return len(b.Sources) > 0 }) {
					t.Errorf("%s is suggested without a source", line.Code)
				}
			}
			if conflicting := tt.status == visit.SessionConflicting; conflicting != (r.Session.Minutes == nil) {
				t.Errorf("minutes %v of a session that is %s", r.Session.Minutes, tt.status)
			}
			if tt.suggested == "" && !slices.ContainsFunc(r.Coding.Questions, func(q coding.Question) bool { return q.ID == "minutes:psychotherapy" }) {
				t.Errorf("no question would settle it: %+v", r.Coding.Questions)
			}
		})
	}
}

func TestNoteSettlesWhatTheRecordLeavesOpen(t *testing.T) {
	v := therapy(45, "Session from 2:00 PM to 2:47 PM. Total time: 47 minutes of psychotherapy.")
	v.Session = visit.Session{Status: visit.SessionUnknown, Segments: []visit.Segment{}, Conflicts: []visit.Conflict{}, Question: "When did it end?"}
	v.Facts = v.Facts.WithMinutes(0, nil)
	v.Questions = []coding.Question{{ID: "session-end", Text: "When did it end?", Unlocks: []string{"90834"}}}
	r := of(t, v)
	if r.Session.Status != visit.SessionKnown || r.Session.Minutes == nil || *r.Session.Minutes != 47 {
		t.Fatalf("session %+v, want 47 minutes from the note", r.Session)
	}
	if diff := cmp.Diff([]string{"DocumentReference/n1"}, r.Facts.Sources["services[0].minutes"]); diff != "" {
		t.Errorf("source of the minutes (-want +got):\n%s", diff)
	}
	if got := strings.Join(codes(r), " "); got != "90834" {
		t.Errorf("suggested %q, want 90834", got)
	}
	if len(r.Coding.Questions) != 0 {
		t.Errorf("questions left open: %+v", r.Coding.Questions)
	}
	if v.Facts.Services[0].Minutes != nil {
		t.Error("the visit itself was changed")
	}
}

func TestGivenWinsAndIsNoted(t *testing.T) {
	given := review.Given{Source: "--facts", JSON: []byte(`{"payer":{"kind":"medicare"},"services":[]}`)}
	r := of(t, therapy(47, ""), given)
	if r.Facts.Payer.Kind != coding.PayerMedicare {
		t.Errorf("payer %q, want the one given", r.Facts.Payer.Kind)
	}
	if len(r.Facts.Services) != 1 {
		t.Errorf("an empty list of services replaced the record's: %+v", r.Facts.Services)
	}
	want := []visit.Remark{{Resource: "--facts", Text: "payer.kind: medicare as given, the record says commercial"}}
	if diff := cmp.Diff(want, r.Notes); diff != "" {
		t.Errorf("notes (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"--facts"}, r.Facts.Sources["payer.kind"]); diff != "" {
		t.Errorf("source of the payer (-want +got):\n%s", diff)
	}
	services := review.Given{Source: "--facts", JSON: []byte(`{"services":[{"activity":"psychotherapy","minutes":60}]}`)}
	r = of(t, therapy(47, "Total time: 47 minutes of psychotherapy."), services)
	if got := strings.Join(codes(r), " "); got != "90837" || r.Session.Status != visit.SessionKnown {
		t.Errorf("given minutes: suggested %q, session %s; want 90837 and no conflict with the note", got, r.Session.Status)
	}
	if diff := cmp.Diff([]string{"--facts"}, r.Facts.Sources["services[0].minutes"]); diff != "" {
		t.Errorf("source of the minutes (-want +got):\n%s", diff)
	}
	if _, err := service(t).Of(therapy(47, ""), review.Given{Source: "--facts", JSON: []byte(`{"payer":{"knd":"medicare"}}`)}); err == nil {
		t.Error("an unknown key was taken")
	}
}

func TestConflictKeepsWhatAllCandidatesSupport(t *testing.T) {
	for _, tt := range []struct {
		name       string
		candidates []int
		want       string
	}{
		{"one code", []int{40, 50}, "90834"},
		{"two codes", []int{50, 55}, ""},
		{"three candidates, the middle one alike", []int{30, 34, 60}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			v := therapy(45, "")
			v.Session.Status, v.Session.Minutes = visit.SessionConflicting, nil
			v.Session.Conflicts = []visit.Conflict{{Text: "two sources disagree", Minutes: tt.candidates, Activity: coding.ActivityPsychotherapy}}
			v.Facts = v.Facts.WithMinutes(0, nil)
			r := of(t, v)
			if got := strings.Join(codes(r), " "); got != tt.want {
				t.Errorf("suggested %q, want %q", got, tt.want)
			}
			for _, s := range r.Coding.Suggestions {
				if s.Minutes != nil || s.Next != nil {
					t.Errorf("%s speaks of minutes that are not known", s.Code)
				}
			}
		})
	}
}

func TestFiling(t *testing.T) {
	s := service(t)
	v := therapy(53, "Total time: 53 minutes of psychotherapy.")
	r, err := s.Of(v)
	if err != nil {
		t.Fatal(err)
	}
	confirmation := review.Confirmation{Offers: []string{"90837"}, Tenant: "t", Issuer: "https://ehr.example/fhir",
		User: "Practitioner/d2", Software: "chargenote/test", At: time.Date(2025, 3, 10, 19, 0, 0, 0, time.UTC)}
	filing, err := s.Filing(r, confirmation)
	if err != nil {
		t.Fatal(err)
	}
	if len(filing.Lines) != 1 || filing.Lines[0].Code != "90837" || filing.Lines[0].Units != 1 || filing.Lines[0].Rule != "psychotherapy-60" || filing.Lines[0].Definition != "psychotherapy-60" {
		t.Errorf("lines %+v", filing.Lines)
	}
	if filing.Rules != s.Codes.Version().Version {
		t.Errorf("rules %q, want %q", filing.Rules, s.Codes.Version().Version)
	}
	if filing.Performer != "Practitioner/d1" || filing.Enterer != "Practitioner/d2" {
		t.Errorf("performer %s, enterer %s", filing.Performer, filing.Enterer)
	}
	if !strings.HasPrefix(filing.GapNote, "Automated checklist") || !strings.Contains(filing.GapNote, "90837 x1") {
		t.Errorf("gap note begins %.80q", filing.GapNote)
	}

	hash, err := review.PreviewHash(filing)
	if err != nil {
		t.Fatal(err)
	}
	later := confirmation
	later.At = later.At.Add(time.Minute)
	again, err := s.Filing(r, later)
	if err != nil {
		t.Fatal(err)
	}
	if same, _ := review.PreviewHash(again); same != hash {
		t.Error("the hour of the confirmation changed the preview")
	}
	again.Lines[0].Units = 2
	if other, _ := review.PreviewHash(again); other == hash {
		t.Error("another number of units has the same preview hash")
	}

	for name, change := range map[string]func(*review.Confirmation){
		"nobody":       func(c *review.Confirmation) { c.User = "" },
		"nothing":      func(c *review.Confirmation) { c.Offers = nil },
		"another code": func(c *review.Confirmation) { c.Offers = []string{"90834"} },
	} {
		c := confirmation
		change(&c)
		if _, err := s.Filing(r, c); err == nil {
			t.Errorf("%s: a filing was made", name)
		}
	}
}

func TestFilingOfAChoice(t *testing.T) {
	s := service(t)
	v := therapy(40, "")
	twenty := 20
	v.Facts.Provider.Discipline, v.Facts.Payer.Kind = coding.DisciplinePT, coding.PayerMedicare
	v.Facts.Services = []coding.Service{{Activity: "neuromuscular", Minutes: &twenty}, {Activity: "therapeutic-exercise", Minutes: &twenty}}
	v.SoleService = ""
	r, err := s.Of(v)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Coding.Choices) != 1 || len(r.Coding.Choices[0].Options) != 2 {
		t.Fatalf("choices %+v, want one with two options (CMS example 2)", r.Coding.Choices)
	}
	confirmation := review.Confirmation{Offers: []string{"choice-1-1"}, User: "Practitioner/d1"}
	filing, err := s.Filing(r, confirmation)
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range filing.Lines {
		if line.Rule == "" || line.Definition == "" || line.Label == "" {
			t.Errorf("%s has rule %q, definition %q and label %q", line.Code, line.Rule, line.Definition, line.Label)
		}
	}
	confirmation.Offers = []string{"choice-1-1", "choice-1-2"}
	if _, err := s.Filing(r, confirmation); err == nil {
		t.Error("two options of one choice were taken")
	}
}

// A charge that was voided can be made again: it is the next of its line.
func TestFilingAfterAVoidedCharge(t *testing.T) {
	s := service(t)
	for _, tt := range []struct {
		name   string
		voided []visit.Charge
		want   int
	}{
		{"none", nil, 0},
		{"once", []visit.Charge{{Code: "90837", Key: "k1"}}, 1},
		{"twice", []visit.Charge{{Code: "90837", Key: "k1"}, {Code: "90837", Key: "k2"}}, 2},
		{"another code", []visit.Charge{{Code: "90834", Key: "k1"}}, 0},
		{"with a modifier", []visit.Charge{{Code: "90837", Modifiers: []string{"95"}, Key: "k1"}}, 0},
	} {
		v := therapy(53, "")
		v.Voided = tt.voided
		r, err := s.Of(v)
		if err != nil {
			t.Fatal(err)
		}
		filing, err := s.Filing(r, review.Confirmation{Offers: []string{"90837"}, User: "Practitioner/d1"})
		if err != nil {
			t.Fatal(err)
		}
		if got := filing.Lines[0].Ordinal; got != tt.want {
			t.Errorf("%s: ordinal %d, want %d", tt.name, got, tt.want)
		}
	}
}

// What a charge rests on beside the record is said in its one sentence.
func TestFilingNamesAnswers(t *testing.T) {
	s := service(t)
	v := therapy(55, "Total time: 45 minutes of psychotherapy.")
	reply := review.Reply{Question: "minutes:psychotherapy", Value: "55", User: "Practitioner/d1"}
	r, unused, err := s.Answered(v, reply)
	if err != nil || len(unused) != 0 {
		t.Fatalf("unused %v, error %v", unused, err)
	}
	if diff := cmp.Diff([]string{"answer of Practitioner/d1"}, r.Facts.Sources["services[0].minutes"]); diff != "" {
		t.Errorf("source of the minutes (-want +got):\n%s", diff)
	}
	filing, err := s.Filing(r, review.Confirmation{Offers: []string{"90837"}, User: "Practitioner/d1"})
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(filing.Lines[0].Sentence, "resting on what the clinician answered") {
		t.Errorf("sentence %q does not name the answer", filing.Lines[0].Sentence)
	}
	plain, err := s.Of(therapy(55, ""))
	if err != nil {
		t.Fatal(err)
	}
	filing, err = s.Filing(plain, review.Confirmation{Offers: []string{"90837"}, User: "Practitioner/d1"})
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(filing.Lines[0].Sentence, "answered") {
		t.Errorf("sentence %q names an answer that nobody gave", filing.Lines[0].Sentence)
	}
}

// An add-on is never filed without the base that it was suggested with.
func TestFilingRefusesAnAddOnAlone(t *testing.T) {
	s := service(t)
	v := therapy(53, "")
	yes := true
	v.Facts.InteractiveComplexity = &coding.InteractiveComplexity{Present: &yes, Factor: "mandated-report"}
	r, err := s.Of(v)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"90837", "90785"}, codes(r)); diff != "" {
		t.Fatalf("suggestions (-want +got):\n%s", diff)
	}
	if _, err := s.Filing(r, review.Confirmation{Offers: []string{"90785"}, User: "Practitioner/d1"}); err == nil {
		t.Error("90785 was taken without its base")
	}
	if _, err := s.Filing(r, review.Confirmation{Offers: []string{"90785", "90837"}, User: "Practitioner/d1"}); err != nil {
		t.Errorf("base and add-on: %v", err)
	}
}

func TestReviewIsTheSameBytes(t *testing.T) {
	first, err := json.Marshal(of(t, therapy(53, "Total time: 45 minutes of psychotherapy.")))
	if err != nil {
		t.Fatal(err)
	}
	for range 50 {
		again, err := json.Marshal(of(t, therapy(53, "Total time: 45 minutes of psychotherapy.")))
		if err != nil {
			t.Fatal(err)
		}
		if string(again) != string(first) {
			t.Fatal("the same visit gave other bytes")
		}
	}
}

func BenchmarkReview(b *testing.B) {
	s := service(b)
	v := therapy(53, strings.Repeat("Session 2:00 PM to 2:53 PM. Denies SI/HI. Plan: return in one week.\n", 20))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := s.Of(v); err != nil {
			b.Fatal(err)
		}
	}
}

func ExampleReview_Offers() {
	r := review.Review{Coding: coding.Result{
		Suggestions: []coding.Suggestion{{Code: "90837", Units: 1, Modifiers: []string{"95"}}},
		Choices:     []coding.Choice{{Options: [][]coding.Line{{{Code: "97110", Units: 2}}, {{Code: "97112", Units: 2}}}}},
	}}
	for _, offer := range r.Offers() {
		fmt.Println(offer.ID)
	}
	// Output:
	// 90837-95
	// choice-1-1
	// choice-1-2
}
