package web

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chargenote/chargenote/coding"
	"github.com/chargenote/chargenote/docs"
	"github.com/chargenote/chargenote/internal/effective"
	"github.com/chargenote/chargenote/internal/journal"
	"github.com/chargenote/chargenote/internal/review"
	"github.com/chargenote/chargenote/internal/visit"
	"github.com/chargenote/chargenote/smart"
)

const (
	baseURL   = "https://chargenote.example"
	ehrOrigin = "https://ehr.example"
)

var zone = time.FixedZone("", -5*60*60)

func at(clock string) *time.Time {
	t, err := time.ParseInLocation("2006-01-02 15:04", "2025-03-10 "+clock, zone)
	if err != nil {
		panic(err)
	}
	return &t
}

func number(n int) *int { return &n }

// therapyVisit is a psychotherapy session of the given minutes from 14:00, with a short note.
func therapyVisit(length int) *visit.Visit {
	end := at("14:00").Add(time.Duration(length) * time.Minute)
	return &visit.Visit{
		Encounter: "Encounter/e1", Patient: "Patient/p1",
		Person:    visit.Person{Name: "Wilhelmina Testcase", BirthDate: "1984-04-02", Sex: "female", Record: "MRN-0017"},
		Clinician: visit.Clinician{Reference: "Practitioner/d1", Name: "Dr. Ada Example", Discipline: "psychologist"},
		User:      visit.Clinician{Reference: "Practitioner/d1", Name: "Dr. Ada Example"},
		Start:     at("14:00"), End: &end,
		Session: visit.Session{Status: visit.SessionKnown, Minutes: &length, Start: at("14:00"), End: &end,
			Segments: []visit.Segment{{Activity: "psychotherapy", Minutes: &length, Start: at("14:00"), End: &end, Counted: true,
				Sources: []string{"Procedure/p1"}, Why: "the procedure's own time"}}},
		Facts: coding.Facts{
			DateOfService: effective.MustParseDate("2025-03-10"),
			Payer:         coding.Payer{Kind: "commercial"},
			Provider:      coding.Provider{Discipline: "psychologist"},
			Services:      []coding.Service{{Activity: "psychotherapy", Minutes: &length, Start: at("14:00"), End: &end}},
			Sources:       map[string][]string{"services[0].minutes": {"Procedure/p1"}},
		},
		Note: visit.Note{Status: visit.NoteRead, Text: "Session 14:00 to 14:47. CBT for worry. Patient engaged.", Reference: "DocumentReference/n1"},
	}
}

// A chart is a record that stands still, and counts what is asked of it.
type chart struct {
	mu      sync.Mutex
	visit   *visit.Visit
	fault   error
	way     visit.Way // of a filing; together where it is empty
	choices []visit.EncounterChoice

	files    atomic.Int32
	asked    []string       // encounters asked for
	gate     chan struct{}  // File waits until it is closed
	started  chan struct{}  // File has begun, where there is a gate
	answer   visit.Receipt  // of File; filed where it is empty
	fileErr  error          // of File
	readBack *visit.Receipt // of ReadBack; as filed, verified, where it is nil
	readErr  error

	standing visit.Standing // of what may be taken back
	voided   visit.Voided
	voidErr  error // of Standing and Void
	voidings []visit.Voiding
}

func (c *chart) Visit(_ context.Context, encounter string) (*visit.Visit, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.asked = append(c.asked, encounter)
	return c.visit, c.fault
}

func (c *chart) set(v *visit.Visit) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.visit = v
}

func (c *chart) Encounters(context.Context) ([]visit.EncounterChoice, error) {
	return c.choices, c.fault
}

func (c *chart) Charges(filing visit.Filing) ([]json.RawMessage, error) { return c.Preview(filing) }

func (c *chart) Preview(filing visit.Filing) ([]json.RawMessage, error) {
	var all []json.RawMessage
	for _, line := range filing.Lines {
		all = append(all, json.RawMessage(fmt.Sprintf(`{"resourceType":"ChargeItem","status":"planned","code":%q}`, line.Code)))
	}
	return all, nil
}

func (c *chart) Rung(visit.Filing) (visit.Rung, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return visit.Rung{Way: cmp.Or(c.way, visit.WayTogether)}, nil
}

// takes changes how the record takes a filing.
func (c *chart) takes(way visit.Way) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.way = way
}

func (c *chart) File(ctx context.Context, filing visit.Filing) (visit.Receipt, error) {
	c.files.Add(1)
	if c.gate != nil {
		c.started <- struct{}{}
		<-c.gate
	}
	if c.answer.State != "" || c.fileErr != nil {
		return c.answer, c.fileErr
	}
	return visit.Receipt{State: visit.StateFiled, At: filing.Recorded, Items: []visit.FiledItem{
		{Kind: "ChargeItem", Key: "k1", Reference: "ChargeItem/c1", Version: "1", Created: true}}}, nil
}

func (c *chart) ReadBack(_ context.Context, filing visit.Filing) (visit.Receipt, error) {
	if c.readBack != nil || c.readErr != nil {
		if c.readErr != nil {
			return visit.Receipt{}, c.readErr
		}
		return *c.readBack, nil
	}
	return visit.Receipt{State: visit.StateFiled, At: filing.Recorded, Items: []visit.FiledItem{
		{Kind: "ChargeItem", Key: "k1", Reference: "ChargeItem/c1", Version: "1", Verified: true}}}, nil
}

// launches holds open launches; the cookie "l-ID" with the launch's id opens it.
type launches struct {
	open  map[string]*smart.Launch
	fault error  // of Start, Continue and Callback
	style string // what smart_style_url leads to
}

func (l *launches) Start(w http.ResponseWriter, r *http.Request) error {
	if l.fault == nil {
		http.Redirect(w, r, "/launch/continue?l=x", http.StatusSeeOther)
	}
	return l.fault
}

func (l *launches) Continue(w http.ResponseWriter, r *http.Request) error {
	if l.fault == nil {
		http.Redirect(w, r, ehrOrigin+"/authorize", http.StatusSeeOther)
	}
	return l.fault
}

func (l *launches) Callback(http.ResponseWriter, *http.Request, string) (string, error) {
	return "A", l.fault
}

func (l *launches) Launch(r *http.Request, id string) (*smart.Launch, error) {
	cookie, err := r.Cookie("l-" + id)
	if err != nil || cookie.Value != id || l.open[id] == nil {
		return nil, &smart.Error{Kind: smart.NotFound}
	}
	return l.open[id], nil
}

func (l *launches) End(_ context.Context, _ http.ResponseWriter, launch *smart.Launch) {
	delete(l.open, launch.ID)
}

func (l *launches) Style(context.Context, *smart.Launch) ([]byte, error) {
	if l.style == "" {
		return nil, errPlain
	}
	return []byte(l.style), nil
}

func (l *launches) FrameAncestors(r *http.Request) []string {
	if strings.HasPrefix(r.URL.Path, "/launch") || strings.HasPrefix(r.URL.Path, "/callback/") {
		return []string{ehrOrigin}
	}
	return nil
}

func launchOf(id, patient, encounter string) *smart.Launch {
	return &smart.Launch{ID: id, Issuer: &smart.Issuer{Key: "ehr", Tenant: "clinic", FrameAncestors: []string{ehrOrigin}},
		ISS: ehrOrigin + "/fhir", Patient: patient, Encounter: encounter, User: "Practitioner/d1", NeedPatientBanner: true, Scopes: []string{"user/ChargeItem.crs", "user/DocumentReference.crs", "user/Provenance.c"}}
}

// A world is a server with its stand-ins.
type world struct {
	t        *testing.T
	server   *Server
	launches *launches
	chart    *chart
	journal  *journal.Journal // on a clock that stands still at 15:00
	log      growing
	now      time.Time
}

func newWorld(t *testing.T) *world {
	t.Helper()
	reviews, err := review.New()
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, chart: &chart{visit: therapyVisit(47)}, now: *at("15:00"),
		launches: &launches{open: map[string]*smart.Launch{"A": launchOf("A", "p1", "e1"), "B": launchOf("B", "p2", "e2"), "C": launchOf("C", "p1", "")}}}
	w.journal, err = journal.Open(t.Context(), journal.Config{}, journal.Options{Now: func() time.Time { return *at("15:00") }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.journal.Close(context.Background()) })
	w.server, err = New(Options{Launches: w.launches, Reviews: reviews, BaseURL: baseURL, Version: "test", Filings: w.journal,
		Open: func(*smart.Launch) (Chart, error) { return w.chart, nil },
		Now:  func() time.Time { return w.now }, Log: slog.New(slog.NewTextHandler(&w.log, nil))})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// growing is a log that is written by many.
type growing struct {
	mu   sync.Mutex
	text strings.Builder
}

func (g *growing) Write(b []byte) (int, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.text.Write(b)
}

func (g *growing) String() string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.text.String()
}

// do sends one request as the browser of launch does; where launch is empty it has no cookie.
func (w *world) do(method, path, launch string, form url.Values) *httptest.ResponseRecorder {
	var r *http.Request
	if form != nil {
		r = httptest.NewRequest(method, baseURL+path, strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	} else {
		r = httptest.NewRequest(method, baseURL+path, nil)
	}
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	if launch != "" {
		r.AddCookie(&http.Cookie{Name: "l-" + launch, Value: launch})
	}
	answer := httptest.NewRecorder()
	w.server.ServeHTTP(answer, r)
	return answer
}

func (w *world) get(path, launch string) *httptest.ResponseRecorder {
	return w.do(http.MethodGet, path, launch, nil)
}

func (w *world) post(path, launch string, form url.Values) *httptest.ResponseRecorder {
	if form == nil {
		form = url.Values{}
	}
	return w.do(http.MethodPost, path, launch, form)
}

// fixtures are reviews as the rules could give them, fixed here so that a page changes only when
// the page is changed.
var fixtures = []struct {
	name string
	user string
	make func() (*review.Review, *visit.Visit, map[string]string)
}{
	{"known", "Practitioner/d1", knownReview},
	{"conflicting", "Practitioner/d1", conflictingReview},
	{"nothing", "", emptyReview},
	{"scores", "Practitioner/d1", scoredReview},
}

var rulesVersion = coding.RulesVersion{Version: "2026.1", Digest: "sha256:0123456789abcdef0123456789abcdef"}

func knownReview() (*review.Review, *visit.Visit, map[string]string) {
	v := therapyVisit(47)
	v.Session.Segments = append(v.Session.Segments, visit.Segment{Activity: "documentation-after-visit", Minutes: number(8),
		Start: at("14:50"), End: at("14:58"), Sources: []string{"Procedure/p2"}, Why: "charting after the visit is not counted"})
	v.Charges = []visit.Charge{{Reference: "ChargeItem/9", Code: "96127", Units: 1, Status: "billable"}}
	r := &review.Review{
		Encounter: v.Encounter, Patient: v.Patient, DateOfService: "2025-03-10", Session: v.Session,
		Scores: []visit.Score{
			{Instrument: "GAD-7", Total: number(9), Range: [2]int{0, 21}, Band: "mild", Date: "2025-03-10", Complete: true, Recomputed: true, Sources: []string{"Observation/o2"}},
			{Instrument: "PHQ-9", Total: number(14), Range: [2]int{0, 27}, Band: "moderate", Date: "2025-03-10T14:02:00-05:00", Complete: true,
				Triggers: []string{"item 9 is 1"}, Recomputed: true, Sources: []string{"Observation/o1"}},
		},
		Coding: coding.Result{
			DateOfService: "2025-03-10", Rules: rulesVersion,
			Suggestions: []coding.Suggestion{
				{Code: "90834", Units: 1, Modifiers: []string{"95"}, PlaceOfService: "10", Label: "Psychotherapy, 38 to 52 minutes", Minutes: number(47), Flags: []string{},
					Because: []coding.Because{
						{Rule: "psychotherapy-45", Status: coding.Met, Text: "47 min, within 38 to 52", Sources: []string{"Procedure/p1"}, Reference: "CPT 2025, psychotherapy time rule [B]"},
						{Rule: "telehealth-video", Status: coding.Met, Text: "a video visit takes modifier 95", Sources: []string{"Encounter/e1"}, Reference: "Payer telehealth policy [B]"}},
					Next: &coding.Next{Code: "90837", MinutesToGo: 6}},
				{Code: "96127", Units: 2, Modifiers: []string{}, Label: "Brief screening, scored, each instrument", Flags: []string{"ncci-bundled"},
					Because: []coding.Because{{Rule: "screening", Status: coding.Met, Text: "2 instruments, each scored", Sources: []string{"Observation/o1", "Observation/o2"}, Reference: "NCCI Policy Manual ch. XI [A]"}}},
			},
			NotSuggested: []coding.NotSuggested{{Code: "90837", Status: coding.NotMet, Text: "47 min, needs at least 53", Reference: "CPT 2025, psychotherapy time rule [B]"},
				{Code: "90785", Status: coding.Unknown, Text: "nobody said whether communication was complicated"}},
			Flags:     []coding.Flag{{Kind: "ncci-bundled", Code: "96127", Text: "some payers fold screening into the visit"}},
			Questions: []coding.Question{{ID: "complexity-factor", Text: "Did anything complicate the communication?", Unlocks: []string{"90785"}}},
		},
		Documentation: docs.Result{Status: "read", Family: "psychotherapy", Codes: []string{"90834-95"},
			Elements: []docs.Element{
				{ID: "mental_status", Name: "Mental status", Status: docs.Unclear, Level: "required", Severity: docs.Warn, InNote: true,
					Evidence: []docs.Evidence{{Text: "mood low", Start: 10, End: 18}}, Gap: "Add appearance, thought and orientation, each with what you saw.",
					Why: "Reviewers look for the state of mind at each session.", Reference: "LCD L34616 [B]"},
				{ID: "time_stop", Name: "Stop time", Status: docs.Missing, Level: "required", Severity: docs.Warn,
					Known: &docs.Known{Value: "14:47", Sources: []string{"Procedure/p1"}}, Gap: "Write when the session ended, such as “Stop: 14:47”.",
					Why: "The code rests on minutes, and a reviewer counts them from start and stop.", Or: "leave it and bill what the stated minutes support", Reference: "CMS MLN 1986542 [A]"},
				{ID: "plan", Name: "Plan", Status: docs.Missing, Level: "required", Severity: docs.Warn, Gap: "Say what comes next, and when.", Why: "Without a plan the need for treatment is not shown.", Reference: "LCD L34616 [B]"},
				{ID: "diagnosis", Name: "Diagnosis", Status: docs.Present, Level: "required", Severity: docs.Block, InNote: true, Evidence: []docs.Evidence{{Text: "F41.1"}}, Reference: "LCD L34616 [B]"},
				{ID: "homework", Name: "Work between sessions", Status: docs.Missing, Level: "recommended", Severity: docs.Info, Gap: "Say what the patient will practise.", Reference: "[C]"},
			},
			Similarity: &docs.Similarity{Prior: 0.74, Reference: "DocumentReference/n0", Day: "2025-03-03",
				Passages: []docs.Evidence{{Text: "Reports that the week was quiet and that he slept six hours on most nights.", Start: 30, End: 106}}},
			Vague: []docs.Vague{{Text: "session ran long", Class: "extended time"}}},
		Consistency: []review.Consistency{
			{ID: "cc_note_exists", Status: review.Equal, Record: "read", Text: "a note of the visit was read"},
			{ID: "cc_start_stop", Name: "Start and stop", Status: review.NotSaid, Record: "14:00 to 14:47", Text: "start and stop can be compared only where both record and note state them"},
			{ID: "cc_duration", Name: "Minutes", Status: review.Differs, Record: "47", Note: "45", Text: "the record gives 47 minutes, the note 45: the same codes either way", Severity: docs.Warn},
			{ID: "cc_cpt", Name: "Codes", Status: review.Differs, Claim: "90834", Note: "90837", Text: "the note names 90837, the claim has 90834", Severity: docs.Warn}},
		Notes: []visit.Remark{{Resource: "Observation/o9", Text: "not counted: entered-in-error"}},
	}
	return r, v, map[string]string{"90834": "9 min above the line, under it 90832"}
}

func conflictingReview() (*review.Review, *visit.Visit, map[string]string) {
	v := therapyVisit(53)
	v.Session = visit.Session{Status: visit.SessionConflicting, Start: at("14:00"), End: at("14:53"), Question: "When did the session end?",
		Segments:  []visit.Segment{{Activity: "therapeutic-exercise", Start: at("14:00"), Minutes: nil, Sources: []string{"Encounter/e1"}, Why: "no end is given"}},
		Conflicts: []visit.Conflict{{Text: "the procedure gives 45 minutes, the visit 53", Minutes: []int{45, 53}, Sources: []string{"Procedure/p1", "Encounter/e1"}}}}
	v.Clinician = visit.Clinician{}
	v.Person = visit.Person{Name: "Ottokar Sample", BirthDate: "1951"}
	r := &review.Review{
		Encounter: v.Encounter, Patient: v.Patient, DateOfService: "2025-03-10", Session: v.Session,
		Scores: []visit.Score{{Instrument: "PHQ-9", Range: [2]int{0, 27}, Triggers: []string{"item 9 is 2"}, Sources: []string{"QuestionnaireResponse/q1"}}},
		Coding: coding.Result{Rules: rulesVersion,
			Suggestions: []coding.Suggestion{{Code: "97530", Units: 1, Modifiers: []string{"GP", "CQ"}, Label: "Therapeutic activities, each 15 minutes", Minutes: number(16), Flags: []string{"no-prolonged-code"}}},
			Choices: []coding.Choice{{Why: "equal remainders: the clinician chooses", Options: [][]coding.Line{
				{{Code: "97110", Units: 2, Modifiers: []string{"GP"}}, {Code: "97112", Units: 1, Modifiers: []string{"GP"}}},
				{{Code: "97112", Units: 2, Modifiers: []string{"GP"}}, {Code: "97110", Units: 1, Modifiers: []string{"GP"}}}}}}},
		Documentation: docs.Result{Status: "no-note", Elements: []docs.Element{
			{ID: "time_total", Name: "Treatment minutes", Status: docs.Missing, Level: "required", Severity: docs.Block, Gap: "Write the timed minutes and the total minutes.", Why: "Units rest on them.", Reference: "Medicare Benefit Policy Manual ch. 15 §220.3 [A]"}}},
		Unread: []visit.Unread{{Kind: "Observation", Reason: "refused (403): ask for scope user/Observation.rs"}},
	}
	return r, v, nil
}

// scoredReview has a score of every shape: triggers with what they ask for, a change, subscales, items
// filled in, a band that rests on something, none, and no total at all.
func scoredReview() (*review.Review, *visit.Visit, map[string]string) {
	v := therapyVisit(47)
	yes, no, average := true, false, 1.25
	r := &review.Review{Encounter: v.Encounter, Patient: v.Patient, DateOfService: "2025-03-10", Session: v.Session,
		Coding: coding.Result{Rules: rulesVersion}, Documentation: docs.Result{Status: "read"},
		Scores: []visit.Score{
			{Instrument: "AUDIT-C", Total: number(3), Range: [2]int{0, 12}, Band: "positive", BandNote: "the band for sex female, taken from the record's administrative gender",
				Date: "2025-03-10", Complete: true, Supports: "AUDIT-C supports G0442 once in 12 months for Medicare, 5 to 15 minutes.", Sources: []string{"Observation/o1"}},
			{Instrument: "C-SSRS", Band: "high", Date: "2025-03-10", Complete: true, Triggers: []string{"item 4 is yes", "item 5 is yes"}, Next: []string{"same-day response"}, Sources: []string{"QuestionnaireResponse/q1"}},
			{Instrument: "PHQ-2", Total: number(4), Range: [2]int{0, 6}, Band: "positive", Next: []string{"go on to PHQ-9"}, Date: "2025-03-10", Complete: true, Sources: []string{"Observation/o2"}},
			{Instrument: "PHQ-9", Total: number(14), Stated: number(15), Range: [2]int{0, 27}, Band: "moderate", Date: "2025-03-10", Complete: true, Recomputed: true,
				Triggers: []string{"item 9 is 1"}, Next: []string{"ask about suicide the same day"}, Sources: []string{"Observation/o3"},
				Change: &visit.Change{From: 20, Date: "2025-02-10T14:05:00-05:00", Points: -6, Meaningful: &yes, Text: "fell by 6, from 20 to 14; 5 points are a meaningful change", Sources: []string{"Observation/o0"}},
				Trend: []visit.EarlierTotal{{Date: "2025-01-13", Total: 22, Band: "severe", Sources: []string{"Observation/o00"}},
					{Date: "2025-02-10T14:05:00-05:00", Total: 20, Band: "severe", Sources: []string{"Observation/o0"}}}},
			{Instrument: "PSC-17", Total: number(13), Range: [2]int{0, 34}, Band: "negative", Date: "2025-03-10", Prorated: true, Recomputed: true, Sources: []string{"QuestionnaireResponse/q2"},
				Subscales: []visit.Subscale{{Name: "internalizing", Value: number(6), Positive: &yes}, {Name: "attention", Value: number(4), Positive: &no}, {Name: "externalizing"}}},
			{Instrument: "SLUMS", Total: number(20), Range: [2]int{0, 30}, BandNote: "no band: it depends on schooling, which is not known", Date: "2025-03-10", Complete: true, Sources: []string{"Observation/o4"}},
			{Instrument: "WHODAS 2.0", Total: number(15), Average: &average, Range: [2]int{0, 48}, Date: "2025-03-10", Complete: true, Recomputed: true, Sources: []string{"QuestionnaireResponse/q3"}},
		},
		Notes: []visit.Remark{{Resource: "QuestionnaireResponse/q9", Text: "asks for a look although it is not counted: PHQ-9M item 9 is 2", Look: true}}}
	v.Scores = r.Scores
	return r, v, nil
}

func emptyReview() (*review.Review, *visit.Visit, map[string]string) {
	v := &visit.Visit{Encounter: "Encounter/e3", Patient: "Patient/p3", Session: visit.Session{Status: visit.SessionUnknown, Question: "When did the session start and end?"}}
	r := &review.Review{Encounter: v.Encounter, Patient: v.Patient, Session: v.Session,
		Coding: coding.Result{Rules: rulesVersion,
			NotSuggested: []coding.NotSuggested{{Code: "99354", Status: coding.NotEffective, Text: "ended with 2022-12-31; no code replaces it"}},
			Flags:        []coding.Flag{{Kind: "code-deleted", Code: "99354", Text: "it ended with 2022"}},
			Questions:    []coding.Question{{ID: "activity", Text: "What was done in this visit?"}}},
		Documentation: docs.Result{Status: "read"}}
	return r, v, nil
}

// fixturePage renders a fixture as the server would.
func (w *world) fixturePage(name string) string {
	w.t.Helper()
	for _, f := range fixtures {
		if f.name == name {
			r, v, lower := f.make()
			return w.renderReview(r, v, f.user, lower)
		}
	}
	w.t.Fatalf("there is no fixture %s", name)
	return ""
}

func (w *world) renderReview(r *review.Review, v *visit.Visit, user string, lower map[string]string) string {
	body := visitBody(r, v, user, lower)
	answer := httptest.NewRecorder()
	w.server.render(answer, httptest.NewRequest(http.MethodGet, baseURL+"/visit/A", nil), http.StatusOK, "visit",
		page{Title: body.Heading, Launch: "A", Strip: stripOf(v.Person), Rules: "Coding rules 2026.1", Body: body})
	if answer.Code != http.StatusOK {
		w.t.Fatalf("the page was not rendered: %s", w.log.String())
	}
	return answer.Body.String()
}

var errPlain = errors.New("something nobody foresaw")
