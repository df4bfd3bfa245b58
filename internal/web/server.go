package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"github.com/gorilla/mux"

	"github.com/chargenote/chargenote/internal/draft"
	"github.com/chargenote/chargenote/internal/review"
	"github.com/chargenote/chargenote/internal/visit"
	"github.com/chargenote/chargenote/smart"
)

// Launches opens, finds and ends launches; [*smart.App] is one.
type Launches interface {
	Start(w http.ResponseWriter, r *http.Request) error
	Continue(w http.ResponseWriter, r *http.Request) error
	Callback(w http.ResponseWriter, r *http.Request, key string) (launchID string, err error)
	Launch(r *http.Request, launchID string) (*smart.Launch, error)
	End(ctx context.Context, w http.ResponseWriter, l *smart.Launch)
	FrameAncestors(r *http.Request) []string
	Style(ctx context.Context, l *smart.Launch) ([]byte, error)
}

// A Chart is the record of the patient of one launch.
type Chart interface {
	review.Records
	review.Filer
	Voider
	// Encounters lists what a clinician may pick from where the launch named no encounter.
	Encounters(ctx context.Context) ([]visit.EncounterChoice, error)
	// Charges is the charges of a filing alone, for the chart's scratchpad.
	Charges(filing visit.Filing) ([]json.RawMessage, error)
	// Preview is the resources of a filing, exactly as they would be sent.
	Preview(filing visit.Filing) ([]json.RawMessage, error)
	// Rung is how the record would take a filing, and what of it it would not.
	Rung(filing visit.Filing) (visit.Rung, error)
}

// DefaultHold is how long what was confirmed can be undone where nobody says otherwise.
const DefaultHold = 10 * time.Second

// Options are what a Server needs. Launches, Reviews, Open, Filings and BaseURL are required.
type Options struct {
	Launches Launches
	Reviews  *review.Service
	Open     func(*smart.Launch) (Chart, error) // called once a request that reads the record
	Filings  Filings                            // what was confirmed, and what becomes of it
	Hold     time.Duration                      // how long what was confirmed can be undone, before it is filed
	Drafts   *draft.Templates                   // of documents; nil: the built-in ones
	BaseURL  string                             // where browsers reach us: scheme and host, without a path
	Version  string                             // of this program; shown, and named in what is filed
	Demo     bool                               // the patients are made up, and every page says so
	Now      func() time.Time                   // nil: the real clock
	Log      *slog.Logger                       // nil: nothing is logged
	Ready    func(context.Context) error        // nil: always ready
}

// A Server answers every request of the page. It is safe for use by many goroutines at once.
type Server struct {
	options  Options
	origin   *url.URL
	pages    *pages
	sessions *sessions
	looks    looks
	handler  http.Handler

	asides    asides        // what the charts' windows have not answered yet
	asideTime time.Duration // see its constant; a test does not wait that long
}

// New checks the options and builds the routes. It sends nothing to anyone.
func New(options Options) (*Server, error) {
	origin, err := originOf(options.BaseURL)
	if err != nil {
		return nil, err
	}
	if options.Launches == nil || options.Reviews == nil || options.Open == nil || options.Filings == nil {
		return nil, errors.New("web: launches, reviews, a way to open a chart and filings are needed")
	}
	if options.Now == nil {
		options.Now = time.Now
	}
	if options.Log == nil {
		options.Log = slog.New(slog.DiscardHandler)
	}
	if options.Ready == nil {
		options.Ready = func(context.Context) error { return nil }
	}
	if options.Drafts == nil {
		if options.Drafts, err = draft.Builtin(); err != nil {
			return nil, err
		}
	}
	pages, err := loadPages()
	if err != nil {
		return nil, err
	}
	s := &Server{options: options, origin: origin, pages: pages, sessions: newSessions(options.Now), asideTime: asideTime}
	s.handler = s.guarded(s.routes())
	return s, nil
}

func originOf(base string) (*url.URL, error) {
	origin, err := url.Parse(base)
	if err != nil || origin.Host == "" || (origin.Scheme != "https" && origin.Scheme != "http") ||
		(origin.Path != "" && origin.Path != "/") || origin.RawQuery != "" || origin.User != nil {
		return nil, fmt.Errorf("web: the base URL %q must be scheme and host alone, such as https://chargenote.example", base)
	}
	return origin, nil
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

func (s *Server) routes() http.Handler {
	r := mux.NewRouter()
	get := func(path string, h http.HandlerFunc) { r.HandleFunc(path, h).Methods(http.MethodGet, http.MethodHead) }
	post := func(path string, h http.HandlerFunc) { r.HandleFunc(path, h).Methods(http.MethodPost) }

	get("/", s.index)
	get("/launch", s.startLaunch)
	get("/launch/continue", s.continueLaunch)
	get("/callback/{key}", s.callback)
	get("/visit/{launch}", s.withLaunch(s.showVisit))
	post("/visit/{launch}/encounter", s.withLaunch(s.pickEncounter))
	post("/visit/{launch}/facts", s.withLaunch(s.facts))
	post("/visit/{launch}/work", s.withLaunch(s.addOrUndoWork))
	post("/visit/{launch}/work/start", s.withLaunch(s.startWork))
	post("/visit/{launch}/work/stop", s.withLaunch(s.stopWork))
	get("/visit/{launch}/codes", s.withLaunch(s.showCodes))
	post("/visit/{launch}/pick", s.withLaunch(s.pick))
	post("/visit/{launch}/not-billable", s.withLaunch(s.sayBillable))
	post("/visit/{launch}/preview", s.withLaunch(s.preview))
	post("/visit/{launch}/confirm", s.withLaunch(s.confirm))
	post("/visit/{launch}/scratchpad", s.withLaunch(s.giveOut))
	post("/visit/{launch}/writes/{id}/scratchpad", s.withLaunch(s.takeAnswers))
	get("/visit/{launch}/writes/{id}", s.withLaunch(s.showWrite))
	post("/visit/{launch}/writes/{id}/undo", s.withLaunch(s.undo))
	post("/visit/{launch}/writes/{id}/now", s.withLaunch(s.fileNow))
	get(voidRoute, s.withLaunch(s.askVoid))
	post(voidRoute, s.withLaunch(s.void))
	get("/visit/{launch}/documents", s.withLaunch(s.showDocuments))
	get("/visit/{launch}/documents/{id:[a-z0-9-]+}", s.withLaunch(s.showDocument))
	post("/visit/{launch}/documents/{id:[a-z0-9-]+}", s.withLaunch(s.saveDocument))
	get("/visit/{launch}/documents/{id:[a-z0-9-]+}.{format:txt|pdf|xhtml}", s.withLaunch(s.downloadDocument))
	post("/visit/{launch}/keys", s.withLaunch(s.setKeys))
	post("/visit/{launch}/end", s.withLaunch(s.end))
	get("/visit/{launch}/look.css", s.withLaunch(s.serveLook))
	get("/api/v1/review/{launch}", s.withLaunch(s.reviewJSON))
	get("/livez", s.live)
	get("/readyz", s.ready)
	get("/healthz", s.ready)
	get("/static/{name}", s.static)
	if s.options.Demo {
		get("/gallery", s.showGallery)
		get("/gallery/{scene}", s.showScene)
	}

	r.NotFoundHandler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.fail(w, r, errNoPage) })
	r.MethodNotAllowedHandler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.fail(w, r, errMethod) })
	return r
}
