package smart

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"
)

// Config is what an [App] needs.
type Config struct {
	// BaseURL is where browsers reach us, scheme and host: https, or http on a loopback address for a demo.
	BaseURL string
	// Issuers are the EHRs that may launch us.
	Issuers []Issuer
	// HTTP carries our requests to EHRs; nil takes a transport of our own that refuses private addresses.
	HTTP http.RoundTripper
	// Now is the clock; nil takes the real one.
	Now func() time.Time
	// Log takes what is worth an operator's look; nil drops it.
	Log *slog.Logger
	// Store keeps launches; nil keeps them in memory.
	Store Store
	// Software names us in User-Agent, as "chargenote/0.1".
	Software string
}

// An App takes launches from the EHRs it knows.
type App struct{}

// New checks the configuration, all of it, and returns an App. Nothing is sent to anyone.
func New(c Config) (*App, error) { return nil, errors.New("not yet") }

// Start answers GET /launch: it looks the iss up, gives the browser a cookie for this one launch
// and sends it to /launch/continue. An error is an [*Error], and nothing has been written.
func (a *App) Start(w http.ResponseWriter, r *http.Request) error { return nil }

// Continue answers GET /launch/continue: when the cookie came back, the browser is sent to the EHR's authorization
// endpoint. An error is an [*Error], and nothing has been written.
func (a *App) Continue(w http.ResponseWriter, r *http.Request) error { return nil }

// Callback answers GET /callback/{key} and returns the id of the launch that is now open; the caller redirects.
// Where it fails the error is an [*Error]; the body has not been written.
func (a *App) Callback(w http.ResponseWriter, r *http.Request, key string) (launchID string, err error) {
	return "", nil
}

// Launch returns the open launch of that id when this browser holds its cookie. An error is an [*Error].
func (a *App) Launch(r *http.Request, launchID string) (*Launch, error) { return nil, nil }

// End revokes the launch's tokens where the EHR offers it, forgets the launch and clears its cookie.
func (a *App) End(ctx context.Context, w http.ResponseWriter, l *Launch) {}

// FrameAncestors returns the origins that may frame the answer to this request: those of the EHR named by iss at /launch,
// by l at /launch/continue, by the key at /callback/{key}; else none. For an open launch ask its Issuer.
func (a *App) FrameAncestors(r *http.Request) []string { return nil }

// IssuerByISS returns the entry with that iss or alias, letter for letter, or nil.
func (a *App) IssuerByISS(iss string) *Issuer { return nil }

// IssuerByKey returns the entry with that key, or nil.
func (a *App) IssuerByKey(key string) *Issuer { return nil }
