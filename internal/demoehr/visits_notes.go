package demoehr

// noteVisits are those in which the note itself, its content or its form, is what there is to see.
var noteVisits = []story{
	{
		id: "relabelled", title: "Therapy under the name of testing evaluation",
		article:   &sessionGlance,
		lookFor:   "An hour entered as testing evaluation whose note tells of therapy: no test, no integration, no report. The app does not suggest 96130; it asks for the tests and says that psychotherapy under another name is no evaluation.",
		patient:   person{"barney-makeover", "Barney", "Makeover", "1987-05-05", "male", "MR-20427"},
		clinician: psychologist, payer: commercial,
		diagnoses: []diagnosis{{"F41.1", "Generalized anxiety disorder"}},
		start:     "2026-11-18T15:00:00-05:00",
		did:       []service{{activity: "psych-testing-evaluation", minutes: 60}},
		note: `
Patient: {name}    DOB: {born}
Date of service: {date}    In person, clinic
Therapist: {clinician}
{start} to {stop}, {minutes} minutes.

Data: Barney reports worry on most days and trouble falling asleep. Neat, cooperative, speech normal, mood "tense",
  affect anxious, thought process linear. Denies SI and HI; risk low.
Intervention: CBT: cognitive restructuring of "something will go wrong", relaxation training, homework reviewed.
Response: He rated the belief 40 percent, from 70.
Assessment: F41.1, improving. Treatment is needed because worry keeps him from meetings. Goal 1 (all meetings): partial.
Plan: Weekly CBT; worry log. Next visit 11/25/2026.

Electronically signed by {clinician} on {signed}
`,
	},
	{
		id: "note-in-html", title: "Cognitive intervention, the note in HTML",
		article:   &yungSidekick,
		lookFor:   "The EHR keeps this note as HTML: the app reads its words all the same. 38 minutes are three units, 97129 once and 97130 twice.",
		patient:   person{"dorothea-specimen", "Dorothea", "Specimen", "1958-12-12", "female", "MR-20428"},
		clinician: speech, payer: medicare,
		diagnoses: []diagnosis{{"I69.314", "Frontal lobe and executive function deficit following cerebral infarction"}},
		start:     "2026-11-19T13:00:00-05:00",
		did:       []service{{activity: "cognitive-intervention", minutes: 38}},
		noteForm:  htmlNote,
		note:      cognitiveNote,
	},
	{
		id: "not-ready-for-audit", title: "Cognitive intervention that an auditor would send back",
		article:   &yungSidekick,
		lookFor:   "The minutes carry 97129 and one 97130; the note has neither a measure nor a reason for skilled care. Write one of the sentences that the app offers, save, and open it again: that gap is gone.",
		patient:   person{"mortimer-blank", "Mortimer", "Blank", "1956-01-31", "male", "MR-20429"},
		clinician: occupational, payer: commercial,
		diagnoses: []diagnosis{{"I69.314", "Frontal lobe and executive function deficit following cerebral infarction"}},
		start:     "2026-11-20T10:00:00-05:00",
		did:       []service{{activity: "cognitive-intervention", minutes: 30}},
		note: `
Patient: {name}    DOB: {born}
Date of service: {date}    In person, clinic
Therapist: {clinician}
{start} to {stop}. Timed minutes: {minutes}. Total treatment time: {minutes} minutes.

Pt worked on memory tasks and did well. Tolerated treatment well.
Continue POC.

Electronically signed by {clinician} on {signed}
`,
	},
	{
		id: "exercise-alone", title: "Physical therapy, lines of exercise alone",
		article:   &webPT,
		lookFor:   "25 minutes are two units of 97110, and each line of the note is a list of exercises: the app shows the lines that a reviewer would call unskilled.",
		patient:   person{"gwendolyn-dummy", "Gwendolyn", "Dummy", "1966-04-04", "female", "MR-20430"},
		clinician: physical, payer: commercial,
		diagnoses: []diagnosis{{"M25.511", "Pain in right shoulder"}},
		start:     "2026-11-20T08:00:00-05:00",
		did:       []service{{activity: "therapeutic-exercise", minutes: 25}},
		note: `
Patient: {name}    DOB: {born}
Date of service: {date}    In person, clinic; one-on-one
Therapist: {clinician}
Timed-code minutes: {minutes}. Total treatment time: {minutes} minutes.

S: Right shoulder pain 4/10.
O:
- Pulleys 3 min
- Theraband rows 3x10, red
- Wand exercises 2x15
- Shoulder external rotation 3x10, 2 lb
A: Tolerated well. Diagnosis M25.511.
P: Continue. Next visit 11/24/2026.

Electronically signed by {clinician} on {signed}
`,
	},
	{
		id: "assessment-time", title: "Physical therapy, with assessment in front of the patient",
		article:   &webPT,
		lookFor:   "Eighteen minutes of exercise and six of assessment and management with the patient there: together 24, two units of 97110. Of the assessment left out, one unit would remain.",
		patient:   person{"alasdair-proxy", "Alasdair", "Proxy", "1952-02-29", "male", "MR-20431"},
		clinician: physical, payer: medicare,
		diagnoses: []diagnosis{{"M17.12", "Unilateral primary osteoarthritis, left knee"}},
		start:     "2026-11-20T11:00:00-05:00",
		did: []service{
			{activity: "therapeutic-exercise", minutes: 18},
			{activity: "assessment-management", minutes: 6, partOf: 1},
		},
		leftAfter: 24,
		note: `
Patient: {name}    DOB: {born}
Date of service: {date}    In person, clinic; one-on-one throughout
Therapist: {clinician}    Visit 4 of 10, plan of care certified through 01/15/2027
Timed-code minutes: {minutes}. Total treatment time: {minutes} minutes.

S: Left knee pain 3/10 on stairs, 5/10 last visit. Asked about kneeling in the garden; questions answered.
O: Therapeutic exercise, 18 min: leg press 3x10 at 50 lb, was 40 lb; step-ups 2x12 with verbal cues for hip drop.
Assessment and management, 6 min face to face: re-measured flexion 118 degrees (112 last visit), judged the effusion
  unchanged after load, progressed the home programme to step-downs and taught it back.
A: Skilled therapy is required to grade the load against the effusion. Responded with pain 2/10 at the end. Goal 1
  (stairs without rail): 6 of 10 steps, was 4. Diagnosis M17.12.
P: Twice a week; will add lateral step-downs next visit.

Electronically signed by {clinician} on {signed}
`,
	},
	{
		id: "note-in-rtf", title: "Psychotherapy, the note in RTF",
		article:   &mdhub,
		lookFor:   "The EHR keeps this note as RTF, as older ones do: the app reads its words, and finds nothing missing that a note in plain text would have had.",
		patient:   person{"jasper-cutout", "Jasper", "Cutout", "1982-09-26", "male", "MR-20432"},
		clinician: psychologist, payer: commercial,
		diagnoses: []diagnosis{{"F42.2", "Mixed obsessional thoughts and acts"}},
		start:     "2026-11-17T09:00:00-05:00",
		did:       []service{{activity: "psychotherapy", minutes: 45}},
		noteForm:  rtfNote,
		note: `
Patient: {name}    DOB: {born}
Date of service: {date}    Location: in person, Maple Street Clinic
Therapist: {clinician}
Session: {start} to {stop}. Total time: {minutes} minutes of face-to-face individual psychotherapy.

Data: Jasper washes his hands twelve times a day (twenty last week). Neat, cooperative, speech normal, mood "okay",
  affect anxious when the sink is named, thought process linear. Denies SI and HI; risk low.
Intervention: Exposure and response prevention: touched the door handle six times without washing.
Response: SUDS 80 at the first touch, 35 at the sixth.
Assessment: Obsessive-compulsive disorder (F42.2), as evidenced by washing and checking; improving. Treatment is
  medically necessary because washing makes him late for work on two days a week. Goal 1 (five washes a day): partial.
Plan: Continue weekly ERP because washing falls; delay each wash by ten minutes. Next visit in one week.

Electronically signed by {clinician} on {signed}
`,
	},
}
