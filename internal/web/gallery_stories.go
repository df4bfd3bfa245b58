package web

import (
	"time"

	"github.com/chargenote/chargenote/coding"
	"github.com/chargenote/chargenote/docs"
	"github.com/chargenote/chargenote/internal/effective"
	"github.com/chargenote/chargenote/internal/review"
	"github.com/chargenote/chargenote/internal/visit"
)

// The visits of the gallery. All patients are made up.

const galleryDay = "2025-03-10"

// oclock is a time of the gallery's day.
func oclock(hour, minute int) *time.Time {
	t := time.Date(2025, 3, 10, hour, minute, 0, 0, galleryNow.Location())
	return &t
}

func count(n int) *int { return &n }

// galleryVisit is a psychotherapy session of the given minutes from 14:00.
func galleryVisit(minutes int) *visit.Visit {
	end := oclock(14, minutes)
	by := visit.Clinician{Reference: "Practitioner/d1", Name: "Dr. Ada Example", Discipline: "psychologist"}
	return &visit.Visit{
		Encounter: "Encounter/e1", Patient: "Patient/p1",
		Person:    visit.Person{Name: "Wilhelmina Testcase", BirthDate: "1984-04-02", Sex: "female", Record: "MRN-0017"},
		Clinician: by, User: by, Start: oclock(14, 0), End: end,
		Session: visit.Session{Status: visit.SessionKnown, Minutes: count(minutes), Start: oclock(14, 0), End: end,
			Segments: []visit.Segment{{Activity: "psychotherapy", Minutes: count(minutes), Start: oclock(14, 0), End: end, Counted: true,
				Sources: []string{"Procedure/p1"}, Why: "the procedure's own time"}}},
		Facts: coding.Facts{
			DateOfService: effective.MustParseDate(galleryDay),
			Payer:         coding.Payer{Kind: "commercial"},
			Provider:      coding.Provider{Discipline: "psychologist"},
			Services:      []coding.Service{{Activity: "psychotherapy", Minutes: count(minutes), Start: oclock(14, 0), End: end}},
			Sources:       map[string][]string{"services[0].minutes": {"Procedure/p1"}},
		},
		Note:     visit.Note{Status: visit.NoteRead, Reference: "DocumentReference/n1", Text: galleryNote},
		Evidence: []visit.Version{{Reference: "Procedure/p1", Version: "1"}, {Reference: "DocumentReference/n1", Version: "3"}},
	}
}

const galleryNote = `Patient: Wilhelmina Testcase
Date of service: 03/10/2025
Start 14:00, stop 14:45. CPT 90837.
Individual psychotherapy by secure video. CBT for worry: worked through two entries of the thought record.
Patient engaged. Session ran long.
Diagnosis: F41.1.
Signed Dr. Ada Example, PhD`

// knownStory has every part of the page: charting that is not counted, three scores, a note that
// differs from the record, and a charge that is there already.
func knownStory(g *gallery) {
	v := galleryVisit(47)
	yes := true
	v.Session.Segments = append(v.Session.Segments, visit.Segment{Activity: "documentation-after-visit", Minutes: count(8),
		Start: oclock(14, 50), End: oclock(14, 58), Sources: []string{"Procedure/p2"}, Why: "charting after the visit is not counted"})
	v.Facts.Visit = coding.Circumstances{Telehealth: &yes, Modality: "audio-video", PatientLocation: "home"}
	v.Facts.Services = append(v.Facts.Services, coding.Service{Activity: "screening", Instruments: count(2), Tests: []string{"GAD-7", "PHQ-9"}, Scored: &yes})
	v.Scores = galleryScores(&yes)
	v.Known = map[string]docs.Known{"time_stop": {Value: "14:47", Sources: []string{"Procedure/p1"}}}
	v.Charges = []visit.Charge{{Reference: "ChargeItem/9", Code: "96127", Units: 1, Status: "billable"}}
	v.Notes = []visit.Remark{{Resource: "Observation/o9", Text: "not counted: entered-in-error"}}
	v.Questions = []coding.Question{{ID: "complexity-factor", Text: "Did anything complicate the communication?", Unlocks: []string{"90785"}}}
	g.chart.visit = v
}

func galleryScores(meaningful *bool) []visit.Score {
	no, yes := false, true
	return []visit.Score{
		{Instrument: "GAD-7", Total: count(9), Range: [2]int{0, 21}, Band: "mild", Date: galleryDay, Complete: true, Recomputed: true, Sources: []string{"Observation/o2"}},
		{Instrument: "PHQ-9", Total: count(14), Stated: count(15), Range: [2]int{0, 27}, Band: "moderate", Date: galleryDay, Complete: true, Recomputed: true,
			Triggers: []string{"item 9 is 1"}, Next: []string{"ask about suicide the same day"}, Sources: []string{"Observation/o1"},
			Change: &visit.Change{From: 20, Date: "2025-02-10", Points: -6, Meaningful: meaningful, Text: "fell by 6, from 20 to 14; 5 points are a meaningful change", Sources: []string{"Observation/o0"}},
			Trend:  []visit.EarlierTotal{{Date: "2024-12-09", Total: 23, Band: "severe"}, {Date: "2025-01-13", Total: 22, Band: "severe"}, {Date: "2025-02-10", Total: 20, Band: "severe"}}},
		{Instrument: "C-SSRS", Band: "high", Date: galleryDay, Complete: true, Triggers: []string{"item 4 is yes"}, Next: []string{"same-day response"}, Sources: []string{"QuestionnaireResponse/q1"}},
		{Instrument: "PSC-17", Total: count(13), Range: [2]int{0, 34}, Band: "negative", Date: galleryDay, Prorated: true, Recomputed: true, Sources: []string{"QuestionnaireResponse/q2"},
			Subscales: []visit.Subscale{{Name: "internalizing", Value: count(6), Positive: &yes}, {Name: "attention", Value: count(4), Positive: &no}, {Name: "externalizing"}}},
		{Instrument: "SLUMS", Total: count(20), Range: [2]int{0, 30}, BandNote: "no band: it depends on schooling, which is not known", Date: galleryDay, Complete: true, Sources: []string{"Observation/o4"}},
		{Instrument: "AUDIT", Range: [2]int{0, 40}, Triggers: []string{}, Sources: []string{"QuestionnaireResponse/q4"}},
	}
}

func conflictingStory(g *gallery) {
	v := galleryVisit(53)
	v.Session = visit.Session{Status: visit.SessionConflicting, Start: oclock(14, 0), End: oclock(14, 53), Question: "When did the session end?",
		Segments: []visit.Segment{{Activity: "psychotherapy", Start: oclock(14, 0), Sources: []string{"Encounter/e1"}, Why: "no end is given"}},
		Conflicts: []visit.Conflict{{Text: "the procedure gives 45 minutes, the visit 53", Minutes: []int{45, 53}, Activity: "psychotherapy",
			Sources: []string{"Procedure/p1", "Encounter/e1"}}}}
	v.SoleService = "psychotherapy"
	v.Facts.Services[0].Minutes, v.Facts.Services[0].End = nil, nil
	v.Facts.Sources = nil
	v.Clinician = visit.Clinician{}
	v.Person = visit.Person{Name: "Ottokar Sample-With-A-Very-Long-Double-Name", BirthDate: "1951"}
	g.chart.visit = v
}

func unknownStory(g *gallery) {
	g.chart.visit = &visit.Visit{Encounter: "Encounter/e1", Patient: "Patient/p1",
		Person:  visit.Person{Name: "Linnea Blank"},
		Session: visit.Session{Status: visit.SessionUnknown, Question: "When did the session start and end?"},
		Facts: coding.Facts{DateOfService: effective.MustParseDate(galleryDay),
			Services: []coding.Service{{Activity: "psychotherapy"}}},
		Questions: []coding.Question{{ID: "modality", Text: "Was video used?", Unlocks: []string{"95", "93"}}},
		Note:      visit.Note{Status: visit.NoteAbsent}}
}

// choiceStory has two therapies with the same minutes left over, so that the third unit is the clinician's choice.
func choiceStory(g *gallery) {
	v := galleryVisit(45)
	v.Person = visit.Person{Name: "Casimir Example", BirthDate: "1962-11-30", Sex: "male", Record: "MRN-0018"}
	v.Clinician.Discipline = "PT"
	v.Session.Segments = []visit.Segment{
		{Activity: "therapeutic-exercise", Minutes: count(22), Start: oclock(14, 0), End: oclock(14, 22), Counted: true, Sources: []string{"Procedure/p1"}, Why: "the procedure's own time"},
		{Activity: "neuromuscular", Minutes: count(22), Start: oclock(14, 23), End: oclock(14, 45), Counted: true, Sources: []string{"Procedure/p2"}, Why: "the procedure's own time"}}
	v.Session.Minutes = count(44)
	v.Facts.Payer.Kind, v.Facts.Provider.Discipline = "medicare", "PT"
	v.Facts.Services = []coding.Service{{Activity: "therapeutic-exercise", Minutes: count(22)}, {Activity: "neuromuscular", Minutes: count(22)}}
	v.Note = visit.Note{Status: visit.NoteUnreadable, Reference: "DocumentReference/n1", Reason: "a scanned picture"}
	g.chart.visit = v
}

func answeredStory(g *gallery) {
	unknownStory(g)
	g.open().session.answers = []answer{
		{Reply: review.Reply{Question: "modality", Value: "audio-video", User: "Practitioner/d1", At: *oclock(15, 2)}, Asked: "Was video used?", Words: "Video"},
		{Reply: review.Reply{Question: "minutes:psychotherapy", Value: "47", User: "Practitioner/d1", At: *oclock(15, 3)}, Asked: "How many minutes of psychotherapy?", Words: "47 minutes"},
	}
}

func unreadStory(g *gallery) {
	v := galleryVisit(47)
	v.Unread = []visit.Unread{{Kind: "Observation", Reason: "refused (403): ask for scope user/Observation.rs"},
		{Kind: "ChargeItem", Reason: "no answer in time: load the page again"}}
	v.Notes = []visit.Remark{{Resource: "QuestionnaireResponse/q9", Text: "asks for a look although it is not counted: PHQ-9M item 9 is 2", Look: true}}
	g.chart.visit = v
}

func nobodyStory(g *gallery) {
	g.launch.User, g.chart.visit = "", galleryVisit(47)
}

var galleryEncounters = []visit.EncounterChoice{
	{Reference: "Encounter/e1", Day: galleryDay, Start: oclock(14, 0), End: oclock(14, 47), Status: "finished", Text: "Psychotherapy"},
	{Reference: "Encounter/e2", Day: "2025-03-03", Status: "finished", Text: "Psychological testing and evaluation, second of three sittings"},
	{Reference: "Encounter/e3", Status: "planned"},
}
