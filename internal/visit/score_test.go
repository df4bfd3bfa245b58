package visit_test

import (
	"testing"

	"github.com/chargenote/chargenote/internal/visit"
)

func TestSubscaleInWords(t *testing.T) {
	seven, yes, no := 7, true, false
	for want, s := range map[string]visit.Subscale{
		"attention 7, positive":         {Name: "attention", Value: &seven, Positive: &yes},
		"attention 7, negative":         {Name: "attention", Value: &seven, Positive: &no},
		"attention 7":                   {Name: "attention", Value: &seven},
		"attention not known":           {Name: "attention"},
		"attention not known, positive": {Name: "attention", Positive: &yes},
	} {
		if got := s.String(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
