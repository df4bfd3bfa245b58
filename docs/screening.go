package docs

import (
	"fmt"
	"slices"
	"strings"
)

// A scored instrument is a named instrument with the number that stands beside it.
type scored struct {
	name        string
	instrument  hit
	first, last int  // of instrument and score
	score       bool // a number is there
}

// instruments lists the screening instruments that the note names, each with its score where one
// stands beside it. One that was not done does not count.
func (n *reading) instruments(list string) []scored {
	var found []scored
	for _, g := range n.rules.groups[list] {
		for _, h := range n.hits[g.list] {
			if a := n.assertion(h); a.notDone || a.hypothetical || a.planned || n.in(h.first, inPlan) && !n.scoreBehindIs(h) {
				continue
			}
			s := scored{name: g.name, instrument: h, first: h.first, last: h.last}
			if first, last, ok := n.scoreBeside(h); ok {
				s.first, s.last, s.score = min(h.first, first), max(h.last, last), true
			}
			if !n.notScored(h, s.score) {
				found = append(found, s)
			}
		}
	}
	if list == "instruments" {
		found = append(found, n.namedByScore()...)
	}
	slices.SortStableFunc(found, func(a, b scored) int { return a.first - b.first })
	return found
}

// notScored says whether the sentence says of an instrument that it came to no score: "AUDIT-C refused".
// What it says behind the name of another instrument is said of that.
func (n *reading) notScored(h hit, score bool) bool {
	_, to := n.sentence(h.first)
	for _, g := range n.rules.groups["instruments"] {
		if next, ok := firstIn(n.hits[g.list], h.last, to); ok {
			to = next.first
		}
	}
	from := n.firstOfSentence(h.first)
	return !score && anyIn(n.words("not-scored"), h.last, to) || anyIn(n.words("of-somebody-else"), max(from, h.first-4), h.first)
}

// namedByScore lists the instruments that a number alone tells from a word of the text: SCARED 21.
func (n *reading) namedByScore() []scored {
	var found []scored
	for _, g := range n.rules.groups["instruments-by-score"] {
		for _, h := range n.hits[g.list] {
			a := n.assertion(h)
			if n.unitBehind(h.last-1) || a.notDone || a.hypothetical || a.planned || n.tokens[h.last-1].kind != numberToken {
				continue
			}
			found = append(found, scored{name: g.name, instrument: hit{h.first, h.last - 1}, first: h.first, last: h.last, score: true})
		}
	}
	return found
}

func (n *reading) scoreBehindIs(h hit) bool {
	_, _, ok := n.scoreBeside(h)
	return ok
}

// scoreBeside finds the score of an instrument: "PHQ-9 = 14", "14/27", "score of 14", "scored 14 on".
func (n *reading) scoreBeside(h hit) (first, last int, ok bool) {
	from, to := n.sentence(h.first)
	words := 0
	for i := h.last; i < to && words <= 6; i++ {
		t := n.tokens[i]
		if t.text == ";" || i > h.last && anyIn(n.words("instruments"), i, i+1) || i > h.last && anyIn(n.words("instruments"), i, min(i+2, to)) {
			break
		}
		if t.text == "item" || t.text == "question" || t.text == "q" || t.text == "#" && n.at(i-1) == "item" { // PHQ-9 item 9: 0
			i++
			words++
			continue
		}
		if d, dated := n.dateAt(i); dated && (d.full || d.last-d.first == 3 && n.inBracketsOr(i)) {
			i = d.last - 1
			continue
		}
		if t.kind == numberToken && len(t.text) <= 3 && !n.unitBehind(i) {
			last = i + 1
			if n.at(i+1) == "/" && i+2 < to && n.tokens[i+2].kind == numberToken {
				last = i + 3
			}
			return i, last, true
		}
		if t.kind == wordToken {
			words++
		}
	}
	for i := max(from, h.first-5); i < h.first; i++ { // scored 14 on the PHQ-9
		if n.tokens[i].kind == numberToken && (strings.HasPrefix(n.at(i-1), "scor") || n.at(i-1) == "of" && strings.HasPrefix(n.at(i-2), "scor")) {
			return i, i + 1, true
		}
	}
	return 0, 0, false
}

// inBracketsOr says whether the token follows an opening bracket or "on": a date and no score.
func (n *reading) inBracketsOr(i int) bool { return n.at(i-1) == "(" || n.at(i-1) == "on" }

// unitBehind says whether a number counts something else than points.
func (n *reading) unitBehind(i int) bool {
	switch n.at(i + 1) {
	case "min", "mins", "minutes", "weeks", "week", "days", "months", "years", "times", "items", "am", "pm":
		return true
	}
	return false
}

// detectInstruments wants a named instrument of the rule's kind.
func detectInstruments(n *reading, v *value) finding {
	if found := n.instruments("instruments"); len(found) > 0 {
		return present(n.evidence(found[0].instrument.first, found[0].instrument.last))
	}
	return detectCues(n, v)
}

// detectScores wants a number for every instrument that the note names.
func detectScores(n *reading, v *value) finding {
	scores := map[string]bool{}
	var evidence []Evidence
	var names []string
	all := n.instruments("instruments")
	for _, s := range all {
		if s.score && !scores[s.name] {
			evidence = append(evidence, n.evidence(s.first, s.last))
		}
		scores[s.name] = scores[s.name] || s.score
	}
	for _, s := range all {
		if !scores[s.name] && !slices.Contains(names, s.name) {
			names = append(names, s.name)
		}
	}
	var f finding
	switch {
	case len(all) == 0:
		f = n.fallsShort(v)
	case len(names) == 0:
		f = present(evidence...)
	case len(evidence) > 0:
		f = unclear(evidence...)
	default:
		f = missing(n.evidence(all[0].first, all[0].last))
	}
	f.detail = joined(names)
	return f
}

// detectEachUnit is listed where several units are claimed: each needs its own scored instrument.
func detectEachUnit(n *reading, v *value) finding {
	units := 0
	for _, code := range plainCodes(n.request.Codes) {
		if code == "96127" {
			units++
		}
	}
	if units < 2 {
		return notListed
	}
	seen := map[string]bool{}
	var evidence []Evidence
	for _, s := range n.instruments("instruments") {
		if s.score && !seen[s.name] {
			seen[s.name] = true
			evidence = append(evidence, n.evidence(s.first, s.last))
		}
	}
	f := missing(evidence...)
	if len(evidence) >= units {
		f = present(evidence...)
	}
	f.detail = fmt.Sprintf("%d of %d", len(evidence), units)
	return f
}
