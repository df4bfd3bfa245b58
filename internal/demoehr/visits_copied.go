package demoehr

import "strings"

// copiedForward is a visit whose note is that of the week before with other numbers; the one before that
// was written for its own day.
var copiedForward = story{
	id: "copied-forward", title: "A note that was copied forward",
	lookFor:   "Only numbers and dates differ from this clinician's note of the week before: the app says so, with the passages. The note of two weeks before was another one.",
	patient:   person{"delphine-contrived", "Delphine", "Contrived", "1984-02-17", "female", "MR-20419"},
	clinician: psychologist, payer: commercial,
	diagnoses: []diagnosis{{"F33.1", "Major depressive disorder, recurrent, moderate"}},
	start:     "2026-11-20T11:00:00-05:00",
	did:       []service{{activity: "psychotherapy", minutes: 45}},
	note:      copiedNote,
	before: []earlierVisit{
		{start: "2026-11-13T11:00:00-05:00", clinician: psychologist, note: strings.NewReplacer("5 of 7 nights", "4 of 7 nights", "from 70 to 50", "from 75 to 55", "2 of 3", "1 of 3").Replace(copiedNote)},
		{start: "2026-11-06T11:00:00-05:00", clinician: psychologist, note: ownNote},
	},
}

// alikeOfAnother is a visit whose note is like one that a colleague wrote: that is not the same author's,
// and is not compared.
var alikeOfAnother = story{
	id: "alike-of-another", title: "A note like a colleague's",
	lookFor:   "The week before a colleague saw this patient and left a note in nearly the same words. Only notes of the same clinician are compared, so nothing is said of it.",
	patient:   person{"barnaby-supposed", "Barnaby", "Supposed", "1979-10-05", "male", "MR-20420"},
	clinician: socialWorker, payer: medicaid,
	diagnoses: []diagnosis{{"F33.1", "Major depressive disorder, recurrent, moderate"}},
	start:     "2026-11-20T13:00:00-05:00",
	did:       []service{{activity: "psychotherapy", minutes: 45}},
	note:      ownNote,
	before:    []earlierVisit{{start: "2026-11-13T13:00:00-05:00", clinician: psychologist, note: ownNote}},
}

const copiedNote = `
Patient: {name}    DOB: {born}
Date of service: {date}    Location: in person, clinic office
Therapist: {clinician}
{start} to {stop}. Total time: {minutes} minutes of face-to-face individual psychotherapy.

Data: Reports low mood on most days, with sleep broken on 5 of 7 nights and little appetite in the morning. Stayed at
  home on Saturday and let the calls of a friend ring out. Neatly dressed, cooperative; speech slow; mood "flat",
  affect constricted; thought process linear. Denies suicidal ideation, self-harm and thoughts of harming others; risk
  low.
Intervention: Behavioral activation. Planned three activities by day and hour, and worked on the thought "it will not
  be worth the trip" with a record of two situations.
Response: Named one visit that had been worth the trip, and lowered the belief from 70 to 50 percent.
Assessment: Major depressive disorder, recurrent, moderate (F33.1), as evidenced by low mood, broken sleep and
  withdrawal; symptoms are improving slowly. Treatment is medically necessary because withdrawal interferes with work
  on two days a week.
Goal 1 (three planned activities a week): partial, 2 of 3.
Plan: Continue weekly behavioral activation because activity has begun to lift the mood; activity log until the next
  visit in one week.

Electronically signed by {clinician} on {signed}
`

const ownNote = `
Patient: {name}    DOB: {born}
Date of service: {date}    Location: in person, clinic office
Therapist: {clinician}
{start} to {stop}. Total time: {minutes} minutes of face-to-face individual psychotherapy.

Data: Reports that the sister's wedding was on Sunday: went for two hours and danced once, cried in the car afterwards
  and did not know why. Awake early on three nights (five last week). Well groomed; quiet at first, then talkative; mood "tired", affect
  full range; thought process linear. Denies SI, HI and self-harm; risk low.
Intervention: CBT: cognitive restructuring of "everybody saw that I did not belong", with the photographs of the evening as evidence
  for and against.
Response: Found five people in the pictures who had come over to talk; rated the thought 35, from 80.
Assessment: Major depressive disorder, recurrent, moderate (F33.1), as evidenced by early waking, tearfulness and
  fatigue; symptoms are improving since October. Treatment is medically necessary because fatigue interferes with full shifts.
Goal 1 (three planned activities a week): met this week.
Plan: Weekly sessions, because restructuring has moved the core belief; sleep diary. Next visit in one week.

Electronically signed by {clinician} on {signed}
`
