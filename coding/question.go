package coding

import "strings"

// settledBy names the fact that settles each question, by its path in a facts document.
var settledBy = map[string]string{
	"assistant-minutes":    "services[].assistantMinutes",
	"audio-only-reason":    "visit.audioOnlyReason",
	"complexity-factor":    "interactiveComplexity.factor",
	"date-of-service":      "dateOfService",
	"discipline":           "provider.discipline",
	"distinct-blocks":      "distinctTimeIntervals",
	"em-basis":             "evaluationManagement",
	"modality":             "visit.modality",
	"patient-location":     "visit.patientLocation",
	"payer":                "payer.kind",
	"screening-score":      "services[].scored",
	"status-change":        "history.statusChange",
	"testing-episode":      "testing.episode",
	"tests-count":          "services[].instruments",
	"therapy-year-to-date": "history",
}

// minutesQuestion begins the id of a question for the minutes of an activity.
const minutesQuestion = "minutes:"

// factOf is the path of the fact that settles a question.
func factOf(id string) string {
	if strings.HasPrefix(id, minutesQuestion) {
		return "services[].minutes"
	}
	return settledBy[id]
}
