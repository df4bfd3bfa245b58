package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/chargenote/chargenote/coding"
	"github.com/chargenote/chargenote/internal/review"
	"github.com/chargenote/chargenote/internal/visit"
	"github.com/chargenote/chargenote/smart"
)

// showVisit shows the review of the visit, or the list of visits where none was named.
func (s *Server) showVisit(w http.ResponseWriter, r *http.Request, o open) {
	chart, err := s.options.Open(o.launch)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	if o.encounter() == "" {
		s.showEncounters(w, r, o, chart)
		return
	}
	reviewed, answers, err := s.review(r.Context(), o, chart)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.showReview(w, r, o, reviewed, answers, nil)
}

// A notTaken is a form that could not be taken, and why.
type notTaken struct {
	What   string // what did not come of it
	Why    string
	offers []string   // what was chosen on it; nil: nothing was to be chosen
	work   url.Values // what was typed of work outside the room

	diagnoses []string // that were ticked on it; nil: none were asked for
}

// showReview shows a review; after a form that could not be taken, with why and with what was chosen.
func (s *Server) showReview(w http.ResponseWriter, r *http.Request, o open, reviewed *review.Review, answers []said, form *notTaken) {
	body := visitBody(reviewed, reviewed.Visit(), o.launch.User, s.margins(reviewed), answers...)
	rests, err := s.options.Reviews.Rests(reviewed)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	zone := clinicZone(o.launch, reviewed)
	s.scales(&body, reviewed)
	s.prove(&body, reviewed)
	body.said(answers, reviewed.Asserted, zone)
	body.rests(rests, answers, zone)
	body.restsOnWork(rests)
	body.Ledger = s.ledgerOf(o, reviewed, form)
	body.Choosing = s.choosingOf(o, reviewed, form)
	if body.Choosing.NotBillable != "" && body.CanFile {
		body.CanFile, body.WhyNot = false, "You said that this visit is not billable today. Undo that above to file."
	}
	body.untickReplaced(s.options.Reviews, reviewed)
	body.Doubt = doubt(o.launch)
	body.voids(o.launch)
	body.MayPick = o.launch.Encounter == ""
	body.Filings = s.filingsOf(r.Context(), o, zone)
	status := http.StatusOK
	if form != nil {
		status, body.Alert = http.StatusUnprocessableEntity, form
		if form.offers != nil {
			body.taken(form.offers)
		}
	}
	s.render(w, r, status, "visit", s.chartPage(o, reviewed, body.Heading, body))
}

// scales draws the minutes of each timed service against its lines.
func (s *Server) scales(body *visitPage, reviewed *review.Review) {
	body.Session.Scales = scalesOf(s.options.Reviews.Codes, reviewed.Facts, reviewed.Session, evidenceOf(reviewed.Visit()))
	if all := body.Session.Scales; len(all) == 1 && len(all[0].Parts) == 0 && body.Session.Timeline != nil && all[0].Number == fmt.Sprint(body.Session.Number) {
		all[0].Bare = true
	}
	body.Session.Untimed = len(body.Session.Scales) == 0 && len(body.Lines) > 0 &&
		!slices.ContainsFunc(reviewed.Coding.Suggestions, func(s coding.Suggestion) bool { return s.Minutes != nil })
}

// doubt is why the EHR may refuse what is filed, as far as the launch's own scopes tell. The EHR has
// the last word, so it does not take the button away.
func doubt(l *smart.Launch) string {
	if l.User == "" {
		return ""
	}
	var lacking []string
	for _, kind := range []string{"ChargeItem", "DocumentReference", "Provenance"} {
		if !l.CanCreate(kind) {
			lacking = append(lacking, "user/"+kind+".c")
		}
	}
	if len(lacking) == 0 {
		return ""
	}
	return "The EHR did not grant this app all that filing needs, so it may turn it down. Ask its analyst for " + strings.Join(lacking, ", ") + "."
}

// encounter is the visit of the launch, or the one picked; empty where there is neither.
func (o open) encounter() string {
	if o.launch.Encounter != "" {
		return o.launch.Encounter
	}
	return o.session.picked()
}

// read opens the chart and reviews the visit that was named or picked.
func (s *Server) read(ctx context.Context, o open) (Chart, *review.Review, []said, error) {
	if o.encounter() == "" {
		return nil, nil, nil, errNotChosen
	}
	chart, err := s.options.Open(o.launch)
	if err != nil {
		return nil, nil, nil, err
	}
	reviewed, answers, err := s.review(ctx, o, chart)
	return chart, reviewed, answers, err
}

// review reads the visit, makes sure that it is of the launch's patient, and reviews it with what
// the clinician has answered laid over the record.
func (s *Server) review(ctx context.Context, o open, chart Chart) (*review.Review, []said, error) {
	v, err := chart.Visit(ctx, o.encounter())
	switch {
	case err != nil:
		return nil, nil, fmt.Errorf("review: %w", err)
	case v == nil:
		return nil, nil, errNoRecord
	case !sameID("Patient", v.Patient, o.launch.Patient):
		return nil, nil, errOtherPatient
	}
	var replies []review.Reply
	answers := o.session.answered()
	for _, a := range answers {
		replies = append(replies, a.Reply)
	}
	reviewed, unused, err := s.options.Reviews.AnsweredWith(v, o.ledger(v), replies...)
	if err != nil {
		return nil, nil, err
	}
	var all []said
	for _, a := range answers {
		all = append(all, said{a, unused[a.Question]})
	}
	return reviewed, all, nil
}

// sameID compares two ways of writing one resource: "Patient/p1" and "p1". Nothing is never the same.
func sameID(kind, a, b string) bool {
	a, b = strings.TrimPrefix(a, kind+"/"), strings.TrimPrefix(b, kind+"/")
	return a != "" && a == b
}

func (s *Server) showEncounters(w http.ResponseWriter, r *http.Request, o open, chart Chart) {
	choices, err := chart.Encounters(r.Context())
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.render(w, r, http.StatusOK, "encounters", page{Title: "Which visit?", Launch: o.launch.ID, Body: encountersBody(choices)})
}

// pickEncounter takes one of the listed visits; the list is read again, so that nothing else can be picked.
func (s *Server) pickEncounter(w http.ResponseWriter, r *http.Request, o open) {
	if err := readForm(r); err != nil {
		s.fail(w, r, err)
		return
	}
	picked := r.PostForm.Get("encounter")
	if picked == "" { // back to the list
		o.session.pick("")
		seeOther(w, visitPath(o.launch.ID))
		return
	}
	chart, err := s.options.Open(o.launch)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	choices, err := chart.Encounters(r.Context())
	if err != nil {
		s.fail(w, r, err)
		return
	}
	if !slices.ContainsFunc(choices, func(c visit.EncounterChoice) bool { return c.Reference == picked }) {
		s.fail(w, r, errNotAChoice)
		return
	}
	o.session.pick(picked)
	seeOther(w, visitPath(o.launch.ID))
}

// reviewJSON is the review for programs that embed it.
func (s *Server) reviewJSON(w http.ResponseWriter, r *http.Request, o open) {
	_, reviewed, _, err := s.read(r.Context(), o)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	content, err := json.MarshalIndent(reviewed, "", "  ")
	if err != nil {
		s.fail(w, r, fmt.Errorf("review as JSON: %w", err))
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(append(content, '\n'))
}

// readForm reads a form within the limit of the body.
func readForm(r *http.Request) error {
	err := r.ParseForm()
	var tooLarge *http.MaxBytesError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &tooLarge):
		return errBodyTooLarge
	}
	return errForm
}
