package smart

import (
	"net/url"
	"slices"
	"strings"

	"golang.org/x/oauth2"
)

// maxHandle bounds the bytes of a messaging handle.
const maxHandle = 1024

// A Messaging is how a page may talk to the chart that shows it: SMART Web Messaging 1.0, "Authorization with
// SMART scopes". Both are empty where the EHR offers none.
type Messaging struct {
	Origin string // of the EHR's window, the one place to post to: scheme, host and port
	Handle string // that goes with every message; made for the browser, and worth nothing at the FHIR base
}

// messagingOf reads the two members of a token response. The origin is taken only where the entry's
// frame_ancestors name it, over https or at a loopback address; else nothing is, and why is for the log.
func (e *ehr) messagingOf(token *oauth2.Token) (m Messaging, why string) {
	origin, handle := token.Extra("smart_web_messaging_origin"), token.Extra("smart_web_messaging_handle")
	if origin == nil && handle == nil {
		return m, ""
	}
	m.Origin, _ = origin.(string)
	m.Handle, _ = handle.(string)
	u, err := url.Parse(m.Origin)
	switch {
	case m.Handle == "" || len(m.Handle) > maxHandle || !sendable(m.Handle):
		return Messaging{}, "the handle is missing, too long, or not of printable letters"
	case err != nil || u.Host == "" || m.Origin != u.Scheme+"://"+u.Host:
		return Messaging{}, "the origin is not scheme and host alone"
	case u.Scheme != "https" && !(u.Scheme == "http" && loopback(u.Hostname())):
		return Messaging{}, "the origin is neither https nor loopback"
	case !slices.ContainsFunc(e.issuer.FrameAncestors, func(allowed string) bool { return frames(allowed, u) }):
		return Messaging{}, "the origin is not among frame_ancestors of the entry"
	}
	m.Origin = originAsBrowsersSay(u)
	return m, ""
}

// originAsBrowsersSay leaves out the port that goes without saying, as the origin of a message has it.
func originAsBrowsersSay(u *url.URL) string {
	host := strings.ToLower(u.Host)
	if u.Scheme == "https" {
		return "https://" + strings.TrimSuffix(host, ":443")
	}
	return "http://" + strings.TrimSuffix(host, ":80")
}

// frames tells whether an entry of frame_ancestors, which are origins without wildcards, is this one.
func frames(allowed string, origin *url.URL) bool {
	a, err := url.Parse(allowed)
	return err == nil && a.Scheme == origin.Scheme && hostPort(a) == hostPort(origin)
}
