package demoehr

// timeVisits are those whose minutes are not what the clock on the wall says.
var timeVisits = []story{
	{
		id: "break-in-the-middle", title: "Psychotherapy with a break in the middle",
		article:   &mdhub,
		lookFor:   "The patient was there for 65 minutes, and 15 of them were a fire drill: 50 minutes of therapy are 90834, and the line of the session shows the gap.",
		patient:   person{"clementine-paperdoll", "Clementine", "Paperdoll", "1990-02-09", "female", "MR-20421"},
		clinician: psychologist, payer: commercial,
		diagnoses: []diagnosis{{"F40.10", "Social phobia, unspecified"}},
		start:     "2026-11-18T10:00:00-05:00",
		did:       []service{{activity: "psychotherapy", minutes: 25}, {activity: "psychotherapy", minutes: 25, pause: 15}},
		note: `
Patient: {name}    DOB: {born}
Date of service: {date}    In person, clinic
Therapist: {clinician}
Total time: {minutes} minutes face-to-face individual psychotherapy, in two parts: a fire drill of 15 minutes between
  them is not counted.

Data: Clementine spoke in one of three team meetings (none last week) and ate lunch alone on four days. Neat,
  cooperative, speech soft, mood "nervous", affect anxious, thought process linear. Denies SI and HI; risk low.
Intervention: CBT: cognitive restructuring of "they can hear my voice shake", exposure by reading aloud.
Response: She rated the belief 50 percent, from 85, and read for four minutes.
Assessment: Social phobia (F40.10), as evidenced by avoidance of meetings and lunch; improving. Treatment is needed
  because silence in meetings endangers her probation at work. Goal 1 (speak in every meeting): partial, 1 of 3.
Plan: Weekly CBT because exposure lowers her avoidance; speak once on Thursday. Next visit 11/25/2026.

Electronically signed by {clinician} on {signed}
`,
	},
	{
		id: "chart-left-open", title: "A chart left open until the next day",
		article:   &headway,
		lookFor:   "The visit ends when its chart was closed, the next morning: that is no duration, so the app asks. Write \"Total time: 45 minutes\" into the note, save, and open the app again.",
		patient:   person{"ignatius-dummett", "Ignatius", "Dummett", "1978-08-21", "male", "MR-20422"},
		clinician: socialWorker, payer: commercial,
		diagnoses: []diagnosis{{"F41.0", "Panic disorder without agoraphobia"}},
		start:     "2026-11-16T17:00:00-05:00",
		did:       []service{{activity: "psychotherapy", minutes: 45, untimed: true}},
		closed:    "2026-11-17T08:12:00-05:00",
		note: `
Client: {name}    DOB: {born}
Date of service: {date}    In person, clinic
Clinician: {clinician}

Data: Ignatius reports one panic attack on the bus, down from three last week. Neat, cooperative, speech normal, mood
  "steadier", affect congruent, thought process linear. Denies SI and HI; risk low.
Intervention: CBT with interoceptive exposure: spinning and straw breathing, five trials each.
Response: SUDS 75 to 35 across the trials.
Assessment: Panic disorder (F41.0), as evidenced by attacks and fear of the next one; improving. Treatment is needed
  because he gets off the bus and comes late to work. Goal 1 (ride the whole way on five days): partial, 3 of 5.
Plan: Weekly because the attacks respond; one ride at rush hour. Next visit 11/23/2026.

Electronically signed by {clinician} on {signed}
`,
	},
	{
		id: "left-early", title: "The patient left before the session ended",
		article:   &headway,
		lookFor:   "The procedure was entered with the booked 60 minutes; the visit says that the patient was gone after 41. The app names both times and asks, and suggests no code that only one of them carries.",
		patient:   person{"rosalind-mirage", "Rosalind", "Mirage", "1985-03-17", "female", "MR-20423"},
		clinician: psychologist, payer: commercial,
		diagnoses: []diagnosis{{"F33.0", "Major depressive disorder, recurrent, mild"}},
		start:     "2026-11-19T14:00:00-05:00",
		did:       []service{{activity: "psychotherapy", minutes: 60}},
		leftAfter: 41,
		note: `
Patient: {name}    DOB: {born}
Date of service: {date}    In person, clinic
Therapist: {clinician}
Face-to-face individual psychotherapy. Rosalind was called to her child's school and left early.

Data: Rosalind reports low mood on three of seven days (five last week) and has gone back to her choir. Neat,
  cooperative, speech normal, mood "lighter", affect fuller, thought process linear. Denies SI and HI; risk low.
Intervention: Behavioural activation: reviewed the week's plan, scheduled two evenings.
Response: She named the choir as what lifted her mood most.
Assessment: F33.0, as evidenced by low mood and loss of interest; improving. Treatment is needed because on low days
  she does not get the children to school in time. Goal 1 (on time on five days): partial, 4 of 5.
Plan: Every two weeks because the gains hold; evenings with the choir. Next visit 12/03/2026.

Electronically signed by {clinician} on {signed}
`,
	},
}
