package docs

import (
	"slices"
	"strings"
)

// A BareLine is a line of timed therapy that names an activity and nothing that a therapist was needed
// for: sets and repetitions that anybody could have counted.
type BareLine struct {
	Evidence
	Activity string `json:"activity"` // as the note writes it
	Add      string `json:"add"`      // what a defensible line would add, none of it supplied
}

// timedFamilies are the families whose lines are looked at.
var timedFamilies = []string{"timed_therapy", "cognitive"}

// bareLines are the sentences that name an activity of timed therapy, in sections that tell of the
// treatment, with no assessment, cueing, teaching or response beside it. Plan and goals tell of no treatment.
func (n *reading) bareLines() []BareLine {
	if !slices.Contains(timedFamilies, n.family) {
		return nil
	}
	var lines []BareLine
	seen := map[int]bool{}
	for _, list := range []string{"rehab-activities", "cognitive-interventions"} {
		for _, h := range n.methods(list) {
			s := n.tokens[h.first].sentence
			if seen[s] || n.in(h.first, inHeader|inSignature|inSubjective) {
				continue
			}
			seen[s] = true
			first, last := n.sentenceRange(s)
			if n.skilled(first, last) {
				continue
			}
			e := n.quote(first, last)
			lines = append(lines, BareLine{Evidence: e, Activity: strings.ToLower(n.evidence(h.first, h.last).Text),
				Add: "say what you assessed, cued or taught here, or how the patient responded; where none of it was needed, do not count these minutes as skilled"})
		}
	}
	slices.SortFunc(lines, func(a, b BareLine) int { return a.Start - b.Start })
	return lines
}

// skilled reports whether a sentence holds assessment, cueing, teaching or response.
func (n *reading) skilled(first, last int) bool {
	for _, g := range n.rules.groups["skilled-content"] {
		if anyIn(n.hits[g.list], first, last) {
			return true
		}
	}
	return false
}
