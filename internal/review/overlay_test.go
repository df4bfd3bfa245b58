package review_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/chargenote/chargenote/coding"
	"github.com/chargenote/chargenote/internal/effective"
	"github.com/chargenote/chargenote/internal/review"
	"github.com/chargenote/chargenote/internal/visit"
)

// keys are the facts that a facts document may give, each with a value and another one.
var keys = []struct{ path, value, other string }{
	{"dateOfService", `"2025-03-10"`, `"2025-03-11"`},
	{"payer.kind", `"medicare"`, `"commercial"`},
	{"payer.timedUnits", `"cms-8-minute"`, `"cpt-midpoint"`},
	{"payer.telehealthModifier", `"95"`, `"GT"`},
	{"payer.name", `"one-plan"`, `"another-plan"`},
	{"claimType", `"professional"`, `"FQHC"`},
	{"setting", `"primary-care"`, `"home"`},
	{"provider.discipline", `"psychologist"`, `"LCSW"`},
	{"visit.telehealth", `true`, `false`},
	{"visit.modality", `"audio-video"`, `"in-person"`},
	{"visit.patientLocation", `"home"`, `"facility"`},
	{"visit.audioOnlyReason", `"technical-failure"`, `"patient-cannot-video"`},
	{"interactiveComplexity.present", `true`, `false`},
	{"interactiveComplexity.factor", `"play-equipment"`, `"mandated-report"`},
	{"evaluationManagement.code", `"99214"`, `"99213"`},
	{"evaluationManagement.basis", `"mdm"`, `"time"`},
	{"testing.standardizedTestsInterpreted", `3`, `0`},
	{"testing.integratedReport", `true`, `false`},
	{"testing.selfAdministered", `false`, `true`},
	{"testing.episode", `"single"`, `"multi-day"`},
	{"family.structuredTherapy", `true`, `false`},
	{"family.presentAs", `"informants"`, `"participants"`},
	{"distinctTimeIntervals", `true`, `false`},
	{"sameBillingEntity", `false`, `true`},
	{"patient.is", `"infant"`, `"patient"`},
	{"patient.symptomatic", `false`, `true`},
	{"history.monthsSinceLastG0444", `13`, `0`},
	{"history.therapyYearToDateUSD.ptSlp", `2450`, `0`},
	{"history.therapyYearToDateUSD.ot", `0`, `100`},
	{"history.statusChange", `true`, `false`},
}

// document is a facts document of one fact.
func document(path, value string) string {
	for _, key := range reversed(strings.Split(path, ".")) {
		value = fmt.Sprintf(`{%q: %s}`, key, value)
	}
	return value
}

func reversed(list []string) []string {
	var all []string
	for _, each := range list {
		all = append([]string{each}, all...)
	}
	return all
}

// TestEveryKeyIsInTheTable compares the table above with the facts.
func TestEveryKeyIsInTheTable(t *testing.T) {
	listed := map[string]bool{}
	for _, key := range keys {
		listed[key.path] = true
	}
	var walk func(of reflect.Type, path string)
	walk = func(of reflect.Type, path string) {
		for i := range of.NumField() {
			name, _, _ := strings.Cut(of.Field(i).Tag.Get("json"), ",")
			at, kind := strings.TrimPrefix(path+"."+name, "."), of.Field(i).Type
			if kind.Kind() == reflect.Pointer {
				kind = kind.Elem()
			}
			switch {
			case at == "services" || at == "sources":
			case kind.Kind() == reflect.Struct && kind != reflect.TypeFor[effective.Date]():
				walk(kind, at)
			case !listed[at]:
				t.Errorf("%s is not tried", at)
			}
		}
	}
	walk(reflect.TypeFor[coding.Facts](), "")
}

// recorded is a record that says one fact.
func recorded(t *testing.T, path, value string) coding.Facts {
	t.Helper()
	facts, _, err := coding.DecodePartialFacts([]byte(document(path, value)))
	if err != nil {
		t.Fatal(err)
	}
	facts.Sources = map[string][]string{path: {"Encounter/e1"}}
	return facts
}

// said is what a facts file says.
func said(document string) review.Given {
	return review.Given{Source: "--facts", By: "--facts said.json", JSON: []byte(document)}
}

func overlay(t *testing.T, facts coding.Facts, given ...review.Given) review.Laid {
	t.Helper()
	laid, err := review.Overlay(facts, given...)
	if err != nil {
		t.Fatal(err)
	}
	return laid
}

// same compares two values by their JSON, with names for the difference.
func same(t *testing.T, what string, want string, got any) {
	t.Helper()
	content, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(tree(t, want), tree(t, string(content))); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// TestEveryKeyLiesOverTheRecord tries each fact where the record is silent, where it says otherwise and
// where it says the same.
func TestEveryKeyLiesOverTheRecord(t *testing.T) {
	for _, key := range keys {
		t.Run(key.path, func(t *testing.T) {
			given := said(document(key.path, key.value))
			for _, tt := range []struct {
				name   string
				record coding.Facts
				over   string
				notes  int
			}{
				{"over silence", coding.Facts{}, ``, 0},
				{"over another value", recorded(t, key.path, key.other), `, "over": ` + key.other + `, "overSources": ["Encounter/e1"]`, 1},
				{"over the same value", recorded(t, key.path, key.value), `, "over": ` + key.value + `, "overSources": ["Encounter/e1"]`, 0},
			} {
				laid := overlay(t, tt.record, given)
				same(t, tt.name+": asserted", fmt.Sprintf(`[{"fact": %q, "value": %s, "by": "--facts said.json"%s}]`, key.path, key.value, tt.over), laid.Asserted)
				same(t, tt.name+": sources", fmt.Sprintf(`{%q: ["--facts"]}`, key.path), laid.Facts.Sources)
				want := recorded(t, key.path, key.value)
				want.Sources, laid.Facts.Sources = nil, nil
				same(t, tt.name+": facts", asText(t, want), laid.Facts)
				if len(laid.Remarks) != tt.notes {
					t.Errorf("%s: noted %v, want %d notes", tt.name, laid.Remarks, tt.notes)
				}
				bare := func(s string) string { return strings.Trim(s, `"`) }
				for _, remark := range laid.Remarks {
					text := fmt.Sprintf("%s: %s as given, the record says %s", key.path, bare(key.value), bare(key.other))
					if remark != (visit.Remark{Resource: "--facts", Text: text}) {
						t.Errorf("%s: noted %v, want %q", tt.name, remark, text)
					}
				}
			}
			for _, nothing := range []string{document(key.path, "null"), `{}`, document(strings.Split(key.path, ".")[0], "null")} {
				laid := overlay(t, recorded(t, key.path, key.other), said(nothing))
				same(t, nothing+" says nothing: facts", asText(t, recorded(t, key.path, key.other)), laid.Facts)
				if len(laid.Asserted)+len(laid.Remarks) > 0 {
					t.Errorf("%s says %v, noted %v; want nothing", nothing, laid.Asserted, laid.Remarks)
				}
			}
		})
	}
}

func asText(t *testing.T, value any) string {
	t.Helper()
	content, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// twoServices is a record of two services, of which one has its time.
func twoServices(t *testing.T) coding.Facts {
	t.Helper()
	facts := factsOf(t, `{"services": [{"activity": "gait", "minutes": 20, "start": "2025-03-10T14:00:00-05:00", "end": "2025-03-10T14:20:00-05:00"}, {"activity": "massage"}]}`)
	facts.Sources = map[string][]string{"services[0].activity": {"Procedure/p1"}, "services[0].minutes": {"Procedure/p1"},
		"services[0].start": {"Procedure/p1"}, "services[0].end": {"Procedure/p1"}, "services[1].activity": {"Procedure/p2"}}
	return facts
}

func TestAListOfServicesReplacesTheRecords(t *testing.T) {
	for _, tt := range []struct {
		name, given string
		services    string // activity and minutes that stand
		asserted    string // value / over / where read
		notes       int
	}{
		{"another list", `{"services": [{"activity": "crisis", "minutes": 45}]}`, "crisis 45", "1 service / 2 services / Procedure/p1 Procedure/p2", 1},
		{"an empty list says nothing", `{"services": []}`, "gait 20, massage", "", 0},
		{"nor does null", `{"services": null}`, "gait 20, massage", "", 0},
		{"a null within says nothing of that fact", `{"services": [{"activity": "gait", "minutes": null}]}`, "gait", "1 service / 2 services / Procedure/p1 Procedure/p2", 1},
		{"the same list is no difference", `{"services": [{"activity": "gait", "minutes": 20, "start": "2025-03-10T14:00:00-05:00", "end": "2025-03-10T14:20:00-05:00"}, {"activity": "massage"}]}`,
			"gait 20, massage", "2 services / 2 services / Procedure/p1 Procedure/p2", 0},
		{"nor are the same instants in another zone", `{"services": [{"activity": "gait", "minutes": 20, "start": "2025-03-10T19:00:00Z", "end": "2025-03-10T19:20:00Z"}, {"activity": "massage"}]}`,
			"gait 20, massage", "2 services / 2 services / Procedure/p1 Procedure/p2", 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			laid := overlay(t, twoServices(t), said(tt.given))
			if got := servicesText(laid.Facts); got != tt.services {
				t.Errorf("the services are %q, want %q", got, tt.services)
			}
			var asserted []string
			for _, a := range laid.Asserted {
				asserted = append(asserted, review.ValueText(a.Value)+" / "+review.ValueText(a.Over)+" / "+strings.Join(a.OverSources, " "))
			}
			if got := strings.Join(asserted, "; "); got != tt.asserted {
				t.Errorf("asserted %q, want %q", got, tt.asserted)
			}
			if len(laid.Remarks) != tt.notes {
				t.Errorf("noted %v, want %d notes", laid.Remarks, tt.notes)
			}
			for path, sources := range laid.Facts.Sources {
				if strings.HasPrefix(path, "services") && tt.asserted != "" && sources[0] != "--facts" {
					t.Errorf("%s is read from %v, and the list was given", path, sources)
				}
			}
		})
	}
}

func servicesText(facts coding.Facts) string {
	var all []string
	for _, s := range facts.Services {
		text := s.Activity
		if s.Minutes != nil {
			text += fmt.Sprintf(" %d", *s.Minutes)
		}
		all = append(all, text)
	}
	return strings.Join(all, ", ")
}

// TestTheLaterOfTwoStands: the short forms lie over the facts file, and what they replace is not said of
// the record.
func TestTheLaterOfTwoStands(t *testing.T) {
	short := review.Given{Source: "--payer", JSON: []byte(`{"payer": {"kind": "medicare"}}`)}
	laid := overlay(t, recorded(t, "payer.kind", `"commercial"`), said(`{"payer": {"kind": "medicaid", "telehealthModifier": "GT"}}`), short)
	same(t, "asserted", `[{"fact": "payer.kind", "value": "medicare", "by": "--payer", "over": "commercial", "overSources": ["Encounter/e1"]},
		{"fact": "payer.telehealthModifier", "value": "GT", "by": "--facts said.json"}]`, laid.Asserted)
	if diff := cmp.Diff([]visit.Remark{{Resource: "--facts", Text: "payer.kind: not used, since --payer says otherwise"},
		{Resource: "--payer", Text: "payer.kind: medicare as given, the record says commercial"}}, laid.Remarks); diff != "" {
		t.Errorf("notes (-want +got):\n%s", diff)
	}
	same(t, "sources", `{"payer.kind": ["--payer"], "payer.telehealthModifier": ["--facts"]}`, laid.Facts.Sources)
	again := overlay(t, coding.Facts{}, said(`{"payer": {"kind": "medicare"}}`), short)
	if len(again.Remarks) > 0 || len(again.Asserted) != 1 {
		t.Errorf("two that say the same: noted %v, asserted %v", again.Remarks, again.Asserted)
	}
}

// TestPathsAreInOrder: services by their number, not as words.
func TestPathsAreInOrder(t *testing.T) {
	var stands coding.Facts
	for range 11 {
		stands.Services = append(stands.Services, coding.Service{Activity: "gait"})
	}
	said := coding.Facts{Services: append([]coding.Service{}, stands.Services...)}
	for _, i := range []int{10, 2, 0} {
		said.Services[i].Minutes = number(10 + i)
	}
	laid := overlay(t, stands, review.Given{Source: "answer of a", Repeats: stands.Services,
		JSON: []byte(strings.Replace(asText(t, said), `{`, `{"setting": "home", "claimType": "FQHC", `, 1))})
	var paths []string
	for _, a := range laid.Asserted {
		paths = append(paths, a.Fact)
	}
	if diff := cmp.Diff([]string{"claimType", "services[0].minutes", "services[2].minutes", "services[10].minutes", "setting"}, paths); diff != "" {
		t.Errorf("paths (-want +got):\n%s", diff)
	}
}

// TestAnswersAreAsserted: who, when, over what, and to which question.
func TestAnswersAreAsserted(t *testing.T) {
	v := untimed(t)
	v.Facts.Services[1].Minutes = number(20)
	v.Facts.Sources = map[string][]string{"payer.kind": {"Coverage/c1"}, "services[1].minutes": {"Procedure/p2"}}
	at := time.Date(2025, 3, 10, 15, 4, 5, 999, zone)
	r, unused, err := service(t).Answered(v,
		review.Reply{Question: "minutes:gait", Value: "25", User: clinician, At: at},
		review.Reply{Question: "payer", Value: "commercial", User: clinician, At: at.Add(time.Minute)})
	if err != nil || len(unused) > 0 {
		t.Fatalf("unused %v, error %v", unused, err)
	}
	same(t, "asserted", `[
		{"fact": "payer.kind", "value": "commercial", "by": "Practitioner/d1", "at": "2025-03-10T15:05:05-05:00", "over": "medicare", "overSources": ["Coverage/c1"], "question": "payer"},
		{"fact": "services[0].minutes", "value": 25, "by": "Practitioner/d1", "at": "2025-03-10T15:04:05-05:00", "question": "minutes:gait"}]`, r.Asserted)
	if got := r.Facts.Sources["services[1].minutes"]; len(got) != 1 || got[0] != "Procedure/p2" {
		t.Errorf("the other service's minutes are read from %v, want the record", got)
	}
}

var zone = time.FixedZone("", -5*3600)

// TestAnAnswerOverARecordThatMovedOnIsNotUsed: an answer holds for what the record said when it was given.
func TestAnAnswerOverARecordThatMovedOnIsNotUsed(t *testing.T) {
	yes := true
	distant := func() *visit.Visit {
		v := therapy(47, "")
		v.Facts.Visit = coding.Circumstances{Telehealth: &yes}
		return v
	}
	disputed := func(record int) *visit.Visit { return therapy(record, "Total time: 45 minutes of psychotherapy.") }
	for _, tt := range []struct {
		name            string
		then, now       *visit.Visit
		question, value string
		want            string // why it is not used; empty: it is
	}{
		{"nothing changed", distant(), distant(), "modality", "audio-video", ""},
		{"something else changed", distant(), func() *visit.Visit { v := distant(); v.Facts.Payer.Kind = "medicare"; return v }(), "modality", "audio-video", ""},
		{"the record now says otherwise", distant(), func() *visit.Visit { v := distant(); v.Facts.Visit.Modality = "audio-only"; return v }(), "modality", "audio-video",
			"of visit.modality it said nothing, and now says audio-only"},
		{"the record now says the same", distant(), func() *visit.Visit { v := distant(); v.Facts.Visit.Modality = "audio-video"; return v }(), "modality", "audio-video",
			"of visit.modality it said nothing, and now says audio-video"},
		{"the record says no more", func() *visit.Visit { v := distant(); v.Facts.Payer.Kind = "medicaid"; return v }(), func() *visit.Visit { v := distant(); v.Facts.Payer.Kind = ""; return v }(), "payer", "medicare",
			"of payer.kind it said medicaid, and now says nothing"},
		{"the same dispute about minutes", disputed(55), disputed(55), "minutes:psychotherapy", "55", ""},
		{"another dispute about minutes", disputed(55), disputed(58), "minutes:psychotherapy", "55", "has changed since"},
		{"the dispute is over", disputed(55), disputed(45), "minutes:psychotherapy", "55", "no service of this visit waits"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			then, _, err := service(t).Answered(tt.then)
			if err != nil {
				t.Fatal(err)
			}
			kept, err := review.Kept(then, review.Reply{Question: tt.question, Value: tt.value, User: clinician})
			if err != nil {
				t.Fatal(err)
			}
			r, unused, err := service(t).Answered(tt.now, kept)
			if err != nil {
				t.Fatal(err)
			}
			if got := unused[tt.question]; (tt.want == "") != (got == "") || !strings.Contains(got, tt.want) {
				t.Errorf("not used: %q, want %q", got, tt.want)
			}
			if used := len(r.Asserted) > 0; used != (tt.want == "") {
				t.Errorf("asserted %v", r.Asserted)
			}
		})
	}
}

// TestWhatALineRestsOn: the answers without which it would not stand so, and no others.
func TestWhatALineRestsOn(t *testing.T) {
	v := therapy(47, "")
	yes := true
	v.Facts.Visit = coding.Circumstances{Telehealth: &yes}
	s := service(t)
	at := time.Date(2025, 3, 10, 15, 0, 0, 0, zone)
	r, _, err := s.Answered(v, review.Reply{Question: "modality", Value: "audio-video", User: clinician, At: at},
		review.Reply{Question: "audio-only-reason", Value: "technical-failure", User: clinician, At: at})
	if err != nil {
		t.Fatal(err)
	}
	offers := r.Offers()
	if len(offers) != 1 || offers[0].ID != "90834-95" {
		t.Fatalf("offers %v, want 90834-95", offers)
	}
	rests, err := s.Rests(r)
	if err != nil {
		t.Fatal(err)
	}
	if on := rests["90834-95"]; len(on) != 1 || on[0].Fact != "visit.modality" {
		t.Errorf("it rests on %v, want the modality alone", on)
	}
	filing, err := s.Filing(r, review.Confirmation{Offers: []string{"90834-95"}, User: clinician})
	if err != nil {
		t.Fatal(err)
	}
	const want = ", resting on what the clinician answered (Practitioner/d1, 2025-03-10T15:00:00-05:00: visit.modality audio-video); rule "
	if got := filing.Lines[0].Sentence; !strings.Contains(got, want) {
		t.Errorf("the sentence is %q, want it to say %q", got, want)
	}
}

// TestAQuestionSaysWhatWasNotRead: what rests on a kind that was refused is asked for with the reason.
func TestAQuestionSaysWhatWasNotRead(t *testing.T) {
	for _, tt := range []struct {
		unread, question, want string
		change                 func(*visit.Visit)
	}{
		{"Coverage", "payer", "Who pays? Coverage could not be read.", func(v *visit.Visit) {
			v.Facts.Payer.Kind, v.Facts.Services[0].Activity = "", "depression-screening-annual"
		}},
		{"PractitionerRole", "discipline", "What is the discipline of the clinician? PractitionerRole could not be read.", func(v *visit.Visit) {
			v.Facts.Provider.Discipline, v.Facts.Services[0].Activity = "", "gait"
		}},
		{"Procedure", "minutes:psychotherapy", "How many minutes of psychotherapy were there? Procedure could not be read.", func(v *visit.Visit) {
			v.Facts = v.Facts.WithMinutes(0, nil)
		}},
		{"Procedure", "activity", "Which service was rendered? Procedure could not be read.", func(v *visit.Visit) {
			v.Facts.Services, v.Questions = nil, []coding.Question{{ID: "activity", Text: "Which service was rendered?"}}
		}},
		{"Observation", "modality", "Was video used?", func(v *visit.Visit) { // an Observation would not say it
			v.Facts.Visit = factsOf(t, `{"visit": {"telehealth": true}}`).Visit
		}},
	} {
		v := therapy(47, "")
		v.Unread = []visit.Unread{{Kind: tt.unread, Reason: "refused (403)"}}
		tt.change(v)
		r := of(t, v)
		asked := ""
		for _, q := range r.Coding.Questions {
			if q.ID == tt.question {
				asked = q.Text
			}
		}
		if asked != tt.want {
			t.Errorf("%s without %s: %q, want %q", tt.question, tt.unread, asked, tt.want)
		}
	}
}
