package docs_test

import (
	"strings"
	"testing"

	"github.com/chargenote/chargenote/docs"
)

// Each line stands alone in a note of timed therapy: it is bare, or it holds what a therapist was needed for.
func TestLinesOfTimedTherapy(t *testing.T) {
	for line, bare := range map[string]bool{
		"Therapeutic exercise 3 x 10 rows, 3 x 10 pulleys.": true,
		"Bridges 2 x 15, clamshells 2 x 15.":                true,
		"Gait training 10 minutes.":                         true,
		"Manual therapy 12 min.":                            true,
		"Therapeutic exercise: rows 3 x 10 with verbal cues to correct scapular compensation.":                   false,
		"Manual therapy: grade III mobilization 10 min because flexion was limited to 120 degrees.":              false,
		"Gait training with CGA over 50 feet, loss of balance twice on turns.":                                   false,
		"Instructed in bridges 2 x 10 as home exercise; teach-back correct.":                                     false,
		"Squats 2 x 10, pain 2/10 after the second set.":                                                         false,
		"Plan: bridges 3 x 10 next visit.":                                                                       false,
		"Goals: bridges 3 x 10 without pain.":                                                                    false,
		"Subjective: did the bridges 2 x 10 at home.":                                                            false,
		"No gait training today.":                                                                                false,
		"Neuromuscular re-education: tandem stance 3 x 30 seconds to address ankle strategy, tactile cues.":      false,
		"Assessed sit to stand: weight shift to the left; cued for foot position, 10 repetitions without hands.": false,
	} {
		result := check(t, "Treatment:\n"+line, "97110")
		if got := len(result.BareLines) == 1; got != bare {
			t.Errorf("%q: got %+v, want bare %v", line, result.BareLines, bare)
		}
		for _, b := range result.BareLines {
			if !strings.Contains("Treatment:\n"+line, b.Text) || b.Add == "" || b.Activity == "" {
				t.Errorf("%q: %+v is not whole", line, b)
			}
		}
	}
	if result := check(t, "Bridges 2 x 15.", "90837"); result.BareLines != nil {
		t.Errorf("psychotherapy has no lines of exercise: %+v", result.BareLines)
	}
}

const evaluation = `The evaluation was to clarify whether attention problems go beyond anxiety.
Reviewed school records and teacher report because grades fell.
WISC-V (03/05/2025) FSIQ 104; Conners 3 (03/05/2025) T 72.
Taken together, scores and history agree.
Results suggest attention deficits beyond anxiety.
Therefore the treatment plan is revised to add a goal for attention.
Written report completed 03/12/2025. Feedback given to her mother.
Evaluation time: 60 minutes, no psychotherapy was provided today.`

func TestWorkOfAnEvaluation(t *testing.T) {
	whole := check(t, evaluation, "96130")
	if len(whole.Work) != 6 {
		t.Fatalf("got %d components, want 6: %+v", len(whole.Work), whole.Work)
	}
	for _, w := range whole.Work {
		if w.Status != docs.Present || w.Ask != "" || len(w.Evidence) == 0 {
			t.Errorf("%s: got %+v, want it shown", w.Component, w)
		}
	}
	for component, without := range map[string]string{
		"review":              "Reviewed school records and teacher report because grades fell.\n",
		"integration":         "Taken together, scores and history agree.\n",
		"interpretation":      "Results suggest attention deficits beyond anxiety.\n",
		"report and feedback": "Written report completed 03/12/2025. Feedback given to her mother.\n",
	} {
		result := check(t, strings.Replace(evaluation, without, "", 1), "96130")
		for _, w := range result.Work {
			if got := w.Status == docs.Present; got == (w.Component == component) {
				t.Errorf("without %s: %s is %s", component, w.Component, w.Status)
			}
			if w.Component == component && w.Ask == "" {
				t.Errorf("%s is not asked for", component)
			}
		}
	}
	both := check(t, strings.Replace(evaluation, "Therefore the treatment plan is revised to add a goal for attention.\n", "", 1), "96130")
	for _, w := range both.Work {
		if missing := w.Component == "decision" || w.Component == "planning"; (w.Status == docs.Missing) != missing {
			t.Errorf("without decision and planning: %s is %s", w.Component, w.Status)
		}
	}
	if half := check(t, strings.Replace(evaluation, " Feedback given to her mother.", "", 1), "96130"); half.Work[5].Status != docs.Unclear {
		t.Errorf("a report without feedback: got %s, want unclear", half.Work[5].Status)
	}
	if therapy := check(t, evaluation, "90837"); therapy.Work != nil {
		t.Errorf("psychotherapy has no work of an evaluation: %+v", therapy.Work)
	}
}

// Psychotherapy under another name is no evaluation: the reason is said, and the words of therapy are shown.
func TestPsychotherapyRelabelled(t *testing.T) {
	therapy := "S: Worried about work. Used cognitive restructuring and a thought record; client identified two distortions.\nPlan: homework and session in one week."
	e := element(check(t, therapy, "96130"), "test_distinct")
	if e.Status != docs.Missing || e.Severity != docs.Block || len(e.Evidence) == 0 || !strings.Contains(e.Gap, `"cognitive restructuring"`) || !strings.Contains(e.Or, "under another name") {
		t.Errorf("got %+v, want it refused, with the words of therapy and the way out", e)
	}
	e = element(check(t, therapy+"\nThis time was separate from psychotherapy.", "96130"), "test_distinct")
	if e.Status != docs.Unclear {
		t.Errorf("got %+v, want unclear: saying so makes therapy no evaluation", e)
	}
	if got := status(check(t, evaluation, "96130"), "test_distinct"); got != docs.Present {
		t.Errorf("an evaluation: got %s, want present", got)
	}
	feedback := evaluation + "\nPsychoeducation on attention was given in the feedback."
	if got := status(check(t, feedback, "96130"), "test_distinct"); got != docs.Present {
		t.Errorf("an evaluation with psychoeducation in the feedback: got %s, want present", got)
	}
}
