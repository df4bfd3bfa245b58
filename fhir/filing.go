package fhir

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"

	"github.com/chargenote/chargenote/internal/visit"
)

// The code systems and extensions of what is written.
const (
	cptSystem             = "http://www.ama-assn.org/go/cpt"
	hcpcsSystem           = "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets"
	modifierExtension     = "https://chargenote.dev/fhir/StructureDefinition/charge-modifier"
	ownCategorySystem     = "https://chargenote.dev/fhir/CodeSystem/document-category"
	usCoreCategorySystem  = "http://hl7.org/fhir/us/core/CodeSystem/us-core-documentreference-category"
	loincSystem           = "http://loinc.org"
	softwareSystem        = "https://chargenote.dev/fhir/identifier/software"
	participantTypeSystem = "http://terminology.hl7.org/CodeSystem/provenance-participant-type"
	dataOperationSystem   = "http://terminology.hl7.org/CodeSystem/v3-DataOperation"

	gapNoteTitle       = "Documentation gap note (not part of the clinical record entry)"
	gapNoteContentType = "text/plain;charset=utf-8"
)

// A draft is one resource of a filing as it is sent.
type draft struct {
	kind      string
	key       string
	condition string // query of ifNoneExist
	raw       json.RawMessage
}

// urn names the draft within its Bundle. The key is a UUID, so it is the same for every press.
func (d draft) urn() string { return "urn:uuid:" + d.key }

// drafts builds the resources of a filing: charges in the order of their lines, the gap note where
// there is one, and the Provenance of both.
func (c *Client) drafts(filing visit.Filing) ([]draft, error) {
	return c.draftsFor(visit.WayTogether, filing)
}

// draftsFor is drafts for one rung: where charges are not taken, the document holds the lines.
func (c *Client) draftsFor(way visit.Way, filing visit.Filing) ([]draft, error) {
	f, err := c.checked(filing)
	if err != nil {
		return nil, fmt.Errorf("filing: %w", err)
	}
	f.title = gapNoteTitle
	if way == visit.WayInNote {
		f.GapNote, f.Lines, f.title = suggestion(f.Filing), nil, suggestionTitle
	}
	var drafts []draft
	if f.GapNote != "" {
		drafts = append(drafts, draft{kind: "DocumentReference", key: f.gapNoteKey()})
	}
	for _, line := range f.Lines {
		key := ChargeKey(f.Tenant, f.Issuer, f.Encounter, f.Day, line.Code, line.Modifiers, line.Ordinal)
		if slices.ContainsFunc(drafts, func(d draft) bool { return d.key == key }) {
			return nil, fmt.Errorf("filing: two lines are the same charge (%s): give the second another ordinal", line.Code)
		}
		drafts = append(drafts, draft{kind: "ChargeItem", key: key})
	}
	if len(drafts) == 0 {
		return nil, errors.New("filing: there is nothing to file")
	}
	drafts = append(drafts, draft{kind: "Provenance", key: provenanceKeyOf(drafts)})
	line := 0
	for i := range drafts {
		var resource any
		switch d := &drafts[i]; d.kind {
		case "DocumentReference":
			d.condition = "identifier=" + GapNoteSystem + "|" + d.key
			resource = f.gapNote(d.key)
		case "ChargeItem":
			d.condition = "identifier=" + ChargeSystem + "|" + d.key
			resource = f.charge(f.Lines[line], d.key)
			line++
		case "Provenance":
			d.condition = "_tag=" + ProvenanceSystem + "|" + d.key
			resource = f.provenance(d.key, drafts[:i])
		}
		if drafts[i].raw, err = json.Marshal(resource); err != nil {
			return nil, fmt.Errorf("filing: build %s: %w", drafts[i].kind, err)
		}
	}
	return drafts, nil
}

func provenanceKeyOf(drafts []draft) string {
	keys := make([]string, len(drafts))
	for i, d := range drafts {
		keys[i] = d.key
	}
	return ProvenanceKey(keys...)
}

// A checkedFiling is a filing whose references are relative to the server and whose values are
// whole.
type checkedFiling struct {
	visit.Filing
	evidence []visit.Version
	title    string // of its document
}

func (f checkedFiling) gapNoteKey() string {
	return GapNoteKey(f.Tenant, f.Issuer, f.Encounter, f.Day, f.GapNoteOrdinal)
}

var (
	dayForm      = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}$`)
	chargeForm   = regexp.MustCompile(`^[A-Z0-9]{5}$`)
	modifierForm = regexp.MustCompile(`^[A-Z0-9]{2}$`)
	localForm    = regexp.MustCompile(`^[A-Z][A-Za-z]+/[A-Za-z0-9._-]{1,128}$`)
)

// checked refuses a filing that would write a charge nobody confirmed, or one that is not whole.
func (c *Client) checked(filing visit.Filing) (checkedFiling, error) {
	f := checkedFiling{Filing: filing}
	patient, err := c.localID("Patient", f.Patient)
	if err != nil {
		return f, err
	}
	encounter, err := c.localID("Encounter", f.Encounter)
	if err != nil {
		return f, err
	}
	f.Patient, f.Encounter = "Patient/"+patient, "Encounter/"+encounter
	f.Enterer, f.Performer, f.Note = c.relative(f.Enterer), c.relative(f.Performer), c.relative(f.Note)
	switch {
	case !localForm.MatchString(f.Enterer):
		return f, errors.New("nobody of this record is named who confirmed: open the app again from the chart")
	case !dayForm.MatchString(f.Day):
		return f, errors.New("the day of service is not known")
	case f.Recorded.IsZero():
		return f, errors.New("the time of the confirmation is not known")
	}
	for _, line := range f.Lines {
		if !chargeForm.MatchString(keyCode(line.Code)) || line.Units < 1 || line.Ordinal < 0 {
			return f, errors.New("a line has no code of five characters, or less than one unit")
		}
		for _, m := range line.Modifiers {
			if !modifierForm.MatchString(keyCode(m)) {
				return f, fmt.Errorf("line %s has a modifier that is not two characters", keyCode(line.Code))
			}
		}
	}
	for _, e := range f.Evidence {
		e.Reference = c.relative(e.Reference)
		if localForm.MatchString(e.Reference) && !slices.ContainsFunc(f.evidence, func(o visit.Version) bool { return o.Reference == e.Reference }) {
			f.evidence = append(f.evidence, e)
		}
	}
	return f, nil
}

func (f checkedFiling) charge(line visit.FiledLine, key string) r4.ChargeItem {
	item := r4.ChargeItem{
		Identifier:       []r4.Identifier{r4Identifier(ChargeSystem, key)},
		Status:           r4.ChargeItemStatusPlanned,
		Code:             r4.CodeableConcept{Coding: []r4.Coding{r4Coding(chargeSystemOf(line.Code), keyCode(line.Code))}, Text: r4Optional(line.Label)},
		Subject:          r4Reference(f.Patient),
		Context:          r4Value(r4Reference(f.Encounter)),
		OccurrencePeriod: f.period(),
		Quantity:         &r4.Quantity{Value: r4Value(json.Number(strconv.Itoa(line.Units)))},
		Enterer:          r4Value(r4Reference(f.Enterer)),
		EnteredDate:      r4Value(f.Recorded.Format(time.RFC3339)),
	}
	for _, m := range line.Modifiers {
		item.Extension = append(item.Extension, r4.Extension{
			Url:                  modifierExtension,
			ValueCodeableConcept: &r4.CodeableConcept{Coding: []r4.Coding{r4Coding(modifierSystemOf(m), keyCode(m))}},
		})
	}
	if line.Definition != "" {
		item.DefinitionCanonical = []string{definitionCanonical(line.Definition, f.Rules)}
	}
	if localForm.MatchString(f.Performer) {
		item.Performer = []r4.ChargeItemPerformer{{Actor: r4Reference(f.Performer)}}
	}
	for _, d := range f.Diagnoses {
		if d.Code == "" {
			continue
		}
		coding := r4.Coding{System: r4Optional(d.System), Code: r4Optional(d.Code), Display: r4Optional(d.Display)}
		item.Reason = append(item.Reason, r4.CodeableConcept{Coding: []r4.Coding{coding}})
	}
	if line.Sentence != "" {
		item.Note = []r4.Annotation{{Text: line.Sentence}}
	}
	if f.GapNote != "" {
		item.SupportingInformation = append(item.SupportingInformation, r4Reference("urn:uuid:"+f.gapNoteKey()))
	}
	for _, e := range f.evidence {
		if e.Reference != f.Patient && e.Reference != f.Encounter { // the charge names them itself
			item.SupportingInformation = append(item.SupportingInformation, r4Reference(e.Reference))
		}
	}
	return item
}

// gapNote is a document that no reader takes for the clinician's own entry: a neutral type, a
// category of its own beside the one that note searches ask for, and preliminary.
func (f checkedFiling) gapNote(key string) r4.DocumentReference {
	kind := r4Coding(loincSystem, "34109-9")
	kind.Display = r4Value("Note")
	document := r4.DocumentReference{
		Identifier:  []r4.Identifier{r4Identifier(GapNoteSystem, key)},
		Status:      r4.DocumentReferenceStatusCurrent,
		DocStatus:   r4Value(r4.CompositionStatusPreliminary),
		Type:        &r4.CodeableConcept{Coding: []r4.Coding{kind}, Text: r4Value(f.title)},
		Category:    []r4.CodeableConcept{{Coding: []r4.Coding{r4Coding(ownCategorySystem, "documentation-gap")}}, {Coding: []r4.Coding{r4Coding(usCoreCategorySystem, "clinical-note")}}},
		Subject:     r4Value(r4Reference(f.Patient)),
		Date:        r4Value(f.Recorded.Format(time.RFC3339)),
		Author:      []r4.Reference{r4Reference(f.Enterer)},
		Description: r4Value(f.title),
		Content: []r4.DocumentReferenceContent{{Attachment: r4.Attachment{
			ContentType: r4Value(gapNoteContentType),
			Data:        r4Value(base64.StdEncoding.EncodeToString([]byte(f.GapNote))),
			Title:       r4Value(f.title),
		}}},
		Context: &r4.DocumentReferenceContext{
			Encounter: []r4.Reference{r4Reference(f.Encounter)},
			Period:    f.period(),
		},
	}
	if localForm.MatchString(f.Note) {
		document.Context.Related = []r4.Reference{r4Reference(f.Note)}
	}
	return document
}

// provenance says who confirmed, what put it together, and from which versions of what. R4 gives it
// no identifier, so its key stands as a tag.
func (f checkedFiling) provenance(key string, about []draft) r4.Provenance {
	provenance := r4.Provenance{
		Meta:     &r4.Meta{Tag: []r4.Coding{r4Coding(ProvenanceSystem, key)}},
		Recorded: f.Recorded.Format(time.RFC3339),
		Activity: r4Concept(dataOperationSystem, "CREATE"),
		Agent: []r4.ProvenanceAgent{
			{Type: r4Concept(participantTypeSystem, "author"), Who: r4Reference(f.Enterer)},
			{Type: r4Concept(participantTypeSystem, "assembler"), Who: r4.Reference{
				Type:       r4Value("Device"),
				Identifier: r4Value(r4Identifier(softwareSystem, "chargenote")),
				Display:    r4Value(softwareName(f.Software)),
			}},
		},
	}
	for _, d := range about {
		provenance.Target = append(provenance.Target, r4Reference(d.urn()))
	}
	for _, e := range f.evidence {
		what := r4Reference(e.Reference)
		if e.Version != "" {
			what = r4Reference(e.Reference + "/_history/" + e.Version)
			what.Display = r4Value("version " + e.Version) // servers may cut the version off a reference
		}
		provenance.Entity = append(provenance.Entity, r4.ProvenanceEntity{Role: r4.ProvenanceEntityRoleSource, What: what})
	}
	return provenance
}

func softwareName(software string) string {
	if software == "" {
		return "Chargenote"
	}
	return software
}

// period is the time of the session, else the day as a whole.
func (f checkedFiling) period() *r4.Period {
	if f.Start == nil || f.End == nil {
		return &r4.Period{Start: r4Value(f.Day), End: r4Value(f.Day)}
	}
	return &r4.Period{Start: r4Value(f.Start.Format(time.RFC3339)), End: r4Value(f.End.Format(time.RFC3339))}
}

// transactionBundle is the transaction: every entry is created only where nothing with its key is there.
func transactionBundle(drafts []draft) ([]byte, error) {
	transaction := r4.Bundle{Type: r4.BundleTypeTransaction}
	for _, d := range drafts {
		transaction.Entry = append(transaction.Entry, r4.BundleEntry{
			FullUrl:  r4Value(d.urn()),
			Resource: d.raw,
			Request:  &r4.BundleEntryRequest{Method: r4.HTTPVerbPOST, Url: d.kind, IfNoneExist: r4Value(d.condition)},
		})
	}
	return json.Marshal(transaction)
}

// chargeSystemOf tells HCPCS level II, a letter and four digits, from CPT.
func chargeSystemOf(code string) string {
	if code = keyCode(code); code != "" && code[0] >= 'A' && code[0] <= 'Z' {
		return hcpcsSystem
	}
	return cptSystem
}

// modifierSystemOf takes a modifier of two digits for CPT's, any other for HCPCS level II.
func modifierSystemOf(modifier string) string {
	if strings.Trim(keyCode(modifier), "0123456789") == "" {
		return cptSystem
	}
	return hcpcsSystem
}

func r4Identifier(system, value string) r4.Identifier {
	return r4.Identifier{System: r4Value(system), Value: r4Value(value)}
}

func r4Coding(system, code string) r4.Coding {
	return r4.Coding{System: r4Value(system), Code: r4Value(code)}
}

func r4Concept(system, code string) *r4.CodeableConcept {
	return &r4.CodeableConcept{Coding: []r4.Coding{r4Coding(system, code)}}
}

func r4Reference(reference string) r4.Reference { return r4.Reference{Reference: r4Value(reference)} }

func r4Value[T any](value T) *T { return &value }

// r4Optional is nil for the empty string, so that no empty value is written.
func r4Optional(value string) *string {
	if value == "" {
		return nil
	}
	return &value
}

// isKey says whether a value is one of our keys.
func isKey(value string) bool {
	_, err := uuid.Parse(value)
	return err == nil
}
