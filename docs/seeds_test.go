package docs_test

import (
	"testing"

	"github.com/chargenote/chargenote/docs"
)

// element is one element of a result, or nil where it is not listed.
func element(r docs.Result, id string) *docs.Element {
	for i := range r.Elements {
		if r.Elements[i].ID == id {
			return &r.Elements[i]
		}
	}
	return nil
}

// TestSeedErrors holds the errors of published guidance that concern the note: what one payer or one
// company asks for must not bar a code that the payer's rules support. The numbers are those of the
// tests of the coding rules.
func TestSeedErrors(t *testing.T) {
	t.Run("18-therapy-notes-need-two-totals-and-no-clock-times", func(t *testing.T) {
		result := check(t, "Timed-code minutes: 38. Total treatment time: 45 min.", "97110", "97110", "97110")
		if e := element(result, "time_start_stop"); e != nil {
			t.Errorf("a therapy note is asked for clock times: %s, %s", e.Level, e.Gap)
		}
		for _, id := range []string{"timed_minutes", "total_treatment_time"} {
			if got := status(result, id); got != docs.Present {
				t.Errorf("%s: got %s, want present", id, got)
			}
		}
	})
	t.Run("18-each-of-the-two-totals-is-asked-for-in-words", func(t *testing.T) {
		result := check(t, "Session 10:00 AM to 10:45 AM.", "97110", "97110", "97110")
		for _, id := range []string{"timed_minutes", "total_treatment_time"} {
			e := element(result, id)
			if e == nil || e.Status != docs.Missing || e.Gap == "" || e.Why == "" {
				t.Errorf("%s: got %+v, want missing, with what to write and why", id, e)
			}
		}
	})
	for _, tt := range []struct{ name, note, there, other string }{
		{"24-a-total-alone-does-not-bar-psychotherapy", "Total time: 53 minutes of individual psychotherapy.", "time_total", "time_start_stop"},
		{"24-clock-times-alone-do-not-bar-psychotherapy", "Session 2:00 PM to 2:53 PM.", "time_start_stop", "time_total"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			result := check(t, tt.note, "90837")
			if got := status(result, tt.there); got != docs.Present {
				t.Errorf("%s: got %s, want present", tt.there, got)
			}
			e := element(result, tt.other)
			if e == nil || e.Status != docs.Missing || e.Severity == docs.Block || e.Gap == "" || e.Or == "" {
				t.Errorf("%s: got %+v, want missing, no bar, with what to write and a way out", tt.other, e)
			}
		})
	}
	t.Run("24-no-time-at-all-bars-it", func(t *testing.T) {
		e := element(check(t, "Individual psychotherapy for depression.", "90837"), "time_total")
		if e == nil || e.Status != docs.Missing || e.Severity != docs.Block {
			t.Errorf("time_total: got %+v, want missing and a bar", e)
		}
	})
	t.Run("23-contract-rules-of-one-company-bar-nothing", func(t *testing.T) {
		for _, code := range []string{"90837", "90791", "90846"} {
			result := check(t, "Session 2:00 PM to 2:53 PM, total time 53 minutes.\fContinued.", code)
			for _, id := range []string{"mse_3", "mse_5", "patient_dob", "id_each_page"} {
				if e := element(result, id); e != nil && e.Severity == docs.Block {
					t.Errorf("%s: %s bars the code, which no payer's rule does: %s", code, id, e.Reference)
				}
			}
		}
	})
	t.Run("23-the-reason-for-audio-alone-is-asked-for-whoever-pays", func(t *testing.T) {
		result := check(t, "Session by telephone, 2:00 PM to 2:53 PM. Patient declined video.", "90837-93")
		if got := status(result, "tele_audio_only_reason"); got != docs.Present {
			t.Errorf("tele_audio_only_reason: got %s, want present", got)
		}
	})
}
