package coding

import "slices"

// The activities, code system https://chargenote.dev/fhir/CodeSystem/activity.
const (
	ActivityPsychotherapy                        = "psychotherapy"
	ActivityPsychoanalysis                       = "psychoanalysis"
	ActivityPharmacologicManagement              = "pharmacologic-management"
	ActivityPsychotherapyWithEM                  = "psychotherapy-with-em"
	ActivityEvaluationManagement                 = "evaluation-management"
	ActivityCrisis                               = "crisis"
	ActivityCrisisOutsideOffice                  = "crisis-outside-office"
	ActivityFamilyWithPatient                    = "family-with-patient"
	ActivityFamilyWithoutPatient                 = "family-without-patient"
	ActivityMultiFamilyGroup                     = "multi-family-group"
	ActivityGroup                                = "group"
	ActivityDiagnosticEvaluation                 = "diagnostic-evaluation"
	ActivityDiagnosticEvaluationMedical          = "diagnostic-evaluation-medical"
	ActivityCollateralContact                    = "collateral-contact"
	ActivityPsychTestingEvaluation               = "psych-testing-evaluation"
	ActivityNeuropsychTestingEvaluation          = "neuropsych-testing-evaluation"
	ActivityTestAdministrationProfessional       = "test-administration-professional"
	ActivityTestAdministrationTechnician         = "test-administration-technician"
	ActivityAutomatedTest                        = "automated-test"
	ActivityNeurobehavioralStatusExam            = "neurobehavioral-status-exam"
	ActivityDevelopmentalTesting                 = "developmental-testing"
	ActivityCognitivePerformanceTesting          = "cognitive-performance-testing"
	ActivityAphasiaAssessment                    = "aphasia-assessment"
	ActivityCognitiveScreen                      = "cognitive-screen"
	ActivityScreening                            = "screening"
	ActivityHealthRiskPatient                    = "health-risk-assessment-patient"
	ActivityHealthRiskCaregiver                  = "health-risk-assessment-caregiver"
	ActivityDevelopmentalScreening               = "developmental-screening"
	ActivityDepressionScreeningAnnual            = "depression-screening-annual"
	ActivityAlcoholScreeningAnnual               = "alcohol-screening-annual"
	ActivitySubstanceIntervention                = "substance-intervention"
	ActivityCognitiveIntervention                = "cognitive-intervention"
	ActivityAdaptiveBehaviorTreatment            = "adaptive-behavior-treatment"
	ActivityAdaptiveBehaviorProtocolModification = "adaptive-behavior-protocol-modification"
	ActivitySpeechTreatmentIndividual            = "speech-treatment-individual"
	ActivitySpeechTreatmentGroup                 = "speech-treatment-group"
	ActivityTherapeuticExercise                  = "therapeutic-exercise"
	ActivityNeuromuscular                        = "neuromuscular"
	ActivityAquatic                              = "aquatic"
	ActivityGait                                 = "gait"
	ActivityMassage                              = "massage"
	ActivityManualTherapy                        = "manual-therapy"
	ActivityGroupTherapyRehab                    = "group-therapy-rehab"
	ActivityTherapeuticActivities                = "therapeutic-activities"
	ActivitySelfCare                             = "self-care"
	ActivitySensoryIntegration                   = "sensory-integration"
	ActivityCommunityReintegration               = "community-reintegration"
	ActivityWheelchairManagement                 = "wheelchair-management"
	ActivityAssistiveTechnologyAssessment        = "assistive-technology-assessment"
	ActivityOrthoticTraining                     = "orthotic-training"
	ActivityProstheticTraining                   = "prosthetic-training"
	ActivityOrthoticProstheticManagement         = "orthotic-prosthetic-management"
	ActivityElectricalStimulationAttended        = "electrical-stimulation-attended"
	ActivityIontophoresis                        = "iontophoresis"
	ActivityUltrasound                           = "ultrasound"
	ActivityElectricalStimulationUnattended      = "electrical-stimulation-unattended"
	ActivityHotColdPack                          = "hot-cold-pack"
	ActivityTractionMechanical                   = "traction-mechanical"
	ActivityVasopneumatic                        = "vasopneumatic"
	ActivityParaffin                             = "paraffin"
	ActivityWhirlpool                            = "whirlpool"
	ActivityPhysicalPerformanceTest              = "physical-performance-test"
	ActivityPTEvaluationLow                      = "pt-evaluation-low"
	ActivityPTEvaluationModerate                 = "pt-evaluation-moderate"
	ActivityPTEvaluationHigh                     = "pt-evaluation-high"
	ActivityPTReevaluation                       = "pt-reevaluation"
	ActivityOTEvaluationLow                      = "ot-evaluation-low"
	ActivityOTEvaluationModerate                 = "ot-evaluation-moderate"
	ActivityOTEvaluationHigh                     = "ot-evaluation-high"
	ActivityOTReevaluation                       = "ot-reevaluation"
	ActivityRestOrWaiting                        = "rest-or-waiting"
	ActivityDocumentationAfterVisit              = "documentation-after-visit"
	ActivityAssessmentManagement                 = "assessment-management"
)

var activities = []string{
	ActivityPsychotherapy, ActivityPsychoanalysis, ActivityPharmacologicManagement, ActivityPsychotherapyWithEM,
	ActivityEvaluationManagement, ActivityCrisis, ActivityCrisisOutsideOffice, ActivityFamilyWithPatient,
	ActivityFamilyWithoutPatient, ActivityMultiFamilyGroup, ActivityGroup, ActivityDiagnosticEvaluation,
	ActivityDiagnosticEvaluationMedical, ActivityCollateralContact, ActivityPsychTestingEvaluation,
	ActivityNeuropsychTestingEvaluation, ActivityTestAdministrationProfessional,
	ActivityTestAdministrationTechnician, ActivityAutomatedTest, ActivityNeurobehavioralStatusExam,
	ActivityDevelopmentalTesting, ActivityCognitivePerformanceTesting, ActivityAphasiaAssessment,
	ActivityCognitiveScreen, ActivityScreening, ActivityHealthRiskPatient, ActivityHealthRiskCaregiver,
	ActivityDevelopmentalScreening, ActivityDepressionScreeningAnnual, ActivityAlcoholScreeningAnnual,
	ActivitySubstanceIntervention, ActivityCognitiveIntervention, ActivityAdaptiveBehaviorTreatment,
	ActivityAdaptiveBehaviorProtocolModification, ActivitySpeechTreatmentIndividual, ActivitySpeechTreatmentGroup,
	ActivityTherapeuticExercise, ActivityNeuromuscular, ActivityAquatic, ActivityGait, ActivityMassage,
	ActivityManualTherapy, ActivityGroupTherapyRehab, ActivityTherapeuticActivities, ActivitySelfCare,
	ActivitySensoryIntegration, ActivityCommunityReintegration, ActivityWheelchairManagement,
	ActivityAssistiveTechnologyAssessment, ActivityOrthoticTraining, ActivityProstheticTraining,
	ActivityOrthoticProstheticManagement, ActivityElectricalStimulationAttended, ActivityIontophoresis,
	ActivityUltrasound, ActivityElectricalStimulationUnattended, ActivityHotColdPack, ActivityTractionMechanical,
	ActivityVasopneumatic, ActivityParaffin, ActivityWhirlpool, ActivityPhysicalPerformanceTest,
	ActivityPTEvaluationLow, ActivityPTEvaluationModerate, ActivityPTEvaluationHigh, ActivityPTReevaluation,
	ActivityOTEvaluationLow, ActivityOTEvaluationModerate, ActivityOTEvaluationHigh, ActivityOTReevaluation,
	ActivityRestOrWaiting, ActivityDocumentationAfterVisit, ActivityAssessmentManagement,
}

// Activities lists every activity of the code system, in order of name.
func Activities() []string {
	sorted := slices.Clone(activities)
	slices.Sort(sorted)
	return sorted
}

// KnownActivity reports whether activity is one of the code system.
func KnownActivity(activity string) bool { return slices.Contains(activities, activity) }
