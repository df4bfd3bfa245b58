package review

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/chargenote/chargenote/coding"
	"github.com/chargenote/chargenote/internal/visit"
)

// A Reply is what a clinician answered to an open question, and when.
type Reply struct {
	Question string // id of the question
	Value    string // as the Form of the question has it
	User     string // fhirUser of the clinician
	At       time.Time
	Over     Basis // what the record said then; nil where that was not kept, see Kept
}

// Answered reviews a visit that has been read with replies laid over it, the later over the earlier.
// Each is worked out anew on what stands before it, so that one taken back leaves nothing behind.
// A reply that has no place any more, or was given over something else than what the record says now,
// changes nothing, for the record has moved on; unused says why, by the question's id.
func (s *Service) Answered(v *visit.Visit, replies ...Reply) (r *Review, unused map[string]string, err error) {
	return s.AnsweredWith(v, Ledger{}, replies...)
}

// AnsweredWith is Answered with the services of a ledger beside those of the record, below the replies.
func (s *Service) AnsweredWith(v *visit.Visit, ledger Ledger, replies ...Reply) (r *Review, unused map[string]string, err error) {
	given, err := ledger.given(v)
	if err != nil {
		return nil, nil, err
	}
	unused = map[string]string{}
	if r, err = s.Of(v, given...); err != nil {
		return nil, nil, err
	}
	for _, reply := range replies {
		next, err := Answer(r, reply.Question, reply.Value, reply.User)
		if err == nil {
			err = r.stillOver(reply, next)
		}
		if err != nil {
			unused[reply.Question] = err.Error()
			continue
		}
		next.At = reply.At
		laid, err := s.Of(v, append(slices.Clone(given), next)...)
		if err != nil {
			return nil, nil, err
		}
		given, r = append(given, next), laid
	}
	return r, unused, nil
}

// Answer is the facts that settle a question of a review, as the user says them. A question that
// cannot be answered beside the chart, a value that its form does not have, and an answer without
// a user are errors of one line.
func Answer(r *Review, questionID, value, user string) (Given, error) {
	if user == "" {
		return Given{}, ErrNoUser
	}
	said, err := factsSaid(r, questionID, value)
	if err != nil {
		return Given{}, err
	}
	content, err := json.Marshal(said)
	if err != nil {
		return Given{}, fmt.Errorf("answer to %s: %w", questionID, err)
	}
	if _, _, err := coding.DecodePartialFacts(content); err != nil {
		return Given{}, fmt.Errorf("answer to %s: %s", questionID, strings.ReplaceAll(err.Error(), "\n", "; "))
	}
	return Given{Source: "answer of " + user, By: user, Question: questionID, JSON: content, Repeats: r.Facts.Services}, nil
}

// object is a JSON object.
type object map[string]any

// factsSaid is the facts that an answer gives, as the part of a facts document.
func factsSaid(r *Review, id, value string) (object, error) {
	facts := r.Facts
	if id == "em-basis" && slices.Contains(officeLevels, value) {
		return object{"evaluationManagement": object{"code": value, "basis": coding.BasisMDM}}, nil
	}
	form, ok := Answerable(coding.Question{ID: id, Unlocks: codeOfLevel(facts)})
	if !ok {
		return nil, errors.New("this question has no answer beside the chart: answer it there")
	}
	if !form.takes(value) {
		return nil, errors.New(form.wanted())
	}
	if activity, ok := strings.CutPrefix(id, minutesQuestion); ok {
		n, _ := form.number(value)
		return minutesSaid(facts, activity, n)
	}
	switch id {
	case "tests-count":
		n, _ := form.number(value)
		return testsSaid(facts, n)
	case "modality":
		if value == coding.ModalityInPerson {
			return object{"visit": object{"modality": value, "telehealth": false}}, nil
		}
		return object{"visit": object{"modality": value}}, nil
	case "complexity-factor":
		if value == noneOfThese {
			return object{"interactiveComplexity": object{"present": false}}, nil
		}
		return object{"interactiveComplexity": object{"present": true, "factor": value}}, nil
	case "patient-location":
		return object{"visit": object{"patientLocation": value}}, nil
	case "audio-only-reason":
		return object{"visit": object{"audioOnlyReason": value}}, nil
	case "payer":
		return object{"payer": object{"kind": value}}, nil
	case "discipline":
		return object{"provider": object{"discipline": value}}, nil
	case "distinct-blocks":
		return object{"distinctTimeIntervals": value == yes}, nil
	case "status-change":
		return object{"history": object{"statusChange": value == yes}}, nil
	case "testing-episode":
		return object{"testing": object{"episode": value}}, nil
	case "em-basis":
		return object{"evaluationManagement": object{"basis": value}}, nil
	}
	return nil, fmt.Errorf("answer to %s: no fact belongs to it", id)
}

// codeOfLevel is the E/M code of the facts, where there is one.
func codeOfLevel(facts coding.Facts) []string {
	if facts.EvaluationManagement == nil || facts.EvaluationManagement.Code == "" {
		return nil
	}
	return []string{facts.EvaluationManagement.Code}
}

// wanted says which values a form takes.
func (f Form) wanted() string {
	if len(f.Choices) == 0 {
		return fmt.Sprintf("give a whole number from %d to %d", f.Least, f.Most)
	}
	var values []string
	for _, choice := range f.Choices {
		values = append(values, choice.Value)
	}
	return "choose one of " + strings.Join(values, ", ")
}

// minutesSaid gives the one service of an activity that has no time what is left of the minutes
// said for all of it. The others stand in the list as they were.
func minutesSaid(facts coding.Facts, activity string, total int) (object, error) {
	var waiting []int
	for i, service := range facts.Services {
		if codedUnder(facts, service, activity) && waits(service) {
			waiting = append(waiting, i)
		}
	}
	switch {
	case len(waiting) == 0:
		return nil, errors.New("no service of this visit waits for these minutes any more")
	case len(waiting) > 1:
		return nil, errors.New("more than one service waits for its minutes: give them in the chart, each with its own")
	}
	one := facts.Services[waiting[0]]
	known := 0
	for _, service := range facts.Services {
		if codedUnder(facts, service, activity) && service.Performer == one.Performer && !waits(service) {
			known += *minutesKnown(service)
		}
	}
	if total < known {
		return nil, fmt.Errorf("the record already gives %d minutes of it: give all minutes together", known)
	}
	left := total - known
	one.Minutes = &left
	if activity == coding.ActivityAssessmentManagement {
		faceToFace := true
		one.FaceToFace = &faceToFace
	}
	services := slices.Clone(facts.Services)
	services[waiting[0]] = one
	return object{"services": services}, nil
}

// waits reports whether the minutes of a service are asked for. Those of assessment and management
// count only face to face, which is the same question.
func waits(service coding.Service) bool {
	return minutesKnown(service) == nil || service.Activity == coding.ActivityAssessmentManagement && service.FaceToFace == nil
}

// codedUnder reports whether a service is asked about under an activity: its own, and psychotherapy
// beside an E/M service under the name of both. Services of other days belong to this one only in
// testing over several days.
func codedUnder(facts coding.Facts, service coding.Service, activity string) bool {
	if activity == coding.ActivityPsychotherapyWithEM && service.Activity == coding.ActivityPsychotherapy {
		activity = coding.ActivityPsychotherapy
	}
	severalDays := facts.Testing != nil && facts.Testing.Episode == coding.EpisodeMultiDay
	ofTheDay := service.Date.IsZero() || service.Date == facts.DateOfService
	return service.Activity == activity && (ofTheDay || severalDays)
}

// minutesKnown is the minutes of a service, given or between its start and its end.
func minutesKnown(service coding.Service) *int {
	if service.Minutes != nil || service.Start == nil || service.End == nil {
		return service.Minutes
	}
	whole := int(service.End.Sub(*service.Start).Minutes())
	return &whole
}

// testsSaid gives the number of tests to the one screening that is not counted yet, else to the
// evaluation that interprets them.
func testsSaid(facts coding.Facts, n int) (object, error) {
	var uncounted []int
	for i, service := range facts.Services {
		if slices.Contains(countedByInstrument, service.Activity) && service.Instruments == nil && len(service.Tests) == 0 {
			uncounted = append(uncounted, i)
		}
	}
	interpreted := slices.ContainsFunc(facts.Services, func(s coding.Service) bool { return slices.Contains(testedActivities, s.Activity) })
	switch {
	case len(uncounted) == 0:
		return object{"testing": object{"standardizedTestsInterpreted": n}}, nil
	case len(uncounted) > 1 || interpreted:
		return nil, errors.New("more than one service waits for its number: give them in the chart, each with its own")
	}
	services := slices.Clone(facts.Services)
	services[uncounted[0]].Instruments = &n
	return object{"services": services}, nil
}

// countedByInstrument are the activities that are coded by the number of instruments alone.
var countedByInstrument = []string{coding.ActivityScreening, coding.ActivityDevelopmentalScreening,
	coding.ActivityHealthRiskPatient, coding.ActivityHealthRiskCaregiver}

// testedActivities are those that need a number of tests beside their minutes.
var testedActivities = []string{coding.ActivityPsychTestingEvaluation, coding.ActivityNeuropsychTestingEvaluation,
	coding.ActivityTestAdministrationProfessional, coding.ActivityTestAdministrationTechnician}
