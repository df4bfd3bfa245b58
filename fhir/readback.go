package fhir

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/chargenote/chargenote/internal/visit"
)

// held is what the record holds under each key of a filing. Provenance decides nothing, so that a
// server that cannot search it by its tag is no obstacle.
func (f *filer) held(ctx context.Context) (map[string][]json.RawMessage, error) {
	ctx, cancel := context.WithTimeout(ctx, f.client.limits.Budget)
	defer cancel()
	kinds := []string{"DocumentReference", "ChargeItem", "Provenance"}
	entries := make([][]pageEntry, len(kinds))
	errs := make([]error, len(kinds))
	var asked sync.WaitGroup
	for i, kind := range kinds {
		if parameters := f.search(kind); parameters != nil {
			asked.Go(func() { entries[i], errs[i] = f.client.search(ctx, kind, parameters, fresh) })
		}
	}
	asked.Wait()
	if err := errors.Join(errs[0], errs[1]); err != nil {
		return nil, err
	}
	held := map[string][]json.RawMessage{}
	seen := map[string]bool{}
	for _, list := range entries {
		for _, entry := range list {
			if entry.problem != "" {
				return nil, errTwice // it may be one of ours
			}
			head := peek(entry.Resource)
			if key := keyOf(entry.Resource); key != "" && !seen[head.reference()] {
				seen[head.reference()] = true
				held[head.ResourceType+key] = append(held[head.ResourceType+key], entry.Resource)
			}
		}
	}
	return held, nil
}

// search is how the resources of one kind are found again: by their keys, else by the visit.
func (f *filer) search(kind string) url.Values {
	var keys []string
	systems := map[string]string{"ChargeItem": ChargeSystem, "DocumentReference": GapNoteSystem, "Provenance": ProvenanceSystem}
	for _, d := range f.drafts {
		if d.kind == kind {
			keys = append(keys, systems[kind]+"|"+d.key)
		}
	}
	if len(keys) == 0 {
		return nil
	}
	parameters := url.Values{"_count": {"100"}}
	switch {
	case kind == "Provenance":
		parameters.Set("_tag", strings.Join(keys, ","))
	case f.capability.Searches(kind, "identifier"):
		parameters.Set("identifier", strings.Join(keys, ","))
	case kind == "ChargeItem":
		parameters.Set("context", f.client.relative(f.filing.Encounter))
	default:
		parameters.Set("encounter", f.client.relative(f.filing.Encounter))
	}
	return parameters
}

// A keyedView is what may hold our key in a resource.
type keyedView struct {
	Identifier []struct {
		System string `json:"system"`
		Value  string `json:"value"`
	} `json:"identifier"`
	Meta struct {
		Tag []codingView `json:"tag"`
	} `json:"meta"`
}

// keyOf is our key in a resource: an identifier, or the tag of a Provenance.
func keyOf(raw json.RawMessage) string {
	keyed, err := view[keyedView](raw, "", DefaultLimits())
	if err != nil {
		return ""
	}
	for _, identifier := range keyed.Identifier {
		if (identifier.System == ChargeSystem || identifier.System == GapNoteSystem) && isKey(identifier.Value) {
			return identifier.Value
		}
	}
	for _, tag := range keyed.Meta.Tag {
		if tag.System == ProvenanceSystem && isKey(tag.Code) {
			return tag.Code
		}
	}
	return ""
}

// How much of a filing the record holds.
const (
	heldNone = iota
	heldSome
	heldAll
)

// itemsHeld are the items of what was found, and how much of the filing that is. Provenance does
// not count.
func (f *filer) itemsHeld(held map[string][]json.RawMessage) (items []visit.FiledItem, found int) {
	count, wanted := 0, 0
	for _, d := range f.drafts {
		matches := held[d.kind+d.key]
		if d.kind != "Provenance" {
			wanted++
			count += min(1, len(matches))
		}
		if len(matches) > 0 {
			head := peek(matches[0])
			items = append(items, visit.FiledItem{Kind: d.kind, Key: d.key, Reference: head.reference(), Version: head.VersionID})
		}
	}
	switch count {
	case 0:
		return items, heldNone
	case wanted:
		return items, heldAll
	}
	return items, heldSome
}

// readBack compares what the record holds with what was sent.
func (f *filer) readBack(ctx context.Context) visit.Receipt {
	held, err := f.held(ctx)
	if err != nil {
		return f.receipt(visit.StateUnknown, nil, "the record could not be read back: "+reasonOf(err))
	}
	var items []visit.FiledItem
	var missing, differing int
	for _, d := range f.drafts {
		item := visit.FiledItem{Kind: d.kind, Key: d.key}
		switch matches := held[d.kind+d.key]; len(matches) {
		case 0:
			item.Differs = "the record does not hold it"
			if d.kind != "Provenance" {
				missing++
			}
		case 1:
			head := peek(matches[0])
			item.Reference, item.Version = head.reference(), head.VersionID
			item.Differs = strings.Join(f.differences(ctx, d, matches[0]), "; ")
			item.Verified = item.Differs == ""
		default:
			item.Reference = peek(matches[0]).reference()
			item.Differs = fmt.Sprintf("the record holds %d resources under this one key: ask its analyst to void all but one", len(matches))
		}
		if item.Reference != "" && item.Differs != "" {
			differing++
		}
		items = append(items, item)
	}
	switch {
	case missing > 0:
		return f.receipt(visit.StateUnknown, items, "the record does not hold the whole filing: look again in a minute")
	case differing > 0:
		return f.receipt(visit.StateFiled, items, "the record holds something else than was sent: see the lines")
	}
	return f.receipt(visit.StateFiled, items, "")
}

// A filedView is what is compared of a resource that was sent and one that was read back. It is
// read leniently: what the record holds need not be what the generated models accept.
type filedView struct {
	Status    string    `json:"status"`
	DocStatus string    `json:"docStatus"`
	Code      codedView `json:"code"`
	Type      codedView `json:"type"`
	Extension []struct {
		URL                  string    `json:"url"`
		ValueCodeableConcept codedView `json:"valueCodeableConcept"`
	} `json:"extension"`
	Quantity struct {
		Value json.RawMessage `json:"value"` // whatever stands there, to be shown where it differs
	} `json:"quantity"`
	Subject          referenceView `json:"subject"`
	OccurrencePeriod struct {
		Start string `json:"start"`
		End   string `json:"end"`
	} `json:"occurrencePeriod"`
	Context struct { // a Reference of a ChargeItem, an object of its own of a DocumentReference
		Reference string          `json:"reference"`
		Encounter []referenceView `json:"encounter"`
	} `json:"context"`
	Content []struct {
		Attachment struct {
			Data string `json:"data"`
			URL  string `json:"url"`
		} `json:"attachment"`
	} `json:"content"`
	Target []referenceView `json:"target"`
}

type referenceView struct {
	Reference string `json:"reference"`
}

type codingView struct {
	System string `json:"system"`
	Code   string `json:"code"`
}

type codedView struct {
	Coding []codingView `json:"coding"`
}

// code is the first coding, as system and code.
func (c codedView) code() string {
	if len(c.Coding) == 0 {
		return ""
	}
	return c.Coding[0].System + "|" + c.Coding[0].Code
}

// has says whether a coding stands anywhere in the concept: servers add codings of their own.
func (c codedView) has(code string) bool {
	return slices.ContainsFunc(c.Coding, func(o codingView) bool { return o.System+"|"+o.Code == code })
}

func (v filedView) modifiers() []string {
	var codes []string
	for _, e := range v.Extension {
		if e.URL == modifierExtension {
			codes = append(codes, e.ValueCodeableConcept.code())
		}
	}
	return codes
}

// encounter is the visit of either kind of resource.
func (v filedView) encounter() string {
	if len(v.Context.Encounter) > 0 {
		return v.Context.Encounter[0].Reference
	}
	return v.Context.Reference
}

// differences names in words each field in which the record differs from what was sent.
func (f *filer) differences(ctx context.Context, d draft, raw json.RawMessage) []string {
	sent, sentErr := view[filedView](d.raw, d.kind, f.client.limits.Limits)
	kept, err := view[filedView](raw, d.kind, f.client.limits.Limits)
	if err != nil || sentErr != nil {
		return []string{"what the record holds cannot be read"}
	}
	var found []string
	differ := func(field string, equal bool, keptValue, sentValue string) {
		if !equal {
			found = append(found, fmt.Sprintf("%s: the record holds %s, %s was sent", field, named(keptValue), named(sentValue)))
		}
	}
	text := func(field, keptValue, sentValue string) { differ(field, keptValue == sentValue, keptValue, sentValue) }
	reference := func(field, keptValue, sentValue string) {
		differ(field, f.client.relative(keptValue) == f.client.relative(sentValue), "another", "this one")
	}
	switch d.kind {
	case "ChargeItem":
		text("status", kept.Status, sent.Status)
		differ("code", kept.Code.has(sent.Code.code()), bareCode(kept.Code.code()), bareCode(sent.Code.code()))
		keptModifiers, sentModifiers := bareCodes(kept.modifiers()), bareCodes(sent.modifiers())
		text("modifiers", keptModifiers, sentModifiers)
		keptUnits, sentUnits := json.Number(kept.Quantity.Value), json.Number(sent.Quantity.Value)
		differ("quantity", sameNumber(keptUnits, sentUnits), keptUnits.String(), sentUnits.String())
		differ("start", sameTime(kept.OccurrencePeriod.Start, sent.OccurrencePeriod.Start), kept.OccurrencePeriod.Start, sent.OccurrencePeriod.Start)
		differ("end", sameTime(kept.OccurrencePeriod.End, sent.OccurrencePeriod.End), kept.OccurrencePeriod.End, sent.OccurrencePeriod.End)
		reference("patient", kept.Subject.Reference, sent.Subject.Reference)
		reference("visit", kept.encounter(), sent.encounter())
	case "DocumentReference":
		text("status", kept.Status, sent.Status)
		text("document status", kept.DocStatus, sent.DocStatus)
		differ("type", kept.Type.has(sent.Type.code()), bareCode(kept.Type.code()), bareCode(sent.Type.code()))
		reference("patient", kept.Subject.Reference, sent.Subject.Reference)
		reference("visit", kept.encounter(), sent.encounter())
		found = append(found, f.textDifference(ctx, kept, sent)...)
	case "Provenance":
		if len(kept.Target) != len(sent.Target) {
			found = append(found, fmt.Sprintf("targets: the record holds %d, %d were sent", len(kept.Target), len(sent.Target)))
		}
	}
	return found
}

func named(value string) string {
	if value == "" {
		return "none"
	}
	return value
}

func bareCode(code string) string {
	_, bare, _ := strings.Cut(code, "|")
	return bare
}

func bareCodes(codes []string) string {
	bare := make([]string, len(codes))
	for i, code := range codes {
		bare[i] = bareCode(code)
	}
	return strings.Join(bare, " ")
}

// sameNumber takes 1 and 1.0 for the same. Numbers of a form that no quantity has are compared as text.
func sameNumber(a, b json.Number) bool {
	if len(a) > 20 || len(b) > 20 || strings.ContainsAny(string(a+b), "eE/") {
		return a == b
	}
	x, okX := new(big.Rat).SetString(a.String())
	y, okY := new(big.Rat).SetString(b.String())
	return okX && okY && x.Cmp(y) == 0
}

// sameTime compares instants: a server may write the same one in another zone.
func sameTime(a, b string) bool {
	if a == b {
		return true
	}
	x, errX := time.Parse(time.RFC3339, a)
	y, errY := time.Parse(time.RFC3339, b)
	return errX == nil && errY == nil && x.Equal(y)
}

// textDifference compares the bytes of the gap note. A server may keep them as a Binary of its own.
func (f *filer) textDifference(ctx context.Context, kept, sent filedView) []string {
	if len(kept.Content) == 0 || len(sent.Content) == 0 {
		return []string{"text: the record holds none"}
	}
	attachment := kept.Content[0].Attachment
	data := attachment.Data
	if data == "" && attachment.URL != "" {
		var err error
		if data, err = f.dataBehind(ctx, attachment.URL); err != nil {
			return []string{"text: the record keeps it elsewhere and it could not be compared (" + reasonOf(err) + ")"}
		}
	}
	keptText, err := base64.StdEncoding.DecodeString(data)
	sentText, sentErr := base64.StdEncoding.DecodeString(sent.Content[0].Attachment.Data)
	if err != nil || sentErr != nil || string(keptText) != string(sentText) {
		return []string{"text: the record holds another text than was sent"}
	}
	return nil
}

type binaryView struct {
	ResourceType string `json:"resourceType"`
	Data         string `json:"data"`
}

func (f *filer) dataBehind(ctx context.Context, address string) (string, error) {
	u, err := f.client.resolve(address)
	if err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(ctx, f.client.limits.Budget)
	defer cancel()
	entries, err := f.client.attachment(ctx, wireAttachment{URL: address}, u)
	if err != nil {
		return "", err
	}
	binary, err := view[binaryView](entries[0].Resource, "Binary", f.client.limits.Limits)
	if err != nil {
		return "", errNotFHIR
	}
	return binary.Data, nil
}
