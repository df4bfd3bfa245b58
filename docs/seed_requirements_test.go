package docs_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chargenote/chargenote/docs"
)

// A requirement is something that one of five published articles asks of a note, with what proves that the
// rules ask for it.
type requirement struct {
	name      string // the article, and what it asks for
	rules     []ruleProof
	elsewhere []string // what is no element of a note, by its name in provenElsewhere
}

// A ruleProof is one rule in a short note of the codes: words that satisfy it, the same note without them,
// and words that fall short.
type ruleProof struct {
	rule  string
	codes string
	says  string // satisfies the rule, and every evidence lies inside of it; empty where nothing does: then the rule is not listed
	falls []fall
	base  string // of the note; aloneNote where it is empty
}

// A fall is words that do not satisfy the rule, and the status that they leave it.
type fall struct{ says, status string }

// aloneNote is a note that satisfies no rule.
const aloneNote = "Individual session."

func short(says ...string) (falls []fall) {
	for _, s := range says {
		falls = append(falls, fall{s, docs.Missing})
	}
	return falls
}

func halfway(says string) []fall { return []fall{{says, docs.Unclear}} }

// A provenTest is a test of another place: the folder under the root of the repository, and the name.
type provenTest struct{ folder, name string }

// provenElsewhere is what other tests prove.
var provenElsewhere = map[string]provenTest{
	"claim, record and note, check by check":     {"internal/review/consistency", "TestChecks"},
	"the 31 minutes of an evaluation":            {"coding", "TestSeedErrors"},
	"add-ons never stand alone":                  {"coding", "TestAddOnsNeverStandWithoutTheirBase"},
	"pairs that are not billed together":         {"coding", "TestEditsOfTheBuiltInTables"},
	"limits of units":                            {"coding", "TestUnitLimitsAreThoseOfTheTable"},
	"modifiers and places of service":            {"coding", "TestCases"},
	"four drafts that the clinician edits":       {"internal/draft", "TestGoldenDrafts"},
	"a draft leaves blank what is not known":     {"internal/draft", "TestBlanksAreTheGaps"},
	"psychotherapy under another name":           {"docs", "TestPsychotherapyRelabelled"},
	"what a copy of an earlier note is":          {"docs", "TestWhatACopyIs"},
	"times that contradict one another":          {"docs", "TestTimesThatDisagree"},
	"the lines of therapy without skilled words": {"docs", "TestLinesOfTimedTherapy"},
}

const checkByCheck = "claim, record and note, check by check"

// The proofs that several articles share.
var (
	evaluationTime = ruleProof{"time_total", "96130", "Total evaluation time: 65 minutes.", short("96130 (60 min)"), ""}
	therapyTimes   = []ruleProof{
		{"time_start_stop", "90837", "2:00 PM - 2:53 PM", short("Started at 2:00 PM.", "Scheduled 2:00 PM - 3:00 PM.", "Appointment time 2:00 PM - 3:00 PM."), ""},
		{"time_total", "90837", "Total time: 53 minutes.", short("90837 (60 min)", "Scheduled for 60 minutes.", "Homework: 10 minutes each day."), ""},
		{"time_face_to_face", "90837", "Total time: 53 minutes face-to-face.", []fall{
			{"Total time: 60 minutes including documentation.", docs.Unclear}, {"Total time: 60 min incl. phone calls.", docs.Unclear}, {"Total time: 53 minutes.", docs.Missing}}, ""},
	}
	identityProofs = []ruleProof{
		{"patient_name", "90834", "Patient: Jordan Rivera", short("Patient: Jordan", "Patient: J.D.", "Pt Jo was seen."), ""},
		{"patient_dob", "90834", "DOB: 04/12/1988", short("34 y/o."), ""},
		{"id_each_page", "90834", "\nJordan Rivera", short("\ftext of the second page"), "Patient: Jordan Rivera\nPage 1 of 2\fPage 2 of 2"},
	}
	sessionResponse = ruleProof{"patient_response", "90837", "Client identified two triggers and rated distress 7, then 4.", short("Tolerated well."), ""}
	sessionMethod   = ruleProof{"interventions", "90837", "Used cognitive restructuring of the fear of dismissal.", short("Therapy provided.", "Talked and listened.", "Discussed work."), ""}
	sessionGoal     = ruleProof{"goal_progress", "90837", "Goal 2: sleep 7 hours; today 6, partially met.", short("Making progress toward goals."), ""}
	sessionPlan     = ruleProof{"plan", "90837", "Plan: return in 2 weeks, homework: one thought record a day.", short("Plan: continue.", "RTC", "Plan: cont. POC"), ""}
	diagnosisCode   = ruleProof{"diagnosis_code", "90834", "Dx: F41.1", short("Dx: generalized anxiety disorder"), ""}
	necessity       = ruleProof{"medical_necessity", "90834", "Treatment is medically necessary because panic keeps her from work.", []fall{{"Medical necessity met.", docs.Unclear}, {"Client came today.", docs.Missing}}, ""}
	vagueProgress   = ruleProof{"vague_language", "90834", "", short("Making progress toward goals.", "Tolerated well.", "Session ran long."), ""}
)

// requirements are the rows of the coverage of five articles, each in its own words.
func requirements() []requirement {
	var all []requirement
	for _, article := range [][]requirement{sessionGlance(), yungSidekick(), webPT(), mdhub(), headway()} {
		all = append(all, article...)
	}
	return all
}

func sessionGlance() []requirement {
	return []requirement{
		{"SessionGlance-data-reviewed-and-why", []ruleProof{
			{"test_data_reviewed", "96130", "Reviewed school records, history and symptom reports.", short("Data."), ""},
			{"test_reason", "96130", "Evaluation requested to clarify whether attention or anxiety explains the grades.", short("Evaluation done."), ""},
		}, nil},
		{"SessionGlance-integrate-interpret-decide-plan", []ruleProof{
			{"test_integration", "96130", "Taken together, scores and interview converge.", short("PHQ-9 14. GAD-7 12."), ""},
			{"test_interpretation", "96130", "Results indicate impaired attention beyond anxiety.", short("Scores: 14 and 12."), ""},
			{"test_decision", "96130", "Therefore the plan is changed: add goal for attention.", short("Findings as above."), ""},
		}, nil},
		{"SessionGlance-written-report-feedback-recommendations", []ruleProof{
			{"test_report", "96130", "Written report completed 03/12/2025.", []fall{{"Report to follow.", docs.Missing}, {"Report discussed.", docs.Unclear}}, ""},
			{"test_feedback", "96130", "Results reviewed with her mother and the team.", short("Results filed."), ""},
			{"test_feedback", "96130", "Feedback not yet given.", short("Results filed."), ""}, // saying so satisfies it
		}, nil},
		{"SessionGlance-evaluation-minutes-and-31", []ruleProof{evaluationTime}, []string{"the 31 minutes of an evaluation"}},
		{"SessionGlance-final-review-and-necessity", []ruleProof{
			{"test_clinician_review", "96130", "I reviewed and edited this report and find the evaluation necessary.", short("Text generated."), ""},
			{"medical_necessity", "96130", "Evaluation is medically necessary because the diagnosis is unclear and grades fell.", short("Evaluation done."), ""},
		}, nil},
		{"SessionGlance-distinct-from-psychotherapy", []ruleProof{
			{"test_distinct", "96130", "No psychotherapy was provided during this time.", short("Evaluation done."), ""},
		}, []string{"psychotherapy under another name", checkByCheck}},
		{"SessionGlance-functional-impact-and-targets", []ruleProof{
			{"functional_impact", "96130", "She missed 4 days of school.", short("Symptoms are there."), ""},
			sessionGoal, sessionPlan, // the targets stand in the note of the treatment
		}, nil},
		{"SessionGlance-screener-standardised-scored-per-instrument", []ruleProof{
			{"screen_instrument", "96127", "PHQ-9 completed.", short("Depression screen done."), "Screening visit."},
			{"screen_score", "96127", "PHQ-9 = 14", short("PHQ-9 positive."), "Screening visit."},
			{"screen_interpretation", "96127", "Moderate depression, plan discussed.", short("14."), "PHQ-9 completed."},
			{"screen_each_unit", "96127,96127", "PHQ-9 = 14, GAD-7 = 9", short("PHQ-9 = 14"), "Screening visit."},
		}, nil},
		{"SessionGlance-four-documents-for-the-clinician-to-edit", nil, []string{"four drafts that the clinician edits", "a draft leaves blank what is not known"}},
	}
}

func yungSidekick() []requirement {
	return []requirement{
		{"YungSidekick-start-and-end-and-exact-minutes", []ruleProof{
			{"time_start_stop", "97129", "10:00 AM to 10:45 AM", short("Began at 10:00 AM."), "Individual session"},
			{"time_total", "97129", "Total time: 45 minutes.", short("Scheduled for 45 minutes."), ""},
			{"timed_minutes", "97129", "Timed-code minutes: 45", short("Scheduled for 45 minutes."), ""},
			{"timed_minutes", "97129", "Total time: 45 minutes.", nil, ""}, // for a cognitive service the total is the timed minutes
		}, nil},
		{"YungSidekick-interventions-response-progress-plan", []ruleProof{
			{"interventions", "97129", "Spaced retrieval of appointments with an external memory aid.", short("Worked on memory."), ""},
			{"patient_response", "97129", "Patient was able to recall 4 of 5 appointments.", short("Tolerated treatment well."), ""},
			{"goal_progress", "97129", "Goal 1: recall 4 of 5 appointments; today 3 of 5, partially met.", short("Making progress toward goals."), ""},
			{"plan", "97129", "Plan: next session in 1 week with dual-task practice.", short("Continue POC."), ""},
		}, nil},
		{"YungSidekick-patient-on-every-page", identityProofs, nil},
		{"YungSidekick-objective-impact-no-vague-words", []ruleProof{
			{"functional_impact", "97129", "Unable to manage medication without reminders.", short("Memory is poor."), ""},
			{"objective_performance", "97129", "Held attention 10 min, previously 5 min.", []fall{{"Mildly impaired.", docs.Missing}, {"Fair plus to good minus.", docs.Missing}, {"80 % accuracy.", docs.Unclear}}, ""},
			{"vague_language", "97129", "", short("Attention fair plus to good minus.", "Memory mildly impaired."), ""},
		}, nil},
		{"YungSidekick-deficits-and-skilled-therapist", []ruleProof{
			{"medical_necessity", "97129", "Skilled treatment is medically necessary because memory deficits make living alone unsafe.", short("Patient came today."), ""},
			{"skilled_need", "97129", "Analysis of errors and grading of cues required a therapist.", short("Did memory cards."), ""},
		}, nil},
		{"YungSidekick-maintenance-is-justified", []ruleProof{
			{"maintenance_rationale", "97129", "Maintenance program: a skilled therapist is needed to keep strategies safe.", short("Maintenance program."), ""},
		}, nil},
		{"YungSidekick-diagnosis-supports-necessity", []ruleProof{
			{"diagnosis_code", "97129", "Dx: R41.841", short("Dx: cognitive communication deficit"), ""},
			{"medical_necessity", "97129", "Treatment is medically necessary because memory deficits prevent safe cooking.", short("Dx: R41.841"), ""},
		}, []string{checkByCheck}},
		{"YungSidekick-one-on-one-and-the-work-that-counts", []ruleProof{
			{"one_on_one", "97129", "One-on-one treatment.", []fall{{"Concurrent treatment.", docs.Missing}, {"Patient was seen.", docs.Missing}}, "Visit."},
			{"am_documentation", "97110", "Pain 4/10 on arrival; verbal cues for posture.", []fall{{"3 sets of 10.", docs.Missing}, {"Educated on HEP.", docs.Unclear}}, "Visit."},
			{"pre_assessment", "97129", "On arrival alert.", short("Treatment given."), ""},
			{"patient_response", "97129", "Patient needed cues twice and then demonstrated the strategy.", short("Tolerated well."), ""},
			{"patient_education", "97129", "Educated on the home program with teach-back.", short("Treatment given."), ""},
			{"patient_questions", "97129", "Patient asked about driving; questions answered.", short("Treatment given."), ""},
		}, nil},
		{"YungSidekick-minutes-per-activity-and-last-visit", []ruleProof{
			{"time_per_intervention", "97129", "Attention training 20 min, memory tasks 25 min.", short("Attention training, memory tasks."), ""},
			{"objective_performance", "97129", "Recalled 4 of 5 items, last visit 2 of 5.", halfway("Recalled 4 of 5 items."), ""},
		}, nil},
		{"YungSidekick-test-results-discipline-modifiers-and-claim", []ruleProof{
			{"standardized_test_result", "97129", "MoCA 22/30", short("MoCA planned."), ""},
			{"discipline", "97129", "Signed by Dana Whitfield, MS, CCC-SLP", short("Pt did well."), ""},
		}, []string{checkByCheck, "add-ons never stand alone", "pairs that are not billed together", "limits of units", "modifiers and places of service"}},
	}
}

func webPT() []requirement {
	return []requirement{
		{"WebPT-assessment-and-management-work-is-documented", []ruleProof{
			{"am_documentation", "97110", "Pain 4/10 on arrival; tactile cues for knee position; educated on HEP.", []fall{{"Therapeutic exercise 3 sets of 10.", docs.Missing}, {"Tactile cues for knee position.", docs.Unclear}}, "Visit."},
			{"clinical_reasoning", "97110", "Resistance was lowered because pain rose.", short("Resistance was lowered."), "Visit."},
			{"poc_changes", "97110", "Progressed to single-leg stance; next visit add stairs.", short("Exercises done."), "Visit."},
			{"patient_questions", "97110", "Patient asked about return to running.", short("Exercises done."), "Visit."},
			{"patient_education", "97110", "Instructed in the home exercise program.", short("Exercises done."), "Visit."},
			{"goal_progress", "97110", "STG 1: knee flexion 120 degrees; today 110, partially met.", short("Progressing toward goals."), "Visit."},
			{"plan", "97110", "Plan: 2x/week for 4 weeks, advance to stairs.", short("Cont. POC."), "Visit."},
		}, nil},
		{"WebPT-only-minutes-with-the-patient", []ruleProof{
			{"one_on_one", "97110", "1:1 treatment with the therapist.", short("Individualized exercises."), "Visit."},
			{"timed_minutes", "97110", "Timed-code minutes: 38", short("Total treatment time: 45 min"), "Visit."},
			{"total_treatment_time", "97110", "Total treatment time: 45 min", short("Timed-code minutes: 38"), "Visit."},
		}, nil},
		{"WebPT-expertise-not-only-reps-and-sets", []ruleProof{
			{"am_documentation", "97110", "Verbal cues for posture; pain 3/10 after exercise.", short("3 sets of 10 reps."), "Visit."},
			{"skilled_need", "97110", "Skilled analysis of gait; graded cues were needed.", short("3 sets of 10 reps."), "Visit."},
		}, []string{"the lines of therapy without skilled words"}},
	}
}

func mdhub() []requirement {
	extended := "Individual session, total time: 85 minutes."
	return []requirement{
		{"mdhub-exact-start-and-end-and-total-stated", append([]ruleProof{
			{"time_consistent", "90837", "2:00 PM - 2:53 PM. Total time: 53 minutes.", short("2:00 PM - 2:53 PM. Total time: 60 minutes."), "Individual session"},
		}, therapyTimes...), []string{"times that contradict one another"}},
		{"mdhub-clinical-reason-for-the-length", []ruleProof{
			{"extended_justification", "90837", "The session was extended because of acute suicidal ideation; the safety plan was revised.", short("Session ran long.", "Client needed extra time."), extended},
			{"vague_language", "90837", "", short("Session ran long.", "Client needed extra time.", "Session went over time."), extended},
		}, nil},
		{"mdhub-response-progress-interventions", []ruleProof{sessionResponse, sessionGoal, sessionMethod}, nil},
		{"mdhub-complexity-factor-and-impact", []ruleProof{
			{"ic_factor", "90834,90785", "Used dolls for play with a child who lacks expressive language.", []fall{{"Interpreter present.", docs.Unclear}, {"Client was tearful.", docs.Missing}}, ""},
			{"ic_impact", "90834,90785", "The session had to stop twice and the parents were separated.", short("Parents argued."), ""},
		}, []string{"add-ons never stand alone", checkByCheck}},
		{"mdhub-medical-and-therapy-work-apart", []ruleProof{
			{"em_content", "99214,90833", "Sertraline 100 mg continued, no side effects. BP 120/80.", short("Checked in."), "Visit."},
			{"em_distinct", "99214,90833", "Psychotherapy, separate from the E/M: 20 minutes of cognitive restructuring for panic.", short("Medication reviewed, talked about work."), "Visit."},
			{"time_separate_em", "99214,90833", "20 min psychotherapy.", short("Total visit time 45 min."), "Visit."},
		}, nil},
		{"mdhub-telehealth-and-audio-only", []ruleProof{
			{"tele_modality", "90834-95", "Session by audio-video.", short("Telehealth session.", "Virtual session."), "Visit."},
			{"tele_modality", "90834-93", "Session by telephone, audio-only.", short("Telehealth session."), "Visit."},
			{"tele_audio_only_reason", "90834-93", "Client declined video.", short("Telephone session."), "Visit."},
		}, []string{checkByCheck}},
		{"mdhub-family-therapy-is-no-collateral-history", []ruleProof{
			{"family_therapy_focus", "90847", "Structural family therapy on the boundary between mother and son, for his anxiety.", short("Obtained collateral history."), "Visit."},
			{"family_patient_presence", "90847", "Seen with patient present.", short("Mother talked about rules."), "Visit."},
			{"family_patient_presence", "90846", "Patient did not attend.", short("Mother talked about rules."), "Visit."},
			{"family_participants", "90847", "Mother and stepfather attended.", halfway("Family attended."), "Visit."},
		}, nil},
		{"mdhub-crisis-codes-for-true-crises", []ruleProof{
			{"crisis_state", "90839", "Found with a loaded gun within the last hours, plan and means.", halfway("Client was in distress."), "Visit."},
			{"crisis_resources", "90839", "Called mobile crisis; her husband took custody of the gun.", short("Supportive listening."), "Visit."},
			{"crisis_disposition", "90839", "Discharged home with his wife, follow-up call tomorrow.", short("Session ended."), "Visit."},
		}, nil},
		{"mdhub-vague-or-templated-notes-and-credentials", []ruleProof{
			vagueProgress,
			{"provider_credentials", "90834", "Therapist: Dana Whitfield, LCSW", short("Therapist: Dana Whitfield"), ""},
		}, []string{"what a copy of an earlier note is", checkByCheck}},
	}
}

func headway() []requirement {
	return []requirement{
		{"Headway-name-and-birth-date-on-each-page-and-full-date", append([]ruleProof{
			{"service_date", "90834", "Date of service: 10/3/2024", short("Date of service: 10/3", "Seen today.", "DOB: 04/12/1988"), ""},
		}, identityProofs...), nil},
		{"Headway-location-and-telehealth", []ruleProof{
			{"service_location", "90834", "Seen in office.", short("She has problems at school with her teacher."), ""},
			{"tele_consent", "90834-95", "Client gave verbal consent to telehealth.", short("Telehealth session."), "Visit."},
			{"tele_platform", "90834-95", "HIPAA-compliant platform.", []fall{{"Zoom session.", docs.Unclear}, {"Telehealth session.", docs.Missing}}, "Visit."},
			{"tele_patient_location", "90834-95", "Client located at home in Austin, TX.", []fall{{"Client at home.", docs.Unclear}, {"Telehealth session.", docs.Missing}}, "Visit."},
			{"tele_provider_location", "90834-95", "Therapist located in office in Dallas, TX.", short("Client located at home in Austin, TX."), "Visit."},
			{"tele_modality", "90834-95", "Video session.", short("Telehealth session."), "Visit."},
		}, nil},
		{"Headway-times-and-minutes-with-the-patient", therapyTimes, nil},
		{"Headway-chief-complaint-and-person-centred-detail", []ruleProof{
			{"chief_complaint", "90834", "Client presents with panic on the bus.", short("Follow-up."), ""},
			{"person_centered", "90834", "Argued with her sister at the wedding on Saturday.", short("Client was engaged and talked about feelings."), ""},
		}, []string{"what a copy of an earlier note is"}},
		{"Headway-interventions-that-fit-the-plan", []ruleProof{
			sessionMethod, sessionGoal,
			{"ebp_anchor", "90834", "", short("Art therapy with clay.", "Yoga and mindfulness."), ""},
			{"ebp_anchor", "90834", "", nil, "Mindfulness as part of CBT."}, // the anchor stands beside it
		}, nil},
		{"Headway-mental-status-three-or-five", []ruleProof{
			{"mse_3", "90834", "Well groomed, speech soft, mood anxious.", []fall{{"Mood anxious, affect congruent.", docs.Unclear}, {"MSE WNL.", docs.Missing}}, ""},
			{"mse_5", "90791", "Well groomed, speech soft, mood anxious, oriented x4, insight good.", []fall{{"Well groomed, speech soft, mood anxious.", docs.Unclear}, {"MSE unremarkable.", docs.Missing}}, "Visit."},
			{"mse_5", "99214,90833", "Well groomed, speech soft, mood anxious, oriented x4, insight good.", halfway("Well groomed, speech soft, mood anxious, thoughts linear."), "Visit."},
		}, nil},
		{"Headway-risk-and-safety-planning", []ruleProof{
			{"risk_assessment", "90834", "Denies SI/HI.", short("Her brother attempted suicide.", "History of suicide attempt in 2015.", "Risk assessment deferred."), ""},
			{"safety_plan", "90834", "Endorses passive SI. Safety plan reviewed, 988 given.", short("Endorses passive SI."), ""},
		}, nil},
		{"Headway-diagnosis-with-features-course-and-screening", []ruleProof{
			diagnosisCode,
			{"diagnosis_support", "90834", "Meets criteria as evidenced by daily worry and insomnia 5 nights a week.", short("Dx: F41.1"), ""},
			{"symptom_course", "90834", "Symptoms improved since the last visit.", short("Symptoms of anxiety."), ""},
			{"screen_score", "96127", "GAD-7 = 12", short("GAD-7 completed."), "Screening visit."},
		}, nil},
		{"Headway-summary-necessity-and-decision", []ruleProof{
			{"clinical_assessment", "90834", "In summary, worry is maintained by avoidance.", short("Dx: F41.1"), ""},
			necessity,
			{"functional_impact", "90834", "Missed 3 days of work.", short("Feels bad."), ""},
			{"tx_plan_decision", "90834", "Continue weekly CBT because panic persists.", short("Client came today."), ""},
		}, nil},
		{"Headway-progress-toward-goals-and-plan", []ruleProof{sessionGoal, sessionPlan}, nil},
		{"Headway-provider-credentials-signature-and-its-date", []ruleProof{
			{"provider_name", "90834", "Therapist: Dana Whitfield, LCSW", short("LCSW"), ""},
			{"provider_credentials", "90834", "Therapist: Dana Whitfield, LCSW", short("Therapist: Dana Whitfield"), ""},
			{"signature", "90834", "Electronically signed by Dana Whitfield, LCSW", short("Dana Whitfield, LCSW", "Signature: ____", "Unsigned draft.", "Pending signature."), ""},
			{"signature_date", "90834", "Electronically signed by Dana Whitfield, LCSW on 10/3/2024", short("Electronically signed by Dana Whitfield, LCSW"), ""},
		}, nil},
		{"Headway-claim-and-note-say-the-same", nil, []string{checkByCheck}},
	}
}

// TestSeedRequirements proves each documentation requirement of the five articles: the rule is satisfied by
// its words, with the evidence in them; without them it is missing, with what to write, why, and the way out;
// and what falls short does so.
func TestSeedRequirements(t *testing.T) {
	all := requirements()
	if len(all) != 43 {
		t.Errorf("got %d requirements, want the 43 of the five articles", len(all))
	}
	for _, r := range all {
		t.Run(r.name, func(t *testing.T) {
			if len(r.rules) == 0 && len(r.elsewhere) == 0 {
				t.Error("nothing proves it")
			}
			for _, proof := range r.rules {
				t.Run(proof.rule, proof.prove)
			}
			for _, what := range r.elsewhere {
				if proven, known := provenElsewhere[what]; !known || !proven.exists(t) {
					t.Errorf("%s: %+v is no test", what, proven)
				}
			}
		})
	}
}

func (p ruleProof) prove(t *testing.T) {
	codes, err := docs.ParseCodes(p.codes)
	if err != nil {
		t.Fatal(err)
	}
	base := p.base
	if base == "" {
		base = aloneNote
	}
	note := base + " " + p.says
	with := element(check(t, note, codes...), p.rule)
	switch {
	case p.says == "" && with != nil:
		t.Errorf("%q: got %s, want it not listed", note, with.Status)
	case p.says != "":
		p.satisfied(t, with, note, len(base))
		if without := element(check(t, base, codes...), p.rule); without != nil {
			p.asksFor(t, base, without, docs.Missing)
		} else if !conditional[p.rule] {
			t.Errorf("%q: not listed, want missing", base)
		}
	}
	for _, f := range p.falls {
		p.asksFor(t, base+" "+f.says, element(check(t, base+" "+f.says, codes...), p.rule), f.status)
	}
}

// conditional are the rules that a note without the words is not asked for: nothing in it calls for them.
var conditional = map[string]bool{"safety_plan": true, "maintenance_rationale": true, "time_consistent": true}

// satisfied wants the rule present, with every evidence behind the base of the note.
func (p ruleProof) satisfied(t *testing.T, e *docs.Element, note string, from int) {
	t.Helper()
	if e == nil || e.Status != docs.Present {
		t.Errorf("%q: got %+v, want present", note, e)
		return
	}
	for _, span := range e.Evidence {
		// the evidence of each page begins on the first
		if span.Start < from && p.rule != "id_each_page" || strings.TrimSpace(span.Text) == "" {
			t.Errorf("%q: the evidence %+v is not in the words", note, span)
		}
	}
}

// asksFor wants the rule to fall short, and to say what to write, why, and what holds if it was not done.
func (p ruleProof) asksFor(t *testing.T, note string, e *docs.Element, status string) {
	t.Helper()
	if e == nil || e.Status != status {
		t.Errorf("%q: got %+v, want %s", note, e, status)
		return
	}
	if e.Gap == "" || e.Why == "" || e.Or == "" {
		t.Errorf("%q: the gap is without its wording: %+v", note, e)
	}
}

// exists reports whether the named test stands in the sources of its folder.
func (p provenTest) exists(t *testing.T) bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("..", filepath.FromSlash(p.folder), "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, source, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range parsed.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == p.name {
				return true
			}
		}
	}
	return false
}
