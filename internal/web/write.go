package web

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/chargenote/chargenote/internal/review"
	"github.com/chargenote/chargenote/internal/visit"
)

// A write is one confirmed filing of a launch, and what became of it.
type write struct {
	id     string
	filing visit.Filing
	basis  *review.Review // the review that was confirmed; a second press on the same one never sends again
	person visit.Person
	done   chan struct{} // closed when File has answered
	aside  atomic.Bool   // into the chart's scratchpad, by the page, and not into the record

	mu      sync.Mutex
	receipt visit.Receipt
}

// begin registers a filing under its id. Where the same filing is under way or settled, that one is
// returned and mine is false: the caller must not send. A filing that was refused, or whose fate is
// unknown, may be sent again only after a person has looked at a fresh preview.
func (s *session) begin(id string, filing visit.Filing, basis *review.Review) (w *write, mine bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if have := s.writes[id]; have != nil && (have.basis == basis || !have.mayRepeat()) {
		return have, false, nil
	}
	if s.writes[id] == nil && len(s.writes) >= maxWrites {
		return nil, false, errTooManyWrites
	}
	w = &write{id: id, filing: filing, basis: basis, person: basis.Visit().Person, done: make(chan struct{}),
		receipt: visit.Receipt{State: visit.StateSending, At: filing.Recorded}}
	s.writes[id] = w
	return w, true, nil
}

func (s *session) write(id string) *write {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.writes[id]
}

// send files once and records the answer. It panics never: a fault in between leaves the state
// unknown, because something may have been sent.
func (w *write) send(ctx context.Context, chart Chart, now func() time.Time) (err error) {
	receipt := visit.Receipt{State: visit.StateUnknown, Reason: unknownReason}
	defer func() {
		if fault := recover(); fault != nil {
			err = errors.New("filing: panic while sending")
		}
		if receipt.At.IsZero() {
			receipt.At = now()
		}
		w.settle(receipt)
		close(w.done)
	}()
	answer, err := chart.File(ctx, w.filing)
	switch {
	case err == nil && answer.State != "":
		receipt = answer
	case err == nil || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled):
	default:
		receipt = visit.Receipt{State: visit.StateRefused, Reason: whyNotSent(err)}
	}
	return err
}

// whyNotSent is what a person is told of a filing that could not be tried.
func whyNotSent(err error) string {
	if f := explain(err); f.Status != http.StatusInternalServerError {
		return f.Text + " " + f.Next
	}
	return "It could not be sent. Go back to the visit and preview it again; if it stays so, tell whoever runs this app."
}

const unknownReason = "The EHR did not answer in time, so nobody can say yet whether it was written. " +
	"Look at the charges of this visit in the chart before you file again."

func (w *write) settle(receipt visit.Receipt) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.receipt = receipt
}

func (w *write) state() visit.Receipt {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.receipt
}

// waitTime is how long the page of a filing that is being sent is held back for its answer. A page that
// loaded itself again would take the reader's place away (WCAG 2.2, 2.2.1 and failure F41).
const waitTime = 5 * time.Second

// wait returns when the filing is settled, or when the page has been held back for long enough.
func (w *write) wait(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, waitTime)
	defer cancel()
	select {
	case <-w.done:
	case <-ctx.Done():
	}
}

func (w *write) sending() bool { return w.state().State == visit.StateSending }

func (w *write) mayRepeat() bool {
	state := w.state().State
	return state == visit.StateRefused || state == visit.StateUnknown
}

// confirmed joins what the record holds now to what it answered when it was filed. Only the reading
// can settle an unknown fate; it never turns filed into anything else.
func confirmed(filed, read visit.Receipt) visit.Receipt {
	joined := filed
	joined.Items = nil
	if filed.State == visit.StateUnknown && (read.State == visit.StateFiled || read.State == visit.StateAlready) {
		joined.State, joined.Reason, joined.At = read.State, "", read.At
	}
	for _, item := range filed.Items {
		if i := slices.IndexFunc(read.Items, func(r visit.FiledItem) bool { return sameItem(r, item) }); i >= 0 {
			created := item.Created
			item = read.Items[i]
			item.Created = created
		}
		joined.Items = append(joined.Items, item)
	}
	for _, item := range read.Items {
		if !slices.ContainsFunc(filed.Items, func(f visit.FiledItem) bool { return sameItem(f, item) }) {
			joined.Items = append(joined.Items, item)
		}
	}
	return joined
}

func sameItem(a, b visit.FiledItem) bool { return a.Kind == b.Kind && a.Key == b.Key }
