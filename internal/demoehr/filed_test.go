package demoehr_test

import (
	"html"
	"net/url"
	"strings"
	"testing"
)

// filedCharge is the id of the charge that filing leaves on the chart of therapy-53.
func filedCharge(t *testing.T, s site) string {
	t.Helper()
	_, after, ok := strings.Cut(send(t, "GET", s.base+"/chart/therapy-53", "", nil).text, `href="/chart/therapy-53/ChargeItem/`)
	if !ok {
		t.Fatal("the chart links no charge")
	}
	id, _, _ := strings.Cut(after, `"`)
	return id
}

func TestChartSetsOutWhatWasFiled(t *testing.T) {
	s := start(t, nil)
	s.client(t, everything).call("POST", "", filing())
	page := html.UnescapeString(send(t, "GET", s.base+"/chart/therapy-53", "", nil).text)
	for _, part := range []string{"  \"resourceType\": \"ChargeItem\",\n", "  \"resourceType\": \"Provenance\",\n", "Text of the document"} {
		if !strings.Contains(page, part) {
			t.Errorf("the chart does not show %q", part)
		}
	}
	if n := strings.Count(page, "Mark as entered in error"); n != 2 {
		t.Errorf("%d resources can be marked, want charge and document", n)
	}
}

func TestFiledResourceIsMarkedAsEnteredInError(t *testing.T) {
	s := start(t, nil)
	c := s.client(t, everything)
	c.call("POST", "", filing())
	id := filedCharge(t, s)
	mark := func(path, version string, header map[string]string) reply {
		return postForm(t, s.base+"/chart/"+path+"/error", url.Values{"version": {version}}, header)
	}
	for _, tt := range []struct {
		why, path, version string
		header             map[string]string
		status             int
	}{
		{"from another site", "therapy-53/ChargeItem/" + id, `W/"1"`, map[string]string{"Sec-Fetch-Site": "cross-site"}, 403},
		{"of another visit", "therapy-52/ChargeItem/" + id, `W/"1"`, nil, 404},
		{"the clinician's own note", "therapy-53/DocumentReference/therapy-53-note", `W/"1"`, nil, 404},
		{"a kind without such a status", "therapy-53/Patient/otis-fictum", `W/"1"`, nil, 404},
		{"a version that is past", "therapy-53/ChargeItem/" + id, `W/"0"`, nil, 409},
		{"what was looked at", "therapy-53/ChargeItem/" + id, `W/"1"`, nil, 303},
		{"twice", "therapy-53/ChargeItem/" + id, `W/"1"`, nil, 409},
	} {
		if r := mark(tt.path, tt.version, tt.header); r.status != tt.status {
			t.Errorf("%s: %d, want %d", tt.why, r.status, tt.status)
		}
	}
	r := c.call("GET", "/ChargeItem/"+id, "")
	if at(r.body, "status") != "entered-in-error" || at(r.body, "meta", "versionId") != "2" || at(r.body, "code", "coding", 0, "code") != "90837" {
		t.Errorf("the charge is %v in version %v", at(r.body, "status"), at(r.body, "meta", "versionId"))
	}
	if page := send(t, "GET", s.base+"/chart/therapy-53", "", nil).text; !strings.Contains(page, "in-error") || strings.Count(page, "Mark as entered in error") != 1 {
		t.Error("the chart does not show the charge as entered in error, or offers to mark it again")
	}
}

// A note that is kept in another form stays in it when it is saved.
func TestNoteKeepsItsForm(t *testing.T) {
	s := start(t, nil)
	c := s.client(t, everything)
	for encounter, form := range map[string]string{"note-in-rtf": "application/rtf", "note-in-html": "text/html; charset=utf-8"} {
		changed := strings.Replace(noteOf(t, c, encounter), "Therapist:", "Therapist (changed):", 1)
		if r := postForm(t, s.base+"/chart/"+encounter+"/note", url.Values{"note": {changed}, "version": {`W/"1"`}}, nil); r.status != 303 {
			t.Fatalf("%s: save answers %d", encounter, r.status)
		}
		if got := noteOf(t, c, encounter); got != changed || !strings.Contains(got, "(changed)") {
			t.Errorf("%s: the note was not saved as it was written", encounter)
		}
		note := c.call("GET", "/DocumentReference/"+encounter+"-note", "").body
		if got := at(note, "content", 0, "attachment", "contentType"); got != form || at(note, "meta", "versionId") != "2" {
			t.Errorf("%s: kept as %v, version %v", encounter, got, at(note, "meta", "versionId"))
		}
		if page := send(t, "GET", s.base+"/chart/"+encounter, "", nil).text; !strings.Contains(page, "that it is kept in") {
			t.Errorf("%s: the chart does not say in which form the note is kept", encounter)
		}
	}
}
