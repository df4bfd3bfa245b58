package fhir

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/chargenote/chargenote/coding"
	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"
)

// interactiveComplexityCode is the CPT add-on that says communication was complicated. It names no
// activity.
const interactiveComplexityCode = "90785"

// officeVisits are the office E/M codes, by number; 99211 to 99215 and 99202 to 99205.
var officeVisits = []string{"99202", "99203", "99204", "99205", "99211", "99212", "99213", "99214", "99215"}

// A naming is what the codes of one concept say was done.
type naming struct {
	activity string
	code     string   // what named it: a "system|code", or words of the site's map
	against  []string // what stands beside it and names another activity
	lenient  []string // what was read leniently
}

// activityOf is the activity that a code names, and empty where it names none.
func (v *reading) activityOf(concept *r4.CodeableConcept) string { return v.namingOf(concept).activity }

// namingOf goes by our own code system, then CPT or HCPCS, then SNOMED CT, then the map of the site.
// Display text names nothing but through that map. The first code that names an activity decides.
func (v *reading) namingOf(concept *r4.CodeableConcept) naming {
	var n naming
	name := func(activity, said string) {
		isWider := said == snomedSystem+"|"+anyPsychotherapy && psychotherapies[n.activity]
		switch {
		case n.activity == "":
			n.activity, n.code = activity, said
		case activity != n.activity && !isWider:
			n.against = append(n.against, said)
		}
	}
	for _, code := range codesOf(concept, activitySystem) {
		if coding.KnownActivity(code) {
			name(code, shown(activitySystem+"|"+code))
		}
	}
	for _, system := range []string{cptSystem, hcpcsSystem} {
		for _, written := range codesOf(concept, system) {
			code, lenient := procedureCode(written)
			if activity := v.activityOfCode(code); activity != "" {
				name(activity, shown(system+"|"+written))
				n.lenient = append(n.lenient, lenient...)
			}
		}
	}
	for _, code := range codesOf(concept, snomedSystem) {
		if known, ok := snomedConcepts[code]; ok {
			name(known.activity, snomedSystem+"|"+code)
		}
	}
	for _, said := range siteValues(v.options.Activities, concept) {
		if coding.KnownActivity(said.value) {
			name(said.value, "the site's map of "+strconv.Quote(said.key))
		}
	}
	return n
}

// activityOfCode is the activity of a CPT or HCPCS code.
func (v *reading) activityOfCode(code string) string {
	if activity, ok := v.options.Rules.ActivityForCode(code); ok {
		return activity
	}
	if slices.Contains(officeVisits, code) {
		return coding.ActivityEvaluationManagement
	}
	return ""
}

// sayNaming says of a procedure what its codes left open: none that is known, one against another,
// one that was read leniently.
func (v *reading) sayNaming(resource string, concept *r4.CodeableConcept) {
	n := v.namingOf(concept)
	for _, text := range n.lenient {
		v.note(resource, "read leniently: %s", text)
	}
	switch {
	case n.activity == "":
		v.note(resource, "names no activity that is known here: %s", codedAs(concept))
	case len(n.against) > 0:
		v.note(resource, "its codes name different activities: %s is used, by %s, against %s", n.activity, n.code, listed(n.against))
	}
}

// codedAs is how a concept is coded, for a sentence. Words of a record are not repeated.
func codedAs(concept *r4.CodeableConcept) string {
	switch codes := shownCodes(concept); {
	case len(codes) > 0:
		return "its code is " + listed(codes)
	case wordsOf(concept) != "":
		return "it has words and no code"
	}
	return "it has no code"
}

// mostCodes is how many codes a question repeats.
const mostCodes = 3

// whichService asks for the service of a visit that names none: with the codes that are not known here,
// those of procedures before those of the encounter itself.
func (v *reading) whichService() string {
	var codes, inWords []string
	for _, p := range v.performed {
		if p.activity == "" {
			all := shownCodes(p.Value.Code)
			codes = append(codes, all...)
			if len(all) == 0 && wordsOf(p.Value.Code) != "" {
				inWords = append(inWords, p.Reference)
			}
		}
	}
	if len(codes) == 0 && len(inWords) == 0 {
		codes = v.encounterCodes()
	}
	slices.Sort(codes)
	switch codes = slices.Compact(codes); {
	case len(codes) == 1:
		return "Which service was rendered? The record says " + codes[0] + ", which is not known here: choose, or let the site's map name it."
	case len(codes) > 1:
		said := listed(codes[:min(len(codes), mostCodes)])
		if more := len(codes) - mostCodes; more > 0 {
			said += " and " + strconv.Itoa(more) + " more"
		}
		return "Which service was rendered? The record says " + said + ", none of which is known here: choose, or let the site's map name one."
	case len(inWords) > 0:
		return "Which service was rendered? The record says it in words alone (" + listed(inWords[:min(len(inWords), mostCodes)]) + "): choose, or let the site's map name these words."
	}
	return "Which service was rendered? The record names none."
}

// encounterCodes are the codes of the encounter's types and service type, without those that say only how
// patient and clinician met.
func (v *reading) encounterCodes() []string {
	var codes []string
	concepts := v.encounterConcepts()
	for i := range concepts {
		if !isDistance(&concepts[i]) {
			codes = append(codes, shownCodes(&concepts[i])...)
		}
	}
	return codes
}

// codeSegments gives a segment that names no activity the code that the record has for it.
func (v *reading) codeSegments() {
	segments := v.out.Session.Segments
	for i := range segments {
		if segments[i].Activity != "" {
			continue
		}
		for _, p := range v.performed {
			if codes := shownCodes(p.Value.Code); p.activity == "" && len(codes) > 0 && slices.Contains(segments[i].Sources, p.Reference) {
				segments[i].Code = codes[0]
			}
		}
	}
}

// procedureCodes are the CPT and HCPCS codes of a concept without the modifiers written behind them.
func procedureCodes(concept *r4.CodeableConcept) []string {
	codes := billingCodes(concept)
	for i := range codes {
		codes[i], _ = procedureCode(codes[i])
	}
	return codes
}

// withModifiers is a CPT or HCPCS code with modifiers written behind it: 90837-95, 90837 95,GT.
var withModifiers = regexp.MustCompile(`^([0-9A-Z][0-9]{3}[0-9A-Z])(?:[-:, ]+[0-9A-Z]{2})+$`)

// procedureCode is a code without the modifiers behind it and in capitals. The modifiers are not used: those
// of a line follow from the visit.
func procedureCode(written string) (code string, lenient []string) {
	code = strings.ToUpper(written)
	if parts := withModifiers.FindStringSubmatch(code); parts != nil {
		return parts[1], []string{"its code is written with modifiers: read as " + parts[1]}
	}
	if code != written {
		lenient = []string{"its code is written in small letters: read as " + code}
	}
	return code, lenient
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
