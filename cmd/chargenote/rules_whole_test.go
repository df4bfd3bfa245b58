package main

import (
	"bytes"
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/chargenote/chargenote/coding"
)

// What chargenote rules CODE prints is whole: every number of an answer about the code, but those of the
// visit itself, stands in it, so that a coder who checks a line needs no other page.
func TestRulesOfACodeHoldEveryNumberOfItsAnswers(t *testing.T) {
	rules, err := coding.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	const day = `"dateOfService": "2025-03-10"`
	for _, tt := range []struct {
		code, facts string
		own         []int // numbers of the visit and sums of them
	}{
		{"90834", `{` + day + `, "payer": {"kind": "medicare"}, "provider": {"discipline": "psychologist"}, "visit": {"modality": "audio-only", "patientLocation": "home", "audioOnlyReason": "patient-declined-video"}, "services": [{"activity": "psychotherapy", "minutes": 47}, {"activity": "screening", "instruments": 1, "scored": true}]}`, []int{47}},
		{"90837", `{` + day + `, "payer": {"kind": "commercial"}, "visit": {"modality": "audio-video", "patientLocation": "home"}, "services": [{"activity": "psychotherapy", "minutes": 91}]}`, []int{91}},
		{"90836", `{` + day + `, "payer": {"kind": "medicare"}, "provider": {"discipline": "psychiatrist"}, "evaluationManagement": {"code": "99214", "basis": "mdm"}, "services": [{"activity": "evaluation-management"}, {"activity": "psychotherapy", "minutes": 40}]}`, []int{40}},
		{"90839", `{` + day + `, "payer": {"kind": "medicare"}, "provider": {"discipline": "LCSW"}, "services": [{"activity": "crisis", "minutes": 110}, {"activity": "group"}]}`, []int{110}},
		{"90785", `{` + day + `, "payer": {"kind": "medicare"}, "provider": {"discipline": "LCSW"}, "interactiveComplexity": {"present": true, "factor": "play-equipment"}, "services": [{"activity": "family-with-patient", "minutes": 50}]}`, []int{50}},
		{"96130", `{` + day + `, "payer": {"kind": "medicaid"}, "provider": {"discipline": "psychologist"}, "testing": {"standardizedTestsInterpreted": 3, "integratedReport": true}, "services": [{"activity": "psych-testing-evaluation", "minutes": 152}, {"activity": "screening", "instruments": 2, "scored": true}]}`, []int{152, 3}},
		{"96136", `{` + day + `, "payer": {"kind": "medicare"}, "provider": {"discipline": "psychologist"}, "services": [{"activity": "test-administration-professional", "minutes": 80, "instruments": 1}]}`, []int{80, 1}},
		{"96127", `{` + day + `, "payer": {"kind": "medicaid"}, "provider": {"discipline": "primary-care"}, "services": [{"activity": "screening", "instruments": 5, "scored": true}]}`, []int{5}},
		{"97130", `{` + day + `, "payer": {"kind": "medicare"}, "provider": {"discipline": "OT"}, "history": {"therapyYearToDateUSD": {"ot": 5000}}, "services": [{"activity": "cognitive-intervention", "minutes": 53, "assistantMinutes": 20}]}`, []int{53, 20}},
		{"97110", `{` + day + `, "payer": {"kind": "medicare"}, "provider": {"discipline": "PT"}, "history": {"therapyYearToDateUSD": {"ptSlp": 10}}, "distinctTimeIntervals": true, "services": [{"activity": "therapeutic-exercise", "minutes": 33, "assistantMinutes": 11}, {"activity": "group-therapy-rehab", "patientsSimultaneous": 3}, {"activity": "manual-therapy", "minutes": 7}]}`, []int{33, 11, 7, 40, 3}},
		{"99354", `{"dateOfService": "2023-01-01", "services": [{"activity": "psychotherapy", "minutes": 95}]}`, []int{95}},
	} {
		t.Run(tt.code, func(t *testing.T) {
			facts, err := coding.DecodeFacts([]byte(tt.facts))
			if err != nil {
				t.Fatal(err)
			}
			printed := rulesPrinted(t, tt.code, facts.DateOfService.String())
			answers := answersAbout(rules.Suggest(facts), tt.code)
			if len(answers) == 0 {
				t.Fatalf("the visit says nothing of %s", tt.code)
			}
			for _, answer := range answers {
				for _, number := range regexp.MustCompile(`\d{4}-\d{2}-\d{2}|[A-Z]?\d+`).FindAllString(answer, -1) {
					n, err := strconv.Atoi(number)
					if err == nil && slices.Contains(tt.own, n) || number == facts.DateOfService.String() {
						continue
					}
					if !regexp.MustCompile(`\b` + number + `\b`).MatchString(printed) {
						t.Errorf("%q has %s, which rules %s does not print", answer, number, tt.code)
					}
				}
			}
		})
	}
}

// rulesPrinted is what the command prints for a person.
func rulesPrinted(t *testing.T, code, day string) string {
	t.Helper()
	var out, faults bytes.Buffer
	if exit := run(t.Context(), []string{"rules", code, "--on", day, "--format", "text"}, terminal{in: strings.NewReader(""), out: &out, err: &faults}); exit != exitDone {
		t.Fatalf("exit %d: %s", exit, faults.String())
	}
	return out.String()
}

// answersAbout lists every sentence and every mark of a result that is about a code, but the counts of
// units, which follow from the minutes.
func answersAbout(r coding.Result, code string) []string {
	var all []string
	for _, s := range r.Suggestions {
		if s.Code != code {
			continue
		}
		for _, b := range s.Because {
			all = append(all, unitsLeftOut(b.Text))
		}
		all = append(all, s.Modifiers...)
		all = append(all, s.PlaceOfService)
		if s.Next != nil {
			all = append(all, s.Next.Code)
		}
	}
	for _, n := range r.NotSuggested {
		if n.Code == code {
			all = append(all, unitsLeftOut(n.Text))
		}
	}
	for _, f := range r.Flags {
		if f.Code == code {
			all = append(all, unitsLeftOut(f.Text))
		}
	}
	return all
}

var units = regexp.MustCompile(`\b\d+ (units?|of them)\b|unit \d+\b|cut to \d+`)

func unitsLeftOut(text string) string { return units.ReplaceAllString(text, "") }

// The JSON of the command holds the same statements.
func TestRulesOfACodeInJSON(t *testing.T) {
	var out, faults bytes.Buffer
	if exit := run(t.Context(), []string{"rules", "97110", "--on", "2025-03-10"}, terminal{in: strings.NewReader(""), out: &out, err: &faults}); exit != exitDone {
		t.Fatalf("exit %d: %s", exit, faults.String())
	}
	var answer struct {
		Coding []struct {
			About map[string][]coding.Statement
		}
	}
	if err := json.Unmarshal(out.Bytes(), &answer); err != nil || len(answer.Coding) != 1 || len(answer.Coding[0].About["97110"]) < 10 {
		t.Errorf("%v, %d rules with %d statements", err, len(answer.Coding), len(answer.Coding[0].About["97110"]))
	}
}
