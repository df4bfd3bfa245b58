package demoehr

import (
	"context"
	"embed"
	"encoding/base64"
	"encoding/json"
	"errors"
	"html/template"
	"maps"
	"net/http"
	"net/url"
	"strings"

	"github.com/gorilla/mux"
)

//go:embed chart
var chartFiles embed.FS

var chartPages = template.Must(template.ParseFS(chartFiles, "chart/*.html"))

// noteSystem marks the notes that a clinician writes in the chart, apart from what apps file.
const noteSystem = "https://demo-ehr.example/fhir/identifier/note"

// routeChart hangs the screens of the EHR at the top.
func (e *EHR) routeChart(r *mux.Router) {
	screens := r.NewRoute().Subrouter()
	screens.Use(e.chartHeaders, http.NewCrossOriginProtection().Handler)
	screens.HandleFunc("/", e.serveWorklist).Methods("GET")
	screens.HandleFunc("/style.css", serveStyle).Methods("GET")
	screens.HandleFunc("/smart-style.json", serveSMARTStyle).Methods("GET")
	screens.HandleFunc("/chart/{encounter}", e.serveChart).Methods("GET")
	screens.HandleFunc("/chart/{encounter}/note", e.serveNote).Methods("POST")
	screens.HandleFunc("/chart/{encounter}/launch", e.serveLaunch).Methods("GET")
	screens.HandleFunc("/chart/{encounter}/{kind:[A-Z][A-Za-z]+}/{id}", e.serveRaw).Methods("GET")
}

// chartHeaders keep the screens without scripts and frame nothing but the app.
func (e *EHR) chartHeaders(next http.Handler) http.Handler {
	frames := "'self'"
	if u, err := url.Parse(e.options.AppLaunchURL); err == nil && u.Host != "" {
		frames += " " + u.Scheme + "://" + u.Host
	}
	policy := "default-src 'none'; style-src 'self'; frame-src " + frames +
		"; form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", policy)
		w.Header().Set("Referrer-Policy", "no-referrer")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w.Header().Set("Cache-Control", "no-store")
		next.ServeHTTP(w, r)
	})
}

func serveStyle(w http.ResponseWriter, r *http.Request) {
	http.ServeFileFS(w, r, chartFiles, "chart/style.css")
}

// serveSMARTStyle is what smart_style_url of the token response leads to.
func serveSMARTStyle(w http.ResponseWriter, r *http.Request) {
	writeJSON(w, http.StatusOK, "public, max-age=3600", map[string]string{
		"color_background": "#ffffff", "color_text": "#1d2b36", "color_highlight": "#0b6b75", "color_error": "#a4262c",
		"color_success": "#2e6b34", "color_modal_backdrop": "rgba(29,43,54,0.5)", "dim_border_radius": "4px", "dim_font_size": "16px",
		"dim_spacing_size": "16px", "font_family_body": "system-ui, sans-serif", "font_family_heading": "system-ui, sans-serif",
	})
}

func (e *EHR) serveWorklist(w http.ResponseWriter, r *http.Request) {
	showPage(w, "worklist.html", map[string]any{"Banner": Banner, "Visits": e.worklist()})
}

// A worklistRow is one visit as the worklist shows it.
type worklistRow struct {
	SeedVisit
	Name, Day, Clinician string
}

func (e *EHR) worklist() []worklistRow {
	var rows []worklistRow
	for _, v := range e.Visits() {
		story := storyOf(v.Encounter)
		rows = append(rows, worklistRow{v, story.patient.name(), story.day(), story.clinician.name})
	}
	return rows
}

// A chartScreen is what the screen of one encounter shows.
type chartScreen struct {
	Banner    string
	Encounter string
	Title     string
	LookFor   string
	Patient   patientStrip
	Visit     string // class, status and time
	Note      string
	NoteTag   string // version that the note was read in
	HasApp    bool
	Filed     []filedItem
}

// A patientStrip says whose chart it is.
type patientStrip struct{ Name, BirthDate, Sex, Record string }

// A filedItem is one resource that stands in the record for the encounter.
type filedItem struct{ Kind, ID, Text, Status string }

func (e *EHR) serveChart(w http.ResponseWriter, r *http.Request) {
	screen, err := e.readChart(r.Context(), mux.Vars(r)["encounter"])
	if err != nil {
		showError(w, err)
		return
	}
	showPage(w, "chart.html", screen)
}

// readChart reads the screen's resources with the EHR's own eyes: no token, no scopes.
func (e *EHR) readChart(ctx context.Context, id string) (chartScreen, error) {
	screen := chartScreen{Banner: Banner, Encounter: id, HasApp: e.options.AppLaunchURL != ""}
	encounter, err := e.readOwn(ctx, "Encounter", id)
	if err != nil {
		return screen, err
	}
	_, patientID, _ := splitReference(first(texts(encounter, "subject.reference")))
	patient, err := e.readOwn(ctx, "Patient", patientID)
	if err != nil {
		return screen, err
	}
	if story := storyOf(id); story != nil {
		screen.Title, screen.LookFor = story.title, story.lookFor
	}
	screen.Patient = patientStrip{
		Name: first(texts(patient, "name.text")), BirthDate: text(patient, "birthDate"), Sex: text(patient, "gender"),
		Record: first(texts(patient, "identifier.value")),
	}
	screen.Visit = first(texts(encounter, "class.display")) + ", " + text(encounter, "status") + ", " +
		readable(first(texts(encounter, "period.start"))) + " to " + readable(first(texts(encounter, "period.end")))
	documents, err := e.searchOwn(ctx, "DocumentReference", url.Values{"encounter": {"Encounter/" + id}})
	if err != nil {
		return screen, err
	}
	if note := noteAmong(documents); note != nil {
		screen.Note, screen.NoteTag = noteText(note), versionTag(note)
	}
	screen.Filed, err = e.readFiled(ctx, id, documents)
	return screen, err
}

// readFiled lists what stands in the record for an encounter: charges, documents other than the
// clinician's own note, and what Provenance says of both.
func (e *EHR) readFiled(ctx context.Context, encounter string, documents []resource) ([]filedItem, error) {
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
	var items []filedItem
	for _, r := range append(filed, told...) {
		items = append(items, filedItem{kindOf(r), idOf(r), describe(r), text(r, "status")})
	}
	return items, nil
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

// serveNote saves the clinician's note as the next version of its DocumentReference.
func (e *EHR) serveNote(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 1<<20)
	if err := r.ParseForm(); err != nil {
		showError(w, refuse(400, "invalid", "the note could not be read"))
		return
	}
	id := mux.Vars(r)["encounter"]
	if err := e.saveNote(r.Context(), id, r.PostForm.Get("note"), r.PostForm.Get("version")); err != nil {
		showError(w, err)
		return
	}
	http.Redirect(w, r, "/chart/"+url.PathEscape(id), http.StatusSeeOther)
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
	changed["content"] = noteContent(strings.ReplaceAll(note, "\r\n", "\n"))
	a, err := e.server().answer(ctx, call{
		interaction: updateCall, kind: "DocumentReference", id: idOf(current), body: changed, ifMatch: version,
	})
	if err == nil && a.status >= 400 {
		return refuse(a.status, "conflict", "the record behind the demo EHR refused the note with %d", a.status)
	}
	return err
}

// serveLaunch registers the launch and sends the frame to the app. In a window of its own
// (?window=1) the app must show whose chart it is.
func (e *EHR) serveLaunch(w http.ResponseWriter, r *http.Request) {
	if e.options.AppLaunchURL == "" {
		showError(w, refuse(404, "not-found", "no app is configured to be launched"))
		return
	}
	id := mux.Vars(r)["encounter"]
	encounter, err := e.readOwn(r.Context(), "Encounter", id)
	if err != nil {
		showError(w, err)
		return
	}
	_, patient, _ := splitReference(first(texts(encounter, "subject.reference")))
	user := e.clinicianOf(id)
	if story := storyOf(id); story != nil && story.launchWithoutEncounter {
		id = ""
	}
	http.Redirect(w, r, e.launchURL(patient, id, user, r.URL.Query().Has("window")), http.StatusSeeOther)
}

// serveRaw shows one resource of an encounter's chart as it is stored.
func (e *EHR) serveRaw(w http.ResponseWriter, r *http.Request) {
	found, err := e.readOwn(r.Context(), mux.Vars(r)["kind"], mux.Vars(r)["id"])
	if err != nil {
		showError(w, err)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	_ = encoder.Encode(found) // the browser is gone: nobody left to tell
}

func (e *EHR) readOwn(ctx context.Context, kind, id string) (resource, error) {
	if !isTypeName(kind) || !isID(id) {
		return nil, refuse(404, "not-found", "there is no such chart")
	}
	a, err := e.server().answer(ctx, call{interaction: readCall, kind: kind, id: id})
	if err != nil {
		return nil, err
	}
	if a.status != http.StatusOK {
		return nil, refuse(a.status, "not-found", "the record answers %d for this %s", a.status, kind)
	}
	return a.body, nil
}

func (e *EHR) searchOwn(ctx context.Context, kind string, query url.Values) ([]resource, error) {
	query.Set("_count", "100")
	a, err := e.server().answer(ctx, call{interaction: searchCall, kind: kind, query: query})
	if err != nil {
		return nil, err
	}
	if a.status != http.StatusOK {
		return nil, refuse(a.status, "not-found", "the record answers %d for the search of %s", a.status, kind)
	}
	var found []resource
	for _, item := range values(a.body, "entry.resource") {
		if r, ok := item.(map[string]any); ok && kindOf(r) == kind {
			found = append(found, r)
		}
	}
	return found, nil
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

func noteContent(note string) []any {
	return []any{map[string]any{"attachment": map[string]any{
		"contentType": "text/plain; charset=utf-8", "data": base64.StdEncoding.EncodeToString([]byte(note)),
	}}}
}

func first(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}

// readable turns a FHIR date and time into the form of a chart: the offset stays, seconds go.
func readable(moment string) string {
	if len(moment) < len("2026-11-16T14:00") {
		return moment
	}
	return moment[:10] + " " + moment[11:16]
}

func showPage(w http.ResponseWriter, page string, data any) {
	var body strings.Builder
	if err := chartPages.ExecuteTemplate(&body, page, data); err != nil {
		http.Error(w, "the page could not be made", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write([]byte(body.String())) // the browser is gone: nobody left to tell
}

func showError(w http.ResponseWriter, err error) {
	status, words := http.StatusInternalServerError, "The demo EHR failed."
	var no *refusal
	if errors.As(err, &no) {
		status, words = no.status, no.text
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_ = chartPages.ExecuteTemplate(w, "error.html", map[string]any{"Banner": Banner, "Text": words, "Status": status})
}
