package demoehr

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Banner is shown on every screen of the demo EHR and printed by the command that serves it.
const Banner = "Demo EHR: made-up patients. Never enter real patient data here."

// Options say where the EHR is found and who may be launched from it.
type Options struct {
	BaseURL      string   // where the EHR is reached, such as http://127.0.0.1:9090
	AppLaunchURL string   // the app's launch address; empty: nothing can be launched from the chart
	RedirectURIs []string // allowed for every client that names none of its own
	Clients      []Client
	Upstream     string // FHIR base of a real server to pass checked calls on to; empty: our own memory

	Now  func() time.Time // the clock; nil: the system's
	Seed bool             // fill the memory with the made-up visits
	Log  *slog.Logger     // nil: silent

	Faults []Fault // what goes wrong from the start; see Misbehave
}

// A Client is an app registered with the authorization server.
type Client struct {
	ID           string
	Secret       string // empty: a public client
	RedirectURIs []string
}

// A SeedVisit is one made-up visit of the worklist. Patient and Encounter are resource ids.
type SeedVisit struct {
	Patient   string
	Encounter string
	Title     string
	LookFor   string // what this visit shows, in one line
}

// An EHR is the demo electronic health record: authorization server, FHIR server and chart.
type EHR struct {
	options Options
}

// New makes an EHR. It fails when an address is missing or is not absolute.
func New(options Options) (*EHR, error) {
	for _, address := range []struct{ name, value string }{
		{"BaseURL", options.BaseURL}, {"AppLaunchURL", options.AppLaunchURL}, {"Upstream", options.Upstream},
	} {
		if address.value == "" && address.name != "BaseURL" {
			continue
		}
		if u, err := url.Parse(address.value); err != nil || u.Host == "" {
			return nil, fmt.Errorf("demo EHR: %s must be an absolute address, such as http://127.0.0.1:9090", address.name)
		}
	}
	options.BaseURL = strings.TrimSuffix(options.BaseURL, "/")
	return &EHR{options: options}, nil
}

// ISS is the FHIR base that the EHR names when it launches an app.
func (e *EHR) ISS() string { return e.options.BaseURL + "/fhir" }

// Handler serves the chart, the FHIR server and the authorization server.
func (e *EHR) Handler() http.Handler { return http.NotFoundHandler() }

// Visits lists the made-up visits in the order of the worklist.
func (e *EHR) Visits() []SeedVisit { return nil }

// SeedInto puts the made-up visits into another FHIR server, under the ids they have here.
func (e *EHR) SeedInto(ctx context.Context, upstreamBase string, client *http.Client) error {
	return errors.New("seed: not there yet")
}

// LaunchURL registers a launch and returns the app's launch address for it, as the chart would.
// An empty encounter is a launch without a visit in context.
func (e *EHR) LaunchURL(patient, encounter string) string { return "" }

// A Request is one call that the EHR answered, without its query or body.
type Request struct {
	Sequence int // in order of arrival, from 1
	Trip     int // 1 + the highest trip that had ended when this one began: the round trips in a row
	Method   string
	Path     string
	Status   int
	Started  time.Time
	Ended    time.Time // zero while it is under way
}

// Requests lists the calls to /fhir and /auth since the last ResetRequests.
func (e *EHR) Requests() []Request { return nil }

// ResetRequests forgets the calls so far.
func (e *EHR) ResetRequests() {}

// Trips is the number of round trips in a row that the requests cost: calls made side by side
// count once.
func Trips(requests []Request) int {
	trips := 0
	for _, r := range requests {
		trips = max(trips, r.Trip)
	}
	return trips
}
