package web

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/gorilla/mux"

	"github.com/chargenote/chargenote/internal/review"
	"github.com/chargenote/chargenote/internal/visit"
)

const (
	previewLife = 15 * time.Minute // a preview older than this must be looked at again
	sendingTime = 14 * time.Second // for the one request that files
)

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
	o.session.keep(reviewed, s.options.Now())
	body := previewBody(reviewed, filing, resources)
	body.Hash, body.Offers, body.Where = hash, offers, o.iss()
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

// confirm files what was previewed, once, with one request to the EHR. What would be written is
// made again from the review behind the latest preview; where it is not what the person saw,
// nothing is written.
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
	if hash != r.PostForm.Get("preview") {
		s.fail(w, r, errChanged)
		return
	}
	id, err := s.fileOnce(r, o, reviewed, filing, hash[:writeIDLength])
	if err != nil {
		s.fail(w, r, err)
		return
	}
	seeOther(w, visitPath(o.launch.ID)+"/writes/"+id)
}

const writeIDLength = 24 // hex digits of the preview's hash

// fileOnce sends the filing unless the same one is under way or settled; then it waits for that.
func (s *Server) fileOnce(r *http.Request, o open, reviewed *review.Review, filing visit.Filing, id string) (string, error) {
	chart, err := s.options.Open(o.launch)
	if err != nil {
		return "", err
	}
	pending, mine, err := o.session.begin(id, filing, reviewed)
	if err != nil {
		return "", err
	}
	if !mine {
		select {
		case <-pending.done:
		case <-r.Context().Done(): // the page of the filing says that it is still being sent
		}
		return id, nil
	}
	// A frame that is closed must not cut a filing in two.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), sendingTime)
	defer cancel()
	err = pending.send(ctx, chart, s.options.Now)
	state := pending.state().State
	s.options.Log.Info("filing", "launch", short(o.launch.ID), "state", state, "lines", len(filing.Lines))
	if err != nil {
		s.options.Log.Warn("filing had an error", "launch", short(o.launch.ID), "state", state, "error", logged(err))
	}
	return id, nil
}

// showWrite shows what became of a filing, as the record holds it now.
func (s *Server) showWrite(w http.ResponseWriter, r *http.Request, o open) {
	filed := o.session.write(mux.Vars(r)["id"])
	if filed == nil {
		s.fail(w, r, errNoWrite)
		return
	}
	filed.wait(r.Context())
	receipt, readBack := filed.state(), ""
	if receipt.State != visit.StateSending {
		receipt, readBack = s.readBack(r.Context(), o, filed)
	}
	body := writeBody(filed, receipt, readBack)
	body.voids(o.launch, receipt.Items)
	p := page{Title: body.Heading, Launch: o.launch.ID, Strip: stripOf(filed.person), Body: body}
	s.render(w, r, http.StatusOK, "write", p)
}

// readBack asks the record what it holds of a filing. Where it cannot say, the answer to the filing
// stands, with a word that it was not checked.
func (s *Server) readBack(ctx context.Context, o open, filed *write) (visit.Receipt, string) {
	receipt := filed.state()
	chart, err := s.options.Open(o.launch)
	var read visit.Receipt
	if err == nil {
		read, err = chart.ReadBack(ctx, filed.filing)
	}
	if err != nil {
		s.options.Log.Warn("read back failed", "launch", short(o.launch.ID), "error", logged(err))
		return receipt, "It could not be read back from the record just now. " + explain(err).Next
	}
	receipt = confirmed(receipt, read)
	filed.settle(receipt)
	return receipt, ""
}
