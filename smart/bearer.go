package smart

import (
	"context"
	"errors"
	"io"
	"net/http"
	"time"
)

// bearer is the only place where the access token meets a request.
type bearer struct {
	app      *App
	ehr      *ehr
	name, id string
}

// retryAfter is how long no renewal is tried after one that failed while the token still serves.
const retryAfter = 30 * time.Second

func (b *bearer) RoundTrip(r *http.Request) (*http.Response, error) {
	if !b.ehr.onBase(r) {
		return b.outside(r)
	}
	token, err := b.token(r.Context(), "")
	if err != nil {
		closeBody(r)
		return nil, err
	}
	response, err := b.send(r, token)
	if err != nil || response.StatusCode != http.StatusUnauthorized {
		return response, err
	}
	again, ok := replay(r)
	if !ok {
		return response, nil
	}
	fresh, err := b.token(r.Context(), token)
	if err != nil {
		response.Body.Close()
		return nil, err
	}
	if fresh == token { // there is no other: the caller sees the 401
		return response, nil
	}
	_, _ = io.Copy(io.Discard, io.LimitReader(response.Body, 64<<10))
	response.Body.Close()
	return b.send(again, fresh)
}

// send puts the token on a copy of the request.
func (b *bearer) send(r *http.Request, token Secret) (*http.Response, error) {
	r = r.Clone(r.Context())
	b.ehr.introduce(r)
	r.Header.Set("Authorization", "Bearer "+string(token))
	return b.ehr.transport.RoundTrip(r)
}

// outside sends a request that is not for the FHIR base without a word about us, and only where the entry vouches.
func (b *bearer) outside(r *http.Request) (*http.Response, error) {
	if !b.ehr.ours(r.URL) {
		closeBody(r)
		return nil, b.ehr.fail(BadRequest, "an address outside this EHR", "The record points outside the record system; that is not followed.")
	}
	r = r.Clone(r.Context())
	r.Header.Del("Authorization")
	r.Header.Del("Cookie")
	b.ehr.introduce(r)
	return b.ehr.transport.RoundTrip(r)
}

func closeBody(r *http.Request) {
	if r.Body != nil {
		r.Body.Close()
	}
}

// replay returns the request once more, if its body can be had again.
func replay(r *http.Request) (*http.Request, bool) {
	if r.Body == nil || r.Body == http.NoBody {
		return r, true
	}
	if r.GetBody == nil {
		return nil, false
	}
	body, err := r.GetBody()
	if err != nil {
		return nil, false
	}
	again := r.Clone(r.Context())
	again.Body = body
	return again, true
}

// token returns the access token to use. It renews it when it is due, or when refused is what the EHR has just refused.
// However many ask, one asks the EHR; the others wait for its answer. Both new tokens are kept before one is used.
func (b *bearer) token(ctx context.Context, refused Secret) (Secret, error) {
	rec, err := b.app.store.Get(ctx, b.name)
	if err == nil && (rec.ID != b.id || b.app.now().After(rec.Ends())) {
		err = ErrNoRecord
	}
	if err == nil && rec.Phase == PhaseOpen && !b.wants(&rec, refused) {
		return rec.Access, b.spent(&rec, refused)
	}
	var fault *Error
	var renewed Record
	if err == nil {
		rec, err = b.app.store.Change(ctx, b.name, func(rec *Record) error {
			if rec.ID != b.id {
				return ErrNoRecord
			}
			if b.wants(rec, refused) {
				fault = b.renew(ctx, rec)
				renewed = *rec
			}
			return nil
		})
	}
	if errors.Is(err, ErrNoRecord) && renewed.Access != "" { // the launch was ended while the EHR was thinking
		b.app.forget(ctx, renewed)
	}
	switch {
	case errors.Is(err, ErrNoRecord):
		return "", b.ehr.fail(Reopen, "the launch has ended", adviceReopen)
	case ctx.Err() != nil:
		return "", ctx.Err()
	case err != nil:
		return "", b.ehr.fail(Unavailable, "the launch could not be kept", adviceBusy)
	case rec.Phase != PhaseOpen:
		return "", b.ehr.fail(Reopen, "the EHR has ended the session", adviceReopen)
	case fault != nil && (refused != "" || b.over(&rec)):
		return "", fault
	}
	return rec.Access, b.spent(&rec, refused)
}

// wants tells whether the record's token should be renewed now.
func (b *bearer) wants(rec *Record, refused Secret) bool {
	now := b.app.now()
	if rec.Refresh == "" || rec.Phase != PhaseOpen || now.Before(rec.RetryAt) {
		return false
	}
	if refused != "" {
		return rec.Access == refused
	}
	return !rec.RenewAt.IsZero() && !now.Before(rec.RenewAt)
}

// over tells whether the token's time is up by its own word.
func (b *bearer) over(rec *Record) bool {
	return !rec.AccessUntil.IsZero() && !b.app.now().Before(rec.AccessUntil)
}

// spent is why a token that will not be renewed now cannot be used either.
func (b *bearer) spent(rec *Record, refused Secret) error {
	over, rejected := b.over(rec), refused != "" && rec.Access == refused
	switch {
	case rec.Refresh == "" && over && rejected:
		return b.ehr.fail(Reopen, "the token has run out and cannot be renewed", adviceReopen)
	case rec.Refresh != "" && (over || rejected) && b.app.now().Before(rec.RetryAt):
		return b.ehr.fail(EHR, "the token could not be renewed a moment ago", adviceEHR)
	}
	return nil
}

// renew asks the EHR for new tokens and puts them in the record. It goes on when the caller goes away: an answer that
// is lost would take the old refresh token with it.
func (b *bearer) renew(ctx context.Context, rec *Record) *Error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*callTime)
	defer cancel()
	known, err := b.ehr.metadata.get(ctx)
	if err != nil {
		rec.RetryAt = b.app.now().Add(retryAfter)
		return b.ehr.fail(EHR, "smart-configuration: "+reason(err), adviceEHR)
	}
	token, err := b.ehr.renewal(ctx, known.value, rec.Refresh)
	var fault *Error
	if errors.As(err, &fault) {
		rec.RetryAt = b.app.now().Add(retryAfter)
		if fault.Kind == Reopen {
			b.end(rec, fault.reason)
		}
		return fault
	}
	if patient, ok := token.Extra("patient").(string); ok && contextID("Patient", patient) != rec.Patient {
		b.end(rec, "the refresh answered for another patient")
		return b.ehr.fail(Reopen, "the EHR has changed the patient", adviceReopen)
	}
	rec.keepTokens(token, b.app.now())
	return nil
}

// end takes the tokens from a launch that the EHR has ended.
func (b *bearer) end(rec *Record, why string) {
	rec.Phase, rec.Access, rec.Refresh = PhaseEnded, "", ""
	b.app.log.Warn("launch ended by the EHR", "issuer", b.ehr.issuer.Key, "reason", why)
}
