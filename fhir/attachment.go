package fhir

import (
	"cmp"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/chargenote/chargenote/internal/notetext"
	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"
)

// second is what only the first round makes known: the text of the visit's note behind an address
// under the base, and patient and clinicians of the visit who did not come along.
func (l *loading) second(first loadPlan, options LoadOptions) loadPlan {
	plan := loadPlan{encounter: first.encounter}
	for _, e := range l.record.entries {
		if e.Type == "DocumentReference" {
			plan.asks = append(plan.asks, l.attachments(e, first.encounter)...)
		}
	}
	if most := l.client.limits.Attachments; len(plan.asks) > most {
		plan.asks = plan.asks[:most]
		l.markUnread("Binary", "the visit has more notes than are fetched by address")
	}
	if !l.seen["Patient/"+first.patient] { // it was to come along with the encounter
		p := planner{client: l.client}
		plan.asks = append(plan.asks, p.reads("Patient", first.patient, true))
	}
	plan.asks = append(plan.asks, l.clinicians(first.encounter, options)...)
	return plan
}

// attachments asks for the text of a note of this visit that is not written in the document itself.
// A gap note of ours is no note of the visit.
func (l *loading) attachments(e entry, encounter string) []ask {
	document, _, err := decode[r4.DocumentReference](&e)
	if err != nil || document.Status != r4.DocumentReferenceStatusCurrent || document.Context == nil || isOurs(document) ||
		document.DocStatus != nil && *document.DocStatus == r4.CompositionStatusEnteredInError {
		return nil
	}
	if marksPsychotherapy(e.Raw) {
		return nil // kept apart from the record, and not ours to fetch
	}
	ofVisit := slices.ContainsFunc(document.Context.Encounter, func(r r4.Reference) bool {
		return l.client.relative(referenceOf(&r)) == "Encounter/"+encounter
	})
	if !ofVisit {
		return nil
	}
	var asks []ask
	for _, attachment := range worthFetching(document) {
		if address, err := l.client.resolve(attachment.URL); err != nil {
			l.markUnread("Binary", "the text of the note is kept outside this server's base and is not fetched: ask its analyst to serve it as Binary")
		} else {
			asks = append(asks, l.client.attachmentAsk(attachment, address))
		}
	}
	return asks
}

func (c *Client) attachmentAsk(a wireAttachment, address *url.URL) ask {
	return ask{kind: "Binary", ways: []way{{
		op: operation{"read", "Binary"}, apart: true,
		read: func(ctx context.Context, _ *wireAnswer) ([]pageEntry, error) { return c.attachment(ctx, a, address) },
	}}}
}

// A wireAttachment is an attachment as far as it is looked at before it is fetched.
type wireAttachment struct{ ContentType, URL, Data string }

func (a wireAttachment) form() notetext.Form {
	kind, _ := notetext.MediaType(a.ContentType)
	return notetext.FormOf(kind)
}

// worthFetching are the attachments of a document that lie behind an address, in the order in which they
// will be read: those of a form that is read, and none after one whose text is in the document itself.
func worthFetching(document r4.DocumentReference) []wireAttachment {
	var list []wireAttachment
	for _, content := range document.Content {
		list = append(list, wireAttachment{text(content.Attachment.ContentType), text(content.Attachment.Url), text(content.Attachment.Data)})
	}
	slices.SortStableFunc(list, func(a, b wireAttachment) int { return cmp.Compare(a.form(), b.form()) })
	var wanted []wireAttachment
	for _, a := range list {
		kind, _ := notetext.MediaType(a.ContentType)
		switch {
		case !notetext.Readable(kind):
		case a.Data != "":
			return wanted
		case a.URL != "" && !strings.HasPrefix(a.URL, "#"):
			wanted = append(wanted, a)
		}
	}
	return wanted
}

// attachment fetches the bytes behind an address as a Binary resource that is found again by the
// name it has in its document. A server may answer with the resource or with the bytes themselves,
// whatever was asked for.
func (c *Client) attachment(ctx context.Context, a wireAttachment, address *url.URL) ([]pageEntry, error) {
	op := operation{"read", "Binary"}
	kind, _ := notetext.MediaType(a.ContentType)
	accept := fmt.Sprintf("application/fhir+json, %s;q=0.9, */*;q=0.5", cmp.Or(kind, "text/plain"))
	answer, err := c.get(ctx, wireRequest{operation: op, url: address, raw: true, header: http.Header{"Accept": {accept}}})
	if err != nil {
		return nil, err
	}
	if isJSON(answer.header) {
		if peek(answer.body).ResourceType != "Binary" {
			return nil, fmt.Errorf("%s: %w", op, errNotFHIR) // an OperationOutcome is no note
		}
		return []pageEntry{{FullURL: a.URL, Resource: answer.body}}, nil
	}
	id := ""
	if path.Base(path.Dir(address.Path)) == "Binary" && isID(path.Base(address.Path)) {
		id = path.Base(address.Path)
	}
	wrapped, err := json.Marshal(struct {
		ResourceType string `json:"resourceType"`
		ID           string `json:"id,omitempty"`
		ContentType  string `json:"contentType"`
		Data         string `json:"data"`
	}{"Binary", id, answer.header.Get("Content-Type"), base64.StdEncoding.EncodeToString(answer.body)})
	if err != nil {
		return nil, err
	}
	return []pageEntry{{FullURL: a.URL, Resource: wrapped}}, nil
}
