package coding

// Payer kinds.
const (
	PayerMedicare   = "medicare"
	PayerMedicaid   = "medicaid"
	PayerCommercial = "commercial"
	PayerSelfPay    = "self-pay"
)

// Counting rules for timed units.
const (
	UnitsCMS8Minute  = "cms-8-minute"
	UnitsCPTMidpoint = "cpt-midpoint"
)

// Claim types. An empty claim type is professional.
const (
	ClaimProfessional       = "professional"
	ClaimOutpatientHospital = "outpatient-hospital"
	ClaimFQHC               = "FQHC"
	ClaimRHC                = "RHC"
	ClaimCAHII              = "CAH-II"
)

// Disciplines of the rendering clinician.
const (
	DisciplinePsychologist = "psychologist"
	DisciplinePsychiatrist = "psychiatrist"
	DisciplinePhysician    = "physician"
	DisciplinePrimaryCare  = "primary-care"
	DisciplineNP           = "NP"
	DisciplinePA           = "PA"
	DisciplineCNS          = "CNS"
	DisciplineLCSW         = "LCSW"
	DisciplineLMFT         = "LMFT"
	DisciplineLPC          = "LPC"
	DisciplineLMHC         = "LMHC"
	DisciplinePT           = "PT"
	DisciplineOT           = "OT"
	DisciplineSLP          = "SLP"
	DisciplineTechnician   = "technician"
	DisciplineMixed        = "mixed"
)

// Modalities of a visit.
const (
	ModalityInPerson   = "in-person"
	ModalityAudioVideo = "audio-video"
	ModalityAudioOnly  = "audio-only"
)

// Where the patient is during a telehealth visit.
const (
	LocationHome     = "home"
	LocationFacility = "facility"
	LocationOther    = "other"
)

// Why a visit was by audio alone.
const (
	AudioOnlyDeclinedVideo    = "patient-declined-video"
	AudioOnlyCannotVideo      = "patient-cannot-video"
	AudioOnlyTechnicalFailure = "technical-failure"
)

// What complicated the communication (interactive complexity).
const (
	FactorMaladaptiveCommunication = "maladaptive-communication"
	FactorCaregiverInterference    = "caregiver-interference"
	FactorMandatedReport           = "mandated-report"
	FactorPlayEquipment            = "play-equipment"
	FactorInterpreterOnly          = "interpreter-only"
)

// What the level of an E/M code rests on.
const (
	BasisMDM  = "mdm"
	BasisTime = "time"
)

// Whether testing was done in one day or over several.
const (
	EpisodeSingle   = "single"
	EpisodeMultiDay = "multi-day"
)

// How family members took part.
const (
	PresentAsParticipants = "participants"
	PresentAsInformants   = "informants"
)

// vocabulary lists the words allowed for each fact that is one of a few, by path of the fact.
var vocabulary = map[string][]string{
	"payer.kind":                   {PayerMedicare, PayerMedicaid, PayerCommercial, PayerSelfPay},
	"payer.timedUnits":             {UnitsCMS8Minute, UnitsCPTMidpoint},
	"claimType":                    {ClaimProfessional, ClaimOutpatientHospital, ClaimFQHC, ClaimRHC, ClaimCAHII},
	"setting":                      {"primary-care", "behavioral-health", "hospital-outpatient", "inpatient", "school", "home", "other"},
	"provider.discipline":          disciplines,
	"services[].activity":          activities,
	"services[].linkedActivity":    activities,
	"visit.modality":               {ModalityInPerson, ModalityAudioVideo, ModalityAudioOnly},
	"visit.patientLocation":        {LocationHome, LocationFacility, LocationOther},
	"visit.audioOnlyReason":        {AudioOnlyDeclinedVideo, AudioOnlyCannotVideo, AudioOnlyTechnicalFailure},
	"interactiveComplexity.factor": {FactorMaladaptiveCommunication, FactorCaregiverInterference, FactorMandatedReport, FactorPlayEquipment, FactorInterpreterOnly},
	"evaluationManagement.basis":   {BasisMDM, BasisTime},
	"testing.episode":              {EpisodeSingle, EpisodeMultiDay},
	"family.presentAs":             {PresentAsParticipants, PresentAsInformants},
	"patient.is":                   {"patient", "infant", "mother", "caregiver"},
}

var disciplines = []string{
	DisciplinePsychologist, DisciplinePsychiatrist, DisciplinePhysician, DisciplinePrimaryCare, DisciplineNP, DisciplinePA,
	DisciplineCNS, DisciplineLCSW, DisciplineLMFT, DisciplineLPC, DisciplineLMHC, DisciplinePT, DisciplineOT, DisciplineSLP,
	DisciplineTechnician, DisciplineMixed,
}
