package smart

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"golang.org/x/oauth2"
)

// oauth describes us and the EHR to x/oauth2. The way to authenticate is always said: left to guess, the library sends
// a code twice, which makes it void.
func (e *ehr) oauth(m metadata, redirect string) *oauth2.Config {
	c := &oauth2.Config{
		ClientID: e.issuer.Client.ID, ClientSecret: string(e.secret), RedirectURL: redirect, Scopes: e.scopes(),
		Endpoint: oauth2.Endpoint{AuthURL: m.authorize, TokenURL: m.token, AuthStyle: oauth2.AuthStyleInParams},
	}
	if e.issuer.Client.Auth == "basic" {
		c.Endpoint.AuthStyle = oauth2.AuthStyleInHeader
	}
	return c
}

// exchange turns a code into a token.
func (e *ehr) exchange(ctx context.Context, m metadata, redirect, code string, verifier Secret) (*oauth2.Token, error) {
	ctx = context.WithValue(ctx, oauth2.HTTPClient, e.client)
	token, err := e.oauth(m, redirect).Exchange(ctx, code, oauth2.VerifierOption(string(verifier)))
	return e.checkedToken("token request", token, err)
}

// renewal turns a refresh token into a new token. The token source is used once and thrown away, so it keeps nothing.
func (e *ehr) renewal(ctx context.Context, m metadata, refresh Secret) (*oauth2.Token, error) {
	ctx = context.WithValue(ctx, oauth2.HTTPClient, e.client)
	token, err := e.oauth(m, "").TokenSource(ctx, &oauth2.Token{RefreshToken: string(refresh)}).Token()
	return e.checkedToken("refresh", token, err)
}

// checkedToken refuses what is not a usable bearer token. The library's errors quote the answer and end here.
func (e *ehr) checkedToken(what string, token *oauth2.Token, err error) (*oauth2.Token, error) {
	if err != nil {
		return nil, e.tokenFault(what, err)
	}
	switch {
	case !strings.EqualFold(token.TokenType, "bearer"):
		return nil, e.fail(EHR, what+": token_type is not bearer", adviceEHR)
	case !sendable(token.AccessToken) || len(token.RefreshToken) > maxToken:
		return nil, e.fail(EHR, what+": a token too long or with letters that cannot be sent", adviceEHR)
	}
	return token, nil
}

// sendable tells whether a token can stand in a header.
func sendable(token string) bool {
	return len(token) <= maxToken && strings.IndexFunc(token, func(c rune) bool { return c <= ' ' || c > '~' }) < 0
}

func (e *ehr) tokenFault(what string, err error) *Error {
	var refused *oauth2.RetrieveError
	if !errors.As(err, &refused) {
		return e.fail(EHR, what+": "+reason(err), adviceEHR)
	}
	f := e.fail(EHR, what+": refused", adviceEHR)
	f.Code, f.Advice = namedCode(refused.ErrorCode)
	if f.Code == "invalid_grant" && what == "refresh" {
		f.Kind, f.Advice = Reopen, adviceReopen
	}
	return f
}

// revoke tells the EHR that the tokens are no longer used (RFC 7009). It is a courtesy: failures are only counted.
func (e *ehr) revoke(ctx context.Context, address string, r Record) (failed int) {
	for _, t := range []struct {
		hint  string
		token Secret
	}{{"refresh_token", r.Refresh}, {"access_token", r.Access}} {
		if t.token != "" && e.revokeOne(ctx, address, t.hint, t.token) != nil {
			failed++
		}
	}
	return failed
}

func (e *ehr) revokeOne(ctx context.Context, address, hint string, token Secret) error {
	form := url.Values{"token": {string(token)}, "token_type_hint": {hint}}
	if e.issuer.Client.Auth != "basic" {
		form.Set("client_id", e.issuer.Client.ID)
	}
	if e.issuer.Client.Auth == "post" {
		form.Set("client_secret", string(e.secret))
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, address, strings.NewReader(form.Encode()))
	if err != nil {
		return wireFault("an address that is not a URL")
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if e.issuer.Client.Auth == "basic" {
		r.SetBasicAuth(url.QueryEscape(e.issuer.Client.ID), url.QueryEscape(string(e.secret))) // raw: see careful
	}
	response, err := e.client.Do(r)
	if err != nil {
		return connectionFault(err)
	}
	defer response.Body.Close()
	_, _ = io.Copy(io.Discard, response.Body)
	if response.StatusCode >= 300 {
		return wireFault("refused")
	}
	return nil
}

// keepTokens puts a token response into the record: both tokens together, and when to think of new ones.
func (r *Record) keepTokens(token *oauth2.Token, now time.Time) {
	r.Access = Secret(token.AccessToken)
	r.Refresh = Secret(token.RefreshToken)
	r.RenewAt, r.AccessUntil, r.RetryAt = time.Time{}, time.Time{}, time.Time{}
	if life := time.Duration(token.ExpiresIn) * time.Second; life > 0 {
		r.RenewAt, r.AccessUntil = now.Add(life*4/5), now.Add(life)
	}
	if scope, ok := token.Extra("scope").(string); ok {
		r.Scopes = strings.Fields(scope)
	}
}
