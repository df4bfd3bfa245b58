package smart

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// How long documents of discovery and keys are kept.
const (
	keepLeast  = 5 * time.Minute
	keepUsual  = time.Hour // where the EHR says nothing
	keepMost   = 24 * time.Hour
	forceEvery = time.Minute     // between fetches that a token with an unknown key can cause
	failEvery  = 3 * time.Second // how long a failure answers for those who ask next
)

// freshness reads Cache-Control: max-age, never under keepLeast nor over keepMost.
func freshness(h http.Header) time.Duration {
	for directive := range strings.SplitSeq(h.Get("Cache-Control"), ",") {
		name, value, _ := strings.Cut(strings.ToLower(strings.TrimSpace(directive)), "=")
		switch name {
		case "no-store", "no-cache":
			return keepLeast
		case "max-age":
			seconds, err := strconv.ParseInt(strings.Trim(value, `"`), 10, 32)
			if err != nil {
				return keepLeast
			}
			return min(max(time.Duration(seconds)*time.Second, keepLeast), keepMost)
		}
	}
	return keepUsual
}

// A document is one thing fetched from an EHR and kept: at most one fetch at a time, and none in anyone's way
// while what is kept is less than a day old.
type document[T any] struct {
	now   func() time.Time
	fetch func(context.Context) (T, time.Duration, error)

	gate   chan struct{} // holds one token; who has it may fetch
	kept   atomic.Pointer[edition[T]]
	forced atomic.Int64 // unix time of the last fetch that a caller forced
	failed struct {     // for who holds the gate
		err error
		at  time.Time
	}
}

type edition[T any] struct {
	value   T
	fetched time.Time
	fresh   time.Time // until then no look for a newer one
}

func newDocument[T any](now func() time.Time, fetch func(context.Context) (T, time.Duration, error)) *document[T] {
	d := &document[T]{now: now, fetch: fetch, gate: make(chan struct{}, 1)}
	d.gate <- struct{}{}
	return d
}

// current returns what is kept, when it can be used.
func (d *document[T]) current() *edition[T] {
	if e := d.kept.Load(); e != nil && d.now().Before(e.fetched.Add(keepMost)) {
		return e
	}
	return nil
}

// due tells whether it is time to look for a newer one.
func (d *document[T]) due() bool {
	e := d.current()
	return e == nil || !d.now().Before(e.fresh)
}

// get returns what is kept, or fetches it.
func (d *document[T]) get(ctx context.Context) (*edition[T], error) {
	if e := d.current(); e != nil {
		return e, nil
	}
	return d.renew(ctx, nil)
}

// renew fetches a newer edition than old, unless somebody has done so meanwhile.
func (d *document[T]) renew(ctx context.Context, old *edition[T]) (*edition[T], error) {
	select {
	case <-d.gate:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { d.gate <- struct{}{} }()
	if e := d.current(); e != nil && e != old {
		return e, nil
	}
	if d.failed.err != nil && d.now().Before(d.failed.at.Add(failEvery)) {
		return nil, d.failed.err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*callTime) // others wait for it too
	defer cancel()
	value, keep, err := d.fetch(ctx)
	if d.failed.err, d.failed.at = err, d.now(); err != nil {
		return nil, err
	}
	e := &edition[T]{value: value, fetched: d.now(), fresh: d.now().Add(keep)}
	d.kept.Store(e)
	return e, nil
}

// force is renew for what strangers can cause: at most once a minute.
func (d *document[T]) force(ctx context.Context, old *edition[T]) (*edition[T], error) {
	last, now := d.forced.Load(), d.now().Unix()
	if now-last < int64(forceEvery/time.Second) || !d.forced.CompareAndSwap(last, now) {
		if e := d.current(); e != nil && e != old {
			return e, nil
		}
		return nil, wireFault("looked for newer keys less than a minute ago")
	}
	return d.renew(ctx, old)
}
