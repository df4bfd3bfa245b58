package fhir

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

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
}

// session reconstructs the time of the visit. The closest known source decides; spans are joined
// and never added up; what is rest, waiting, leave or charting is listed and not counted.
func (v *reading) session() sessionTime {
	all := v.timings()
	var s sessionTime
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
		session.Question = "Which time of the session is right" + candidatesText(s.offered) + "?"
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

// length is the session in whole minutes.
func (s *sessionTime) length() int {
	if len(s.counted) > 0 {
		return minutesOf(s.counted)
	}
	longest := 0
	for _, t := range s.timings {
		if t.time == nil {
			longest = max(longest, t.minutes)
		}
	}
	return longest
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

// timeQuestion asks for the end of the session that is missing.
func (v *reading) timeQuestion() string {
	start, end := v.encounterTimes()
	for _, p := range v.performed {
		if p.activity != "" && fillsTime(p.activity) && (!p.start.IsZero() || !p.end.IsZero()) {
			start, end = p.start, p.end
			break
		}
	}
	switch {
	case start.Known() && end.IsZero():
		return "When did the session end?"
	case end.Known() && start.IsZero():
		return "When did the session start?"
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
