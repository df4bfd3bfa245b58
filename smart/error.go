package smart

import "fmt"

// Kind says what a caller can do about an [Error]. The empty Kind is no kind.
type Kind string

// The kinds of failure a page tells apart.
const (
	// UnknownIssuer is an iss that no configured EHR has, letter for letter. Nothing was sent to anyone.
	UnknownIssuer Kind = "unknown-issuer"
	// BadRequest is a launch or callback request that lacks or repeats a parameter.
	BadRequest Kind = "bad-request"
	// NoCookie is a browser that did not bring our cookie back, most often in a frame. [Error.Again] may help.
	NoCookie Kind = "no-cookie"
	// BadState is a callback that does not belong to a launch this browser began here, or that came twice.
	BadState Kind = "bad-state"
	// Expired is a launch that was left for too long.
	Expired Kind = "expired"
	// Denied is a person or a policy at the EHR that said no.
	Denied Kind = "denied"
	// EHR is discovery, authorization or token service that failed or answered what the standard does not allow.
	EHR Kind = "ehr"
	// Identity is an id_token that is not good.
	Identity Kind = "identity"
	// NoPatient is a launch without a patient in context.
	NoPatient Kind = "no-patient"
	// Reopen is a session the EHR has ended: the app must be opened from the chart again.
	Reopen Kind = "reopen"
	// NotFound is a launch that this server does not have, or that this browser does not hold.
	NotFound Kind = "not-found"
	// Unavailable is our own store that could not keep or give a launch.
	Unavailable Kind = "unavailable"
)

// An Error is what this package could not do. It holds no token, state, code or text of the other side,
// so that it can be logged and shown as it is.
type Error struct {
	Kind   Kind
	Issuer string // Key of the EHR's entry, empty when none was found
	Code   string // error code of the other side, only when it is one that the standards name
	Advice string // what to do, in words for the person at the screen
	Again  string // with NoCookie at Continue: path and query that begin this launch again in a window of its own

	reason string // what was wrong, fixed words only
}

// Error says what was wrong, without a word from the wire.
func (e *Error) Error() string {
	text := "smart launch: " + string(e.Kind)
	if e.Issuer != "" {
		text = fmt.Sprintf("smart launch with %q: %s", e.Issuer, e.Kind)
	}
	if e.reason != "" {
		text += ": " + e.reason
	}
	if e.Code != "" {
		text += " (" + e.Code + ")"
	}
	return text
}
