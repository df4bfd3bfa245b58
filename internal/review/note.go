package review

import (
	"github.com/chargenote/chargenote/coding"
	"github.com/chargenote/chargenote/docs"
	"github.com/chargenote/chargenote/internal/visit"
)

// noteRequest is what the documentation rules are asked: the note, the codes in play, and what the
// record knows.
func noteRequest(v *visit.Visit, facts coding.Facts, result coding.Result) docs.Request {
	request := docs.Request{
		Note:    v.Note.Text,
		HasNote: v.Note.Status == visit.NoteRead,
		Codes:   claimCodes(result),
		Day:     facts.DateOfService.String(),
		Known:   v.Known,
		Priors:  priors(v.Priors),

		PayerKind: facts.Payer.Kind, PayerName: facts.Payer.Name,
	}
	if _, named := docs.FamilyOf(request.Codes); !named {
		request.Family = familyOfServices(facts.Services)
	}
	return request
}

// claimCodes writes the lines in play as a claim does: the code with its telehealth modifier, once
// a unit. An open choice counts with its first option, since its codes share one family.
func claimCodes(result coding.Result) []string {
	codes := []string{}
	add := func(line coding.Line) {
		code := line.Code
		for _, m := range line.Modifiers {
			if docs.TelehealthModifier(m) {
				code += "-" + m
			}
		}
		for range max(line.Units, 1) {
			codes = append(codes, code)
		}
	}
	for _, s := range result.Suggestions {
		add(LineOf(s))
	}
	for _, c := range result.Choices {
		if len(c.Options) > 0 {
			for _, line := range c.Options[0] {
				add(line)
			}
		}
	}
	return codes
}

// familyOfServices is the family of documentation of the first service that has one. It is asked
// only where no code is in play, so that a note is read even when its minutes earn nothing.
func familyOfServices(services []coding.Service) string {
	for _, service := range services {
		if family, ok := familyOfActivity[service.Activity]; ok {
			return family
		}
	}
	return ""
}

// familyOfActivity agrees with the family that docs gives the codes of each activity; a test holds it to that.
var familyOfActivity = map[string]string{
	"psychotherapy":                           "psychotherapy",
	"psychotherapy-with-em":                   "em_psychotherapy",
	"crisis":                                  "crisis",
	"crisis-outside-office":                   "crisis",
	"family-with-patient":                     "family",
	"family-without-patient":                  "family",
	"group":                                   "group",
	"multi-family-group":                      "family",
	"diagnostic-evaluation":                   "intake",
	"diagnostic-evaluation-medical":           "intake",
	"psych-testing-evaluation":                "testing",
	"neuropsych-testing-evaluation":           "testing",
	"developmental-testing":                   "testing",
	"screening":                               "screening",
	"cognitive-intervention":                  "cognitive",
	"adaptive-behavior-treatment":             "timed_therapy",
	"adaptive-behavior-protocol-modification": "timed_therapy",
	"therapeutic-exercise":                    "timed_therapy",
	"neuromuscular":                           "timed_therapy",
	"aquatic":                                 "timed_therapy",
	"gait":                                    "timed_therapy",
	"massage":                                 "timed_therapy",
	"manual-therapy":                          "timed_therapy",
	"therapeutic-activities":                  "timed_therapy",
	"self-care":                               "timed_therapy",
	"sensory-integration":                     "timed_therapy",
	"community-reintegration":                 "timed_therapy",
	"wheelchair-management":                   "timed_therapy",
	"assistive-technology-assessment":         "timed_therapy",
	"orthotic-training":                       "timed_therapy",
	"prosthetic-training":                     "timed_therapy",
	"orthotic-prosthetic-management":          "timed_therapy",
	"electrical-stimulation-attended":         "timed_therapy",
	"iontophoresis":                           "timed_therapy",
	"ultrasound":                              "timed_therapy",
	"physical-performance-test":               "timed_therapy",
}
