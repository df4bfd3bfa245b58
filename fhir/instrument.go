package fhir

import (
	"slices"
	"sync"

	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"

	"github.com/chargenote/chargenote/coding/screening"
)

// An instrument is a screening instrument with everything that is known of it. This package finds
// its codes and names in resources; what answers and totals mean is in package screening.
type instrument = *screening.Instrument

// instruments are those that are read. They are built into the program, and its tests load them.
var instruments = sync.OnceValue(func() *screening.Set {
	set, err := screening.Builtin()
	if err != nil {
		panic("the screening instruments of this program do not load: " + err.Error())
	}
	return set
})

// screeningCodes are the LOINC codes of panels, totals and items of every instrument that is read.
var screeningCodes = sync.OnceValue(func() []string {
	var codes []string
	for _, i := range instruments().All() {
		for _, code := range i.Codes() {
			if !slices.Contains(codes, code) {
				codes = append(codes, code)
			}
		}
	}
	return codes
})

// meanings are what a code stands for in the instruments: by LOINC, else by the map of the site.
// Display text names nothing but through that map.
func (v *reading) meanings(concept *r4.CodeableConcept) []screening.Meaning {
	all := loincMeanings(codesOf(concept, loincSystem))
	if len(all) == 0 {
		if m, ok := siteValue(v.options.Instruments, concept); ok && m.Instrument != nil {
			all = append(all, m)
		}
	}
	return all
}

func loincMeanings(codes []string) []screening.Meaning {
	var all []screening.Meaning
	for _, code := range codes {
		all = append(all, instruments().ByCode(code)...)
	}
	return all
}

// formOf is the instrument that stands there as a whole: its panel or its total.
func formOf(meanings []screening.Meaning) (instrument, screening.Role, bool) {
	for _, m := range meanings {
		if m.Role == screening.Panel || m.Role == screening.Total {
			return m.Instrument, m.Role, true
		}
	}
	return nil, 0, false
}

// isItem reports whether this stands for an item of any instrument.
func isItem(meanings []screening.Meaning) bool {
	return slices.ContainsFunc(meanings, func(m screening.Meaning) bool { return m.Role == screening.Item })
}

// roleIn is what this stands for in one instrument, and which item.
func roleIn(i instrument, meanings []screening.Meaning) (screening.Role, int) {
	for _, m := range meanings {
		if m.Instrument == i {
			return m.Role, m.Item
		}
	}
	return 0, 0
}

// smallest is the instrument with the fewest items that holds all the given ones, of which there is
// at least one.
func smallest(items [][]screening.Meaning) (instrument, bool) {
	var best instrument
	for _, m := range items[0] {
		i := m.Instrument
		if best != nil && i.Items.Count >= best.Items.Count {
			continue
		}
		if !slices.ContainsFunc(items, func(item []screening.Meaning) bool { role, _ := roleIn(i, item); return role != screening.Item }) {
			best = i
		}
	}
	return best, best != nil
}
