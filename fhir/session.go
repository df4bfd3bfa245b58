package fhir

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/chargenote/chargenote/internal/visit"
	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"
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

// timings is everything the record says about time that can be used.
func (v *reading) timings() []timing {
	var all []timing
	named := slices.ContainsFunc(v.performed, func(p performed) bool { return fillsTime(p.activity) && p.activity != "" })
	for _, p := range v.performed {
		if p.time != nil && uncounted[p.activity] == "" && (p.activity != "" || !named) {
			all = append(all, timing{rankProcedure, p.activity, p.time, 0, []string{p.Reference}})
		}
	}
	all = append(all, v.historyTimings(r4.EncounterStatusInProgress)...)
	all = append(all, v.participantTimings()...)
	all = append(all, v.locationTimings()...)
	if start, end := v.encounterTimes(); !start.IsZero() || !end.IsZero() {
		if t, ok := v.encounterTiming(rankPeriod, "period", start, end); ok {
			all = append(all, t)
		}
	}
	if minutes, ok := inMinutes(v.encounter.Value.Length); ok && time.Duration(minutes)*time.Minute <= longestVisit {
		all = append(all, timing{rankLength, "", nil, minutes, []string{v.encounter.Reference}})
	}
	return append(all, v.observedTimings()...)
}

// encounterTiming is a period of the encounter; one that gives no duration is named.
func (v *reading) encounterTiming(rank rank, place string, start, end DateTime) (timing, bool) {
	s, why := spanOf(start, end, v.outpatient())
	if why != "" {
		if !start.IsZero() && !end.IsZero() {
			v.note(v.encounter.Reference, "%s gives no duration: %s", place, why)
		}
		return timing{}, false
	}
	if s.end.Sub(s.start) > longestVisit {
		return timing{}, false // a stay, in which the session was some part
	}
	return timing{rank, "", &s, 0, []string{v.encounter.Reference}}, true
}

func (v *reading) periodTiming(rank rank, place string, period *r4.Period) (timing, bool) {
	if period == nil {
		return timing{}, false
	}
	e := v.encounter.entry
	start, end := v.local(v.date(e, place+".start", period.Start)), v.local(v.date(e, place+".end", period.End))
	return v.encounterTiming(rank, place, start, end)
}

func (v *reading) historyTimings(status r4.EncounterStatus) []timing {
	var list []timing
	for _, history := range v.encounter.Value.StatusHistory {
		if history.Status != status {
			continue
		}
		if t, ok := v.periodTiming(rankInProgress, "statusHistory.period", &history.Period); ok {
			list = append(list, t)
		}
	}
	return list
}

func (v *reading) participantTimings() []timing {
	var list []timing
	for _, participant := range v.encounter.Value.Participant {
		if v.clinician == "" || v.practitioner(participant.Individual) != v.clinician {
			continue
		}
		if t, ok := v.periodTiming(rankParticipant, "participant.period", participant.Period); ok {
			list = append(list, t)
		}
	}
	return list
}

func (v *reading) locationTimings() []timing {
	var list []timing
	for _, location := range v.encounter.Value.Location {
		if s := location.Status; s != nil && (*s == r4.EncounterLocationStatusPlanned || *s == r4.EncounterLocationStatusReserved) {
			continue
		}
		if t, ok := v.periodTiming(rankLocation, "location.period", location.Period); ok {
			list = append(list, t)
		}
	}
	return list
}

// secondsOf are the units of time that a length may have.
var secondsOf = map[string]float64{
	"s": 1, "sec": 1, "second": 1, "seconds": 1,
	"min": 60, "mins": 60, "minute": 60, "minutes": 60,
	"h": 3600, "hr": 3600, "hour": 3600, "hours": 3600,
	"d": 86400, "day": 86400, "days": 86400,
}

// inMinutes reads a length in whole minutes, cut down; 1 to 1,440.
func inMinutes(length *r4.Duration) (int, bool) {
	if length == nil || length.Value == nil || length.Comparator != nil {
		return 0, false
	}
	unit, ok := secondsOf[strings.ToLower(cmp.Or(text(length.Code), text(length.Unit)))]
	value, err := length.Value.Float64()
	if !ok || err != nil {
		return 0, false
	}
	minutes := math.Floor(value*unit/60 + 1e-9)
	return int(minutes), minutes >= 1 && minutes <= 1440
}

// segments lists the stretches of the session: those that decide, less what is not counted, and
// those that are not counted.
func (v *reading) segments(s *sessionTime) {
	v.out.Session = visit.Session{Status: visit.SessionUnknown, Segments: []visit.Segment{}, Conflicts: []visit.Conflict{}}
	rest := v.restSpans()
	cut := slices.Clone(rest)
	if s.closest > rankInProgress {
		cut = append(cut, v.awaySegments()...)
	} else {
		v.awaySegments()
	}
	for _, t := range s.timings {
		why := rankNames[t.rank]
		if t.time == nil {
			minutes := t.minutes
			v.segment(visit.Segment{Activity: t.activity, Minutes: &minutes, Counted: true, Sources: t.sources, Why: why})
			continue
		}
		parts := t.time.without(cut)
		if len(parts) > 1 || len(parts) == 1 && parts[0] != *t.time {
			why += ", without what is not counted"
		}
		for _, part := range parts {
			v.segment(spanSegment(part, t.activity, true, t.sources, why))
			s.counted = append(s.counted, part)
		}
	}
	v.openSegments()
	s.counted = union(s.counted)
}

func (v *reading) segment(segment visit.Segment) {
	v.out.Session.Segments = append(v.out.Session.Segments, segment)
}

func spanSegment(s span, activity string, counted bool, sources []string, why string) visit.Segment {
	minutes := minutesOf([]span{s})
	return visit.Segment{Activity: activity, Minutes: &minutes, Start: &s.start, End: &s.end, Counted: counted, Sources: sources, Why: why}
}

// restSpans are the procedures that are no service: rest, waiting, charting. They are listed here.
func (v *reading) restSpans() []span {
	var spans []span
	for _, p := range v.performed {
		why := uncounted[p.activity]
		if why == "" || p.time == nil {
			continue
		}
		spans = append(spans, *p.time)
		v.segment(spanSegment(*p.time, p.activity, false, []string{p.Reference}, why))
	}
	return spans
}

// away are the states of an encounter in which no service is rendered.
var away = []struct {
	status r4.EncounterStatus
	why    string
}{
	{r4.EncounterStatusArrived, "waiting after arrival is not counted"},
	{r4.EncounterStatusTriaged, "waiting after triage is not counted"},
	{r4.EncounterStatusOnleave, "leave is not counted"},
}

func (v *reading) awaySegments() []span {
	var spans []span
	for _, a := range away {
		for _, t := range v.historyTimings(a.status) {
			spans = append(spans, *t.time)
			v.segment(spanSegment(*t.time, "", false, t.sources, a.why))
		}
	}
	return spans
}

// openSegments lists procedures whose time is not known, or that name no activity beside others
// that do: they are seen and not counted.
func (v *reading) openSegments() {
	for _, p := range v.performed {
		listed := slices.ContainsFunc(v.out.Session.Segments, func(s visit.Segment) bool { return slices.Contains(s.Sources, p.Reference) })
		switch {
		case listed:
		case p.time != nil:
			v.segment(spanSegment(*p.time, "", false, []string{p.Reference}, "the record does not say which activity it was"))
		case !p.start.IsZero() && fillsTime(p.activity):
			v.segment(visit.Segment{Activity: p.activity, Start: instant(p.start), End: instant(p.end), Sources: []string{p.Reference}, Why: "not counted: " + p.why})
		}
	}
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

func segmentOrder(a, b visit.Segment) int {
	if a.Start != nil && b.Start != nil {
		if c := a.Start.Compare(*b.Start); c != 0 {
			return c
		}
	} else if (a.Start != nil) != (b.Start != nil) {
		if a.Start != nil {
			return -1
		}
		return 1
	}
	return cmp.Or(slices.Compare(a.Sources, b.Sources), cmp.Compare(a.Activity, b.Activity), cmp.Compare(a.Why, b.Why))
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

// dayOfService is the calendar day on which the session began, in the zone of the clinic where it
// is known, else as the record writes it. Z names no place: its UTC day is used, and a note says so.
func (v *reading) dayOfService(s sessionTime) {
	start, source := v.firstStart(s)
	day := start.Day(v.options.Zone)
	if day.IsZero() {
		v.note(v.encounter.Reference, "the record gives no day of service")
		return
	}
	v.out.Facts.DateOfService = day
	v.source("dateOfService", source)
	if start.Zone == ZoneUTC && v.options.Zone == nil {
		v.note(source, visit.RemarkUTCDay)
	}
}

// firstStart is the start that gives the day: of the closest source that is known, else of the
// encounter, else of a procedure that has no end.
func (v *reading) firstStart(s sessionTime) (DateTime, string) {
	if s.closest == rankProcedure {
		var first *performed
		for i, p := range v.performed {
			isCounted := slices.ContainsFunc(s.timings, func(t timing) bool { return t.sources[0] == p.Reference })
			if isCounted && (first == nil || p.start.Time.Before(first.start.Time)) {
				first = &v.performed[i]
			}
		}
		return first.start, first.Reference
	}
	if s.closest != 0 && s.closest < rankLength {
		start, _ := v.encounterTimes()
		first := hull(spansOf(s.timings)).start
		return DateTime{first, PrecisionTime, v.zoneOf(start, first)}, v.encounter.Reference
	}
	start, end := v.encounterTimes()
	if !v.outpatient() {
		if p := v.firstPerformed(); p != nil {
			return p.start, p.Reference // within a stay, whose first day it need not be
		}
	}
	if start.Precision >= PrecisionDay {
		return start, v.encounter.Reference
	} else if end.Precision >= PrecisionDay && v.outpatient() {
		return end, v.encounter.Reference
	}
	if p := v.firstPerformed(); p != nil {
		return p.start, p.Reference
	}
	return DateTime{}, v.encounter.Reference
}

// firstPerformed is the first procedure whose day is known.
func (v *reading) firstPerformed() *performed {
	for i := range v.performed {
		if v.performed[i].start.Precision >= PrecisionDay {
			return &v.performed[i]
		}
	}
	return nil
}

// zoneOf is how the zone of an instant of the encounter was written.
func (v *reading) zoneOf(start DateTime, t time.Time) Zone {
	if start.Known() && start.Time.Equal(t) {
		return start.Zone
	}
	if t.Location() == time.UTC {
		return ZoneUTC
	}
	return ZoneOffset
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

// observedTimings are observations of the visit that state its length in minutes: those whose code
// names an activity, or whose words say that they are the length of a session.
func (v *reading) observedTimings() []timing {
	var list []timing
	for _, o := range readAll(v, "Observation", func(o *r4.Observation) *r4.Reference { return o.Subject }) {
		if yes, _ := v.ofVisit(o.Value.Encounter); !yes || !finalObservation(o.Value.Status) || o.Value.ValueQuantity == nil {
			continue
		}
		q := o.Value.ValueQuantity
		minutes, ok := inMinutes(&r4.Duration{Value: q.Value, Comparator: q.Comparator, Unit: q.Unit, System: q.System, Code: q.Code})
		activity := v.activityOf(&o.Value.Code)
		if !ok || activity == "" && !saysSessionLength(&o.Value.Code) || activity != "" && !fillsTime(activity) {
			continue
		}
		v.use(o.entry, o.lenient)
		list = append(list, timing{rankObservation, activity, nil, minutes, []string{o.Reference}})
	}
	return list
}

// saysSessionLength reports whether the words of a code are about the length of a session. It is
// the one place where words are read, of the least close source, for a number and never a service.
func saysSessionLength(code *r4.CodeableConcept) bool {
	words := strings.ToLower(wordsOf(code))
	return containsAny(words, "session", "therapy", "face-to-face", "face to face", "visit") &&
		containsAny(words, "minutes", "duration", "length", "time")
}

func containsAny(s string, words ...string) bool {
	return slices.ContainsFunc(words, func(word string) bool { return strings.Contains(s, word) })
}
