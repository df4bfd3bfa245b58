package smart

import (
	"context"
	"crypto/subtle"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/go-jose/go-jose/v4"
	"golang.org/x/oauth2"
)

// skew is how far an EHR's clock may be ahead of ours.
const skew = 2 * time.Minute

// An identity is who an id_token says is signed in.
type identity struct {
	subject string
	user    string // "Practitioner/d1", or empty
}

// identify checks the id_token as OpenID Connect Core 3.1.3.7 asks. No id_token is nobody, and no error.
func (e *ehr) identify(ctx context.Context, m metadata, token *oauth2.Token, nonce Secret) (identity, *Error) {
	value := token.Extra("id_token")
	if value == nil {
		return identity{}, nil
	}
	bad := func(reason string) (identity, *Error) {
		return identity{}, e.fail(Identity, "id_token: "+reason, adviceIdentity)
	}
	raw, ok := value.(string)
	switch {
	case !ok || raw == "":
		return bad("not a string")
	case len(raw) > maxToken:
		return bad("longer than 16 kB")
	case strings.Count(raw, ".") != 2:
		return bad("not a signed token in compact form")
	case m.issuer == "":
		return bad("the EHR does not say who issues it; set oidc.issuer")
	}
	algorithms := e.accepted(m)
	if len(algorithms) == 0 {
		return bad("no signature that the EHR names is accepted")
	}
	set := keySet{ehr: e}
	for _, alg := range algorithms {
		set.algorithms = append(set.algorithms, jose.SignatureAlgorithm(alg))
	}
	verified, err := oidc.NewVerifier(m.issuer, set, &oidc.Config{
		ClientID: e.issuer.Client.ID, SupportedSigningAlgs: algorithms, Now: e.now,
	}).Verify(ctx, raw)
	if err != nil { // quotes claims
		return bad("signature, issuer, audience or time is not right")
	}
	var claims struct {
		AuthorizedParty *string `json:"azp"`
		User            string  `json:"fhirUser"`
		Profile         string  `json:"profile"`
	}
	if verified.Claims(&claims) != nil {
		return bad("claims of the wrong kind")
	}
	switch {
	case subtle.ConstantTimeCompare([]byte(verified.Nonce), []byte(nonce)) != 1:
		return bad("nonce is not the one we sent")
	case claims.AuthorizedParty != nil && *claims.AuthorizedParty != e.issuer.Client.ID:
		return bad("made for another client")
	case claims.AuthorizedParty == nil && len(verified.Audience) > 1:
		return bad("made for several clients and none named")
	case verified.IssuedAt.IsZero() || verified.IssuedAt.After(e.now().Add(skew)):
		return bad("issued in the future, or it does not say when")
	case verified.Subject == "":
		return bad("no subject")
	case verified.AccessTokenHash != "" && verified.VerifyAccessToken(token.AccessToken) != nil:
		return bad("made for another access token")
	}
	user := e.user(claims.User)
	if user == "" {
		user = e.user(claims.Profile) // the older form
	}
	return identity{subject: verified.Subject, user: user}, nil
}

var (
	idShape   = regexp.MustCompile(`^[A-Za-z0-9.-]{1,64}$`) // FHIR R4, id
	userTypes = []string{"Practitioner", "PractitionerRole", "Patient", "RelatedPerson", "Person"}
)

// user reads fhirUser, which may be relative or absolute, and keeps it relative. It must lie on this EHR's base.
func (e *ehr) user(claim string) string {
	u, err := url.Parse(claim)
	if err != nil || claim == "" || strings.ContainsAny(claim, "?#") {
		return ""
	}
	reference := claim
	if u.IsAbs() || u.Host != "" {
		at := slices.IndexFunc(e.bases, func(base *url.URL) bool { _, ok := within(base, u); return ok })
		if at < 0 {
			return ""
		}
		reference, _ = within(e.bases[at], u)
	}
	kind, id, ok := strings.Cut(reference, "/")
	if !ok || !slices.Contains(userTypes, kind) || !validID(id) {
		return ""
	}
	return kind + "/" + id
}

// validID tells whether s can stand as a logical id in a path.
func validID(s string) bool { return idShape.MatchString(s) && s != "." && s != ".." }
