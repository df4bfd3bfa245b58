package fhir

import (
	"slices"
	"sync"

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

// instrumentOf is the instrument that a panel or a total stands for.
func instrumentOf(codes []string) (instrument, screening.Role, bool) {
	for _, code := range codes {
		for _, m := range instruments().ByCode(code) {
			if m.Role == screening.Panel || m.Role == screening.Total {
				return m.Instrument, m.Role, true
			}
		}
	}
	return nil, 0, false
}

// has reports whether one of the codes stands for this in any instrument.
func has(codes []string, role screening.Role) bool {
	return slices.ContainsFunc(codes, func(code string) bool {
		return slices.ContainsFunc(instruments().ByCode(code), func(m screening.Meaning) bool { return m.Role == role })
	})
}

// isItem reports whether codes name an item of any instrument.
func isItem(codes []string) bool { return has(codes, screening.Item) }

// roleAmong is what the first of the codes that the instrument knows stands for, and which item.
func roleAmong(i instrument, codes []string) (screening.Role, int) {
	for _, code := range codes {
		if role, item, ok := i.RoleOf(code); ok {
			return role, item
		}
	}
	return 0, 0
}

// smallest is the instrument with the fewest items that holds all the given ones, of which there is
// at least one.
func smallest(codes []string) (instrument, bool) {
	var best instrument
	for _, m := range instruments().ByCode(codes[0]) {
		i := m.Instrument
		if best != nil && i.Items.Count >= best.Items.Count {
			continue
		}
		if !slices.ContainsFunc(codes, func(code string) bool { role, _, _ := i.RoleOf(code); return role != screening.Item }) {
			best = i
		}
	}
	return best, best != nil
}
