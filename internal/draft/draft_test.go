package draft_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/chargenote/chargenote/coding"
	"github.com/chargenote/chargenote/docs"
	"github.com/chargenote/chargenote/internal/draft"
	"github.com/chargenote/chargenote/internal/effective"
	"github.com/chargenote/chargenote/internal/review"
	"github.com/chargenote/chargenote/internal/visit"
)

var update = flag.Bool("update", false, "write the golden drafts anew")

// A drafted is a made-up visit with the document that is drafted of it.
type drafted struct {
	note     string // in the testdata of package docs
	activity string
	minutes  int
	template string
}

// visits are the ten visits of the golden drafts.
var visits = []drafted{
	{"soap-complete", "psychotherapy", 53, "progress-note-soap"},
	{"dap-complete", "psychotherapy", 53, "progress-note-dap"},
	{"birp-complete", "psychotherapy", 45, "progress-note-birp"},
	{"psy-vague", "psychotherapy", 45, "progress-note-soap"},
	{"crisis-complete", "crisis", 65, "progress-note-birp"},
	{"family-complete", "family-with-patient", 50, "progress-note-dap"},
	{"testing-complete", "psych-testing-evaluation", 91, "assessment-report"},
	{"testing-scores-only", "psych-testing-evaluation", 31, "assessment-note"},
	{"narrative-complete", "psychotherapy", 53, "after-visit-summary"},
	{"cognitive-complete", "cognitive-intervention", 40, "progress-note-soap"},
}

func noteOf(t *testing.T, name string) string {
	t.Helper()
	content, err := os.ReadFile("../../docs/testdata/notes/" + name + ".txt")
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// visitOf is a visit whose record says who, when and how long, and whose note is the given one.
func visitOf(note, activity string, minutes int) *visit.Visit {
	start := time.Date(2025, 3, 10, 14, 0, 0, 0, time.FixedZone("", -5*60*60))
	end := start.Add(time.Duration(minutes) * time.Minute)
	total := 14
	return &visit.Visit{
		Encounter: "Encounter/e1", Patient: "Patient/p1",
		Person:    visit.Person{Name: "Wilhelmina Testcase", BirthDate: "1984-04-02"},
		Clinician: visit.Clinician{Reference: "Practitioner/d1", Name: "Ada Example, PhD", Discipline: "psychologist"},
		Start:     &start, End: &end,
		Session: visit.Session{Status: visit.SessionKnown, Minutes: &minutes, Start: &start, End: &end,
			Segments: []visit.Segment{{Activity: activity, Minutes: &minutes, Start: &start, End: &end, Counted: true, Sources: []string{"Procedure/pr1"}, Why: "Procedure.performedPeriod"}}},
		Scores: []visit.Score{{Instrument: "PHQ-9", Total: &total, Range: [2]int{0, 27}, Band: "moderate", Date: "2025-03-10", Complete: true,
			Triggers: []string{"item 9 is 1"}, Sources: []string{"Observation/o1"}}},
		Facts: coding.Facts{
			DateOfService: effective.MustParseDate("2025-03-10"), Payer: coding.Payer{Kind: "commercial"}, Provider: coding.Provider{Discipline: "psychologist"},
			Services: []coding.Service{{Activity: activity, Minutes: &minutes, Start: &start, End: &end}},
			Sources:  map[string][]string{"dateOfService": {"Encounter/e1"}, "services[0].minutes": {"Procedure/pr1"}},
		},
		Known:     map[string]docs.Known{"diagnosis_code": {Value: "F33.1", Sources: []string{"Condition/c1"}}},
		Diagnoses: []visit.Diagnosis{{Code: "F33.1", Display: "Recurrent depression, moderate", Reference: "Condition/c1", Origin: "encounter"}},
		Note:      visit.Note{Status: visit.NoteRead, Text: note, Reference: "DocumentReference/n1"},
	}
}

func reviewed(t *testing.T, v *visit.Visit) (*review.Review, *docs.Rules) {
	t.Helper()
	service, err := review.New()
	if err != nil {
		t.Fatal(err)
	}
	r, err := service.Of(v)
	if err != nil {
		t.Fatal(err)
	}
	return r, service.Notes
}

func template(t *testing.T, id string) *draft.Template {
	t.Helper()
	templates, err := draft.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	one, ok := templates.ByID(id)
	if !ok {
		t.Fatalf("no template %s", id)
	}
	return one
}

func write(t *testing.T, d drafted) (draft.Document, *review.Review) {
	t.Helper()
	r, rules := reviewed(t, visitOf(noteOf(t, d.note), d.activity, d.minutes))
	return template(t, d.template).Write(r, rules), r
}

func TestGoldenDrafts(t *testing.T) {
	if len(visits) < 10 {
		t.Errorf("got %d visits, want at least 10", len(visits))
	}
	for _, v := range visits {
		t.Run(v.note+"-"+v.template, func(t *testing.T) {
			d, _ := write(t, v)
			pdf, err := d.PDF()
			if err != nil {
				t.Fatal(err)
			}
			for ending, got := range map[string][]byte{"txt": []byte(d.Text()), "xhtml": []byte(d.XHTML()), "pdf": pdf} {
				file := filepath.Join("testdata", v.note+"-"+v.template+"."+ending)
				if *update {
					if err := os.WriteFile(file, got, 0o644); err != nil {
						t.Fatal(err)
					}
				}
				want, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				if !bytes.Equal(got, want) {
					t.Errorf("%s is not what is drafted now; look at the difference, then run with -update", file)
				}
			}
		})
	}
}

// Every sentence of a draft names what it rests on, and what is quoted are the very bytes of the note.
func TestEverySentenceHasItsSource(t *testing.T) {
	for _, v := range visits {
		d, r := write(t, v)
		note := r.Visit().Note.Text
		for _, s := range d.Sections {
			for _, l := range s.Lines {
				switch {
				case l.Blank, d.Kind == draft.AfterVisitSummary && l.Element == "" && strings.HasPrefix(l.Text, "If you"):
					continue
				case len(l.Sources) == 0:
					t.Errorf("%s: %q has no source", v.note, l.Text)
				}
				for _, source := range l.Sources {
					from, to, quoted := bytesOf(t, source)
					if quoted && d.Kind != draft.AfterVisitSummary && strings.TrimRight(l.Text, ".") != strings.TrimRight(strings.Join(strings.Fields(note[from:to]), " "), ".") {
						t.Errorf("%s: %q is not what %s says: %q", v.note, l.Text, source, note[from:to])
					}
				}
			}
		}
	}
}

// bytesOf reads "DocumentReference/n1, bytes 3 to 9".
func bytesOf(t *testing.T, source string) (from, to int, ok bool) {
	t.Helper()
	_, span, ok := strings.Cut(source, ", bytes ")
	if !ok {
		return 0, 0, false
	}
	first, last, _ := strings.Cut(span, " to ")
	from, errFrom := strconv.Atoi(first)
	to, errTo := strconv.Atoi(last)
	if err := errors.Join(errFrom, errTo); err != nil {
		t.Fatal(err)
	}
	return from, to, true
}

// What a progress note leaves blank is what the documentation rules miss: no less, and nothing that the
// note or the record holds.
func TestBlanksAreTheGaps(t *testing.T) {
	for _, v := range visits {
		if !strings.HasPrefix(v.template, "progress-note") {
			continue
		}
		d, r := write(t, v)
		var blanks []string
		for _, s := range d.Sections {
			for _, l := range s.Lines {
				if l.Blank && l.Element != "" {
					blanks = append(blanks, l.Element)
				}
			}
		}
		slices.Sort(blanks)
		var gaps []string
		for _, e := range r.Documentation.Elements {
			if e.Status != docs.Present && e.Level != docs.Recommended && !e.InRecord && !slices.Contains(notWritten, e.ID) {
				gaps = append(gaps, e.ID)
			}
		}
		slices.Sort(gaps)
		if !slices.Equal(blanks, gaps) {
			t.Errorf("%s: blanks %v, gaps %v", v.note, blanks, gaps)
		}
	}
}

// notWritten are elements that no sentence of a progress note can satisfy: those of its header, those
// about the note as a whole, and the signature, which is a blank of its own.
var notWritten = []string{"patient_name", "patient_dob", "id_each_page", "service_date", "provider_name", "provider_credentials", "signature", "signature_date",
	"cpt_in_note", "time_consistent", "vague_language", "not_cloned", "addendum_labelled", "screen_each_unit"}

// Each progress note has a place for every element that a therapy note needs.
func TestProgressNotesHaveAPlaceForEveryElement(t *testing.T) {
	rules, err := docs.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"progress-note-soap", "progress-note-dap", "progress-note-birp"} {
		var placed []string
		for _, s := range template(t, id).Sections {
			for _, p := range s.Parts {
				placed = append(placed, p.Elements...)
			}
		}
		for _, standing := range rules.InForce(effective.MustParseDate("2025-03-10")) {
			testing := slices.Equal(standing.Families, []string{"testing"}) || slices.Equal(standing.Families, []string{"screening"})
			if standing.Level != docs.Recommended && !testing && !slices.Contains(placed, standing.ID) && !slices.Contains(notWritten, standing.ID) {
				t.Errorf("%s has no place for %s", id, standing.ID)
			}
		}
		slices.Sort(placed)
		if len(slices.Compact(slices.Clone(placed))) != len(placed) {
			t.Errorf("%s places an element twice", id)
		}
	}
}

// A summary for the patient holds no code, no risk and no sentence of the note but inside of blanks.
func TestSummaryForThePatient(t *testing.T) {
	for _, note := range []string{"narrative-complete", "soap-complete", "crisis-complete", "psy-risk-positive-with-plan", "family-complete", "pt-complete"} {
		d, r := write(t, drafted{note, "psychotherapy", 53, "after-visit-summary"})
		if d.Grade == nil || *d.Grade > 6 {
			t.Errorf("%s: reading grade %v, want at most 6", note, d.Grade)
		}
		for _, s := range d.Sections {
			for _, l := range s.Lines {
				if l.Blank {
					continue
				}
				for _, word := range []string{"suicid", "risk", "PHQ", "F33", "908", "$", "mother", "diagnos", "bill"} {
					if strings.Contains(l.Text, word) {
						t.Errorf("%s: %q stands in a summary for the patient", note, l.Text)
					}
				}
				if len(l.Text) > 20 && strings.Contains(strings.Join(strings.Fields(r.Visit().Note.Text), " "), l.Text) {
					t.Errorf("%s: %q is a sentence of the note", note, l.Text)
				}
			}
		}
		if !strings.Contains(d.Text(), "blanks are left") {
			t.Errorf("%s: the text does not say that blanks are left", note)
		}
	}
}

func TestXHTMLIsStrictAndSmall(t *testing.T) {
	allowed := []string{"html", "head", "title", "body", "p", "em", "strong", "h1", "h2", "table", "tr", "th", "td", "hr", "ol", "li"}
	v := visitOf("S: \"<script>alert(1)</script>\" & more \x01 \u202e.\nPlan: return in 2 weeks.", "psychotherapy", 45)
	v.Person.Name = `"Robert" <b>O'Neil</b> & \u0000`
	r, rules := reviewed(t, v)
	for _, id := range []string{"progress-note-soap", "after-visit-summary", "assessment-report"} {
		page := template(t, id).Write(r, rules).XHTML()
		decoder := xml.NewDecoder(strings.NewReader(page))
		for {
			token, err := decoder.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("%s is not well formed: %v", id, err)
			}
			if start, ok := token.(xml.StartElement); ok && (!slices.Contains(allowed, start.Name.Local) || start.Name.Local != "html" && len(start.Attr) > 0) {
				t.Errorf("%s has the element %s with %v", id, start.Name.Local, start.Attr)
			}
		}
		if strings.Contains(page, "<script") || strings.Contains(page, "<b>") {
			t.Errorf("%s lets markup of the record through", id)
		}
	}
}

// Without a note the record alone speaks, and everything else is a blank.
func TestDraftWithoutANote(t *testing.T) {
	v := visitOf("", "psychotherapy", 45)
	v.Note = visit.Note{Status: visit.NoteAbsent}
	r, rules := reviewed(t, v)
	d := template(t, "progress-note-soap").Write(r, rules)
	if len(d.Blanks) < 12 {
		t.Errorf("got %d blanks, want one for each element that only a note can hold: %q", len(d.Blanks), d.Blanks)
	}
	if text := d.Text(); !strings.Contains(text, "F33.1") || !strings.Contains(text, "45 minutes, from 2:00 PM to 2:45 PM") {
		t.Errorf("the draft does not say what the record knows:\n%s", text)
	}
}

// What is not known is a blank, in the header too.
func TestUnknownPatientIsABlank(t *testing.T) {
	v := visitOf("Plan: return in 2 weeks.", "psychotherapy", 45)
	v.Person, v.Clinician, v.Session = visit.Person{}, visit.Clinician{}, visit.Session{Status: visit.SessionUnknown}
	r, rules := reviewed(t, v)
	text := template(t, "progress-note-soap").Write(r, rules).Text()
	for _, want := range []string{"Name: [[ name ]]", "Date of birth: [[ date of birth ]]", "[[ start, stop and minutes of the session ]]"} {
		if !strings.Contains(text, want) {
			t.Errorf("the draft lacks %q", want)
		}
	}
}

// Order of the same facts gives the same bytes, and a document can be kept as JSON.
func TestSameReviewSameBytes(t *testing.T) {
	for _, v := range visits {
		one, _ := write(t, v)
		two, _ := write(t, v)
		first, errOne := one.PDF()
		second, errTwo := two.PDF()
		if err := errors.Join(errOne, errTwo); err != nil || !bytes.Equal(first, second) {
			t.Errorf("%s: two PDFs of one visit differ (%v)", v.note, err)
		}
		if _, err := json.Marshal(one); err != nil {
			t.Error(err)
		}
	}
}

func TestSiteTemplates(t *testing.T) {
	own := `id: progress-note-soap
kind: progress-note
title: Our note
for: record
checked: 2026-11-25
sections:
  - heading: All
    parts: [{elements: [plan]}, {text: "Example Clinic"}]
`
	builtin, err := draft.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	laid, err := builtin.Over(fstest.MapFS{"t/progress-note-soap.yaml": {Data: []byte(own)}}, "t")
	if err != nil {
		t.Fatal(err)
	}
	if one, _ := laid.ByID("progress-note-soap"); one.Title != "Our note" || len(laid.IDs()) != len(builtin.IDs()) {
		t.Errorf("the site's template does not take the place of the other: %+v", one)
	}
	for name, bad := range map[string]string{
		"a part with two sources":      strings.Replace(own, `{elements: [plan]}`, `{elements: [plan], fact: scores}`, 1),
		"an unknown fact":              strings.Replace(own, `{elements: [plan]}`, `{fact: horoscope}`, 1),
		"the note, for the patient":    strings.Replace(own, "for: record", "for: patient", 1),
		"marks of a blank in words":    strings.Replace(own, "Example Clinic", "[[ done ]]", 1),
		"an unknown kind of document":  strings.Replace(own, "kind: progress-note", "kind: letter", 1),
		"an unknown member":            strings.Replace(own, "title:", "titel:", 1),
		"two sections of one heading":  own + "  - heading: All\n    parts: [{fact: scores}]\n",
		"an id that is no address":     strings.Replace(own, "id: progress-note-soap", "id: Progress/Note", 1),
		"an id unlike the file's name": strings.Replace(own, "id: progress-note-soap", "id: soap", 1),
	} {
		if _, err := builtin.Over(fstest.MapFS{"t/progress-note-soap.yaml": {Data: []byte(bad)}}, "t"); err == nil || !strings.Contains(err.Error(), "progress-note-soap.yaml") {
			t.Errorf("%s: got %v, want a fault that names the file", name, err)
		}
	}
}
