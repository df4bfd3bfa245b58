package coding

import (
	"fmt"
	"maps"
	"slices"

	"github.com/chargenote/chargenote/coding/screening"
)

// answeredFor moves the instruments that somebody else answers for the patient of the claim out of a
// service of screening into one of their own activity: an EPDS in an infant's chart is the mother's.
// Which ones, and for whom, is said by the instruments. The facts given stay as they are.
func answeredFor(facts Facts) Facts {
	if facts.Patient == nil || facts.Patient.Is == "" {
		return facts
	}
	given := facts.Services
	for i := range given {
		kept, moved := partedFor(facts.Patient.Is, given[i])
		if len(moved) == 0 {
			continue
		}
		if &facts.Services[0] == &given[0] {
			facts.Services, facts.Sources = slices.Clone(given), maps.Clone(facts.Sources)
		}
		facts = facts.move(i, kept, moved)
	}
	return facts
}

// partedFor parts the tests of a service: those that stay, and by activity those that are answered for
// such a patient.
func partedFor(patient string, s Service) (kept []string, moved map[string][]string) {
	if s.Instruments != nil && *s.Instruments != countDistinct(s.Tests) {
		return s.Tests, nil // a number that the names do not account for is not taken apart
	}
	for _, name := range s.Tests {
		known := instrumentNamed(name)
		at := -1
		if known != nil && known.Activity == s.Activity {
			at = slices.IndexFunc(known.Supports, func(support screening.Support) bool { return slices.Contains(support.PatientIs, patient) })
		}
		if at < 0 {
			kept = append(kept, name)
			continue
		}
		if moved == nil {
			moved = map[string][]string{}
		}
		moved[known.Supports[at].Activity] = append(moved[known.Supports[at].Activity], name)
	}
	return kept, moved
}

// move leaves a service with the tests that stay, and adds one for each other activity, with the sources
// of the first. Where none stays, the first other activity takes its place.
func (f Facts) move(i int, kept []string, moved map[string][]string) Facts {
	one, at := f.Services[i], i
	place := func(activity string, tests []string) {
		part, count := one, countDistinct(tests)
		part.Activity, part.Tests, part.Instruments = activity, tests, &count
		if at == i {
			f.Services[i] = part
		} else {
			f.Services = append(f.Services, part)
			for _, fact := range []string{"activity", "instruments", "tests", "scored"} {
				if from := f.Sources[fmt.Sprintf("services[%d].%s", i, fact)]; from != nil {
					f.Sources[fmt.Sprintf("services[%d].%s", at, fact)] = from
				}
			}
		}
		at = len(f.Services)
	}
	if len(kept) > 0 {
		place(one.Activity, kept)
	}
	for _, activity := range slices.Sorted(maps.Keys(moved)) {
		place(activity, moved[activity])
	}
	return f
}
