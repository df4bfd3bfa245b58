package demoehr

import (
	"crypto/subtle"
	"net/http"
	"net/url"
)

// authenticate finds the client of a request to the token endpoint: a confidential one by HTTP
// Basic, raw or form-encoded, a public one by client_id alone.
func (a *authority) authenticate(r *http.Request) (Client, bool) {
	id, secret, hasBasic := r.BasicAuth()
	if !hasBasic {
		client, ok := a.clients[r.PostForm.Get("client_id")]
		return client, ok && client.Secret == "" && r.PostForm.Get("client_secret") == ""
	}
	for _, read := range []func(string) string{func(s string) string { return s }, decoded} {
		client, ok := a.clients[read(id)]
		if ok && client.Secret != "" && subtle.ConstantTimeCompare([]byte(client.Secret), []byte(read(secret))) == 1 {
			return client, true
		}
	}
	return Client{}, false
}

func decoded(s string) string {
	plain, err := url.QueryUnescape(s)
	if err != nil {
		return s
	}
	return plain
}
