package fhir

import (
	"slices"

	"github.com/chargenote/chargenote/coding"
	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"
)

// snomedActivities are the SNOMED CT concepts that name an activity without further assumptions:
// 75516001 psychotherapy and 76168009 group psychotherapy, both regime/therapy.
var snomedActivities = map[string]string{
	"75516001": coding.ActivityPsychotherapy,
	"76168009": coding.ActivityGroup,
}

// interactiveComplexityCode is the CPT add-on that says communication was complicated. It names no
// activity.
const interactiveComplexityCode = "90785"

// officeVisits are the office E/M codes, by number; 99211 to 99215 and 99202 to 99205.
var officeVisits = []string{"99202", "99203", "99204", "99205", "99211", "99212", "99213", "99214", "99215"}

// activityOf is the activity that a code names: by our own code system, then CPT or HCPCS, then
// SNOMED CT, then the map of the site. Display text names nothing but through that map.
func (v *reading) activityOf(concept *r4.CodeableConcept) string {
	for _, code := range codesOf(concept, activitySystem) {
		if coding.KnownActivity(code) {
			return code
		}
	}
	for _, code := range billingCodes(concept) {
		if activity, ok := v.options.Rules.ActivityForCode(code); ok {
			return activity
		}
		if slices.Contains(officeVisits, code) {
			return coding.ActivityEvaluationManagement
		}
	}
	for _, code := range codesOf(concept, snomedSystem) {
		if activity, ok := snomedActivities[code]; ok {
			return activity
		}
	}
	if activity, ok := siteValue(v.options.Activities, concept); ok && coding.KnownActivity(activity) {
		return activity
	}
	return ""
}

// billingCodes are the CPT and HCPCS codes of a concept.
func billingCodes(concept *r4.CodeableConcept) []string {
	return append(codesOf(concept, cptSystem), codesOf(concept, hcpcsSystem)...)
}

// uncounted are the activities whose time is no time of service.
var uncounted = map[string]string{
	coding.ActivityRestOrWaiting:           "rest and waiting are not counted",
	coding.ActivityDocumentationAfterVisit: "documentation after the visit is not counted",
}

// untimed are the activities that time does not decide about. Those marked true fill time of the
// session all the same, so that the encounter's time cannot be given to another service alone.
var untimed = map[string]bool{
	coding.ActivityEvaluationManagement:            true,
	coding.ActivityDiagnosticEvaluation:            true,
	coding.ActivityDiagnosticEvaluationMedical:     true,
	coding.ActivityMultiFamilyGroup:                true,
	coding.ActivityPsychoanalysis:                  true,
	coding.ActivityPharmacologicManagement:         true,
	coding.ActivityGroup:                           true,
	coding.ActivityCollateralContact:               true,
	coding.ActivityGroupTherapyRehab:               true,
	coding.ActivitySpeechTreatmentIndividual:       true,
	coding.ActivitySpeechTreatmentGroup:            true,
	coding.ActivityElectricalStimulationUnattended: true,
	coding.ActivityHotColdPack:                     true,
	coding.ActivityTractionMechanical:              true,
	coding.ActivityVasopneumatic:                   true,
	coding.ActivityParaffin:                        true,
	coding.ActivityWhirlpool:                       true,
	coding.ActivityPTEvaluationLow:                 true,
	coding.ActivityPTEvaluationModerate:            true,
	coding.ActivityPTEvaluationHigh:                true,
	coding.ActivityPTReevaluation:                  true,
	coding.ActivityOTEvaluationLow:                 true,
	coding.ActivityOTEvaluationModerate:            true,
	coding.ActivityOTEvaluationHigh:                true,
	coding.ActivityOTReevaluation:                  true,
	coding.ActivityAutomatedTest:                   false,
	coding.ActivityCognitiveScreen:                 false,
	coding.ActivityScreening:                       false,
	coding.ActivityHealthRiskPatient:               false,
	coding.ActivityHealthRiskCaregiver:             false,
	coding.ActivityDevelopmentalScreening:          false,
	coding.ActivityDepressionScreeningAnnual:       false,
	coding.ActivityAlcoholScreeningAnnual:          false,
	coding.ActivityRestOrWaiting:                   false,
	coding.ActivityDocumentationAfterVisit:         false,
}

func isTimed(activity string) bool {
	_, without := untimed[activity]
	return !without
}

// fillsTime reports whether an activity takes up time of the session.
func fillsTime(activity string) bool { return isTimed(activity) || untimed[activity] }
