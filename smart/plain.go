package smart

import (
	"bytes"
	"encoding/json"
	"strings"
)

// How large a document of the authorization side may be, beside its bytes.
const (
	maxDepth  = 32
	maxValues = 20_000
)

// readNames are the members that are read of token answers, smart-configuration, the OpenID document,
// key sets and the claims of an id_token. The decoders of Go take a key of another case for them.
var readNames = foldedNames("access_token", "token_type", "refresh_token", "expires_in", "scope", "id_token", "error",
	"error_description", "error_uri", "patient", "encounter", "need_patient_banner", "smart_style_url", "smart_web_messaging_origin", "smart_web_messaging_handle", "tenant", "intent", "fhirContext",
	"authorization_endpoint", "token_endpoint", "revocation_endpoint", "issuer", "jwks_uri", "id_token_signing_alg_values_supported",
	"keys", "iss", "sub", "aud", "exp", "iat", "nbf", "nonce", "azp", "at_hash", "fhirUser", "profile")

func foldedNames(names ...string) map[string]string {
	folded := map[string]string{}
	for _, name := range names {
		folded[fold(name)] = name
	}
	return folded
}

// fold is a key without its case, as the decoders compare keys.
func fold(key string) string { return strings.ToLower(strings.ToUpper(key)) }

// plain refuses JSON that two readers may read differently: a key that stands twice in one object, or
// one at the top that differs from a name we read by case only. Two access tokens in one answer are no
// answer. It also bounds depth and number of values.
func plain(body []byte) error {
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	var open objects
	for values := 0; ; values++ {
		token, err := decoder.Token()
		switch {
		case err != nil:
			return nil //nolint:nilerr // the end; or no JSON, and whoever decodes it says so in words of its own
		case values > maxValues || len(open) > maxDepth:
			return wireFault("an answer of too many parts")
		}
		if err := open.next(token); err != nil {
			return err
		}
	}
}

// objects are the objects and lists that are open while JSON is read, innermost last.
type objects []*object

// An object is the keys of an object so far; a list has none.
type object struct {
	keys  map[string]bool
	value bool // the next token is a value
}

// next takes one token more.
func (o *objects) next(token json.Token) error {
	at := o.innermost()
	if key, ok := token.(string); ok && at.keys != nil && !at.value {
		at.value = true
		return at.key(key, len(*o) == 1)
	}
	at.value = false
	switch token {
	case json.Delim('{'):
		*o = append(*o, &object{keys: map[string]bool{}})
	case json.Delim('['):
		*o = append(*o, &object{})
	case json.Delim('}'), json.Delim(']'):
		*o = (*o)[:len(*o)-1]
	}
	return nil
}

func (o *objects) innermost() *object {
	if len(*o) == 0 {
		return &object{}
	}
	return (*o)[len(*o)-1]
}

func (o *object) key(key string, top bool) error {
	if o.keys[key] {
		return wireFault("an answer with a key that stands twice")
	}
	o.keys[key] = true
	if name := readNames[fold(key)]; top && name != "" && name != key {
		return wireFault("an answer with a key that differs from " + name + " by case only")
	}
	return nil
}
