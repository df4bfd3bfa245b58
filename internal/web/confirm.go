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
	o.session.keep(reviewed, s.options.Now())
	body := previewBody(reviewed, filing, resources)
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
	for _, each := range raw {
		var pretty bytes.Buffer
		if err := json.Indent(&pretty, each, "", "  "); err != nil {
			return "", nil, fmt.Errorf("preview: %w", err)
		}
		resources = append(resources, pretty.String())
	}
	return hash, resources, nil
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

// confirm writes down what was previewed, to be filed once with one request to the EHR when the time to
// undo is over. What would be written is made again from the review behind the latest preview; where it
// is not what the person saw, nothing is written.
func (s *Server) confirm(w http.ResponseWriter, r *http.Request, o open) {
	if err := readForm(r); err != nil {
		s.fail(w, r, err)
		return
	}
	reviewed, readAt := o.session.kept()
	if reviewed == nil || s.options.Now().Sub(readAt) > previewLife {
		s.fail(w, r, errChanged)
		return
	}
	filing, err := s.filing(r, reviewed, o)
	if errors.Is(err, review.ErrNoUser) {
		s.fail(w, r, err)
		return
	}
	if err != nil {
		s.fail(w, r, errChanged)
		return
	}
	hash, err := review.PreviewHash(filing)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	attempt, err := strconv.Atoi(r.PostForm.Get("attempt"))
	if hash != r.PostForm.Get("preview") || err != nil {
		s.fail(w, r, errChanged)
		return
	}
	id := hash[:writeIDLength]
	if err := s.hold(r.Context(), o, reviewed, filing, id, attempt); err != nil {
		s.fail(w, r, err)
		return
	}
	seeOther(w, writePath(o.launch.ID, id))
}

const writeIDLength = 24 // hex digits of the preview's hash

func writePath(launchID, id string) string { return visitPath(launchID) + "/writes/" + id }

// hold writes a filing down, unless the same one was confirmed before; then that one stands. A filing that
// was undone, refused or not sent, or whose fate is unknown, is confirmed again from a fresh preview alone:
// that is what the number of the attempt says.
func (s *Server) hold(ctx context.Context, o open, reviewed *review.Review, filing visit.Filing, id string, attempt int) error {
	chart, err := s.options.Open(o.launch)
	if err != nil {
		return err
	}
	if err := o.session.confirmed(id, o.encounter()); err != nil {
		return err
	}
	order := journal.Order{Visit: o.visitOf(o.encounter()), ID: id, Attempt: attempt, Filing: filing,
		Person: reviewed.Visit().Person, Hold: s.options.Hold}
	_, _, err = s.options.Filings.Hold(ctx, order, s.sender(o, chart))
	return s.notRemembered(err)
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
