package web

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
)

// saveWhileWriting saves as the page does by itself: the answer is the page as it is then.
func (w *world) saveWhileWriting(path, launch string, form url.Values) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, baseURL+path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.Header.Set("Prefer", "return=representation")
	r.AddCookie(&http.Cookie{Name: "l-" + launch, Value: launch})
	answer := httptest.NewRecorder()
	w.server.ServeHTTP(answer, r)
	return answer
}

func TestASaveWhileWritingAnswersWithThePage(t *testing.T) {
	w := newWorld(t)
	form := rewritten(t, documentFormOf(t, w.get(soap, "A").Body.String()), map[string]string{"Plan": "Return in two weeks."})
	w.now = w.now.Add(7 * time.Minute)
	answer := w.saveWhileWriting(soap, "A", form)
	want(t, answer, http.StatusOK, `data-autosave="15:07"`, "Return in two weeks.", "Edited by you at 15:07")
	next := rewritten(t, documentFormOf(t, answer.Body.String()), map[string]string{"Plan": "Return in three weeks."})
	want(t, w.saveWhileWriting(soap, "A", next), http.StatusOK, "Return in three weeks.")
	want(t, w.get(soap, "A"), http.StatusOK, "Return in three weeks.")
}

func TestTwoWindowsNeverOverwriteEachOtherSilently(t *testing.T) {
	w := newWorld(t)
	first := documentFormOf(t, w.get(soap, "A").Body.String())
	second := documentFormOf(t, w.get(soap, "A").Body.String())
	third := documentFormOf(t, w.get(soap, "A").Body.String())
	want(t, w.post(soap, "A", rewritten(t, first, map[string]string{"Plan": "Return in two weeks."})), http.StatusSeeOther)

	answer := w.post(soap, "A", rewritten(t, second, map[string]string{"Plan": "Return in May.", "Signature": "Later."}))
	want(t, answer, http.StatusConflict, "Nothing was saved.", "Another window changed the same section", "Return in May.", "What another window saved here meanwhile", "Return in two weeks.")
	want(t, w.get(soap, "A"), http.StatusOK, "Return in two weeks.")
	wantNot(t, w.get(soap, "A"), "Return in May.", "Later.")

	// Saved again with both in sight, it is meant.
	both := documentFormOf(t, answer.Body.String())
	want(t, w.post(soap, "A", both), http.StatusSeeOther)
	want(t, w.get(soap, "A"), http.StatusOK, "Return in May.", "Later.")

	// Another section, and the same words, are no conflict.
	same := rewritten(t, third, map[string]string{"Plan": "Return in May.", "Assessment": "Better."})
	want(t, w.post(soap, "A", same), http.StatusSeeOther)
	want(t, w.get(soap, "A"), http.StatusOK, "Return in May.", "Better.")
}

func TestTakenBackInAnotherWindowIsAConflictToo(t *testing.T) {
	w := newWorld(t)
	w.save("A", "progress-note-soap", map[string]string{"Plan": "Return in two weeks."})
	stale := documentFormOf(t, w.get(soap, "A").Body.String())
	back := documentFormOf(t, w.get(soap, "A").Body.String())
	back.Set("back", "Plan")
	want(t, w.post(soap, "A", back), http.StatusSeeOther)
	want(t, w.saveWhileWriting(soap, "A", rewritten(t, stale, map[string]string{"Plan": "Return in June."})), http.StatusConflict, "Nothing was saved.")
	wantNot(t, w.get(soap, "A"), "Return in June.")
}

func TestAFormWithoutVersionsIsNotTaken(t *testing.T) {
	w := newWorld(t)
	for _, versions := range [][]string{nil, {"1"}, {"x", "x", "x", "x", "x", "x", "x"}, {"-1", "0", "0", "0", "0", "0", "0"}} {
		form := rewritten(t, documentFormOf(t, w.get(soap, "A").Body.String()), map[string]string{"Plan": "Return in two weeks."})
		form["version"] = versions
		want(t, w.post(soap, "A", form), http.StatusBadRequest, "could not be read")
	}
}

func TestSingleKeysAreSwitchedOffForTheLaunch(t *testing.T) {
	w := newWorld(t)
	wantNot(t, w.get("/visit/A", "A"), "data-keys")
	want(t, w.post("/visit/A/keys", "A", url.Values{"keys": {"off"}}), http.StatusNoContent)
	want(t, w.get("/visit/A", "A"), http.StatusOK, `data-keys="off"`)
	wantNot(t, w.get("/visit/C", "C"), "data-keys")
	want(t, w.post("/visit/A/keys", "A", url.Values{"keys": {"on"}}), http.StatusNoContent)
	wantNot(t, w.get("/visit/A", "A"), "data-keys")
	want(t, w.post("/visit/A/keys", "", url.Values{"keys": {"off"}}), http.StatusNotFound)
}
