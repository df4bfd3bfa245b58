package demoehr

import "time"

// The ways in which the EHR can be made to fail.
const (
	FaultNoEncounter  = "no-encounter"  // the token response names no encounter
	FaultNoIDToken    = "no-id-token"   // the token response has no id_token
	FaultWrongNonce   = "wrong-nonce"   // the id_token carries another nonce
	FaultForbidden    = "forbidden"     // 403 for calls about Type
	FaultServerError  = "server-error"  // 500 for calls about Type
	FaultLostResponse = "lost-response" // the write is done and the connection closed without an answer
	FaultSlow         = "slow"          // every FHIR call waits for Delay
)

// A Fault is one way to fail, for Times occasions or, where Times is 0, until Behave.
type Fault struct {
	Kind  string
	Type  string // resource type that is meant; empty: every one, transactions included
	Delay time.Duration
	Times int
}

// Misbehave makes the EHR fail in one way more, from now on.
func (e *EHR) Misbehave(fault Fault) {}

// Behave ends all faults.
func (e *EHR) Behave() {}
