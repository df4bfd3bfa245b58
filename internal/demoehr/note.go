package demoehr

import (
	"context"
	"encoding/base64"
	"maps"
	"net/http"
	"net/url"
	"strings"

	"github.com/gorilla/mux"
)

// noteSystem marks the notes that a clinician writes in the chart, apart from what apps file.
const noteSystem = "https://demo-ehr.example/fhir/identifier/note"

// serveNote saves the clinician's note as the next version of its DocumentReference.
func (e *EHR) serveNote(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 1<<20)
	if err := r.ParseForm(); err != nil {
		e.showError(w, refuse(400, "invalid", "the note could not be read"))
		return
	}
	id := mux.Vars(r)["encounter"]
	if err := e.saveNote(r.Context(), id, r.PostForm.Get("note"), r.PostForm.Get("version")); err != nil {
		e.showError(w, err)
		return
	}
	http.Redirect(w, r, e.path+"/chart/"+url.PathEscape(id), http.StatusSeeOther)
}

func (e *EHR) saveNote(ctx context.Context, encounter, note, version string) error {
	documents, err := e.searchOwn(ctx, "DocumentReference", url.Values{"encounter": {"Encounter/" + encounter}})
	if err != nil {
		return err
	}
	current := noteAmong(documents)
	if current == nil {
		return refuse(404, "not-found", "this visit has no note to change")
	}
	if versionTag(current) != version {
		return refuse(409, "conflict", "the note was changed meanwhile: go back, load the chart again and repeat your change")
	}
	changed := maps.Clone(current)
	changed["content"] = noteContent(formOf(current), strings.ReplaceAll(note, "\r\n", "\n"))
	a, err := e.server().answer(ctx, call{
		interaction: updateCall, kind: "DocumentReference", id: idOf(current), body: changed, ifMatch: version,
	})
	if err == nil && a.status >= 400 {
		return refuse(a.status, "conflict", "the record behind the demo EHR refused the note with %d", a.status)
	}
	return err
}

func isNote(r resource) bool {
	for _, system := range texts(r, "identifier.system") {
		if system == noteSystem {
			return true
		}
	}
	return false
}

func noteAmong(documents []resource) resource {
	for _, d := range documents {
		if isNote(d) {
			return d
		}
	}
	return nil
}

func noteText(note resource) string {
	raw, err := base64.StdEncoding.DecodeString(first(texts(note, "content.attachment.data")))
	if err != nil {
		return ""
	}
	return string(raw)
}

// formOf is the media type that a note is kept in.
func formOf(note resource) string { return first(texts(note, "content.attachment.contentType")) }

func noteContent(form, note string) []any {
	if form == "" {
		form = plainNote
	}
	return []any{map[string]any{"attachment": map[string]any{
		"contentType": form, "data": base64.StdEncoding.EncodeToString([]byte(note)),
	}}}
}
