package web

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/chargenote/chargenote/internal/journal"
	"github.com/chargenote/chargenote/internal/review"
	"github.com/chargenote/chargenote/internal/visit"
)

const previewLife = 15 * time.Minute // a preview older than this must be looked at again

// preview reads the visit again and shows exactly what a confirmation would write.
func (s *Server) preview(w http.ResponseWriter, r *http.Request, o open) {
	if err := readForm(r); err != nil {
		s.fail(w, r, err)
		return
	}
	chart, reviewed, answers, err := s.read(r.Context(), o)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	offers := chosenOffers(r)
	filing, err := s.filing(r, reviewed, o)
	if errors.Is(err, review.ErrNoUser) {
		s.fail(w, r, err)
		return
	}
	if err != nil {
		s.showReview(w, r, o, reviewed, answers, &notTaken{What: "Nothing was filed.", Why: sentence(err.Error()), offers: append([]string{}, offers...), diagnoses: ticked(r)})
		return
	}
	hash, resources, err := exactly(chart, filing)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	attempt, err := s.options.Filings.Next(r.Context(), o.visitOf(o.encounter()), hash[:writeIDLength])
	if err != nil {
		s.fail(w, r, s.notRemembered(err))
		return
	}
	rung, err := chart.Rung(filing)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	o.session.keep(reviewed, s.options.Now())
	body := previewBody(reviewed, filing, resources)
	body.goesBy(rung, filing)
	if mayPutAside(o.launch, rung) {
		if body.Scratchpad, err = chargesFor(chart, filing); err != nil {
			s.fail(w, r, err)
			return
		}
	}
	body.Hash, body.Attempt, body.Offers, body.Where = hash, attempt, offers, o.iss()
	body.Undo = int(s.options.Hold / time.Second)
	body.Answers = slices.DeleteFunc(answers, func(a said) bool { return a.Unused != "" })
	body.Linked = linkedOf(filing)
	body.Work, _ = worksOf(o.ledger(reviewed.Visit()), reviewed.Visit())
	body.Changed = r.PostForm.Get("seen") != "" && r.PostForm.Get("seen") != seen(reviewed)
	s.render(w, r, http.StatusOK, "preview", s.chartPage(o, reviewed, "Check before filing", body))
}

// exactly is the hash of a filing and the resources it would write, readable.
func exactly(chart Chart, filing visit.Filing) (hash string, resources []string, err error) {
	hash, err = review.PreviewHash(filing)
	if err != nil {
		return "", nil, err
	}
	raw, err := chart.Preview(filing)
	if err != nil {
		return "", nil, fmt.Errorf("preview: %w", err)
	}
	resources, err = readable(raw)
	return hash, resources, err
}

// chargesFor is the charges of a filing, readable.
func chargesFor(chart Chart, filing visit.Filing) ([]string, error) {
	raw, err := chart.Charges(filing)
	if err != nil {
		return nil, fmt.Errorf("preview: %w", err)
	}
	return readable(raw)
}

func readable(raw []json.RawMessage) ([]string, error) {
	var resources []string
	for _, each := range raw {
		var pretty bytes.Buffer
		if err := json.Indent(&pretty, each, "", "  "); err != nil {
			return nil, fmt.Errorf("preview: %w", err)
		}
		resources = append(resources, pretty.String())
	}
	return resources, nil
}

// chosenOffers is what was ticked: lines, and one option of each choice.
func chosenOffers(r *http.Request) []string {
	var offers []string
	for _, id := range r.PostForm["offer"] {
		if id != "" {
			offers = append(offers, id)
		}
	}
	for i := 1; i <= maxChoices; i++ {
		if id := r.PostForm.Get(fmt.Sprintf("choice-%d", i)); id != "" {
			offers = append(offers, id)
		}
	}
	return offers
}

const maxChoices = 50 // far above what one visit leaves open

// ticked are the diagnoses that a form ticked; nil where it asked for none.
func ticked(r *http.Request) []string {
	if r.PostForm.Get("diagnoses") == "" {
		return nil
	}
	return append([]string{}, r.PostForm["diagnosis"]...)
}

// filing is what a form would write.
func (s *Server) filing(r *http.Request, reviewed *review.Review, o open) (visit.Filing, error) {
	if !o.session.chosen().notBillable.IsZero() {
		return visit.Filing{}, errNotBillable
	}
	offers, picks, diagnoses := o.confirmedChoice(r, reviewed)
	confirmation := review.Confirmation{Offers: offers, Picks: picks, Diagnoses: diagnoses, Issuer: o.iss(), User: o.launch.User,
		Software: strings.TrimSpace("Chargenote " + s.options.Version), At: s.options.Now()}
	if o.launch.Issuer != nil {
		confirmation.Tenant = o.launch.Issuer.Tenant
	}
	return s.options.Reviews.Filing(reviewed, confirmation)
}

// iss is the EHR's FHIR base in its one configured spelling: what is filed is named after it, and
// an alias of the same base must meet the same charge.
func (o open) iss() string {
	if o.launch.Issuer != nil && o.launch.Issuer.ISS != "" {
		return o.launch.Issuer.ISS
	}
	return o.launch.ISS
}

// A confirmedForm is what a form confirms: exactly what its preview showed.
type confirmedForm struct {
	reviewed *review.Review
	filing   visit.Filing
	id       string    // of the filing
	attempt  int       // that the preview said would be the next
	way      visit.Way // that the preview named
}

// confirmedBy is what a form confirms. What would be written is made again from the review behind the latest
// preview; where it is not what the person saw, it is errChanged.
func (s *Server) confirmedBy(r *http.Request, o open) (confirmedForm, error) {
	if err := readForm(r); err != nil {
		return confirmedForm{}, err
	}
	reviewed, readAt := o.session.kept()
	if reviewed == nil || s.options.Now().Sub(readAt) > previewLife {
		return confirmedForm{}, errChanged
	}
	filing, err := s.filing(r, reviewed, o)
	if errors.Is(err, review.ErrNoUser) {
		return confirmedForm{}, err
	}
	if err != nil {
		return confirmedForm{}, errChanged
	}
	hash, err := review.PreviewHash(filing)
	if err != nil {
		return confirmedForm{}, err
	}
	attempt, err := strconv.Atoi(r.PostForm.Get("attempt"))
	if hash != r.PostForm.Get("preview") || err != nil {
		return confirmedForm{}, errChanged
	}
	return confirmedForm{reviewed, filing, hash[:writeIDLength], attempt, visit.Way(r.PostForm.Get("way"))}, nil
}

const writeIDLength = 24 // hex digits of the preview's hash

func writePath(launchID, id string) string { return visitPath(launchID) + "/writes/" + id }

// confirm writes down what was previewed, to be filed once with one request to the EHR when the time to
// undo is over; or that it was entered by hand.
func (s *Server) confirm(w http.ResponseWriter, r *http.Request, o open) {
	form, err := s.confirmedBy(r, o)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	chart, err := s.options.Open(o.launch)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	rung, err := chart.Rung(form.filing)
	if err == nil && rung.Way != form.way { // what the EHR takes became known since, or changed
		err = errChanged
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	hold, send := s.options.Hold, s.sender(o, chart)
	if form.way == visit.WayByHand {
		form.filing.Way, hold, send = visit.WayByHand, 0, enteredByHand
	}
	entry, _, err := s.hold(r.Context(), o, form, hold, send)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	if form.way == visit.WayByHand {
		s.wait(r.Context(), entry)
	}
	seeOther(w, writePath(o.launch.ID, form.id))
}

// hold writes a filing down, unless the same one was confirmed before; then that one stands. A filing that
// was undone, refused or not sent, or whose fate is unknown, is confirmed again from a fresh preview alone:
// that is what the number of the attempt says.
func (s *Server) hold(ctx context.Context, o open, form confirmedForm, hold time.Duration, send journal.Send) (journal.Entry, bool, error) {
	if err := o.session.confirmed(form.id, o.encounter()); err != nil {
		return journal.Entry{}, false, err
	}
	order := journal.Order{Visit: o.visitOf(o.encounter()), ID: form.id, Attempt: form.attempt, Filing: form.filing,
		Person: form.reviewed.Visit().Person, Hold: hold}
	entry, mine, err := s.options.Filings.Hold(ctx, order, send)
	return entry, mine, s.notRemembered(err)
}

// enteredByHand takes the person's word for it, and sends nothing.
func enteredByHand(context.Context, visit.Filing) (visit.Receipt, error) {
	return visit.Receipt{State: visit.StateByHand}, nil
}

// sender files through the launch that confirmed. Nothing of what is filed is logged.
func (s *Server) sender(o open, chart Chart) journal.Send {
	launch := short(o.launch.ID)
	return func(ctx context.Context, filing visit.Filing) (visit.Receipt, error) {
		receipt, err := chart.File(ctx, filing)
		if err != nil {
			s.options.Log.Warn("filing had an error", "launch", launch, "error", logged(err))
			if !errors.Is(err, context.DeadlineExceeded) && !errors.Is(err, context.Canceled) {
				receipt, err = visit.Receipt{State: visit.StateRefused, Reason: whyNotSent(err)}, nil
			}
		}
		s.options.Log.Info("filing", "launch", launch, "state", cmp.Or(receipt.State, visit.StateUnknown), "lines", len(filing.Lines))
		return receipt, err
	}
}

// whyNotSent is what a person is told of a filing that could not be tried.
func whyNotSent(err error) string {
	if f := explain(err); f.Status != http.StatusInternalServerError {
		return f.Text + " " + f.Next
	}
	return "It could not be sent. Go back to the visit and preview it again; if it stays so, tell whoever runs this app."
}
