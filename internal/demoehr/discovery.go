package demoehr

import (
	"net/http"

	"github.com/go-jose/go-jose/v4"
)

// endpoints are the addresses of the authorization server. The issuer is not the FHIR base, as
// with most real EHRs.
type endpoints struct {
	fhir, issuer                                           string
	authorize, token, jwks, revoke, introspect, smartStyle string
}

func endpointsUnder(base string) endpoints {
	issuer := base + "/auth"
	return endpoints{
		fhir: base + "/fhir", issuer: issuer,
		authorize: issuer + "/authorize", token: issuer + "/token", jwks: issuer + "/jwks",
		revoke: issuer + "/revoke", introspect: issuer + "/introspect", smartStyle: base + "/smart-style.json",
	}
}

// serveSMARTConfiguration is the discovery document of SMART App Launch 2.2 section 2.0.10. It
// names only what is there.
func (e *EHR) serveSMARTConfiguration(w http.ResponseWriter, r *http.Request) {
	doc := e.authority.discovery()
	doc["capabilities"] = []string{
		"launch-ehr", "authorize-post", "client-public", "client-confidential-symmetric", "sso-openid-connect",
		"context-banner", "context-style", "context-ehr-patient", "context-ehr-encounter",
		"permission-offline", "permission-online", "permission-patient", "permission-user", "permission-v1", "permission-v2",
	}
	writeJSON(w, http.StatusOK, "public, max-age=300", doc)
}

func (e *EHR) serveOpenIDConfiguration(w http.ResponseWriter, r *http.Request) {
	doc := e.authority.discovery()
	doc["subject_types_supported"] = []string{"public"}
	doc["id_token_signing_alg_values_supported"] = []string{string(jose.RS256)}
	doc["claims_supported"] = []string{"iss", "sub", "aud", "exp", "iat", "nonce", "at_hash", "fhirUser", "name"}
	writeJSON(w, http.StatusOK, "public, max-age=300", doc)
}

func (a *authority) discovery() map[string]any {
	return map[string]any{
		"issuer": a.endpoints.issuer, "jwks_uri": a.endpoints.jwks,
		"authorization_endpoint": a.endpoints.authorize, "token_endpoint": a.endpoints.token,
		"revocation_endpoint": a.endpoints.revoke, "introspection_endpoint": a.endpoints.introspect,
		"response_types_supported":                       []string{"code"},
		"grant_types_supported":                          []string{"authorization_code", "refresh_token"},
		"code_challenge_methods_supported":               []string{"S256"},
		"token_endpoint_auth_methods_supported":          []string{"client_secret_basic", "none"},
		"authorization_response_iss_parameter_supported": true,
		"scopes_supported": []string{
			"openid", "fhirUser", "launch", "online_access", "offline_access", "user/*.cruds", "patient/*.cruds", "user/*.*", "patient/*.*",
		},
	}
}

func (a *authority) serveKeys(w http.ResponseWriter, r *http.Request) {
	writeJSON(w, http.StatusOK, "public, max-age=3600", jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{
		Key: a.key.Public(), KeyID: a.keyID, Algorithm: string(jose.RS256), Use: "sig",
	}}})
}
