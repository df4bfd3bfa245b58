package fhir

import (
	"cmp"
	"slices"
	"time"

	"github.com/chargenote/chargenote/coding"
	"github.com/chargenote/chargenote/internal/effective"
	"github.com/chargenote/chargenote/internal/visit"
	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"
)

// A done is one service as it is put together: one activity by one clinician.
type done struct {
	activity  string
	performer string
	linked    string
	spans     []span
	away      []span // apart from the patient who would have to be there
	sources   []string
	date      effective.Date

	faceToFace *bool // of assessment and management; nil: the record does not say
}

// minutes are those of a service with times of its own, without its breaks.
func (d done) minutes(session *sessionTime) int {
	length := lengthOf(d.spans)
	for _, source := range d.sources {
		length -= session.takenOf[source]
	}
	return int(max(length, 0) / time.Minute)
}

// takes reports whether a procedure is a part of this service. Assessment and management is told apart
// by what it was for, and by whether the patient was there; sessions of several days in one stay are
// services of their own, but for testing, which goes on over days.
func (v *reading) takes(d done, p performed, performer, linked string) bool {
	if d.activity != p.activity || d.performer != performer {
		return false
	}
	day := p.start.Day(v.visitZone())
	if !v.options.Rules.CountsTimeAway(p.activity) && !d.date.IsZero() && !day.IsZero() && day != d.date && !d.goesOnIn(p) {
		return false
	}
	return d.activity != coding.ActivityAssessmentManagement || d.linked == linked && sameAnswer(d.faceToFace, p.faceToFace)
}

// goesOnIn reports whether a procedure of the next day goes on with this service past midnight.
func (d done) goesOnIn(p performed) bool {
	return len(d.spans) > 0 && p.time != nil && p.time.start.Sub(hull(d.spans).end) <= passing
}

// passing is the longest pause within a session that passes midnight.
const passing = time.Hour

func sameAnswer(a, b *bool) bool { return a == b || a != nil && b != nil && *a == *b }

// services says what was done: by procedures, else by type and service type of the encounter, and
// by scored instruments. Procedures of one activity and one clinician are one service.
func (v *reading) services(session sessionTime) {
	list := v.timedServices()
	if len(list) == 0 {
		list = v.encounterServices()
	}
	only := onlyService(list)
	if v.record.failed("Procedure") {
		only = -1 // what could not be read may fill the time of the encounter too
	}
	if only >= 0 {
		v.out.SoleService = list[only].activity
	}
	for i := range list {
		v.service(list[i], session, only == i)
	}
	if len(list) == 0 {
		v.ask("activity", v.whichService())
	}
	v.codeSegments()
	v.screeningServices()
}

func (v *reading) performedServices() []done {
	var list []done
	for _, p := range v.performed {
		if p.activity == "" || uncounted[p.activity] != "" {
			continue
		}
		performer, linked := cmp.Or(p.performer, v.clinician), v.parentActivity(p)
		at := slices.IndexFunc(list, func(d done) bool { return v.takes(d, p, performer, linked) })
		if at < 0 {
			at = len(list)
			list = append(list, done{activity: p.activity, performer: performer, linked: linked, date: p.start.Day(v.visitZone()), faceToFace: p.faceToFace})
		}
		list[at].sources = append(list[at].sources, p.Reference)
		list[at].linked = cmp.Or(list[at].linked, linked)
		switch {
		case p.isAway():
			list[at].away = append(list[at].away, *p.time)
		case p.time != nil:
			list[at].spans = append(list[at].spans, *p.time)
		}
	}
	return list
}

// encounterConcepts are the encounter's types, then its service type.
func (v *reading) encounterConcepts() []r4.CodeableConcept {
	concepts := slices.Clone(v.encounter.Value.Type)
	if v.encounter.Value.ServiceType != nil {
		concepts = append(concepts, *v.encounter.Value.ServiceType)
	}
	return concepts
}

// encounterServices are the activities that the encounter's type and service type name.
func (v *reading) encounterServices() []done {
	var list []done
	concepts := v.encounterConcepts()
	for i := range concepts {
		activity := v.activityOf(&concepts[i])
		known := slices.ContainsFunc(list, func(d done) bool { return d.activity == activity })
		if activity != "" && uncounted[activity] == "" && !known {
			list = append(list, done{activity: activity, performer: v.clinician, sources: []string{v.encounter.Reference}})
		}
	}
	return list
}

// timedServices are the services that procedures name, without the time that is not counted.
func (v *reading) timedServices() []done {
	list := v.performedServices()
	for i := range list {
		var spans, away []span
		for _, s := range list[i].spans {
			spans = append(spans, s.without(v.cut(rankProcedure, list[i].activity))...)
		}
		for _, s := range list[i].away {
			away = append(away, s.without(v.absent.rest)...)
		}
		list[i].spans, list[i].away = spans, away
	}
	return list
}

// onlyService is the one service that the time of the encounter may be given to: a timed one, with
// none beside it that fills time of the session. It is -1 where there is none.
func onlyService(list []done) int {
	only := -1
	for i, d := range list {
		if !fillsTime(d.activity) {
			continue
		}
		if only >= 0 {
			return -1
		}
		only = i
	}
	if only < 0 || !isTimed(list[only].activity) || list[only].activity == coding.ActivityPsychotherapyWithEM {
		return -1
	}
	return only
}

// soleService is the activity whose minutes the candidates of a conflict are.
func (v *reading) soleService(affected string) (activity string, ok bool) {
	list := v.performedServices()
	if len(list) == 0 {
		list = v.encounterServices()
	}
	if affected != "" {
		for _, d := range list {
			if slices.Contains(d.sources, affected) {
				return d.activity, len(d.sources) == 1
			}
		}
		return "", len(list) == 0
	}
	if only := onlyService(list); only >= 0 {
		return list[only].activity, true
	}
	return "", !slices.ContainsFunc(list, func(d done) bool { return fillsTime(d.activity) })
}

// service writes one service into the facts, with its minutes where they are known.
func (v *reading) service(d done, session sessionTime, only bool) {
	at := len(v.out.Facts.Services)
	service := coding.Service{Activity: d.activity}
	if d.activity == coding.ActivityAssessmentManagement {
		service.LinkedActivity = d.linked
	}
	v.sourceOf(at, "activity", d.sources...)
	if d.faceToFace != nil || len(d.spans) == 0 && len(d.away) > 0 {
		there := len(d.away) == 0
		service.FaceToFace = &there
		v.sourceOf(at, "faceToFace", append([]string{v.encounter.Reference}, d.sources...)...)
	}
	switch {
	case len(d.spans) == 0 && len(d.away) > 0:
		minutes, whole := minutesOf(d.away), hull(d.away)
		service.Minutes, service.Start, service.End = &minutes, &whole.start, &whole.end
		v.sourceOf(at, "minutes", d.sources...)
	case session.conflict && (only || intersects(d.sources, session.affected)):
	case len(d.spans) > 0:
		minutes, whole := d.minutes(&session), hull(d.spans)
		service.Minutes, service.Start, service.End = &minutes, &whole.start, &whole.end
		v.sourceOf(at, "minutes", d.sources...)
	case v.observedMinutes(d.activity, session) != nil:
		t := v.observedMinutes(d.activity, session)
		service.Minutes = &t.minutes
		v.sourceOf(at, "minutes", t.sources...)
	case only && session.minutes != nil:
		service.Minutes, service.Start, service.End = session.minutes, v.out.Session.Start, v.out.Session.End
		for _, t := range session.timings {
			v.sourceOf(at, "minutes", t.sources...)
		}
		v.nameSegments(d.activity)
	}
	if !d.date.IsZero() && d.date != v.day() {
		service.Date = d.date
	}
	if other := v.disciplineOf(d.performer); d.performer != v.clinician && other != "" {
		service.Performer = other
		v.sourceOf(at, "performer", d.performer)
	}
	v.out.Facts.Services = append(v.out.Facts.Services, service)
}

func intersects(a, b []string) bool {
	return slices.ContainsFunc(a, func(s string) bool { return slices.Contains(b, s) })
}

// observedMinutes are minutes that an Observation states for this very activity, where nothing
// closer is known of the session.
func (v *reading) observedMinutes(activity string, session sessionTime) *timing {
	if session.closest != 0 && session.closest != rankObservation {
		return nil
	}
	var found *timing
	for _, t := range v.observedTimings() {
		if t.activity != activity {
			continue
		}
		if found != nil && !within(found.minutes, t.minutes) {
			return nil
		}
		found = &t
	}
	return found
}

// nameSegments says of which service the counted time of the session is.
func (v *reading) nameSegments(activity string) {
	for i, s := range v.out.Session.Segments {
		if s.Counted && s.Activity == "" {
			v.out.Session.Segments[i].Activity = activity
		}
	}
}

func (v *reading) sourceOf(service int, fact string, references ...string) {
	v.source("services["+itoa(service)+"]."+fact, references...)
}

// screeningServices counts the scored instruments of the visit, one service for each activity that
// instruments stand for. An instrument is counted once, however often it was given.
func (v *reading) screeningServices() {
	for _, activity := range []string{coding.ActivityScreening, coding.ActivityCognitiveScreen, coding.ActivityHealthRiskPatient} {
		scored, open := v.instrumentsFor(activity)
		names := scored
		if len(scored) == 0 {
			names = open
		}
		if len(names) == 0 {
			continue
		}
		at := slices.IndexFunc(v.out.Facts.Services, func(s coding.Service) bool { return s.Activity == activity })
		if at < 0 {
			at = len(v.out.Facts.Services)
			v.out.Facts.Services = append(v.out.Facts.Services, coding.Service{Activity: activity})
		}
		service := &v.out.Facts.Services[at]
		count, isScored := len(names), len(scored) > 0
		service.Instruments, service.Tests, service.Scored = &count, names, &isScored
		for _, score := range v.out.Scores {
			if slices.Contains(names, score.Instrument) {
				v.sourceOf(at, "activity", score.Sources...)
				v.sourceOf(at, "instruments", score.Sources...)
			}
		}
	}
}

// instrumentsFor names the instruments of an activity: those with a score, and those without one.
func (v *reading) instrumentsFor(activity string) (scored, open []string) {
	for _, score := range v.out.Scores {
		if i, ok := instruments().ByName(score.Instrument); !ok || i.Activity != activity {
			continue
		}
		if isScored(score) {
			scored = append(scored, score.Instrument)
		} else {
			open = append(open, score.Instrument)
			v.ask("screening-score", "Which total did the "+score.Instrument+" reach? Not every item has an answer.", "96127")
		}
	}
	slices.Sort(scored)
	slices.Sort(open)
	return slices.Compact(scored), slices.Compact(open)
}

func isScored(score visit.Score) bool {
	return score.Total != nil || score.Complete && score.Band != ""
}
