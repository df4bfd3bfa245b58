package docs_test

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/chargenote/chargenote/docs"
)

// values are what a note says, without the places where it says them.
func values(s *docs.Said) string {
	content, err := json.Marshal(s)
	if err != nil {
		return err.Error()
	}
	var tree any
	if json.Unmarshal(content, &tree) != nil {
		return "no JSON"
	}
	withoutPlaces(tree)
	content, err = json.Marshal(tree)
	if err != nil {
		return err.Error()
	}
	return string(content)
}

func withoutPlaces(tree any) {
	switch v := tree.(type) {
	case map[string]any:
		if v["end"] != nil {
			delete(v, "text")
			delete(v, "start")
			delete(v, "end")
		}
		for _, below := range v {
			withoutPlaces(below)
		}
	case []any:
		for _, below := range v {
			withoutPlaces(below)
		}
	}
}

func TestSaid(t *testing.T) {
	for _, tt := range []struct {
		why, note string
		codes     []string
		want      string
	}{
		{"who and when, each behind its label", "Name: Jordan Rivera\nDOB: 4/12/1988\nDOS: 2025-03-10\nTherapist: Rowan Test, PhD", nil,
			`{"birthDate":{"or":["1988-12-04"],"value":"1988-04-12"},"credentials":[{"value":"PhD"}],"patientNames":[{"value":"Jordan Rivera"}],"providerNames":[{"value":"Rowan Test"}],"serviceDate":{"value":"2025-03-10"}}`},
		{"a day above 12 can be no month, and a month in letters is one", "DOB: 25/04/1988\nDate of service: 3-Apr-2025", nil,
			`{"birthDate":{"value":"1988-04-25"},"serviceDate":{"value":"2025-04-03"}}`},
		{"two digits of a year of birth are of the century before the service", "DOB: 10/25/80\nDOS: 10/14/25", nil,
			`{"birthDate":{"value":"1980-10-25"},"serviceDate":{"value":"2025-10-14"}}`},
		{"words behind a label are no name", "Client: restless today\nDOS: 10/14/2025", nil, `{"serviceDate":{"value":"2025-10-14"}}`},
		{"an initial stays an initial", "Client: J. Rivera", nil, `{"patientNames":[{"short":true,"value":"J. Rivera"}]}`},
		{"start, stop and total", "Start 14:00, stop 14:47. Total time: 47 minutes.", []string{"90834"},
			`{"minutes":{"value":47},"span":{"from":"14:00","to":"14:47"}}`},
		{"without am or pm the half of the day is open", "Session time: 2:00-2:47", []string{"90834"},
			`{"span":{"from":"02:00","half":true,"to":"02:47"}}`},
		{"by video, the patient at home", "Session held via secure video. Client at home.", []string{"90834-95"},
			`{"modalities":[{"value":"audio-video"}],"places":[{"value":"telehealth"},{"value":"home"}]}`},
		{"a telephone number is no session by telephone", "Location: office\nTelephone: 555-0100", nil, `{"places":[{"value":"office"}]}`},
		{"codes of the claim and behind a label, and no postal code", "CPT: 90837, +90785. Lives in Portland, OR 97201.", []string{"90834"},
			`{"codes":[{"value":"90837"},{"value":"90785"}]}`},
		{"diagnoses in their order with their dot, none of a relative", "Dx: F411, F33.1. Family history: mother F20.9.", nil,
			`{"diagnoses":[{"value":"F41.1"},{"value":"F33.1"}]}`},
		{"who signed and when", "Seen in office.\n\n\n\n\nElectronically signed by Rowan Test, PhD on 3/11/2025", nil,
			`{"credentials":[{"value":"PhD"}],"places":[{"value":"office"}],"providerNames":[{"value":"Rowan Test"}],"signatures":[{"name":"Rowan Test"}],"signedOn":{"or":["2025-11-03"],"value":"2025-03-11"}}`},
		{"a draft says so", "Draft - pending signature", nil, `{"unsigned":{"value":"unsigned"}}`},
		{"each figure of an instrument", "PHQ-9 = 14, down from 18. GAD-7: 9/21.", nil,
			`{"scores":[{"instrument":"PHQ-9","value":14},{"instrument":"GAD-7","value":9}]}`},
		{"who came, and that the patient did not", "Met with mother and father without patient present.", []string{"90846"},
			`{"participants":[{"value":"mother"},{"value":"father"}],"patient":{"value":"absent"}}`},
		{"the size of a group", "Group of 8 met today.", []string{"90853"}, `{"groupSize":{"value":8}}`},
		{"timed minutes apart from the total", "Timed code minutes: 38. Total treatment time: 45 minutes.", []string{"97110"},
			`{"minutes":{"value":45},"timedMinutes":{"value":38}}`},
		{"another first name in a sentence about progress, a relative's name not", "Maria made progress on goal 2. She argued with her brother Thomas about goal 1.", nil,
			`{"otherNames":[{"value":"Maria"}]}`},
		{"pronouns in goals and elsewhere", "He reports poor sleep.\nGoals: She will practice breathing daily.", nil,
			`{"pronouns":[{"goal":false,"value":"he"},{"goal":true,"value":"she"}]}`},
	} {
		t.Run(tt.why, func(t *testing.T) {
			got := check(t, tt.note, tt.codes...)
			if diff := cmp.Diff(tt.want, values(got.Said)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestNothingIsSaidWithoutANote(t *testing.T) {
	if got := builtin(t).Check(docs.Request{Codes: []string{"90837"}}); got.Said != nil {
		t.Errorf("got %+v without a note", got.Said)
	}
}

// Every place of a value is bytes of the note, on the borders of runes.
func TestSaidPlacesAreBytesOfTheNote(t *testing.T) {
	for name, c := range readNotes(t) {
		note := "é\u00a0" + readNote(t, name)
		content, err := json.Marshal(check(t, note, c.Codes...).Said)
		if err != nil {
			t.Fatal(err)
		}
		var tree any
		if err := json.Unmarshal(content, &tree); err != nil {
			t.Fatal(err)
		}
		checkPlaces(t, name, note, tree)
	}
}

func checkPlaces(t *testing.T, name, note string, tree any) {
	t.Helper()
	switch v := tree.(type) {
	case map[string]any:
		if text, ok := v["text"].(string); ok {
			start, _ := v["start"].(float64)
			from, to := int(start), int(v["end"].(float64))
			if from < 0 || to > len(note) || note[from:to] != text || !utf8.ValidString(text) {
				t.Errorf("%s: %q is not at %d to %d", name, text, from, to)
			}
		}
		for _, below := range v {
			checkPlaces(t, name, note, below)
		}
	case []any:
		for _, below := range v {
			checkPlaces(t, name, note, below)
		}
	}
}

func TestPlainWords(t *testing.T) {
	for given, want := range map[string]string{
		"José O'Brien-Smith": "jose obrien smith",
		"JOSÉ O’BRIEN–SMITH": "jose obrien smith",
		"Jose\u0301":         "jose",
		"Ph.D.":              "ph d",
		"Żak":                "zak",
		"Иван":               "иван",
		"":                   "",
	} {
		if got := strings.Join(docs.PlainWords(given), " "); got != want {
			t.Errorf("%q: got %q, want %q", given, got, want)
		}
	}
}
