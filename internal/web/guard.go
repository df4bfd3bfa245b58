package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"runtime/debug"
	"strings"
	"time"
)

const (
	requestTime = 15 * time.Second // for everything one request may do
	bodyLimit   = 64 << 10         // bytes of a form; the largest we send has a few hundred
	textLimit   = 1 << 20          // bytes of a form with a whole document in it, as forms write them: up to three for one
)

// guarded wraps every route: headers first, so that refusals carry them too, then the panic net,
// the host, the origin of unsafe requests, and the limits of time and size.
func (s *Server) guarded(routes http.Handler) http.Handler {
	crossOrigin := http.NewCrossOriginProtection()
	crossOrigin.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.fail(w, r, errCrossOrigin)
	}))
	return s.headers(s.recovered(s.ownHost(crossOrigin.Handler(limited(routes)))))
}

func limited(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), requestTime)
		defer cancel()
		r = r.WithContext(ctx)
		r.Body = http.MaxBytesReader(w, r.Body, bodyLimitOf(r))
		next.ServeHTTP(w, r)
	})
}

func bodyLimitOf(r *http.Request) int64 {
	if strings.HasPrefix(r.URL.Path, "/visit/") && strings.Contains(r.URL.Path, "/documents/") {
		return textLimit
	}
	return bodyLimit
}

// headers sets what every answer carries. A page may be framed by nobody until its launch says
// which EHR may: see allowFrames.
func (s *Server) headers(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", contentPolicy(nil))
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cache-Control", "no-store")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
		if s.origin.Scheme == "https" {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		next.ServeHTTP(w, r)
	})
}

// allowFrames names the origins that may show this answer in a frame. X-Frame-Options has no word
// for several origins, so it is never sent.
func allowFrames(w http.ResponseWriter, origins []string) {
	w.Header().Set("Content-Security-Policy", contentPolicy(origins))
}

var originGrammar = regexp.MustCompile(`^https?://[A-Za-z0-9.\-\[\]:*]+$`)

func contentPolicy(ancestors []string) string {
	framedBy := "'none'"
	var allowed []string
	for _, origin := range ancestors {
		if originGrammar.MatchString(origin) {
			allowed = append(allowed, origin)
		}
	}
	if len(allowed) > 0 {
		framedBy = strings.Join(allowed, " ")
	}
	return "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors " + framedBy
}

// ownHost refuses requests for a host we are not, so that no link or cookie is made for it. Health
// checks come by address and are let through; they hold nothing.
func (s *Server) ownHost(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case strings.EqualFold(withoutDefaultPort(r.Host, s.origin.Scheme), withoutDefaultPort(s.origin.Host, s.origin.Scheme)):
		case r.URL.Path == "/livez", r.URL.Path == "/readyz", r.URL.Path == "/healthz":
		default:
			s.fail(w, r, errOtherHost)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func withoutDefaultPort(host, scheme string) string {
	if scheme == "https" {
		return strings.TrimSuffix(host, ":443")
	}
	return strings.TrimSuffix(host, ":80")
}

// recovered turns a panic into the internal error page. What was panicked with may hold anything,
// so only its type and the stack are logged.
func (s *Server) recovered(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			value := recover()
			if value == nil {
				return
			}
			if err, ok := value.(error); ok && errors.Is(err, http.ErrAbortHandler) {
				panic(value)
			}
			s.fail(w, r, &panicError{kind: fmt.Sprintf("%T", value), stack: string(debug.Stack())})
		}()
		next.ServeHTTP(w, r)
	})
}

// A panicError is a fault of ours that was caught.
type panicError struct{ kind, stack string }

func (e *panicError) Error() string { return "panic with a value of type " + e.kind }
