package review_test

import (
	"slices"
	"testing"

	"github.com/chargenote/chargenote/coding"
	"github.com/chargenote/chargenote/internal/review"
	"github.com/chargenote/chargenote/internal/visit"
)

// Earlier notes that the record hands over are compared with the note, and a repeated one is a row.
func TestARepeatedNoteIsARowOfTheComparison(t *testing.T) {
	s, err := review.New()
	if err != nil {
		t.Fatal(err)
	}
	const text = "Subjective: Client reports poor sleep and worry about work and money since the last week.\nResponse: Client named three thoughts and practiced breathing twice in session.\n"
	for _, tt := range []struct {
		why    string
		priors []visit.Prior
		want   string
	}{
		{"the same words a week before", []visit.Prior{{Reference: "DocumentReference/n0", Day: "2025-03-03", Text: text}}, review.Differs},
		{"no earlier note", nil, ""},
	} {
		r, err := s.Of(&visit.Visit{Facts: coding.Facts{Services: []coding.Service{{Activity: "psychotherapy"}}},
			Note: visit.Note{Status: visit.NoteRead, Text: text}, Priors: tt.priors})
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if i := slices.IndexFunc(r.Consistency, func(c review.Consistency) bool { return c.ID == "cc_cloned" }); i >= 0 {
			got = r.Consistency[i].Status
		}
		if got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.why, got, tt.want)
		}
	}
}
