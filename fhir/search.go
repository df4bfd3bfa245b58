package fhir

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
)

// A pageEntry is one entry of a searchset.
type pageEntry struct {
	FullURL  string
	Resource json.RawMessage
	page     int    // of its search, from 1; 0 where it was read by itself
	problem  string // why the entry could not be read; then it has a name alone
	name     string
}

// A page is one Bundle of a search.
type page struct {
	entries []pageEntry
	next    string
}

// A pageProblem says why a search was not read to its end. What was read until then stands.
type pageProblem struct {
	read  int
	cause string
}

func (p *pageProblem) Error() string {
	return fmt.Sprintf("only the first %d were read: %s", p.read, p.cause)
}

// search reads the pages of one search. A *pageProblem comes together with what was read.
func (c *Client) search(ctx context.Context, kind string, parameters url.Values, header http.Header) ([]pageEntry, error) {
	return c.pages(ctx, wireRequest{operation: operation{"search", kind}, url: c.endpoint(kind, parameters), header: header}, nil)
}

// searchWay is a search as a way to what is asked for. Documents carry their text, and go apart.
func (c *Client) searchWay(kind string, parameters url.Values) way {
	w := way{op: operation{"search", kind}, address: c.endpoint(kind, parameters), apart: carriesText(kind)}
	w.read = func(ctx context.Context, first *wireAnswer) ([]pageEntry, error) {
		return c.pages(ctx, wireRequest{operation: w.op, url: w.address}, first)
	}
	return w
}

func carriesText(kind string) bool { return kind == "DocumentReference" || kind == "Composition" }

// pages reads the pages of one search; the first is asked for where it is not at hand.
func (c *Client) pages(ctx context.Context, request wireRequest, answer *wireAnswer) ([]pageEntry, error) {
	op, address := request.operation, request.url
	var entries []pageEntry
	var err error
	seen := map[string]bool{}
	for n := 1; ; n++ {
		if address != nil {
			seen[address.String()] = true
		}
		if request.url = address; n > 1 || answer == nil {
			answer, err = c.get(ctx, request)
		}
		var read page
		if err == nil {
			read, err = c.readPage(op, answer, n)
		}
		if err != nil && n > 1 {
			return entries, &pageProblem{len(entries), reasonOf(err)}
		}
		if err != nil {
			return nil, err
		}
		entries = append(entries, read.entries...)
		if read.next == "" {
			return entries, nil
		}
		if address, err = c.resolve(read.next); err != nil {
			return entries, &pageProblem{len(entries), "the server's next page is not under its own base: ask its analyst to set the server's public address"}
		}
		if seen[address.String()] {
			return entries, &pageProblem{len(entries), "the server's next page leads back to one already read"}
		}
		if n == c.limits.Pages {
			return entries, &pageProblem{len(entries), fmt.Sprintf("there are more than %d pages", c.limits.Pages)}
		}
	}
}

// readWay is one resource by its id, as a way to what is asked for.
func (c *Client) readWay(kind, id string) way {
	w := way{op: operation{"read", kind}, address: c.endpoint(kind+"/"+id, nil)}
	w.read = func(ctx context.Context, answer *wireAnswer) ([]pageEntry, error) {
		return c.readOne(ctx, w.op, w.address, answer)
	}
	return w
}

// readOne is one resource, as a list of one; it is asked for where its answer is not at hand.
func (c *Client) readOne(ctx context.Context, op operation, address *url.URL, answer *wireAnswer) ([]pageEntry, error) {
	if answer == nil {
		var err error
		if answer, err = c.get(ctx, wireRequest{operation: op, url: address}); err != nil {
			return nil, err
		}
	}
	if got := peek(answer.body).ResourceType; got != op.kind {
		return nil, fmt.Errorf("%s: %w", op, errNotFHIR)
	}
	return []pageEntry{{FullURL: address.String(), Resource: answer.body}}, nil
}

func (c *Client) readPage(op operation, answer *wireAnswer, n int) (page, error) {
	if peek(answer.body).ResourceType == "OperationOutcome" {
		issue := firstError(answer.body)
		return page{}, &OutcomeError{Op: op.String(), Status: answer.status, Code: issue.code, Advice: contentAdvice(op, issue)}
	}
	bundle, err := view[bundleView](answer.body, "Bundle", c.limits.Limits)
	if err != nil {
		return page{}, unclear(op, answer, err)
	}
	read := page{}
	for _, raw := range bundle.Entry {
		entry, err := view[entryView](raw, "", pageLimits(c.limits.Limits))
		switch {
		case err != nil:
			read.entries = append(read.entries, pageEntry{page: n, problem: err.Error(), name: entryNameOf(raw)})
		case len(entry.Resource) > 0:
			read.entries = append(read.entries, pageEntry{FullURL: entry.FullURL, Resource: entry.Resource, page: n})
		}
	}
	for _, link := range bundle.Link {
		if link.Relation == "next" {
			read.next = link.URL
		}
	}
	return read, nil
}

// addTo puts the entry of a page into a record.
func (e pageEntry) addTo(r *Record) {
	if e.problem != "" {
		r.leaveOut(e.name, "not read: its entry "+e.problem)
		return
	}
	r.Add(e.Resource, e.FullURL)
}

// errTwice is the refusal of an answer that two readers may read differently.
var errTwice = errors.New("the answer has a key twice, or two that differ by case only, and is not read: tell the server's analyst")

// unclear is why the frame of an answer is not read.
func unclear(op operation, answer *wireAnswer, err error) error {
	var over overLimit
	var twice ambiguousKey
	switch {
	case errors.As(err, &over):
		return &unreadError{op, answer.status, errTooLarge}
	case errors.As(err, &twice):
		return &unreadError{op, answer.status, errTwice}
	}
	return fmt.Errorf("%s: %w", op, errNotFHIR)
}

// A resourceHead is what names a resource.
type resourceHead struct{ ResourceType, ID, VersionID string }

func (h resourceHead) reference() string { return h.ResourceType + "/" + h.ID }

// peek names a resource that the guard has not seen yet, by the keys as FHIR spells them; empty where
// it is none. The resource itself is read only through the guard.
func peek(raw []byte) resourceHead {
	w := &walker{data: raw}
	if !json.Valid(raw) {
		return resourceHead{}
	}
	if w.space(); w.data[w.at] != '{' {
		return resourceHead{}
	}
	head := resourceHead{ResourceType: w.peekText("resourceType"), ID: w.peekText("id")}
	if meta := w.peek("meta"); meta != nil && meta.data[meta.at] == '{' {
		head.VersionID = meta.peekText("versionId")
	}
	return head
}

// reasonOf says in words for the page why something could not be read.
func reasonOf(err error) string {
	var refusal *OutcomeError
	var reach *reachError
	var unread *unreadError
	var page *pageProblem
	switch {
	case errors.As(err, &refusal):
		return fmt.Sprintf("refused (%d): %s", refusal.Status, refusal.Advice)
	case errors.As(err, &reach):
		return reach.text
	case errors.As(err, &unread):
		return unread.cause.Error()
	case errors.As(err, &page):
		return page.Error()
	}
	for _, known := range []error{errNotFHIR, errElsewhere, errNotOffered, errTwice} {
		if errors.Is(err, known) {
			return known.Error()
		}
	}
	return "could not be read"
}
