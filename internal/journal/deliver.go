package journal

import (
	"context"
	"fmt"
	"time"

	"github.com/chargenote/chargenote/internal/visit"
)

// Send files in the record, once, and says what came of it; a filing that could not be tried is refused.
// An error, or a receipt without a state, leaves its fate unknown.
type Send func(ctx context.Context, filing visit.Filing) (visit.Receipt, error)

// deliver waits for the time of a held filing and sends it, unless another took it in hand before.
func (j *Journal) deliver(r row, o Order, send Send) {
	over, due := j.begin(r), j.now().Add(o.Hold)
	j.deliveries.Go(func() {
		defer over()
		timer := time.NewTimer(o.Hold)
		defer timer.Stop()
		select {
		case <-j.stopping:
			return
		case <-timer.C:
		}
		if j.now().Sub(due) > lateTime { // the machine slept: nobody expects it any more
			if _, err := j.move(j.sending, r, visit.StateNotSent, nil, visit.StateHeld); err != nil {
				j.log.Error("journal: a late filing could not be let go", "error", err)
			}
			return
		}
		if j.takeInTime(r) {
			j.send(r, o.Filing, send)
		}
	})
}

// takeInTime takes the filing, and tries for a few seconds where the store does not answer. Where it never
// does, nothing is sent, and the row is set down as not sent when it is looked at later.
func (j *Journal) takeInTime(r row) bool {
	for try := 1; ; try++ {
		won, err := j.take(j.sending, r)
		if err == nil {
			return won
		}
		j.log.Error("journal: nothing is sent, because it cannot be written down", "try", try, "error", err)
		if try == retryTimes {
			return false
		}
		select {
		case <-time.After(retryTime):
		case <-j.stopping:
			return false
		}
	}
}

// take makes the filing this instance's to send: the last thing that is written before the wire.
func (j *Journal) take(ctx context.Context, r row) (bool, error) {
	return j.move(ctx, r, visit.StateSending, nil, visit.StateHeld)
}

// send files and writes down what came of it. Where that cannot be written down, the row says that it
// is sending, and after a while that nobody knows.
func (j *Journal) send(r row, filing visit.Filing, send Send) {
	j.reached("sending")
	receipt := j.attempt(filing, send)
	j.reached("answered")
	for try := 1; ; try++ {
		_, err := j.move(j.sending, r, receipt.State, &receipt, visit.StateSending, visit.StateUnknown)
		if err == nil {
			return
		}
		j.log.Error("journal: the answer could not be written down", "try", try, "error", err)
		if try == retryTimes {
			return
		}
		select {
		case <-time.After(retryTime):
		case <-j.sending.Done():
		}
	}
}

// attempt sends once. It never panics: a fault in between leaves the fate unknown, because something may
// have been sent.
func (j *Journal) attempt(filing visit.Filing, send Send) (receipt visit.Receipt) {
	ctx, cancel := context.WithTimeout(j.sending, SendTime)
	defer cancel()
	defer func() {
		if fault := recover(); fault != nil {
			j.log.Error("journal: panic while sending", "kind", fmt.Sprintf("%T", fault))
			receipt = visit.Receipt{}
		}
		if receipt.State == "" {
			receipt.State = visit.StateUnknown
		}
		if receipt.At.IsZero() {
			receipt.At = j.now()
		}
	}()
	answer, err := send(ctx, filing)
	if err != nil {
		return visit.Receipt{}
	}
	return answer
}

// begin registers a delivery of this instance; the function that it returns ends it.
func (j *Journal) begin(r row) (over func()) {
	done := make(chan struct{})
	j.underwayM.Lock()
	defer j.underwayM.Unlock()
	j.underway[r] = done
	return func() {
		close(done)
		j.underwayM.Lock()
		defer j.underwayM.Unlock()
		if j.underway[r] == done {
			delete(j.underway, r)
		}
	}
}

// Wait returns when this instance's delivery of an entry is over, at once where it has none, or when
// ctx ends.
func (j *Journal) Wait(ctx context.Context, e Entry) {
	j.underwayM.Lock()
	done := j.underway[e.row]
	j.underwayM.Unlock()
	if done == nil {
		return
	}
	select {
	case <-done:
	case <-ctx.Done():
	}
}
