package demoehr

// scoreVisits are those in which a screening instrument decides what there is to see.
var scoreVisits = []story{
	{
		id: "phq9-preliminary", title: "A PHQ-9 that nobody has signed yet",
		article:   &sessionGlance,
		lookFor:   "The answers are preliminary, so they are not counted and earn no code. Item 9 is 2 all the same, and that is not hidden: it stands first.",
		patient:   person{"leopold-facsimile", "Leopold", "Facsimile", "1972-10-30", "male", "MR-20424"},
		clinician: socialWorker, payer: medicaid,
		diagnoses: []diagnosis{{"F32.1", "Major depressive disorder, single episode, moderate"}},
		start:     "2026-11-17T14:00:00-05:00",
		did:       []service{{activity: "psychotherapy", minutes: 40}},
		scores:    []score{{instrument: phq9, answers: []int{2, 2, 2, 2, 1, 2, 1, 1, 2}, preliminary: true}},
		note: `
Client: {name}    DOB: {born}
Date of service: {date}    In person, clinic
Clinician: {clinician}
{start} to {stop}, {minutes} minutes face-to-face individual psychotherapy.

Data: Leopold answered a questionnaire in the waiting room; it is not scored yet. He sleeps four hours and has not
  opened his mail for two weeks. Unshaven, slowed; mood "empty", affect flat, speech slow, thought process linear.
Intervention: Behavioural activation: one letter opened and answered in session.
Response: He finished the letter and said that the pile looked smaller.
Assessment: F32.1, as evidenced by low mood, poor sleep and loss of energy; unchanged. Treatment is needed because unpaid
  bills put his flat at risk. Goal 1 (mail opened daily): not met, 0 of 7 days.
Plan: Weekly because he works well in session; two letters a day. Next visit 11/24/2026.

Electronically signed by {clinician} on {signed}
`,
	},
	{
		id: "pcl5-trend", title: "A PCL-5 on its way down",
		article:   &sessionGlance,
		lookFor:   "Four totals over seven weeks, 52 to 35: 12 points less than last time, which is more than the 10 that matter. It still stands in the band of provisional PTSD, from 31.",
		patient:   person{"valentina-phony", "Valentina", "Phony", "1994-07-12", "female", "MR-20425"},
		clinician: psychologist, payer: commercial,
		diagnoses: []diagnosis{{"F43.12", "Post-traumatic stress disorder, chronic"}},
		start:     "2026-11-20T13:00:00-05:00",
		did:       []service{{activity: "psychotherapy", minutes: 50}},
		forms:     []form{{pcl5, []int{2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1}}},
		totals:    []bareTotal{{pcl5, "2026-10-02", 52}, {pcl5, "2026-10-16", 50}, {pcl5, "2026-11-06", 47}},
		note: `
Patient: {name}    DOB: {born}
Date of service: {date}    In person, clinic
Therapist: {clinician}
{start} to {stop}, {minutes} minutes face-to-face individual psychotherapy.

Data: PCL-5 = 35 today, was 47 on 11/06/2026. Valentina drove over the bridge twice and had one nightmare (four last
  week). Neat, cooperative, speech normal, mood "tired but proud", affect full, thought process linear. Denies SI and
  HI; risk low.
Intervention: Cognitive processing therapy: worked on the stuck point "I should have seen it coming".
Response: She rated the belief 30 percent, from 75.
Assessment: PTSD (F43.12), as evidenced by nightmares and avoidance of traffic; improving (PCL-5 down 12). Treatment is
  needed because avoidance still costs her two hours of detours a week. Goal 1 (PCL-5 below 31): not met, 35.
Plan: Weekly because symptoms fall; impact statement. Next visit 11/27/2026 moved to 11/30/2026.

Electronically signed by {clinician} on {signed}
`,
	},
	{
		id: "epds-infant", title: "The mother's EPDS at the infant's visit",
		article:   &sessionGlance,
		lookFor:   "The chart is the infant's and the answers are the mother's: 96161 on the child's visit, never 96127. A total of 11 is possible depression, and the one total does not say what item 10 was.",
		patient:   person{"pip-nobody", "Pip", "Nobody", "2026-09-21", "male", "MR-20426"},
		clinician: familyDoctor, payer: commercial,
		diagnoses: []diagnosis{{"Z00.129", "Encounter for routine child health examination without abnormal findings"}},
		start:     "2026-11-19T09:30:00-05:00",
		did:       []service{{activity: "evaluation-management", minutes: 20, cpt: "99213"}},
		totals:    []bareTotal{{epds, "", 11}},
		note: `
Patient: {name}    DOB: {born}
Date of service: {date}    In person, clinic
Physician: {clinician}

HPI: Two-month visit. Feeds every three hours, six wet diapers a day; weight 5.2 kg, on his curve. Temperature 36.8 C.
Examination: alert, tracks faces, tone normal, heart and lungs clear, hips stable.
Screening: the mother completed the EPDS: total 11, possible depression. Scored and discussed with her; she denies
  thoughts of harming herself or the child and agreed to a call from the women's clinic tomorrow.
Decision making: healthy child (Z00.129); positive caregiver screen with referral.
Plan: Vaccines of two months given. Next visit at four months, 01/21/2027.

Electronically signed by {clinician} on {signed}
`,
	},
}
