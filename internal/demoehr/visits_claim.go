package demoehr

// claimVisits are those whose note, record and claim do not say the same, or whose record says it in
// words that only the site knows.
var claimVisits = []story{
	{
		id: "another-patient", title: "The note of another patient",
		article:   &headway,
		lookFor:   "Name and birth date at the head of the note are those of somebody else: both differ from the chart, and either alone would stop a claim.",
		patient:   person{"octavia-doppel", "Octavia", "Doppel", "1991-06-14", "female", "MR-20433"},
		clinician: psychologist, payer: commercial,
		diagnoses: []diagnosis{{"F41.1", "Generalized anxiety disorder"}},
		start:     "2026-11-16T11:00:00-05:00",
		did:       []service{{activity: "psychotherapy", minutes: 45}},
		note: `
Patient: Henrietta Notthere    DOB: 03/02/1964
Date of service: {date}    In person, clinic
Therapist: {clinician}
{start} to {stop}, {minutes} minutes face-to-face individual psychotherapy.

Data: Patient reports worry on five of seven days (seven last week) and sleeps six hours. Neat, cooperative, speech
  normal, mood "better", affect congruent, thought process linear. Denies SI and HI; risk low.
Intervention: CBT: cognitive restructuring of "I will be late for everything", worry postponement.
Response: Patient rated the belief 40 percent, from 70.
Assessment: F41.1, as evidenced by worry and poor sleep; improving. Treatment is needed because worry interferes with
  work (two late reports). Goal 1 (reports on time): partial, 3 of 5.
Plan: Weekly CBT because worry falls; worry log. Next visit 11/23/2026.

Electronically signed by {clinician} on {signed}
`,
	},
	{
		id: "another-diagnosis", title: "A diagnosis that the claim does not have",
		article:   &headway,
		lookFor:   "The encounter says F41.1, and so would the claim; the note assesses F33.1. Neither is taken for right: the row names both.",
		patient:   person{"percival-guise", "Percival", "Guise", "1984-11-11", "male", "MR-20434"},
		clinician: socialWorker, payer: commercial,
		diagnoses: []diagnosis{{"F41.1", "Generalized anxiety disorder"}},
		start:     "2026-11-17T16:00:00-05:00",
		did:       []service{{activity: "psychotherapy", minutes: 45}},
		note: `
Client: {name}    DOB: {born}
Date of service: {date}    In person, clinic
Clinician: {clinician}
{start} to {stop}, {minutes} minutes face-to-face individual psychotherapy.

Data: Percival has stayed in bed past noon on three days (five last week). Neat, cooperative, speech slow, mood low,
  affect restricted, thought process linear. Denies SI and HI; risk low.
Intervention: Behavioural activation: planned three mornings, rehearsed the first hour.
Response: Percival chose the first walk himself.
Assessment: Major depressive disorder, recurrent, moderate (F33.1), as evidenced by low mood and loss of interest;
  improving. Treatment is needed because he misses shifts (one this week). Goal 1 (up by 9): partial, 4 of 7 days.
Plan: Weekly because activation works; three walks. Next visit 11/24/2026.

Electronically signed by {clinician} on {signed}
`,
	},
	{
		id: "another-place", title: "At home in the chart, in the office in the note",
		article:   &headway,
		lookFor:   "The visit is virtual with the patient at home, so the place of service is 10; the note says that it was in the office. Place is one of the things on which claim and note must agree.",
		patient:   person{"saskia-standee", "Saskia", "Standee", "1979-01-08", "female", "MR-20435"},
		clinician: psychologist, payer: medicare, modality: "audio-video",
		diagnoses: []diagnosis{{"F41.1", "Generalized anxiety disorder"}},
		start:     "2026-11-18T17:00:00-05:00",
		did:       []service{{activity: "psychotherapy", minutes: 45}},
		note: `
Patient: {name}    DOB: {born}
Date of service: {date}    Location: in the office
Therapist: {clinician}
{start} to {stop}, {minutes} minutes of individual psychotherapy.

Data: Saskia reports two evenings of rumination (five last week). Neat, cooperative, speech normal, mood "calmer",
  affect congruent, thought process linear. Denies SI and HI; risk low.
Intervention: CBT: rumination log, attention training.
Response: She interrupted two chains within five minutes.
Assessment: F41.1, as evidenced by worry and muscle tension; improving. Treatment is needed because rumination keeps her
  from sleeping before early shifts. Goal 1 (asleep by 11): partial, 4 of 7 nights.
Plan: Weekly because rumination falls; log daily. Next visit 11/25/2026.

Electronically signed by {clinician} on {signed}
`,
	},
	{
		id: "unknown-code", title: "A service in the site's own code",
		article:   &headway,
		lookFor:   "The procedure has a code that only this clinic knows. The app shows it as it is written, counts its minutes, guesses nothing and asks which service it was; the site's map would answer once for all.",
		patient:   person{"eudora-placebo", "Eudora", "Placebo", "1998-08-08", "female", "MR-20436"},
		clinician: socialWorker, payer: medicaid,
		diagnoses: []diagnosis{{"F43.22", "Adjustment disorder with anxiety"}},
		start:     "2026-11-20T15:00:00-05:00",
		did:       []service{{activity: "individual-session", minutes: 47, siteCode: "BH-47"}},
		note: `
Client: {name}    DOB: {born}
Date of service: {date}    In person, clinic
Clinician: {clinician}
{start} to {stop}, {minutes} minutes face-to-face individual psychotherapy.

Data: Eudora has applied for two jobs since the layoff (none last week) and sleeps six hours. Neat, cooperative, speech
  normal, mood "less stuck", affect anxious, thought process linear. Denies SI and HI; risk low.
Intervention: Problem-solving therapy: listed four options for the rent, chose one.
Response: She drafted the letter to her landlord in session.
Assessment: Adjustment disorder with anxiety (F43.22), as evidenced by worry since the layoff; improving. Treatment is
  needed because worry keeps her from applying. Goal 1 (three applications a week): partial, 2 of 3.
Plan: Weekly because she uses the sessions; send the letter. Next visit 11/27/2026 moved to 11/30/2026.

Electronically signed by {clinician} on {signed}
`,
	},
}
