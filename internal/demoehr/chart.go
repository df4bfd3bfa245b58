package demoehr

import (
	"embed"
	"encoding/json"
	"errors"
	"html/template"
	"net/http"
	"net/url"
	"strings"

	"github.com/gorilla/mux"
)

//go:embed chart
var chartFiles embed.FS

var chartPages = template.Must(template.ParseFS(chartFiles, "chart/*.html"))

// routeChart hangs the screens of the EHR at the top.
func (e *EHR) routeChart(r *mux.Router) {
	screens := r.NewRoute().Subrouter()
	screens.Use(e.chartHeaders, http.NewCrossOriginProtection().Handler)
	screens.HandleFunc("/", e.serveWorklist).Methods("GET")
	screens.HandleFunc("/style.css", serveStyle).Methods("GET")
	screens.HandleFunc("/smart-style.json", serveSMARTStyle).Methods("GET")
	screens.HandleFunc("/chart/{encounter}", e.serveChart).Methods("GET")
	if e.personality.messages {
		screens.HandleFunc("/messaging.js", serveMessagingScript).Methods("GET")
		screens.HandleFunc("/chart/{encounter}/messages", e.serveMessage).Methods("POST")
	}
	screens.HandleFunc("/chart/{encounter}/note", e.serveNote).Methods("POST")
	screens.HandleFunc("/chart/{encounter}/launch", e.serveLaunch).Methods("GET")
	screens.HandleFunc("/chart/{encounter}/{kind:[A-Z][A-Za-z]+}/{id}", e.serveRaw).Methods("GET")
	screens.HandleFunc("/chart/{encounter}/{kind:[A-Z][A-Za-z]+}/{id}/error", e.serveInError).Methods("POST")
}

// chartHeaders frame nothing but the app, and keep the screens without scripts but for the one that talks to it.
func (e *EHR) chartHeaders(next http.Handler) http.Handler {
	frames := "'self'"
	if u, err := url.Parse(e.options.AppLaunchURL); err == nil && u.Host != "" {
		frames += " " + u.Scheme + "://" + u.Host
	}
	scripts := ""
	if e.personality.messages {
		scripts = "script-src 'self'; connect-src 'self'; "
	}
	policy := "default-src 'none'; style-src 'self'; " + scripts + "frame-src " + frames +
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
	showPage(w, "worklist.html", worklistScreen{e.frameOf("/"), e.worklist(), e.options.GalleryURL})
}

// A frame is what every screen has around it.
type frame struct {
	Banner  string
	Base    string // path that the EHR is reached under
	Is      Personality
	Choices []choice // the same screen on other EHRs; none where there is but one
}

func (e *EHR) frameOf(screen string) frame {
	return frame{Banner, e.path, e.personality.Personality, e.choices(screen)}
}

// A worklistScreen is what the worklist shows.
type worklistScreen struct {
	frame
	Groups  []worklistGroup
	Gallery string // address of the app's gallery; empty: none
}

func (e *EHR) serveChart(w http.ResponseWriter, r *http.Request) {
	screen, err := e.readChart(r.Context(), mux.Vars(r)["encounter"])
	if err != nil {
		e.showError(w, err)
		return
	}
	showPage(w, "chart.html", screen)
}

// serveLaunch registers the launch and sends the frame to the app. In a window of its own
// (?window=1) the app must show whose chart it is.
func (e *EHR) serveLaunch(w http.ResponseWriter, r *http.Request) {
	if e.options.AppLaunchURL == "" {
		e.showError(w, refuse(404, "not-found", "no app is configured to be launched"))
		return
	}
	id := mux.Vars(r)["encounter"]
	encounter, err := e.readOwn(r.Context(), "Encounter", id)
	if err != nil {
		e.showError(w, err)
		return
	}
	_, patient, _ := splitReference(first(texts(encounter, "subject.reference")))
	user := e.clinicianOf(id)
	if story := storyOf(id); story != nil && story.launchWithoutEncounter {
		id = ""
	}
	http.Redirect(w, r, e.launchURL(patient, id, user, r.URL.Query().Has("window")), http.StatusSeeOther)
}

// serveRaw shows one resource of an encounter's chart as this EHR sends it.
func (e *EHR) serveRaw(w http.ResponseWriter, r *http.Request) {
	found, err := e.readOwn(r.Context(), mux.Vars(r)["kind"], mux.Vars(r)["id"])
	if err != nil {
		e.showError(w, err)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	_ = encoder.Encode(e.personality.send(found)) // the browser is gone: nobody left to tell
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

func (e *EHR) showError(w http.ResponseWriter, err error) {
	status, words := http.StatusInternalServerError, "The demo EHR failed."
	var no *refusal
	if errors.As(err, &no) {
		status, words = no.status, no.text
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_ = chartPages.ExecuteTemplate(w, "error.html", errorScreen{e.frameOf("/"), asSentence(words), status})
}

// asSentence is the text of an error as a page says it.
func asSentence(text string) string {
	if text == "" {
		return ""
	}
	return strings.ToUpper(text[:1]) + strings.TrimSuffix(text[1:], ".") + "."
}

// An errorScreen says what cannot be shown, and why.
type errorScreen struct {
	frame
	Text   string
	Status int
}
