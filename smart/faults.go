package smart

import (
	"fmt"
	"net/netip"
	"net/url"
	"os"
	"regexp"
	"slices"
	"sort"
	"strings"
	"time"
)

var (
	keyShape   = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,62}$`)
	hostShape  = regexp.MustCompile(`^(\[[0-9a-f:.]+\]|[a-z0-9]([a-z0-9.-]*[a-z0-9])?)(:[0-9]{1,5})?$`)
	scopeShape = regexp.MustCompile(`^[\x21\x23-\x5B\x5D-\x7E]+$`) // RFC 6749, 3.3

	headerName  = regexp.MustCompile("^[!#$%&'*+.^_`|~0-9A-Za-z-]+$") // RFC 9110, 5.6.2
	headerValue = regexp.MustCompile(`^[\x20-\x7E]*$`)
)

// ownHeaders are set by this package or by net/http and cannot be configured.
var ownHeaders = []string{"authorization", "connection", "content-length", "content-type", "cookie", "host", "transfer-encoding", "upgrade"}

// Faults returns every problem of the entry, a sentence each; none means that it can be used.
// With demo, plain http is let through.
func (i *Issuer) Faults(demo bool) []string {
	var faults []string
	say := func(format string, args ...any) { faults = append(faults, fmt.Sprintf(format, args...)) }

	i.addressFaults(demo, say)
	if !keyShape.MatchString(i.Key) {
		say("key %q: use 1 to 63 lower case letters, digits and hyphens, as in example-clinic", i.Key)
	}
	i.Client.faults(say)
	for _, alg := range i.OIDC.Algorithms {
		if !slices.Contains(idTokenAlgorithms, alg) {
			say("oidc.algorithms: %q is not accepted; choose among %s", alg, strings.Join(idTokenAlgorithms, ", "))
		}
	}
	for _, scope := range i.Scopes {
		if !scopeShape.MatchString(scope) {
			say("scopes: %q is not one scope; write a list with one scope a line", scope)
		}
	}
	if len(i.Scopes) > 0 && !slices.Contains(i.Scopes, "launch") {
		say("scopes: launch is missing, without which an EHR does not say which patient it is about")
	}
	i.headerFaults(say)
	if i.Zone != "" {
		if _, err := time.LoadLocation(i.Zone); err != nil {
			say("zone %q is not an IANA time zone, as America/New_York", i.Zone)
		}
	}
	return faults
}

func (i *Issuer) addressFaults(demo bool, say func(string, ...any)) {
	check := func(name, address string) {
		if what := addressFault(address, demo); what != "" {
			say("%s %q: %s", name, address, what)
		}
	}
	if i.ISS == "" {
		say("iss is missing: the FHIR base URL as the EHR sends it")
	} else {
		check("iss", i.ISS)
		if !i.AllowPrivate && literalPrivate(i.ISS) {
			say("iss %q is not a public address; if that is meant, say allow_private: true", i.ISS)
		}
	}
	for _, alias := range i.Aliases {
		check("aliases", alias)
	}
	if i.OIDC.Issuer != "" {
		check("oidc.issuer", i.OIDC.Issuer)
	}
	if i.OIDC.JWKS != "" {
		check("oidc.jwks", i.OIDC.JWKS)
	}
	for _, host := range i.Hosts {
		if !hostShape.MatchString(host) {
			say("hosts %q: write a host in lower case, or host:port, and no wildcard", host)
		}
	}
	for _, origin := range i.FrameAncestors {
		if !isOrigin(origin, demo) {
			say("frame_ancestors %q: write an origin, as https://ehr.example, with no path, slash or wildcard", origin)
		}
	}
}

func (i *Issuer) headerFaults(say func(string, ...any)) {
	names := make([]string, 0, len(i.Headers))
	for name := range i.Headers {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		switch {
		case !headerName.MatchString(name) || !headerValue.MatchString(i.Headers[name]):
			say("headers: %q is not a header name with a value of one line", name)
		case slices.Contains(ownHeaders, strings.ToLower(name)):
			say("headers: %s is set by the program itself", name)
		}
	}
}

func (c *Client) faults(say func(string, ...any)) {
	if c.ID == "" {
		say("client.id is missing: the id under which this EHR has registered the app")
	}
	switch c.BasicEncoding {
	case "", "raw", "rfc6749":
	default:
		say("client.basic_encoding %q: choose raw or rfc6749", c.BasicEncoding)
	}
	switch c.Auth {
	case "none":
		if c.Secret != "" || c.SecretFile != "" || c.SecretEnv != "" {
			say("client.auth is none, yet there is a secret: choose basic or post, or take the secret away")
		}
	case "basic", "post":
		if _, err := c.secret(); err != nil {
			say("client.secret: %v", err)
		}
	case "private_key_jwt":
		say("client.auth private_key_jwt is not offered yet: register the app with none, basic or post")
	default:
		say("client.auth %q: choose none, basic or post", c.Auth)
	}
}

// secret finds the one place that holds the secret and reads it.
func (c *Client) secret() (Secret, error) {
	var places int
	for _, place := range []string{string(c.Secret), c.SecretFile, c.SecretEnv} {
		if place != "" {
			places++
		}
	}
	if places != 1 {
		return "", fmt.Errorf("give one of secret, secret_file and secret_env (there are %d)", places)
	}
	value := c.Secret
	switch {
	case c.SecretFile != "":
		content, err := os.ReadFile(c.SecretFile)
		if err != nil {
			return "", fmt.Errorf("secret_file cannot be read: %w", err)
		}
		value = Secret(strings.TrimRight(string(content), "\r\n"))
	case c.SecretEnv != "":
		value = Secret(os.Getenv(c.SecretEnv))
	}
	if value == "" {
		return "", fmt.Errorf("the place it is to be read from is empty")
	}
	return value, nil
}

// addressFault says what keeps an address of the configuration from being used, or nothing.
func addressFault(address string, demo bool) string {
	u, err := url.Parse(address)
	switch {
	case err != nil:
		return "this is not a URL"
	case u.Scheme != "https" && !(demo && u.Scheme == "http"):
		return "must begin with https://"
	case u.Hostname() == "" || u.Opaque != "":
		return "must name a host"
	case u.User != nil:
		return "must not carry a user or password"
	case strings.ContainsAny(address, "?#"):
		return "must not have a query or fragment"
	case !cleanPath(u):
		return "must not have dot segments or backslashes in its path"
	}
	return ""
}

// isOrigin tells whether s is scheme and host in the one spelling a browser compares with.
func isOrigin(s string, demo bool) bool {
	u, err := url.Parse(s)
	if err != nil || (u.Scheme != "https" && !(demo && u.Scheme == "http")) {
		return false
	}
	return hostShape.MatchString(u.Host) && s == u.Scheme+"://"+u.Host
}

// literalPrivate tells whether the address names, by number or as localhost, a machine that is not public.
func literalPrivate(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	if u.Hostname() == "localhost" {
		return true
	}
	ip, err := netip.ParseAddr(u.Hostname())
	return err == nil && !public(ip)
}
