package fhir

import (
	"slices"
	"strings"

	"github.com/chargenote/chargenote/coding/screening"
	"github.com/chargenote/chargenote/internal/visit"
)

// unfinal are the observations and forms of the visit that do not count, because they are not final or
// because nothing names their instrument, and that hold what the patient answered all the same.
type unfinal struct {
	observations []observation
	forms        []response
}

// lookAtUncounted names answers that ask for a look in what does not count: a thought of suicide
// does not wait for a signature. Where a counted result of the same sitting has these answers,
// it speaks for itself.
func (v *reading) lookAtUncounted(counted []*given) {
	beside := v.aside()
	beside.unfinal = unfinal{}
	found := beside.observed(v.unfinal.observations)
	for _, q := range v.unfinal.forms {
		found = append(found, beside.wholeForm(q)...)
	}
	for _, g := range sittingsOf(found) {
		triggers := g.result(screening.Facts{}).Triggers
		if len(triggers) == 0 || slices.ContainsFunc(counted, g.answeredIn) {
			continue
		}
		slices.Sort(g.sources)
		text := "asks for a look although it is not counted: " + g.instrument.Name + " " + strings.Join(triggers, ", ")
		v.notes[visit.Remark{Resource: g.sources[0], Text: text, Look: true}] = true
	}
}

// wholeForm reads a form with whatever items of instruments it holds.
func (v *reading) wholeForm(q response) []*given {
	c := v.itemsOf(q)
	found := c.instruments()
	return v.givenIn(q, c, append(found, c.byItems(found)...))
}

// answeredIn reports whether a counted result of the same sitting has every answer of this one.
func (g *given) answeredIn(counted *given) bool {
	if counted.instrument != g.instrument || !counted.closeTo(g) || counted.byOtherHands(g) {
		return false
	}
	for item := range g.answers {
		if _, ok := counted.answers[item]; !ok && len(counted.unsettled[item]) == 0 {
			return false
		}
	}
	return len(g.answers) > 0
}
