package fhir

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"

	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"
)

// mostInBatch is how many requests go into one batch. Several batches travel side by side, and a server
// that answers the entries of a batch one after the other is not waited for longer than for so many.
const mostInBatch = 6

// A batched is what a batch brought for one ask; the zero value is nothing, and the ask is made by itself.
type batched struct {
	answer *wireAnswer
	err    error
}

// groups divides asks into those that go out as one batch, and those that go out by themselves. A batch
// saves requests, and nothing else: each entry is answered as if it had been asked for alone.
func (l *loading) groups(asks []ask) [][]int {
	var alone [][]int
	var within []int
	for i, a := range asks {
		if l.capability.Batches() && len(a.ways) > 0 && !a.ways[0].apart {
			within = append(within, i)
		} else {
			alone = append(alone, []int{i})
		}
	}
	count := (len(within) + mostInBatch - 1) / mostInBatch
	var groups [][]int
	for n := range count {
		groups = append(groups, within[n*len(within)/count:(n+1)*len(within)/count])
	}
	return append(groups, alone...)
}

// together sends the first ways of a group as one batch, and gives what it brought for each of them. A
// batch that fails as a whole brings nothing: then everything is asked for one by one, as on a server
// that takes no batch.
func (l *loading) together(ctx context.Context, asks []ask, group []int, places chan struct{}) []batched {
	none := make([]batched, len(group))
	if len(group) < 2 {
		return none
	}
	places <- struct{}{}
	defer func() { <-places }()
	ways := make([]way, len(group))
	for k, i := range group {
		ways[k] = asks[i].ways[0]
	}
	answers, err := l.client.batch(ctx, ways)
	switch {
	case busy(err):
		for k, way := range ways {
			none[k].err = refusedAlike(err, way.op)
		}
	case err != nil && ctx.Err() == nil && speaksOfBatches(err):
		l.capability.noBatches.Store(true)
	case err == nil:
		return answers
	}
	return none
}

// busy is the refusal of a server that asks to be left alone for now: asking it for each entry would be
// the opposite of that.
func busy(err error) bool {
	var refusal *OutcomeError
	return errors.As(err, &refusal) && (refusal.Status == http.StatusTooManyRequests || refusal.Status == http.StatusServiceUnavailable)
}

// speaksOfBatches reports whether a failure is likely to be that of the next batch too: one that is over the
// limits, or for want of a token, is not.
func speaksOfBatches(err error) bool {
	var unread *unreadError
	var refusal *OutcomeError
	return !errors.As(err, &unread) && (!errors.As(err, &refusal) || refusal.Status != http.StatusUnauthorized)
}

// refusedAlike is the refusal of a whole batch as that of one of its entries.
func refusedAlike(err error, op operation) error {
	var refusal *OutcomeError
	if !errors.As(err, &refusal) {
		return err
	}
	alike := *refusal
	alike.Op = op.String()
	return &alike
}

// errNotInOrder says that the answers of a batch cannot be told apart: they are then not used.
var errNotInOrder = errors.New("the answers of the batch do not stand in the order of its requests")

// batch sends a Bundle of requests that read, and nothing else, so that it is tried again like any GET.
// It takes half of the time there is, so that what it does not bring can still be asked for.
func (c *Client) batch(ctx context.Context, ways []way) ([]batched, error) {
	op := operation{verb: "batch"}
	bundle := r4.Bundle{Type: r4.BundleTypeBatch}
	for _, way := range ways {
		address, _ := strings.CutPrefix(way.address.String(), c.base.String()+"/")
		bundle.Entry = append(bundle.Entry, r4.BundleEntry{Request: &r4.BundleEntryRequest{Method: r4.HTTPVerbGET, Url: address}})
	}
	body, err := json.Marshal(bundle)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, c.limits.Budget/2)
	defer cancel()
	answer, err := c.again(ctx, wireRequest{operation: op, method: http.MethodPost, url: c.endpoint("", nil), body: body})
	if err != nil {
		return nil, err
	}
	frame, err := view[bundleView](answer.body, "Bundle", c.limits.Limits)
	if err != nil {
		return nil, unclear(op, answer, err)
	}
	if len(frame.Entry) != len(ways) {
		return nil, errNotInOrder
	}
	answers := make([]batched, len(ways))
	for k, raw := range frame.Entry {
		if answers[k], err = c.entryAnswer(ways[k], raw); err != nil {
			return nil, err
		}
	}
	return answers, nil
}

// entryAnswer is the answer of one entry, as if it had come alone. An entry that asks for another try, or
// says nothing, is asked for by itself.
func (c *Client) entryAnswer(w way, raw json.RawMessage) (batched, error) {
	entry, err := view[entryView](raw, "", pageLimits(c.limits.Limits))
	if err != nil {
		return batched{}, nil //nolint:nilerr // asked for by itself, it says what is wrong
	}
	word, _, _ := strings.Cut(entry.Response.Status, " ")
	status, _ := strconv.Atoi(word)
	switch {
	case status >= 200 && status <= 299:
		if len(entry.Resource) == 0 || string(entry.Resource) == "null" {
			return batched{}, nil
		}
		if !answers(w, entry.Resource) {
			return batched{}, errNotInOrder
		}
		return batched{answer: &wireAnswer{status: status, body: entry.Resource}}, nil
	case status < 300 || status > 599 || status == http.StatusUnauthorized:
		return batched{}, nil
	}
	outcome := entry.Response.Outcome
	if len(outcome) == 0 {
		outcome = entry.Resource
	}
	refusal := refusalOf(w.op, status, outcome, 0)
	if retryable(refusal) {
		return batched{}, nil
	}
	return batched{err: refusal}, nil
}

// answers reports whether a resource can be the answer of a way: the resource that was asked for, or a
// search result whose link to itself, where it has one, is of the same type.
func answers(w way, raw json.RawMessage) bool {
	head := peek(raw)
	if head.ResourceType == "OperationOutcome" {
		return true
	}
	if w.op.verb == "read" {
		return strings.HasSuffix(w.address.Path, "/"+head.reference())
	}
	return head.ResourceType == "Bundle" && ofKind(raw, w.op.kind)
}

// ofKind reports whether the first resource of a search result is of the kind that was asked for: matches
// come before what they bring along.
func ofKind(raw json.RawMessage, kind string) bool {
	for _, entry := range splitBundle(raw) {
		resource, _ := splitEntry(entry)
		if head := peek(resource); head.ResourceType != "" && head.ResourceType != "OperationOutcome" {
			return head.ResourceType == kind
		}
	}
	return true
}
