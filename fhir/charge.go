package fhir

import (
	"math"

	"github.com/chargenote/chargenote/internal/visit"
	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"
)

// charges lists what the record already charges for the visit, ours by their key.
func (v *reading) charges() {
	for _, c := range readAll(v, "ChargeItem", func(c *r4.ChargeItem) *r4.Reference { return &c.Subject }) {
		if yes, _ := v.ofVisit(c.Value.Context); !yes {
			continue
		}
		if c.Value.Status == r4.ChargeItemStatusEnteredInError {
			v.note(c.Reference, "not counted: entered-in-error")
			if voided := chargeOf(c); voided.Key != "" {
				v.out.Voided = append(v.out.Voided, voided)
			}
			continue
		}
		v.use(c.entry, c.lenient)
		v.out.Charges = append(v.out.Charges, chargeOf(c))
	}
}

// voidedNotes counts the gap notes of ours that were marked entered-in-error.
func (v *reading) voidedNotes() {
	for _, d := range readAll(v, "DocumentReference", func(d *r4.DocumentReference) *r4.Reference { return d.Subject }) {
		if d.Value.Status == r4.DocumentReferenceStatusEnteredInError && isOurs(d.Value) && v.documentOfVisit(d.Value) {
			v.out.VoidedNotes++
		}
	}
}

func chargeOf(c item[r4.ChargeItem]) visit.Charge {
	charge := visit.Charge{Reference: c.Reference, Status: c.Value.Status.Code(), Units: unitsOf(c.Value.Quantity)}
	if codes := billingCodes(&c.Value.Code); len(codes) > 0 {
		charge.Code = codes[0]
	} else if codes := conceptCodes(&c.Value.Code); len(codes) > 0 {
		charge.Code = codes[0]
	}
	for _, extension := range c.Value.Extension {
		if extension.Url == modifierURL {
			if codes := conceptCodes(extension.ValueCodeableConcept); len(codes) > 0 {
				charge.Modifiers = append(charge.Modifiers, codes[0])
			}
		}
	}
	for _, identifier := range c.Value.Identifier {
		if text(identifier.System) == ChargeSystem {
			charge.Key = text(identifier.Value)
		}
	}
	return charge
}

// unitsOf is the quantity of a charge in whole units; one where none is written, as FHIR has it, and
// none where it is no whole number.
func unitsOf(quantity *r4.Quantity) int {
	if quantity == nil || quantity.Value == nil {
		return 1
	}
	units, err := quantity.Value.Float64()
	if err != nil || units != math.Trunc(units) || units < 0 || units > 10_000 {
		return 0
	}
	return int(units)
}
