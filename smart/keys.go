package smart

import (
	"context"
	"crypto/ecdsa"
	"crypto/rsa"
	"encoding/json"
	"slices"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/go-jose/go-jose/v4"
)

// idTokenAlgorithms are the signatures we accept, whatever a token or a document says.
var idTokenAlgorithms = []string{oidc.RS256, oidc.RS384, oidc.RS512, oidc.ES256, oidc.ES384}

// keys are the public keys that sign an EHR's id_tokens.
type keys []jose.JSONWebKey

// fetchKeys reads the JWKS and keeps the keys that can sign for us; one odd key does not spoil the others.
func (e *ehr) fetchKeys(ctx context.Context) (keys, time.Duration, error) {
	known, err := e.metadata.get(ctx)
	if err != nil {
		return nil, 0, err
	}
	if known.value.jwks == "" {
		return nil, 0, wireFault("no jwks_uri on a host of the entry")
	}
	body, keep, err := e.fetch(ctx, known.value.jwks)
	if err != nil {
		return nil, 0, err
	}
	var set struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := json.Unmarshal(body, &set); err != nil {
		return nil, 0, wireFault("a key set that is not one")
	}
	var usable keys
	for _, raw := range set.Keys {
		var key jose.JSONWebKey
		if len(usable) == 100 || json.Unmarshal(raw, &key) != nil || !strong(key) {
			continue
		}
		usable = append(usable, key)
	}
	return usable, keep, nil
}

// strong tells whether the key is a public one of a kind and length we accept.
func strong(key jose.JSONWebKey) bool {
	if !key.Valid() || (key.Use != "" && key.Use != "sig") {
		return false
	}
	switch k := key.Key.(type) {
	case *rsa.PublicKey:
		return k.N.BitLen() >= 2048 && k.N.BitLen() <= 8192
	case *ecdsa.PublicKey:
		bits := k.Curve.Params().BitSize
		return bits == 256 || bits == 384
	}
	return false
}

// keySet verifies signatures with the keys that are kept, for go-oidc, whose own reads without limit and at times
// of its own choosing.
type keySet struct {
	ehr        *ehr
	algorithms []jose.SignatureAlgorithm
}

// VerifySignature returns the payload of a token in compact form. When no kept key fits, the keys are fetched once more:
// the EHR may have changed them.
func (s keySet) VerifySignature(ctx context.Context, token string) ([]byte, error) {
	signed, err := jose.ParseSignedCompact(token, s.algorithms)
	if err != nil || len(signed.Signatures) != 1 {
		return nil, wireFault("not a signed token of an accepted kind")
	}
	edition, err := s.ehr.keys.get(ctx)
	if err != nil {
		return nil, err
	}
	if payload, ok := edition.value.verify(signed); ok {
		return payload, plain(payload)
	}
	edition, err = s.ehr.keys.force(ctx, edition)
	if err != nil {
		return nil, err
	}
	if payload, ok := edition.value.verify(signed); ok {
		return payload, plain(payload)
	}
	return nil, wireFault("signed by no key of the EHR")
}

// verify tries the keys that the token may have been signed with. Keys within the token are not looked at.
func (k keys) verify(signed *jose.JSONWebSignature) ([]byte, bool) {
	header := signed.Signatures[0].Header
	for _, key := range k {
		if header.KeyID != "" && key.KeyID != "" && key.KeyID != header.KeyID {
			continue
		}
		if key.Algorithm != "" && key.Algorithm != header.Algorithm {
			continue
		}
		if payload, err := signed.Verify(key.Key); err == nil {
			return payload, true
		}
	}
	return nil, false
}

// accepted are the algorithms an id_token of this EHR may have: ours, and those of the entry, and those of discovery.
func (e *ehr) accepted(m metadata) []string {
	return slices.DeleteFunc(slices.Clone(idTokenAlgorithms), func(alg string) bool {
		return (len(e.issuer.OIDC.Algorithms) > 0 && !slices.Contains(e.issuer.OIDC.Algorithms, alg)) ||
			(m.algorithms != nil && !slices.Contains(m.algorithms, alg))
	})
}
