package coding_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chargenote/chargenote/coding"
)

// wholeFacts uses every key of a facts document.
const wholeFacts = `{
  "dateOfService": "2025-03-10",
  "payer": {"kind": "medicare", "timedUnits": "cms-8-minute", "telehealthModifier": "95"},
  "claimType": "professional",
  "setting": "primary-care",
  "provider": {"discipline": "psychologist"},
  "services": [
    {"activity": "psychotherapy", "minutes": 47, "start": "2025-03-10T14:00:00-05:00", "end": "2025-03-10T14:47:00-05:00",
     "date": "2025-03-10", "instruments": 1, "tests": ["PHQ-9"], "scored": true, "performer": "PT", "oneOnOne": true,
     "patientsSimultaneous": 2, "linkedActivity": "therapeutic-exercise", "faceToFace": true, "assistantMinutes": 10}
  ],
  "visit": {"telehealth": true, "modality": "audio-video", "patientLocation": "home", "audioOnlyReason": "patient-declined-video"},
  "interactiveComplexity": {"present": true, "factor": "maladaptive-communication"},
  "evaluationManagement": {"code": "99214", "basis": "mdm"},
  "testing": {"standardizedTestsInterpreted": 3, "integratedReport": true, "selfAdministered": false, "episode": "single"},
  "family": {"structuredTherapy": true, "presentAs": "informants"},
  "distinctTimeIntervals": true,
  "sameBillingEntity": true,
  "patient": {"is": "infant", "symptomatic": false},
  "history": {"monthsSinceLastG0444": 13, "therapyYearToDateUSD": {"ptSlp": 2450, "ot": 0}, "statusChange": true},
  "sources": {"services[0].minutes": ["Procedure/p1"]}
}`

func TestDecodeFactsReadsEveryKey(t *testing.T) {
	facts, err := coding.DecodeFacts([]byte(wholeFacts))
	if err != nil {
		t.Fatal(err)
	}
	written, err := json.Marshal(facts)
	if err != nil {
		t.Fatal(err)
	}
	var got, want map[string]any
	if err := json.Unmarshal(written, &got); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(wholeFacts), &want); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("a key was lost or changed (-want +got)\n%s", diff)
	}
}

func TestDecodeFactsRefuses(t *testing.T) {
	const day = `"dateOfService": "2025-03-10"`
	for _, tt := range []struct {
		name, document, want string
	}{
		{"unknown key", `{` + day + `, "services": [{"activity": "gait", "minuts": 3}]}`, "services[0].minuts: unknown key, did you mean minutes"},
		{"unknown key far from any", `{` + day + `, "services": [], "zzzzzzzz": 1}`, "zzzzzzzz: unknown key, known here are claimType, dateOfService"},
		{"key in other letters", `{` + day + `, "Services": []}`, "Services: unknown key, did you mean services"},
		{"key twice", `{` + day + `, "services": [], "services": []}`, "services: given twice, keep one"},
		{"key twice, deep", `{` + day + `, "services": [{"activity": "gait", "minutes": 3, "minutes": 4}]}`, "services[0].minutes: given twice"},
		{"no day", `{"services": []}`, "dateOfService: is missing"},
		{"no services", `{` + day + `}`, "services: is missing"},
		{"services null", `{` + day + `, "services": null}`, "services: is missing"},
		{"day that is not in the calendar", `{"dateOfService": "2025-02-29", "services": []}`, `dateOfService: "2025-02-29" is not a day`},
		{"day of another year", `{"dateOfService": "0225-02-28", "services": []}`, "outside of the years 1900 to 2200"},
		{"day with a time", `{"dateOfService": "2025-03-10T00:00:00Z", "services": []}`, "is not a day"},
		{"unknown payer", `{` + day + `, "services": [], "payer": {"kind": "medcare"}}`, `payer.kind: "medcare" is not one of medicare, medicaid, commercial, self-pay`},
		{"unknown counting rule", `{` + day + `, "services": [], "payer": {"timedUnits": "cms"}}`, "payer.timedUnits:"},
		{"unknown claim", `{` + day + `, "services": [], "claimType": "fqhc"}`, "claimType:"},
		{"unknown setting", `{` + day + `, "services": [], "setting": "office"}`, "setting:"},
		{"unknown discipline", `{` + day + `, "services": [], "provider": {"discipline": "np"}}`, "provider.discipline:"},
		{"mistyped activity", `{` + day + `, "services": [{"activity": "psychotherpy"}]}`, `services[0].activity: "psychotherpy" is not known, did you mean psychotherapy`},
		{"unknown activity", `{` + day + `, "services": [{"activity": "therapy"}]}`, `services[0].activity: "therapy" is not one of`},
		{"no activity", `{` + day + `, "services": [{"minutes": 3}]}`, "services[0].activity: is missing"},
		{"unknown linked activity", `{` + day + `, "services": [{"activity": "assessment-management", "linkedActivity": "x"}]}`, "services[0].linkedActivity:"},
		{"unknown modality", `{` + day + `, "services": [], "visit": {"modality": "video"}}`, "visit.modality:"},
		{"unknown location", `{` + day + `, "services": [], "visit": {"patientLocation": "car"}}`, "visit.patientLocation:"},
		{"unknown reason", `{` + day + `, "services": [], "visit": {"audioOnlyReason": "tired"}}`, "visit.audioOnlyReason:"},
		{"unknown factor", `{` + day + `, "services": [], "interactiveComplexity": {"factor": "language"}}`, "interactiveComplexity.factor:"},
		{"unknown basis", `{` + day + `, "services": [], "evaluationManagement": {"basis": "MDM"}}`, "evaluationManagement.basis:"},
		{"E/M code that is none", `{` + day + `, "services": [], "evaluationManagement": {"code": "level 4"}}`, "evaluationManagement.code:"},
		{"unknown episode", `{` + day + `, "services": [], "testing": {"episode": "long"}}`, "testing.episode:"},
		{"unknown role", `{` + day + `, "services": [], "family": {"presentAs": "guests"}}`, "family.presentAs:"},
		{"unknown patient", `{` + day + `, "services": [], "patient": {"is": "father"}}`, "patient.is:"},
		{"modifier that is none", `{` + day + `, "services": [], "payer": {"telehealthModifier": "video"}}`, "payer.telehealthModifier:"},
		{"minutes below 0", `{` + day + `, "services": [{"activity": "gait", "minutes": -1}]}`, "services[0].minutes: -1 is outside of 0 to 1440"},
		{"minutes above a day", `{` + day + `, "services": [{"activity": "gait", "minutes": 1441}]}`, "services[0].minutes: 1441 is outside of 0 to 1440"},
		{"minutes with a fraction", `{` + day + `, "services": [{"activity": "gait", "minutes": 7.5}]}`, "services[0].minutes: must be a whole number"},
		{"minutes as text", `{` + day + `, "services": [{"activity": "gait", "minutes": "7"}]}`, "services[0].minutes: must be a whole number"},
		{"yes as text", `{` + day + `, "services": [], "distinctTimeIntervals": "yes"}`, "distinctTimeIntervals: must be true or false"},
		{"object as list", `{` + day + `, "services": {}}`, "services: must be a list"},
		{"list as object", `{` + day + `, "services": [], "payer": []}`, "payer: must be an object"},
		{"service null", `{` + day + `, "services": [null]}`, "services[0]: must not be null"},
		{"end before start", `{` + day + `, "services": [{"activity": "gait", "start": "2025-03-10T14:00:00Z", "end": "2025-03-10T13:59:59Z"}]}`, "services[0].end: is before start"},
		{"time without zone", `{` + day + `, "services": [{"activity": "gait", "start": "2025-03-10T14:00:00"}]}`, "services[0].start:"},
		{"more of the assistant than of the service", `{` + day + `, "services": [{"activity": "gait", "minutes": 10, "assistantMinutes": 11}]}`, "services[0].assistantMinutes: 11 is more than the 10 minutes"},
		{"sources of a wrong shape", `{` + day + `, "services": [], "sources": {"payer.kind": "Coverage/c1"}}`, "sources.payer.kind: must be a list"},
		{"no JSON", "{\n" + day + ",\n oops}", "line 3: not valid JSON"},
		{"cut off", `{"dateOfService": `, "not valid JSON"},
		{"two documents", `{` + day + `, "services": []} {}`, "something follows the document"},
		{"rest after the document", `{` + day + `, "services": []} x`, "something follows the document"},
		{"not an object", `[]`, "the document must be a JSON object"},
		{"empty", ``, "not valid JSON"},
		{"too deep", strings.Repeat(`[`, 40) + strings.Repeat(`]`, 40), "nested deeper"},
		{"too large", `{` + strings.Repeat(" ", 1<<20) + `}`, "larger than"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := coding.DecodeFacts([]byte(tt.document))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v\nwant %s", err, tt.want)
			}
		})
	}
}

func TestDecodeFactsReportsEveryFault(t *testing.T) {
	_, err := coding.DecodeFacts([]byte(`{"services": [{"activity": "gait", "minuts": 1}, {"activity": "walk"}], "payer": {"kind": "none"}}`))
	if err == nil {
		t.Fatal("a document with four faults was read")
	}
	if lines := strings.Split(err.Error(), "\n"); len(lines) != 4 {
		t.Errorf("%d lines, want one for each of 4 faults:\n%v", len(lines), err)
	}
}

func TestDecodePartialFacts(t *testing.T) {
	facts, keys, err := coding.DecodePartialFacts([]byte(`{"visit": {"telehealth": false, "modality": null}, "payer": {"kind": "medicare"},
		"services": [{"activity": "gait", "minutes": 20}], "history": {"therapyYearToDateUSD": {"ot": 3}}, "sources": {"payer.kind": ["Coverage/c1"]}}`))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"visit.telehealth", "payer.kind", "services", "history.therapyYearToDateUSD.ot"}, keys); diff != "" {
		t.Errorf("keys (-want +got)\n%s", diff)
	}
	if facts.Visit.Telehealth == nil || *facts.Visit.Telehealth || facts.Payer.Kind != "medicare" || len(facts.Services) != 1 {
		t.Errorf("facts %+v", facts)
	}
	if _, _, err := coding.DecodePartialFacts([]byte(`{"payer": {"kimd": "medicare"}}`)); err == nil || !strings.Contains(err.Error(), "payer.kimd: unknown key, did you mean kind") {
		t.Errorf("got %v", err)
	}
	if _, keys, err := coding.DecodePartialFacts([]byte(`{}`)); err != nil || len(keys) != 0 {
		t.Errorf("an empty document gives %v, %v", keys, err)
	}
}

// FuzzDecodeFacts: whatever is read is either refused or gives a result, and what is read can be
// written and read again to the same facts.
func FuzzDecodeFacts(f *testing.F) {
	seeds, err := os.ReadDir("testdata/fuzz-seeds")
	if err != nil || len(seeds) == 0 {
		f.Fatalf("the seeds are gone: %v", err)
	}
	for _, seed := range seeds {
		content, err := os.ReadFile("testdata/fuzz-seeds/" + seed.Name())
		if err != nil {
			f.Fatal(err)
		}
		f.Add(content)
	}
	f.Add([]byte(wholeFacts))
	rules := builtin(f)
	f.Fuzz(func(t *testing.T, document []byte) {
		facts, err := coding.DecodeFacts(document)
		if err != nil {
			return
		}
		rules.Suggest(facts)
		written, err := json.Marshal(facts)
		if err != nil {
			t.Fatal(err)
		}
		again, err := coding.DecodeFacts(written)
		if err != nil {
			t.Fatalf("what was read cannot be read again: %v\n%s", err, written)
		}
		rewritten, err := json.Marshal(again)
		if err != nil || string(rewritten) != string(written) {
			t.Fatalf("read again it is another document: %v\n%s\n%s", err, written, rewritten)
		}
	})
}
