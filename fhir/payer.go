package fhir

import (
	"math"
	"strings"

	"github.com/chargenote/chargenote/coding"
	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"
)

// typologyKinds are the kinds of payer by the first digit of the Source of Payment Typology. The
// others (other government, corrections, managed care unspecified, miscellaneous) name none of ours.
var typologyKinds = map[byte]string{'1': "medicare", '2': "medicaid", '5': "commercial", '6': "commercial", '8': "self-pay"}

// actCodeKinds are the coverage types of v3 ActCode that say who pays. Most say only how a plan is
// built (HMO, PPO), which Medicare and Medicaid plans are too.
var actCodeKinds = map[string]string{"EHCPOL": "commercial", "HIP": "commercial", "HSAPOL": "commercial"}

// payer is the coverage in force on the day of service that comes first. Coverages of one place
// that name different payers leave it open.
func (v *reading) payer() {
	best := math.MaxInt
	var found coding.Payer
	var sources []string
	open := false
	for _, c := range readAll(v, "Coverage", func(c *r4.Coverage) *r4.Reference { return &c.Beneficiary }) {
		if referenceOf(&c.Value.Beneficiary) == "" {
			v.note(c.Reference, "not used: it names no beneficiary")
		}
		if !v.patients(&c.Value.Beneficiary) || !v.inForce(c) {
			continue
		}
		order := math.MaxInt - 1
		if c.Value.Order != nil {
			order = *c.Value.Order
		}
		payer := v.payerOf(c.Value)
		v.use(c.entry, c.lenient)
		switch {
		case order < best:
			best, found, sources, open = order, payer, []string{c.Reference}, false
		case order == best:
			open = open || payer != found
			sources = append(sources, c.Reference)
		}
	}
	switch {
	case open:
		for _, source := range sources {
			v.note(source, "not used: several coverages are in force and none comes first")
		}
	case found.Kind != "":
		v.out.Facts.Payer = found
		v.source("payer.kind", sources...)
	}
}

// inForce reports whether a coverage holds on the day of service.
func (v *reading) inForce(c item[r4.Coverage]) bool {
	if c.Value.Status != r4.FinancialResourceStatusCodesActive {
		v.note(c.Reference, "not used: %s", c.Value.Status.Code())
		return false
	}
	if c.Value.Period == nil || v.day().IsZero() {
		return true
	}
	from := v.date(c.entry, "period.start", c.Value.Period.Start)
	to := v.date(c.entry, "period.end", c.Value.Period.End)
	if first := from.firstDay(v.visitZone()); !first.IsZero() && v.day().Before(first) {
		return false
	}
	if last := to.lastDay(v.visitZone()); !last.IsZero() && last.Before(v.day()) {
		return false
	}
	return true
}

// payerOf is the payer that a coverage names: its kind by its type, then by the map of the site, which
// may name the payer too. A type that names another kind than the map has the last word.
func (v *reading) payerOf(c r4.Coverage) coding.Payer {
	kind, site := kindOf(c), v.payerOfSite(c)
	if kind != "" && kind != site.Kind {
		return coding.Payer{Kind: kind}
	}
	return site
}

// kindOf is the kind of payer that the type of a coverage names, or nothing.
func kindOf(c r4.Coverage) string {
	for _, code := range codesOf(c.Type, paymentSystem) {
		if kind := typologyKinds[code[0]]; kind != "" {
			return kind
		}
	}
	for _, code := range codesOf(c.Type, selfPaySystem) {
		if code == "pay" {
			return "self-pay"
		}
	}
	for _, code := range codesOf(c.Type, actCodeSystem) {
		if kind := actCodeKinds[code]; kind != "" {
			return kind
		}
	}
	return ""
}

// payerOfSite is what the map of the site says of a coverage, by its type, then by its payor.
func (v *reading) payerOfSite(c r4.Coverage) coding.Payer {
	if payer, ok := siteValue(v.options.Payers, c.Type); ok {
		return payer
	}
	for i := range c.Payor {
		if payer, ok := v.sitePayer(&c.Payor[i]); ok {
			return payer
		}
	}
	return coding.Payer{}
}

// sitePayer looks a payor up by its reference, its display and the name of its organization.
func (v *reading) sitePayer(payor *r4.Reference) (coding.Payer, bool) {
	names := []string{referenceOf(payor), v.canonical(payor), text(payor.Display)}
	if e := v.record.find(referenceOf(payor)); e != nil && e.Type == "Organization" {
		if organization, _, err := decode[r4.Organization](e); err == nil {
			names = append(names, text(organization.Name))
		}
	}
	for _, name := range names {
		if payer, ok := v.options.Payers[strings.TrimSpace(name)]; ok && name != "" {
			return payer, true
		}
	}
	return coding.Payer{}, false
}
