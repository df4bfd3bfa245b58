package docs_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chargenote/chargenote/docs"
)

func builtin(t testing.TB) *docs.Rules {
	t.Helper()
	rules, err := docs.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	return rules
}

// check reads a note for the codes.
func check(t testing.TB, note string, codes ...string) docs.Result {
	t.Helper()
	return builtin(t).Check(docs.Request{Note: note, HasNote: true, Codes: codes})
}

// status is the status of one element, or "not listed".
func status(result docs.Result, id string) string {
	for _, e := range result.Elements {
		if e.ID == id {
			return e.Status
		}
	}
	return "not listed"
}

func clock(p *string) string {
	if p == nil {
		return "-"
	}
	return *p
}

func minutes(p *int) string {
	if p == nil {
		return "-"
	}
	return fmt.Sprint(*p)
}

func TestSessionTime(t *testing.T) {
	for _, tt := range []struct {
		note string
		want string // start, stop, stated, computed, status of time_start_stop
	}{
		// clock times and joiners
		{"Session 2:00 PM-3:30 PM.", "14:00 15:30 - 90 present"},
		{"Session 2:00 p.m. - 2:53 p.m.", "14:00 14:53 - 53 present"},
		{"Session 2:00pm–2:53pm.", "14:00 14:53 - 53 present"},
		{"Session 2:00 PM — 2:53 PM", "14:00 14:53 - 53 present"},
		{"Session 2:00 PM‑2:53 PM", "14:00 14:53 - 53 present"},
		{"Session 2:00 PM − 2:53 PM", "14:00 14:53 - 53 present"},
		{"Session 2:00 PM ‒ 2:53 PM", "14:00 14:53 - 53 present"},
		{"Session 2:00 PM ― 2:53 PM", "14:00 14:53 - 53 present"},
		{"Session 2:00 PM ~ 2:53 PM", "14:00 14:53 - 53 present"},
		{"Session 2:00 PM to 2:53 PM", "14:00 14:53 - 53 present"},
		{"Session 2:00 PM til 2:53 PM", "14:00 14:53 - 53 present"},
		{"Session 2:00 PM until 2:53 PM", "14:00 14:53 - 53 present"},
		{"Session 2:00 PM through 2:53 PM", "14:00 14:53 - 53 present"},
		{"Session 2:00 PM // 2:53 PM", "14:00 14:53 - 53 present"},
		{"Seen between 2:00 PM and 2:53 PM.", "14:00 14:53 - 53 present"},
		{"Session from 2:00 PM until 2:53 PM.", "14:00 14:53 - 53 present"},
		{"Session 4:15p-5:00p", "16:15 17:00 - 45 present"},
		{"Session 8:20 a.m. to 9:13 a.m.", "08:20 09:13 - 53 present"},
		{"Session 2 pm - 3 pm", "14:00 15:00 - 60 present"},
		{"Session 13:05-13:58", "13:05 13:58 - 53 present"},
		{"Session 13.05-13.58", "13:05 13:58 - 53 present"},
		{"Session 16.20 to 17.05", "16:20 17:05 - 45 present"},
		{"Session 1620-1705", "16:20 17:05 - 45 present"},
		{"Session 1400h-1453h", "14:00 14:53 - 53 present"},
		{"Session 1400 hrs to 1453 hrs", "14:00 14:53 - 53 present"},
		{"Met from ten until ten forty in the morning.", "10:00 10:40 - 40 present"},
		{"Met from ten fifteen until eleven in the morning.", "10:15 11:00 - 45 present"},
		{"Met from half past ten to quarter past eleven in the morning.", "10:30 11:15 - 45 present"},
		{"Session from noon to 12:45 PM.", "12:00 12:45 - 45 present"},
		{"Session noon - 1:10", "12:00 13:10 - 70 present"},
		{"Session 11:30 PM to midnight", "23:30 00:00 - 30 present"},
		{"Start 1400 stop 1453", "14:00 14:53 - 53 present"},
		{"Start time: 2:00 PM  End time: 2:53 PM", "14:00 14:53 - 53 present"},
		{"Start time: 2:00 PM\nStop time: 2:53 PM", "14:00 14:53 - 53 present"},
		{"Time in: 2:00 PM, time out: 2:53 PM", "14:00 14:53 - 53 present"},
		{"In 1400 out 1453", "14:00 14:53 - 53 present"},
		{"Session began at 2:00 PM and ended at 2:53 PM.", "14:00 14:53 - 53 present"},
		{"Start/Stop: 2:00 PM / / 2:53 PM", "14:00 14:53 - 53 present"},
		// the half of the day carries over
		{"Session 4:00 - 5:25 pm", "16:00 17:25 - 85 present"},
		{"Session 11:20 - 12:15 am", "23:20 00:15 - 55 present"},
		{"Session 11:30 - 12:15 pm", "11:30 12:15 - 45 present"},
		{"Session 2:00 pm - 2:53", "14:00 14:53 - 53 present"},
		{"Session 11:30 am - 12:20", "11:30 12:20 - 50 present"},
		{"Session 9:00-9:53 in the morning.", "09:00 09:53 - 53 present"},
		{"Session 2:00-2:53 in the afternoon.", "14:00 14:53 - 53 present"},
		{"Session 2:00-2:53.", "- - - 53 unclear"},
		{"Session 2:00-2:53, 53 minutes.", "- - 53 53 present"},
		// midnight, and spans above 8 hours
		{"Session 11:40 PM - 12:35 AM", "23:40 00:35 - 55 present"},
		{"Session 2300-0010", "23:00 00:10 - 70 present"},
		{"Session 8:00 AM - 5:00 PM", "- - - - missing"},
		// one time, a schedule, another matter
		{"Session at 2:00 PM.", "- - - - missing"},
		{"Session started at 2:00 PM.", "- - - - missing"},
		{"Scheduled 2:00 PM - 3:00 PM.", "- - - - missing"},
		{"Appointment time 2:00 PM - 3:00 PM.", "- - - - missing"},
		{"Scheduled 2:00 PM - 3:00 PM; session 2:05 PM - 2:58 PM.", "14:05 14:58 - 53 present"},
		{"Pt slept 11 pm - 5 am.", "- - - - missing"},
		{"Homework: practise breathing 8:00-8:10 pm.", "- - - - missing"},
		{"Last session 2:00 PM - 2:53 PM.", "- - - - missing"},
		{"Next session 10/10/2024 2:00 PM - 2:53 PM.", "- - - - missing"},
		{"Works 9 am - 5 pm at a store.", "- - - - missing"},
		{"Phone call to school 1:00 PM - 1:10 PM.", "- - - - missing"},
		{"Treated 2019-2023 elsewhere. Session today.", "- - - - missing"},
		{"PHQ-9 14-18, GAD-7 10-12.", "- - - - missing"},
		{"Call 512-555-1400 for session changes.", "- - - - missing"},
		// durations
		{"Total time: 53 min", "- - 53 - missing"},
		{"53-minute session", "- - 53 - missing"},
		{"Session length 90 minutes", "- - 90 - missing"},
		{"Session lasted 1.5 hrs", "- - 90 - missing"},
		{"Session lasted 1 hr 10 min", "- - 70 - missing"},
		{"Session lasted an hour and a half", "- - 90 - missing"},
		{"Session lasted half an hour", "- - 30 - missing"},
		{"Seen for forty minutes", "- - 40 - missing"},
		{"Session lasted forty-five minutes", "- - 45 - missing"},
		{"Session lasted one hour and fifteen minutes", "- - 75 - missing"},
		{"Duration: 45'", "- - 45 - missing"},
		{"Total minutes: 53", "- - 53 - missing"},
		{"Duration (min): 53", "- - 53 - missing"},
		{"Total visit time 40 min", "- - 40 - missing"},
		{"Session of about 35 minutes", "- - 35 - missing"},
		{"Individual psychotherapy, 53 min, in office", "- - 53 - missing"},
		// no duration of the session
		{"CPT 90837 (60 min)", "- - - - missing"},
		{"90834 (38-52 min) individual psychotherapy", "- - - - missing"},
		{"Scheduled for a 60 minute session.", "- - - - missing"},
		{"Homework: practise 10 minutes each day.", "- - - - missing"},
		{"Arrived 10 minutes late to session.", "- - - - missing"},
		{"Pt drove 45 minutes to session.", "- - - - missing"},
		{"Panic attack lasting 20 minutes.", "- - - - missing"},
		{"Session time 45-50 min", "- - - - missing"},
		{"Feedback session 30 minutes next week.", "- - - - missing"},
		{"Sleeps 5 hours per night.", "- - - - missing"},
		// breaks
		{"Session 4:00 PM - 5:30 PM with a 10 min break.", "16:00 17:30 - 80 present"},
	} {
		t.Run(tt.note, func(t *testing.T) {
			r := check(t, tt.note, "90834")
			got := strings.Join([]string{clock(r.Time.Start), clock(r.Time.Stop), minutes(r.Time.MinutesStated), minutes(r.Time.MinutesComputed), status(r, "time_start_stop")}, " ")
			if got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

// Minutes of something within the visit, or beside it, contradict nothing.
func TestPartsAreNoTotals(t *testing.T) {
	for _, tt := range []struct {
		note   string
		stated int // 0: none
	}{
		{"Total time: 45 minutes of psychotherapy. She was silent for 20 minutes at first.", 45},
		{"Session 2:00 PM to 2:45 PM, 45 minutes. The new job adds 40 minutes to her way to work.", 45},
		{"45 minutes individual psychotherapy. Imaginal exposure, 25 minutes, then processing.", 45},
		{"Duration: 45 minutes. Exposure: 20 minutes.", 45},
		{"Session from 2:00 PM to 2:45 PM. Silent for 20 minutes.", 0},
		{"She was silent for 20 minutes.", 0},
		{"03/10/2025, office, 45 min", 45},
		{"45 min. CBT.", 45},
	} {
		t.Run(tt.note, func(t *testing.T) {
			got := check(t, tt.note, "90834")
			stated := 0
			if got.Time.MinutesStated != nil {
				stated = *got.Time.MinutesStated
			}
			if stated != tt.stated {
				t.Errorf("stated %d minutes, want %d", stated, tt.stated)
			}
			if agree := status(got, "time_consistent"); agree == "missing" {
				t.Error("time_consistent is missing: a part was taken for a second total")
			}
		})
	}
}

func TestTimesAgree(t *testing.T) {
	for _, tt := range []struct{ note, want string }{
		{"Session 2:00 PM - 2:53 PM. Total time: 53 minutes.", "present"},
		{"Session 2:00 PM - 2:53 PM. Total time: 54 minutes.", "present"},
		{"Session 2:00 PM - 2:53 PM. Total time: 60 minutes.", "missing"},
		{"Session 2:00 PM - 2:53 PM.\nStart 2:00 PM stop 3:00 PM", "missing"},
		{"Session 2:00 PM - 2:53 PM.\nStart 2:00 PM stop 2:53 PM", "present"},
		{"Session 4:00 PM - 5:30 PM with a 10 min break. Total time: 80 minutes.", "present"},
		{"Session 4:00 PM - 5:30 PM with a 10 min break. Total time: 90 minutes.", "missing"},
		{"Session 2:00 PM - 2:53 PM.", "not listed"},
		{"Total time: 53 minutes.", "not listed"},
		{"Total time: 53 minutes. Session lasted 45 minutes.\nDuration: 45 minutes", "missing"},
	} {
		t.Run(tt.note, func(t *testing.T) {
			if got := status(check(t, tt.note, "90834"), "time_consistent"); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

func TestExtendedBeginsAbove60Minutes(t *testing.T) {
	for _, tt := range []struct{ note, want string }{
		{"Session 2:00 PM - 3:00 PM.", "psychotherapy"},
		{"Session 2:00 PM - 3:01 PM.", "extended"},
		{"Total time: 85 minutes.", "extended"},
		{"Session 2:00 PM - 3:25 PM. Total time: 53 minutes.", "psychotherapy"}, // the stated number decides
	} {
		if got := check(t, tt.note, "90837").Family; got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.note, got, tt.want)
		}
	}
}
