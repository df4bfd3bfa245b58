package web

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/gorilla/mux"

	"github.com/chargenote/chargenote/internal/review"
	"github.com/chargenote/chargenote/internal/visit"
	"github.com/chargenote/chargenote/smart"
)

// A Voider marks what was filed "entered in error".
type Voider interface {
	// Standing is what the record holds of it now, and whether it can be marked.
	Standing(ctx context.Context, v visit.Voiding) (visit.Standing, error)
	// Void marks it, once. A refusal of the record is an answer; an error is for what could not be tried.
	Void(ctx context.Context, v visit.Voiding) (visit.Voided, error)
}

// voidRoute is the page of one resource that was filed.
const voidRoute = "/visit/{launch}/void/{kind:ChargeItem|DocumentReference}/{id:[A-Za-z0-9._-]{1,128}}"

// voidingTime is for the requests that mark one resource and read it back.
const voidingTime = 14 * time.Second

// A voidReason is why something is taken back, for a clinician to tap.
type voidReason struct{ Value, Words string }

var voidReasons = []voidReason{
	{"wrong-line", "The code, the units or the diagnoses are wrong"},
	{"wrong-visit", "It belongs to another visit or patient"},
	{"twice", "It was filed twice"},
	{"other", "Another reason"},
}

// A voidPage asks before something is marked entered in error, and says what became of it.
type voidPage struct {
	Heading string
	State   string // of a voiding that was tried; empty before
	Text    string
	Reason  string
	Differs string

	What      string // in a clinician's words
	Line      string // of a charge
	Reference string
	Status    string // as the record has it
	Person    string

	Ask     bool   // it can be marked here
	Instead string // what to do where it cannot
	Path    string
	Seen    string
	Reasons []voidReason
	Missing bool // no reason was chosen
}

var (
	errNotOurs = &failure{Status: http.StatusNotFound, Title: "This was not filed from here", Back: true,
		Text: "The record holds no charge or gap note of that name that this app filed for this patient and visit.",
		Next: "Go back to the visit: its page lists the charges that are there."}
	errNoSuchFiled = &failure{Status: http.StatusNotFound, Title: "It is not in the record any more", Back: true,
		Text: "The EHR does not have it, or does not show it to you. Nothing was changed.",
		Next: "Look at the charges of this visit in the chart."}
)

// asVoidFailure is what a person is told of a charge or note that could not be looked at.
func asVoidFailure(err error) error {
	var refused visit.Refusal
	switch {
	case errors.Is(err, visit.ErrNotOurs):
		return errNotOurs
	case errors.As(err, &refused) && (refused.HTTPStatus() == http.StatusNotFound || refused.HTTPStatus() == http.StatusGone):
		return errNoSuchFiled
	}
	return err
}

// askVoid shows what would be marked entered in error, and whose it is.
func (s *Server) askVoid(w http.ResponseWriter, r *http.Request, o open) {
	chart, reviewed, _, err := s.read(r.Context(), o)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.showVoid(w, r, o, chart, reviewed, false)
}

// showVoid asks, once more where no reason was chosen.
func (s *Server) showVoid(w http.ResponseWriter, r *http.Request, o open, chart Chart, reviewed *review.Review, missing bool) {
	standing, err := chart.Standing(r.Context(), s.voiding(r, o, reviewed))
	if err != nil {
		s.fail(w, r, asVoidFailure(err))
		return
	}
	body := voidBody(standing, reviewed.Visit().Person, r)
	switch {
	case standing.Marked:
		body.Heading, body.State = "Marked entered in error", visit.StateMarkedAlready
		body.Text = "The chart holds it as entered in error. " + againText(standing.Kind)
	case o.launch.User == "":
		body.Instead = "The EHR did not say who you are, so there is nobody to mark it. Open the app again from the chart, or mark it entered in error in the chart itself."
	case standing.Why != "":
		body.Instead = sentence(standing.Why)
	case !o.launch.CanUpdate(standing.Kind):
		body.Instead = "The EHR does not let this app change what it has filed. Mark it entered in error in the chart itself, or ask billing to. " +
			"To do it from here, ask your EHR's analyst for user/" + standing.Kind + ".u."
	default:
		body.Ask, body.Missing = true, missing
	}
	if body.Instead != "" {
		body.Heading = "How to take it back"
	}
	status := http.StatusOK
	if body.Missing {
		status = http.StatusUnprocessableEntity
	}
	s.render(w, r, status, "void", s.chartPage(o, reviewed, body.Heading, body))
}

// void marks it, and says what became of it. Loading the answer again does no harm: what is marked already
// is not touched.
func (s *Server) void(w http.ResponseWriter, r *http.Request, o open) {
	if err := readForm(r); err != nil {
		s.fail(w, r, err)
		return
	}
	chart, reviewed, _, err := s.read(r.Context(), o)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	chosen := slices.IndexFunc(voidReasons, func(reason voidReason) bool { return reason.Value == r.PostForm.Get("reason") })
	if chosen < 0 || o.launch.User == "" || !o.launch.CanUpdate(mux.Vars(r)["kind"]) {
		s.showVoid(w, r, o, chart, reviewed, chosen < 0)
		return
	}
	v := s.voiding(r, o, reviewed)
	v.Reason, v.Seen = voidReasons[chosen].Words, r.PostForm.Get("seen")
	// A frame that is closed must not leave it half done.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), voidingTime)
	defer cancel()
	standing, err := chart.Standing(ctx, v)
	var voided visit.Voided
	if err == nil {
		voided, err = chart.Void(ctx, v)
	}
	if err != nil {
		s.fail(w, r, asVoidFailure(err))
		return
	}
	s.options.Log.Info("marked entered in error", "launch", short(o.launch.ID), "kind", standing.Kind, "state", voided.State)
	body := voidBody(standing, reviewed.Visit().Person, r)
	body.became(standing.Kind, voided)
	s.render(w, r, http.StatusOK, "void", s.chartPage(o, reviewed, body.Heading, body))
}

func (s *Server) voiding(r *http.Request, o open, reviewed *review.Review) visit.Voiding {
	vars := mux.Vars(r)
	return visit.Voiding{
		Reference: vars["kind"] + "/" + vars["id"], Patient: reviewed.Visit().Patient, Encounter: reviewed.Visit().Encounter,
		By: o.launch.User, At: s.options.Now(), Software: strings.TrimSpace("Chargenote " + s.options.Version),
	}
}

func voidBody(standing visit.Standing, person visit.Person, r *http.Request) voidPage {
	vars := mux.Vars(r)
	body := voidPage{
		Heading: "Mark entered in error?", What: cmp.Or(kindWords[standing.Kind], standing.Kind), Reference: vars["kind"] + "/" + vars["id"],
		Status: standing.Status, Person: cmp.Or(person.Name, "this patient"), Reasons: voidReasons, Seen: standing.Seen,
	}
	body.Path = voidPath(vars["launch"], body.Reference)
	if standing.Kind == "ChargeItem" {
		body.Line = lineText(standing.Charge.Code, standing.Charge.Modifiers, standing.Charge.Units)
	}
	return body
}

// became says what became of it.
func (p *voidPage) became(kind string, voided visit.Voided) {
	p.State, p.Reason, p.Differs = voided.State, sentence(voided.Reason), sentence(voided.Differs)
	switch voided.State {
	case visit.StateMarked:
		p.Heading, p.Text, p.Status = "Marked entered in error", "The chart holds it as entered in error now. "+againText(kind), "entered-in-error"
	case visit.StateMarkedAlready:
		p.Heading, p.Text, p.Status = "Marked entered in error", "It was marked before, so nothing was written. "+againText(kind), "entered-in-error"
	case visit.StateRefused:
		p.Heading, p.Text = "It was not marked", "The chart holds it as before."
	default:
		p.State, p.Heading, p.Text = visit.StateUnknown, "Not known: check the chart", "It may or may not have been marked. Nothing is sent again by itself."
	}
}

func againText(kind string) string {
	if kind == "ChargeItem" {
		return "The line can be filed again from the visit, as a new charge."
	}
	return "A new gap note is written with the next filing of this visit."
}

func voidPath(launchID, reference string) string { return visitPath(launchID) + "/void/" + reference }

// voidWords is what the way to this page is called: a promise is made only where it may be kept.
func voidWords(l *smart.Launch, kind string) string {
	if l.User != "" && l.CanUpdate(kind) {
		return "Mark entered in error"
	}
	return "How to take it back"
}

// voids adds the way to take back each charge of ours that billing does not have yet.
func (v *visitPage) voids(l *smart.Launch) {
	for i, c := range v.Charges {
		if c.Ours && c.Status == "planned" {
			v.Charges[i].Void, v.Charges[i].VoidWords = voidPath(l.ID, c.Reference), voidWords(l, "ChargeItem")
		}
	}
}

// voids adds the way to take back each resource that the record holds of a filing.
func (w *writePage) voids(l *smart.Launch, items []visit.FiledItem) {
	for i, item := range items {
		if item.Reference != "" && (item.Kind == "ChargeItem" || item.Kind == "DocumentReference") {
			w.Items[i].Void, w.Items[i].VoidWords = voidPath(l.ID, item.Reference), voidWords(l, item.Kind)
		}
	}
}
