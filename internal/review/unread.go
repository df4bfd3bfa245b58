package review

import (
	"slices"
	"strings"

	"github.com/chargenote/chargenote/coding"
	"github.com/chargenote/chargenote/internal/visit"
)

// settledFrom are the kinds of resource that could have settled a question, by its id; minutes of
// every activity are under one.
var settledFrom = map[string][]string{
	"activity":          {"Procedure"},
	"complexity-factor": {"Procedure"},
	"date-of-service":   {"Procedure"},
	"discipline":        {"Practitioner", "PractitionerRole"},
	"em-basis":          {"Procedure"},
	"modality":          {"Location"},
	"patient-location":  {"Location"},
	"payer":             {"Coverage"},
	"screening-score":   {"Observation", "QuestionnaireResponse"},
	"session-end":       {"DocumentReference", "Observation", "Procedure"},
	"tests-count":       {"Observation", "QuestionnaireResponse"},
	minutesQuestion:     {"DocumentReference", "Observation", "Procedure"},
}

// withReasons says in a question which kind of resource that could have settled it was not read: it is
// asked because nobody knows, not because the record is silent.
func withReasons(questions []coding.Question, unread []visit.Unread) []coding.Question {
	if len(unread) == 0 {
		return questions
	}
	questions = slices.Clone(questions)
	for i, q := range questions {
		id := q.ID
		if strings.HasPrefix(id, minutesQuestion) {
			id = minutesQuestion
		}
		for _, kind := range settledFrom[id] {
			if slices.ContainsFunc(unread, func(u visit.Unread) bool { return u.Kind == kind }) {
				questions[i].Text += " " + kind + " could not be read."
			}
		}
	}
	return questions
}
