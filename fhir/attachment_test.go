package fhir

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chargenote/chargenote/internal/visit"
)

func wireDocument(more string, attachments ...string) string {
	var contents []string
	for _, a := range attachments {
		contents = append(contents, `{"attachment":{`+a+`}}`)
	}
	return `{"resourceType":"DocumentReference","id":"n1","status":"current","subject":{"reference":"Patient/p1"},` + more +
		`"content":[` + strings.Join(contents, ",") + `],"context":{"encounter":[{"reference":"Encounter/e1"}]}}`
}

// Which attachments are fetched: those of a form that is read, the best first, and none that the
// document makes needless or forbids.
func TestWhichAttachmentsAreFetched(t *testing.T) {
	const private = `"category":[{"coding":[{"code":"PSYTHPN"}]}],`
	inline := base64.StdEncoding.EncodeToString([]byte("Note"))
	for _, tt := range []struct {
		name     string
		document string
		want     []string // paths in the order of their names, with the Accept header
	}{
		{"every form that is read", wireDocument("", `"contentType":"application/pdf","url":"Binary/b5"`, `"contentType":"text/rtf","url":"Binary/b3"`, `"contentType":"text/html; charset=utf-8","url":"Binary/b2"`,
			`"contentType":"application/hl7-sdwg-ccda+xml","url":"Binary/b4"`, `"contentType":"text/plain","url":"Binary/b1"`),
			[]string{"b1 text/plain", "b2 text/html", "b3 text/rtf", "b4 application/hl7-sdwg-ccda+xml", "b5 application/pdf"}},
		{"no picture and no archive", wireDocument("", `"contentType":"image/png","url":"Binary/b1"`, `"contentType":"application/zip","url":"Binary/b2"`), nil},
		{"nothing is declared", wireDocument("", `"url":"Binary/b1"`), []string{"b1 text/plain"}},
		{"none after a text in the document itself", wireDocument("", `"contentType":"application/pdf","url":"Binary/b5"`, `"contentType":"text/html","data":"`+inline+`"`, `"contentType":"text/plain","url":"Binary/b1"`), []string{"b1 text/plain"}},
		{"within the document", wireDocument(`"contained":[{"resourceType":"Binary","id":"x","contentType":"text/plain"}],`, `"contentType":"text/plain","url":"#x"`), nil},
		{"psychotherapy notes, by category", wireDocument(private, `"contentType":"text/plain","url":"Binary/b1"`), nil},
		{"psychotherapy notes, by security label", wireDocument(`"meta":{"security":[{"code":"PSYTHPN"}]},`, `"contentType":"text/plain","url":"Binary/b1"`), nil},
		{"psychotherapy notes, written otherwise", wireDocument(`"securityLabel":[{"coding":[{"code":"\u0050SYTHPN"}]}],`, `"contentType":"text/plain","url":"Binary/b1"`), nil},
		{"entered in error", wireDocument(`"docStatus":"entered-in-error",`, `"contentType":"text/plain","url":"Binary/b1"`), nil},
		{"our own gap note", wireDocument(`"identifier":[{"system":"`+GapNoteSystem+`"}],`, `"contentType":"text/plain","url":"Binary/b1"`), nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newWireServer(t, wireVisit(tt.document)...)
			s.before = func(w http.ResponseWriter, r *http.Request, _ []byte) bool {
				if !strings.Contains(r.URL.Path, "/Binary/") {
					return false
				}
				w.Header().Set("Content-Type", "application/octet-stream")
				fmt.Fprint(w, "x")
				return true
			}
			c, _ := s.client()
			record, err := c.Load(t.Context(), wireOptions)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, r := range s.seen() {
				if _, id, ok := strings.Cut(r.path, "/Binary/"); ok {
					kind, _, _ := strings.Cut(strings.TrimPrefix(r.header.Get("Accept"), "application/fhir+json, "), ";q=0.9, */*;q=0.5")
					got = append(got, id+" "+kind)
				}
			}
			slices.Sort(got)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("fetched (-want +got):\n%s", diff)
			}
			if len(record.unread) != 0 {
				t.Errorf("unread: %v", record.unread)
			}
		})
	}
}

// A note that the server keeps as the bytes of a file is read as what it is.
func TestNoteFromBytes(t *testing.T) {
	s := newWireServer(t, wireVisit(wireDocument("", `"contentType":"application/rtf","url":"Binary/b1"`))...)
	s.before = func(w http.ResponseWriter, r *http.Request, _ []byte) bool {
		if !strings.HasSuffix(r.URL.Path, "/Binary/b1") {
			return false
		}
		w.Header().Set("Content-Type", "application/octet-stream")
		fmt.Fprint(w, `{\rtf1\ansi\ansicpg1252 Started 14:00 \'96 ended 14:47.}`)
		return true
	}
	c, _ := s.client()
	record, err := c.Load(t.Context(), wireOptions)
	if err != nil {
		t.Fatal(err)
	}
	got, err := record.Visit(Options{})
	if err != nil {
		t.Fatal(err)
	}
	if want := (visit.Note{Status: visit.NoteRead, Text: "Started 14:00 – ended 14:47.", Reference: "DocumentReference/n1"}); got.Note != want {
		t.Errorf("got %+v, want %+v", got.Note, want)
	}
}

// An outcome in place of a Binary is no note.
func TestOutcomeInPlaceOfABinary(t *testing.T) {
	s := newWireServer(t, wireVisit(wireDocument("", `"contentType":"text/plain","url":"Binary/b1"`))...)
	s.before = func(w http.ResponseWriter, r *http.Request, _ []byte) bool {
		if !strings.HasSuffix(r.URL.Path, "/Binary/b1") {
			return false
		}
		wireRefuse(w, 200, "processing", "")
		return true
	}
	c, _ := s.client()
	record, err := c.Load(t.Context(), wireOptions)
	if err != nil {
		t.Fatal(err)
	}
	if want := []visit.Unread{{Kind: "Binary", Reason: "the answer is not FHIR JSON: check the FHIR base of the issuer"}}; !slices.Equal(record.unread, want) {
		t.Errorf("unread %v, want %v", record.unread, want)
	}
}

// Compositions are asked for where the server says that it has them; that they may not be read takes
// nothing away, that they could not be does.
func TestCompositions(t *testing.T) {
	const composition = `{"resourceType":"Composition","id":"c1","status":"final","type":{},"date":"2025-03-10","author":[],"title":"Note","encounter":{"reference":"Encounter/e1"},` +
		`"section":[{"title":"Plan","text":{"status":"generated","div":"<div>Weekly</div>"}}]}`
	offered := &Capability{Kinds: map[string]KindCapability{
		"Encounter": {Read: true}, "Patient": {Read: true},
		"Composition": {Search: true, Parameters: []string{"encounter", "patient"}},
	}}
	for _, tt := range []struct {
		name       string
		capability *Capability
		status     int
		asked      int
		note       string
		unread     bool
	}{
		{"offered", offered, 0, 1, "Plan\nWeekly", false},
		{"offered and refused", offered, 403, 1, "", false},
		{"offered and broken", offered, 500, 1, "", true},
		{"not known to be offered", nil, 0, 0, "", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newWireServer(t, wireVisit(composition)...)
			s.before = func(w http.ResponseWriter, r *http.Request, _ []byte) bool {
				if tt.status == 0 || !strings.HasSuffix(r.URL.Path, "/Composition") {
					return false
				}
				wireRefuse(w, tt.status, "forbidden", "")
				return true
			}
			c, _ := s.client()
			options := wireOptions
			options.Capability = tt.capability
			record, err := c.Load(t.Context(), options)
			if err != nil {
				t.Fatal(err)
			}
			if n := s.asked("GET", "/Composition"); n != tt.asked {
				t.Errorf("asked %d times, want %d", n, tt.asked)
			}
			got, err := record.Visit(Options{})
			if err != nil {
				t.Fatal(err)
			}
			unread := slices.ContainsFunc(got.Unread, func(u visit.Unread) bool { return u.Kind == "Composition" })
			if got.Note.Text != tt.note || unread != tt.unread {
				t.Errorf("note %q, unread %v, want %q, %v", got.Note.Text, got.Unread, tt.note, tt.unread)
			}
		})
	}
}

// Thousands of attachments or addenda are not tried one after another, and that is said.
func TestManyAttachmentsAndAddenda(t *testing.T) {
	damaged := fmt.Sprintf(`"contentType":"application/pdf","data":%q`, base64.StdEncoding.EncodeToString([]byte("%PDF-1.4")))
	record := NewRecord()
	for _, raw := range wireVisit(wireDocument("", slices.Repeat([]string{damaged}, 100)...)) {
		record.Add([]byte(raw), "")
	}
	got, err := record.Visit(Options{})
	if err != nil {
		t.Fatal(err)
	}
	if want := (visit.Remark{Resource: "DocumentReference/n1", Text: "only 8 of its attachments are looked at"}); !slices.Contains(got.Notes, want) {
		t.Errorf("remarks %v, want %v", got.Notes, want)
	}
	text := fmt.Sprintf(`"contentType":"text/plain","data":%q`, base64.StdEncoding.EncodeToString([]byte("x")))
	record = NewRecord()
	for _, raw := range wireVisit(wireDocument("", text)) {
		record.Add([]byte(raw), "")
	}
	for i := range 30 {
		addendum := wireDocument(`"relatesTo":[{"code":"appends","target":{"reference":"DocumentReference/n1"}}],`, text)
		record.Add([]byte(strings.Replace(addendum, `"id":"n1"`, fmt.Sprintf(`"id":"a%02d"`, i), 1)), "")
	}
	if got, err = record.Visit(Options{}); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(got.Note.Text, "x"); n != 1+mostAddenda {
		t.Errorf("%d texts, want the note and %d addenda", n, mostAddenda)
	}
	if want := (visit.Remark{Resource: "DocumentReference/a29", Text: "not read: the note has more addenda than are read"}); !slices.Contains(got.Notes, want) {
		t.Errorf("remarks %v, want %v", got.Notes, want)
	}
}
