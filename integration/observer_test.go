package integration

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/chargenote/chargenote/internal/demoehr"
)

// An observer is another app of the same EHR: the tests' own way past its door.
const (
	observerID       = "observer"
	observerRedirect = "http://127.0.0.1:1/observer" // nobody listens: the code is read off the redirect
)

// observe launches the observer at a visit and returns a client that carries its token.
func observe(t testing.TB, ehr *demoehr.EHR, visit demoehr.SeedVisit, scopes string) *http.Client {
	t.Helper()
	launched, err := url.Parse(ehr.LaunchURL(visit.Patient, visit.Encounter))
	if err != nil {
		t.Fatal(err)
	}
	auth := strings.TrimSuffix(ehr.ISS(), "/fhir") + "/auth"
	verifier := strings.Repeat("observer-", 6)
	challenge := sha256.Sum256([]byte(verifier))
	ask := url.Values{
		"response_type": {"code"}, "client_id": {observerID}, "redirect_uri": {observerRedirect},
		"aud": {ehr.ISS()}, "launch": {launched.Query().Get("launch")}, "state": {"observer"}, "scope": {"launch " + scopes},
		"code_challenge_method": {"S256"}, "code_challenge": {base64.RawURLEncoding.EncodeToString(challenge[:])},
	}
	client := &http.Client{Timeout: time.Minute, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response, err := client.Get(auth + "/authorize?" + ask.Encode())
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	back, err := response.Location()
	if err != nil || back.Query().Get("code") == "" {
		t.Fatalf("the EHR gives the observer no code: %s %v", response.Status, back)
	}
	response, err = client.PostForm(auth+"/token", url.Values{
		"grant_type": {"authorization_code"}, "code": {back.Query().Get("code")}, "redirect_uri": {observerRedirect},
		"client_id": {observerID}, "code_verifier": {verifier},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var token struct {
		AccessToken string `json:"access_token"`
	}
	if err := json.NewDecoder(response.Body).Decode(&token); err != nil || token.AccessToken == "" {
		t.Fatalf("the EHR gives the observer no token: %s %v", response.Status, err)
	}
	client.Transport = bearing(token.AccessToken)
	return client
}

// bearing adds a Bearer token to every request.
type bearing string

func (b bearing) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("Authorization", "Bearer "+string(b))
	return http.DefaultTransport.RoundTrip(r)
}
