package demoehr

// nikhil comes in two stories.
var nikhil = person{"nikhil-notareal-rao", "Nikhil", "Notareal-Rao", "1991-03-22", "male", "MR-20418"}

// stories are the visits of the demo EHR in the order of the worklist. All of it is made up.
var stories = []story{
	{
		id: "therapy-52", title: "Psychotherapy, 52 minutes",
		lookFor:   "One minute below the longer code: 52 minutes support 90834, and 90837 begins at 53.",
		patient:   person{"juniper-samplewood", "Juniper", "Samplewood", "1988-07-04", "female", "MR-20401"},
		clinician: psychologist, payer: commercial,
		diagnoses: []diagnosis{{"F41.1", "Generalized anxiety disorder"}},
		start:     "2026-11-16T14:00:00-05:00",
		did:       []service{{activity: "psychotherapy", minutes: 52}},
		note: `
Patient: {name}    DOB: {born}
Date of service: {date}    Location: in person, Maple Street Clinic
Therapist: {clinician}
Session: {start} to {stop}. Total time: {minutes} minutes of face-to-face individual psychotherapy.

Data: Juniper reports worry "most of the day" about a new supervisor, with trouble falling asleep four nights this
  week (six nights last week). She left two staff meetings early because of a racing heart. Completed the worry log on
  five of seven days. Mental status: well groomed, cooperative; speech normal in rate; mood "keyed up", affect anxious
  but reactive; thought process linear. Denies suicidal ideation, self-harm and thoughts of harming others; risk low.

Intervention: CBT. Reviewed the worry log, used cognitive restructuring on the prediction "I will be fired by
  Friday", and practised scheduled worry time in session.

Response: Juniper named two facts against the prediction and lowered her belief in it from 80 to 45 percent.

Assessment: Generalized anxiety disorder (F41.1), as evidenced by excessive worry on most days, poor sleep and
  restlessness. Symptoms are improving slowly. Treatment is medically necessary because anxiety limits her attendance
  at work meetings; without it she risks losing the position. Goal 1 (attend every meeting for four weeks): partial, 3
  of 5 meetings attended.

Plan: Continue weekly CBT because worry and sleep respond to it. Homework: one exposure to a full staff meeting. Next
  visit in one week.

Electronically signed by {clinician} on {signed}
`,
	},
	{
		id: "therapy-53", title: "Psychotherapy, 53 minutes",
		lookFor:   "The first minute of 90837, with a note that says what a reviewer looks for.",
		patient:   person{"otis-fictum", "Otis", "Fictum", "1975-12-19", "male", "MR-20402"},
		clinician: socialWorker, payer: medicaid,
		diagnoses: []diagnosis{{"F33.1", "Major depressive disorder, recurrent, moderate"}},
		start:     "2026-11-16T10:00:00-05:00",
		did:       []service{{activity: "psychotherapy", minutes: 53}},
		note: `
Client: {name}    DOB: {born}
Date of service: {date}    Place: in office
Clinician: {clinician}
Start: {start}  Stop: {stop}  Total: {minutes} minutes face-to-face individual psychotherapy. CPT 90837.

S: Otis came because the anniversary of his brother's death is on Thursday. He has stayed in bed past noon on four of
  seven days and missed two shifts. Reports crying daily, appetite down, no alcohol since 10/02/2026.
O: Tearful, casually dressed, good eye contact. Speech slow. Mood "heavy", affect constricted. Thought process goal
  directed. Oriented. Denies SI and HI; no plan, no intent; risk assessed as low today.
I: Behavioural activation and grief-focused cognitive work: built an hour-by-hour plan for Thursday, restructured "I
  should have called him". The longer session was required because of acute grief around the anniversary: the coping
  plan had to be complete before Thursday.
R: Otis was tearful but engaged, chose his sister as the person to call and rated his dread 8 at the start, 5 at the
  end.
A: Major depressive disorder, recurrent, moderate (F33.1), as evidenced by depressed mood, loss of interest and early
  waking. Worse than last visit because of the anniversary. Continued treatment is needed because depression
  interferes with work (2 shifts missed) and with self-care. Goal 2, out of bed by 9 on five days a week: 3 days this
  week, was 2.
P: Continue the treatment plan weekly because activation has begun to work; Otis walks with his sister on Thursday.
  Next session 11/23/2026 at 10:00.

Electronically signed by {clinician} on {signed}
`,
	},
	{
		id: "therapy-90", title: "Psychotherapy, 90 minutes, this year",
		lookFor:   "One 90837 however long it lasts: the prolonged codes ended with 2022 and none has taken their place. The note still owes the reason for the length.",
		patient:   person{"marisol-inventada", "Marisol", "Inventada", "1996-05-30", "female", "MR-20403"},
		clinician: psychologist, payer: commercial,
		diagnoses: []diagnosis{{"F43.10", "Post-traumatic stress disorder, unspecified"}},
		start:     "2026-11-17T15:00:00-05:00",
		did:       []service{{activity: "psychotherapy", minutes: 90}},
		note: `
Patient: {name}    DOB: {born}
Date of service: {date}    In person, clinic
Therapist: {clinician}
{start} - {stop}, {minutes} minutes face-to-face psychotherapy.

Data: Marisol reports three nightmares this week (five last week) and avoided the bridge on her way to work each day.
  Alert, neatly dressed, mood anxious with congruent affect, speech normal, thought process logical. Denies SI/HI.
Intervention: Cognitive processing therapy; worked on the stuck point "nowhere is safe". Session ran long.
Response: She was able to name two places where she feels safe.
Assessment: PTSD (F43.10), as evidenced by nightmares and avoidance; improving, fewer nightmares than last week.
  Avoiding the bridge makes her late and interferes with keeping her shifts; treatment remains medically necessary.
Goal 1 (cross the bridge by January): not yet; agreed on the first step.
Plan: Continue weekly cognitive processing therapy because nightmares respond to it; practice assignment "challenging
  questions". Next visit 11/24/2026.

Electronically signed by {clinician} on {signed}
`,
	},
	{
		id: "therapy-90-2022", title: "Psychotherapy, 90 minutes, on June 14, 2022",
		lookFor:   "The same length under the rules of its own day: 99354 still held in 2022 and began at 90 minutes.",
		patient:   person{"tobias-nonesuch", "Tobias", "Nonesuch", "1969-01-11", "male", "MR-20404"},
		clinician: psychologist, payer: commercial,
		diagnoses: []diagnosis{{"F43.10", "Post-traumatic stress disorder, unspecified"}},
		start:     "2022-06-14T13:00:00-04:00",
		did:       []service{{activity: "psychotherapy", minutes: 90}},
		note: `
Patient: {name}    DOB: {born}
Date of service: {date}    In person, clinic
Therapist: {clinician}
Start {start}, stop {stop}; {minutes} minutes face-to-face psychotherapy.

Data: Tobias reports that he has avoided driving since the collision in March; he was driven here. Startle at traffic
  noise daily. Appearance neat, behaviour guarded at first, mood tense with anxious affect, speech pressured early and
  then normal, thought process linear. Denies suicidal and homicidal ideation; risk low.
Intervention: Prolonged exposure: imaginal exposure to the collision, four passes, with processing afterwards. The
  extended time was required by the exposure protocol, so that the exposure could be completed and Tobias could leave
  calm; he dissociated briefly in the second pass and was grounded before work went on.
Response: SUDS 85 at the start, 90 at the peak, 40 at the end.
Assessment: PTSD (F43.10), as evidenced by intrusive images, startle and avoidance; improving, fewer images than last
  week. Treatment is needed because he cannot drive to work. Goal 1 (drive to work alone): not met; sat in the parked
  car on two days.
Plan: Continue prolonged exposure weekly because distress falls within sessions; listen to the recording daily. Next
  visit 06/21/2022.

Electronically signed by {clinician} on {signed}
`,
	},
	{
		id: "testing-30", title: "Testing evaluation, 30 minutes",
		lookFor:   "One minute below the first hour of testing evaluation: 96130 begins at 31 minutes, so nothing is suggested.",
		patient:   person{"wanda-imaginaria", "Wanda", "Imaginaria", "2001-09-08", "female", "MR-20405"},
		clinician: psychologist, payer: selfPay,
		diagnoses: []diagnosis{{"F90.0", "Attention-deficit hyperactivity disorder, predominantly inattentive type"}},
		start:     "2026-11-18T09:00:00-05:00",
		did:       []service{{activity: "psych-testing-evaluation", minutes: 30}},
		note:      testingNote,
	},
	{
		id: "testing-31", title: "Testing evaluation, 31 minutes",
		lookFor:   "The midpoint of the hour is passed: 31 minutes carry 96130 once. The app asks how many standardized tests were interpreted: answer 3, as the note names them, and 96130 stands.",
		patient:   person{"felix-pretend", "Felix", "Pretend", "1983-02-17", "male", "MR-20406"},
		clinician: psychologist, payer: commercial,
		diagnoses: []diagnosis{{"F90.0", "Attention-deficit hyperactivity disorder, predominantly inattentive type"}},
		start:     "2026-11-18T10:00:00-05:00",
		did:       []service{{activity: "psych-testing-evaluation", minutes: 31}},
		note:      testingNote,
	},
	{
		id: "testing-91", title: "Testing evaluation, 91 minutes",
		lookFor:   "The second hour begins at 91 minutes, not at 61: answer 3 to the open question, and 96130 stands with one 96131.",
		patient:   person{"amara-notreal", "Amara", "Notreal", "1954-11-02", "female", "MR-20407"},
		clinician: psychologist, payer: medicare,
		diagnoses: []diagnosis{{"F90.0", "Attention-deficit hyperactivity disorder, predominantly inattentive type"}},
		start:     "2026-11-18T13:00:00-05:00",
		did:       []service{{activity: "psych-testing-evaluation", minutes: 91}},
		note:      testingNote,
	},
	{
		id: "cognitive-22", title: "Cognitive intervention, 22 minutes",
		lookFor:   "The last minute of a single 15-minute unit: 97129 alone.",
		patient:   person{"cyrus-mockford", "Cyrus", "Mockford", "1949-06-25", "male", "MR-20408"},
		clinician: speech, payer: medicare,
		diagnoses: []diagnosis{{"I69.314", "Frontal lobe and executive function deficit following cerebral infarction"}},
		start:     "2026-11-17T09:00:00-05:00",
		did:       []service{{activity: "cognitive-intervention", minutes: 22}},
		note:      cognitiveNote,
	},
	{
		id: "cognitive-23", title: "Cognitive intervention, 23 minutes",
		lookFor:   "One minute more and the second unit is earned: 97129 and one 97130.",
		patient:   person{"delphine-exempel", "Delphine", "Exempel", "1962-04-14", "female", "MR-20409"},
		clinician: occupational, payer: commercial,
		diagnoses: []diagnosis{{"I69.314", "Frontal lobe and executive function deficit following cerebral infarction"}},
		start:     "2026-11-17T10:00:00-05:00",
		did:       []service{{activity: "cognitive-intervention", minutes: 23}},
		note:      cognitiveNote,
	},
	{
		id: "cognitive-45", title: "Cognitive intervention, 45 minutes",
		lookFor:   "Three units: 97129 once and 97130 twice, never 97129 three times.",
		patient:   person{"hiro-kakuu", "Hiro", "Kakuu", "1951-10-09", "male", "MR-20410"},
		clinician: speech, payer: medicare,
		diagnoses: []diagnosis{{"I69.314", "Frontal lobe and executive function deficit following cerebral infarction"}},
		start:     "2026-11-17T11:00:00-05:00",
		did:       []service{{activity: "cognitive-intervention", minutes: 45}},
		note:      cognitiveNote,
	},
	{
		id: "rehab-hour", title: "Physical therapy, a mixed hour under Medicare",
		lookFor:   "Four services, 60 minutes, four units by the 8-minute rule: the largest remainders win, and 97530 stays in the note without a unit.",
		patient:   person{"ingrid-pahitt", "Ingrid", "Påhitt", "1947-08-31", "female", "MR-20411"},
		clinician: physical, payer: medicare,
		diagnoses: []diagnosis{{"Z47.1", "Aftercare following joint replacement surgery"}, {"M25.561", "Pain in right knee"}},
		start:     "2026-11-19T09:00:00-05:00",
		did: []service{
			{activity: "therapeutic-exercise", minutes: 23}, {activity: "neuromuscular", minutes: 18},
			{activity: "manual-therapy", minutes: 12}, {activity: "therapeutic-activities", minutes: 7},
		},
		note: `
Patient: {name}    DOB: {born}
Date of service: {date}    In person, clinic; one-on-one throughout
Therapist: {clinician}    Visit 6 of 12, plan of care certified through 12/31/2026
Total timed-code minutes: {minutes}. Total treatment time: {minutes} minutes.

S: Right knee pain 3/10 on stairs (5/10 last visit). Did the home programme on six of seven days.
O: On arrival: knee flexion 104 degrees (98 last visit), extension lag 5 degrees.
Therapeutic exercise, 23 min: leg press 3x10 at 40 lb, terminal knee extension 3x12, progressed by 10 lb because form
  held.
Neuromuscular re-education, 18 min: single-leg stance 22 s (14 s last visit), tandem walk with verbal cues x4.
Manual therapy, 12 min: patellar glides grade III, soft tissue to the quadriceps; flexion 108 degrees afterwards.
Therapeutic activities, 7 min: step-overs with a 6-inch box, needed cues for hip drop twice.
A: Skilled therapy is required to grade load against joint irritation and to correct compensations she does not feel.
  Responded with better control; Goal 1 (stairs step over step without rail by 12/15/2026): 2 of 10 steps, was 0.
Diagnosis: Z47.1, M25.561.
P: Twice a week; add lateral step-downs next visit. Educated in icing; she repeated the programme without error.

Electronically signed by {clinician} on {signed}
`,
	},
	{
		id: "rehab-tie", title: "Physical therapy, a tie under Medicare",
		lookFor:   "Twenty and twenty minutes make three units, and the third belongs to neither by rule: the clinician chooses.",
		patient:   person{"lamont-standin", "Lamont", "Standin", "1950-03-03", "male", "MR-20412"},
		clinician: physical, payer: medicare,
		diagnoses: []diagnosis{{"M54.50", "Low back pain, unspecified"}},
		start:     "2026-11-19T10:30:00-05:00",
		did:       []service{{activity: "neuromuscular", minutes: 20}, {activity: "therapeutic-exercise", minutes: 20}},
		note: `
Patient: {name}    DOB: {born}
Date of service: {date}    In person, clinic; one-on-one
Therapist: {clinician}
Timed-code minutes: {minutes}. Total treatment time: {minutes} minutes.

S: Low back pain 4/10 after gardening, 6/10 last week. Asked about lifting a grandchild; questions answered.
O: Forward bend to mid shin (knee last visit). Neuromuscular re-education 20 min: abdominal bracing with limb
  movement, tactile cues on 6 of 20 trials (14 of 20 last visit). Therapeutic exercise 20 min: bridges 3x12, bird dog
  2x10 each side, hip hinge with dowel.
A: Skilled cueing is needed because he still arches under load. Goal 2 (lift 20 lb from the floor without pain):
  partial, 12 lb today, was 8. Diagnosis M54.50. Responded with pain 2/10 at the end.
P: Twice weekly for three weeks; will progress to 15 lb next visit.

Electronically signed by {clinician} on {signed}
`,
	},
	{
		id: "crisis-80", title: "Crisis psychotherapy, 80 minutes",
		lookFor:   "90839 covers 30 to 74 minutes; from 75 on, 90840 joins it. The note says what made it a crisis, who was called and how it ended.",
		patient:   person{"beatriz-ejemplo", "Beatriz", "Ejemplo", "1999-01-27", "female", "MR-20413"},
		clinician: socialWorker, payer: medicaid,
		diagnoses: []diagnosis{{"F32.2", "Major depressive disorder, single episode, severe without psychotic features"}},
		start:     "2026-11-18T16:00:00-05:00",
		did:       []service{{activity: "crisis", minutes: 80}},
		note: `
Client: {name}    DOB: {born}
Date of service: {date}    In person, clinic
Clinician: {clinician}
Crisis session {start} to {stop}; {minutes} minutes face-to-face crisis psychotherapy, full attention throughout.

Crisis: Walked in without appointment, brought by her roommate, who within the last two hours found her with a
  hoarded bottle of tablets and a written goodbye. States a plan to take them tonight. Care could not wait because plan,
  means and intent were all present.
Mental status: dishevelled, tearful, psychomotor slowing; speech soft; mood "done", affect flat; thought process
  logical, no psychosis; oriented x4.
Risk: Suicidal ideation with plan and intent at the start; no thoughts of harming others. C-SSRS high.
Intervention: De-escalation, exploration of reasons for living, safety planning with means restriction. Contacted her
  mother by phone and the on-call psychiatrist; the roommate took custody of the tablets. Gave 988.
Response: Completed a written safety plan, agreed to hand over means, denied intent at the end; named her younger
  sister as the reason to stay.
Assessment: F32.2. Immediate danger reduced; outpatient care with family watch judged safe after consultation.
Disposition: Returned home with her mother, who stays the night. Follow-up call 8:00 AM and psychiatrist visit
  11/19/2026 at 10:30 AM.

Electronically signed by {clinician} on {signed}
`,
	},
	{
		id: "complexity-play", title: "Child therapy through play, 45 minutes",
		lookFor:   "Interactive complexity with its named factor: 90785 beside 90834.",
		patient:   person{"paloma-ficticia", "Paloma", "Ficticia", "2019-02-12", "female", "MR-20414"},
		clinician: psychologist, payer: commercial,
		diagnoses: []diagnosis{{"F94.0", "Selective mutism"}},
		start:     "2026-11-19T15:30:00-05:00",
		did:       []service{{activity: "psychotherapy", minutes: 45}}, complexity: "play-equipment",
		note: `
Patient: {name}    DOB: {born}
Date of service: {date}    In person, clinic
Therapist: {clinician}
{start} to {stop}; {minutes} minutes face-to-face individual psychotherapy.

Data: Mother reports that Paloma spoke to one classmate this week, the first since September. In the room she was
  silent at first. Well groomed, watchful behaviour, mood shy with anxious and then brighter affect, play organized.
  No self-harm, no aggression; risk low.
Interactive complexity: Paloma does not speak with adults and cannot take part by ordinary conversation. Play
  equipment (dolls, school house) was used as the means of communication; each question had to be repeated through
  the doll before she answered, which slowed the work.
Intervention: CBT for selective mutism by graded exposure in play: doll whispers, then Paloma whispers, to the
  therapist.
Response: Whispered three words by the end; none last week.
Assessment: Selective mutism (F94.0), as evidenced by silence with every adult outside the family; improving.
  Treatment is needed because she cannot ask for help at school.
Goal 1 (answer the teacher with one word): step 3 of 8 reached.
Plan: Weekly; mother practises whisper game daily. Next visit 11/26/2026 moved to 11/30/2026 for the holiday.

Electronically signed by {clinician} on {signed}
`,
	},
	{
		id: "family-with-patient", title: "Family therapy with the patient, 50 minutes",
		lookFor:   "90847 from 26 minutes on; a second unit or a prolonged code does not exist.",
		patient:   person{"rufus-makebelieve", "Rufus", "Makebelieve", "2010-10-21", "male", "MR-20415"},
		clinician: socialWorker, payer: commercial,
		diagnoses: []diagnosis{{"F91.3", "Oppositional defiant disorder"}},
		start:     "2026-11-20T16:00:00-05:00",
		did:       []service{{activity: "family-with-patient", minutes: 50}},
		note: `
Client: {name}    DOB: {born}
Date of service: {date}    In person, clinic
Clinician: {clinician}
{start} to {stop}, {minutes} minutes of family psychotherapy with the patient present.
Present: Rufus, his mother (Dana) and his stepfather (Lee).

Data: Two shouting matches this week over homework, one broken plate; four last week. Rufus restless, irritable mood
  with full affect, speech loud at times, thought process linear. No SI, no HI, no self-harm; risk low.
Intervention: Structural family therapy: mapped the pattern of demand, refusal and threat; enacted the homework talk
  with the stepfather stepping back; coached brief, single requests.
Response: On the second enactment Rufus agreed to start within ten minutes; mother kept to one request.
Assessment: F91.3, improving by count of incidents. Family sessions are needed because the refusals happen only at
  home and keep him from handing in work (3 of 9 pieces last week). Goal 2 (no more than one incident a week): partial.
Plan: Every two weeks; parents log requests and answers. Next session 12/04/2026.

Electronically signed by {clinician} on {signed}
`,
	},
	{
		id: "audio-only", title: "Psychotherapy by telephone, 45 minutes",
		lookFor:   "A telephone visit with the patient at home: place of service 10 and, as no video was used, modifier 93.",
		patient:   person{"greta-placeholder", "Greta", "Placeholder", "1945-09-15", "female", "MR-20416"},
		clinician: psychologist, payer: medicare, modality: "audio-only",
		diagnoses: []diagnosis{{"F33.1", "Major depressive disorder, recurrent, moderate"}},
		start:     "2026-11-20T11:00:00-05:00",
		did:       []service{{activity: "psychotherapy", minutes: 45}},
		note: `
Patient: {name}    DOB: {born}
Date of service: {date}
Therapist: {clinician}
{start} to {stop}, {minutes} minutes of individual psychotherapy with the patient by telephone, audio-only.
Telehealth: verbal consent given today. Patient located at home in Albany, New York; therapist located in the clinic.
Audio-only because she declined video.

Data: Greta reports that she has left the flat once since Monday and let three calls from friends ring out. Speech
  slow but clear, mood "flat", thought process logical, oriented. Denies suicidal thoughts and thoughts of harm; risk
  low.
Intervention: Behavioural activation: ranked five activities, rehearsed the call to her friend Ruth.
Response: She made the call on the other line during a pause and reported relief.
Assessment: F33.1, unchanged: low mood and withdrawal on most days. Treatment is needed because withdrawal keeps her
  from shopping and meals (two meals skipped daily). Goal 1 (leave the flat daily): 1 of 4 days.
Plan: Weekly by phone; walk to the corner shop on three days. Next session 11/27/2026.

Electronically signed by {clinician} on {signed}
`,
	},
	{
		id: "phq9-item-9", title: "A PHQ-9 with item 9 answered",
		lookFor:   "A total of 14 is only moderate, but item 9 is 1: that stands first, whatever the total, and the note says nothing of risk. The PHQ-9 has come down over four visits, from 21. A GAD-7 stands beside it.",
		patient:   person{"sven-testberg", "Sven", "Testberg", "1980-06-06", "male", "MR-20417"},
		clinician: psychologist, payer: commercial,
		diagnoses: []diagnosis{{"F33.1", "Major depressive disorder, recurrent, moderate"}},
		start:     "2026-11-20T09:00:00-05:00",
		did:       []service{{activity: "psychotherapy", minutes: 45}},
		scores: []score{
			{phq9, []int{2, 2, 2, 2, 1, 2, 1, 1, 1}},
			{gad7, []int{2, 1, 2, 1, 1, 1, 1}},
		},
		earlier: []earlierTotal{{phq9, "2026-10-09", 21}, {phq9, "2026-10-23", 19}, {phq9, "2026-11-06", 17}},
		note: `
Patient: {name}    DOB: {born}
Date of service: {date}    In person, clinic
Therapist: {clinician}
{start} to {stop}, {minutes} minutes face-to-face individual psychotherapy.

Data: PHQ-9 = 14 (moderate), GAD-7 = 9 (mild), both today; PHQ-9 was 17 on 11/06/2026. Sven sleeps five hours, skips
  lunch at work and "can't see the point of weekends". Neat, cooperative, speech normal, mood low, affect restricted,
  thought process linear.
Intervention: CBT: thought record on "I let everyone down", behavioural experiment for Saturday.
Response: Sven found one counter-example and rated the thought 60 percent, from 90.
Assessment: F33.1, as evidenced by low mood, poor sleep and loss of interest; improving (PHQ-9 down 3). Treatment
  remains necessary because low energy makes him miss deadlines (two this month). Goal 1 (PHQ-9 below 10): not met, 14
  today, was 17.
Plan: Weekly CBT, repeat PHQ-9 in two weeks. Next visit 11/27/2026.

Electronically signed by {clinician} on {signed}
`,
	},
	{
		id: "em-and-therapy", title: "Medication visit with psychotherapy",
		lookFor:   "Two services kept apart: the E/M by its decision making, 90833 by its own 30 minutes.",
		patient:   person{"ottoline-phantom", "Ottoline", "Phantom", "1986-12-01", "female", "MR-20419"},
		clinician: psychiatrist, payer: commercial,
		diagnoses: []diagnosis{{"F33.1", "Major depressive disorder, recurrent, moderate"}, {"F41.1", "Generalized anxiety disorder"}},
		start:     "2026-11-17T13:00:00-05:00",
		did: []service{
			{activity: "evaluation-management", minutes: 18, cpt: "99214"},
			{activity: "psychotherapy-with-em", minutes: 30},
		},
		note: `
Patient: {name}    DOB: {born}
Date of service: {date}    In person, clinic
Psychiatrist: {clinician}

MEDICAL EVALUATION AND MANAGEMENT
HPI: Returns for depression and anxiety after sertraline went from 50 to 100 mg on 10/20/2026. Sleep now six hours (four
  before); mild nausea in week one, gone. No missed doses. BP 118/74, weight steady.
Mental status: well groomed, cooperative, speech normal, mood "better", affect fuller, thought process linear, no
  psychosis, insight good. Denies suicidal and homicidal ideation; risk low.
Decision making: two chronic conditions, one not at goal (F33.1, F41.1); continue sertraline 100 mg, start hydroxyzine
  25 mg as needed with sedation discussed; TSH reviewed, normal. Moderate complexity.

PSYCHOTHERAPY, 30 minutes face-to-face, apart from the medical work, 1:18 PM to 1:48 PM
Interpersonal psychotherapy on the dispute with her sister; role play of the Thanksgiving call. Ottoline practised two
  openings and chose one; distress 7 at the start, 4 at the end. Symptoms are improving. Goal 2 (one calm talk with her
  sister): planned for 11/26/2026. Therapy is needed because the dispute drives relapses (two in 2025).
Plan: Return in four weeks, 12/15/2026; call for side effects.

Electronically signed by {clinician} on {signed}
`,
	},
	{
		id: "note-of-gaps", title: "A note full of gaps",
		lookFor:   "The time is in the record and nearly everything else is missing from the note: each gap says what to write, and invents nothing.",
		patient:   person{"barnaby-hollow", "Barnaby", "Hollow", "1993-04-18", "male", "MR-20420"},
		clinician: socialWorker, payer: commercial,
		diagnoses: []diagnosis{{"F43.23", "Adjustment disorder with mixed anxiety and depressed mood"}},
		start:     "2026-11-16T16:00:00-05:00",
		did:       []service{{activity: "psychotherapy", minutes: 60}},
		note: `
Pt seen for follow-up. Session ran long. Discussed stressors and provided supportive therapy.
Tolerated well. Making progress toward goals. MSE WNL.
Continue POC. RTC.
`,
	},
	{
		id: "times-disagree", title: "Record and note disagree on the time",
		lookFor:   "The procedure lasts 55 minutes, the note says 45: no number is chosen in silence, and only what both support is suggested.",
		patient:   nikhil,
		clinician: psychologist, payer: commercial,
		diagnoses: []diagnosis{{"F41.1", "Generalized anxiety disorder"}},
		start:     "2026-11-12T09:00:00-05:00",
		did:       []service{{activity: "psychotherapy", minutes: 55}},
		note: `
Patient: {name}    DOB: {born}
Date of service: {date}    In person, clinic
Therapist: {clinician}
Total time: 45 minutes of face-to-face individual psychotherapy.

Data: Nikhil reports two panic attacks at the supermarket, down from four. Neat, restless, mood anxious with congruent
  affect, speech fast, thought process linear. Denies SI/HI.
Intervention: CBT with interoceptive exposure (straw breathing, six trials).
Response: SUDS 70 to 30 across trials.
Assessment: F41.1, improving. Treatment is needed because he cannot shop alone. Goal 1 (shop alone once a week): not
  yet.
Plan: Daily breathing practice; next visit 11/19/2026.

Electronically signed by {clinician} on {signed}
`,
	},
	{
		id: "no-encounter", title: "A launch that does not say which visit",
		lookFor:                "This chart opens the app without an encounter, as many EHRs do: the app lists the patient's visits and asks.",
		patient:                nikhil,
		launchWithoutEncounter: true,
		clinician:              psychologist, payer: commercial,
		diagnoses: []diagnosis{{"F41.1", "Generalized anxiety disorder"}},
		start:     "2026-11-19T09:00:00-05:00",
		did:       []service{{activity: "psychotherapy", minutes: 45}},
		note: `
Patient: {name}    DOB: {born}
Date of service: {date}    In person, clinic
Therapist: {clinician}
{start} to {stop}, {minutes} minutes face-to-face individual psychotherapy.

Data: Nikhil reports that he went into the supermarket twice with his brother; one panic attack, down from two. Neat,
  calmer than last week, mood "okay", affect brighter, speech normal, thought process linear. Denies SI and HI; risk
  low.
Intervention: CBT: hierarchy for shopping alone, cognitive restructuring of "I will faint".
Response: He rated the belief 35 percent, from 70, and chose the first step himself.
Assessment: F41.1, improving: fewer attacks, less avoidance. Treatment is needed because he cannot yet shop alone.
Goal 1 (shop alone once a week): first step set for Saturday.
Plan: Weekly CBT; next visit 11/26/2026 moved to 12/01/2026.

Electronically signed by {clinician} on {signed}
`,
	},
	copiedForward,
	alikeOfAnother,
}

// testingNote tells the same evaluation at three lengths.
const testingNote = `
Patient: {name}    DOB: {born}
Date of service: {date}    Location: clinic office
Psychologist: {clinician}
Testing evaluation from {start} to {stop}. Total time: {minutes} minutes of testing evaluation services.
No psychotherapy was given; this work was distinct from therapy.

Reason: Referred to clarify whether inattention at work comes from ADHD or from anxiety; treatment is not progressing.
Tests (administered 11/11/2026, scored by hand): WAIS-IV (working memory index 82, processing speed 85), Conners CPT-3
  (omissions T 68), MMPI-3 (no elevation over T 65).
Reviewed: school records, prior progress notes and the interview of 11/04/2026, because the course since childhood
  decides.
Integration: Low working memory and omissions are consistent with the school records; taken together with the flat
  MMPI-3, anxiety does not explain them, in contrast to the referral's first idea.
Interpretation: The pattern supports ADHD, predominantly inattentive (F90.0), with impairment at work: three written
  warnings for missed steps this year. No elevated risk; denies suicidal ideation.
Decision: Therefore the plan is changed: refer for a medication consultation and add an organization-skills goal.
Report: Integrated written report completed {date} and filed in the chart. Feedback: results reviewed with the patient
  on {date}. I reviewed and edited the final text; the evaluation was medically necessary to choose treatment.

Electronically signed by {clinician} on {signed}
`

// cognitiveNote tells the same kind of session at three lengths.
const cognitiveNote = `
Patient: {name}    DOB: {born}
Date of service: {date}    In person, clinic; direct one-on-one contact throughout
Therapist: {clinician}
{start} to {stop}. Timed minutes of cognitive intervention: {minutes}. Total treatment time: {minutes} minutes.

S: Missed two medication doses this week (five last week). Alert and rested on arrival; asked about driving, discussed.
O: Attention training with a two-task grid: held attention 9 min (5 min last visit). Strategy training with a written
  checklist for medication: 8 of 10 steps without cues (5 of 10). Spaced retrieval of three appointments at 4 min.
A: Skilled intervention was required to grade the distractors and to analyse errors of sequence, which a family member
  could not do safely. Responded with fewer verbal cues (3, was 7). Deficit after stroke (I69.314) interferes with
  medication safety; treatment is needed to go on living alone. MoCA 21/30 on 11/03/2026.
Goal 1 (medication checklist at 10 of 10 for five days): partial, 8 of 10.
P: Twice weekly; will raise distraction next visit 11/24/2026. Home programme: checklist with alarm, taught back
  correctly.

Electronically signed by {clinician} on {signed}
`
