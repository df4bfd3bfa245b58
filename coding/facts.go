package coding

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/chargenote/chargenote/internal/effective"
)

// Facts are what was done in a visit, in the words of the clinic. A nil pointer or an empty string
// is an unknown fact, which is not the same as zero or as no.
type Facts struct {
	DateOfService         effective.Date         `json:"dateOfService,omitzero"`
	Payer                 Payer                  `json:"payer,omitzero"`
	ClaimType             string                 `json:"claimType,omitempty"` // professional where empty
	Setting               string                 `json:"setting,omitempty"`
	Provider              Provider               `json:"provider,omitzero"`
	Services              []Service              `json:"services"`
	Visit                 Circumstances          `json:"visit,omitzero"`
	InteractiveComplexity *InteractiveComplexity `json:"interactiveComplexity,omitempty"`
	EvaluationManagement  *EvaluationManagement  `json:"evaluationManagement,omitempty"`
	Testing               *Testing               `json:"testing,omitempty"`
	Family                *Family                `json:"family,omitempty"`
	DistinctTimeIntervals *bool                  `json:"distinctTimeIntervals,omitempty"`
	SameBillingEntity     *bool                  `json:"sameBillingEntity,omitempty"`
	Patient               *Patient               `json:"patient,omitempty"`
	History               *History               `json:"history,omitempty"`

	// Sources names the resources each fact was read from, by the path of the fact: "payer.kind",
	// "services[0].minutes". It is written with the facts of a review and ignored by the rules,
	// but for the sources of each answer.
	Sources map[string][]string `json:"sources,omitempty"`
}

// A Payer says who pays and which counting rule for timed units that payer uses.
type Payer struct {
	Kind               string `json:"kind,omitempty"`       // medicare, medicaid, commercial, self-pay
	TimedUnits         string `json:"timedUnits,omitempty"` // cms-8-minute, cpt-midpoint; from Kind where empty
	TelehealthModifier string `json:"telehealthModifier,omitempty"`
	Name               string `json:"name,omitempty"` // short name of the payer, by which packs of rules say for whom they hold
}

// A Provider is the clinician who rendered the service.
type Provider struct {
	Discipline string `json:"discipline,omitempty"`
}

// A Service is one kind of work within the visit. Minutes are whole minutes, 0 to 1,440.
type Service struct {
	Activity             string         `json:"activity"`
	Minutes              *int           `json:"minutes,omitempty"`
	Start                *time.Time     `json:"start,omitempty"`
	End                  *time.Time     `json:"end,omitempty"`
	Date                 effective.Date `json:"date,omitzero"`
	Instruments          *int           `json:"instruments,omitempty"`
	Tests                []string       `json:"tests,omitempty"`
	Scored               *bool          `json:"scored,omitempty"`
	Performer            string         `json:"performer,omitempty"`
	OneOnOne             *bool          `json:"oneOnOne,omitempty"`
	PatientsSimultaneous *int           `json:"patientsSimultaneous,omitempty"`
	LinkedActivity       string         `json:"linkedActivity,omitempty"`
	FaceToFace           *bool          `json:"faceToFace,omitempty"`
	AssistantMinutes     *int           `json:"assistantMinutes,omitempty"`
}

// Circumstances are where and how patient and clinician met.
type Circumstances struct {
	Telehealth      *bool  `json:"telehealth,omitempty"`
	Modality        string `json:"modality,omitempty"`        // in-person, audio-video, audio-only
	PatientLocation string `json:"patientLocation,omitempty"` // home, facility, other
	AudioOnlyReason string `json:"audioOnlyReason,omitempty"`
}

// InteractiveComplexity says whether communication was complicated, and by which factor.
type InteractiveComplexity struct {
	Present *bool  `json:"present,omitempty"`
	Factor  string `json:"factor,omitempty"`
}

// EvaluationManagement is the E/M code that the clinician chose, and by what.
type EvaluationManagement struct {
	Code  string `json:"code,omitempty"`
	Basis string `json:"basis,omitempty"` // mdm, time
}

// Testing is what a psychological or neuropsychological evaluation rested on.
type Testing struct {
	StandardizedTestsInterpreted *int   `json:"standardizedTestsInterpreted,omitempty"`
	IntegratedReport             *bool  `json:"integratedReport,omitempty"`
	SelfAdministered             *bool  `json:"selfAdministered,omitempty"`
	Episode                      string `json:"episode,omitempty"` // single, multi-day
}

// Family says how family members took part.
type Family struct {
	StructuredTherapy *bool  `json:"structuredTherapy,omitempty"`
	PresentAs         string `json:"presentAs,omitempty"` // participants, informants
}

// Patient says who the patient of the claim is.
type Patient struct {
	Is          string `json:"is,omitempty"` // patient, infant, mother, caregiver
	Symptomatic *bool  `json:"symptomatic,omitempty"`
}

// History is what earlier visits and the therapy year say.
type History struct {
	MonthsSinceLastG0444 *int               `json:"monthsSinceLastG0444,omitempty"`
	TherapyYearToDateUSD *TherapyYearToDate `json:"therapyYearToDateUSD,omitempty"`
	StatusChange         *bool              `json:"statusChange,omitempty"`
}

// TherapyYearToDate is the amount of therapy in the calendar year before this visit, in whole US
// dollars. It decides one modifier and is never shown.
type TherapyYearToDate struct {
	PTSLP *int `json:"ptSlp,omitempty"`
	OT    *int `json:"ot,omitempty"`
}

// WithMinutes is facts with other minutes for one service, read from sources; nil minutes are
// unknown ones, and so are start and end then, which would say them. The facts themselves stay as
// they are.
func (f Facts) WithMinutes(service int, minutes *int, sources ...string) Facts {
	f.Services = slices.Clone(f.Services)
	f.Services[service].Minutes = minutes
	f.Sources = maps.Clone(f.Sources)
	if f.Sources == nil {
		f.Sources = map[string][]string{}
	}
	path := fmt.Sprintf("services[%d].", service)
	delete(f.Sources, path+"minutes")
	if len(sources) > 0 {
		f.Sources[path+"minutes"] = sources
	}
	if minutes == nil {
		f.Services[service].Start, f.Services[service].End = nil, nil
		delete(f.Sources, path+"start")
		delete(f.Sources, path+"end")
	}
	return f
}
