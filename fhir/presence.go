package fhir

import (
	"cmp"

	"github.com/chargenote/chargenote/coding"
)

// Why the time of a service is apart from the patient.
const (
	goneWhy    = "after the visit was finished: not face to face with the patient"
	leaveWhy   = "during leave: not face to face with the patient"
	outsideWhy = "assessment and management outside of the encounter is not face to face with the patient"
)

// presence says of each procedure whether the patient was there, where its minutes depend on it and
// the record says so.
func (v *reading) presence() {
	for i := range v.performed {
		p := &v.performed[i]
		if p.time == nil || !v.needsPatient(p.activity) {
			continue
		}
		if p.apart = v.apart(*p); p.apart != "" {
			p.faceToFace = new(bool)
			continue
		}
		if p.activity == coding.ActivityAssessmentManagement && v.attended(*p) {
			yes := true
			p.faceToFace = &yes
		}
	}
}

// apart is why no minute of a procedure was face to face; empty where some may be. A service that
// reaches outside of its encounter is a conflict and decided by nobody, but for assessment and
// management, which counts in front of the patient only.
func (v *reading) apart(p performed) string {
	assessment := p.activity == coding.ActivityAssessmentManagement
	before, after := v.reach(*p.time)
	length := p.time.end.Sub(p.time.start)
	switch {
	case assessment && (before >= length || after >= length):
		return outsideWhy
	case !assessment && max(before, after) > reachTolerance:
		return ""
	case v.isGone(p.activity, *p.time):
		return goneWhy
	case len(p.time.without(v.absent.leave)) == 0:
		return leaveWhy
	}
	return ""
}

// attended reports whether all of a procedure lies in the time in which the record has the patient with
// the clinician: in progress, else the clinician's own in the encounter, else at a location.
func (v *reading) attended(p performed) bool {
	present := v.inProgressTimings()
	if len(present) == 0 {
		present = v.participantTimings(cmp.Or(p.performer, v.clinician))
	}
	if len(present) == 0 {
		present = v.locationTimings()
	}
	for _, there := range spansOf(present) {
		if before, after := v.reach(there); max(before, after) > reachTolerance {
			return false // it reaches outside of the encounter itself
		}
	}
	rest := p.time.without(spansOf(present))
	return len(present) > 0 && len(rest) == 0 && len(p.time.shared(v.absent.leave)) == 0
}
