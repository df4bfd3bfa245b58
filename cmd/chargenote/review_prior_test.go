package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/chargenote/chargenote/docs"
	"github.com/chargenote/chargenote/internal/effective"
	"github.com/chargenote/chargenote/internal/review"
	"github.com/chargenote/chargenote/internal/visit"
)

// canary stands in earlier notes alone.
const canary = "zxqcanary"

// An earlierNote is a document of before a visit; its words are those of the visit's own note and more.
type earlierNote struct {
	patient, author, day string
	status, docStatus    string
	more                 string // further members
}

func (n earlierNote) entry(t *testing.T, text string) json.RawMessage {
	t.Helper()
	return json.RawMessage(fmt.Sprintf(`{"resource": {"resourceType": "DocumentReference", "id": "earlier-note", "status": %q, "docStatus": %q, "subject": {"reference": %q},
		"author": [{"reference": %q}], "date": "%sT12:00:00Z"%s, "content": [{"attachment": {"contentType": "text/plain; charset=utf-8", "data": %q}}]}}`,
		n.status, n.docStatus, n.patient, n.author, n.day, n.more, base64.StdEncoding.EncodeToString([]byte(text+"\nPlan: "+canary+" and nothing else.\n"))))
}

// dayBefore is a day so many days before a day of service.
func dayBefore(t *testing.T, day string, days int) string {
	t.Helper()
	d, err := effective.ParseDate(day)
	if err != nil {
		t.Fatal(err)
	}
	return d.AddDays(-days).String()
}

// withEarlier reviews a visit with one more document in its record.
func (m madeUpVisit) withEarlier(t *testing.T, s *review.Service, r *review.Review, n earlierNote) *review.Review {
	t.Helper()
	head, entries := bundleOf(t, m.bundle)
	m.options.Encounter = r.Encounter
	head["entry"] = asJSON(t, append([]json.RawMessage{n.entry(t, r.Visit().Note.Text)}, entries...))
	return m.reviewed(t, s, asJSON(t, head))
}

// A document that is no earlier note of the patient by the same author changes nothing but the notes of a
// review, though it holds the very words of the visit's note.
func TestNotesOfOthersAreNotCompared(t *testing.T) {
	ofEach(t, func(t *testing.T, s *review.Service, m madeUpVisit, r *review.Review) {
		v := r.Visit()
		if r.Patient == "" || v.Note.Status != visit.NoteRead || r.DateOfService == "" || v.Clinician.Reference == "" {
			return // nobody's note, or none
		}
		own := earlierNote{patient: r.Patient, author: v.Clinician.Reference, day: dayBefore(t, r.DateOfService, 7), status: "current", docStatus: "final"}
		for name, change := range map[string]func(*earlierNote){
			"of another patient":   func(n *earlierNote) { n.patient = "Patient/foreign-p" },
			"of another author":    func(n *earlierNote) { n.author = "Practitioner/foreign-d" },
			"a draft":              func(n *earlierNote) { n.docStatus = "preliminary" },
			"entered in error":     func(n *earlierNote) { n.docStatus = "entered-in-error" },
			"superseded":           func(n *earlierNote) { n.status = "superseded" },
			"of a later day":       func(n *earlierNote) { n.day = dayBefore(t, r.DateOfService, -7) },
			"a psychotherapy note": func(n *earlierNote) { n.more = `, "category": [{"coding": [{"code": "PSYTHPN"}]}]` },
			"a gap note of ours": func(n *earlierNote) {
				n.more = `, "identifier": [{"system": "https://chargenote.dev/fhir/identifier/gap-note", "value": "g"}]`
			},
		} {
			foreign := own
			change(&foreign)
			if diff := cmp.Diff(withoutNotes(t, r), withoutNotes(t, m.withEarlier(t, s, r, foreign))); diff != "" {
				t.Errorf("%s (-want +got):\n%s", name, diff)
			}
		}
	})
}

// withoutComparison is all that a review says and rests on, but what comes of comparing notes.
func withoutComparison(t *testing.T, r *review.Review) string {
	t.Helper()
	bare, read := *r, *r.Visit()
	read.Priors = nil
	bare.Documentation.Similarity = nil
	bare.Consistency = slices.DeleteFunc(slices.Clone(r.Consistency), func(c review.Consistency) bool { return c.ID == "cc_cloned" })
	bare.Documentation.Elements = slices.DeleteFunc(slices.Clone(bare.Documentation.Elements), func(e docs.Element) bool { return e.ID == "not_cloned" })
	return string(asJSON(t, []any{bare, read}))
}

// An earlier note of the patient by the same author is the exception to the rule that what is not of the
// visit changes nothing: it changes the comparison, and that alone. Its own words are nowhere in the
// review or in what is filed.
func TestAnEarlierNoteChangesTheComparisonAlone(t *testing.T) {
	compared := 0
	ofEach(t, func(t *testing.T, s *review.Service, m madeUpVisit, r *review.Review) {
		v := r.Visit()
		if r.Patient == "" || v.Note.Status != visit.NoteRead || r.DateOfService == "" || v.Clinician.Reference == "" {
			return
		}
		got := m.withEarlier(t, s, r, earlierNote{patient: r.Patient, author: v.Clinician.Reference, day: dayBefore(t, r.DateOfService, 1), status: "current", docStatus: "final"})
		if diff := cmp.Diff(withoutComparison(t, r), withoutComparison(t, got)); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		if len(got.Visit().Priors) == 0 {
			return // the note of the visit does not say that it is the clinician's
		}
		compared++
		if similarity := got.Documentation.Similarity; similarity == nil || (len(v.Note.Text) > 400 && similarity.Reference != "DocumentReference/earlier-note") {
			t.Errorf("similarity %+v, want the note that was added", similarity)
		}
		p := &page{}
		reviewText(p, got)
		said := map[string]string{"review": string(asJSON(t, got)), "text": p.String()}
		if offers := got.Offers(); len(offers) > 0 {
			filing, err := s.Filing(got, review.Confirmation{Offers: []string{offers[0].ID}, User: v.Clinician.Reference, At: time.Unix(0, 0)})
			if err != nil {
				return // an add-on alone, or nobody who could confirm
			}
			said["filing"] = string(asJSON(t, filing))
			isEvidence := slices.ContainsFunc(filing.Evidence, func(v visit.Version) bool { return v.Reference == "DocumentReference/earlier-note" })
			if names := strings.Contains(filing.GapNote, "of this note stands in an earlier note of "); names != isEvidence {
				t.Errorf("the gap note names the earlier note: %v, it is evidence: %v", names, isEvidence)
			}
			quotedFrom(t, filing.GapNote, v.Note.Text)
		}
		for what, text := range said {
			if strings.Contains(text, canary) {
				t.Errorf("%s: holds words of the earlier note alone", what)
			}
		}
	})
	if compared < 25 {
		t.Errorf("%d visits were compared with an earlier note, there were more", compared)
	}
}

// quotedFrom wants each repeated passage of a gap note to stand in the note, and to be short.
func quotedFrom(t *testing.T, gapNote, note string) {
	t.Helper()
	_, rest, _ := strings.Cut(strings.Join(strings.Fields(gapNote), " "), "of this note stands in an earlier note of ")
	note = strings.Join(strings.Fields(note), " ")
	for i, passage := range strings.Split(rest, ` Repeated: "`)[1:] {
		passage, _, _ = strings.Cut(passage, `…"`)
		passage, _, _ = strings.Cut(passage, `" `)
		passage = strings.Trim(passage, ` "…`)
		if i >= 3 || len(passage) > 200 || !strings.Contains(note, passage) {
			t.Errorf("passage %d is %q, want three at most, short and of the note itself", i+1, passage)
		}
	}
}

// The two stories of the demo show what they say: a note copied forward, and one like a colleague's.
func TestStoriesOfCopiedNotes(t *testing.T) {
	s, err := review.New()
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range demoVisits(t) {
		switch m.name {
		case "demo-copied-forward":
			r := m.reviewed(t, s, m.bundle)
			d := r.Documentation
			if d.Similarity == nil || d.Similarity.Day != "2026-11-13" || !d.Similarity.Numbers || len(r.Visit().Priors) != 2 {
				t.Errorf("%s: %d earlier notes, similarity %+v", m.name, len(r.Visit().Priors), d.Similarity)
			}
			wantGaps(t, m.name, d, "not_cloned")
		case "demo-alike-of-another":
			r := m.reviewed(t, s, m.bundle)
			if r.Documentation.Similarity != nil {
				t.Errorf("%s: similarity %+v, want none", m.name, r.Documentation.Similarity)
			}
			wantGaps(t, m.name, r.Documentation)
		}
	}
}

// wantGaps wants these elements open and no other that is needed.
func wantGaps(t *testing.T, name string, d docs.Result, want ...string) {
	t.Helper()
	var open []string
	for _, e := range d.Elements {
		if e.Status != docs.Present && e.Severity != docs.Info {
			open = append(open, e.ID)
		}
	}
	if !slices.Equal(open, want) {
		t.Errorf("%s: open are %q, want %q", name, open, want)
	}
}
