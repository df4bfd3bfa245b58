package fhir

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"

	"github.com/chargenote/chargenote/internal/visit"
)

// oneByOne is the rung below the transaction: the gap note first, then the charges that point at it,
// then the Provenance of what is there. Each is created on the condition that none with its key is
// there; a server that cannot do that is searched before. What stops half-way is said as such, and
// nothing is deleted to tidy up.
func (f *filer) oneByOne(ctx context.Context) visit.Receipt {
	held, err := f.heldWhereNeeded(ctx)
	if err != nil {
		return f.receipt(visit.StateRefused, nil, "the record could not be searched for what is already there ("+reasonOf(err)+"); nothing was sent")
	}
	var items []visit.FiledItem
	references := map[string]string{} // urn to reference
	for _, d := range f.drafts {
		item := visit.FiledItem{Kind: d.kind, Key: d.key}
		if matches := held[d.kind+d.key]; len(matches) > 0 {
			head := peek(matches[0])
			item.Reference, item.Version = head.reference(), head.VersionID
		} else if item, err = f.createOne(ctx, d, references); err != nil {
			return f.stopped(ctx, d, items, err)
		}
		references[d.urn()] = item.Reference
		items = append(items, item)
	}
	return f.receipt(stateOf(items), items, "")
}

// heldWhereNeeded searches before creating where the server has no condition of its own.
func (f *filer) heldWhereNeeded(ctx context.Context) (map[string][]json.RawMessage, error) {
	if !slices.ContainsFunc(f.drafts, func(d draft) bool { return !f.capability.CreatesOnce(d.kind) }) {
		return nil, nil
	}
	return f.held(ctx)
}

var errNoLocation = errors.New("the record does not say where it put the resource")

// createOne creates one resource, its references to the others put in.
func (f *filer) createOne(ctx context.Context, d draft, references map[string]string) (visit.FiledItem, error) {
	body := []byte(d.raw)
	for urn, reference := range references {
		body = bytes.ReplaceAll(body, []byte(`"`+urn+`"`), []byte(`"`+reference+`"`))
	}
	item := visit.FiledItem{Kind: d.kind, Key: d.key}
	header := http.Header{"Prefer": {"return=minimal"}}
	if f.capability.CreatesOnce(d.kind) {
		header["If-None-Exist"] = []string{d.condition}
	}
	answer, err := f.client.once(ctx, wireRequest{
		operation: operation{"create", d.kind}, method: http.MethodPost, url: f.client.endpoint(d.kind, nil), body: body, header: header, raw: true,
	})
	if err != nil {
		return item, err
	}
	item.Created = answer.status == http.StatusCreated
	item.Reference, item.Version = located(d.kind, answer.header.Get("Location"))
	if head := peek(answer.body); item.Reference == "" && head.ResourceType == d.kind && head.ID != "" {
		item.Reference, item.Version = head.reference(), head.VersionID
	}
	if item.Version == "" {
		item.Version = versionOf(answer.header.Get("ETag"))
	}
	if item.Reference == "" {
		return item, errNoLocation
	}
	return item, nil
}

// stopped says what is there of a filing that came to a stop at one resource.
func (f *filer) stopped(ctx context.Context, at draft, items []visit.FiledItem, err error) visit.Receipt {
	receipt := f.afterError(ctx, err)
	if receipt.State == visit.StateRefused && len(items) > 0 {
		receipt.Items = items
		receipt.Reason += "; what was filed before the " + at.kind + " stands"
		if at.kind == "Provenance" {
			receipt.State = stateOf(items)
		}
	}
	return receipt
}
