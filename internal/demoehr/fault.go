package demoehr

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"
)

// The ways in which the EHR can be made to fail.
const (
	FaultNoEncounter  = "no-encounter"  // the token response names no encounter
	FaultNoIDToken    = "no-id-token"   // the token response has no id_token
	FaultWrongNonce   = "wrong-nonce"   // the id_token carries another nonce
	FaultWrongKey     = "wrong-key"     // the id_token is signed by a key that is not published
	FaultUnauthorized = "unauthorized"  // 401 for FHIR calls, as if the token had run out
	FaultForbidden    = "forbidden"     // 403 for calls about Type
	FaultServerError  = "server-error"  // 500 for calls about Type
	FaultLostResponse = "lost-response" // the write is done and the connection closed without an answer
	FaultSlow         = "slow"          // FHIR calls wait for Delay
)

// A Fault is one way to fail, for Times occasions or, where Times is 0, until Behave.
type Fault struct {
	Kind  string
	Type  string // resource type that is meant; empty: every one. A transaction is struck where an entry is of the type, a batch in that entry
	Delay time.Duration
	Times int
}

// Misbehave makes the EHR fail in one way more, from now on.
func (e *EHR) Misbehave(fault Fault) {
	e.faults.mutex.Lock()
	defer e.faults.mutex.Unlock()
	e.faults.active = append(e.faults.active, fault)
}

// Behave ends all faults.
func (e *EHR) Behave() {
	e.faults.mutex.Lock()
	defer e.faults.mutex.Unlock()
	e.faults.active = nil
}

// faults are the ways to fail that are switched on.
type faults struct {
	mutex  sync.Mutex
	active []Fault
}

// strikes says whether a fault is on for one of the types, and uses up one occasion of it.
func (f *faults) strikes(kind string, types ...string) bool {
	_, ok := f.take(kind, types...)
	return ok
}

func (f *faults) take(kind string, types ...string) (Fault, bool) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	for i, fault := range f.active {
		if fault.Kind != kind || fault.Type != "" && !slices.Contains(types, fault.Type) {
			continue
		}
		switch {
		case fault.Times == 1:
			f.active = append(f.active[:i:i], f.active[i+1:]...)
		case fault.Times > 1:
			f.active[i].Times--
		}
		return fault, true
	}
	return Fault{}, false
}

// beforeCall delays a FHIR call or refuses its token where that is switched on.
func (f *faults) beforeCall(ctx context.Context, c call) error {
	types := c.types()
	if slow, ok := f.take(FaultSlow, types...); ok {
		select {
		case <-time.After(slow.Delay):
		case <-ctx.Done():
			return refuse(503, "timeout", "the caller did not wait")
		}
	}
	if f.strikes(FaultUnauthorized, types...) {
		return refuse(401, "login", "the token has run out")
	}
	return nil
}

// onCall refuses a call where that is switched on. The entries of a batch are calls of their own.
func (f *faults) onCall(c call) error {
	types := c.types()
	if forbidden, ok := f.take(FaultForbidden, types...); ok {
		return missing(c.need(), cmp.Or(forbidden.Type, c.kind, "*"))
	}
	if f.strikes(FaultServerError, types...) {
		return refuse(500, "exception", "the demo EHR fails on purpose")
	}
	return nil
}
