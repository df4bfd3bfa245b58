package fhir

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/chargenote/chargenote/internal/visit"
)

// A rank orders the sources of time, the closest to the service first.
type rank int

const (
	rankProcedure rank = iota + 1
	rankInProgress
	rankParticipant
	rankLocation
	rankPeriod
	rankLength
	rankObservation
)

// rankNames are the sources in the words of the record.
var rankNames = map[rank]string{
	rankProcedure:   "Procedure.performedPeriod",
	rankInProgress:  "Encounter.statusHistory in progress",
	rankParticipant: "Encounter.participant.period of the clinician",
	rankLocation:    "Encounter.location.period",
	rankPeriod:      "Encounter.period",
	rankLength:      "Encounter.length",
	rankObservation: "an Observation in minutes",
}

// A timing is one statement of the record about time.
type timing struct {
	rank     rank
	activity string
	time     *span
	minutes  int // where there is no span, only a length
	sources  []string
}

// A sessionTime is the session as reconstructed, with what the services need of it.
type sessionTime struct {
	closest  rank     // 0: nothing is known
	timings  []timing // of the closest rank
	counted  []span   // what is counted, joined
	minutes  *int
	conflict bool
	affected []string // the procedures that make a conflict of their own service
	offered  []int    // the candidates of a conflict

	taken     time.Duration            // of breaks that are somewhere in what is counted
	takenOf   map[string]time.Duration // by the procedure that holds them
	breaks    []int                    // minutes of breaks that what is counted may hold or not
	otherwise bool                     // there is a conflict about something else than breaks
}

// session reconstructs the time of the visit. The closest known source decides; spans are joined
// and never added up; what is rest, waiting, leave or charting is listed and not counted.
func (v *reading) session() sessionTime {
	v.out.Session = visit.Session{Status: visit.SessionUnknown, Segments: []visit.Segment{}, Conflicts: []visit.Conflict{}}
	v.absences()
	breaks := v.breaks()
	v.presence()
	all := v.timings()
	s := sessionTime{takenOf: map[string]time.Duration{}}
	for _, t := range all {
		if s.closest == 0 || t.rank < s.closest {
			s.closest = t.rank
		}
	}
	for _, t := range all {
		if t.rank == s.closest {
			s.timings = append(s.timings, t)
		}
	}
	if s.closest == rankObservation && !oneActivity(s.timings) {
		s.closest, s.timings = 0, nil // lengths of several services give no length of the whole
	}
	v.segments(&s)
	v.takeBreaks(&s, breaks)
	v.conflicts(&s, all)
	v.dayOfService(s)
	v.conclude(&s)
	return s
}

func oneActivity(timings []timing) bool {
	for _, t := range timings {
		if t.activity != timings[0].activity {
			return false
		}
	}
	return true
}

// conclude writes the state of the session, and asks for what is missing.
func (v *reading) conclude(s *sessionTime) {
	session := &v.out.Session
	slices.SortFunc(session.Segments, segmentOrder)
	slices.SortFunc(session.Conflicts, func(a, b visit.Conflict) int {
		return cmp.Or(cmp.Compare(a.Text, b.Text), slices.Compare(a.Sources, b.Sources))
	})
	if s.closest == 0 {
		session.Question = v.timeQuestion()
		v.ask("session-end", session.Question)
		return
	}
	if s.conflict {
		session.Status = visit.SessionConflicting
		session.Question = cmp.Or(s.breakQuestion(), "Which time of the session is right"+candidatesText(s.offered)+"?")
		v.ask("session-end", session.Question)
		return
	}
	session.Status = visit.SessionKnown
	minutes := s.length()
	s.minutes, session.Minutes = &minutes, &minutes
	if len(s.counted) > 0 {
		h := hull(s.counted)
		session.Start, session.End = &h.start, &h.end
	}
}

// length is the session in whole minutes, without its breaks.
func (s *sessionTime) length() int {
	length := lengthOf(s.counted)
	for _, t := range s.timings {
		if len(s.counted) == 0 && t.time == nil {
			length = max(length, time.Duration(t.minutes)*time.Minute)
		}
	}
	return int(max(length-s.taken, 0) / time.Minute)
}

func candidatesText(minutes []int) string {
	words := make([]string, len(minutes))
	for i, m := range minutes {
		words[i] = fmt.Sprint(m)
	}
	if len(words) < 2 {
		return ""
	}
	return ": " + strings.Join(words, " or ") + " minutes"
}

// timeQuestion asks for the one thing that would settle the time: of what is closest to the service
// first, the end or the start that is missing, or whether a time that is doubted is right after all.
func (v *reading) timeQuestion() string {
	var open []doubted
	for _, p := range v.performed {
		if p.activity != "" && fillsTime(p.activity) && !p.isAway() {
			open = append(open, doubted{rank: rankProcedure, start: p.start, end: p.end})
		}
	}
	open = append(open, v.doubts...)
	if start, end := v.encounterTimes(); start.IsZero() != end.IsZero() {
		open = append(open, doubted{rank: rankPeriod, start: start, end: end})
	}
	slices.SortStableFunc(open, func(a, b doubted) int { return cmp.Compare(a.rank, b.rank) })
	for _, d := range open {
		switch {
		case d.start.Known() && d.end.IsZero() && d.minutes == 0:
			return "When did the session end?"
		case d.end.Known() && d.start.IsZero():
			return "When did the session start?"
		case d.question() != "":
			return d.question()
		}
	}
	return "When did the session start and end?"
}

func spansOf(timings []timing) []span {
	var spans []span
	for _, t := range timings {
		if t.time != nil {
			spans = append(spans, *t.time)
		}
	}
	return spans
}
