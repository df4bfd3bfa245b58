package docs_test

import (
	"testing"

	"github.com/chargenote/chargenote/docs"
)

// TestElementsInOtherStyles holds what tables, check boxes, narratives and telegraphic notes taught the
// reader: each case with a counter-example that the same words must not satisfy.
func TestElementsInOtherStyles(t *testing.T) {
	const none = "not listed"
	for _, tt := range []struct {
		name, element, codes, note, want string
	}{
		{"a table's first cell is a label", "plan", "90834", "Risk\tNo SI\nPlan\tNext session in one week", docs.Present},
		{"an empty cell holds nothing", "plan", "90834", "Risk\tNo SI\nPlan\t", docs.Missing},
		{"minutes in a table", "time_total", "90834", "Total Minutes (face-to-face)\t55", docs.Present},
		{"a tab within a line with a label is a space", "patient_name", "90834", "Patient: Jordan Rivera\tDOB 04/12/1988", docs.Present},

		{"ticked boxes are findings", "mse_3", "90834", "Appearance: [x] Well groomed [ ] Disheveled\nSpeech: [x] Normal\nMood: [x] Anxious", docs.Present},
		{"empty boxes are none", "mse_3", "90834", "Appearance: [ ] Well groomed [ ] Disheveled\nSpeech: [ ] Normal\nMood: [ ] Anxious", docs.Missing},
		{"a risk question with all boxes empty", "risk_assessment", "90834", "Suicidal ideation: [ ] Denied [ ] Active", docs.Missing},
		{"a risk question answered", "risk_assessment", "90834", "Suicidal ideation: [x] Denied [ ] Active", docs.Present},
		{"a box ends with its sentence", "interventions", "90834", "[ ] EMDR. Used a thought record.", docs.Present},
		{"the method behind an empty box", "interventions", "90834", "Methods: [ ] EMDR [ ] CBT", docs.Missing},

		{"a numbered goal is its line alone", "patient_response", "90834", "Intervention: CBT\nGoal 1: worry less; partially met\nShe wrote two other readings.", docs.Present},
		{"one heading alone does not take the rest", "test_interpretation", "96130", "Reason for referral: memory loss.\nResults indicate a mild deficit.", docs.Present},
		{"what stands on its own line stays with it", "test_interpretation", "96130", "Reason for referral: results indicate a mild deficit.", docs.Missing},
		{"P behind headings in words is a heading", "plan", "90834", "MSE: neat\nP: Tuesday, bring log", docs.Present},
		{"P without them is not", "plan", "90834", "P: Tuesday, bring log", docs.Missing},

		{"what was done behind a method", "patient_response", "90834", "Used a thought record. Client chose the first thought and crossed it out.", docs.Present},
		{"what only tells of the visit", "patient_response", "90834", "Used a thought record. Client attended and reported no change.", docs.Missing},
		{"a deed far from any method", "patient_response", "90834", "Client crossed out a line at home.", docs.Missing},
		{"engaged alone", "patient_response", "90834", "Used CBT. Client engaged.", docs.Missing},
		{"a member's own part", "group_individual", "90853", "Client: Percy Aldridge\nTopic: boundaries in daily life and in the family.\nPercy wrote a script and read it aloud to the others in the circle.", docs.Present},
		{"what all did", "group_individual", "90853", "Topic: boundaries. All participated.", docs.Missing},

		{"common words within the exam", "mse_3", "90834", "MSE: neat, tense, sad", docs.Present},
		{"common words elsewhere", "mse_3", "90834", "S: His tie was at the neat desk of a quiet man.", docs.Missing},
		{"common words beside findings", "mse_3", "90834", "She smiled twice, speech normal, mood relieved.", docs.Present},
		{"mood in the patient's words", "mse_3", "90834", `O: mood "hollow", speech soft, cooperative`, docs.Present},

		{"a change since the last visit", "symptom_course", "90834", "A: Avoidance decreased from daily to weekly.", docs.Present},
		{"a change in the plan is a hope", "symptom_course", "90834", "Plan: avoidance decreased from daily to weekly by May.", docs.Missing},
		{"a fall of distress in the exercise is none", "symptom_course", "90834", "Intervention: exposure\nResponse: fear decreased from 8 to 4", docs.Missing},

		{"came because", "chief_complaint", "90834", "He came because the lease ends.", docs.Present},
		{"told a relative", "chief_complaint", "90834", "She told her uncle to wait.", docs.Missing},
		{"a relative who", "risk_assessment", "90834", "Worried about her brother, who was taken to hospital for suicidal ideation.", docs.Missing},
		{"told by a relative about the patient", "risk_assessment", "90834", "Spoke with her brother about it. She denies suicidal ideation.", docs.Present},
		{"the sign for none", "safety_plan", "90834", "Risk - Ø SI/HI", none},
		{"without the sign", "safety_plan", "90834", "Risk - endorses SI", docs.Missing},
		{"given but not completed", "screen_instrument", "96127", "PHQ-9 given but not completed.", docs.Missing},
		{"another one not completed", "screen_instrument", "96127", "PHQ-9 = 7, moderate to mild, discussed with patient, but the MSE was not completed.", docs.Present},

		{"a name before the birth date in prose", "patient_name", "90834", "Client is Hector Bruno, date of birth 02/28/1989.", docs.Present},
		{"no name before it", "patient_name", "90834", "Client is calm today, date of birth 02/28/1989.", docs.Missing},
		{"a month as a first name", "provider_name", "90834", "Electronically signed by June Abbey, NP on 07/08/2025", docs.Present},
		{"by alone names nobody", "provider_name", "90834", "Depression as evidenced by low mood.", docs.Missing},
		{"a nurse-midwife", "provider_credentials", "90834", "Electronically signed by Debra Ong, CNM on 05/28/2025", docs.Present},
		{"city and state without a comma", "tele_patient_location", "90834-95", "Pt at home, Macon GA.", docs.Present},
		{"two letters that are a word", "tele_patient_location", "90834-95", "Pt at home with ma.", docs.Unclear},
		{"the name on page 2", "id_each_page", "90834", "Patient: Greta Amundsen\nText.\nPage 2 of 2   Greta Amundsen   DOB 01/17/1969   Northgate office\nText.", docs.Present},
		{"no name on page 2", "id_each_page", "90834", "Patient: Greta Amundsen\nText.\nPage 2 of 2\nText.", docs.Missing},

		{"prose below the signature", "addendum_labelled", "90834", "Text.\nText.\nText.\nText.\nElectronically signed by Grant Yoder, LCSW on 02/25/2025\nPatient also reported that her sister will move in.", docs.Missing},
		{"a copy line below the signature", "addendum_labelled", "90834", "Text.\nText.\nText.\nText.\nElectronically signed by Grant Yoder, LCSW on 02/25/2025\ncc: primary care, fax 555 0100, and chart", none},

		{"a reason behind a comma", "medical_necessity", "90834", "Tx medically necessary, late to work 3x.", docs.Present},
		{"no reason", "medical_necessity", "90834", "Tx medically necessary.", docs.Unclear},
		{"weekdays are specific", "plan", "90834", "Plan: RTC Thurs", docs.Present},
		{"RTC alone", "plan", "90834", "Plan: RTC", docs.Missing},
		{"unable to do something", "functional_impact", "97129", "He is unable to ride the bus alone.", docs.Present},
		{"unable to assess", "functional_impact", "97129", "Unable to assess function today.", docs.Missing},
		{"cannot be done by others safely", "skilled_need", "97129", "Intervals were graded by the therapist.", docs.Present},
		{"graded by a teacher", "skilled_need", "97129", "The essay was graded by a teacher.", docs.Missing},
		{"sets and reps in one word", "interventions", "97110", "Therapeutic exercise: leg raises 3x10", docs.Present},
		{"an exercise without a parameter", "interventions", "97110", "Therapeutic exercise: leg raises", docs.Unclear},
		{"psychotherapy time without a method", "em_distinct", "99214,90833", "18 minutes of psychotherapy, separate from E/M.", docs.Unclear},
		{"with its method", "em_distinct", "99214,90833", "18 minutes of psychotherapy, separate from E/M. Behavioral activation planned.", docs.Present},
		{"time apart from the E/M is psychotherapy's", "time_start_stop", "99214,90833", "Evaluation and Management: sertraline 50 mg\nSeparate from the E/M: 10:15 AM to 11:00 AM of psychotherapy", docs.Present},

		{"minutes behind the span", "time_total", "90853", "Client: Ann Roe\n10:00 AM - 11:30 AM, 90 minutes, in person, clinic room 2, seven members and a co-leader", docs.Present},
		{"minutes of something else behind it", "time_total", "90853", "Client: Ann Roe\n10:00 AM - 11:30 AM, seven members came and a film of 30 minutes was shown to all of them", docs.Missing},
		{"an appointment is no session", "time_start_stop", "90834", "Date of service: 01/30/2025  Appointment: 5:00 PM - 6:00 PM", docs.Missing},

		{"two vague phrases are two", "vague_language", "90834", "Client engaged. RTC.", docs.Missing},
		{"continue alone", "vague_language", "90834", "Continue.", docs.Missing},
		{"continue something", "vague_language", "90834", "Continue sertraline 50 mg.", none},
		{"a return with its day", "vague_language", "90834", "RTC Thurs", none},

		{"cont alone", "vague_language", "90834", "MSE: neat\nPlan: cont", docs.Missing},
		{"cont something", "vague_language", "90834", "MSE: neat\nPlan: cont lithium 900 mg", none},
		{"went over a chart", "vague_language", "90834", "Went over the sleep chart.", none},
		{"went over time", "vague_language", "90834", "Session went over time.", docs.Missing},
		{"bold labels", "patient_name", "90834", "**Client:** Everett Nash **DOB:** 1/23/1987", docs.Present},
		{"bold label without a name", "patient_name", "90834", "**Client:** **DOB:** 1/23/1987", docs.Missing},
		{"a date behind the title", "service_date", "90834", "Individual therapy note, 3/12/2026. We met at the agency in person between 5:15 and 6:00 PM and it was forty-five minutes of direct time.", docs.Present},
		{"a date later in the first line", "service_date", "90834", "Individual therapy note. Her letter of 3/12/2026 came from the lawyer and she read all of it aloud while her hands shook on the table.", docs.Missing},
		{"at the practice", "time_start_stop", "90847", "Date of service 1/12/2026, 7:00 PM-7:50 PM, in person at the practice.", docs.Present},
		{"practice at home", "time_start_stop", "90847", "Will practice daily 7:00 PM-7:50 PM at home.", docs.Missing},
		{"past the hour for a cause", "extended_justification", "90837", "Total time: 80 minutes face-to-face. We went past the hour because the dissociation had to clear.", docs.Present},
		{"past the hour", "extended_justification", "90837", "Total time: 80 minutes face-to-face. We went past the hour.", docs.Missing},
		{"voices that order", "crisis_state", "90839", "This morning voices ordered him to cut himself.", docs.Present},
		{"voices of others", "crisis_state", "90839", "Voices in the hall were loud.", docs.Missing},
		{"necessary since", "medical_necessity", "96130", "Testing was medically necessary since the interview left the question open.", docs.Present},
		{"timed min", "timed_minutes", "97110", "Timed min: 38", docs.Present},
		{"sources put together", "test_integration", "96130", "Put together, the data point to executive weakness.", docs.Present},
		{"scores side by side", "test_integration", "96130", "RBANS 71. Trails B 210 seconds.", docs.Missing},
		{"therapy was not provided", "test_distinct", "96130", "This was evaluation only; psychotherapy was not provided.", docs.Present},
		{"records read", "test_data_reviewed", "96130", "I read the discharge summary.", docs.Present},
		{"a book read", "test_data_reviewed", "96130", "He read the book.", docs.Missing},
		{"time lost over it", "ic_impact", "90834,90785", "We lost ten minutes settling him.", docs.Present},
		{"nothing lost", "ic_impact", "90834,90785", "He lost his keys.", docs.Missing},
		{"the change in other verbs", "symptom_course", "90834", "A: purging fell from five to two a week.", docs.Present},
		{"a name that is a word, with its score", "screen_score", "96127", "SCARED 21, below cutoff.", docs.Present},
		{"the word", "screen_instrument", "96127", "He was scared on 3 nights.", docs.Missing},
		{"findings support it", "diagnosis_support", "90834", "Dx F43.23. Worry and poor sleep since the filing support it.", docs.Present},
		{"relatives support her", "diagnosis_support", "90834", "Dx F43.23. Her relatives support her.", docs.Missing},
		{"a goal stays within its section", "patient_response", "90834", "MSE: neat\nIntervention: CBT\nGoal 1: worry less; partially met\nHe crossed out two of the sentences.", docs.Present},
		{"a label behind an empty box", "mse_3", "90834", "Attitude: [x] cooperative [ ] guarded   Speech: [x] normal [ ] rapid   Mood: [ ] low [x] anxious", docs.Present},
		{"no in a box denies", "safety_plan", "90834", "SI: [x] no [ ] yes", none},
		{"yes in a box does not", "risk_assessment", "90834", "SI: [ ] no [x] yes", docs.Present},
		{"the next finding is denied, not this one", "safety_plan", "90834", "Suicidal ideation active. Risk: suicidal ideation present homicidal ideation none", docs.Missing},
		{"a list is denied as one", "safety_plan", "90834", "SI, HI denied", none},
		{"paced breathing is no behavior", "mse_3", "90834", "Taught paced breathing. Speech soft. Mood low.", docs.Unclear},
		{"pacing is", "mse_3", "90834", "He paced the room. Speech soft. Mood low.", docs.Present},
		{"several common words make an exam", "mse_3", "90834", "Tidy, smiled, mood lonely.", docs.Present},
		{"two of them do not", "mse_3", "90834", "His tidy desk made him smile.", docs.Missing},
		{"draft as a stamp", "signature", "90834", "DRAFT\nText.\nElectronically signed by Dana Whitfield, LCSW on 10/3/2024", docs.Missing},
		{"draft in prose", "signature", "90834", "The draft text of the report was reviewed and edited by me.\nElectronically signed by Dana Whitfield, LCSW on 10/3/2024", docs.Present},
		{"about the same", "symptom_course", "90834", "A: Avoidance is about the same.", docs.Present},
		{"a relative by name acts", "patient_response", "90847", "Met with mother (Tara) and father (Neil). Structural family therapy was used with role play. Neil praised him four times.", docs.Present},
		{"somebody else acts", "patient_response", "90847", "Met with mother (Tara). Structural family therapy was used with role play. Oscar praised him four times.", docs.Missing},
		{"never in treatment is a history", "intake_history", "90791", "He has never seen a therapist. Medical history: none. His father drank.", docs.Present},
		{"two of four", "intake_history", "90791", "He has never seen a therapist. Medical history: none.", docs.Unclear},
		{"asked by the school", "test_reason", "96130", "Asked by her school.", docs.Present},
		{"asked for water", "test_reason", "96130", "Asked for water.", docs.Missing},
		{"none of it was therapy", "test_distinct", "96130", "80 minutes; none of it was therapy.", docs.Present},
		{"findings shared", "test_feedback", "96130", "Findings were shared with her parents.", docs.Present},
		{"toys shared", "test_feedback", "96130", "Toys were shared with her sister.", docs.Missing},
		{"the OT analyzed", "skilled_need", "97129", "OT analyzed omissions and withdrew prompts.", docs.Present},
		{"letters with a bracket", "plan", "90834", "S) Slept badly.\nO) Neat.\nP) Tuesday, bring log", docs.Present},
		{"small words around a heading", "plan", "90834", "Client's mental status today: neat\nPlan for the client: Tuesday, bring log", docs.Present},
		{"a blank of a template", "goal_progress", "90834", "Mental status: neat\nProgress toward goals: [free text]", docs.Missing},
		{"a field of a template", "patient_response", "90834", "Intervention: CBT\nResponse: {RESPONSE:24601}", docs.Missing},
		{"round boxes", "risk_assessment", "90834", "Suicidal ideation: ( ) Denied ( ) Active", docs.Missing},
		{"round boxes answered", "risk_assessment", "90834", "Suicidal ideation: (x) Denied ( ) Active", docs.Present},
		{"spoken marks", "interventions", "90834", "he was seen today period used problem solving therapy period at the last visit comma nothing was done period he agreed period", docs.Present},
		{"a period that is a word", "risk_assessment", "90834", "A period of calm. Denies SI. Another period, and so on.", docs.Present},
		{"a code with a space", "diagnosis_code", "90834", "Diagnosis F 43.21 adjustment disorder.", docs.Present},
		{"a letter and a number", "diagnosis_code", "90834", "Suite F 43.21 is upstairs.", docs.Missing},
		{"any word behind mood", "mse_3", "90834", "She was cooperative, mood hollow, speech soft.", docs.Present},
		{"mood in a compound", "mse_3", "90834", "She was cooperative, speech soft, kept her mood log.", docs.Unclear},
		{"an exam under another heading", "mse_3", "90834", "Intervention: CBT\nProgress: Goal 1 met. Hair combed, eye contact fleeting, voice low, affect restricted, thoughts clear.", docs.Present},
		{"adjectives alone in an exam", "mse_3", "90853", "Boots, jaw clenched, loud, angry, logical.", docs.Present},
		{"two of them do not make one", "mse_3", "90853", "He was loud and angry.", docs.Missing},
		{"a need with its ground behind a dash", "medical_necessity", "90834", "Tx med nec - out of work since August, avoids warehouse.", docs.Present},
		{"a need with fillers alone", "medical_necessity", "90834", "Continued individual therapy is medically necessary at this time.", docs.Unclear},
		{"worse than at an earlier time", "symptom_course", "90834", "Somewhat worse than at his last visit.", docs.Present},
		{"worse than she thinks", "symptom_course", "90834", "She is stronger than she thinks.", docs.Missing},
		{"a peer's own thoughts", "risk_assessment", "90853", "A peer disclosed that he had suicidal thoughts.", docs.Missing},
		{"told to a peer", "risk_assessment", "90853", "Patient told a peer that he had suicidal thoughts.", docs.Present},
		{"a subject kept over and", "risk_assessment", "90834", "Her son is pale and has had suicidal thoughts.", docs.Missing},
		{"a relative who only owns something", "crisis_state", "90839", "She took her grandmother's tablets to school and meant to swallow them.", docs.Present},
		{"a method declined", "interventions", "90834", "EMDR was declined.", docs.Missing},
		{"a method for another month", "interventions", "90834", "Exposure was discussed as an option for March.", docs.Missing},
		{"told before any method", "patient_response", "90834", "Patient said that the lease ends. CBT.", docs.Missing},
		{"behind an opener", "patient_response", "90834", "CBT with a thought record. By the fourth line he crossed it out.", docs.Present},
		{"letters exchanged", "symptom_course", "90834", "A: Avodiance decreased from daily to weekly.", docs.Present},
		{"a name that is nearly a word", "patient_name", "90834", "Pt: Osgood Freeling, DOB 05/29/2015", docs.Present},
		{"the date at the head", "service_date", "90834", "Ann Roe, DOB 1/30/1971, 9/2/2026, office", docs.Present},
		{"the birth date alone", "service_date", "90834", "Ann Roe, DOB 1/30/1971, office", docs.Missing},
		{"G behind A is a goal", "goal_progress", "90834", "S: Tired.\nA: Low.\nG: Drive to work by the direct route 5 of 5 days. Partially met.\nP: Tuesday", docs.Present},
		{"the numbers of a date measure nothing", "objective_performance", "97129", "Seen on 08/14/2026, attention worked on.", docs.Missing},
		{"another event of the day", "time_consistent", "90834", "Date of service: 04/02/2026, 2:00 PM - 2:45 PM, 45 minutes.\nSubjective: He also goes to the group 6:00 PM - 7:30 PM.", docs.Present},
		{"an instrument refused", "screen_instrument", "96127", "AUDIT-C refused.", docs.Missing},
		{"scored, and something else refused", "screen_score", "96127", "PHQ-9 = 7, blood draw refused.", docs.Present},
		{"denied areas of risk", "risk_assessment", "90834", "Patient denies all areas of risk.", docs.Present},
		{"a walk-in is no walk", "time_start_stop", "90839", "Seen at the walk-in center from 6:10 PM to 7:30 PM.", docs.Present},
		{"scissors are no harm", "safety_plan", "97530", "Cutting along curved lines.", none},

		{"the camera broke", "tele_audio_only_reason", "90834-93", "Her tablet broke.", docs.Present},
		{"something else broke", "tele_audio_only_reason", "90834-93", "Her voice broke.", docs.Missing},
	} {
		t.Run(tt.name, func(t *testing.T) {
			codes, err := docs.ParseCodes(tt.codes)
			if err != nil {
				t.Fatal(err)
			}
			if got := status(check(t, tt.note, codes...), tt.element); got != tt.want {
				t.Errorf("%s: got %s, want %s", tt.element, got, tt.want)
			}
		})
	}
}

// TestEveryVaguePhraseIsListed wants each phrase once, and of phrases inside of each other the longer.
func TestEveryVaguePhraseIsListed(t *testing.T) {
	result := check(t, "MSE unremarkable. Client engaged. Making progress toward goals. RTC.", "90834")
	got := []string{}
	for _, v := range result.Vague {
		got = append(got, v.Text)
	}
	want := []string{"unremarkable", "Client engaged", "Making progress toward goals", "RTC"}
	if len(got) != len(want) {
		t.Fatalf("got %q, want %q", got, want)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("got %q, want %q", got[i], want[i])
		}
	}
}
