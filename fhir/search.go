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
	FullURL  string          `json:"fullUrl"`
	Resource json.RawMessage `json:"resource"`
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
	op := operation{"search", kind}
	address := c.endpoint(kind, parameters)
	var entries []pageEntry
	seen := map[string]bool{}
	for n := 1; ; n++ {
		if address != nil {
			seen[address.String()] = true
		}
		answer, err := c.get(ctx, wireRequest{operation: op, url: address, header: header})
		var read page
		if err == nil {
			read, err = c.readPage(op, answer)
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

// readOne is one resource by its id, as a list of one.
func (c *Client) readOne(ctx context.Context, kind, id string) ([]pageEntry, error) {
	op := operation{"read", kind}
	address := c.endpoint(kind+"/"+id, nil)
	answer, err := c.get(ctx, wireRequest{operation: op, url: address})
	if err != nil {
		return nil, err
	}
	if got := peek(answer.body).ResourceType; got != kind {
		return nil, fmt.Errorf("%s: %w", op, errNotFHIR)
	}
	return []pageEntry{{FullURL: address.String(), Resource: answer.body}}, nil
}

func (c *Client) readPage(op operation, answer *wireAnswer) (page, error) {
	if countValues(answer.body) > c.limits.PageValues {
		return page{}, &unreadError{op, answer.status, errTooLarge}
	}
	var bundle struct {
		ResourceType string `json:"resourceType"`
		Link         []struct {
			Relation string `json:"relation"`
			URL      string `json:"url"`
		} `json:"link"`
		Entry []pageEntry `json:"entry"`
	}
	if err := json.Unmarshal(answer.body, &bundle); err != nil {
		return page{}, fmt.Errorf("%s: %w", op, errNotFHIR)
	}
	switch bundle.ResourceType {
	case "Bundle":
	case "OperationOutcome":
		issue := firstError(answer.body)
		return page{}, &OutcomeError{Op: op.String(), Status: answer.status, Code: issue.code, Advice: contentAdvice(op, issue)}
	default:
		return page{}, fmt.Errorf("%s: %w", op, errNotFHIR)
	}
	read := page{}
	for _, entry := range bundle.Entry {
		if len(entry.Resource) > 0 {
			read.entries = append(read.entries, entry)
		}
	}
	for _, link := range bundle.Link {
		if link.Relation == "next" {
			read.next = link.URL
		}
	}
	return read, nil
}

// countValues bounds the JSON values of a body from above without decoding it: one for each comma
// and opening bracket outside of strings.
func countValues(body []byte) int {
	count, quoted := 1, false
	for i := 0; i < len(body); i++ {
		switch b := body[i]; {
		case quoted && b == '\\':
			i++
		case b == '"':
			quoted = !quoted
		case quoted:
		case b == ',' || b == '{' || b == '[':
			count++
		}
	}
	return count
}

// A resourceHead is what names a resource.
type resourceHead struct {
	ResourceType string `json:"resourceType"`
	ID           string `json:"id"`
	Meta         struct {
		VersionID string `json:"versionId"`
	} `json:"meta"`
}

func (h resourceHead) reference() string { return h.ResourceType + "/" + h.ID }

func peek(raw []byte) resourceHead {
	var head resourceHead
	if json.Unmarshal(raw, &head) != nil {
		return resourceHead{}
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
	for _, known := range []error{errNotFHIR, errElsewhere, errNotOffered} {
		if errors.Is(err, known) {
			return known.Error()
		}
	}
	return "could not be read"
}
