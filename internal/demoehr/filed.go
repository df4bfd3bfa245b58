package demoehr

import (
	"bytes"
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/gorilla/mux"
)

// inError is the status of what should never have been filed, of every kind that the chart can mark.
const inError = "entered-in-error"

// markable are the kinds of filed resource that have a status for what was entered in error.
var markable = []string{"ChargeItem", "DocumentReference"}

// A filedItem is one resource that stands in the record for the encounter.
type filedItem struct {
	Kind, ID, Text, Status string
	Version                string // as an ETag
	Words                  string // text of a document; empty where it has none
	JSON                   string // the resource, set out for people
	MayMark                bool   // it can be marked as entered in error, and is not
}

// InError says whether the resource is marked as entered in error.
func (f filedItem) InError() bool { return f.Status == inError }

// filed are the resources that stand in the record for an encounter: charges, documents other than the
// clinician's own note, and what Provenance says of both.
func (e *EHR) filed(ctx context.Context, encounter string, documents []resource) ([]resource, error) {
	charges, err := e.searchOwn(ctx, "ChargeItem", url.Values{"context": {"Encounter/" + encounter}})
	if err != nil {
		return nil, err
	}
	filed := charges
	for _, d := range documents {
		if !isNote(d) {
			filed = append(filed, d)
		}
	}
	if len(filed) == 0 {
		return nil, nil
	}
	var targets []string
	for _, r := range filed {
		targets = append(targets, kindOf(r)+"/"+idOf(r))
	}
	told, err := e.searchOwn(ctx, "Provenance", url.Values{"target": {strings.Join(targets, ",")}})
	if err != nil {
		return nil, err
	}
	return append(filed, told...), nil
}

func (e *EHR) readFiled(ctx context.Context, encounter string, documents []resource) ([]filedItem, error) {
	filed, err := e.filed(ctx, encounter, documents)
	if err != nil {
		return nil, err
	}
	items := make([]filedItem, 0, len(filed))
	for _, r := range filed {
		status := text(r, "status")
		item := filedItem{
			Kind: kindOf(r), ID: idOf(r), Text: describe(r), Status: status, Version: versionTag(r), JSON: setOut(e.personality.send(r)),
			MayMark: slices.Contains(markable, kindOf(r)) && status != inError,
		}
		if item.Kind == "DocumentReference" {
			item.Words = noteText(r)
		}
		items = append(items, item)
	}
	return items, nil
}

// setOut writes a resource for people to read, its letters as they are.
func setOut(r resource) string {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(r) // what was decoded from JSON can be written again
	return b.String()
}

// describe says in a few words what a filed resource is.
func describe(r resource) string {
	switch kindOf(r) {
	case "ChargeItem":
		words := first(texts(r, "code.coding.code"))
		for _, modifier := range texts(r, "extension.valueCodeableConcept.coding.code") {
			words += "-" + modifier
		}
		for _, quantity := range values(r, "quantity.value") {
			if n, ok := quantity.(json.Number); ok {
				words += ", units: " + n.String()
			}
		}
		return words
	case "DocumentReference":
		return first(append(texts(r, "description"), append(texts(r, "type.text"), texts(r, "type.coding.display")...)...))
	case "Provenance":
		return "recorded " + readable(text(r, "recorded"))
	}
	return ""
}

// serveInError marks what was filed for the encounter as entered in error, as a billing office does.
func (e *EHR) serveInError(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 1<<16)
	if err := r.ParseForm(); err != nil {
		e.showError(w, refuse(400, "invalid", "the form could not be read"))
		return
	}
	vars := mux.Vars(r)
	if err := e.markInError(r.Context(), vars["encounter"], vars["kind"], vars["id"], r.PostForm.Get("version")); err != nil {
		e.showError(w, err)
		return
	}
	http.Redirect(w, r, e.path+"/chart/"+url.PathEscape(vars["encounter"])+"#filed-title", http.StatusSeeOther)
}

// markInError stores the next version of a filed resource with the status entered-in-error. Version is
// the one that was looked at.
func (e *EHR) markInError(ctx context.Context, encounter, kind, id, version string) error {
	documents, err := e.searchOwn(ctx, "DocumentReference", url.Values{"encounter": {"Encounter/" + encounter}})
	if err != nil {
		return err
	}
	filed, err := e.filed(ctx, encounter, documents)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(filed, func(r resource) bool { return kindOf(r) == kind && idOf(r) == id })
	if at < 0 || !slices.Contains(markable, kind) {
		return refuse(404, "not-found", "nothing of this name was filed for the visit that could be marked")
	}
	if versionTag(filed[at]) != version {
		return refuse(409, "conflict", "it was changed meanwhile: load the chart again")
	}
	changed := maps.Clone(filed[at])
	changed["status"] = inError
	a, err := e.server().answer(ctx, call{interaction: updateCall, kind: kind, id: id, body: changed, ifMatch: version})
	if err == nil && a.status >= 400 {
		return refuse(a.status, "conflict", "the record behind the demo EHR refused the change with %d", a.status)
	}
	return err
}
