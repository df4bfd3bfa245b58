package demoehr

import (
	"strconv"
	"time"
)

// A form is an answered questionnaire as the form tool of an EHR keeps it: a QuestionnaireResponse
// whose items go by slug and number.
type form struct {
	instrument instrument
	answers    []int
}

func (f form) response(s *story) resource {
	var items []any
	for i, a := range f.answers {
		items = append(items, object{
			"linkId": f.instrument.slug + "-" + strconv.Itoa(i+1), "answer": list(object{"valueInteger": a}),
		})
	}
	return resource{
		"resourceType": "QuestionnaireResponse", "id": s.id + "-" + f.instrument.slug, "status": "completed",
		"questionnaire": "https://demo-ehr.example/fhir/Questionnaire/" + f.instrument.slug,
		"subject":       ref("Patient", s.patient.id), "encounter": ref("Encounter", s.id),
		"authored": s.from().Format(time.RFC3339), "item": items,
	}
}
