package web

import (
	"encoding/xml"
	"errors"
	"html"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	markup "golang.org/x/net/html"

	"github.com/chargenote/chargenote/internal/visit"
)

const soap = "/visit/A/documents/progress-note-soap"

var (
	hiddenPattern  = regexp.MustCompile(`name="(chart|cited|heading|was|version)" value="([^"]*)"`)
	passagePattern = regexp.MustCompile(`(?s)<textarea[^>]*>\n(.*?)</textarea>`)
)

// documentForm is the form of a document's page, filled as a browser would send it.
func documentFormOf(t *testing.T, page string) url.Values {
	t.Helper()
	form := url.Values{}
	for _, field := range hiddenPattern.FindAllStringSubmatch(page, -1) {
		form.Add(field[1], html.UnescapeString(field[2]))
	}
	for _, text := range passagePattern.FindAllStringSubmatch(page, -1) {
		form.Add("text", strings.ReplaceAll(html.UnescapeString(text[1]), "\n", "\r\n"))
	}
	if len(form["heading"]) == 0 || len(form["heading"]) != len(form["text"]) {
		t.Fatalf("the page has no form to edit: %d headings, %d fields", len(form["heading"]), len(form["text"]))
	}
	return form
}

// rewritten is a form with other text under some headings.
func rewritten(t *testing.T, form url.Values, sections map[string]string) url.Values {
	t.Helper()
	found := 0
	for i, heading := range form["heading"] {
		if text, ok := sections[heading]; ok {
			form["text"][i] = text
			found++
		}
	}
	if found != len(sections) {
		t.Fatalf("the document has the sections %q", form["heading"])
	}
	return form
}

// save writes sections of a document as a clinician would, and returns the answer.
func (w *world) save(launch, document string, sections map[string]string) *httptest.ResponseRecorder {
	w.t.Helper()
	path := "/visit/" + launch + "/documents/" + document
	form := rewritten(w.t, documentFormOf(w.t, w.get(path, launch).Body.String()), sections)
	return w.post(path, launch, form)
}

func TestDocumentsAreListedWithTheirBlanks(t *testing.T) {
	w := newWorld(t)
	answer := w.get("/visit/A/documents", "A")
	want(t, answer, http.StatusOK, "Progress note", "Progress Note (SOAP)", "Progress Note (DAP)", "Progress Note (BIRP)", "After your visit", "Assessment Report", "Assessment Note",
		"For the patient to take home", "blanks left", `href="/visit/A"`, "Nothing here is filed or signed")
	wantNot(t, answer, "Edited by you")
	want(t, w.get("/visit/A", "A"), http.StatusOK, `href="/visit/A/documents"`)
	w.save("A", "progress-note-dap", map[string]string{"Plan": "Return in two weeks."})
	want(t, w.get("/visit/A/documents", "A"), http.StatusOK, "Edited by you at 15:00")
}

func TestADocumentShowsTextSourcesAndBlanks(t *testing.T) {
	w := newWorld(t)
	answer := w.get(soap, "A")
	want(t, answer, http.StatusOK, "Wilhelmina Testcase", "April 2, 1984", "Draft for clinician review. Unsigned.",
		"Session time: 47 minutes, from 2:00 PM to 2:47 PM. [", "[[ signature with credentials", "blanks to fill or take out",
		`<td>Session time: 47 minutes, from 2:00 PM to 2:47 PM.</td><td><span class="reference">[2] Procedure/p1</span></td>`, // a sentence, its number and its source
		`<td>CBT for worry.</td><td><span class="reference">[1] DocumentReference/n1, bytes 24 to 38</span></td>`,
		`Risk statement for today</td><td><span class="reference">for you to write</span></td>`, `href="/visit/A/documents/progress-note-soap.pdf"`, "Unsigned. ")
	wantNot(t, answer, "Take back to the draft", "Reading grade")
	want(t, w.get("/visit/A/documents/after-visit-summary", "A"), http.StatusOK, "Reading grade of what is written")
}

func TestADocumentIsEditedAndTakenBack(t *testing.T) {
	w := newWorld(t)
	answer := w.save("A", "progress-note-soap", map[string]string{"Plan": "Return in two weeks.\r\nHomework: [[ which ]]"})
	want(t, answer, http.StatusSeeOther)
	if at := answer.Header().Get("Location"); at != soap {
		t.Errorf("saving leads to %q, want %q", at, soap)
	}
	page := w.get(soap, "A")
	want(t, page, http.StatusOK, "Edited by you at 15:00", "Return in two weeks.\nHomework: [[ which ]]", `">which</a></li>`, "your words", "Take back to the draft")
	if n := strings.Count(page.Body.String(), ">Take back to the draft<"); n != 1 {
		t.Errorf("%d sections are said to be edited, want 1: one that came back as it was is not", n)
	}
	want(t, w.get(soap+".txt", "A"), http.StatusOK, "Return in two weeks.\nHomework: [[ which ]]", "Edited by the clinician: Plan.")
	if n := w.chart.files.Load(); n != 0 {
		t.Errorf("%d filings were sent, want none", n)
	}
	if strings.Contains(w.log.String(), "two weeks") {
		t.Error("what the clinician wrote is in the log")
	}
	form := documentFormOf(t, w.get(soap, "A").Body.String())
	form.Set("back", "Plan")
	want(t, w.post(soap, "A", form), http.StatusSeeOther)
	wantNot(t, w.get(soap, "A"), "two weeks", "Edited by you")
}

// Writing the draft itself leaves nothing edited.
func TestWritingTheDraftIsNoEdit(t *testing.T) {
	w := newWorld(t)
	drafted := w.get(soap+".txt", "A").Body.String()
	form := documentFormOf(t, w.get(soap, "A").Body.String())
	first := form["text"][0]
	w.save("A", "progress-note-soap", map[string]string{form["heading"][0]: "Something else."})
	w.save("A", "progress-note-soap", map[string]string{form["heading"][0]: "  " + first + " \r\n"})
	if got := w.get(soap+".txt", "A").Body.String(); got != drafted {
		t.Errorf("got\n%s\nwant the draft\n%s", got, drafted)
	}
}

func TestDownloadsSayWhatTheyAre(t *testing.T) {
	w := newWorld(t)
	for _, tt := range []struct{ format, kind, begins string }{
		{"txt", "text/plain; charset=utf-8", "Draft for clinician review. Unsigned.\n"},
		{"pdf", "application/pdf", "%PDF-1"},
		{"xhtml", "application/xhtml+xml; charset=utf-8", "<?xml "},
	} {
		answer := w.get(soap+"."+tt.format, "A")
		h := answer.Header()
		if answer.Code != http.StatusOK || h.Get("Content-Type") != tt.kind || !strings.HasPrefix(answer.Body.String(), tt.begins) {
			t.Errorf("%s: %d, %s, %.40q", tt.format, answer.Code, h.Get("Content-Type"), answer.Body)
		}
		// The name of a file stays in a folder and in lists of downloads: it says nobody's name, no day and no code.
		if got, want := h.Get("Content-Disposition"), `attachment; filename="progress-note-soap-draft.`+tt.format+`"`; got != want {
			t.Errorf("%s: disposition %s, want %s", tt.format, got, want)
		}
		if h.Get("Cache-Control") != "no-store" || h.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: may be kept or guessed at: %v", tt.format, h)
		}
		if head := w.do(http.MethodHead, soap+"."+tt.format, "A", nil); head.Code != http.StatusOK {
			t.Errorf("%s: HEAD answers %d", tt.format, head.Code)
		}
	}
	want(t, w.get(soap+".txt", "A"), http.StatusOK, "blanks are left: fill them or take them out")
	want(t, w.get(soap+".docx", "A"), http.StatusNotFound)
}

func TestNoSuchDocument(t *testing.T) {
	w := newWorld(t)
	want(t, w.get("/visit/A/documents/horoscope", "A"), http.StatusNotFound, "There is no such document", `href="/visit/A"`)
	want(t, w.post("/visit/A/documents/horoscope", "A", nil), http.StatusNotFound)
	want(t, w.get("/visit/C/documents", "C"), http.StatusConflict, "No visit has been chosen")
}

// One patient's words never stand in another's document.
func TestDocumentsOfTwoChartsNeverMix(t *testing.T) {
	w := newWorld(t)
	w.save("A", "progress-note-soap", map[string]string{"Plan": "Return in two weeks."})
	form := documentFormOf(t, w.get(soap, "A").Body.String())
	for _, path := range []string{"/visit/A/documents", soap, soap + ".txt", soap + ".pdf"} {
		for _, cookie := range []string{"", "B"} {
			answer := w.get(path, cookie)
			want(t, answer, http.StatusNotFound, "This chart is not open here")
			wantNot(t, answer, "Wilhelmina", "two weeks")
		}
	}
	want(t, w.post(soap, "B", form), http.StatusNotFound)

	// B is patient p2's, the record gives p1's visit: nothing is shown, nothing is kept.
	b := strings.Replace(soap, "/A/", "/B/", 1)
	for _, path := range []string{"/visit/B/documents", b, b + ".txt"} {
		answer := w.get(path, "B")
		want(t, answer, http.StatusConflict, "another patient")
		wantNot(t, answer, "Wilhelmina", "two weeks")
	}

	// A's form under the address of another open launch, whose chart is in order.
	w.launches.open["D"] = launchOf("D", "p1", "e1")
	d := strings.Replace(soap, "/A/", "/D/", 1)
	crossed := rewritten(t, form, map[string]string{"Plan": "Words of A."})
	want(t, w.post(d, "D", crossed), http.StatusConflict, "belongs to another chart or visit")
	want(t, w.post("/visit/A/documents/progress-note-dap", "A", crossed), http.StatusConflict)
	crossed.Del("chart")
	want(t, w.post(soap, "A", crossed), http.StatusConflict)
	for _, path := range []string{d, soap} {
		wantNot(t, w.get(path, path[len("/visit/"):len("/visit/")+1]), "Words of A.")
	}
}

func TestAFormFromAnotherSiteIsRefused(t *testing.T) {
	w := newWorld(t)
	form := rewritten(t, documentFormOf(t, w.get(soap, "A").Body.String()), map[string]string{"Plan": "Forged."})
	r := httptest.NewRequest(http.MethodPost, baseURL+soap, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	r.AddCookie(&http.Cookie{Name: "l-A", Value: "A"})
	answer := httptest.NewRecorder()
	w.server.ServeHTTP(answer, r)
	want(t, answer, http.StatusForbidden)
	wantNot(t, w.get(soap, "A"), "Forged.")
}

func TestFormsThatNoPageSends(t *testing.T) {
	for name, change := range map[string]func(url.Values){
		"a heading without text":   func(f url.Values) { f["text"] = f["text"][1:] },
		"a heading of no template": func(f url.Values) { f["heading"][0] = "Verdict" },
	} {
		w := newWorld(t)
		form := documentFormOf(t, w.get(soap, "A").Body.String())
		change(form)
		answer := w.post(soap, "A", form)
		if answer.Code != http.StatusBadRequest || len(w.server.sessions.byLaunch["A"].edits) > 0 {
			t.Errorf("%s: answers %d, want 400 and nothing kept", name, answer.Code)
		}
	}
}

// Two windows on one document, and a record that changes while somebody writes.
func TestAnOldFormTouchesOnlyWhatWasWrittenOnIt(t *testing.T) {
	w := newWorld(t)
	old := documentFormOf(t, w.get(soap, "A").Body.String())
	w.save("A", "progress-note-soap", map[string]string{"Plan": "Return in two weeks."})
	v := therapyVisit(47)
	v.Note.Text = "Session 14:00 to 14:47. Interventions: CBT for worry. Patient engaged. Mood anxious."
	w.chart.set(v)
	w.now = w.now.Add(5 * time.Minute)
	want(t, w.post(soap, "A", rewritten(t, old, map[string]string{"Assessment": "Worry is less. [1]"})), http.StatusSeeOther)
	page := w.get(soap, "A")
	want(t, page, http.StatusOK, "Return in two weeks.", "Edited by you at 15:00", // the other window's words stand
		"Worry is less.</textarea>", "Edited by you at 15:05", "numbers behind your own sentences were taken out", // [1] may be another source now
		"Mood anxious. [") // and what was not written on follows the record
}

func TestAChangedDraftIsShownBesideTheEdit(t *testing.T) {
	w := newWorld(t)
	w.save("A", "progress-note-soap", map[string]string{"Time": "About 45 minutes."})
	wantNot(t, w.get(soap, "A"), "The draft has changed")
	w.chart.set(therapyVisit(55))
	want(t, w.get(soap, "A"), http.StatusOK, "About 45 minutes.", "The draft has changed since you edited it", "Session time: 55 minutes")
}

func TestTooMuchTextIsNotSavedAndNotLost(t *testing.T) {
	w := newWorld(t)
	w.save("A", "progress-note-dap", map[string]string{"Plan": strings.Repeat("a", maxEdited-1000)})
	long := "Return in two weeks. " + strings.Repeat("b", 2000)
	want(t, w.save("A", "progress-note-soap", map[string]string{"Plan": long}), http.StatusUnprocessableEntity, "Nothing was saved.", "about 40 pages", long)
	wantNot(t, w.get(soap, "A"), "two weeks")
	want(t, w.save("A", "progress-note-dap", map[string]string{"Plan": "Short."}), http.StatusSeeOther) // the way out
	want(t, w.save("A", "progress-note-soap", map[string]string{"Plan": long}), http.StatusSeeOther)
	form := documentFormOf(t, w.get(soap, "A").Body.String())
	want(t, w.post(soap, "A", rewritten(t, form, map[string]string{"Plan": strings.Repeat("c", textLimit)})), http.StatusRequestEntityTooLarge)
}

func TestEditsEndWithTheLaunch(t *testing.T) {
	w := newWorld(t)
	w.chart.choices = []visit.EncounterChoice{{Reference: "Encounter/e1", Day: "2025-03-10"}}
	w.post("/visit/C/encounter", "C", url.Values{"encounter": {"Encounter/e1"}})
	w.save("C", "progress-note-soap", map[string]string{"Plan": "Return in two weeks."})
	w.post("/visit/C/encounter", "C", url.Values{"encounter": {"Encounter/e1"}}) // another visit, as far as one can tell
	wantNot(t, w.get("/visit/C/documents/progress-note-soap", "C"), "two weeks")
	w.save("A", "progress-note-soap", map[string]string{"Plan": "Return in two weeks."})
	w.post("/visit/A/end", "A", nil)
	if len(w.server.sessions.byLaunch["A"].edits) > 0 {
		t.Error("a document is kept after the end")
	}
}

func TestMarkupInADocumentIsDataOnly(t *testing.T) {
	w := newWorld(t)
	v := therapyVisit(47)
	v.Person.Name, v.Note.Text = hostile, "Plan: "+hostile
	w.chart.set(v)
	want(t, w.save("A", "progress-note-soap", map[string]string{"Plan": "</textarea>" + hostile, "Signature": "[[ " + hostile + " ]]"}), http.StatusSeeOther)
	for _, path := range []string{soap, "/visit/A/documents"} {
		walk(parse(t, w.get(path, "A").Body.String()), func(n *markup.Node) {
			if foreignScript(n) || n.Data == "img" || attr(n, "onerror") != "" || attr(n, "style") != "" {
				t.Errorf("%s: text became <%s>", path, n.Data)
			}
		})
	}
	want(t, w.get(soap, "A"), http.StatusOK, "&lt;/textarea&gt;")
	decoder := xml.NewDecoder(w.get(soap+".xhtml", "A").Body)
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("the XHTML is not well formed: %v", err)
		}
		if start, ok := token.(xml.StartElement); ok && (start.Name.Local == "script" || start.Name.Local == "img") {
			t.Errorf("the XHTML has <%s>", start.Name.Local)
		}
	}
	want(t, w.get(soap+".txt", "A"), http.StatusOK, "<script>alert(1)</script>")
	if answer := w.get(soap+".pdf", "A"); answer.Code != http.StatusOK || strings.Contains(answer.Body.String(), "/JavaScript") {
		t.Errorf("the PDF answers %d, or runs something", answer.Code)
	}
}
