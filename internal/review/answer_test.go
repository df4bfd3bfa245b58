package review_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/chargenote/chargenote/coding"
	"github.com/chargenote/chargenote/internal/effective"
	"github.com/chargenote/chargenote/internal/review"
	"github.com/chargenote/chargenote/internal/visit"
)

const clinician = "Practitioner/d1"

// factsOf reads facts as a facts document writes them.
func factsOf(t *testing.T, document string) coding.Facts {
	t.Helper()
	facts, _, err := coding.DecodePartialFacts([]byte(document))
	if err != nil {
		t.Fatal(err)
	}
	if facts.DateOfService.IsZero() {
		facts.DateOfService = effective.MustParseDate("2025-03-10")
	}
	return facts
}

func TestAnswerIsTheFactsThatSettleAQuestion(t *testing.T) {
	const twoServices = `{"services": [{"activity": "gait"}, {"activity": "therapeutic-exercise", "minutes": 20, "performer": "PT"}]}`
	for _, tt := range []struct {
		name, facts, id, value, want string
	}{
		{"by video", `{}`, "modality", "audio-video", `{"visit":{"modality":"audio-video"}}`},
		{"by telephone", `{}`, "modality", "audio-only", `{"visit":{"modality":"audio-only"}}`},
		{"in person is no telehealth", `{}`, "modality", "in-person", `{"visit":{"modality":"in-person","telehealth":false}}`},
		{"at home", `{}`, "patient-location", "home", `{"visit":{"patientLocation":"home"}}`},
		{"no video wanted", `{}`, "audio-only-reason", "patient-declined-video", `{"visit":{"audioOnlyReason":"patient-declined-video"}}`},
		{"payer", `{}`, "payer", "medicare", `{"payer":{"kind":"medicare"}}`},
		{"discipline", `{}`, "discipline", "LCSW", `{"provider":{"discipline":"LCSW"}}`},
		{"a factor", `{}`, "complexity-factor", "play-equipment", `{"interactiveComplexity":{"factor":"play-equipment","present":true}}`},
		{"no factor", `{}`, "complexity-factor", "none", `{"interactiveComplexity":{"present":false}}`},
		{"apart", `{}`, "distinct-blocks", "yes", `{"distinctTimeIntervals":true}`},
		{"not apart", `{}`, "distinct-blocks", "no", `{"distinctTimeIntervals":false}`},
		{"status changed", `{}`, "status-change", "yes", `{"history":{"statusChange":true}}`},
		{"one episode", `{}`, "testing-episode", "multi-day", `{"testing":{"episode":"multi-day"}}`},
		{"which E/M code", `{}`, "em-basis", "99214", `{"evaluationManagement":{"basis":"mdm","code":"99214"}}`},
		{"basis of a known E/M code", `{"evaluationManagement": {"code": "99214"}}`, "em-basis", "mdm", `{"evaluationManagement":{"basis":"mdm"}}`},
		{"tests interpreted", `{"services": [{"activity": "psych-testing-evaluation", "minutes": 31}]}`, "tests-count", "3", `{"testing":{"standardizedTestsInterpreted":3}}`},
		{"no test at all", `{"services": [{"activity": "psych-testing-evaluation", "minutes": 31}]}`, "tests-count", "0", `{"testing":{"standardizedTestsInterpreted":0}}`},
		{"instruments of a screening", `{"services": [{"activity": "psychotherapy", "minutes": 47}, {"activity": "screening", "scored": true}]}`, "tests-count", "2",
			`{"services":[{"activity":"psychotherapy","minutes":47},{"activity":"screening","instruments":2,"scored":true}]}`},
		{"minutes keep the other services", twoServices, "minutes:gait", "12",
			`{"services":[{"activity":"gait","minutes":12},{"activity":"therapeutic-exercise","minutes":20,"performer":"PT"}]}`},
		{"no minutes", twoServices, "minutes:gait", "0",
			`{"services":[{"activity":"gait","minutes":0},{"activity":"therapeutic-exercise","minutes":20,"performer":"PT"}]}`},
		{"minutes of all of an activity", `{"services": [{"activity": "gait", "minutes": 10}, {"activity": "gait"}]}`, "minutes:gait", "25",
			`{"services":[{"activity":"gait","minutes":10},{"activity":"gait","minutes":15}]}`},
		{"another performer's minutes are not among them", `{"services": [{"activity": "gait", "minutes": 10, "performer": "PT"}, {"activity": "gait"}]}`, "minutes:gait", "25",
			`{"services":[{"activity":"gait","minutes":10,"performer":"PT"},{"activity":"gait","minutes":25}]}`},
		{"psychotherapy beside an E/M", `{"services": [{"activity": "evaluation-management"}, {"activity": "psychotherapy"}]}`, "minutes:psychotherapy-with-em", "30",
			`{"services":[{"activity":"evaluation-management"},{"activity":"psychotherapy","minutes":30}]}`},
		{"assessment face to face", `{"services": [{"activity": "assessment-management", "minutes": 9, "linkedActivity": "gait"}]}`, "minutes:assessment-management", "6",
			`{"services":[{"activity":"assessment-management","minutes":6,"linkedActivity":"gait","faceToFace":true}]}`},
		{"another day's minutes stay open", `{"services": [{"activity": "gait", "date": "2025-03-09"}, {"activity": "gait"}]}`, "minutes:gait", "15",
			`{"services":[{"activity":"gait","date":"2025-03-09"},{"activity":"gait","minutes":15}]}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			given, err := review.Answer(&review.Review{Facts: factsOf(t, tt.facts)}, tt.id, tt.value, clinician)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tree(t, tt.want), tree(t, string(given.JSON))); diff != "" {
				t.Errorf("facts (-want +got):\n%s", diff)
			}
			if given.Source != "answer of "+clinician {
				t.Errorf("the source is %q", given.Source)
			}
		})
	}
}

// orNone is a facts document, or one that says nothing.
func orNone(document string) string {
	if document == "" {
		return "{}"
	}
	return document
}

func tree(t *testing.T, document string) any {
	t.Helper()
	var value any
	if err := json.Unmarshal([]byte(document), &value); err != nil {
		t.Fatal(err)
	}
	return value
}

func TestAnswerRefusesWhatItsFormDoesNotHave(t *testing.T) {
	for _, tt := range []struct {
		name, facts, id, value, want string
	}{
		{"no question", `{}`, "", "yes", "answer it there"},
		{"a question of the record", `{}`, "therapy-year-to-date", "2450", "answer it there"},
		{"a score", `{}`, "screening-score", "14", "answer it there"},
		{"which service", `{}`, "activity", "gait", "answer it there"},
		{"a word of another question", `{}`, "modality", "home", "choose one of audio-video, audio-only, in-person"},
		{"in capitals", `{}`, "payer", "Medicare", "choose one of medicare"},
		{"nothing", `{}`, "payer", "", "choose one of"},
		{"neither yes nor no", `{}`, "distinct-blocks", "true", "choose one of yes, no"},
		{"mixed is no discipline of one clinician", `{}`, "discipline", "mixed", "choose one of"},
		{"a basis without a code", `{}`, "em-basis", "time", "choose one of 99212"},
		{"a code that is no office visit", `{}`, "em-basis", "99291", "choose one of 99212"},
		{"no number", `{}`, "tests-count", "three", "give a whole number from 0 to 99"},
		{"below", `{}`, "tests-count", "-1", "give a whole number from 0 to 99"},
		{"above", `{}`, "tests-count", "100", "give a whole number from 0 to 99"},
		{"a fraction", `{}`, "tests-count", "2.5", "give a whole number"},
		{"with a sign", `{}`, "tests-count", "+2", "give a whole number"},
		{"more than a day", `{"services": [{"activity": "gait"}]}`, "minutes:gait", "1441", "give a whole number from 0 to 1440"},
		{"minutes of nothing", `{}`, "minutes:", "5", "answer it there"},
		{"minutes that are known", `{"services": [{"activity": "gait", "minutes": 10}]}`, "minutes:gait", "15", "no service of this visit waits"},
		{"minutes between start and end", `{"services": [{"activity": "gait", "start": "2025-03-10T14:00:00-05:00", "end": "2025-03-10T14:10:00-05:00"}]}`, "minutes:gait", "15", "no service of this visit waits"},
		{"minutes of two services", `{"services": [{"activity": "gait", "performer": "PT"}, {"activity": "gait", "performer": "technician"}]}`, "minutes:gait", "15", "more than one service waits"},
		{"fewer minutes than are known", `{"services": [{"activity": "gait", "minutes": 20}, {"activity": "gait"}]}`, "minutes:gait", "15", "already gives 20 minutes"},
		{"fewer minutes than the assistant's", `{"services": [{"activity": "gait", "assistantMinutes": 20}]}`, "minutes:gait", "15", "assistantMinutes"},
		{"instruments of two screenings", `{"services": [{"activity": "screening"}, {"activity": "developmental-screening"}]}`, "tests-count", "2", "more than one service"},
		{"instruments and tests", `{"services": [{"activity": "screening"}, {"activity": "psych-testing-evaluation"}]}`, "tests-count", "2", "more than one service"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			given, err := review.Answer(&review.Review{Facts: factsOf(t, tt.facts)}, tt.id, tt.value, clinician)
			if err == nil {
				t.Fatalf("%s was taken", given.JSON)
			}
			if !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("got %q, want one line with %q", err, tt.want)
			}
		})
	}
}

func TestAnswerNeedsAName(t *testing.T) {
	if _, err := review.Answer(&review.Review{}, "payer", "medicare", ""); !errors.Is(err, review.ErrNoUser) {
		t.Errorf("got %v, want %v", err, review.ErrNoUser)
	}
}

// TestEveryFormIsTaken presses every button that a page could show.
func TestEveryFormIsTaken(t *testing.T) {
	for _, tt := range []struct {
		question coding.Question
		facts    string
		number   bool
	}{
		{question: coding.Question{ID: "modality"}}, {question: coding.Question{ID: "patient-location"}},
		{question: coding.Question{ID: "audio-only-reason"}}, {question: coding.Question{ID: "payer"}},
		{question: coding.Question{ID: "discipline"}}, {question: coding.Question{ID: "complexity-factor"}},
		{question: coding.Question{ID: "distinct-blocks"}}, {question: coding.Question{ID: "status-change"}},
		{question: coding.Question{ID: "testing-episode"}},
		{question: coding.Question{ID: "em-basis", Unlocks: []string{"90833", "90836"}}},
		{question: coding.Question{ID: "em-basis", Unlocks: []string{"99214"}}, facts: `{"evaluationManagement": {"code": "99214"}}`},
		{question: coding.Question{ID: "tests-count"}, number: true},
		{question: coding.Question{ID: "minutes:gait"}, facts: `{"services": [{"activity": "gait"}]}`, number: true},
	} {
		form, ok := review.Answerable(tt.question)
		if !ok || tt.number != (len(form.Choices) == 0) {
			t.Errorf("%s: form %+v, answerable %v", tt.question.ID, form, ok)
			continue
		}
		values := []string{"0", "17"}
		if !tt.number {
			values = nil
		}
		for _, choice := range form.Choices {
			values = append(values, choice.Value)
			if choice.Words == "" || form.Words(choice.Value) != choice.Words {
				t.Errorf("%s: %q has no words", tt.question.ID, choice.Value)
			}
		}
		r := &review.Review{Facts: factsOf(t, orNone(tt.facts))}
		for _, value := range values {
			if _, err := review.Answer(r, tt.question.ID, value, clinician); err != nil {
				t.Errorf("%s: %s is offered and refused: %v", tt.question.ID, value, err)
			}
		}
	}
	for _, id := range []string{"activity", "session-end", "therapy-year-to-date", "assistant-minutes", "screening-score", "date-of-service", "minutes:", ""} {
		if form, ok := review.Answerable(coding.Question{ID: id}); ok {
			t.Errorf("%q has a form: %+v", id, form)
		}
	}
}

func TestWordsOfANumber(t *testing.T) {
	minutes, _ := review.Answerable(coding.Question{ID: "minutes:gait"})
	tests, _ := review.Answerable(coding.Question{ID: "tests-count"})
	for _, tt := range []struct {
		form        review.Form
		value, want string
	}{{minutes, "12", "12 minutes"}, {minutes, "1", "1 minute"}, {tests, "1", "1"}} {
		if got := tt.form.Words(tt.value); got != tt.want {
			t.Errorf("got %q, want %q", got, tt.want)
		}
	}
}

// untimed is a visit of two services of therapy whose times nobody wrote.
func untimed(t *testing.T) *visit.Visit {
	t.Helper()
	return &visit.Visit{Encounter: "Encounter/e1", Patient: "Patient/p1", Note: visit.Note{Status: visit.NoteAbsent},
		Facts: factsOf(t, `{"dateOfService": "2025-03-10", "payer": {"kind": "medicare"}, "provider": {"discipline": "PT"},
			"services": [{"activity": "gait"}, {"activity": "therapeutic-exercise"}]}`)}
}

func suggested(r *review.Review) string {
	var lines []string
	for _, s := range r.Coding.Suggestions {
		lines = append(lines, s.Code)
	}
	return strings.Join(lines, " ")
}

func TestAnswersAddUpAndLeaveNothingBehind(t *testing.T) {
	service, err := review.New()
	if err != nil {
		t.Fatal(err)
	}
	reply := func(question, value string) review.Reply {
		return review.Reply{Question: question, Value: value, User: clinician, At: time.Unix(0, 0)}
	}
	gait, exercise := reply("minutes:gait", "20"), reply("minutes:therapeutic-exercise", "25")
	for _, tt := range []struct {
		name    string
		replies []review.Reply
		want    string
		unused  int
	}{
		{"none", nil, "", 0},
		{"both", []review.Reply{gait, exercise}, "97110 97116", 0},
		{"the other way round", []review.Reply{exercise, gait}, "97110 97116", 0},
		{"one that no service waits for", []review.Reply{gait, exercise, reply("minutes:massage", "10")}, "97110 97116", 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r, unused, err := service.Answered(untimed(t), tt.replies...)
			if err != nil {
				t.Fatal(err)
			}
			if got := suggested(r); got != tt.want || len(unused) != tt.unused {
				t.Errorf("got %q, unused %v; want %q and %d unused", got, unused, tt.want, tt.unused)
			}
		})
	}
	// The first taken back: the minutes of the second must not carry it on.
	r, _, err := service.Answered(untimed(t), exercise)
	if err != nil {
		t.Fatal(err)
	}
	if minutes := r.Facts.Services[0].Minutes; minutes != nil {
		t.Errorf("gait has %d minutes that nobody gave", *minutes)
	}
	// The record has moved on: what it says now is not overruled in silence.
	v := untimed(t)
	v.Facts.Services[0].Minutes = new(int)
	if r, unused, err := service.Answered(v, gait); err != nil || unused["minutes:gait"] == "" || *r.Facts.Services[0].Minutes != 0 {
		t.Errorf("unused %v, error %v; want the record's minutes and a word on the answer", unused, err)
	}
}

func TestAnAnswerSettlesAConflictOfTimes(t *testing.T) {
	start := time.Date(2025, 3, 10, 14, 0, 0, 0, time.UTC)
	end := start.Add(55 * time.Minute)
	v := &visit.Visit{Encounter: "Encounter/e1", Patient: "Patient/p1", SoleService: "psychotherapy",
		Session: visit.Session{Status: visit.SessionKnown, Minutes: number(55), Start: &start, End: &end},
		Facts: coding.Facts{DateOfService: effective.MustParseDate("2025-03-10"), Provider: coding.Provider{Discipline: "psychologist"},
			Services: []coding.Service{{Activity: "psychotherapy", Minutes: number(55), Start: &start, End: &end}}},
		Note: visit.Note{Status: visit.NoteRead, Reference: "DocumentReference/n1", Text: "Psychotherapy, 45 minutes in total."}}
	service, err := review.New()
	if err != nil {
		t.Fatal(err)
	}
	r, _, err := service.Answered(v)
	if err != nil || r.Session.Status != visit.SessionConflicting {
		t.Fatalf("the session is %q, error %v; want a conflict of record and note", r.Session.Status, err)
	}
	for value, want := range map[string]string{"45": "90834", "55": "90837"} {
		r, unused, err := service.Answered(v, review.Reply{Question: "minutes:psychotherapy", Value: value, User: clinician})
		if err != nil || suggested(r) != want || len(unused) > 0 {
			t.Errorf("%s minutes: got %q, unused %v, error %v; want %q", value, suggested(r), unused, err, want)
		}
	}
}

func number(n int) *int { return &n }

func TestAnAnswerThatDiffersFromTheRecordIsNoted(t *testing.T) {
	service, err := review.New()
	if err != nil {
		t.Fatal(err)
	}
	v := untimed(t)
	r, _, err := service.Answered(v, review.Reply{Question: "payer", Value: "commercial", User: clinician})
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Notes) != 1 || !strings.Contains(r.Notes[0].Text, "the record says medicare") || r.Facts.Sources["payer.kind"][0] != "answer of "+clinician {
		t.Errorf("notes %+v, sources %v", r.Notes, r.Facts.Sources)
	}
	if v.Facts.Payer.Kind != "medicare" {
		t.Error("the record itself was changed")
	}
}
