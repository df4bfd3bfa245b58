package demoehr

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// serveAuthorize answers the authorization request at once: the clinician is logged in to the EHR
// already and has opened the app, so that nobody is asked.
func (a *authority) serveAuthorize(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 1<<20)
	if err := r.ParseForm(); err != nil {
		http.Error(w, "the authorization request cannot be read", http.StatusBadRequest)
		return
	}
	client, known := a.clients[r.Form.Get("client_id")]
	redirectURI := r.Form.Get("redirect_uri")
	if !known || !slices.Contains(client.RedirectURIs, redirectURI) { // never redirect to an address that is not registered
		http.Error(w, "client_id or redirect_uri is not registered here, character for character", http.StatusBadRequest)
		return
	}
	answer := url.Values{"state": {r.Form.Get("state")}, "iss": {a.endpoints.issuer}}
	if code, problem := a.authorize(client, r.Form); problem != nil {
		answer.Set("error", problem.Code)
		answer.Set("error_description", problem.Description)
	} else {
		answer.Set("code", code)
	}
	joint := "?"
	if strings.Contains(redirectURI, "?") {
		joint = "&"
	}
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Referrer-Policy", "no-referrer")
	http.Redirect(w, r, redirectURI+joint+answer.Encode(), http.StatusSeeOther)
}

// A problem is an error answer of OAuth 2.0.
type problem struct {
	Code        string `json:"error"`
	Description string `json:"error_description"`
	status      int
}

func invalid(code, format string, args ...any) *problem {
	return &problem{Code: code, Description: fmt.Sprintf(format, args...), status: http.StatusBadRequest}
}

// authorize checks a request and makes the code for it.
func (a *authority) authorize(client Client, form url.Values) (string, *problem) {
	switch {
	case form.Get("response_type") != "code":
		return "", invalid("unsupported_response_type", "response_type must be code")
	case form.Get("aud") != a.endpoints.fhir:
		return "", invalid("invalid_request", "aud must be the FHIR base that launched the app, character for character")
	case form.Get("state") == "":
		return "", invalid("invalid_request", "state is missing")
	case form.Get("code_challenge_method") != "S256" || len(form.Get("code_challenge")) != 43:
		return "", invalid("invalid_request", "a code_challenge with the method S256 is required")
	}
	scopes := grantable(form.Get("scope"))
	if !slices.Contains(scopes, "launch") {
		return "", invalid("invalid_scope", "the scope launch is required: only launches from the chart are served")
	}
	a.mutex.Lock()
	defer a.mutex.Unlock()
	opened, ok := a.launches[form.Get("launch")]
	delete(a.launches, form.Get("launch"))
	if !ok || a.now().After(opened.expires) {
		return "", invalid("invalid_request", "this launch is unknown, used or too old: open the app from the chart again")
	}
	name := random(24)
	a.codes[name] = &code{
		session:     &session{launch: opened, client: client.ID, scopes: scopes, nonce: form.Get("nonce")},
		redirectURI: form.Get("redirect_uri"), challenge: form.Get("code_challenge"), expires: a.now().Add(codeLife),
	}
	return name, nil
}
