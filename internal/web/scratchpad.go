package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"sync"
	"time"

	"github.com/chargenote/chargenote/internal/journal"
	"github.com/chargenote/chargenote/internal/visit"
	"github.com/chargenote/chargenote/smart"
)

// Where an EHR takes no charge over its record service, its window may: SMART Web Messaging's
// scratchpad.create, which only the page can send. The server gives the confirmed charges out once, under the
// name that the filing would have in the record too, so that one confirmation never goes both ways; and it
// believes of the answer no more than a status and a reference.

// asideTime is how long the page is waited for to say what the chart answered, which is all that the journal gives
// one filing. After it nobody knows, until a late answer settles it.
const asideTime = journal.SendTime

// mayPutAside says whether the scratchpad is the way for a launch's charges: the record takes none, and there
// is a window to ask. Whether it answers is seen on the page.
func mayPutAside(l *smart.Launch, rung visit.Rung) bool {
	return l.Messaging.Origin != "" && (rung.Way == visit.WayByHand || !l.CanCreate("ChargeItem"))
}

// asides are the filings whose charges were given out, until the page says what the chart answered.
type asides struct {
	mu      sync.Mutex
	waiting map[string]chan visit.Receipt // by launch and id of the filing
}

func asideKey(o open, id string) string { return o.launch.ID + "/" + id }

// waitFor waits, as long as the page may take, for what it says of a filing; nobody knows what became of it after.
// It is false where it is waited for already.
func (a *asides) waitFor(key string, patience time.Duration) (journal.Send, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.waiting == nil {
		a.waiting = map[string]chan visit.Receipt{}
	}
	if a.waiting[key] != nil {
		return nil, false
	}
	answer := make(chan visit.Receipt, 1)
	a.waiting[key] = answer
	return func(ctx context.Context, _ visit.Filing) (visit.Receipt, error) {
		defer a.forget(key)
		timer := time.NewTimer(patience)
		defer timer.Stop()
		select {
		case receipt := <-answer:
			return receipt, nil
		case <-timer.C:
		case <-ctx.Done():
		}
		return visit.Receipt{State: visit.StateUnknown, Reason: asideUnknown}, nil
	}, true
}

func (a *asides) forget(key string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.waiting, key)
}

// tell passes an answer on, and reports whether it was waited for.
func (a *asides) tell(key string, receipt visit.Receipt) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	answer := a.waiting[key]
	if answer == nil {
		return false
	}
	select {
	case answer <- receipt:
	default: // the first answer stands
	}
	return true
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

// giveOut gives the page the charges that it is to put into the scratchpad. The second time, and where the same
// lines were filed, it gives nothing but the page that says how they stand.
func (s *Server) giveOut(w http.ResponseWriter, r *http.Request, o open) {
	form, err := s.confirmedBy(r, o)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	charges, err := s.chargesToPutAside(o, form.filing)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	stands, err := s.stands(r.Context(), o, form.id)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	answer := map[string]any{"page": writePath(o.launch.ID, form.id)}
	key := asideKey(o, form.id)
	if stands {
		writeGiven(w, answer)
		return
	}
	if send, first := s.asides.waitFor(key, s.asideTime); first {
		form.filing.Way = visit.WayScratchpad
		_, mine, err := s.hold(r.Context(), o, form, 0, send)
		if !mine {
			s.asides.forget(key)
		}
		if err != nil {
			s.fail(w, r, err)
			return
		}
		if mine {
			answer["resources"] = charges
			s.options.Log.Info("filing through the scratchpad", "launch", short(o.launch.ID), "lines", len(form.filing.Lines))
		}
	}
	writeGiven(w, answer)
}

func writeGiven(w http.ResponseWriter, answer map[string]any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(answer)
}

// stands says whether the same lines went to the chart before, or may have. A scratchpad has no way to say that
// something is there already, so nothing is put there a second time, not even from a fresh preview.
func (s *Server) stands(ctx context.Context, o open, id string) (bool, error) {
	have, err := s.options.Filings.Find(ctx, o.visitOf(o.encounter()), id)
	if errors.Is(err, journal.ErrNone) {
		return false, nil
	}
	if err != nil {
		return false, s.notRemembered(err)
	}
	switch have.State {
	case visit.StateUndone, visit.StateNotSent, visit.StateRefused:
		return false, nil
	}
	return true, o.session.confirmed(id, o.encounter())
}

func (s *Server) chargesToPutAside(o open, filing visit.Filing) ([]json.RawMessage, error) {
	chart, err := s.options.Open(o.launch)
	if err != nil {
		return nil, err
	}
	rung, err := chart.Rung(filing)
	if err != nil {
		return nil, err
	}
	if !mayPutAside(o.launch, rung) {
		return nil, errNoScratchpad
	}
	charges, err := chart.Charges(filing)
	if err != nil {
		return nil, fmt.Errorf("scratchpad: %w", err)
	}
	return charges, nil
}

const (
	asideUnknown = "The chart did not answer in time, so nobody can say yet whether its scratchpad has it. Look there before you file again."
	asideRefused = "The chart’s scratchpad did not take it."
)

var asideLocation = regexp.MustCompile(`^ChargeItem/[A-Za-z0-9.-]{1,64}$`)

// takeAnswers takes what the chart answered to each charge, in their order. An answer that came too late still
// settles what nobody knew; what is settled stays.
func (s *Server) takeAnswers(w http.ResponseWriter, r *http.Request, o open) {
	if err := readForm(r); err != nil {
		s.fail(w, r, err)
		return
	}
	_, entry, err := s.mine(r, o)
	if err == nil && entry.Filing.Way != visit.WayScratchpad {
		err = errNoWrite
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	statuses, locations := r.PostForm["status"], r.PostForm["location"]
	if len(statuses) != len(entry.Filing.Lines) || len(locations) != len(statuses) {
		s.fail(w, r, errForm)
		return
	}
	receipt := asideReceipt(statuses, locations)
	receipt.At = s.options.Now()
	switch {
	case s.asides.tell(asideKey(o, entry.ID), receipt):
		s.wait(r.Context(), entry)
	case entry.State == visit.StateUnknown:
		if err := s.notRemembered(s.options.Filings.Settle(r.Context(), entry, receipt)); err != nil {
			s.fail(w, r, err)
			return
		}
	}
	s.options.Log.Info("filing through the scratchpad answered", "launch", short(o.launch.ID), "state", receipt.State, "lines", len(statuses))
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
