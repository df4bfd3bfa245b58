package coding

import "slices"

// The activities, code system https://chargenote.dev/fhir/CodeSystem/activity.
const (
	ActivityPsychotherapy                  = "psychotherapy"
	ActivityPsychotherapyWithEM            = "psychotherapy-with-em"
	ActivityEvaluationManagement           = "evaluation-management"
	ActivityCrisis                         = "crisis"
	ActivityFamilyWithPatient              = "family-with-patient"
	ActivityFamilyWithoutPatient           = "family-without-patient"
	ActivityMultiFamilyGroup               = "multi-family-group"
	ActivityGroup                          = "group"
	ActivityDiagnosticEvaluation           = "diagnostic-evaluation"
	ActivityDiagnosticEvaluationMedical    = "diagnostic-evaluation-medical"
	ActivityCollateralContact              = "collateral-contact"
	ActivityPsychTestingEvaluation         = "psych-testing-evaluation"
	ActivityNeuropsychTestingEvaluation    = "neuropsych-testing-evaluation"
	ActivityTestAdministrationProfessional = "test-administration-professional"
	ActivityTestAdministrationTechnician   = "test-administration-technician"
	ActivityAutomatedTest                  = "automated-test"
	ActivityNeurobehavioralStatusExam      = "neurobehavioral-status-exam"
	ActivityCognitivePerformanceTesting    = "cognitive-performance-testing"
	ActivityAphasiaAssessment              = "aphasia-assessment"
	ActivityCognitiveScreen                = "cognitive-screen"
	ActivityScreening                      = "screening"
	ActivityHealthRiskPatient              = "health-risk-assessment-patient"
	ActivityHealthRiskCaregiver            = "health-risk-assessment-caregiver"
	ActivityDevelopmentalScreening         = "developmental-screening"
	ActivityDepressionScreeningAnnual      = "depression-screening-annual"
	ActivityCognitiveIntervention          = "cognitive-intervention"
	ActivityAdaptiveBehaviorTreatment      = "adaptive-behavior-treatment"
	ActivitySpeechTreatmentIndividual      = "speech-treatment-individual"
	ActivityTherapeuticExercise            = "therapeutic-exercise"
	ActivityNeuromuscular                  = "neuromuscular"
	ActivityAquatic                        = "aquatic"
	ActivityGait                           = "gait"
	ActivityMassage                        = "massage"
	ActivityManualTherapy                  = "manual-therapy"
	ActivityGroupTherapyRehab              = "group-therapy-rehab"
	ActivityTherapeuticActivities          = "therapeutic-activities"
	ActivitySelfCare                       = "self-care"
	ActivityUltrasound                     = "ultrasound"
	ActivityPhysicalPerformanceTest        = "physical-performance-test"
	ActivityPTEvaluationLow                = "pt-evaluation-low"
	ActivityPTEvaluationModerate           = "pt-evaluation-moderate"
	ActivityPTEvaluationHigh               = "pt-evaluation-high"
	ActivityPTReevaluation                 = "pt-reevaluation"
	ActivityOTEvaluationLow                = "ot-evaluation-low"
	ActivityOTEvaluationModerate           = "ot-evaluation-moderate"
	ActivityOTEvaluationHigh               = "ot-evaluation-high"
	ActivityOTReevaluation                 = "ot-reevaluation"
	ActivityRestOrWaiting                  = "rest-or-waiting"
	ActivityDocumentationAfterVisit        = "documentation-after-visit"
	ActivityAssessmentManagement           = "assessment-management"
)

var activities = []string{
	ActivityPsychotherapy, ActivityPsychotherapyWithEM, ActivityEvaluationManagement, ActivityCrisis,
	ActivityFamilyWithPatient, ActivityFamilyWithoutPatient, ActivityMultiFamilyGroup, ActivityGroup,
	ActivityDiagnosticEvaluation, ActivityDiagnosticEvaluationMedical, ActivityCollateralContact,
	ActivityPsychTestingEvaluation, ActivityNeuropsychTestingEvaluation, ActivityTestAdministrationProfessional,
	ActivityTestAdministrationTechnician, ActivityAutomatedTest, ActivityNeurobehavioralStatusExam,
	ActivityCognitivePerformanceTesting, ActivityAphasiaAssessment, ActivityCognitiveScreen, ActivityScreening,
	ActivityHealthRiskPatient, ActivityHealthRiskCaregiver, ActivityDevelopmentalScreening,
	ActivityDepressionScreeningAnnual, ActivityCognitiveIntervention, ActivityAdaptiveBehaviorTreatment,
	ActivitySpeechTreatmentIndividual, ActivityTherapeuticExercise, ActivityNeuromuscular, ActivityAquatic,
	ActivityGait, ActivityMassage, ActivityManualTherapy, ActivityGroupTherapyRehab, ActivityTherapeuticActivities,
	ActivitySelfCare, ActivityUltrasound, ActivityPhysicalPerformanceTest, ActivityPTEvaluationLow,
	ActivityPTEvaluationModerate, ActivityPTEvaluationHigh, ActivityPTReevaluation, ActivityOTEvaluationLow,
	ActivityOTEvaluationModerate, ActivityOTEvaluationHigh, ActivityOTReevaluation, ActivityRestOrWaiting,
	ActivityDocumentationAfterVisit, ActivityAssessmentManagement,
}

// Activities lists every activity of the code system, in order of name.
func Activities() []string {
	sorted := slices.Clone(activities)
	slices.Sort(sorted)
	return sorted
}

// KnownActivity reports whether activity is one of the code system.
func KnownActivity(activity string) bool { return slices.Contains(activities, activity) }
