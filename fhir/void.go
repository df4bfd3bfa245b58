package fhir

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strings"

	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"

	"github.com/chargenote/chargenote/internal/visit"
)

// What was filed can be marked entered-in-error, and nothing else of it can be changed. The resource is
// changed as it came, in its raw JSON: read through the generated models it would lose what they do not know.

const statusInError = "entered-in-error"

// voidable are the kinds that may be marked, the system of their key, and the one status that they may have.
// A charge that is no longer planned is in the hands of billing.
var voidable = map[string]struct{ system, status string }{
	"ChargeItem":        {ChargeSystem, "planned"},
	"DocumentReference": {GapNoteSystem, "current"},
}

// mostConflicts is how often a write that lost a race is tried again.
const mostConflicts = 2

// A voider marks one resource on one server.
type voider struct {
	client     *Client
	capability *Capability
	visit.Voiding
	kind, id string
}

// A heldResource is a resource as the record has it, checked to be ours, and of this patient and visit.
type heldResource struct {
	raw     json.RawMessage
	etag    string // as the server writes it; empty where it keeps no versions
	version string
	updated string
	key     string
	status  string
}

// seen names the state of a resource.
func (h heldResource) seen() string { return cmp.Or(h.version, h.updated) }

// newVoider is an error where a resource is not of a kind that may be marked, or of another chart.
func (c *Chart) newVoider(v visit.Voiding) (*voider, error) {
	o := c.options
	patient, err := o.Client.localID("Patient", v.Patient)
	if err != nil {
		return nil, fmt.Errorf("mark: %w", err)
	}
	if own, err := o.Client.localID("Patient", o.Patient); err != nil || own != patient {
		return nil, errOtherChart
	}
	encounter, err := o.Client.localID("Encounter", v.Encounter)
	if err != nil {
		return nil, fmt.Errorf("mark: %w", err)
	}
	v.Patient, v.Encounter, v.By = "Patient/"+patient, "Encounter/"+encounter, o.Client.relative(v.By)
	kind, id, _ := strings.Cut(v.Reference, "/")
	if voidable[kind].system == "" || !isID(id) {
		return nil, visit.ErrNotOurs
	}
	return &voider{client: o.Client, capability: o.Capabilities.Get(o.Client), Voiding: v, kind: kind, id: id}, nil
}

// Standing is what the record holds of a resource that may be marked entered-in-error.
func (c *Chart) Standing(ctx context.Context, v visit.Voiding) (visit.Standing, error) {
	w, err := c.newVoider(v)
	if err != nil {
		return visit.Standing{}, err
	}
	held, err := w.read(ctx)
	if err != nil {
		return visit.Standing{}, err
	}
	standing := visit.Standing{Kind: w.kind, Status: held.status, Seen: held.seen(), Marked: held.status == statusInError, Why: w.whyNot(held)}
	if w.kind == "ChargeItem" {
		standing.Charge = heldCharge(held)
	}
	return standing, nil
}

// Void marks a resource entered-in-error, once. A refusal by the record is an answer, an error is what could
// not be tried.
func (c *Chart) Void(ctx context.Context, v visit.Voiding) (visit.Voided, error) {
	w, err := c.newVoider(v)
	if err != nil {
		return visit.Voided{}, err
	}
	if !localForm.MatchString(w.By) || w.At.IsZero() {
		return visit.Voided{}, errors.New("mark: nobody of this record is named who marks it, or no time")
	}
	held, err := w.read(ctx)
	if err != nil {
		return visit.Voided{}, err
	}
	if err := ctx.Err(); err != nil {
		return visit.Voided{}, fmt.Errorf("mark: nothing was sent: %w", err)
	}
	return w.void(context.WithoutCancel(ctx), held), nil // once begun it is carried to a known state
}

// read gets the resource as it stands now, and makes sure whose it is.
func (w *voider) read(ctx context.Context) (heldResource, error) {
	ctx, cancel := context.WithTimeout(ctx, w.client.limits.Budget)
	defer cancel()
	op := operation{"read", w.kind}
	answer, err := w.client.get(ctx, wireRequest{operation: op, url: w.client.endpoint(w.kind+"/"+w.id, nil), header: fresh})
	if err != nil {
		return heldResource{}, err
	}
	if head := peek(answer.body); head.ResourceType != w.kind || head.ID != w.id {
		return heldResource{}, fmt.Errorf("%s: %w", op, errNotFHIR)
	}
	filed, err := view[filedView](answer.body, w.kind, w.client.limits.Limits)
	if err != nil {
		return heldResource{}, unclear(op, answer, err)
	}
	header := headerOf(answer.body)
	held := heldResource{raw: answer.body, etag: answer.header.Get("ETag"), version: header.version, updated: header.updated, status: filed.Status}
	if held.version == "" {
		held.version = versionOf(held.etag)
	} else { // proxies that pack an answer may have changed its tag
		held.etag = `W/"` + held.version + `"`
	}
	held.key = keyIn(answer.body, voidable[w.kind].system)
	if held.key == "" || w.client.relative(filed.Subject.Reference) != w.Patient || w.client.relative(filed.encounter()) != w.Encounter {
		return heldResource{}, visit.ErrNotOurs
	}
	return held, nil
}

// keyIn is our key under one of the identifier systems.
func keyIn(raw json.RawMessage, system string) string {
	keyed, err := view[keyedView](raw, "", DefaultLimits())
	if err != nil {
		return ""
	}
	for _, identifier := range keyed.Identifier {
		if identifier.System == system && isKey(identifier.Value) {
			return identifier.Value
		}
	}
	return ""
}

// whyNot says why the resource cannot be marked, and what to do.
func (w *voider) whyNot(held heldResource) string {
	switch {
	case held.status == statusInError:
		return ""
	case held.status != voidable[w.kind].status && w.kind == "ChargeItem":
		return "it is no longer planned but " + named(held.status) + ", so billing has it: ask them to take it back"
	case held.status != voidable[w.kind].status:
		return "it is no longer current but " + named(held.status) + ": change it in the chart"
	case !w.capability.Updates(w.kind) && !w.capability.Patches(w.kind):
		return "this record takes no change of a " + w.kind + " from an app: mark it entered in error in the chart itself, or ask billing to"
	}
	return ""
}

// heldCharge is the line of a charge.
func heldCharge(held heldResource) visit.Charge {
	r := newRecord(DefaultLimits())
	r.Add(held.raw, "")
	charge := visit.Charge{Status: held.status, Key: held.key}
	for _, e := range r.of("ChargeItem") {
		if value, lenient, err := decode[r4.ChargeItem](e); err == nil {
			charge = chargeOf(item[r4.ChargeItem]{e, value, lenient})
		}
	}
	return charge
}

// void writes until the record holds the mark, says no, or does not say.
func (w *voider) void(ctx context.Context, held heldResource) visit.Voided {
	first := held
	for try := 0; ; try++ {
		switch why := w.whyNot(held); {
		case held.status == statusInError:
			return visit.Voided{State: visit.StateMarkedAlready, Version: held.version}
		case why != "":
			return visit.Voided{State: visit.StateRefused, Reason: why}
		case first.seen() != w.Seen || changedBeside(first.raw, held.raw) != "":
			return visit.Voided{State: visit.StateRefused, Reason: "it was changed since you looked, and nothing was written: look again"}
		}
		err := w.write(ctx, held)
		switch {
		case err == nil:
			return w.proven(ctx, held)
		case !isConflict(err):
			return w.failed(ctx, held, err)
		case try == mostConflicts:
			return visit.Voided{State: visit.StateRefused, Reason: "someone else keeps changing it, and nothing was written: look again in a minute"}
		}
		if held, err = w.read(ctx); err != nil {
			return visit.Voided{State: visit.StateRefused, Reason: "it was changed at the same time and could not be read again (" + reasonOf(err) + "); nothing was written"}
		}
	}
}

func isConflict(err error) bool {
	var refusal *OutcomeError
	return errors.As(err, &refusal) && (refusal.Status == http.StatusConflict || refusal.Status == http.StatusPreconditionFailed)
}

// write sends the resource with its one change, on the condition that it is still the version that was read.
func (w *voider) write(ctx context.Context, held heldResource) error {
	request := wireRequest{
		operation: operation{"update", w.kind}, method: http.MethodPut, url: w.client.endpoint(w.kind+"/"+w.id, nil),
		header: http.Header{"Prefer": {"return=minimal"}}, raw: true,
	}
	if held.etag != "" {
		request.header.Set("If-Match", held.etag)
	}
	body, err := withStatus(held.raw, statusInError)
	if err != nil {
		return err
	}
	request.body = body
	if !w.capability.Updates(w.kind) {
		request.method = http.MethodPatch
		request.header.Set("Content-Type", "application/json-patch+json")
		request.body = fmt.Appendf(nil, `[{"op":"test","path":"/status","value":%q},{"op":"replace","path":"/status","value":%q}]`, held.status, statusInError)
	}
	_, err = w.client.once(ctx, request)
	return err
}

// withStatus is a resource, byte for byte, with another status. The guard has passed it, so that there is one.
func withStatus(raw json.RawMessage, status string) (json.RawMessage, error) {
	w := &walker{data: raw}
	from, to := 0, 0
	w.members(func(key string) bool {
		if key != "status" {
			return false
		}
		w.space()
		from = w.at
		w.pass()
		to = w.at
		return true
	})
	if to == 0 {
		return nil, errors.New("update: the resource has no status")
	}
	return slices.Concat(raw[:from], []byte(`"`+status+`"`), raw[to:]), nil
}

// failed tells a refusal from an answer that was lost; then the record is asked what it holds.
func (w *voider) failed(ctx context.Context, before heldResource, err error) visit.Voided {
	var refusal *OutcomeError
	var reach *reachError
	switch {
	case errors.As(err, &refusal) && !mayHaveWritten(refusal.Status):
		return visit.Voided{State: visit.StateRefused, Reason: refusal.Error()}
	case errors.As(err, &reach) && !reach.sent, errors.Is(err, errElsewhere):
		return visit.Voided{State: visit.StateRefused, Reason: reasonOf(err) + "; nothing was sent"}
	}
	held, readErr := w.read(ctx)
	switch {
	case readErr == nil && held.status == statusInError:
		return w.told(ctx, before, held)
	case readErr == nil && held.seen() == before.seen():
		return visit.Voided{State: visit.StateUnknown, Version: held.version, Reason: "the record's answer was lost, and it does not hold the mark yet: look again in a minute"}
	}
	return visit.Voided{State: visit.StateUnknown, Reason: "the record's answer was lost, and it could not be read again: check the chart"}
}

// proven reads back what the record holds after it said yes.
func (w *voider) proven(ctx context.Context, before heldResource) visit.Voided {
	held, err := w.read(ctx)
	switch {
	case err != nil:
		return visit.Voided{State: visit.StateUnknown, Reason: "the record said yes and could not be read back (" + reasonOf(err) + "): check the chart"}
	case held.status != statusInError:
		return visit.Voided{State: visit.StateUnknown, Version: held.version, Reason: "the record said yes and still holds it as " + named(held.status) + ": check the chart"}
	}
	return w.told(ctx, before, held)
}

// told leaves word of who marked it and why, and says what else is another than before.
func (w *voider) told(ctx context.Context, before, held heldResource) visit.Voided {
	return visit.Voided{State: visit.StateMarked, Version: held.version, Differs: changedBeside(before.raw, held.raw), Reason: w.provenance(ctx, before)}
}

// writtenByServers are the members that a server may write anew with every version, and the one that is changed.
var writtenByServers = []string{"status", "meta", "text"}

// changedBeside names the members that differ, but for those that a server writes itself.
func changedBeside(before, after json.RawMessage) string {
	a, errBefore := treeOf(before)
	b, errAfter := treeOf(after)
	if errBefore != nil || errAfter != nil {
		return "what the record holds cannot be compared" // not reached: the guard has passed both
	}
	names := slices.Concat(slices.Collect(maps.Keys(a)), slices.Collect(maps.Keys(b)))
	slices.Sort(names)
	differing := slices.DeleteFunc(slices.Compact(names), func(name string) bool {
		return slices.Contains(writtenByServers, name) || reflect.DeepEqual(a[name], b[name])
	})
	if len(differing) == 0 {
		return ""
	}
	return "the record holds another " + listed(differing) + " than before"
}

// provenance files who marked it, when and why; what it says is why that could not be filed, if so.
func (w *voider) provenance(ctx context.Context, before heldResource) string {
	if !w.capability.Creates("Provenance") {
		return "no record of who marked it was filed: this EHR takes none"
	}
	f := checkedFiling{Filing: visit.Filing{Enterer: w.By, Software: w.Software, Recorded: w.At},
		evidence: []visit.Version{{Reference: w.Reference, Version: before.version}}}
	key := ProvenanceKey(before.key, statusInError)
	p := f.provenance(key, nil)
	p.Target = []r4.Reference{r4Reference(w.Reference)}
	p.Activity = r4Concept(dataOperationSystem, "NULLIFY")
	if w.Reason != "" {
		p.Reason = []r4.CodeableConcept{{Text: r4Value(w.Reason)}}
	}
	raw, err := json.Marshal(p)
	if err == nil {
		filer := &filer{client: w.client, capability: w.capability}
		_, err = filer.createOne(ctx, draft{kind: "Provenance", key: key, condition: "_tag=" + ProvenanceSystem + "|" + key, raw: raw}, nil)
	}
	if err != nil {
		return "it is marked, but the record of who marked it was not filed (" + reasonOf(err) + ")"
	}
	return ""
}
