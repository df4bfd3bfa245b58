package fhir

import (
	"math"
	"regexp"
	"slices"
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
// that name different payers leave it open, but for what they have in common.
func (v *reading) payer() {
	first := v.firstCoverages()
	if len(first) == 0 {
		return
	}
	if v.record.failed("Coverage") {
		for _, c := range first {
			v.note(c.Reference, "not used: not every coverage could be read, and another may come first")
		}
		return
	}
	found, kind := v.payerOf(first[0]), true
	same := true
	var sources []string
	for _, c := range first {
		v.use(c.entry, c.lenient)
		sources = append(sources, c.Reference)
		payer := v.payerOf(c)
		same = same && payer == found
		kind = kind && payer.Kind == found.Kind
	}
	switch {
	case !kind:
		for _, source := range sources {
			v.note(source, "not used: several coverages are in force and none comes first")
		}
		return
	case found.Kind == "":
		for _, c := range first {
			v.note(c.Reference, "comes first and does not say who pays: %s", typedAs(c.Value.Type))
		}
		return
	case !same:
		for _, source := range sources {
			v.note(source, "several coverages of one kind are in force and none comes first: the payer is known by its kind alone")
		}
		found = coding.Payer{Kind: found.Kind}
	}
	v.out.Facts.Payer = found
	v.source("payer.kind", sources...)
}

// typedAs is how a coverage is typed, for a sentence.
func typedAs(concept *r4.CodeableConcept) string {
	if codes := shownCodes(concept); len(codes) > 0 {
		return "its type " + listed(codes) + " names no one kind of payer, and neither does the site's map"
	}
	return "it has no coded type, and the site's map does not name its payor"
}

// firstCoverages are those in force on the day that come first. Where none is in force, each says why.
func (v *reading) firstCoverages() []item[r4.Coverage] {
	best := math.MaxInt
	var first, over []item[r4.Coverage]
	for _, c := range readAll(v, "Coverage", func(c *r4.Coverage) *r4.Reference { return &c.Beneficiary }) {
		switch {
		case !v.patients(c.entry, &c.Value.Beneficiary):
			v.note(c.Reference, "not used: it names no beneficiary")
			continue
		case c.Value.Status != r4.FinancialResourceStatusCodesActive:
			v.note(c.Reference, "not used: %s", c.Value.Status.Code())
			continue
		case !v.holds(c.entry, c.Value.Period):
			over = append(over, c)
			continue
		}
		order := v.orderOf(c)
		if order < best {
			best, first = order, nil
		}
		if order == best {
			first = append(first, c)
		}
	}
	for _, c := range over {
		if len(first) == 0 {
			v.note(c.Reference, "not used: not in force on the day of service")
		}
	}
	return first
}

// orderOf is the place of a coverage among others; one without a place comes last.
func (v *reading) orderOf(c item[r4.Coverage]) int {
	if c.Value.Order == nil {
		return math.MaxInt - 1
	}
	return *c.Value.Order // one below 1 is named by the decoder, and still says which comes first
}

// payerOf is the payer that a coverage names: its kind by its type, then by the map of the site, which
// may name the payer too. A type that names another kind than the map has the last word.
func (v *reading) payerOf(c item[r4.Coverage]) coding.Payer {
	kind, site := kindOf(c.Value), v.payerOfSite(c)
	if kind != "" && kind != site.Kind {
		return coding.Payer{Kind: kind}
	}
	return site
}

// kindOf is the kind of payer that the type of a coverage names, or nothing.
func kindOf(c r4.Coverage) string {
	var kinds []string
	for _, code := range codesOf(c.Type, paymentSystem) {
		if kind := typologyKinds[code[0]]; kind != "" && typologyForm.MatchString(code) {
			kinds = append(kinds, kind)
		}
	}
	slices.Sort(kinds)
	if kinds = slices.Compact(kinds); len(kinds) == 1 {
		return kinds[0]
	} else if len(kinds) > 1 {
		return "" // one plan of two kinds is none that we know
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

// typologyForm is the form of a code of the typology: one to five digits, the first the widest.
var typologyForm = regexp.MustCompile(`^[0-9]{1,5}$`)

// payerOfSite is what the map of the site says of a coverage, by its type, then by its payor.
func (v *reading) payerOfSite(c item[r4.Coverage]) coding.Payer {
	if payer, ok := siteValue(v.options.Payers, c.Value.Type); ok {
		return payer
	}
	for i := range c.Value.Payor {
		if payer, ok := v.sitePayer(c.entry, &c.Value.Payor[i]); ok {
			return payer
		}
	}
	return coding.Payer{}
}

// sitePayer looks a payor up by its reference, its display and the name of its organization.
func (v *reading) sitePayer(holder *entry, payor *r4.Reference) (coding.Payer, bool) {
	names := []string{referenceOf(payor), v.canonical(payor), text(payor.Display)}
	if e := v.located(nameWithin(holder, payor)); e != nil && e.Type == "Organization" {
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
