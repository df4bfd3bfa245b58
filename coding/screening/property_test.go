package screening_test

import (
	"math/rand/v2"
	"testing"

	"github.com/chargenote/chargenote/coding/screening"
)

// Whatever answers are given: a total lies in the range, a complete result has no missing item, and
// an answer more never takes a trigger of another item back.
func TestAnyAnswers(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for _, i := range builtin(t).All() {
		for range 300 {
			given := screening.Given{Answers: map[int]int{}}
			for item := 1; item <= i.Items.Count; item++ {
				if random.IntN(5) > 0 {
					given.Answers[item] = random.IntN(i.Items.Most+3) - 1
				}
			}
			if random.IntN(3) == 0 {
				stated := random.IntN(140) - 5
				given.Stated = &stated
			}
			r := i.Score(given, screening.Facts{})
			if r.Total != nil && !i.InRange(*r.Total) {
				t.Fatalf("%s %v: total %d", i.Name, given.Answers, *r.Total)
			}
			if r.Complete && (len(r.Missing) > 0 || r.Prorated) || r.Triggers == nil {
				t.Fatalf("%s %v: %+v", i.Name, given.Answers, r)
			}
			checkTriggersStay(t, i, given, r)
		}
	}
}

func checkTriggersStay(t *testing.T, i *screening.Instrument, given screening.Given, before screening.Result) {
	t.Helper()
	for item := 1; item <= i.Items.Count; item++ {
		if _, there := given.Answers[item]; there || !i.Allows(item, 1) {
			continue
		}
		given.Answers[item] = 1
		after := i.Score(given, screening.Facts{})
		for _, trigger := range before.Triggers {
			kept := trigger[:5] != "item " // a total changes its words as it grows
			for _, other := range after.Triggers {
				kept = kept || other == trigger
			}
			if !kept {
				t.Fatalf("%s: %q is gone once item %d is answered", i.Name, trigger, item)
			}
		}
		delete(given.Answers, item)
		return
	}
}
