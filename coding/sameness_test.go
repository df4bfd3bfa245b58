package coding_test

import (
	"crypto/sha256"
	"encoding/json"
	"math/rand/v2"
	"testing"

	"github.com/chargenote/chargenote/coding"
)

// Same facts, same bytes: a long day in a thousand orders has one hash.
func TestAThousandShufflesHaveOneHash(t *testing.T) {
	rules := builtin(t)
	facts, err := coding.DecodeFacts([]byte(longDay))
	if err != nil {
		t.Fatal(err)
	}
	order := rand.New(rand.NewPCG(1, 2))
	hashes := map[[sha256.Size]byte]int{}
	for range 1000 {
		order.Shuffle(len(facts.Services), func(i, j int) { facts.Services[i], facts.Services[j] = facts.Services[j], facts.Services[i] })
		document, err := json.Marshal(rules.Suggest(facts))
		if err != nil {
			t.Fatal(err)
		}
		hashes[sha256.Sum256(document)]++
	}
	if len(hashes) != 1 {
		t.Errorf("%d answers for one day, want one", len(hashes))
	}
}

// longDay has services of several clinicians, a tie, overlapping times, unknown minutes and a pair.
const longDay = `{
  "dateOfService": "2025-03-10", "payer": {"kind": "medicare"}, "provider": {"discipline": "PT"}, "distinctTimeIntervals": true,
  "testing": {"standardizedTestsInterpreted": 2, "episode": "multi-day"}, "interactiveComplexity": {"present": true, "factor": "play-equipment"},
  "services": [
    {"activity": "therapeutic-exercise", "minutes": 20, "performer": "PT", "assistantMinutes": 9},
    {"activity": "neuromuscular", "minutes": 20, "performer": "PT"},
    {"activity": "manual-therapy", "minutes": 7, "performer": "PT"},
    {"activity": "massage", "minutes": 12, "performer": "OT"},
    {"activity": "self-care", "performer": "OT"},
    {"activity": "speech-treatment-individual", "performer": "SLP"},
    {"activity": "cognitive-intervention", "minutes": 30, "performer": "OT"},
    {"activity": "psychotherapy", "start": "2025-03-10T09:00:00-05:00", "end": "2025-03-10T09:50:00-05:00", "performer": "psychologist"},
    {"activity": "psych-testing-evaluation", "start": "2025-03-10T09:40:00-05:00", "end": "2025-03-10T11:10:00-05:00", "performer": "psychologist"},
    {"activity": "psych-testing-evaluation", "minutes": 30, "date": "2025-03-07", "performer": "psychologist"},
    {"activity": "screening", "tests": ["PHQ-9", "GAD-7"], "scored": true, "performer": "psychologist"},
    {"activity": "group", "performer": "psychologist"},
    {"activity": "rest-or-waiting", "minutes": 10, "performer": "PT"},
    {"activity": "documentation-after-visit", "minutes": 5, "performer": "PT"}
  ]
}`
