package fhir

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"time"

	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"
)

// timings is everything the record says about time that can be used.
func (v *reading) timings() []timing {
	var all []timing
	named := slices.ContainsFunc(v.performed, func(p performed) bool { return fillsTime(p.activity) && p.activity != "" })
	for _, p := range v.performed {
		if p.time != nil && !p.isAway() && uncounted[p.activity] == "" && (p.activity != "" || !named) {
			all = append(all, timing{rankProcedure, p.activity, p.time, 0, []string{p.Reference}})
		}
	}
	all = append(all, v.inProgressTimings()...)
	all = append(all, v.participantTimings(v.clinician)...)
	all = append(all, v.locationTimings()...)
	if start, end := v.encounterTimes(); !start.IsZero() || !end.IsZero() {
		if t, ok := v.encounterTiming(rankPeriod, "period", start, end); ok {
			all = append(all, t)
		}
	}
	if minutes, ok := v.encounterLength(); ok {
		all = append(all, timing{rankLength, "", nil, minutes, []string{v.encounter.Reference}})
	}
	return append(all, v.observedTimings()...)
}

// encounterTiming is a period of the encounter; one that gives no duration is named.
func (v *reading) encounterTiming(rank rank, place string, start, end DateTime) (timing, bool) {
	s, why := v.encounterSpan(place, start, end)
	if why != "" {
		v.doubt(doubted{rank: rank, start: start, end: end})
		return timing{}, false
	}
	if s.end.Sub(s.start) > longest {
		return timing{}, false // a stay, in which the session was some part
	}
	return timing{rank, "", &s, 0, []string{v.encounter.Reference}}, true
}

// encounterSpan is a period of the encounter; one that has both of its ends and gives no duration is
// named.
func (v *reading) encounterSpan(place string, start, end DateTime) (span, string) {
	s, why := spanOf(start, end, v.wholeVisit())
	if why != "" && !start.IsZero() && !end.IsZero() {
		v.note(v.encounter.Reference, "%s gives no duration: %s", place, why)
	}
	return s, why
}

// ends are the start and end of a period of the encounter.
func (v *reading) ends(place string, period *r4.Period) (start, end DateTime) {
	if period == nil {
		return start, end
	}
	e := v.encounter.entry
	return v.local(v.date(e, place+".start", period.Start)), v.local(v.date(e, place+".end", period.End))
}

func (v *reading) periodTiming(rank rank, place string, period *r4.Period) (timing, bool) {
	start, end := v.ends(place, period)
	if start.IsZero() && end.IsZero() {
		return timing{}, false
	}
	return v.encounterTiming(rank, place, start, end)
}

func (v *reading) inProgressTimings() []timing {
	var list []timing
	for _, history := range v.encounter.Value.StatusHistory {
		if history.Status != r4.EncounterStatusInProgress {
			continue
		}
		if t, ok := v.periodTiming(rankInProgress, "statusHistory.period", &history.Period); ok {
			list = append(list, t)
		}
	}
	return list
}

// participantTimings are the times of one clinician in the encounter.
func (v *reading) participantTimings(clinician string) []timing {
	var list []timing
	for _, participant := range v.encounter.Value.Participant {
		if clinician == "" || v.practitioner(v.encounter.entry, participant.Individual) != clinician {
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

// lengthIn reads a length of time, which may be of any size and below 0.
func lengthIn(length *r4.Duration) (time.Duration, bool) {
	if length == nil || length.Value == nil || length.Comparator != nil {
		return 0, false
	}
	unit, ok := secondsOf[strings.ToLower(cmp.Or(text(length.Code), text(length.Unit)))]
	value, err := length.Value.Float64()
	if !ok || err != nil || math.Abs(value*unit) > math.MaxInt32 {
		return 0, false
	}
	return time.Duration(math.Round(value*unit*1e6)) * time.Microsecond, true
}

// believed is a length in whole minutes, cut down, or why it is not believed.
func believed(length time.Duration) (minutes int, why string) {
	switch {
	case length < time.Minute:
		return 0, "it is less than a minute"
	case length > longest:
		return int(length / time.Minute), "more than 12 hours are no single service"
	}
	return int(length / time.Minute), ""
}

// encounterLength is Encounter.length in whole minutes; one that is not believed is named, but for that
// of a stay, in which the session was some part.
func (v *reading) encounterLength() (int, bool) {
	length, ok := lengthIn(v.encounter.Value.Length)
	if !ok {
		return 0, false
	}
	minutes, why := believed(length)
	if why != "" && (v.outpatient() || length < longest) {
		v.note(v.encounter.Reference, "length gives no duration: %s", why)
		v.doubt(doubted{rank: rankLength, minutes: minutes})
	}
	return minutes, why == ""
}

// observedTimings are observations of the visit that state its length in minutes: those whose code
// names an activity, or whose words say that they are the length of a session.
func (v *reading) observedTimings() []timing {
	var list []timing
	for _, o := range v.observedLengths() {
		activity := v.activityOf(&o.Value.Code)
		if activity == "" && !saysSessionLength(&o.Value.Code) || activity != "" && !fillsTime(activity) {
			continue
		}
		minutes, why := believed(o.length)
		if why != "" {
			v.note(o.Reference, "its length is not used: %s", why)
			v.doubt(doubted{rank: rankObservation, minutes: minutes})
			continue
		}
		v.use(o.entry, o.lenient)
		list = append(list, timing{rankObservation, activity, nil, minutes, []string{o.Reference}})
	}
	return list
}

// An observedLength is an observation whose value is a length of time.
type observedLength struct {
	observation
	length time.Duration
}

// observedLengths are the final observations of the visit whose value is a length of time.
func (v *reading) observedLengths() []observedLength {
	var list []observedLength
	for _, o := range readAll(v, "Observation", func(o *r4.Observation) *r4.Reference { return o.Subject }) {
		if yes, _ := v.ofVisit(o.Value.Encounter); !yes || !finalObservation(o.Value.Status) || o.Value.ValueQuantity == nil {
			continue
		}
		q := o.Value.ValueQuantity
		if length, ok := lengthIn(&r4.Duration{Value: q.Value, Comparator: q.Comparator, Unit: q.Unit, System: q.System, Code: q.Code}); ok {
			list = append(list, observedLength{o, length})
		}
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
