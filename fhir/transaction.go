package fhir

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/chargenote/chargenote/internal/visit"
)

// A filer writes one filing to one server.
type filer struct {
	client     *Client
	capability *Capability
	filing     visit.Filing
	drafts     []draft
	way        visit.Way
	left       []string // what this server takes no part of, in words
}

// newFiler builds what this server takes of the filing. It is an error where the filing is not whole.
func (c *Client) newFiler(capability *Capability, filing visit.Filing, suggestionInNote bool) (*filer, error) {
	f := &filer{client: c, capability: capability, filing: filing, way: wayOf(capability, filing, suggestionInNote)}
	switch f.way {
	case visit.WayByHand:
		f.left = append(f.left, "this EHR takes no "+notTaken(filing)+": nothing is sent")
		_, err := c.drafts(filing)
		return f, err
	case visit.WayInNote:
		f.left = append(f.left, "this EHR takes no charges (ChargeItem): the lines stand as text in the note, and have to be entered by hand")
	}
	if filing.GapNote != "" && !capability.Creates("DocumentReference") {
		filing.GapNote = ""
		f.left = append(f.left, "no gap note is filed: this EHR takes no documents (DocumentReference)")
	}
	drafts, err := c.draftsFor(f.way, filing)
	if err != nil {
		return nil, err
	}
	for _, d := range drafts {
		if d.kind == "Provenance" && !capability.Creates("Provenance") {
			f.left = append(f.left, "no record of who confirmed is filed: this EHR takes none (Provenance)")
			continue
		}
		f.drafts = append(f.drafts, d)
	}
	return f, nil
}

// file sends the filing and says what became of it. Once begun it is carried to a known state, even
// where the one who asked has gone.
func (f *filer) file(ctx context.Context) visit.Receipt {
	ctx = context.WithoutCancel(ctx)
	switch {
	case f.way == visit.WayByHand:
		return visit.Receipt{State: visit.StateRefused, Reason: "this EHR takes no " + notTaken(f.filing) + ": enter it by hand; nothing was written", At: f.client.now()}
	case f.capability.Transacts():
		return f.transaction(ctx)
	}
	return f.oneByOne(ctx)
}

// notTaken is the kind of resource without which a filing cannot be sent.
func notTaken(filing visit.Filing) string {
	if len(filing.Lines) > 0 {
		return "charges (ChargeItem)"
	}
	return "documents (DocumentReference)"
}

// transaction sends everything at once: all of it is written, or nothing.
func (f *filer) transaction(ctx context.Context) visit.Receipt {
	body, err := transactionBundle(f.drafts)
	if err != nil {
		return f.receipt(visit.StateRefused, nil, "the filing could not be built; nothing was sent")
	}
	answer, err := f.client.once(ctx, wireRequest{
		operation: operation{verb: "transaction"}, method: http.MethodPost, url: f.client.endpoint("", nil), body: body,
	})
	if err != nil {
		return f.afterError(ctx, err)
	}
	items, whole := f.itemsOf(answer.body)
	if !whole {
		return f.afterLoss(ctx)
	}
	return f.receipt(stateOf(items), items, "")
}

// afterError tells a refusal from an answer that was lost. A conflict is a race that another writer
// of the same keys may have won, so the record is searched first.
func (f *filer) afterError(ctx context.Context, err error) visit.Receipt {
	var refusal *OutcomeError
	var reach *reachError
	switch {
	case errors.As(err, &refusal) && (refusal.Status == http.StatusConflict || refusal.Status == http.StatusPreconditionFailed):
		held, searchErr := f.held(ctx)
		switch items, found := f.itemsHeld(held); {
		case searchErr != nil:
			return f.receipt(visit.StateUnknown, nil, "the record reports a conflict and could not be searched ("+reasonOf(searchErr)+"): look again before anything is entered by hand")
		case found == heldAll:
			return f.receipt(visit.StateAlready, items, "")
		default:
			return f.receipt(visit.StateRefused, nil, "the record reports a conflict ("+refusal.Error()+"): pressing again is safe")
		}
	case errors.As(err, &refusal) && !mayHaveWritten(refusal.Status):
		return f.receipt(visit.StateRefused, nil, refusal.Error())
	case errors.As(err, &reach) && !reach.sent:
		return f.receipt(visit.StateRefused, nil, reach.text+"; nothing was sent")
	case errors.Is(err, errElsewhere), f.client.baseErr != nil:
		return f.receipt(visit.StateRefused, nil, err.Error()+"; nothing was sent")
	}
	return f.afterLoss(ctx)
}

// mayHaveWritten is a status behind which a write may have been carried out: of a gateway that gave
// up waiting, or of a server that failed on the way.
func mayHaveWritten(status int) bool {
	return status == http.StatusRequestTimeout || (status >= 500 && status != http.StatusNotImplemented)
}

// afterLoss looks for what a request without a readable answer may have written. Nothing is sent
// again: what is not found may still be on its way.
func (f *filer) afterLoss(ctx context.Context) visit.Receipt {
	const again = "look again in a minute, and enter nothing by hand before"
	held, err := f.held(ctx)
	if err != nil {
		return f.receipt(visit.StateUnknown, nil, "the record's answer was lost and it could not be searched ("+reasonOf(err)+"): "+again)
	}
	switch items, found := f.itemsHeld(held); found {
	case heldAll:
		return f.receipt(visit.StateFiled, items, "")
	case heldSome:
		return f.receipt(visit.StateUnknown, items, "the record's answer was lost and it holds a part of the filing: "+again)
	default:
		return f.receipt(visit.StateUnknown, nil, "the record's answer was lost and it does not hold the filing yet: "+again)
	}
}

// receipt adds what this server takes no part of.
func (f *filer) receipt(state string, items []visit.FiledItem, reason string) visit.Receipt {
	reasons := f.left
	if reason != "" {
		reasons = append([]string{reason}, f.left...)
	}
	return visit.Receipt{State: state, Items: items, Reason: strings.Join(reasons, "; "), At: f.client.now()}
}

// stateOf is "already there" where neither a charge nor the gap note was created.
func stateOf(items []visit.FiledItem) string {
	for _, item := range items {
		if item.Created && item.Kind != "Provenance" {
			return visit.StateFiled
		}
	}
	return visit.StateAlready
}

// itemsOf reads the answer of a transaction: one entry for each of ours, in our order, with status
// 201 or 200. An answer of any other shape is no answer.
func (f *filer) itemsOf(body []byte) (items []visit.FiledItem, whole bool) {
	answer, err := view[bundleView](body, "Bundle", f.client.limits.Limits)
	if err != nil || len(answer.Entry) != len(f.drafts) {
		return nil, false
	}
	for i, d := range f.drafts {
		entry, err := view[entryView](answer.Entry[i], "", pageLimits(f.client.limits.Limits))
		if err != nil {
			return nil, false
		}
		response := entry.Response
		status, _, _ := strings.Cut(response.Status, " ")
		if status != "201" && status != "200" {
			return nil, false
		}
		item := visit.FiledItem{Kind: d.kind, Key: d.key, Created: status == "201"}
		item.Reference, item.Version = located(d.kind, response.Location)
		if head := peek(entry.Resource); item.Reference == "" && head.ResourceType == d.kind && head.ID != "" {
			item.Reference, item.Version = head.reference(), head.VersionID
		}
		if item.Version == "" {
			item.Version = versionOf(response.Etag)
		}
		items = append(items, item)
	}
	return items, true
}

// located takes type, id and version out of a location, absolute or relative, with a version or not,
// whatever host it names.
func located(kind, location string) (reference, version string) {
	location, _, _ = strings.Cut(location, "?")
	parts := strings.Split(location, "/")
	for i := len(parts) - 2; i >= 0; i-- {
		if parts[i] != kind || !isID(parts[i+1]) {
			continue
		}
		if i+3 < len(parts) && parts[i+2] == "_history" {
			version = parts[i+3]
		}
		return kind + "/" + parts[i+1], version
	}
	return "", ""
}

// versionOf reads an entity tag: W/"1", "1", or the bare 1 that HAPI gives in a Bundle.
func versionOf(etag string) string {
	return strings.Trim(strings.TrimPrefix(strings.TrimSpace(etag), "W/"), `"`)
}
