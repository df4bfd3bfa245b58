package fhir

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strconv"

	"github.com/chargenote/chargenote/internal/visit"
	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"
)

// earlierNotes asks for the patient's latest documents, one page and no more. Where the server cannot
// be asked for documents by their visit, the search for those of the visit brings them already.
func (p *planner) earlierNotes() []ask {
	const kind = "DocumentReference"
	if !p.capability.Searches(kind, "encounter") || !p.capability.Searches(kind, "patient") {
		return nil
	}
	parameters := url.Values{"patient": {p.patient}, "_sort": {"-date"}, "_count": {strconv.Itoa(pageSize(kind))}}
	return []ask{{kind: visit.UnreadEarlierNotes, ways: []way{{
		op: operation{"search", kind}, apart: true,
		read: func(ctx context.Context, _ *wireAnswer) ([]pageEntry, error) {
			return p.client.firstPage(ctx, kind, parameters)
		},
	}}}}
}

// firstPage is the first page of a search; that there are more is no fault.
func (c *Client) firstPage(ctx context.Context, kind string, parameters url.Values) ([]pageEntry, error) {
	one := *c
	one.limits.Pages = 1
	entries, err := one.search(ctx, kind, parameters, nil)
	var more *pageProblem
	if errors.As(err, &more) {
		err = nil
	}
	return entries, err
}

// earlierTexts asks for the texts of earlier notes that lie behind an address: of each note that will be
// compared the form that is worth most. One that does not come is left out in silence, as every earlier
// note that cannot be read.
func (l *loading) earlierTexts(options *Options) []ask {
	if options == nil {
		return nil
	}
	var asks []ask
	compared := 0
	for _, d := range l.record.toCompare(*options) {
		if compared == min(mostPriors, l.client.limits.Attachments) {
			break
		}
		attachment, behind := bestForm(d)
		if !behind {
			compared++
			continue
		}
		if address, err := l.client.resolve(attachment.URL); err == nil {
			asks = append(asks, l.client.earlierText(attachment, address))
			compared++
		}
	}
	return asks
}

// toCompare are the documents that the note of the visit may be compared with, the latest first, as far
// as is known before their texts are: the visit is read for it as it will be in the end.
func (r *Record) toCompare(o Options) []earlierDocument {
	v, _, err := r.begin(o)
	if err != nil {
		return nil // what is wrong is said when the visit is read
	}
	notes, _ := sorted(v.documents())
	if len(notes) == 0 {
		return nil
	}
	slices.SortFunc(notes, v.better)
	return slices.DeleteFunc(v.earlierDocuments(notes[0]), func(d earlierDocument) bool { return d.apart() })
}

// bestForm is the attachment of a document that is worth most, where that lies behind an address.
func bestForm(d earlierDocument) (a wireAttachment, behind bool) {
	document, _, err := decode[r4.DocumentReference](d.entry)
	if err != nil {
		return a, false // a Composition, which holds its text
	}
	if wanted := worthFetching(document); len(wanted) > 0 {
		return wanted[0], true
	}
	return a, false
}

func (c *Client) earlierText(a wireAttachment, address *url.URL) ask {
	asked := c.attachmentAsk(a, address)
	read := asked.ways[0].read
	asked.ways[0].read = func(ctx context.Context, answer *wireAnswer) ([]pageEntry, error) {
		entries, err := read(ctx, answer)
		if err != nil {
			return nil, nil //nolint:nilerr // an earlier note that does not come is not compared, and nothing else rests on it
		}
		return entries, nil
	}
	return asked
}
