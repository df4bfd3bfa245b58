package web

import (
	"net/http"
	"time"

	"github.com/chargenote/chargenote/coding"
	"github.com/chargenote/chargenote/internal/effective"
	"github.com/chargenote/chargenote/internal/visit"
)

// The scenes of the two pictures, each by itself, from visits that stand still. All patients are made up.

var sessionScenes = []scene{
	sessionScene("line-one-to-go", "One minute below a line", "37 of 38 minutes: the lower code stands, and both sides are said alike.", minutesStory(37)),
	sessionScene("line-exactly", "Exactly on a line", "38 minutes are the first that count for it.", minutesStory(38)),
	sessionScene("line-one-above", "One minute above a line", "39 minutes.", minutesStory(39)),
	sessionScene("line-below-all", "Below every line", "12 minutes earn nothing, and nothing is suggested.", minutesStory(12)),
	sessionScene("line-longest", "Longer than every line", "75 minutes: there is no line above.", minutesStory(75)),
	sessionScene("line-not-counted", "Not everything is counted", "Waiting and charting are hatched and named; the table says why.", uncountedStory),
	sessionScene("line-overlap", "Two that overlap", "What both cover is counted once.", overlapStory),
	sessionScene("line-break", "A break in between", "Nothing is counted in it.", breakStory),
	sessionScene("line-midnight", "Over midnight", "The scale goes on, and the day is said.", midnightStory),
	sessionScene("line-clocks", "On the day the clocks are set", "The minutes are those that passed, not those that the clock shows.", clocksStory),
	sessionScene("line-stay", "Two sessions in one stay", "Far apart, on a true scale.", stayStory),
	sessionScene("line-total", "Several services, one total", "Medicare adds up timed therapy: 8, 23, 38, 53.", therapyStory("medicare")),
	sessionScene("line-services", "Several services, each by itself", "By the midpoint rule each code stands alone.", therapyStory("commercial")),
	sessionScene("line-units", "Units by the hour", "Testing: the first hour, and each further one from its midpoint.", testingStory),
	sessionScene("line-doubt", "Sources disagree", "No bar; each candidate is marked against the lines.", conflictingStory),
	sessionScene("line-unknown", "The minutes are not known", "No bar, and a sentence.", unknownStory),
	sessionScene("line-zero", "A stretch of no length", "It stands on the scale, and counts nothing.", zeroStory),
	sessionScene("line-instant", "Only one time is known", "Start and end are the same, so there is nothing to draw.", instantStory),
	sessionScene("line-open", "One end is missing", "What is not known how long is hatched, and not counted.", openStory),
	sessionScene("line-length", "Minutes without a clock", "The record gives a length and no times.", lengthStory),
	sessionScene("line-untimed", "No minutes decide", "Group therapy is one unit, however long.", groupStory),
	sessionScene("line-not-loaded", "Procedures could not be read", "The part says what it lacks.", unreadTimesStory),
}

var scoreScenes = []scene{
	scoreScene("trend-falling", "Falling over a year", "Twelve earlier totals; what asks for a look comes first.", fallingScore),
	scoreScene("trend-rising", "Rising", "An answer that asks for a look, with a low total before.", risingScore),
	scoreScene("trend-lower-worse", "Lower is worse", "MoCA: the worst band is at the bottom.", mocaScore),
	scoreScene("trend-sex", "Bands by sex", "AUDIT-C of a woman.", auditScore("female")),
	scoreScene("trend-no-sex", "Bands by sex, which is not known", "AUDIT-C without bands.", auditScore("")),
	scoreScene("trend-schooling", "Bands by schooling", "SLUMS after ten years of school.", slumsScore),
	scoreScene("trend-no-bands", "No bands at all", "WHODAS 2.0 has no official ones.", whodasScore),
	scoreScene("trend-single", "A single score", "No earlier total: a strip of the bands.", singleScore),
	scoreScene("trend-equal-days", "Two on one day", "Their times say which came last.", equalDaysScore),
	scoreScene("trend-one-moment", "Two of one moment that differ", "Neither is known to be right, and the line leaves both out.", oneMomentScore),
	scoreScene("trend-long-gap", "A very long gap", "A true scale of days; the gap is dashed.", longGapScore),
	scoreScene("trend-unfinished", "Days without a total", "A ? on the scale, and none joined.", unfinishedScore),
	scoreScene("trend-now-unfinished", "This visit has no total", "An item has no answer, and one asks for a look.", nowUnfinishedScore),
	scoreScene("trend-conflicting", "A total that the record contradicts", "Hollow, and not joined.", conflictingScore),
	scoreScene("trend-small", "A small range", "Mini-Cog, 0 to 5.", miniCogScore),
	scoreScene("trend-wide", "A wide range with one cut", "PCL-5, 0 to 80.", pclScore),
	scoreScene("trend-no-total", "An instrument without a total", "C-SSRS: its answers, and no picture.", cssrsScore),
	scoreScene("trend-not-loaded", "Observations could not be read", "The part says what it lacks.", nil),
}

func sessionScene(name, title, look string, story func(*gallery)) scene {
	return scene{name, title, look, partScene(part{Title: title, Look: look}, story)}
}

func scoreScene(name, title, look string, score func() visit.Score) scene {
	return scene{name, title, look, partScene(part{Title: title, Look: look, Scores: true}, func(g *gallery) {
		g.chart.visit = galleryVisit(47)
		if score == nil {
			g.chart.visit.Unread = []visit.Unread{{Kind: "Observation", Reason: "refused (403): ask for scope user/Observation.rs"}}
			return
		}
		s := score()
		g.chart.visit.Scores = []visit.Score{s}
		for _, source := range s.Sources {
			g.chart.visit.Evidence = append(g.chart.visit.Evidence, visit.Version{Reference: source, Version: "1", Updated: "2025-03-10T18:20:00Z"})
		}
	})}
}

// A part is one part of a visit's page by itself.
type part struct {
	Title, Look string
	Scores      bool // the scores, else the session
	Visit       visitPage
}

func partScene(of part, story func(*gallery)) func(*gallery, http.ResponseWriter, *http.Request) error {
	return func(g *gallery, w http.ResponseWriter, r *http.Request) error {
		reviewed, _, err := g.reviewed(r, story)
		if err != nil {
			return err
		}
		of.Visit = visitBody(reviewed, reviewed.Visit(), g.launch.User, g.margins(reviewed))
		g.scales(&of.Visit, reviewed)
		g.render(w, r, http.StatusOK, "part", page{Title: of.Title, Body: of})
		return nil
	}
}

func minutesStory(minutes int) func(*gallery) {
	return func(g *gallery) { g.chart.visit = timed(galleryVisit(minutes)) }
}

// timed has its evidence with the last change, and the field that gave the time.
func timed(v *visit.Visit) *visit.Visit {
	v.Evidence = []visit.Version{{Reference: "Procedure/p1", Version: "2", Updated: "2025-03-10T19:02:00Z"}, {Reference: "Procedure/p2", Version: "1", Updated: "2025-03-10T19:05:00Z"}}
	for i := range v.Session.Segments {
		v.Session.Segments[i].Why = "Procedure.performedPeriod"
	}
	return v
}

// during is a stretch of the session from one time of the day to another.
func during(activity, source string, start, end *time.Time, counted bool, why string) visit.Segment {
	s := visit.Segment{Activity: activity, Start: start, End: end, Counted: counted, Sources: []string{source}, Why: why}
	if start != nil && end != nil {
		s.Minutes = count(int(end.Sub(*start) / time.Minute))
	}
	return s
}

const performed = "Procedure.performedPeriod"

// lasting is a visit of psychotherapy whose stretches are these, with so many minutes counted.
func lasting(minutes int, segments ...visit.Segment) *visit.Visit {
	v := galleryVisit(minutes)
	v.Session.Segments = segments
	v.Session.Start, v.Session.End = segments[0].Start, segments[0].End
	for _, s := range segments {
		if s.Counted && s.End != nil && s.End.After(*v.Session.End) {
			v.Session.End = s.End
		}
	}
	v.Facts.Services = []coding.Service{{Activity: "psychotherapy", Minutes: count(minutes)}}
	v.Evidence = nil
	for _, s := range segments {
		v.Evidence = append(v.Evidence, visit.Version{Reference: s.Sources[0], Version: "2", Updated: "2025-03-10T19:02:00Z"})
	}
	return v
}

func uncountedStory(g *gallery) {
	g.chart.visit = lasting(45, during("psychotherapy", "Procedure/p1", oclock(14, 5), oclock(14, 50), true, performed),
		during("rest-or-waiting", "Encounter/e1", oclock(13, 55), oclock(14, 5), false, "not counted: waiting before the session"),
		during("documentation-after-visit", "Procedure/p2", oclock(14, 52), oclock(15, 4), false, "not counted: charting after the visit"))
}

func overlapStory(g *gallery) {
	g.chart.visit = lasting(55, during("psychotherapy", "Procedure/p1", oclock(14, 0), oclock(14, 40), true, performed),
		during("psychotherapy", "Procedure/p2", oclock(14, 30), oclock(14, 55), true, performed))
}

func breakStory(g *gallery) {
	g.chart.visit = lasting(45, during("psychotherapy", "Procedure/p1", oclock(14, 0), oclock(14, 25), true, performed),
		during("psychotherapy", "Procedure/p2", oclock(14, 40), oclock(15, 0), true, performed))
}

func midnightStory(g *gallery) {
	g.chart.visit = lasting(50, during("psychotherapy", "Procedure/p1", oclock(23, 35), oclock(24, 25), true, performed))
}

// clocksStory is the night of March 9, 2025 in New York, when 2:00 became 3:00.
func clocksStory(g *gallery) {
	at := func(minutes int) *time.Time {
		zone, err := time.LoadLocation("America/New_York")
		if err != nil { // a machine without zones shows the scene as it would be in UTC
			zone = time.UTC
		}
		t := time.Date(2025, 3, 9, 1, 30, 0, 0, zone).Add(time.Duration(minutes) * time.Minute)
		return &t
	}
	v := lasting(60, during("crisis", "Procedure/p1", at(0), at(60), true, performed))
	v.Facts.Services[0].Activity, v.Facts.DateOfService = "crisis", effective.MustParseDate("2025-03-09")
	g.chart.visit = v
}

func stayStory(g *gallery) {
	g.chart.visit = lasting(85, during("psychotherapy", "Procedure/p1", oclock(9, 0), oclock(9, 45), true, performed),
		during("psychotherapy", "Procedure/p2", oclock(15, 0), oclock(15, 40), true, performed))
}

func therapyStory(payer string) func(*gallery) {
	return func(g *gallery) {
		v := lasting(52, during("therapeutic-exercise", "Procedure/p1", oclock(14, 0), oclock(14, 22), true, performed),
			during("manual-therapy", "Procedure/p2", oclock(14, 22), oclock(14, 37), true, performed),
			during("gait", "Procedure/p3", oclock(14, 40), oclock(14, 55), true, performed))
		v.Facts.Payer.Kind, v.Facts.Provider.Discipline, v.Clinician.Discipline = payer, "PT", "PT"
		v.Facts.Services = []coding.Service{{Activity: "therapeutic-exercise", Minutes: count(22)}, {Activity: "manual-therapy", Minutes: count(15)}, {Activity: "gait", Minutes: count(15)}}
		v.Facts.Sources = map[string][]string{"services[0].minutes": {"Procedure/p1"}, "services[1].minutes": {"Procedure/p2"}, "services[2].minutes": {"Procedure/p3"}}
		g.chart.visit = v
	}
}

func testingStory(g *gallery) {
	v := lasting(100, during("psych-testing-evaluation", "Procedure/p1", oclock(13, 0), oclock(14, 40), true, performed))
	v.Facts.Services[0].Activity = "psych-testing-evaluation"
	g.chart.visit = v
}

func zeroStory(g *gallery) {
	g.chart.visit = lasting(40, during("psychotherapy", "Procedure/p1", oclock(14, 0), oclock(14, 40), true, performed),
		during("collateral-contact", "Procedure/p2", oclock(14, 20), oclock(14, 20), false, "not counted: it has no length"))
}

func instantStory(g *gallery) {
	v := lasting(0, during("psychotherapy", "Procedure/p1", oclock(14, 0), oclock(14, 0), false, "not counted: it has no length"))
	v.Session.Status, v.Session.Minutes, v.Session.Question = visit.SessionUnknown, nil, "When did the session end?"
	v.Facts.Services[0].Minutes = nil
	g.chart.visit = v
}

func openStory(g *gallery) {
	g.chart.visit = lasting(30, during("psychotherapy", "Procedure/p1", oclock(14, 0), oclock(14, 30), true, performed),
		during("collateral-contact", "Procedure/p2", oclock(14, 20), nil, false, "not counted: no end is given"))
}

func lengthStory(g *gallery) {
	v := galleryVisit(45)
	v.Session.Start, v.Session.End = nil, nil
	v.Session.Segments = []visit.Segment{{Activity: "psychotherapy", Minutes: count(45), Counted: true, Sources: []string{"Encounter/e1"}, Why: "Encounter.length"}}
	v.Facts.Services = []coding.Service{{Activity: "psychotherapy", Minutes: count(45)}}
	v.Facts.Sources = map[string][]string{"services[0].minutes": {"Encounter/e1"}}
	g.chart.visit = v
}

func groupStory(g *gallery) {
	v := lasting(90, during("group", "Procedure/p1", oclock(14, 0), oclock(15, 30), true, performed))
	v.Facts.Services[0].Activity = "group"
	g.chart.visit = v
}

func unreadTimesStory(g *gallery) {
	unknownStory(g)
	g.chart.visit.Unread = []visit.Unread{{Kind: "Procedure", Reason: "no answer in time: load the page again"}}
}

// earlierTotal is a total of an earlier day in the gallery's record.
func earlierTotal(date string, total int, band string) visit.EarlierTotal {
	source := "Observation/of-" + justDay(date)
	return visit.EarlierTotal{Date: date, Total: total, Band: band, Sources: []string{source},
		Versions: []visit.Version{{Reference: source, Version: "1", Updated: justDay(date) + "T15:00:00Z"}}}
}

func scored(instrument string, total, highest int, band string, earlier ...visit.EarlierTotal) visit.Score {
	return visit.Score{Instrument: instrument, Total: count(total), Range: [2]int{0, highest}, Band: band, Date: galleryDay, Complete: true, Recomputed: true,
		Sources: []string{"Observation/o1"}, Trend: earlier}
}

func fallingScore() visit.Score {
	yes := true
	s := scored("PHQ-9", 9, 27, "mild", earlierTotal("2024-03-11", 24, "severe"), earlierTotal("2024-04-08", 22, "severe"), earlierTotal("2024-05-06", 22, "severe"),
		earlierTotal("2024-06-10", 19, "moderately severe"), earlierTotal("2024-07-08", 20, "severe"), earlierTotal("2024-08-12", 17, "moderately severe"),
		earlierTotal("2024-09-09", 15, "moderately severe"), earlierTotal("2024-10-07", 16, "moderately severe"), earlierTotal("2024-11-11", 13, "moderate"),
		earlierTotal("2024-12-09", 12, "moderate"), earlierTotal("2025-01-13", 14, "moderate"), earlierTotal("2025-02-10", 14, "moderate"))
	s.Triggers, s.Next = []string{"item 9 is 1"}, []string{"ask about suicide the same day"}
	s.Change = &visit.Change{From: 14, Date: "2025-02-10", Points: -5, Meaningful: &yes, Text: "fell by 5, from 14 to 9; 5 points are a meaningful change", Sources: []string{"Observation/of-2025-02-10"}}
	return s
}

func risingScore() visit.Score {
	s := scored("EPDS", 14, 30, "probable", earlierTotal("2025-01-06", 6, ""), earlierTotal("2025-02-03", 10, "possible"))
	s.Triggers, s.Next = []string{"item 10 is 2"}, []string{"ask about self-harm the same day"}
	s.Change = &visit.Change{From: 10, Date: "2025-02-03", Points: 4, Text: "rose by 4, from 10 to 14; no meaningful change is known for EPDS", Sources: []string{"Observation/of-2025-02-03"}}
	return s
}

func mocaScore() visit.Score {
	return scored("MoCA", 19, 30, "mild", earlierTotal("2022-03-07", 27, "normal"), earlierTotal("2023-03-06", 25, "mild"), earlierTotal("2024-03-04", 22, "mild"))
}

func auditScore(sex string) func() visit.Score {
	return func() visit.Score {
		if sex == "" {
			s := scored("AUDIT-C", 3, 12, "", earlierTotal("2024-03-04", 6, ""), earlierTotal("2024-09-02", 4, ""))
			s.BandNote = "no band: it depends on sex, which is not known"
			return s
		}
		s := scored("AUDIT-C", 3, 12, "positive", earlierTotal("2024-03-04", 6, "positive"), earlierTotal("2024-09-02", 2, "negative"))
		s.Basis.Sex, s.BandNote = sex, "the band for sex "+sex+", taken from the record's administrative gender"
		return s
	}
}

func slumsScore() visit.Score {
	s := scored("SLUMS", 21, 30, "mild neurocognitive disorder", earlierTotal("2023-02-06", 26, "normal"), earlierTotal("2024-02-05", 24, "mild neurocognitive disorder"))
	s.Basis.SchoolYears, s.BandNote = count(10), "the band for 10 years of schooling, as Observation/o7 states"
	return s
}

func whodasScore() visit.Score {
	average := 1.25
	s := scored("WHODAS 2.0", 15, 48, "", earlierTotal("2024-10-07", 27, ""), earlierTotal("2024-12-09", 22, ""))
	s.Average = &average
	return s
}

func singleScore() visit.Score { return scored("GAD-7", 9, 21, "mild") }

func equalDaysScore() visit.Score {
	return scored("GAD-7", 9, 21, "mild", earlierTotal("2025-01-13", 15, "severe"), earlierTotal("2025-02-10T09:00:00-05:00", 13, "moderate"), earlierTotal("2025-02-10T16:30:00-05:00", 11, "moderate"))
}

func oneMomentScore() visit.Score {
	return scored("GAD-7", 9, 21, "mild", earlierTotal("2024-12-09", 16, "severe"), earlierTotal("2025-01-13", 15, "severe"), earlierTotal("2025-02-10", 13, "moderate"), earlierTotal("2025-02-10", 7, "mild"))
}

func longGapScore() visit.Score {
	return scored("PHQ-9", 17, 27, "moderately severe", earlierTotal("2019-05-06", 21, "severe"), earlierTotal("2019-09-02", 8, "mild"), earlierTotal("2025-02-10", 18, "moderately severe"))
}

func unfinishedScore() visit.Score {
	s := scored("PHQ-9", 11, 27, "moderate", earlierTotal("2024-11-11", 18, "moderately severe"), earlierTotal("2025-01-13", 14, "moderate"))
	s.Unfinished = []visit.Unfinished{{Date: "2024-12-09", Sources: []string{"QuestionnaireResponse/q7"}}, {Date: "2025-02-10", Sources: []string{"QuestionnaireResponse/q8"}}}
	return s
}

func nowUnfinishedScore() visit.Score {
	s := scored("PHQ-9", 0, 27, "", earlierTotal("2024-12-09", 18, "moderately severe"), earlierTotal("2025-01-13", 14, "moderate"), earlierTotal("2025-02-10", 12, "moderate"))
	s.Total, s.Complete, s.Recomputed = nil, false, false
	s.Triggers, s.Next = []string{"item 9 is 2"}, []string{"ask about suicide the same day"}
	return s
}

func conflictingScore() visit.Score {
	s := scored("PHQ-9", 14, 27, "moderate", earlierTotal("2024-12-09", 20, "severe"), earlierTotal("2025-01-13", 12, "moderate"), earlierTotal("2025-02-10", 16, "moderately severe"))
	s.Trend[1].Stated, s.Stated = count(21), count(15)
	return s
}

func miniCogScore() visit.Score {
	return scored("Mini-Cog", 2, 5, "positive", earlierTotal("2023-03-06", 5, "negative"), earlierTotal("2024-03-04", 4, "negative"))
}

func pclScore() visit.Score {
	return scored("PCL-5", 29, 80, "", earlierTotal("2024-12-09", 58, "provisional PTSD"), earlierTotal("2025-01-13", 47, "provisional PTSD"), earlierTotal("2025-02-10", 36, "provisional PTSD"))
}

func cssrsScore() visit.Score {
	return visit.Score{Instrument: "C-SSRS", Band: "high", Date: galleryDay, Complete: true, Triggers: []string{"item 4 is yes"}, Next: []string{"same-day response"}, Sources: []string{"QuestionnaireResponse/q1"}}
}
