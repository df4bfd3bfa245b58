package fhir

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"path"
)

// second is what only the first round makes known: the text of the visit's note behind an address
// under the base, and the clinicians of the visit who did not come along.
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
	plan.asks = append(plan.asks, l.clinicians(first.encounter, options)...)
	return plan
}

// attachments asks for the text of a note of this visit that is not written in the document itself.
// A gap note of ours is no note of the visit.
func (l *loading) attachments(e entry, encounter string) []ask {
	var document struct {
		Status     string                    `json:"status"`
		Identifier []struct{ System string } `json:"identifier"`
		Context    struct {
			Encounter []struct{ Reference string } `json:"encounter"`
		} `json:"context"`
		Content []struct {
			Attachment struct {
				ContentType, URL, Data string
			} `json:"attachment"`
		} `json:"content"`
	}
	if json.Unmarshal(e.Raw, &document) != nil || document.Status != "current" {
		return nil
	}
	if bytes.Contains(e.Raw, []byte(`"`+psychotherapyNotes+`"`)) {
		return nil // kept apart from the record, and not ours to fetch
	}
	for _, identifier := range document.Identifier {
		if identifier.System == GapNoteSystem {
			return nil
		}
	}
	ofVisit := false
	for _, context := range document.Context.Encounter {
		ofVisit = ofVisit || l.client.relative(context.Reference) == "Encounter/"+encounter
	}
	if !ofVisit {
		return nil
	}
	var asks []ask
	for _, content := range document.Content {
		attachment := content.Attachment
		if attachment.Data != "" || attachment.URL == "" || !isText(attachment.ContentType) {
			continue
		}
		if address, err := l.client.resolve(attachment.URL); err != nil {
			l.markUnread("Binary", "the text of the note is kept outside this server's base and is not fetched: ask its analyst to serve it as Binary")
		} else {
			asks = append(asks, ask{kind: "Binary", ways: []func(context.Context) ([]pageEntry, error){
				func(ctx context.Context) ([]pageEntry, error) {
					return l.client.attachment(ctx, attachment.URL, address)
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
