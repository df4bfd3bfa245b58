package smart

import (
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
)

// cleanPath tells whether no part of the path, once decoded, could climb out of where it begins.
func cleanPath(u *url.URL) bool {
	if strings.ContainsAny(u.Path, "\\\x00") {
		return false
	}
	for segment := range strings.SplitSeq(u.Path, "/") {
		if segment == "." || segment == ".." {
			return false
		}
	}
	return true
}

// hostPort is the host in lower case with its port spelled out.
func hostPort(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = "443"
		if u.Scheme == "http" {
			port = "80"
		}
	}
	return strings.ToLower(u.Hostname()) + ":" + port
}

// within returns what follows base in u's path, when u has the same scheme, host and port and lies on or below base.
func within(base, u *url.URL) (rest string, ok bool) {
	if u.Scheme != base.Scheme || hostPort(u) != hostPort(base) || u.User != nil || u.Opaque != "" || !cleanPath(u) {
		return "", false
	}
	root := strings.TrimSuffix(base.Path, "/")
	rest, ok = strings.CutPrefix(u.Path, root)
	if !ok || (rest != "" && rest[0] != '/') {
		return "", false
	}
	return strings.TrimPrefix(rest, "/"), true
}

// onBase tells whether the request goes to the EHR's FHIR base: the only place that gets the token.
func (e *ehr) onBase(r *http.Request) bool {
	if r.Host != "" && r.Host != r.URL.Host {
		return false
	}
	return slices.ContainsFunc(e.bases, func(base *url.URL) bool { _, ok := within(base, r.URL); return ok })
}

// ours tells whether the address is one that this EHR's entry vouches for.
func (e *ehr) ours(u *url.URL) bool {
	if u.User != nil || u.Opaque != "" || u.Hostname() == "" {
		return false
	}
	if u.Scheme != "https" && !(e.plain && u.Scheme == "http") {
		return false
	}
	return e.hosts[hostPort(u)]
}

// notPublic are networks that netip has no method for: RFC 6890 and its registry.
var notPublic = func() []netip.Prefix {
	var all []netip.Prefix
	for _, s := range []string{
		"0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4",
		"64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "fec0::/10",
	} {
		all = append(all, netip.MustParsePrefix(s))
	}
	return all
}()

// public tells whether an address is on the open internet.
func public(ip netip.Addr) bool {
	ip = ip.Unmap().WithZone("")
	if !ip.IsGlobalUnicast() || ip.IsPrivate() {
		return false
	}
	return !slices.ContainsFunc(notPublic, func(p netip.Prefix) bool { return p.Contains(ip) })
}

// reachable tells whether an address may be dialled where private networks are allowed: never link-local, where cloud
// machines keep their credentials.
func reachable(ip netip.Addr) bool {
	ip = ip.Unmap().WithZone("")
	return ip.IsLoopback() || ip.IsGlobalUnicast()
}
