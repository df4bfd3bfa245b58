package web

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"time"

	"github.com/gorilla/mux"

	"github.com/chargenote/chargenote/internal/review"
	"github.com/chargenote/chargenote/internal/visit"
	"github.com/chargenote/chargenote/smart"
)

// Where an EHR takes no charge over its record service, its window may: SMART Web Messaging's
// scratchpad.create, which only the page can send. The server gives the confirmed charges out once, under the
// name that the filing would have in the record too, so that one confirmation never goes both ways; and it
// believes of the answer no more than a status and a reference.

// asideTime is how long the page may take to say what the chart answered; after it nobody knows.
const asideTime = time.Minute

// mayPutAside says whether the scratchpad is the way for a launch's charges: the record takes none, and there
// is a window to ask. Whether it answers is seen on the page.
func mayPutAside(l *smart.Launch, chart Chart) bool {
	return l.Messaging.Origin != "" && (!l.CanCreate("ChargeItem") || !chart.Takes("ChargeItem"))
}

// messaging is how the pages of a launch talk to the chart's window.
func (all *sessions) messaging(launchID string) smart.Messaging {
	all.mu.Lock()
	defer all.mu.Unlock()
	if s := all.byLaunch[launchID]; s != nil {
		return s.messaging
	}
	return smart.Messaging{}
}

// confirmedNow is the filing that was previewed and is confirmed by this form; anything else is errChanged.
func (s *Server) confirmedNow(r *http.Request, o open) (reviewed *review.Review, filing visit.Filing, hash string, err error) {
	if err := readForm(r); err != nil {
		return nil, filing, "", err
	}
	reviewed, readAt := o.session.kept()
	if reviewed == nil || s.options.Now().Sub(readAt) > previewLife {
		return nil, filing, "", errChanged
	}
	filing, err = s.filing(r, reviewed, o)
	if errors.Is(err, review.ErrNoUser) {
		return nil, filing, "", err
	}
	if err != nil {
		return nil, filing, "", errChanged
	}
	hash, err = review.PreviewHash(filing)
	if err == nil && hash != r.PostForm.Get("preview") {
		err = errChanged
	}
	return reviewed, filing, hash, err
}

// giveOut gives the page the charges that it is to put into the scratchpad. The second time, and where the same
// lines were filed, it gives nothing but the page that says how they stand.
func (s *Server) giveOut(w http.ResponseWriter, r *http.Request, o open) {
	reviewed, filing, hash, err := s.confirmedNow(r, o)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	chart, err := s.options.Open(o.launch)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	if !mayPutAside(o.launch, chart) {
		s.fail(w, r, errNoScratchpad)
		return
	}
	charges, err := chargesToPutAside(chart, filing)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	id := hash[:writeIDLength]
	answer := map[string]any{"page": visitPath(o.launch.ID) + "/writes/" + id}
	write, mine, err := o.session.begin(id, filing, reviewed)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	if mine {
		write.aside.Store(true)
		answer["resources"] = charges
		time.AfterFunc(s.asideTime, func() {
			write.settleAside(visit.Receipt{State: visit.StateUnknown, Reason: asideUnknown, At: s.options.Now()})
		})
		s.options.Log.Info("filing through the scratchpad", "launch", short(o.launch.ID), "lines", len(filing.Lines))
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(answer)
}

func chargesToPutAside(chart Chart, filing visit.Filing) ([]json.RawMessage, error) {
	all, err := chart.Preview(filing)
	if err != nil {
		return nil, fmt.Errorf("scratchpad: %w", err)
	}
	var charges []json.RawMessage
	for _, each := range all {
		var kind struct {
			ResourceType string `json:"resourceType"`
		}
		if json.Unmarshal(each, &kind) == nil && kind.ResourceType == "ChargeItem" {
			charges = append(charges, each)
		}
	}
	return charges, nil
}

const (
	asideUnknown = "The chart did not answer in time, so nobody can say yet whether its scratchpad has it. Look there before you file again."
	asideRefused = "The chart’s scratchpad did not take it."
)

var asideLocation = regexp.MustCompile(`^ChargeItem/[A-Za-z0-9.-]{1,64}$`)

// takeAnswers takes what the chart answered to each charge, in their order.
func (s *Server) takeAnswers(w http.ResponseWriter, r *http.Request, o open) {
	if err := readForm(r); err != nil {
		s.fail(w, r, err)
		return
	}
	write := o.session.write(mux.Vars(r)["id"])
	if write == nil || !write.aside.Load() {
		s.fail(w, r, errNoWrite)
		return
	}
	statuses, locations := r.PostForm["status"], r.PostForm["location"]
	if len(statuses) != len(write.filing.Lines) || len(locations) != len(statuses) {
		s.fail(w, r, errForm)
		return
	}
	receipt := asideReceipt(statuses, locations)
	receipt.At = s.options.Now()
	write.settleAside(receipt)
	s.options.Log.Info("filing", "launch", short(o.launch.ID), "state", write.state().State, "lines", len(statuses), "scratchpad", true)
	w.WriteHeader(http.StatusNoContent)
}

// asideReceipt is what the answers of the chart come to: filed where each charge has its place, unknown where
// an answer is missing or makes no sense, else refused.
func asideReceipt(statuses, locations []string) visit.Receipt {
	receipt := visit.Receipt{State: visit.StateFiled}
	for i, status := range statuses {
		item := visit.FiledItem{Kind: "ChargeItem"}
		placed := asideLocation.MatchString(locations[i])
		switch {
		case len(status) >= 3 && status[0] == '2' && placed:
			item.Reference, item.Created = locations[i], true
		case len(status) >= 3 && (status[0] == '4' || status[0] == '5'):
			if receipt.State == visit.StateFiled {
				receipt.State, receipt.Reason = visit.StateRefused, asideRefused
			}
		default:
			receipt.State, receipt.Reason = visit.StateUnknown, asideUnknown
		}
		receipt.Items = append(receipt.Items, item)
	}
	return receipt
}

// settleAside settles a filing through the scratchpad, once; an answer that came too late still settles what
// nobody knew.
func (w *write) settleAside(receipt visit.Receipt) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch w.receipt.State {
	case visit.StateSending:
		close(w.done)
	case visit.StateUnknown:
	default:
		return
	}
	w.receipt = receipt
}
