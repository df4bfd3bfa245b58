package web

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"

	"github.com/gorilla/mux"

	"github.com/chargenote/chargenote/internal/review"
	"github.com/chargenote/chargenote/internal/visit"
	"github.com/chargenote/chargenote/smart"
)

// A failure is what a person is told when something could not be done: what happened, and what to
// do next. Nothing of the record, of a token or of the other side's text is in it.
type failure struct {
	Status    int
	Title     string
	Text      string
	Next      string
	Stop      bool   // a matter of patient safety: the page is red
	Again     string // path and query that begin a launch again in a window of its own
	Back      bool   // the visit's page is the way on
	Reference string // of the log line, where the cause is not known
}

func (f *failure) Error() string { return strings.ToLower(f.Title) }

// The failures that this package finds itself.
var (
	errNoPage = &failure{Status: http.StatusNotFound, Title: "There is no such page",
		Text: "The address is not one of this app's.", Next: "Open the app again from the patient's chart."}
	errMethod = &failure{Status: http.StatusMethodNotAllowed, Title: "That cannot be done here",
		Text: "The address does not take this kind of request.", Next: "Open the app again from the patient's chart."}
	errCrossOrigin = &failure{Status: http.StatusForbidden, Title: "The request came from another site",
		Text: "Only this app's own pages may send a form to it, so nothing was done.", Next: "Open the app again from the patient's chart and use the buttons on its page."}
	errOtherHost = &failure{Status: http.StatusMisdirectedRequest, Title: "This is not the app's address",
		Text: "The app answers only under the address it is configured for.", Next: "Open it from the patient's chart, or ask whoever runs it for the address."}
	errBodyTooLarge = &failure{Status: http.StatusRequestEntityTooLarge, Title: "The form was too large",
		Text: "Nothing was done with it.", Next: "Go back to the visit and choose again.", Back: true}
	errForm = &failure{Status: http.StatusBadRequest, Title: "The form could not be read",
		Text: "Nothing was done with it.", Next: "Go back to the visit and choose again.", Back: true}
	errOtherPatient = &failure{Status: http.StatusConflict, Title: "Stop: this visit belongs to another patient", Stop: true,
		Text: "The chart that opened the app and the visit it named are not of the same patient. Nothing is shown and nothing can be filed.",
		Next: "Close this app, make sure that the right chart is open, and open the app again. Tell your EHR's support if it happens twice."}
	errNotChosen = &failure{Status: http.StatusConflict, Title: "No visit has been chosen",
		Text: "The chart was opened without a visit.", Next: "Choose the visit on the page of this launch.", Back: true}
	errNotAChoice = &failure{Status: http.StatusUnprocessableEntity, Title: "That visit is not on the list",
		Text: "It is not among this patient's recent visits any more.", Next: "Choose again from the list.", Back: true}
	errChanged = &failure{Status: http.StatusConflict, Title: "The visit changed, look again",
		Text: "What you saw is not what would be written now, so nothing was filed.", Next: "Go back to the visit, check the lines and preview them once more.", Back: true}
	errTooManyWrites = &failure{Status: http.StatusTooManyRequests, Title: "Too many filings in one sitting",
		Text: "Nothing more is filed from this launch.", Next: "Open the app again from the chart."}
	errTooManyAnswers = &failure{Status: http.StatusTooManyRequests, Title: "Too many answers in one sitting",
		Text: "Your answer was not taken.", Next: "Open the app again from the chart."}
	errNoWrite = &failure{Status: http.StatusNotFound, Title: "This filing is not remembered here",
		Text: "It belongs to another visit, or it is older than what the app keeps. What was written stands in the chart.",
		Next: "Go back to the visit: charges that are already there are listed on its page.", Back: true}
	errNoScratchpad = &failure{Status: http.StatusConflict, Title: "This chart has no scratchpad for charges",
		Text: "Nothing was filed.", Next: "Go back to the visit, and preview it once more.", Back: true}
	errNoJournal = &failure{Status: http.StatusServiceUnavailable, Title: "The app cannot write down what you confirm",
		Text: "Its own store did not answer, so nothing was sent.",
		Next: "Go back to the visit and try again in a minute. If it stays so, tell whoever runs this app.", Back: true}
	errStopping = &failure{Status: http.StatusServiceUnavailable, Title: "The app is being restarted",
		Text: "Nothing was filed.", Next: "Open the app again from the patient's chart in a minute."}
	errNotYours = &failure{Status: http.StatusForbidden, Title: "Somebody else confirmed this",
		Text: "Only the person who confirmed a filing can undo it or send it at once.", Next: "Go back to the visit to see what became of it.", Back: true}
	errNoDocument = &failure{Status: http.StatusNotFound, Title: "There is no such document",
		Text: "No template of that name is set up here.", Next: "Choose one from the visit's list of documents.", Back: true}
	errOtherForm = &failure{Status: http.StatusConflict, Title: "This form belongs to another chart or visit",
		Text: "Nothing of it was saved, so that nothing of one patient stands in another's document.",
		Next: "Go back in the browser to copy what you wrote, then open the document again from the right visit.", Back: true}
	errTooMuchText = &failure{Status: http.StatusUnprocessableEntity, Title: "Too much text for one sitting",
		Text: "The documents of one visit may hold about 40 pages of your own words together, and this would be more.", Next: "Shorten it, or finish it in the chart."}
	errNoRecord = &failure{Status: http.StatusBadGateway, Title: "The visit could not be read",
		Text: "The EHR gave no visit to look at.", Next: "Open the app again from the visit in the chart."}
)

// explain turns any error into what the person at the screen is told. It is the only place where
// that is decided.
func explain(err error) *failure {
	var known *failure
	var launch *smart.Error
	var refused visit.Refusal
	var network net.Error
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &known):
		return known
	case errors.As(err, &launch):
		return launchFailure(launch)
	case errors.Is(err, visit.ErrOtherPatient):
		return errOtherPatient
	case errors.Is(err, review.ErrNoUser):
		return &failure{Status: http.StatusForbidden, Title: "Nothing can be filed without a name",
			Text: "The EHR did not say who you are, so there is nobody to confirm.",
			Next: "Open the app again from the chart. If it stays so, ask your EHR's analyst to grant openid and fhirUser.", Back: true}
	case errors.As(err, &refused):
		return recordFailure(refused)
	case errors.As(err, &tooLarge):
		return errBodyTooLarge
	case errors.Is(err, context.DeadlineExceeded):
		return &failure{Status: http.StatusGatewayTimeout, Title: "The EHR took too long to answer",
			Text: "The record could not be read in time.", Next: "Wait a moment and load this page again.", Back: true}
	case errors.Is(err, context.Canceled):
		return &failure{Status: http.StatusServiceUnavailable, Title: "The request was given up",
			Text: "The page was closed or left before the answer came.", Next: "Load this page again.", Back: true}
	}
	if errors.As(err, &network) {
		return &failure{Status: http.StatusBadGateway, Title: "The EHR cannot be reached",
			Text: "Its record service did not take the connection.", Next: "Wait a moment and load this page again. If it stays so, tell your EHR's support.", Back: true}
	}
	return &failure{Status: http.StatusInternalServerError, Title: "Internal error",
		Text: "Something went wrong on our side. Nothing more was done.",
		Next: "Load the page again. If it stays so, give the reference number to whoever runs this app.", Back: true}
}

// launchFailures are the words for each kind of failed launch; advice of the launch itself comes first.
var launchFailures = map[smart.Kind]failure{
	smart.UnknownIssuer: {Status: http.StatusForbidden, Title: "This EHR is not set up here",
		Text: "The app was opened from an EHR that it does not know, and it asked nobody.", Next: "Ask whoever runs this app to add the EHR."},
	smart.BadRequest: {Status: http.StatusBadRequest, Title: "The launch was not complete",
		Text: "Something that every launch carries was missing or came twice.", Next: "Open the app again from the patient's chart."},
	smart.NoCookie: {Status: http.StatusForbidden, Title: "The browser kept our cookie back",
		Text: "Inside the chart's frame, this browser does not let the app remember which chart is open.", Next: "Open the app in a window of its own."},
	smart.BadState: {Status: http.StatusBadRequest, Title: "This sign-in does not fit",
		Text: "It was not begun in this browser, or it has been used before.", Next: "Open the app again from the patient's chart."},
	smart.Expired: {Status: http.StatusGone, Title: "The launch was left for too long",
		Text: "It has been closed to keep the chart safe.", Next: "Open the app again from the patient's chart."},
	smart.Denied: {Status: http.StatusForbidden, Title: "The EHR said no",
		Text: "You, or a rule of the EHR, did not grant the app what it asked for.", Next: "Open the app again and allow it, or ask your EHR's analyst."},
	smart.EHR: {Status: http.StatusBadGateway, Title: "The EHR's sign-in did not work",
		Text: "It could not be reached, or it answered what the standard does not allow.", Next: "Try again in a minute. If it stays so, ask your EHR's analyst."},
	smart.Identity: {Status: http.StatusBadGateway, Title: "The EHR's proof of who you are is not good",
		Text: "It could not be verified, so the chart was not opened.", Next: "Open the app again from the patient's chart. If it stays so, ask your EHR's analyst."},
	smart.NoPatient: {Status: http.StatusUnprocessableEntity, Title: "No patient is open",
		Text: "The app works on one patient's visit, and the EHR did not say whose.", Next: "Open a patient's chart first, then open the app from there."},
	smart.Reopen: {Status: http.StatusUnauthorized, Title: "The EHR has ended the session",
		Text: "The chart must be opened again before more can be read or filed.", Next: "Open the app again from the patient's chart."},
	smart.Unavailable: {Status: http.StatusServiceUnavailable, Title: "The app cannot keep launches just now",
		Text: "Its own store did not answer.", Next: "Try again in a minute. If it stays so, tell whoever runs this app."},
	smart.NotFound: {Status: http.StatusNotFound, Title: "This chart is not open here",
		Text: "The launch is over, or it belongs to another window.", Next: "Open the app again from the patient's chart."},
}

func launchFailure(err *smart.Error) *failure {
	f, ok := launchFailures[err.Kind]
	if !ok {
		f = failure{Status: http.StatusBadGateway, Title: "The app could not be opened", Next: "Open the app again from the patient's chart."}
	}
	if err.Advice != "" {
		f.Next = sentence(err.Advice)
	}
	if strings.HasPrefix(err.Again, "/") && !strings.HasPrefix(err.Again, "//") && !strings.Contains(err.Again, `\`) {
		f.Again = err.Again
	}
	return &f
}

func recordFailure(err visit.Refusal) *failure {
	f := &failure{Status: http.StatusBadGateway, Title: "The EHR could not answer", Back: true,
		Text: "Its record service failed or was not understood.", Next: "Wait a moment and load this page again."}
	switch err.HTTPStatus() {
	case http.StatusUnauthorized:
		reopen := launchFailures[smart.Reopen]
		f = &reopen
	case http.StatusForbidden:
		f.Status, f.Title, f.Text = http.StatusForbidden, "The EHR refused", "You or the app may not do this in the EHR."
		f.Next = "Ask your EHR's analyst to grant the app what it lacks."
	case http.StatusNotFound, http.StatusGone:
		f.Status, f.Title, f.Text = http.StatusNotFound, "The visit is not in the record", "The EHR does not have it, or does not show it to you."
		f.Next = "Open the app again from the visit in the chart."
	case http.StatusTooManyRequests:
		f.Title, f.Text = "The EHR is busy", "It asked us to wait before asking again."
	}
	if advice := err.WhatToDo(); advice != "" {
		f.Next = sentence(advice)
	}
	return f
}

// fail answers with the page, or for programs the problem, of an error, and logs what an operator
// needs to find its cause.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, err error) {
	f := *explain(err)
	if f.Status >= http.StatusInternalServerError {
		f.Reference = referenceNumber()
	}
	s.note(r, &f, err)
	if origins := s.options.Launches.FrameAncestors(r); len(origins) > 0 {
		allowFrames(w, origins)
	} else if launch := launchInPath(r); launch != "" {
		if origins := s.sessions.ancestors(launch); len(origins) > 0 {
			allowFrames(w, origins)
		}
	}
	if strings.HasPrefix(r.URL.Path, "/api/") {
		writeProblem(w, &f)
		return
	}
	back := ""
	if f.Back {
		back = launchInPath(r)
	}
	s.render(w, r, f.Status, "failure", page{Title: f.Title, Plain: true, Body: failurePage{failure: f, Visit: back}})
}

type failurePage struct {
	failure
	Visit string // launch to go back to
}

func (s *Server) note(r *http.Request, f *failure, err error) {
	attributes := []any{"status", f.Status, "route", routeOf(r), "error", logged(err)}
	if f.Reference != "" {
		attributes = append(attributes, "reference", f.Reference)
	}
	if launch := launchInPath(r); launch != "" {
		attributes = append(attributes, "launch", short(launch))
	}
	var fault *panicError
	if errors.As(err, &fault) {
		attributes = append(attributes, "stack", fault.stack)
	}
	if f.Status >= http.StatusInternalServerError {
		s.options.Log.Error("request failed", attributes...)
		return
	}
	s.options.Log.Info("request refused", attributes...)
}

// writeProblem is RFC 9457 problem details.
func writeProblem(w http.ResponseWriter, f *failure) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(f.Status)
	problem := map[string]any{"title": f.Title, "status": f.Status, "detail": strings.TrimSpace(f.Text + " " + f.Next)}
	if f.Reference != "" {
		problem["instance"] = "urn:reference:" + f.Reference
	}
	_ = json.NewEncoder(w).Encode(problem)
}

func referenceNumber() string {
	var random [5]byte
	_, _ = rand.Read(random[:])
	return strings.ToUpper(hex.EncodeToString(random[:]))
}

func routeOf(r *http.Request) string {
	if route := mux.CurrentRoute(r); route != nil {
		if template, err := route.GetPathTemplate(); err == nil {
			return r.Method + " " + template
		}
	}
	return r.Method
}

// launchInPath is the launch that the address names, known or not.
func launchInPath(r *http.Request) string {
	for _, prefix := range []string{"/visit/", "/api/v1/review/"} {
		if rest, ok := strings.CutPrefix(r.URL.Path, prefix); ok {
			launch, _, _ := strings.Cut(rest, "/")
			return launch
		}
	}
	return ""
}

// logged is an error in words that may stand in a log. Our own errors hold no record content; those
// of the standard library may quote a value or an address, so of them only the type is kept.
func logged(err error) string {
	var request *url.Error
	if errors.As(err, &request) {
		return "request to the EHR failed (" + request.Op + "): " + logged(request.Err)
	}
	innermost := err
	for next := errors.Unwrap(err); next != nil; next = errors.Unwrap(next) {
		innermost = next
	}
	if !quotesValues(innermost) {
		return err.Error()
	}
	return strings.ReplaceAll(err.Error(), innermost.Error(), fmt.Sprintf("(%T)", innermost))
}

// quotesValues reports whether the text of an innermost error may quote what was read.
func quotesValues(err error) bool {
	switch err.(type) { //nolint:errorlint // nothing is wrapped in an innermost error
	case *failure, *smart.Error, *panicError, visit.Refusal:
		return false
	}
	kind := fmt.Sprintf("%T", err)
	return kind != "*errors.errorString" && kind != "context.deadlineExceededError"
}
