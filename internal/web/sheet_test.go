package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// sheetOfVisit is the part of the visit's page that is printed.
func (w *world) sheetOfVisit() string {
	w.t.Helper()
	_, sheet, found := strings.Cut(w.get("/visit/A", "A").Body.String(), `<article class="sheet one">`)
	if !found {
		w.t.Fatal("the visit has no sheet to print")
	}
	sheet, _, _ = strings.Cut(sheet, "</article>")
	return sheet
}

func TestTheSheetSaysWhatStandsAndWhatWasSaid(t *testing.T) {
	w := newWorld(t)
	w.launches.open["A"].NeedPatientBanner = false // the paper has no chart around it
	want(t, w.post("/visit/A/pick", "A", url.Values{"code": {"90837"}, "units": {"1"}}), http.StatusSeeOther)
	want(t, w.post("/visit/A/not-billable", "A", nil), http.StatusSeeOther)
	sheet := w.sheetOfVisit()
	for _, part := range []string{"Wilhelmina Testcase", "April 2, 1984", "MRN-0017", "47 minutes, 14:00 to 14:47", "<b>90834</b>, 1 unit", "47 min, within 38 to 52.",
		"Picked by the clinician: <b>90837</b>, 1 unit", "Said by the clinician: not billable today, at 15:00.", "Coding rules 2026.1"} {
		if !strings.Contains(sheet, part) {
			t.Errorf("the sheet does not say %q:\n%s", part, sheet)
		}
	}
	if strings.Contains(sheet, "<form") || strings.Contains(sheet, "<button") {
		t.Error("the sheet has something to press")
	}
}
