package fhir

import "github.com/chargenote/chargenote/coding"

// The sources of the table below, named once.
const (
	psychotherapyVisits = "value set Psych Visit - Psychotherapy (2.16.840.1.113883.3.526.3.1496, 2019-03-15): visits for individual psychotherapy, group and family excluded"
	depressionFollowUp  = "value set Follow Up for Adolescent Depression (2.16.840.1.113883.3.526.3.1569, 2021-02-20), which names the concept"
)

// A snomedConcept is a concept of SNOMED CT that names an activity.
type snomedConcept struct {
	activity string
	term     string // its fully specified name
	source   string // where concept and name were read
}

// snomedConcepts are the concepts that name one activity without a further assumption. What leaves open
// who was there, or how, is not in it: family psychotherapy (108313002) does not say whether the patient
// was present, an evaluation (10197000) not whether it was medical, exercise therapy (229065009) not
// that a therapist was with one patient, crisis intervention (5694008) not that it was psychotherapy.
var snomedConcepts = map[string]snomedConcept{
	"75516001":  {coding.ActivityPsychotherapy, "Psychotherapy (regime/therapy)", psychotherapyVisits},
	"18512000":  {coding.ActivityPsychotherapy, "Individual psychotherapy (regime/therapy)", psychotherapyVisits},
	"38678006":  {coding.ActivityPsychotherapy, "Client-centered psychotherapy (regime/therapy)", psychotherapyVisits},
	"90102008":  {coding.ActivityPsychotherapy, "Social psychotherapy (regime/therapy)", psychotherapyVisits},
	"183381005": {coding.ActivityPsychotherapy, "General psychotherapy (regime/therapy)", psychotherapyVisits},
	"183382003": {coding.ActivityPsychotherapy, "Psychotherapy - behavioral (regime/therapy)", psychotherapyVisits},
	"183383008": {coding.ActivityPsychotherapy, "Psychotherapy - cognitive (regime/therapy)", psychotherapyVisits},
	"302242004": {coding.ActivityPsychotherapy, "Long-term psychodynamic psychotherapy (regime/therapy)", psychotherapyVisits},
	"304820009": {coding.ActivityPsychotherapy, "Developmental psychodynamic psychotherapy (regime/therapy)", psychotherapyVisits},
	"304822001": {coding.ActivityPsychotherapy, "Psychodynamic-interpersonal psychotherapy (regime/therapy)", psychotherapyVisits},
	"314034001": {coding.ActivityPsychotherapy, "Psychodynamic psychotherapy (regime/therapy)", psychotherapyVisits},
	"401157001": {coding.ActivityPsychotherapy, "Brief solution focused psychotherapy (regime/therapy)", psychotherapyVisits},
	"443730003": {coding.ActivityPsychotherapy, "Interpersonal psychotherapy (regime/therapy)", psychotherapyVisits},

	"76168009": {coding.ActivityGroup, "Group psychotherapy (regime/therapy)", depressionFollowUp},
	"1555005":  {coding.ActivityGroup, "Brief group psychotherapy (regime/therapy)", depressionFollowUp},
	"28868002": {coding.ActivityGroup, "Interactive group medical psychotherapy (regime/therapy)", depressionFollowUp},
}

// anyPsychotherapy is the concept of which every other psychotherapy is a kind. Beside a code of a narrower
// one it says nothing else.
const anyPsychotherapy = "75516001"

// psychotherapies are the activities that are a kind of psychotherapy.
var psychotherapies = map[string]bool{
	coding.ActivityPsychotherapy: true, coding.ActivityPsychotherapyWithEM: true, coding.ActivityCrisis: true,
	coding.ActivityFamilyWithPatient: true, coding.ActivityFamilyWithoutPatient: true, coding.ActivityMultiFamilyGroup: true,
	coding.ActivityGroup: true, coding.ActivityPsychoanalysis: true,
}
