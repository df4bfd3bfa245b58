package smart

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"syscall"
	"time"
)

// Limits on what an EHR's authorization side may send.
const (
	maxBody  = 1 << 20 // bytes, unpacked
	maxToken = 16 << 10
	callTime = 10 * time.Second
)

// A wireFault is what was wrong with an exchange, in words of our own.
type wireFault string

func (f wireFault) Error() string { return string(f) }

// newTransport returns a transport that speaks TLS 1.2 or later and dials no address that is not public,
// or, with private, none that is link-local.
func newTransport(private bool) *http.Transport {
	var proxies sync.Map // host:port of proxies from the environment: the operator's word, so not guarded
	allowed := public
	if private {
		allowed = reachable
	}
	guarded := &net.Dialer{Timeout: callTime, Control: func(_, address string, _ syscall.RawConn) error {
		at, err := netip.ParseAddrPort(address)
		if err != nil || !allowed(at.Addr()) {
			return wireFault("the host has an address that is not public; if that is meant, say allow_private: true")
		}
		return nil
	}}
	free := &net.Dialer{Timeout: callTime}
	return &http.Transport{
		Proxy: func(r *http.Request) (*url.URL, error) {
			proxy, err := http.ProxyFromEnvironment(r)
			if proxy != nil {
				proxies.Store(proxyAddress(proxy), true)
			}
			return proxy, err
		},
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			if _, proxy := proxies.Load(address); proxy {
				return free.DialContext(ctx, network, address)
			}
			return guarded.DialContext(ctx, network, address)
		},
		TLSClientConfig:       &tls.Config{MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout:   callTime,
		ResponseHeaderTimeout: 30 * time.Second,
		IdleConnTimeout:       90 * time.Second,
		MaxIdleConnsPerHost:   16,
		ForceAttemptHTTP2:     true,
	}
}

func proxyAddress(proxy *url.URL) string {
	port := proxy.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443", "socks5": "1080", "socks5h": "1080"}[proxy.Scheme]
	}
	return net.JoinHostPort(proxy.Hostname(), port)
}

// careful carries calls to the authorization side: only to hosts of the entry, no redirect, JSON, bounded.
type careful struct{ ehr *ehr }

func (c careful) RoundTrip(r *http.Request) (*http.Response, error) {
	if !c.ehr.ours(r.URL) {
		if r.Body != nil {
			r.Body.Close()
		}
		return nil, wireFault("an address on a host that the entry does not name; if it is right, add it to hosts")
	}
	r = r.Clone(r.Context())
	r.Header.Set("Accept", "application/json")
	c.ehr.introduce(r)
	if id, secret := c.ehr.issuer.Client.ID, c.ehr.secret; c.ehr.rawBasic() && r.Header.Get("Authorization") != "" {
		r.Header.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(id+":"+string(secret))))
	}
	response, err := c.ehr.transport.RoundTrip(r)
	if err != nil {
		return nil, connectionFault(err)
	}
	defer response.Body.Close()
	if response.StatusCode >= 300 && response.StatusCode < 400 {
		return nil, wireFault("a redirect, which is not followed")
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, maxBody+1))
	if err != nil {
		return nil, wireFault("an answer that broke off")
	}
	if len(body) > maxBody {
		return nil, wireFault("an answer of more than 1 MB")
	}
	if len(body) > 0 && !isJSON(response.Header.Get("Content-Type")) {
		if response.StatusCode < 300 {
			return nil, wireFault("an answer that is not JSON")
		}
		body = nil // an error page; the status says enough
	}
	if err := plain(body); err != nil {
		if response.StatusCode < 300 {
			return nil, err
		}
		body = nil
	}
	response.Body = io.NopCloser(bytes.NewReader(body))
	return response, nil
}

func isJSON(contentType string) bool {
	media, _, err := mime.ParseMediaType(contentType)
	return err == nil && (media == "application/json" || strings.HasPrefix(media, "application/") && strings.HasSuffix(media, "+json"))
}

// connectionFault puts a failure to exchange bytes in words of our own.
func connectionFault(err error) error {
	var ours wireFault
	switch {
	case errors.As(err, &ours):
		return ours
	case errors.Is(err, context.Canceled):
		return context.Canceled
	case errors.Is(err, context.DeadlineExceeded):
		return wireFault("no answer in time")
	}
	var timeout net.Error
	if errors.As(err, &timeout) && timeout.Timeout() {
		return wireFault("no answer in time")
	}
	return wireFault("no connection")
}

// reason says in fixed words why a call failed.
func reason(err error) string {
	var ours wireFault
	switch {
	case errors.As(err, &ours):
		return string(ours)
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return "no answer in time"
	}
	return "an answer that could not be read"
}

// fetch gets a JSON document of the authorization side, and how long it may be kept.
func (e *ehr) fetch(ctx context.Context, address string) (body []byte, keep time.Duration, err error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, 0, wireFault("an address that is not a URL")
	}
	response, err := e.client.Do(r)
	if err != nil {
		return nil, 0, connectionFault(err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, 0, wireFault(fmt.Sprintf("status %d", response.StatusCode))
	}
	body, err = io.ReadAll(response.Body)
	return body, freshness(response.Header), err
}
