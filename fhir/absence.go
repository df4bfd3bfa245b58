package fhir

import (
	"slices"
	"time"

	"github.com/chargenote/chargenote/coding"
	"github.com/chargenote/chargenote/internal/visit"
	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"
)

// An absence is the time of a visit in which no service was rendered, by its kinds. The spans of one
// kind are joined, so that none is taken off twice.
type absence struct {
	rest    []span // rest, waiting and charting that are procedures, or breaks whose place is known
	waiting []span // after arrival and triage, before the visit was in progress
	leave   []span
	gone    []span // after the visit was finished
}

// isEmpty reports whether no time but that after the visit is known as not counted.
func (a absence) isEmpty() bool { return len(a.rest)+len(a.waiting)+len(a.leave) == 0 }

// absences finds the time that is not counted, and lists it.
func (v *reading) absences() {
	v.absent = absence{rest: v.restSpans()}
	v.absent.waiting = v.listStatus(r4.EncounterStatusArrived, "waiting after arrival is not counted")
	v.absent.waiting = union(append(v.absent.waiting, v.listStatus(r4.EncounterStatusTriaged, "waiting after triage is not counted")...))
	v.absent.leave = v.listStatus(r4.EncounterStatusOnleave, "leave is not counted")
	v.absent.gone = v.goneSpans()
}

// restSpans are the procedures that are no service: rest, waiting, charting. They are listed here.
func (v *reading) restSpans() []span {
	var spans []span
	for _, p := range v.performed {
		why := uncounted[p.activity]
		if why == "" || p.time == nil {
			continue
		}
		if parent := v.parentActivity(p); parent != "" {
			why += ", nor is it as a part of " + parent
		}
		spans = append(spans, *p.time)
		v.segment(spanSegment(*p.time, p.activity, false, []string{p.Reference}, why))
	}
	return union(spans)
}

// statusSpans are the times in which the encounter had a status.
func (v *reading) statusSpans(status r4.EncounterStatus) []span {
	var spans []span
	for _, history := range v.encounter.Value.StatusHistory {
		if history.Status != status {
			continue
		}
		start, end := v.ends("statusHistory.period", &history.Period)
		if s, why := v.encounterSpan("statusHistory.period", start, end); why == "" {
			spans = append(spans, s)
		}
	}
	return union(spans)
}

func (v *reading) listStatus(status r4.EncounterStatus, why string) []span {
	spans := v.statusSpans(status)
	for _, s := range spans {
		v.segment(spanSegment(s, "", false, []string{v.encounter.Reference}, why))
	}
	return spans
}

// afterwards is how long a visit that was finished stays so where the record says no end.
const afterwards = 100 * 365 * 24 * time.Hour

// goneSpans are the times after the visit was finished, which only says that the patient left where
// it had been in progress before: many EHRs know no other status than finished.
func (v *reading) goneSpans() []span {
	inProgress := v.statusSpans(r4.EncounterStatusInProgress)
	var spans []span
	for _, history := range v.encounter.Value.StatusHistory {
		if history.Status != r4.EncounterStatusFinished {
			continue
		}
		start, end := v.ends("statusHistory.period", &history.Period)
		if !start.Known() || !slices.ContainsFunc(inProgress, func(s span) bool { return s.start.Before(start.Time) }) {
			continue
		}
		after := span{start.Time, start.Time.Add(afterwards)}
		if order, known := end.Compare(start); known && order > 0 && end.Known() {
			after.end = end.Time
		}
		spans = append(spans, after.without(inProgress)...)
	}
	return union(spans)
}

// needsPatient reports whether a service is rendered to the patient face to face: neither one that
// counts professional time, nor one that is rendered to others, nor an E/M, which is chosen by other
// things than time.
func (v *reading) needsPatient(activity string) bool {
	switch activity {
	case coding.ActivityFamilyWithoutPatient, coding.ActivityCollateralContact, coding.ActivityEvaluationManagement:
		return false
	}
	return activity != "" && fillsTime(activity) && !v.options.Rules.CountsTimeAway(activity)
}

// gonePart is the part of a service that lies after the patient left.
func (v *reading) gonePart(activity string, s span) []span {
	if !v.needsPatient(activity) {
		return nil
	}
	return s.shared(v.absent.gone)
}

// isGone reports whether all of a service lies after the patient left. One that goes on past it is a
// conflict, see reachConflict.
func (v *reading) isGone(activity string, s span) bool {
	return v.needsPatient(activity) && len(s.without(v.absent.gone)) == 0
}

// cut is what a time of the record does not count.
func (v *reading) cut(rank rank, activity string) []span {
	cut := slices.Clone(v.absent.rest)
	if rank > rankProcedure || v.needsPatient(activity) {
		cut = append(cut, v.absent.leave...)
	}
	if rank > rankInProgress {
		cut = append(cut, v.absent.waiting...)
	}
	return cut
}

// awaySegments lists the services, and the parts of them, that were rendered apart from the patient.
func (v *reading) awaySegments() {
	for _, p := range v.performed {
		if p.time == nil || uncounted[p.activity] != "" {
			continue
		}
		if !p.isAway() {
			continue
		}
		for _, part := range p.time.without(v.absent.rest) {
			v.segment(spanSegment(part, p.activity, false, []string{p.Reference}, p.apart))
		}
	}
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
		case (!p.start.IsZero() || !p.end.IsZero()) && (fillsTime(p.activity) || uncounted[p.activity] != ""):
			v.segment(visit.Segment{Activity: p.activity, Start: instant(p.start), End: instant(p.end), Sources: []string{p.Reference}, Why: "not counted: " + p.why})
		}
	}
}
