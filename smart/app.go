package smart

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
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

// An App takes launches from the EHRs it knows. It is safe for concurrent use.
type App struct {
	base  string
	plain bool // http on this machine only
	byISS map[string]*ehr
	byKey map[string]*ehr
	store Store
	now   func() time.Time
	log   *slog.Logger
}

// New checks the configuration and returns an App, or every fault at once, a line each. Nothing is sent to anyone.
func New(c Config) (*App, error) {
	a := &App{byISS: map[string]*ehr{}, byKey: map[string]*ehr{}, store: c.Store, now: c.Now, log: c.Log}
	if a.now == nil {
		a.now = time.Now
	}
	if a.log == nil {
		a.log = slog.New(slog.DiscardHandler)
	}
	if a.store == nil {
		a.store = newMemory(a.now)
	}
	faults := a.setBase(c.BaseURL)
	transports := map[bool]http.RoundTripper{}
	for n := range c.Issuers {
		issuer := c.Issuers[n] // our own copy
		bad := append(issuer.Faults(a.plain), a.clashes(&issuer)...)
		for _, fault := range bad {
			faults = append(faults, fmt.Errorf("issuer %d (%s): %s", n+1, issuer.Key, fault))
		}
		if len(bad) > 0 {
			continue
		}
		transport := c.HTTP
		if transport == nil {
			if transports[issuer.AllowPrivate] == nil {
				transports[issuer.AllowPrivate] = newTransport(issuer.AllowPrivate)
			}
			transport = transports[issuer.AllowPrivate]
		}
		a.add(newEHR(&issuer, transport, a.plain, c.Software, a.now))
	}
	if len(faults) > 0 {
		return nil, errors.Join(faults...)
	}
	return a, nil
}

func (a *App) setBase(base string) []error {
	base = strings.TrimSuffix(base, "/")
	u, err := url.Parse(base)
	if err != nil || u.Host == "" || base != u.Scheme+"://"+u.Host {
		return []error{fmt.Errorf("base URL %q: write scheme and host, as https://chargenote.example", base)}
	}
	a.base, a.plain = base, u.Scheme == "http"
	if u.Scheme == "https" || a.plain && loopback(u.Hostname()) {
		return nil
	}
	return []error{fmt.Errorf("base URL %q: must begin with https://; plain http is for a demo on 127.0.0.1", base)}
}

func loopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

// clashes are the names of an entry that another one has.
func (a *App) clashes(i *Issuer) (faults []string) {
	if a.byKey[i.Key] != nil {
		faults = append(faults, fmt.Sprintf("key %q is taken by another entry", i.Key))
	}
	for n, iss := range append([]string{i.ISS}, i.Aliases...) {
		if a.byISS[iss] != nil || slices.Contains(append([]string{i.ISS}, i.Aliases...)[:n], iss) {
			faults = append(faults, fmt.Sprintf("iss %q is listed twice", iss))
		}
	}
	return faults
}

func (a *App) add(e *ehr) {
	if e.issuer.Client.Auth != "none" {
		e.secret, _ = e.issuer.Client.secret() // read once by Faults
	}
	e.issuer.Client.Secret = "" // callers see the entry
	a.byKey[e.issuer.Key] = e
	for _, iss := range append([]string{e.issuer.ISS}, e.issuer.Aliases...) {
		a.byISS[iss] = e
	}
}

// IssuerByISS returns the entry with that iss or alias, letter for letter, or nil.
func (a *App) IssuerByISS(iss string) *Issuer {
	if e := a.byISS[iss]; e != nil {
		return e.issuer
	}
	return nil
}

// IssuerByKey returns the entry with that key, or nil.
func (a *App) IssuerByKey(key string) *Issuer {
	if e := a.byKey[key]; e != nil {
		return e.issuer
	}
	return nil
}

// FrameAncestors returns the origins that may frame the answer to this request: those of the EHR named by iss at /launch,
// by l at /launch/continue, by the key at /callback/{key}; else none. For an open launch ask its Issuer.
func (a *App) FrameAncestors(r *http.Request) []string {
	var e *ehr
	key, callback := strings.CutPrefix(r.URL.Path, "/callback/")
	switch query := r.URL.Query(); {
	case callback:
		e = a.byKey[key]
	case query.Has("iss"):
		e = a.byISS[query.Get("iss")]
	case query.Has("l"):
		if rec, err := a.store.Get(r.Context(), query.Get("l")); err == nil {
			e = a.byKey[rec.IssuerKey]
		}
	}
	if e == nil {
		return nil
	}
	return slices.Clone(e.issuer.FrameAncestors)
}

// End revokes the launch's tokens where the EHR offers it, forgets the launch and clears its cookie.
func (a *App) End(ctx context.Context, w http.ResponseWriter, l *Launch) {
	if len(l.ID) <= shortName {
		return
	}
	name := l.ID[:shortName]
	if w != nil {
		a.clearCookie(w, name)
	}
	rec, err := a.store.Get(ctx, name)
	if err != nil || rec.ID != l.ID {
		return
	}
	a.forget(ctx, rec)
}

// forget drops a record, then tells the EHR.
func (a *App) forget(ctx context.Context, rec Record) {
	_ = a.store.Delete(ctx, rec.Name)
	e := a.byKey[rec.IssuerKey]
	if e == nil {
		return
	}
	known := e.metadata.current()
	if known == nil || known.value.revoke == "" || (rec.Access == "" && rec.Refresh == "") {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), callTime/2)
	defer cancel()
	if failed := e.revoke(ctx, known.value.revoke, rec); failed > 0 {
		a.log.Warn("tokens could not be revoked", "issuer", rec.IssuerKey, "tokens", failed)
	}
}
