package review

import (
	"strconv"
	"strings"

	"github.com/chargenote/chargenote/coding"
)

// A Form is the field that answers a question: one of a few words, or a whole number.
type Form struct {
	Choices []FormChoice // none: a whole number
	Least   int          // of the number
	Most    int          // of the number, itself included
	Unit    string       // what the number counts, such as minutes; empty where the question says it
}

// A FormChoice is one answer: its word in the vocabulary of the facts, and the words of a clinician.
type FormChoice struct{ Value, Words string }

// Words says an answer as a clinician would.
func (f Form) Words(value string) string {
	for _, choice := range f.Choices {
		if choice.Value == value {
			return choice.Words
		}
	}
	if len(f.Choices) == 0 && f.Unit != "" {
		if value == "1" {
			return value + " " + strings.TrimSuffix(f.Unit, "s")
		}
		return value + " " + f.Unit
	}
	return value
}

// Answers that are in no vocabulary of the facts.
const (
	yes         = "yes"
	no          = "no"
	noneOfThese = "none"
)

const (
	minutesQuestion = "minutes:" // before the activity whose minutes are not known
	minutesOfADay   = 1440       // the most that one service can have
	mostTests       = 99         // of one evaluation or one visit
)

// forms are the fields of the questions that are answered by one of a few words.
var forms = map[string][]FormChoice{
	"modality": {
		{coding.ModalityAudioVideo, "Yes, video"},
		{coding.ModalityAudioOnly, "No, phone only"},
		{coding.ModalityInPerson, "We met in person"},
	},
	"patient-location": {
		{coding.LocationHome, "At home"},
		{coding.LocationFacility, "In a clinic or facility"},
		{coding.LocationOther, "Somewhere else"},
	},
	"audio-only-reason": {
		{coding.AudioOnlyDeclinedVideo, "The patient did not want video"},
		{coding.AudioOnlyCannotVideo, "The patient cannot use video"},
		{coding.AudioOnlyTechnicalFailure, "Video failed"},
	},
	"payer": {
		{coding.PayerMedicare, "Medicare"},
		{coding.PayerMedicaid, "Medicaid"},
		{coding.PayerCommercial, "Commercial insurance"},
		{coding.PayerSelfPay, "The patient"},
	},
	"discipline": {
		{coding.DisciplinePsychologist, "Psychologist"},
		{coding.DisciplinePsychiatrist, "Psychiatrist"},
		{coding.DisciplineLCSW, "LCSW"},
		{coding.DisciplineLMFT, "LMFT"},
		{coding.DisciplineLPC, "LPC"},
		{coding.DisciplineLMHC, "LMHC"},
		{coding.DisciplineNP, "NP"},
		{coding.DisciplinePA, "PA"},
		{coding.DisciplineCNS, "CNS"},
		{coding.DisciplinePrimaryCare, "Primary care"},
		{coding.DisciplinePhysician, "Other physician"},
		{coding.DisciplinePT, "PT"},
		{coding.DisciplineOT, "OT"},
		{coding.DisciplineSLP, "SLP"},
		{coding.DisciplineTechnician, "Technician"},
	},
	"complexity-factor": {
		{coding.FactorMaladaptiveCommunication, "Difficult communication among those present"},
		{coding.FactorCaregiverInterference, "A caregiver’s feelings or behavior"},
		{coding.FactorMandatedReport, "An event that had to be reported"},
		{coding.FactorPlayEquipment, "Play or other devices to communicate"},
		{coding.FactorInterpreterOnly, "An interpreter, nothing else"},
		{noneOfThese, "None of these"},
	},
	"distinct-blocks": {{yes, "Yes, each in its own time"}, {no, "No, they overlapped"}},
	"status-change":   {{yes, "Yes, it changed"}, {no, "No"}},
	"testing-episode": {
		{coding.EpisodeMultiDay, "Yes, one episode"},
		{coding.EpisodeSingle, "No, each day by itself"},
	},
	"em-basis": {
		{coding.BasisMDM, "Yes, by decision making"},
		{coding.BasisTime, "No, by time"},
	},
}

// officeLevels are the E/M codes offered where none is known: office visits whose level decision
// making can choose. Any other is chosen in the chart.
var officeLevels = []string{"99212", "99213", "99214", "99215", "99202", "99203", "99204", "99205"}

// Answerable is the field that answers an open question beside the chart, where there is one. What
// the record has to say itself, such as a score or which service was rendered, has none.
func Answerable(q coding.Question) (Form, bool) {
	switch {
	case q.ID == "tests-count":
		return Form{Least: 0, Most: mostTests}, true
	case strings.HasPrefix(q.ID, minutesQuestion) && len(q.ID) > len(minutesQuestion):
		return Form{Least: 0, Most: minutesOfADay, Unit: "minutes"}, true
	case q.ID == "em-basis" && !decidesLevel(q):
		return levelForm(), true
	}
	choices, ok := forms[q.ID]
	return Form{Choices: choices}, ok
}

// decidesLevel reports whether the question is by what a known E/M level was chosen, and not which
// level it is: then it decides the E/M code itself, else the psychotherapy beside it.
func decidesLevel(q coding.Question) bool {
	for _, code := range q.Unlocks {
		if strings.HasPrefix(code, "99") {
			return true
		}
	}
	return false
}

func levelForm() Form {
	var form Form
	for _, code := range officeLevels {
		form.Choices = append(form.Choices, FormChoice{Value: code, Words: code})
	}
	return form
}

// number reads a whole number of a form, written without sign or leading zeros.
func (f Form) number(value string) (int, bool) {
	n, err := strconv.Atoi(value)
	return n, err == nil && strconv.Itoa(n) == value && n >= f.Least && n <= f.Most
}

// takes reports whether the value is one that the form could send.
func (f Form) takes(value string) bool {
	if len(f.Choices) == 0 {
		_, ok := f.number(value)
		return ok
	}
	for _, choice := range f.Choices {
		if choice.Value == value {
			return true
		}
	}
	return false
}
