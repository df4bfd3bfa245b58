package smart

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"golang.org/x/oauth2"
)

// maxParameter bounds each parameter of a launch or callback request, in bytes.
const maxParameter = 4096

// single returns a parameter that may be there at most once and is not too long.
func single(query url.Values, name string) (string, bool) {
	values := query[name]
	if len(values) > 1 || (len(values) == 1 && len(values[0]) > maxParameter) {
		return "", false
	}
	return query.Get(name), true
}

// redirect sends the browser on. The address never comes from the request.
func redirect(w http.ResponseWriter, to string) {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Referrer-Policy", "no-referrer")
	w.Header().Set("Location", to)
	w.WriteHeader(http.StatusSeeOther)
}

// Start answers GET /launch: it looks the iss up, gives the browser a cookie for this one launch
// and sends it to /launch/continue. Meanwhile discovery and keys are fetched and connections opened.
// An error is an [*Error], and nothing has been written; an unknown iss has caused no request to anyone.
func (a *App) Start(w http.ResponseWriter, r *http.Request) error {
	query, err := url.ParseQuery(r.URL.RawQuery)
	iss, one := single(query, "iss")
	handle, also := single(query, "launch")
	if err != nil || !one || !also || iss == "" || handle == "" {
		return fail(BadRequest, "iss and launch are both needed, once", adviceRequest)
	}
	e := a.byISS[iss]
	if e == nil {
		a.log.Warn("launch refused", "kind", string(UnknownIssuer))
		return fail(UnknownIssuer, "no entry with this iss", adviceUnknown)
	}
	id, secret, now := random(), random(), a.now()
	rec := Record{
		Name: id[:shortName], ID: id, IssuerKey: e.issuer.Key, ISS: iss, Handle: Secret(handle),
		Browser: hash(secret), Phase: PhaseBegun, Started: now, Used: now,
	}
	if err := a.store.Create(r.Context(), rec); err != nil {
		return e.fail(Unavailable, "the launch could not be kept", adviceBusy)
	}
	e.prepare()
	a.launchesOf(w, r) // clears cookies of launches that are gone
	a.setCookie(w, rec.Name, secret, 2*answerTime)
	redirect(w, "/launch/continue?l="+rec.Name)
	return nil
}

// Continue answers GET /launch/continue: when the cookie came back, the browser is sent to the EHR's authorization
// endpoint. An error is an [*Error], and nothing has been written. With NoCookie, the error's Again begins the launch anew:
// its handle has not been used yet.
func (a *App) Continue(w http.ResponseWriter, r *http.Request) error {
	name, one := single(r.URL.Query(), "l")
	if !one || len(name) != shortName {
		return fail(BadRequest, "l is needed, once", adviceRequest)
	}
	rec, err := a.store.Get(r.Context(), name)
	if err != nil || (rec.Phase != PhaseBegun && rec.Phase != PhaseAsked) {
		return fail(NotFound, "no launch of that name is waiting", adviceReopen)
	}
	e := a.byKey[rec.IssuerKey]
	if e == nil {
		return fail(NotFound, "its entry is gone", adviceReopen)
	}
	if a.now().After(rec.Ends()) {
		return e.fail(Expired, "the launch waited too long", adviceReopen)
	}
	if _, right := a.holds(r, &rec); !right {
		f := e.fail(NoCookie, "the cookie of this launch did not come back", adviceNoCookie)
		if rec.Phase == PhaseBegun {
			f.Again = "/launch?" + url.Values{"iss": {rec.ISS}, "launch": {string(rec.Handle)}}.Encode()
		}
		return f
	}
	known, err := e.metadata.get(r.Context())
	if err != nil {
		return e.fail(EHR, "smart-configuration: "+reason(err), adviceEHR)
	}
	state := rec.Name + "." + random()
	rec, err = a.store.Change(r.Context(), name, func(rec *Record) error {
		if rec.Phase != PhaseBegun && rec.Phase != PhaseAsked {
			return ErrNoRecord
		}
		rec.Phase, rec.Used = PhaseAsked, a.now()
		rec.State, rec.Nonce, rec.Verifier = hash(state), Secret(random()), Secret(oauth2.GenerateVerifier())
		return nil
	})
	if err != nil {
		return e.fail(NotFound, "the launch has gone on meanwhile", adviceReopen)
	}
	redirect(w, a.authorizationURL(e, known.value, rec, state))
	return nil
}

// authorizationURL asks for a code: SMART App Launch 2.2, "Obtain authorization code". aud is the iss as it came.
func (a *App) authorizationURL(e *ehr, m metadata, rec Record, state string) string {
	return e.oauth(m, a.redirectURI(e)).AuthCodeURL(state,
		oauth2.SetAuthURLParam("aud", rec.ISS),
		oauth2.SetAuthURLParam("launch", string(rec.Handle)),
		oauth2.SetAuthURLParam("nonce", string(rec.Nonce)),
		oauth2.S256ChallengeOption(string(rec.Verifier)))
}

// redirectURI is one for each EHR, so that one EHR's answer cannot pass for another's.
func (a *App) redirectURI(e *ehr) string { return a.base + "/callback/" + e.issuer.Key }

// An answer is what a callback brings.
type answer struct{ state, code, fault, issuer string }

func readAnswer(r *http.Request) (in answer, ok bool) {
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return in, false
	}
	for name, to := range map[string]*string{"state": &in.state, "code": &in.code, "error": &in.fault, "iss": &in.issuer} {
		if *to, ok = single(query, name); !ok {
			return in, false
		}
	}
	return in, in.state != "" && (in.code == "") != (in.fault == "")
}

// Callback answers GET /callback/{key} and returns the id of the launch that is now open; the caller redirects.
// Where it fails the error is an [*Error]; the body has not been written.
func (a *App) Callback(w http.ResponseWriter, r *http.Request, key string) (launchID string, err error) {
	in, ok := readAnswer(r)
	if !ok {
		return "", fail(BadRequest, "state, and one of code and error, are needed once", adviceRequest)
	}
	e, rec, fault := a.claim(r, key, in)
	if fault == nil {
		fault = a.finish(r.Context(), e, &rec, in)
	}
	if fault != nil {
		if rec.ID != "" {
			a.forget(r.Context(), rec)
			a.clearCookie(w, rec.Name)
		}
		a.log.Warn("launch refused", "issuer", fault.Issuer, "kind", string(fault.Kind), "reason", fault.reason, "code", fault.Code)
		return "", fault
	}
	a.makeRoom(w, r, rec)
	secret := random() // a new one, now that somebody is signed in
	_, err = a.store.Change(r.Context(), rec.Name, func(kept *Record) error {
		if kept.Phase != PhaseAnswer {
			return ErrNoRecord
		}
		rec.Browser, rec.Phase, rec.Used = hash(secret), PhaseOpen, a.now()
		rec.Nonce, rec.Verifier, rec.Handle = "", "", ""
		*kept = rec
		return nil
	})
	if err != nil { // ended while the code was exchanged, by a second use of its state
		a.forget(r.Context(), rec)
		return "", e.fail(BadState, "the launch was ended meanwhile", adviceReopen)
	}
	a.setCookie(w, rec.Name, secret, wholeTime)
	a.log.Info("launch open", "issuer", e.issuer.Key, "named_user", rec.User != "", "encounter", rec.Encounter != "", "scopes", len(rec.Scopes))
	return rec.ID, nil
}

// claim finds the launch an answer belongs to. State, cookie and key must all be its own, and it can be claimed once.
// A record that is returned with an error is spoilt and has to be forgotten.
func (a *App) claim(r *http.Request, key string, in answer) (*ehr, Record, *Error) {
	name, _, _ := strings.Cut(in.state, ".")
	rec, err := a.store.Get(r.Context(), name)
	if err != nil || !same(hash(in.state), rec.State) {
		return nil, Record{}, fail(BadState, "no launch is waiting for this state", adviceReopen)
	}
	sent, right := a.holds(r, &rec)
	switch {
	case !sent:
		return nil, Record{}, fail(NoCookie, "the cookie of this launch did not come back", adviceNoCookie)
	case !right:
		return nil, Record{}, fail(BadState, "another browser began this launch", adviceReopen)
	case key != rec.IssuerKey || a.byKey[key] == nil:
		return nil, rec, fail(BadState, "the launch was made for another EHR", adviceReopen)
	}
	e := a.byKey[key]
	if rec.Phase == PhaseAsked && a.now().After(rec.Ends()) {
		return e, rec, e.fail(Expired, "the launch waited too long", adviceReopen)
	}
	claimed, err := a.store.Change(r.Context(), name, func(kept *Record) error {
		if kept.Phase != PhaseAsked || kept.State != rec.State {
			return ErrNoRecord
		}
		kept.Phase = PhaseAnswer
		return nil
	})
	if err != nil {
		if now, err := a.store.Get(r.Context(), name); err == nil {
			rec = now // with the tokens that are to be revoked
		}
		return e, rec, e.fail(BadState, "this state was used before", adviceReopen)
	}
	return e, claimed, nil
}

// finish exchanges the code and fills in the record.
func (a *App) finish(ctx context.Context, e *ehr, rec *Record, in answer) *Error {
	known, err := e.metadata.get(ctx)
	if err != nil {
		return e.fail(EHR, "smart-configuration: "+reason(err), adviceEHR)
	}
	m := known.value
	if in.issuer != "" && m.issuer != "" && in.issuer != m.issuer { // RFC 9207
		return e.fail(BadState, "the answer comes from another issuer", adviceReopen)
	}
	if in.fault != "" {
		f := e.fail(EHR, "the authorization endpoint said no", adviceEHR)
		if f.Code, f.Advice = namedCode(in.fault); f.Code == "access_denied" {
			f.Kind = Denied
		}
		return f
	}
	token, err := e.exchange(ctx, m, a.redirectURI(e), in.code, rec.Verifier)
	var refused *Error
	switch {
	case errors.As(err, &refused):
		return refused
	case err != nil:
		return e.fail(EHR, "the code was not exchanged", adviceEHR)
	}
	rec.keepTokens(token, a.now()) // from here on a failure revokes them
	who, fault := e.identify(ctx, m, token, rec.Nonce)
	if fault != nil {
		return fault
	}
	rec.Subject, rec.User = who.subject, who.user
	if who.user == "" && e.asksIdentity() {
		a.log.Warn("launch without a named user: nothing can be written", "issuer", e.issuer.Key)
	}
	if fault := e.readContext(rec, token); fault != nil {
		return fault
	}
	var why string
	if rec.Messaging, why = e.messagingOf(token); why != "" {
		a.log.Warn("web messaging left out", "issuer", e.issuer.Key, "reason", why)
	}
	return nil
}

// makeRoom ends the launches of this browser that were left longest, so that with the new one there are not too many.
func (a *App) makeRoom(w http.ResponseWriter, r *http.Request, opening Record) {
	var open []Record
	for _, rec := range a.launchesOf(w, r) {
		if rec.Phase == PhaseOpen && rec.Name != opening.Name {
			open = append(open, rec)
		}
	}
	for len(open) >= perBrowser {
		oldest := 0
		for n := range open {
			if open[n].Used.Before(open[oldest].Used) {
				oldest = n
			}
		}
		rec := open[oldest]
		open = append(open[:oldest], open[oldest+1:]...)
		a.clearCookie(w, rec.Name)
		_ = a.store.Delete(r.Context(), rec.Name)
		go a.forget(context.WithoutCancel(r.Context()), rec)
	}
}

// touchEvery is how exactly the last use of a launch is known.
const touchEvery = 30 * time.Second

// Launch returns the open launch of that id when this browser holds its cookie. An error is an [*Error].
func (a *App) Launch(r *http.Request, launchID string) (*Launch, error) {
	notFound := fail(NotFound, "no such launch in this browser", adviceReopen)
	if len(launchID) <= shortName {
		return nil, notFound
	}
	rec, err := a.store.Get(r.Context(), launchID[:shortName])
	if err != nil || !same(hash(rec.ID), hash(launchID)) {
		return nil, notFound
	}
	e := a.byKey[rec.IssuerKey]
	if _, right := a.holds(r, &rec); !right || e == nil || rec.Phase == PhaseBegun || rec.Phase == PhaseAsked || rec.Phase == PhaseAnswer {
		return nil, notFound
	}
	now := a.now()
	if now.After(rec.Ends()) {
		a.forget(r.Context(), rec)
		return nil, e.fail(Expired, "the launch was left for too long", adviceReopen)
	}
	if now.Sub(rec.Used) >= touchEvery {
		if rec, err = a.store.Change(r.Context(), rec.Name, func(rec *Record) error { rec.Used = now; return nil }); err != nil {
			return nil, notFound
		}
	}
	if rec.Phase == PhaseEnded {
		return nil, e.fail(Reopen, "the EHR has ended the session", adviceReopen)
	}
	return a.view(e, rec), nil
}
