package review_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chargenote/chargenote/coding"
	"github.com/chargenote/chargenote/internal/effective"
	"github.com/chargenote/chargenote/internal/review"
	"github.com/chargenote/chargenote/internal/visit"
)

var newYork = func() *time.Location {
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		panic(err)
	}
	return zone
}()

// ny is a moment in New York: "03-10 14:00" of 2025.
func ny(moment string) time.Time {
	layout := "2006-01-02 15:04"
	if strings.Count(moment, ":") == 2 {
		layout += ":05"
	}
	t, err := time.ParseInLocation(layout, "2025-"+moment, newYork)
	if err != nil {
		panic(err)
	}
	return t
}

// worked is an entry of so many minutes of a day, or from a start to an end.
func worked(id, from, to string) review.Work {
	return review.Work{ID: id, Kind: "interpretation", Activity: coding.ActivityPsychTestingEvaluation,
		Start: ny(from), End: ny(to), User: "Practitioner/d1", At: ny("03-12 09:00")}
}

func plain(id, day string, minutes int) review.Work {
	return review.Work{ID: id, Kind: "report", Activity: coding.ActivityPsychTestingEvaluation, Day: day, Minutes: minutes,
		User: "Practitioner/d1", At: ny("03-12 09:00")}
}

// evaluationVisit is a visit of testing on March 10, without a time of its own.
func evaluationVisit(services ...coding.Service) *visit.Visit {
	yes, three := true, 3
	return &visit.Visit{Encounter: "Encounter/e1", Patient: "Patient/p1", Facts: coding.Facts{
		DateOfService: effective.MustParseDate("2025-03-10"), Payer: coding.Payer{Kind: "commercial"},
		Provider: coding.Provider{Discipline: "psychologist"}, Services: services,
		Testing: &coding.Testing{StandardizedTestsInterpreted: &three, IntegratedReport: &yes, Episode: "multi-day"}}}
}

// service is one of the visit's, from a start to an end on March 10.
func during(activity, from, to string) coding.Service {
	start, end := ny("03-10 "+from), ny("03-10 "+to)
	return coding.Service{Activity: activity, Start: &start, End: &end}
}

func TestLedgerCountsEachMinuteOnceAndOnItsDay(t *testing.T) {
	neuro := worked("b", "03-10 10:30", "03-10 11:30")
	neuro.Activity = coding.ActivityNeuropsychTestingEvaluation
	for _, tt := range []struct {
		name    string // why it is so
		entries []review.Work
		visit   []coding.Service
		want    string // activity, day and minutes of each service of the ledger
	}{
		{"minutes of a day as they are", []review.Work{plain("a", "2025-03-10", 40)}, nil, "psych 2025-03-10 40"},
		{"minutes without a time are apart", []review.Work{plain("a", "2025-03-10", 40), plain("b", "2025-03-10", 5)}, nil, "psych 2025-03-10 45"},
		{"days are apart", []review.Work{plain("a", "2025-03-11", 40), plain("b", "2025-03-10", 5)}, nil, "psych 2025-03-10 5; psych 2025-03-11 40"},
		{"two that overlap are their union", []review.Work{worked("a", "03-10 10:00", "03-10 11:00"), worked("b", "03-10 10:30", "03-10 11:30")}, nil, "psych 2025-03-10 90"},
		{"one within another adds nothing", []review.Work{worked("a", "03-10 10:30", "03-10 10:40"), worked("b", "03-10 10:00", "03-10 11:00")}, nil, "psych 2025-03-10 60"},
		{"two that touch are both", []review.Work{worked("a", "03-10 10:00", "03-10 10:20"), worked("b", "03-10 10:20", "03-10 10:50")}, nil, "psych 2025-03-10 50"},
		{"the one that began first has the minutes of two evaluations", []review.Work{neuro, worked("a", "03-10 10:00", "03-10 11:00")}, nil, "neuropsych 2025-03-10 30; psych 2025-03-10 60"},
		{"midnight parts the days", []review.Work{worked("a", "03-10 23:40", "03-11 00:30")}, nil, "psych 2025-03-10 20; psych 2025-03-11 30"},
		{"an hour is an hour where the clocks go forward", []review.Work{worked("a", "03-09 01:30", "03-09 03:30")}, nil, "psych 2025-03-09 60"},
		{"seconds are cut down once, at the end", []review.Work{worked("a", "03-10 10:00:00", "03-10 10:00:40"), worked("b", "03-10 11:00:00", "03-10 11:00:40")}, nil, "psych 2025-03-10 1"},
		{"less than a minute is nothing", []review.Work{worked("a", "03-10 10:00:00", "03-10 10:00:59")}, nil, ""},
		{"minutes of a session are the session's", []review.Work{worked("a", "03-10 13:50", "03-10 15:00")}, []coding.Service{during("psychotherapy", "14:00", "14:47")}, "psych 2025-03-10 23"},
		{"and so are those of the same evaluation in the record", []review.Work{worked("a", "03-10 13:30", "03-10 14:30")}, []coding.Service{during("psych-testing-evaluation", "13:00", "14:00")}, "psych 2025-03-10 30"},
		{"charting counts for nothing, so nothing is counted twice", []review.Work{worked("a", "03-10 14:50", "03-10 15:20")}, []coding.Service{during("documentation-after-visit", "14:50", "14:58")}, "psych 2025-03-10 30"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for range 2 {
				v := evaluationVisit(tt.visit...)
				r, _, err := service(t).AnsweredWith(v, review.Ledger{Entries: tt.entries, Zone: newYork})
				if err != nil {
					t.Fatal(err)
				}
				var got []string
				for _, s := range r.Facts.Services[len(tt.visit):] {
					got = append(got, fmt.Sprintf("%s %s %d", strings.TrimSuffix(s.Activity, "-testing-evaluation"), s.Date, *s.Minutes))
					if s.FaceToFace == nil || *s.FaceToFace {
						t.Error("time of the ledger is not with the patient")
					}
				}
				if text := strings.Join(got, "; "); text != tt.want {
					t.Errorf("got %q, want %q", text, tt.want)
				}
				slices.Reverse(tt.entries) // the order in which they were said decides nothing
			}
		})
	}
}

// From 31 minutes there is a first hour, from 91 a further one (rules psych-testing-evaluation-first and -more).
func TestLedgerEarnsTheEvaluationAndNeverPsychotherapy(t *testing.T) {
	for minutes, want := range map[int]string{30: "90834", 31: "90834 96130", 90: "90834 96130", 91: "90834 96130 96131"} {
		v := evaluationVisit(during("psychotherapy", "14:00", "14:47"))
		r, _, err := service(t).AnsweredWith(v, review.Ledger{Entries: []review.Work{plain("a", "2025-03-10", minutes)}, Zone: newYork})
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(codes(r), " "); got != want {
			t.Errorf("%d minutes: got %s, want %s", minutes, got, want)
		}
	}
	w := plain("a", "2025-03-10", 40)
	w.Activity = "psychotherapy"
	if err := (review.Ledger{Entries: []review.Work{w}, Zone: newYork}).Fault(ny("03-12 09:00")); err == nil {
		t.Error("work of psychotherapy was taken")
	}
}

func TestEveryEvaluationOfTheLedgerCountsTimeAway(t *testing.T) {
	for _, a := range review.WorkActivities {
		if !service(t).Codes.CountsTimeAway(a.Value) {
			t.Errorf("the rules count no time away for %s", a.Value)
		}
	}
}

func TestLedgerIsAssertedByTheClinician(t *testing.T) {
	r, _, err := service(t).AnsweredWith(evaluationVisit(), review.Ledger{Entries: []review.Work{plain("a", "2025-03-10", 40)}, Zone: newYork})
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Asserted) != 1 || !r.Asserted[0].FromLedger() || r.Asserted[0].Fact != "services[0].minutes" || r.Asserted[0].By != "Practitioner/d1" || r.Asserted[0].At != "2025-03-12T09:00:00-04:00" {
		t.Errorf("got %+v", r.Asserted)
	}
	rests, err := service(t).Rests(r)
	if err != nil || len(rests["96130"]) != 1 {
		t.Errorf("96130 rests on %v, %v", rests["96130"], err)
	}
	if said := r.Facts.Sources["services[0].activity"]; len(said) != 1 || said[0] != "time ledger of Practitioner/d1" {
		t.Errorf("the source of the service is %v", said)
	}
}

// The question is for all minutes of the evaluation: 90 with 40 of the ledger leave 50 for the record's service.
func TestAnAnswerOfMinutesHoldsTheLedger(t *testing.T) {
	s, v := service(t), evaluationVisit(coding.Service{Activity: coding.ActivityPsychTestingEvaluation})
	ledger := review.Ledger{Entries: []review.Work{plain("a", "2025-03-10", 40)}, Zone: newYork}
	r, _, err := s.AnsweredWith(v, ledger)
	if err != nil {
		t.Fatal(err)
	}
	reply, err := review.Kept(r, review.Reply{Question: "minutes:psych-testing-evaluation", Value: "90", User: "Practitioner/d1"})
	if err != nil {
		t.Fatal(err)
	}
	r, unused, err := s.AnsweredWith(v, ledger, reply)
	if err != nil || len(unused) > 0 {
		t.Fatalf("%v, %v", unused, err)
	}
	if got := *r.Facts.Services[0].Minutes + *r.Facts.Services[1].Minutes; got != 90 {
		t.Errorf("%d minutes in all, want 90", got)
	}
	if _, err := s.Rests(r); err != nil {
		t.Errorf("what the lines rest on: %v", err)
	}
	if r, unused, err = s.Answered(v, reply); err != nil || len(unused) > 0 || *r.Facts.Services[0].Minutes != 90 {
		t.Errorf("without the ledger: %v, %v", unused, err)
	}
}

func TestLedgerRefusesWhatCannotBe(t *testing.T) {
	now := ny("03-12 09:00")
	change := func(change func(*review.Work)) review.Work {
		w := plain("a", "2025-03-10", 40)
		change(&w)
		return w
	}
	for _, tt := range []struct {
		name    string
		entries []review.Work
		want    string
	}{
		{"nobody", []review.Work{change(func(w *review.Work) { w.User = "" })}, "who you are"},
		{"no kind", []review.Work{change(func(w *review.Work) { w.Kind = "" })}, "what kind of work"},
		{"no evaluation", []review.Work{change(func(w *review.Work) { w.Activity = "" })}, "which evaluation"},
		{"no day", []review.Work{change(func(w *review.Work) { w.Day = "" })}, "the day"},
		{"no calendar day", []review.Work{change(func(w *review.Work) { w.Day = "2025-02-30" })}, "the day"},
		{"no minutes", []review.Work{change(func(w *review.Work) { w.Minutes = 0 })}, "from 1 to 1440"},
		{"more than a day", []review.Work{change(func(w *review.Work) { w.Minutes = 1441 })}, "from 1 to 1440"},
		{"more than a day in two", []review.Work{plain("a", "2025-03-10", 800), plain("b", "2025-03-10", 700)}, "more than 24 hours"},
		{"a day to come", []review.Work{plain("a", "2025-03-13", 10)}, "not come yet"},
		{"an end to come", []review.Work{worked("a", "03-12 08:50", "03-12 09:10")}, "not come yet"},
		{"an end before its start", []review.Work{worked("a", "03-10 10:00", "03-10 09:00")}, "not after the start"},
		{"more than 12 hours", []review.Work{worked("a", "03-10 08:00", "03-10 20:01")}, "12 hours"},
		{"12 hours", []review.Work{worked("a", "03-10 08:00", "03-10 20:00")}, ""},
		{"the day itself", []review.Work{plain("a", "2025-03-12", 10)}, ""},
	} {
		err := review.Ledger{Entries: tt.entries, Zone: newYork}.Fault(now)
		if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want %q", tt.name, err, tt.want)
		}
	}
}

func TestLedgerSaysWhatOfAnEntryCountsElsewhere(t *testing.T) {
	counts := review.Ledger{Entries: []review.Work{worked("a", "03-10 13:50", "03-10 15:00"), plain("b", "2025-03-10", 5)}, Zone: newYork}.
		Counts(evaluationVisit(during("psychotherapy", "14:00", "14:47")))
	if counts[0].Own != 23*time.Minute || counts[0].Shared != 47*time.Minute || counts[1].Own != 5*time.Minute || counts[1].Shared != 0 {
		t.Errorf("got %v and %v of the first, %v and %v of the second", counts[0].Own, counts[0].Shared, counts[1].Own, counts[1].Shared)
	}
}
