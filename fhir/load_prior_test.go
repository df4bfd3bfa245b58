package fhir

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chargenote/chargenote/internal/visit"
)

// earlierWire is a note by a clinician on a day of 2025, of a visit or of none.
func earlierWire(id, patient, author, day, encounter, attachments string) string {
	return fmt.Sprintf(`{"resourceType":"DocumentReference","id":%q,"status":"current","subject":{"reference":"Patient/%s"},"author":[{"reference":"Practitioner/%s"}],`+
		`"date":"2025-%sT15:00:00-04:00","context":{"encounter":[{"reference":"Encounter/%s"}]},"content":[%s]}`, id, patient, author, day, encounter, attachments)
}

func wireText(text string) string {
	return fmt.Sprintf(`{"attachment":{"contentType":"text/plain","data":%q}}`, base64.StdEncoding.EncodeToString([]byte(text)))
}

func wireAddress(kind, address string) string {
	return fmt.Sprintf(`{"attachment":{"contentType":%q,"url":%q}}`, kind, address)
}

// earlierChart is the chart of the wire visit with notes of this and of other visits.
func earlierChart(t *testing.T, documents ...string) (*wireServer, func(allowed bool) (*visit.Visit, error)) {
	t.Helper()
	s := newWireServer(t, wireVisit(append(documents, earlierWire("n1", "p1", "d1", "03-10", "e1", wireText("This week.")))...)...)
	c, _ := s.client()
	return s, func(allowed bool) (*visit.Visit, error) {
		return NewChart(ChartOptions{Client: c, Patient: "p1", Encounter: "e1", User: "Practitioner/d1", EarlierNotes: allowed}).Visit(t.Context(), "")
	}
}

func asked(s *wireServer) []string {
	var all []string
	for _, r := range s.seen() {
		r.query.Del("code")
		all = append(all, strings.TrimPrefix(r.path, "/fhir/T1/")+" "+r.query.Encode())
	}
	slices.Sort(all)
	return all
}

// Where the site does not allow it, not a request is sent for earlier notes, and none that came along is used.
// Where it does, it is one request, of one page.
func TestEarlierNotesAreOneRequestThatTheSiteAllows(t *testing.T) {
	older := earlierWire("n0", "p1", "d1", "03-03", "e0", wireText("Last week."))
	s, open := earlierChart(t, older)
	v, err := open(false)
	if err != nil || len(v.Priors) != 0 {
		t.Errorf("without leave: %v, error %v", v.Priors, err)
	}
	without := asked(s)
	if len(without) != 12 {
		t.Errorf("%d requests, want the 12 of the round", len(without))
	}
	s, open = earlierChart(t, older)
	if v, err = open(true); err != nil || len(v.Priors) != 1 || v.Priors[0].Text != "Last week." || v.Priors[0].Day != "2025-03-03" {
		t.Errorf("with leave: %+v, error %v", v.Priors, err)
	}
	with := asked(s)
	search := "DocumentReference _count=20&_sort=-date&patient=p1"
	if i := slices.Index(with, search); i < 0 || len(with) != len(without)+1 || !slices.Equal(slices.Delete(with, i, i+1), without) {
		t.Errorf("asked %q, want the same as without leave and one search", with)
	}
}

func TestNoFurtherPageOfEarlierNotesIsRead(t *testing.T) {
	s, open := earlierChart(t, earlierWire("m1", "p1", "d1", "03-03", "e0", wireText("One.")), earlierWire("m2", "p1", "d1", "03-04", "e0", wireText("Two.")))
	s.perPage = 2
	v, err := open(true)
	if err != nil || len(v.Unread) != 0 {
		t.Fatalf("unread %v, error %v", v.Unread, err)
	}
	pages := 0
	for _, r := range s.seen() {
		if r.query.Has("_sort") {
			pages++
		}
	}
	if pages != 1 {
		t.Errorf("%d pages of the search for earlier notes were read, want one", pages)
	}
}

// A server that cannot be searched by visit gives all documents at once: the search would bring nothing new.
func TestEarlierNotesAreAskedForWhereTheServerOffersIt(t *testing.T) {
	for _, tt := range []struct {
		parameters []string
		want       int
	}{{[]string{"patient", "encounter"}, 1}, {[]string{"patient"}, 0}, {[]string{"encounter"}, 0}} {
		p := &planner{patient: "p1", capability: &Capability{Kinds: map[string]KindCapability{"DocumentReference": {Search: true, Parameters: tt.parameters}}}}
		if got := len(p.earlierNotes()); got != tt.want {
			t.Errorf("%v: %d requests, want %d", tt.parameters, got, tt.want)
		}
	}
}

// A refusal is said under a name of its own: the note of the visit was read all the same.
func TestRefusedEarlierNotesAreUnread(t *testing.T) {
	s, open := earlierChart(t)
	s.before = func(w http.ResponseWriter, r *http.Request, _ []byte) bool {
		if !r.URL.Query().Has("_sort") {
			return false
		}
		wireRefuse(w, 403, "forbidden", "not for Avery Testwell")
		return true
	}
	v, err := open(true)
	if err != nil {
		t.Fatal(err)
	}
	want := []visit.Unread{{Kind: "earlier notes", Reason: "refused (403): ask for scope user/DocumentReference.rs"}}
	if diff := cmp.Diff(want, v.Unread); diff != "" || v.Note.Status != visit.NoteRead {
		t.Errorf("note %s, unread (-want +got):\n%s", v.Note.Status, diff)
	}
}

// Of the notes that will be compared, and of no others, the best form is fetched by its address: five at
// most, and in silence where it does not come.
func TestTextsOfEarlierNotesByAddress(t *testing.T) {
	var documents []string
	for i, day := range []string{"02-01", "02-08", "02-15", "02-22", "03-01", "03-08"} {
		address := fmt.Sprintf("Binary/own%d", i)
		documents = append(documents, earlierWire(fmt.Sprint("m", i), "p1", "d1", day, "e0", wireAddress("application/rtf", address+"-rtf")+","+wireAddress("text/plain", address)))
	}
	apart := strings.Replace(earlierWire("x1", "p1", "d1", "03-02", "e0", wireAddress("text/plain", "Binary/apart")), `"status"`, `"securityLabel":[{"coding":[{"code":"PSYTHPN"}]}],"status"`, 1)
	ours := strings.Replace(earlierWire("x2", "p1", "d1", "03-02", "e0", wireAddress("text/plain", "Binary/ours")), `"status"`, `"identifier":[{"system":"`+GapNoteSystem+`"}],"status"`, 1)
	documents = append(documents, apart, ours,
		earlierWire("x3", "p2", "d1", "03-02", "e0", wireAddress("text/plain", "Binary/other-patient")),
		earlierWire("x4", "p1", "d2", "03-02", "e0", wireAddress("text/plain", "Binary/other-author")),
		earlierWire("x5", "p1", "d1", "03-17", "e0", wireAddress("text/plain", "Binary/later")),
		earlierWire("x6", "p1", "d1", "03-02", "e0", wireAddress("text/plain", "https://elsewhere.example/Binary/b")))
	s, open := earlierChart(t, documents...)
	s.before = func(w http.ResponseWriter, r *http.Request, _ []byte) bool {
		id, isBinary := strings.CutPrefix(r.URL.Path, "/fhir/T1/Binary/")
		switch {
		case !isBinary:
			return false
		case id == "own4":
			wireRefuse(w, 403, "forbidden", "")
		default:
			w.Header().Set("Content-Type", "text/plain")
			fmt.Fprint(w, "Text of "+id)
		}
		return true
	}
	v, err := open(true)
	if err != nil {
		t.Fatal(err)
	}
	var fetched, texts []string
	for _, r := range s.seen() {
		if strings.Contains(r.path, "/Binary/") {
			fetched = append(fetched, strings.TrimPrefix(r.path, "/fhir/T1/Binary/"))
		}
	}
	slices.Sort(fetched)
	// the sixth latest that can be had at all, own0, is not fetched, nor is a second form of any
	if diff := cmp.Diff([]string{"own1", "own2", "own3", "own4", "own5"}, fetched); diff != "" {
		t.Errorf("fetched (-want +got):\n%s", diff)
	}
	for _, p := range v.Priors {
		texts = append(texts, p.Day+" "+p.Text)
	}
	if diff := cmp.Diff([]string{"2025-03-08 Text of own5", "2025-02-22 Text of own3", "2025-02-15 Text of own2", "2025-02-08 Text of own1"}, texts); diff != "" {
		t.Errorf("earlier notes (-want +got):\n%s", diff)
	}
	said := slices.DeleteFunc(v.Notes, func(r visit.Remark) bool { return !strings.HasPrefix(r.Resource, "DocumentReference/") })
	if len(v.Unread) != 0 || len(said) != 1 || said[0].Resource != "DocumentReference/x3" {
		t.Errorf("unread %v, remarks on documents %v: want nothing but the other patient's", v.Unread, said)
	}
}

// The words of an earlier note reach no address, no error and no remark.
func TestEarlierNotesStayOutOfAddressesAndRemarks(t *testing.T) {
	const canary = "zxqcanary"
	s, open := earlierChart(t, earlierWire("m1", "p1", "d1", "03-03", "e0", wireText(canary)+","+wireAddress("text/html", "Binary/b1")),
		earlierWire("m2", "p1", "d1", "03-04", "e0", fmt.Sprintf(`{"attachment":{"contentType":"text/plain","title":%q,"data":"%s!"}}`, canary, canary)),
		earlierWire("m3", "p2", "d1", "03-05", "e0", wireText(canary)))
	v, err := open(true)
	if err != nil {
		t.Fatal(err)
	}
	if len(v.Priors) != 1 || v.Priors[0].Text != canary {
		t.Errorf("earlier notes %v: want the one that can be read", v.Priors)
	}
	v.Priors = nil
	if said := fmt.Sprintf("%+v", v); strings.Contains(said, canary) {
		t.Errorf("the visit repeats it: %s", said)
	}
	for _, r := range s.seen() {
		if address, _ := url.PathUnescape(r.path + r.query.Encode()); strings.Contains(address, canary) || len(r.body) > 0 {
			t.Errorf("%s %s was sent", r.method, address)
		}
	}
}
