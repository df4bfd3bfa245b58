package fhir

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/chargenote/chargenote/coding/screening"
	"github.com/chargenote/chargenote/internal/notetext"
	"github.com/chargenote/chargenote/internal/visit"
)

// From the wire to the visit: time, clinician, note behind an address, charge, and what was refused.
func TestAVisitOfAChart(t *testing.T) {
	const text = "Started 14:00, ended 14:47."
	s := newWireServer(t, wireVisit(
		wireNote(`"url":"DocumentReference/n1/$binary"`),
		`{"resourceType":"ChargeItem","id":"c1","status":"planned","code":{"coding":[{"system":"http://www.ama-assn.org/go/cpt","code":"90834"}]},"subject":{"reference":"Patient/p1"},"context":{"reference":"Encounter/e1"}}`,
	)...)
	s.before = func(w http.ResponseWriter, r *http.Request, _ []byte) bool {
		switch {
		case strings.HasSuffix(r.URL.Path, "/$binary"):
			w.Header().Set("Content-Type", "text/plain")
			fmt.Fprint(w, text)
		case strings.HasSuffix(r.URL.Path, "/Coverage"):
			wireRefuse(w, 403, "forbidden", "")
		default:
			return false
		}
		return true
	}
	c, clock := s.client()
	caches := NewCapabilityCache()
	defer caches.Close()
	chart := NewChart(ChartOptions{Client: c, Capabilities: caches, Patient: "p1", Encounter: "e1", User: s.base() + "/Practitioner/d1"})
	v, err := chart.Visit(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	if v.Note.Status != visit.NoteRead || v.Note.Text != text {
		t.Errorf("note %s: %q, %s", v.Note.Status, v.Note.Text, v.Note.Reason)
	}
	if v.Session.Minutes == nil || *v.Session.Minutes != 47 {
		t.Errorf("session %+v", v.Session)
	}
	if v.User.Reference != "Practitioner/d1" || len(v.Charges) != 1 {
		t.Errorf("user %+v, charges %+v", v.User, v.Charges)
	}
	if diff := cmp.Diff([]visit.Unread{{Kind: "Coverage", Reason: "refused (403): ask for scope user/Coverage.rs"}}, v.Unread); diff != "" {
		t.Errorf("unread (-want +got):\n%s", diff)
	}

	filing := wireFiling()
	filing.Enterer, filing.Evidence, filing.Recorded = v.User.Reference, v.Evidence, clock.now()
	if receipt, err := chart.File(t.Context(), filing); err != nil || receipt.State != visit.StateFiled {
		t.Fatalf("filed %s: %s, %v", receipt.State, receipt.Reason, err)
	}
	if again, err := chart.Visit(t.Context(), "Encounter/e1"); err != nil || again.Note.Text != text || len(again.Charges) != 3 {
		t.Errorf("after the filing: note %q, charges %+v, %v", again.Note.Text, again.Charges, err)
	}
}

// The map of instruments reaches both the search and the reading.
func TestAChartReadsTheCodesOfTheSite(t *testing.T) {
	set, err := screening.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	total, err := set.Meant("PHQ-9")
	if err != nil {
		t.Fatal(err)
	}
	s := newWireServer(t, wireVisit(`{"resourceType":"Observation","id":"f1","status":"final","code":{"coding":[{"system":"urn:oid:1.2","code":"9"}]},
		"subject":{"reference":"Patient/p1"},"encounter":{"reference":"Encounter/e1"},"valueInteger":14}`)...)
	asked := make(chan string, 8)
	s.before = func(_ http.ResponseWriter, r *http.Request, _ []byte) bool {
		if code := r.URL.Query().Get("code"); strings.HasSuffix(r.URL.Path, "/Observation") && code != "" {
			asked <- code
		}
		return false
	}
	c, _ := s.client()
	chart := NewChart(ChartOptions{Client: c, Patient: "p1", Encounter: "e1", Instruments: map[string]screening.Meaning{"urn:oid:1.2|9": total}})
	v, err := chart.Visit(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	if len(v.Scores) != 1 || v.Scores[0].Instrument != "PHQ-9" || *v.Scores[0].Total != 14 {
		t.Errorf("scores %+v", v.Scores)
	}
	if code := <-asked; !strings.HasSuffix(code, ",urn:oid:1.2|9") {
		t.Errorf("asked for %q", code)
	}
}

func TestAChartWithoutAVisit(t *testing.T) {
	s := newWireServer(t, wireVisit()...)
	c, _ := s.client()
	if _, err := NewChart(ChartOptions{Client: c, Patient: "p1"}).Visit(t.Context(), ""); err == nil || err.Error() != "the EHR named no visit: choose one" {
		t.Errorf("got %v", err)
	}
	if len(s.seen()) != 0 {
		t.Error("the server was asked")
	}
	if _, err := NewChart(ChartOptions{Client: c, Patient: "p2"}).Visit(t.Context(), "e1"); err == nil {
		t.Error("the visit of another patient was read")
	}
	s.add(t, `{"resourceType":"Patient","id":"p2"}`)
	if _, err := NewChart(ChartOptions{Client: c, Patient: "p2"}).Visit(t.Context(), "e1"); !errors.Is(err, ErrOtherPatient) {
		t.Errorf("got %v, want ErrOtherPatient", err)
	}
}

// A psychotherapist's own notes are kept apart from the record: their text is not even fetched.
func TestPsychotherapyNotesAreNotFetched(t *testing.T) {
	note := strings.Replace(wireNote(`"url":"Binary/b1"`), `"status"`, `"securityLabel":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"PSYTHPN"}]}],"status"`, 1)
	s := newWireServer(t, wireVisit(note, `{"resourceType":"Binary","id":"b1","contentType":"text/plain","data":"`+base64.StdEncoding.EncodeToString([]byte("not ours"))+`"}`)...)
	c, _ := s.client()
	v, err := wireChart(c).Visit(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	if n := s.asked("GET", "/Binary"); n != 0 || strings.Contains(v.Note.Text, "not ours") {
		t.Errorf("fetched %d times: %q", n, v.Note.Text)
	}
}

func TestEncountersToChooseFrom(t *testing.T) {
	encounter := func(id, start string) string {
		return fmt.Sprintf(`{"resourceType":"Encounter","id":%q,"status":"finished","class":{"code":"AMB"},"subject":{"reference":"Patient/p1"},"period":{"start":%q}}`, id, start)
	}
	s := newWireServer(t, encounter("e1", "2025-03-08T09:00:00Z"), encounter("e2", "2025-03-10T09:00:00Z"), encounter("e3", "2025-03-09T23:30:00-05:00"))
	recent := true
	s.before = func(w http.ResponseWriter, r *http.Request, _ []byte) bool {
		if r.URL.Query().Has("date") && !recent {
			fmt.Fprint(w, wireBundle(s.base(), ""))
			return true
		}
		return false
	}
	c, clock := s.client()
	for _, recent = range []bool{true, false} {
		choices, err := wireChart(c).Encounters(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, choice := range choices {
			got = append(got, choice.Reference)
		}
		if diff := cmp.Diff([]string{"Encounter/e2", "Encounter/e3", "Encounter/e1"}, got); diff != "" {
			t.Errorf("recent %v (-want +got):\n%s", recent, diff)
		}
	}
	seen := s.seen()
	if len(seen) != 3 {
		t.Fatalf("%d requests, want one where there are recent visits and two where there are none", len(seen))
	}
	if got, want := seen[0].query.Get("date"), "ge"+clock.now().AddDate(0, 0, -60).Format(time.DateOnly); got != want {
		t.Errorf("since %q, want %q", got, want)
	}
}

// The PDFs of a visit are read by the reader that the chart was given, within the time of a visit; without one,
// a PDF is said to be unread.
func TestPDFsOfAChart(t *testing.T) {
	pdf := base64.StdEncoding.EncodeToString([]byte("%PDF-1.4 made up"))
	s := newWireServer(t, wireVisit(wireDocument("", `"contentType":"application/pdf","data":"`+pdf+`"`))...)
	c, _ := s.client()
	var given []string
	reader := func(ctx context.Context) notetext.PDFReader {
		if until, ok := ctx.Deadline(); !ok || time.Until(until) > DefaultClientLimits().Budget {
			t.Errorf("until %v, %t", until, ok)
		}
		return func(data []byte) (notetext.Pages, error) {
			given = append(given, string(data))
			return notetext.Pages{Words: "Note\n", Scans: []int{2}, Whole: true}, nil
		}
	}
	v, err := NewChart(ChartOptions{Client: c, Patient: "p1", Encounter: "e1", PDF: reader}).Visit(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"%PDF-1.4 made up"}, given); diff != "" || strings.TrimSpace(v.Note.Text) != "Note" {
		t.Errorf("note %q (%s), read (-want +got):\n%s", v.Note.Text, v.Note.Reason, diff)
	}
	if v, err = NewChart(ChartOptions{Client: c, Patient: "p1", Encounter: "e1"}).Visit(t.Context(), ""); err != nil {
		t.Fatal(err)
	}
	if v.Note.Status == visit.NoteRead || v.Note.Reason != "the note is a PDF, and none is read here" {
		t.Errorf("without a reader: note %s: %q, %s", v.Note.Status, v.Note.Text, v.Note.Reason)
	}
}
