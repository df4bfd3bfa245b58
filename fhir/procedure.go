package fhir

import (
	"cmp"
	"slices"

	"github.com/chargenote/chargenote/coding"
	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"
)

// A performed is a procedure of the visit that counts, with what it names.
type performed struct {
	item[r4.Procedure]
	activity   string // empty where the code names none
	performer  string // canonical reference of the practitioner
	start, end DateTime
	time       *span
	why        string // why there is no time, where there is none
	faceToFace *bool  // nil: the record does not say, or nothing depends on it
	apart      string // why its time is apart from the patient, where it is
}

// isAway reports whether all of its time is apart from the patient who would have to be there.
func (p performed) isAway() bool { return p.faceToFace != nil && !*p.faceToFace }

// procedures collects what was done in the visit.
func (v *reading) procedures() {
	for _, p := range readAll(v, "Procedure", func(p *r4.Procedure) *r4.Reference { return &p.Subject }) {
		if !v.procedureOfVisit(p) {
			continue
		}
		if !v.wasDone(p) {
			continue
		}
		v.use(p.entry, p.lenient)
		if v.complexity(p) {
			continue
		}
		v.performed = append(v.performed, v.perform(p))
	}
	v.segmentsOfParents()
	slices.SortFunc(v.performed, func(a, b performed) int {
		return cmp.Or(compareBool(!a.start.Known(), !b.start.Known()), inOrder(a.start, b.start), cmp.Compare(a.Reference, b.Reference))
	})
}

// procedureOfVisit goes by the encounter reference. A procedure that names no encounter is of the
// visit where its time overlaps, and a note says so.
func (v *reading) procedureOfVisit(p item[r4.Procedure]) bool {
	yes, said := v.ofVisit(p.Value.Encounter)
	if said {
		return yes
	}
	start, end := v.performedTime(p)
	if !v.patients(p.entry, &p.Value.Subject) || !v.duringVisit(start, end) {
		return false
	}
	v.note(p.Reference, "names no encounter: read as part of this visit by its time")
	return true
}

// wasDone reports whether a procedure took place; one that did not is named.
func (v *reading) wasDone(p item[r4.Procedure]) bool {
	switch status := p.Value.Status; status {
	case r4.EventStatusCompleted:
		return true
	case r4.EventStatusInProgress:
		v.note(p.Reference, "counted although it is still in progress")
		return true
	case r4.EventStatusStopped:
		v.note(p.Reference, "counted although it was stopped before its end")
		return true
	default:
		v.note(p.Reference, "not counted: %s", status.Code())
		return false
	}
}

func (v *reading) performedTime(p item[r4.Procedure]) (start, end DateTime) {
	if p.Value.PerformedPeriod != nil {
		return v.local(v.date(p.entry, "performedPeriod.start", p.Value.PerformedPeriod.Start)),
			v.local(v.date(p.entry, "performedPeriod.end", p.Value.PerformedPeriod.End))
	}
	return v.local(v.date(p.entry, "performedDateTime", p.Value.PerformedDateTime)), DateTime{}
}

func (v *reading) perform(p item[r4.Procedure]) performed {
	done := performed{item: p, activity: v.activityOf(p.Value.Code), performer: v.performerOf(p)}
	done.start, done.end = v.performedTime(p)
	v.emCode(p)
	v.sayNaming(p.Reference, p.Value.Code)
	s, why := spanOf(done.start, done.end, ofService)
	if why != "" {
		done.why = why
		if p.Value.PerformedPeriod != nil && !done.start.IsZero() && !done.end.IsZero() {
			v.note(p.Reference, "performedPeriod gives no duration: %s", why)
		}
		return done
	}
	done.time = &s
	return done
}

// segmentsOfParents gives a part of a procedure the performer of the whole, so that parts of one
// activity become segments of one service.
func (v *reading) segmentsOfParents() {
	for i := range v.performed {
		for _, parent := range v.performed[i].Value.PartOf {
			name := v.canonical(&parent)
			for j := range v.performed {
				if v.performed[j].Reference == name && v.performed[j].activity == v.performed[i].activity {
					v.performed[i].performer = v.performed[j].performer
				}
			}
		}
	}
}

// parentActivity is the activity that a procedure is part of.
func (v *reading) parentActivity(p performed) string {
	for _, parent := range p.Value.PartOf {
		name := v.canonical(&parent)
		for _, other := range v.performed {
			if other.Reference == name && other.activity != p.activity {
				return other.activity
			}
		}
	}
	return ""
}

// complexity reads a procedure that names interactive complexity; it is a fact and no service.
func (v *reading) complexity(p item[r4.Procedure]) bool {
	if !slices.Contains(procedureCodes(p.Value.Code), interactiveComplexityCode) {
		return false
	}
	yes := true
	fact := &coding.InteractiveComplexity{Present: &yes}
	if old := v.out.Facts.InteractiveComplexity; old != nil {
		fact.Factor = old.Factor
	}
	concepts := append([]r4.CodeableConcept{*p.Value.Code}, p.Value.ReasonCode...)
	for i := range concepts {
		for _, factor := range codesOf(&concepts[i], factorSystem) {
			if slices.Contains(complexityFactors, factor) {
				fact.Factor = cmp.Or(fact.Factor, factor)
			}
		}
	}
	v.out.Facts.InteractiveComplexity = fact
	v.source("interactiveComplexity.present", p.Reference)
	if fact.Factor != "" {
		v.source("interactiveComplexity.factor", p.Reference)
	}
	return true
}

// complexityFactors are the codes of our code system for the named factor.
var complexityFactors = []string{"maladaptive-communication", "caregiver-interference", "mandated-report", "play-equipment", "interpreter-only"}

// emCode keeps the office E/M code that the clinician chose. Two different ones leave it open.
func (v *reading) emCode(p item[r4.Procedure]) {
	for _, code := range procedureCodes(p.Value.Code) {
		if !slices.Contains(officeVisits, code) {
			continue
		}
		em := v.out.Facts.EvaluationManagement
		if em == nil {
			em = &coding.EvaluationManagement{Code: code}
		} else if em.Code != code {
			em.Code = ""
			v.note(p.Reference, "names another E/M code than an earlier procedure of the visit: neither is used")
		}
		v.out.Facts.EvaluationManagement = em
		v.source("evaluationManagement.code", p.Reference)
	}
}
