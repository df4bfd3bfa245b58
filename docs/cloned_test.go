package docs_test

import (
	"strings"
	"testing"

	"github.com/chargenote/chargenote/docs"
)

// againstPriors reads a note beside earlier ones, the latest first.
func againstPriors(t *testing.T, note string, priors ...string) docs.Result {
	t.Helper()
	request := docs.Request{Note: note, HasNote: true, Codes: []string{"90834"}}
	for i, text := range priors {
		request.Priors = append(request.Priors, docs.Prior{Reference: "DocumentReference/n" + string(rune('0'+i)), Day: "2025-03-0" + string(rune('9'-i)), Text: text})
	}
	result := builtin(t).Check(request)
	if result.Similarity == nil {
		t.Fatal("nothing was compared")
	}
	return result
}

const weekTwo = `Name: Otis Fictum  DOB: 04/02/1980  Date: 03/10/2025
S: Reports that the week was quiet and that he slept six hours on most nights, with one call from his brother about the house.
O: Casually dressed, mood low, affect congruent.
Intervention: Cognitive restructuring of the thought that nothing will change, with a record of two situations from work.
Response: Named two distortions and rated the belief at 60 after 80 at the start.
Goals: Goal 1, return to work four days a week.
Plan: Thought record on three days and a walk before breakfast, next session in one week.
Electronically signed by Maren Lindqvist, LCSW on 03/10/2025`

func TestWhatACopyIs(t *testing.T) {
	another := `S: He argued with the landlord on Sunday and stayed in bed until noon.
Intervention: Behavioral activation around meals and mail, two tasks planned by hour.
Response: Chose the mail first and called the task possible.
Plan: Two tasks by Thursday, session in ten days.`
	samePlan := another[:strings.Index(another, "Plan:")] + "Plan: Thought record on three days and a walk before breakfast, next session in one week, and a call to the employer on Friday with the form that he filled in today."
	longPlan := strings.Replace(weekTwo, "next session in one week.", "next session in one week, and a call to the employer on Friday with the form that he filled in today.", 1)
	for _, tt := range []struct {
		name, note, prior, status, severity string
	}{
		{"the same but for numbers and dates", strings.NewReplacer("03/10/2025", "03/17/2025", "six", "seven", "60", "55").Replace(weekTwo), weekTwo, docs.Missing, docs.Block},
		{"only the header is the same", "Name: Otis Fictum  DOB: 04/02/1980  Date: 03/17/2025\n" + another, weekTwo, docs.Present, docs.Warn},
		{"one whole section of 25 words", samePlan, longPlan, docs.Unclear, docs.Info},
		{"subjective and response are the same, the rest is new", strings.NewReplacer("Cognitive restructuring of the thought that nothing will change, with a record of two situations from work.",
			"Exposure to the phone: five calls were made in the room, from the easiest to the hardest, with ratings before each and pauses to breathe slowly between them.",
			"Thought record on three days and a walk before breakfast, next session in one week.",
			"Ten more calls at home, alone, in the order of the new list, and a written note of the outcome of each of them before Friday noon.").Replace(weekTwo), weekTwo, docs.Missing, docs.Block},
	} {
		t.Run(tt.name, func(t *testing.T) {
			result := againstPriors(t, tt.note, tt.prior)
			e := element(result, "not_cloned")
			if e == nil || e.Status != tt.status || e.Severity != tt.severity {
				t.Errorf("got %+v, want %s %s (share %v, sections %v)", e, tt.status, tt.severity, result.Similarity.Prior, result.Similarity.Sections)
			}
			for _, passage := range result.Similarity.Passages {
				if tt.note[passage.Start:passage.End] != passage.Text {
					t.Errorf("the passage %+v is not bytes of the note", passage)
				}
			}
		})
	}
}

func TestOnlyNumbersAreNew(t *testing.T) {
	result := againstPriors(t, strings.Replace(weekTwo, "60 after 80", "55 after 75", 1), weekTwo)
	if s := result.Similarity; !s.Numbers || s.Prior != 1 || len(s.Passages) != 1 {
		t.Errorf("got %+v, want one passage in which only numbers are new", s)
	}
	if s := againstPriors(t, weekTwo, weekTwo).Similarity; s.Numbers {
		t.Error("a note that is wholly the same has no new numbers")
	}
}

// The earlier note of which most stands in this one is the one that is named, whichever comes first.
func TestTheNearestEarlierNoteIsNamed(t *testing.T) {
	result := againstPriors(t, weekTwo, "S: Nothing of it stands here, and nobody wrote the same words before this day at all.", weekTwo)
	if s := result.Similarity; s.Reference != "DocumentReference/n1" || s.Day != "2025-03-08" || s.Prior != 1 {
		t.Errorf("got %+v, want the second note", s)
	}
}

func TestStagnation(t *testing.T) {
	moved := strings.Replace(weekTwo, "Thought record on three days", "Thought record on four days", 1)
	for name, tt := range map[string]struct {
		priors []string
		want   bool
	}{
		"goals and plan stand still": {[]string{weekTwo, weekTwo}, true},
		"the plan moved on":          {[]string{weekTwo, moved}, false},
		"one earlier note alone":     {[]string{weekTwo}, false},
	} {
		if got := againstPriors(t, weekTwo, tt.priors...).Similarity.Stagnant; got != tt.want {
			t.Errorf("%s: got %v, want %v", name, got, tt.want)
		}
	}
}

// No more earlier notes are compared than the rule says.
func TestFiveEarlierNotesAreCompared(t *testing.T) {
	other := "S: Nothing of it stands here, and nobody wrote the same words before this day at all."
	result := againstPriors(t, weekTwo, other, other, other, other, other, weekTwo)
	if result.Similarity.Prior > 0.2 {
		t.Errorf("got %v: the sixth note was compared", result.Similarity.Prior)
	}
}
