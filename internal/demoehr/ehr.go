package demoehr

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/gorilla/mux"
)

// Banner is shown on every screen of the demo EHR and printed by the command that serves it.
const Banner = "Demo EHR: made-up patients. Never enter real patient data here."

// Options say where the EHR is found and who may be launched from it.
type Options struct {
	BaseURL      string   // where the EHR is reached, such as http://127.0.0.1:9090
	AppLaunchURL string   // the app's launch address; empty: nothing can be launched from the chart
	GalleryURL   string   // page of the app that shows every part of itself; empty: the worklist names none
	RedirectURIs []string // allowed for every client that names none of its own
	Clients      []Client
	Upstream     string // FHIR base of a real server to pass checked calls on to; empty: our own memory

	Now  func() time.Time // the clock; nil: the system's
	Seed bool             // fill the memory with the made-up visits
	Log  *slog.Logger     // nil: silent

	Faults []Fault // what goes wrong from the start; see Misbehave

	Personality string // id of the personality; empty: the general one
}

// A Client is an app registered with the authorization server.
type Client struct {
	ID           string
	Secret       string // empty: a public client
	RedirectURIs []string
}

// An EHR is the demo electronic health record: authorization server, FHIR server and chart.
type EHR struct {
	options     Options
	path        string // under which it is reached; empty at the root of a host
	personality personality
	home        *EHR // the general one that this is a variant of; nil: it is none
	variants    variants
	endpoints   endpoints
	memory      *memory
	upstream    *upstream // nil: the memory answers
	authority   *authority
	faults      *faults
	recorder    recorder
	scratchpad  scratchpad
	handler     http.Handler
}

// New makes an EHR. It fails when an address is missing or not absolute, a client has no id, or the
// personality is unknown.
func New(options Options) (*EHR, error) {
	options.BaseURL = strings.TrimSuffix(options.BaseURL, "/")
	if err := checkAddresses(options); err != nil {
		return nil, fmt.Errorf("demo EHR: %w", err)
	}
	if options.Now == nil {
		options.Now = time.Now
	}
	if options.Log == nil {
		options.Log = slog.New(slog.DiscardHandler)
	}
	is, known := personalityOf(options.Personality)
	if !known {
		return nil, fmt.Errorf("demo EHR: no personality has the id %q", options.Personality)
	}
	e := &EHR{
		options: options, path: pathOf(options.BaseURL), personality: is, endpoints: endpointsUnder(options.BaseURL),
		memory: newMemory(options.BaseURL+"/fhir", options.Now), faults: &faults{active: slices.Concat(is.faults, options.Faults)},
	}
	if options.Upstream != "" {
		e.upstream = newUpstream(options.Upstream, e.ISS())
	}
	var err error
	if e.authority, err = newAuthority(options, e.endpoints, e.faults); err != nil {
		return nil, err
	}
	if is.messages {
		e.authority.messaging = originOf(options.BaseURL)
	}
	if options.Seed {
		if err := e.memory.seed(is); err != nil {
			return nil, fmt.Errorf("demo EHR: seed: %w", err)
		}
	}
	e.handler = e.routes()
	return e, nil
}

func checkAddresses(o Options) error {
	var faults []error
	for _, address := range []struct {
		name, value string
		required    bool
	}{{"BaseURL", o.BaseURL, true}, {"AppLaunchURL", o.AppLaunchURL, false}, {"Upstream", o.Upstream, false}} {
		if address.value == "" && !address.required {
			continue
		}
		if u, err := url.Parse(address.value); err != nil || u.Host == "" {
			faults = append(faults, fmt.Errorf("%s must be an absolute address, such as http://127.0.0.1:9090", address.name))
		}
	}
	return errors.Join(faults...)
}

// ISS is the FHIR base that the EHR names when it launches an app.
func (e *EHR) ISS() string { return e.endpoints.fhir }

// Handler serves the chart, the FHIR server and the authorization server.
func (e *EHR) Handler() http.Handler { return e.handler }

func (e *EHR) routes() http.Handler {
	r := mux.NewRouter()
	recorded := func(next http.Handler) http.Handler { return e.recorder.record(e.options.Log, next) }
	fhir := r.PathPrefix("/fhir").Subrouter()
	fhir.Use(recorded)
	e.routeFHIR(fhir)
	auth := r.PathPrefix("/auth").Subrouter()
	auth.Use(recorded)
	e.routeAuth(auth)
	if e.personality.ID == "" {
		r.PathPrefix("/as/{personality:[a-z0-9-]+}/").HandlerFunc(e.serveVariant)
	}
	e.routeChart(r)
	return r
}

// LaunchURL registers a launch and returns the app's launch address for it, as if the clinician of
// the visit had opened the app in a window of its own: the app must show whose chart it is. An
// empty encounter is a launch without a visit in context.
func (e *EHR) LaunchURL(patient, encounter string) string {
	return e.launchURL(patient, encounter, e.clinicianOf(encounter), true)
}

func (e *EHR) launchURL(patient, encounter string, user clinician, banner bool) string {
	name := e.authority.open(launch{
		patient: patient, encounter: encounter, user: "Practitioner/" + user.id, userName: user.name, banner: banner,
	})
	joint := "?"
	if strings.Contains(e.options.AppLaunchURL, "?") {
		joint = "&"
	}
	return e.options.AppLaunchURL + joint + url.Values{"iss": {e.ISS()}, "launch": {name}}.Encode()
}
