package demoehr_test

import (
	"html"
	"net/url"
	"strings"
	"testing"

	"github.com/chargenote/chargenote/internal/demoehr"
)

func TestScreensCarryTheirHeadersAndTheBanner(t *testing.T) {
	s := start(t, nil)
	for _, path := range []string{"/", "/chart/therapy-53", "/chart/rehab-hour", "/chart/nowhere"} {
		r := send(t, "GET", s.base+path, "", nil)
		policy := r.header.Get("Content-Security-Policy")
		for _, part := range []string{"default-src 'none'", "frame-src 'self' http://app.test;", "base-uri 'none'", "form-action 'self'"} {
			if !strings.Contains(policy, part) {
				t.Errorf("%s: the policy lacks %q: %s", path, part, policy)
			}
		}
		if strings.Contains(policy, "script-src") || strings.Contains(policy, "unsafe") || strings.Contains(r.text, "<script") {
			t.Errorf("%s: scripts or unsafe sources are let in", path)
		}
		if !strings.Contains(r.text, demoehr.Banner) {
			t.Errorf("%s: does not say that this is a demo with made-up patients", path)
		}
		if strings.Contains(r.text, " style=") || strings.Contains(r.text, "<style") {
			t.Errorf("%s: has styles that its own policy forbids", path)
		}
	}
}

func TestWorklistTellsEveryVisit(t *testing.T) {
	s := start(t, nil)
	page := html.UnescapeString(send(t, "GET", s.base+"/", "", nil).text)
	patients, articles := map[string]bool{}, map[string]bool{}
	for _, v := range s.Visits() {
		if !strings.Contains(page, `href="/chart/`+v.Encounter+`"`) || !strings.Contains(page, v.LookFor) {
			t.Errorf("the visit %s is not told", v.Encounter)
		}
		patients[v.Patient], articles[v.Article] = true, true
	}
	if len(patients) < 24 {
		t.Errorf("the worklist has %d patients, want at least 24", len(patients))
	}
	for article := range articles {
		if !strings.Contains(page, ">"+article+"</a>") || !strings.Contains(page, ">"+article+"</h2>") {
			t.Errorf("the stories of %s have no heading that can be jumped to", article)
		}
	}
}

func TestChartShowsPatientNoteAndApp(t *testing.T) {
	s := start(t, nil)
	r := send(t, "GET", s.base+"/chart/therapy-53", "", nil)
	page := html.UnescapeString(r.text)
	for _, part := range []string{"Otis Fictum", "1975-12-19", "MR-20402", "Start: 10:00 AM  Stop: 10:53 AM", `src="/chart/therapy-53/launch"`, "Nothing yet"} {
		if !strings.Contains(page, part) {
			t.Errorf("the chart lacks %q", part)
		}
	}
	if r := send(t, "GET", s.base+"/chart/nowhere", "", nil); r.status != 404 {
		t.Errorf("a chart that is not there: %d", r.status)
	}
	for _, path := range []string{"/style.css", "/smart-style.json"} {
		if r := send(t, "GET", s.base+path, "", nil); r.status != 200 {
			t.Errorf("%s: %d", path, r.status)
		}
	}
}

func TestLaunchFromTheChart(t *testing.T) {
	s := start(t, nil)
	for _, tt := range []struct {
		encounter, query string
		want             any
		user             string
		patientBanner    bool
	}{
		{"therapy-53", "", "therapy-53", "adaeze-okonkwo-reyes", false},
		{"therapy-53", "?window=1", "therapy-53", "adaeze-okonkwo-reyes", true},
		{"no-encounter", "", nil, "maren-lindqvist", false},
	} {
		r := send(t, "GET", s.base+"/chart/"+tt.encounter+"/launch"+tt.query, "", map[string]string{"Sec-Fetch-Dest": "iframe"})
		launched, err := url.Parse(r.header.Get("Location"))
		if err != nil || r.status != 303 || launched.Host != "app.test" || launched.Query().Get("iss") != s.ISS() {
			t.Fatalf("%s: %d to %s", tt.encounter, r.status, launched)
		}
		form := s.authorization(t, everything)
		form.Set("launch", launched.Query().Get("launch"))
		back, _ := s.authorize(t, form)
		got := s.token(t, redemption(back.Get("code"))).body
		if got["encounter"] != tt.want || got["need_patient_banner"] != tt.patientBanner {
			t.Errorf("%s: encounter %v, banner %v", tt.encounter, got["encounter"], got["need_patient_banner"])
		}
		claims := verify(t, s.base+"/auth/jwks", got["id_token"].(string))
		if claims["fhirUser"] != s.ISS()+"/Practitioner/"+tt.user {
			t.Errorf("%s: the user is %v", tt.encounter, claims["fhirUser"])
		}
	}
}

func TestNoteIsSavedAsANewVersion(t *testing.T) {
	s := start(t, nil)
	c := s.client(t, everything)
	save := func(note, version string, header map[string]string) reply {
		return postForm(t, s.base+"/chart/therapy-53/note", url.Values{"note": {note}, "version": {version}}, header)
	}
	text := "New text <b>with</b> & marks,\r\nin two lines."
	if r := save(text, `W/"1"`, nil); r.status != 303 {
		t.Fatalf("save: %d %s", r.status, r.text)
	}
	if got := noteOf(t, c, "therapy-53"); got != "New text <b>with</b> & marks,\nin two lines." {
		t.Errorf("the note is %q", got)
	}
	if r := c.call("GET", "/DocumentReference/therapy-53-note", ""); at(r.body, "meta", "versionId") != "2" {
		t.Errorf("the note has version %v", at(r.body, "meta", "versionId"))
	}
	page := send(t, "GET", s.base+"/chart/therapy-53", "", nil).text
	if strings.Contains(page, "<b>with</b>") || !strings.Contains(html.UnescapeString(page), "New text <b>with</b> & marks") {
		t.Error("the note is not shown as plain text")
	}
	if r := save("too late", `W/"1"`, nil); r.status != 409 {
		t.Errorf("a save over a newer note: %d, want 409", r.status)
	}
	if r := save("from elsewhere", `W/"2"`, map[string]string{"Sec-Fetch-Site": "cross-site"}); r.status != 403 {
		t.Errorf("a save from another site: %d, want 403", r.status)
	}
}

func TestChartShowsWhatWasFiled(t *testing.T) {
	s := start(t, nil)
	s.client(t, everything).call("POST", "", filing())
	page := send(t, "GET", s.base+"/chart/therapy-53", "", nil).text
	for _, part := range []string{"90837, units: 1", "planned", "Provenance", `href="/chart/therapy-53/ChargeItem/`, `href="/chart/therapy-53/DocumentReference/`} {
		if !strings.Contains(page, part) {
			t.Errorf("the chart does not show %q", part)
		}
	}
	_, after, _ := strings.Cut(page, `href="/chart/therapy-53/ChargeItem/`)
	id, _, _ := strings.Cut(after, `"`)
	if r := send(t, "GET", s.base+"/chart/therapy-53/ChargeItem/"+id, "", nil); r.body["resourceType"] != "ChargeItem" {
		t.Errorf("the link to the stored form answers %d", r.status)
	}
}
