package fhir

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"

	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"
)

// second is what only the first round makes known: the text of the visit's note behind an address
// under the base, and the participants of a server that does not bring them along.
func (l *loading) second(first loadPlan) loadPlan {
	plan := loadPlan{encounter: first.encounter}
	for _, e := range l.record.entries {
		switch e.Type {
		case "DocumentReference":
			plan.asks = append(plan.asks, l.attachments(e, first.encounter)...)
		case "Encounter":
			if e.ID == first.encounter {
				plan.asks = append(plan.asks, l.participants(e)...)
			}
		}
	}
	if most := l.client.limits.Attachments; len(plan.asks) > most {
		plan.asks = plan.asks[:most]
		l.markUnread("Binary", "the visit has more notes than are fetched by address")
	}
	return plan
}

// attachments asks for the text of a note of this visit that is not written in the document itself.
// A gap note of ours is no note of the visit.
func (l *loading) attachments(e entry, encounter string) []ask {
	document, _, err := decode[r4.DocumentReference](&e)
	if err != nil || document.Status != r4.DocumentReferenceStatusCurrent || document.Context == nil || isOurs(document) {
		return nil
	}
	if bytes.Contains(e.Raw, []byte(`"`+psychotherapyNotes+`"`)) {
		return nil // kept apart from the record, and not ours to fetch
	}
	ofVisit := slices.ContainsFunc(document.Context.Encounter, func(r r4.Reference) bool {
		return l.client.relative(referenceOf(&r)) == "Encounter/"+encounter
	})
	if !ofVisit {
		return nil
	}
	var asks []ask
	for _, content := range document.Content {
		written := text(content.Attachment.Url)
		if text(content.Attachment.Data) != "" || written == "" || !isText(text(content.Attachment.ContentType)) {
			continue
		}
		if address, err := l.client.resolve(written); err != nil {
			l.markUnread("Binary", "the text of the note is kept outside this server's base and is not fetched: ask its analyst to serve it as Binary")
		} else {
			asks = append(asks, ask{kind: "Binary", ways: []func(context.Context) ([]pageEntry, error){
				func(ctx context.Context) ([]pageEntry, error) {
					return l.client.attachment(ctx, written, address)
				},
			}})
		}
	}
	return asks
}

// isText says whether a note of this type can be read at all; no other is fetched.
func isText(written string) bool {
	kind, _ := contentType(written)
	return kind == "" || kind == "text/plain" || kind == "text/html"
}

// attachment fetches the bytes behind an address as a Binary resource that is found again by the
// name it has in its document. A server may answer with the resource or with the bytes themselves,
// whatever was asked for.
func (c *Client) attachment(ctx context.Context, name string, address *url.URL) ([]pageEntry, error) {
	answer, err := c.get(ctx, wireRequest{operation: operation{"read", "Binary"}, url: address, raw: true,
		header: http.Header{"Accept": {"application/fhir+json, text/plain;q=0.9, */*;q=0.5"}}})
	if err != nil {
		return nil, err
	}
	if isJSON(answer.header) && peek(answer.body).ResourceType == "Binary" {
		return []pageEntry{{FullURL: name, Resource: answer.body}}, nil
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
	return []pageEntry{{FullURL: name, Resource: wrapped}}, nil
}

// participants asks for the clinicians of the encounter that did not come along with it.
func (l *loading) participants(e entry) []ask {
	encounter, _, err := decode[r4.Encounter](&e)
	if err != nil {
		return nil
	}
	var asks []ask
	asked := map[string]bool{}
	for _, participant := range encounter.Participant {
		reference := l.client.relative(referenceOf(participant.Individual))
		id, found := strings.CutPrefix(reference, "Practitioner/")
		if !found || !isID(id) || l.seen[reference] || asked[reference] || l.unread["Practitioner"] {
			continue
		}
		asked[reference] = true
		p := planner{client: l.client}
		asks = append(asks, ask{kind: "Practitioner", ways: p.reading("Practitioner", id)})
	}
	return asks
}
