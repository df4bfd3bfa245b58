package fhir

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"time"
)

// An OutcomeError is a refusal by the record server. It holds nothing that the server wrote in its
// own words: those may speak of the patient.
type OutcomeError struct {
	Op         string        // such as "search Observation"
	Status     int           // HTTP status
	Code       string        // first error code of the OperationOutcome; empty where there was none
	Advice     string        // what to do about it
	RetryAfter time.Duration // how long the server asks to wait; 0 where it does not say
}

// Error names operation, status, code and advice.
func (e *OutcomeError) Error() string {
	text := fmt.Sprintf("%s refused (%d", e.Op, e.Status)
	if e.Code != "" {
		text += ", " + e.Code
	}
	text += ")"
	if e.Advice != "" {
		text += ": " + e.Advice
	}
	return text
}

// HTTPStatus is the status that the server answered with.
func (e *OutcomeError) HTTPStatus() int { return e.Status }

// WhatToDo is the advice, for whoever reads it on a page.
func (e *OutcomeError) WhatToDo() string { return e.Advice }

// refusal reads an answer that is not a success.
func (c *Client) refusal(op operation, response *http.Response, body []byte) *OutcomeError {
	return refusalOf(op, response.StatusCode, body, retryAfter(response.Header, c.now()))
}

func refusalOf(op operation, status int, body []byte, wait time.Duration) *OutcomeError {
	issue := firstError(body)
	return &OutcomeError{Op: op.String(), Status: status, Code: issue.code, RetryAfter: wait, Advice: advice(op, status, issue, wait)}
}

// An outcomeIssue is what is safe to repeat of an OperationOutcome.
type outcomeIssue struct {
	code  string // of the value set issue-type
	path  string // such as ChargeItem.code
	known string // HAPI's own number of the message
}

var (
	issueCode   = regexp.MustCompile(`^[a-z][a-z-]{2,40}$`)
	elementPath = regexp.MustCompile(`^[A-Z][A-Za-z]{2,40}(\.[A-Za-z]{1,40}(\[[0-9x]{1,4}\])?){1,8}$`)
	hapiNumber  = regexp.MustCompile(`\bHAPI-[0-9]{4}\b`)
)

// An outcomeView is what is read of an OperationOutcome, whose generated model fails on codes of other
// versions of FHIR.
type outcomeView struct {
	ResourceType string `json:"resourceType"`
	Issue        []struct {
		Severity    string   `json:"severity"`
		Code        string   `json:"code"`
		Diagnostics string   `json:"diagnostics"`
		Expression  []string `json:"expression"`
		Location    []string `json:"location"`
	} `json:"issue"`
}

// firstError is the first issue of severity error or fatal. The server's words are searched for
// HAPI's message number and then dropped.
func firstError(body []byte) outcomeIssue {
	outcome, err := view[outcomeView](body, "OperationOutcome", DefaultLimits())
	if err != nil {
		return outcomeIssue{}
	}
	for _, issue := range outcome.Issue {
		if issue.Severity != "error" && issue.Severity != "fatal" {
			continue
		}
		found := outcomeIssue{known: hapiNumber.FindString(issue.Diagnostics)}
		if issueCode.MatchString(issue.Code) {
			found.code = issue.Code
		}
		for _, path := range append(issue.Expression, issue.Location...) {
			if elementPath.MatchString(path) {
				found.path = path
				break
			}
		}
		return found
	}
	return outcomeIssue{}
}

// advice says what to do about a refusal, in words for the person at the page.
func advice(op operation, status int, issue outcomeIssue, wait time.Duration) string {
	switch {
	case status >= 300 && status < 400:
		return "the server sends elsewhere, which is not followed: put its final address into the issuer's configuration"
	case status == http.StatusUnauthorized:
		return "the session with the EHR has ended: open the app again from the chart"
	case status == http.StatusForbidden:
		return "ask for scope " + scopeFor(op)
	case status == http.StatusNotFound, status == http.StatusMethodNotAllowed, status == http.StatusNotImplemented:
		return notOffered(op)
	case status == http.StatusGone:
		return "it was deleted from the record: open the app again from the chart"
	case status == http.StatusConflict, status == http.StatusPreconditionFailed:
		return "the record was changed at the same time: look again, then confirm again"
	case status == http.StatusRequestEntityTooLarge:
		return "the server takes no body of this size: shorten the gap note or ask its analyst for a higher limit"
	case status == http.StatusTooManyRequests, status == http.StatusServiceUnavailable:
		if wait > 0 {
			return fmt.Sprintf("the server is busy: try again in %d s", int(wait.Seconds()+0.999))
		}
		return "the server is busy: try again in a minute"
	case status >= 500:
		return "the server failed: try again, and tell its analyst if it lasts"
	}
	return contentAdvice(op, issue)
}

// contentAdvice is for a request that the server understood and would not take.
func contentAdvice(op operation, issue outcomeIssue) string {
	var named []string
	for _, part := range []string{issue.path, issue.code, issue.known} {
		if part != "" {
			named = append(named, part)
		}
	}
	about := ""
	if len(named) > 0 {
		about = " (" + strings.Join(named, ", ") + ")"
	}
	if op.verb == "search" || op.verb == "read" {
		return "the server does not take this " + op.verb + about + ": ask its analyst which search parameters it offers"
	}
	return "the server does not take the content" + about + ": nothing was written, give this line to its analyst"
}

func notOffered(op operation) string {
	switch op.verb {
	case "transaction":
		return "this server offers no transaction at its base: check the issuer's address"
	case "capabilities":
		return "no CapabilityStatement at this address: check the issuer's address"
	case "read":
		return "the " + op.kind + " is not in this record, or this server does not offer it"
	}
	return "this server does not offer " + op.verb + " of " + op.kind
}

// scopeFor is the scope of SMART App Launch 2.2 that the operation needs.
func scopeFor(op operation) string {
	switch op.verb {
	case "transaction":
		return "user/ChargeItem.c, user/DocumentReference.c and user/Provenance.c"
	case "create":
		return "user/" + op.kind + ".c"
	case "update":
		return "user/" + op.kind + ".u"
	case "read":
		return "user/" + op.kind + ".r"
	case "capabilities":
		return "none: the CapabilityStatement is public, ask the server's analyst"
	}
	return "user/" + op.kind + ".rs"
}
