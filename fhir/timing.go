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
		if v.clinician == "" || v.practitioner(v.encounter.entry, participant.Individual) != v.clinician {
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
